"""Writing 负责人调整 (四(三)): asked for, answered by the bodies that must be asked, then effective or withdrawn."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError

from orgs.domain.acting import acting, day_of, locked, refuse_future, require_text, tell
from orgs.domain.appointments import appoint, check_source, end_appointment, post_of
from orgs.domain.body_rules import require_line, require_seen
from orgs.domain.people import Newcomer, settled
from orgs.domain.refusals import NotAllowed
from orgs.models import Appointment, Branch, BranchMembership, Code, LeaderChange, Opinion, Person, Placement
from orgs.models.codes import CodeList
from orgs.models.leadership import ChangeState, Verdict
from orgs.permissions import may_give_opinion, may_see_leader_changes

# The policy names no number of days for an answer; ten is the usual time limit of an office, and each request may
# set its own day.
ANSWER_DAYS = 10
SENT_IN = "本组织负责人的调整由主管党(工)委、条线部门或两新工委办公室办理。"
NOT_YOURS = "这个单位的意见由它自己的账号填写,您的角色不能代填。"


def request_change(
    *,
    branch: Branch,
    post: str,
    leaving: Appointment | None = None,
    successor: Person | Newcomer | None = None,
    source: str = "",
    is_full_time: bool | None = None,
    reason: str,
    answers_due_on: date | None = None,
    by: Any,
    now: datetime,
) -> LeaderChange:
    """Asks for a change of a leader and, with it, for the opinion of every body on the list; nothing changes yet.

    The opinion of the superior party body is that of the unit under which most members of the body stand.

    Args:
        branch: the body; one of its members is in the actor's sight.
        post: code of the list post, of the body's line; that of `leaving` where somebody leaves.
        leaving: the appointment that is to end, a running one of this body.
        successor: who is to follow, on record or typed anew; None where the post stays empty for now.
        source: code of the list leader_source, "" where not known.
        is_full_time: 专职, None where not known.
        reason: why; it stands as the reason for leaving in the register.
        answers_due_on: the last day for answers; ANSWER_DAYS from today where left out.
        by: the acting User; somebody must stand for a request.
        now: the clock.

    Raises:
        NotAllowed: the line is not the actor's, the body is out of scope, or it covers the actor's own organization.
        ValidationError: by field.
    """
    _require_party(branch, by, now)
    reason = require_text(reason, "reason", "请写明调整的理由。")
    today = day_of(now)
    due = answers_due_on or today + timedelta(days=ANSWER_DAYS)
    if due < today:
        raise ValidationError(
            {"answers_due_on": ValidationError("意见截止日期不能早于今天,请往后定。", code="bad_day")}
        )
    if leaving is not None:
        post = leaving.post
    kind = post_of(post, branch.line)
    check_source(source)
    if leaving is None and successor is None:
        raise ValidationError({"successor": ValidationError("请写明谁离任,或谁接任。", code="required")})
    with acting(by):
        body = locked(branch)
        _check_alive(body)
        _check_leaving(body, leaving, kind)
        person = None if successor is None else settled(successor, by=by, now=now)
        if person is not None and leaving is not None and person.pk == leaving.person_id:
            sentence = "离任和接任是同一个人,请另选接任人。"
            raise ValidationError({"successor": ValidationError(sentence, code="same_person")})
        change = LeaderChange(
            branch=body,
            leaving=leaving,
            successor=person,
            post=post,
            source=source,
            is_full_time=is_full_time,
            reason=reason,
            requested_on=today,
            answers_due_on=due,
            requested_by=by,
        )
        change.validate_constraints()
        change.save(force_insert=True)
        asked = _opinions_asked(change, today)
        Opinion.objects.bulk_create(asked)
        tell(
            action="leader_change.request",
            obj=change,
            detail={"post": post, "due_on": str(due), "asked": [opinion.body for opinion in asked]},
            organization_ids=(),
            by=by,
            now=now,
        )
    return change


def give_opinion(*, opinion: Opinion, verdict: str, reason: str = "", by: Any, now: datetime) -> Opinion:
    """Says what a body thinks of a change; it may be said otherwise until the change is decided, all of it is kept.

    Args:
        opinion: the row of the body asked.
        verdict: agree or disagree.
        reason: why; required where the body disagrees.
        by: the acting User, of the body asked.
        now: the clock.

    Raises:
        NotAllowed: the actor does not speak for the body, or the change is out of scope.
        ValidationError: by field; the change is decided already.
    """
    change = opinion.change
    _require_seen_change(change, by, now)
    if not may_give_opinion(by, opinion):
        raise NotAllowed(NOT_YOURS)
    if verdict not in (Verdict.AGREE, Verdict.DISAGREE):
        raise ValidationError({"verdict": ValidationError("请选择同意或不同意。", code="required")})
    reason = (reason or "").strip()
    if reason or verdict == Verdict.DISAGREE:
        reason = require_text(reason, "reason", "不同意须写明理由。")
    with acting(by):
        _open(change)
        row = locked(opinion)
        row.verdict, row.reason, row.given_by, row.given_at = verdict, reason, by, now
        row.save(update_fields=["verdict", "reason", "given_by", "given_at"])
        # What a body thinks is no matter of the trail, which more people read.
        tell(action="leader_change.opinion", obj=change, detail={"body": row.body}, organization_ids=(), by=by, now=now)
    return row


def take_effect(
    *, change: LeaderChange, effective_on: date, decided_reason: str = "", by: Any, now: datetime
) -> LeaderChange:
    """Puts a change into effect: the old post ends the day before, the new one begins.

    Refused until every body asked has answered, or the last day for answers has passed; who has not answered by then
    is recorded so. A body that disagrees does not stop it, but what is made of its objection must be said.

    Args:
        change: an open one.
        effective_on: first day of the successor, first day without the leaving one; not before the answers were in.
        decided_reason: how objections were weighed; required where there is one.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: the line is not the actor's, the body is out of scope, or it covers the actor's own organization.
        ValidationError: by field; among them answers that are still awaited.
    """
    _require_party(change.branch, by, now)
    refuse_future(effective_on, "effective_on", "生效日期", now)
    decided_reason = (decided_reason or "").strip()
    with acting(by):
        row = _open(change)
        opinions = list(Opinion.objects.filter(change=row).select_for_update().order_by("id"))
        _check_answers(row, opinions, day_of(now))
        ready = ready_on(row, opinions)
        if effective_on < ready:
            sentence = f"生效日期不能早于意见答复齐的那一天({ready}),请核对。"
            raise ValidationError({"effective_on": ValidationError(sentence, code="bad_day")})
        if any(opinion.verdict == Verdict.DISAGREE for opinion in opinions):
            decided_reason = require_text(
                decided_reason, "decided_reason", "有单位不同意。仍要生效的,请写明对不同意见的处理。"
            )
        for opinion in opinions:
            if not opinion.verdict:
                opinion.verdict, opinion.given_at = Verdict.NO_ANSWER, now
                opinion.save(update_fields=["verdict", "given_at"])
        _exchange(row, effective_on, by, now)
        row.state, row.effective_on, row.decided_reason = ChangeState.EFFECTIVE, effective_on, decided_reason
        row.decided_by, row.decided_at = by, now
        row.version += 1
        row.save()
        tell(
            action="leader_change.take_effect",
            obj=row,
            detail={"post": row.post, "effective_on": str(effective_on)},
            organization_ids=(),
            by=by,
            now=now,
        )
    return row


def withdraw_change(*, change: LeaderChange, reason: str, by: Any, now: datetime) -> LeaderChange:
    """Takes a request back; the opinions given stay on record.

    Args:
        change: an open one.
        reason: why.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: the line is not the actor's, the body is out of scope, or it covers the actor's own organization.
        ValidationError: decided already, or no reason.
    """
    _require_party(change.branch, by, now)
    reason = require_text(reason, "reason", "请写明撤回的理由。")
    with acting(by, reason):
        row = _open(change)
        row.state, row.withdrawn_reason = ChangeState.WITHDRAWN, reason
        row.decided_by, row.decided_at = by, now
        row.version += 1
        row.save()
        tell(
            action="leader_change.withdraw",
            obj=row,
            detail={"post": row.post},
            organization_ids=(),
            by=by,
            now=now,
        )
    return row


def ready_on(change: LeaderChange, opinions: list[Opinion]) -> date:
    """The first day on which a change may take effect, as far as the answers given so far tell.

    Args:
        change: the change.
        opinions: all of its opinions; while one is awaited it is the day after the last day for answers.
    """
    if any(opinion.verdict in ("", Verdict.NO_ANSWER) for opinion in opinions):
        return change.answers_due_on + timedelta(days=1)
    days = [day_of(opinion.given_at) for opinion in opinions if opinion.given_at]
    return max([change.requested_on, *days])


def _require_party(branch: Branch, by: Any, now: datetime) -> None:
    require_line(branch.line, by)
    require_seen(branch, by, now)
    if by is None:
        return
    if not may_see_leader_changes(by) or _is_own(branch, by):
        raise NotAllowed(SENT_IN)


def _is_own(branch: Branch, by: Any) -> bool:
    own = [a.organization_id for a in by.assignments if a.organization_id]
    return bool(own) and BranchMembership.objects.filter(branch=branch, organization__in=own).exists()


def _require_seen_change(change: LeaderChange, by: Any, now: datetime) -> None:
    if not LeaderChange.objects.visible_to(by, day_of(now)).filter(pk=change.pk).exists():
        raise NotAllowed("这件负责人调整不在您的管理范围内。")


def _open(change: LeaderChange) -> LeaderChange:
    row = locked(change)
    if row.state != ChangeState.OPEN:
        raise ValidationError(f"这件调整{row.get_state_display()},不能再改。需要再调整的,请另行提出。", code="decided")
    return row


def _check_alive(branch: Branch) -> None:
    if branch.refused_at:
        raise ValidationError("这个组织未获确认,不办理负责人调整。", code="refused")
    if branch.dissolved_on:
        raise ValidationError(f"这个组织自{branch.dissolved_on}起已撤销,不办理负责人调整。", code="dissolved")


def _check_leaving(branch: Branch, leaving: Appointment | None, kind: Code) -> None:
    sentence = ""
    if leaving is not None:
        row = locked(leaving)
        if row.branch_id != branch.pk:
            sentence = "这项任职不在这个组织,请重新选择离任人。"
        elif row.period.upper is not None:
            sentence = "这项任职已经结束,请重新选择离任人。"
    elif kind.data.get("head"):
        serving = Appointment.objects.filter(branch=branch, is_head=True, period__upper_inf=True)
        head = serving.select_related("person").first()
        if head is not None:
            sentence = f"{head.person.name}现任负责人,同一时间只能有一位,请把离任人选上。"
    if sentence:
        raise ValidationError({"leaving": ValidationError(sentence, code="bad_leaving")})


def _opinions_asked(change: LeaderChange, today: date) -> list[Opinion]:
    unit_id = _superior_of(change.branch, today)
    return [
        Opinion(
            change=change,
            body=code.code,
            unit_id=unit_id if code.data.get("by") == "unit" else None,
            line=code.data.get("line", "") if code.data.get("by") == "line" else "",
        )
        for code in Code.objects.filter(list_name=CodeList.OPINION_BODY, is_active=True).order_by("order", "code")
    ]


def _superior_of(branch: Branch, today: date) -> int | None:
    """The unit under which most members stand; of several with as many, the one of the longest-standing member."""
    members = BranchMembership.objects.filter(branch=branch, period__contains=today)
    units = list(
        Placement.objects.filter(organization__in=members.values("organization"), period__contains=today)
        .order_by("organization__memberships__period", "organization_id")
        .filter(organization__memberships__branch=branch)
        .values_list("unit_id", flat=True)
    )
    return Counter(units).most_common(1)[0][0] if units else None


def _check_answers(change: LeaderChange, opinions: list[Opinion], today: date) -> None:
    awaited = [opinion.body for opinion in opinions if not opinion.verdict]
    if not awaited or today > change.answers_due_on:
        return
    labels = dict(Code.objects.filter(list_name=CodeList.OPINION_BODY).values_list("code", "label"))
    names = "、".join(labels.get(body, body) for body in awaited)
    sentence = f"还没有答复:{names}。请等答复齐了,或过了意见截止日期({change.answers_due_on})再办。"
    raise ValidationError(sentence, code="awaited")


def _exchange(change: LeaderChange, effective_on: date, by: Any, now: datetime) -> None:
    if change.leaving is not None and not _ended_before(change.leaving, effective_on):
        end_appointment(
            appointment=change.leaving,
            last_day=effective_on - timedelta(days=1),
            reason=change.reason,
            after_opinions=True,
            by=by,
            now=now,
        )
    if change.successor is not None:
        appoint(
            branch=change.branch,
            person=change.successor,
            post=change.post,
            from_=effective_on,
            source=change.source,
            is_full_time=change.is_full_time,
            after_opinions=True,
            by=by,
            now=now,
        )


def _ended_before(leaving: Appointment, day: date) -> bool:
    """Whether the post was ended meanwhile, as when its holder died."""
    until = locked(leaving).period.upper
    return until is not None and until <= day
