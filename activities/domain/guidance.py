"""分类指导 (三(一)1): a party body that used to hold activities and no longer does is doing little."""

from datetime import date, timedelta

from django.db.models import Q, QuerySet

from activities.models import Activity
from coverage.domain.classes import Ground, speaks_against
from coverage.models import Span
from orgs.lines import Line

SAID = "近12个月没有登记党组织活动"
WORDS = f"{SAID}(此前有登记)"


def year_before(as_of: date) -> date:
    """The first of the twelve months that end with a day.

    Args:
        as_of: the last day.
    """
    after = as_of + timedelta(days=1)
    # The 29th of February has no day a year before; the 28th is the one that leaves nothing out.
    return after.replace(year=after.year - 1, day=min(after.day, 28) if after.month == 2 else after.day)


def _of(activities: QuerySet[Activity]) -> Q:
    """Rows of organizations that held one of the activities or took part in it."""
    return Q(organization__in=activities.values("organization")) | Q(
        organization__in=activities.filter(participations__isnull=False).values("participations__organization")
    )


def stopped(as_of: date) -> Q:
    """Rows of organizations with party activities on record, none of them in the twelve months up to a day.

    Where none was ever recorded, nothing is known, and nothing is said.

    Args:
        as_of: the day, included.
    """
    held = Activity.objects.held().filter(line=Line.PARTY, held_on__lte=as_of).order_by()
    since = year_before(as_of)
    # Of a day that is known to the year or the month alone, the last that it can have been counts.
    recent = held.filter(
        Q(held_on__gte=since)
        | Q(last_on__gte=since)
        | Q(held_precision="year", held_on__year=since.year)
        | Q(held_precision="month", held_on__year=since.year, held_on__month=since.month)
    )
    return _of(held) & ~_of(recent)


def _words(organization_ids: list[int], as_of: date) -> dict[int, str]:
    found = Span.objects.filter(stopped(as_of), organization__in=organization_ids)
    return dict.fromkeys(found.values_list("organization_id", flat=True).order_by().distinct(), WORDS)


speaks_against("activities", Ground(stopped, _words, SAID, "恢复组织生活,按期开展活动"))
