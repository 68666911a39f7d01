"""The arithmetic of 考核: tables out of real scorecards, and what holds for whatever is entered."""

from decimal import Decimal as D

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from evaluation.domain.scoring import (
    band_of,
    checked_parameters,
    fault_of,
    half_up,
    points_of,
    rule_words,
    work_out,
)
from evaluation.models import Band, Indicator, Scheme

STEPS = {"steps": [["10", "2"], ["20", "4"]], "more": "6"}
BANDS = [
    Band(name=name, from_score=D(score)) for name, score in (("优秀", 90), ("良好", 80), ("达标", 60), ("不达标", 0))
]


def indicator(pk=1, rule="given", points="10", **parameters):
    return Indicator(pk=pk, code=str(pk), name=f"指标{pk}", rule=rule, points=D(points), parameters=parameters)


@pytest.mark.parametrize(
    ("rule", "points", "parameters", "raw", "reached"),
    [
        # 人均经费 7: short by ≤ 10 % −2, ≤ 20 % −4, more −6
        ("steps", "7", STEPS, "0", "7.00"),
        ("steps", "7", STEPS, "0.01", "5.00"),
        ("steps", "7", STEPS, "10", "5.00"),
        ("steps", "7", STEPS, "10.01", "3.00"),
        ("steps", "7", STEPS, "20", "3.00"),
        ("steps", "7", STEPS, "20.01", "1.00"),
        ("steps", "7", STEPS, "100", "1.00"),
        # 联席会议 6: −2 per one missed, floor 0
        ("deduct", "6", {"each": "2", "unit": "次"}, "0", "6.00"),
        ("deduct", "6", {"each": "2", "unit": "次"}, "1", "4.00"),
        ("deduct", "6", {"each": "2", "unit": "次"}, "3", "0.00"),
        ("deduct", "6", {"each": "2", "unit": "次"}, "4", "0.00"),
        ("given", "8", {}, "7.5", "7.50"),
        ("ratio", "10", {"full_at": "100"}, "33.33", "3.33"),
        ("ratio", "5", {"full_at": "100"}, "60.1", "3.01"),
        ("ratio", "10", {"full_at": "80"}, "80", "10.00"),
        ("ratio", "10", {"full_at": "80"}, "100", "10.00"),
        ("ratio", "10", {"full_at": "80"}, "40", "5.00"),
        ("bonus", "5", {"each": "2", "unit": "项"}, "2", "4.00"),
        ("bonus", "5", {"each": "2", "unit": "项"}, "3", "5.00"),
        ("bonus", "5", {}, "1.5", "1.50"),
        ("veto", "0", {}, "1", "0.00"),
    ],
)
def test_points_follow_from_the_raw_value(rule, points, parameters, raw, reached):
    assert points_of(indicator(1, rule, points, **parameters), D(raw)) == D(reached)


@pytest.mark.parametrize(("exact", "rounded"), [("1.005", "1.01"), ("1.004", "1.00"), ("2.675", "2.68"), ("0", "0.00")])
def test_halves_go_up(exact, rounded):
    assert half_up(D(exact)) == D(rounded)


@pytest.mark.parametrize(
    ("total", "vetoed", "name"),
    [
        ("100", False, "优秀"),
        ("90", False, "优秀"),
        ("89.99", False, "良好"),
        ("80", False, "良好"),
        ("79.99", False, "达标"),
        ("60", False, "达标"),
        ("59.99", False, "不达标"),
        ("0", False, "不达标"),
        ("98", True, "不达标"),
    ],
)
def test_bands_begin_at_their_score(total, vetoed, name):
    assert band_of(Scheme(), BANDS, D(total), vetoed).name == name


def test_a_veto_without_lowest_band_leaves_the_band_to_the_total():
    assert band_of(Scheme(veto_lowest=False), BANDS, D(98), True).name == "优秀"


@pytest.mark.parametrize(
    ("one", "raw", "word"),
    [
        (indicator(1, "given", "8"), "8.5", "超过分值"),
        (indicator(1, "given", "8"), "-1", "负数"),
        (indicator(1, "given", "8"), "1.234", "两位小数"),
        (indicator(1, "deduct", "6", each="2", unit="次"), "1.5", "整数"),
        (indicator(1, "steps", "7", **STEPS), "101", "最多填100"),
        (indicator(1, "ratio", "7", full_at="100"), "100.5", "最多填100"),
        (indicator(1, "veto", "0"), "2", "“是”或“否”"),
        (indicator(1, "bonus", "5"), "6", "超过分值"),
        (indicator(1, "given", "8"), "NaN", "数字"),
        (indicator(1, "given", "8"), "1" * 30, "数字过大"),
        (indicator(1, "given", "8"), "-" + "1" * 30, "负数"),
        (indicator(1, "given", "8"), "1." + "1" * 30, "两位小数"),
    ],
)
def test_a_value_that_cannot_be_is_told_why(one, raw, word):
    assert word in fault_of(one, D(raw))


@pytest.mark.parametrize(
    ("rule", "given_parameters"),
    [
        ("deduct", {"each": "0"}),
        ("deduct", {"each": "x"}),
        ("deduct", {"each": "11"}),
        ("deduct", {"each": "1", "other": "2"}),
        ("steps", {"steps": [], "more": "3"}),
        ("steps", {"steps": [["20", "2"], ["10", "4"]], "more": "6"}),
        ("steps", {"steps": [["10", "4"], ["20", "2"]], "more": "6"}),
        ("steps", {"steps": [["10", "4"]], "more": "11"}),
        ("ratio", {"full_at": "101"}),
        ("given", {"each": "1"}),
    ],
)
def test_parameters_that_make_no_rule_are_refused(rule, given_parameters):
    with pytest.raises(ValidationError):
        checked_parameters(rule, D(10), given_parameters)


def test_rules_read_as_sentences():
    assert rule_words(indicator(1, "steps", "7", **STEPS)) == "短缺不超过10%扣2分,短缺不超过20%扣4分,超过的扣6分"
    assert rule_words(indicator(1, "deduct", "6", each="2", unit="次")) == "每少(错)1次扣2分,扣完为止"


def sheet(**facts):
    return Scheme(subject="organization", **facts)


def of(*triples):
    return {(pk, rater): (D(raw), D(points)) for pk, rater, raw, points in triples}


TWO = [indicator(1, points="60"), indicator(2, points="40")]


def test_the_last_rater_of_each_indicator_decides():
    found = of((1, "self", 60, 60), (1, "unit", 50, 50), (2, "self", 40, 40), (2, "county", 30, 30))
    outcome = work_out(sheet(), TWO, BANDS, found)
    assert [(line.decided_by, line.counted) for line in outcome.lines] == [("unit", D(50)), ("county", D(30))]
    assert (outcome.total, outcome.band.name, outcome.missing) == (D(80), "良好", [])


def test_an_indicator_nobody_rated_is_missing_and_not_nought():
    outcome = work_out(sheet(), TWO, BANDS, of((1, "county", 60, 60)))
    assert (outcome.total, outcome.band, outcome.missing) == (None, None, [TWO[1]])
    rated = work_out(sheet(), TWO, BANDS, of((1, "county", 60, 60), (2, "county", 0, 0)))
    assert (rated.total, rated.missing) == (D(60), [])


def test_weighted_scores_need_every_rater_that_weighs():
    scheme = sheet(counting="weighted", self_percent=20, unit_percent=0, county_percent=80)
    found = of((1, "self", 60, 60), (1, "county", "50.55", "50.55"), (2, "county", 40, 40))
    outcome = work_out(scheme, TWO, BANDS, found)
    assert (outcome.lines[0].counted, outcome.total, outcome.missing) == (D("52.44"), None, [TWO[1]])
    assert work_out(scheme, TWO, BANDS, found | of((2, "self", 35, 35))).total == D("91.44")


def test_bonuses_stop_at_their_cap_and_a_veto_wins():
    lines = [
        indicator(1, points="100"),
        indicator(2, "bonus", "5"),
        indicator(3, "bonus", "5"),
        indicator(4, "veto", "0"),
    ]
    scheme = sheet(bonus_cap=D(6))
    found = of((1, "county", 88, 88), (2, "county", 4, 4), (3, "county", 5, 5), (4, "county", 0, 0))
    outcome = work_out(scheme, lines, BANDS, found)
    assert (outcome.base, outcome.bonus, outcome.bonus_counted, outcome.total) == (D(88), D(9), D(6), D(94))
    assert outcome.band.name == "优秀"
    vetoed = work_out(scheme, lines, BANDS, found | of((4, "county", 1, 0)))
    assert (vetoed.vetoed, vetoed.total, vetoed.band.name) == (True, D(94), "不达标")


def test_a_veto_that_the_county_denies_does_not_hold():
    lines = [indicator(1, points="100"), indicator(2, "veto", "0")]
    found = of((1, "county", 90, 90), (2, "unit", 1, 0), (2, "county", 0, 0))
    assert work_out(sheet(), lines, BANDS, found).vetoed is False


raws = st.decimals(min_value=0, max_value=100, places=2)
RULES = [
    indicator(1, "given", "100"),
    indicator(1, "steps", "7", **STEPS),
    indicator(1, "ratio", "9", full_at="85"),
    indicator(1, "deduct", "6", each="0.7", unit="次"),
    indicator(1, "bonus", "3", each="0.4", unit="项"),
]


@given(st.sampled_from(RULES), raws, raws)
def test_points_stay_within_bounds_and_never_turn_round(one, first, second):
    low, high = sorted((first, second))
    reached = [points_of(one, low), points_of(one, high)]
    assert all(0 <= points <= one.points and points == half_up(points) for points in reached)
    falling = one.rule in ("steps", "deduct")
    assert reached == sorted(reached, reverse=falling)


@given(st.lists(st.tuples(raws, st.sampled_from(["self", "unit", "county"])), min_size=1, max_size=12))
def test_the_total_is_the_sum_of_its_lines_whatever_was_given(rows):
    lines = [indicator(pk, points="100") for pk in range(1, len(rows) + 1)]
    found = {(pk, rater): (raw, half_up(raw)) for pk, (raw, rater) in enumerate(rows, 1)}
    outcome = work_out(sheet(), lines, BANDS, found)
    assert outcome.total == sum(line.counted for line in outcome.lines)
    assert outcome.band.from_score <= outcome.total
    fewer = dict(list(found.items())[1:])
    assert work_out(sheet(), lines, BANDS, fewer).total is None
