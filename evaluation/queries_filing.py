"""What the pages of filling in and filing read."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from evaluation.domain.checks import Finding, explained
from evaluation.domain.filing import changed_in, gate_for, is_asked, may_be_withdrawn
from evaluation.domain.gate import Gate
from evaluation.domain.sheet import NOTHING, FormRead, Sheet, read_form
from evaluation.domain.values import UNKNOWN_WORD, Stored, typed_form, words_of
from evaluation.models import (
    AnnualReport,
    AnswerType,
    Comment,
    Question,
    ReportForm,
    ReportState,
    ReportStep,
    Section,
    Submission,
)
from orgs.permissions import scope_for

# More to choose from than this is a list to open, not buttons.
FEW = 6


@dataclass
class Tag:
    """A word with its shape and tone.

    Attributes:
        word: what is read.
        tone: met, due, late or na.
        shape: a sign beside the word.
    """

    word: str
    tone: str = "na"
    shape: str = "○"


@dataclass
class Item:
    """One question as a page shows it.

    Attributes:
        question: the question.
        value: what stands in the field.
        seen: the stored answer, as JSON, told again on saving.
        asked: whether it is asked as the answers stand.
        unknown: whether 不清楚 is the answer.
        known: what is known, in words, "" for nothing.
        whence: where that comes from and of which day.
        last: last year's answer in words, "" where there is none or it says the same.
        changed: whether the answer differs from what is known.
        options: (code, label, chosen) where one chooses.
        findings: what the checks say at it, with the sentence given.
        error: why what was typed was not stored.
        conflict: what somebody else made of it meanwhile, as a sentence.
        mine, theirs: both values of a conflict in words.
        theirs_typed: the stored one as its field takes it, as JSON.
        comments: the reviewer's.
    """

    question: Question
    value: str
    seen: str
    asked: bool
    unknown: bool = False
    known: str = ""
    whence: str = ""
    last: str = ""
    changed: bool = False
    options: list[tuple[str, str, bool]] = field(default_factory=list)
    findings: list[tuple[Finding, str]] = field(default_factory=list)
    error: str = ""
    conflict: str = ""
    mine: str = ""
    theirs: str = ""
    theirs_typed: str = ""
    comments: list[Comment] = field(default_factory=list)

    @property
    def few(self) -> bool:
        return len(self.options) <= FEW

    @property
    def many(self) -> bool:
        return self.question.kind == AnswerType.MANY

    @property
    def numeric(self) -> bool:
        return self.question.kind in (AnswerType.COUNT, AnswerType.MONEY, AnswerType.MONEY_WAN, AnswerType.AREA)


@dataclass
class Part:
    """One section as the task list shows it.

    Attributes:
        section: the section.
        tag: its state in words.
        lacking: required questions without an answer.
        findings: hard ones and soft ones without a sentence.
        shown: (question, words, where from) of what is known, for 无变化.
        same: whether it was confirmed as 无变化.
        may_confirm: whether 无变化 is offered.
    """

    section: Section
    tag: Tag
    lacking: list[Question]
    findings: list[Finding]
    shown: list[tuple[Question, str, str]]
    same: bool
    may_confirm: bool


def own_reports(user) -> QuerySet[AnnualReport]:
    """The reports an account files itself, the newest year first.

    Args:
        user: the signed-in User.
    """
    own = scope_for(user, "reports.file").organization_ids
    rows = AnnualReport.objects.visible_to(user).filter(organization__in=own)
    return rows.select_related("organization", "round", "submission").order_by("-year", "organization__sort_key", "id")


def signed_versions(user) -> QuerySet[Submission]:
    """The versions an account filed itself for organizations it no longer files for, the newest first.

    Args:
        user: the signed-in User.
    """
    own = scope_for(user, "reports.file").organization_ids
    rows = Submission.objects.filter(submitted_by=user).exclude(report__organization__in=own)
    return rows.select_related("report__organization", "report__round").order_by("-submitted_at", "-id")


def has_filed_before(user) -> bool:
    """Whether an account has filed some report already.

    Args:
        user: the signed-in User.
    """
    return Submission.objects.filter(submitted_by=user).exists()


def report_seen(user, pk: int) -> QuerySet[AnnualReport]:
    """One report in the account's sight, with all its page reads.

    Args:
        user: the signed-in User.
        pk: its key.
    """
    rows = AnnualReport.objects.visible_to(user).filter(pk=pk)
    return rows.select_related("organization", "round__form", "submission", "accepted_submission")


def versions_seen(user) -> QuerySet[Submission]:
    """Versions of reports in the account's sight, and those it signed itself.

    Args:
        user: the signed-in User.
    """
    return Submission.objects.visible_to(user).select_related("report__organization", "report__round__form")


def form_of_version(version: Submission) -> FormRead:
    """The form a version was filed under.

    Args:
        version: which one.
    """
    return read_form(ReportForm.objects.get(code=version.form_code))


def version_rows(version: Submission, read: FormRead) -> list[tuple[Section, list[tuple[Question, str, str, bool]]]]:
    """A version section by section: question, answer, what was known, whether it changed.

    Args:
        version: which one.
        read: its form.
    """
    parts = []
    for section, questions in read.sections:
        rows = [
            (
                q,
                words_of(q, version.answers[q.code], read.choices) or "(空)",
                words_of(q, version.known.get(q.code, {}).get("v", ""), read.choices),
                q.code in version.changed,
            )
            for q in questions
            if q.code in version.answers
        ]
        if rows:
            parts.append((section, rows))
    return parts


def life_of(report: AnnualReport) -> tuple[list[Submission], list[ReportStep], list[Comment]]:
    """Versions, steps and comments of a report, the newest first.

    Args:
        report: which one.
    """
    return (
        list(Submission.objects.filter(report=report).order_by("-number")),
        list(ReportStep.objects.filter(report=report).order_by("-at", "-id")),
        list(Comment.objects.filter(report=report).select_related("submission").order_by("-made_at", "-id")),
    )


def state_tag(report: AnnualReport) -> Tag:
    """Where a report stands, in the filer's words.

    Args:
        report: which one.
    """
    match report.state:
        case ReportState.DRAFT:
            return Tag("填报中" if report.started_at else "还没有开始", "due", "!")
        case ReportState.RETURNED:
            return Tag("退回,请修改", "late", "▲")
        case ReportState.ACCEPTED:
            return Tag("已通过", "met", "✓")
    return Tag(report.get_state_display(), "na", "○")


def sentence_of(report: AnnualReport, gate: Gate) -> str:
    """What the filer should know about a report, in one sentence.

    Args:
        report: with its submission.
        gate: whether it may be written now.
    """
    if report.state == ReportState.ACCEPTED:
        return "县里已审核通过,这一年办完了。"
    if report.submission is not None and report.state in (ReportState.SUBMITTED, ReportState.UNIT_ACCEPTED):
        return f"已报送,回执编号 {report.submission.receipt}。" + (
            "审核人打开以前可以撤回。" if may_be_withdrawn(report) else "正在审核,不用再做什么。"
        )
    if not gate.open:
        return gate.sentence
    if report.state == ReportState.RETURNED:
        return f"退回意见:{report.return_comment}"
    return "填好后签署报送。" if report.started_at else "已知的内容已经填在表里,核对后报送。"


@dataclass
class Card:
    """One report on 我的年报."""

    report: AnnualReport
    tag: Tag
    gate: Gate
    sentence: str


def card_of(report: AnnualReport, now: datetime) -> Card:
    """A report as 我的年报 shows it.

    Args:
        report: with organization, round and submission.
        now: the clock.
    """
    gate = gate_for(report, now)
    return Card(report, state_tag(report), gate, sentence_of(report, gate))


def item_of(
    sheet: Sheet,
    question: Question,
    *,
    last: dict[str, Stored],
    findings: list[Finding],
    comments: list[Comment],
    typed: dict[str, Any] | None = None,
) -> Item:
    """A question as a page shows it.

    Args:
        sheet: the report's answers.
        question: one of its form.
        last: last year's answers.
        findings: what the checks say of the sheet.
        comments: the reviewer's that are open.
        typed: what was just typed and could not be stored, by code.
    """
    code = question.code
    answer, value = sheet.answers.get(code, ""), sheet.shown(code)
    told = sheet.known.get(code)
    choices = sheet.read.choices.of(question)
    known = sheet.words(code, sheet.known_value(code))
    last_words = words_of(question, last.get(code, ""), sheet.read.choices)
    item = Item(
        question,
        value="" if isinstance(value, list) else typed_form(question, value),
        seen=json.dumps(answer, ensure_ascii=False),
        asked=is_asked(sheet, question),
        unknown=value is None,
        known=known,
        whence=(f"{told['w']},截至 {told['d']}" if told["d"] else told["w"]) if told and known else "",
        last=last_words if last_words != known else "",
        changed=code in sheet.answers and code in sheet.known and answer != sheet.known_value(code),
        options=[(c, label, c in value if isinstance(value, list) else c == value) for c, label in choices.items()],
        findings=[(one, sheet.remarks.get(one.key, "")) for one in findings if one.question == code],
        comments=[one for one in comments if one.question == code],
    )
    if typed is not None and code in typed:
        item.unknown = typed[code] == UNKNOWN_WORD
        chosen = typed[code]
        if isinstance(chosen, list):
            item.options = [(c, label, c in chosen) for c, label, _ in item.options]
        else:
            item.value = "" if item.unknown else chosen
            item.options = [(c, label, c == chosen) for c, label, _ in item.options]
    return item


def field_form(question: Question, value: Stored) -> str | list[str]:
    """A stored value as the field of its question takes it, 不清楚 as that word.

    Args:
        question: the question.
        value: as stored.
    """
    if value is None:
        return UNKNOWN_WORD
    return value if isinstance(value, list) else typed_form(question, value)


def part_of(sheet: Sheet, section: Section, findings: list[Finding]) -> Part:
    """A section as the task list shows it.

    Args:
        sheet: the report's answers.
        section: one of its form.
        findings: what the checks say of the sheet.
    """
    asked = sheet.asked(section)
    lacking = sheet.lacking(section)
    open_ = [
        one
        for one in findings
        if one.sections[:1] == (section.code,) and (one.hard or not explained(one, sheet.remarks))
    ]
    answered = any(q.code in sheet.answers for q in asked)
    same = section.code in sheet.same
    if not answered:
        tag = Tag("未开始", "due", "!") if lacking else Tag("可不填", "na", "○")
    elif lacking:
        tag = Tag(f"还缺 {len(lacking)} 项", "due", "!")
    elif open_:
        tag = Tag(f"有 {len(open_)} 处要说明", "due", "!")
    else:
        tag = Tag("无变化" if same else "已填好", "met", "✓")
    known = sheet.confirm_same(section)
    shown = [
        (q, sheet.words(q.code, sheet.known_value(q.code)) or "(空)", _whence(sheet, q.code))
        for q in dict(_parts(sheet.read))[section.pk]
        if q.code in known
    ]
    may = bool(known) and not same and not changed_in(sheet, section)
    return Part(section, tag, lacking, open_, shown, same, may)


def _parts(read: FormRead) -> list[tuple[int, tuple[Question, ...]]]:
    return [(section.pk, questions) for section, questions in read.sections]


def _whence(sheet: Sheet, code: str) -> str:
    told = sheet.known[code]
    return f"{told['w']},截至 {told['d']}" if told["d"] else str(told["w"])


def differences_of(sheet: Sheet) -> list[tuple[Question, str, str]]:
    """Answered questions whose answer differs from what was known: question, known, answer.

    Args:
        sheet: the report's answers.
    """
    return [
        (
            sheet.read.by_code[code],
            sheet.words(code, sheet.known_value(code)) or "—",
            sheet.words(code, sheet.answers[code]) or "(空)",
        )
        for code in sheet.changed()
        if sheet.answers[code] not in NOTHING or sheet.known_value(code) not in NOTHING
    ]


def version_by_receipt(user, number: str) -> Submission | None:
    """The version with a receipt's number, if the account may see it.

    Args:
        user: the signed-in User.
        number: as typed: spaces, small letters and full-width letters are let pass.
    """
    plain = number.translate({code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}).upper()
    plain = "".join(plain.split()).replace("—", "-").replace("–", "-")
    return versions_seen(user).filter(Q(receipt=plain)).first() if plain else None
