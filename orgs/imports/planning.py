"""From checked rows to a plan: what each row adds to the register, changes in it, or leaves as it is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

from django.db import models

from orgs.domain.register_plan import FIGURE_FIELDS, FiguresOp, PlacementOp, Plan, RowPlan
from orgs.imports.bodies import BodyPlanner
from orgs.imports.checks import known_organization
from orgs.imports.maps import KnownOrganization, RegisterMaps, decrypted
from orgs.lines import stored_range
from orgs.models import Figures, Organization
from orgs.models.codes import CodeList
from orgs.validators import normalise_name
from quannan.base.encryption import mask_name, mask_phone
from quannan.base.imports import CREATED, UNCHANGED, UPDATED, Change
from quannan.base.workbook.cells import CLEAR, FuzzyDate, tidy
from quannan.base.workbook.declare import Row

_PLAIN = ("registration_type", "industry", "remark")
_CONTACTS = {"contact_name": mask_name, "contact_phone": mask_phone}
_LISTS = {
    "kind": CodeList.KIND,
    "registration_type": CodeList.REGISTRATION_TYPE,
    "industry": CodeList.INDUSTRY,
}
# What a form's row says besides: called with the row, its organization and what is planned so far; yields changes.
More = Callable[[Row, KnownOrganization, RowPlan], Iterable[Change]]
# Shared by all rows that are done with.
_NOTHING: list[Any] = []
_FINENESS = {"day": 0, "month": 1, "year": 2}


class Planner:
    """Works out what the accepted rows do to the register, without writing; batch by batch."""

    def __init__(
        self, maps: RegisterMaps, source: str, endings: Collection[tuple[int, str]] = (), more: More | None = None
    ) -> None:
        """
        Args:
            maps: the register, loaded for the rows of each batch in turn.
            source: what the written rows name as their source, "F0".
            endings: (row number, line) where 登记为已建,表中为无 was confirmed.
            more: plans what the form says of a known organization besides.
        """
        self.plan = Plan(as_of=maps.as_of, source=source)
        self._row_planner = _RowPlanner(maps, BodyPlanner(self.plan, maps, endings), more)

    def add(self, rows: Iterable[Row]) -> None:
        """Plan the accepted among these rows.

        Warnings that only the register can give are added to the rows, and their values are let go.
        """
        for row in rows:
            if row.accepted:
                self.plan.rows.append(self._row_planner.plan(row))
            row.label = _text(row["name"])
            row.values = _NOTHING


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


class _RowPlanner:
    def __init__(self, maps: RegisterMaps, bodies: BodyPlanner, more: More | None = None) -> None:
        self.maps = maps
        self.bodies = bodies
        self.more = more
        self._placements: dict[int, PlacementOp] = {}

    def plan(self, row: Row) -> RowPlan:
        known = known_organization(row, self.maps)
        if known is None:
            return self._new(row)
        target = RowPlan(row.number, known.name, known.id, UNCHANGED)
        changes = self._fields(row, known, target)
        changes += self._placement(row, known, target)
        changes += self._figures(row, known, target)
        changes += self.bodies.plan_row(row, known, target)
        if self.more is not None:
            changes += self.more(row, known, target)
        target.changes = tuple(changes)
        if changes:
            target.outcome = UPDATED
        return target

    def _new(self, row: Row) -> RowPlan:
        registered: FuzzyDate = row["registered_on"]
        target = RowPlan(row.number, row["name"], None, CREATED)
        target.organization = (
            row["uscc"] if isinstance(row["uscc"], str) else None,
            row["old_code"] if isinstance(row["old_code"], str) else None,
            row["name"],
            row["kind"],
            _text(row["registration_type"]),
            _text(row["industry"]),
            registered.first(),
            registered.precision,
            _text(row["contact_name"]),
            _text(row["contact_phone"]),
            _text(row["remark"]),
        )
        target.placement = self._first_placement(row["unit"].id)
        values = tuple(None if (value := row[field]) is CLEAR else value for field in FIGURE_FIELDS)
        if any(value is not None for value in values):
            target.figures = FiguresOp(None, values)
        # A created row's preview names its bodies; the rest is the row itself.
        target.changes = tuple(self.bodies.plan_row(row, None, target))
        return target

    def _first_placement(self, unit_id: int) -> PlacementOp:
        """One object a unit: thousands of new organizations come under the same few."""
        return self._placements.setdefault(unit_id, PlacementOp(unit_id))

    def _current(self, known: KnownOrganization) -> bool:
        """Whether no later form has spoken of the organization: an older one only fills gaps."""
        figures = self.maps.figures.get(known.id)
        return figures is None or figures.last <= self.maps.as_of

    def _fields(self, row: Row, known: KnownOrganization, target: RowPlan) -> list[Change]:
        current = self._current(known)
        fields: dict[str, Any] = {}
        changes: list[Change] = []

        def change(field: str, before: str, after: str, value: Any) -> None:
            fields[field] = value
            changes.append(Change(_label(Organization, field), before, after))

        for field in ("uscc", "old_code"):
            # An organization known by its old code gets the unified one, or the reverse.
            if isinstance(row[field], str) and getattr(known, field) is None:
                change(field, "", row[field], row[field])
        name = row["name"]
        if row.known("uscc") and row["uscc"] != (known.uscc or row["uscc"]):
            row.report(
                row.warning(
                    "uscc",
                    "merged_record",
                    f"这个代码的记录已并入“{known.name}”,名称没有改动。请改用代码{known.uscc}。",
                    row["uscc"],
                )
            )
        elif current and isinstance(name, str) and normalise_name(name) != normalise_name(known.name):
            change("name", known.name, name, name)
        kind = row["kind"]
        if current and isinstance(kind, str) and kind != known.kind:
            labels = self.maps.lists
            change("kind", labels.label(CodeList.KIND, known.kind), labels.label(CodeList.KIND, kind), kind)
        for field in _PLAIN:
            value, before = row[field], getattr(known, field)
            if value is None or not (current or not before):
                continue
            value = "" if value is CLEAR else value
            # A cell holds no line breaks and no runs of spaces: their absence is no change.
            if value != tidy(before):
                change(field, self._shown(field, before), self._shown(field, value), value)
        for field, mask in _CONTACTS.items():
            value = row[field]
            if value is None or not (current or not getattr(known, field)):
                continue
            before = decrypted(field, getattr(known, field))
            value = "" if value is CLEAR else value
            if value != before:
                change(field, mask(before), mask(value), value)
        registered = row["registered_on"]
        if isinstance(registered, FuzzyDate):
            first, last = stored_range(known.registered_on, known.registered_precision)
            apart = registered.last() < first or last < registered.first()
            finer = _FINENESS[registered.precision] < _FINENESS.get(known.registered_precision, 0)
            if (apart and current) or (not apart and finer):
                change("registered_on", str(known.registered_on), str(registered), registered.first())
                fields["registered_precision"] = registered.precision
        if fields:
            target.fields = fields
        return changes

    def _shown(self, field: str, value: str) -> str:
        which = _LISTS.get(field)
        return self.maps.lists.label(which, value) if which and value else value

    def _placement(self, row: Row, known: KnownOrganization, target: RowPlan) -> list[Change]:
        unit = row["unit"]
        if unit is None:
            return []
        as_of = self.maps.as_of
        held = self.maps.placement(known.id)
        if held is None:
            if self.maps.placements.get(known.id):
                return []
            target.placement = PlacementOp(unit.id)
            return [Change("主管党(工)委", "", unit.name)]
        if held.unit_id == unit.id:
            return []
        before = self.maps.units.units.get(held.unit_id)
        words = before.name if before else "(已停用的单位)"
        if held.until is not None or not self._current(known):
            row.report(
                row.warning("unit", "older_unit_differs", f"台账中这一天属于“{words}”,没有改动。请核对。", unit.name)
            )
            return []
        figures = self.maps.figures.get(known.id)
        evidence = figures is not None and figures.first < as_of
        if evidence and held.since != as_of:
            target.placement = PlacementOp(unit.id, since=as_of, end=held.id)
        else:
            target.placement = PlacementOp(unit.id, correct=held.id)
        return [Change("主管党(工)委", words, unit.name)]

    def _figures(self, row: Row, known: KnownOrganization, target: RowPlan) -> list[Change]:
        """Blank keeps; a later date with equal figures adds a confirming row and changes nothing."""
        given = [row[field] for field in FIGURE_FIELDS]
        if all(value is None for value in given):
            return []
        figures = self.maps.figures.get(known.id)
        before: tuple[Any, ...] = (None,) * len(FIGURE_FIELDS)
        here: int | None = None
        if figures is not None and figures.id is not None:
            before = figures.values
            here = figures.id if figures.as_of == self.maps.as_of else None
        after = tuple(
            old if new is None else None if new is CLEAR else new for old, new in zip(before, given, strict=True)
        )
        if here is not None and after == before:
            return []
        target.figures = FiguresOp(here, after)
        return [
            Change(_label(Figures, field), _figure(old), _figure(new))
            for field, old, new in zip(FIGURE_FIELDS, before, after, strict=True)
            if old != new
        ]


def _label(model: type[models.Model], name: str) -> str:
    """The Chinese name of a field."""
    field = model._meta.get_field(name)
    assert isinstance(field, models.Field)
    return str(field.verbose_name)


def _figure(value: Any) -> str:
    return "不掌握" if value is None else str(value)
