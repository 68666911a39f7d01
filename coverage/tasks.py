"""Housekeeping of the derived tables: draining marks, and the nightly rebuild-and-compare."""

import logging

from django.utils import timezone

from coverage.domain import spans
from quannan.base.housekeeping import housekeeping

logger = logging.getLogger(__name__)


@housekeeping("coverage.drain_marks")
def drain_marks():
    """Brings every marked organization's spans up to date."""
    spans.drain_marks()


@housekeeping("coverage.verify_coverage")
def verify_coverage():
    """Rebuilds everything beside the live tables and keeps what differed, which must be nothing."""
    check = spans.record_verification(now=timezone.now())
    if check.differences:
        logger.error("coverage rebuild differs in %s places", check.differences)


def settle() -> None:
    """Works a small change in at once, in the process that made it; leaves a large one to the worker."""
    if spans.pending_marks() <= spans.INLINE_LIMIT:
        spans.drain_marks(wait=False)
    else:
        drain_marks.delay()
