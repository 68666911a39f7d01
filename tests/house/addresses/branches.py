"""Bodies: list, page, confirmation in bulk, grouping, corrections."""

from typing import Any

from orgs.models import Branch
from tests import factories
from tests.house.addresses.table import CONFIRMS, EDITS_BODIES, EXPORTS, SEES, Address, act, form
from tests.house.world import World


def of_body(**more: Any) -> dict[str, Any]:
    return {"own": lambda t: [t.body.pk], "foreign": lambda t: [t.foreign_body.pk], **more}


def of_member() -> dict[str, Any]:
    return {
        "own": lambda t: [t.joint_body.pk, t.joint_body.memberships.get(organization=t.own).pk],
        "foreign": lambda t: [t.foreign_body.pk, t.foreign_body.memberships.get().pk],
    }


ADDRESSES: dict[str, Address] = {
    "branch-list": Address(SEES),
    "branch-export": Address(EXPORTS),
    "branch-decide": act(CONFIRMS),
    "branch-found": form(EDITS_BODIES),
    "branch-grouping": form(SEES),
    "branch-detail": Address(SEES, **of_body()),
    "branch-confirm": form(CONFIRMS, lambda t: [t.body.pk], answer=frozenset({200, 302, 422})),
    "branch-refuse": form(CONFIRMS, lambda t: [t.body.pk]),
    "branch-correct": form(EDITS_BODIES, **of_body()),
    "branch-join": form(EDITS_BODIES, **of_body()),
    "branch-leave": form(EDITS_BODIES, **of_member()),
    "branch-form": form(EDITS_BODIES, **of_body()),
    "branch-dissolve": form(EDITS_BODIES, **of_body()),
    "branch-ungroup": form(EDITS_BODIES, **of_body()),
    "api-bodies": Address(SEES, stranger=401),
}


def things(world: World) -> dict[str, Any]:
    """What the addresses above are asked about."""
    return dict(
        body=Branch.objects.get(memberships__organization=world.here[0], line="union"),
        foreign_body=Branch.objects.get(memberships__organization=world.there[0]),
        joint_body=factories.covered(
            world.here[0], world.here[1], line="women_workers", form="ww_committee", name="甲地联合女工委员会"
        ),
    )
