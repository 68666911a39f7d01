"""The register as forms, and the search over everything."""

from typing import Any

from tests.house.addresses.table import EXPORTS, SEES, Address, of_organization
from tests.house.world import World

ADDRESSES: dict[str, Address] = {
    "register-form-export": Address(EXPORTS),
    "ledger-export": Address(EXPORTS, lambda t: ["F1"]),
    "annual-form": Address(SEES, **of_organization()),
    "annual-form-export": Address(EXPORTS, methods=("get", "post")),
    "statistics-form": Address(SEES),
    "statistics-export": Address(EXPORTS),
    "search": Address(SEES),
}


def things(world: World) -> dict[str, Any]:
    """What the addresses above are asked about."""
    return {}
