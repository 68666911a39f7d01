"""The columns derived from names and codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgs.domain.naming import naming_fields
from orgs.validators import normalise_name


def test_key_search_text_and_order():
    fields = naming_fields("全南县 龙源（重庆）厂", ["龙源社"], "9136A", "75421536-X")

    assert fields["name_key"] == "全南县龙源(重庆)厂"
    assert fields["sort_key"] == "quan nan xian long yuan ( chong qing ) chang"
    words = fields["search_text"].split()
    assert words[:6] == [
        "全南县龙源(重庆)厂",
        "龙源社",
        "9136a",
        "75421536-x",
        "quannanxianlongyuanchongqingchang",
        "qnxlycqc",
    ]
    assert {"全南", "源社", "qn", "qc"} <= set(words[6:])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("青竹（全南）厂", "青竹(全南) 厂"),
        ("青竹〔全南〕厂", "青竹【全南】厂"),
        ("ＡＢＣ电子", "abc电子"),
        ("“青竹”厂", "青竹厂"),
        ("阿里·木厂", "阿里木厂"),
    ],
)
def test_ways_of_writing_one_name_compare_equal(one, other):
    assert normalise_name(one) == normalise_name(other)


@given(st.text(max_size=40), st.lists(st.text(max_size=20), max_size=3))
def test_any_text_gives_lower_case_columns_that_fit(name, former):
    fields = naming_fields(name, former, None, None)

    assert len(fields["sort_key"]) <= 400
    assert fields["search_text"].startswith(" ")
    assert fields["search_text"].endswith(" ")


@given(st.text(alphabet="全南县青竹木业工艺电子厂龙源", min_size=2, max_size=20), st.data())
def test_every_part_of_a_name_is_in_its_search_text(name, data):
    start = data.draw(st.integers(0, len(name) - 2))
    end = data.draw(st.integers(start + 2, len(name)))
    text = naming_fields(name, [], None, None)["search_text"]

    assert name[start:end] in text
    assert f" {name[start : start + 2]} " in text


def test_a_very_long_name_has_a_sort_key_that_fits():
    assert len(naming_fields("双" * 120, [], None, None)["sort_key"]) == 400
