"""Reads of 维权个案: which cases an account sees at a date, and the sums by year; names stay on the page of one case."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import ExtractYear

from orgs.models import CaseMeasure, DismissalCase, Placement
from orgs.models.codes import CodeList
from orgs.queries import codes

OPEN, CLOSED = "办理中", "已办结"


def cases_at(user: Any, as_of: date) -> QuerySet[DismissalCase]:
    """Cases of dismissals up to a date that the account may see, as they stood then.

    Each bears `is_closed`, `taken`, `aid` and `unit_name`: closed by the date, measures taken by then, aid given by
    then in yuan (None without any), and the unit its organization stood under.

    Args:
        user: the signed-in User.
        as_of: the working date, inclusive.
    """
    done = Q(measures__done_on__lte=as_of)
    placed = Placement.objects.filter(organization=OuterRef("organization"), period__contains=as_of)
    return (
        DismissalCase.objects.visible_to(user, as_of)
        .filter(dismissed_on__lte=as_of)
        .select_related("organization")
        .defer("person_name", "circumstances", "complainant")
        .annotate(
            is_closed=ExpressionWrapper(Q(closed_on__lte=as_of) & Q(closed_on__isnull=False), BooleanField()),
            taken=Count("measures", filter=done),
            aid=Sum("measures__aid_yuan", filter=done),
            unit_name=Subquery(placed.order_by("pk").values("unit__name")[:1]),
        )
    )


def state_word(case: DismissalCase) -> str:
    """办理中 or 已办结 on the working date.

    Args:
        case: out of `cases_at`.
    """
    return CLOSED if case.is_closed else OPEN


@dataclass(frozen=True)
class YearOfCases:
    """What happened in one year.

    Attributes:
        cases: dismissals of that year.
        measures: measures taken in it.
        aid: aid given in it, in yuan.
    """

    year: int
    cases: int
    measures: int
    aid: Decimal


def sums_by_year(rows: QuerySet[DismissalCase], as_of: date) -> list[YearOfCases]:
    """Cases by the year of the dismissal, aid by the year it was given, the latest first; two queries.

    Args:
        rows: the cases of the list.
        as_of: the working date; later measures are left out.
    """
    ids = rows.order_by().values("pk")
    opened = dict(
        DismissalCase.objects.filter(pk__in=ids)
        .annotate(year=ExtractYear("dismissed_on"))
        .order_by("year")
        .values("year")
        .annotate(n=Count("pk"))
        .values_list("year", "n")
    )
    helped = {
        year: (n, aid)
        for year, n, aid in CaseMeasure.objects.filter(case__in=ids, done_on__lte=as_of)
        .annotate(year=ExtractYear("done_on"))
        .order_by("year")
        .values("year")
        .annotate(n=Count("pk"), total=Sum("aid_yuan"))
        .values_list("year", "n", "total")
    }
    found = []
    for year in sorted({*opened, *helped}, reverse=True):
        measures, aid = helped.get(year, (0, None))
        found.append(YearOfCases(year, opened.get(year, 0), measures, aid or Decimal(0)))
    return found


def totals_of(years: Iterable[YearOfCases]) -> YearOfCases:
    """All years together, under year 0.

    Args:
        years: as `sums_by_year` gives them.
    """
    years = list(years)
    aid = sum((y.aid for y in years), Decimal(0))
    return YearOfCases(0, sum(y.cases for y in years), sum(y.measures for y in years), aid)


@dataclass(frozen=True)
class MeasureRow:
    """One measure with its kind in words."""

    measure: CaseMeasure
    kind: str


def measures_of(case: DismissalCase, as_of: date) -> list[MeasureRow]:
    """The measures taken by a date, the latest first.

    Args:
        case: already checked for visibility.
        as_of: the working date.
    """
    labels = codes(CodeList.CASE_MEASURE)
    rows = case.measures.filter(done_on__lte=as_of).select_related("recorded_by").order_by("-done_on", "-id")
    return [MeasureRow(row, labels.get(row.kind, row.kind)) for row in rows]
