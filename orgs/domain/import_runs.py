"""One workbook on its way into the register: handed in, checked, chosen, written."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.utils import timezone

from orgs.domain.refusals import NotAllowed
from orgs.models import ImportRun, User
from orgs.permissions import may_import_register
from quannan.base.attachments import attachment_permission
from quannan.base.domain.attachments import store_attachment
from quannan.base.domain.jobs import start_job
from quannan.base.errors import Refused
from quannan.base.models import Attachment, Job, JobState

ORIGINAL = "orgs.import.original"
MARKED = "orgs.import.marked"
ALL, VALID = "all", "valid"
ENDINGS = {"xlsx", "xls", "et", "csv"}

# A write job in one of these states has written nothing and may be started anew.
WROTE_NOTHING = (JobState.CANCELLED, JobState.ABANDONED)


class ImportRefused(Refused):
    """A step of an import that cannot be taken now."""


def start_import(*, file: File, name: str, as_of: date | None, by: User, now: datetime) -> ImportRun:
    """Keep the uploaded workbook and queue its check.

    Args:
        file: the workbook as uploaded.
        name: the user's own file name.
        as_of: the date the figures are of, inclusive; None takes 截止日期 from the workbook.
        by: the account that uploads.
        now: the moment of the upload.

    Raises:
        NotAllowed: the account may not import.
        ImportRefused: the date lies in the future.
        ValidationError: the file's type or size.
    """
    _require_import(by)
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
        run = ImportRun(attachment=attachment, as_of=as_of, created_by=by)
        run.check_job = start_job(
            kind="orgs.import_check",
            title=f"检查摸底表 {attachment.original_name}"[:200],
            params={"import": str(run.pk)},
            by=by,
            now=now,
        )
        run.save(force_insert=True)
    return run


def keep_check(*, run: ImportRun, as_of: date, reading: dict[str, Any], summary: dict[str, Any]) -> None:
    """Keep what the check found; called in the transaction that finishes the check's job.

    Args:
        run: the import.
        as_of: the date in force, from the form or from the workbook.
        reading: how the workbook was read, as shown on the page.
        summary: counts by outcome and by kind of problem.
    """
    ImportRun.objects.filter(pk=run.pk).update(as_of=as_of, reading=reading, check_result=summary)


def keep_marked_copy(*, run: ImportRun, file: File, note: str, by: User | None, now: datetime) -> Attachment:
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
    *, run: ImportRun, mode: str, endings: Collection[tuple[int, str]] = (), by: User, now: datetime
) -> Job:
    """Queue the writing of a checked workbook.

    Args:
        run: the import.
        mode: "all" writes every row or nothing, "valid" the rows without an error.
        endings: (row number, line) where 登记为已建,表中为无 was confirmed: the body ends on the as-of date.
        by: the account that decides; only who uploaded may.
        now: the moment of the decision.

    Raises:
        NotAllowed: not the one who uploaded, or may not import any more.
        ImportRefused: not checked yet, nothing to write, rejected rows under "all", or already
            written or being written.
    """
    _require_import(by)
    with transaction.atomic():
        run = (
            ImportRun.objects.select_for_update(of=("self",))
            .select_related("attachment", "check_job", "write_job")
            .get(pk=run.pk)
        )
        if run.created_by_id != by.pk:
            raise NotAllowed("这份摸底表由别人上传,请由上传人决定是否写入,或自己重新上传。")
        if run.check_job is None or run.check_job.state != JobState.DONE:
            raise ImportRefused("摸底表还没有检查完,请等检查完成后再写入。")
        if run.write_job is not None and run.write_job.state not in WROTE_NOTHING:
            raise ImportRefused("这份摸底表已经写入或正在写入;如需再导入,请重新上传。")
        if mode not in (ALL, VALID):
            raise ImportRefused("请选择“全部通过才写入”或“只写入没有错误的行”。")
        rejected = run.check_result.get("rejected", 0)
        if mode == ALL and rejected:
            raise ImportRefused(f"有 {rejected} 行被拒绝,请改好后重新上传,或选择只写入没有错误的行。")
        if not run.check_result.get("accepted", 0):
            raise ImportRefused("没有可以写入的行,请按标注改好后重新上传。")
        asked = {(question["row"], question["line"]) for question in run.check_result.get("questions", [])}
        job = start_job(
            kind="orgs.import_write",
            title=f"写入摸底表 {run.attachment.original_name}"[:200],
            params={"import": str(run.pk), "mode": mode, "endings": sorted(asked & set(endings))},
            by=by,
            now=now,
        )
        run.write_job = job
        run.save(update_fields=["write_job"])
    return job


def keep_write(*, run: ImportRun, result: dict[str, Any]) -> None:
    """Keep what was written; called in the transaction that writes."""
    ImportRun.objects.filter(pk=run.pk).update(write_result=result)


def _require_import(by: User) -> None:
    if not may_import_register(by):
        raise NotAllowed("您的角色不能导入摸底表。如工作需要,请联系系统管理员调整角色。")


def _may_read(user: Any, attachment: Attachment) -> bool:
    return (
        ImportRun.objects.visible_to(user)
        .filter(**{"attachment" if attachment.purpose == ORIGINAL else "marked_copy": attachment})
        .exists()
    )


attachment_permission(ORIGINAL)(_may_read)
attachment_permission(MARKED)(_may_read)
