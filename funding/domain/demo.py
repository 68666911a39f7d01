"""The demo county's funds of 2011 and 2012, all made up: most organizations meet the standard, some are short, some
have registered nothing; and how they go again."""

from collections.abc import Collection, Iterator
from datetime import date, datetime
from decimal import Decimal
from random import Random

from django.db.models import Q

from coverage.models import BUILT, Span
from funding.domain.adequacy import Verdict, judged, reading_of
from funding.models import Direction, FundEntry
from orgs.domain.demo.clear import forget
from orgs.lines import Line, Precision
from orgs.models import Organization
from quannan.base.events import subscribe

SEED = 360729_07
# The days up to which a year's receipts have come in; the working day of the demo is the first of them.
YEARS = (date(2011, 6, 30), date(2012, 6, 30))
# Of a hundred organizations with members: how many meet the standard, how many are short; the rest registered nothing.
MET, SHORT = 58, 24
SHARES = (("dues", 30), ("business", 40), ("fiscal", 15), ("superior", 15))
PURPOSES = ("activity", "activity", "training", "venue", "honour")
NOTES = ("重温入党誓词活动", "党员集中学习", "党群活动室添置桌椅", "慰问困难党员", "")
ALLOWANCE = Decimal("600.00")
ROUND = Decimal(10)
CANCELLED = "与另一笔重复登记"


@subscribe("demo.load")
def load_demo_funds(*, now: datetime, **payload: object) -> None:
    """Writes the entries, once.

    Args:
        now: the clock.
        payload: what else is announced.
    """
    demo = Organization.objects.standing().filter(is_demo=True)
    if not demo.exists() or FundEntry.objects.filter(organization__is_demo=True).exists():
        return
    rng = Random(SEED)  # noqa: S311 - made up, the same every time
    entries = [entry for day in YEARS for entry in _year(day, rng, now)]
    FundEntry.objects.bulk_create(entries, batch_size=1000)


def _year(day: date, rng: Random, now: datetime) -> Iterator[FundEntry]:
    """Entries of one year, organization by organization."""
    reading = reading_of(day.year, day)
    if reading.standard is None:
        return
    spans = judged(Span.objects.filter(organization__is_demo=True), reading).order_by("organization_id")
    for row in spans:
        lot = rng.randrange(100)
        if row.verdict == Verdict.UNREGISTERED and lot < MET + SHORT:
            due = row.due * (rng.randint(100, 160) if lot < MET else rng.randint(30, 95)) / 100
            amount = (due / ROUND).to_integral_value() * ROUND
            # Rounding must not make a short one meet the standard, nor the other way round.
            amount = max(amount, row.due) if lot < MET else min(amount, row.due - ROUND)
            yield from _party(row.organization_id, day.year, max(amount, ROUND), rng, now)
    united = Span.objects.filter(organization__is_demo=True).at(day).in_base().filter(union_state__in=BUILT)
    for organization_id in united.order_by("organization_id").values_list("organization_id", flat=True):
        if rng.randrange(100) < 30:
            yield from _union(organization_id, day.year, rng)


def _party(organization_id: int, year: int, amount: Decimal, rng: Random, now: datetime) -> Iterator[FundEntry]:
    sources = [code for code, share in SHARES for _ in range(share)]
    first = amount if amount < 400 else (amount * rng.randint(4, 7) / 10 / ROUND).to_integral_value() * ROUND
    for number, part in enumerate((first, amount - first)):
        if part > 0:
            source = rng.choice(sources)
            voucher = f"记-{rng.randint(1, 90)}" if rng.randrange(2) else ""
            day = date(year, rng.randint(1, 5), rng.randint(1, 28))
            yield _entry(organization_id, Line.PARTY, day, part, source=source, voucher=voucher)
            if number == 0 and rng.randrange(40) == 0:
                yield _entry(
                    organization_id, Line.PARTY, day, part, source=source, cancelled_at=now, cancel_reason=CANCELLED
                )
    spent = (amount * rng.randint(3, 8) / 10 / ROUND).to_integral_value() * ROUND
    if spent > 0:
        at = rng.randrange(len(PURPOSES))
        day = date(year, rng.randint(3, 12), rng.randint(1, 28))
        yield _entry(organization_id, Line.PARTY, day, spent, purpose=PURPOSES[at], note=NOTES[at])
    if rng.randrange(5) == 0:
        last = date(year, 12, 31)
        yield _entry(
            organization_id, Line.PARTY, last, ALLOWANCE, purpose="allowance", occurred_precision=Precision.YEAR.value
        )


def _union(organization_id: int, year: int, rng: Random) -> Iterator[FundEntry]:
    amount = Decimal(rng.randint(4, 60) * 100)
    yield _entry(organization_id, Line.UNION, date(year, rng.randint(1, 6), rng.randint(1, 28)), amount, source="union")
    day = date(year, rng.randint(4, 12), rng.randint(1, 28))
    yield _entry(organization_id, Line.UNION, day, amount / 2, purpose=rng.choice(("activity", "honour", "training")))


def _entry(organization_id: int, line: Line, day: date, amount: Decimal, **facts: object) -> FundEntry:
    direction = Direction.RECEIPT if "source" in facts else Direction.SPENDING
    return FundEntry(
        organization_id=organization_id,
        line=line.value,
        direction=direction.value,
        amount_yuan=amount,
        occurred_on=day,
        **facts,
    )


@subscribe("demo.clear")
def clear_demo_funds(organization_ids: Collection[int] = (), **payload: object) -> None:
    """Deletes the entries of demo organizations with their history.

    Args:
        organization_ids: the demo's organizations.
        payload: what else is announced.
    """
    of_demo = Q(organization_id__in=organization_ids)
    FundEntry.objects.filter(of_demo).delete()
    forget({FundEntry: of_demo})
