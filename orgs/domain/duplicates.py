"""What is said of a suspected pair: that it is two organizations after all. Merging is in `merging`."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from orgs.domain.acting import acting, require_register_edit, require_text, tell
from orgs.domain.refusals import NotAllowed
from orgs.models import NotDuplicate, Organization
from orgs.permissions import may_merge

NO_DECISION = "您的角色不能认定重复。请由所属主管党(工)委或两新工委办公室办理。"


def record_not_duplicate(
    *, first: Organization, second: Organization, reason: str, by: Any, now: datetime
) -> NotDuplicate:
    """Keeps a pair out of the suspected ones.

    Args:
        first: one of the two, within the actor's scope.
        second: the other.
        reason: how one knows that they are two.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act, or one of the two is out of scope.
        ValidationError: one organization twice; said already; no reason.
    """
    _require(by)
    for organization in (first, second):
        require_register_edit(organization, by, now)
    reason = require_text(reason, "reason", "请写明怎么认定是两家。")
    if first.pk == second.pk:
        raise ValidationError("请选择两家不同的组织。", code="same")
    older, younger = sorted((first, second), key=lambda row: row.pk)
    with acting(by, reason):
        if NotDuplicate.objects.filter(first=older, second=younger).exists():
            raise ValidationError("这两家组织已认定不是重复。", code="said")
        row = NotDuplicate.objects.create(first=older, second=younger, reason=reason, decided_by=by, decided_at=now)
        tell(
            action="organization.not_duplicate",
            obj=older,
            detail={"other": younger.pk, "reason": reason},
            organization_ids=[],
            by=by,
            now=now,
        )
    return row


def withdraw_not_duplicate(*, row: NotDuplicate, by: Any, now: datetime) -> None:
    """Takes it back: the pair is suspected again.

    Args:
        row: what was said.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act, or one of the two is out of scope.
    """
    _require(by)
    for organization in (row.first, row.second):
        require_register_edit(organization, by, now)
    with acting(by):
        tell(
            action="organization.suspect_again",
            obj=row.first,
            detail={"other": row.second_id, "reason": row.reason},
            organization_ids=[],
            by=by,
            now=now,
        )
        row.delete()


def _require(by: Any) -> None:
    if by is not None and not may_merge(by):
        raise NotAllowed(NO_DECISION)
