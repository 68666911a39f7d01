"""What the two forms of people share on their way in: posts, and instructors with liaisons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from orgs.imports.maps import CodeLists
from orgs.models import User
from quannan.base.imports import Ask, Importer, Progress, today
from quannan.base.workbook.declare import ImportForm, Row
from quannan.base.workbook.headers import Reading

# Shared by all rows that are done with.
_NOTHING: list[Any] = []


class StaffImporter(Importer):
    """A file whose rows become cases: its rules fill a case in, an accepted one becomes a row of the plan."""

    def __init__(
        self,
        make_form: Callable[[CodeLists], ImportForm],
        make_maps: Callable[[User | None, dt.date, CodeLists], Any],
        planned: Callable[[Any], Any],
        label: Callable[[Row], str],
        write: Callable[..., None],
    ) -> None:
        """
        Args:
            make_form: the form with the code lists as they stand.
            make_maps: what the rows ask for, with an empty plan and the cases of rows by their numbers.
            planned: what an accepted case does.
            label: the name under which results list a row.
            write: writes the plan inside the caller's transaction.
        """
        self.lists = CodeLists.load()
        self._form = make_form(self.lists)
        self._make_maps, self._planned, self._label, self._write = make_maps, planned, label, write

    @property
    def form(self) -> ImportForm:
        return self._form

    def begin(self, ask: Ask, reading: Reading) -> None:
        # Permissions and the clock are today's, as for the single acts; the date of a file dates nothing here.
        self.context = self._make_maps(ask.by, today(), self.lists)
        self.plan = self.context.plan

    def load(self, rows: list[Row]) -> None:
        self.context.load(rows)

    def add(self, rows: Iterable[Row]) -> None:
        planned: list[Any] = self.context.plan.rows
        for row in rows:
            case = self.context.cases.pop(row.number, None)
            if case is not None:
                planned.append(self._planned(case))
            row.label = self._label(row)
            row.values = _NOTHING

    def apply(self, *, by: User | None, now: dt.datetime, progress: Progress | None) -> None:
        self._write(self.plan, now=now, progress=progress)
