"""Keeping the forms: questions corrected, added and retired, and a new version of a form for another year."""

import re
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max

from evaluation.domain.keeping import require_rounds
from evaluation.models import AnswerType, Question, ReportForm, Section
from orgs.domain.acting import acting, locked, require_text
from orgs.domain.stale import refuse_stale
from quannan.base.domain import audit

NUMBERS = (AnswerType.COUNT, AnswerType.MONEY, AnswerType.MONEY_WAN, AnswerType.AREA)
WORDS = (AnswerType.TEXT, AnswerType.LONG)
LISTED = (AnswerType.CHOICE, AnswerType.MANY)
# What may be changed of a question; its code and type never, since answers of earlier years are stored by them.
FACTS = (
    "label", "hint", "required", "may_be_unknown", "of_kinds", "from_year", "to_year", "basis", "least", "most",
    "longest", "soft_percent", "soft_floor", "choices",
)  # fmt: skip
OWN_CODE = re.compile(r"c(\d+)")
NO_CHOICES = "请至少写两个选项,每行一个。"
CHOICE_GONE = "原有的选项不能删去,以前年度的回答还要用;可以改名称。"
CODE_TAKEN = "已有代码为“{}”的年报表,请换一个代码。"
CODE_SHAPE = "代码只用数字、小写字母和横线,如 2013 或 2013-2。"
NOT_RETIRED_BACK = "停用年度不能早于这个问题的起始年度 {}。"


def correct_question(*, question: Question, version: int, facts: dict[str, Any], by: Any, now: datetime) -> Question:
    """Changes what a question says, of whom and when it is asked, and its bounds.

    Args:
        question: the row.
        version: the version the actor had opened.
        facts: of FACTS by name; choices as [[code, label]] with every code there was.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act.
        StaleRecord: it was changed meanwhile.
        ValidationError: by field.
    """
    require_rounds(by)
    with acting(by):
        row = locked(question)
        wanted = {name: value for name, value in facts.items() if name in FACTS}
        wanted["label"] = require_text(wanted.get("label", row.label), "label", "请填写问题。", 80)
        gone = {code for code, _ in row.choices} - {code for code, _ in wanted.get("choices", row.choices)}
        if gone:
            raise ValidationError({"choices": ValidationError(CHOICE_GONE, code="choice_gone")})
        refuse_stale(row, version, wanted)
        for name, value in wanted.items():
            setattr(row, name, value)
        row.validate_constraints()
        _saved(row)
        _told(row, by, now)
    return row


def add_question(
    *, section: Section, kind: str, unit_word: str, facts: dict[str, Any], by: Any, now: datetime
) -> Question:
    """Adds a county's own question at the end of a section; it is known from last year's report alone.

    Args:
        section: where it stands.
        kind: code of `AnswerType`.
        unit_word: behind the number, "" for none.
        facts: of FACTS by name; choices as labels, which get codes.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act.
        ValidationError: by field.
    """
    require_rounds(by)
    labels = [str(label).strip() for label in facts.get("choices", ()) if str(label).strip()]
    if kind in LISTED and len(dict.fromkeys(labels)) < 2:
        raise ValidationError({"choices": ValidationError(NO_CHOICES, code="no_choices")})
    given = {name: value for name, value in facts.items() if name in FACTS and name != "choices"}
    given["label"] = require_text(given.get("label", ""), "label", "请填写问题。", 80)
    with acting(by):
        # The lock keeps two people from taking the same code.
        list(ReportForm.objects.select_for_update(of=("self",)).order_by("pk"))
        last = Question.objects.filter(section=section).aggregate(last=Max("order"))["last"] or 0
        row = Question(
            section=section,
            code=_fresh_code(),
            kind=kind,
            unit_word=unit_word.strip() if kind in NUMBERS else "",
            choices=extended_choices([], labels) if kind in LISTED else [],
            order=last + 1,
            **given,
        )
        row.validate_constraints()
        row.save(force_insert=True)
        _told(row, by, now)
    return row


def retire_question(*, question: Question, version: int, to_year: int, by: Any, now: datetime) -> Question:
    """Asks a question for the last time in a year; answers given stay.

    Args:
        question: the row.
        version: the version the actor had opened.
        to_year: the last year that asks it.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act.
        StaleRecord: it was changed meanwhile.
        ValidationError: the year lies before its first one.
    """
    if question.from_year and to_year < question.from_year:
        sentence = NOT_RETIRED_BACK.format(question.from_year)
        raise ValidationError({"to_year": ValidationError(sentence, code="years")})
    return correct_question(question=question, version=version, facts={"to_year": to_year}, by=by, now=now)


def copy_form(*, form: ReportForm, code: str, title: str, by: Any, now: datetime) -> ReportForm:
    """Makes a new version of a form, with all its sections and questions, to be changed for another year.

    Questions keep their codes, so that last year's answers are found again.

    Args:
        form: the one copied.
        code: of the new one, such as 2013.
        title: of the new one.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act.
        ValidationError: by field.
    """
    require_rounds(by)
    code = require_text(code, "code", "请填写代码。", 32)
    if not re.fullmatch(r"[0-9a-z-]+", code):
        raise ValidationError({"code": ValidationError(CODE_SHAPE, code="shape")})
    if ReportForm.objects.filter(code=code).exists():
        raise ValidationError({"code": ValidationError(CODE_TAKEN.format(code), code="taken")})
    with acting(by):
        made = ReportForm.objects.create(
            code=code,
            title=require_text(title, "title", "请填写名称。", 80),
            note=form.note,
            statement=form.statement,
        )
        for section in form.sections.order_by("order"):
            copied = Section.objects.create(
                form=made, code=section.code, title=section.title, hint=section.hint, order=section.order
            )
            questions = list(section.questions.order_by("order"))
            for question in questions:
                question.pk, question.section, question.version, question._state.adding = None, copied, 1, True
            Question.objects.bulk_create(questions)
        audit.record(action="form.copy", by=by, now=now, obj=made, detail={"from": form.code})
    return made


def correct_form(
    *, form: ReportForm, version: int, title: str, note: str, statement: str, by: Any, now: datetime
) -> ReportForm:
    """Changes a form's title, the words above it and what the signer vouches for.

    Args:
        form: the row.
        version: the version the actor had opened.
        title: at most 80 characters.
        note: shown above the form.
        statement: signed by the filer, at most 200 characters.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act.
        StaleRecord: it was changed meanwhile.
        ValidationError: by field.
    """
    require_rounds(by)
    wanted = {
        "title": require_text(title, "title", "请填写名称。", 80),
        "note": note.strip(),
        "statement": require_text(statement, "statement", "请填写承诺语。"),
    }
    with acting(by):
        row = locked(form)
        refuse_stale(row, version, wanted)
        for name, value in wanted.items():
            setattr(row, name, value)
        _saved(row)
        audit.record(action="form.correct", by=by, now=now, obj=row, detail={"form": row.code})
    return row


def extended_choices(choices: list[list[str]], labels: list[str]) -> list[list[str]]:
    """Choices with new ones behind them, each under a code of its own.

    Args:
        choices: [[code, label]] as they stand.
        labels: of the new ones; those that are there already are passed over.
    """
    known = {label for _, label in choices}
    numbers = [int(code[1:]) for code, _ in choices if re.fullmatch(r"n\d+", code)]
    number, made = max(numbers, default=0), [list(pair) for pair in choices]
    for label in dict.fromkeys(text.strip() for text in labels):
        if label and label not in known:
            number += 1
            made.append([f"n{number}", label])
    return made


def _fresh_code() -> str:
    """c1, c2 …: never one that any form has had, since last year's answers are found by their codes."""
    codes = Question.objects.filter(code__regex=r"^c\d+$").values_list("code", flat=True)
    numbers = [int(found.group(1)) for code in codes if (found := OWN_CODE.fullmatch(code))]
    return f"c{max(numbers, default=0) + 1}"


def _saved(row: Any) -> None:
    row.version += 1
    row.save()


def _told(row: Question, by: Any, now: datetime) -> None:
    detail = {"form": row.section.form.code, "question": row.code}
    audit.record(action="form.correct", by=by, now=now, obj=row, detail=detail)
