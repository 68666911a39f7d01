"""The workbooks of people that are taken in: posts, and instructors with liaisons."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse

from orgs.domain.register_import import lock_register
from orgs.imports.posts import POSTS_CODE, PostsImporter
from orgs.imports.support import SUPPORT_CODE, SupportImporter
from orgs.imports.undo_rules import POSTS_UNDO, SUPPORT_UNDO
from orgs.permissions import may_edit_some_line, may_edit_support, scope_for
from quannan.base.imports import ImportKind, register_import


def sees_all_posts(user: Any) -> bool:
    """Whether the account keeps the posts of the whole county, and so sees everybody's imports of them."""
    return scope_for(user, "register.edit").county


def sees_all_support(user: Any) -> bool:
    """Whether the account keeps instructors and liaisons of the whole county, and so sees everybody's imports."""
    return scope_for(user, "support.edit").county


def post_links(as_of: dt.date) -> list[tuple[str, str]]:
    """Where posts are seen as a form left them.

    Args:
        as_of: the date of the form.
    """
    return [("查看任职", f"{reverse('appointment-list')}?as_of={as_of}")]


def support_links(as_of: dt.date) -> list[tuple[str, str]]:
    """Where instructors and liaisons are seen as a form left them.

    Args:
        as_of: the date of the form.
    """
    return [
        ("查看党建工作指导员", f"{reverse('instructor-list')}?as_of={as_of}"),
        ("查看挂点联系", f"{reverse('liaison-list')}?as_of={as_of}"),
    ]


register_import(
    ImportKind(
        code=POSTS_CODE,
        name="任职表",
        noun="任职",
        about="党组织和群团组织的负责人、委员,一行一项任职;可新增人员。",
        importer=PostsImporter,
        allowed=may_edit_some_line,
        sees_all=sees_all_posts,
        lock=lock_register,
        needs_as_of=False,
        changed="register.changed",
        action="appointment.import",
        links=post_links,
        undo=POSTS_UNDO,
    )
)

register_import(
    ImportKind(
        code=SUPPORT_CODE,
        name="指导员和挂点表",
        noun="指导员或挂点",
        about="党建工作指导员、领导挂点和挂点单位,一行一人(或一个单位)到一家组织。",
        importer=SupportImporter,
        allowed=may_edit_support,
        sees_all=sees_all_support,
        lock=lock_register,
        needs_as_of=False,
        changed="register.changed",
        measured="coverage",
        action="support.import",
        links=support_links,
        undo=SUPPORT_UNDO,
    )
)
