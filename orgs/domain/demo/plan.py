"""The rows of a made-up county before they are written: plain values, no database."""

import hashlib
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

# The county's history is told between these days; registrations and some bodies are older.
FIRST_DAY = date(2009, 1, 1)
LAST_DAY = date(2012, 12, 31)


@dataclass
class PlannedFigures:
    """年度数字; null counts mean not known."""

    as_of: date
    employees: int | None
    women: int | None
    league_members: int | None
    full_members: int | None
    probationary_members: int | None
    union_members: int | None
    annual_revenue_yuan: Decimal | None
    payroll_yuan: Decimal | None
    note: str = ""


@dataclass
class PlannedExclusion:
    state: str
    first: date
    until: date | None
    reason: str
    approver: str


@dataclass
class PlannedOrganization:
    """One organization; `placements` are (unit code, from, until), the first without a beginning."""

    number: int
    kind: str
    name: str
    registration_type: str
    industry: str
    trade: str
    registered_on: date
    registered_precision: str
    uscc: str | None
    old_code: str | None
    contact_name: str
    contact_phone: str
    former_names: list[str] = field(default_factory=list)
    remark: str = ""
    closed_on: date | None = None
    closed_state: str = ""
    placements: list[tuple[str, date | None, date | None]] = field(default_factory=list)
    figures: list[PlannedFigures] = field(default_factory=list)
    exclusions: list[PlannedExclusion] = field(default_factory=list)

    def count_on(self, measure: str, day: date) -> int | None:
        """The head-count in force on a day: the last row before it, the first row carried back.

        Args:
            measure: a count of PlannedFigures.
            day: the day asked for.
        """
        row = None
        for candidate in self.figures:
            if row is None or candidate.as_of <= day:
                row = candidate
        return getattr(row, measure) if row else None

    def unit_on(self, day: date) -> str:
        """The code of the unit the organization stands under on a day."""
        return next(code for code, _, until in self.placements if until is None or day < until)


@dataclass
class PlannedMember:
    """An organization covered by a body, from–until (first day no longer counted)."""

    number: int
    first: date
    until: date | None = None
    precision: str = "day"
    end_reason: str = ""


@dataclass
class PlannedBody:
    """One body; `forms` are (form code, from) in order, the first without a beginning."""

    line: str
    forms: list[tuple[str, date | None]]
    founded_on: date
    members: list[PlannedMember]
    name: str = ""
    composition: str = "own"
    founded_precision: str = "day"
    dissolved_on: date | None = None
    dissolved_reason: str = ""
    is_provisional: bool = False
    confirmed_on: date | None = None


@dataclass
class PlannedCounty:
    """Everything of the demo county but its accounts."""

    organizations: list[PlannedOrganization]
    bodies: list[PlannedBody]

    def digest(self) -> str:
        """One value that changes with any value of any row."""
        return hashlib.sha256(repr((self.organizations, self.bodies)).encode()).hexdigest()
