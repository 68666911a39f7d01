"""Housekeeping of annual reports."""

from django.utils import timezone

from evaluation.domain import filers_acts
from quannan.base.housekeeping import housekeeping


@housekeeping("evaluation.expire_filer_codes")
def expire_filer_codes() -> int:
    """Each night: one-time codes of filers whose last day has passed are wiped."""
    return filers_acts.expire_codes(now=timezone.now())
