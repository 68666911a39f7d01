"""Whose row holds when, as one value: what keeps the periods of one thing apart at a third of the usual index's cost."""

from typing import Any

from django.db.models import Func, TextField
from django.utils.deconstruct import deconstructible

# A box with the key as its width-less x and the days as its y. Half a day less at the end makes the upper bound open.
# Bounds that are absent lie beyond every date PostgreSQL knows; infinite ones would give an index no size to compare.
# Not RETURNS NULL ON NULL INPUT: such a function is called for every row instead of standing in the index expression
# itself, and that call cost as much as the index.
CREATE_FUNCTION = """
CREATE OR REPLACE FUNCTION span_box(key bigint, period daterange) RETURNS box
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN box(
    point(key, coalesce((lower(period) - date '2000-01-01')::float8, -1e10)),
    point(key, coalesce((upper(period) - date '2000-01-01')::float8 - 0.5, 1e10))
)
"""
DROP_FUNCTION = "DROP FUNCTION IF EXISTS span_box(bigint, daterange)"


@deconstructible
class SpanBox(Func):
    """The box of a row's key and period: two of the same key overlap exactly where their periods do.

    An exclusion constraint over it says what one over the key (=) and the period (&&) says. Empty periods must be
    refused by a check constraint of the table.

    Args:
        key: name of an integer field or foreign key, exact up to 2**53.
        period: name of a DateRangeField.
    """

    function = "span_box"
    output_field = TextField()

    def __init__(self, key: str, period: str, **extra: Any) -> None:
        super().__init__(key, period, **extra)
        self.key, self.period = key, period
