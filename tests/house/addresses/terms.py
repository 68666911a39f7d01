"""Elections, terms, and why bodies are lacking."""

from typing import Any

from orgs.models import Branch, TermRule
from tests import makers_terms
from tests.house.addresses.table import EDITS_BODIES, EXPORTS, SEES, Address, act, form
from tests.house.world import World

KEEPS_RULES = frozenset({"owner_office"})

ADDRESSES: dict[str, Address] = {
    "term-calendar": Address(SEES),
    "term-export": Address(EXPORTS),
    "term-rule-list": Address(SEES),
    "term-rule-add": form(KEEPS_RULES),
    "term-rule-change": form(KEEPS_RULES, lambda t: [t.term_rule.pk]),
    "election-record": form(EDITS_BODIES, lambda t: [t.electing.pk], lambda t: [t.foreign_electing.pk]),
    "election-correct": form(
        EDITS_BODIES,
        lambda t: [t.electing.pk, t.election.pk],
        lambda t: [t.foreign_electing.pk, t.foreign_election.pk],
    ),
    "term-extend": form(
        EDITS_BODIES,
        lambda t: [t.electing.pk, t.election.pk],
        lambda t: [t.foreign_electing.pk, t.foreign_election.pk],
    ),
    "plan-record": form(EDITS_BODIES, lambda t: [t.own.pk, "women_workers"], lambda t: [t.foreign.pk, "women_workers"]),
    "plan-list": Address(SEES),
    "plan-export": Address(EXPORTS),
    # Without a line of its own a department asks for its first.
    "plan-bulk": act(EDITS_BODIES),
}


def things(world: World) -> dict[str, Any]:
    """What the addresses above are asked about."""
    electing = Branch.objects.get(line="union", memberships__organization=world.own)
    foreign = Branch.objects.get(line="women", memberships__organization=world.there[0])
    return {
        "electing": electing,
        "election": makers_terms.election(electing),
        "foreign_electing": foreign,
        "foreign_election": makers_terms.election(foreign),
        "term_rule": TermRule.objects.get(line="union"),
    }
