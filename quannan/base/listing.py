"""One declaration of a list gives its page, its count, its export and its selection for acts on many rows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import format_html

from quannan.base.filters import Chip, Choices, ListFilter, chips_of, sentence_of
from quannan.base.saved import saved_links
from quannan.base.scope import working_scope
from quannan.base.tables import Column, headers, page_of, sort_order, with_parameters
from quannan.base.templatetags.pages import shown
from quannan.base.workbook.write import write_table

# What stays when all filters are cleared: the date, the order and the columns are no filters.
KEPT = ("as_of", "sort", "col")
# So many filters are tried one by one when the result is empty; with more, nobody reads the answer.
TRIED = 6
COLUMNS = "col"
# Longer numbers are no key of any table.
KEY_DIGITS = 19


@dataclass(frozen=True)
class Listed:
    """What one list is.

    Attributes:
        name: URL name of its page, by which filters are saved.
        title: h1 and title of the export.
        noun: what a row is, for the sentence: 党群组织, 任职.
        counter: the word behind the count: 家, 个, 人, 条.
        columns: in the order shown; the export has them all.
        default_sort: key of the column sorted by, with “-” for downwards.
        filters: the FilterSet.
        empty: (title, text) of the page while there is not one row.
        prepare: turns the rows shown into what the columns read, in a fixed number of queries.
        template: the page; one of its own extends includes/list_page.html.
        kept: parameters of its own address that stay when all filters are cleared.
        days: dates of its own address; like the working date they stay, and are not saved with a filter.
    """

    name: str
    title: str
    noun: str
    counter: str
    columns: tuple[Column, ...]
    default_sort: str
    filters: type[ListFilter]
    empty: tuple[str, str]
    prepare: Callable[[Iterable[Any]], Iterable[Any]] = list
    template: str = "includes/list_page.html"
    kept: tuple[str, ...] = ()
    days: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        # A copy made for one request, with its account bound, must not outlive it.
        LISTS.setdefault(self.name, self)

    @property
    def parameters(self) -> tuple[str, ...]:
        """What a saved filter may hold: the filters, the order and the columns; never the date."""
        return (*self.filters.base_filters, *self.kept, "sort", COLUMNS)


# Every list by the name of its page: what saved filters are kept for.
LISTS: dict[str, Listed] = {}


@dataclass
class Cell:
    """One cell as the page draws it."""

    column: Column
    value: Any
    url: str

    @property
    def css(self) -> str:
        return " ".join(filter(None, ("num" if self.column.numeric else "", self.column.css)))

    def __html__(self) -> str:
        """A cell of words alone, drawn here: hundreds of them stand on a page, and a template each would cost most."""
        words = self.column.draw(self.value) if self.column.draw else shown(self.value)
        inner = format_html('<a href="{}">{}</a>', self.url, words) if self.url else words
        css = self.css
        return format_html('<td class="{}">{}</td>', css, inner) if css else format_html("<td>{}</td>", inner)

    def __str__(self) -> str:
        """What a template asks for before it asks whether the text is safe."""
        return self.__html__()


@dataclass
class Row:
    """One row as the page draws it; `record` is what `prepare` gave."""

    record: Any
    cells: list[Cell] = field(default_factory=list)

    @property
    def pk(self) -> Any:
        return self.record.pk


@dataclass
class Result:
    """A list as asked for: its rows, and the words that say which rows these are."""

    listed: Listed
    filters: ListFilter
    chips: list[Chip]
    sentence: str
    rows: QuerySet
    asked: str
    columns: tuple[Column, ...]
    as_of: date
    query: QueryDict


def result_of(
    request: HttpRequest,
    listed: Listed,
    rows: QuerySet,
    *,
    scope_word: str,
    choices: Mapping[str, Choices] | None = None,
    query: QueryDict | None = None,
    **more: Any,
) -> Result:
    """The rows a request asks for.

    Args:
        request: filters, order and columns stand in its address.
        listed: the list.
        rows: everything the account may see of it at the working date.
        scope_word: whose rows these are: 全县, 本单位及下属.
        choices: values of filters known only now.
        query: parameters to read in place of the address's own, such as a working unit put in.
        more: handed to the filters.
    """
    scope = working_scope(request)
    query = request.GET if query is None else query
    filters = listed.filters(query, rows, as_of=scope.as_of, choices=choices, **more)
    # What the working scope put in is changed in the bar above, not removed here.
    chips = [
        chip if chip.name in request.GET else Chip(chip.label, chip.value, None, chip.name)
        for chip in chips_of(filters, request.GET)
    ]
    asked, order = sort_order(request, listed.columns, listed.default_sort)
    return Result(
        listed,
        filters,
        chips,
        f"{sentence_of(chips, scope_word, listed.noun)},截至 {scope.as_of}",
        filters.qs.order_by(*order),
        asked,
        shown_columns(request, listed.columns),
        scope.as_of,
        query,
    )


def shown_columns(request: HttpRequest, columns: Sequence[Column]) -> tuple[Column, ...]:
    """The columns chosen in the address (?col=a&col=b), in the list's own order; the usual ones where none are.

    Args:
        request: unknown names are passed over.
        columns: all columns of the list.
    """
    wanted = set(request.GET.getlist(COLUMNS))
    known = {c.key for c in columns}
    if not wanted & known:
        return tuple(c for c in columns if not c.optional)
    return tuple(c for c in columns if c.fixed or c.key in wanted)


def list_page(request: HttpRequest, result: Result, **extra: Any) -> HttpResponse:
    """The page of a list: result, filters, chips, columns, order, paging, and what to do when it is empty.

    Args:
        request: the page's request.
        result: as `result_of` gives it.
        extra: more for the template: add_url and add_words of the primary act, export_url, bulk_template, note.
    """
    listed = result.listed
    page = page_of(request, result.rows)
    records = listed.prepare(page.object_list)
    kept = [(name, value) for name in (*KEPT, *listed.kept, *listed.days) for value in request.GET.getlist(name)]
    cleared = urlencode(kept)
    chosen = {c.key for c in result.columns}
    context = {
        "listed": listed,
        "page_obj": page,
        "rows": [drawn(record, result.columns) for record in records],
        "headers": headers(request, result.columns, result.asked),
        "chips": result.chips,
        "sentence": result.sentence,
        "filter_form": result.filters.form,
        "filter_count": len(result.chips),
        "showing_filters": request.GET.get("tab") == "filters",
        "filtered": bool(result.chips or result.filters.errors),
        "result_query": with_parameters(request.GET, tab=None),
        "filter_query": with_parameters(request.GET, tab="filters"),
        "export_query": with_parameters(request.GET, tab=None),
        "add_filter_url": f"?{with_parameters(request.GET, tab='filters')}",
        "clear_query": cleared,
        "clear_url": f"?{cleared}",
        "kept_parameters": kept,
        "column_choices": [(c, c.key in chosen) for c in listed.columns],
        "usual_columns_query": with_parameters(request.GET, col=None, tab=None),
        "column_parameters": [
            (name, value)
            for name, values in request.GET.lists()
            for value in values
            if name not in (COLUMNS, "page", "tab") and value
        ],
        "saved_filters": saved_links(request, listed.name, listed.parameters),
        "nothing_found": f"没有符合条件的{listed.noun}",
        "empty_text": "" if page.paginator.count else why_empty(request, result),
        **dict.fromkeys(("note", "export_url", "add_url", "add_words", "bulk_template"), ""),
        **extra,
    }
    return render(request, listed.template, context)


def drawn(record: Any, columns: Iterable[Column]) -> Row:
    """One row for the page.

    Args:
        record: what `prepare` gave.
        columns: the columns shown.
    """
    return Row(record, [Cell(c, c.value(record), c.link(record) if c.link else "") for c in columns])


def why_empty(request: HttpRequest, result: Result) -> str:
    """Which filter emptied the result: what would be found without each of them."""
    filters = result.filters
    if filters.errors:
        return filters.unreadable()
    found = []
    for name in [n for n in filters.form.fields if request.GET.get(n)][:TRIED]:
        query = result.query.copy()
        query.pop(name)
        choices = {n: f.extra["choices"] for n, f in filters.filters.items() if "choices" in f.extra}
        count = type(filters)(query, filters.queryset, as_of=filters.as_of, choices=choices, **filters.more).qs.count()
        if count:
            found.append(f"去掉“{filters.form.fields[name].label}”有 {count} {result.listed.counter}")
    return (";".join(found) + "。") if found else "这些条件单独去掉哪一个都没有结果,请清除后重新筛选。"


def list_export(result: Result, *, by: Any, now: datetime, columns: Sequence[Column] = ()) -> FileResponse:
    """The whole result as .xlsx, every column, headed by the page's sentence, who made it and when.

    Args:
        result: as `result_of` gives it.
        by: the User who asked.
        now: when, aware.
        columns: in place of the list's own.
    """
    listed = result.listed
    columns = columns or listed.columns
    out = BytesIO()
    write_table(
        out,
        listed.title,
        f"{result.sentence};由 {by.name or by.username} 于 {timezone.localtime(now):%Y-%m-%d %H:%M} 导出",
        [c.title for c in columns],
        ([c.value(record) for c in columns] for record in listed.prepare(result.rows)),
    )
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename=f"{listed.title}-{result.as_of}.xlsx")


def selected(request: HttpRequest, rows: QuerySet) -> QuerySet:
    """The rows an act on many rows is meant for: those ticked, or the whole result of the address.

    Args:
        request: POST `ids` (several), or `whole` = 1.
        rows: the whole result, already filtered and limited to what the account may see.
    """
    if request.POST.get("whole") == "1":
        return rows
    return rows.filter(pk__in=ticked(request))


def ticked(request: HttpRequest) -> list[int]:
    """Keys of the rows ticked on a page.

    Args:
        request: POST `ids` (several); what is no key is passed over.
    """
    return [int(text) for text in request.POST.getlist("ids") if text.isdecimal() and len(text) < KEY_DIGITS]
