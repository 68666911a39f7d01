"""Leads, duplicates and merging."""

from typing import Any

from django.utils import timezone

from orgs.models import NotDuplicate, OrganizationMerge
from tests import factories
from tests import makers_leads as make
from tests.house.addresses.table import EDITS, Address, act, form
from tests.house.world import World

LEADS = frozenset({"owner_office", "unit_office", "leader"})

MINE, THEIRS = (lambda t: [t.lead.pk]), (lambda t: [t.foreign_lead.pk])
PAIR, FOREIGN_PAIR = (lambda t: [t.own.pk, t.shut.pk]), (lambda t: [t.own.pk, t.foreign.pk])

ADDRESSES: dict[str, Address] = {
    "lead-list": Address(LEADS),
    "lead-export": Address(LEADS),
    "lead-create": form(EDITS),
    "lead-detail": Address(LEADS, MINE, THEIRS),
    "lead-correct": form(EDITS, MINE, THEIRS),
    "lead-convert": form(EDITS, MINE, THEIRS),
    "lead-link": form(EDITS, MINE, THEIRS),
    "lead-drop": form(EDITS, MINE, THEIRS),
    "lead-reopen": form(EDITS, MINE, THEIRS),
    "lead-contact": act(EDITS, MINE, THEIRS),
    "duplicate-list": Address(EDITS),
    "duplicate-export": Address(EDITS),
    "duplicate-pair": form(EDITS, PAIR, FOREIGN_PAIR),
    "duplicate-reject": form(EDITS, PAIR, FOREIGN_PAIR),
    "duplicate-again": act(EDITS, lambda t: [t.two.pk], lambda t: [t.foreign_two.pk]),
    "organization-merge": form(EDITS, lambda t: [t.own.pk], lambda t: [t.foreign.pk]),
    "merge-list": Address(EDITS),
    "merge-export": Address(EDITS),
    "merge-undo": form(EDITS, lambda t: [t.merge.pk], lambda t: [t.foreign_merge.pk]),
}


def things(world: World) -> dict[str, Any]:
    """What the addresses above are asked about."""
    now, by = timezone.now(), world.accounts["owner_office"]

    def two(first, second) -> NotDuplicate:
        return NotDuplicate.objects.create(first=first, second=second, reason="两家", decided_by=by, decided_at=now)

    def merged(kept) -> OrganizationMerge:
        gone = factories.organization("录重的厂", merged_into=kept)
        return OrganizationMerge.objects.create(
            kept=kept,
            absorbed=gone,
            reason="录了两遍",
            moved={"rows": {}, "left": {}, "kept": {}, "absorbed": {}, "former_names": [], "earlier": []},
            merged_at=now,
        )

    return dict(
        lead=make.lead(under=world.mine),
        foreign_lead=make.lead(under=world.theirs),
        two=two(world.own, world.here[2]),
        foreign_two=two(world.own, world.foreign),
        merge=merged(world.own),
        foreign_merge=merged(world.foreign),
    )
