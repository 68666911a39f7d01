"""The register's list, the drill-down behind a figure, and their export."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from coverage.exports import register_file
from coverage.filters import RegisterFilter
from coverage.models import Span
from coverage.queries import has_pending_marks
from coverage.queries_pages import closed_spans, rows_of, spans_at, with_figure
from coverage.tables import LIST_COLUMNS
from orgs.models.codes import CodeList
from orgs.permissions import may_edit_register, may_export_register, may_see_coverage, may_see_register
from orgs.queries_list import UnitChoice, code_labels, filter_units, whole_scope_word
from quannan.base.filters import Chip, chips_of, sentence_of
from quannan.base.scope import page_for, working_scope
from quannan.base.tables import headers, page_of, sort_order, with_parameters

# What stays when all filters are cleared: the date and the order are no filters.
KEPT = ("as_of", "sort", "state")
# So many filters are tried one by one when the result is empty; with more, nobody reads the answer.
TRIED = 6


@dataclass
class Listing:
    """One list as asked for: its rows, and the words that say which rows these are."""

    filters: RegisterFilter
    chips: list[Chip]
    sentence: str
    asked: str
    rows: QuerySet[Span]
    closed: bool
    units: list[UnitChoice]
    industries: list[tuple[str, str]]


def _listing(request: HttpRequest, *, drill: bool) -> Listing:
    scope = working_scope(request)
    units = filter_units(request.user)
    industries = sorted(code_labels(CodeList.INDUSTRY).get(CodeList.INDUSTRY, {}).items())
    closed = not drill and request.GET.get("state") == "closed"
    spans = closed_spans(request.user, scope.as_of) if closed else spans_at(request.user, scope.as_of)
    names = {u.code: u for u in units}
    query = request.GET.copy()
    if scope.unit and "unit" not in query and scope.unit in names:
        query["unit"] = scope.unit
    filters = RegisterFilter(query, spans, as_of=scope.as_of, units=units, industries=industries, drill=drill)
    chips = chips_of(filters, request.GET)
    if scope.unit and "unit" not in request.GET:
        # The working scope is said, not removed here: it is changed in the bar above.
        chips = [Chip(c.label, c.value, None) if c.label == filters.form.fields["unit"].label else c for c in chips]
    asked, order = sort_order(request, LIST_COLUMNS, "name")
    rows = filters.qs
    if any("f_" in name for name in order):
        rows = with_figure(rows, scope.as_of, order[0].lstrip("-").removeprefix("f_"))
    whole = whole_scope_word(request.user)
    sentence = sentence_of(chips, whole, "组织")
    if closed:
        sentence = f"已注销或迁出:{sentence}"
    return Listing(filters, chips, sentence, asked, rows.order_by(*order), closed, units, industries)


def _why_empty(request: HttpRequest, listing: Listing, *, drill: bool) -> str:
    """Which filter emptied the result: what would be found without each of them."""
    if listing.filters.errors:
        return listing.filters.unreadable()
    found = []
    for name in [n for n in listing.filters.form.fields if request.GET.get(n)][:TRIED]:
        query = request.GET.copy()
        query.pop(name)
        count = RegisterFilter(
            query,
            listing.filters.queryset,
            as_of=listing.filters.as_of,
            units=listing.units,
            industries=listing.industries,
            drill=drill,
        ).qs.count()
        if count:
            label = listing.filters.form.fields[name].label
            found.append(f"去掉“{label}”有 {count} 家")
    return (";".join(found) + "。") if found else "这些条件单独去掉哪一个都没有结果,请清除后重新筛选。"


def _page(request: HttpRequest, template: str, listing: Listing, extra: dict) -> HttpResponse:
    scope = working_scope(request)
    page = page_of(request, listing.rows)
    cleared = urlencode({name: request.GET[name] for name in KEPT if name in request.GET})
    context = {
        "page_obj": page,
        "rows": rows_of(page.object_list, scope.as_of),
        "headers": headers(request, LIST_COLUMNS, listing.asked),
        "chips": listing.chips,
        "sentence": f"{listing.sentence},截至 {scope.as_of}",
        "filter_form": listing.filters.form,
        "filtered": bool(listing.chips or listing.filters.errors),
        "filter_count": len(listing.chips),
        "showing_filters": request.GET.get("tab") == "filters",
        "result_query": with_parameters(request.GET, tab=None),
        "filter_query": with_parameters(request.GET, tab="filters"),
        "export_query": with_parameters(request.GET),
        "stale": has_pending_marks(),
        "may_edit": may_edit_register(request.user),
        "may_export": may_export_register(request.user),
        "closed": listing.closed,
        "closed_query": with_parameters(request.GET, state=None if listing.closed else "closed"),
        "add_url": f"?{with_parameters(request.GET, tab='filters')}",
        "clear_query": cleared,
        "clear_url": f"?{cleared}",
        "kept_parameters": [(name, request.GET[name]) for name in KEPT if name in request.GET],
        "empty_text": "" if page.paginator.count else _why_empty(request, listing, drill=extra["drill"]),
        **extra,
    }
    return render(request, template, context)


@require_GET
@page_for(may_see_register)
def organization_list(request: HttpRequest) -> HttpResponse:
    """组织台账: every organization the account may see, at the working date."""
    listing = _listing(request, drill=False)
    return _page(request, "coverage/organization_list.html", listing, {"drill": False})


@require_GET
@page_for(may_see_coverage)
def coverage_organizations(request: HttpRequest) -> HttpResponse:
    """The organizations behind one figure: the same rows that were counted."""
    listing = _listing(request, drill=True)
    return _page(request, "coverage/organization_list.html", listing, {"drill": True})


def _export(request: HttpRequest, *, drill: bool) -> HttpResponse:
    listing = _listing(request, drill=drill)
    scope = working_scope(request)
    name = "覆盖明细" if drill else "组织台账"
    file = register_file(
        rows_of(listing.rows, scope.as_of),
        title=name,
        sentence=listing.sentence,
        as_of=scope.as_of,
        by=request.user,
        now=timezone.now(),
    )
    return FileResponse(file, as_attachment=True, filename=f"{name}-{scope.as_of}.xlsx")


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
