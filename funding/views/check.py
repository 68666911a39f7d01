"""人均活动经费 (四(三)): by unit, and organization by organization."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from coverage.queries import has_pending_marks
from funding.domain.adequacy import Reading, Tally, Verdict, reading_of
from funding.exports_check import check_file
from funding.permissions import may_export_funds, may_see_funds
from funding.queries_check import BASE, Check, check_by_unit, check_rows, reading_words, years_shown
from funding.tables import check_list
from orgs.queries_list import visible_unit, whole_scope_word
from orgs.views.scoped import scoped_result
from quannan.base.listing import Result, list_export, list_page
from quannan.base.scope import page_for, working_scope

# What opens behind each number: the verdicts that the list of organizations is filtered by.
BEHIND = {
    "organizations": "",
    "rated": "rated",
    "met": Verdict.MET.value,
    "short": Verdict.SHORT.value,
    "unregistered": Verdict.UNREGISTERED.value,
    "unknown": Verdict.UNKNOWN.value,
    "memberless": Verdict.MEMBERLESS.value,
}


def _year(request: HttpRequest) -> tuple[int, list[int]]:
    as_of = working_scope(request).as_of
    years, asked = years_shown(as_of), request.GET.get("year", "")
    if not asked:
        return as_of.year, years
    if asked not in {str(year) for year in years}:
        raise Http404
    return int(asked), years


def _links(reading: Reading, tally: Tally, unit: str, as_of: date, own: str = "1") -> dict[str, tuple[int, str]]:
    """Each number with the address of the organizations behind it."""
    base = {"year": reading.year, "as_of": as_of.isoformat(), "unit": unit, **({"own": own} if unit else {})}
    listed = reverse("fund-check-list")

    def address(verdict: str) -> str:
        return f"{listed}?{urlencode({**base, **({'verdict': verdict} if verdict else {})})}"

    return {name: (getattr(tally, name), address(verdict)) for name, verdict in BEHIND.items()}


def _check(request: HttpRequest, year: int) -> tuple[Check, str, str]:
    scope = working_scope(request)
    unit = visible_unit(request.user, scope.unit)
    check = check_by_unit(request.user, year, scope.as_of, unit)
    return check, unit.name if unit else whole_scope_word(request.user), unit.code if unit else ""


@require_GET
@page_for(may_see_funds)
def fund_check(request: HttpRequest) -> HttpResponse:
    """The check of a year by unit; units' rows are their own organizations and add up."""
    year, years = _year(request)
    check, whose, code = _check(request, year)
    as_of = working_scope(request).as_of
    context: dict[str, Any] = {
        "check": check,
        "whose": whose,
        "years": years,
        "year": year,
        "sentence": reading_words(check.reading),
        "base": BASE,
        "unit_code": code,
        "rows": [(row, row.tally, _links(check.reading, row.tally, row.unit.code, as_of)) for row in check.rows],
        "total_links": _links(check.reading, check.total, code, as_of, own=""),
        "list_url": f"{reverse('fund-check-list')}?{urlencode({'year': year, 'as_of': as_of, 'unit': code})}",
        "may_export": may_export_funds(request.user),
        "stale": has_pending_marks(),
        "now": timezone.localtime(),
    }
    return render(request, "funding/fund_check.html", context)


@require_GET
@page_for(may_export_funds)
def fund_check_export(request: HttpRequest) -> FileResponse:
    """The same as a workbook."""
    year, _ = _year(request)
    check, whose, _ = _check(request, year)
    file = check_file(check, whose=whose, by=request.user, now=timezone.now())
    return FileResponse(file, as_attachment=True, filename=f"人均活动经费-{check.reading.day}.xlsx")


def _result(request: HttpRequest) -> tuple[Result, str, int, list[int]]:
    year, years = _year(request)
    reading = reading_of(year, working_scope(request).as_of)
    result = scoped_result(request, check_list(reading), check_rows(request.user, reading))
    return result, reading_words(reading), year, years


@require_GET
@page_for(may_see_funds)
def fund_check_list(request: HttpRequest) -> HttpResponse:
    """Organizations with a party body, each with its verdict and how far it is from the standard."""
    result, words, year, years = _result(request)
    extra: dict[str, Any] = {"export_url": reverse("fund-check-list-export")} if may_export_funds(request.user) else {}
    return list_page(request, result, note=words, year=year, years=years, stale=has_pending_marks(), **extra)


@require_GET
@page_for(may_export_funds)
def fund_check_list_export(request: HttpRequest) -> FileResponse:
    """The whole result of the list as a workbook, headed by the reading in force."""
    result, words, _, _ = _result(request)
    result.sentence = f"{result.sentence};{words}"
    return list_export(result, by=request.user, now=timezone.now())
