"""Units beside lines, and the wall."""

from typing import Any

from tests.house.addresses.table import EXPORTS, SEES, Address
from tests.house.world import World

COMPARES = SEES - {"secretary", "filer"}

ADDRESSES: dict[str, Address] = {
    "coverage-matrix": Address(SEES),
    "coverage-matrix-export": Address(EXPORTS),
    "api-coverage-matrix": Address(SEES, stranger=401),
    "coverage-wall": Address(COMPARES),
}


def things(world: World) -> dict[str, Any]:
    """What the addresses above are asked about."""
    return {}
