"""Filling in and filing a report: saving, 无变化, signing, withdrawing, answering the reviewer.

Page, workbook and API write through these functions alone; each asks the gate first.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from evaluation.domain.check_context import context_of
from evaluation.domain.checks import Finding, check_sheet, explained
from evaluation.domain.gate import Gate, filing_gate, require_filing
from evaluation.domain.lateness import oldest_open_year
from evaluation.domain.sheet import NOTHING, FormRead, Sheet, read_form, sheet_of
from evaluation.domain.submissions import Flag, Signing, add_step, name_of, store_submission
from evaluation.domain.values import Choices, Stored, load_choices, read_answer
from evaluation.models import (
    AnnualReport,
    Comment,
    Question,
    ReportState,
    ReportStep,
    Section,
    StepKind,
    Submission,
)
from evaluation.models.rounds import SecondCertifier
from evaluation.permissions import may_file, may_file_for_others, reaches
from orgs.domain.acting import acting, require_text
from orgs.domain.refusals import NotAllowed
from orgs.models import Organization
from orgs.permissions import scope_for
from quannan.base.domain import audit
from quannan.base.errors import Refused

NO_FILING = "您的角色不能填报这份年报。填报由本组织的书记或企业联络员办理,主管党(工)委可以代报。"
NOT_ASKED = "按现在的回答,不问“{}”;请先写入它所取决的问题。"
REMARK_LENGTH = 300
ANSWER_LENGTH = 500
_REMARK_KEY = re.compile(r"^[a-z_]{1,32}\.[a-z0-9_]{1,40}$")


@dataclass(frozen=True)
class Conflict:
    """An answer that somebody else, or another window, changed since the page was opened; it was left as it stands.

    Attributes:
        theirs: what stands now.
        mine: what was typed.
    """

    theirs: Stored
    mine: Stored


@dataclass
class Saved:
    """What became of a saving.

    Attributes:
        accepted: code → value as stored now.
        errors: code → the sentence that says what would pass; nothing of it was stored.
        conflicts: code → both values.
        at: when.
        sheet: the sheet as it stands after it.
    """

    at: datetime
    accepted: dict[str, Stored] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    conflicts: dict[str, Conflict] = field(default_factory=dict)
    sheet: Sheet | None = None


@dataclass(frozen=True)
class Problem:
    """One thing that keeps a report from being filed.

    Attributes:
        kind: lacking, hard, soft, comment or second.
        section: code of the section, "" where it belongs to none.
        question: code of the question, "" likewise.
        sentence: what is to be done.
        key: the finding's key or the comment's, "" elsewhere.
    """

    kind: str
    section: str
    question: str
    sentence: str
    key: str = ""


class NotReady(Refused):
    """The report cannot be filed yet; everything that is lacking is told at once.

    Attributes:
        problems: in the form's order.
    """

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(f"还有 {len(problems)} 处要补全或说明,办好后才能报送。")
        self.problems = tuple(problems)


def way_of_filing(by: Any, organization: Organization) -> str:
    """Whether an account files for an organization itself ("own"), on its behalf ("behalf"), or not at all ("").

    Args:
        by: the signed-in User; None, the system, files on behalf.
        organization: whose report.
    """
    if by is None:
        return "behalf"
    if organization.merged_into_id is not None:
        return ""
    for capability, allowed, way in (
        ("reports.file", may_file(by), "own"),
        ("reports.file_for", may_file_for_others(by), "behalf"),
    ):
        if not allowed:
            continue
        scope = scope_for(by, capability)
        # Told without a query where possible: it is asked on every saving.
        if scope.county or organization.pk in scope.organization_ids or reaches(by, capability, organization):
            return way
    return ""


def gate_for(report: AnnualReport, now: datetime) -> Gate:
    """The gate's answer for a report, with the years that go before it.

    Args:
        report: with its round.
        now: the clock.
    """
    return filing_gate(report.round, report, now, oldest_open_year=_oldest_open_year(report, now))


def save_answers(
    *,
    report: AnnualReport,
    typed: dict[str, Any],
    seen: dict[str, Stored] | None = None,
    remarks: dict[str, str] | None = None,
    whole: bool = False,
    by: Any,
    now: datetime,
) -> Saved:
    """Stores what was typed, as far as it can be read; the rest comes back with its sentence.

    Args:
        report: which one; only its key is read.
        typed: question's code → text, or a list of texts for several choices.
        seen: question's code → the stored answer the page had shown ("" for none); an answer that changed meanwhile
            is not overwritten. None overwrites.
        remarks: check's key → sentence; an empty one is removed.
        whole: all or nothing: one answer that cannot be taken, or is not asked for, leaves the others unstored too.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        AnnualReport.DoesNotExist: out of sight.
        NotAllowed: the account does not file for the organization.
        Closed: by the gate.
    """
    with transaction.atomic():
        row = _locked(report.pk, by)
        _require(row, by, now)
        read = _form_for(row, typed)
        sheet = sheet_of(row, read)
        saved = Saved(now, sheet=sheet)
        _take(sheet, typed, seen, saved)
        if whole:
            unasked = typed.keys() - saved.accepted.keys() - saved.errors.keys() - saved.conflicts.keys()
            saved.errors |= {code: NOT_ASKED.format(read.by_code[code].label) for code in unasked if typed[code]}
            if saved.errors:
                return saved
        _take_remarks(sheet, remarks or {})
        _store(row, sheet, by, now)
    return saved


def confirm_same(*, report: AnnualReport, section: Section | None, by: Any, now: datetime) -> list[str]:
    """无变化: answers a section as known; without one, every section of which something is known and nothing changed.

    Args:
        report: which one; only its key is read.
        section: which section; None for all.
        by: the acting User, None for the system.
        now: the clock.

    Returns:
        The codes of the sections confirmed.

    Raises:
        AnnualReport.DoesNotExist: out of sight.
        NotAllowed: the account does not file for the organization.
        Closed: by the gate.
        Refused: nothing is known that could be confirmed.
    """
    with transaction.atomic():
        row = _locked(report.pk, by)
        _require(row, by, now)
        sheet = sheet_of(row, read_form(row.round.form))
        confirmed = []
        for one, _ in sheet.read.sections:
            if section is not None and one.pk != section.pk or section is None and changed_in(sheet, one):
                continue
            given = sheet.confirm_same(one)
            if given:
                sheet.answers |= given
                sheet.same[one.code] = now.isoformat()
                confirmed.append(one.code)
        if not confirmed:
            raise Refused("这里没有已知的内容可以确认,请逐项填写。")
        _store(row, sheet, by, now)
    return confirmed


def undo_same(*, report: AnnualReport, section: Section, by: Any, now: datetime) -> None:
    """Takes 无变化 back: the section's questions are open again, with what is known shown beside them.

    Args:
        report: which one; only its key is read.
        section: which section.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        AnnualReport.DoesNotExist: out of sight.
        NotAllowed: the account does not file for the organization.
        Closed: by the gate.
    """
    with transaction.atomic():
        row = _locked(report.pk, by)
        _require(row, by, now)
        sheet = sheet_of(row, read_form(row.round.form))
        if sheet.same.pop(section.code, None) is None:
            return
        for question in dict(_questions(sheet.read))[section.code]:
            if question.code in sheet.known and sheet.answers.get(question.code) == sheet.known_value(question.code):
                del sheet.answers[question.code]
        _store(row, sheet, by, now)


def problems_of(report: AnnualReport, sheet: Sheet, findings: list[Finding]) -> list[Problem]:
    """Everything that keeps a report from being filed, section by section; the signature aside.

    Args:
        report: with its round.
        sheet: its answers.
        findings: what the checks say of it.
    """
    found: list[Problem] = []
    for section, _ in sheet.read.sections:
        found += [Problem("lacking", section.code, q.code, f"“{q.label}”还没有填。") for q in sheet.lacking(section)]
        for one in findings:
            if one.sections[:1] != (section.code,):
                continue
            if one.hard:
                found.append(Problem("hard", section.code, one.question, one.sentence, one.key))
            elif not explained(one, sheet.remarks):
                found.append(Problem("soft", section.code, one.question, one.sentence, one.key))
    section_of = {q.code: section.code for section, questions in sheet.read.sections for q in questions}
    for comment in open_comments(report):
        label = sheet.read.by_code[comment.question].label if comment.question in sheet.read.by_code else "整份年报"
        sentence = f"审核人对“{label}”的意见还没有答复:{comment.text}"
        found.append(
            Problem("comment", section_of.get(comment.question, ""), comment.question, sentence, str(comment.pk))
        )
    return found


def open_comments(report: AnnualReport) -> list[Comment]:
    """The reviewer's comments that the filer has not answered yet.

    Args:
        report: which one.
    """
    return list(Comment.objects.filter(report=report, answered_at=None, settled_at=None).order_by("made_at", "id"))


def submit_report(*, report: AnnualReport, signing: Signing, by: Any, now: datetime) -> Submission:
    """Files a report as it stands; it is then the reviewer's turn.

    Args:
        report: which one; only its key is read.
        signing: who signs; whether it is on behalf follows from the account.
        by: the acting User, None for the system.
        now: the clock.

    Returns:
        The version as filed, with its receipt.

    Raises:
        AnnualReport.DoesNotExist: out of sight.
        NotAllowed: the account does not file for the organization.
        Closed: by the gate.
        NotReady: with everything that is lacking, wrong, unexplained or unanswered.
        ValidationError: by field: signer_name, second_name, second_role.
    """
    with acting(by):
        row = _locked(report.pk, by)
        way, gate = _require(row, by, now)
        sheet = sheet_of(row, read_form(row.round.form))
        findings = check_sheet(sheet, context_of(row, now))
        if problems := problems_of(row, sheet, findings):
            raise NotReady(problems)
        flags = [
            Flag(key=one.key, question=one.question, text=one.sentence, remark=sheet.remarks[one.key].strip())
            for one in findings
        ]
        submission = store_submission(
            report=row,
            sheet=sheet,
            flags=flags,
            signing=_checked(signing, row, way),
            late=gate.late,
            by=by,
            now=now,
        )
        audit.record(
            action="report.submit" if way == "own" else "report.submit_for",
            by=by,
            now=now,
            obj=row,
            detail={"receipt": submission.receipt, "signer": submission.signer_name},
        )
    return submission


def withdraw_report(*, report: AnnualReport, by: Any, now: datetime) -> AnnualReport:
    """Takes a filed report back, until a reviewer opens it; what was filed stays as a version.

    Args:
        report: which one; only its key is read.
        by: the acting User, None for the system.
        now: the clock.

    Returns:
        The report, to be filled in again.

    Raises:
        AnnualReport.DoesNotExist: out of sight.
        NotAllowed: the account does not file for the organization.
        Closed: by the gate: what could not be filed again is not withdrawn.
        Refused: it is not filed, or a reviewer has opened it.
    """
    with acting(by):
        row = _locked(report.pk, by)
        if not way_of_filing(by, row.organization):
            raise NotAllowed(NO_FILING)
        if not may_be_withdrawn(row):
            raise Refused(
                "审核人已打开这份年报,不能撤回。要改的,请联系审核人退回。"
                if row.state != ReportState.DRAFT
                else "这份年报还没有报送,不用撤回。"
            )
        submission = row.submission
        row.state = ReportState.DRAFT
        require_filing(row.round, row, now, oldest_open_year=_oldest_open_year(row, now))
        row.submission = row.submitted_at = row.submitted_by = None
        row.submitted_by_name = ""
        row.version += 1
        row.save()
        add_step(row, StepKind.WITHDRAWN, by=by, now=now, submission=submission)
        audit.record(
            action="report.withdraw",
            by=by,
            now=now,
            obj=row,
            detail={"receipt": submission.receipt if submission else ""},
        )
    return row


def may_be_withdrawn(report: AnnualReport) -> bool:
    """Whether it is filed and no reviewer has opened it.

    Args:
        report: as it stands.
    """
    return report.state == ReportState.SUBMITTED and report.opened_at is None


def answer_comment(*, comment: Comment, text: str, by: Any, now: datetime) -> Comment:
    """Answers a reviewer's comment; an answer may be put right until the report is filed again.

    Args:
        comment: which one.
        text: the answer.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        AnnualReport.DoesNotExist: out of sight.
        NotAllowed: the account does not file for the organization.
        Closed: by the gate.
        ValidationError: no text, under "answer".
    """
    with acting(by):
        row = _locked(comment.report_id, by)
        _require(row, by, now)
        fresh = Comment.objects.select_for_update().get(pk=comment.pk)
        if fresh.settled_at is not None:
            raise Refused("这条意见已了结,不用再答复。")
        fresh.answer = require_text(text, "answer", "请写明答复。", ANSWER_LENGTH)
        fresh.answered_at, fresh.answered_by_name = now, name_of(by)
        fresh.save(update_fields=["answer", "answered_at", "answered_by_name"])
    return fresh


def changed_in(sheet: Sheet, section: Section) -> list[str]:
    """Codes of a section's answered questions whose answer differs from what was known.

    Args:
        sheet: the answers.
        section: which one.
    """
    return [
        q.code
        for q in sheet.asked(section)
        if q.code in sheet.answers and _plain(sheet.answers[q.code]) != _plain(sheet.known_value(q.code))
    ]


def _plain(value: Stored) -> Stored:
    return "" if value in NOTHING else value


def _locked(pk: int, by: Any) -> AnnualReport:
    rows = AnnualReport.objects.all() if by is None else AnnualReport.objects.visible_to(by)
    rows = rows.select_related("organization", "round__form").order_by()
    row: AnnualReport = rows.select_for_update(of=("self",)).get(pk=pk)
    return row


def _require(row: AnnualReport, by: Any, now: datetime) -> tuple[str, Gate]:
    """Who may, and may it be done now."""
    way = way_of_filing(by, row.organization)
    if not way:
        raise NotAllowed(NO_FILING)
    return way, require_filing(row.round, row, now, oldest_open_year=_oldest_open_year(row, now))


def _oldest_open_year(row: AnnualReport, now: datetime) -> int | None:
    """Asked only where the report itself is to be filed late."""
    if row.late_until is None:
        return None
    return oldest_open_year(row.organization, now)


def _form_for(row: AnnualReport, typed: dict[str, Any]) -> FormRead:
    """The row's form with the lists that the typed questions choose from: two or three queries, saved every second."""
    rows = Question.objects.filter(section__form=row.round.form_id).select_related("section")
    parts: dict[int, tuple[Section, list[Question]]] = {}
    for question in rows.order_by("section__order", "order"):
        parts.setdefault(question.section_id, (question.section, []))[1].append(question)
    wanted = (question for _, questions in parts.values() for question in questions if question.code in typed)
    choices: Choices = load_choices(wanted)
    return FormRead(row.round.form, tuple((one, tuple(questions)) for one, questions in parts.values()), choices)


def _questions(read: FormRead) -> list[tuple[str, tuple[Question, ...]]]:
    return [(section.code, questions) for section, questions in read.sections]


def _take(sheet: Sheet, typed: dict[str, Any], seen: dict[str, Stored] | None, saved: Saved) -> None:
    """Reads what was typed into the sheet, in the form's order: one answer may ask for the next."""
    for section, questions in sheet.read.sections:
        for question in questions:
            code = question.code
            if code not in typed or not is_asked(sheet, question):
                continue
            try:
                value = read_answer(question, typed[code], sheet.read.choices)
            except ValidationError as error:
                saved.errors[code] = error.messages[0]
                continue
            stands = sheet.answers.get(code, "")
            if seen is not None and code in seen and _plain(seen[code]) != _plain(stands) != _plain(value):
                saved.conflicts[code] = Conflict(stands, value)
                continue
            if value in NOTHING and code not in sheet.answers and sheet.known_value(code) in NOTHING:
                continue
            sheet.answers[code] = saved.accepted[code] = value
        if changed_in(sheet, section):
            sheet.same.pop(section.code, None)
    for code in typed.keys() - sheet.read.by_code.keys():
        saved.errors[code] = f"表里没有“{code}”这个问题。"


def is_asked(sheet: Sheet, question: Question) -> bool:
    """Whether a question is asked of this organization as its answers stand.

    Args:
        sheet: the answers.
        question: one of its form.
    """
    wanted = not question.depends_on or sheet.answers.get(question.depends_on) in question.depends_values
    return wanted and question.asked_of(sheet.kind, sheet.year)


def _take_remarks(sheet: Sheet, remarks: dict[str, str]) -> None:
    for key, text in remarks.items():
        code = key.rpartition(".")[2]
        if not _REMARK_KEY.match(key) or code not in sheet.read.by_code:
            continue
        if told := str(text or "").strip()[:REMARK_LENGTH]:
            sheet.remarks[key] = told
        else:
            sheet.remarks.pop(key, None)


def _store(row: AnnualReport, sheet: Sheet, by: Any, now: datetime) -> None:
    begins = row.started_at is None
    AnnualReport.objects.filter(pk=row.pk).update(
        answers=sheet.answers,
        remarks=sheet.remarks,
        same=sheet.same,
        started_at=now if begins else row.started_at,
        saved_at=max(now, row.started_at or now),
        saved_by_name=name_of(by),
    )
    if begins and not ReportStep.objects.filter(report=row, kind=StepKind.STARTED).exists():
        add_step(row, StepKind.STARTED, by=by, now=now)


def _checked(signing: Signing, row: AnnualReport, way: str) -> Signing:
    asked = row.round.second_certifier
    allowed = {
        SecondCertifier.NONE: (),
        SecondCertifier.EITHER: (SecondCertifier.OWNER, SecondCertifier.INSTRUCTOR),
    }.get(SecondCertifier(asked), (SecondCertifier(asked),))
    second, role = signing.second_name.strip(), signing.second_role
    if not allowed:
        second, role = "", ""
    elif len(allowed) == 1:
        role = allowed[0]
    problems = {}
    if not signing.name.strip():
        problems["signer_name"] = ValidationError("请填写签署人姓名。", code="required")
    if allowed and not second:
        problems["second_name"] = ValidationError("本批次须有第二签署人,请填写姓名。", code="required")
    if allowed and role not in allowed:
        problems["second_role"] = ValidationError("请选择第二签署人是业主还是党建工作指导员。", code="required")
    if problems:
        raise ValidationError(problems)
    return replace(signing, second_name=second, second_role=str(role), on_behalf=way == "behalf")
