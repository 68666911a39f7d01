"""Leads, duplicates and merging."""

from typing import Any

from tests.house.addresses.table import Address
from tests.house.world import World

ADDRESSES: dict[str, Address] = {}


def things(world: World) -> dict[str, Any]:
    """What the addresses above are asked about."""
    return {}
