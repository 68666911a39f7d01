"""What funds tell the pages of other apps: an organization's year, and the sums of 党建情况页 (F3)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Sum
from django.urls import reverse

from coverage.models import Span
from funding.domain.adequacy import judged, reading_of
from funding.models import Direction, FundEntry
from funding.permissions import fund_lines, fund_scope, may_see_funds
from funding.queries_check import Judged, judged_of
from funding.queries_entries import Sums, sums_of
from orgs.lines import Line
from orgs.models import Organization

# The boxes of F3 under 经费总额, and which sources each of them takes; a source not named here is among 其他.
ANNUAL_BOXES = ("dues", "superior", "business", "fiscal", "other")


def annual_sums(organization_ids: Collection[int], as_of: date, user: Any) -> dict[int, dict[str, Decimal]]:
    """What party bodies received in the year up to a day, by the boxes of F3; one query.

    Args:
        organization_ids: whose; the caller has made sure that they may be seen.
        as_of: the day, inclusive; its year counts from January 1st.
        user: the signed-in User; who sees no funds is told nothing.

    Returns:
        By organization, those with an entry alone: yuan by box of `ANNUAL_BOXES`, with `total`.
    """
    if not may_see_funds(user):
        return {}
    rows = (
        FundEntry.objects.counted()
        .filter(
            organization__in=organization_ids,
            line=Line.PARTY,
            direction=Direction.RECEIPT,
            occurred_on__gte=date(as_of.year, 1, 1),
            occurred_on__lte=as_of,
        )
        .order_by()
        .values_list("organization_id", "source")
        .annotate(Sum("amount_yuan"))
    )
    found: dict[int, dict[str, Decimal]] = {}
    for organization_id, source, yuan in rows:
        boxes = found.setdefault(organization_id, dict.fromkeys(("total", *ANNUAL_BOXES), Decimal("0.00")))
        boxes[source if source in ANNUAL_BOXES else "other"] += yuan
        boxes["total"] += yuan
    return found


@dataclass(frozen=True)
class OrganizationFunds:
    """One organization's year up to a day.

    Attributes:
        year: the year.
        as_of: the day, inclusive.
        sums: of all lines.
        verdict: of the check of 四(三), None without a party body, outside the base, or without a standard.
        may_record: whether the account may record an entry of some line here.
        list_query: address of the year's entries of the organization.
    """

    year: int
    as_of: date
    sums: Sums
    verdict: Judged | None
    may_record: bool
    list_query: str


def funds_of(organization: Organization, user: Any, as_of: date) -> OrganizationFunds | None:
    """What an organization received and spent this year, and the verdict of 四(三); None for who sees no funds.

    Args:
        organization: already checked for visibility.
        user: the signed-in User.
        as_of: the working date.
    """
    if not may_see_funds(user):
        return None
    entries = FundEntry.objects.filter(
        organization=organization, occurred_on__gte=date(as_of.year, 1, 1), occurred_on__lte=as_of
    )
    reading = reading_of(as_of.year, as_of)
    verdict = None
    if reading.standard is not None:
        row = judged(Span.objects.filter(organization=organization), reading).first()
        verdict = judged_of(row, reading) if row is not None else None
    asked = {
        "as_of": as_of.isoformat(),
        "year": as_of.year,
        "unit": "",
        "line": "",
        "q": organization.uscc or organization.name,
    }
    address = f"{reverse('fund-list')}?{urlencode(asked)}"
    return OrganizationFunds(as_of.year, as_of, sums_of(entries), verdict, _may_record(organization, user), address)


def _may_record(organization: Organization, user: Any) -> bool:
    scopes = {fund_scope(user, line) for line in fund_lines(user)}
    standing = Organization.objects.standing()
    return any(standing.filter(scope.organizations_q(), pk=organization.pk).exists() for scope in scopes)
