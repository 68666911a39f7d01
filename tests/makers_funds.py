"""Funds for tests: entries written directly, as in `factories`."""

from datetime import date
from decimal import Decimal

from coverage.domain.spans import drain_marks
from funding.models import FundEntry
from orgs.models import Organization
from tests import factories as f

PAID = date(2011, 3, 1)


def receipt(row: Organization, yuan: str = "300.00", on: date = PAID, **facts) -> FundEntry:
    """A return of dues to the party body."""
    facts = {"line": "party", "source": "dues"} | facts
    return FundEntry.objects.create(
        organization=row, direction="receipt", amount_yuan=Decimal(yuan), occurred_on=on, **facts
    )


def spending(row: Organization, yuan: str = "120.00", on: date = PAID, **facts) -> FundEntry:
    """Money spent on an activity of the party body."""
    facts = {"line": "party", "purpose": "activity"} | facts
    return FundEntry.objects.create(
        organization=row, direction="spending", amount_yuan=Decimal(yuan), occurred_on=on, **facts
    )


def with_members(full: int | None = 3, probationary: int | None = 0, **facts) -> Organization:
    """An organization with a party body and members as told; `worked_in` must follow."""
    row = f.organization(**facts)
    f.figures(row, as_of=date(2011, 1, 31), employees=60, full_members=full, probationary_members=probationary)
    f.covered(row)
    return row


def worked_in() -> None:
    """Works what was written into the spans."""
    drain_marks()
