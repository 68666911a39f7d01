"""From–to of the staff forms: a day as exactly as the cell says, against the day that the register holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any, Protocol, TypeVar

from orgs.lines import Precision, stored_range
from orgs.permissions import first_day_after
from quannan.base.workbook.cells import FuzzyDate
from quannan.base.workbook.declare import Problem, Row

_FINENESS = {Precision.DAY: 0, Precision.MONTH: 1, Precision.YEAR: 2, Precision.BY: 3}


class Term(Protocol):
    """A time on record, or given by an earlier row; ``facts`` has since, until and precision."""

    facts: Any

    def overlaps(self, since: dt.date, until: dt.date | None) -> bool:
        """Whether it shares a day with a time from a first day to the first day no longer in it."""
        ...


AnyTerm = TypeVar("AnyTerm", bound=Term)


def meets(facts: Any, since: dt.date, until: dt.date | None) -> bool:
    """Whether two half-open times share a day."""
    return (until is None or facts.since < until) and (facts.until is None or since < facts.until)


def terms_meant(alike: Sequence[AnyTerm], row: Row, today: dt.date) -> list[AnyTerm]:
    """Which of a person's terms a row with from_ and until may speak of; several where it is unclear.

    Args:
        alike: terms of the same person at the same place.
        row: without a first day it speaks of the open term, else of the only one.
        today: nothing ends later.
    """
    since, until = row["from_"], row["until"]
    if not isinstance(since, FuzzyDate):
        return [term for term in alike if term.facts.until is None] or list(alike)
    end = first_day_after(last_day(until, today)) if isinstance(until, FuzzyDate) else None
    met = [term for term in alike if term.overlaps(since.first(), end)]
    exact = [term for term in met if not tells_news(since, term.facts.since, term.facts.precision)]
    if end is None and len(met) > 1:
        # Without an end the row reaches over every later term; the one it begins in is meant.
        met = [term for term in met if term.facts.since <= since.last()] or met
    return exact or met


def refuse_late(row: Row, field: str, what: str, today: dt.date) -> Iterator[Problem]:
    """A day after today is refused as the single act does; one that could still be past is not."""
    said = row[field]
    if isinstance(said, FuzzyDate) and said.first() > today:
        yield row.error(field, "future", f"{what}不能晚于今天({today}),请核对。")


def first_day(said: FuzzyDate, end: dt.date | None, today: dt.date) -> dt.date:
    """The first day, taken so that no term is overstated: the last day that the cell can mean.

    Args:
        said: the cell.
        end: last day included, None while it goes on.
        today: nothing begins later.
    """
    return max(said.first(), min(said.last(), end or today, today))


def last_day(said: FuzzyDate, today: dt.date) -> dt.date:
    """The last day included: of a month or a year its last one, but no later than today."""
    return max(said.first(), min(said.last(), today))


def tells_news(said: FuzzyDate, held: dt.date, precision: str = Precision.DAY) -> bool:
    """Whether a cell gives a day other than the one held, or the same one more exactly."""
    first, last = stored_range(held, precision)
    apart = said.last() < first or last < said.first()
    return apart or _FINENESS[Precision(said.precision)] < _FINENESS[Precision(precision)]


def warn_inexact(row: Row, field: str, day: dt.date) -> Iterator[Problem]:
    """A day made of a month or a year is said aloud where the register keeps days."""
    said = row[field]
    if isinstance(said, FuzzyDate) and said.precision != Precision.DAY:
        yield row.warning(field, "taken_as_day", f"只写到年月,按{day}计;知道是哪一天的请写到日。")
