"""What an import of instructors and liaisons has worked out: plain rows, made before anything is written."""

import datetime as dt
from dataclasses import dataclass, field
from typing import NamedTuple

from orgs.domain.people_plan import PeoplePlan, Who
from orgs.lines import Precision
from quannan.base.imports import UNCHANGED, Change, RowsPlan

INSTRUCTOR = "instructor"


class TermFacts(NamedTuple):
    """From–to of a term; ``until``: the first day no longer in it."""

    since: dt.date
    until: dt.date | None
    end_reason: str

    @property
    def precision(self) -> str:
        """These terms are kept to the day."""
        return Precision.DAY.value


class NewTerm(NamedTuple):
    """Somebody sent, or a leader or unit tied.

    ``kind``: INSTRUCTOR or a code of `LiaisonKind`. ``who``: None for a unit, which ``unit_name`` names.
    """

    kind: str
    organization_id: int
    who: Who | None
    facts: TermFacts
    sent_by_id: int | None = None
    department: str = ""
    unit_name: str = ""


class ChangedTerm(NamedTuple):
    """A registered term that is put right or ended."""

    kind: str
    id: int
    before: TermFacts
    facts: TermFacts


@dataclass(slots=True)
class SupportRow:
    """What one accepted row does; ``person``: whether it also says something new of the person."""

    number: int
    name: str
    outcome: str = UNCHANGED
    new: NewTerm | None = None
    changed: ChangedTerm | None = None
    person: bool = False
    changes: tuple[Change, ...] = ()

    @property
    def writes(self) -> bool:
        """Whether anything at all is to be written for the row."""
        return self.new is not None or self.changed is not None or self.person


@dataclass(kw_only=True)
class SupportPlan(RowsPlan):
    """Everything an import of instructors and liaisons is going to write."""

    rows: list[SupportRow] = field(default_factory=list)
    people: PeoplePlan = field(default_factory=PeoplePlan)
