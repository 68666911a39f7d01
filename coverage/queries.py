"""What pages, exports, the API and other apps may read of coverage."""

from calendar import monthrange
from datetime import date

from django.db.models import Q

from coverage.domain.figures import MilestoneFigures, Report, TrendPoint, report, spans_in, trend
from coverage.domain.rates import percent
from coverage.domain.spans import has_pending_marks, pending_marks
from coverage.domain.verdicts import Verdict, explain, explain_many, span_of
from coverage.models import STATE_COLUMNS, UNKNOWN, Population, State
from orgs.lines import MASS_LINES
from orgs.models import Unit

__all__ = [
    "MilestoneFigures",
    "Report",
    "TrendPoint",
    "Verdict",
    "explain",
    "explain_many",
    "has_pending_marks",
    "month_ends",
    "nearly_complete",
    "pending_marks",
    "percent",
    "report",
    "span_of",
    "trend",
]


def nearly_complete(*, user, as_of: date, unit: Unit | None = None):
    """只差一个组织即可全建: exactly one of union, league and women is 应建未建 and none of them unknown.

    Args:
        user: the signed-in User, or None.
        as_of: the date.
        unit: restricts to this unit and those below it.

    Returns:
        Span rows with organization and unit, in no particular order.
    """
    one = Q(pk__in=())
    for line in MASS_LINES:
        rest = Q()
        for other in MASS_LINES:
            if other != line:
                rest &= ~Q(**{f"{STATE_COLUMNS[other]}__in": [int(s) for s in (State.GAP, *UNKNOWN)]})
        one |= Q(**{STATE_COLUMNS[line]: State.GAP}) & rest
    rows = spans_in(user, as_of, unit).select_related("organization", "unit")
    return rows.of_population(Population.ALL).filter(one)


def month_ends(first: date, last: date) -> list[date]:
    """Ends of months from the first to the last date, and the last date itself.

    Args:
        first: any day of the first month.
        last: the last day drawn.
    """
    ends, year, month = [], first.year, first.month
    while date(year, month, 1) <= last:
        end = date(year, month, monthrange(year, month)[1])
        ends.append(min(end, last))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return ends
