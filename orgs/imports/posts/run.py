"""A file of 任职表 on its way in: checked, planned and written by one code."""

from __future__ import annotations

from functools import partial

from orgs.domain.posts_import import apply_posts
from orgs.domain.posts_plan import ChangedPost, NewPost, PostRow
from orgs.imports.persons import row_person
from orgs.imports.posts.case import PostCase
from orgs.imports.posts.form import posts_form
from orgs.imports.posts.maps import PostMaps
from orgs.imports.staff import StaffImporter
from quannan.base.imports import UNCHANGED, UPDATED
from quannan.base.workbook.declare import Row


def planned(case: PostCase) -> PostRow:
    """What an accepted row does."""
    meant, body, post, facts = case.meant, case.body, case.post, case.facts
    assert meant is not None and body is not None and post is not None and facts is not None
    row = PostRow(case.row.number, label(case.row), case.outcome)
    row.changes = (*case.changes, *meant.changes)
    row.person = bool(meant.changes)
    if case.held is None:
        row.new = NewPost(meant.who, body.id, post.code, case.head, facts)
    elif case.before is not None and case.held.id is not None:
        row.changed = ChangedPost(case.held.id, case.before, facts)
    if row.outcome == UNCHANGED and row.person:
        row.outcome = UPDATED
    return row


def label(row: Row) -> str:
    """The organization, the person and the post."""
    words = [row["name"], row_person(row), row["post"]]
    return " ".join(word for word in words if isinstance(word, str) and word)


# A file whose rows are posts of people in bodies.
PostsImporter = partial(StaffImporter, posts_form, PostMaps, planned, label, apply_posts)
