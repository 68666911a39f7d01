"""The jobs of the register: check a workbook, mark its faulty cells, write it."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.files import File
from django.urls import reverse
from django.utils import timezone

from orgs.domain import import_runs
from orgs.domain.import_runs import ImportRefused
from orgs.imports import CheckResult, check_file, write_file
from orgs.jobs_reconciliation import check_reconciliation
from orgs.models import ImportRun
from orgs.permissions import may_import_register
from quannan.base.attachments import local_path
from quannan.base.domain.job_running import JobRun
from quannan.base.domain.jobs import start_job
from quannan.base.jobs import job_handler
from quannan.base.models import Job, JobRow, RowOutcome
from quannan.base.workbook.check import SKIP_WORDS
from quannan.base.workbook.declare import Problem

# Only modules named jobs are discovered: the job of 登记名册核对 makes itself known through this one.
__all__ = ["check_reconciliation"]

CHANGE = "change"
WHOLE_ROW = "整行"
MARKING_LIMIT_SECONDS = 600
REFUSED = 2  # exit code of the marking for a file it cannot read


def import_page(job: Job) -> str:
    """Where a job of an import leads its user."""
    return reverse("import-detail", args=[job.params["import"]])


def _import_of(run: JobRun) -> ImportRun:
    # Without an account the check would know no scope; with a role taken away meanwhile, a wrong one.
    if run.by is None or not may_import_register(run.by):
        raise ImportRefused("上传人已不能导入摸底表,请由有权限的人重新上传。")
    return ImportRun.objects.select_related("attachment").get(pk=run.params["import"])


def _message(problem: Problem) -> dict[str, str]:
    return {
        "severity": problem.severity,
        "code": problem.code,
        "field": problem.field,
        "column": problem.column,
        "header": problem.header or WHOLE_ROW,
        "shown": problem.shown,
        "message": problem.message,
    }


def _note(severity: str, header: str, message: str) -> dict[str, str]:
    return {
        "severity": severity,
        "code": "",
        "field": "",
        "column": "",
        "header": header,
        "shown": "",
        "message": message,
    }


def row_results(result: CheckResult) -> Iterator[JobRow]:
    """Every row of the form with its outcome, its problems and what changes field by field."""
    planned = {row.number: row for row in result.plan.rows}
    for row in result.checked.rows:
        messages = [_message(problem) for problem in row.problems]
        plan = planned.get(row.number)
        if plan is None:
            yield JobRow(number=row.number, outcome=RowOutcome.REJECTED, label=row.label, messages=messages)
            continue
        changes = [
            _note(CHANGE, change.label, f"{change.before or '(空)'} → {change.after or '(空)'}")
            for change in plan.changes
        ]
        yield JobRow(number=row.number, outcome=plan.outcome, label=plan.name, messages=changes + messages)
    sums: dict[int, list[dict[str, str]]] = {}
    for problem in result.checked.file_warnings:
        sums.setdefault(problem.row, []).append(_message(problem))
    for skipped in result.checked.skipped:
        messages = [_note("skipped", SKIP_WORDS[skipped.reason], ""), *sums.pop(skipped.row, [])]
        yield JobRow(number=skipped.row, outcome=RowOutcome.SKIPPED, label=skipped.text, messages=messages)
    for number, messages in sums.items():
        # What the file as a whole makes one ask stands at its header.
        yield JobRow(number=number, outcome=RowOutcome.SKIPPED, label="整个文件", messages=messages)


def summary_of(result: CheckResult) -> dict[str, Any]:
    """Counts by outcome and by column, organizations newly covered by line, and the questions that want an answer; JSON."""
    columns = Counter(problem.header or WHOLE_ROW for problem in result.checked.problems())
    questions = [
        {"row": problem.row, "name": row.label, "line": problem.field.rsplit("_", 1)[0], "header": problem.header}
        for row in result.checked.rows
        for problem in row.problems
        if problem.code == "registered_but_none"
    ]
    began = Counter(body.line for row in result.plan.rows for body in row.bodies)
    return {**result.counts(), "columns": dict(columns.most_common()), "questions": questions, "began": dict(began)}


@job_handler("orgs.import_check", result_url=import_page)
def check_import(run: JobRun) -> None:
    """Read the workbook and keep, row by row, what it would do; starts the marking if there is cause."""
    found = _import_of(run)
    run.phase("打开文件")
    with local_path(found.attachment) as path:
        result = check_file(path, found.as_of, by=run.by, progress=run.progress)
    run.phase("整理结果")
    with run.finishing() as finish:
        summary = summary_of(result)
        run.add_rows(row_results(result))
        reading = result.checked.reading.as_dict()
        if summary["columns"]:
            job = start_job(
                kind="orgs.import_mark",
                title=f"标注摸底表 {found.attachment.original_name}"[:200],
                params={"import": str(found.pk)},
                by=run.by,
                now=timezone.now(),
            )
            summary["mark_job"] = str(job.pk)
        import_runs.keep_check(run=found, as_of=result.as_of, reading=reading, summary=summary)
        finish.result = result.counts()


@job_handler("orgs.import_mark", result_url=import_page)
def mark_import(run: JobRun) -> None:
    """Give the user's own workbook back with its faulty cells marked, made by a process of its own."""
    found = _import_of(run)
    run.phase("标注有问题的单元格")
    with TemporaryDirectory() as folder, local_path(found.attachment) as source:
        problems, marked = Path(folder, "problems.json"), Path(folder, "marked.xlsx")
        problems.write_text(
            json.dumps({"reading": found.reading, "problems": list(_problems(found))}, ensure_ascii=False),
            encoding="utf-8",
        )
        made = _mark(run, source, problems, marked)
        with run.finishing() as finish, marked.open("rb") as file:
            import_runs.keep_marked_copy(run=found, file=File(file), note=made["note"], by=run.by, now=timezone.now())
            finish.result = made


def _problems(found: ImportRun) -> Iterator[dict[str, Any]]:
    rows = JobRow.objects.filter(job_id=found.check_job_id).exclude(messages=[]).order_by("number")
    for row in rows.iterator(chunk_size=2000):
        for message in row.messages:
            if message["code"]:
                yield {"row": row.number, **message}


def _mark(run: JobRun, source: Path, problems: Path, marked: Path) -> dict[str, Any]:
    """Run the marking in its own process; gives what it says about the copy."""
    words = [sys.executable, "-m", "quannan.base.workbook.marked", str(source), str(problems), str(marked)]
    with subprocess.Popen(words, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            said, trouble = _waited_for(run, process)
        finally:
            process.kill()
    if process.returncode == REFUSED:
        raise ImportRefused(trouble.decode().strip())
    if process.returncode:
        raise RuntimeError(trouble.decode(errors="replace")[-2000:])
    made: dict[str, Any] = json.loads(said)
    return made


def _waited_for(run: JobRun, process: subprocess.Popen[bytes]) -> tuple[bytes, bytes]:
    for second in range(MARKING_LIMIT_SECONDS):
        try:
            return process.communicate(timeout=1)
        except subprocess.TimeoutExpired:
            run.progress(second)
    raise ImportRefused("标注文件用时过长,请按页面上的问题清单修改原文件。")


@job_handler("orgs.import_write", result_url=import_page)
def write_import(run: JobRun) -> None:
    """Check again and write, in one transaction with the results of all rows."""
    found = _import_of(run)
    mode = run.params["mode"]
    endings = [(row, line) for row, line in run.params.get("endings", [])]
    run.phase("打开文件")
    with run.finishing() as finish, local_path(found.attachment) as path:

        def refuse_if_any_rejected(result: CheckResult) -> None:
            if mode == import_runs.ALL and result.rejected_rows:
                raise ImportRefused(
                    f"写入前再次检查时有 {result.rejected_rows} 行被拒绝(台账在检查之后有变动),没有写入。"
                    "请重新上传检查,或选择只写入没有错误的行。"
                )

        result, counts = write_file(
            path,
            found.as_of,
            mode=mode,
            by=run.by,
            now=timezone.now(),
            endings=endings,
            progress=run.progress,
            job_id=str(run.job.pk),
            before_commit=refuse_if_any_rejected,
        )
        run.add_rows(row_results(result))
        written = {**result.counts(), **counts}
        import_runs.keep_write(run=found, result=written)
        finish.result = written
