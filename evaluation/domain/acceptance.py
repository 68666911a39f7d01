"""What an accepted report writes to the register: each fact with its date, traceable to the receipt; nothing twice.

The figures must be written, or the report is not accepted. Everything else that the register's own acts refuse is
listed as 需另办 with the sentence of the refusal. Whatever the filer only confirmed is not written again, so that a
correction made in the register meanwhile stands.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any, TypedDict

from django.core.exceptions import ValidationError
from django.db import models

from evaluation.domain.acceptance_bodies import write_bodies
from evaluation.domain.acceptance_writer import Writer, sentence_of
from evaluation.domain.sheet import FormRead, Sheet, read_form
from evaluation.domain.standing import standing_of
from evaluation.domain.values import number_of
from evaluation.models import AnnualReport, Question
from orgs.domain.acting import REASON_LENGTH
from orgs.domain.figures import MONEY, record_figures
from orgs.domain.organizations import correct_organization
from orgs.domain.plans import Situation, record_plan
from orgs.models import Figures, Organization
from quannan.base.errors import Refused

SOURCE = "annual_report"
ELSEWHERE = "年报不改这一项,由主管党(工)委核实后在台账里办理。"


class Traced(TypedDict):
    """What became of one accepted report in the register.

    Attributes:
        written: each {"what", "words", "model", "pk"}.
        left: each {"what", "why"}: 需另办.
    """

    written: list[dict[str, Any]]
    left: list[dict[str, str]]


def write_to_register(*, report: AnnualReport, read: FormRead | None = None, by: Any, now: datetime) -> Traced:
    """Writes an accepted report to the register, in the transaction of its acceptance.

    Args:
        report: locked, its accepted_submission set.
        read: the form of its round, where it has been read.
        by: the acting User, None for the system; the register's own acts ask what they may.
        now: the clock.

    Raises:
        ValidationError: the figures cannot be written.
    """
    submission = report.accepted_submission
    if submission is None:
        raise ValueError("an accepted report has an accepted version")
    organization = Organization.objects.get(pk=report.organization_id)
    sheet = Sheet(
        read or read_form(report.round.form), organization.kind, report.year, submission.known, submission.answers
    )
    writer = Writer(
        organization=organization,
        day=report.round.as_of,
        standing=standing_of(organization, report.round.as_of),
        sheet=sheet,
        changed=frozenset(submission.changed),
        flags=submission.flags,
        reason=f"{report.year} 年度年检年报(回执 {submission.receipt})",
        by=by,
        now=now,
    )
    _write_figures(writer)
    for question in sheet.asked():
        if question.source.startswith("organization."):
            _write_fact(writer, question)
    write_bodies(writer)
    _write_plan(writer)
    return {"written": writer.written, "left": writer.left}


def _write_figures(writer: Writer) -> None:
    """年度数字 as of the round's day; 不清楚 leaves the stored figure of that day as it is."""
    counts: dict[str, int | Decimal | None] = {}
    labels: dict[str, Question] = {}
    for question in writer.sheet.asked():
        name = question.source.removeprefix("figures.")
        number = number_of(writer.answer(question.code))
        if not question.writes or name == question.source or number is None:
            continue
        counts[name] = number if name in MONEY else int(number)
        labels[name] = question
    if not counts:
        return
    stored = Figures.objects.filter(organization=writer.organization, as_of=writer.day).first()
    if stored is not None and all(getattr(stored, name) == value for name, value in counts.items()):
        return
    said = [flag["remark"] for flag in writer.flags if flag["question"] in {q.code for q in labels.values()}]
    reason = ";".join([writer.reason, *filter(None, said)])[:REASON_LENGTH]
    try:
        row = record_figures(
            organization=writer.organization,
            as_of=writer.day,
            counts=counts,
            source=SOURCE,
            reason=reason,
            by=writer.by,
            now=writer.now,
        )
    except (ValidationError, Refused) as error:
        sentence = f"年度数字不能写入台账,没有通过:{sentence_of(error)}请改好台账,或退回填报人核对。"
        raise ValidationError(sentence, code="figures") from error
    words = [
        _moved(writer, question, name, counts[name])
        for name, question in labels.items()
        if stored is None or getattr(stored, name) != counts[name]
    ]
    writer.wrote("年度数字", f"截至 {writer.day}:{'、'.join(words)}", row)


def _moved(writer: Writer, question: Question, name: str, value: int | Decimal | None) -> str:
    before = writer.standing.value_of(f"figures.{name}")[0]
    now = writer.answer(question.code)
    if before == "" or number_of(before) == value:
        return f"{question.label} {writer.sheet.words(question.code, now)}"
    words = writer.sheet.words
    return f"{question.label} {words(question.code, before)}→{words(question.code, now)}"


def _write_fact(writer: Writer, question: Question) -> None:
    """Name, registration type and industry; what the form asks without writing is left to the office."""
    name = question.source.removeprefix("organization.")
    value = writer.answer(question.code)
    if question.code not in writer.changed or value in (None, "") or value == writer.register_value(question):
        return
    if not question.writes:
        writer.leave(question.label, f"年报填“{writer.sheet.words(question.code, value)}”。{ELSEWHERE}")
        return
    before = writer.sheet.words(question.code, writer.register_value(question))

    def act() -> models.Model:
        writer.organization = correct_organization(
            organization=writer.organization,
            version=writer.organization.version,
            changes={name: value},
            reason=writer.reason,
            by=writer.by,
            now=writer.now,
        )
        return writer.organization

    words = writer.sheet.words(question.code, value)
    writer.do(question.label, f"{before}→{words}" if before else words, act)


def _write_plan(writer: Writer) -> None:
    """未建党组织的原因, as of the round's day; what is planned stays."""
    question = writer.question("plans.party.reason")
    if question is None or not question.writes or question.code not in writer.changed:
        return
    reason, plan = writer.answer(question.code), writer.standing.plan
    if not isinstance(reason, str) or not reason or (plan is not None and plan.reason == reason):
        return
    situation = Situation(
        reason=reason,
        reason_note=writer.remark_on(question.code),
        planned_on=plan.planned_on if plan else None,
        next_step=plan.next_step if plan else "",
        responsible=plan.responsible if plan else "",
    )

    def act() -> models.Model:
        return record_plan(
            organization=writer.organization,
            line="party",
            situation=situation,
            from_=writer.day,
            version=plan.version if plan else 0,
            by=writer.by,
            now=writer.now,
        )

    writer.do(question.label, f"{writer.sheet.words(question.code, reason)},自 {writer.day} 起", act)
