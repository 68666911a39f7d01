"""The gap list, 挂牌督办 and 分类指导."""

from datetime import date
from typing import Any

from tests import makers_gaps as make
from tests.house.addresses.table import EDITS, EXPORTS, SEES, Address, act, form, of_organization
from tests.house.world import World

OWNER = frozenset({"owner_office"})


def _line(name: str):
    return lambda t: [getattr(t, name).pk, "league"]


ADDRESSES: dict[str, Address] = {
    "gap-list": Address(SEES),
    "api-gaps": Address(SEES, stranger=401),
    "gap-export": Address(EXPORTS),
    "gap-assign": act(EDITS),
    "gap-supervise": act(OWNER),
    "gap-unsupervise": act(OWNER),
    "gap-unsupervise-one": form(OWNER, **of_organization()),
    "gap-assign-one": form(EDITS, _line("own"), _line("foreign")),
    "gap-step": form(EDITS, _line("own"), _line("foreign")),
    "gap-withdraw": form(EDITS, _line("own"), _line("foreign")),
    "guidance-list": Address(SEES),
    "guidance-export": Address(EXPORTS),
    "guidance-override": form(EDITS, **of_organization()),
    "guidance-end": form(EDITS, **of_organization()),
    "measure-record": form(EDITS, **of_organization()),
    "measure-correct": form(EDITS, lambda t: [t.guidance_measure.pk], lambda t: [t.foreign_guidance_measure.pk]),
    "measure-remove": form(EDITS, lambda t: [t.guidance_measure.pk], lambda t: [t.foreign_guidance_measure.pk]),
}


def things(world: World) -> dict[str, Any]:
    """What the addresses above are asked about."""
    mine, theirs = world.own, world.foreign
    for row in (mine, theirs):
        make.assignment(row, "league", due_on=date(2011, 9, 30))
        make.override(row, "B")
        make.supervision(row)
    return {"guidance_measure": make.measure(mine), "foreign_guidance_measure": make.measure(theirs)}
