"""台账事项 of some demo organizations, so that their pages and the exports of F1 and F2 have something to show."""

from collections.abc import Sequence
from datetime import date
from random import Random
from typing import Any

from orgs.domain.demo.plan import PlannedCounty, PlannedOrganization
from orgs.models import LedgerFacts, Organization
from orgs.models.ledger import LedgerForm

SEED = 2012_2401
LEDGER_DAY = date(2012, 6, 30)
# One organization in so many has a ledger.
ONE_IN = 6
PLACES = ("城东工业小区", "园区一号楼", "园区三期", "城南商贸楼", "大桥路")
SUPERVISORS = {"association": "县工商联", "civil": "县教育局", "foundation": "县民政局"}


def write_ledger_facts(county: PlannedCounty, organizations: Sequence[Organization]) -> None:
    """Writes the facts of every sixth organization that stands on the day, always the same ones.

    Args:
        county: what was planned.
        organizations: the rows written for its organizations, in order.
    """
    rng = Random(SEED)
    rows = []
    for planned, row in zip(county.organizations, organizations, strict=True):
        gone = planned.closed_on is not None and planned.closed_on <= LEDGER_DAY
        if planned.number % ONE_IN or planned.registered_on > LEDGER_DAY or gone:
            continue
        enterprise = planned.kind == "enterprise"
        rows.append(
            LedgerFacts(
                organization=row,
                form=(LedgerForm.ENTERPRISES if enterprise else LedgerForm.SOCIAL).value,
                as_of=LEDGER_DAY,
                values=_enterprise(planned, rng) if enterprise else _social(planned, rng),
                source="demo",
            )
        )
    LedgerFacts.objects.bulk_create(rows)


def _enterprise(planned: PlannedOrganization, rng: Random) -> dict[str, Any]:
    members = planned.count_on("full_members", LEDGER_DAY) or 0
    venue = rng.random() < 0.5
    values = {
        "park": rng.choice(PLACES),
        "registered_at": "全南县",
        "operates_at": f"全南县{rng.choice(PLACES)}",
        "investor_is_secretary": members >= 3 and rng.random() < 0.3,
        "workers": min(members, 2),
        "members_here": members,
        "members_to_35": members // 3,
        "members_front_line": members // 2,
        "members_grown": members // 5,
        "venue": venue,
        "meetings_held": members >= 3,
        "members_reviewed": members >= 3 and rng.random() < 0.8,
    }
    return values | ({"venue_area": f"{rng.randrange(20, 120)}.00"} if venue else {})


def _social(planned: PlannedOrganization, rng: Random) -> dict[str, Any]:
    staff = planned.count_on("employees", LEDGER_DAY) or 0
    members = planned.count_on("full_members", LEDGER_DAY) or 0
    public, dues = rng.randrange(0, 4) * 500, members * 100
    return {
        "registrar": "县民政局",
        "supervisor": SUPERVISORS.get(planned.registration_type, "县民政局"),
        "inspection": rng.choice(("合格", "合格", "合格", "基本合格")),
        "staff_full_time": staff - staff // 4,
        "staff_part_time": staff // 4,
        "members": members,
        "funds": f"{public + dues}.00",
        "funds_public": f"{public}.00",
        "funds_dues": f"{dues}.00",
        "funds_costs": "0.00",
        "funds_other": "0.00",
        "venue": rng.random() < 0.4,
        "meetings": rng.randrange(0, 13),
    }
