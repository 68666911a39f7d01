"""开展情况: how many organizations with a body of a line held anything of that line in a period, by unit."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery

from activities.models import Activity, Participation
from coverage.domain.figures import chain, seen_units, spans_in
from coverage.domain.rates import percent
from coverage.models import BUILT, STATE_COLUMNS, Span
from orgs.lines import LINES
from orgs.models import Organization, Unit

# What of a line's base is looked at: all of it, those with an activity, those without.
BASE, ACTIVE, IDLE = "base", "active", "idle"


@dataclass
class LineCount:
    """One line of one unit with those below it.

    Attributes:
        base: organizations with a body of the line at the date, those under an exclusion left out.
        active: of them with an activity of the line in the period, as host or taking part.
        held: activities of the line that organizations of the unit hosted in the period, with or without a body.
    """

    base: int = 0
    active: int = 0
    held: int = 0

    @property
    def idle(self) -> int:
        return self.base - self.active

    @property
    def rate(self) -> float | None:
        return percent(self.active, self.base)

    def add(self, other: "LineCount") -> None:
        """Adds another's.

        Args:
            other: of organizations not counted yet.
        """
        self.base += other.base
        self.active += other.active
        self.held += other.held


def _lines() -> dict[str, LineCount]:
    return {line: LineCount() for line in LINES}


@dataclass
class SummaryRow:
    """A unit with those below it; `unit` None for all in sight."""

    unit: Unit | None
    depth: int = 0
    lines: dict[str, LineCount] = field(default_factory=_lines)

    @property
    def shown(self) -> list[tuple[str, LineCount]]:
        """The lines in the order of the columns."""
        return [(line, self.lines[line]) for line in LINES]

    def add(self, other: dict[str, LineCount]) -> None:
        """Adds the counts of a unit's own organizations.

        Args:
            other: by line.
        """
        for line, count in other.items():
            self.lines[line].add(count)


@dataclass(frozen=True)
class Summary:
    """开展情况 of a period.

    Attributes:
        as_of: the date of the bodies.
        since, until: the period, both days included.
        rows: every unit in sight that holds anything, in the order of the tree.
        total: all in sight, each organization once.
    """

    as_of: date
    since: date
    until: date
    rows: list[SummaryRow]
    total: SummaryRow


def held_in(since: date, until: date, today: date) -> QuerySet[Activity]:
    """Activities of a period that were not cancelled.

    Args:
        since, until: the period, both days included.
        today: of the clock.
    """
    return Activity.objects.held().within(since, until, today).order_by()


def _has_held(line: str, rows: QuerySet[Activity]) -> Q:
    """The condition on spans: their organization hosted one of the activities of a line, or took part."""
    of_line = rows.filter(line=line)
    parts = Participation.objects.filter(activity__in=of_line.values("pk"))
    return Q(organization_id__in=of_line.values("organization_id")) | Q(
        organization_id__in=parts.order_by().values("organization_id")
    )


def _built(line: str) -> Q:
    return Q(**{f"{STATE_COLUMNS[line]}__in": [int(state) for state in BUILT]})


def summary(*, user: Any, as_of: date, since: date, until: date, today: date, unit: Unit | None = None) -> Summary:
    """Every line of every unit: three queries, whatever the number of units.

    Unknown attendance plays no part: an activity counts whether or not anybody wrote down how many came.

    Args:
        user: the signed-in User.
        as_of: the date of the bodies.
        since, until: the period, both days included.
        today: of the clock.
        unit: restricts to this unit and those below it.
    """
    units = {one.pk: one for one in Unit.objects.order_by("order", "code")}
    rows = held_in(since, until, today)
    counts: dict[str, Count] = {}
    for line in LINES:
        counts[f"{line}_base"] = Count("pk", filter=_built(line))
        counts[f"{line}_active"] = Count("pk", filter=_built(line) & _has_held(line, rows))
    own: dict[int, dict[str, LineCount]] = {}
    found = spans_in(user, as_of, unit).in_base().order_by().values("unit_id").annotate(**counts)
    for one in found:
        own[one["unit_id"]] = {line: LineCount(one[f"{line}_base"], one[f"{line}_active"]) for line in LINES}
    seen = Organization.objects.visible_to(user, as_of)
    # One filter, one join: where the host stood before or after the date plays no part.
    stood = Q(organization__placements__period__contains=as_of)
    if unit is not None:
        stood &= Q(organization__placements__unit__path__startswith=unit.path)
    hosted = (
        rows.filter(stood, organization__in=seen, held_on__lte=as_of)
        .annotate(at=F("organization__placements__unit"))
        .values("at", "line")
        .annotate(number=Count("pk"))
    )
    for one in hosted:
        own.setdefault(one["at"], _lines())[one["line"]].held += one["number"]
    return _by_unit(own, units, user, unit, (as_of, since, until))


def _by_unit(
    own: dict[int, dict[str, LineCount]], units: dict[int, Unit], user: Any, unit: Unit | None, days: tuple[date, ...]
) -> Summary:
    shows = seen_units(user, unit)
    total, tree = SummaryRow(None), {}
    for pk, lines in own.items():
        total.add(lines)
        for above in chain(units[pk], units, shows):
            tree.setdefault(above.pk, SummaryRow(above)).add(lines)
    order = sorted(tree, key=lambda pk: _place(units[pk], units))
    shown = [tree[pk] for pk in order if any(count.base or count.held for count in tree[pk].lines.values())]
    least = min((row.unit.path.count("/") for row in shown if row.unit), default=0)
    for row in shown:
        row.depth = row.unit.path.count("/") - least if row.unit else 0
    as_of, since, until = days
    return Summary(as_of, since, until, shown, total)


def _place(unit: Unit, units: dict[int, Unit]) -> list[tuple[int, str]]:
    """Where a unit stands in the tree: superiors before those below them, each level in its own order."""
    place = [(unit.order, unit.code)]
    while unit.parent_id is not None:
        unit = units[unit.parent_id]
        place.append((unit.order, unit.code))
    return place[::-1]


def behind(*, user: Any, as_of: date, line: str, measure: str, since: date, until: date, today: date) -> QuerySet[Span]:
    """The organizations behind one number, each with `held`, `last_held` and `last_precision` of the period.

    Args:
        user: the signed-in User.
        as_of: the date of the bodies.
        line: code of `Line`.
        measure: BASE, ACTIVE or IDLE.
        since, until: the period, both days included.
        today: of the clock.
    """
    rows = held_in(since, until, today)
    spans = spans_in(user, as_of).in_base().filter(_built(line))
    if measure in (ACTIVE, IDLE):
        condition = _has_held(line, rows)
        spans = spans.filter(condition if measure == ACTIVE else ~condition)
    of_line = rows.filter(line=line)
    part = Participation.objects.filter(activity=OuterRef("pk"), organization=OuterRef(OuterRef("organization_id")))
    mine = of_line.filter(Q(organization=OuterRef("organization_id")) | Exists(part)).order_by()
    number = mine.values("line").annotate(n=Count("pk")).values("n")
    last = mine.values("line").annotate(n=Max("held_on")).values("n")
    exactly = mine.order_by("-held_on", "held_precision", "pk").values("held_precision")[:1]
    return spans.select_related("organization", "unit").annotate(
        held=Subquery(number), last_held=Subquery(last), last_precision=Subquery(exactly)
    )
