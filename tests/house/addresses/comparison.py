"""The comparison of two dates."""

from typing import Any

from tests.house.addresses.table import EXPORTS, SEES, Address
from tests.house.world import World

ADDRESSES: dict[str, Address] = {
    "coverage-comparison": Address(SEES),
    "coverage-comparison-export": Address(EXPORTS),
    "coverage-comparison-form": Address(EXPORTS),
    "api-comparison": Address(SEES, stranger=401),
}


def things(world: World) -> dict[str, Any]:
    """Nothing: its addresses name no row."""
    return {}
