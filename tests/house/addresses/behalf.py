"""Filing on behalf by workbook."""

from typing import Any

from evaluation.domain.behalf import BEHALF, CHECK
from quannan.base.models import Job
from tests import makers_reports as make
from tests.factories import NOW
from tests.house.addresses.table import EDITS, Address, act, form
from tests.house.world import World

ADDRESSES: dict[str, Address] = {
    "report-behalf": form(EDITS),
    "report-behalf-template": Address(EDITS, own=lambda t: [t.behalf_round.pk]),
    "report-behalf-result": Address(EDITS, own=lambda t: [t.behalf_job.pk]),
    "report-behalf-write": act(EDITS, lambda t: [t.behalf_job.pk]),
}


def things(world: World) -> dict[str, Any]:
    """A round, and a check that the unit office started."""
    row = make.round_(2009)
    job = Job.objects.create(
        kind=BEHALF, title="检查代报表", params={"round": row.pk, "attachment": "", "mode": CHECK},
        created_by=world.accounts["unit_office"], created_at=NOW, sent_at=NOW,
    )  # fmt: skip
    return {"behalf_round": row, "behalf_job": job}
