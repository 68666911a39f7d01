"""One answer, read from what offices type: understood, or refused with what would pass; never guessed."""

import pytest
from django.core.exceptions import ValidationError

from evaluation.domain.sheet import read_form
from evaluation.domain.values import read_answer, typed_form, words_of
from tests import makers_reports as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def read():
    return read_form(make.form())


@pytest.mark.parametrize(
    ("code", "typed", "stored"),
    [
        ("employees", "48", 48),
        ("employees", "48人", 48),
        ("employees", "1,048", 1048),
        ("women", "不清楚", None),
        ("women", "0", 0),
        ("women", "", ""),
        ("annual_revenue", "300", "3000000"),
        ("annual_revenue", "1,200.5万元", "12005000"),
        ("funds_total", "600.25", "600.25"),
        ("party_founded_on", "2010-12-05", "2010-12-05"),
        ("party_founded_on", "2010年12月5日", "2010-12-05"),
        ("party_founded_on", "2010.12.5", "2010-12-05"),
        ("party_founded_on", "20101205", "2010-12-05"),
        ("party_has", "是", "yes"),
        ("party_has", "未建", "no"),
        ("industry", "制造业", "C"),
        ("programmes", "志愿服务、创先争优", ["excellence", "volunteer"]),
    ],
)
def test_what_offices_type_is_understood(read, code, typed, stored):
    assert read_answer(read.by_code[code], typed, read.choices) == stored


@pytest.mark.parametrize(
    ("code", "typed", "said"),
    [
        ("employees", "约50", "应是整数"),
        ("employees", "四十余人", "应是整数"),
        ("employees", "-1", "不能小于0"),
        ("employees", "不清楚", "不能答不清楚"),
        ("annual_revenue", "三百", "应是数字,单位万元"),
        ("funds_total", "0.001", "最多精确到分"),
        ("party_founded_on", "2010.6", "应是日期"),
        ("party_founded_on", "2010-02-30", "应是日期"),
        ("party_founded_on", "0010-02-03", "应是日期"),
        ("industry", "挖矿", "请从列表里选"),
        ("name", "长" * 121, "最多写120个字"),
    ],
)
def test_what_is_not_clear_is_refused_with_what_would_pass(read, code, typed, said):
    with pytest.raises(ValidationError) as caught:
        read_answer(read.by_code[code], typed, read.choices)
    assert said in caught.value.messages[0]


def test_full_width_digits_are_digits(read):
    wide = "48".translate({ord(d): ord(d) + 0xFEE0 for d in "0123456789"})
    assert wide != "48"
    assert read_answer(read.by_code["employees"], wide, read.choices) == 48


@pytest.mark.parametrize(
    ("code", "value", "typed", "words"),
    [
        ("annual_revenue", "3000000", "300", "300 万元"),
        ("annual_revenue", "12345678", "1234.5678", "1234.5678 万元"),
        ("employees", 48, "48", "48 人"),
        ("women", None, "", "不清楚"),
        ("industry", "C", "C", "制造业"),
        ("party_has", "no", "no", "无"),
    ],
)
def test_a_stored_value_is_typed_and_read_again(read, code, value, typed, words):
    question = read.by_code[code]
    assert (typed_form(question, value), words_of(question, value, read.choices)) == (typed, words)
    if value is not None:
        assert read_answer(question, typed, read.choices) == value
