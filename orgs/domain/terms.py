"""Terms of office as arithmetic: when a term ends, and what state a body's term is in on a day."""

import calendar
from dataclasses import dataclass
from datetime import date

from django.db import models

from orgs.lines import Line, Precision
from orgs.models import BodyForm, Branch, BranchForm, BranchMembership, Election, TermRule

# “6 个月内届满” is the state; the calendar looks 3 months and 1 month ahead as well.
SOON_MONTHS = 6
WINDOWS = (6, 3, 1)
# Months, the present one included, for which the calendar counts the terms that end.
AHEAD = 12


class TermState(models.TextChoices):
    """What a body's term is on one day (domain.md, Terms of office)."""

    IN_ORDER = "in_order", "正常"
    DUE = "due", "6个月内届满"
    OVERDUE = "overdue", "逾期"
    EXTENDED = "extended", "延期中"
    EXCEEDED = "exceeded", "延期已过"
    NONE = "none", "无换届记录"


def plus_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day where it is shorter.

    Args:
        day: from when.
        months: how many, may be negative.
    """
    number = day.year * 12 + day.month - 1 + months
    year, month = number // 12, number % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def due_after(held_on: date, years: int) -> date:
    """The day on which a term ends, that day included.

    Args:
        held_on: day of the election.
        years: length of the term.
    """
    return plus_months(held_on, years * 12)


def held_day(held_on: date, precision: str, founded_on: date) -> date:
    """The stored day of an election known by month or year alone: the first, so that no term is taken for longer.

    Args:
        held_on: any day of that month or year.
        precision: code of `Precision`.
        founded_on: the body's founding, before which nobody was elected.
    """
    if precision == Precision.MONTH:
        first = held_on.replace(day=1)
    elif precision == Precision.YEAR:
        first = held_on.replace(month=1, day=1)
    else:
        return held_on
    return max(first, founded_on) if founded_on <= held_on else first


def ends_on(election: Election, as_of: date) -> date:
    """The last day of a term as known on a day: an extension counts from its approval.

    Args:
        election: one held on or before the day.
        as_of: the day.
    """
    if election.extended_to and election.extended_on and election.extended_on <= as_of:
        return election.extended_to
    return election.due_on


def state_of(election: Election | None, as_of: date) -> TermState:
    """The state of a body's term on a day; `orgs.queries_terms` says the same in SQL.

    Args:
        election: the last one held on or before the day, None where there is none.
        as_of: the day.
    """
    if election is None:
        return TermState.NONE
    last = ends_on(election, as_of)
    if election.extended_on and election.extended_on <= as_of:
        return TermState.EXTENDED if as_of <= last else TermState.EXCEEDED
    if as_of > last:
        return TermState.OVERDUE
    return TermState.DUE if last <= plus_months(as_of, SOON_MONTHS) else TermState.IN_ORDER


@dataclass(frozen=True)
class Term:
    """How long a term that begins on a day may be, in years.

    Attributes:
        usual: what it is where nothing else is said, None where no rule says so.
        allowed: the lengths the rule allows, () where there is no rule.
        extension_months: how long an extension generally lasts at most.
        source: words of the rule.
    """

    usual: int | None
    allowed: tuple[int, ...]
    extension_months: int
    source: str

    @property
    def words(self) -> str:
        """The allowed lengths in words: 3年, 2年或3年."""
        return "或".join(f"{years}年" for years in self.allowed)


NO_RULE = Term(None, (), 12, "")


def term_for(branch: Branch, day: date) -> Term:
    """The rule under which a term of a body begins on a day; at most five queries.

    Women's bodies follow the party body's term where the county has set no rule of their own.

    Args:
        branch: the body.
        day: day of the election.
    """
    form = form_on(branch, day)
    rule = rule_for(branch.line, form.code if form else "", day)
    if rule is None and branch.line == Line.WOMEN:
        return _term_of_the_party(branch, day)
    return _as_term(rule)


def form_on(branch: Branch, day: date) -> BodyForm | None:
    """The form a body has on a day.

    Args:
        branch: the body.
        day: the day.
    """
    held = BranchForm.objects.select_related("form").filter(branch=branch, period__contains=day).first()
    return held.form if held else None


def rule_for(line: str, form: str, day: date) -> TermRule | None:
    """The rule in force for a form on a day; a rule without forms holds for the whole line.

    Args:
        line: code of `Line`.
        form: code of a BodyForm.
        day: the day.
    """
    rules = list(TermRule.objects.filter(line=line, period__contains=day))
    return next((r for r in rules if form in r.forms), None) or next((r for r in rules if not r.forms), None)


def _as_term(rule: TermRule | None) -> Term:
    if rule is None:
        return NO_RULE
    return Term(rule.usual_years, tuple(rule.allowed_years()), rule.extension_months, rule.source)


def _term_of_the_party(branch: Branch, day: date) -> Term:
    covered = BranchMembership.objects.filter(branch=branch, period__contains=day).values("organization")
    beside = BranchMembership.objects.filter(
        organization__in=covered, branch__line=Line.PARTY, branch__refused_at=None, period__contains=day
    ).values("branch")
    elected = Election.objects.filter(branch__in=beside, held_on__lte=day).order_by("-held_on", "-pk").first()
    if elected:
        return Term(elected.term_years, (elected.term_years,), 12, "没有单独规定,任期随同一组织的党组织")
    held = BranchForm.objects.select_related("form").filter(branch__in=beside, period__contains=day).first()
    term = _as_term(rule_for(Line.PARTY, held.form.code if held else "party_branch", day))
    return Term(term.usual, term.allowed, term.extension_months, f"没有单独规定,随党组织;{term.source}")
