"""Files of the register on their way in: F0 and the other forms that fill the same tables."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Any

from orgs.domain.register_import import apply_plan
from orgs.domain.register_plan import Plan
from orgs.domain.units import UnitResolver
from orgs.imports.checks import row_codes
from orgs.imports.form import FORM_CODE
from orgs.imports.maps import CodeLists, RegisterMaps
from orgs.imports.planning import Planner
from orgs.models import User
from orgs.permissions import scope_for
from quannan.base.domain import import_files
from quannan.base.domain.import_files import CheckResult, Mode, Report
from quannan.base.imports import Ask, Importer, Progress, Question, import_kind
from quannan.base.workbook.declare import ImportForm, Row
from quannan.base.workbook.headers import Reading


class RegisterImporter(Importer):
    """A file whose rows are organizations, with figures and bodies: checked, planned and written by one code."""

    plan: Plan

    def __init__(self, source: str, make_form: Callable[[CodeLists], ImportForm]) -> None:
        """
        Args:
            source: code of the form, which written rows name as their source.
            make_form: the form with the code lists as they stand.
        """
        self.source = source
        self.lists = CodeLists.load()
        self._form = make_form(self.lists)

    @property
    def form(self) -> ImportForm:
        return self._form

    def begin(self, ask: Ask, reading: Reading) -> None:
        scope = scope_for(ask.by, "register.import") if ask.by is not None else None
        self.context = RegisterMaps(ask.as_of, self.lists, UnitResolver.load(), scope)
        self.context.load_joint()
        self._planner = Planner(self.context, self.source, ask.answers)
        self.plan = self._planner.plan

    def load(self, rows: list[Row]) -> None:
        self.context.load(code for row in rows for code in row_codes(row))

    def add(self, rows: Iterable[Row]) -> None:
        self._planner.add(rows)

    def apply(self, *, by: User | None, now: dt.datetime, progress: Progress | None) -> None:
        apply_plan(plan=self.plan, now=now, progress=progress)

    def told(self) -> dict[str, Any]:
        """Organizations newly under a body of each line."""
        return {"began": dict(Counter(body.line for row in self.plan.rows for body in row.bodies))}

    def questions(self, result: CheckResult) -> list[Question]:
        """登记为已建,表中为无: confirmed, the body ends on the as-of date."""
        return [
            Question(problem.row, problem.field.rsplit("_", 1)[0], row.label, problem.header)
            for row in result.checked.rows
            for problem in row.problems
            if problem.code == "registered_but_none"
        ]


def check_file(
    path: Path | str,
    as_of: dt.date | None = None,
    *,
    by: User | None = None,
    endings: Collection[tuple[int, str]] = (),
    progress: Report | None = None,
) -> CheckResult:
    """Read a form F0 and work out what it would do; writes nothing.

    Args:
        path: the file.
        as_of: the date of the figures; where left out the 截止日期 in the form's title.
        by: the importing account, whose scope limits the units; None for the command line.
        endings: (row number, line) where 登记为已建,表中为无 was confirmed.
        progress: called with (done, total, step in Chinese); whatever it raises ends the work.

    Raises:
        WorkbookRefused: the file as a whole cannot be read, or no date is known.
    """
    return import_files.check_file(import_kind(FORM_CODE), path, as_of, by=by, answers=endings, progress=progress)


def write_file(
    path: Path | str,
    as_of: dt.date | None = None,
    *,
    mode: Mode,
    by: User | None,
    now: dt.datetime,
    endings: Collection[tuple[int, str]] = (),
    progress: Report | None = None,
    **more: Any,
) -> tuple[CheckResult, dict[str, int]]:
    """Read a form F0 again and write it, all in one transaction; twice does no harm.

    Args:
        mode: "all" writes only if every row is accepted, "valid" writes the accepted rows.
        by: the importing account, None for the command line.
        now: the moment of writing.
        more: as for ``quannan.base.domain.import_files.write_file``.
        path, as_of, endings, progress: as for ``check_file``.

    Returns:
        the check as it stood when written, and the counts created, updated, unchanged as written:
        all 0 when mode is "all" and a row was rejected.

    Raises:
        WorkbookRefused: as ``check_file``.
    """
    return import_files.write_file(
        import_kind(FORM_CODE), path, as_of, mode=mode, by=by, now=now, answers=endings, progress=progress, **more
    )
