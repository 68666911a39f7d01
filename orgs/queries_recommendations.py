"""Reads of 推优: rows with names for those who may read them, counts for everybody else."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    DateField,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.urls import reverse

from orgs.lines import MASS_LINES, Line
from orgs.models import Organization, Placement, Recommendation, Unit
from orgs.models.support import RecommendationStage
from orgs.permissions import scope_for
from orgs.queries_waiting import Waiting

STAGES: tuple[str, ...] = tuple(RecommendationStage.values)


def recommendations_at(user, as_of: date) -> QuerySet[Recommendation]:
    """Everything recommended up to a day, in the stage of that day, names and all: a page takes `named_to` of it.

    Args:
        user: the signed-in User.
        as_of: the day.
    """
    held = Placement.objects.filter(organization=OuterRef("organization"), period__contains=as_of)
    receives = Organization.objects.filter(scope_for(user, "recommendations.receive").organizations_q())
    return (
        Recommendation.objects.visible_to(user, as_of)
        .filter(recommended_on__lte=as_of)
        .select_related("organization", "recommended_by", "branch")
        .annotate(
            stage_at=Case(
                When(filed_on__lte=as_of, then=Value(RecommendationStage.FILED.value)),
                When(declined_on__lte=as_of, then=Value(RecommendationStage.DECLINED.value)),
                When(accepted_on__lte=as_of, then=Value(RecommendationStage.ACCEPTED.value)),
                default=Value(RecommendationStage.RECOMMENDED.value),
                output_field=CharField(),
            ),
            unit_at=Subquery(held.values("unit__name")[:1]),
            unit_code=Subquery(held.values("unit__code")[:1]),
            on=Value(as_of, output_field=DateField()),
            receivable=ExpressionWrapper(Q(organization__in=receives), output_field=BooleanField()),
        )
    )


def may_read_names(user) -> bool:
    """Whether the account may read any name: it recommends, or stands on the party body's side.

    Args:
        user: the signed-in User.
    """
    return bool(user.can("recommendations.edit") or user.can("recommendations.receive"))


def grouped(rows: QuerySet[Recommendation]) -> QuerySet:
    """One row for each organization and line, as counts by stage.

    Args:
        rows: as `recommendations_at` gives them.
    """
    return (
        rows.order_by()
        .values("organization_id", "organization__name", "organization__sort_key", "unit_at", "line", "on")
        .annotate(
            **{stage: Count("pk", filter=Q(stage_at=stage)) for stage in STAGES},
            total=Count("pk"),
        )
    )


@dataclass(frozen=True)
class CountRow:
    """推优 of one line at one organization as counts.

    Attributes:
        line: 中文 name of the line.
        counts: by stage, in the order of the stages.
        total: of all stages.
    """

    line: str
    counts: tuple[int, ...]
    total: int


def counts_of(rows: QuerySet[Recommendation]) -> list[CountRow]:
    """The counts of one organization, by line.

    Args:
        rows: its recommendations, as `recommendations_at` gives them.
    """
    found = {row["line"]: row for row in grouped(rows)}
    return [
        CountRow(str(Line(line).label), tuple(found[line][s] for s in STAGES), found[line]["total"])
        for line in MASS_LINES
        if line in found
    ]


@dataclass(frozen=True)
class TableCell:
    """One number of the table and the address of the rows behind it."""

    number: int
    url: str


@dataclass(frozen=True)
class TableRow:
    """One unit, or 合计."""

    name: str
    cells: Sequence[TableCell]


@dataclass(frozen=True)
class StageTable:
    """推优 by unit × line × stage.

    Attributes:
        lines: (label, number of stages) for the upper header.
        stages: labels for the lower header, once for each line.
        rows: units that have any, in their order; 合计 last.
    """

    lines: Sequence[tuple[str, int]]
    stages: Sequence[str]
    rows: Sequence[TableRow]


def stage_table(rows: QuerySet[Recommendation], query: dict[str, str]) -> StageTable:
    """The table over some recommendations; every number leads to the counts behind it. Two queries.

    Args:
        rows: as `recommendations_at` gives them, filtered or not.
        query: parameters every link keeps, such as as_of.
    """
    numbers: dict[str, dict[tuple[str, str], int]] = defaultdict(lambda: defaultdict(int))
    counted = rows.order_by().values("unit_code", "line", "stage_at").annotate(n=Count("pk"))
    for row in counted:
        numbers[row["unit_code"] or ""][row["line"], row["stage_at"]] += row["n"]
    names = dict(Unit.objects.order_by("order", "code").values_list("code", "name"))
    address = reverse("recommendation-counts")

    def cells(found: dict[tuple[str, str], int], which: dict[str, str]) -> list[TableCell]:
        def cell(number: int, **more: Any) -> TableCell:
            return TableCell(number, f"{address}?{urlencode(query | which | more)}")

        single = [cell(found.get((line, stage), 0), line=line, stage=stage) for line in MASS_LINES for stage in STAGES]
        return [*single, cell(sum(found.values()))]

    table = [
        TableRow(names[code], cells(numbers[code], {"unit": code, "own": "1"})) for code in names if code in numbers
    ]
    whole: dict[tuple[str, str], int] = defaultdict(int)
    for found in numbers.values():
        for key, number in found.items():
            whole[key] += number
    labels = [str(RecommendationStage(stage).label) for stage in STAGES]
    return StageTable(
        [(str(Line(line).label), len(STAGES)) for line in MASS_LINES],
        labels * len(MASS_LINES),
        [*table, TableRow("合计", cells(whole, {}))],
    )


def waiting_recommendations(user, as_of: date) -> list[Waiting]:
    """推优 that wait for the party body the account speaks for; one query, none for other accounts.

    Args:
        user: the signed-in User.
        as_of: the working date.
    """
    receives = scope_for(user, "recommendations.receive")
    if receives.nothing:
        return []
    rows = Recommendation.objects.filter(
        organization__in=Organization.objects.filter(receives.organizations_q()), recommended_on__lte=as_of
    )
    waits = rows.aggregate(
        accept=Count("pk", filter=Q(stage=RecommendationStage.RECOMMENDED)),
        file=Count("pk", filter=Q(stage=RecommendationStage.ACCEPTED)),
    )
    address = reverse("recommendation-list")
    found = []
    if waits["accept"]:
        found.append(
            Waiting(
                f"{waits['accept']} 名推优人选等待党组织接收",
                "逐名登记接收,或写明未接收的理由",
                f"{address}?stage={RecommendationStage.RECOMMENDED}",
                "去接收",
            )
        )
    if waits["file"]:
        found.append(
            Waiting(
                f"{waits['file']} 名已接收的推优人选尚未备案",
                "报上级党(工)委备案后登记备案日期",
                f"{address}?stage={RecommendationStage.ACCEPTED}",
                "去备案",
            )
        )
    return found
