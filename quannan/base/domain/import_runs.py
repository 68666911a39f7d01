"""One workbook on its way in: handed in, checked, its reading put right, chosen, written, taken back."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.utils import timezone

from quannan.base.attachments import attachment_permission, local_path
from quannan.base.domain.attachments import store_attachment
from quannan.base.domain.jobs import start_job
from quannan.base.domain.undoing import preview_undo
from quannan.base.errors import Refused
from quannan.base.imports import ImportKind, import_kind, measure_for
from quannan.base.models import Attachment, HeaderMemory, ImportRun, Job, JobState
from quannan.base.undoing import UndoPreview, UndoRules
from quannan.base.workbook.headers import Correction, Memory, digest_of
from quannan.base.workbook.preview import HeaderView, view_of

ORIGINAL = "imports.original"
MARKED = "imports.marked"
ALL, VALID = "all", "valid"
NOTE_LENGTH = 500
ENDINGS = {"xlsx", "xls", "et", "csv"}

# A write job in one of these states has written nothing and may be started anew.
WROTE_NOTHING = (JobState.CANCELLED, JobState.ABANDONED)
STOPPED = (JobState.DONE, JobState.FAILED, JobState.CANCELLED, JobState.ABANDONED)


class ImportRefused(Refused):
    """A step of an import that cannot be taken now."""


def start_import(*, kind: ImportKind, file: File, name: str, as_of: date | None, by: Any, now: datetime) -> ImportRun:
    """Keep the uploaded workbook and queue its check.

    Args:
        kind: which form it is.
        file: the workbook as uploaded.
        name: the user's own file name.
        as_of: the date the figures are of, inclusive; None takes 截止日期 from the workbook.
        by: the account that uploads.
        now: the moment of the upload.

    Raises:
        ImportRefused: the account may not import this form, or the date lies in the future.
        ValidationError: the file's type or size.
    """
    require_import(by, kind)
    if as_of is not None and as_of > timezone.localdate(now):
        raise ImportRefused(f"截至日期 {as_of} 晚于今天,请填写表内数据的截止日期。")
    with transaction.atomic():
        attachment = store_attachment(
            file=file,
            name=name,
            purpose=ORIGINAL,
            allowed=ENDINGS,
            max_bytes=settings.UPLOAD_MAX_BYTES,
            by=by,
            now=now,
        )
        run = ImportRun(form=kind.code, attachment=attachment, as_of=as_of, created_by=by)
        run.check_job = _start_check(run, by, now)
        run.save(force_insert=True)
    return run


def _start_check(run: ImportRun, by: Any, now: datetime) -> Job:
    return start_job(
        kind="base.import_check",
        title=f"检查{import_kind(run.form).name} {run.attachment.original_name}"[:200],
        params={"import": str(run.pk)},
        by=by,
        now=now,
    )


def columns_to_correct(*, run: ImportRun, sheet: str = "", first: int = 0, last: int = 0) -> HeaderView:
    """What a person sees who puts the reading of the header right: sheets, columns with samples, what each is read as.

    Args:
        run: the import, whose file is opened.
        sheet: which sheet is looked at; the one that was read, or the first, where left out.
        first, last: header rows as the spreadsheet numbers them; those that were read where 0.

    Raises:
        WorkbookRefused: the file cannot be opened.
    """
    with local_path(run.attachment) as path:
        return view_of(path, import_kind(run.form).form(), run.reading, sheet=sheet, first=first, last=last)


def correct_reading(
    *, run: ImportRun, sheet: str, header_rows: tuple[int, int], fields: Mapping[str, str], by: Any, now: datetime
) -> ImportRun:
    """Say which sheet, which rows and which columns a workbook is to be read by, and check it anew.

    The choice is remembered for every later workbook of the kind with the same headings.

    Args:
        run: an import that is checked or whose check did not succeed.
        sheet: name of the sheet.
        header_rows: first and last, as the spreadsheet numbers them.
        fields: column letters → field of the form; columns that are not named are not read.
        by: the account; only who uploaded may.
        now: the moment.

    Raises:
        ImportRefused: somebody else's, still being checked, written already, a field chosen twice, or a required column
            not chosen.
        WorkbookRefused: the file cannot be opened.
    """
    kind = import_kind(run.form)
    require_import(by, kind)
    form = kind.form()
    chosen = {letters: field for letters, field in fields.items() if field in form.by_field}
    names = list(chosen.values())
    if twice := [form.by_field[name].label for name in dict.fromkeys(names) if names.count(name) > 1]:
        raise ImportRefused(f"“{'”“'.join(twice)}”选给了不止一列,请每一项只选一列。")
    if missing := [column.label for column in form.columns if column.required and column.field not in names]:
        raise ImportRefused(f"还没有指定必须有的列:{'、'.join(missing)}。请在对应的列上选好。")
    view = columns_to_correct(run=run, sheet=sheet, first=header_rows[0], last=header_rows[1])
    by_name = {heading.name: chosen.get(heading.letters, "") for heading in view.headings if heading.path}
    with transaction.atomic():
        run = _locked(run)
        _require_own(run, by)
        if run.check_job is not None and run.check_job.state not in STOPPED:
            raise ImportRefused("这份表正在检查,请等检查完成或取消后再更正读法。")
        if run.write_job is not None and run.write_job.state not in WROTE_NOTHING:
            raise ImportRefused("这份表已经写入或正在写入,读法不能再改;如需再导入,请重新上传。")
        HeaderMemory.objects.update_or_create(
            form=run.form,
            digest=digest_of(view.headings),
            defaults={"fields": by_name, "corrected_by": by, "corrected_at": now},
        )
        run.correction = {"sheet": sheet, "header_rows": list(header_rows), "fields": chosen}
        run.check_job = _start_check(run, by, now)
        run.reading, run.check_result, run.effects = {}, {}, None
        run.effects_job = run.marked_copy = None
        run.save()
    return run


def correction_of(run: ImportRun) -> Correction | None:
    """How the workbook is to be read, where somebody has said so."""
    kept = run.correction
    if not kept:
        return None
    first, last = kept["header_rows"]
    return Correction(kept["sheet"], (first, last), kept["fields"])


def header_memory(form: str) -> Memory:
    """Every reading of this form's headings that was put right; one query."""
    return dict(HeaderMemory.objects.filter(form=form).order_by("pk").values_list("digest", "fields"))


def keep_check(*, run: ImportRun, as_of: date, reading: dict[str, Any], summary: dict[str, Any]) -> None:
    """Keep what the check found; called in the transaction that finishes the check's job.

    Args:
        run: the import.
        as_of: the date in force, from the form or from the workbook.
        reading: how the workbook was read, as shown on the page.
        summary: counts by outcome and by kind of problem.
    """
    ImportRun.objects.filter(pk=run.pk).update(as_of=as_of, reading=reading, check_result=summary)


def start_measuring(*, run: ImportRun, by: Any, now: datetime) -> Job | None:
    """Queue the reckoning of what the import would move; None where nobody measures its kind."""
    kind = import_kind(run.form)
    if measure_for(kind) is None:
        return None
    job = start_job(
        kind="base.import_effects",
        title=f"核算{kind.name}的影响 {run.attachment.original_name}"[:200],
        params={"import": str(run.pk)},
        by=by,
        now=now,
    )
    ImportRun.objects.filter(pk=run.pk).update(effects_job=job)
    return job


def keep_effects(*, run: ImportRun, effects: dict[str, Any]) -> None:
    """Keep what the import would move."""
    ImportRun.objects.filter(pk=run.pk).update(effects=effects)


def keep_marked_copy(*, run: ImportRun, file: File, note: str, by: Any, now: datetime) -> Attachment:
    """Keep the user's own workbook with its faulty cells marked; it replaces an earlier one.

    Args:
        run: the import.
        file: the marked workbook.
        note: what the user is told beside it, such as what could not be kept.
        by: the account whose import it is.
        now: the moment.
    """
    name = run.attachment.original_name.rsplit(".", 1)[0]
    with transaction.atomic():
        marked = store_attachment(
            file=file,
            name=f"{name}-问题标注.xlsx",
            purpose=MARKED,
            allowed={"xlsx"},
            max_bytes=4 * settings.UPLOAD_MAX_BYTES,
            by=by,
            now=now,
        )
        run = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        run.marked_copy = marked
        run.check_result["marked_note"] = note
        run.save(update_fields=["marked_copy", "check_result"])
    return marked


def start_write(
    *,
    run: ImportRun,
    mode: str,
    answers: Collection[tuple[int, str]] = (),
    note: str = "",
    by: Any,
    now: datetime,
) -> Job:
    """Queue the writing of a checked workbook.

    Args:
        run: the import.
        mode: "all" writes every row or nothing, "valid" the rows without an error.
        answers: (row number, key) of the questions that were confirmed, such as 登记为已建,表中为无.
        note: a word on the warnings, at most ``NOTE_LENGTH`` characters; kept with the import.
        by: the account that decides; only who uploaded may.
        now: the moment of the decision.

    Raises:
        ImportRefused: not the one who uploaded, or may not import any more; not checked yet, nothing to write,
            rejected rows under "all", or already written or being written.
    """
    kind = import_kind(run.form)
    require_import(by, kind)
    with transaction.atomic():
        run = _locked(run)
        _require_own(run, by)
        if run.check_job is None or run.check_job.state != JobState.DONE:
            raise ImportRefused(f"{kind.name}还没有检查完,请等检查完成后再写入。")
        if run.write_job is not None and run.write_job.state not in WROTE_NOTHING:
            raise ImportRefused(f"这份{kind.name}已经写入或正在写入;如需再导入,请重新上传。")
        if mode not in (ALL, VALID):
            raise ImportRefused("请选择“全部通过才写入”或“只写入没有错误的行”。")
        rejected = run.check_result.get("rejected", 0)
        if mode == ALL and rejected:
            raise ImportRefused(f"有 {rejected} 行被拒绝,请改好后重新上传,或选择只写入没有错误的行。")
        if not run.check_result.get("accepted", 0):
            raise ImportRefused("没有可以写入的行,请按标注改好后重新上传。")
        asked = {(question["row"], question["key"]) for question in run.check_result.get("questions", [])}
        job = start_job(
            kind="base.import_write",
            title=f"写入{kind.name} {run.attachment.original_name}"[:200],
            params={
                "import": str(run.pk),
                "mode": mode,
                "answers": sorted(asked & set(answers)),
                "note": note.strip()[:NOTE_LENGTH],
            },
            by=by,
            now=now,
        )
        run.write_job = job
        run.save(update_fields=["write_job"])
    return job


def keep_write(*, run: ImportRun, result: dict[str, Any]) -> None:
    """Keep what was written; called in the transaction that writes."""
    ImportRun.objects.filter(pk=run.pk).update(write_result=result)


def may_undo(run: ImportRun, user: Any) -> bool:
    """Whether the account may take this import back: who uploaded it, or who sees everybody's; not one taken back whole.

    Args:
        run: the import.
        user: the account.
    """
    kind = import_kind(run.form)
    if kind.undo is None or not kind.allowed(user):
        return False
    if run.created_by_id != user.pk and not kind.sees_all(user):
        return False
    if run.write_job is None or run.write_job.state != JobState.DONE:
        return False
    return run.undo_job is None or (
        run.undo_job.state in STOPPED and (run.undo_job.state != JobState.DONE or bool(run.undo_result.get("refused")))
    )


def what_undo_does(*, run: ImportRun, by: Any) -> UndoPreview:
    """What taking the import back would do now: which rows go back, which do not and why.

    Args:
        run: a written import.
        by: the account that asks.

    Raises:
        ImportRefused: the account may not, or there is nothing to take back.
    """
    return preview_undo(*_require_undo(run, by), by)


def start_undo(*, run: ImportRun, by: Any, now: datetime) -> Job:
    """Queue the taking back of a written import; rows that somebody has changed since stay.

    Args:
        run: a written import.
        by: who uploaded it, or an account that sees everybody's imports of its kind.
        now: the moment of the decision.

    Raises:
        ImportRefused: the account may not, or it is not written, being taken back, or taken back whole.
    """
    with transaction.atomic():
        run = _locked(run)
        _require_undo(run, by)
        job = start_job(
            kind="base.import_undo",
            title=f"撤回导入 {run.attachment.original_name}"[:200],
            params={"import": str(run.pk)},
            by=by,
            now=now,
        )
        run.undo_job = job
        run.save(update_fields=["undo_job"])
    return job


def keep_undo(*, run: ImportRun, undone: int, refused: int, deleted: int, restored: int) -> None:
    """Keep what was taken back, added to what was taken back before; called in the transaction that does it.

    Args:
        run: the import.
        undone, refused: rows of the file.
        deleted, restored: rows of tables.
    """
    before = ImportRun.objects.get(pk=run.pk).undo_result
    kept = {
        "undone": before.get("undone", 0) + undone,
        "refused": refused,
        "deleted": before.get("deleted", 0) + deleted,
        "restored": before.get("restored", 0) + restored,
    }
    ImportRun.objects.filter(pk=run.pk).update(undo_result=kept)


def _require_undo(run: ImportRun, by: Any) -> tuple[UUID, UndoRules]:
    """The job that wrote the import, and by which rules it is taken back."""
    rules = import_kind(run.form).undo
    if rules is None or run.write_job_id is None or not may_undo(run, by):
        raise ImportRefused(
            "这次导入现在不能撤回:只有上传人或两新工委办公室可以撤回,且须已经写入、没有正在撤回、还没有全部撤回。"
        )
    return run.write_job_id, rules


def _locked(run: ImportRun) -> ImportRun:
    return (
        ImportRun.objects.select_for_update(of=("self",))
        .select_related("attachment", "check_job", "write_job", "undo_job")
        .get(pk=run.pk)
    )


def _require_own(run: ImportRun, by: Any) -> None:
    if run.created_by_id != by.pk:
        raise ImportRefused(f"这份{import_kind(run.form).name}由别人上传,请由上传人决定,或自己重新上传。")


def require_import(by: Any, kind: ImportKind) -> None:
    """Raise ImportRefused unless the account may import the kind."""
    if not kind.allowed(by):
        raise ImportRefused(f"您的角色不能导入{kind.name}。如工作需要,请联系系统管理员调整角色。")


def _may_read(user: Any, attachment: Attachment) -> bool:
    return (
        ImportRun.objects.visible_to(user)
        .filter(**{"attachment" if attachment.purpose == ORIGINAL else "marked_copy": attachment})
        .exists()
    )


attachment_permission(ORIGINAL)(_may_read)
attachment_permission(MARKED)(_may_read)
