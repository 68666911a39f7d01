"""What the API reads of annual reports."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

from evaluation.domain.filing import gate_for, way_of_filing
from evaluation.domain.sheet import read_form, sheet_of
from evaluation.domain.values import words_of
from evaluation.models import AnnualReport, Question
from orgs.models import Placement, Unit
from orgs.permissions import today


def reports_listed(user: Any, *, year: int | None, state: str, unit: Unit | None) -> QuerySet[AnnualReport]:
    """Reports of the account's sight, each with its organization, unit and receipt.

    Args:
        user: the signed-in User.
        year: only this one, None for all.
        state: code of `ReportState`, "" for all.
        unit: only its subtree as placed today, None for all.
    """
    rows = AnnualReport.objects.visible_to(user).filter(round__opened_at__isnull=False)
    if year is not None:
        rows = rows.filter(year=year)
    if state:
        rows = rows.filter(state=state)
    if unit is not None:
        placed = Placement.objects.filter(unit__path__startswith=unit.path, period__contains=today())
        rows = rows.filter(organization__in=placed.values("organization"))
    return rows.select_related("organization", "round__form").annotate(receipt=F("submission__receipt"))


def with_units(rows: list[AnnualReport]) -> list[AnnualReport]:
    """The same reports, each knowing its unit of today: one query.

    Args:
        rows: a page of them.
    """
    placed = Placement.objects.filter(organization__in={row.organization_id for row in rows}, period__contains=today())
    units = {one.organization_id: one.unit for one in placed.select_related("unit")}
    for row in rows:
        row.unit = units.get(row.organization_id)
    return rows


@dataclass
class Answer:
    """One question as asked of the report."""

    question: Question
    answered: bool
    value: str | None
    known: str
    known_from: str
    known_on: str

    def __getattr__(self, name: str) -> Any:
        return getattr(self.question, name)


@dataclass
class ReportRead:
    """One report with its questions."""

    row: AnnualReport
    may_write: bool
    why_not: str
    files: bool
    answers: list[Answer]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)


def report_read(user: Any, pk: int, now: datetime) -> ReportRead | None:
    """One report as the API tells it; None where it is out of sight.

    Args:
        user: the signed-in User.
        pk: its key.
        now: the clock.
    """
    row = reports_listed(user, year=None, state="", unit=None).filter(pk=pk).first()
    if row is None:
        return None
    with_units([row])
    read = read_form(row.round.form)
    sheet, gate = sheet_of(row, read), gate_for(row, now)
    answers = []
    for question in sheet.asked():
        code, told = question.code, row.known.get(question.code, {})
        value = row.answers.get(code, "")
        answers.append(
            Answer(
                question,
                code in row.answers,
                None if value is None else words_of(question, value, read.choices),
                words_of(question, sheet.known_value(code), read.choices) if told else "",
                told.get("w", ""),
                told.get("d", ""),
            )
        )
    files = bool(way_of_filing(user, row.organization))
    return ReportRead(row, gate.open and files, "" if gate.open else gate.sentence, files, answers)
