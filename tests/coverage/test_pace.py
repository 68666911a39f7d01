"""Pace, forecast, required pace and bands, at their boundaries."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverage.domain.pace import BAND_RULES, BAND_WORDS, MONTH, Band, Pace, last_of, window_days, worst
from coverage.queries_pace import forecast_words, monthly, pace_words, required_words

AS_OF = date(2011, 6, 30)


def pace(counts, *, eligible=100, target=80, due=date(2011, 12, 31), as_of=AS_OF):
    days = window_days(as_of, len(counts) - 1)
    return Pace(as_of, due, Decimal(target), eligible, counts[-1], tuple(days), tuple(counts))


def test_window_runs_from_month_end_to_month_end_or_from_day_to_day():
    assert window_days(date(2011, 6, 30), 3) == [
        date(2011, 3, 31), date(2011, 4, 30), date(2011, 5, 31), date(2011, 6, 30),
    ]  # fmt: skip
    assert window_days(date(2011, 3, 15), 3)[0] == date(2010, 12, 15)
    assert window_days(date(2011, 3, 30), 1) == [date(2011, 2, 28), date(2011, 3, 30)]


def test_mean_slowest_and_fastest_month():
    found = pace([40, 41, 43, 60])
    assert found.gained == 20
    assert found.per_month == Fraction(20 * MONTH, 91)
    assert found.slowest == Fraction(1) * MONTH / 30
    assert found.fastest == 17 * MONTH / 30
    assert pace_words(found) == "6.7 家/月(各月 1.0 至 17.2)"


def test_required_pace_is_rounded_up_so_that_it_suffices():
    found = pace([40, 40, 40, 60])
    assert (found.lacking, found.days_left) == (20, 184)
    assert required_words(found) == "3.4 家/月"
    assert found.required * 184 / MONTH == 20
    assert required_words(pace([80, 80])) == "—"
    assert required_words(pace([10, 20], due=AS_OF)) == "—"


def test_forecast_names_the_range_or_says_that_it_is_not_reached():
    assert forecast_words(pace([40, 41, 43, 60])) == "2011-09-29(最快 2011-08-05,最慢 2013-02-19)"
    assert forecast_words(pace([60, 60])) == "按现在的进度到不了"
    assert forecast_words(pace([60, 70, 60])) == "按现在的进度到不了(按最快的一个月,2011-08-31)"
    assert forecast_words(pace([50, 50, 60])).endswith("按最慢的一个月到不了)")
    assert forecast_words(pace([80, 80])) == "已达"
    assert forecast_words(pace([0, 0], eligible=0)) == "无应建单位"
    # One organization in a window of a year, and thousands missing: no date is named that nobody will live to see.
    assert forecast_words(pace([0] * 12 + [1], eligible=9000)).startswith("按现在的进度到不了")


@pytest.mark.parametrize(
    ("counts", "due", "eligible", "band"),
    [
        ([80, 80], date(2011, 12, 31), 100, Band.MET),
        ([0, 0], date(2011, 12, 31), 0, Band.NONE),
        ([40, 60], date(2011, 6, 29), 100, Band.OVERDUE),
        ([40, 60], AS_OF, 100, Band.DUE),
        ([40, 50, 60], date(2011, 12, 31), 100, Band.ON_TIME),
        ([40, 40, 40, 41], date(2011, 12, 31), 100, Band.HARD),
        ([58, 58, 58, 58, 58, 60], date(2013, 1, 1), 100, Band.FASTER),
    ],
)
def test_band_at_each_boundary(counts, due, eligible, band):
    assert pace(counts, due=due, eligible=eligible).band == band


def test_band_turns_with_the_day_on_which_the_target_is_reached():
    found = pace([40, 41, 43, 60])
    on_the_day = pace([40, 41, 43, 60], due=found.reached_on)
    day_before = pace([40, 41, 43, 60], due=found.reached_on - timedelta(days=1))
    assert (on_the_day.band, day_before.band) == (Band.ON_TIME, Band.FASTER)
    assert pace([40, 41, 43, 60], due=found.earliest - timedelta(days=1)).band == Band.HARD


def test_target_that_only_rounds_up_is_not_met():
    found = pace([1400, 1499], eligible=2500, target=60)
    assert (found.met, found.lacking, found.band) == (False, 1, Band.ON_TIME)
    assert pace([1400, 1500], eligible=2500, target=60).band == Band.MET


def test_every_band_has_a_word_a_shape_and_a_rule():
    assert set(BAND_WORDS) == set(BAND_RULES) == set(Band)
    assert len({word for word, _, _ in BAND_WORDS.values()}) == len(Band)
    assert len({shape for _, shape, _ in BAND_WORDS.values()}) == len(Band)


def test_a_milestone_is_as_its_worst_line_and_done_with_its_last():
    good, slow, none = pace([40, 50, 60]), pace([50, 55, 60]), pace([0, 0, 0], eligible=0)
    assert worst([Band.MET, Band.HARD, Band.NONE]) == Band.HARD
    assert worst([Band.NONE, Band.MET]) == Band.MET
    assert last_of([good, slow, none]) == slow.reached_on
    assert last_of([good, pace([60, 60, 60])]) is None
    assert last_of([none]) is None


def test_monthly_rounds_half_up_and_keeps_the_sign():
    assert [monthly(Fraction(n, 100)) for n in (1725, 1724, -1725, -4, 0)] == ["17.3", "17.2", "-17.3", "0.0", "0.0"]


@given(st.lists(st.integers(0, 500), min_size=2, max_size=13), st.integers(1, 500), st.integers(1, 100))
def test_the_forecast_day_reaches_and_the_day_before_does_not(counts, eligible, target):
    found = pace([min(c, eligible) for c in counts], eligible=eligible, target=target)
    assert found.slowest <= found.per_month <= found.fastest
    day = found.reached_on
    if day is not None and found.lacking:
        gained = found.per_month * (day - AS_OF).days / MONTH
        assert gained >= found.lacking > found.per_month * ((day - AS_OF).days - 1) / MONTH
        assert found.earliest <= day
        assert found.latest is None or day <= found.latest
