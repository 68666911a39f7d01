"""Two dates beside one another: what entered and left the eligible set, what became and ceased to be covered.

Each organization's span on the first day and its span on the second are joined, each only where it is counted on its
day (coverage.md, Base and populations). What a line is on either side is one of three: not eligible, eligible and not
built, covered; a row of the comparison is an organization and a line for which the two differ.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, F, FilteredRelation, Func, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable

from coverage.domain.figures import LineCounts, counts_on
from coverage.models import COVERED, MEASURED, STATE_COLUMNS, Population, State
from orgs.models import Organization, Unit
from orgs.permissions import scope_of

# What a line of an organization counts as on one day.
OUT, GAP, BUILT = 0, 1, 2
SIDES = ("was", "now")


def move_code(was: int, now: int) -> int:
    """A change of one line as one digit.

    Args:
        was: OUT, GAP or BUILT on the first day.
        now: the same on the second.
    """
    return 3 * was + now


@dataclass(frozen=True)
class Change:
    """One kind of change: its name in addresses, its words, and the moves it counts."""

    code: str
    label: str
    moves: frozenset[int]


ENTERED = Change("entered", "进入应建", frozenset({move_code(OUT, GAP), move_code(OUT, BUILT)}))
LEFT = Change("left", "退出应建", frozenset({move_code(GAP, OUT), move_code(BUILT, OUT)}))
GAINED = Change("gained", "新增已建", frozenset({move_code(OUT, BUILT), move_code(GAP, BUILT)}))
LOST = Change("lost", "减少已建", frozenset({move_code(BUILT, OUT), move_code(BUILT, GAP)}))
CHANGES = {change.code: change for change in (ENTERED, LEFT, GAINED, LOST)}
MOVES = ENTERED.moves | LEFT.moves | GAINED.moves | LOST.moves

# A row's line and change in one number, so that one set of them unfolds to rows: line × 10 + change.
LINE_STEP = 10


def line_of_move(move: int) -> str:
    """The line of a row.

    Args:
        move: the number `moved` gives.
    """
    return MEASURED[move // LINE_STEP]


@dataclass
class LineComparison:
    """One line on both days, in organizations: the counts of either day and what moved between."""

    line: str
    before: LineCounts
    after: LineCounts
    entered: int
    left: int
    gained: int
    lost: int

    @property
    def eligible_adds_up(self) -> bool:
        """应建 on the first day + 进入 − 退出 = 应建 on the second."""
        return self.before.eligible + self.entered - self.left == self.after.eligible

    @property
    def covered_adds_up(self) -> bool:
        """已建 on the first day + 新增 − 减少 = 已建 on the second."""
        return self.before.covered + self.gained - self.lost == self.after.covered

    @property
    def eligible_change(self) -> int:
        return self.after.eligible - self.before.eligible

    @property
    def covered_change(self) -> int:
        return self.after.covered - self.before.covered

    @property
    def points(self) -> float | None:
        """By how many points the worded rate changed; None where either day has nothing eligible."""
        if self.before.rate is None or self.after.rate is None:
            return None
        return round(self.after.rate - self.before.rate, 1)


def _counted(user: Any, day: date, unit_ids: Collection[int] | None, population: str) -> Q:
    """Of which spans a line is counted on a day: in sight, in the base, with figures, of the population."""
    where = Q(spans__period__contains=day, spans__excluded=False, spans__known_figures=True)
    scope = scope_of(user)
    if not scope.county:
        below = Unit.objects.filter(scope.units_q()).values_list("pk", flat=True)
        where &= Q(spans__unit__in=list(below)) | Q(spans__organization__in=list(scope.organization_ids))
    if unit_ids is not None:
        where &= Q(spans__unit__in=list(unit_ids))
    return (
        where
        & {
            Population.ALL: Q(),
            Population.ABOVE: Q(spans__scale=True),
            Population.BELOW: Q(spans__scale=False),
            Population.KEY: Q(spans__is_key=True),
        }[Population(population)]
    )


def _side(side: str, line: str) -> Case:
    column = f"{side}__{STATE_COLUMNS[line]}"
    return Case(
        When(**{column: int(State.GAP)}, then=Value(GAP)),
        When(**{f"{column}__in": [int(s) for s in COVERED]}, then=Value(BUILT)),
        default=Value(OUT),
        output_field=IntegerField(),
    )


def both_days(
    rows: QuerySet[Organization],
    *,
    user: Any,
    start: date,
    end: date,
    unit: Unit | None = None,
    population: str = Population.ALL,
) -> QuerySet[Organization]:
    """Organizations with what each line counts as on both days, as `was_<line>` and `now_<line>`.

    Args:
        rows: organizations; who is not in the account's sight on a day counts as nothing on it.
        user: the signed-in User.
        start: the first day.
        end: the second day, not before the first.
        unit: counts only what stands below this unit on the day itself.
        population: a Population code, on the day itself.
    """
    ids = None if unit is None else list(Unit.objects.below(unit).values_list("pk", flat=True))
    rows = rows.alias(
        was=FilteredRelation("spans", condition=_counted(user, start, ids, population)),
        now=FilteredRelation("spans", condition=_counted(user, end, ids, population)),
    )
    return rows.alias(**{f"{side}_{line}": _side(side, line) for side in SIDES for line in MEASURED})


class Unfolded(Func):
    """One row for each number of a list that is not null."""

    function = "unnest"
    template = "unnest(array_remove(ARRAY[%(expressions)s], NULL))"
    set_returning = True
    output_field = IntegerField()


def moved(
    rows: QuerySet[Organization], *, lines: Iterable[str] = MEASURED, moves: Collection[int] = MOVES
) -> QuerySet[Organization]:
    """One row for each organization and line that moved, the number of the move beside it as `move`.

    Args:
        rows: as `both_days` gives them.
        lines: the lines looked at.
        moves: the changes wanted, as `move_code` numbers them.
    """
    wanted = sorted(moves)
    some, numbers = Q(pk__in=()), []
    for line in lines:
        code: Combinable = F(f"was_{line}") * 3 + F(f"now_{line}")
        rows = rows.alias(**{f"code_{line}": code})
        changed = Q(**{f"code_{line}__in": wanted})
        some |= changed
        number = F(f"code_{line}") + MEASURED.index(line) * LINE_STEP
        numbers.append(Case(When(changed, then=number), output_field=IntegerField()))
    return rows.filter(some).annotate(move=Unfolded(*numbers))


def compare(
    *,
    user: Any,
    start: date,
    end: date,
    unit: Unit | None = None,
    population: str = Population.ALL,
    lines: Sequence[str] = MEASURED,
) -> list[LineComparison]:
    """Both days of each line and what moved between them.

    The counts of the days are running sums of deltas, as on every other page; what moved is counted from the joined
    spans. That both agree is printed with the page, not assumed.

    Args:
        user: the signed-in User.
        start: the first day.
        end: the second day, not before the first.
        unit: restricts to this unit and those below it.
        population: a Population code.
        lines: the lines wanted.
    """
    days = sorted({start, end})
    counts = [found[population].lines for found in counts_on(user=user, days=days, unit=unit, lines=lines)]
    before, after = counts[0], counts[-1]
    rows = both_days(Organization.objects.standing(), user=user, start=start, end=end, unit=unit, population=population)
    sums = {}
    for line in lines:
        rows = rows.alias(**{f"code_{line}": F(f"was_{line}") * 3 + F(f"now_{line}")})
        for change in CHANGES.values():
            sums[f"{line}_{change.code}"] = Count("pk", filter=Q(**{f"code_{line}__in": sorted(change.moves)}))
    found = rows.order_by().aggregate(**sums)
    return [
        LineComparison(line, before[line], after[line], **{code: found[f"{line}_{code}"] for code in CHANGES})
        for line in lines
    ]
