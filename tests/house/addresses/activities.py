"""Activities, 开展情况, and the lists of programmes and kinds."""

from typing import Any

from tests import factories as f
from tests.activities import making
from tests.house.addresses.table import EXPORTS, SEES, Address, form
from tests.house.world import World

RECORDS = frozenset({"owner_office", "line_department", "unit_office", "secretary"})
KEEPS = frozenset({"owner_office"})

ADDRESSES: dict[str, Address] = {
    "activity-list": Address(SEES),
    "activity-export": Address(EXPORTS),
    "activity-form-export": Address(EXPORTS),
    "activity-record": form(RECORDS),
    "activity-detail": Address(SEES, lambda t: [t.activity.pk], lambda t: [t.foreign_activity.pk]),
    "activity-correct": form(RECORDS, lambda t: [t.activity.pk], lambda t: [t.foreign_activity.pk]),
    "activity-cancel": form(RECORDS, lambda t: [t.activity.pk], lambda t: [t.foreign_activity.pk]),
    "activity-summary": Address(SEES),
    "activity-summary-export": Address(EXPORTS),
    "activity-organizations": Address(SEES),
    "activity-organizations-export": Address(EXPORTS),
    "programme-list": Address(SEES),
    "programme-add": form(KEEPS),
    "programme-correct": form(KEEPS, lambda t: [t.programme.pk]),
    "programme-end": form(KEEPS, lambda t: [t.programme.pk]),
    "activity-kind-add": form(KEEPS),
    "activity-kind-correct": form(KEEPS, lambda t: [t.activity_kind.pk]),
    "activity-kind-end": form(KEEPS, lambda t: [t.activity_kind.pk]),
    "api-activities": Address(SEES, stranger=401),
    "api-activity": Address(SEES, lambda t: [t.activity.pk], lambda t: [t.foreign_activity.pk], stranger=401),
}


def things(world: World) -> dict[str, Any]:
    """A union's contest of every organization of both units, and a theme day of each."""
    kind = making.kind()
    mine = [making.activity(row, line="union", title=f"技术比武{row.pk}") for row in world.here]
    theirs = [making.activity(row, line="union", title=f"技术比武{row.pk}") for row in world.there]
    for row in (world.own, world.there[0]):
        making.activity(row, title=f"主题党日{row.pk}", attendees=12, recorded_by=f.owner())
    return {
        "activity": mine[0],
        "foreign_activity": theirs[0],
        "programme": making.programme(),
        "activity_kind": kind,
    }
