"""覆盖进度: the dashboard, its trend and their downloads."""

from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from coverage.domain.figures import TrendPoint
from coverage.exports import dashboard_file, trend_file
from coverage.models import Population
from coverage.queries import has_pending_marks
from coverage.queries_dashboard import (
    LABELS,
    TREND_CHOICES,
    TREND_LINES,
    TREND_MONTHS,
    UNIT_LINES,
    dashboard,
    rate_when_built,
    slider_days,
    trend_json,
    trend_milestones,
    trend_points,
)
from coverage.queries_gaps import one_missing
from coverage.queries_milestones import own_shares
from coverage.queries_publications import published_note
from orgs.permissions import (
    may_compare_units,
    may_export_register,
    may_freeze_figures,
    may_see_coverage,
    may_use_scenarios,
)
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
    months, population = trend_choice(request)
    return render(
        request,
        "coverage/dashboard.html",
        {
            "dashboard": found,
            "report": found.report,
            "base": found.report.base,
            "unit": unit,
            "unit_code": unit.code if unit else "",
            "shares": own_shares(user=request.user, as_of=scope.as_of, unit=unit),
            "gap": gap,
            "gap_rate": rate_when_built(found, gap.count),
            "rank_label": LABELS[found.rank_line],
            "unit_lines": UNIT_LINES,
            "stale": has_pending_marks(),
            "days": slider_days(scope.as_of),
            "trend_months": months,
            "trend_population": population,
            "month_choices": TREND_CHOICES,
            "population_choices": Population.choices,
            "compares": may_compare_units(request.user),
            "may_export": may_export_register(request.user),
            "may_freeze": may_freeze_figures(request.user),
            "published": published_note(found.report, user=request.user, unit=unit),
            "may_use_scenarios": may_use_scenarios(request.user),
            "now": timezone.localtime(),
        },
    )


def trend_choice(request: HttpRequest) -> tuple[int, str]:
    """(months, population) of the trend that the address asks for; the usual ones for what is none."""
    months, population = request.GET.get("months", ""), request.GET.get("population", "")
    return (
        int(months) if months in {str(choice) for choice in TREND_CHOICES} else TREND_MONTHS,
        population if population in Population.values else Population.ALL.value,
    )


def _trend(request: HttpRequest) -> tuple[list[TrendPoint], str]:
    scope = working_scope(request)
    months, population = trend_choice(request)
    unit = visible_unit(request.user, scope.unit)
    points = trend_points(user=request.user, as_of=scope.as_of, unit=unit, months=months, population=population)
    return points, population


@require_GET
@page_for(may_see_coverage)
def coverage_trend(request: HttpRequest) -> HttpResponse:
    """The trend's points and milestones as JSON for the chart."""
    points, population = _trend(request)
    return JsonResponse(trend_json(points, trend_milestones(), working_scope(request).as_of, population))


@require_GET
@page_for(may_see_coverage)
def coverage_trend_table(request: HttpRequest) -> HttpResponse:
    """The same points as a table, put beside the chart on request."""
    points, population = _trend(request)
    unit = visible_unit(request.user, working_scope(request).unit)
    context = {
        "lines": [(line, LABELS[line]) for line in TREND_LINES],
        "rows": [(p.day, [(line, p.lines[line]) for line in TREND_LINES]) for p in reversed(points)],
        "unit_code": unit.code if unit else "",
        "population": population,
    }
    return render(request, "coverage/_trend_table.html", context)


@require_GET
@page_for(may_export_register)
def trend_export(request: HttpRequest) -> HttpResponse:
    """The trend as a workbook."""
    scope = working_scope(request)
    unit = visible_unit(request.user, scope.unit)
    points, population = _trend(request)
    file = trend_file(
        points,
        unit=unit,
        population=Population(population).label,
        as_of=scope.as_of,
        by=request.user,
        now=timezone.now(),
    )
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
