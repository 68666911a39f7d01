"""The demo county's annual reports: last year's, all but a few accepted, and this year's, half of them on their way.

The rounds lie around the day of loading, since a deadline is of today; everything else is the same every time. Accepted
reports of the demo are not written into the register: its figures end in 2012.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from evaluation.domain.check_context import context_of
from evaluation.domain.checks import check_sheet
from evaluation.domain.rounds import open_round
from evaluation.domain.sheet import FormRead, Sheet, read_form, sheet_of
from evaluation.domain.submissions import Flag, Signing, turn_over, version_as_filed
from evaluation.domain.values import Stored
from evaluation.models import (
    AnnualReport,
    AnswerType,
    Comment,
    Question,
    ReportForm,
    ReportState,
    ReportStep,
    Round,
    Stage,
    StepKind,
    Submission,
)
from orgs.domain.acting import day_of
from orgs.domain.demo.names import GIVEN, SURNAMES
from orgs.models import Organization, Placement, RoleAssignment
from orgs.models.organization import Kind
from quannan.base.events import subscribe

SEED = 360729_06
DAYS_LEFT = 20
# Of a hundred reports of this year: how many stand where. The rest has not been begun.
SHARES = (
    (ReportState.ACCEPTED, 12),
    (ReportState.UNIT_ACCEPTED, 10),
    (ReportState.RETURNED, 4),
    (ReportState.SUBMITTED, 24),
)
NEVER_FILED = 3
CHANGED = 15
REMARK = "当年新开一条生产线,人数按年末花名册核对过。"
COMMENT = "与去年相差较多,请核对花名册后说明。"
UNIT_WORD, COUNTY_WORD = "主管党(工)委", "两新工委办公室"
COLUMNS = (
    "answers", "remarks", "same", "state", "submission", "accepted_submission", "started_at", "saved_at", "saved_by_name",
    "first_submitted_at", "submitted_at", "submitted_by", "submitted_by_name", "opened_at", "opened_by_name",
    "returned_at", "returned_by_name", "return_comment", "answer_by", "unit_accepted_at", "unit_accepted_by_name",
    "accepted_at", "accepted_by_name",
)  # fmt: skip


@dataclass(frozen=True)
class Course:
    """How far one report is to come.

    Attributes:
        report: the row.
        state: where it ends.
        filed_at: when it was filed.
        changes: whether an employee count changes so much that a sentence is asked for.
    """

    report: AnnualReport
    state: ReportState
    filed_at: datetime
    changes: bool


@subscribe("demo.load")
def load_demo_reports(*, now: datetime, **payload: object) -> None:
    """Writes both rounds with their reports, once.

    Args:
        now: the clock.
        payload: what else is announced.
    """
    if Round.objects.filter(is_demo=True).exists() or not Organization.objects.filter(is_demo=True).exists():
        return
    form, rng, today = ReportForm.objects.get(code="2011"), Random(SEED), day_of(now)  # noqa: S311 - made up, the same every time
    read = read_form(form)
    kept = _left_open()
    last = _round(form, today.year - 1, opens=now - timedelta(days=320), closes_on=today - timedelta(days=280))
    first_day = now - timedelta(days=310)
    _run(last, read, rng, [_finished(row, rng, first_day, kept) for row in _reports(last)])
    this = _round(form, today.year, opens=now - timedelta(days=20), closes_on=today + timedelta(days=DAYS_LEFT))
    _run(this, read, rng, [_on_its_way(row, rng, now, kept) for row in _reports(this)])


def _left_open() -> set[int]:
    """Organizations of the demo's secretary and filer: theirs of this year are for whoever tries the program."""
    own = RoleAssignment.objects.filter(user__is_demo=True, organization__isnull=False)
    return set(own.values_list("organization_id", flat=True))


def _round(form: ReportForm, year: int, *, opens: datetime, closes_on: date) -> Round:
    first = day_of(opens)
    row = Round.objects.create(
        year=year,
        name=f"{year} 年度年检年报",
        form=form,
        of_kinds=[str(Kind.ENTERPRISE), str(Kind.SOCIAL)],
        as_of=first - timedelta(days=1),
        opens_on=first,
        closes_on=closes_on,
        unit_due_on=closes_on + timedelta(days=15),
        county_due_on=closes_on + timedelta(days=30),
        reminder_days=[10, 3, 1],
        notice="有填表问题请先问主管党(工)委。",
        is_demo=True,
    )
    open_round(round_=row, by=None, now=opens)
    row.refresh_from_db()
    return row


def _reports(row: Round) -> list[AnnualReport]:
    """The reports of demo organizations; a real register beside the demo keeps its own reports as they are."""
    found = AnnualReport.objects.filter(round=row, organization__is_demo=True)
    return list(found.select_related("organization", "round").order_by("organization_id"))


def _finished(row: AnnualReport, rng: Random, first_day: datetime, kept: set[int]) -> Course:
    filed = first_day + timedelta(days=rng.randrange(25), minutes=rng.randrange(480))
    state = ReportState.ACCEPTED
    if rng.randrange(100) < NEVER_FILED and row.organization_id not in kept:
        state = ReportState.DRAFT
    return Course(row, state, filed, rng.randrange(100) < CHANGED)


def _on_its_way(row: AnnualReport, rng: Random, now: datetime, kept: set[int]) -> Course:
    filed = now - timedelta(days=rng.randrange(2, 18), minutes=rng.randrange(480))
    dice, state = rng.randrange(100), ReportState.DRAFT
    for one, share in SHARES:
        if dice < share:
            state = one
            break
        dice -= share
    if row.organization_id in kept:
        state = ReportState.DRAFT
    return Course(row, state, filed, state == ReportState.RETURNED or rng.randrange(100) < CHANGED)


def _run(row: Round, read: FormRead, rng: Random, courses: Iterable[Course]) -> None:
    """Files, reviews and answers a round's reports: a fixed number of statements beside the changed ones' checks."""
    filed = [course for course in courses if course.state != ReportState.DRAFT]
    units = dict(
        Placement.objects.filter(
            organization__in=[c.report.organization_id for c in filed], period__contains=row.closes_on
        ).values_list("organization_id", "unit__name")
    )
    versions: list[Submission] = []
    for course in filed:
        report, sheet = course.report, sheet_of(course.report, read)
        flags = _fill(report, sheet, rng, course)
        report.started_at = course.filed_at - timedelta(minutes=rng.randrange(3, 14))
        report.saved_at, report.saved_by_name = course.filed_at, report.organization.name[:20]
        signer = rng.choice(SURNAMES) + rng.choice(GIVEN)
        signing = Signing(signer, rng.choice(("书记", "办公室主任", "企业联络员")))
        versions.append(
            version_as_filed(
                report=report, sheet=sheet, flags=flags, signing=signing, number=1, late=False, by=None,
                now=course.filed_at,
            )
        )  # fmt: skip
    for course, version in zip(filed, Submission.objects.bulk_create(versions, 200), strict=True):
        version.submitted_by_name = version.signer_name
        turn_over(course.report, version)
        _review(course, units.get(course.report.organization_id, UNIT_WORD), day_of(course.filed_at))
    AnnualReport.objects.bulk_update([c.report for c in filed], COLUMNS, 200)
    ReportStep.objects.bulk_create([step for course in filed for step in _steps(course)], 500)
    Comment.objects.bulk_create([_comment(c.report) for c in filed if c.state == ReportState.RETURNED])


def _fill(report: AnnualReport, sheet: Sheet, rng: Random, course: Course) -> list[Flag]:
    """Answers all that is asked: what is known stays, what is not gets something plausible."""
    for _, questions in sheet.read.sections:
        for question in questions:
            if question in sheet.asked():
                value = sheet.known_value(question.code)
                sheet.answers[question.code] = value if value not in ("", []) else _made_up(question, sheet, rng)
    employees = sheet.answers.get("employees")
    if course.changes and isinstance(employees, int) and employees:
        sheet.answers["employees"] = employees + max(11, employees // 2)
    report.answers = {code: value for code, value in sheet.answers.items() if value != ""}
    changed = set(sheet.changed())
    report.same = {
        section.code: course.filed_at.isoformat()
        for section, questions in sheet.read.sections
        if not changed & {question.code for question in questions}
    }
    if not course.changes:
        return []
    findings = [one for one in check_sheet(sheet, context_of(report, course.filed_at)) if not one.hard]
    report.remarks = {one.key: REMARK for one in findings}
    return [Flag(key=one.key, question=one.question, text=one.sentence, remark=REMARK) for one in findings]


def _made_up(question: Question, sheet: Sheet, rng: Random) -> Stored:
    if not question.required:
        return ""
    if question.code in ("employees", "women", "league_members", "union_members", "probationary_members"):
        return None if question.may_be_unknown else 20
    if question.kind == AnswerType.COUNT:
        return rng.randrange(1, 7)
    if question.kind in (AnswerType.MONEY, AnswerType.MONEY_WAN, AnswerType.AREA):
        return str(rng.randrange(2, 40) * 100)
    if question.kind == AnswerType.YES_NO:
        return "yes" if question.code == "venue" and rng.randrange(3) == 0 else "no"
    if question.kind == AnswerType.CHOICE:
        return next(iter(sheet.read.choices.of(question)), "")
    if question.kind == AnswerType.DATE:
        return "2011-03-31"
    return "无"


def _review(course: Course, unit: str, filed_on: date) -> None:
    """Sets the dates a state has; the report is stored by the caller."""
    report, at = course.report, course.filed_at
    if course.state == ReportState.SUBMITTED:
        return
    report.state = course.state
    report.opened_at, report.opened_by_name = at + timedelta(hours=3), unit
    if course.state == ReportState.RETURNED:
        report.returned_at, report.returned_by_name = at + timedelta(hours=4), unit
        report.return_comment = "请按意见核对从业人员后再报。"
        report.answer_by = max(report.round.closes_on, filed_on + timedelta(days=7))
        return
    report.unit_accepted_at, report.unit_accepted_by_name = at + timedelta(hours=5), unit
    if course.state == ReportState.ACCEPTED:
        report.accepted_at, report.accepted_by_name = at + timedelta(hours=30), COUNTY_WORD
        report.accepted_submission = report.submission


def _steps(course: Course) -> list[ReportStep]:
    report = course.report
    told: list[tuple[StepKind, datetime | None, str, str]] = [
        (StepKind.SUBMITTED, report.submitted_at, report.submitted_by_name, ""),
        (StepKind.OPENED, report.opened_at, report.opened_by_name, ""),
        (StepKind.RETURNED, report.returned_at, report.returned_by_name, report.return_comment),
        (StepKind.UNIT_ACCEPTED, report.unit_accepted_at, report.unit_accepted_by_name, ""),
        (StepKind.ACCEPTED, report.accepted_at, report.accepted_by_name, ""),
    ]
    since: dict[str, Any] = {"since": report.submitted_at.isoformat()} if report.submitted_at else {}
    decided = (StepKind.RETURNED, StepKind.UNIT_ACCEPTED, StepKind.ACCEPTED)
    return [
        ReportStep(
            report=report, submission=report.submission, kind=kind, at=at, by_name=name, text=text,
            detail=since if kind in decided else {},
        )
        for kind, at, name, text in told
        if at is not None
    ]  # fmt: skip


def _comment(report: AnnualReport) -> Comment:
    return Comment(
        report=report, submission=report.submission, question="employees", stage=Stage.UNIT, text=COMMENT,
        made_at=report.returned_at or report.created_at, made_by_name=report.returned_by_name,
    )  # fmt: skip
