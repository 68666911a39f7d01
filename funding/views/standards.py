"""人均活动经费标准: its versions, and a new one seen before it is saved."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from funding.domain.standards import preview_standard, save_standard, version_of
from funding.forms import FundStandardForm
from funding.permissions import may_keep_fund_standards, may_see_funds
from funding.queries_check import TAGS, standards_in_order
from orgs.views.acts import errors_into
from orgs.views.register import form_view
from quannan.base.errors import Refused
from quannan.base.scope import page_for, working_scope

CHANGED_MEANWHILE = "预览之后标准、经费或台账有变动,还没有保存。下面是按现在的情况重新算的结果,请再看一遍。"
# So many organizations are listed in a preview.
LISTED = 200


@require_GET
@page_for(may_see_funds)
def fund_standard_list(request: HttpRequest) -> HttpResponse:
    """All versions of the standard, the latest first."""
    context = {
        "standards": standards_in_order(),
        "as_of": working_scope(request).as_of,
        "may_keep": may_keep_fund_standards(request.user),
    }
    return render(request, "funding/fund_standard_list.html", context)


@form_view
@page_for(may_keep_fund_standards)
def fund_standard_create(request: HttpRequest) -> HttpResponse:
    """A new version: filled in, its effect seen, then saved."""
    step = request.POST.get("step", "")
    last = next(iter(standards_in_order()), None)
    initial = FundStandardForm.initial_of(last)
    form = FundStandardForm(request.POST if step else None, initial=initial)
    context: dict[str, Any] = {"form": form, "preview": None, "problem": "", "moved": []}
    if request.method == "POST" and step != "edit" and form.is_valid():
        as_of, now = working_scope(request).as_of, timezone.now()
        new = version_of(from_=form.cleaned_data["from_"], facts=form.facts())
        try:
            if step == "confirm":
                mark = request.POST.get("mark", "")
                if save_standard(new=new, as_of=as_of, mark=mark, by=request.user, now=now) is not None:
                    messages.success(request, "新的标准已保存。")
                    return redirect("fund-standard-list")
                context["problem"] = CHANGED_MEANWHILE
            preview = preview_standard(new=new, as_of=as_of, by=request.user, now=now)
        except ValidationError as error:
            errors_into(form, error)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            shown = preview.moved[:LISTED]
            context["preview"] = preview
            context["moved"] = [(one, TAGS[one.before] if one.before else None, TAGS[one.after]) for one in shown]
    context["typed"] = [(name, request.POST.get(name, "")) for name in form.fields]
    return render(request, "funding/fund_standard_form.html", context, status=422 if form.errors else 200)
