"""A file of 活动表 on its way in: checked, planned and written by one code."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from activities.domain.import_plan import ActivityRow, ChangedActivity, NewActivity
from activities.domain.importing import apply_activities
from activities.imports.checks import ActivityCase
from activities.imports.form import activity_form
from activities.imports.maps import ActivityMaps
from activities.models import ActivityKind, Programme
from quannan.base.imports import Ask, Importer, Progress, today
from quannan.base.workbook.declare import ImportForm, Row
from quannan.base.workbook.headers import Reading

# Shared by all rows that are done with.
_NOTHING: list[Any] = []


class ActivityImporter(Importer):
    """A file whose rows are activities."""

    def __init__(self) -> None:
        self.kinds, self.programmes = list(ActivityKind.objects.all()), list(Programme.objects.all())
        self._form = activity_form(self.kinds, self.programmes)

    @property
    def form(self) -> ImportForm:
        return self._form

    def begin(self, ask: Ask, reading: Reading) -> None:
        # Permissions and the clock are today's, as for the single acts; the date of a file dates nothing here.
        self.context = ActivityMaps(ask.by, today(), self.kinds, self.programmes)
        self.plan = self.context.plan

    def load(self, rows: list[Row]) -> None:
        self.context.load(rows)

    def add(self, rows: Iterable[Row]) -> None:
        for row in rows:
            case = self.context.cases.pop(row.number, None)
            row.label = _label(row)
            if case is not None:
                self.context.plan.rows.append(planned(case))
            row.values = _NOTHING

    def apply(self, *, by: Any, now: dt.datetime, progress: Progress | None) -> None:
        apply_activities(self.context.plan, by=by, now=now, progress=progress)


def planned(case: ActivityCase) -> ActivityRow:
    """What an accepted row does.

    Args:
        case: without a fault.
    """
    known, facts = case.organization, case.facts
    assert known is not None and facts is not None
    row = ActivityRow(case.row.number, case.row.label, case.outcome, changes=case.changes)
    if case.held is None:
        row.new = NewActivity(known.id, case.line, facts)
    elif case.changes:
        row.changed = ChangedActivity(case.held.id, case.held.version, case.held.facts, facts)
    return row


def _label(row: Row) -> str:
    """The organization and the activity."""
    return " ".join(word for word in (row["name"], row["title"]) if isinstance(word, str) and word)
