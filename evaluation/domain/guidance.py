"""分类指导 (三(一)1): a last assessment in the lowest band, 不达标 (四(二)), speaks against a party body's work."""

from datetime import date, datetime, time

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from coverage.domain.classes import Ground, speaks_against
from evaluation.models import Assessment
from evaluation.models.scores import AssessmentState

SAID = "最近一次考核"


def _lowest(as_of: date) -> QuerySet[Assessment]:
    """Confirmed assessments, the last of each organization up to a day, that ended in the lowest band."""
    evening = timezone.make_aware(datetime.combine(as_of, time.max))
    confirmed = Assessment.objects.filter(
        state=AssessmentState.CONFIRMED, confirmed_at__lte=evening, scheme__year__lte=as_of.year
    )
    latest = confirmed.filter(organization=OuterRef("organization")).order_by("-scheme__year", "-confirmed_at", "-pk")
    return confirmed.filter(pk=Subquery(latest.values("pk")[:1]), band__from_score=0).order_by()


def ended_lowest(as_of: date) -> Q:
    """Rows of organizations whose last confirmed assessment ended in the lowest band.

    Args:
        as_of: the day; later assessments are not looked at.
    """
    return Q(organization__in=_lowest(as_of).filter(organization__isnull=False).values("organization"))


def _words(organization_ids: list[int], as_of: date) -> dict[int, str]:
    rows = _lowest(as_of).filter(organization__in=organization_ids)
    told = rows.values_list("organization_id", "scheme__year", "band__name")
    return {pk: f"{SAID}({year}年度)为“{band}”" for pk, year, band in told}


speaks_against("assessment", Ground(ended_lowest, _words, SAID, "督促整改,下一次考核前逐项复查"))
