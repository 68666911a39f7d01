"""Elections and plans for tests: lawful rows, written directly."""

from datetime import date

from django.db.backends.postgresql.psycopg_any import DateRange

from orgs.domain.terms import due_after
from orgs.models import Branch, Election, EstablishmentPlan, Organization


def election(branch: Branch, held_on: date = date(2010, 5, 1), term_years: int = 3, **facts) -> Election:
    """An election of a body for three years.

    Args:
        branch: the body.
        held_on: day of the election.
        term_years: length of the term.
        facts: other columns of Election.
    """
    facts = {"due_on": due_after(held_on, term_years)} | facts
    return Election.objects.create(branch=branch, held_on=held_on, term_years=term_years, **facts)


def extended(branch: Branch, held_on: date, to: date, on: date, term_years: int = 3) -> Election:
    """An election whose term was extended.

    Args:
        branch: the body.
        held_on: day of the election.
        to: last day of the extension.
        on: day of the approval.
        term_years: length of the term before.
    """
    return election(
        branch,
        held_on,
        term_years,
        extended_to=to,
        extended_on=on,
        extension_approver="城厢镇党委",
        extension_reason="换届人选尚在考察",
    )


def plan(
    row: Organization, line: str = "union", from_: date = date(2011, 1, 1), until: date | None = None, **facts
) -> EstablishmentPlan:
    """Why an organization has no body of a line; `until` is the first day on which it no longer holds."""
    facts = {"reason": "investor"} | facts
    return EstablishmentPlan.objects.create(organization=row, line=line, period=DateRange(from_, until), **facts)
