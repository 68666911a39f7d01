"""A report as its form sees it: which questions are asked, what is known, answered, lacking and changed."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from evaluation.domain.values import Choices, Stored, load_choices, words_of
from evaluation.models import AnnualReport, Question, ReportForm, Section

NOTHING: tuple[Any, ...] = ("", [])


@dataclass(frozen=True)
class FormRead:
    """A form with its sections, questions and lists: four queries, whatever the number of reports read with it."""

    form: ReportForm
    sections: tuple[tuple[Section, tuple[Question, ...]], ...]
    choices: Choices

    @cached_property
    def by_code(self) -> dict[str, Question]:
        """Question's code → question."""
        return {question.code: question for _, questions in self.sections for question in questions}


def read_form(form: ReportForm) -> FormRead:
    """Reads a form once for any number of reports.

    Args:
        form: the form.
    """
    sections = list(Section.objects.filter(form=form).prefetch_related("questions").order_by("order"))
    parts = tuple((one, tuple(sorted(one.questions.all(), key=lambda q: q.order))) for one in sections)
    return FormRead(form, parts, load_choices(question for _, questions in parts for question in questions))


@dataclass
class Sheet:
    """One report's answers under its form.

    Attributes:
        read: the form.
        kind: code of the organization's `Kind`.
        year: the round's year.
        known: code → {"v": value, "w": from where, "d": its date or ""}.
        answers: code → value, None for 不清楚; what is missing has not been answered.
        remarks: check's key → sentence.
        same: section's code → moment of 无变化.
    """

    read: FormRead
    kind: str
    year: int
    known: dict[str, dict[str, Any]] = field(default_factory=dict)
    answers: dict[str, Stored] = field(default_factory=dict)
    remarks: dict[str, str] = field(default_factory=dict)
    same: dict[str, str] = field(default_factory=dict)

    def asked(self, section: Section | None = None) -> list[Question]:
        """The questions asked as the answers stand: of this kind, in this year, whose condition holds.

        Args:
            section: only this section's; all where left out.
        """
        return [
            question
            for one, questions in self.read.sections
            if section is None or one.pk == section.pk
            for question in questions
            if question.asked_of(self.kind, self.year) and self._wanted(question)
        ]

    def _wanted(self, question: Question) -> bool:
        return not question.depends_on or self.answers.get(question.depends_on) in question.depends_values

    def known_value(self, code: str) -> Stored:
        """What was known when the round opened; "" where nothing was.

        Args:
            code: the question's.
        """
        told = self.known.get(code)
        return told["v"] if told else ""

    def shown(self, code: str) -> Stored:
        """The answer, or what is known where nothing has been answered.

        Args:
            code: the question's.
        """
        return self.answers[code] if code in self.answers else self.known_value(code)

    def words(self, code: str, value: Stored) -> str:
        """A value of a question as people read it.

        Args:
            code: the question's.
            value: as stored.
        """
        return words_of(self.read.by_code[code], value, self.read.choices)

    def lacking(self, section: Section | None = None) -> list[Question]:
        """Required questions that are asked and not answered; 不清楚 is an answer.

        Args:
            section: only this section's; all where left out.
        """
        return [q for q in self.asked(section) if q.required and self.answers.get(q.code, "") in NOTHING]

    def changed(self) -> list[str]:
        """Codes of answered questions whose answer differs from what was known, in the form's order."""
        return [
            q.code for q in self.asked() if q.code in self.answers and self.answers[q.code] != self.known_value(q.code)
        ]

    def confirm_same(self, section: Section) -> dict[str, Stored]:
        """What 无变化 answers: every asked question of the section, as known; those not known stay open.

        A question that depends on another is asked once that one is answered, so the section is gone through in its
        own order.

        Args:
            section: which one.
        """
        given: dict[str, Stored] = {}
        trial = Sheet(self.read, self.kind, self.year, self.known, dict(self.answers))
        for one, questions in self.read.sections:
            if one.pk != section.pk:
                continue
            for question in questions:
                if not question.asked_of(self.kind, self.year) or not trial._wanted(question):
                    continue
                if question.code in self.known:
                    given[question.code] = trial.answers[question.code] = self.known_value(question.code)
        return given


def sheet_of(report: AnnualReport, read: FormRead) -> Sheet:
    """The sheet of a report as it stands, unfiled answers included.

    Args:
        report: with its organization.
        read: the form of its round.
    """
    return Sheet(
        read,
        report.organization.kind,
        report.year,
        dict(report.known),
        dict(report.answers),
        dict(report.remarks),
        dict(report.same),
    )
