"""Reads for the pages of 情景推演: what is assumed in words, the figures line by line, who can be ticked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet

from coverage.domain.assumptions import Assumptions, read_assumptions
from coverage.domain.figures import LineCounts, UnitFigures
from coverage.domain.what_if import WhatIf, rules_on, what_if
from coverage.models import (
    ALL,
    BUILT,
    STATE_COLUMNS,
    Milestone,
    Population,
    Scenario,
    ScenarioTick,
    Span,
    State,
)
from coverage.queries import nearly_complete
from coverage.queries_dashboard import LABELS, MilestoneRow, milestone_row
from coverage.queries_pages import spans_at
from coverage.tags import Tag, tag_of
from orgs.lines import LINES, MASS_LINES, Line
from orgs.models import Organization, Unit
from orgs.permissions import scope_of
from orgs.queries_list import search_condition

ONE_MISSING, GAP, PERMITTED, UNBUILT = "one_missing", "gap", "permitted", "unbuilt"
WHAT = (
    (ONE_MISSING, "只差一个组织即可全建的"),
    (GAP, "应建未建的"),
    (PERMITTED, "可建未建的"),
    (UNBUILT, "还没有建的(应建、可建和其他)"),
)
SHOWN_LINES = (ALL, *LINES)
WAN = Decimal(10000)


def scenario_rows(user) -> QuerySet[Scenario]:
    """Scenarios the account may open, with the number of their ticks that it may see on the day of each.

    Args:
        user: the signed-in User.
    """
    rows = Scenario.objects.visible_to(user).select_related("owner", "unit")
    if scope_of(user).county:
        return rows.annotate(tick_count=Count("ticks"))
    # Placements stand two queries below the scenario whose day counts.
    seen = Organization.objects.visible_to(user, OuterRef(OuterRef("as_of")))
    return rows.annotate(tick_count=Count("ticks", filter=Q(ticks__organization__in=seen)))


def ticks_for(scenario: Scenario, user, day: date) -> QuerySet[ScenarioTick]:
    """The ticks whose organizations the account may see on a day.

    Args:
        scenario: already checked for visibility.
        user: the signed-in User.
        day: the day.
    """
    return scenario.ticks.filter(organization__in=Organization.objects.visible_to(user, day))


@dataclass(frozen=True)
class LineChange:
    """One line as it is and as it would be."""

    line: str
    label: str
    before: LineCounts
    after: LineCounts

    @property
    def covered(self) -> int:
        """By how many covered organizations it moves."""
        return self.after.covered - self.before.covered

    @property
    def eligible(self) -> int:
        return self.after.eligible - self.before.eligible

    @property
    def points(self) -> float | None:
        """By how many percent points the rate moves, as worded; None where one of the rates has no base."""
        if self.before.rate is None or self.after.rate is None:
            return None
        return round(self.after.rate - self.before.rate, 1)

    @property
    def moves(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class UnitChange:
    """One unit's own organizations in one line, as it is and as it would be."""

    unit: Unit
    organizations: tuple[int, int]
    change: LineChange


@dataclass
class ScenarioFigures:
    """What the page of a scenario shows of figures.

    Attributes:
        what: truth and assumption.
        population: (code, label) of the population the lines are counted in.
        lines: each line and 群团全建.
        milestones: each as it is and as it would be.
        units: units with organizations, by the line ranked.
    """

    what: WhatIf
    population: tuple[str, str]
    rank_line: str
    lines: list[LineChange]
    milestones: list[tuple[MilestoneRow, MilestoneRow]]
    units: list[UnitChange]

    @property
    def organizations(self) -> tuple[int, int]:
        code = self.population[0]
        return self.what.today.populations[code].organizations, self.what.then.populations[code].organizations


def scenario_figures(
    scenario: Scenario, *, user, unit: Unit | None, population: str = Population.ALL, line: str = ALL
) -> ScenarioFigures:
    """The figures of a scenario in the sight of its reader.

    Args:
        scenario: already checked for visibility.
        user: the reader.
        unit: restricts to this unit and those below it.
        population: a Population code.
        line: the line units are shown by.
    """
    assumptions = read_assumptions(scenario.changes)
    day = assumptions.as_of or scenario.as_of
    pairs = ticks_for(scenario, user, day).order_by().values_list("organization_id", "line")
    found = what_if(user=user, as_of=scenario.as_of, ticks=pairs, assumptions=assumptions, unit=unit)
    before, after = (told.populations[population] for told in (found.today, found.then))
    return ScenarioFigures(
        what=found,
        population=(population, Population(population).label),
        rank_line=line,
        lines=[LineChange(code, LABELS[code], before.lines[code], after.lines[code]) for code in SHOWN_LINES],
        milestones=[(milestone_row(was), milestone_row(now)) for was, now in found.milestones],
        units=_units(found, line),
    )


def _units(found: WhatIf, line: str) -> list[UnitChange]:
    before = {u.unit.pk: u for u in found.today.units}
    after = {u.unit.pk: u for u in found.then.units}
    both = {**{pk: u.unit for pk, u in before.items()}, **{pk: u.unit for pk, u in after.items()}}

    def of(figures: UnitFigures | None) -> tuple[int, LineCounts]:
        return (figures.organizations, figures.counts.lines[line]) if figures else (0, LineCounts())

    rows = []
    for pk, unit in sorted(both.items(), key=lambda pair: (pair[1].order, pair[1].code)):
        (was, was_counts), (now, now_counts) = of(before.get(pk)), of(after.get(pk))
        rows.append(UnitChange(unit, (was, now), LineChange(line, LABELS[line], was_counts, now_counts)))
    return rows


def words_of_assumptions(assumptions: Assumptions, as_of: date) -> list[str]:
    """Each thing assumed, with what it is today: three queries where rules or milestones are assumed.

    Args:
        assumptions: of a scenario.
        as_of: the scenario's own day.
    """
    said = []
    if assumptions.as_of and assumptions.as_of != as_of:
        said.append(f"按 {assumptions.as_of} 的台账推演,对照 {as_of}")
    if assumptions.other_rules:
        standards, scales = rules_on(assumptions.as_of or as_of)
        for row in sorted(standards, key=lambda one: LINES.index(one.line)):
            for name, value in assumptions.standards.get(row.line, {}).items():
                if value != getattr(row, name):
                    label = FIELD_LABELS[name]
                    was, now = _said(name, getattr(row, name)), _said(name, value)
                    said.append(f"{row.get_line_display()}:{label} {was} → {now}")
        for rule in scales:
            for name, value in assumptions.scale.items():
                if value != getattr(rule, name):
                    was, now = _said(name, getattr(rule, name)), _said(name, value)
                    said.append(f"规模以上:{FIELD_LABELS[name]} {was} → {now}")
    if assumptions.milestones:
        for milestone in Milestone.objects.filter(code__in=assumptions.milestones).order_by("due_on", "code"):
            for name, value in assumptions.milestones[milestone.code].items():
                if value != getattr(milestone, name):
                    was, now = _said(name, getattr(milestone, name)), _said(name, value)
                    said.append(f"{milestone.name}:{FIELD_LABELS[name]} {was} → {now}")
    return said


FIELD_LABELS = {
    "obliged_from": "应建人数(含)",
    "permitted_from": "可建人数(含)",
    "zero_state": "人数为零时",
    "employees_with_revenue": "从业人员(与营收并用)",
    "revenue_yuan": "年营业收入",
    "employees_alone": "从业人员(单用)",
    "target": "目标",
    "due_on": "到期日",
}


def wan_words(yuan: Any) -> str:
    """Yuan in 万元, in plain digits without zeros at the end.

    Args:
        yuan: an amount, or its digits.
    """
    return f"{(Decimal(yuan) / WAN).normalize():f}"


def _said(name: str, value: Any) -> str:
    if value is None:
        return "不设"
    if name == "zero_state":
        return str(State(value).label)
    if name == "revenue_yuan":
        return f"{wan_words(value)}万元"
    if name == "target":
        return f"{float(value):g}%"
    return str(value)


@dataclass
class TickRow:
    """One tick of a page: the organization, and what its verdict in the line is on the day."""

    tick: ScenarioTick
    span: Span | None

    @property
    def organization(self) -> Organization:
        return self.tick.organization

    @property
    def line_label(self) -> str:
        return str(Line(self.tick.line).label)

    @property
    def unit_name(self) -> str:
        return str(self.span.unit.name) if self.span else ""

    @property
    def tag(self) -> Tag | None:
        """The verdict today; None where the organization is not counted on the day."""
        if self.span is None or self.span.excluded:
            return None
        return tag_of(getattr(self.span, STATE_COLUMNS[self.tick.line]))

    @property
    def effect(self) -> str:
        """What the tick does on the day, in a word."""
        if self.span is None:
            return "这一天不在册,不计"
        if self.span.excluded:
            return "剔除中,不计"
        if getattr(self.span, STATE_COLUMNS[self.tick.line]) in BUILT:
            return "已有组织,不变"
        return "假定已建" if self.span.known_figures else "年度数字不明,不计"


def tick_rows(ticks: Iterable[ScenarioTick], user, day: date) -> list[TickRow]:
    """Ticks with the verdict of today beside them: one query.

    Args:
        ticks: of one page, or of an export, with their organizations.
        user: the reader.
        day: the day reckoned.
    """
    ticks = list(ticks)
    spans = spans_at(user, day).filter(organization__in=[tick.organization_id for tick in ticks])
    by_key = {span.organization_id: span for span in spans}
    return [TickRow(tick, by_key.get(tick.organization_id)) for tick in ticks]


def candidates(user, *, day: date, what: str, line: str, unit: Unit | None, text: str = "") -> QuerySet[Span]:
    """Organizations in sight that a body could be assumed for.

    Args:
        user: the signed-in User.
        day: the day reckoned.
        what: a code of WHAT.
        line: code of `Line`; for ONE_MISSING it is not read.
        unit: restricts to this unit and those below it.
        text: part of a name, a code or initials, "" for all.
    """
    if what == ONE_MISSING:
        rows = nearly_complete(user=user, as_of=day, unit=unit)
    else:
        rows = spans_at(user, day).of_population(Population.ALL)
        if unit is not None:
            rows = rows.filter(unit__path__startswith=unit.path)
        wanted = [state for state in State if state not in BUILT]
        wanted = {GAP: [State.GAP], PERMITTED: [State.PERMITTED]}.get(what, wanted)
        rows = rows.filter(**{f"{STATE_COLUMNS[line]}__in": [int(state) for state in wanted]})
    if text.strip():
        rows = rows.filter(search_condition(text, "organization__"))
    return rows.order_by("unit__order", "unit__code", "organization__sort_key", "organization_id")


def lines_to_tick(span: Span, what: str, line: str) -> list[str]:
    """The lines a candidate is ticked in.

    Args:
        span: of the day.
        what: a code of WHAT.
        line: code of `Line`.
    """
    if what != ONE_MISSING:
        return [line]
    return [code for code in MASS_LINES if getattr(span, STATE_COLUMNS[code]) == State.GAP]


def pairs_of(spans: QuerySet[Span], what: str, line: str) -> list[tuple[int, str]]:
    """What ticking some candidates means: organization keys and lines, one query for no more than these.

    Args:
        spans: candidates.
        what: a code of WHAT.
        line: code of `Line`.
    """
    if what != ONE_MISSING:
        return [(key, line) for key in spans.values_list("organization_id", flat=True)]
    rows = spans.values_list("organization_id", *(STATE_COLUMNS[code] for code in MASS_LINES))
    return [
        (key, code)
        for key, *states in rows
        for code, state in zip(MASS_LINES, states, strict=True)
        if state == State.GAP
    ]
