"""覆盖进度: the dashboard, its trend and their downloads."""

from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from coverage.exports import dashboard_file, trend_file
from coverage.queries import has_pending_marks
from coverage.queries_dashboard import (
    LABELS,
    TREND_LINES,
    UNIT_LINES,
    dashboard,
    rate_when_built,
    trend_json,
    trend_milestones,
    trend_points,
)
from coverage.queries_gaps import one_missing
from orgs.permissions import may_export_register, may_see_coverage, may_use_scenarios
from orgs.queries_list import visible_unit
from quannan.base.scope import page_for, working_scope

GAP_ROWS = 8


@require_GET
@page_for(may_see_coverage)
def coverage_dashboard(request: HttpRequest) -> HttpResponse:
    """How far the county is, per line, population, milestone and unit, at the working date."""
    scope = working_scope(request)
    unit = visible_unit(request.user, scope.unit)
    found = dashboard(user=request.user, as_of=scope.as_of, unit=unit, line=scope.line)
    gap = one_missing(request.user, scope.as_of, unit=unit, limit=GAP_ROWS)
    return render(
        request,
        "coverage/dashboard.html",
        {
            "dashboard": found,
            "report": found.report,
            "base": found.report.base,
            "unit": unit,
            "unit_code": unit.code if unit else "",
            "gap": gap,
            "gap_rate": rate_when_built(found, gap.count),
            "rank_label": LABELS[found.rank_line],
            "unit_lines": UNIT_LINES,
            "stale": has_pending_marks(),
            "may_export": may_export_register(request.user),
            "may_use_scenarios": may_use_scenarios(request.user),
            "now": timezone.localtime(),
        },
    )


@require_GET
@page_for(may_see_coverage)
def coverage_trend(request: HttpRequest) -> HttpResponse:
    """The trend's points and milestones as JSON for the chart."""
    scope = working_scope(request)
    points = trend_points(user=request.user, as_of=scope.as_of, unit=visible_unit(request.user, scope.unit))
    return JsonResponse(trend_json(points, trend_milestones(), scope.as_of))


@require_GET
@page_for(may_see_coverage)
def coverage_trend_table(request: HttpRequest) -> HttpResponse:
    """The same points as a table, put beside the chart on request."""
    scope = working_scope(request)
    points = trend_points(user=request.user, as_of=scope.as_of, unit=visible_unit(request.user, scope.unit))
    lines = [(line, LABELS[line]) for line in TREND_LINES]
    rows = [(p.day, [p.lines[line] for line in TREND_LINES]) for p in reversed(points)]
    return render(request, "coverage/_trend_table.html", {"lines": lines, "rows": rows})


@require_GET
@page_for(may_export_register)
def trend_export(request: HttpRequest) -> HttpResponse:
    """The trend as a workbook."""
    scope = working_scope(request)
    unit = visible_unit(request.user, scope.unit)
    points = trend_points(user=request.user, as_of=scope.as_of, unit=unit)
    file = trend_file(points, unit=unit, as_of=scope.as_of, by=request.user, now=timezone.now())
    return FileResponse(file, as_attachment=True, filename=f"覆盖走势-{scope.as_of}.xlsx")


@require_GET
@page_for(may_export_register)
def dashboard_export(request: HttpRequest) -> HttpResponse:
    """Populations and units of the dashboard as a workbook."""
    scope = working_scope(request)
    unit = visible_unit(request.user, scope.unit)
    found = dashboard(user=request.user, as_of=scope.as_of, unit=unit, line=scope.line)
    file = dashboard_file(found, unit=unit, by=request.user, now=timezone.now())
    return FileResponse(file, as_attachment=True, filename=f"覆盖进度-{scope.as_of}.xlsx")
