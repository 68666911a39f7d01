"""Published figures."""

from datetime import date
from typing import Any

from django.utils import timezone

from coverage.domain.publications import freeze
from coverage.models import PublishedCell
from tests.house.addresses.table import Address, act, form
from tests.house.world import AS_OF, World

READS = frozenset({"owner_office", "line_department", "unit_office", "leader"})
FREEZES = frozenset({"owner_office"})
ONE = {"own": lambda t: [t.publication.pk]}

ADDRESSES: dict[str, Address] = {
    "publication-list": Address(READS),
    "publication-list-export": Address(READS),
    "publication-freeze": form(FREEZES),
    "published-organizations": Address(READS),
    "published-export": Address(READS),
    "publication-differences": Address(READS),
    "publication-differences-export": Address(READS),
    "publication-detail": Address(READS, **ONE),
    "publication-export": Address(READS, **ONE),
    "publication-file-job": act(READS, **ONE),
    "publication-compare": act(READS, **ONE),
    "publication-verify": act(READS, **ONE),
    "publication-withdraw": form(FREEZES, **ONE),
    "api-publications": Address(READS, stranger=401),
    "api-publication": Address(READS, **ONE, stranger=401),
}


def things(world: World) -> dict[str, Any]:
    """A publication of the world's figures, and since then a head-count of each unit corrected."""
    publication = freeze(
        as_of=AS_OF, title="六月上报", addressed_to="市委组织部", by=world.accounts["owner_office"], now=timezone.now()
    )
    assert PublishedCell.objects.filter(publication=publication, day=date(2010, 12, 31)).exists()
    for row in (world.own, *world.there):
        row.figures.update(women=1)
    return {"publication": publication}
