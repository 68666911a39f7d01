"""What the interface reads of assessments."""

from typing import Any

from django.db.models import Q, QuerySet

from evaluation.domain.assessments import outcomes_of
from evaluation.domain.scoring import rule_words
from evaluation.models import Assessment, AssessmentState
from evaluation.permissions_scores import may_rate_many
from evaluation.queries_assessments import assessments_opened, assessments_seen, with_place
from orgs.models import Unit
from orgs.permissions import today


def assessments_listed(user: Any, *, year: int | None, state: str, unit: Unit | None) -> QuerySet[Assessment]:
    """Assessments in sight; for accounts that rate nobody but themselves those confirmed alone.

    Args:
        user: the signed-in User.
        year: only schemes of this one, None for all.
        state: code of `AssessmentState`, "" for all.
        unit: only its subtree as placed today, None for all.
    """
    rows = with_place(assessments_opened(user), today())
    if not may_rate_many(user):
        rows = rows.filter(state=AssessmentState.CONFIRMED)
    else:
        followed = assessments_seen(user, today()).order_by().values("pk")
        rows = rows.filter(Q(state=AssessmentState.CONFIRMED) | Q(pk__in=followed))
    if year is not None:
        rows = rows.filter(scheme__year=year)
    if state:
        rows = rows.filter(state=state)
    if unit is not None:
        rows = rows.filter(place_order__startswith=unit.path)
    return rows


def told(rows: list[Any]) -> list[Any]:
    """The same assessments with their name, unit, score and band as they are told: one query.

    Args:
        rows: a page of `assessments_listed`.
    """
    units = {unit.pk: unit for unit in Unit.objects.filter(pk__in={row.place_id for row in rows})}
    for row in rows:
        confirmed = row.state == AssessmentState.CONFIRMED
        row.place = units.get(row.place_id)
        row.shown_name = row.organization.name if row.organization else row.unit.name
        row.score = row.result if confirmed else row.total
        band = row.band if confirmed else row.provisional_band
        row.band_name = band.name if band else None
    return rows


def assessment_read(user: Any, pk: int) -> Any | None:
    """One assessment with its lines; None where it is out of sight or not to be told yet.

    Args:
        user: the signed-in User.
        pk: its key.
    """
    row: Any = assessments_listed(user, year=None, state="", unit=None).filter(pk=pk).first()
    if row is None:
        return None
    told([row])
    row.lines = [
        {
            "code": line.indicator.code,
            "name": line.indicator.name,
            "points": line.indicator.points,
            "rule": rule_words(line.indicator),
            "given": [{"rater": rater, "raw": raw, "points": points} for rater, (raw, points) in line.given.items()],
            "counted": line.counted,
        }
        for line in outcomes_of([row])[row.pk].lines
    ]
    return row
