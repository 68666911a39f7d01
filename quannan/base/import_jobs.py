"""The jobs of an import: check a workbook, mark its faulty cells, reckon its effects, write it."""

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
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from quannan.base.attachments import local_path
from quannan.base.domain import import_runs
from quannan.base.domain.import_files import CheckResult, apply_result, check_file, write_file
from quannan.base.domain.import_runs import ImportRefused, correction_of, header_memory
from quannan.base.domain.job_running import JobRun
from quannan.base.domain.jobs import start_job
from quannan.base.domain.undoing import perform_undo
from quannan.base.imports import ImportKind, import_kind, measure_for
from quannan.base.jobs import job_handler
from quannan.base.models import ImportRun, Job, JobRow, RowOutcome
from quannan.base.workbook.check import SKIP_WORDS
from quannan.base.workbook.declare import Problem

CHANGE = "change"
WHOLE_ROW = "整行"
MARKING_LIMIT_SECONDS = 600
REFUSED = 2  # exit code of the marking for a file it cannot read


def import_page(job: Job) -> str:
    """Where a job of an import leads its user."""
    return reverse("import-detail", args=[job.params["import"]])


def _import_of(run: JobRun) -> tuple[ImportRun, ImportKind]:
    found = ImportRun.objects.select_related("attachment").get(pk=run.params["import"])
    kind = import_kind(found.form)
    # Without an account the check would know no scope; with a role taken away meanwhile, a wrong one.
    if run.by is None or not kind.allowed(run.by):
        raise ImportRefused(f"上传人已不能导入{kind.name},请由有权限的人重新上传。")
    return found, kind


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
    """Counts by outcome and by column, the questions that want an answer, and what the kind tells; JSON."""
    columns = Counter(problem.header or WHOLE_ROW for problem in result.checked.problems())
    return {
        **result.counts(),
        "columns": dict(columns.most_common()),
        "questions": [question._asdict() for question in result.importer.questions(result)],
        **result.importer.told(),
    }


@job_handler("base.import_check", result_url=import_page)
def check_import(run: JobRun) -> None:
    """Read the workbook and keep, row by row, what it would do; starts marking and reckoning where there is cause."""
    found, kind = _import_of(run)
    run.phase("打开文件")
    with local_path(found.attachment) as path:
        result = check_file(
            kind,
            path,
            found.as_of,
            by=run.by,
            correction=correction_of(found),
            memory=header_memory(found.form),
            progress=run.progress,
        )
    run.phase("整理结果")
    with run.finishing() as finish:
        summary = summary_of(result)
        run.add_rows(row_results(result))
        reading = result.checked.reading.as_dict()
        if summary["columns"]:
            job = start_job(
                kind="base.import_mark",
                title=f"标注{kind.name} {found.attachment.original_name}"[:200],
                params={"import": str(found.pk)},
                by=run.by,
                now=timezone.now(),
            )
            summary["mark_job"] = str(job.pk)
        import_runs.keep_check(run=found, as_of=result.as_of, reading=reading, summary=summary)
        if any(row.writes for row in result.plan.rows):
            import_runs.start_measuring(run=found, by=run.by, now=timezone.now())
        finish.result = result.counts()


@job_handler("base.import_effects", result_url=import_page)
def measure_import(run: JobRun) -> None:
    """Write the good rows, read the figures, and undo it all: exactly what the import would move."""
    found, kind = _import_of(run)
    measure = measure_for(kind)
    assert measure is not None, kind.code
    run.phase("核算对覆盖率的影响")
    with transaction.atomic(), local_path(found.attachment) as path:
        kind.lock()
        result = check_file(
            kind,
            path,
            found.as_of,
            by=run.by,
            correction=correction_of(found),
            memory=header_memory(found.form),
            progress=run.progress,
        )

        def write() -> None:
            apply_result(result, by=run.by, now=timezone.now(), detail={}, progress=lambda *_: run.progress(0))

        effects = measure(write=write, as_of=result.as_of, by=run.by)
        transaction.set_rollback(True)
    with run.finishing() as finish:
        import_runs.keep_effects(run=found, effects=effects)
        finish.result = effects


@job_handler("base.import_mark", result_url=import_page)
def mark_import(run: JobRun) -> None:
    """Give the user's own workbook back with its faulty cells marked, made by a process of its own."""
    found, _ = _import_of(run)
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


@job_handler("base.import_undo", result_url=import_page)
def undo_import(run: JobRun) -> None:
    """Take a written import back, row by row, and keep which rows stay and why."""
    found = ImportRun.objects.select_related("write_job").get(pk=run.params["import"])
    kind = import_kind(found.form)
    if run.by is None or not kind.allowed(run.by) or kind.undo is None:
        raise ImportRefused(f"您已不能撤回{kind.name}的导入,请由两新工委办公室办理。")
    with run.finishing() as finish:
        try:
            undone = perform_undo(found.write_job_id, kind.undo, by=run.by, now=timezone.now(), progress=run.progress)
        except IntegrityError as clash:
            raise ImportRefused(
                "核对之后正好有人改动了有关的记录,没有撤回任何内容。请重新打开这次导入,再撤回一次。"
            ) from clash
        run.add_rows(
            JobRow(
                number=number,
                outcome=RowOutcome.REJECTED,
                label=subject.name,
                messages=[_note("error", "没有撤回", sentence) for sentence in subject.refusals],
            )
            for number, subject in enumerate(undone.refused, 1)
        )
        told = {
            "undone": len(undone.undone),
            "refused": len(undone.refused),
            "deleted": sum(undone.deleted.values()),
            "restored": sum(undone.restored.values()),
        }
        import_runs.keep_undo(run=found, **told)
        finish.result = told


@job_handler("base.import_write", result_url=import_page)
def write_import(run: JobRun) -> None:
    """Check again and write, in one transaction with the results of all rows."""
    found, kind = _import_of(run)
    mode = run.params["mode"]
    run.phase("打开文件")
    with run.finishing() as finish, local_path(found.attachment) as path:

        def refuse_if_any_rejected(result: CheckResult) -> None:
            if mode == import_runs.ALL and result.rejected_rows:
                raise ImportRefused(
                    f"写入前再次检查时有 {result.rejected_rows} 行被拒绝(台账在检查之后有变动),没有写入。"
                    "请重新上传检查,或选择只写入没有错误的行。"
                )

        result, counts = write_file(
            kind,
            path,
            found.as_of,
            mode=mode,
            by=run.by,
            now=timezone.now(),
            answers=[(row, key) for row, key in run.params.get("answers", [])],
            correction=correction_of(found),
            memory=header_memory(found.form),
            progress=run.progress,
            job_id=str(run.job.pk),
            before_commit=refuse_if_any_rejected,
        )
        run.add_rows(row_results(result))
        written = {**result.counts(), **counts, "note": run.params.get("note", "")}
        import_runs.keep_write(run=found, result=written)
        finish.result = written
