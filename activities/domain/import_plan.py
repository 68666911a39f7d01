"""What an import of activities has worked out: plain rows, made before anything is written."""

import datetime as dt
from dataclasses import dataclass, field
from typing import NamedTuple

from quannan.base.imports import UNCHANGED, Change, RowsPlan


class HeldFacts(NamedTuple):
    """What the form says of an activity besides its host and line, in keys; ``others``: keys of organizations."""

    title: str
    held_on: dt.date
    held_precision: str
    kind_id: int
    programme_id: int | None
    last_on: dt.date | None
    place: str
    attendees: int | None
    members: int | None
    content: str
    note: str
    others: frozenset[int]


class NewActivity(NamedTuple):
    """An activity that is not on record yet."""

    organization_id: int
    line: str
    facts: HeldFacts


class ChangedActivity(NamedTuple):
    """An activity on record of which a row says something new."""

    id: int
    version: int
    before: HeldFacts
    facts: HeldFacts


@dataclass(slots=True)
class ActivityRow:
    """What one accepted row does."""

    number: int
    name: str
    outcome: str = UNCHANGED
    new: NewActivity | None = None
    changed: ChangedActivity | None = None
    changes: tuple[Change, ...] = ()

    @property
    def writes(self) -> bool:
        """Whether anything at all is to be written for the row."""
        return self.new is not None or self.changed is not None


@dataclass(kw_only=True)
class ActivityPlan(RowsPlan):
    """Everything an import of activities is going to write."""

    rows: list[ActivityRow] = field(default_factory=list)
