"""Largest remainder: the parts make the whole, nobody gets more than its gap, and the same gaps give the same parts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.domain.apportioning import Portion, apportion

gaps = st.lists(st.integers(0, 400), min_size=1, max_size=20)
cases = gaps.flatmap(lambda found: st.tuples(st.integers(0, sum(found)), st.just(found)))


@given(cases)
def test_parts_make_the_whole_and_stay_within_the_gaps(case):
    needed, found = case
    portions = apportion(needed, found)
    assert sum(portion.count for portion in portions) == needed
    assert all(0 <= portion.count <= portion.gap for portion in portions)
    # Nobody is further from the exact part than by less than one.
    assert all(abs(portion.count - portion.quota) < 1 for portion in portions)


@given(cases)
def test_the_same_gaps_give_the_same_parts(case):
    assert apportion(*case) == apportion(*case)


@given(cases)
def test_a_larger_gap_never_gets_less(case):
    needed, found = case
    portions = apportion(needed, found)
    assert all(one.count >= other.count for one in portions for other in portions if one.gap > other.gap)


def test_remainders_are_told():
    assert [portion.words for portion in apportion(20, [31, 14, 5])] == [
        "按比例 12.4 → 12",
        "按比例 5.6 → 5 + 余数 1",
        "按比例 2 → 2",
    ]


def test_of_equal_remainders_the_larger_gap_comes_first_then_the_earlier_unit():
    assert [portion.count for portion in apportion(1, [1, 1])] == [1, 0]
    assert [portion.count for portion in apportion(2, [1, 3])] == [0, 2]


def test_nothing_needed_and_nothing_lacking():
    assert [portion.count for portion in apportion(0, [0, 4])] == [0, 0]
    assert apportion(0, [0])[0].words == "按比例 0 → 0"
    with pytest.raises(ValueError, match="cannot be split"):
        apportion(5, [1, 3])


def test_a_portion_counts_its_whole_and_its_extra():
    [portion] = apportion(3, [7])
    assert isinstance(portion, Portion)
    assert (portion.whole, portion.extra, portion.count) == (3, 0, 3)
