"""Taking in files: limits, hash, one place in the store."""

import hashlib
import uuid
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction

from quannan.base.domain import audit
from quannan.base.models import Attachment

STRAY_AFTER = timedelta(days=1)

# Never taken from the browser: what is served is what we named it.
CONTENT_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xls": "application/vnd.ms-excel",
    "et": "application/vnd.ms-excel",
    "csv": "text/csv",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "json": "application/json",
}


def store_attachment(
    *,
    file: File,
    name: str,
    purpose: str,
    allowed: set[str],
    max_bytes: int,
    by: Any,
    now: datetime,
) -> Attachment:
    """Store ``file`` under the user's own ``name`` and give its row.

    ``allowed`` are lower-case endings without the dot. Raises ValidationError for another
    ending, an empty file or one of more than ``max_bytes``; nothing is stored then.
    Writes an audit entry.
    """
    name = PurePath(name.replace("\\", "/")).name[-200:]
    ending = PurePath(name).suffix.lower().lstrip(".")
    if ending not in allowed:
        listed = "、".join(f".{item}" for item in sorted(allowed))
        raise ValidationError(f"“{name}”不是可以上传的文件类型,请上传 {listed} 文件。", code="file_type")
    size = file.size or 0
    if size == 0:
        raise ValidationError(f"“{name}”是空文件,请打开核对后重新选择。", code="file_empty")
    if size > max_bytes:
        raise ValidationError(
            f"“{name}”有 {size / 2**20:.1f} MiB,超过上限 {max_bytes / 2**20:.0f} MiB,请拆分后再上传。",
            code="file_too_large",
        )
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    with transaction.atomic():
        attachment = Attachment(
            id=uuid.uuid4(),
            purpose=purpose,
            original_name=name,
            content_type=CONTENT_TYPES.get(ending, "application/octet-stream"),
            size=size,
            sha256=digest.hexdigest(),
            uploaded_at=now,
            uploaded_by=by,
        )
        attachment.file.save(name, file, save=False)
        attachment.save(force_insert=True)
        audit.record(
            action="attachment.store",
            by=by,
            obj=attachment,
            detail={"purpose": purpose, "size": size, "sha256": attachment.sha256},
            now=now,
        )
    return attachment


def sweep_stray_files(*, now: datetime) -> int:
    """Remove stored files older than a day that no row knows; returns how many.

    They come from transactions undone after the file was written.
    """
    known = set(Attachment.objects.values_list("file", flat=True))
    removed = 0
    for path in _stored_files("attachments"):
        if path not in known and default_storage.get_modified_time(path) < now - STRAY_AFTER:
            default_storage.delete(path)
            removed += 1
    return removed


def _stored_files(folder: str) -> list[str]:
    if not default_storage.exists(folder):
        return []
    folders, files = default_storage.listdir(folder)
    found = [f"{folder}/{name}" for name in files]
    for name in folders:
        found += _stored_files(f"{folder}/{name}")
    return found
