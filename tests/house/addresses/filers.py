"""The accounts of filers."""

from typing import Any

from evaluation.domain.filers import running_access
from evaluation.domain.filers_issue import issue_many
from tests.factories import NOW
from tests.house.addresses.table import EDITS, Address, act, form
from tests.house.world import World

HOLDERS = frozenset({"secretary", "filer"})


def _access() -> dict[str, Any]:
    return {"own": lambda t: [t.filing_access.pk], "foreign": lambda t: [t.foreign_filing_access.pk]}


ADDRESSES: dict[str, Address] = {
    "filer-list": Address(EDITS),
    "filer-export": Address(EDITS),
    "filer-issue": act(EDITS),
    "filer-slips": act(EDITS),
    "filer-reset-many": act(EDITS),
    "filer-issue-one": form(
        EDITS, own=lambda t: [t.bare_organization.pk], foreign=lambda t: [t.foreign_bare_organization.pk]
    ),
    "filer-reset": form(EDITS, **_access()),
    "filer-hand-over": form(EDITS, **_access()),
    "filer-end": form(EDITS, **_access()),
    "my-hand-over": form(HOLDERS),
}


def things(world: World) -> dict[str, Any]:
    """What the addresses above are asked about."""
    issue_many(organizations=[world.here[1], world.there[0]], by=None, now=NOW)
    return {
        "filing_access": running_access().get(organization=world.here[1]),
        "foreign_filing_access": running_access().get(organization=world.there[0]),
        "bare_organization": world.here[2],
        "foreign_bare_organization": world.there[1],
    }
