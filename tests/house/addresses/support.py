"""Instructors, liaisons, recommendations, searches for members."""

from datetime import date
from typing import Any

from tests import makers_support as make
from tests.house.addresses.table import EDITS, EDITS_BODIES, EXPORTS, SEES, Address, act, form
from tests.house.world import World

KEEPS_COUNTY = frozenset({"owner_office"})
RECOMMENDATIONS = SEES - {"filer"}
RECEIVES = frozenset({"owner_office", "unit_office", "secretary"})

ADDRESSES: dict[str, Address] = {
    "instructor-list": Address(SEES),
    "instructor-export": Address(EXPORTS),
    "instructor-form-export": Address(EXPORTS),
    "instructor-create": form(EDITS),
    "instructor-assign": Address(EDITS),
    "instructor-send-many": act(EDITS),
    "instructor-recall": form(EDITS, lambda t: [t.instructor.pk], lambda t: [t.foreign_instructor.pk]),
    "liaison-list": Address(SEES),
    "liaison-export": Address(EXPORTS),
    "liaison-form-export": Address(EXPORTS),
    "liaison-create": form(KEEPS_COUNTY),
    "liaison-unit-create": form(EDITS),
    "liaison-end": form(EDITS, lambda t: [t.liaison.pk], lambda t: [t.foreign_liaison.pk]),
    "liaison-move": form(EDITS, lambda t: [t.liaison.pk], lambda t: [t.foreign_liaison.pk]),
    "recommendation-list": Address(RECOMMENDATIONS),
    "recommendation-export": Address(EXPORTS),
    "recommendation-counts": Address(RECOMMENDATIONS),
    "recommendation-counts-export": Address(EXPORTS),
    "recommendation-create": form(EDITS_BODIES),
    "recommendation-accept": form(RECEIVES, lambda t: [t.recommended.pk], lambda t: [t.foreign_recommended.pk]),
    "recommendation-file": form(RECEIVES, lambda t: [t.accepted.pk], lambda t: [t.foreign_accepted.pk]),
    "recommendation-decline": form(RECEIVES, lambda t: [t.recommended.pk], lambda t: [t.foreign_recommended.pk]),
    "search-list": Address(EDITS),
    "search-sums": Address(EXPORTS),
    "search-create": form(EDITS),
    "search-correct": form(EDITS, lambda t: [t.search.pk], lambda t: [t.foreign_search.pk]),
}


def things(world: World) -> dict[str, Any]:
    """What the addresses above are asked about."""
    mine, theirs, owner = world.own, world.foreign, world.accounts["owner_office"]
    accepted = {"accepted_on": date(2011, 5, 1)}
    return dict(
        instructor=make.instructor(mine),
        foreign_instructor=make.instructor(theirs),
        liaison=make.tied_unit(mine),
        foreign_liaison=make.tied_unit(theirs),
        recommended=make.recommendation(mine, owner),
        foreign_recommended=make.recommendation(theirs, owner),
        accepted=make.recommendation(mine, owner, **accepted),
        foreign_accepted=make.recommendation(theirs, owner, **accepted),
        search=make.search(mine, owner, unit=world.mine),
        foreign_search=make.search(theirs, owner, unit=world.theirs),
    )
