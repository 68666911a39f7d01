"""A file of 任职表 on its way in: checked, planned and written by one code."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from orgs.domain.posts_import import apply_posts
from orgs.domain.posts_plan import ChangedPost, NewPost, PostRow, PostsPlan
from orgs.imports.maps import CodeLists
from orgs.imports.persons import row_person
from orgs.imports.posts.case import PostCase
from orgs.imports.posts.form import posts_form
from orgs.imports.posts.maps import PostMaps
from orgs.models import User
from quannan.base.imports import UNCHANGED, UPDATED, Ask, Importer, Progress, today
from quannan.base.workbook.declare import ImportForm, Row
from quannan.base.workbook.headers import Reading

# Shared by all rows that are done with.
_NOTHING: list[Any] = []


class PostsImporter(Importer):
    """A file whose rows are posts of people in bodies."""

    context: PostMaps
    plan: PostsPlan

    def __init__(self) -> None:
        self.lists = CodeLists.load()
        self._form = posts_form(self.lists)

    @property
    def form(self) -> ImportForm:
        return self._form

    def begin(self, ask: Ask, reading: Reading) -> None:
        # Permissions and the clock are today's, as for the single acts; the date of a file dates nothing here.
        self.context = PostMaps(ask.by, today(), self.lists)
        self.plan = self.context.plan

    def load(self, rows: list[Row]) -> None:
        self.context.load(rows)

    def add(self, rows: Iterable[Row]) -> None:
        for row in rows:
            case = self.context.cases.pop(row.number, None)
            if case is not None:
                self.plan.rows.append(planned(case))
            row.label = _label(row)
            row.values = _NOTHING

    def apply(self, *, by: User | None, now: dt.datetime, progress: Progress | None) -> None:
        apply_posts(self.plan, now=now, progress=progress)


def planned(case: PostCase) -> PostRow:
    """What an accepted row does."""
    meant, body, post, facts = case.meant, case.body, case.post, case.facts
    assert meant is not None and body is not None and post is not None and facts is not None
    row = PostRow(case.row.number, _label(case.row), case.outcome)
    row.changes = (*case.changes, *meant.changes)
    row.person = bool(meant.changes)
    if case.held is None:
        row.new = NewPost(meant.who, body.id, post.code, case.head, facts)
    elif case.before is not None and case.held.id is not None:
        row.changed = ChangedPost(case.held.id, case.before, facts)
    if row.outcome == UNCHANGED and row.person:
        row.outcome = UPDATED
    return row


def _label(row: Row) -> str:
    words = [row["name"], row_person(row), row["post"]]
    return " ".join(word for word in words if isinstance(word, str) and word)
