"""Funds: the ledger, the check of 四(三) and its standard."""

from typing import Any

from tests import makers_funds as make
from tests.house.addresses.table import EXPORTS, SEES, Address, form
from tests.house.world import World

KEEPS = frozenset({"owner_office"})
RECORDS = frozenset({"owner_office", "line_department", "unit_office", "secretary"})

ADDRESSES: dict[str, Address] = {
    "fund-list": Address(SEES),
    "fund-export": Address(EXPORTS),
    "fund-form-export": Address(EXPORTS),
    "fund-create": form(RECORDS),
    "fund-detail": Address(SEES, lambda t: [t.fund.pk], lambda t: [t.foreign_fund.pk]),
    "fund-correct": form(RECORDS, lambda t: [t.fund.pk], lambda t: [t.foreign_fund.pk]),
    "fund-cancel": form(RECORDS, lambda t: [t.fund.pk], lambda t: [t.foreign_fund.pk]),
    "fund-check": Address(SEES),
    "fund-check-export": Address(EXPORTS),
    "fund-check-list": Address(SEES),
    "fund-check-list-export": Address(EXPORTS),
    "fund-standard-list": Address(SEES),
    "fund-standard-create": form(KEEPS),
}


def things(world: World) -> dict[str, Any]:
    """What the addresses above are asked about."""
    return dict(
        fund=make.receipt(world.own, line="union", source="union"),
        foreign_fund=make.receipt(world.foreign, line="union", source="union"),
    )
