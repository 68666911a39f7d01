"""One cell at a time: what is understood, what is refused and under which rule."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quannan.base.workbook.cells import (
    NONE,
    CellError,
    FuzzyDate,
    Money,
    Phone,
    Text,
    code,
    count,
    date,
    is_blank,
    is_clear,
)
from quannan.base.workbook.choices import Unlisted, choice


def refused(clean, raw):
    with pytest.raises(CellError) as error:
        clean(raw)
    assert error.value.message.strip()
    return error.value.code


@pytest.mark.parametrize("raw", [54, 54.0, "54", " 54 ", "５４", "54人", "54 人", "54.0", "54名"])
def test_count_is_understood(raw):
    assert count(raw) == 54


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("约50", "not_a_number"),
        ("四十余人", "not_a_number"),
        ("50余", "not_a_number"),
        ("50-60", "not_a_number"),
        (54.5, "not_a_number"),
        (True, "not_a_number"),
        (dt.datetime(2010, 1, 1), "not_a_number"),
        (float("nan"), "not_a_number"),
        ("1,20", "not_a_number"),
        (-4.0, "negative_number"),
        ("-4", "negative_number"),
        ("−4人", "negative_number"),
        (1e9, "number_too_large"),
        ("99999999999999999999", "number_too_large"),
    ],
)
def test_count_is_refused(raw, why):
    assert refused(count, raw) == why


@given(st.integers(0, 9_999_999))
def test_count_round_trip(number):
    wide = str(number).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    for written in (number, float(number), str(number), f" {number} ", f"{number}人", f"{number:,}", wide):
        assert count(written) == number


@pytest.mark.parametrize(
    ("raw", "yuan"),
    [
        (214.39, "2143900.00"),
        ("57.03", "570300.00"),
        ("160.28万元", "1602800.00"),
        ("1,200.5万元", "12005000.00"),
        ("3,254.01", "32540100.00"),
        ("8000元", "8000.00"),
        ("1.2亿元", "120000000.00"),
        ("１２．５", "125000.00"),
        (0, "0.00"),
        (0.1 + 0.2, "3000.00"),
    ],
)
def test_money_in_ten_thousands_becomes_yuan(raw, yuan):
    assert Money()(raw) == Decimal(yuan)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("约100", "not_a_number"),
        ("100美元", "not_a_number"),
        ("1,2,3", "not_a_number"),
        (-3.0, "negative_number"),
        ("-3万元", "negative_number"),
        (1e30, "number_too_large"),
        (float("inf"), "number_too_large"),
    ],
)
def test_money_is_refused(raw, why):
    assert refused(Money(), raw) == why


@pytest.mark.parametrize(
    ("header", "yuan"),
    [("年营业收入(万元)", 50000), ("年营业收入（元）", 5), ("收入(单位:亿元)", 500_000_000), ("收入", 50000)],
)
def test_header_names_the_unit(header, yuan):
    assert Money().for_header(header)("5") == yuan


@given(st.decimals(0, 10_000_000, places=2))
def test_money_round_trip(amount):
    written = (str(amount), f"{amount}万元", f"{amount:,}", f"{amount * 10000:f}元")
    assert {Money()(text) for text in written} == {(amount * 10000).quantize(Decimal("0.01"))}


@pytest.mark.parametrize(
    ("raw", "parts"),
    [
        ("2010-06", (2010, 6, None)),
        ("2010.6", (2010, 6, None)),
        ("2010.10", (2010, 10, None)),
        ("2010年12月", (2010, 12, None)),
        ("20101205", (2010, 12, 5)),
        ("201012", (2010, 12, None)),
        ("2009.4.19", (2009, 4, 19)),
        ("1999/3/8", (1999, 3, 8)),
        ("2010年6月5日", (2010, 6, 5)),
        ("2010年6月5号", (2010, 6, 5)),
        ("２０１０．６", (2010, 6, None)),
        ("2010-06-05 00:00:00", (2010, 6, 5)),
        ("2010-06-05T08:30", (2010, 6, 5)),
        ("2010", (2010, None, None)),
        ("2010年", (2010, None, None)),
        (2010.0, (2010, None, None)),
        (2010.6, (2010, 6, None)),
        (2010.12, (2010, 12, None)),
        (20101205.0, (2010, 12, 5)),
        (40299.0, (2010, 5, 1)),
        (40299.5, (2010, 5, 1)),
        (dt.datetime(2011, 3, 31), (2011, 3, 31)),
        (dt.date(2011, 3, 31), (2011, 3, 31)),
    ],
)
def test_date_is_understood(raw, parts):
    assert date(raw) == FuzzyDate(*parts)


@pytest.mark.parametrize(
    "raw",
    [
        "2010.13.5",
        "2010-02-30",
        "2010-0-5",
        "10.6.5",
        "六月",
        "2010年底",
        "1899-01-01",
        "2010-06-05-07",
        5.0,
        2010.1,
        True,
        1e12,
    ],
)
def test_date_is_refused(raw):
    assert refused(date, raw) == "bad_date"


@given(st.dates(dt.date(1900, 1, 1), dt.date(2089, 12, 31)))
def test_date_round_trip(day):
    whole = FuzzyDate(day.year, day.month, day.day)
    written = [
        day,
        dt.datetime(day.year, day.month, day.day),
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        str(whole),
    ]
    assert {date(text) for text in written} == {whole}
    assert date(f"{day.year}.{day.month}") == FuzzyDate(day.year, day.month)
    serial = (day - dt.date(1899, 12, 30)).days
    if serial >= 10_000:
        assert date(float(serial)) == whole


@pytest.mark.parametrize(
    ("known", "precision", "first", "last"),
    [
        (FuzzyDate(2010), "year", "2010-01-01", "2010-12-31"),
        (FuzzyDate(2012, 2), "month", "2012-02-01", "2012-02-29"),
        (FuzzyDate(2010, 6, 5), "day", "2010-06-05", "2010-06-05"),
    ],
)
def test_fuzzy_date_spans_what_it_can_mean(known, precision, first, last):
    assert (known.precision, known.first().isoformat(), known.last().isoformat()) == (precision, first, last)


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("91360729ma35abcd1x", "91360729MA35ABCD1X"),
        (" 9136 0729 ", "91360729"),
        ("９１３６", "9136"),
        ("'9136", "9136"),
        (36072901.0, "36072901"),
    ],
)
def test_code_stays_text(raw, kept):
    assert code(raw) == kept


@pytest.mark.parametrize("raw", [9.1360729e17, "9.1360729E+17", 1e15])
def test_code_that_lost_digits_is_refused(raw):
    assert refused(code, raw) == "code_lost_digits"


def test_phone_stays_text():
    assert [Phone()(raw) for raw in (8.0, "0797-2612345", "１３８")] == ["8", "0797-2612345", "138"]


def test_text_is_tidied_and_limited():
    assert Text()("  甲  公司\n(全南)\x00 ") == "甲 公司 (全南)"
    assert refused(Text(3), "四个汉字") == "too_long"


FORMS = choice({"党支部": 1, "党总支": 2, "联合党支部": 3}, error="unknown_form", what="组织形式", negatives=True)


@pytest.mark.parametrize(
    ("raw", "value"),
    [("党支部", 1), (" 党 支部 ", 1), ("(联合)党支部", 3), ("无", NONE), ("未建", NONE), ("否", NONE), ("没有", NONE)],
)
def test_choice_by_any_wording(raw, value):
    assert FORMS(raw) == value


def test_unknown_choice_offers_the_nearest():
    with pytest.raises(CellError) as error:
        FORMS("党总支会")
    assert (error.value.code, "是否“党总支”?" in error.value.message) == ("unknown_form", True)


def test_unknown_choice_can_be_kept_for_a_warning():
    kept = choice(["制造业"], error="x", what="行业", keep_unknown=True)("造车")
    assert (kept, type(kept)) == ("造车", Unlisted)


def test_blank_and_clearing_mark():
    assert [is_blank(raw) for raw in (None, "", "  ", "　", 0.0, "无")] == [True, True, True, True, False, False]
    assert [is_clear(raw) for raw in ("--", "－－", " -- ", "-", "---", "", None)] == [
        True,
        True,
        True,
        False,
        False,
        False,
        False,
    ]
