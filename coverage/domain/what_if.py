"""What the figures of a date would be: some bodies built, other rules, another date. Nothing is written.

Bodies assumed built move the spans of their organizations alone, by arithmetic on top of the cells of everybody. Other
rules are worked out by the statement that writes the spans, on one day and under the rules assumed, so that a scenario
and the truth cannot part.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import connection

from coverage.domain.assumptions import Assumptions, check_rules, milestone_under, rules_under
from coverage.domain.figures import COUNTY, MilestoneFigures, Report, cells_at, counted, milestone_figures, spans_in
from coverage.domain.span_sql import SPAN_COLUMNS, THESE, cells_select, overlay_parameters, spans_select
from coverage.models import (
    ALL,
    BUILT,
    COVERED,
    DELTA_MEASURES,
    MEASURED,
    MEASURES,
    STATE_COLUMNS,
    UNKNOWN,
    Milestone,
    ScaleRule,
    Standard,
    State,
)
from orgs.lines import LINES, MASS_LINES, Line
from orgs.models import Unit
from orgs.permissions import scope_of

# What a line becomes when a confirmed body covers the organization; what has a body stays as it is.
WITH_BODY = {
    State.GAP: State.COVERED,
    State.PERMITTED: State.VOLUNTARY,
    State.NOT_YET: State.VOLUNTARY,
    State.NOT_APPLICABLE: State.VOLUNTARY,
    State.UNKNOWN: State.UNKNOWN_BUILT,
}

# How the counts of cells_select are called where figures are counted.
CELL_NAMES = {
    "n_base": "organizations",
    "n_excluded": "excluded",
    "n_known": "known",
    "n_assumed": "assumed",
    "n_work": "work",
}
MEASURE_NAMES = tuple(f"{line}_{measure}" for line in MEASURED for measure in DELTA_MEASURES)


@dataclass(frozen=True)
class Standing:
    """One organization on one day: what its span says.

    Attributes:
        states: a State per line, without 群团全建, which follows.
    """

    organization_id: int
    unit_id: int
    excluded: bool
    known_figures: bool
    assumed: bool
    scale: bool | None
    work: bool
    states: Mapping[str, State]

    @property
    def is_key(self) -> bool:
        """二(三): above scale with a party body."""
        return self.scale is True and self.states[Line.PARTY] in BUILT

    @property
    def all_state(self) -> State:
        """群团全建 over union, league and women (coverage.md)."""
        mass = [self.states[line] for line in MASS_LINES]
        if State.GAP in mass:
            return State.GAP
        if any(state in UNKNOWN for state in mass):
            return State.UNKNOWN
        if State.COVERED_UNCONFIRMED in mass:
            return State.COVERED_UNCONFIRMED
        return State.COVERED if any(state in COVERED for state in mass) else State.NOT_APPLICABLE

    def state(self, line: str) -> State:
        """A line's state, or that of 群团全建.

        Args:
            line: a line code or "all".
        """
        return self.all_state if line == ALL else self.states[line]

    def built(self, lines: Iterable[str]) -> "Standing":
        """The same organization with a confirmed body of each line.

        Args:
            lines: line codes; those already built change nothing.
        """
        new = {line: WITH_BODY[self.states[line]] for line in lines if self.states[line] in WITH_BODY}
        return replace(
            self,
            states={**self.states, **new},
            work=self.work or any(line != Line.MECHANISM for line in new),
        )


@dataclass
class WhatIf:
    """The truth of a date beside what is assumed.

    Attributes:
        today: the figures as they are.
        then: the figures as they would be; its date is the one assumed.
        milestones: the same milestone as it is and as it would be.
        effective: how many ticks change a verdict.
        idle: ticks of bodies that are built already, or of organizations not counted on the day.
        outside: ticks of organizations that stand under another unit than the one asked for.
    """

    today: Report
    then: Report
    milestones: list[tuple[MilestoneFigures, MilestoneFigures]]
    effective: int
    idle: int
    outside: int = 0


def what_if(
    *,
    user: Any,
    as_of: date,
    ticks: Iterable[tuple[int, str]] = (),
    assumptions: Assumptions | None = None,
    unit: Unit | None = None,
) -> WhatIf:
    """The figures of a date beside those under assumptions, in the sight of a user; none of the queries writes.

    There are as many whatever the number of ticks; one more where some of them lie outside the unit.

    Args:
        user: a User, or None for the whole county.
        as_of: the day of the truth, and of the assumptions where they name no other.
        ticks: pairs of organization key and line whose body is assumed built and confirmed; keys out of sight count
            for nothing.
        assumptions: other rules, milestones or another day.
        unit: restricts to this unit and those below it.

    Raises:
        ValidationError: where the rules assumed cannot be.
    """
    assumptions = assumptions or Assumptions()
    day = assumptions.as_of or as_of
    units = {u.pk: u for u in Unit.objects.all()}
    cells = cells_at(user, as_of, unit)
    today = counted(cells, as_of=as_of, units=units)
    today.milestones = milestone_figures(user=user, as_of=as_of, unit=unit, populations=today.populations)
    lines_of: dict[int, list[str]] = {}
    for organization_id, line in ticks:
        lines_of.setdefault(organization_id, []).append(line)
    if assumptions.other_rules:
        within, parameters = _within(user, unit)
        parameters |= _parameters(assumptions, day)
        cells = _cells(f"{_source()} WHERE {within}", parameters)
        standings = _standings(within, parameters | {"ids": list(lines_of)})
    else:
        cells = cells if day == as_of else cells_at(user, day, unit)
        standings = _standings_of_spans(user, day, unit, list(lines_of))
    moves, effective = _moves(standings, lines_of)
    then = counted([*cells, *moves], as_of=day, units=units)
    then.milestones = [_milestone(m.milestone, then, assumptions) for m in today.milestones]
    pairs = list(zip(today.milestones, then.milestones, strict=True))
    outside = _outside(user, day, unit, lines_of, standings)
    return WhatIf(today, then, pairs, effective, sum(map(len, lines_of.values())) - effective - outside, outside)


def _outside(
    user: Any, day: date, unit: Unit | None, lines_of: Mapping[int, list[str]], standings: Iterable[Standing]
) -> int:
    """How many ticks are of organizations that stand on the day, but not within the unit."""
    absent = lines_of.keys() - {one.organization_id for one in standings}
    if unit is None or not absent:
        return 0
    elsewhere = spans_in(user, day).filter(organization__in=absent).values_list("organization_id", flat=True)
    return sum(len(lines_of[key]) for key in elsewhere)


def _milestone(milestone: Milestone, then: Report, assumptions: Assumptions) -> MilestoneFigures:
    lines = then.populations[milestone.population].lines
    return MilestoneFigures(
        milestone=milestone_under(milestone, assumptions),
        as_of=then.as_of,
        now={line: lines[line] for line in milestone.lines},
        at_due=None,
    )


def _moves(standings: Iterable[Standing], lines_of: Mapping[int, list[str]]) -> tuple[list[dict[str, Any]], int]:
    """What the ticks add to the cells and take from them, as cells of their own, and how many ticks moved something."""
    sums: dict[tuple, Counter[str]] = {}
    effective = 0
    for before in standings:
        after = before.built(lines_of[before.organization_id])
        if before.excluded or not before.known_figures:
            continue
        effective += sum(before.states[line] != after.states[line] for line in LINES)
        for standing, sign in ((before, -1), (after, 1)):
            key = standing.unit_id, standing.scale, standing.is_key
            _count(sums.setdefault(key, Counter()), standing, sign)
    names = (*CELL_NAMES, *MEASURE_NAMES)
    return [
        {"unit_id": unit_id, "scale": scale, "is_key": is_key, **{name: sum_[name] for name in names}}
        for (unit_id, scale, is_key), sum_ in sums.items()
    ], effective


def _count(sums: Counter[str], standing: Standing, sign: int) -> None:
    sums["n_base"] += sign
    sums["n_known"] += sign
    sums["n_assumed"] += sign * standing.assumed
    sums["n_work"] += sign * standing.work
    for line in MEASURED:
        state = standing.state(line)
        for measure in DELTA_MEASURES:
            if state in MEASURES[measure]:
                sums[f"{line}_{measure}"] += sign


STANDING_FACTS = ("organization_id", "unit_id", "excluded", "known_figures", "assumed", "scale", "work")
STANDING_COLUMNS = (*STANDING_FACTS, *(STATE_COLUMNS[line] for line in LINES))


def _standing(row: tuple[Any, ...]) -> Standing:
    states = dict(zip(LINES, map(State, row[len(STANDING_FACTS) :]), strict=True))
    return Standing(**dict(zip(STANDING_FACTS, row, strict=False)), states=states)


def _standings_of_spans(user, day: date, unit: Unit | None, ids: list[int]) -> list[Standing]:
    if not ids:
        return []
    rows = spans_in(user, day, unit).filter(organization__in=ids).order_by("organization_id")
    return [_standing(row) for row in rows.values_list(*STANDING_COLUMNS)]


def _standings(within: str, parameters: dict[str, Any]) -> list[Standing]:
    if not parameters["ids"]:
        return []
    columns = ", ".join(STANDING_COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {_source(THESE)} WHERE {within}", parameters)
        return [_standing(row) for row in cursor]


def _source(only: str = "") -> str:
    """The spans of a day under other rules, as a subselect."""
    return f"({spans_select(only=only, one_day=True, other_rules=True)}) other"


def _parameters(assumptions: Assumptions, day: date) -> dict[str, Any]:
    """The parameters of `_source`: two queries for the rules of the day."""
    standards, scale_rules = rules_under(assumptions, *rules_on(day))
    check_rules(standards, scale_rules)
    return {"day": day, **overlay_parameters(standards, scale_rules)}


def rules_on(day: date) -> tuple[list[Standard], list[ScaleRule]]:
    """The standards and the rule of scale in force on a day: two queries.

    Args:
        day: the day.
    """
    return (
        list(Standard.objects.filter(period__contains=day).order_by("line")),
        list(ScaleRule.objects.filter(period__contains=day)),
    )


def _within(user, unit: Unit | None) -> tuple[str, dict[str, Any]]:
    """The condition that keeps span rows of a raw statement within an account's sight."""
    scope = COUNTY if user is None else scope_of(user)
    where, parameters = ["TRUE"], {}
    if not scope.county:
        parameters = {
            "paths": [f"{path}%" for path in scope.unit_paths],
            "own": sorted(scope.organization_ids),
        }
        where.append(
            "(unit_id IN (SELECT id FROM orgs_unit WHERE path LIKE ANY(%(paths)s::text[]))"
            " OR organization_id = ANY(%(own)s::bigint[]))"
        )
    if unit is not None:
        where.append("unit_id IN (SELECT id FROM orgs_unit WHERE path LIKE %(unit)s)")
        parameters["unit"] = f"{unit.path}%"
    return " AND ".join(where), parameters


def _cells(source: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(cells_select(source=source), parameters)
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor]
    return [
        {
            **{name: row[column] for name, column in CELL_NAMES.items()},
            **{name: row[name] for name in ("unit_id", "scale", "is_key", *MEASURE_NAMES)},
        }
        for row in rows
    ]


@dataclass(frozen=True)
class Moved:
    """One organization whose verdicts another rule changes on a day.

    Attributes:
        before: State per line as it is.
        after: State per line under the other rule.
    """

    organization_id: int
    before: Mapping[str, State]
    after: Mapping[str, State]


def moved_by_rules(
    *, user: Any, day: date, standards: Iterable[Standard], scale_rules: Iterable[ScaleRule]
) -> list[Moved]:
    """Organizations of the base whose verdict in some line is another under other rules on a day: one query.

    Args:
        user: a User, or None for the whole county.
        day: the day.
        standards: stand in for all standards.
        scale_rules: stand in for all rules of scale.
    """
    within, own = _within(user, None)
    columns = [STATE_COLUMNS[line] for line in LINES]
    was = ", ".join(f"live.{column}" for column in columns)
    now = ", ".join(f"other.{column}" for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT other.organization_id, {was}, {now}
            FROM (SELECT * FROM {_source()} WHERE {within}) other
            JOIN coverage_span live ON live.organization_id = other.organization_id AND live.period @> %(day)s::date
            WHERE NOT other.excluded AND ({was}) IS DISTINCT FROM ({now})
            ORDER BY 1""",
            {"day": day, **own, **overlay_parameters(standards, scale_rules)},
        )
        return [
            Moved(
                key,
                {line: State(state) for line, state in zip(LINES, states[: len(LINES)], strict=True)},
                {line: State(state) for line, state in zip(LINES, states[len(LINES) :], strict=True)},
            )
            for key, *states in cursor
        ]


def report_under_rules(
    *, user: Any, day: date, standards: Iterable[Standard], scale_rules: Iterable[ScaleRule]
) -> Report:
    """The figures of a day under other rules, milestones as they are: three queries.

    Args:
        user: a User, or None for the whole county.
        day: the day.
        standards: stand in for all standards.
        scale_rules: stand in for all rules of scale.
    """
    within, own = _within(user, None)
    source = f"{_source()} WHERE {within}"
    cells = _cells(source, {"day": day, **own, **overlay_parameters(standards, scale_rules)})
    found = counted(cells, as_of=day, units={u.pk: u for u in Unit.objects.all()})
    milestones = Milestone.objects.filter(is_active=True)
    found.milestones = [_milestone(m, found, Assumptions()) for m in milestones]
    return found


def spans_moved(*, standards: Iterable[Standard], scale_rules: Iterable[ScaleRule]) -> int:
    """How many spans of all time would no longer stand as they do under other rules: one query over everybody.

    Args:
        standards: stand in for all standards.
        scale_rules: stand in for all rules of scale.
    """
    columns = ", ".join(SPAN_COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM (SELECT {columns} FROM coverage_span"
            f" EXCEPT ALL SELECT {columns} FROM ({spans_select(other_rules=True)}) other) gone",
            overlay_parameters(standards, scale_rules),
        )
        return cursor.fetchone()[0]
