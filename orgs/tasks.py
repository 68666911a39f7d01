"""Housekeeping of the register."""

from django.utils import timezone

from orgs.domain import recommendations
from quannan.base.housekeeping import housekeeping


@housekeeping("orgs.wipe_recommendation_names")
def wipe_recommendation_names() -> int:
    """Each night: names of recommendations become counts a year after the last stage."""
    return recommendations.wipe_names(now=timezone.now())
