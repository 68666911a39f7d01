"""Registers of other authorities and their findings."""

from typing import Any

from tests import makers_reconciliation as make
from tests.house.addresses.table import EDITS, EXPORTS, Address, act, form
from tests.house.world import World

MINE, THEIRS = (lambda t: [t.register.pk]), (lambda t: [t.foreign_register.pk])
FOUND, FOREIGN = (lambda t: [t.finding.pk]), (lambda t: [t.foreign_finding.pk])

ADDRESSES: dict[str, Address] = {
    "reconciliation-list": Address(EXPORTS),
    "reconciliation-upload": form(EDITS),
    "reconciliation-template": Address(EDITS),
    "reconciliation-detail": Address(EXPORTS, MINE, THEIRS),
    "reconciliation-rows": Address(EDITS, MINE, THEIRS),
    "discrepancy-list": Address(EXPORTS),
    "discrepancy-export": Address(EXPORTS),
    "discrepancy-answer": act(EDITS),
    "discrepancy-detail": Address(EXPORTS, FOUND, FOREIGN),
    "discrepancy-accept": form(EDITS, FOUND, FOREIGN),
    "discrepancy-refuse": form(EDITS, FOUND, FOREIGN),
}


def things(world: World) -> dict[str, Any]:
    """What the addresses above are asked about."""
    register = make.register(world.accounts["unit_office"], name="甲地名录.csv")
    foreign = make.register(world.accounts["owner_office"], name="全县名录.csv")
    make.finding("gone", world.here[1], of=foreign)
    make.finding("new", under=world.theirs, name="乙地新厂", of=foreign)
    # What a unit sees of the county's register stands in another one: that one is out of its sight altogether.
    apart = make.register(world.accounts["owner_office"], name="乙地名录.csv")
    return dict(
        register=register,
        finding=make.finding("changed", world.own, of=register),
        foreign_register=apart,
        foreign_finding=make.finding("changed", world.foreign, of=apart),
    )
