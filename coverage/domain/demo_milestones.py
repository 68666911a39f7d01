"""The demo county's split of a milestone to units, and its removal with its history."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from pghistory.models import Context

from coverage.domain.apportioning import apportion
from coverage.domain.figures import units_on
from coverage.domain.milestones import split_milestone
from coverage.domain.rates import lacking
from coverage.models import Milestone, MilestoneShare
from orgs.models import Unit

CODE = "all-2011"
SPLIT_ON = date(2011, 3, 31)


def load_demo_shares(*, now: datetime) -> int:
    """Splits the milestone at the end of 2011 in proportion to the gaps of 2011-03-31; needs up-to-date spans.

    Nothing is done where the milestone is not in use or shares of it stand already.

    Args:
        now: the moment of the act, for the audit trail.

    Returns:
        How many shares were written.
    """
    milestone = Milestone.objects.filter(code=CODE, is_active=True).first()
    if milestone is None or MilestoneShare.objects.filter(milestone=milestone).exists():
        return 0
    found = units_on(user=None, days=[SPLIT_ON], lines=milestone.lines)
    units = [pk for pk in Unit.objects.values_list("pk", flat=True) if pk in found]
    counts: dict[tuple[str, int], int] = {}
    for line in milestone.lines:
        mine = [found[pk][0][milestone.population][line] for pk in units]
        needed = lacking(sum(c.covered for c in mine), sum(c.eligible for c in mine), milestone.target)
        portions = apportion(needed, [c.gap for c in mine])
        counts |= {(line, pk): portion.count for pk, portion in zip(units, portions, strict=True)}
    shares = split_milestone(
        milestone=milestone,
        version=milestone.version,
        from_=SPLIT_ON,
        counts=counts,
        by=None,
        now=now,
        is_demo=True,
    )
    return len(shares)


@transaction.atomic
def clear_demo_shares() -> int:
    """Removes the demo's shares together with their history; idempotent.

    Returns:
        How many shares were removed.
    """
    removed, _ = MilestoneShare.objects.filter(is_demo=True).delete()
    history: Any = MilestoneShare._meta.get_field("events").related_model
    events = history.objects.filter(is_demo=True)
    contexts = set(events.exclude(pgh_context=None).values_list("pgh_context_id", flat=True))
    events.delete()
    kept = set(history.objects.filter(pgh_context__in=contexts).values_list("pgh_context_id", flat=True))
    Context.objects.filter(pk__in=contexts - kept).delete()
    return removed
