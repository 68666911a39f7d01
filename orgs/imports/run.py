"""One import from beginning to end: open, recognise, load, check, plan, and on request write."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from django.db import transaction

from orgs.domain.register_import import apply_plan, lock_register
from orgs.domain.register_plan import CREATED, UNCHANGED, UPDATED, Plan
from orgs.domain.units import UnitResolver
from orgs.imports.checks import row_codes
from orgs.imports.form import FORM_CODE, register_form
from orgs.imports.maps import CodeLists, RegisterMaps
from orgs.imports.planning import Planner
from orgs.models import User
from orgs.permissions import scope_for, today
from quannan.base.workbook.check import SKIP_WORDS, Checked, check_workbook
from quannan.base.workbook.declare import WARNING, Problem
from quannan.base.workbook.headers import Reading
from quannan.base.workbook.source import Sheet, WorkbookRefused

Mode = Literal["all", "valid"]
Report = Callable[[int, int, str], None]

REJECTED = "rejected"
_MOST_PREVIEW = 500


@dataclass
class CheckResult:
    """What came of reading a file: the checked rows and the plan for the accepted ones."""

    as_of: dt.date
    checked: Checked
    plan: Plan

    @property
    def rejected_rows(self) -> int:
        """Rows with at least one error."""
        return len(self.checked.rows) - len(self.plan.rows)

    def counts(self) -> dict[str, int]:
        """rows, accepted, rejected, skipped, warnings, created, updated, unchanged: all by row."""
        rows = self.checked.rows
        warned = sum(any(problem.severity == "warning" for problem in row.problems) for row in rows)
        return {
            "rows": len(rows),
            "accepted": len(self.plan.rows),
            "rejected": self.rejected_rows,
            "skipped": len(self.checked.skipped),
            "warnings": warned + len({problem.row for problem in self.checked.file_warnings}),
            **{outcome: self.plan.count(outcome) for outcome in (CREATED, UPDATED, UNCHANGED)},
        }

    def summary(self) -> dict[str, Any]:
        """Everything a page shows, as JSON: counts, reading, problems, skipped rows, changes.

        ``changes`` and ``new`` list the first 500 rows that change or are created.
        """
        return {
            "form": FORM_CODE,
            "as_of": self.as_of.isoformat(),
            "counts": self.counts(),
            "reading": self.checked.reading.as_dict(),
            "problems": [problem.as_dict() for problem in self.checked.problems()],
            "skipped": [
                {"row": row.row, "reason": SKIP_WORDS[row.reason], "text": row.text} for row in self.checked.skipped
            ],
            "changes": [
                {"row": row.number, "name": row.name, "changes": [change._asdict() for change in row.changes]}
                for row in islice((row for row in self.plan.rows if row.outcome == UPDATED), _MOST_PREVIEW)
            ],
            "new": [
                {"row": row.number, "name": row.name, "bodies": [change.after for change in row.changes]}
                for row in islice((row for row in self.plan.rows if row.outcome == CREATED), _MOST_PREVIEW)
            ],
        }

    def outcomes(self) -> Iterable[tuple[int, str, str, list[str]]]:
        """(row, outcome, name, sentences) of every data row, for keeping row results."""
        planned = {row.number: row for row in self.plan.rows}
        for row in self.checked.rows:
            plan = planned.get(row.number)
            sentences = [f"{problem.cell} {problem.message}" for problem in row.problems]
            if plan is None:
                yield row.number, REJECTED, "", sentences
            else:
                changed = [
                    f"{change.label}:{change.before or '(空)'}→{change.after or '(空)'}" for change in plan.changes
                ]
                yield row.number, plan.outcome, plan.name, changed + sentences


def check_file(
    path: Path | str,
    as_of: dt.date | None = None,
    *,
    by: User | None = None,
    endings: Collection[tuple[int, str]] = (),
    progress: Report | None = None,
) -> CheckResult:
    """Read a register form and work out what it would do; writes nothing.

    Args:
        path: the file.
        as_of: the date of the figures; where left out the 截止日期 in the form's title.
        by: the importing account, whose scope limits the units; None for the command line.
        endings: (row number, line) where 登记为已建,表中为无 was confirmed.
        progress: called with (done, total, step in Chinese); whatever it raises ends the work.

    Raises:
        WorkbookRefused: the file as a whole cannot be read, or no date is known.
    """
    lists = CodeLists.load()
    units = UnitResolver.load()
    planners: list[Planner] = []

    def prepare(reading: Reading, sheet: Sheet) -> RegisterMaps:
        scope = scope_for(by, "register.import") if by is not None else None
        maps = RegisterMaps(_as_of(as_of, reading), lists, units, scope)
        maps.load_joint()
        planners.append(Planner(maps, FORM_CODE, endings))
        return maps

    checked = check_workbook(
        path,
        register_form(lists),
        prepare=prepare,
        before=lambda maps, rows: maps.load(code for row in rows for code in row_codes(row)),
        after=lambda maps, rows: planners[0].add(rows),
        progress=_step(progress, "检查各行"),
    )
    plan = planners[0].plan
    checked.file_warnings[:0] = _about_the_file(checked.reading, plan.as_of)
    return CheckResult(plan.as_of, checked, plan)


def write_file(
    path: Path | str,
    as_of: dt.date | None = None,
    *,
    mode: Mode,
    by: User | None,
    now: dt.datetime,
    endings: Collection[tuple[int, str]] = (),
    progress: Report | None = None,
    job_id: str = "",
    before_commit: Callable[[CheckResult], None] | None = None,
) -> tuple[CheckResult, dict[str, int]]:
    """Read a register form again and write it, all in one transaction; twice does no harm.

    Args:
        mode: "all" writes only if every row is accepted, "valid" writes the accepted rows.
        by: the importing account, None for the command line.
        now: the moment of writing.
        job_id: the job that writes, kept in the audit entry.
        before_commit: called last inside the transaction; whatever it raises undoes the writing.
        path, as_of, endings, progress: as for ``check_file``.

    Returns:
        the check as it stood when written, and the counts created, updated, unchanged as written:
        all 0 when mode is "all" and a row was rejected.

    Raises:
        WorkbookRefused: as ``check_file``.
    """
    with transaction.atomic():
        lock_register()
        result = check_file(path, as_of, by=by, endings=endings, progress=progress)
        counts = {CREATED: 0, UPDATED: 0, UNCHANGED: 0}
        if mode == "valid" or not result.rejected_rows:
            detail = {
                "form": FORM_CODE,
                "file": Path(path).name,
                "sha256": result.checked.reading.sha256,
                "rejected": result.rejected_rows,
            }
            if job_id:
                detail["job"] = str(job_id)
            counts = apply_plan(plan=result.plan, by=by, now=now, detail=detail, progress=_step(progress, "写入台账"))
        if before_commit is not None:
            before_commit(result)
    return result, counts


def _as_of(given: dt.date | None, reading: Reading) -> dt.date:
    date = given or reading.as_of
    if date is None:
        raise WorkbookRefused(
            "没有截止日期:表的标题里没有“截止日期:年月日”。请在标题中写上,或在导入时指定截止日期。", "as_of_missing"
        )
    if date > today():
        raise WorkbookRefused(f"截止日期{date}晚于今天,请核对年份和月份。", "as_of_in_future")
    return date


def _about_the_file(reading: Reading, as_of: dt.date) -> list[Problem]:
    """What the file as a whole makes one ask, placed at its header."""
    found = []
    if reading.as_of is not None and reading.as_of != as_of:
        found.append(("as_of_differs", f"表上印的截止日期是{reading.as_of},这次按{as_of}导入,请核对。"))
    for name in reading.other_sheets:
        found.append(("sheet_not_read", f"工作表“{name}”也是这种表,没有读入;需要的请放到单独的文件里再导入。"))
    row = reading.header_rows[0]
    return [Problem(row, "", reading.sheet, "", "", code, message, WARNING) for code, message in found]


def _step(progress: Report | None, name: str) -> Callable[[int, int], None] | None:
    if progress is None:
        return None
    report = progress

    def call(done: int, total: int) -> None:
        report(done, total, name)

    return call
