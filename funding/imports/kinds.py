"""The workbook of funds as the import page offers it, and how it is taken back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse

from funding.imports.form import FUND_CODE
from funding.imports.run import FundImporter
from funding.permissions import may_edit_funds
from orgs.domain.register_import import lock_register
from orgs.imports.undo_rules import REGISTER_UNDO
from orgs.permissions import scope_for
from quannan.base.imports import ImportKind, register_import
from quannan.base.undoing import UndoRules

# A row of the form speaks of one organization.
FUND_UNDO = UndoRules(
    subject="orgs.Organization",
    subject_order="sort_key",
    subjects={"funding.FundEntry": "organization_id"},
    words={"funding.FundEntry": "经费"},
    during=REGISTER_UNDO.during,
    action="fund.undo_import",
    lock=lock_register,
)


def sees_all_funds(user: Any) -> bool:
    """Whether the account keeps the funds of the whole county, and so sees everybody's imports of them."""
    return user.can("funds.standards") and scope_for(user, "funds.edit").county


def fund_links(as_of: dt.date) -> list[tuple[str, str]]:
    """Where funds are seen as a form left them.

    Args:
        as_of: the date of the form.
    """
    return [("查看经费台账", f"{reverse('fund-list')}?as_of={as_of}")]


register_import(
    ImportKind(
        code=FUND_CODE,
        name="经费表",
        noun="经费",
        about="党群组织收到和支出的经费,一行一笔;写明条线、来源或用途、日期和金额。",
        importer=FundImporter,
        allowed=may_edit_funds,
        sees_all=sees_all_funds,
        lock=lock_register,
        needs_as_of=False,
        action="fund.import",
        links=fund_links,
        undo=FUND_UNDO,
    )
)
