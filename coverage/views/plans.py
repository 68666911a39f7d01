"""未建原因与计划: who lacks a body of one line, why, and what is to be done by when; many filled in at once."""

from dataclasses import dataclass, replace
from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from coverage.filters_plans import UNFILLED
from coverage.queries import has_pending_marks
from coverage.queries_plans import lacking_spans, plan_counts, plan_rows, standard_at
from coverage.tables_plans import PLANS
from orgs.domain.plans import PlansRecorded, record_plans
from orgs.forms_terms import PlansForm
from orgs.lines import LINES, Line
from orgs.models.codes import CodeList
from orgs.permissions import may_edit_line, may_edit_some_line, may_export_register, may_see_coverage, scope_of
from orgs.queries import codes
from orgs.queries_list import filter_units, whole_scope_word
from orgs.queries_plans import organizations_by_id
from orgs.views.acts import errors_into
from quannan.base.errors import Refused
from quannan.base.listing import Result, list_export, list_page, result_of, ticked
from quannan.base.scope import NO_ACCESS, page_for, working_scope


@dataclass(frozen=True)
class Asked:
    """One line's list as asked for."""

    line: str
    result: Result


def _usual_line(request: HttpRequest) -> str:
    """The working line, else the account's first own line, else the party's."""
    own = [line for line in LINES if line in scope_of(request.user).lines]
    return working_scope(request).line or (own[0] if own else Line.PARTY.value)


def _asked(request: HttpRequest) -> Asked:
    scope = working_scope(request)
    units = filter_units(request.user)
    query = request.GET.copy()
    if scope.unit and "unit" not in query and any(u.code == scope.unit for u in units):
        query["unit"] = scope.unit
    if not query.get("line"):
        query["line"] = _usual_line(request)
    # Without a word on it the list is of those obliged; “不限” asks for all that lack the body.
    query.setdefault("state", "gap")
    line = query["line"] if query["line"] in LINES else Line.PARTY.value
    standard = standard_at(line, scope.as_of)
    editable = may_edit_line(request.user, line)
    prepare = partial(plan_rows, line=line, as_of=scope.as_of, standard=standard, editable=editable)
    result = result_of(
        request,
        replace(PLANS, prepare=prepare),
        lacking_spans(request.user, line, scope.as_of, standard),
        scope_word=whole_scope_word(request.user),
        choices={
            "unit": [(u.code, u.name) for u in units],
            "reason": [UNFILLED, *codes(CodeList.NO_PARTY_REASON).items()],
        },
        query=query,
        line=line,
        paths={u.code: u.path for u in units},
    )
    return Asked(line, result)


@require_GET
@page_for(may_see_coverage)
def plan_list(request: HttpRequest) -> HttpResponse:
    """未建原因与计划 of one line at the working date."""
    asked = _asked(request)
    return list_page(
        request,
        asked.result,
        note=plan_counts(asked.result.rows, asked.result.as_of).words,
        line_label=Line(asked.line).label,
        stale=has_pending_marks(),
        export_url=reverse("plan-export") if may_export_register(request.user) else "",
        bulk_template="coverage/_plan_bulk.html" if may_edit_line(request.user, asked.line) else "",
    )


@require_GET
@page_for(may_export_register)
def plan_export(request: HttpRequest) -> FileResponse:
    """The whole result of the list as a workbook."""
    return list_export(_asked(request).result, by=request.user, now=timezone.now())


@require_POST
@page_for(may_edit_some_line)
def plan_bulk(request: HttpRequest) -> HttpResponse:
    """统一填写 of the ticked organizations or of the whole result: first the form, then the act."""
    asked = _asked(request)
    if not may_edit_line(request.user, asked.line):
        raise PermissionDenied(NO_ACCESS)
    back = f"{reverse('plan-list')}?{request.GET.urlencode()}"
    ids = _meant(request, asked.result)
    if not ids:
        messages.error(request, "请先勾选要填写的组织,或勾“选中全部”。")
        return redirect(back)
    today = timezone.localdate()
    sent = "from_" in request.POST
    form = PlansForm(request.POST if sent else None, initial={"from_": min(asked.result.as_of, today)})
    if sent and form.is_valid():
        try:
            done = record_plans(
                organizations=organizations_by_id(ids),
                line=asked.line,
                changes=form.changes(),
                from_=form.cleaned_data["from_"],
                by=request.user,
                now=timezone.now(),
            )
        except ValidationError as error:
            errors_into(form, error)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _told(done))
            return redirect(back)
    context = {
        "form": form,
        "count": len(ids),
        "ids": ids,
        "line_label": Line(asked.line).label,
        "sentence": asked.result.sentence,
        "back": back,
    }
    return render(request, "coverage/plan_bulk.html", context)


def _meant(request: HttpRequest, result: Result) -> list[int]:
    """Keys of the organizations meant; those that are no longer in the result are left out."""
    rows = result.rows.order_by("organization_id")
    if request.POST.get("whole") != "1":
        rows = rows.filter(organization__in=ticked(request))
    return list(rows.values_list("organization_id", flat=True))


def _told(done: PlansRecorded) -> str:
    words = f"已填写{done.written}家"
    if done.unchanged:
        words += f",{done.unchanged}家原来就是这样"
    if done.built:
        words += f",{done.built}家已有组织,未填写"
    return f"{words}。"
