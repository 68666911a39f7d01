"""Writing 党群人才库: who is fit to lead a body, and the act of choosing from it."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError

from orgs.domain.acting import acting, day_of, locked, refuse_future, require_text, tell
from orgs.domain.appointments import appoint
from orgs.domain.people import Newcomer, require_people, settled
from orgs.domain.refusals import NotAllowed
from orgs.domain.stale import refuse_stale
from orgs.lines import Line
from orgs.models import Appointment, Branch, Candidate, Code, Person
from orgs.models.codes import CodeList
from orgs.models.people import CandidateStatus
from orgs.permissions import may_edit_line, may_edit_talent

CORRECTABLE = ("lines", "qualifications", "source", "note")
NOTE = 200
ALREADY = "已在人才库中,请在原有的一条上修改;已退出的,请办理恢复。"


def enter_candidate(
    *,
    person: Person | Newcomer,
    lines: list[str],
    qualifications: list[str],
    source: str = "",
    entered_on: date,
    note: str = "",
    by: Any,
    now: datetime,
) -> Candidate:
    """Puts a person into the talent pool.

    Args:
        person: who, in the actor's sight, or typed anew.
        lines: codes of `Line` they are fit for, all of them the actor's to edit.
        qualifications: codes of the list qualification.
        source: code of the list leader_source, "" where not known.
        entered_on: day of entry.
        note: in words, required where a qualification is 其他.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: the role, the lines or the person are not the actor's.
        ValidationError: by field; somebody who stands in the pool already.
    """
    _require_lines(lines, by)
    facts = _checked({"lines": lines, "qualifications": qualifications, "source": source, "note": note})
    refuse_future(entered_on, "entered_on", "入库日期", now)
    with acting(by):
        row = settled(person, by=by, now=now)
        if Candidate.objects.filter(person=row).exists():
            raise ValidationError({"name": ValidationError(f"{row.name}{ALREADY}", code="already")})
        candidate = Candidate(person=row, entered_on=entered_on, **facts)
        candidate.validate_constraints()
        candidate.save(force_insert=True)
        _told("candidate.enter", candidate, {"lines": facts["lines"]}, by, now)
    return candidate


def correct_candidate(
    *, candidate: Candidate, version: int, changes: dict[str, Any], by: Any, now: datetime
) -> Candidate:
    """Corrects what the pool says of a person.

    Args:
        candidate: which entry.
        version: the version the actor had opened.
        changes: any of lines, qualifications, source, note.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: the role, the lines (old or new) or the person are not the actor's.
        StaleRecord: somebody else has saved since.
        ValidationError: by field.
    """
    wanted = {name: value for name, value in changes.items() if name in CORRECTABLE}
    _require_theirs(candidate, by, now)
    _require_lines(wanted.get("lines", candidate.lines), by)
    with acting(by):
        row = locked(candidate)
        refuse_stale(row, version, wanted)
        facts = _checked({name: wanted.get(name, getattr(row, name)) for name in CORRECTABLE})
        changed = [name for name in CORRECTABLE if facts[name] != getattr(row, name)]
        if changed:
            for name in changed:
                setattr(row, name, facts[name])
            _saved(row)
            _told("candidate.correct", row, {"fields": changed}, by, now)
    return row


def choose_candidate(
    *,
    candidate: Candidate,
    branch: Branch,
    post: str,
    from_: date,
    is_full_time: bool | None = None,
    by: Any,
    now: datetime,
) -> Appointment:
    """选用: puts somebody of the pool in a post, and marks the entry as chosen; both or neither.

    Args:
        candidate: an entry that is 可选用.
        branch: the body; its line is one they are fit for.
        post: code of the list post, of the body's line.
        from_: first day in the post.
        is_full_time: 专职, None where not known.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: the role, the body's line, or body or person are not the actor's.
        ValidationError: by field; among them a head who would follow another without the opinions.
    """
    if by is not None and not may_edit_talent(by):
        raise NotAllowed("您的角色不能从人才库选用,请由两新工委办公室、条线部门或主管党(工)委办理。")
    require_people([candidate.person], by, now)
    with acting(by):
        row = locked(candidate)
        if row.status != CandidateStatus.AVAILABLE:
            sentence = f"这一条现在是“{row.get_status_display()}”,先恢复为可选用再选用。"
            raise ValidationError(sentence, code="not_available")
        if branch.line not in row.lines:
            sentence = f"{candidate.person.name}没有列为适合{Line(branch.line).label},请先在人才库中核对适合的条线。"
            raise ValidationError({"branch": ValidationError(sentence, code="other_line")})
        appointment = appoint(
            branch=branch,
            person=candidate.person,
            post=post,
            from_=from_,
            source=row.source,
            is_full_time=is_full_time,
            by=by,
            now=now,
        )
        row.status = CandidateStatus.CHOSEN
        _saved(row)
        _told("candidate.choose", row, {"appointment": appointment.pk, "post": post}, by, now)
    return appointment


def release_candidate(*, candidate: Candidate, reason: str, by: Any, now: datetime) -> Candidate:
    """恢复可选用: somebody chosen or withdrawn may be chosen again.

    Args:
        candidate: an entry that is not 可选用.
        reason: why.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: the role, the lines or the person are not the actor's.
        ValidationError: it is 可选用; no reason.
    """
    _require_theirs(candidate, by, now)
    reason = require_text(reason, "reason", "请写明恢复的理由。")
    with acting(by, reason):
        row = locked(candidate)
        if row.status == CandidateStatus.AVAILABLE:
            raise ValidationError("这一条现在就是可选用,不用恢复。", code="available")
        row.status, row.left_on, row.leaving_reason = CandidateStatus.AVAILABLE, None, ""
        _saved(row)
        _told("candidate.release", row, {"reason": reason}, by, now)
    return row


def withdraw_candidate(*, candidate: Candidate, left_on: date, reason: str, by: Any, now: datetime) -> Candidate:
    """退出人才库: the entry stays on record with day and reason.

    Args:
        candidate: an entry that is not withdrawn.
        left_on: day of leaving.
        reason: why.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: the role, the lines or the person are not the actor's.
        ValidationError: withdrawn already; a day before the entry or to come; no reason.
    """
    _require_theirs(candidate, by, now)
    reason = require_text(reason, "reason", "请写明退出的原因。")
    refuse_future(left_on, "left_on", "出库日期", now)
    with acting(by, reason):
        row = locked(candidate)
        if row.status == CandidateStatus.WITHDRAWN:
            raise ValidationError(f"已于{row.left_on}退出人才库,不用再办。", code="withdrawn")
        if left_on < row.entered_on:
            sentence = f"出库日期不能早于入库日期({row.entered_on}),请核对。"
            raise ValidationError({"left_on": ValidationError(sentence, code="bad_day")})
        row.status, row.left_on, row.leaving_reason = CandidateStatus.WITHDRAWN, left_on, reason
        _saved(row)
        _told("candidate.withdraw", row, {"left_on": str(left_on), "reason": reason}, by, now)
    return row


def _require_lines(lines: list[str], by: Any) -> None:
    if by is None:
        return
    if not may_edit_talent(by):
        raise NotAllowed("您的角色不能修改人才库,请由两新工委办公室、条线部门或主管党(工)委办理。")
    foreign = [Line(line).label for line in lines if line in Line.values and not may_edit_line(by, line)]
    if foreign:
        raise NotAllowed(
            f"{'、'.join(foreign)}的人才由该条线的部门、主管党(工)委或两新工委办公室管理,请不要选这些条线。"
        )


def _require_theirs(candidate: Candidate, by: Any, now: datetime) -> None:
    require_people([candidate.person], by, now)
    _require_lines(candidate.lines, by)


def _checked(facts: dict[str, Any]) -> dict[str, Any]:
    """The entry as it is stored: codes in the order of their lists, each once."""
    lines = [line for line in Line.values if line in facts["lines"]]
    if not lines or len(lines) < len(set(facts["lines"])):
        sentence = f"请至少选一条适合的条线:{'、'.join(Line.labels)}。"
        raise ValidationError({"lines": ValidationError(sentence, code="required")})
    known = list(Code.objects.filter(list_name=CodeList.QUALIFICATION).values_list("code", flat=True))
    if set(facts["qualifications"]) - set(known):
        raise ValidationError({"qualifications": ValidationError("请从条件的列表中选择。", code="unknown_code")})
    source = facts["source"]
    if source and not Code.objects.filter(list_name=CodeList.LEADER_SOURCE, code=source).exists():
        raise ValidationError({"source": ValidationError("请从来源的列表中选择。", code="unknown_code")})
    note = facts["note"].strip()
    if "other" in facts["qualifications"] or len(note) > NOTE:
        note = require_text(note, "note", "条件选了“其他”,请在说明里写清楚。", NOTE)
    return {
        "lines": lines,
        "qualifications": [code for code in known if code in facts["qualifications"]],
        "source": source,
        "note": note,
    }


def _saved(row: Candidate) -> None:
    row.version += 1
    row.save()


def _told(action: str, row: Candidate, detail: dict[str, Any], by: Any, now: datetime) -> None:
    organization = row.person.organization_id
    ids = [organization] if organization else []
    tell(action=action, obj=row, detail={**detail, "on": str(day_of(now))}, organization_ids=ids, by=by, now=now)
