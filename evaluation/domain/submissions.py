"""What filing, filing on behalf and correcting have in common: the version kept as filed, its receipt, the steps."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypedDict

from evaluation.domain.sheet import Sheet
from evaluation.models import AnnualReport, ReportState, ReportStep, StepKind, Submission
from orgs.domain.acting import require_text

# Read aloud over the telephone: no I, O, 0, 1.
CHECK_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class Flag(TypedDict):
    """A soft check that spoke: its key, the question, what it says, and the filer's sentence."""

    key: str
    question: str
    text: str
    remark: str


@dataclass(frozen=True)
class Signing:
    """Who vouches for a filing.

    Attributes:
        name: 签署人.
        post: 职务, "" where there is none.
        second_name: 第二签署人, "" where the round asks for none.
        second_role: code owner or instructor, "" likewise.
        on_behalf: filed by an office for the organization; `name` is then who gave the facts.
    """

    name: str
    post: str = ""
    second_name: str = ""
    second_role: str = ""
    on_behalf: bool = False


def name_of(by: Any) -> str:
    """The name kept beside an act.

    Args:
        by: the acting User, None for the system.
    """
    return (by.name or by.username) if by is not None else "系统"


def store_submission(
    *, report: AnnualReport, sheet: Sheet, flags: Sequence[Flag], signing: Signing, late: bool, by: Any, now: datetime
) -> Submission:
    """Keeps a version as filed and turns the report over to the reviewer; the caller has locked it and checked it.

    Args:
        report: locked, in a state that may be filed.
        sheet: its answers; questions that are not asked as the answers stand are left out of the version.
        flags: soft checks that spoke, each with its sentence.
        signing: who signs.
        late: whether it is a 补报.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        ValidationError: no name of a signer.
    """
    number = report.submissions.count() + 1
    submission = version_as_filed(
        report=report, sheet=sheet, flags=flags, signing=signing, number=number, late=late, by=by, now=now
    )
    submission.save(force_insert=True)
    turn_over(report, submission)
    report.version += 1
    report.save()
    add_step(report, StepKind.SUBMITTED, by=by, now=now, submission=submission)
    return submission


def version_as_filed(
    *,
    report: AnnualReport,
    sheet: Sheet,
    flags: Sequence[Flag],
    signing: Signing,
    number: int,
    late: bool,
    by: Any,
    now: datetime,
) -> Submission:
    """The version a filing would keep, not stored yet.

    Args:
        report: a stored report.
        sheet: its answers.
        flags: soft checks that spoke.
        signing: who signs.
        number: which filing of this report it is, from 1.
        late: whether it is a 补报.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        ValidationError: no name of a signer.
    """
    signer = require_text(signing.name, "signer_name", "请填写签署人姓名。", 40)
    asked = {question.code for question in sheet.asked()}
    answers = {code: value for code, value in report.answers.items() if code in asked}
    signed = (signer, signing.post.strip(), signing.second_name.strip(), signing.second_role)
    digest = _digest(report, number, now, signed, answers, report.remarks)
    return Submission(
        report=report,
        number=number,
        receipt=_receipt(report, number, digest),
        submitted_at=now,
        submitted_by=by,
        submitted_by_name=name_of(by),
        on_behalf=signing.on_behalf,
        signer_name=signer,
        signer_post=signing.post.strip(),
        second_name=signing.second_name.strip(),
        second_role=signing.second_role,
        is_late=late,
        is_correction=report.correcting_since is not None,
        form_code=sheet.read.form.code,
        known=report.known,
        answers=answers,
        remarks=report.remarks,
        flags=list(flags),
        changed=changed_since(report, sheet),
        digest=digest,
    )


def turn_over(report: AnnualReport, submission: Submission) -> None:
    """Sets what a filing sets on the report, which is not stored here.

    Args:
        report: the row.
        submission: its stored version.
    """
    report.submission = submission
    report.state = ReportState.SUBMITTED
    report.submitted_at = submission.submitted_at
    report.submitted_by, report.submitted_by_name = submission.submitted_by, submission.submitted_by_name
    report.first_submitted_at = report.first_submitted_at or submission.submitted_at
    report.started_at = report.started_at or submission.submitted_at
    report.opened_at, report.opened_by_name = None, ""
    report.returned_at, report.returned_by_name, report.return_comment, report.answer_by = None, "", "", None
    report.unit_accepted_at, report.unit_accepted_by_name = None, ""


def changed_since(report: AnnualReport, sheet: Sheet) -> list[str]:
    """Codes of questions whose answer differs from the accepted version, or from what was known where there is none.

    Args:
        report: the report.
        sheet: its answers.
    """
    if report.accepted_submission is None:
        return sheet.changed()
    before = report.accepted_submission.answers
    return [q.code for q in sheet.asked() if sheet.answers.get(q.code, "") != before.get(q.code, "")]


def add_step(
    report: AnnualReport,
    kind: StepKind,
    *,
    by: Any,
    now: datetime,
    text: str = "",
    submission: Submission | None = None,
    detail: dict[str, Any] | None = None,
) -> ReportStep:
    """Writes one step of a report's life.

    Args:
        report: which one.
        kind: what happened.
        by: the acting User, None for the system.
        now: the clock.
        text: the word said with it.
        submission: the version it is about; the present one where left out.
        detail: JSON.
    """
    return ReportStep.objects.create(
        report=report,
        submission=submission or report.submission,
        kind=kind,
        at=now,
        by=by,
        by_name=name_of(by),
        text=text[:500],
        detail=detail or {},
    )


def verifies(submission: Submission) -> bool:
    """Whether a stored version still gives its own digest.

    Args:
        submission: with its report.
    """
    signed = (submission.signer_name, submission.signer_post, submission.second_name, submission.second_role)
    return submission.digest == _digest(
        submission.report, submission.number, submission.submitted_at, signed, submission.answers, submission.remarks
    )


def _digest(
    report: AnnualReport,
    number: int,
    at: datetime,
    signed: tuple[str, ...],
    answers: dict[str, Any],
    remarks: dict[str, str],
) -> str:
    facts = [report.organization_id, report.year, number, at.astimezone(UTC).isoformat(), *signed, answers, remarks]
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _receipt(report: AnnualReport, number: int, digest: str) -> str:
    letters = "".join(CHECK_LETTERS[int(digest[i : i + 2], 16) % len(CHECK_LETTERS)] for i in range(0, 12, 2))
    return f"NB{report.year}-{report.pk:06d}-{number}-{letters}"
