"""Writing the audit trail, and proving that nobody has touched it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, models

from quannan.base.models import AuditEntry
from quannan.base.origin import current_origin

_action_names: dict[str, str] = {}
_detail_names: dict[str, str] = {}


def name_actions(names: dict[str, str]) -> None:
    """Give actions (``app.verb``) the Chinese words under which the audit page shows them."""
    _action_names.update(names)


def action_names() -> dict[str, str]:
    """All named actions: code → Chinese words, in alphabetical order of the codes."""
    return dict(sorted(_action_names.items()))


def name_details(names: dict[str, str]) -> None:
    """Give keys of details the Chinese words under which the audit page shows them."""
    _detail_names.update(names)


def detail_in_words(detail: dict[str, Any]) -> list[tuple[str, Any]]:
    """A detail as (word, value), in the order of its keys; keys nobody named stay as they are."""
    return [(_detail_names.get(name, name), value) for name, value in sorted(detail.items())]


def record(
    *,
    action: str,
    by: Any,
    now: datetime,
    obj: models.Model | None = None,
    detail: dict[str, Any] | None = None,
) -> AuditEntry:
    """Add one entry to the trail, in the caller's transaction.

    ``by`` is the acting account, None for the system itself. ``detail`` must be JSON.
    The trail is locked from here to the commit, so call it last in a long transaction.
    """
    origin = current_origin()
    return AuditEntry.objects.create(
        at=now,
        actor=by,
        actor_name=str(by)[:120] if by is not None else "系统",
        action=action,
        object_type=obj._meta.label if obj is not None else "",
        object_id=str(obj.pk) if obj is not None else "",
        object_label=str(obj)[:200] if obj is not None else "",
        detail=detail or {},
        ip=origin.ip,
        request_id=origin.request_id,
    )


@dataclass(frozen=True)
class ChainCheck:
    """How many entries were read, and the numbers of those that do not fit the chain."""

    entries: int
    broken: tuple[int, ...]

    @property
    def whole(self) -> bool:
        return not self.broken


def verify_chain() -> ChainCheck:
    """Read the whole trail and recompute every digest.

    An entry is broken if its content no longer gives its digest, or it does not follow
    the entry before it (changed, removed or slipped in). One statement; at most the
    first 100 numbers are given.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM base_auditentry")
        (entries,) = cursor.fetchone()
        cursor.execute(
            """
            SELECT id FROM (
                SELECT id,
                       digest IS DISTINCT FROM base_audit_digest(e) AS changed,
                       previous_digest IS DISTINCT FROM
                           COALESCE(lag(digest) OVER chain, '') AS unlinked,
                       id <> COALESCE(lag(id) OVER chain, 0) + 1 AS gap
                FROM base_auditentry e
                WINDOW chain AS (ORDER BY id)
            ) checked
            WHERE changed OR unlinked OR gap
            ORDER BY id LIMIT 100
            """
        )
        broken = tuple(row[0] for row in cursor.fetchall())
    return ChainCheck(entries=entries, broken=broken)


name_actions(
    {
        "job.start": "提交任务",
        "job.resume": "继续任务",
        "job.abandon": "放弃任务",
        "job.cancel": "取消任务",
        "attachment.store": "上传文件",
    }
)

name_details(
    {
        "as_of": "截至日期",
        "attempt": "第几次执行",
        "created": "新增行",
        "file": "文件",
        "form": "表式",
        "job": "任务编号",
        "kind": "种类",
        "purpose": "用途",
        "reason": "理由",
        "rejected": "拒绝行",
        "sha256": "文件摘要",
        "size": "字节数",
        "unchanged": "无变化行",
        "updated": "更新行",
    }
)
