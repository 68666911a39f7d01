"""Reads of entries: the ledger, its sums, and one entry with its history in words."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import BooleanField, Count, DateField, ExpressionWrapper, Max, Min, Q, QuerySet, Sum, Value

from funding.models import Direction, FundEntry
from funding.permissions import editable_entries
from orgs.lines import Line, Precision
from orgs.models import Organization, User
from orgs.models.codes import CodeList
from orgs.permissions import scope_of
from orgs.queries_list import code_labels
from orgs.queries_support import unit_name
from orgs.queries_timeline import SYSTEM, Entry

NOTHING = "无"
# Columns whose changes are told, in this order.
TOLD = ("line", "direction", "source", "purpose", "amount_yuan", "occurred", "voucher", "note")


def entries_seen(user: Any, as_of: date) -> QuerySet[FundEntry]:
    """Entries up to a day in the account's sight, cancelled ones too; one row is one sum.

    Args:
        user: the signed-in User.
        as_of: the working date, whose placements count.
    """
    return (
        FundEntry.objects.visible_to(user, as_of)
        .filter(occurred_on__lte=as_of)
        .select_related("organization")
        .annotate(unit_at=unit_name(as_of), on=Value(as_of, output_field=DateField()))
    )


def entry_seen(user: Any, as_of: date) -> QuerySet[FundEntry]:
    """Entries of any day in the account's sight; `keeps` says which of them the account may correct and cancel.

    Args:
        user: the signed-in User.
        as_of: the working date, whose placements count.
    """
    kept = ExpressionWrapper(editable_entries(user), output_field=BooleanField())
    rows = FundEntry.objects.visible_to(user, as_of).select_related("organization")
    return rows.annotate(unit_at=unit_name(as_of), keeps=kept)


@dataclass(frozen=True)
class Sums:
    """What some entries come to; cancelled ones count nowhere.

    Attributes:
        receipts, spending: yuan.
        receipt_count, spending_count: entries.
    """

    receipts: Decimal
    spending: Decimal
    receipt_count: int
    spending_count: int

    @property
    def words(self) -> str:
        """The sums as page and export head them."""
        return (
            f"收入 {self.receipt_count:,} 笔、合计 {self.receipts:,.2f} 元,"
            f"支出 {self.spending_count:,} 笔、合计 {self.spending:,.2f} 元(作废的不计)"
        )


def sums_of(rows: QuerySet[FundEntry]) -> Sums:
    """Receipts and spending of some entries, one query.

    Args:
        rows: entries, filtered or not.
    """
    live = Q(cancelled_at=None)
    receipt, spending = live & Q(direction=Direction.RECEIPT), live & Q(direction=Direction.SPENDING)
    found = rows.order_by().aggregate(
        receipts=Sum("amount_yuan", filter=receipt),
        spending=Sum("amount_yuan", filter=spending),
        receipt_count=Count("pk", filter=receipt),
        spending_count=Count("pk", filter=spending),
    )
    return Sums(
        found["receipts"] or Decimal(0),
        found["spending"] or Decimal(0),
        found["receipt_count"],
        found["spending_count"],
    )


def years_of(rows: QuerySet[FundEntry]) -> list[int]:
    """The years between the first and the last of some entries, the latest first; one query.

    Args:
        rows: entries.
    """
    ends = rows.order_by().aggregate(first=Min("occurred_on"), last=Max("occurred_on"))
    return [] if ends["first"] is None else list(range(ends["last"].year, ends["first"].year - 1, -1))


def day_said(day: date, precision: str) -> str:
    """A day as exactly as it is known.

    Args:
        day: the day stored.
        precision: day, month or year.
    """
    if precision == Precision.YEAR:
        return f"{day.year}年"
    return f"{day.year}年{day.month}月" if precision == Precision.MONTH else day.isoformat()


def labels() -> dict[str, dict[str, str]]:
    """Labels of 来源 and 用途 by code, out of use or not; one query."""
    found = code_labels(CodeList.FUND_SOURCE, CodeList.FUND_PURPOSE)
    return {"source": found.get(CodeList.FUND_SOURCE, {}), "purpose": found.get(CodeList.FUND_PURPOSE, {})}


def own_name(user: Any) -> str:
    """The name of the one organization an account is for, "" where it sees more or none.

    Args:
        user: the signed-in User.
    """
    scope = scope_of(user)
    if scope.county or scope.unit_paths or len(scope.organization_ids) != 1:
        return ""
    return Organization.objects.visible_to(user).values_list("name", flat=True).first() or ""


def history_of(entry: FundEntry, names: dict[str, dict[str, str]]) -> list[Entry]:
    """What happened to an entry, in words, the latest first; two queries.

    Args:
        entry: already checked for visibility.
        names: as `labels` gives them.
    """
    events: Any = FundEntry._meta.get_field("events").related_model
    rows = list(events.objects.filter(pgh_obj_id=entry.pk).select_related("pgh_context").order_by("pgh_id"))
    told: list[tuple[Any, str]] = []
    before = None
    for row in rows:
        words = _words(before, row, names)
        if words:
            told.append((row, words))
        before = row
    contexts = [(row.pgh_context.metadata if row.pgh_context else {}) for row, _ in told]
    users = dict(User.objects.filter(pk__in={c["user"] for c in contexts if c.get("user")}).values_list("pk", "name"))
    entries = [
        Entry(row.pgh_created_at, users.get(context.get("user"), SYSTEM), context.get("reason", ""), words)
        for (row, words), context in zip(told, contexts, strict=True)
    ]
    return entries[::-1]


def _words(before: Any, row: Any, names: dict[str, dict[str, str]]) -> str:
    if before is None:
        said = _said(row, names)
        kind = said["source"] or said["purpose"]
        how = FundEntry._meta.get_field("origin")
        way = dict(how.flatchoices).get(row.origin, row.origin)  # type: ignore[union-attr]
        return f"{way}:{said['line']}{said['direction']} {said['amount_yuan']},{kind},{said['occurred']}"
    if row.cancelled_at and not before.cancelled_at:
        return "作废"
    old, new = _said(before, names), _said(row, names)
    changed = (
        f"{_LABELS[name]} {old[name] or NOTHING}→{new[name] or NOTHING}" for name in TOLD if old[name] != new[name]
    )
    return ",".join(changed)


def _said(row: Any, names: dict[str, dict[str, str]]) -> dict[str, str]:
    return {
        "line": str(Line(row.line).label),
        "direction": str(Direction(row.direction).label),
        "source": names["source"].get(row.source, row.source),
        "purpose": names["purpose"].get(row.purpose, row.purpose),
        "amount_yuan": f"{row.amount_yuan:,.2f}元",
        "occurred": day_said(row.occurred_on, row.occurred_precision),
        "voucher": row.voucher,
        "note": row.note,
    }


_LABELS = {
    name: str(getattr(FundEntry._meta.get_field({"occurred": "occurred_on"}.get(name, name)), "verbose_name", name))
    for name in TOLD
} | {"amount_yuan": "金额"}
