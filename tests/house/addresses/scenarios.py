"""情景推演, and versions of standards."""

from typing import Any

from coverage.domain.scenarios import create_scenario, tick
from coverage.models import ScaleRule, Standard
from tests import factories
from tests.house.addresses.table import EDITS, EXPORTS, Address, act, form
from tests.house.world import AS_OF, World

USES = EXPORTS
EDITS_STANDARDS = frozenset({"owner_office"})
# Others may look at the shared one and copy it, and change nothing of it.
ITS_OWNER = frozenset({"unit_office"})

OWN = {"own": lambda t: [t.scenario.pk]}
SEEN = {**OWN, "foreign": lambda t: [t.foreign_scenario.pk]}

ADDRESSES: dict[str, Address] = {
    "scenario-list": Address(USES),
    "scenario-export": Address(USES),
    "scenario-create": form(USES),
    "scenario-detail": Address(USES, **SEEN),
    "scenario-figures-export": Address(USES, **SEEN),
    "scenario-ticks-export": Address(USES, **SEEN),
    "scenario-copy": act(USES, **SEEN),
    "scenario-assign": form(EDITS, **SEEN),
    "scenario-change": form(ITS_OWNER, **OWN),
    "scenario-assume": form(ITS_OWNER, **OWN),
    "scenario-pick": form(ITS_OWNER, **OWN, answer=frozenset({200, 302})),
    "scenario-untick": act(ITS_OWNER, **OWN),
    "scenario-delete": act(ITS_OWNER, **OWN),
    "standard-version": form(EDITS_STANDARDS, lambda t: ["union"]),
    "standard-words": form(EDITS_STANDARDS, lambda t: [t.standard.pk]),
    "scale-version": form(EDITS_STANDARDS),
    "scale-words": form(EDITS_STANDARDS, lambda t: [t.scale_rule.pk]),
}


def things(world: World) -> dict[str, Any]:
    """What the addresses above are asked about: one scenario shared with everybody, one of the owner office alone."""
    made = {}
    for name, role, shared in (
        ("scenario", "unit_office", "all"),
        ("foreign_scenario", "owner_office", "private"),
    ):
        by = world.accounts[role]
        made[name] = create_scenario(name=f"推演{role}", shared=shared, as_of=AS_OF, by=by, now=factories.NOW)
        tick(scenario=made[name], pairs=[(world.here[1].pk, "union")], by=by, now=factories.NOW)
    return {
        **made,
        "standard": Standard.objects.get(line="union"),
        "scale_rule": ScaleRule.objects.get(),
    }
