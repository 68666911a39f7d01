"""The page 通报: the same parts as the file of Word, for who may see coverage."""

import io
import re
from urllib.parse import unquote

import docx
import pytest
from django.utils.html import strip_tags

from tests import factories as make

D = "2011-06-30"


def words(page: str) -> str:
    return re.sub(r"\s+", "", strip_tags(page))


def test_page_and_file_say_the_same(opened, county):
    user = make.owner()
    page = opened(user, "coverage-bulletin", as_of=D)
    said = words(page.content.decode())
    response = opened(user, "coverage-bulletin-word", as_of=D)
    word = docx.Document(io.BytesIO(b"".join(response.streaming_content)))
    told = [p.text for p in word.paragraphs] + [c.text for t in word.tables for row in t.rows for c in row.cells]
    assert [text for text in told if re.sub(r"\s+", "", text) not in said] == []
    assert unquote(response.headers["Content-Disposition"]).endswith(
        "全南县“两新”组织党群组织覆盖情况通报-2011-06-30.docx"
    )


def test_charts_on_the_page_carry_their_numbers(opened, county):
    page = opened(make.owner(), "coverage-bulletin", as_of=D)
    text = page.content.decode()
    charts = [part for part in page.context["document"].parts if part.kind == "chart"]
    assert [c.key for c in charts] == ["lines", "units", "trend"]
    for chart in charts:
        assert f'data-chart="chart-{chart.key}"' in text
        assert f'<script id="chart-{chart.key}" type="application/json">' in text


def test_page_says_how_to_print_and_where_the_names_are(opened, county):
    text = opened(make.owner(), "coverage-bulletin", as_of=D).content.decode()
    assert "另存为 PDF" in text
    assert "/coverage/bulletin/word/?as_of=2011-06-30" in text
    assert [row.name for row in county.values() if row.name in text] == []


def test_unit_of_the_working_scope_is_the_units_notice(opened, county):
    page = opened(make.owner(), "coverage-bulletin", as_of=D, unit=make.PARK)
    assert page.context["document"].heads[0] == "工业园区"
    # Another unit than its own is not the township's to ask for: it stays with what it sees.
    other = opened(make.township(), "coverage-bulletin", as_of=D, unit=make.PARK)
    assert other.context["document"].heads[0] == "城厢镇"


def test_unit_of_the_scope_is_kept_in_the_download(opened, county):
    response = opened(make.owner(), "coverage-bulletin-word", as_of=D, unit=make.PARK)
    word = docx.Document(io.BytesIO(b"".join(response.streaming_content)))
    assert word.paragraphs[0].text == "工业园区"


def test_day_before_anything_was_registered_is_zeros_and_dashes(opened, county):
    page = opened(make.owner(), "coverage-bulletin", as_of="2001-01-01")
    assert "—（0/0）" in page.content.decode()


def test_page_asks_a_fixed_number_of_questions(opened, county, django_assert_num_queries):
    user = make.owner()
    opened(user, "coverage-bulletin", as_of=D)
    with django_assert_num_queries(12):
        opened(user, "coverage-bulletin", as_of=D)
    for number in range(5):
        make.organization(f"新厂{number}", make.unit(f"3607290{number + 1}"))
    with django_assert_num_queries(12):
        opened(user, "coverage-bulletin", as_of=D)


@pytest.mark.parametrize("role", ["auditor", "technician"])
def test_who_sees_no_coverage_gets_no_notice(opened, role):
    user = make.account(role)
    assert opened(user, "coverage-bulletin").status_code == 403
    assert opened(user, "coverage-bulletin-word").status_code == 403
