"""信息统计表 (F4): one row per unit with bodies by form and composition, counted at a date.

Organizations, work coverage and the built counts to compare with come from the dashboard's own report. What no other
figure tells, bodies by form and composition and the organizations each kind of them covers, comes from the statements
of `coverage.domain.statistics`; the lists behind a number ask for the very same rows.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from coverage.domain.figures import Counts, LineCounts, Report, report, spans_in
from coverage.domain.statistics import (
    BODY_MEASURES,
    LEVELS,
    OTHER_LEVEL,
    PROVISIONAL,
    STATISTICS_LINES,
    WAYS,
    body_counts,
    counted_bodies,
    covered_counts,
    covered_organizations,
    elsewhere_counts,
    sight_of,
)
from coverage.models import BUILT, STATE_COLUMNS, Population, State
from coverage.queries_pages import with_figure
from orgs.models import Unit

__all__ = [
    "BODY_MEASURES",
    "LEVELS",
    "OTHER_LEVEL",
    "PROVISIONAL",
    "STATISTICS_LINES",
    "WAYS",
    "LineStatistics",
    "Statistics",
    "StatisticsRow",
    "bodies_counted",
    "built_spans",
    "covered_by",
    "of_unknown_members",
    "statistics",
]


@dataclass
class LineStatistics:
    """One line of one unit.

    Attributes:
        built: organizations of the base that a body covers, by the spans.
        built_unknown: those among them in no rate, because the needed count is not known.
        bodies: numbers of bodies by key of BODY_MEASURES.
        covered: organizations by key of WAYS, each once.
        counts: the dashboard's counts.
    """

    built: int = 0
    built_unknown: int = 0
    bodies: dict[str, int] = field(default_factory=lambda: dict.fromkeys(BODY_MEASURES, 0))
    covered: dict[str, int] = field(default_factory=lambda: dict.fromkeys(WAYS, 0))
    counts: LineCounts = field(default_factory=LineCounts)

    @property
    def levels(self) -> int:
        """党委 + 总支 + 支部."""
        return sum(self.bodies[level] for level in LEVELS)

    @property
    def own_and_joint(self) -> int:
        """单独 + 联合."""
        return self.bodies["own"] + self.bodies["joint"]

    @property
    def covered_in_all(self) -> int:
        """Covered organizations out of the bodies, whatever their way."""
        return sum(self.covered.values())

    @property
    def dashboard_built(self) -> int:
        """What the dashboard calls built, with those whose count is not known."""
        return self.counts.covered + self.counts.voluntary + self.built_unknown


@dataclass
class StatisticsRow:
    """One unit's own organizations, or all of them; `unit` is None in the sum."""

    unit: Unit | None
    organizations: int = 0
    counts: Counts = field(default_factory=Counts)
    full: int = 0
    probationary: int = 0
    unknown_members: int = 0
    instructors: int = 0
    instructed: int = 0
    lines: dict[str, LineStatistics] = field(
        default_factory=lambda: {line: LineStatistics() for line in STATISTICS_LINES}
    )

    @property
    def code(self) -> str:
        return self.unit.code if self.unit else ""

    @property
    def name(self) -> str:
        return self.unit.name if self.unit else "合计"

    @property
    def members(self) -> int:
        """正式 + 预备, as far as they are known."""
        return self.full + self.probationary


@dataclass
class Statistics:
    """The whole form for one date and scope.

    Attributes:
        report: the dashboard's report, whose figures are in the rows.
        rows: one a unit; all of them disjoint.
        total: worked out beside the rows, not out of them.
        elsewhere: joint bodies by line that cover an organization in sight and count in a unit out of sight.
        unit: restricts to this unit and those below it.
    """

    report: Report
    rows: list[StatisticsRow]
    total: StatisticsRow
    elsewhere: dict[str, int]
    unit: Unit | None

    @property
    def as_of(self) -> date:
        return self.report.as_of


def statistics(*, user: Any, as_of: date, unit: Unit | None = None) -> Statistics:
    """信息统计表 at a date, for what a user may see; twelve queries, however many units and organizations there are.

    Args:
        user: a User, or None for the whole county.
        as_of: the date, inclusive.
        unit: restricts to this unit and those below it.
    """
    found = report(user=user, as_of=as_of, unit=unit)
    rows = {row.pk: StatisticsRow(row) for row in _listed_units(user, unit)}
    for of_unit in found.units:
        rows.setdefault(of_unit.unit.pk, StatisticsRow(of_unit.unit))
        _take_report(rows[of_unit.unit.pk], of_unit.organizations, of_unit.counts)
    total = StatisticsRow(None)
    _take_report(total, found.base.organizations, found.populations[Population.ALL])
    spans = spans_in(user, as_of, unit).in_base().order_by()
    _take_spans(spans, as_of, rows, total)
    _take_instructors(spans, as_of, rows, total)
    sight = sight_of(user, unit)
    for key, line, counts in body_counts(as_of, sight):
        (rows[key] if key else total).lines[line].bodies = counts
    for key, line, counts in covered_counts(as_of, sight):
        (rows[key] if key else total).lines[line].covered = counts
    ordered = sorted(rows.values(), key=lambda row: (row.unit.order, row.unit.code) if row.unit else (0, ""))
    return Statistics(found, ordered, total, elsewhere_counts(as_of, sight), unit)


def _listed_units(user: Any, unit: Unit | None) -> QuerySet[Unit]:
    """The units of a scope that have none below them: a unit without organizations is told with noughts."""
    units = Unit.objects.all() if user is None else Unit.objects.visible_to(user)
    if unit is not None:
        units = units.below(unit)
    return units.filter(is_active=True).exclude(pk__in=Unit.objects.exclude(parent=None).values("parent"))


def _take_report(row: StatisticsRow, organizations: int, counts: Counts) -> None:
    row.organizations, row.counts = organizations, counts
    for line, statistics_of in row.lines.items():
        statistics_of.counts = counts.lines[line]


def _take_spans(spans: QuerySet, as_of: date, rows: dict[int, StatisticsRow], total: StatisticsRow) -> None:
    """Built organizations by line and members by kind, out of the spans and the figures in force: two queries."""
    wanted: dict[str, Any] = {
        "full": Coalesce(Sum("f_full_members"), 0),
        "probationary": Coalesce(Sum("f_probationary_members"), 0),
        "unknown_members": Count("pk", filter=unknown_members()),
    }
    for line in STATISTICS_LINES:
        state = STATE_COLUMNS[line]
        is_built = Q(**{f"{state}__in": BUILT})
        wanted[f"{line}_built"] = Count("pk", filter=is_built)
        wanted[f"{line}_built_unknown"] = Count(
            "pk", filter=is_built & (Q(known_figures=False) | Q(**{state: State.UNKNOWN_BUILT}))
        )
    told = with_members(spans, as_of)
    found = [*told.values("unit_id").annotate(**wanted), {"unit_id": None} | told.aggregate(**wanted)]
    for values in found:
        row = total if values["unit_id"] is None else rows[values["unit_id"]]
        row.full, row.probationary = values["full"], values["probationary"]
        row.unknown_members = values["unknown_members"]
        for line, statistics_of in row.lines.items():
            statistics_of.built = values[f"{line}_built"]
            statistics_of.built_unknown = values[f"{line}_built_unknown"]


def with_members(spans: QuerySet, as_of: date) -> QuerySet:
    """Spans with `f_full_members` and `f_probationary_members`, the figures in force at the date.

    Args:
        spans: spans at the date.
        as_of: the date.
    """
    return with_figure(with_figure(spans, as_of, "full_members"), as_of, "probationary_members")


def unknown_members() -> Q:
    """党员数不明: either kind of members is not known; for spans out of `with_members`."""
    return Q(f_full_members=None) | Q(f_probationary_members=None)


def _take_instructors(spans: QuerySet, as_of: date, rows: dict[int, StatisticsRow], total: StatisticsRow) -> None:
    """Instructors sent to organizations of the base, and how many organizations have one: two queries."""
    sent = spans.filter(organization__instructors__period__contains=as_of)
    wanted = {"n": Count("organization__instructors"), "organizations": Count("organization", distinct=True)}
    for values in [*sent.values("unit_id").annotate(**wanted), {"unit_id": None} | sent.aggregate(**wanted)]:
        row = total if values["unit_id"] is None else rows[values["unit_id"]]
        row.instructors, row.instructed = values["n"], values["organizations"]


def of_unknown_members(spans: QuerySet, as_of: date) -> QuerySet:
    """Spans of the base whose number of members is not known.

    Args:
        spans: spans at the date.
        as_of: the date.
    """
    return with_members(spans.in_base(), as_of).filter(unknown_members())


def built_spans(spans: QuerySet, line: str) -> QuerySet:
    """Spans of the base that a body of a line covers, whether or not it is owed.

    Args:
        spans: spans at the date.
        line: code of `Line`, or "all".
    """
    return spans.in_base().filter(**{f"{STATE_COLUMNS[line]}__in": BUILT})


def bodies_counted(user: Any, as_of: date, *, measure: str, code: str = "", below: str = "") -> list[int]:
    """The keys of the bodies behind a number of the form; one query.

    Args:
        user: the signed-in User.
        as_of: the date, inclusive.
        measure: a key of BODY_MEASURES.
        code: code of the unit whose own row it is, "" for the sum.
        below: path of the unit to whose subtree the form was restricted.
    """
    return counted_bodies(as_of, sight_of(user, code=code, below=below), measure)


def covered_by(spans: QuerySet, as_of: date, line: str, way: str) -> QuerySet:
    """Of some spans those whose organization is covered in one way, as the form counts it; one query more.

    Args:
        spans: spans at the date, limited to what the account may see.
        as_of: the date, inclusive.
        line: code of `Line`.
        way: a key of WAYS.
    """
    keys = covered_organizations(as_of, sight_of(None), line, way)
    return spans.in_base().filter(organization__in=keys)
