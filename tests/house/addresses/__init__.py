"""What every address answers to whom, one module of this folder for each part of the program."""

from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.house.addresses.table import Address
from tests.house.world import World

PARTS = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem not in ("__init__", "table"))
MODULES = [import_module(f"tests.house.addresses.{name}") for name in PARTS]

ADDRESSES: dict[str, Address] = {}
for module in MODULES:
    ADDRESSES |= module.ADDRESSES


def make_things(world: World) -> SimpleNamespace:
    """An object of every kind in the unit office's own unit, and its like elsewhere."""
    made: dict[str, Any] = {}
    for module in MODULES:
        made |= module.things(world)
    return SimpleNamespace(**made)
