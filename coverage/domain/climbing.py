"""How an overdue gap climbs to the superiors of the unit that is responsible for it."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Q

from orgs.models import Unit

# choice: with the superior the day after the deadline, and one level higher for each 30 days more.
CLIMB_DAYS = 30
CLIMB_WORDS = f"逾期次日起上报责任单位的上级,此后每满 {CLIMB_DAYS} 天再上报一级,到县里为止"


def levels_climbed(due_on: date, as_of: date) -> int:
    """How many levels above the responsible unit an assignment has climbed; 0 until it is overdue.

    Args:
        due_on: the last day in time.
        as_of: the day asked for.
    """
    late = (as_of - due_on).days
    return 0 if late < 1 else 1 + (late - 1) // CLIMB_DAYS


def climbed_to(unit_id: int, due_on: date, as_of: date, units: Mapping[int, Unit]) -> Unit | None:
    """The superior to whom an overdue assignment is reported; None while in time, or where there is none above.

    Args:
        unit_id: the responsible unit.
        due_on: the last day in time.
        as_of: the day asked for.
        units: all units by key.
    """
    here, up = units[unit_id], None
    for _ in range(levels_climbed(due_on, as_of)):
        if here.parent_id is None:
            break
        up = here = units[here.parent_id]
    return up


def climbed_condition(unit: Unit, as_of: date, units: Iterable[Unit]) -> Q:
    """Which assignments have climbed to a unit, or past it: those of the units below it, overdue for long enough.

    Args:
        unit: the superior.
        as_of: the day asked for.
        units: all units.
    """
    depth = unit.path.count("/")
    by_distance: dict[int, list[int]] = {}
    for below in units:
        if below.pk != unit.pk and below.path.startswith(unit.path):
            by_distance.setdefault(below.path.count("/") - depth, []).append(below.pk)
    condition = Q(pk__in=())
    for distance, keys in by_distance.items():
        last = date.fromordinal(as_of.toordinal() - 1 - CLIMB_DAYS * (distance - 1))
        condition |= Q(unit__in=keys, due_on__lte=last)
    return condition
