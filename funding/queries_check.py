"""Reads of the check of 四(三): by unit, organization by organization, and in words."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Min, QuerySet

from coverage.models import Span
from coverage.tags import Tag
from funding.domain.adequacy import Reading, Tally, Verdict, judged, reading_of, tallies, total_of
from funding.models import FundEntry, FundStandard
from orgs.models import Unit

TAGS = {
    Verdict.MET: Tag(Verdict.MET.label, "✓", "met"),
    Verdict.SHORT: Tag(Verdict.SHORT.label, "✕", "late"),
    Verdict.UNREGISTERED: Tag(Verdict.UNREGISTERED.label, "?", "due"),
    Verdict.UNKNOWN: Tag(Verdict.UNKNOWN.label, "?", "due"),
    Verdict.MEMBERLESS: Tag(Verdict.MEMBERLESS.label, "–", "na"),
}
BASE = "有党组织、且不是确知没有党员的组织"


def yuan(value: Decimal) -> str:
    """An amount with its thousands and cents.

    Args:
        value: yuan.
    """
    return f"{value:,.2f}"


def reading_words(reading: Reading) -> str:
    """The standard in force and how it is read, as one sentence.

    Args:
        reading: what a check looks at.
    """
    standard = reading.standard
    if standard is None:
        return f"{reading.day} 没有施行中的经费标准,不作判断"
    counts = standard.get_counts_display()
    return (
        f"标准:每名党员每年不低于 {yuan(standard.yearly_yuan_per_member)} 元(依据 {standard.clause}),"
        f"按 {reading.year} 年 1 月 1 日至 {reading.day} {counts}计算"
    )


@dataclass(frozen=True)
class Judged:
    """One organization as the check shows it.

    Attributes:
        span: of the day, with organization and unit.
        reading: what was looked at.
        verdict: as `judged` gave it.
        members: 正式 + 预备, None where either is not known.
        amount: yuan counted, None without an entry.
        due: yuan that the standard asks for, None where members are not known.
        missing: yuan short of it, 0 unless short.
    """

    span: Span
    reading: Reading
    verdict: Verdict
    members: int | None
    amount: Decimal | None
    due: Decimal | None
    missing: Decimal

    @property
    def pk(self) -> int:
        return self.span.organization_id

    @property
    def tag(self) -> Tag:
        return TAGS[self.verdict]

    @property
    def per_member(self) -> Decimal | None:
        """Yuan a member, cut to the cent so that it never reads as met where it is not."""
        if not self.members or self.amount is None:
            return None
        return (self.amount / self.members).quantize(Decimal("0.01"), "ROUND_DOWN")

    @property
    def reason(self) -> str:
        """Why, with the numbers it follows from."""
        standard = self.reading.standard
        assert standard is not None
        what = standard.get_counts_display()
        if self.verdict == Verdict.UNKNOWN:
            return "正式党员或预备党员数不掌握,不能判断"
        if self.verdict == Verdict.MEMBERLESS:
            return "没有党员,不计入基数"
        needed = (
            f"党员 {self.members} 人 × {yuan(standard.yearly_yuan_per_member)} 元 = {yuan(self.due or Decimal(0))} 元"
        )
        if self.amount is None:
            return f"{needed};{self.reading.year} 年还没有登记{what},不能判断"
        said = f"{needed};{what} {yuan(self.amount)} 元"
        return f"{said},还差 {yuan(self.missing)} 元" if self.verdict == Verdict.SHORT else said


def judged_of(row: Any, reading: Reading) -> Judged:
    """A row of the check as pages and exports read it.

    Args:
        row: a span as `judged` gives it.
        reading: what was looked at.
    """
    return Judged(row, reading, Verdict(row.verdict), row.members, row.amount, row.due, row.missing)


def check_rows(user: Any, reading: Reading, unit: Unit | None = None) -> QuerySet[Span]:
    """Organizations with a party body in the account's sight, judged; none without a standard.

    Args:
        user: the signed-in User.
        reading: what is looked at.
        unit: only its subtree.
    """
    spans = Span.objects.visible_to(user)
    if unit is not None:
        spans = spans.filter(unit__path__startswith=unit.path)
    if reading.standard is None:
        # Filters and columns still name what is judged.
        nothing = replace(reading, standard=FundStandard(yearly_yuan_per_member=Decimal(0)))
        return judged(spans, nothing).select_related("organization", "unit").none()
    return judged(spans, reading).select_related("organization", "unit")


@dataclass(frozen=True)
class UnitRow:
    """One unit's own organizations; rows have none in common."""

    unit: Unit
    tally: Tally


@dataclass(frozen=True)
class Check:
    """The check of a year: the units' own rows, which add up to the total.

    Attributes:
        reading: what was looked at.
        rows: units in the order of the tree.
        total: their sum.
    """

    reading: Reading
    rows: list[UnitRow]
    total: Tally


def check_by_unit(user: Any, year: int, as_of: date, unit: Unit | None = None) -> Check:
    """The check by unit: three queries, whatever the number of units and organizations.

    Args:
        user: the signed-in User.
        year: the year whose entries count.
        as_of: the working date.
        unit: only its subtree.
    """
    reading = reading_of(year, as_of)
    found = tallies(check_rows(user, reading, unit).select_related(None)) if reading.standard else {}
    units = Unit.objects.filter(pk__in=found).order_by("order", "code")
    return Check(reading, [UnitRow(one, found[one.pk]) for one in units], total_of(found.values()))


def years_shown(as_of: date) -> list[int]:
    """Years that can be looked at, the latest first: from the first standard or entry on; two queries.

    Args:
        as_of: the working date; its year is the last.
    """
    firsts = [
        FundStandard.objects.aggregate(first=Min("period__startswith"))["first"],
        FundEntry.objects.filter(occurred_on__lte=as_of).aggregate(first=Min("occurred_on"))["first"],
    ]
    first = min((day.year for day in firsts if day is not None), default=as_of.year)
    return list(range(as_of.year, min(first, as_of.year) - 1, -1))


def standards_in_order() -> list[FundStandard]:
    """All versions of the standard, the latest first."""
    return list(FundStandard.objects.order_by("-period"))
