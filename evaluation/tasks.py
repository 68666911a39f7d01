"""Housekeeping of annual reports: latecomers at night, reminders in the morning, letters after them."""

from django.utils import timezone

from evaluation.domain import reminders, rounds
from quannan.base.housekeeping import housekeeping


@housekeeping("evaluation.add_latecomers")
def add_latecomers() -> int:
    """Each night: organizations found since the opening get their report."""
    return rounds.add_latecomers_everywhere(now=timezone.now())


@housekeeping("evaluation.remind")
def remind() -> int:
    """Each morning at eight: today's reminders, and the letters."""
    made = reminders.make_reminders(now=timezone.now())
    reminders.send_mails(now=timezone.now())
    return made


@housekeeping("evaluation.send_mails")
def send_mails() -> None:
    """After an announcement or a reminder by hand: the letters at once."""
    reminders.send_mails(now=timezone.now())
