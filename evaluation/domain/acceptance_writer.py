"""The hand that writes one accepted report: its answers, the register beside them, what was written and what was left."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction

from evaluation.domain.sheet import Sheet
from evaluation.domain.standing import Standing
from evaluation.domain.values import Stored
from evaluation.models import Question
from orgs.models import Organization
from quannan.base.errors import Refused


def sentence_of(error: ValidationError | Refused) -> str:
    """What a refusal says, as one text.

    Args:
        error: of an act of the register.
    """
    return error.sentence if isinstance(error, Refused) else "".join(dict.fromkeys(error.messages))


@dataclass
class Writer:
    """One accepted report on its way into the register.

    Attributes:
        organization: whose, as it stands now.
        day: the round's as_of.
        standing: the register on that day, before anything is written.
        sheet: the answers as filed.
        changed: codes of the questions whose answer differs from what was accepted last or known.
        flags: the soft checks that spoke, with the filer's sentences.
        reason: the report and its receipt, in words.
        by: the acting User, None for the system.
        now: the clock.
        written: what was written, each {"what", "words", "model", "pk"}.
        left: what could not be, each {"what", "why"}.
    """

    organization: Organization
    day: date
    standing: Standing
    sheet: Sheet
    changed: frozenset[str]
    flags: Sequence[dict[str, str]]
    reason: str
    by: Any
    now: datetime
    written: list[dict[str, Any]] = field(default_factory=list)
    left: list[dict[str, str]] = field(default_factory=list)

    @cached_property
    def by_source(self) -> dict[str, Question]:
        """Source → question, of those asked as the answers stand."""
        return {question.source: question for question in self.sheet.asked() if question.source}

    def question(self, source: str) -> Question | None:
        """The question asked that is known from a source.

        Args:
            source: such as "posts.party.head".
        """
        return self.by_source.get(source)

    def answer(self, code: str) -> Stored:
        """The answer filed, "" where there is none.

        Args:
            code: the question's.
        """
        return self.sheet.answers.get(code, "")

    def text_of(self, source: str) -> str:
        """The answer to the question of a source as text, "" where it is not asked, not answered or 不清楚.

        Args:
            source: such as "posts.party.from".
        """
        question = self.question(source)
        value = self.answer(question.code) if question is not None and question.writes else ""
        return value if isinstance(value, str) else ""

    def is_changed(self, source: str) -> bool:
        """Whether the filer changed the answer to the question of a source.

        Args:
            source: such as "posts.party.from".
        """
        question = self.question(source)
        return question is not None and question.writes and question.code in self.changed

    def register_value(self, question: Question) -> Stored:
        """What the register says now of a question.

        Args:
            question: one with a source.
        """
        return self.standing.value_of(question.source)[0]

    def remark_on(self, code: str) -> str:
        """The filer's sentence on a question, "" where no check asked for one.

        Args:
            code: the question's.
        """
        return ";".join(flag["remark"] for flag in self.flags if flag["question"] == code and flag["remark"])

    def wrote(self, what: str, words: str, row: models.Model) -> None:
        """Notes one fact as written.

        Args:
            what: the fact's name.
            words: from what to what.
            row: the row that holds it.
        """
        self.written.append({"what": what, "words": words, "model": row._meta.label, "pk": row.pk})

    def leave(self, what: str, why: str) -> None:
        """Notes one fact as 需另办.

        Args:
            what: the fact's name.
            why: the sentence.
        """
        self.left.append({"what": what, "why": why})

    def do(self, what: str, words: str, act: Callable[[], models.Model]) -> models.Model | None:
        """Does one act of the register, or notes the sentence of its refusal; nothing of a refused act stays.

        Args:
            what: the fact's name.
            words: from what to what.
            act: returns the row it wrote.
        """
        try:
            with transaction.atomic():
                row = act()
        except (ValidationError, Refused) as error:
            self.leave(what, sentence_of(error))
            return None
        self.wrote(what, words, row)
        return row
