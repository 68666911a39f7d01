"""What an import of 任职 asks the register for: loaded for some thousands of rows at a time, never row by row."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from orgs.domain.appointments import opinions_required
from orgs.domain.people_plan import NewPerson, Who
from orgs.domain.posts_plan import PostFacts, PostsPlan
from orgs.domain.units import UnitResolver
from orgs.imports.days import meets
from orgs.imports.maps import CodeLists
from orgs.imports.people_known import OrganizationMaps
from orgs.imports.persons import PeopleMaps, row_person
from orgs.lines import LINES
from orgs.models import Code, User
from orgs.models.codes import CodeList
from orgs.permissions import may_edit_line, scope_for_line
from quannan.base.workbook.cells import fold
from quannan.base.workbook.declare import Row, SeenBefore


@dataclass
class KnownBody:
    """A body that covers or covered an organization. ``own``: of it alone, or a joint one not yet grouped."""

    id: int
    line: str
    name: str
    name_key: str
    own: bool
    founded_on: dt.date
    dissolved_on: dt.date | None
    refused: bool
    is_body: bool

    def stands_on(self, day: dt.date) -> bool:
        """Whether it counted on that day."""
        return not self.refused and self.founded_on <= day and (self.dissolved_on is None or day < self.dissolved_on)


@dataclass
class HeldPost:
    """A post of a body, on record (``id``) or given by an earlier row; ``facts`` as the file has left them so far."""

    id: int | None
    branch_id: int
    who: Who
    name: str
    post: str
    is_head: bool
    facts: PostFacts

    def overlaps(self, since: dt.date, until: dt.date | None) -> bool:
        """Whether it shares a day with a time from a first day to the first day no longer in it."""
        return meets(self.facts, since, until)


class PostMaps:
    """The register as an import of posts needs it, and what the file's earlier rows do to it."""

    def __init__(self, by: User | None, today: dt.date, lists: CodeLists) -> None:
        self.by, self.today = by, today
        self.organizations = OrganizationMaps(today)
        self.people = PeopleMaps(by, today, UnitResolver.load(), lists.codes)
        self.plan = PostsPlan(people=self.people.plan)
        self.opinions = opinions_required()
        self.scopes = {line: scope_for_line(by, line) if by is not None else None for line in LINES}
        self.may_edit = {line: by is None or may_edit_line(by, line) for line in LINES}
        self.posts: dict[str, dict[str, Code]] = {line: {} for line in LINES}
        for code in lists.codes:
            if code.list_name == CodeList.POST and code.data.get("line") in self.posts:
                for name in (code.label, *code.aliases):
                    self.posts[code.data["line"]].setdefault(fold(name), code)
        self.lists = lists
        self.seen = SeenBefore()
        self.cases: dict[int, Any] = {}
        self.bodies: dict[int, dict[int, KnownBody]] = {}
        self._members: dict[int, set[int]] = {}
        self._held: dict[int, list[HeldPost]] = {}
        self._changed: dict[int, PostFacts] = {}
        self._added: dict[int, list[HeldPost]] = defaultdict(list)

    def load(self, rows: list[Row]) -> None:
        """Load what is known of these rows' organizations, bodies and people, in place of the last."""
        homes = [row["workplace"] for row in rows if isinstance(row["workplace"], str)]
        codes = [row["uscc"] for row in rows if isinstance(row["uscc"], str)]
        names = [row["name"] for row in rows if isinstance(row["name"], str)]
        ids = self.organizations.load([*codes, *homes], [*names, *homes])
        self._load_bodies(sorted(ids))
        every = ids | {member for members in self._members.values() for member in members}
        self.organizations.look_within([*self.scopes.values(), self.people.sight], every)
        self._load_held(sorted(self._members))
        self.people.load(row_person(row) for row in rows)

    def source_label(self, source: str) -> str:
        """The words for a stored source."""
        return self.lists.label(CodeList.LEADER_SOURCE, source) if source else ""

    def held_in(self, branch_id: int) -> Iterator[HeldPost]:
        """Every post of a body, on record and from earlier rows."""
        yield from self._held.get(branch_id, ())
        yield from self._added.get(branch_id, ())

    def had_head(self, branch_id: int) -> bool:
        """Whether the register has a head of the body, serving or past; rows of this file do not count."""
        return any(post.is_head for post in self._held.get(branch_id, ()))

    def in_sight(self, branch_id: int, line: str) -> bool:
        """A body is in sight when one of its members today is, or when it has none (`body_rules.require_seen`)."""
        members = self._members.get(branch_id, set())
        return not members or any(self.organizations.within(self.scopes[line], member) for member in members)

    def change(self, held: HeldPost, facts: PostFacts) -> None:
        """Remember what an accepted row makes of a post on record."""
        assert held.id is not None
        held.facts = self._changed[held.id] = facts

    def add(self, post: HeldPost) -> None:
        """Remember a post that an accepted row gives."""
        self._added[post.branch_id].append(post)

    def _load_bodies(self, ids: list[int]) -> None:
        self.bodies, self._members = {}, {}
        for organization, *values in _rows(_BODIES, {"ids": ids, "today": self.today}):
            body = KnownBody(*values)
            self.bodies.setdefault(organization, {})[body.id] = body
            self._members[body.id] = set()
        for branch, member in _rows(_MEMBERS, {"ids": sorted(self._members), "today": self.today}):
            self._members[branch].add(member)

    def _load_held(self, branches: list[int]) -> None:
        self._held = {}
        for identity, branch, person, name, post, is_head, *facts in _rows(_POSTS, {"ids": branches}):
            held = HeldPost(identity, branch, person, name, post, is_head, PostFacts(*facts))
            held.facts = self._changed.get(identity, held.facts)
            self._held.setdefault(branch, []).append(held)


def who_key(who: Who) -> Any:
    """What tells two people apart within one file."""
    return (who.name, who.organization_id, who.unit_id) if isinstance(who, NewPerson) else who


def _rows(statement: str, parameters: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        while batch := cursor.fetchmany(5000):
            yield from batch


_BODIES = """
    SELECT DISTINCT m.organization_id, b.id, b.line, b.name, b.name_key, b.composition = 'own' OR b.is_provisional,
           b.founded_on, b.dissolved_on, b.refused_at IS NOT NULL, coalesce(k.is_body, true)
    FROM orgs_branchmembership m
    JOIN orgs_branch b ON b.id = m.branch_id
    LEFT JOIN orgs_branchform f ON f.branch_id = b.id AND f.period @> %(today)s::date
    LEFT JOIN orgs_bodyform k ON k.id = f.form_id
    WHERE m.organization_id = ANY(%(ids)s)
    ORDER BY m.organization_id, b.id
"""

_MEMBERS = """
    SELECT m.branch_id, m.organization_id
    FROM orgs_branchmembership m JOIN orgs_organization o ON o.id = m.organization_id
    WHERE m.branch_id = ANY(%(ids)s) AND m.period @> %(today)s::date AND o.merged_into_id IS NULL
"""

# Facts in the order of PostFacts.
_POSTS = """
    SELECT a.id, a.branch_id, a.person_id, p.name, a.post, a.is_head, lower(a.period), upper(a.period), a.precision,
           a.source, a.is_full_time, a.end_reason
    FROM orgs_appointment a JOIN orgs_person p ON p.id = a.person_id
    WHERE a.branch_id = ANY(%(ids)s)
    ORDER BY a.id
"""
