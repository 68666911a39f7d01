"""Every figure of coverage, counted out of spans or their deltas; pages, exports, commands and the API ask here."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q

from coverage.domain.rates import lacking, percent, reaches
from coverage.domain.span_sql import deltas_select
from coverage.models import (
    DELTA_COLUMNS,
    DELTA_MEASURES,
    MEASURED,
    Milestone,
    Population,
    Span,
)
from orgs.models import Unit
from orgs.permissions import Scope, scope_of

COUNTY = Scope(county=True, unit_paths=(), organization_ids=frozenset(), lines=frozenset())


@dataclass
class LineCounts:
    """One line of one population: whole numbers of organizations."""

    eligible: int = 0
    covered: int = 0
    unknown: int = 0
    voluntary: int = 0
    unconfirmed: int = 0

    @property
    def gap(self) -> int:
        """应建未建."""
        return self.eligible - self.covered

    @property
    def rate(self) -> float | None:
        """Percent covered of eligible, as worded; None without anything eligible."""
        return percent(self.covered, self.eligible)

    def add(self, other: "LineCounts") -> None:
        for name in DELTA_MEASURES:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def as_json(self) -> dict:
        return {**{name: getattr(self, name) for name in DELTA_MEASURES}, "rate": self.rate}


@dataclass
class Counts:
    """One population: how many organizations, how many with work coverage, and the lines."""

    organizations: int = 0
    work: int = 0
    lines: dict[str, LineCounts] = field(default_factory=lambda: {line: LineCounts() for line in MEASURED})

    @property
    def work_rate(self) -> float | None:
        return percent(self.work, self.organizations)

    def add(self, other: "Counts") -> None:
        self.organizations += other.organizations
        self.work += other.work
        for line, counts in other.lines.items():
            self.lines[line].add(counts)

    def lines_json(self) -> dict:
        return {line: counts.as_json() for line, counts in self.lines.items()}

    def as_json(self) -> dict:
        return {
            "organizations": self.organizations,
            "work_coverage": {"covered": self.work, "of": self.organizations, "rate": self.work_rate},
            "lines": self.lines_json(),
        }


@dataclass
class Base:
    """正常经营的组织 at a date, and how many of them what is known of."""

    organizations: int = 0
    unknown_figures: int = 0
    unknown_scale: int = 0
    assumed: int = 0
    excluded: int = 0

    def as_json(self) -> dict:
        return dict(vars(self))


@dataclass
class UnitFigures:
    """One unit's own organizations, or its whole subtree."""

    unit: Unit
    organizations: int
    counts: Counts

    def as_json(self) -> dict:
        return {
            "code": self.unit.code,
            "name": self.unit.name,
            "organizations": self.organizations,
            "lines": self.counts.lines_json(),
        }


@dataclass
class MilestoneFigures:
    """One milestone: its lines' counts at as_of and, once due, at its due date."""

    milestone: Milestone
    as_of: date
    now: dict[str, LineCounts]
    at_due: dict[str, LineCounts] | None

    def _met(self, counts: dict[str, LineCounts] | None) -> bool | None:
        """Met when every measured line with something eligible reaches the target; None when none has."""
        if counts is None:
            return None
        measured = [c for c in counts.values() if c.eligible]
        if not measured:
            return None
        return all(reaches(c.covered, c.eligible, self.milestone.target) for c in measured)

    @property
    def met(self) -> bool | None:
        return self._met(self.now)

    @property
    def met_at_due(self) -> bool | None:
        return self._met(self.at_due)

    @property
    def days_left(self) -> int:
        """Days from as_of to the due date; negative once it has passed."""
        return (self.milestone.due_on - self.as_of).days

    def lacking(self) -> dict[str, int]:
        """Per measured line, how many organizations are missing to the target at as_of."""
        return {line: lacking(c.covered, c.eligible, self.milestone.target) for line, c in self.now.items()}

    def as_json(self) -> dict:
        target = self.milestone.target
        return {
            "code": self.milestone.code,
            "name": self.milestone.name,
            "due_on": self.milestone.due_on.isoformat(),
            "target": int(target) if target == int(target) else float(target),
            "population": self.milestone.population,
            "met": self.met,
            "met_at_due": self.met_at_due,
            "lines": {line: c.as_json() for line, c in self.now.items()},
        }


@dataclass
class Report:
    """Everything the command prints and the dashboard shows, for one date and one scope."""

    as_of: date
    base: Base
    populations: dict[str, Counts]
    units: list[UnitFigures]
    unit_tree: list[UnitFigures]
    milestones: list[MilestoneFigures]

    def as_json(self) -> dict:
        return {
            "as_of": self.as_of.isoformat(),
            "base": self.base.as_json(),
            "populations": {name: counts.as_json() for name, counts in self.populations.items()},
            "units": [u.as_json() for u in self.units],
            "unit_tree": [u.as_json() for u in self.unit_tree],
            "milestones": [m.as_json() for m in self.milestones],
        }


KNOWN = Q(excluded=False, known_figures=True)

# What the columns of the deltas are called in a cell.
OF_DELTAS = {
    "organizations": "n_base",
    "excluded": "n_excluded",
    "known": "n_known",
    "assumed": "n_assumed",
    "work": "n_work",
}

# What a rate is made of.
RATED = ("eligible", "covered")

# Populations as conditions on the cells of deltas.
CONDITIONS = {
    Population.ALL: "TRUE",
    Population.ABOVE: "scale",
    Population.BELOW: "NOT scale",
    Population.KEY: "is_key",
}


def _counts_of(row: dict, lines: Iterable[str] = MEASURED, measures: Iterable[str] = DELTA_MEASURES) -> Counts:
    counts = Counts(organizations=row["n_known"], work=row["n_work"])
    for line in lines:
        counts.lines[line] = LineCounts(**{measure: row[f"{line}_{measure}"] for measure in measures})
    return counts


def populations_of(scale: bool | None, is_key: bool) -> list[str]:
    """The populations a cell of this scale and key belongs to.

    Args:
        scale: True above, False below, None unknown.
        is_key: above scale with a party body (二(三)).
    """
    names = [Population.ALL.value]
    if scale is not None:
        names.append((Population.ABOVE if scale else Population.BELOW).value)
    if is_key:
        names.append(Population.KEY.value)
    return names


def spans_in(user, as_of: date, unit: Unit | None = None):
    """The spans a figure is counted from: of the user's scope, at the date, optionally below one unit.

    Args:
        user: a User, or None for the whole county (commands).
        as_of: the date.
        unit: restricts to this unit and those below it.
    """
    spans = Span.objects.all() if user is None else Span.objects.visible_to(user)
    if unit is not None:
        spans = spans.filter(unit__path__startswith=unit.path)
    return spans.at(as_of)


def report(*, user, as_of: date, unit: Unit | None = None) -> Report:
    """Base, populations, units and milestones at a date, for what a user may see.

    Four queries: the cells, the units, the milestones, and the milestones' values. The cells are the sum of their daily
    deltas up to the date: that costs as much as there are days on which a cell changed, not as there are organizations.

    Args:
        user: a User, or None for the whole county.
        as_of: the date figures hold at.
        unit: restricts to this unit and those below it.
    """
    units = {u.pk: u for u in Unit.objects.all()}
    found = counted(cells_at(user, as_of, unit), as_of=as_of, units=units, shows=seen_units(user, unit))
    found.milestones = milestone_figures(user=user, as_of=as_of, unit=unit, populations=found.populations)
    return found


def cells_at(user, as_of: date, unit: Unit | None = None) -> list[dict[str, Any]]:
    """The counts of a date by cell (unit × scale × key): one query.

    Args:
        user: a User, or None for the whole county.
        as_of: the date.
        unit: restricts to this unit and those below it.
    """
    by = ("unit_id", "scale", "is_key")
    names = [OF_DELTAS.get(column, column) for column in DELTA_COLUMNS]
    found = _bucketed(user, [as_of], unit, DELTA_COLUMNS, by=by)
    return [dict(zip(("bucket", *by, *names), row, strict=True)) for row in found]


def seen_units(user, unit: Unit | None) -> Callable[[Unit], bool]:
    """Which units a subtree may be told of: a unit above what is looked at would bear a part's figures as its own.

    Args:
        user: a User, or None for the whole county.
        unit: the unit looked at, None for all the account sees.
    """
    scope = COUNTY if user is None else scope_of(user)
    if unit is not None:
        return lambda one: one.path.startswith(unit.path)
    if scope.county:
        return lambda one: True
    return lambda one: any(one.path.startswith(path) for path in scope.unit_paths)


def counted(
    cells: Iterable[dict[str, Any]],
    *,
    as_of: date,
    units: dict[int, Unit],
    shows: Callable[[Unit], bool] = lambda unit: True,
) -> Report:
    """Base, populations and units out of cells; milestones are left to the caller.

    Args:
        cells: as `cells_at` gives them; several of one cell add up.
        as_of: their date.
        units: all units by key, in the order shown.
        shows: which units above a cell's own have a subtree told.
    """
    base = Base()
    populations = {name: Counts() for name in Population.values}
    own: dict[int, UnitFigures] = {}
    tree: dict[int, UnitFigures] = {}
    for row in cells:
        base.organizations += row["n_base"]
        base.excluded += row["n_excluded"]
        base.unknown_figures += row["n_base"] - row["n_known"]
        base.assumed += row["n_assumed"]
        if row["scale"] is None:
            base.unknown_scale += row["n_known"]
        counts = _counts_of(row)
        for name in populations_of(row["scale"], row["is_key"]):
            populations[name].add(counts)
        here = units[row["unit_id"]]
        _add(own, here, row["n_base"], counts)
        for unit_above in chain(here, units, shows):
            _add(tree, unit_above, row["n_base"], counts)

    def ordered(figures):
        return [figures[u.pk] for u in units.values() if u.pk in figures]

    return Report(
        as_of=as_of,
        base=base,
        populations=populations,
        units=[u for u in ordered(own) if u.organizations],
        unit_tree=[u for u in ordered(tree) if u.organizations],
        milestones=[],
    )


def chain(unit: Unit, units: dict[int, Unit], shows: Callable[[Unit], bool]) -> Iterable[Unit]:
    """The unit and the units above it that are shown.

    Args:
        unit: where organizations stand.
        units: all units by key.
        shows: which units above are told of.
    """
    yield unit
    while unit.parent_id is not None:
        unit = units[unit.parent_id]
        if not shows(unit):
            return
        yield unit


def _add(figures: dict[int, UnitFigures], unit: Unit, organizations: int, counts: Counts) -> None:
    entry = figures.setdefault(unit.pk, UnitFigures(unit, 0, Counts()))
    entry.organizations += organizations
    entry.counts.add(counts)


def milestone_figures(
    *,
    user,
    as_of: date,
    unit: Unit | None,
    populations: dict[str, Counts],
    milestones: Sequence[Milestone] | None = None,
) -> list[MilestoneFigures]:
    """Each milestone with its counts at as_of and at its due date where that is past or today.

    Args:
        user: a User, or None for the whole county.
        as_of: the date of `populations`.
        unit: restricts to this unit and those below it.
        populations: counts at as_of.
        milestones: those wanted, saved or not; all in use where left out.
    """
    if milestones is None:
        milestones = list(Milestone.objects.filter(is_active=True))
    due_dates = sorted({m.due_on for m in milestones if m.due_on < as_of})
    measured = sorted({line for m in milestones for line in m.lines})
    # Met or not needs eligible and covered alone, of the lines that are measured: a fifth of all columns.
    past = counts_on(user=user, days=due_dates, unit=unit, lines=measured, measures=RATED) if due_dates else []
    by_day = dict(zip(due_dates, past, strict=True))
    found = []
    for m in milestones:
        then: dict[str, Counts] | None = None
        if m.due_on <= as_of:
            then = populations if m.due_on == as_of else by_day[m.due_on]
        found.append(
            MilestoneFigures(
                milestone=m,
                as_of=as_of,
                now={line: populations[m.population].lines[line] for line in m.lines},
                at_due=None if then is None else {line: then[m.population].lines[line] for line in m.lines},
            )
        )
    return found


def counts_on(
    *,
    user,
    days: Sequence[date],
    unit: Unit | None = None,
    lines: Sequence[str] = MEASURED,
    measures: Sequence[str] = DELTA_MEASURES,
) -> list[dict[str, Counts]]:
    """All populations' counts on several days, as running sums of the daily deltas: one query.

    Args:
        user: a User, or None for the whole county.
        days: ascending dates.
        unit: restricts to this unit and those below it.
        lines: the lines wanted; the others stay zero.
        measures: the measures wanted; the others stay zero.

    Returns:
        One mapping population → Counts per day, in the order of `days`.
    """
    columns = [f"{line}_{measure}" for line in lines for measure in measures]
    rows = _bucketed(user, days, unit, ["known", "work", *columns], by=("scale", "is_key"))
    running = {name: Counts() for name in Population.values}
    found: list[dict[str, Counts]] = []
    changes: dict[int, list] = {}
    for bucket, scale, is_key, *values in rows:
        changes.setdefault(bucket, []).append((scale, is_key, values))
    for i in range(len(days)):
        for scale, is_key, values in changes.get(i, ()):
            numbers = dict(zip(["n_known", "n_work", *columns], values, strict=True))
            for name in populations_of(scale, is_key):
                running[name].add(_counts_of(numbers, lines, measures))
        snapshot = {name: Counts() for name in running}
        for name, counts in running.items():
            snapshot[name].add(counts)
        found.append(snapshot)
    return found


@dataclass(frozen=True)
class TrendPoint:
    """One day of a trend: covered of eligible per line."""

    day: date
    lines: dict[str, LineCounts]


def trend(
    *,
    user,
    days: Sequence[date],
    unit: Unit | None = None,
    population: str = Population.ALL,
    lines: Iterable[str] = MEASURED,
) -> list[TrendPoint]:
    """Eligible and covered per line on each day, drawn from the deltas: one query whatever the length.

    Args:
        user: a User, or None for the whole county.
        days: ascending dates, usually ends of months.
        unit: restricts to this unit and those below it.
        population: a Population code.
        lines: the lines wanted.
    """
    wanted = list(lines)
    columns = [f"{line}_{measure}" for line in wanted for measure in RATED]
    condition = CONDITIONS[Population(population)]
    changes = {bucket: values for bucket, *values in _bucketed(user, days, unit, columns, condition=condition)}
    running = [0] * len(columns)
    points = []
    for i, day in enumerate(days):
        running = [a + b for a, b in zip(running, changes.get(i, [0] * len(columns)), strict=True)]
        points.append(
            TrendPoint(
                day,
                {
                    line: LineCounts(eligible=running[2 * k], covered=running[2 * k + 1])
                    for k, line in enumerate(wanted)
                },
            )
        )
    return points


def units_on(
    *, user, days: Sequence[date], unit: Unit | None = None, lines: Sequence[str]
) -> dict[int, list[dict[str, dict[str, LineCounts]]]]:
    """Eligible and covered of each unit's own organizations on several days, out of the deltas: one query.

    Args:
        user: a User, or None for the whole county.
        days: ascending dates.
        unit: restricts to this unit and those below it.
        lines: the lines wanted.

    Returns:
        By key of the unit, one mapping population → line → LineCounts a day, in the order of `days`.
    """
    columns = [f"{line}_{measure}" for line in lines for measure in RATED]
    changes: dict[int, dict[int, list[tuple[list[str], list[int]]]]] = {}
    for bucket, unit_id, scale, is_key, *values in _bucketed(
        user, days, unit, columns, by=("unit_id", "scale", "is_key")
    ):
        changes.setdefault(unit_id, {}).setdefault(bucket, []).append((populations_of(scale, is_key), values))
    found: dict[int, list[dict[str, dict[str, LineCounts]]]] = {}
    for unit_id, mine in changes.items():
        running = {name: [0] * len(columns) for name in Population.values}
        points = found.setdefault(unit_id, [])
        for i in range(len(days)):
            for names, values in mine.get(i, ()):
                for name in names:
                    running[name] = [a + b for a, b in zip(running[name], values, strict=True)]
            points.append(
                {
                    name: {
                        line: LineCounts(eligible=sums[2 * k], covered=sums[2 * k + 1]) for k, line in enumerate(lines)
                    }
                    for name, sums in running.items()
                }
            )
    return found


def _bucketed(user, days, unit, columns, *, by=(), condition="TRUE"):
    """Sums of delta columns between the given days, first bucket from the beginning of time."""
    scope = COUNTY if user is None else scope_of(user)
    parameters: dict = {"ends": [day + timedelta(days=1) for day in days], "last": days[-1]}
    where = [condition, "day <= %(last)s"]
    if scope.county:
        source = "coverage_delta d"
    else:
        parameters["paths"] = [f"{path}%" for path in scope.unit_paths]
        below = "unit_id IN (SELECT id FROM orgs_unit WHERE path LIKE ANY(%(paths)s))"
        source = f"(SELECT * FROM coverage_delta WHERE {below}) d"
        if scope.organization_ids:
            # Cells do not know organizations: the deltas of an account of single ones come from their spans.
            parameters["own"] = sorted(scope.organization_ids)
            spans = f"SELECT *, 1 AS weight FROM coverage_span WHERE organization_id = ANY(%(own)s) OR {below}"
            source = f"({deltas_select(source=f'({spans}) own')}) d"
    if unit is not None:
        where.append("unit_id IN (SELECT id FROM orgs_unit WHERE path LIKE %(unit)s)")
        parameters["unit"] = f"{unit.path}%"
    keys = ["width_bucket(day, %(ends)s::date[])", *by]
    sums = [f"sum({c})" for c in columns]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join([*keys, *sums])} FROM {source} WHERE {' AND '.join(where)} GROUP BY {', '.join(keys)}",
            parameters,
        )
        return [tuple(int(v) if v is not None and i > len(by) else v for i, v in enumerate(row)) for row in cursor]
