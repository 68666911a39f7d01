"""A file of 指导员和挂点表 on its way in: checked, planned and written by one code."""

from __future__ import annotations

from functools import partial

from orgs.domain.support_import import apply_support
from orgs.domain.support_plan import ChangedTerm, NewTerm, SupportRow
from orgs.imports.staff import StaffImporter
from orgs.imports.support.checks import SupportCase
from orgs.imports.support.form import support_form
from orgs.imports.support.maps import SupportMaps
from orgs.models.support import LiaisonKind
from quannan.base.imports import UNCHANGED, UPDATED
from quannan.base.workbook.declare import Row


def planned(case: SupportCase) -> SupportRow:
    """What an accepted row does."""
    known, facts = case.organization, case.facts
    assert known is not None and facts is not None
    row = SupportRow(case.row.number, label(case.row), case.outcome)
    told = case.meant.changes if case.meant is not None else []
    row.changes = (*case.changes, *told)
    row.person = bool(told)
    if case.held is None:
        unit_name = case.name if case.kind == LiaisonKind.UNIT else ""
        row.new = NewTerm(case.kind, known.id, case.who, facts, case.sent_by_id, case.department, unit_name)
    elif case.before is not None and case.held.id is not None:
        row.changed = ChangedTerm(case.kind, case.held.id, case.before, facts)
    if row.outcome == UNCHANGED and row.person:
        row.outcome = UPDATED
    return row


def label(row: Row) -> str:
    """The organization, and the person or the unit."""
    return " ".join(word for word in (row["name"], row["person"]) if isinstance(word, str) and word)


# A file whose rows are instructors, leaders and units at organizations.
SupportImporter = partial(StaffImporter, support_form, SupportMaps, planned, label, apply_support)
