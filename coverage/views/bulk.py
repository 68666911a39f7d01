"""Changing many organizations at once: choose, fill in, see what would move, confirm."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from coverage.domain.bulk_effects import perform_bulk, preview_bulk
from coverage.forms_bulk import FORMS, values_of
from coverage.views.register import register_result
from orgs.domain.bulk_edit import Act, Outcome
from orgs.models import Organization
from orgs.permissions import may_bulk_edit
from orgs.views.acts import errors_into
from quannan.base.domain.jobs import start_job
from quannan.base.errors import Refused
from quannan.base.listing import ticked
from quannan.base.scope import page_for, working_scope

# Up to so many are changed while the user waits; more go to the worker.
INLINE = 200
# A preview does the act and undoes it; more than this would keep the user waiting for too long.
LIMIT = 1000
CHANGED_MEANWHILE = "预览之后台账有变动,没有写入任何更改。下面是按现在的台账重新算的结果,请再看一遍。"


@require_POST
@page_for(may_bulk_edit)
def organization_bulk(request: HttpRequest) -> HttpResponse:
    """批量更改: `ids` or `whole` of the list in the address, `act`, then its fields, then the confirmation."""
    back = f"{reverse('organization-list')}?{request.GET.urlencode()}"
    act = request.POST.get("act", "")
    organizations, count = chosen(request)
    if act not in FORMS or not organizations:
        said = "请先选中要更改的组织。" if act in FORMS else "请选择要做的更改。"
        messages.error(request, said)
        return redirect(back)
    if count > LIMIT:
        messages.error(request, f"选中了 {count} 家,一次最多更改 {LIMIT} 家。请先用筛选缩小范围,分几次更改。")
        return redirect(back)
    step = request.POST.get("step", "")
    form = FORMS[act](request.POST if step else None)
    context = {
        "act": act,
        "title": f"批量{Act(act).label}",
        "form": form,
        "organizations": organizations,
        "back": back,
        "address": request.GET.urlencode(),
        "as_of": working_scope(request).as_of,
        "effects": None,
        "problem": "",
        "typed": [],
        "differences": [],
    }
    if step in ("preview", "confirm") and form.is_valid():
        try:
            if step == "confirm" and (answer := _confirmed(request, organizations, act, form, back)):
                return answer
            context["effects"] = preview_bulk(
                organizations=organizations,
                act=act,
                values=values_of(form),
                as_of=working_scope(request).as_of,
                by=request.user,
                now=timezone.now(),
            )
        except ValidationError as error:
            errors_into(form, error)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            context["problem"] = CHANGED_MEANWHILE if step == "confirm" else ""
            context["typed"] = [(name, request.POST.get(name, "")) for name in form.fields]
    return render(request, "coverage/bulk.html", context, status=422 if form.errors else 200)


def chosen(request: HttpRequest) -> tuple[list[Organization], int]:
    """The organizations chosen, limited to what the account may see at the working date, and how many there are.

    Args:
        request: POST `ids`, or `whole` for the result of the address.
    """
    visible = Organization.objects.visible_to(request.user, working_scope(request).as_of)
    if request.POST.get("whole") == "1":
        rows = visible.filter(pk__in=register_result(request, drill=False).rows.values("organization"))
    else:
        rows = visible.filter(pk__in=ticked(request))
    rows = rows.order_by("sort_key", "pk")
    found = list(rows[: LIMIT + 1])
    return found, len(found) if len(found) <= LIMIT else rows.count()


def _confirmed(request: HttpRequest, organizations, act: str, form, back: str) -> HttpResponse | None:
    """Does it, or hands it to the worker; None when the register is no longer what the preview showed."""
    mark = request.POST.get("mark", "")
    if len(organizations) > INLINE:
        job = start_job(
            kind="coverage.bulk_edit",
            title=f"批量{Act(act).label} {len(organizations)} 家",
            params={
                "act": act,
                "ids": [row.pk for row in organizations],
                "data": {name: request.POST.get(name, "") for name in form.fields},
                "mark": mark,
            },
            by=request.user,
            now=timezone.now(),
        )
        return redirect("job-detail", job.pk)
    rows = perform_bulk(
        organizations=organizations,
        act=act,
        values=values_of(form),
        mark=mark,
        by=request.user,
        now=timezone.now(),
    )
    if rows is None:
        return None
    changed = sum(row.outcome == Outcome.CHANGED for row in rows)
    messages.success(request, f"已更改 {changed} 家,其余 {len(rows) - changed} 家没有改动。")
    return redirect(back)
