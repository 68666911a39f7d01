"""分类指导 (三(一)1): funds below the standard of 四(三) in the last whole year speak against a party body's work."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from coverage.domain.classes import Ground, speaks_against
from coverage.models import Span
from funding.domain.adequacy import Verdict, judged, reading_of

SAID = "人均活动经费"


def _short(as_of: date) -> tuple[int, QuerySet[Any]] | None:
    """The last whole year and who was short in it; None where no standard held."""
    reading = reading_of(as_of.year - 1, as_of)
    if reading.standard is None:
        return None
    return reading.year, judged(Span.objects.all(), reading).filter(verdict=Verdict.SHORT).order_by()


def short_of_funds(as_of: date) -> Q:
    """Rows of organizations whose funds of the year before fell short; what is not known falls short of nothing.

    Args:
        as_of: the day.
    """
    found = _short(as_of)
    return Q(organization__in=found[1].values("organization")) if found else Q(pk__in=())


def _words(organization_ids: list[int], as_of: date) -> dict[int, str]:
    found = _short(as_of)
    if found is None:
        return {}
    year, rows = found
    of_these = rows.filter(organization__in=organization_ids).values_list("organization_id", "missing")
    return {pk: f"{SAID}{year}年未达标,还差{missing:.2f}元" for pk, missing in of_these}


speaks_against("funds", Ground(short_of_funds, _words, SAID, "多方筹措,落实活动经费"))
