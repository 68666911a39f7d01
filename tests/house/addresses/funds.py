"""Funds: the ledger, the check of 四(三) and its standard."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from funding.models import FundStandard
from tests import factories as f
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
    "api-funds": Address(SEES, stranger=401),
    "api-fund": Address(SEES, lambda t: [t.fund.pk], lambda t: [t.foreign_fund.pk], stranger=401),
    "api-fund-checks": Address(SEES, stranger=401),
}


def things(world: World) -> dict[str, Any]:
    """What the addresses above are asked about; with a standard, whoever has a party body is judged."""
    # The seed begins in 2011; lists are asked for earlier days too.
    FundStandard.objects.all().delete()
    FundStandard.objects.create(
        yearly_yuan_per_member=Decimal(100), period=DateRange(date(2009, 1, 1), None), clause="四(三)"
    )
    # The other unit's own are excluded, or wait for their party body in other lists.
    f.covered(f.organization("乙地经费厂", under=world.theirs))
    make.worked_in()
    return dict(
        fund=make.receipt(world.own, line="union", source="union"),
        foreign_fund=make.receipt(world.foreign, line="union", source="union"),
    )
