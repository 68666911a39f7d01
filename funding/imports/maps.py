"""What an import of funds asks the register for, some thousands of rows at a time."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from typing import Any, NamedTuple

from funding.domain.entries import NOT_YOUR_LINE, NOT_YOURS
from funding.domain.plan import FundPlan
from funding.models import FundEntry
from funding.permissions import fund_lines, fund_scope
from orgs.imports.maps import CodeLists
from orgs.imports.people_known import OrganizationMaps
from orgs.lines import LINES, Line, stored_range
from orgs.models import User
from orgs.models.codes import CodeList
from orgs.permissions import scope_of
from quannan.base.workbook.declare import Row


class EntryKey(NamedTuple):
    """What makes two entries equal; a coarse date is its first day, whenever it was registered."""

    organization_id: int
    line: str
    direction: str
    code: str
    first_day: dt.date
    precision: str
    amount_yuan: Decimal
    voucher: str


class HeldEntry(NamedTuple):
    """An entry on record; ``cancelled``: why, "" while it counts."""

    id: int
    note: str
    cancelled: str


class FundMaps:
    """The register as an import of funds needs it, and which entries the file's earlier rows have taken."""

    def __init__(self, by: User | None, today: dt.date, lists: CodeLists) -> None:
        self.by, self.today = by, today
        self.organizations = OrganizationMaps(today)
        self.plan = FundPlan()
        self.cases: dict[int, Any] = {}
        self.sight = scope_of(by) if by is not None else None
        mine = LINES if by is None else fund_lines(by)
        self.scopes = {line: fund_scope(by, line) if by is not None else None for line in mine}
        self.not_yours = NOT_YOUR_LINE.format("、".join(str(Line(line).label) for line in mine)) if mine else NOT_YOURS
        self.sources = _labels(lists, CodeList.FUND_SOURCE)
        self.purposes = _labels(lists, CodeList.FUND_PURPOSE)
        self._held: dict[EntryKey, list[HeldEntry]] = {}
        self._taken: set[int] = set()

    def load(self, rows: list[Row]) -> None:
        """Load what is known of these rows' organizations and their entries, in place of the last."""
        codes = [row["uscc"] for row in rows if isinstance(row["uscc"], str)]
        names = [row["name"] for row in rows if isinstance(row["name"], str)]
        ids = self.organizations.load(codes, names)
        self.organizations.look_within([self.sight, *self.scopes.values()], ids)
        held = defaultdict(list)
        entries = FundEntry.objects.filter(organization__in=sorted(ids)).order_by("pk")
        for pk, note, cancelled, day, precision, source, purpose, *rest in entries.values_list(
            "pk", "note", "cancel_reason", "occurred_on", "occurred_precision", "source", "purpose",
            "organization_id", "line", "direction", "amount_yuan", "voucher",
        ):  # fmt: skip
            organization_id, line, direction, amount, voucher = rest
            first = stored_range(day, precision)[0]
            key = EntryKey(organization_id, line, direction, source or purpose, first, precision, amount, voucher)
            held[key].append(HeldEntry(pk, note, cancelled))
        self._held = dict(held)

    def take(self, key: EntryKey, note: str | None) -> HeldEntry | None:
        """The entry on record that the next equal row of the file speaks of, None where there is no further one.

        One that counts goes before a cancelled one, and one with the row's own note before others, so that the order
        of equal rows does not matter.

        Args:
            key: what the row says.
            note: the row's note, None where the cell is blank.
        """
        left = [entry for entry in self._held.get(key, ()) if entry.id not in self._taken]
        if not left:
            return None
        found = min(left, key=lambda entry: (bool(entry.cancelled), entry.note != (note or ""), entry.id))
        self._taken.add(found.id)
        return found


def _labels(lists: CodeLists, which: CodeList) -> dict[str, str]:
    return {row.code: row.label for row in lists.codes if row.list_name == which}
