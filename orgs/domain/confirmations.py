"""What a line's department says about a body that others entered: 确认 or 不予确认."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from orgs.domain.acting import acting, day_of, locked, require_text, tell
from orgs.domain.refusals import NotAllowed
from orgs.lines import Line
from orgs.models import Branch, BranchMembership
from orgs.permissions import may_confirm_line


def confirm_body(*, branch: Branch, by: Any, now: datetime) -> Branch:
    """Confirms a body; until then it counts, and reports name it 其中待确认.

    Args:
        branch: a body that waits.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: the line is not the actor's to confirm.
        ValidationError: confirmed or refused already.
    """
    _require_confirmer(branch, by, now)
    with acting(by):
        row = locked(branch)
        _refuse_decided(row)
        row.confirmed_at, row.confirmed_by = now, by
        _settle(row, "body.confirm", {}, by, now)
    return row


def refuse_body(*, branch: Branch, reason: str, by: Any, now: datetime) -> Branch:
    """Refuses a body: it is dissolved as from its founding, so that it never counted.

    Members, dates and history stay for whoever asks why; the same body may be entered anew.

    Args:
        branch: a body that waits.
        reason: why; whoever entered it reads this.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: the line is not the actor's to confirm.
        ValidationError: confirmed or refused already; no reason.
    """
    _require_confirmer(branch, by, now)
    reason = require_text(reason, "reason", "请写明不予确认的理由,好让填报的人更正。")
    with acting(by, reason):
        row = locked(branch)
        _refuse_decided(row)
        row.refused_at, row.refused_by = now, by
        row.dissolved_on, row.dissolved_reason = row.founded_on, reason
        _settle(row, "body.refuse", {"reason": reason}, by, now)
    return row


def _require_confirmer(branch: Branch, by: Any, now: datetime) -> None:
    if by is None:
        return
    if not may_confirm_line(by, branch.line):
        label = Line(branch.line).label
        raise NotAllowed(f"{label}由该条线的部门或两新工委办公室确认,您的角色不能办理。")
    if not Branch.objects.visible_to(by, day_of(now)).filter(pk=branch.pk).exists():
        raise NotAllowed("这个组织不在您的管理范围内,请由它的条线部门办理。")


def _refuse_decided(branch: Branch) -> None:
    if branch.confirmed_at:
        raise ValidationError("这个组织已经确认过了,不用再办;要撤下它,请办理撤销。", code="confirmed")
    if branch.refused_at:
        raise ValidationError("这个组织已经不予确认;情况有变的,请重新登记成立。", code="refused")


def _settle(branch: Branch, action: str, detail: dict[str, Any], by: Any, now: datetime) -> None:
    branch.version += 1
    branch.save()
    members = BranchMembership.objects.filter(branch=branch).values_list("organization_id", flat=True)
    tell(
        action=action,
        obj=branch,
        detail={"line": branch.line, **detail},
        organization_ids=set(members),
        by=by,
        now=now,
    )
