"""通报: the county's notice on coverage, one structure out of the figures that every other page shows."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from coverage.domain.figures import Counts, LineCounts, Report, TrendPoint, UnitFigures, report, trend
from coverage.domain.spans import has_pending_marks
from coverage.models import ALL, MEASURED, Population, ScaleRule, Standard
from coverage.queries_dashboard import (
    CARD_LINES,
    LABELS,
    MilestoneRow,
    milestone_row,
    trend_days,
)
from orgs.domain.naming import syllables_of
from orgs.lines import LINES, Line
from orgs.models import Unit
from orgs.queries_list import scope_units, whole_scope_word

MONTHS = 24
TREND_LINES = (
    ALL,
    Line.PARTY.value,
    Line.UNION.value,
    Line.LEAGUE.value,
    Line.WOMEN.value,
    Line.WOMEN_WORKERS.value,
)
# How many units are named as furthest behind; those level with the last of them are named too.
NAMED = 3


@dataclass(frozen=True)
class LineGap:
    """应建未建 of one line, and the units with most of it."""

    line: str
    gap: int
    most: list[UnitFigures]

    @property
    def label(self) -> str:
        return LABELS[self.line]


@dataclass(frozen=True)
class Bulletin:
    """Everything the 通报 says at a date about what an account sees.

    Attributes:
        whose: the county or the unit it is about.
        report: base, populations, units and milestones.
        milestones: in words.
        units: by 群团全建, the highest first, level ones by name; own rows only.
        total: the sum of `units`.
        mismatches: what the units do not add up to, in sentences; none when all is well.
        points: ends of months and the day itself, from the first month with anything eligible on.
        behind: the units furthest behind in 群团全建, the last one first.
        gaps: 应建未建 per line.
        standards: in force on the day, in order of lines.
        scale_rules: in force on the day.
        stale: whether changes wait that these figures do not hold yet.
        by: who asked for it.
        now: when, aware.
        unit_code: of the unit it is about, "" for all the account sees.
    """

    whose: str
    report: Report
    milestones: list[MilestoneRow]
    units: list[UnitFigures]
    total: Counts
    mismatches: list[str]
    points: list[TrendPoint]
    behind: list[UnitFigures]
    gaps: list[LineGap]
    standards: list[Standard]
    scale_rules: list[ScaleRule]
    stale: bool
    by: str
    now: datetime
    unit_code: str = ""

    @property
    def as_of(self) -> date:
        return self.report.as_of

    @property
    def counts(self) -> Counts:
        return self.report.populations[Population.ALL]

    @property
    def organizations_of_units(self) -> int:
        return sum(row.organizations for row in self.units)


def bulletin(*, user, as_of: date, unit: Unit | None, now: datetime) -> Bulletin:
    """The 通报: nine queries, eight before the first milestone is past.

    Args:
        user: the signed-in User, who is named as its author.
        as_of: the date figures hold at.
        unit: restricts to this unit and those below it.
        now: when it is made, aware.
    """
    found = report(user=user, as_of=as_of, unit=unit)
    units = in_order(found.units)
    return Bulletin(
        whose=unit.name if unit else whose_figures(user),
        report=found,
        milestones=[milestone_row(m) for m in found.milestones],
        units=units,
        total=sum_of(units),
        mismatches=mismatches(found),
        points=points_with_data(trend(user=user, days=trend_days(as_of, MONTHS), unit=unit, lines=TREND_LINES)),
        behind=furthest_behind(units),
        gaps=[line_gap(line, found.populations[Population.ALL].lines[line], units) for line in CARD_LINES],
        standards=sorted(Standard.objects.filter(period__contains=as_of), key=lambda s: LINES.index(s.line)),
        scale_rules=list(ScaleRule.objects.filter(period__contains=as_of)),
        stale=has_pending_marks(),
        by=user.name or user.username,
        now=now,
        unit_code=unit.code if unit else "",
    )


def whose_figures(user) -> str:
    """The county, or the units of the account, by name; 本组织 for accounts of a single organization.

    Args:
        user: the signed-in User.
    """
    return "、".join(u.name for u in scope_units(user) if not u.depth) or whole_scope_word(user)


def in_order(units: Iterable[UnitFigures]) -> list[UnitFigures]:
    """Units by 群团全建, exact and not as rounded, the highest first; level ones by name; without a base at the end.

    Args:
        units: own rows of units.
    """

    def place(row: UnitFigures):
        counts = row.counts.lines[ALL]
        share = Fraction(counts.covered, counts.eligible) if counts.eligible else Fraction(0)
        return not counts.eligible, -share, syllables_of(row.unit.name), row.unit.code

    return sorted(units, key=place)


def sum_of(units: Iterable[UnitFigures]) -> Counts:
    """All units added up.

    Args:
        units: own rows of units.
    """
    total = Counts()
    for row in units:
        total.add(row.counts)
    return total


def mismatches(found: Report) -> list[str]:
    """Where the units do not add up to the whole, in sentences (coverage.md, Populations and cells).

    Args:
        found: the report.
    """
    total, whole = sum_of(found.units), found.populations[Population.ALL]
    pairs = [("在册组织", sum(u.organizations for u in found.units), found.base.organizations)]
    for line in MEASURED:
        for word, measure in (("应建", "eligible"), ("已建", "covered")):
            pairs.append(
                (f"{LABELS[line]}{word}", getattr(total.lines[line], measure), getattr(whole.lines[line], measure))
            )
    return [
        f"{name}各单位相加为{added}家,总数为{counted}家,两者不符;本通报未作调整,请先查明原因。"
        for name, added, counted in pairs
        if added != counted
    ]


def points_with_data(points: Sequence[TrendPoint]) -> list[TrendPoint]:
    """The trend without the months before anything was eligible.

    Args:
        points: in order of days.
    """
    first = next((i for i, p in enumerate(points) if any(c.eligible for c in p.lines.values())), len(points))
    return list(points[first:])


def _with_level_ones(rows: list[UnitFigures], measure: Callable[[UnitFigures], Fraction | int]) -> list[UnitFigures]:
    """The first rows, and those after them that are level with the last: a notice names both or neither."""
    if len(rows) <= NAMED:
        return rows
    last = measure(rows[NAMED - 1])
    return [row for i, row in enumerate(rows) if i < NAMED or measure(row) == last]


def furthest_behind(units: list[UnitFigures]) -> list[UnitFigures]:
    """The units with the lowest 群团全建, the last one first; units that lack nothing are not among them.

    Args:
        units: as `in_order` gives them.
    """

    def share(row: UnitFigures) -> Fraction:
        return Fraction(row.counts.lines[ALL].covered, row.counts.lines[ALL].eligible)

    lacking = [row for row in units if row.counts.lines[ALL].gap]
    # Sorted anew, not turned round: level units stay in order of their names.
    return _with_level_ones(sorted(lacking, key=share), share)


def line_gap(line: str, counts: LineCounts, units: list[UnitFigures]) -> LineGap:
    """应建未建 of a line, and the units with most of it, level ones in the given order.

    Args:
        line: a line code or "all".
        counts: of the whole.
        units: own rows of units.
    """

    def gap(row: UnitFigures) -> int:
        return row.counts.lines[line].gap

    rows = sorted((row for row in units if gap(row)), key=lambda row: -gap(row))
    return LineGap(line, counts.gap, _with_level_ones(rows, gap))
