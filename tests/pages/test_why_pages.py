"""The organizations behind a figure, each with the reason: on the page, in the file and over the API."""

import io
from datetime import date

import pytest
from openpyxl import load_workbook

from coverage.domain.spans import drain_marks
from tests import factories as make

D = "2011-06-30"


def words_of(response) -> dict[str, dict[str, str]]:
    """What the page tells of each organization, by the heading of the column."""
    return {
        row.record.organization.name: {c.column.title: c.value for c in row.cells} for row in response.context["rows"]
    }


def test_every_row_tells_figure_standard_body_and_what_is_missing(opened, county):
    gap = opened(make.owner(), "coverage-organizations", as_of=D, population="all", line="women", measure="eligible")
    told = words_of(gap)[county["gap"].name]
    assert (told["所用数字"], told["标准"], told["结论"]) == (
        "女性从业人员 12(2011-06-30)",
        "≥ 10 人(三(一)3)",
        "应建未建",
    )
    assert (told["覆盖组织"], told["尚缺"], told["形式建议"]) == ("", "还差1个妇女组织", "宜建妇委会")
    built = words_of(gap)[county["built"].name]
    assert built["覆盖组织"] == "妇委会(单独)"
    assert built["形式建议"] == "现为妇委会,按人数宜为妇代会"


def test_joint_body_says_how_many_it_covers_and_a_figure_carried_back_says_so(opened):
    first, second = make.organization("甲厂"), make.organization("乙厂")
    for row in (first, second):
        make.figures(row, date(2011, 12, 31), employees=30, league_members=2)
    make.covered(first, second, line="league", form="league_joint", name="城厢镇联合团支部")
    drain_marks()
    page = opened(make.owner(), "coverage-organizations", as_of=D, population="all", line="league", measure="voluntary")
    told = words_of(page)["甲厂"]
    assert told["覆盖组织"] == "城厢镇联合团支部(联合,覆盖 2 家)"
    assert told["所用数字"] == "团员 2(2011-12-31,前推)"
    [row] = [
        r
        for r in opened(make.owner(), "coverage-organizations", as_of=D, line="union", measure="gap").context["rows"]
        if r.record.organization.name == "甲厂"
    ]
    assert {c.column.title: c.value for c in row.cells}["尚缺"] == "还差1个工会"


def test_a_closed_organization_is_no_longer_counted_among_those_a_joint_body_covers(opened):
    first, second = make.organization("甲厂"), make.organization("乙厂")
    for row in (first, second):
        make.figures(row, date(2010, 12, 31), employees=30, league_members=2)
    make.covered(first, second, line="league", form="league_joint", name="城厢镇联合团支部")
    second.closed_on = date(2011, 5, 1)
    second.closed_state = "deregistered"
    second.closed_precision = "day"
    second.save()
    drain_marks()
    page = opened(make.owner(), "coverage-organizations", as_of=D, population="all", line="league", measure="voluntary")
    assert words_of(page)["甲厂"]["覆盖组织"] == "城厢镇联合团支部(联合,覆盖 1 家)"


def test_a_form_that_is_only_permitted_stands_behind_the_one_that_is_owed(opened):
    row = make.organization("甲厂")
    make.figures(row, date(2010, 12, 31), employees=90, league_members=35)
    drain_marks()
    page = opened(make.owner(), "coverage-organizations", as_of=D, population="all", line="league", measure="gap")
    assert words_of(page)["甲厂"]["形式建议"] == "宜建团支部,可建团总支"


def test_unknown_scale_asks_for_what_is_really_missing(opened):
    for name, counts in (("甲厂", {"women": 12}), ("乙厂", {"employees": 60})):
        make.figures(make.organization(name), date(2010, 12, 31), **counts)
    drain_marks()
    page = opened(
        make.owner(), "coverage-organizations", as_of=D, population="all", line="mechanism", measure="unknown"
    )
    told = words_of(page)
    assert told["甲厂"]["尚缺"] == "请补填人数"
    assert told["乙厂"]["尚缺"] == "请补填年营业收入"


def test_one_member_short_is_said(opened):
    row = make.organization("丙厂")
    make.figures(row, employees=30, league_members=2)
    drain_marks()
    page = opened(make.owner(), "coverage-organizations", as_of=D, population="all", line="league")
    assert words_of(page)["丙厂"]["尚缺"] == "达到应建标准还差1名团员"
    assert words_of(page)["丙厂"]["形式建议"] == "可建联合团支部"


@pytest.mark.parametrize(
    ("full", "probationary", "hint"),
    [
        (2, 0, "可建联合党支部"),
        (3, 0, "宜建党支部"),
        (49, 1, "宜建党总支"),
        (99, 0, "宜建党总支"),
        (100, 0, "宜建党委"),
    ],
)
def test_form_of_a_party_body_goes_by_full_and_probationary_members(opened, full, probationary, hint):
    row = make.organization("丁厂")
    make.figures(row, employees=200, full_members=full, probationary_members=probationary)
    drain_marks()
    page = opened(make.owner(), "coverage-organizations", as_of=D, population="all", line="party")
    assert words_of(page)["丁厂"]["形式建议"] == hint


@pytest.mark.parametrize(
    ("women", "hint"),
    [(1, "可建妇女小组"), (9, "可建妇女小组"), (10, "宜建妇委会"), (19, "宜建妇委会"), (20, "宜建妇代会")],
)
def test_form_of_a_womens_body_follows_the_boundary_vectors(opened, women, hint):
    row = make.organization("戊厂")
    make.figures(row, employees=50, women=women)
    drain_marks()
    page = opened(make.owner(), "coverage-organizations", as_of=D, population="all", line="women")
    assert words_of(page)["戊厂"]["形式建议"] == hint


def test_tabs_hold_the_parts_of_the_same_figure_and_open_to_as_many(opened, county):
    user = make.owner()
    page = opened(user, "coverage-organizations", as_of=D, population="all", line="union", measure="covered")
    tabs = {tab.label: tab.count for tab, _, _ in page.context["figure_tabs"]}
    counts = opened(user, "coverage-dashboard", as_of=D).context["report"].populations["all"].lines["union"]
    assert tabs == {
        "已建": counts.covered,
        "应建": counts.eligible,
        "应建未建": counts.gap,
        "数据不足": counts.unknown,
        "自愿已建": counts.voluntary,
    }
    for tab, query, current in page.context["figure_tabs"]:
        shown = opened(user, "coverage-organizations", **dict(part.split("=") for part in query.split("&")))
        assert shown.context["page_obj"].paginator.count == tab.count
        assert current == (tab.measure == "covered")
    assert "应建工会的 2 家,其中已建 2 家,100.0%" in page.content.decode()


def test_whole_set_is_explained_by_its_three_lines(opened, county):
    page = opened(make.owner(), "coverage-organizations", as_of=D, population="all", line="all", measure="gap")
    told = words_of(page)[county["gap"].name]
    assert (
        told["所用数字"]
        == "工会:从业人员 60(2011-06-30);团组织:团员 4(2011-06-30);妇女组织:女性从业人员 12(2011-06-30)"
    )
    assert told["尚缺"] == "妇女组织:还差1个妇女组织"


def test_work_coverage_says_where_it_comes_from(opened, county):
    page = opened(make.owner(), "coverage-organizations", as_of=D, population="all", measure="work")
    assert words_of(page)[county["gap"].name]["工作覆盖来自"] == "工会:基层工会委员会;团组织:团支部"


def test_file_has_the_same_reasons_and_names_the_base(opened, county):
    response = opened(make.owner(), "coverage-export", as_of=D, population="all", line="women", measure="gap")
    sheet = load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    rows = list(sheet.iter_rows(values_only=True))
    head = next(row for row in rows if "尚缺" in row)
    row = next(row for row in rows if county["gap"].name in row)
    told = dict(zip(head, row, strict=True))
    assert (told["所用数字"], told["标准"], told["尚缺"]) == (
        "女性从业人员 12(2011-06-30)",
        "≥ 10 人(三(一)3)",
        "还差1个妇女组织",
    )
    assert any(
        "基数:全部、正常经营且有年度数字的组织中应建妇女组织的 2 家" in str(cell) for row in rows[:3] for cell in row
    )


def test_api_gives_the_same_reasons(opened, county):
    found = opened(make.owner(), "api-coverage-organizations", as_of=D, line="women", measure="gap").json()
    assert found["numbers"] == {"covered": 1, "eligible": 2, "gap": 1, "unknown": 0, "voluntary": 0}
    [row] = found["results"]
    assert (row["name"], row["verdict"]["label"]) == (county["gap"].name, "应建未建")
    [line] = row["lines"]
    assert (line["measure"], line["count"], line["threshold"], line["clause"]) == ("women", 12, 10, "三(一)3")
    assert (line["missing"], line["shape"], line["bodies"]) == ("还差1个妇女组织", "宜建妇委会", [])


def test_api_keeps_to_the_scope_and_refuses_what_it_does_not_know(opened, county):
    names = {
        r["name"]
        for r in opened(make.township(), "api-coverage-organizations", as_of=D, line="union").json()["results"]
    }
    assert names == {county["gap"].name}
    wrong = opened(make.owner(), "api-coverage-organizations", as_of=D, line="onion")
    assert wrong.status_code == 400
    assert "onion" in wrong.json()["detail"]


def test_reasons_cost_the_same_for_one_row_and_for_many(opened, django_assert_num_queries):
    user = make.owner()

    def rows(n):
        for _ in range(n):
            row = make.organization()
            make.figures(row, employees=60, women=12, league_members=5)
            make.covered(row, line="union")
        drain_marks()

    query = {"as_of": D, "population": "all", "line": "union", "measure": "eligible"}
    rows(1)
    opened(user, "coverage-organizations", **query)
    with django_assert_num_queries(15):
        opened(user, "coverage-organizations", **query)
    rows(12)
    with django_assert_num_queries(15):
        opened(user, "coverage-organizations", **query)
