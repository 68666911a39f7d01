"""People, posts, the talent pool, professional workers, owners."""

from typing import Any

from tests import makers_people as make
from tests.house.addresses.table import (
    EDITS,
    EDITS_BODIES,
    EXPORTS,
    REVEALS,
    SEES,
    Address,
    act,
    form,
    of_organization,
)
from tests.house.world import World

ADDRESSES: dict[str, Address] = {
    "appointment-list": Address(SEES),
    "appointment-export": Address(EXPORTS),
    "appointment-form-export": Address(EXPORTS),
    "appointment-pick": Address(EDITS_BODIES),
    "appointment-begin": form(
        EDITS_BODIES, lambda t: [t.led_union.pk], lambda t: [t.foreign_women.pk], answer=frozenset({200, 422})
    ),
    "appointment-end": form(EDITS_BODIES, lambda t: [t.vice.pk], lambda t: [t.foreign_post.pk]),
    "appointment-correct": form(EDITS_BODIES, lambda t: [t.vice.pk], lambda t: [t.foreign_post.pk]),
    "cross-posting": Address(SEES),
    "cross-posting-export": Address(EXPORTS),
    "tenure-list": Address(SEES),
    "tenure-export": Address(EXPORTS),
    "person-detail": Address(SEES, lambda t: [t.person.pk], lambda t: [t.foreign_person.pk]),
    "person-correct": form(EDITS_BODIES, lambda t: [t.person.pk], lambda t: [t.foreign_person.pk]),
    "person-reveal": act(REVEALS, lambda t: [t.person.pk], lambda t: [t.foreign_person.pk]),
    "candidate-list": Address(EDITS_BODIES),
    "candidate-export": Address(EDITS_BODIES),
    "candidate-enter": form(EDITS_BODIES),
    "candidate-correct": form(EDITS_BODIES, lambda t: [t.entry.pk], lambda t: [t.foreign_entry.pk]),
    "candidate-choose": form(EDITS_BODIES, lambda t: [t.entry.pk], lambda t: [t.foreign_entry.pk]),
    "candidate-withdraw": form(EDITS_BODIES, lambda t: [t.entry.pk], lambda t: [t.foreign_entry.pk]),
    "candidate-release": form(EDITS_BODIES, lambda t: [t.entry.pk], lambda t: [t.foreign_entry.pk]),
    "professional-list": Address(SEES),
    "professional-export": Address(EXPORTS),
    "professional-hire": form(EDITS),
    "professional-end": form(EDITS, lambda t: [t.worker.pk], lambda t: [t.foreign_worker.pk]),
    "owner-record": form(EDITS, **of_organization()),
    "owner-correct": form(EDITS, lambda t: [t.investor.pk], lambda t: [t.foreign_investor.pk]),
    "owner-end": form(EDITS, lambda t: [t.investor.pk], lambda t: [t.foreign_investor.pk]),
    "owner-reveal": act(REVEALS, lambda t: [t.investor.pk], lambda t: [t.foreign_investor.pk]),
}


def things(world: World) -> dict[str, Any]:
    """What the addresses above are asked about."""
    union = world.own.memberships.get(branch__line="union", branch__composition="own").branch
    women = world.foreign.memberships.get(branch__line="women", branch__composition="own").branch
    person = make.person("甲地工会委员", world.own, phone="13800001234")
    foreign = make.person("乙地妇女主任", world.foreign, phone="13800005678")
    return {
        "led_union": union,
        "foreign_women": women,
        "person": person,
        "foreign_person": foreign,
        "vice": make.post(person, union, "union.vice"),
        "foreign_post": make.post(foreign, women),
        "entry": make.candidate(person, "union"),
        "foreign_entry": make.candidate(foreign, "women"),
        "worker": make.professional(person, world.mine, world.own),
        "foreign_worker": make.professional(foreign, world.theirs, world.foreign),
        "investor": make.owner("甲地出资人", world.own, phone="13800001234"),
        "foreign_investor": make.owner("乙地出资人", world.foreign, phone="13800005678"),
    }
