"""The review of a report in two steps: opened, commented on, sent back, accepted by the unit and then by the county."""

from datetime import date, datetime, timedelta
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from evaluation.domain.acceptance import write_to_register
from evaluation.domain.reviewers import require_reviewer, stage_of
from evaluation.domain.sheet import FormRead
from evaluation.domain.submissions import add_step, name_of
from evaluation.models import AnnualReport, Comment, Question, ReportState, Stage, StepKind, Submission
from orgs.domain.acting import acting, day_of, locked, require_text
from orgs.domain.refusals import NotAllowed
from quannan.base.domain import audit
from quannan.base.errors import Refused

TEXT_LENGTH = 500
NOTHING_SAID = "退回须写明要改什么:请写退回意见,或先在要改的那一项下面写意见。"


class Moved(Refused):
    """The report has gone on since the reviewer opened the page; nothing was written."""


def open_for_review(*, report: AnnualReport, by: Any, now: datetime) -> AnnualReport:
    """Opens a filed report: from now on the filer cannot withdraw it. Opened already, it stays as it is.

    Args:
        report: waiting for one of the two steps.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: the step is not the actor's.
        Moved: it waits for no reviewer.
    """
    with acting(by):
        row, stage = _waiting(report, by, now)
        if row.opened_at is not None:
            return row
        _open(row, by, now)
        audit.record(action="report.open_review", by=by, now=now, obj=row, detail={"stage": str(stage)})
    return row


def comment_on(*, report: AnnualReport, question: str, text: str, stage: str = "", by: Any, now: datetime) -> Comment:
    """Says something about one answer; the filer reads it once the report is sent back.

    Args:
        report: opened, waiting for the actor's step.
        question: code of a question of its form.
        text: at most TEXT_LENGTH characters.
        stage: the step the actor's page was about, "" where it does not matter.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: the step is not the actor's.
        Moved: the report has gone on.
        ValidationError: by field.
    """
    text = require_text(text, "text", "请写明意见。", TEXT_LENGTH)
    with acting(by):
        row, at = _opened(report, by, now, stage)
        submission = cast(Submission, row.submission)
        if not Question.objects.filter(section__form=row.round.form_id, code=question).exists():
            sentence = "这张表里没有这一项,请刷新页面后再写意见。"
            raise ValidationError({"question": ValidationError(sentence, code="unknown_question")})
        comment = Comment.objects.create(
            report=row,
            submission=submission,
            question=question,
            stage=at,
            text=text,
            made_at=now,
            made_by=by,
            made_by_name=name_of(by),
        )
        audit.record(action="report.comment", by=by, now=now, obj=row, detail={"question": question})
    return comment


def remove_comment(*, comment: Comment, by: Any, now: datetime) -> None:
    """Takes back one's own comment while the filer has not read it.

    Args:
        comment: made by the actor on the version now under review.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: somebody else's.
        Moved: the report has gone on.
    """
    if by is not None and comment.made_by_id != by.pk:
        raise NotAllowed(f"这条意见是{comment.made_by_name}写的,只有本人能收回。")
    with acting(by):
        row, stage = _opened(comment.report, by, now)
        if comment.submission_id != row.submission_id or comment.stage != stage:
            raise Moved("填报人已看到这条意见,不能收回;不用再改的,请办理“了结”。")
        comment.delete()
        audit.record(
            action="report.comment", by=by, now=now, obj=row, detail={"question": comment.question, "removed": True}
        )


def settle_comment(*, comment: Comment, by: Any, now: datetime) -> Comment:
    """Says that nothing more is asked about a comment, whoever made it.

    Args:
        comment: an open one of a report under review.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: the step is not the actor's.
        Moved: the report has gone on.
        ValidationError: settled already.
    """
    with acting(by):
        report, _ = _opened(comment.report, by, now)
        row = locked(comment)
        if row.settled_at is not None:
            raise ValidationError(f"这条意见已由{row.settled_by_name}了结。", code="settled")
        row.settled_at, row.settled_by_name = now, name_of(by)
        row.save(update_fields=["settled_at", "settled_by_name"])
        audit.record(
            action="report.comment", by=by, now=now, obj=report, detail={"question": row.question, "settled": True}
        )
    return row


def return_report(
    *,
    report: AnnualReport,
    text: str = "",
    answer_by: date | None = None,
    seen: int | None = None,
    by: Any,
    now: datetime,
) -> AnnualReport:
    """Sends a report back to the filer, from either step; what the unit had accepted is to be accepted anew.

    Args:
        report: opened, waiting for the actor's step.
        text: what is to be changed; may be left out where a comment is open.
        answer_by: the last day to file again; where left out the round's last day of filing, or its answer_days from
            today, whichever is later.
        seen: key of the submission the actor's page showed, None skips the check.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: the step is not the actor's.
        Moved: the report has gone on.
        ValidationError: by field; neither a text nor an open comment.
    """
    with acting(by):
        row, stage = _opened(report, by, now, seen=seen)
        number = open_comments(row).count()
        text = (text or "").strip()
        if not text and not number:
            raise ValidationError({"text": ValidationError(NOTHING_SAID, code="required")})
        text = require_text(text or f"有 {number} 处意见,请逐条改好并答复后再报。", "text", NOTHING_SAID, TEXT_LENGTH)
        today = day_of(now)
        day = answer_by or default_answer_day(row, today)
        if day < today:
            sentence = f"最迟报回的日期不能早于今天({today}),请往后定。"
            raise ValidationError({"answer_by": ValidationError(sentence, code="bad_day")})
        since = _since(row, stage)
        row.state = ReportState.RETURNED
        row.returned_at, row.returned_by_name, row.return_comment, row.answer_by = now, name_of(by), text, day
        row.unit_accepted_at, row.unit_accepted_by_name = None, ""
        _save(row)
        detail = {"stage": str(stage), "answer_by": str(day), "comments": number, "since": since}
        add_step(row, StepKind.RETURNED, by=by, now=now, text=text, detail=detail)
        audit.record(
            action="report.return", by=by, now=now, obj=row, detail={"stage": str(stage), "answer_by": str(day)}
        )
    return row


def accept_at_unit(
    *, report: AnnualReport, text: str = "", seen: int | None = None, by: Any, now: datetime
) -> AnnualReport:
    """The unit's acceptance: the report goes to the county.

    Args:
        report: opened, waiting for the unit.
        text: what the unit tells the county, "" for nothing.
        seen: key of the submission the actor's page showed, None skips the check.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: the step is not the actor's.
        Moved: the report has gone on.
        ValidationError: by field; comments on this version are open.
    """
    text = text.strip() and require_text(text, "text", "", TEXT_LENGTH)
    with acting(by):
        row, _ = _opened(report, by, now, Stage.UNIT, seen=seen)
        _settle_answered(row, by, now)
        pass_at_unit(row, text=text, by=by, now=now)
    return row


def accept_at_county(
    *, report: AnnualReport, seen: int | None = None, read: FormRead | None = None, by: Any, now: datetime
) -> AnnualReport:
    """The county's acceptance; in the same transaction the register is written.

    Args:
        report: accepted by its unit.
        seen: key of the submission the actor's page showed, None skips the check.
        read: the form of its round, where it has been read.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: the step is not the actor's.
        Moved: the report has gone on.
        ValidationError: comments on this version are open, or the figures cannot be written.
    """
    with acting(by):
        row, _ = _opened(report, by, now, Stage.COUNTY, seen=seen)
        _settle_answered(row, by, now)
        pass_at_county(row, read=read, by=by, now=now)
    return row


def pass_at_unit(row: AnnualReport, *, text: str = "", by: Any, now: datetime) -> None:
    """What the unit's acceptance writes; the caller has locked the report and checked it.

    Args:
        row: locked, waiting for the unit; opened here where nobody has.
        text: what the unit tells the county.
        by: the acting User, None for the system.
        now: the clock.
    """
    if row.opened_at is None:
        _open(row, by, now)
    since = _since(row, Stage.UNIT)
    row.state = ReportState.UNIT_ACCEPTED
    row.unit_accepted_at, row.unit_accepted_by_name = now, name_of(by)
    _save(row)
    add_step(row, StepKind.UNIT_ACCEPTED, by=by, now=now, text=text, detail={"since": since})
    audit.record(action="report.accept_unit", by=by, now=now, obj=row)


def pass_at_county(row: AnnualReport, *, read: FormRead | None = None, by: Any, now: datetime) -> None:
    """What the county's acceptance writes; the caller has locked the report and checked it.

    Args:
        row: locked, accepted by its unit.
        read: the form of its round, where it has been read.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        ValidationError: the figures cannot be written.
    """
    since = _since(row, Stage.COUNTY)
    row.state = ReportState.ACCEPTED
    row.accepted_at, row.accepted_by_name, row.accepted_submission = now, name_of(by), row.submission
    row.correcting_since, row.correction_reason = None, ""
    _save(row)
    add_step(row, StepKind.ACCEPTED, by=by, now=now, detail={"since": since})
    written = write_to_register(report=row, read=read, by=by, now=now)
    add_step(row, StepKind.WRITTEN, by=by, now=now, detail=dict(written))
    detail = {"written": len(written["written"]), "left": len(written["left"])}
    audit.record(action="report.accept_county", by=by, now=now, obj=row, detail=detail)


def open_comments(report: AnnualReport) -> QuerySet[Comment]:
    """The comments nobody has settled.

    Args:
        report: the report.
    """
    return Comment.objects.filter(report=report, settled_at=None)


def default_answer_day(report: AnnualReport, today: date) -> date:
    """The last day to file again unless the reviewer sets another.

    Args:
        report: with its round.
        today: today in Asia/Shanghai.
    """
    return max(report.round.closes_on, today + timedelta(days=report.round.answer_days))


def _waiting(
    report: AnnualReport, by: Any, now: datetime, stage: str = "", *, seen: int | None = None
) -> tuple[AnnualReport, Stage]:
    """The locked report and the step it waits for, if the actor may do it and their page was about it."""
    row = locked(report)
    at = stage_of(row)
    if at is None:
        raise Moved(_sentence_of_state(row))
    require_reviewer(row, at, by, now)
    if stage and stage != at:
        word = "已由单位审核通过" if at == Stage.COUNTY else "已重新报送"
        raise Moved(f"您打开之后,这份年报{word},现在{row.get_state_display()}。请刷新页面再看。")
    if seen is not None and seen != row.submission_id:
        raise Moved("您打开之后,这份年报已退回并重新报送,请看新的一版再审核。")
    return row, at


def _opened(
    report: AnnualReport, by: Any, now: datetime, stage: str = "", *, seen: int | None = None
) -> tuple[AnnualReport, Stage]:
    row, at = _waiting(report, by, now, stage, seen=seen)
    if row.opened_at is None:
        raise Moved("这份年报还没有打开审核,填报人仍可撤回。请先打开审核。")
    return row, at


def _open(row: AnnualReport, by: Any, now: datetime) -> None:
    row.opened_at, row.opened_by_name = now, name_of(by)
    _save(row)
    add_step(row, StepKind.OPENED, by=by, now=now)


def _settle_answered(row: AnnualReport, by: Any, now: datetime) -> None:
    """Comments on earlier versions are settled by the acceptance; those on this version have to be dealt with."""
    if number := open_comments(row).filter(submission=row.submission).count():
        raise ValidationError(
            f"您对这一版写了 {number} 条意见,还没有了结。要填报人改的,请退回;不用改的,请先收回或了结,再通过。",
            code="open_comments",
        )
    open_comments(row).update(settled_at=now, settled_by_name=name_of(by))


def _since(row: AnnualReport, stage: Stage) -> str:
    """Since when the step has been waiting, for the figures on workload."""
    moment = row.submitted_at if stage == Stage.UNIT else row.unit_accepted_at
    return moment.isoformat() if moment else ""


def _save(row: AnnualReport) -> None:
    row.version += 1
    row.save()


def _sentence_of_state(row: AnnualReport) -> str:
    if row.state == ReportState.ACCEPTED and row.accepted_at:
        return f"这份年报已于 {day_of(row.accepted_at)} 由{row.accepted_by_name}审核通过。"
    if row.state == ReportState.RETURNED and row.returned_at:
        return f"这份年报已于 {day_of(row.returned_at)} 由{row.returned_by_name}退回,等填报人改好再报。"
    return "这份年报还在填报,没有报送,不能审核。"
