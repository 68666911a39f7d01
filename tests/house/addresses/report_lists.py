"""Lists of annual reports, of those not filed, completeness and burden."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from tests import makers_reports as make
from tests.house.addresses.table import EDITS, EXPORTS, Address, act, of_organization
from tests.house.world import World

READS = EXPORTS

ADDRESSES: dict[str, Address] = {
    "report-list": Address(READS),
    "report-export": Address(READS),
    "report-late-list": Address(READS),
    "report-late-export": Address(READS),
    "report-grant-late": act(EDITS),
    "report-late-print": Address(READS, methods=("get", "post"), answer=frozenset({200, 302})),
    "report-late-organization": Address(READS, **of_organization()),
    "report-completeness": Address(READS),
    "report-completeness-export": Address(READS),
    "report-burden": Address(READS),
    "report-burden-export": Address(READS),
}


def things(world: World) -> dict[str, Any]:
    """A round that is open today, with one report of each unit filed and one not."""
    day = timezone.localdate()
    round_ = make.round_(
        day.year,
        as_of=date(day.year - 1, 12, 31),
        opens_on=day - timedelta(days=10),
        closes_on=day + timedelta(days=10),
        unit_due_on=day + timedelta(days=20),
        county_due_on=day + timedelta(days=30),
        form=make.form(),
    )
    for row in (world.own, world.there[0]):
        make.report(row, round_)
    for row in (world.here[1], world.there[1]):
        make.submitted(make.report(row, round_))
    return {"report_round": round_}
