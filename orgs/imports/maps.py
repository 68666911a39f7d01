"""What an import asks the register for: loaded for some thousands of rows at a time, never row by row."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from django.db import connection

from orgs.domain.register_plan import JointBody
from orgs.domain.units import UnitResolver
from orgs.lines import stored_range
from orgs.models import BodyForm, Code, Organization
from orgs.models.codes import CodeList
from orgs.permissions import Scope
from quannan.base.encryption import EncryptedTextField
from quannan.base.workbook.declare import Row, SeenBefore


def decrypted(name: str, stored: str) -> str:
    """A contact field in plain text; "" stays "".

    Args:
        name: of the field of Organization.
        stored: as the database has it.
    """
    if not stored:
        return ""
    field = Organization._meta.get_field(name)
    assert isinstance(field, EncryptedTextField)
    return field.from_db_value(stored, None, None) or ""


class KnownOrganization(NamedTuple):
    """An organization as the register has it; contact fields are still encrypted."""

    id: int
    uscc: str | None
    old_code: str | None
    name: str
    kind: str
    registration_type: str
    industry: str
    registered_on: dt.date
    registered_precision: str
    closed_on: dt.date | None
    contact_name: str
    contact_phone: str
    remark: str


class KnownPlacement(NamedTuple):
    id: int
    unit_id: int
    since: dt.date | None
    until: dt.date | None

    def holds(self, day: dt.date) -> bool:
        """Whether it is the placement of that day."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


class KnownFigures(NamedTuple):
    """The figures in force on the as-of date, and how far the register's rows reach."""

    id: int | None
    as_of: dt.date | None
    values: tuple[Any, ...]
    first: dt.date
    last: dt.date


class KnownMembership(NamedTuple):
    """An organization's cover by a body; ``form_id``: the body's form on the as-of date."""

    id: int
    branch_id: int
    line: str
    since: dt.date
    until: dt.date | None
    precision: str
    composition: str
    name: str
    name_key: str
    provisional: bool
    form_id: int | None

    @property
    def joint(self) -> bool:
        """A body of several organizations, or meant to be."""
        return self.composition != "own"

    def active_on(self, day: dt.date) -> bool:
        """Whether it covers its organization on that day."""
        return self.since <= day and (self.until is None or day < self.until)

    def may_mean(self, first: dt.date, last: dt.date) -> bool:
        """Whether its founding may fall on one of these days."""
        earliest, latest = stored_range(self.since, self.precision)
        return earliest <= last and first <= latest


@dataclass(frozen=True)
class CodeLists:
    """The forms and code lists in use, with every wording they go by."""

    forms: tuple[BodyForm, ...]
    codes: tuple[Code, ...]

    @classmethod
    def load(cls) -> CodeLists:
        """Two queries."""
        return cls(tuple(BodyForm.objects.filter(is_active=True)), tuple(Code.objects.filter(is_active=True)))

    @cached_property
    def form_by_id(self) -> dict[int, BodyForm]:
        return {form.pk: form for form in self.forms}

    def forms_of(self, line: str) -> dict[str, BodyForm]:
        """Wording → form, of one line."""
        return {name: form for form in self.forms if form.line == line for name in (form.label, *form.aliases)}

    def names_of(self, which: CodeList) -> dict[str, str]:
        """Wording → code, of one list."""
        return {
            name: code.code for code in self.codes if code.list_name == which for name in (code.label, *code.aliases)
        }

    def label(self, which: CodeList, code: str) -> str:
        """The words for a stored code; the code itself when the list no longer has it."""
        return self._labels.get((which, code), code)

    @cached_property
    def _labels(self) -> dict[tuple[str, str], str]:
        return {(code.list_name, code.code): code.label for code in self.codes}


@dataclass
class RegisterMaps:
    """The register as one import needs it.

    ``scope``: how far the importing account may write; None for the command line, which may all.
    """

    as_of: dt.date
    lists: CodeLists
    units: UnitResolver
    scope: Scope | None = None
    organizations: dict[str, KnownOrganization] = field(default_factory=dict)
    placements: dict[int, list[KnownPlacement]] = field(default_factory=dict)
    figures: dict[int, KnownFigures] = field(default_factory=dict)
    memberships: dict[int, list[KnownMembership]] = field(default_factory=dict)
    joint: dict[tuple[str, str], JointBody] = field(default_factory=dict)
    seen: SeenBefore = field(default_factory=SeenBefore)
    # The row last asked about, and the organization it speaks of.
    asked: Row | None = None
    answered: KnownOrganization | None = None
    # Row number → organization, of rows known otherwise than by a code.
    matched: dict[int, KnownOrganization] = field(default_factory=dict)

    def organization(self, code: str | None) -> KnownOrganization | None:
        """The known organization of a code, unified or old."""
        return self.organizations.get(code) if code else None

    def placement(self, organization_id: int) -> KnownPlacement | None:
        """The placement on the as-of date."""
        for placement in self.placements.get(organization_id, ()):
            if placement.holds(self.as_of):
                return placement
        return None

    def load(self, codes: Iterable[str]) -> None:
        """Load everything known about the organizations with these codes, in place of the last; four queries."""
        self.organizations = {}
        self.asked = None
        wanted = sorted(set(codes))
        if wanted:
            for uscc, old_code, *row in _rows(_ORGANIZATIONS, {"codes": wanted, "ids": []}):
                known = KnownOrganization(*row)
                for code in (uscc, old_code):
                    if code:
                        self.organizations[code] = known
        self._load_of(sorted({known.id for known in self.organizations.values()}))

    def load_these(self, ids: list[int]) -> list[KnownOrganization]:
        """Load everything known about these organizations, in place of the last; four queries.

        Returns:
            the organizations in the order of the ids.
        """
        self.asked = None
        rows = _rows(_ORGANIZATIONS, {"codes": [], "ids": ids})
        found = {identity: KnownOrganization(identity, *row) for _, _, identity, *row in rows}
        self.organizations = {code: known for known in found.values() for code in (known.uscc, known.old_code) if code}
        self._load_of(sorted(found))
        return [found[identity] for identity in ids if identity in found]

    def _load_of(self, ids: list[int]) -> None:
        self.placements, self.figures, self.memberships = {}, {}, {}
        if ids:
            self._load_placements(ids)
            self._load_figures(ids)
            self._load_memberships(ids)

    def load_joint(self) -> None:
        """Load the joint bodies that rows may name; one query."""
        for key, *values in _rows(_JOINT, {}):
            line, identity, name, founded_on, precision = values
            self.joint[line, key] = JointBody(line, name, 0, founded_on, precision, identity)

    def _load_placements(self, ids: list[int]) -> None:
        found = defaultdict(list)
        for organization, *values in _rows(_PLACEMENTS, {"ids": ids}):
            found[organization].append(KnownPlacement(*values))
        self.placements = dict(found)

    def _load_figures(self, ids: list[int]) -> None:
        for organization, first, last, identity, as_of, *values in _rows(_FIGURES, {"ids": ids, "as_of": self.as_of}):
            self.figures[organization] = KnownFigures(identity, as_of, tuple(values), first, last)

    def _load_memberships(self, ids: list[int]) -> None:
        found = defaultdict(list)
        for organization, *values in _rows(_MEMBERSHIPS, {"ids": ids, "as_of": self.as_of}):
            found[organization].append(KnownMembership(*values))
        self.memberships = dict(found)


def _rows(statement: str, parameters: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        while batch := cursor.fetchmany(5000):
            yield from batch


# The code of a record that was merged into another one speaks of that one.
_ORGANIZATIONS = """
    SELECT c.uscc, c.old_code, o.id, o.uscc, o.old_code, o.name, o.kind, o.registration_type, o.industry,
           o.registered_on, o.registered_precision, o.closed_on, o.contact_name, o.contact_phone, o.remark
    FROM orgs_organization c JOIN orgs_organization o ON o.id = coalesce(c.merged_into_id, c.id)
    WHERE c.uscc = ANY(%(codes)s) OR c.old_code = ANY(%(codes)s) OR c.id = ANY(%(ids)s)
"""

_PLACEMENTS = """
    SELECT organization_id, id, unit_id, lower(period), upper(period)
    FROM orgs_placement WHERE organization_id = ANY(%(ids)s)
"""

# Values in the order of FIGURE_FIELDS.
_FIGURES = """
    SELECT e.organization_id, e.first, e.last, f.id, f.as_of, f.employees, f.women, f.league_members, f.full_members,
           f.probationary_members, f.union_members, f.annual_revenue_yuan, f.payroll_yuan
    FROM (
        SELECT organization_id, min(as_of) AS first, max(as_of) AS last,
               max(as_of) FILTER (WHERE as_of <= %(as_of)s) AS current
        FROM orgs_figures WHERE organization_id = ANY(%(ids)s) GROUP BY organization_id
    ) e
    LEFT JOIN orgs_figures f ON f.organization_id = e.organization_id AND f.as_of = e.current
"""

_MEMBERSHIPS = """
    SELECT m.organization_id, m.id, b.id, b.line, lower(m.period), least(upper(m.period), b.dissolved_on),
           m.from_precision, b.composition, b.name, b.name_key, b.is_provisional, f.form_id
    FROM orgs_branchmembership m
    JOIN orgs_branch b ON b.id = m.branch_id
    LEFT JOIN orgs_branchform f ON f.branch_id = b.id AND f.period @> %(as_of)s::date
    WHERE m.organization_id = ANY(%(ids)s)
    ORDER BY m.id
"""

# Demo bodies are left out: what joins one would go when the demo is cleared.
_JOINT = """
    SELECT name_key, line, id, name, founded_on, founded_precision
    FROM orgs_branch
    WHERE composition <> 'own' AND name_key <> '' AND dissolved_on IS NULL AND NOT is_demo
    ORDER BY id DESC
"""
