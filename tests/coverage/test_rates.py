from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.domain.rates import lacking, percent, reaches


@pytest.mark.parametrize(
    "n, d, expected",
    [
        (617, 624, 98.9),
        (84, 85, 98.8),
        (1334, 2194, 60.8),
        (Decimal("759.2"), Decimal("9918.5"), 7.7),
        (30, 30, 100.0),
        (0, 30, 0.0),
        (1, 30000, 0.1),
        (29999, 30000, 99.9),
        (1, 16, 6.3),
        (0, 0, None),
    ],
)
def test_percent_as_published(n, d, expected):
    assert percent(n, d) == expected


@given(st.integers(1, 10**6).flatmap(lambda d: st.tuples(st.integers(0, d), st.just(d))))
def test_percent_says_all_or_nothing_only_when_it_is(nd):
    n, d = nd
    assert (percent(n, d) == 100.0) == (n == d)
    assert (percent(n, d) == 0.0) == (n == 0)
    assert abs(percent(n, d) - 100 * n / d) <= 0.1


def test_milestone_is_judged_on_exact_counts_and_not_on_the_rounded_rate():
    assert percent(1499, 2500) == 60.0
    assert not reaches(1499, 2500, 60)
    assert lacking(1499, 2500, 60) == 1
    assert reaches(1500, 2500, 60)


@given(st.integers(0, 500), st.integers(1, 500), st.decimals(1, 100, places=2))
def test_lacking_is_the_least_number_that_reaches(n, d, target):
    more = lacking(n, d, target)
    assert reaches(n + more, d, target)
    assert more == 0 or not reaches(n + more - 1, d, target)
