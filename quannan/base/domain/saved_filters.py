"""Keeping a list's filters under a name, for oneself or for everybody."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from quannan.base.models import SavedFilter

NAME_LENGTH = 40
QUERY_LENGTH = 2000
SHARE = "filters.share"


def save_filter(
    *, list_name: str, name: str, query: str, is_shared: bool = False, by: Any, now: datetime
) -> SavedFilter:
    """Keeps filters, columns and order of a list under a name.

    Args:
        list_name: URL name of the list.
        name: what it is called, once among the account's own of this list.
        query: the part of the address kept, already limited to what the list knows.
        is_shared: whether others see it too.
        by: the User it belongs to.
        now: the clock.

    Raises:
        ValidationError: by field: no name, one too long, one taken; no right to share; too many conditions.
    """
    if len(query) > QUERY_LENGTH:
        raise ValidationError(f"筛选条件太长(最多{QUERY_LENGTH}个字符),请减少条件后再保存。", code="too_long")
    row = SavedFilter(list_name=list_name, query=query, user=by, saved_at=now)
    return _named(row, name, is_shared, by)


def rename_filter(*, saved: SavedFilter, name: str, is_shared: bool, by: Any, now: datetime) -> SavedFilter:
    """Gives one's own saved filter another name, shares it or takes it back.

    Args:
        saved: one of the account's own.
        name: what it is called.
        is_shared: whether others see it too.
        by: its User.
        now: the clock.

    Raises:
        ValidationError: as `save_filter`; or it is somebody else's.
    """
    _require_own(saved, by)
    saved.saved_at = now
    return _named(saved, name, is_shared, by)


def delete_filter(*, saved: SavedFilter, by: Any, now: datetime) -> None:
    """Deletes one's own saved filter.

    Args:
        saved: one of the account's own.
        by: its User.
        now: the clock.

    Raises:
        ValidationError: it is somebody else's.
    """
    _require_own(saved, by)
    saved.delete()


def _named(row: SavedFilter, name: str, is_shared: bool, by: Any) -> SavedFilter:
    name = name.strip()
    if not name:
        raise ValidationError({"name": ValidationError("请给这组筛选条件起一个名称。", code="required")})
    if len(name) > NAME_LENGTH:
        raise ValidationError({"name": ValidationError(f"名称最多{NAME_LENGTH}个字,请缩短。", code="too_long")})
    if is_shared and not by.can(SHARE):
        sentence = "您的角色不能共享筛选。请只为自己保存,或请两新工委办公室代为共享。"
        raise ValidationError({"is_shared": ValidationError(sentence, code="not_allowed")})
    same = SavedFilter.objects.filter(user=by, list_name=row.list_name, name=name).exclude(pk=row.pk)
    if same.exists():
        sentence = "您已有同名的筛选,请换一个名称,或先删除原来的。"
        raise ValidationError({"name": ValidationError(sentence, code="duplicate")})
    row.name, row.is_shared = name, is_shared
    row.save()
    return row


def _require_own(saved: SavedFilter, by: Any) -> None:
    if saved.user_id != by.pk:
        raise ValidationError("这组筛选是别人保存的,只有保存人能更改或删除。", code="not_own")
