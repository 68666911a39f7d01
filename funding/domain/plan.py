"""What an import of funds has worked out: plain rows, made before anything is written."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from quannan.base.imports import UNCHANGED, Change, RowsPlan


class NewEntry(NamedTuple):
    """One receipt or spending, as it is stored."""

    organization_id: int
    line: str
    direction: str
    source: str
    purpose: str
    amount_yuan: Decimal
    occurred_on: dt.date
    occurred_precision: str
    voucher: str
    note: str


class OtherNote(NamedTuple):
    """An entry on record whose note becomes another."""

    id: int
    note: str


@dataclass(slots=True)
class FundRow:
    """What one accepted row does."""

    number: int
    name: str
    outcome: str = UNCHANGED
    new: NewEntry | None = None
    changed: OtherNote | None = None
    changes: tuple[Change, ...] = ()

    @property
    def writes(self) -> bool:
        """Whether anything at all is to be written for the row."""
        return self.new is not None or self.changed is not None


@dataclass(kw_only=True)
class FundPlan(RowsPlan):
    """Everything an import of funds is going to write."""

    rows: list[FundRow] = field(default_factory=list)
