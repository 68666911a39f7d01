"""A file of 经费表 on its way in: checked, planned and written by one code."""

from __future__ import annotations

from functools import partial

from funding.domain.importing import apply_funds
from funding.domain.plan import FundRow, OtherNote
from funding.imports.checks import FundCase
from funding.imports.form import funds_form
from funding.imports.maps import FundMaps
from orgs.imports.staff import StaffImporter
from quannan.base.imports import CREATED, UPDATED
from quannan.base.workbook.cells import shown
from quannan.base.workbook.declare import Row


def planned(case: FundCase) -> FundRow:
    """What an accepted row does."""
    row = FundRow(case.row.number, label(case.row), case.outcome, changes=case.changes)
    if case.outcome == CREATED:
        row.new = case.facts
    elif case.outcome == UPDATED and case.held is not None:
        row.changed = OtherNote(case.held.id, case.note or "")
    return row


def label(row: Row) -> str:
    """The organization, and the sum."""
    name = row["name"] if isinstance(row["name"], str) else row["uscc"]
    amount = row["amount"]
    sum_ = f"{amount}元" if row.known("amount") and amount is not None else ""
    return " ".join(word for word in (name if isinstance(name, str) else "", shown(sum_)) if word)


# A file whose rows are receipts and spendings.
FundImporter = partial(StaffImporter, funds_form, FundMaps, planned, label, apply_funds)
