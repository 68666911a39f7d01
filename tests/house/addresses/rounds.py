"""Rounds, the forms with their questions, and reminders."""

from datetime import date
from typing import Any

from evaluation.models import Question, Reminder, Section
from tests import makers_reports
from tests.factories import NOW
from tests.house.addresses.table import EXPORTS, Address, act, form
from tests.house.world import World

KEEPS = frozenset({"owner_office"})
FORMS = frozenset({"owner_office", "unit_office"})


def of_round(things: Any) -> list[Any]:
    return [things.round.pk]


def of_form(things: Any) -> list[Any]:
    return [things.round.form_id]


ADDRESSES: dict[str, Address] = {
    "round-list": Address(EXPORTS),
    "round-export": Address(EXPORTS),
    "round-create": form(KEEPS),
    "round-detail": Address(EXPORTS, of_round),
    "round-edit": form(KEEPS, of_round),
    # An opened one leads to its page.
    "round-open": form(KEEPS, of_round, answer=frozenset({200, 302, 422})),
    "round-move-date": form(KEEPS, of_round),
    "round-add": act(KEEPS, of_round),
    "round-remind": act(KEEPS, of_round),
    "report-form-list": Address(FORMS),
    "report-form-detail": Address(FORMS, of_form),
    "form-print": Address(FORMS, of_form),
    "form-edit": form(KEEPS, of_form),
    "form-copy": form(KEEPS, of_form),
    "question-add": form(KEEPS, lambda t: [t.section.pk]),
    "question-edit": form(KEEPS, lambda t: [t.question.pk]),
    "question-retire": form(KEEPS, lambda t: [t.question.pk]),
    "reminder-list": Address(),
    "reminders-read": act(frozenset(Address().opens)),
    "reminder-read": act(KEEPS, lambda t: [t.reminder.pk], refusal=404),
}


def things(world: World) -> dict[str, Any]:
    """What the addresses above are asked about."""
    round_ = makers_reports.round_(2012)
    reminder = Reminder.objects.create(
        round=round_, user=world.accounts["owner_office"], kind="review", day=date(2012, 11, 5), text="请审核", url="",
        made_at=NOW,
    )  # fmt: skip
    section = Section.objects.filter(form=round_.form).order_by("order")[0]
    question = Question.objects.filter(section=section).order_by("order")[0]
    return {"round": round_, "reminder": reminder, "section": section, "question": question}
