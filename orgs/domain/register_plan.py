"""What an import of the register is going to write: worked out without writing, shown, then applied."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from orgs.domain.ledger import LedgerOp, ReasonOp
from orgs.lines import Precision
from quannan.base.imports import Change, RowsPlan

# The order of values in RowPlan.organization.
ORGANIZATION_FIELDS = (
    "uscc",
    "old_code",
    "name",
    "kind",
    "registration_type",
    "industry",
    "registered_on",
    "registered_precision",
    "contact_name",
    "contact_phone",
    "remark",
)

# The order of values in FiguresOp.values.
FIGURE_FIELDS = (
    "employees",
    "women",
    "league_members",
    "full_members",
    "probationary_members",
    "union_members",
    "annual_revenue_yuan",
    "payroll_yuan",
)


class FiguresOp(NamedTuple):
    """A row of figures to write: ``id`` of the row to change, or None for a new one."""

    id: int | None
    values: tuple[Any, ...]


class PlacementOp(NamedTuple):
    """The unit an organization comes under.

    ``correct``: id of the placement to put right in place; else the placement ``end`` is ended on
    ``since`` and a new one begins there (both None: the first placement).
    """

    unit_id: int
    since: dt.date | None = None
    end: int | None = None
    correct: int | None = None


class BodyOp(NamedTuple):
    """An organization that comes under a body from a day on.

    ``joint``: the key of a joint body in ``Plan.joint``; None for a body of its own, which is made.
    ``provisional``: a joint body without a name, made for this organization alone.
    """

    line: str
    form_id: int
    since: dt.date
    precision: str
    joint: tuple[str, str] | None = None
    provisional: bool = False


class FormOp(NamedTuple):
    """A body whose form changes: dated ``since``, or put right in place when ``since`` is None."""

    branch_id: int
    form_id: int
    since: dt.date | None


class DateOp(NamedTuple):
    """A founding date now known more precisely; the membership begins with it."""

    membership_id: int
    branch_id: int | None
    since: dt.date
    until: dt.date | None
    precision: str


class EndOp(NamedTuple):
    """A membership that ends on the as-of date because the form says 无 and that was confirmed."""

    membership_id: int
    branch_id: int | None
    since: dt.date
    until: dt.date


@dataclass
class JointBody:
    """A joint body named by rows of the form: one in the register already (``id``), or a new one."""

    line: str
    name: str
    form_id: int
    founded_on: dt.date
    precision: str = Precision.DAY.value
    id: int | None = None
    earlier: bool = False


@dataclass(slots=True)
class RowPlan:
    """What one accepted row does to the register.

    ``organization``: for a new one all values in the order of ORGANIZATION_FIELDS; for a known one
    None, and ``fields`` holds what changes.
    """

    number: int
    name: str
    organization_id: int | None
    outcome: str
    organization: tuple[Any, ...] | None = None
    fields: dict[str, Any] | None = None
    placement: PlacementOp | None = None
    figures: FiguresOp | None = None
    bodies: tuple[BodyOp, ...] = ()
    forms: tuple[FormOp, ...] = ()
    dates: tuple[DateOp, ...] = ()
    ends: tuple[EndOp, ...] = ()
    ledger: LedgerOp | None = None
    reason: ReasonOp | None = None
    changes: tuple[Change, ...] = ()

    @property
    def writes(self) -> bool:
        """Whether anything at all is to be written for the row."""
        parts = (self.organization, self.fields, self.placement, self.figures, self.ledger, self.reason)
        return any(part is not None for part in parts) or bool(self.bodies or self.forms or self.dates or self.ends)


@dataclass(kw_only=True)
class Plan(RowsPlan):
    """Everything an import is going to write, row by row.

    ``joint``: the joint bodies that rows name, by (line, compared name).
    """

    as_of: dt.date
    source: str
    rows: list[RowPlan] = field(default_factory=list)
    joint: dict[tuple[str, str], JointBody] = field(default_factory=dict)
