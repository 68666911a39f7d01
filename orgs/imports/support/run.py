"""A file of 指导员和挂点表 on its way in: checked, planned and written by one code."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from orgs.domain.support_import import apply_support
from orgs.domain.support_plan import ChangedTerm, NewTerm, SupportPlan, SupportRow
from orgs.imports.maps import CodeLists
from orgs.imports.support.checks import SupportCase
from orgs.imports.support.form import support_form
from orgs.imports.support.maps import SupportMaps
from orgs.models import User
from orgs.models.support import LiaisonKind
from quannan.base.imports import UNCHANGED, UPDATED, Ask, Importer, Progress, today
from quannan.base.workbook.declare import ImportForm, Row
from quannan.base.workbook.headers import Reading

# Shared by all rows that are done with.
_NOTHING: list[Any] = []


class SupportImporter(Importer):
    """A file whose rows are instructors, leaders and units at organizations."""

    context: SupportMaps
    plan: SupportPlan

    def __init__(self) -> None:
        self.lists = CodeLists.load()
        self._form = support_form(self.lists)

    @property
    def form(self) -> ImportForm:
        return self._form

    def begin(self, ask: Ask, reading: Reading) -> None:
        # Permissions and the clock are today's, as for the single acts; the date of a file dates nothing here.
        self.context = SupportMaps(ask.by, today(), self.lists)
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
        apply_support(self.plan, now=now, progress=progress)


def planned(case: SupportCase) -> SupportRow:
    """What an accepted row does."""
    known, facts = case.organization, case.facts
    assert known is not None and facts is not None
    row = SupportRow(case.row.number, _label(case.row), case.outcome)
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


def _label(row: Row) -> str:
    return " ".join(word for word in (row["name"], row["person"]) if isinstance(word, str) and word)
