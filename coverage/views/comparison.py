"""两期对比: two dates beside one another, and every organization that moved between them with the cause."""

from dataclasses import replace

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from coverage.exports_comparison import comparison_file
from coverage.models import Population
from coverage.queries import has_pending_marks
from coverage.queries_comparison import (
    NOTES,
    Days,
    Explainer,
    comparison_rows,
    days_of,
    explainer,
    organizations_compared,
)
from coverage.tables_comparison import COMPARISON
from orgs.permissions import may_export_register, may_see_coverage
from orgs.queries_list import filter_units, whole_scope_word
from quannan.base.filters import sentence_of
from quannan.base.listing import Result, list_export, list_page, result_of
from quannan.base.scope import page_for, working_scope

# What the form of the two days keeps of the address is everything but these.
RENEWED = ("from", "to", "page", "tab")


def _days(request: HttpRequest) -> Days:
    return days_of(request.GET.get("from", ""), request.GET.get("to", ""), working_scope(request).as_of)


def _result(request: HttpRequest, days: Days) -> tuple[Result, Explainer]:
    scope = working_scope(request)
    units = filter_units(request.user)
    query = request.GET.copy()
    if scope.unit and "unit" not in query and scope.unit in {u.code for u in units}:
        query["unit"] = scope.unit
    whose = whole_scope_word(request.user)
    result = result_of(
        request,
        COMPARISON,
        organizations_compared(),
        scope_word=whose,
        choices={"unit": [(u.code, u.name) for u in units]},
        query=query,
        user=request.user,
        start=days.start,
        end=days.end,
    )
    filters = result.filters
    explain = explainer(user=request.user, days=days, unit=filters.chosen_unit, population=filters.value("population"))
    result.listed = replace(COMPARISON, prepare=explain)
    result.sentence = f"{sentence_of(result.chips, whose, COMPARISON.noun)},{days.start} 与 {days.end} 相比"
    result.as_of = days.end
    return result, explain


@require_GET
@page_for(may_see_coverage)
def coverage_comparison(request: HttpRequest) -> HttpResponse:
    """Both days of each line with the check that they add up, and the rows of what moved."""
    days = _days(request)
    kept = [(name, value) for name, values in request.GET.lists() if name not in RENEWED for value in values]
    if days.problem:
        return render(request, "coverage/comparison_days.html", {"days": days, "kept": kept, "listed": COMPARISON})
    result, explain = _result(request, days)
    filters = result.filters
    unit, population = filters.chosen_unit, filters.value("population")
    exports = may_export_register(request.user)
    return list_page(
        request,
        result,
        days=days,
        kept=kept,
        lines=[] if filters.errors else comparison_rows(user=request.user, days=days, unit=unit, population=population),
        explained=explain,
        notes=NOTES,
        unit_code=unit.code if unit else "",
        population=population,
        population_word=Population(population or Population.ALL).label,
        stale=has_pending_marks(),
        export_url=reverse("coverage-comparison-export") if exports else "",
        form_url=reverse("coverage-comparison-form") if exports else "",
    )


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """To the page, which says what is wrong with the days."""
    return HttpResponseRedirect(f"{reverse('coverage-comparison')}?{request.GET.urlencode()}")


@require_GET
@page_for(may_export_register)
def comparison_export(request: HttpRequest) -> HttpResponse:
    """Every row of the result with its causes as a workbook."""
    days = _days(request)
    if days.problem:
        return _back(request)
    result, explain = _result(request, days)
    moves = explain(result.rows)
    result.listed = replace(result.listed, prepare=lambda rows: moves)
    result.sentence += f";共 {len(moves)} 条,其中原因不明 {explain.unexplained} 条"
    return list_export(result, by=request.user, now=timezone.now())


@require_GET
@page_for(may_export_register)
def comparison_form(request: HttpRequest) -> HttpResponse:
    """The table on top as an official form with its checks, to sign."""
    days = _days(request)
    result, _ = _result(request, days)
    if days.problem or result.filters.errors:
        return _back(request)
    unit, population = result.filters.chosen_unit, result.filters.value("population")
    file = comparison_file(
        comparison_rows(user=request.user, days=days, unit=unit, population=population),
        days,
        sentence=result.sentence,
        by=request.user,
        now=timezone.now(),
    )
    return FileResponse(file, as_attachment=True, filename=f"两期对比汇总-{days.start}-{days.end}.xlsx")
