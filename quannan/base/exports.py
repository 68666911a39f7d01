"""The audit trail as a workbook."""

import json
from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from typing import IO

from django.utils import timezone

from quannan.base.models import AuditEntry
from quannan.base.queries import action_name
from quannan.base.workbook.write import write_table

AUDIT_HEADERS = ("序号", "时间", "操作人", "操作", "对象", "对象编号", "来源地址", "请求编号", "详情", "摘要")


def audit_row(entry: AuditEntry) -> tuple:
    """One entry as the export writes it, in the order of ``AUDIT_HEADERS``."""
    return (
        entry.pk,
        timezone.localtime(entry.at).strftime("%Y-%m-%d %H:%M:%S"),
        entry.actor_name,
        action_name(entry.action),
        entry.object_label,
        entry.object_id,
        entry.ip or "",
        entry.request_id,
        json.dumps(entry.detail, ensure_ascii=False, sort_keys=True) if entry.detail else "",
        entry.digest,
    )


def audit_file(entries: Iterable[AuditEntry], sentence: str, *, by, now: datetime) -> IO[bytes]:
    """The entries as an .xlsx file, open for reading at its start.

    ``sentence`` says which entries were chosen; ``by`` and ``now`` are named under the title.
    """
    out = BytesIO()
    write_table(
        out,
        "审计日志",
        f"{sentence};由 {by} 于 {timezone.localtime(now):%Y-%m-%d %H:%M} 导出",
        AUDIT_HEADERS,
        (audit_row(entry) for entry in entries),
    )
    out.seek(0)
    return out
