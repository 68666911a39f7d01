"""One file from beginning to end: open, recognise, load, check, plan, and on request write."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from django.db import transaction

from quannan.base.collecting import rarely_collected
from quannan.base.domain import audit
from quannan.base.events import announce
from quannan.base.imports import CREATED, UNCHANGED, UPDATED, Ask, Importer, ImportKind, import_kinds, today
from quannan.base.workbook.check import Checked, check_workbook
from quannan.base.workbook.declare import WARNING, ImportForm, Problem
from quannan.base.workbook.headers import Correction, Memory, Reading, printed_dates, recognise
from quannan.base.workbook.source import Sheet, WorkbookRefused, open_source

Mode = Literal["all", "valid"]
Report = Callable[[int, int, str], None]

REJECTED = "rejected"
OUTCOMES = (CREATED, UPDATED, UNCHANGED)


@dataclass
class CheckResult:
    """What came of reading a file: the checked rows and the plan for the accepted ones."""

    kind: ImportKind
    as_of: dt.date
    checked: Checked
    importer: Importer

    @property
    def plan(self) -> Any:
        """What is to be written, row by row."""
        return self.importer.plan

    @property
    def rejected_rows(self) -> int:
        """Rows with at least one error."""
        return len(self.checked.rows) - len(self.plan.rows)

    def counts(self) -> dict[str, int]:
        """rows, accepted, rejected, skipped, warnings, created, updated, unchanged: all by row."""
        rows = self.checked.rows
        warned = sum(any(problem.severity == WARNING for problem in row.problems) for row in rows)
        return {
            "rows": len(rows),
            "accepted": len(self.plan.rows),
            "rejected": self.rejected_rows,
            "skipped": len(self.checked.skipped),
            "warnings": warned + len({problem.row for problem in self.checked.file_warnings}),
            **{outcome: self.plan.count(outcome) for outcome in OUTCOMES},
        }


def check_file(
    kind: ImportKind,
    path: Path | str,
    as_of: dt.date | None = None,
    *,
    by: Any = None,
    answers: Iterable[tuple[int, str]] = (),
    correction: Correction | None = None,
    memory: Memory | None = None,
    progress: Report | None = None,
) -> CheckResult:
    """Read a file and work out what it would do; writes nothing.

    Args:
        kind: which form it is.
        path: the file.
        as_of: the date of its facts; where left out the 截止日期 in the form's title, or today for a kind that needs
            none.
        by: the importing account, whose scope limits the rows; None for the command line.
        answers: (row number, key) of the questions that were confirmed.
        correction: how the header is to be read, where somebody has put that right.
        memory: earlier corrections, by headings.
        progress: called with (done, total, step in Chinese); whatever it raises ends the work.

    Raises:
        WorkbookRefused: the file as a whole cannot be read, or no date is known.
    """
    importer = kind.importer()
    form = importer.form
    dates: list[dt.date] = []

    def prepare(reading: Reading, sheet: Sheet) -> Any:
        dates.append(_as_of(kind, as_of, reading))
        importer.begin(Ask(dates[0], by, frozenset(answers)), reading)
        return importer.context

    with rarely_collected():
        checked = _checked(
            kind,
            path,
            form,
            by,
            prepare=prepare,
            before=lambda context, rows: importer.load(rows),
            after=lambda context, rows: importer.add(rows),
            progress=_step(progress, "检查各行"),
            correction=correction,
            memory=memory,
        )
    checked.file_warnings[:0] = [*_about_the_file(checked.reading, dates[0]), *importer.remarks()]
    return CheckResult(kind, dates[0], checked, importer)


def _checked(kind: ImportKind, path: Path | str, form: ImportForm, by: Any, **more: Any) -> Checked:
    """``check_workbook``; a file whose header is not this form's is compared with the other forms."""
    try:
        return check_workbook(path, form, **more)
    except WorkbookRefused as refusal:
        if refusal.code not in ("header_not_found", "column_missing"):
            raise
        likely = [other.name for other in import_kinds(by) if other.code != kind.code and _fits(path, other.form())]
        if not likely:
            raise
        names = "”或“".join(likely)
        raise WorkbookRefused(f"{refusal}它看起来像“{names}”,可改选表式后重新上传。", str(refusal.code)) from refusal


def _fits(path: Path | str, form: ImportForm) -> bool:
    """Whether the form's required columns and at least half of its printed ones are in the file."""
    try:
        reading, _ = recognise(open_source(path), form)
    except WorkbookRefused:
        return False
    return 2 * len(reading.absent) <= len(form.printed)


def write_file(
    kind: ImportKind,
    path: Path | str,
    as_of: dt.date | None = None,
    *,
    mode: Mode,
    by: Any,
    now: dt.datetime,
    answers: Iterable[tuple[int, str]] = (),
    correction: Correction | None = None,
    memory: Memory | None = None,
    progress: Report | None = None,
    job_id: str = "",
    before_commit: Callable[[CheckResult], None] | None = None,
) -> tuple[CheckResult, dict[str, int]]:
    """Read a file again and write it, all in one transaction; twice does no harm.

    Args:
        mode: "all" writes only if every row is accepted, "valid" writes the accepted rows.
        by: the importing account, None for the command line.
        now: the moment of writing.
        job_id: the job that writes, kept in the audit entry.
        before_commit: called last inside the transaction; whatever it raises undoes the writing.
        kind, path, as_of, answers, correction, memory, progress: as for ``check_file``.

    Returns:
        the check as it stood when written, and the counts created, updated, unchanged as written:
        all 0 when mode is "all" and a row was rejected.

    Raises:
        WorkbookRefused: as ``check_file``.
    """
    with transaction.atomic():
        kind.lock()
        result = check_file(
            kind, path, as_of, by=by, answers=answers, correction=correction, memory=memory, progress=progress
        )
        counts = dict.fromkeys(OUTCOMES, 0)
        if mode == "valid" or not result.rejected_rows:
            detail: dict[str, Any] = {
                "form": kind.code,
                "file": Path(path).name,
                "sha256": result.checked.reading.sha256,
                "rejected": result.rejected_rows,
            }
            if job_id:
                detail["job"] = str(job_id)
            counts = apply_result(result, by=by, now=now, detail=detail, progress=_step(progress, "写入台账"))
        if before_commit is not None:
            before_commit(result)
    return result, counts


def apply_result(
    result: CheckResult,
    *,
    by: Any,
    now: dt.datetime,
    detail: dict[str, Any],
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, int]:
    """Write what a check under the kind's lock has planned, in the same transaction.

    Args:
        result: the check.
        by: the account that imports, None for the command line.
        now: the moment of writing.
        detail: what the audit entry keeps (file name, hash, counts), JSON.
        progress: called with (steps done, steps); whatever it raises undoes everything.

    Returns:
        created, updated, unchanged: counts by row.
    """
    counts = {outcome: result.plan.count(outcome) for outcome in OUTCOMES}
    with transaction.atomic():
        with rarely_collected():
            result.importer.apply(by=by, now=now, progress=progress)
        if any(row.writes for row in result.plan.rows):
            audit.record(
                action=result.kind.action,
                by=by,
                now=now,
                detail={**detail, **counts, "as_of": result.as_of.isoformat()},
            )
            if result.kind.changed:
                announce(result.kind.changed)
    return counts


def _as_of(kind: ImportKind, given: dt.date | None, reading: Reading) -> dt.date:
    date = given or reading.as_of or (None if kind.needs_as_of else today())
    if date is None and (printed := printed_dates(reading.title)):
        raise WorkbookRefused(
            f"读不出表上印的截止日期“{printed[0]}”,没有这一天。请改正标题中的日期,或在导入时指定截止日期。",
            "as_of_unreadable",
        )
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
