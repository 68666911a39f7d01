"""Reads of the gap list (四清): who lacks which bodies, who works on it by when, what was struck off."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import (
    Case,
    Exists,
    F,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from coverage.domain.climbing import climbed_to
from coverage.domain.guidance import VISIT
from coverage.domain.verdicts import COUNT_WORDS
from coverage.models import (
    BUILT,
    STATE_COLUMNS,
    UNKNOWN,
    GapAssignment,
    GuidanceMeasure,
    Measure,
    Span,
    Standard,
    State,
    Supervision,
)
from coverage.queries import nearly_complete
from coverage.queries_pages import closed_spans, spans_at, with_figure
from orgs.lines import LINES, MASS_LINES, Line
from orgs.models import EstablishmentPlan, Figures, Unit
from orgs.queries_list import figures_at
from orgs.queries_plans import reason_words

OPEN, STRUCK, LAPSED = "open", "struck", "lapsed"
SHORT = {
    "party": "党",
    "union": "工会",
    "league": "团",
    "women": "妇女",
    "women_workers": "女工",
    "mechanism": "一会三组",
}
STRUCK_DAYS = 90
BUILT_STATES = [int(state) for state in BUILT]
# So many bodies are lacking to 群团全建 where it cannot be reached by founding bodies alone.
FAR = 9


def lines_asked(line: str) -> tuple[str, ...]:
    """The lines a list is of: one, or all.

    Args:
        line: code of `Line`, "" or anything else for all.
    """
    return (line,) if line in LINES else LINES


def gap_condition(lines: Iterable[str], prefix: str = "") -> Q:
    """Spans in which a body of one of the lines is owed and missing.

    Args:
        lines: codes of `Line`.
        prefix: lookup path to the span.
    """
    condition = Q(pk__in=())
    for line in lines:
        condition |= Q(**{f"{prefix}{STATE_COLUMNS[line]}": State.GAP})
    return condition


def assignments_at(as_of: date, lines: Iterable[str], states: Sequence[int] = (State.GAP,)) -> QuerySet[GapAssignment]:
    """Assignments in force on a day whose line is, on that day, in one of some states: open gaps where left out.

    Args:
        as_of: the day.
        lines: codes of `Line`.
        states: values of `State`.
    """
    condition = Q(pk__in=())
    for line in lines:
        condition |= Q(line=line, **{f"organization__spans__{STATE_COLUMNS[line]}__in": [int(s) for s in states]})
    return GapAssignment.objects.filter(
        condition,
        period__contains=as_of,
        organization__spans__period__contains=as_of,
        organization__spans__excluded=False,
    ).order_by()


def lapsed_assignments(as_of: date, lines: Iterable[str]) -> QuerySet[GapAssignment]:
    """Assignments in force on a day whose line is, on that day, neither owed and missing nor built.

    Those of organizations that are closed or excluded are among them.

    Args:
        as_of: the day.
        lines: codes of `Line`.
    """
    lines, kept = tuple(lines), Q(pk__in=())
    here = of_row(Span.objects.at(as_of).in_base())
    for line in lines:
        kept |= Q(Exists(here.filter(**{f"{STATE_COLUMNS[line]}__in": [int(State.GAP), *BUILT_STATES]})), line=line)
    return GapAssignment.objects.filter(~kept, line__in=lines, period__contains=as_of).order_by()


def assignments_shown_in(state: str, as_of: date, lines: Iterable[str]) -> QuerySet[GapAssignment]:
    """Assignments in force on a day that one state of the gap list shows.

    Args:
        state: OPEN, STRUCK or LAPSED.
        as_of: the day.
        lines: codes of `Line`.
    """
    if state == LAPSED:
        return lapsed_assignments(as_of, lines)
    return assignments_at(as_of, lines, BUILT_STATES if state == STRUCK else (State.GAP,))


def of_row(rows: QuerySet) -> QuerySet:
    """Those of the organization of an outer span.

    Args:
        rows: rows that belong to an organization.
    """
    return rows.filter(organization=OuterRef("organization"))


def struck_condition(lines: Iterable[str], since: date, as_of: date) -> Q:
    """Spans of the day in which a body stands that was owed and missing before, and was founded since.

    Args:
        lines: codes of `Line`.
        since: the first day looked at.
        as_of: the day of the spans.
    """
    condition = Q(pk__in=())
    for line in lines:
        column = STATE_COLUMNS[line]
        earlier = of_row(Span.objects.filter(period__startswith__lt=as_of))
        owed = earlier.filter(excluded=False, **{column: State.GAP})
        # The body stands without a break since the last span that has none.
        without = earlier.filter(period__endswith__gte=since).exclude(**{f"{column}__in": BUILT_STATES})
        condition |= Q(Exists(owed), Exists(without), **{f"{column}__in": BUILT_STATES})
    return condition


def gap_spans(user, as_of: date, lines: Sequence[str], state: str, since: date) -> QuerySet[Span]:
    """Organizations in one state of the gap list, one row each, with what the list sorts by.

    Adds `rank` (how many bodies are missing to 群团全建, FAR where that is out of reach), `due_first` (the earliest
    deadline of the lines asked for), `f_employees`, and `size`, the same with the unknown last.

    Args:
        user: the signed-in User.
        as_of: the date, inclusive.
        lines: the lines asked for.
        state: OPEN gaps; STRUCK off since a day; LAPSED: assigned, and neither owed nor built any more.
        since: first day of the window of STRUCK.
    """
    if state == LAPSED:
        rows = spans_at(user, as_of) | closed_spans(user, as_of)
        rows = rows.filter(Exists(of_row(lapsed_assignments(as_of, lines))))
    elif state == STRUCK:
        rows = spans_at(user, as_of).in_base().filter(struck_condition(lines, since, as_of))
    else:
        rows = spans_at(user, as_of).in_base().filter(gap_condition(lines))
    deadlines = of_row(assignments_shown_in(state, as_of, lines)).values("organization").annotate(_first=Min("due_on"))
    return with_figure(rows, as_of, "employees").annotate(
        rank=_rank(),
        # Unknown size comes last, whichever way PostgreSQL puts nulls.
        size=Coalesce(F("f_employees"), Value(-1)),
        due_first=Subquery(deadlines.values("_first")[:1]),
    )


def _rank() -> Case:
    """How many of union, league and women are missing, where 群团全建 is known and not reached."""
    unknown = Q(pk__in=())
    total: Any = Value(0)
    for line in MASS_LINES:
        unknown |= Q(**{f"{STATE_COLUMNS[line]}__in": [int(s) for s in UNKNOWN]})
        one = Case(When(**{STATE_COLUMNS[line]: State.GAP}, then=Value(1)), default=Value(0))
        total = total + one
    return Case(When(unknown | ~Q(all_state=State.GAP), then=Value(FAR)), default=total, output_field=IntegerField())


def with_supervision(rows: QuerySet[Span], as_of: date, lines: Iterable[str], *, wanted: bool) -> QuerySet[Span]:
    """Those under 挂牌督办 on the day, as a whole or for a line asked for, or those that are not.

    Args:
        rows: spans.
        as_of: the day.
        lines: the lines asked for.
        wanted: False for those that are not.
    """
    running = Exists(of_row(Supervision.objects.filter(period__contains=as_of, line__in=["", *lines])))
    return rows.filter(running if wanted else ~running)


def visited_first(rows: QuerySet[Span], as_of: date) -> QuerySet[Span]:
    """Spans with the day of the last visit beside them as `visited`.

    Args:
        rows: spans.
        as_of: visits after it do not count.
    """
    visits = of_row(GuidanceMeasure.objects.filter(kind=VISIT, done_on__lte=as_of)).order_by("-done_on")
    return rows.annotate(visited=Subquery(visits.values("done_on")[:1]))


@dataclass
class Gap:
    """One line of one organization as the gap list shows it.

    Attributes:
        line: code of `Line`.
        state: on the day; None where the organization has no span any more.
        basis: the figure that obliges, beside its threshold.
        count: that figure, None where it is none or not known.
        threshold: from which number on a body is owed, None where the standard counts none.
        plan: 未建原因与计划 of the day.
        assignment: in force on the day.
        climbed: the superior to whom it is reported.
        struck_on: since when the body stands, of one struck off.
        as_of: the day.
    """

    line: str
    state: int | None
    basis: str
    as_of: date
    count: int | None = None
    threshold: int | None = None
    plan: EstablishmentPlan | None = None
    assignment: GapAssignment | None = None
    climbed: Unit | None = None
    struck_on: date | None = None

    @property
    def label(self) -> str:
        return str(Line(self.line).label)

    @property
    def short(self) -> str:
        return SHORT[self.line]

    @property
    def is_open(self) -> bool:
        return self.state == State.GAP

    @property
    def reason(self) -> str:
        return reason_words(self.plan) if self.plan else "未填"

    @property
    def late_days(self) -> int:
        """Days past the deadline, 0 in time and once the body stands."""
        if self.assignment is None or not self.is_open:
            return 0
        return max(0, (self.as_of - self.assignment.due_on).days)

    @property
    def deadline(self) -> str:
        if self.assignment is None:
            return ""
        late = f" 逾期 {self.late_days} 天" if self.late_days else ""
        up = f",已上报至{self.climbed.name}" if self.climbed else ""
        return f"{self.assignment.due_on}{late}{up}"

    @property
    def next_step(self) -> str:
        if self.assignment is not None and self.assignment.next_step:
            return self.assignment.next_step
        return self.plan.next_step if self.plan else ""

    @property
    def outcome(self) -> str:
        """What has become of it, in words."""
        if self.is_open:
            return "未建"
        if self.state in BUILT_STATES:
            return f"已销号({self.struck_on} 建成)" if self.struck_on else "已销号"
        return "不再应建" if self.state else "已不在册或剔除"


def joined(pairs: list[tuple[str, str]]) -> str:
    """Words of several lines, said once where they are the same; one line of text each.

    Args:
        pairs: (short name of the line, words).
    """
    said = [(short, words) for short, words in pairs if words]
    if len({words for _, words in said}) == 1 and (len(said) == len(pairs)):
        return said[0][1]
    return "\n".join(f"{short}:{words}" for short, words in said)


@dataclass
class GapRow:
    """One organization on the gap list.

    Attributes:
        span: of the day, or the last one of an organization that is closed.
        gaps: the lines shown, in the order of the lines.
        figures: in force on the day.
        supervision: 挂牌督办 of the day, the whole organization's first.
        visited_on: the day of the last visit.
        as_of: the day.
    """

    span: Span
    gaps: list[Gap]
    figures: Figures | None
    supervision: Supervision | None
    visited_on: date | None
    as_of: date

    @property
    def pk(self) -> int:
        """The organization's key: spans are made anew with every change."""
        return self.span.organization_id

    @property
    def organization(self):
        return self.span.organization

    @property
    def unit(self):
        return self.span.unit

    @property
    def employees(self) -> int | None:
        return self.figures.employees if self.figures else None

    @property
    def missing(self) -> str:
        return "、".join(gap.label if gap.is_open else f"{gap.label}{gap.outcome}" for gap in self.gaps)

    def said(self, name: str) -> str:
        """One fact of all its gaps in words.

        Args:
            name: attribute of `Gap`.
        """
        return joined([(gap.short, str(getattr(gap, name) or "")) for gap in self.gaps])

    def assigned(self, name: str) -> str:
        """One fact of all its assignments in words.

        Args:
            name: attribute of `GapAssignment`.
        """
        return joined([(gap.short, str(getattr(gap.assignment, name)) if gap.assignment else "") for gap in self.gaps])

    @property
    def plan_days(self) -> str:
        return joined([(g.short, str(g.plan.planned_on) if g.plan and g.plan.planned_on else "") for g in self.gaps])

    @property
    def supervised(self) -> str:
        if self.supervision is None:
            return ""
        line = f"({SHORT[self.supervision.line]})" if self.supervision.line else ""
        return f"{self.supervision.level}{line}"


@dataclass
class Around:
    """What stands beside the spans of one page, read at once."""

    figures: dict[int, Figures] = field(default_factory=dict)
    standards: dict[str, Standard] = field(default_factory=dict)
    plans: dict[tuple[int, str], EstablishmentPlan] = field(default_factory=dict)
    assignments: dict[tuple[int, str], GapAssignment] = field(default_factory=dict)
    supervisions: dict[int, Supervision] = field(default_factory=dict)
    visits: dict[int, date] = field(default_factory=dict)
    units: dict[int, Unit] = field(default_factory=dict)


def around_of(ids: list[int], as_of: date, lines: Sequence[str]) -> Around:
    """What stands beside the spans of some organizations: seven queries whatever their number.

    Args:
        ids: organizations.
        as_of: the day.
        lines: the lines asked for.
    """
    at = {"organization__in": ids, "period__contains": as_of}
    plans = EstablishmentPlan.objects.filter(line__in=lines, **at)
    given = GapAssignment.objects.filter(line__in=lines, **at)
    # The whole organization's comes last and stays.
    hung = Supervision.objects.filter(line__in=["", *lines], **at).order_by("-line", "period")
    visits = GuidanceMeasure.objects.filter(organization__in=ids, kind=VISIT, done_on__lte=as_of).order_by("done_on")
    return Around(
        figures=figures_at(ids, as_of),
        standards={row.line: row for row in Standard.objects.filter(period__contains=as_of)},
        plans={(row.organization_id, row.line): row for row in plans},
        assignments={(row.organization_id, row.line): row for row in given},
        supervisions={row.organization_id: row for row in hung},
        visits=dict(visits.values_list("organization_id", "done_on")),
        units={unit.pk: unit for unit in Unit.objects.all()},
    )


def gap_rows(
    spans: Iterable[Span], *, as_of: date, lines: Sequence[str], state: str = OPEN, since: date | None = None
) -> list[GapRow]:
    """Spans as the list shows them: seven queries more whatever their number, eight for those struck off.

    Args:
        spans: as `gap_spans` gives them.
        as_of: the date.
        lines: the lines asked for.
        state: which gaps of them are shown.
        since: first day of the window of STRUCK.
    """
    spans = list(spans)
    ids = [span.organization_id for span in spans]
    around = around_of(ids, as_of, lines)
    struck = struck_days(ids, as_of, since or as_of) if state == STRUCK else {}
    found = []
    for span in spans:
        pk = span.organization_id
        gaps = [gap for line in lines if (gap := gap_of(span, line, as_of, around)) and _shown(gap, pk, state, struck)]
        found.append(
            GapRow(span, gaps, around.figures.get(pk), around.supervisions.get(pk), around.visits.get(pk), as_of)
        )
    return found


def _shown(gap: Gap, pk: int, state: str, struck: dict[tuple[int, str], date]) -> bool:
    if state == STRUCK:
        gap.struck_on = struck.get((pk, gap.line))
        return gap.struck_on is not None
    if state == LAPSED:
        return gap.assignment is not None and not gap.is_open and gap.state not in BUILT_STATES
    return gap.is_open


def gap_of(span: Span, line: str, as_of: date, around: Around) -> Gap:
    """One line of one organization with what stands beside it.

    Args:
        span: of the day, or the last one.
        line: code of `Line`.
        as_of: the day.
        around: as `around_of` read it.
    """
    pk = span.organization_id
    standing = not span.excluded and as_of in span.period
    assignment = around.assignments.get((pk, line))
    count, threshold, basis = basis_of(span, around.standards.get(line), around.figures.get(pk))
    gap = Gap(
        line,
        getattr(span, STATE_COLUMNS[line]) if standing else None,
        basis,
        as_of,
        count,
        threshold,
        around.plans.get((pk, line)),
        assignment,
    )
    if assignment is not None:
        assignment.unit = around.units[assignment.unit_id]
        if gap.is_open:
            gap.climbed = climbed_to(assignment.unit_id, assignment.due_on, as_of, around.units)
    return gap


def basis_of(span: Span, standard: Standard | None, figures: Figures | None) -> tuple[int | None, int | None, str]:
    """The figure that obliges, its threshold, and both in words: 正式党员 5(≥ 3).

    Args:
        span: of the day.
        standard: of the line on the day.
        figures: in force on the day.
    """
    if standard is None:
        return None, None, ""
    measure = Measure(standard.measure)
    if measure == Measure.ABOVE_SCALE:
        return None, None, {True: "规模以上", False: "规模以下", None: "规模不明"}[span.scale]
    count = getattr(figures, measure.value) if figures else None
    threshold = standard.obliged_from
    return count, threshold, f"{COUNT_WORDS[measure][0]} {'不明' if count is None else count}(≥ {threshold})"


def struck_days(ids: Iterable[int], as_of: date, since: date) -> dict[tuple[int, str], date]:
    """On which day the body of a line that had been owed and missing began to stand, one query.

    Args:
        ids: organizations.
        as_of: only bodies that stand on this day.
        since: only those that began to stand on this day, or later.

    Returns:
        By organization and line; the first day of the run of days with a body that holds as_of.
    """
    ids = list(ids)
    spans = Span.objects.filter(organization__in=ids, period__startswith__lte=as_of).order_by("organization", "period")
    owed: set[tuple[int, str]] = set()
    begun: dict[tuple[int, str], date] = {}
    standing: set[tuple[int, str]] = set()
    for span in spans:
        for line in LINES:
            key, state = (span.organization_id, line), getattr(span, STATE_COLUMNS[line])
            if state in BUILT_STATES:
                begun.setdefault(key, span.period.lower)
                if as_of in span.period:
                    standing.add(key)
                continue
            begun.pop(key, None)
            if state == State.GAP and not span.excluded:
                owed.add(key)
    return {key: begun[key] for key in standing & owed if begun[key] >= since}


def pairs_of(rows: QuerySet[Span], lines: Sequence[str]) -> list[tuple[int, str]]:
    """The gaps behind rows of the list, as an act of handing out takes them; one query.

    Args:
        rows: spans of the day.
        lines: the lines asked for.
    """
    columns = [STATE_COLUMNS[line] for line in lines]
    found = rows.order_by("organization_id").values_list("organization_id", *columns)
    return [
        (pk, line) for pk, *states in found for line, state in zip(lines, states, strict=True) if state == State.GAP
    ]


def one_missing_condition(as_of: date) -> Q:
    """Organizations that lack just one of union, league and women to 群团全建.

    Args:
        as_of: the day of the spans.
    """
    return Q(pk__in=nearly_complete(user=None, as_of=as_of).values("pk"))


@dataclass
class GapList:
    """Organizations that lack just one body: the first rows, and how many there are in all."""

    rows: list[GapRow]
    count: int


def one_missing(user, as_of: date, *, unit: Unit | None, limit: int) -> GapList:
    """The largest organizations that lack just one of union, league and women: nine queries.

    Args:
        user: the signed-in User.
        as_of: the date.
        unit: restricts to this unit and those below it.
        limit: how many rows.
    """
    spans = nearly_complete(user=user, as_of=as_of, unit=unit)
    largest = with_figure(spans, as_of, "employees").order_by(F("f_employees").desc(nulls_last=True), "organization_id")
    return GapList(gap_rows(largest[:limit], as_of=as_of, lines=MASS_LINES), spans.count())
