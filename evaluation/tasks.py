"""Housekeeping of annual reports: expired codes and latecomers at night, reminders in the morning, letters after them."""

from django.utils import timezone

from evaluation.domain import filers_acts, reminders, rounds
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


@housekeeping("evaluation.expire_filer_codes")
def expire_filer_codes() -> int:
    """Each night: one-time codes of filers whose last day has passed are wiped."""
    return filers_acts.expire_codes(now=timezone.now())
