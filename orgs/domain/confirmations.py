"""What a line's department says about bodies that others entered: 确认 or 不予确认, one by one or many at once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F

from orgs.domain.acting import acting, day_of, locked, require_text, tell
from orgs.domain.body_corrections import APPROVAL_LENGTH
from orgs.domain.refusals import NotAllowed
from orgs.lines import Line
from orgs.models import Branch, BranchMembership
from orgs.permissions import may_confirm_line


@dataclass
class Decided:
    """What became of many bodies.

    Attributes:
        done: ids of the bodies decided upon.
        left: sentence → how many were left as they are because of it.
    """

    done: list[int]
    left: dict[str, int] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """What was left and why, "" where nothing was."""
        return ";".join(f"{n} 个{sentence}" for sentence, n in self.left.items())


def confirm_body(*, branch: Branch, approval: str = "", by: Any, now: datetime) -> Branch:
    """Confirms a body; until then it counts, and reports name it 其中待确认.

    Args:
        branch: a body that waits.
        approval: 批复文号, "" keeps what is there.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: the line is not the actor's to confirm.
        ValidationError: confirmed or refused already.
    """
    _require_confirmer(branch, by, now)
    approval = _short(approval)
    with acting(by):
        row = locked(branch)
        _refuse_decided(row)
        row.confirmed_at, row.confirmed_by = now, by
        row.approval = approval or row.approval
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


def confirm_bodies(*, branches: Iterable[Branch], approval: str = "", by: Any, now: datetime) -> Decided:
    """Confirms all of many bodies that wait and are the actor's to confirm; the number of statements is fixed.

    Args:
        branches: any bodies; those that cannot be confirmed are left and told.
        approval: one 批复文号 for those that have none, "" for none.
        by: the acting User, None for the system.
        now: the clock.
    """
    approval = _short(approval)
    with acting(by):
        decided = _decidable(branches, by, now)
        rows = Branch.objects.filter(pk__in=decided.done)
        if approval:
            rows.filter(approval="").update(approval=approval)
        rows.update(confirmed_at=now, confirmed_by=by, version=F("version") + 1)
        _settle_many(decided, "body.confirm_many", {"approval": approval} if approval else {}, by, now)
    return decided


def refuse_bodies(*, branches: Iterable[Branch], reason: str, by: Any, now: datetime) -> Decided:
    """Refuses all of many bodies that wait, for one reason; the number of statements is fixed.

    Args:
        branches: any bodies; those that cannot be refused are left and told.
        reason: why; whoever entered them reads this.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        ValidationError: no reason.
    """
    reason = require_text(reason, "reason", "请写明不予确认的理由,好让填报的人更正。")
    with acting(by, reason):
        decided = _decidable(branches, by, now)
        Branch.objects.filter(pk__in=decided.done).update(
            refused_at=now,
            refused_by=by,
            dissolved_on=F("founded_on"),
            dissolved_reason=reason,
            version=F("version") + 1,
        )
        _settle_many(decided, "body.refuse_many", {"reason": reason}, by, now)
    return decided


def _decidable(branches: Iterable[Branch], by: Any, now: datetime) -> Decided:
    """Locks the bodies and keeps those that wait, are in sight and of the actor's lines."""
    rows = list(
        Branch.objects.select_for_update(of=("self",)).filter(pk__in={branch.pk for branch in branches}).order_by("pk")
    )
    ids = [row.pk for row in rows]
    seen = (
        set(ids)
        if by is None
        else set(Branch.objects.visible_to(by, day_of(now)).filter(pk__in=ids).values_list("pk", flat=True))
    )
    lines = {line for line in {row.line for row in rows} if by is None or may_confirm_line(by, line)}
    decided = Decided([])
    for row in rows:
        if row.confirmed_at:
            sentence = "已经确认过"
        elif row.refused_at:
            sentence = "已经不予确认"
        elif row.grouped_into_id:
            sentence = "已归并到别的组织"
        elif row.line not in lines or row.pk not in seen:
            sentence = "由其他条线的部门确认"
        else:
            decided.done.append(row.pk)
            continue
        decided.left[sentence] = decided.left.get(sentence, 0) + 1
    return decided


def _settle_many(decided: Decided, action: str, detail: dict[str, Any], by: Any, now: datetime) -> None:
    """One entry of the audit trail for the whole act, on the first body, with the ids of all."""
    if not decided.done:
        return
    members = BranchMembership.objects.filter(branch__in=decided.done).values_list("organization_id", flat=True)
    tell(
        action=action,
        obj=Branch.objects.get(pk=decided.done[0]),
        detail={"bodies": decided.done, **detail},
        organization_ids=set(members),
        by=by,
        now=now,
    )


def _short(approval: str) -> str:
    approval = approval.strip()
    if len(approval) > APPROVAL_LENGTH:
        sentence = f"批复文号最多写{APPROVAL_LENGTH}个字,现有{len(approval)}个,请缩短。"
        raise ValidationError({"approval": ValidationError(sentence, code="too_long")})
    return approval


def _require_confirmer(branch: Branch, by: Any, now: datetime) -> None:
    if by is None:
        return
    if not may_confirm_line(by, branch.line):
        label = Line(branch.line).label
        raise NotAllowed(f"{label}由该条线的部门或两新工委办公室确认,您的角色不能办理。")
    grouped = branch.grouped_into_id is not None
    if not grouped and not Branch.objects.visible_to(by, day_of(now)).filter(pk=branch.pk).exists():
        raise NotAllowed("这个组织不在您的管理范围内,请由它的条线部门办理。")


def _refuse_decided(branch: Branch) -> None:
    if branch.confirmed_at:
        raise ValidationError("这个组织已经确认过了,不用再办;要撤下它,请办理撤销。", code="confirmed")
    if branch.refused_at:
        raise ValidationError("这个组织已经不予确认;情况有变的,请重新登记成立。", code="refused")
    if branch.grouped_into_id:
        raise ValidationError(f"这个组织已归并到“{branch.grouped_into}”,请到那里确认。", code="grouped")


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
