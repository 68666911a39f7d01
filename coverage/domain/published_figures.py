"""Figures told again out of a publication: the same report the dashboard shows, from frozen cells alone."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum

from coverage.domain.figures import Counts, MilestoneFigures, Report, counted, populations_of, seen_units
from coverage.models import DELTA_MEASURES, MEASURED, Milestone, Population, Publication, PublishedCell, Standard
from orgs.models import Unit

_NUMBERS = {
    "n_base": "organizations",
    "n_excluded": "excluded",
    "n_known": "known",
    "n_assumed": "assumed",
    "n_work": "work",
    **{f"{line}_{measure}": f"{line}_{measure}" for line in MEASURED for measure in DELTA_MEASURES},
}


def units_of(publication: Publication) -> dict[int, Unit]:
    """The units as they were then, by key, in their order; not to be saved.

    Args:
        publication: which one.
    """
    return {
        row["id"]: Unit(
            pk=row["id"],
            code=row["code"],
            name=row["name"],
            parent_id=row["parent"],
            path=row["path"],
            order=row["order"],
        )
        for row in publication.units
    }


def milestones_of(publication: Publication) -> list[Milestone]:
    """The milestones in use then, in order of due date; not to be saved.

    Args:
        publication: which one.
    """
    return [
        Milestone(**row | {"due_on": date.fromisoformat(row["due_on"]), "target": Decimal(row["target"])})
        for row in publication.rules["milestones"]
    ]


def cells_in(publication: Publication, user: Any, unit: Unit | None = None) -> QuerySet[PublishedCell]:
    """The cells of a publication that an account reads.

    Args:
        publication: which one.
        user: a User, or None for the whole county.
        unit: restricts to this unit and those below it.
    """
    cells = PublishedCell.objects.filter(publication=publication)
    if user is not None:
        cells = cells.visible_to(user)
    return cells if unit is None else cells.filter(unit__path__startswith=unit.path)


def published_report(publication: Publication, *, user: Any, unit: Unit | None = None) -> Report:
    """Base, populations, units and milestones as published, for what a user may see: one query.

    Args:
        publication: which one.
        user: a User, or None for the whole county.
        unit: restricts to this unit and those below it.
    """
    rows: Any = (
        cells_in(publication, user, unit)
        .order_by()
        .values("day", "unit_id", "scale", "is_key")
        .annotate(**{f"sum_{name}": Sum(column) for name, column in _NUMBERS.items()})
    )
    cells = [{**row, **{name: row[f"sum_{name}"] for name in _NUMBERS}} for row in rows]
    own = [cell for cell in cells if cell["day"] == publication.as_of]

    found = counted(own, as_of=publication.as_of, units=units_of(publication), shows=seen_units(user, unit))
    found.milestones = [_milestone(m, publication.as_of, found.populations, cells) for m in milestones_of(publication)]
    return found


def _milestone(
    milestone: Milestone, as_of: date, populations: dict[str, Counts], cells: Iterable[dict[str, Any]]
) -> MilestoneFigures:
    at_due = None
    if milestone.due_on == as_of:
        at_due = populations
    elif milestone.due_on < as_of:
        at_due = {name: Counts() for name in Population.values}
        for cell in cells:
            if cell["day"] == milestone.due_on:
                for name in populations_of(cell["scale"], cell["is_key"]):
                    at_due[name].add(_rated(cell))
    return MilestoneFigures(
        milestone=milestone,
        as_of=as_of,
        now={line: populations[milestone.population].lines[line] for line in milestone.lines},
        at_due=None if at_due is None else {line: at_due[milestone.population].lines[line] for line in milestone.lines},
    )


def _rated(cell: dict[str, Any]) -> Counts:
    counts = Counts(organizations=cell["n_known"], work=cell["n_work"])
    for line, one in counts.lines.items():
        for measure in DELTA_MEASURES:
            setattr(one, measure, cell[f"{line}_{measure}"])
    return counts


def rule_in_force(rules: Iterable[dict[str, Any]], day: date) -> list[dict[str, Any]]:
    """Those rules of a publication that hold on a day.

    Args:
        rules: with `from` and `until`, each ISO text or None.
        day: the day.
    """
    said = day.isoformat()
    return [r for r in rules if (r["from"] or "") <= said and (r["until"] is None or said < r["until"])]


def standard_of(rule: dict[str, Any]) -> Standard:
    """A standard of a publication as a row, to be worded like a live one; not to be saved.

    Args:
        rule: an entry of `rules["standards"]`.
    """
    names = ("line", "measure", "obliged_from", "permitted_from", "zero_state", "own_body_from", "clause", "reading")
    return Standard(**{name: rule[name] for name in names}, rungs=rule["rungs"])
