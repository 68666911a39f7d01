"""What an import of 任职 has worked out: plain rows, made before anything is written."""

import datetime as dt
from dataclasses import dataclass, field
from typing import NamedTuple

from orgs.domain.people_plan import PeoplePlan, Who
from quannan.base.imports import UNCHANGED, Change, RowsPlan


class PostFacts(NamedTuple):
    """What is stored of a post; ``until``: the first day no longer in it."""

    since: dt.date
    until: dt.date | None
    precision: str
    source: str
    is_full_time: bool | None
    end_reason: str


class NewPost(NamedTuple):
    """A post somebody gets."""

    who: Who
    branch_id: int
    post: str
    is_head: bool
    facts: PostFacts


class ChangedPost(NamedTuple):
    """A registered post that is put right or ended."""

    id: int
    before: PostFacts
    facts: PostFacts


@dataclass(slots=True)
class PostRow:
    """What one accepted row does; ``person``: whether it also says something new of the person."""

    number: int
    name: str
    outcome: str = UNCHANGED
    new: NewPost | None = None
    changed: ChangedPost | None = None
    person: bool = False
    changes: tuple[Change, ...] = ()

    @property
    def writes(self) -> bool:
        """Whether anything at all is to be written for the row."""
        return self.new is not None or self.changed is not None or self.person


@dataclass(kw_only=True)
class PostsPlan(RowsPlan):
    """Everything an import of posts is going to write."""

    rows: list[PostRow] = field(default_factory=list)
    people: PeoplePlan = field(default_factory=PeoplePlan)
