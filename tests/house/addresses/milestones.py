"""Milestones, their split to units, and the comparison started by hand."""

from typing import Any

from coverage.models import Milestone
from tests.house.addresses.table import EXPORTS, SEES, SYSTEM, Address, act, form
from tests.house.world import World

KEEPS = frozenset({"owner_office"})

ADDRESSES: dict[str, Address] = {
    "milestone-list": Address(SEES),
    "milestone-list-export": Address(EXPORTS),
    "milestone-detail": Address(SEES, lambda t: [t.milestone.pk]),
    "milestone-export": Address(EXPORTS, lambda t: [t.milestone.pk]),
    "milestone-create": form(KEEPS),
    "milestone-change": form(KEEPS, lambda t: [t.milestone.pk]),
    "milestone-retire": form(KEEPS, lambda t: [t.milestone.pk]),
    "milestone-restore": form(KEEPS, lambda t: [t.milestone.pk]),
    "milestone-split": form(KEEPS, lambda t: [t.milestone.pk]),
    "system-verify": act(SYSTEM),
    "api-coverage-organizations": Address(SEES, stranger=401),
}


def things(world: World) -> dict[str, Any]:
    """What the addresses above are asked about."""
    return {"milestone": Milestone.objects.get(code="all-2011")}
