"""The register as a form, and the search over everything."""

from typing import Any

from tests.house.addresses.table import EXPORTS, SEES, Address
from tests.house.world import World

ADDRESSES: dict[str, Address] = {
    "register-form-export": Address(EXPORTS),
    "ledger-export": Address(EXPORTS, lambda t: ["F1"]),
    "search": Address(SEES),
}


def things(world: World) -> dict[str, Any]:
    """What the addresses above are asked about."""
    return {}
