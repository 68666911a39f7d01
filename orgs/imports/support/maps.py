"""What an import of instructors and liaisons asks the register for, some thousands of rows at a time."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from orgs.domain.liaisons import may_keep_liaison
from orgs.domain.people_plan import NewPerson, Who
from orgs.domain.support_plan import INSTRUCTOR, SupportPlan, TermFacts
from orgs.domain.units import UnitFacts, UnitResolver
from orgs.imports.days import meets
from orgs.imports.maps import CodeLists
from orgs.imports.people_known import OrganizationMaps
from orgs.imports.persons import PeopleMaps, row_person
from orgs.models import User
from orgs.models.codes import CodeList
from orgs.models.support import LiaisonKind
from orgs.permissions import may_edit_support, scope_for
from orgs.validators import normalise_name
from quannan.base.workbook.cells import fold
from quannan.base.workbook.declare import Row, SeenBefore


@dataclass
class HeldTerm:
    """A term on record (``id``), or given by an earlier row; ``facts`` as the file has left them so far.

    ``place``: code of the department, or key of the unit that sends.
    """

    kind: str
    id: int | None
    organization_id: int
    organization: str
    who: Who | None
    name: str
    place: str | int | None
    facts: TermFacts

    def overlaps(self, since: dt.date, until: dt.date | None) -> bool:
        """Whether it shares a day with a time from a first day to the first day no longer in it."""
        return meets(self.facts, since, until)


class SupportMaps:
    """The register as an import of instructors and liaisons needs it, and what the file's earlier rows do to it."""

    def __init__(self, by: User | None, today: dt.date, lists: CodeLists) -> None:
        self.by, self.today = by, today
        self.units = UnitResolver.load()
        self.organizations = OrganizationMaps(today)
        self.people = PeopleMaps(by, today, self.units, lists.codes)
        self.plan = SupportPlan(people=self.people.plan)
        self.scope = scope_for(by, "support.edit") if by is not None else None
        liaisons = {kind: by is None or may_keep_liaison(by, kind) for kind in LiaisonKind.values}
        self.may_keep = {INSTRUCTOR: by is None or may_edit_support(by), **liaisons}
        departments = [code for code in lists.codes if code.list_name == CodeList.LIAISON_DEPARTMENT]
        self.departments = {fold(name): code.code for code in departments for name in (code.label, *code.aliases)}
        self.department_labels = {code.code: code.label for code in departments}
        self.seen = SeenBefore()
        self.sent: Counter[Any] = Counter()
        self.cases: dict[int, Any] = {}
        self._held: list[HeldTerm] = []
        self._added: list[HeldTerm] = []
        self._changed: dict[tuple[str, int], TermFacts] = {}
        self._at: dict[tuple[str, int], list[HeldTerm]] = {}
        self._leading: dict[str, list[HeldTerm]] = {}

    def load(self, rows: list[Row]) -> None:
        """Load what is known of these rows' organizations, terms and people, in place of the last."""
        homes = [row["workplace"] for row in rows if isinstance(row["workplace"], str)]
        codes = [row["uscc"] for row in rows if isinstance(row["uscc"], str)]
        names = [row["name"] for row in rows if isinstance(row["name"], str)]
        ids = self.organizations.load([*codes, *homes], [*names, *homes])
        self.organizations.look_within([self.scope, self.people.sight], ids)
        people = {row_person(row) for row in rows if row["kind"] != LiaisonKind.UNIT}
        self.people.load(people)
        self._at, self._leading = {}, {}
        for term in (*self._load_terms(sorted(ids), sorted(people)), *self._added):
            self._index(term)

    def at(self, kind: str, organization_id: int) -> list[HeldTerm]:
        """Terms of a kind at an organization, on record and from earlier rows."""
        return self._at.get((kind, organization_id), [])

    def leading(self, name: str) -> list[HeldTerm]:
        """Liaisons of leaders of this name, wherever."""
        return self._leading.get(name, [])

    def unit_within(self, unit: UnitFacts) -> bool:
        """Whether a unit lies in the scope of the roles that keep instructors."""
        return self.scope is None or self.scope.county or unit.path.startswith(self.scope.unit_paths or ("?",))

    def change(self, held: HeldTerm, facts: TermFacts) -> None:
        """Remember what an accepted row makes of a term on record."""
        assert held.id is not None
        held.facts = self._changed[held.kind, held.id] = facts

    def add(self, term: HeldTerm) -> None:
        """Remember a term that an accepted row gives."""
        self._added.append(term)
        self._index(term)

    def _index(self, term: HeldTerm) -> None:
        self._at.setdefault((term.kind, term.organization_id), []).append(term)
        if term.kind == LiaisonKind.LEADER:
            self._leading.setdefault(term.name, []).append(term)

    def _load_terms(self, ids: list[int], people: list[str]) -> Iterator[HeldTerm]:
        for statement in (_INSTRUCTORS, _LIAISONS):
            for kind, identity, organization, name, who, called, place, *facts in _rows(
                statement, {"ids": ids, "people": people}
            ):
                held = HeldTerm(kind, identity, organization, name, who, called, place, TermFacts(*facts))
                held.facts = self._changed.get((kind, identity), held.facts)
                yield held


def who_key(who: Who | None, name: str) -> Any:
    """What tells two people, or two units by their names, apart within one file."""
    if who is None:
        return normalise_name(name)
    return (who.name, who.organization_id, who.unit_id) if isinstance(who, NewPerson) else who


def _rows(statement: str, parameters: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        while batch := cursor.fetchmany(5000):
            yield from batch


_INSTRUCTORS = """
    SELECT 'instructor', i.id, i.organization_id, o.name, i.person_id, p.name, i.sent_by_id,
           lower(i.period), upper(i.period), i.end_reason
    FROM orgs_instructor i
    JOIN orgs_organization o ON o.id = i.organization_id
    JOIN orgs_person p ON p.id = i.person_id
    WHERE i.organization_id = ANY(%(ids)s)
    ORDER BY i.id
"""

# A leader's liaisons matter wherever they are: one enterprise at a time.
_LIAISONS = """
    SELECT l.kind, l.id, l.organization_id, o.name, l.person_id, coalesce(p.name, l.unit_name), l.department,
           lower(l.period), upper(l.period), l.end_reason
    FROM orgs_liaison l
    JOIN orgs_organization o ON o.id = l.organization_id
    LEFT JOIN orgs_person p ON p.id = l.person_id
    WHERE l.organization_id = ANY(%(ids)s) OR (l.kind = 'leader' AND p.name = ANY(%(people)s))
    ORDER BY l.id
"""
