"""The workbooks that the register takes in, as the import page offers them."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from django.urls import reverse

from orgs.domain.register_import import lock_register
from orgs.imports.form import FORM_CODE, register_form
from orgs.imports.run import RegisterImporter
from orgs.imports.undo_rules import REGISTER_UNDO
from orgs.permissions import may_import_register, scope_for
from quannan.base.imports import ImportKind, register_import


def sees_all_imports(user: Any) -> bool:
    """Whether the account imports for the whole county, and so sees everybody's imports of the register."""
    return scope_for(user, "register.import").county


def register_links(as_of: dt.date) -> list[tuple[str, str]]:
    """Where the register is seen as a form left it.

    Args:
        as_of: the date of the form.
    """
    return [
        ("查看组织台账", f"{reverse('organization-list')}?as_of={as_of}"),
        ("查看覆盖进度", f"{reverse('coverage-dashboard')}?as_of={as_of}"),
    ]


REGISTER = {
    "allowed": may_import_register,
    "sees_all": sees_all_imports,
    "lock": lock_register,
    "changed": "register.changed",
    "measured": "coverage",
    "question_label": "确认结束的组织",
    "question_help": "台账登记为已建、表中填“无”。勾选的在截至日期结束;不勾选的保持已建。",
    "action": "register.import",
    "links": register_links,
    "undo": REGISTER_UNDO,
}

register_import(
    ImportKind(
        code=FORM_CODE,
        name="摸底表",
        noun="组织",
        about="组织、人数、营收和各条线的党群组织,一行一家;可新增组织。",
        importer=partial(RegisterImporter, FORM_CODE, register_form),
        **REGISTER,
    )
)
