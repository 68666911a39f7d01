"""What an import of activities asks the register for, some thousands of rows at a time."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from activities.domain.import_plan import ActivityPlan, HeldFacts
from activities.domain.others import said
from activities.models import ActivityKind, Programme, title_key_of
from activities.permissions import lines_to_record, scope_to_record
from orgs.imports.people_known import Known, OrganizationMaps
from orgs.lines import LINES
from orgs.models import User
from orgs.permissions import Scope, scope_of
from orgs.validators import normalise_code
from quannan.base.workbook.cells import FuzzyDate
from quannan.base.workbook.declare import Row, SeenBefore

Key = tuple[int, str, dt.date, str]


@dataclass
class OnRecord:
    """An activity on record; ``facts`` as it stands."""

    id: int
    version: int
    facts: HeldFacts


@dataclass(frozen=True)
class Body:
    """A body that covers an organization from a first day to the first day no longer covered."""

    line: str
    since: dt.date
    until: dt.date | None


class ActivityMaps:
    """The register as an import of activities needs it, and what the file's earlier rows do to it."""

    def __init__(self, by: User | None, today: dt.date, kinds: list[ActivityKind], programmes: list[Programme]) -> None:
        self.by, self.today = by, today
        self.organizations = OrganizationMaps(today)
        self.plan = ActivityPlan()
        self.sight: Scope | None = scope_of(by) if by is not None else None
        self.scopes: dict[str, Scope | None] = {
            line: scope_to_record(by, line) if by is not None else None for line in LINES
        }
        self.lines = frozenset(LINES if by is None else lines_to_record(by))
        self.kinds: dict[str, list[ActivityKind]] = defaultdict(list)
        self.programmes: dict[str, list[Programme]] = defaultdict(list)
        for kind in kinds:
            self.kinds[kind.name].append(kind)
        for programme in programmes:
            self.programmes[programme.name].append(programme)
        self.kind_names = {row.pk: row.name for row in kinds}
        self.programme_names = {row.pk: row.name for row in programmes}
        self.seen = SeenBefore()
        self.cases: dict[int, Any] = {}
        self.names: dict[int, str] = {}
        self._held: dict[Key, OnRecord] = {}
        self._bodies: dict[int, list[Body]] = {}

    def load(self, rows: list[Row]) -> None:
        """Load what is known of these rows' organizations and activities, in place of the last; six queries."""
        parts = [text for row in rows if isinstance(row["others"], tuple) for text in row["others"]]
        codes = [row["uscc"] for row in rows if isinstance(row["uscc"], str)]
        names = [row["name"] for row in rows if isinstance(row["name"], str)]
        told = [word for text in parts for word in said(text)]
        ids = self.organizations.load([*codes, *map(normalise_code, told)], [*names, *told])
        days = {row["held"].first() for row in rows if isinstance(row["held"], FuzzyDate)}
        keys = {title_key_of(row["title"]) for row in rows if isinstance(row["title"], str)}
        wanted = {"ids": sorted(ids), "days": sorted(days), "keys": sorted(keys)}
        self._load_held(wanted)
        kept = {other for row in self._held.values() for other in row.facts.others}
        self.organizations.look_within([*self.scopes.values(), self.sight], ids | kept)
        self._bodies = {}
        for organization, line, since, until in _rows(_BODIES, wanted):
            self._bodies.setdefault(organization, []).append(Body(line, since, until))

    def held(self, organization_id: int, line: str, day: dt.date, title: str) -> OnRecord | None:
        """The activity on record with this identity, None where there is none."""
        return self._held.get((organization_id, line, day, title_key_of(title)))

    def has_body(self, organization_id: int, line: str, days: tuple[dt.date, dt.date]) -> bool:
        """Whether a body of the line covered the organization on one of the days."""
        return any(
            body.line == line and body.since <= days[1] and (body.until is None or days[0] < body.until)
            for body in self._bodies.get(organization_id, ())
        )

    def meant(self, text: str) -> list[Known]:
        """Organizations that a name, a code, or a name with its code in brackets means, in sight or not."""
        for word in said(text):
            if found := self.organizations.meant(word, None):
                return found
        return []

    def hidden(self, others: frozenset[int]) -> frozenset[int]:
        """Those of them that the account may not see: it does not name them, and so cannot mean to drop them."""
        return frozenset(one for one in others if not self.organizations.within(self.sight, one))

    def _load_held(self, wanted: dict[str, Any]) -> None:
        self._held = {}
        by_id: dict[int, tuple[Key, OnRecord]] = {}
        for pk, version, organization, line, key, *facts, others in _rows(_ACTIVITIES, wanted):
            found = HeldFacts._make([*facts, frozenset(others)])
            by_id[pk] = (organization, line, found.held_on, key), OnRecord(pk, version, found)
        self._held = dict(by_id.values())
        named = {other for row in self._held.values() for other in row.facts.others}
        self.names = dict(_rows(_NAMES, {"ids": sorted(named)})) if named else {}


def _rows(statement: str, parameters: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        while batch := cursor.fetchmany(5000):
            yield from batch


_ACTIVITIES = """
    SELECT a.id, a.version, a.organization_id, a.line, a.title_key,
           a.title, a.held_on, a.held_precision, a.kind_id, a.programme_id, a.last_on, a.place, a.attendees, a.members,
           a.content, a.note,
           ARRAY(
               SELECT p.organization_id FROM activities_participation p
               JOIN orgs_organization o ON o.id = p.organization_id AND o.merged_into_id IS NULL
               WHERE p.activity_id = a.id AND p.organization_id <> a.organization_id
           )
    FROM activities_activity a
    WHERE a.cancelled_at IS NULL AND a.organization_id = ANY(%(ids)s)
      AND a.held_on = ANY(%(days)s::date[]) AND a.title_key = ANY(%(keys)s)
    ORDER BY a.id
"""

# As the pages ask it: the form of the time is that of a body.
_BODIES = """
    SELECT m.organization_id, b.line,
           greatest(lower(m.period), lower(f.period), b.founded_on),
           least(upper(m.period), upper(f.period), b.dissolved_on)
    FROM orgs_branchmembership m
    JOIN orgs_branch b ON b.id = m.branch_id
    JOIN orgs_branchform f ON f.branch_id = b.id AND f.period && m.period
    JOIN orgs_bodyform o ON o.id = f.form_id AND o.is_body
    WHERE m.organization_id = ANY(%(ids)s)
"""

_NAMES = "SELECT id, name FROM orgs_organization WHERE id = ANY(%(ids)s)"
