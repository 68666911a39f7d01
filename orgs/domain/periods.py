"""Moving many periods at once under a constraint that lets no two of them overlap."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from quannan.base.bulk import period, update_rows

# First day, and the first day no longer in it.
Span = tuple[dt.date, dt.date | None]


class Move(NamedTuple):
    """A row whose period moves; ``values``: what is stored of it, in the order of the fields."""

    id: int
    before: Span
    after: Span
    values: Sequence[Any]


def move_periods(model: type[Any], fields: Sequence[str], moves: Sequence[Move]) -> None:
    """Write rows so that none meets the old period of another on the way: what shrinks goes first.

    Args:
        model: a table with `period`, which is among the fields.
        fields: names of the fields written.
        moves: the rows; their new periods do not overlap.
    """
    shrinking, growing, common = [], [], []
    for move in moves:
        shared = _common(move.before, move.after)
        if shared == move.after:
            shrinking.append(move)
            continue
        growing.append(move)
        if shared != move.before:
            # It leaves some days and takes others: first it keeps only what it had and will have.
            common.append((move.id, period(*shared)))
    update_rows(model, fields, ((move.id, *move.values) for move in shrinking))
    update_rows(model, ("period",), common)
    update_rows(model, fields, ((move.id, *move.values) for move in growing))


def _common(one: Span, other: Span) -> Span:
    ends = [end for end in (one[1], other[1]) if end is not None]
    return max(one[0], other[0]), min(ends) if ends else None
