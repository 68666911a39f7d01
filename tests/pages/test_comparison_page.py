"""两期对比: the table adds up, every number opens what it counts, and nobody reads beyond the scope."""

from datetime import date
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import pytest
from openpyxl import load_workbook

from coverage.domain.comparison import CHANGES
from coverage.domain.spans import drain_marks
from tests import factories as make

PAGE = "coverage-comparison"
FROM, TO = "2011-03-31", "2011-06-30"
BETWEEN = date(2011, 5, 1)


@pytest.fixture
def moving():
    """Two organizations of 城厢镇 that moved, one of the park, and one that did not."""
    rows = {}
    for key, under in (("grown", None), ("built", None), ("parked", make.unit(make.PARK)), ("still", None)):
        rows[key] = make.organization(f"全南县{key}厂", under)
        make.figures(rows[key], date(2010, 12, 31), employees=20 if key == "grown" else 30)
    make.figures(rows["grown"], BETWEEN, employees=40)
    for key in ("built", "parked"):
        make.covered(rows[key], line="union", from_=BETWEEN)
    drain_marks()
    return rows


def listed(response):
    return [(row.record.organization.name, row.record.line, row.record.code) for row in response.context["rows"]]


def test_the_quarter_before_is_compared_by_itself(opened, moving):
    response = opened(make.owner(), PAGE, as_of=TO)
    days = response.context["days"]
    assert (str(days.start), str(days.end)) == (FROM, TO)
    union = next(row.counts for row in response.context["lines"] if row.line == "union")
    assert (union.before.covered, union.before.eligible) == (0, 3)
    assert (union.after.covered, union.after.eligible) == (2, 4)
    assert (union.entered, union.left, union.gained, union.lost) == (1, 0, 2, 0)
    text = response.content.decode()
    assert "工会:前期应建 3 + 进入 1 − 退出 0 = 4,后期应建 4,相符" in text
    assert "工会:前期已建 0 + 新增 2 − 减少 0 = 2,后期已建 2,相符" in text
    assert "从业人员 20→40,自 2011-05-01 起达到应建标准 25 人" in text
    assert "全南县still厂" not in text


def test_every_number_opens_a_list_of_as_many_rows(opened, moving):
    user = make.owner()
    response = opened(user, PAGE, as_of=TO)
    for row in response.context["lines"]:
        for change in CHANGES:
            page = opened(user, PAGE, **{"from": FROM, "to": TO, "line": row.line, "change": change})
            assert page.context["page_obj"].paginator.count == getattr(row.counts, change)
            assert {r.record.line for r in page.context["rows"]} <= {row.line}
        for side, day in ((row.counts.before, FROM), (row.counts.after, TO)):
            for measure in ("eligible", "covered"):
                behind = opened(
                    user, "coverage-organizations", as_of=day, population="all", line=row.line, measure=measure
                )
                assert behind.context["page_obj"].paginator.count == getattr(side, measure)
    assert f"?from={FROM}&amp;to={TO}&amp;line=union&amp;change=gained" in response.content.decode()


def test_filters_of_unit_line_and_change(opened, moving):
    user = make.owner()
    at = {"from": FROM, "to": TO}
    assert listed(opened(user, PAGE, **at, line="union", change="gained", unit=make.PARK)) == [
        ("全南县parked厂", "union", 5)
    ]
    assert listed(opened(user, PAGE, **at, line="union", q="grown")) == [("全南县grown厂", "union", 1)]
    response = opened(user, PAGE, **at, line="union", population="above_scale")
    assert listed(response) == []
    assert [c.value for c in response.context["chips"]] == ["规模以上", "工会"]


def test_nothing_moved(opened, moving):
    text = opened(make.owner(), PAGE, **{"from": TO, "to": TO}).content.decode()
    assert "两天之间没有变动" in text
    assert "相符" in text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"from": TO, "to": FROM}, f"起 {TO} 晚于止 {FROM},请把较早的一天写在前面。"),
        ({"from": "去年", "to": TO}, "起“去年”读不出来,日期应写成 2011-06-30 这样。"),
        ({"from": FROM, "to": "2011-06-31"}, "止“2011-06-31”读不出来"),
    ],
)
def test_days_that_cannot_be_compared_say_why_and_stay_typed(opened, moving, query, said):
    user = make.owner()
    response = opened(user, PAGE, **query, line="union")
    text = response.content.decode()
    assert said in text
    assert all(f'value="{value}"' in text for value in (*query.values(), "union"))
    back = opened(user, "coverage-comparison-export", **query)
    assert back.status_code == 302
    assert urlsplit(back.url).path == "/coverage/comparison/"
    assert parse_qs(urlsplit(back.url).query)["from"] == [query["from"]]
    assert opened(user, "coverage-comparison-form", **query).status_code == 302


def test_single_organizations_and_units_see_their_own(opened, moving):
    at = {"from": FROM, "to": TO, "line": "union"}
    own = opened(make.account("secretary", organization=moving["built"]), PAGE, **at)
    assert listed(own) == [("全南县built厂", "union", 5)]
    (union,) = [row.counts for row in own.context["lines"] if row.line == "union"]
    assert (union.before.eligible, union.after.eligible, union.gained) == (1, 1, 1)
    office = opened(make.township(make.PARK), PAGE, **at)
    assert listed(office) == [("全南县parked厂", "union", 5)]
    refused = opened(make.township(make.PARK), PAGE, **at, unit=make.CHENGXIANG)
    assert listed(refused) == []
    assert refused.context["lines"] == []
    assert opened(make.account("filer", organization=moving["built"]), "coverage-comparison-export").status_code == 403
    assert opened(make.account("technician"), PAGE).status_code == 403


def test_workbooks(opened, moving):
    user = make.owner()
    at = {"from": FROM, "to": TO, "line": "union"}
    file = load_workbook(BytesIO(b"".join(opened(user, "coverage-comparison-export", **at).streaming_content)))
    rows = list(file.active.iter_rows(values_only=True))
    assert rows[0][0] == "两期对比"
    assert f"{FROM} 与 {TO} 相比;共 3 条,其中原因不明 0 条" in rows[1][0]
    head = list(rows[2])
    assert [row[head.index("单位名称")] for row in rows[3:]] == ["全南县built厂", "全南县grown厂", "全南县parked厂"]
    assert rows[4][head.index("原因")] == "从业人员 20→40,自 2011-05-01 起达到应建标准 25 人"
    form = load_workbook(BytesIO(b"".join(opened(user, "coverage-comparison-form", **at).streaming_content)))
    text = str(list(form.active.iter_rows(values_only=True)))
    assert "两期对比表" in text
    assert "填报单位(盖章)" in text
    assert "不符" not in text


def test_dashboard_links_its_changes(opened, moving):
    text = opened(make.owner(), "coverage-dashboard", as_of=TO).content.decode()
    assert f"/coverage/comparison/?from={FROM}&amp;to={TO}&amp;line=union" in text


@pytest.mark.parametrize("rows", [1, 3])
def test_a_fixed_number_of_queries(opened, django_assert_num_queries, rows):
    for _ in range(rows):
        row = make.organization()
        make.figures(row, date(2010, 12, 31), employees=30)
        make.covered(row, line="union", from_=BETWEEN)
    drain_marks()
    user = make.owner()
    opened(user, PAGE, as_of=TO)
    with django_assert_num_queries(20):
        opened(user, PAGE, as_of=TO)
