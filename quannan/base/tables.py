"""Lists: sorting, paging and the links between them, all of it kept in the address."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import F
from django.db.models.expressions import OrderBy
from django.http import HttpRequest, QueryDict

PAGE_SIZE = 50


@dataclass(frozen=True)
class Column:
    """One column of a list, of its export and of its print.

    Attributes:
        key: name used in the address for sorting, and by templates to pick the cell.
        title: header the user reads.
        value: what the export writes for a row.
        order_by: fields to sort by, () where the column cannot be sorted.
        numeric: right-aligned.
        link: where the cell leads for a row, "" for nowhere; None where no row has a link.
        draw: draws the cell's inside out of its value, for marks that a list shows hundreds of.
        template: draws the cell where words are not enough; it is given `row` and `value`.
        fixed: always shown, whatever columns are chosen.
        optional: shown only when chosen; the export has it always.
        css: class of the cell: code, nowrap.
        may_lack: rows without a value stand last in both directions; for columns that can be null.
    """

    key: str
    title: str
    value: Callable
    order_by: tuple[str, ...] = ()
    numeric: bool = False
    link: Callable[..., str] | None = None
    draw: Callable[..., str] | None = None
    template: str = ""
    fixed: bool = False
    optional: bool = False
    css: str = ""
    may_lack: bool = False


@dataclass(frozen=True)
class Header:
    """A column's header as a page shows it: its link and its present direction."""

    column: Column
    query: str
    direction: str

    @property
    def aria_sort(self) -> str:
        return {"up": "ascending", "down": "descending"}.get(self.direction, "")

    @property
    def arrow(self) -> str:
        return {"up": "↑", "down": "↓"}.get(self.direction, "")


def with_parameters(query: QueryDict, **changes: str | None) -> str:
    """The query string with some parameters changed; None removes one. Paging starts again.

    Args:
        query: parameters of the page shown.
        changes: new values by name.
    """
    changed = query.copy()
    changed.pop("page", None)
    for name, value in changes.items():
        if value is None:
            changed.pop(name, None)
        else:
            changed[name] = value
    return changed.urlencode()


def sort_order(request: HttpRequest, columns: Iterable[Column], default: str) -> tuple[str, tuple[str | OrderBy, ...]]:
    """The sorting asked for, as the name in the address and the fields of the query.

    Args:
        request: ?sort=name or ?sort=-name; an unknown name is taken as the default.
        columns: the list's columns.
        default: key of the column sorted by where nothing is asked.
    """
    asked = request.GET.get("sort", default)
    known = {c.key: c for c in columns if c.order_by}
    key = asked.lstrip("-")
    if key not in known:
        asked, key = default, default.lstrip("-")
    fields: tuple[str | OrderBy, ...] = known[key].order_by
    if asked.startswith("-"):
        turned = [f[1:] if f.startswith("-") else f"-{f}" for f in known[key].order_by]
        last = known[key].may_lack and turned[0].startswith("-")
        fields = (F(turned[0][1:]).desc(nulls_last=True), *turned[1:]) if last else tuple(turned)
    return asked, fields


def headers(request: HttpRequest, columns: Iterable[Column], asked: str) -> list[Header]:
    """Headers with the link that sorts by each: up first, down on the second click.

    Args:
        request: the page's request.
        columns: the list's columns.
        asked: the sorting in force, as `sort_order` gives it.
    """
    made = []
    for column in columns:
        direction = ""
        if asked.lstrip("-") == column.key:
            direction = "down" if asked.startswith("-") else "up"
        target = f"-{column.key}" if direction == "up" else column.key
        query = with_parameters(request.GET, sort=target) if column.order_by else ""
        made.append(Header(column, query, direction))
    return made


def page_of(request: HttpRequest, rows) -> Page:
    """One page of fifty; a page number past the end shows the last page.

    Args:
        request: ?page=n.
        rows: an ordered queryset or list.
    """
    return Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))


def without_parameters(address: str, *names: str) -> str:
    """An address with some of its parameters taken out.

    Args:
        address: path or full address, with or without parameters.
        names: parameters to take out.
    """
    path, _, query = address.partition("?")
    kept = QueryDict(query, mutable=True)
    for name in names:
        kept.pop(name, None)
    return f"{path}?{kept.urlencode()}" if kept else path
