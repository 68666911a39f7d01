"""Reads for rounds and forms: how many reports in which state, who would be asked, who has nobody to file."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet

from evaluation.domain.rounds import organizations_of
from evaluation.domain.values import Choices, load_choices
from evaluation.models import (
    AnnualReport,
    AnswerType,
    FilingAccess,
    Question,
    ReportForm,
    ReportState,
    Round,
    RoundState,
    Section,
)
from orgs.models import RoleAssignment
from orgs.models.organization import Kind

STATES = tuple(ReportState.values)
SOURCES = {
    "organization": "台账:单位情况",
    "figures": "台账:年度数字",
    "bodies": "台账:党群组织",
    "posts": "台账:任职",
    "plans": "台账:未建原因",
}


@dataclass(frozen=True)
class Tag:
    """How a round's state is shown: a word, a shape and a tone."""

    word: str
    shape: str
    tone: str


ROUND_TAGS = {
    RoundState.PLANNED: Tag("未启动", "○", "na"),
    RoundState.WAITING: Tag("未开始", "○", "na"),
    RoundState.OPEN: Tag("填报中", "◐", "due"),
    RoundState.REVIEW: Tag("审核中", "◐", "due"),
    RoundState.CLOSED: Tag("已结束", "✓", "met"),
}


@dataclass
class RoundRow:
    """A round as its list shows it: where it stands today, and its reports in sight by state."""

    round: Round
    today: date
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def pk(self) -> int:
        return int(self.round.pk)

    @property
    def tag(self) -> Tag:
        return ROUND_TAGS[self.round.state_on(self.today)]

    @property
    def total(self) -> int:
        return self.counts.total()

    @property
    def filed(self) -> int:
        return self.total - self.counts[ReportState.DRAFT]

    @property
    def by_state(self) -> list[tuple[str, str, int]]:
        return [(state.value, str(state.label), self.counts[state]) for state in ReportState]


def rounds_with_counts(rows: Any, user: Any, today: date) -> list[RoundRow]:
    """Rounds with the reports an account may see, one query.

    Args:
        rows: the rounds shown.
        user: the signed-in User.
        today: the day in Asia/Shanghai.
    """
    found = [RoundRow(row, today) for row in rows]
    at = {one.pk: one for one in found}
    reports = AnnualReport.objects.visible_to(user).filter(round__in=list(at)).order_by()
    for key, state, n in reports.values_list("round", "state").annotate(n=Count("pk")):
        at[key].counts[state] = n
    return found


@dataclass(frozen=True)
class Preview:
    """Whom the opening of a round would ask.

    Attributes:
        by_kind: label of the kind and how many.
        held: how many file in another round of the year already.
        without_filer: how many nobody could file for yet.
    """

    by_kind: list[tuple[str, int]]
    held: int
    without_filer: int

    @property
    def total(self) -> int:
        return sum(n for _, n in self.by_kind)


def preview_of(round_: Round, today: date) -> Preview:
    """Whom the opening of a round would ask today; three queries.

    Args:
        round_: a planned round.
        today: the day in Asia/Shanghai.
    """
    wanted = organizations_of(round_, today).order_by()
    held = Exists(AnnualReport.objects.filter(year=round_.year, organization=OuterRef("pk")))
    asked = wanted.filter(~held)
    kinds = dict(asked.values_list("kind").annotate(n=Count("pk")))
    return Preview(
        [(str(kind.label), kinds.get(kind.value, 0)) for kind in Kind if kind.value in round_.of_kinds],
        wanted.filter(held).count(),
        asked.filter(~Exists(_filing(today)), ~Exists(_assigned())).count(),
    )


def waiting_latecomers(round_: Round, today: date) -> int:
    """How many organizations belong to a round and have no report of its year yet.

    Args:
        round_: an opened round.
        today: the day in Asia/Shanghai.
    """
    held = Exists(AnnualReport.objects.filter(year=round_.year, organization=OuterRef("pk")))
    return organizations_of(round_, today).order_by().filter(~held).count()


def _filing(today: date) -> QuerySet[FilingAccess]:
    return FilingAccess.objects.filter(organization=OuterRef("pk"), period__contains=today)


def _assigned() -> QuerySet[RoleAssignment]:
    return RoleAssignment.objects.filter(
        organization=OuterRef("pk"), role__capabilities__contains=["reports.file"], user__is_active=True
    )


def forms_listed() -> QuerySet[ReportForm]:
    """All forms, with how many questions each has and the years of the rounds that use it."""
    return ReportForm.objects.annotate(questions=Count("sections__questions", distinct=True)).prefetch_related("rounds")


@dataclass(frozen=True)
class Asked:
    """A question as the page of its form shows it.

    Attributes:
        row: the question.
        type: its type with the unit.
        whom: kinds asked, and on which answer it depends.
        years: the years that ask it.
        source: where it is known from.
        choices: labels that may be chosen, [] for other types.
    """

    row: Question
    type: str
    whom: str
    years: str
    source: str
    choices: list[str]


def sections_of(form: ReportForm, *, kind: str = "", year: int | None = None) -> list[tuple[Section, list[Asked]]]:
    """A form's sections with their questions in words: two queries, and two for the lists chosen from.

    Args:
        form: the form.
        kind: only what organizations of this kind are asked.
        year: only what is asked in this year.
    """
    sections = list(form.sections.order_by("order").prefetch_related("questions"))
    questions = [q for section in sections for q in section.questions.all()]
    choices = load_choices(questions)
    labels = {q.code: q.label for q in questions}
    found = []
    for section in sections:
        rows = sorted(section.questions.all(), key=lambda q: q.order)
        asked = [q for q in rows if not kind or year is None or q.asked_of(kind, year)]
        if asked or not kind:
            found.append((section, [_asked(q, choices, labels) for q in asked]))
    return found


def _asked(row: Question, choices: Choices, labels: dict[str, str]) -> Asked:
    kinds = "、".join(str(Kind(kind).label) for kind in row.of_kinds) or "全部"
    depends = f";“{labels.get(row.depends_on, row.depends_on)}”答有的才问" if row.depends_on else ""
    if row.depends_on and row.depends_values == ["no"]:
        depends = f";“{labels.get(row.depends_on, row.depends_on)}”答无的才问"
    listed = choices.of(row) if row.kind in (AnswerType.CHOICE, AnswerType.MANY, AnswerType.YES_NO) else {}
    source = SOURCES.get(row.source.partition(".")[0], "上年年报")
    return Asked(row, type_words(row), kinds + depends, years_words(row), source, list(listed.values()))


def type_words(row: Question) -> str:
    """A question's type as people read it, with its unit where the type does not say it.

    Args:
        row: the question.
    """
    label = str(AnswerType(row.kind).label)
    return label if not row.unit_word or row.unit_word in label else f"{label}({row.unit_word})"


def years_words(row: Question) -> str:
    """The years that ask a question, as people read it.

    Args:
        row: the question.
    """
    if row.from_year and row.to_year:
        return f"{row.from_year}至{row.to_year}" if row.from_year != row.to_year else str(row.from_year)
    if row.from_year:
        return f"{row.from_year}起"
    return f"至{row.to_year}" if row.to_year else "各年"


def all_rounds() -> QuerySet[Round]:
    """Every round with its form: rounds are the county's, whoever may open the page sees them all."""
    return Round.objects.select_related("form")


def opened_rounds() -> QuerySet[Round]:
    """Rounds that have been opened."""
    return Round.objects.filter(opened_at__isnull=False)


def all_forms() -> QuerySet[ReportForm]:
    """Every form, with the rounds that use it."""
    return ReportForm.objects.prefetch_related("rounds")


def all_sections() -> QuerySet[Section]:
    """Every section with its form."""
    return Section.objects.select_related("form")


def all_questions() -> QuerySet[Question]:
    """Every question with its section and form."""
    return Question.objects.select_related("section__form")
