"""更正: an accepted report is opened again for its filer; both versions stay, and what was accepted counts meanwhile."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime

from evaluation.domain.gate import require_correction
from evaluation.domain.submissions import add_step
from evaluation.models import EDITABLE, AnnualReport, ReportState, ReportStep, StepKind, Submission
from evaluation.permissions import may_file, may_file_for_others, reaches
from orgs.domain.acting import acting, locked, require_text
from orgs.domain.refusals import NotAllowed
from quannan.base.domain import audit
from quannan.base.errors import Refused

NOT_YOURS = "您的角色不能更正这家组织的年报,请由它的填报人或主管党(工)委办理。"
# What an acceptance leaves on the report, to be put back when the correction is dropped.
MOMENTS = ("submitted_at", "opened_at", "unit_accepted_at", "accepted_at")
NAMES = ("submitted_by_name", "opened_by_name", "unit_accepted_by_name", "accepted_by_name")


def start_correction(*, report: AnnualReport, reason: str, by: Any, now: datetime) -> AnnualReport:
    """Opens an accepted report for correction, in the days the round gives; the answers stay as accepted.

    Args:
        report: an accepted one.
        reason: what is wrong.
        by: the acting User, None for the system: the filer, or the office that files on behalf.
        now: the clock.

    Raises:
        NotAllowed: the organization is not the actor's.
        Closed: it is not accepted, or the days are over.
        ValidationError: no reason.
    """
    require_filer(report, by)
    reason = require_text(reason, "reason", "请写明哪里填错了、为什么更正。")
    with acting(by, reason):
        row = locked(report)
        require_correction(row.round, row, now)
        accepted = {name: getattr(row, name).isoformat() for name in MOMENTS if getattr(row, name)}
        accepted |= {name: getattr(row, name) for name in NAMES}
        accepted |= {"submitted_by": row.submitted_by_id, "same": row.same}
        row.state = ReportState.DRAFT
        _clear(row)
        row.submission = None
        row.correcting_since, row.correction_reason = now, reason
        row.version += 1
        row.save()
        add_step(
            row, StepKind.CORRECTING, by=by, now=now, text=reason, submission=row.accepted_submission,
            detail={"accepted": accepted},
        )  # fmt: skip
        audit.record(action="report.correct", by=by, now=now, obj=row, detail={"reason": reason})
    return row


def drop_correction(*, report: AnnualReport, by: Any, now: datetime) -> AnnualReport:
    """Gives a correction up: the report is accepted as it was, with the answers and days of that acceptance.

    Args:
        report: one under correction that is the filer's to write.
        by: the acting User, None for the system: the filer, or the office that files on behalf.
        now: the clock.

    Raises:
        NotAllowed: the organization is not the actor's.
        Refused: it lies with a reviewer.
        ValidationError: nothing is being corrected.
    """
    require_filer(report, by)
    with acting(by):
        row = locked(report)
        before = row.accepted_submission
        begun = ReportStep.objects.filter(report=row, kind=StepKind.CORRECTING).order_by("-at", "-pk").first()
        if row.correcting_since is None or before is None or begun is None:
            raise ValidationError("这份年报没有在更正,不用放弃。", code="not_correcting")
        if row.state not in EDITABLE:
            raise Refused("更正已报送,正在审核。还没有打开审核的,请先撤回再放弃;已打开的,请联系审核人退回。")
        _clear(row)
        _put_back(row, before, begun.detail["accepted"])
        row.correcting_since, row.correction_reason = None, ""
        row.version += 1
        row.save()
        add_step(row, StepKind.CORRECTION_DROPPED, by=by, now=now, submission=before)
        audit.record(action="report.drop_correction", by=by, now=now, obj=row)
    return row


def require_filer(report: AnnualReport, by: Any) -> None:
    """Refuses whoever neither files for the organization nor files on behalf of those in scope.

    Args:
        report: with its organization.
        by: the acting User, None for the system.

    Raises:
        NotAllowed: neither.
    """
    if by is not None and not may_correct(report, by):
        raise NotAllowed(NOT_YOURS)


def may_correct(report: AnnualReport, user: Any) -> bool:
    """Whether an account files for the organization or on its behalf.

    Args:
        report: with its organization.
        user: the signed-in User.
    """
    return (may_file(user) and reaches(user, "reports.file", report.organization)) or (
        may_file_for_others(user) and reaches(user, "reports.file_for", report.organization)
    )


def _clear(row: AnnualReport) -> None:
    for moment in (*MOMENTS, "returned_at", "answer_by", "submitted_by"):
        setattr(row, moment, None)
    for name in (*NAMES, "returned_by_name", "return_comment"):
        setattr(row, name, "")


def _put_back(row: AnnualReport, before: Submission, accepted: dict[str, Any]) -> None:
    for moment in MOMENTS:
        setattr(row, moment, parse_datetime(accepted.get(moment, "")))
    for name in NAMES:
        setattr(row, name, accepted[name])
    row.submitted_by_id = accepted["submitted_by"]
    row.same = accepted["same"]
    row.state, row.submission = ReportState.ACCEPTED, before
    row.known, row.answers, row.remarks = before.known, before.answers, before.remarks
