"""完成情况: how many organizations of a round have filed and were accepted by a day, by unit."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q

from coverage.domain.rates import percent
from evaluation.domain.lateness import accepted_by, end_of, filed_at, filed_for_by, filed_late_by
from evaluation.models import ReportState, Round
from evaluation.queries_report_list import moment_of, reports_seen
from orgs.models import Unit


@dataclass
class Counts:
    """Reports of one unit with those below it; what is returned and waits is known of today alone.

    Attributes:
        all: in the round.
        filed: filed by the day and not withdrawn.
        late: of them filed late (补报).
        behalf: of them filed on behalf (代报).
        accepted: of which a version was accepted by the county.
        returned: sent back now.
        unit: waiting for the unit now.
        county: waiting for the county now.
    """

    all: int = 0
    filed: int = 0
    late: int = 0
    behalf: int = 0
    accepted: int = 0
    returned: int = 0
    unit: int = 0
    county: int = 0

    def add(self, other: "Counts") -> None:
        """Adds another's.

        Args:
            other: of reports not counted yet.
        """
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))

    @property
    def in_time(self) -> int:
        return self.filed - self.late

    @property
    def filed_rate(self) -> float | None:
        return percent(self.filed, self.all)

    @property
    def accepted_rate(self) -> float | None:
        return percent(self.accepted, self.all)


@dataclass(frozen=True)
class UnitCounts:
    """One unit with its subtree's counts."""

    unit: Unit
    depth: int
    counts: Counts


@dataclass(frozen=True)
class Completeness:
    """A round by unit, as at the end of a day or, of today, as at the clock.

    Attributes:
        round: which.
        as_of: the day.
        now_too: whether the day is not over, so that what is returned and waits is told.
        rows: every unit in sight that holds reports, in the order of the tree.
        total: all in sight; each report once.
        unplaced: those that stand under no unit on the day, in the total alone.
    """

    round: Round
    as_of: date
    now_too: bool
    rows: list[UnitCounts]
    total: Counts
    unplaced: int


def completeness(user: Any, round_: Round, as_of: date, now: datetime) -> Completeness:
    """A round by unit: two queries, whatever the number of reports and units.

    Args:
        user: the signed-in User; only reports in sight are counted.
        round_: the round.
        as_of: the day at whose end it is counted.
        now: the clock; no later moment is looked at.
    """
    moment = moment_of(as_of, now)
    filed = filed_at(moment)
    counts = (
        reports_seen(user, as_of)
        .filter(round=round_)
        .select_related(None)
        .order_by()
        .values("unit_id")
        .annotate(
            n_all=Count("pk"),
            n_filed=Count("pk", filter=filed),
            n_late=Count("pk", filter=filed & filed_late_by(moment)),
            n_behalf=Count("pk", filter=filed & filed_for_by(moment)),
            n_accepted=Count("pk", filter=accepted_by(moment)),
            n_returned=Count("pk", filter=Q(state=ReportState.RETURNED)),
            n_unit=Count("pk", filter=Q(state=ReportState.SUBMITTED)),
            n_county=Count("pk", filter=Q(state=ReportState.UNIT_ACCEPTED)),
        )
    )
    own = {row["unit_id"]: Counts(**{one.name: row[f"n_{one.name}"] for one in fields(Counts)}) for row in counts}
    units = {unit.pk: unit for unit in Unit.objects.order_by("order", "code")}
    total, sums = Counts(), {}
    for pk, found in own.items():
        total.add(found)
        unit = units.get(pk)
        while unit is not None:
            sums.setdefault(unit.pk, Counts()).add(found)
            unit = units.get(unit.parent_id)
    visible = {unit.pk for unit in units.values() if unit.pk in sums}
    return Completeness(
        round_,
        as_of,
        now < end_of(as_of),
        [UnitCounts(units[pk], depth, sums[pk]) for pk, depth in _in_tree(units) if pk in visible],
        total,
        own[None].all if None in own else 0,
    )


def _in_tree(units: dict[int, Unit]) -> list[tuple[int, int]]:
    """Keys of units with their depth, superiors before those below them, each level in its own order."""
    below: dict[int | None, list[int]] = {}
    for unit in units.values():
        below.setdefault(unit.parent_id, []).append(unit.pk)
    found: list[tuple[int, int]] = []

    def walk(parent: int | None, depth: int) -> None:
        for pk in below.get(parent, ()):
            found.append((pk, depth))
            walk(pk, depth + 1)

    walk(None, 0)
    return found
