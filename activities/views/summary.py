"""开展情况 of a period by unit and line, and the organizations behind its numbers."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from activities.exports_summary import summary_file
from activities.permissions import may_export_activities, may_see_activities
from activities.queries_activities import year_up_to
from activities.queries_summary import ACTIVE, BASE, IDLE, LineCount, Summary, SummaryRow, behind, summary
from activities.tables_summary import BEHIND
from coverage.queries import has_pending_marks
from orgs.lines import LINES, Line
from orgs.permissions import scope_of, today
from orgs.queries_list import filter_units, visible_unit, whole_scope_word
from quannan.base.filters import sentence_of
from quannan.base.listing import Result, list_export, list_page, result_of
from quannan.base.scope import page_for, parse_day, working_scope

UNREADABLE = "起止日期读不出来或先后颠倒,应写成 2011-06-30 这样;现按截至日期以前的12个月显示。"
TOO_LATE = "止日不能晚于截至日期,现按截至日期计。要看更晚的,请先在上方改截至日期。"


@dataclass(frozen=True)
class Period:
    """The period asked for, and what is wrong with it."""

    since: date
    until: date
    problem: str = ""


def period_asked(request: HttpRequest) -> Period:
    """The period of the address, else the twelve months up to the working date.

    Args:
        request: ?since=…&until=…, both days included.
    """
    as_of = working_scope(request).as_of
    usual = year_up_to(as_of)
    texts = request.GET.get("since", ""), request.GET.get("until", "")
    since, until = (parse_day(text) if text else day for text, day in zip(texts, usual, strict=True))
    if since is None or until is None or since > until:
        return Period(*usual, problem=UNREADABLE)
    if until > as_of:
        return Period(min(since, as_of), as_of, problem=TOO_LATE)
    return Period(since, until)


def _found(request: HttpRequest) -> tuple[Summary, Period]:
    scope, period = working_scope(request), period_asked(request)
    unit = visible_unit(request.user, scope.unit)
    found = summary(
        user=request.user, as_of=scope.as_of, since=period.since, until=period.until, today=today(), unit=unit
    )
    return found, period


@dataclass(frozen=True)
class CellShown:
    """One line of one unit with the addresses behind its numbers."""

    line: str
    count: LineCount
    base: str
    active: str
    idle: str
    held: str


def _cells(row: SummaryRow, found: Summary, unit: str) -> list[CellShown]:
    days = {"since": found.since, "until": found.until, "as_of": found.as_of}
    organizations, listed = reverse("activity-organizations"), reverse("activity-list")
    made = []
    for line, count in row.shown:
        said = {"line": line, "unit": unit, **days}
        links = [f"{organizations}?{urlencode({**said, 'measure': measure})}" for measure in (BASE, ACTIVE, IDLE)]
        held = f"{listed}?{urlencode({**said, 'state': 'held', 'part': 'host'})}"
        made.append(CellShown(line, count, *links, held))
    return made


@require_GET
@page_for(may_see_activities)
def activity_summary(request: HttpRequest) -> HttpResponse:
    """开展情况: by unit and line, how many of those with a body held anything in the period."""
    found, period = _found(request)
    unit = visible_unit(request.user, working_scope(request).unit)
    code = unit.code if unit else ""
    context = {
        "found": found,
        "period": period,
        "unit_code": code,
        "whose": unit.name if unit else whole_scope_word(request.user),
        "lines": [(line, Line(line).label) for line in LINES],
        "rows": [(row, _cells(row, found, row.unit.code)) for row in found.rows if row.unit],
        "total": _cells(found.total, found, code),
        "by_unit": scope_of(request.user).county or bool(scope_of(request.user).unit_paths),
        "may_export": may_export_activities(request.user),
        "stale": has_pending_marks(),
        "now": timezone.localtime(),
    }
    return render(request, "activities/summary.html", context)


@require_GET
@page_for(may_export_activities)
def activity_summary_export(request: HttpRequest) -> FileResponse:
    """The same as a workbook."""
    found, _ = _found(request)
    unit = visible_unit(request.user, working_scope(request).unit)
    whose = unit.name if unit else whole_scope_word(request.user)
    file = summary_file(found, whose=whose, by=request.user, now=timezone.now())
    return FileResponse(file, as_attachment=True, filename=f"活动开展情况-{found.since}至{found.until}.xlsx")


def _behind(request: HttpRequest) -> Result:
    scope, period, units = working_scope(request), period_asked(request), filter_units(request.user)
    query = request.GET.copy()
    if scope.unit and "unit" not in query and any(u.code == scope.unit for u in units):
        query["unit"] = scope.unit
    if query.get("line", "") not in LINES:
        query["line"] = scope.line if scope.line in LINES else LINES[0]
    if query.get("measure", "") not in (BASE, ACTIVE, IDLE):
        query["measure"] = BASE
    rows = behind(
        user=request.user,
        as_of=scope.as_of,
        line=query["line"],
        measure=query["measure"],
        since=period.since,
        until=period.until,
        today=today(),
    )
    whose = whole_scope_word(request.user)
    result = result_of(
        request,
        BEHIND,
        rows,
        scope_word=whose,
        choices={"unit": [(u.code, u.name) for u in units]},
        query=query,
        paths={u.code: u.path for u in units},
    )
    # Line and measure are what the list is of; they are changed, not removed.
    result.chips = [replace(chip, removed=None) if chip.name in ("line", "measure") else chip for chip in result.chips]
    said = sentence_of(result.chips, whose, BEHIND.noun)
    result.sentence = f"{said},{period.since} 至 {period.until} 的活动,截至 {scope.as_of}"
    return result


@require_GET
@page_for(may_see_activities)
def activity_organizations(request: HttpRequest) -> HttpResponse:
    """The organizations behind one number of 开展情况."""
    exports = may_export_activities(request.user)
    extra: dict[str, Any] = {"export_url": reverse("activity-organizations-export") if exports else ""}
    return list_page(request, _behind(request), **extra)


@require_GET
@page_for(may_export_activities)
def activity_organizations_export(request: HttpRequest) -> FileResponse:
    """The whole result as a workbook."""
    return list_export(_behind(request), by=request.user, now=timezone.now())
