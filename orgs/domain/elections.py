"""Writing elections (换届): recorded, corrected, their terms extended."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError

from orgs.domain.acting import REASON_LENGTH, acting, locked, refuse_future, require_text, tell
from orgs.domain.body_rules import require_all_seen, require_line
from orgs.domain.stale import refuse_stale
from orgs.domain.terms import Term, due_after, form_on, held_day, plus_months, term_for
from orgs.lines import Line, Precision
from orgs.models import Branch, BranchMembership, Election

APPROVAL_LENGTH = 64
APPROVER_LENGTH = 64


def record_election(
    *,
    branch: Branch,
    held_on: date,
    held_precision: str = Precision.DAY,
    term_years: int | None = None,
    approval: str = "",
    note: str = "",
    by: Any,
    now: datetime,
) -> Election:
    """Records an election and the term it starts; the due date is stored and never follows a later rule.

    Args:
        branch: the body; its line is the actor's and all its members are within the scope.
        held_on: day of the election, inside the body's life; month or year alone is taken as its first day.
        held_precision: code of `Precision`.
        term_years: length of the term; the usual one of the rule in force on held_on where left out.
        approval: number of the superior's reply.
        note: free text.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: the line is not the actor's, or a member is out of scope.
        ValidationError: by field.
    """
    require_line(branch.line, by)
    require_all_seen(branch, by, now)
    with acting(by):
        row = locked(branch)
        day = held_day(held_on, held_precision, row.founded_on)
        _check_day(row, day, now)
        term = term_for(row, day)
        years = _years(term, term_years)
        election = Election(
            branch=row,
            held_on=day,
            held_precision=held_precision,
            term_years=years,
            due_on=due_after(day, years),
            approval=_short(approval, "approval", APPROVAL_LENGTH),
            rule_source=term.source[:REASON_LENGTH],
            note=_short(note, "note", REASON_LENGTH),
        )
        _refuse_second(row, day, None)
        election.save(force_insert=True)
        _tell("election.record", election, {"held_on": str(day), "due_on": str(election.due_on)}, by, now)
    return election


def correct_election(
    *,
    election: Election,
    version: int,
    held_on: date,
    held_precision: str,
    term_years: int,
    approval: str = "",
    note: str = "",
    reason: str,
    by: Any,
    now: datetime,
) -> Election:
    """Corrects what was recorded of an election; the due date follows its own day and term.

    Args:
        election: the row.
        version: the version the actor had opened.
        held_on: day of the election.
        held_precision: code of `Precision`.
        term_years: length of the term.
        approval: number of the superior's reply.
        note: free text.
        reason: why it is corrected.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: the line is not the actor's, or a member is out of scope.
        StaleRecord: somebody has changed the row since.
        ValidationError: by field.
    """
    require_line(election.branch.line, by)
    require_all_seen(election.branch, by, now)
    reason = require_text(reason, "reason", "请写明更正的理由。")
    with acting(by, reason):
        branch = locked(election.branch)
        row = locked(election)
        day = held_day(held_on, held_precision, branch.founded_on)
        wanted = {
            "held_on": day,
            "held_precision": held_precision,
            "term_years": term_years,
            "approval": _short(approval, "approval", APPROVAL_LENGTH),
            "note": _short(note, "note", REASON_LENGTH),
        }
        refuse_stale(row, version, wanted)
        _check_day(branch, day, now)
        _refuse_second(branch, day, row)
        moved = (day, term_years) != (row.held_on, row.term_years)
        if moved:
            term = term_for(branch, day)
            due = due_after(day, _years(term, term_years))
            wanted |= {"due_on": due, "rule_source": term.source[:REASON_LENGTH]}
            _check_extension_follows(row, due)
        for name, value in wanted.items():
            setattr(row, name, value)
        row.version += 1
        row.save()
        _tell("election.correct", row, {"held_on": str(day), "due_on": str(row.due_on), "reason": reason}, by, now)
    return row


def extend_term(
    *,
    election: Election,
    version: int,
    extended_to: date,
    extended_on: date,
    approver: str,
    reason: str,
    beyond_reason: str = "",
    by: Any,
    now: datetime,
) -> Election:
    """Extends the running term of a body with its superior's approval; it counts from the day of the approval.

    An extension generally lasts no longer than the rule says: a longer one needs a word on why.

    Args:
        election: the body's last election.
        version: the version the actor had opened.
        extended_to: last day of the extended term.
        extended_on: day of the approval.
        approver: who approved.
        reason: why the election is put off.
        beyond_reason: why for longer than is usual; needed only then.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: the line is not the actor's, or a member is out of scope.
        StaleRecord: somebody has changed the row since.
        ValidationError: by field.
    """
    require_line(election.branch.line, by)
    require_all_seen(election.branch, by, now)
    approver = require_text(approver, "approver", "延期须经批准,请写明批准单位。", APPROVER_LENGTH)
    reason = require_text(reason, "reason", "请写明延期的理由。")
    refuse_future(extended_on, "extended_on", "批准日期", now)
    with acting(by, reason):
        branch = locked(election.branch)
        row = locked(election)
        refuse_stale(row, version, {"extended_to": extended_to, "extended_on": extended_on})
        _refuse_ended(branch)
        _check_extension(branch, row, extended_to, extended_on)
        row.extended_to, row.extended_on, row.extension_approver = extended_to, extended_on, approver
        row.extension_reason = _with_beyond(term_for(branch, row.held_on), row, extended_to, reason, beyond_reason)
        row.version += 1
        row.save()
        _tell("election.extend", row, {"extended_to": str(extended_to), "extended_on": str(extended_on)}, by, now)
    return row


def refuse_without_term(branch: Branch, day: date) -> None:
    """Refuses bodies that elect nobody: 一会三组, a lone 组织员 or 女工委员.

    Args:
        branch: the body.
        day: the day whose form counts.

    Raises:
        ValidationError: the body has no term of office.
    """
    if branch.line == Line.MECHANISM:
        raise ValidationError("“一会三组”不实行任期,不用登记换届。", code="no_term")
    form = form_on(branch, day)
    if form is not None and not form.is_body:
        raise ValidationError(f"“{form.label}”不是一级组织,没有任期,不用登记换届。", code="no_term")


def _check_day(branch: Branch, day: date, now: datetime) -> None:
    refuse_future(day, "held_on", "选举日期", now)
    if branch.refused_at or branch.grouped_into_id:
        raise ValidationError("这个组织未予确认或已归并,不再登记换届。", code="ended")
    sentence = ""
    if day < branch.founded_on:
        sentence = f"选举日期不能早于成立日期({branch.founded_on}),请核对。"
    elif branch.dissolved_on and day >= branch.dissolved_on:
        sentence = f"这个组织自{branch.dissolved_on}起已撤销,选举日期应早于这一天。"
    if sentence:
        raise ValidationError({"held_on": ValidationError(sentence, code="bad_day")})
    refuse_without_term(branch, day)


def _refuse_ended(branch: Branch) -> None:
    if branch.dissolved_on:
        raise ValidationError(f"这个组织自{branch.dissolved_on}起已撤销,任期不再延长。", code="ended")


def _years(term: Term, wanted: int | None) -> int:
    years = wanted if wanted is not None else term.usual
    if years is None:
        sentence = "这类组织还没有任期规定,请填写任期年数。"
        raise ValidationError({"term_years": ValidationError(sentence, code="required")})
    if term.allowed and years not in term.allowed:
        sentence = f"按选举时的规定任期为{term.words}({term.source}),请改填;规定有变的,请先修改任期规定。"
        raise ValidationError({"term_years": ValidationError(sentence, code="bad_term")})
    if not 1 <= years <= 10:
        sentence = "任期应为1到10年,请核对。"
        raise ValidationError({"term_years": ValidationError(sentence, code="bad_term")})
    return years


def _refuse_second(branch: Branch, day: date, own: Election | None) -> None:
    others = Election.objects.filter(branch=branch, held_on=day)
    if (others.exclude(pk=own.pk) if own else others).exists():
        sentence = "这一天已登记过换届,请更正原有的一条。"
        raise ValidationError({"held_on": ValidationError(sentence, code="twice")})


def _check_extension_follows(row: Election, due_on: date) -> None:
    if row.extended_to and row.extended_to <= due_on:
        sentence = f"这一届已延期至{row.extended_to},更正后的届满日期({due_on})应早于它,请核对。"
        raise ValidationError({"held_on": ValidationError(sentence, code="bad_day")})


def _check_extension(branch: Branch, row: Election, extended_to: date, extended_on: date) -> None:
    last = Election.objects.filter(branch=branch).order_by("-held_on", "-pk").first()
    if last is not None and last.pk != row.pk:
        raise ValidationError(f"{last.held_on}已经换届,这一届不能再延期。", code="not_last")
    if extended_on < row.held_on:
        sentence = f"批准日期不能早于选举日期({row.held_on}),请核对。"
        raise ValidationError({"extended_on": ValidationError(sentence, code="bad_day")})
    if extended_to <= row.due_on:
        sentence = f"延至的日期应晚于届满日期({row.due_on}),请核对。"
        raise ValidationError({"extended_to": ValidationError(sentence, code="bad_day")})


def _with_beyond(term: Term, row: Election, extended_to: date, reason: str, beyond_reason: str) -> str:
    months = term.extension_months
    if extended_to <= plus_months(row.due_on, months):
        return reason
    sentence = f"延期一般不超过{months}个月(至{plus_months(row.due_on, months)});确需更长的,请写明为什么。"
    beyond = require_text(beyond_reason, "beyond_reason", sentence)
    return require_text(f"{reason};超过{months}个月的原因:{beyond}", "beyond_reason", sentence)


def _short(text: str, field: str, length: int) -> str:
    """A text that may be left out."""
    return require_text(text, field, "", length) if (text or "").strip() else ""


def _tell(action: str, election: Election, detail: dict[str, Any], by: Any, now: datetime) -> None:
    members = BranchMembership.objects.filter(branch_id=election.branch_id).values_list("organization_id", flat=True)
    tell(
        action=action,
        obj=election,
        detail={"line": election.branch.line, "organizations": sorted(set(members)), **detail},
        organization_ids=[],
        by=by,
        now=now,
    )
