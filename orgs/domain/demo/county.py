"""The made-up county as a whole: the same rows every time."""

from random import Random

from orgs.domain.demo.bodies import plan_bodies
from orgs.domain.demo.names import Names
from orgs.domain.demo.organizations import plan_organizations
from orgs.domain.demo.plan import PlannedCounty

SEED = 360729
ORGANIZATIONS = 1200


def plan_county(seed: int = SEED, size: int = ORGANIZATIONS) -> PlannedCounty:
    """Plans the county without touching the database.

    Args:
        seed: another number gives another county; the demo always uses the same.
        size: how many organizations it has.
    """
    rng = Random(seed)
    organizations = plan_organizations(rng, Names(rng), size)
    return PlannedCounty(organizations, plan_bodies(rng, organizations))
