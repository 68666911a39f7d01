"""Gaps handed out, 挂牌督办 and 分类指导 of the demo county; they go with it and leave no trace."""

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q

from coverage.models import STATE_COLUMNS, GapAssignment, GuidanceMeasure, GuidanceOverride, Span, State, Supervision
from orgs.domain.demo.clear import forget
from orgs.lines import MASS_LINES, Line
from orgs.models import User
from quannan.base.events import subscribe

SEED = 2011_0401
FROM = date(2011, 4, 1)
HANDED, HUNG, GIVEN, HELPED = 90, 8, 6, 60
LEADERS = ("钟副书记", "廖副书记", "曾主任", "赖副主任", "刘部长")
DEADLINES = (
    date(2011, 4, 30),
    date(2011, 5, 31),
    date(2011, 6, 15),
    date(2011, 7, 31),
    date(2011, 9, 30),
    date(2011, 12, 31),
)
STEPS = ("约谈出资人", "上门指导筹备", "召开成立大会", "报上级批复", "")
KINDS = ("visit", "visit", "visit", "search", "instructor", "union_first", "league_first", "women_first", "train")
OVERRIDES = (("A", "示范带动作用好"), ("B", "组织生活不经常"), ("C", "党员已转出,实际没有党员"))
MODELS: tuple[Any, ...] = (GapAssignment, Supervision, GuidanceOverride, GuidanceMeasure)


def write_demo_gaps(*, now: datetime) -> int:
    """Writes what the demo county has handed out by 2011, always the same; the spans must be up to date.

    Args:
        now: the clock.

    Returns:
        How many gaps are handed out; 0 where there is no demo county, or where it has some already.
    """
    own = Q(organization__is_demo=True)
    if GapAssignment.objects.filter(own).exists():
        return 0
    rng = Random(SEED)  # noqa: S311 - made-up data, the same every time
    owner = User.objects.filter(is_demo=True, username="owner").first()
    spans = list(
        Span.objects.at(FROM)
        .filter(own, excluded=False, organization__closed_on=None)
        .select_related("organization")
        .order_by("organization_id")
    )
    lines = (*MASS_LINES, Line.PARTY.value)
    pairs = [(s, line) for s in spans for line in lines if getattr(s, STATE_COLUMNS[line]) == State.GAP]
    chosen = rng.sample(pairs, min(HANDED, len(pairs)))
    GapAssignment.objects.bulk_create(
        GapAssignment(
            organization=span.organization,
            line=line,
            period=DateRange(FROM, None),
            unit_id=span.unit_id,
            leader=rng.choice(LEADERS),
            due_on=DEADLINES[place % len(DEADLINES)],
            next_step=rng.choice(STEPS),
            by_county=place % 3 == 0,
            assigned_by=owner,
            assigned_at=now,
        )
        for place, (span, line) in enumerate(chosen)
    )
    handed = list({span.organization_id: span.organization for span, _ in chosen}.values())
    Supervision.objects.bulk_create(
        Supervision(
            organization=row,
            period=DateRange(FROM + timedelta(days=30), None),
            level="县级",
            reason="应建未建时间长,多次督促没有进展",
            started_by=owner,
        )
        for row in handed[:HUNG]
    )
    every = [span.organization for span in spans]
    for place, row in enumerate(rng.sample(every, min(GIVEN, len(every)))):
        letter, reason = OVERRIDES[place % len(OVERRIDES)]
        GuidanceOverride.objects.create(
            organization=row, letter=letter, reason=reason, period=DateRange(FROM, None), made_by=owner
        )
    helped = [*handed[: HELPED // 2], *rng.sample(every, min(HELPED // 2, len(every)))]
    GuidanceMeasure.objects.bulk_create(
        GuidanceMeasure(
            organization=row,
            done_on=FROM + timedelta(days=rng.randrange(90)),
            kind=rng.choice(KINDS),
            note=rng.choice(("", "已与出资人谈过", "请乡镇跟进")),
            recorded_by=owner,
        )
        for row in helped
    )
    return len(chosen)


@subscribe("demo.clear")
def remove_demo_gaps(*, organization_ids: list[int], **payload: object) -> None:
    """Removes what belongs to demo organizations, with its history.

    Args:
        organization_ids: the demo's organizations.
        payload: what else is announced.
    """
    for model in MODELS:
        model.objects.filter(organization__in=organization_ids).delete()
    forget(dict.fromkeys(MODELS, Q(organization_id__in=organization_ids)))
