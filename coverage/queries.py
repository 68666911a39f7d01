"""What pages, exports, the API and other apps may read of coverage."""

from calendar import monthrange
from datetime import date

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from coverage.domain.figures import MilestoneFigures, Report, TrendPoint, report, spans_in, trend
from coverage.domain.rates import percent
from coverage.domain.spans import has_pending_marks, pending_marks
from coverage.domain.verdicts import Verdict, explain, span_of
from coverage.models import STATE_COLUMNS, UNKNOWN, State
from orgs.lines import MASS_LINES, Line
from orgs.models import Figures, Unit

__all__ = [
    "MilestoneFigures",
    "Report",
    "TrendPoint",
    "Verdict",
    "explain",
    "has_pending_marks",
    "month_ends",
    "nearly_complete",
    "organizations_at",
    "pending_marks",
    "percent",
    "report",
    "span_of",
    "trend",
]


def organizations_at(*, user, as_of: date, unit: Unit | None = None):
    """Span rows of the organizations a user may see at a date, with organization, unit and the figures in force.

    Filter them with the span's own words: `.in_base()`, `.of_population("key")`, `.measured("union", "gap")`. Each row
    carries `organization`, `unit` and, as annotations, `employees`, `women`, `league_members`, `full_members`,
    `annual_revenue_yuan` and `figures_on`.

    Args:
        user: the signed-in User, or None for the whole county.
        as_of: the date.
        unit: restricts to this unit and those below it.
    """
    return spans_in(user, as_of, unit).select_related("organization", "unit")


FIGURE_COLUMNS = ("employees", "women", "league_members", "full_members", "annual_revenue_yuan")


def with_figures(spans, as_of: date):
    """Adds the figures in force at the date to span rows: the latest row by then, else the first carried back.

    Args:
        spans: a queryset of spans at the date.
        as_of: the same date.
    """
    past = Figures.objects.filter(organization=OuterRef("organization_id"), as_of__lte=as_of).order_by("-as_of")
    first = Figures.objects.filter(organization=OuterRef("organization_id")).order_by("as_of")
    row = Subquery(past.values("pk")[:1])
    carried = Subquery(first.values("pk")[:1])
    return spans.annotate(figures_id=Coalesce(row, carried))


def figures_of_page(rows) -> dict[int, Figures]:
    """The figures in force for one page of span rows, by organization id: one query for the whole page.

    Args:
        rows: span rows annotated by `with_figures`.
    """
    wanted = {row.figures_id for row in rows if row.figures_id}
    return {f.organization_id: f for f in Figures.objects.filter(pk__in=wanted)}


def nearly_complete(*, user, as_of: date, unit: Unit | None = None):
    """只差一个组织即可全建: exactly one of union, league and women is 应建未建 and none of them unknown.

    Args:
        user: the signed-in User, or None.
        as_of: the date.
        unit: restricts to this unit and those below it.

    Returns:
        Span rows, the largest organizations' first figure left to the page; `missing_line(row)` names the line.
    """
    one = Q(pk__in=())
    for line in MASS_LINES:
        rest = Q()
        for other in MASS_LINES:
            if other != line:
                rest &= ~Q(**{f"{STATE_COLUMNS[other]}__in": [int(s) for s in (State.GAP, *UNKNOWN)]})
        one |= Q(**{STATE_COLUMNS[line]: State.GAP}) & rest
    rows = organizations_at(user=user, as_of=as_of, unit=unit).in_base().filter(known_figures=True)
    return rows.filter(one)


def missing_line(row) -> str:
    """The label of the one mass line a nearly complete row lacks."""
    return next(Line(line).label for line in MASS_LINES if getattr(row, STATE_COLUMNS[line]) == State.GAP)


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
