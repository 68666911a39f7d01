"""Reads of 排查: single counts for who recorded them, and sums in which no small number can be read or worked out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, DateField, QuerySet, Sum, Value

from orgs.models import MemberSearch, Unit
from orgs.models.support import HiddenMemberKind
from orgs.queries_support import unit_name

# domain.md, 分类指导: elsewhere sums, below 5 shown as <5.
LEAST_SHOWN = 5
# The sum of a single organization would be that organization's count.
LEAST_ORGANIZATIONS = 2
COUNTS = ("found", "contacted", "transferred")
HIDDEN = f"<{LEAST_SHOWN}"
TOO_FEW = "不单列"
UNLISTED = "不列出"


def searches_at(user, as_of: date) -> QuerySet[MemberSearch]:
    """Visits up to a day whose counts the account may see.

    Args:
        user: the signed-in User.
        as_of: the day.
    """
    return (
        MemberSearch.objects.visible_to(user, as_of)
        .filter(visited_on__lte=as_of)
        .select_related("organization", "unit", "recorded_by")
        .annotate(unit_at=unit_name(as_of), on=Value(as_of, output_field=DateField()))
    )


@dataclass(frozen=True)
class SumRow:
    """One unit's sums in words, kind by kind, each found, contacted, transferred; the last row is the total."""

    name: str
    cells: Sequence[str]


@dataclass(frozen=True)
class SearchSums:
    """The sums of a year.

    Attributes:
        year: the calendar year.
        rows: units with a record in the year.
        total: sums of what the rows show.
        hides: whether any number is hidden.
    """

    year: int
    rows: Sequence[SumRow]
    total: SumRow
    hides: bool


def search_sums(user, year: int) -> SearchSums:
    """Sums by the unit that recorded them, for a whole calendar year; two queries.

    Whole years, because the difference of two days would be the count of one visit. The total adds the numbers
    shown and no others, because a whole total less the shown numbers would be the hidden one.

    Args:
        user: the signed-in User; units in its sight.
        year: the calendar year.
    """
    counted = {
        (row["unit"], row["kind"]): row
        for row in MemberSearch.objects.filter(unit__in=Unit.objects.visible_to(user), visited_on__year=year)
        .order_by()
        .values("unit", "kind")
        .annotate(organizations=Count("organization", distinct=True), **{f"{name}_sum": Sum(name) for name in COUNTS})
    }
    units = Unit.objects.visible_to(user).filter(pk__in={unit for unit, _ in counted}).order_by("order", "code")
    sums = [0] * (len(COUNTS) * len(HiddenMemberKind.values))
    hidden: set[int] = set()
    rows = []
    for unit in units:
        cells: list[str] = []
        for kind in HiddenMemberKind.values:
            row = counted.get((unit.pk, kind))
            for name in COUNTS:
                word, number = _word(row, f"{name}_sum")
                if word in (HIDDEN, TOO_FEW):
                    hidden.add(len(cells))
                sums[len(cells)] += number
                cells.append(word)
        rows.append(SumRow(unit.name, cells))
    total = [
        (f"≥{number:,}" if number else UNLISTED) if place in hidden else f"{number:,}"
        for place, number in enumerate(sums)
    ]
    return SearchSums(year, rows, SumRow("合计", total), bool(hidden))


def _word(row: dict | None, column: str) -> tuple[str, int]:
    """A cell in words, and what it adds to the total."""
    if row is None:
        return "—", 0
    if row["organizations"] < LEAST_ORGANIZATIONS:
        return TOO_FEW, 0
    if row[column] < LEAST_SHOWN:
        return HIDDEN, 0
    return f"{row[column]:,}", row[column]
