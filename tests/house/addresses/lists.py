"""Saved filters, columns, whole-result selection and bulk edits."""

from typing import Any

from django.utils import timezone

from quannan.base.models import SavedFilter
from tests.house.addresses.table import EDITS, EVERY, Address, act, form
from tests.house.world import World

# Everybody's own filters are found by their owner alone; the unit office's is what the table asks about.
OWNER = frozenset({"unit_office"})

ADDRESSES: dict[str, Address] = {
    "organization-bulk": act(EDITS, answer=frozenset({302})),
    "saved-filter-save": form(EVERY, answer=frozenset({404})),
    "saved-filter-rename": form(OWNER, lambda t: [t.saved.pk], refusal=404),
    "saved-filter-delete": act(OWNER, lambda t: [t.saved.pk], refusal=404),
}


def things(world: World) -> dict[str, Any]:
    """What the addresses above are asked about."""
    saved = SavedFilter.objects.create(
        list_name="organization-list",
        name="本镇应建未建",
        query="union=gap",
        user=world.accounts["unit_office"],
        saved_at=timezone.now(),
    )
    return {"saved": saved}
