"""填报情况 and 未报名单: who has filed and who has not, leave to file late, and 催报单."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evaluation.domain.lateness import Grant, grant_late, plan_late_grants
from evaluation.forms_late import GrantForm
from evaluation.models import Round
from evaluation.permissions import may_export_reports, may_grant_late, may_see_reports
from evaluation.queries_notices import MOST_NOTICES, notices_by_unit, notices_of
from evaluation.queries_report_list import report_rows, reports_seen, rounds_opened, waiting_to_file
from evaluation.tables_reports import LATE, REPORTS
from orgs.models import Organization
from orgs.permissions import today
from orgs.queries_list import filter_units, whole_scope_word
from orgs.views.acts import errors_into
from quannan.base.errors import Refused
from quannan.base.filters import sentence_of
from quannan.base.listing import Listed, Result, list_export, list_page, result_of, selected
from quannan.base.scope import page_for, working_scope
from quannan.base.tables import with_parameters

NOBODY = "请先勾选要办理的年报,或勾“选中全部”。"
PREVIEWED = 50


@dataclass(frozen=True)
class Asked:
    """A list as asked for, and the round it is of, None for all."""

    result: Result
    round: Round | None


def _asked(request: HttpRequest, listed: Listed, rows: Any) -> Asked:
    scope, units, now = working_scope(request), filter_units(request.user), timezone.now()
    rounds = list(rounds_opened())
    query = request.GET.copy()
    if scope.unit and "unit" not in query and any(u.code == scope.unit for u in units):
        query["unit"] = scope.unit
    if "round" not in query and rounds:
        query["round"] = str(rounds[0].pk)
    whose = whole_scope_word(request.user)
    result = result_of(
        request,
        replace(listed, prepare=partial(report_rows, now=now)),
        rows,
        scope_word=whose,
        choices={
            "round": [(str(one.pk), one.name) for one in rounds],
            "unit": [(u.code, u.name) for u in units],
        },
        query=query,
        now=now,
        paths={u.code: u.path for u in units},
    )
    # The round that stands there by itself may be taken away like any other.
    result.chips = [
        replace(chip, removed=with_parameters(request.GET, round="")) if chip.name == "round" else chip
        for chip in result.chips
    ]
    # Reports are shown as they stand now, whatever day the register is looked at.
    result.as_of = today()
    result.sentence = f"{sentence_of(result.chips, whose, listed.noun)},截至 {timezone.localtime(now):%Y-%m-%d %H:%M}"
    return Asked(result, next((one for one in rounds if str(one.pk) == query.get("round")), None))


def _reports(request: HttpRequest) -> Asked:
    return _asked(request, REPORTS, reports_seen(request.user, today()))


def _late(request: HttpRequest) -> Asked:
    return _asked(request, LATE, waiting_to_file(request.user, today(), timezone.now()))


@require_GET
@page_for(may_see_reports)
def report_list(request: HttpRequest) -> HttpResponse:
    """填报情况: reports in sight over all rounds, the newest round first."""
    exports = may_export_reports(request.user)
    return list_page(request, _reports(request).result, export_url=reverse("report-export") if exports else "")


@require_GET
@page_for(may_export_reports)
def report_export(request: HttpRequest) -> FileResponse:
    """The whole result as a workbook."""
    return list_export(_reports(request).result, by=request.user, now=timezone.now())


@require_GET
@page_for(may_see_reports)
def report_late_list(request: HttpRequest) -> HttpResponse:
    """未报名单 of a round: days left before its deadline, days past afterwards."""
    asked, grants = _late(request), may_grant_late(request.user)
    round_ = asked.round
    return list_page(
        request,
        asked.result,
        note=f"{round_.closes_on} 24 时截止" if round_ else "",
        export_url=reverse("report-late-export") if may_export_reports(request.user) else "",
        bulk_template="evaluation/_late_bulk.html",
        grants=grants and (round_ is None or today() > round_.closes_on),
    )


@require_GET
@page_for(may_export_reports)
def report_late_export(request: HttpRequest) -> FileResponse:
    """The whole result as a workbook."""
    return list_export(_late(request).result, by=request.user, now=timezone.now())


def _back(request: HttpRequest) -> str:
    return f"{reverse('report-late-list')}?{request.GET.urlencode()}"


@require_POST
@page_for(may_grant_late)
def report_grant_late(request: HttpRequest) -> HttpResponse:
    """准许补报 of the ticked or of the whole result: the form, the preview, the act."""
    ids = list(selected(request, _late(request).result.rows).values_list("pk", flat=True))
    if not ids:
        messages.error(request, NOBODY)
        return redirect(_back(request))
    step = request.POST.get("step", "")
    form = GrantForm(request.POST if step else None)
    found: Sequence[Grant] | None = None
    if step in ("preview", "confirm") and form.is_valid():
        facts: Mapping[str, Any] = {"reports": ids, "by": request.user, "now": timezone.now(), **form.cleaned_data}
        try:
            if step == "confirm":
                return _granted(request, grant_late(**facts))
            found = plan_late_grants(**facts)
        except ValidationError as error:
            errors_into(form, error)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
    context = {
        "form": form,
        "count": len(ids),
        "given": [one for one in found or () if one.writes],
        "refused": [one for one in found or () if not one.writes],
        "previewing": found is not None,
        "previewed": PREVIEWED,
        "ids": ids,
        "typed": [(name, request.POST.get(name, "")) for name in form.fields],
        "address": request.GET.urlencode(),
        "back": _back(request),
    }
    return render(request, "evaluation/grant_late.html", context, status=422 if form.errors else 200)


def _granted(request: HttpRequest, done: Sequence[Grant]) -> HttpResponse:
    given = sum(one.writes for one in done)
    rest = f",{len(done) - given} 份没有办理" if given < len(done) else ""
    messages.success(request, f"已准许补报 {given} 份{rest}。")
    return redirect(_back(request))


@require_http_methods(["GET", "POST"])
@page_for(may_see_reports)
def report_late_print(request: HttpRequest) -> HttpResponse:
    """催报单 on A4: one for each organization or one for each unit; GET prints the list as filtered, POST the ticked."""
    rows = _late(request).result.rows
    if request.method == "POST":
        rows = selected(request, rows)
    by_unit = (request.POST if request.method == "POST" else request.GET).get("each") == "unit"
    count = rows.count()
    if request.method == "POST" and not count:
        messages.error(request, NOBODY)
        return redirect(_back(request))
    shown, now = rows.defer(None)[:MOST_NOTICES], timezone.now()
    context = {
        "notices": notices_by_unit(shown, now=now) if by_unit else notices_of(shown, now=now),
        "by_unit": by_unit,
        "count": count,
        "most": MOST_NOTICES,
        "login": request.build_absolute_uri("/"),
        "today": today(),
        "back": _back(request),
    }
    return render(request, "evaluation/late_notices.html", context)


@require_GET
@page_for(may_see_reports)
def report_late_organization(request: HttpRequest, pk: int) -> HttpResponse:
    """What one organization still owes, in year order."""
    organization = get_object_or_404(Organization.objects.visible_to(request.user), pk=pk)
    rows = waiting_to_file(request.user, today(), timezone.now()).filter(organization=organization)
    found = report_rows(rows.order_by("year"), now=timezone.now())
    if not found and not organization.annual_reports.exists():
        raise Http404
    return render(
        request,
        "evaluation/late_organization.html",
        {"organization": organization, "rows": found, "grants": may_grant_late(request.user)},
    )
