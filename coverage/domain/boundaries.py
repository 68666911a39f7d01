"""Boundary tables of standards and rules of scale: worked out live, by the text that works out every organization."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from coverage.domain.span_sql import boundaries_select, scale_boundaries_select
from coverage.models import Measure, ScaleRule, Standard, State

# 万元 as offices write it: two decimals.
STEP = Decimal(100)
OWED = "应建"


@dataclass(frozen=True)
class Boundary:
    """One count and what follows from it for an organization without a body.

    Attributes:
        count: the head-count, None for “not known”; 1 above scale, 0 below for what looks at the scale.
        state: the verdict.
        form: the form that fits the count, as (code, note, code of a higher one that may be chosen); None where none is
            owed or permitted.
    """

    count: int | None
    state: State
    form: tuple[str, str, str] | None


@dataclass(frozen=True)
class ScaleBoundary:
    """One pair of employees and yearly revenue (yuan, None not known) and whether that is above scale."""

    employees: int | None
    revenue_yuan: Decimal | None
    above: bool | None


def boundaries(standards: Sequence[Standard], as_of: date) -> dict[int, list[Boundary]]:
    """The verdict and form around every threshold and rung of some standards: one query.

    Args:
        standards: saved rows; each is read on a day on which it holds.
        as_of: that day, where it holds then.

    Returns:
        Rows by key of the standard: n−1, n and n+1 of each number n, and “not known”.
    """
    if not standards:
        return {}
    parameters: dict[str, Any] = {}
    for n, row in enumerate(standards):
        parameters[f"day_{n}"] = day_within(row, as_of)
        parameters[f"counts_{n}"] = [*_counts(row), None]
    found: dict[int, list[Boundary]] = {row.pk: [] for row in standards}
    with connection.cursor() as cursor:
        cursor.execute(boundaries_select([row.line for row in standards]), parameters)
        for number, count, state in cursor:
            standard, verdict = standards[number], State(state)
            found[standard.pk].append(Boundary(count, verdict, form_at(standard, count, verdict)))
    return found


def scale_boundaries(rules: Sequence[ScaleRule], as_of: date) -> dict[int, list[ScaleBoundary]]:
    """Above scale, below or unknown around every number of some rules of scale: one query.

    Args:
        rules: saved rows; each is read on a day on which it holds.
        as_of: that day, where it holds then.
    """
    if not rules:
        return {}
    parameters: dict[str, Any] = {}
    pairs: list[list[tuple[int | None, Decimal | None]]] = []
    for n, row in enumerate(rules):
        few, alone, revenue = row.employees_with_revenue, row.employees_alone, row.revenue_yuan
        less = max(revenue - STEP, Decimal(0))
        said: list[tuple[int | None, Decimal | None]] = [
            (max(few - 1, 0), revenue * 2),
            (few, less),
            (few, revenue),
            (few, None),
            (max(alone - 1, 0), less),
            (max(alone - 1, 0), None),
            (alone, None),
            (None, revenue),
        ]
        pairs.append(list(dict.fromkeys(said)))
        parameters[f"day_{n}"] = day_within(row, as_of)
        parameters[f"employees_{n}"] = [employees for employees, _ in pairs[n]]
        parameters[f"revenues_{n}"] = [money for _, money in pairs[n]]
    found: dict[int, list[ScaleBoundary]] = {row.pk: [] for row in rules}
    with connection.cursor() as cursor:
        cursor.execute(scale_boundaries_select(len(rules)), parameters)
        for number, place, above in cursor:
            employees, money = pairs[number][place - 1]
            found[rules[number].pk].append(ScaleBoundary(employees, money, above))
    return found


def form_at(standard: Standard, count: int | None, state: State) -> tuple[str, str, str] | None:
    """The form of the highest rung a count reaches, where a body is owed or permitted.

    Args:
        standard: with its rungs.
        count: the head-count.
        state: the verdict without a body.
    """
    if count is None or state not in (State.GAP, State.PERMITTED):
        return None
    reached = sorted((rung for rung in standard.rungs if rung["min"] <= count), key=lambda rung: rung["min"])
    if not reached:
        return None
    highest = reached[-1]
    owed = [rung for rung in reached if rung["duty"] == OWED]
    if state == State.GAP and highest["duty"] != OWED and owed:
        return owed[-1]["form"], owed[-1].get("note", ""), highest["form"]
    return highest["form"], highest.get("note", ""), ""


def day_within(row: Standard | ScaleRule, as_of: date) -> date:
    """A day on which a rule holds: the one asked for where possible.

    Args:
        row: with its period.
        as_of: the day preferred.
    """
    if as_of in row.period:
        return as_of
    first: date | None = row.period.lower
    return first if first is not None else row.period.upper - timedelta(days=1)


def _counts(row: Standard) -> list[int]:
    if row.measure == Measure.ABOVE_SCALE:
        return [0, 1]
    numbers = {row.obliged_from, *(rung["min"] for rung in row.rungs)}
    if row.permitted_from is not None:
        numbers.add(row.permitted_from)
    around = {n + step for n in numbers for step in (-1, 0, 1)}
    return sorted(n for n in around if n >= 0)
