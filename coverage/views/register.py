"""The register's list, the drill-down behind a figure, and their export."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from coverage.domain.classes import with_class
from coverage.models import ALL, MEASURES, STATE_COLUMNS, Population
from coverage.queries import has_pending_marks
from coverage.queries_pages import closed_spans, spans_at, with_figure
from coverage.queries_register import register_rows
from coverage.queries_why import base_of, figure_tabs
from coverage.tables import DRILL, DRILL_WHY, DRILL_WORK, EXPORT_COLUMNS, REGISTER, WHY_COLUMNS, WORK_COLUMNS
from orgs.domain.bulk_edit import Act
from orgs.models.codes import CodeList
from orgs.permissions import (
    may_bulk_edit,
    may_edit_register,
    may_export_register,
    may_see_coverage,
    may_see_register,
)
from orgs.queries_list import code_labels, filter_units, whole_scope_word
from quannan.base.listing import Result, list_export, list_page, result_of, shown_columns
from quannan.base.scope import page_for, working_scope
from quannan.base.tables import Column, sort_order, with_parameters

GUIDANCE = "guidance"


def is_closed_list(request: HttpRequest, *, drill: bool) -> bool:
    """Whether the address asks for the organizations closed by the working date."""
    return not drill and request.GET.get("state") == "closed"


def explained(request: HttpRequest) -> tuple[str, bool]:
    """The line whose figure the address opens, "" for none, and whether it opens 党的工作覆盖 instead.

    Args:
        request: ?line=union, ?measure=gap.
    """
    line, measure = request.GET.get("line", ""), request.GET.get("measure", "")
    if measure == "work":
        return "", True
    if line in STATE_COLUMNS:
        return line, False
    # Without a line these are counted of 群团全建, and so explained.
    return (ALL if not line and measure in (*MEASURES, "one_missing") else ""), False


def _figure_context(request: HttpRequest, result: Result) -> dict:
    """The other numbers of the same rate, and its base in words; nothing where no line's figure is opened."""
    line, _ = explained(request)
    if not line or result.filters.errors:
        return {}
    query = result.query.copy()
    query.pop("measure", None)
    query["population"] = query.get("population") or Population.ALL
    rows = type(result.filters)(query, result.filters.queryset, as_of=result.as_of, **result.filters.more).qs
    tabs, asked = figure_tabs(rows, line), request.GET.get("measure", "")
    return {
        "figure_tabs": [(tab, with_parameters(request.GET, measure=tab.measure), tab.measure == asked) for tab in tabs],
        "figure_base": base_of(line, query["population"], tabs),
    }


def register_result(request: HttpRequest, *, drill: bool, columns: Sequence[Column] = ()) -> Result:
    """The organizations a request asks for, as spans at the working date.

    Args:
        request: filters, order and columns stand in its address.
        drill: whether it is the drill-down behind a figure.
        columns: written besides those chosen in the address.
    """
    scope = working_scope(request)
    units = filter_units(request.user)
    industries = sorted(code_labels(CodeList.INDUSTRY).get(CodeList.INDUSTRY, {}).items())
    closed = is_closed_list(request, drill=drill)
    spans = closed_spans(request.user, scope.as_of) if closed else spans_at(request.user, scope.as_of)
    query = request.GET.copy()
    if scope.unit and "unit" not in query and scope.unit in {u.code for u in units}:
        query["unit"] = scope.unit
    why, work = explained(request) if drill else ("", False)
    listed = DRILL_WHY if why else DRILL_WORK if work else DRILL if drill else REGISTER
    shown = {c.key for c in (*shown_columns(request, listed.columns), *columns)}
    if GUIDANCE in shown:
        spans = with_class(spans, scope.as_of)
    prepare = partial(
        register_rows, as_of=scope.as_of, closed=closed, industries=dict(industries), wanted=shown, why=why, work=work
    )
    order = sort_order(request, listed.columns, listed.default_sort)[1]
    if order[0].lstrip("-").startswith("f_"):
        spans = with_figure(spans, scope.as_of, order[0].lstrip("-").removeprefix("f_"))
    result = result_of(
        request,
        replace(listed, prepare=prepare),
        spans,
        scope_word=whole_scope_word(request.user),
        query=query,
        units=units,
        industries=industries,
        drill=drill,
    )
    if closed:
        result.sentence = f"已注销或迁出:{result.sentence}"
    return result


def _page(request: HttpRequest, *, drill: bool) -> HttpResponse:
    result = register_result(request, drill=drill)
    closed = is_closed_list(request, drill=drill)
    bulk = may_bulk_edit(request.user) and not drill and not closed
    exports, edits = may_export_register(request.user), may_edit_register(request.user) and not drill
    context = {"figure_tabs": [], "figure_base": ""} | (_figure_context(request, result) if drill else {})
    return list_page(
        request,
        result,
        **context,
        drill=drill,
        closed=closed,
        closed_query=with_parameters(request.GET, state=None if closed else "closed"),
        stale=has_pending_marks(),
        export_url=reverse("coverage-export" if drill else "organization-export") if exports else "",
        add_url=reverse("organization-create") if edits else "",
        add_words="新增组织",
        bulk_template="coverage/_register_bulk.html" if bulk else "",
        bulk_acts=Act.choices,
    )


@require_GET
@page_for(may_see_register)
def organization_list(request: HttpRequest) -> HttpResponse:
    """组织台账: every organization the account may see, at the working date."""
    return _page(request, drill=False)


@require_GET
@page_for(may_see_coverage)
def coverage_organizations(request: HttpRequest) -> HttpResponse:
    """The organizations behind one figure: the same rows that were counted."""
    return _page(request, drill=True)


def _export(request: HttpRequest, *, drill: bool) -> HttpResponse:
    why, work = explained(request) if drill else ("", False)
    columns = (*EXPORT_COLUMNS, *(WHY_COLUMNS if why else WORK_COLUMNS if work else ()))
    result = register_result(request, drill=drill, columns=columns)
    if drill and (base := _figure_context(request, result).get("figure_base")):
        result.sentence = f"{result.sentence};{base}"
    return list_export(result, by=request.user, now=timezone.now(), columns=columns)


@require_GET
@page_for(may_export_register)
def organization_export(request: HttpRequest) -> HttpResponse:
    """The whole result of the list as a workbook."""
    return _export(request, drill=False)


@require_GET
@page_for(may_export_register)
def coverage_export(request: HttpRequest) -> HttpResponse:
    """The whole result of the drill-down as a workbook."""
    return _export(request, drill=True)
