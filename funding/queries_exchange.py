"""Reads that only the API asks for."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet

from funding.models import FundEntry
from orgs.models import Placement, Unit
from orgs.queries_support import under_unit


def entries_listed(
    user: Any,
    as_of: date,
    *,
    unit: Unit | None = None,
    year: int | None = None,
    line: str = "",
    direction: str = "",
    cancelled: bool = False,
) -> QuerySet[FundEntry]:
    """Entries up to a day in the account's sight.

    Args:
        user: the signed-in User.
        as_of: the day, inclusive, whose placements count.
        unit: only its subtree.
        year: only of this year.
        line, direction: only of these, "" for all.
        cancelled: whether cancelled ones are among them.
    """
    rows = FundEntry.objects.visible_to(user, as_of).filter(occurred_on__lte=as_of).select_related("organization")
    if unit is not None:
        rows = under_unit(rows, unit.path, as_of)
    if year is not None:
        rows = rows.filter(occurred_on__year=year)
    wanted = {name: value for name, value in (("line", line), ("direction", direction)) if value}
    return rows.filter(**wanted) if cancelled else rows.filter(cancelled_at=None, **wanted)


def entry_read(user: Any, as_of: date, pk: int) -> FundEntry | None:
    """One entry in the account's sight, of any day.

    Args:
        user: the signed-in User.
        as_of: the day whose placements count.
        pk: its key.
    """
    return FundEntry.objects.visible_to(user, as_of).select_related("organization").filter(pk=pk).first()


def with_units(entries: Iterable[FundEntry], as_of: date, named: dict[str, dict[str, str]]) -> list[Any]:
    """Entries with the unit of the day and the label of their source or purpose beside them; one query.

    Args:
        entries: entries.
        as_of: the day.
        named: labels by column and code.
    """
    rows: list[Any] = list(entries)
    held = Placement.objects.filter(organization__in={row.organization_id for row in rows}, period__contains=as_of)
    units = {one.organization_id: one.unit for one in held.select_related("unit")}
    for row in rows:
        row.unit = units.get(row.organization_id)
        row.kind_label = named["source"].get(row.source) or named["purpose"].get(row.purpose, "")
    return rows
