"""How much waits at each step of the review, since when, and how fast it is decided."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    Aggregate,
    CharField,
    Count,
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    Min,
    OuterRef,
    Q,
    Subquery,
    Value,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, NullIf

from evaluation.domain.reviewers import CAPABILITY, stages_of
from evaluation.models import AnnualReport, ReportState, ReportStep, Stage, StepKind
from orgs.domain.acting import day_of
from orgs.models import Organization, Placement
from orgs.permissions import scope_for

# Decisions of so many days back are counted.
DAYS = 30
STATES = {Stage.UNIT: ReportState.SUBMITTED, Stage.COUNTY: ReportState.UNIT_ACCEPTED}
PASSED = {Stage.UNIT: StepKind.UNIT_ACCEPTED, Stage.COUNTY: StepKind.ACCEPTED}


class Median(Aggregate):
    """The middle of the durations of a group."""

    template = "PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


@dataclass
class Load:
    """One line of the table.

    Attributes:
        stage: the step.
        code: the unit's, "" for the county's step and for organizations without a unit.
        name: the unit, or who does the county's step.
        waiting: reports that wait now.
        oldest: days the oldest of them has waited, None where none waits.
        decided: decisions of the last DAYS days.
        median: days from the filing (for the county: from the unit's acceptance) to the decision, None without any.
    """

    stage: Stage
    code: str
    name: str
    waiting: int = 0
    oldest: int | None = None
    decided: int = 0
    median: float | None = None


def workload_of(user: Any, now: datetime) -> list[Load]:
    """The steps an account's roles give, the unit's step by unit: two queries for each step.

    Args:
        user: the signed-in User.
        now: the clock.
    """
    rows: list[Load] = []
    for stage in stages_of(user):
        found = _loads(stage, user, now)
        rows += sorted(found.values(), key=lambda row: (-(row.oldest or -1), row.code))
    return rows


def _loads(stage: Stage, user: Any, now: datetime) -> dict[str, Load]:
    today = day_of(now)
    seen = (
        Organization.objects.standing().filter(scope_for(user, CAPABILITY[stage]).organizations_q(today)).values("pk")
    )
    by_unit = stage == Stage.UNIT
    found = {} if by_unit else {"": Load(stage, "", "两新工委办公室")}

    def load(row: dict[str, Any]) -> Load:
        code = row["code"] or ""
        return found.setdefault(code, Load(stage, code, row["unit"] or "没有主管党(工)委"))

    waits = "submitted_at" if by_unit else "unit_accepted_at"
    waiting = AnnualReport.objects.filter(state=STATES[stage], organization__in=seen)
    waiting = waiting.annotate(**_unit("organization", by_unit, today)).values("code", "unit").order_by("code")
    for row in waiting.annotate(n=Count("pk"), first=Min(waits)):
        one = load(row)
        one.waiting, one.oldest = row["n"], (today - day_of(row["first"])).days
    since = Cast(NullIf(KeyTextTransform("since", "detail"), Value("")), DateTimeField())
    took = ExpressionWrapper(F("at") - since, output_field=DurationField())
    decided = ReportStep.objects.filter(
        Q(kind=PASSED[stage]) | Q(kind=StepKind.RETURNED, detail__stage=str(stage)),
        report__organization__in=seen,
        at__gte=now - timedelta(days=DAYS),
        at__lte=now,
    )
    decided = decided.annotate(**_unit("report__organization", by_unit, today)).values("code", "unit").order_by("code")
    for row in decided.annotate(n=Count("pk"), middle=Median(took)):
        one = load(row)
        one.decided = row["n"]
        one.median = round(row["middle"] / timedelta(days=1), 1) if row["middle"] is not None else None
    return found


def _unit(path: str, by_unit: bool, today: Any) -> dict[str, Any]:
    """Columns of the unit an organization belongs to today; empty where one line holds all."""
    if not by_unit:
        empty = Value("", output_field=CharField())
        return {"code": empty, "unit": empty}
    placed = Placement.objects.filter(organization=OuterRef(path), period__contains=today)
    return {"code": Subquery(placed.values("unit__code")[:1]), "unit": Subquery(placed.values("unit__name")[:1])}
