"""人均活动经费 (四(三)): who has not less than the standard's yuan a member and year, on a day of that year.

One statement out of the spans of the day, the figures in force on it and the entries of the year up to it. Nothing is
guessed: members not known, or no entry at all, is not known – never met, and never short.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DecimalField,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    TextChoices,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from coverage.domain.rates import percent
from coverage.models import BUILT
from coverage.models.spans import SpanQuerySet
from funding.models import Counted, Direction, FundEntry, FundStandard
from orgs.lines import Line
from orgs.models import Figures

YUAN = DecimalField(max_digits=18, decimal_places=2)


class Verdict(TextChoices):
    """What the check says of one organization with a party body."""

    MET = "met", "达标"
    SHORT = "short", "未达标"
    UNREGISTERED = "unregistered", "未登记经费"
    UNKNOWN = "unknown", "党员数不掌握"
    MEMBERLESS = "memberless", "无党员"


# Known to have members: what the rate is of. Those of whom too little is known are among them and never met.
RATED = (Verdict.MET, Verdict.SHORT, Verdict.UNREGISTERED, Verdict.UNKNOWN)
NOT_KNOWN = (Verdict.UNREGISTERED, Verdict.UNKNOWN)


@dataclass(frozen=True)
class Reading:
    """What a check looks at.

    Attributes:
        year: the calendar year whose entries count.
        day: the day it looks at, the year's last or an earlier one.
        standard: the one in force on the day, None where there was none.
    """

    year: int
    day: date
    standard: FundStandard | None

    @property
    def direction(self) -> str:
        """Which entries are added up."""
        assert self.standard is not None
        return (Direction.SPENDING if self.standard.counts == Counted.SPENDING else Direction.RECEIPT).value


@dataclass
class Tally:
    """How many organizations of a unit, or of all, have which verdict; whole numbers.

    Attributes:
        missing: yuan that those short lack in all.
    """

    met: int = 0
    short: int = 0
    unregistered: int = 0
    unknown: int = 0
    memberless: int = 0
    missing: Decimal = Decimal(0)

    @property
    def rated(self) -> int:
        """The base of the rate: with a party body, and not known to be without members."""
        return self.met + self.short + self.not_known

    @property
    def not_known(self) -> int:
        return self.unregistered + self.unknown

    @property
    def organizations(self) -> int:
        """All with a party body."""
        return self.rated + self.memberless

    @property
    def rate(self) -> float | None:
        """Percent met of the base; None where the base is empty."""
        return percent(self.met, self.rated)

    def add(self, other: "Tally") -> None:
        for name in (*Verdict.values, "missing"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


def reading_of(year: int, as_of: date) -> Reading:
    """What a check of a year looks at: its last day, or the working date where that is earlier; one query.

    Args:
        year: the calendar year, not after that of `as_of`.
        as_of: the working date.
    """
    day = min(date(year, 12, 31), as_of)
    return Reading(year, day, standard_on(day))


def standard_on(day: date) -> FundStandard | None:
    """The standard in force on a day, None where there is none.

    Args:
        day: the day.
    """
    return FundStandard.objects.filter(period__contains=day).first()


def with_party_body(spans: SpanQuerySet, day: date) -> SpanQuerySet:
    """The base of the check: organizations of the coverage's base with a party body on the day.

    Args:
        spans: those the account may see.
        day: the day.
    """
    return spans.at(day).in_base().filter(party_state__in=BUILT)


def judged(spans: SpanQuerySet, reading: Reading) -> QuerySet[Any]:
    """Organizations with a party body, each with members, amount, due, missing and verdict.

    Args:
        spans: those the account may see; others than `with_party_body` are left out.
        reading: with a standard.

    Returns:
        Spans with `members` (persons, None unknown), `amount` (yuan, None without an entry), `due` (yuan), `missing`
        (yuan, of those short alone) and `verdict`.
    """
    assert reading.standard is not None
    own = Figures.objects.filter(organization=OuterRef("organization"))
    total = F("full_members") + F("probationary_members")
    latest = own.filter(as_of__lte=reading.day).order_by("-as_of")
    # The figures in force on a day: the last up to it, else the first of all, carried back (coverage.md).
    members = Case(
        When(_has_row=None, then=Subquery(own.order_by("as_of").annotate(n=total).values("n")[:1])),
        default=Subquery(latest.annotate(n=total).values("n")[:1]),
    )
    entries = (
        FundEntry.objects.counted()
        .filter(
            organization=OuterRef("organization"),
            line=Line.PARTY,
            direction=reading.direction,
            occurred_on__gte=date(reading.year, 1, 1),
            occurred_on__lte=reading.day,
        )
        .order_by()
        .values("organization")
        .annotate(total=Sum("amount_yuan"))
        .values("total")
    )
    yuan = Value(reading.standard.yearly_yuan_per_member, output_field=YUAN)
    return (
        with_party_body(spans, reading.day)
        .alias(_has_row=Subquery(latest.values("pk")[:1]))
        .annotate(members=members, amount=Subquery(entries, output_field=YUAN))
        .annotate(due=Case(When(members__isnull=False, then=F("members") * yuan), output_field=YUAN))
        .annotate(
            verdict=Case(
                When(members=None, then=Value(Verdict.UNKNOWN.value)),
                When(members=0, then=Value(Verdict.MEMBERLESS.value)),
                When(amount=None, then=Value(Verdict.UNREGISTERED.value)),
                When(amount__gte=F("due"), then=Value(Verdict.MET.value)),
                default=Value(Verdict.SHORT.value),
                output_field=CharField(),
            ),
            missing=Case(
                When(Q(members__gt=0) & Q(amount__lt=F("due")), then=F("due") - F("amount")),
                default=Value(Decimal(0), output_field=YUAN),
                output_field=YUAN,
            ),
        )
    )


def tallies(rows: QuerySet[Any]) -> dict[int, Tally]:
    """How many organizations of each unit have which verdict, one statement; every organization in one unit.

    Args:
        rows: as `judged` gives them.

    Returns:
        By the key of the unit that the organization stood under on the day.
    """
    counted = (
        rows.order_by()
        .values("unit_id", "verdict")
        .annotate(n=Count("pk"), lacking=Coalesce(Sum("missing"), Value(Decimal(0), output_field=YUAN)))
    )
    found: dict[int, Tally] = {}
    for row in counted:
        tally = found.setdefault(row["unit_id"], Tally())
        setattr(tally, row["verdict"], row["n"])
        tally.missing += row["lacking"]
    return found


def total_of(tallied: Iterable[Tally]) -> Tally:
    """The sum of disjoint rows.

    Args:
        tallied: of units with nothing in common.
    """
    total = Tally()
    for one in tallied:
        total.add(one)
    return total
