"""Writing 任职: who begins and ends in which post of a body, and when a head may change without asking anybody."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange

from orgs.domain.acting import acting, locked, refuse_future, require_text, tell
from orgs.domain.body_rules import require_line, require_seen
from orgs.domain.people import Newcomer, settled
from orgs.lines import Line, Precision
from orgs.models import Appointment, Branch, BranchMembership, Code, Person
from orgs.models.codes import CodeList
from orgs.permissions import first_day_after

SUCCESSION = "负责人的更换要先征求意见,请办理“负责人调整”。"
# What a correction may change without ending the post.
CORRECTABLE = ("source", "is_full_time", "from_", "precision")


def opinions_required() -> bool:
    """Whether the county asks anybody before a leader changes (四(三)): it does while the list has a body in use."""
    return Code.objects.filter(list_name=CodeList.OPINION_BODY, is_active=True).exists()


def appoint(
    *,
    branch: Branch,
    person: Person | Newcomer,
    post: str,
    from_: date,
    source: str = "",
    is_full_time: bool | None = None,
    last_day: date | None = None,
    precision: str = Precision.DAY,
    after_opinions: bool = False,
    by: Any,
    now: datetime,
) -> Appointment:
    """Puts a person in a post of a body.

    The first head of a body is entered directly, and so is a past one of whom the last day is known; whoever follows
    a head comes through a change of the leader, as long as the county asks for opinions (四(三)).

    Args:
        branch: the body; one of its members is in the actor's sight.
        person: who, in the actor's sight, or typed anew.
        post: code of the list post, of the body's line; head or not follows from it.
        from_: first day.
        source: code of the list leader_source, "" where not known.
        is_full_time: 专职, None where not known.
        last_day: for a post of the past, the last day held, included.
        precision: code of `Precision` for from_.
        after_opinions: called by a change of the leader that has taken effect.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: the line is not the actor's, or body or person are out of scope.
        ValidationError: by field; code needs_change where the opinions must be asked first.
    """
    require_line(branch.line, by)
    require_seen(branch, by, now)
    kind = post_of(post, branch.line)
    check_source(source)
    refuse_future(from_, "from_", "任职日期", now)
    period = _period(from_, last_day, now)
    with acting(by):
        row = locked(branch)
        _check_alive(row, from_, last_day)
        is_head = bool(kind.data.get("head"))
        if is_head:
            _check_head(row, from_, last_day, after_opinions)
        appointment = Appointment(
            person=settled(person, by=by, now=now),
            branch=row,
            post=post,
            is_head=is_head,
            period=period,
            precision=precision,
            source=source,
            is_full_time=is_full_time,
        )
        appointment.validate_constraints()
        appointment.save(force_insert=True)
        tell(
            action="appointment.begin",
            obj=row,
            detail={"post": post, "from": str(from_), "appointment": appointment.pk},
            organization_ids=_members(row),
            by=by,
            now=now,
        )
    return appointment


def end_appointment(
    *,
    appointment: Appointment,
    last_day: date,
    reason: str,
    after_opinions: bool = False,
    by: Any,
    now: datetime,
) -> Appointment:
    """Ends a post. A head of a standing body leaves through a change of the leader, where opinions are asked for.

    Args:
        appointment: one without an end.
        last_day: last day in the post, included.
        reason: why.
        after_opinions: called by a change of the leader that has taken effect.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: the line is not the actor's, or the body is out of scope.
        ValidationError: by field; code needs_change where the opinions must be asked first.
    """
    branch = appointment.branch
    require_line(branch.line, by)
    require_seen(branch, by, now)
    reason = require_text(reason, "reason", "请写明离任的原因。")
    refuse_future(last_day, "last_day", "离任日期", now)
    with acting(by, reason):
        body = locked(branch)
        row = locked(appointment)
        if row.period.upper is not None:
            raise ValidationError("这项任职已经结束,不用再登记离任。", code="ended")
        if last_day < row.period.lower:
            sentence = f"离任日期不能早于任职日期({row.period.lower}),请核对。"
            raise ValidationError({"last_day": ValidationError(sentence, code="bad_day")})
        if row.is_head and not after_opinions and body.dissolved_on is None and opinions_required():
            raise ValidationError(SUCCESSION, code="needs_change")
        row.period = DateRange(row.period.lower, first_day_after(last_day))
        row.end_reason = reason
        row.save(update_fields=["period", "end_reason"])
        tell(
            action="appointment.end",
            obj=body,
            detail={"post": row.post, "last_day": str(last_day), "appointment": row.pk},
            organization_ids=_members(body),
            by=by,
            now=now,
        )
    return row


def correct_appointment(
    *, appointment: Appointment, changes: dict[str, Any], reason: str, by: Any, now: datetime
) -> Appointment:
    """Corrects how a post was entered: its first day, the source, full-time or not.

    Args:
        appointment: which one.
        changes: any of source, is_full_time, from_, precision.
        reason: why.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: the line is not the actor's, or the body is out of scope.
        ValidationError: by field.
    """
    branch = appointment.branch
    require_line(branch.line, by)
    require_seen(branch, by, now)
    reason = require_text(reason, "reason", "请写明更正的理由。")
    wanted = {name: value for name, value in changes.items() if name in CORRECTABLE}
    check_source(wanted.get("source", ""))
    with acting(by, reason):
        body = locked(branch)
        row = locked(appointment)
        from_ = wanted.pop("from_", row.period.lower)
        refuse_future(from_, "from_", "任职日期", now)
        last = row.period.upper
        if last is not None and from_ >= last:
            raise ValidationError({"from_": ValidationError("任职日期不能晚于离任日期,请核对。", code="bad_day")})
        if from_ < body.founded_on:
            _before_founding(body)
        row.period = DateRange(from_, last)
        for name, value in wanted.items():
            setattr(row, name, value)
        row.validate_constraints()
        row.save(update_fields=["period", *wanted])
        tell(
            action="appointment.correct",
            obj=body,
            detail={"post": row.post, "from": str(from_), "appointment": row.pk},
            organization_ids=_members(body),
            by=by,
            now=now,
        )
    return row


def post_of(post: str, line: str) -> Code:
    """The entry of the list of posts, in use and of the line.

    Args:
        post: its code.
        line: code of `Line`.

    Raises:
        ValidationError: unknown, out of use or of another line.
    """
    found = Code.objects.filter(list_name=CodeList.POST, code=post, is_active=True).first()
    if found is None or found.data.get("line") != line:
        sentence = f"请从{Line(line).label}的职务中选择。"
        raise ValidationError({"post": ValidationError(sentence, code="unknown_post")})
    return found


def _check_head(branch: Branch, from_: date, last_day: date | None, after_opinions: bool) -> None:
    heads = Appointment.objects.filter(branch=branch, is_head=True)
    period = DateRange(from_, first_day_after(last_day))
    serving = heads.filter(period__overlap=period).select_related("person").order_by("period").first()
    if serving is not None and (last_day is not None or after_opinions or not opinions_required()):
        sentence = f"{serving.person.name}自{serving.period.lower}起担任负责人,同一时间只能有一位,请先登记离任。"
        raise ValidationError({"post": ValidationError(sentence, code="head_serves")})
    if after_opinions or last_day is not None or not opinions_required():
        return
    if serving is not None:
        sentence = f"{serving.person.name}自{serving.period.lower}起担任负责人。{SUCCESSION}"
        raise ValidationError({"post": ValidationError(sentence, code="needs_change")})
    if heads.exists():
        raise ValidationError({"post": ValidationError(f"这个组织有过负责人。{SUCCESSION}", code="needs_change")})


def _check_alive(branch: Branch, from_: date, last_day: date | None) -> None:
    if branch.refused_at:
        raise ValidationError("这个组织未获确认,不能登记任职。", code="refused")
    if branch.dissolved_on and (last_day is None or last_day >= branch.dissolved_on):
        sentence = f"这个组织自{branch.dissolved_on}起已撤销,登记以前的任职须写明这一天以前的离任日期。"
        raise ValidationError({"last_day": ValidationError(sentence, code="dissolved")})
    if from_ < branch.founded_on:
        _before_founding(branch)


def _before_founding(branch: Branch) -> None:
    sentence = f"任职日期不能早于组织的成立日期({branch.founded_on}),请核对。"
    raise ValidationError({"from_": ValidationError(sentence, code="bad_day")})


def check_source(source: str) -> None:
    """Refuses a source that is not in the list.

    Args:
        source: code of the list leader_source, "" where not known.

    Raises:
        ValidationError: unknown.
    """
    if source and not Code.objects.filter(list_name=CodeList.LEADER_SOURCE, code=source).exists():
        raise ValidationError({"source": ValidationError("请从来源的列表中选择。", code="unknown_code")})


def _period(from_: date, last_day: date | None, now: datetime) -> DateRange:
    if last_day is not None:
        refuse_future(last_day, "last_day", "离任日期", now)
        if last_day < from_:
            sentence = f"离任日期不能早于任职日期({from_}),请核对。"
            raise ValidationError({"last_day": ValidationError(sentence, code="bad_day")})
    return DateRange(from_, first_day_after(last_day))


def _members(branch: Branch) -> list[int]:
    return list(BranchMembership.objects.filter(branch=branch).values_list("organization_id", flat=True).distinct())
