"""单位与条线 and the wall as accounts meet them: every number opens to just so many organizations."""

import io
import re
from html import unescape

import pytest
from django.test import Client
from openpyxl import load_workbook

from coverage.domain.bases import BASES
from tests import factories as make

D = "2011-06-30"


def numbers(page):
    """(what is shown, where it leads) of every number of the table."""
    text = page.content.decode()
    table = text[text.index("<tbody>") : text.index("</tfoot>")]
    found = re.findall(r'<a href="(/coverage/organizations/[^"]+)"[^>]*>([^<]+)</a>', table)
    return [(int(re.sub(r"\D", "", shown)), unescape(link)) for link, shown in found]


@pytest.mark.parametrize("basis", BASES, ids=lambda b: b.code)
def test_every_number_opens_to_as_many_organizations(opened, county, basis):
    user = make.owner()
    page = opened(user, "coverage-matrix", as_of=D, basis=basis.code)
    client = Client()
    client.force_login(user)
    found = numbers(page)
    assert len(found) > 20
    for shown, link in found:
        listed = client.get(link)
        assert listed.context["page_obj"].paginator.count == shown, link


def test_the_page_names_its_base_and_date(opened, county):
    text = opened(make.owner(), "coverage-matrix", as_of=D, basis="operating").content.decode()
    assert "基数:正常经营的全部组织" in text
    assert "截至 2011-06-30" in text


@pytest.mark.parametrize("view", ["matrix", "league", "tiles"])
def test_a_fixed_number_of_queries(opened, county, view, django_assert_max_num_queries):
    user = make.owner()
    opened(user, "coverage-matrix", as_of=D, view=view)
    with django_assert_max_num_queries(10):
        opened(user, "coverage-matrix", as_of=D, view=view)


def test_a_unit_sees_its_own_subtree_alone(opened, county):
    page = opened(make.township(), "coverage-matrix", as_of=D)
    assert {row.unit.name for row in page.context["shown"]} == {"城厢镇"}


def test_accounts_of_one_organization_see_it_and_no_league(opened, county):
    user = make.account("secretary", organization=next(iter(county.values())))
    page = opened(user, "coverage-matrix", as_of=D)
    assert page.status_code == 200
    assert page.context["matrix"].total.base <= 1
    assert "排名" not in page.content.decode()
    for view in ("league", "tiles"):
        refused = opened(user, "coverage-matrix", as_of=D, view=view)
        assert refused.status_code == 403
        assert "单位之间的排名" in refused.content.decode()
    assert opened(user, "coverage-wall", as_of=D).status_code == 403


def test_a_date_without_organizations_says_so(opened, county):
    text = opened(make.owner(), "coverage-matrix", as_of="1990-01-01").content.decode()
    assert "这一天、这个基数里还没有组织" in text
    text = opened(make.owner(), "coverage-wall", as_of="1990-01-01").content.decode()
    assert "这一天还没有在册的组织" in text


def test_the_workbook_holds_the_numbers_of_the_page(opened, county):
    user = make.owner()
    page = opened(user, "coverage-matrix", as_of=D)
    response = opened(user, "coverage-matrix-export", as_of=D)
    sheet = load_workbook(io.BytesIO(b"".join(response.streaming_content))).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    total = next(row for row in rows if row[0] == "合计")
    shown = page.context["matrix"].total
    assert total[2] == shown.base
    assert total[3:5] == [shown.cells["all"].covered, shown.cells["all"].of]
    assert any("正常经营且符合组建条件的组织(应建)" in str(row[0]) for row in rows[:4])


def test_the_wall_shows_the_dashboards_figures_and_can_be_stopped(opened, county):
    user = make.owner()
    wall = opened(user, "coverage-wall", as_of=D)
    told = opened(user, "coverage-dashboard", as_of=D)
    assert wall.context["report"].as_json() == told.context["report"].as_json()
    assert "停止刷新(空格)" in wall.content.decode()


def test_a_subtree_names_no_unit_above_the_accounts_own(opened, county):
    page = opened(make.township(), "coverage-matrix", as_of=D, rows="tree")
    assert {row.unit.name for row in page.context["shown"]} == {"城厢镇"}
    user = make.township()
    client = Client()
    client.force_login(user)
    for path in ("/api/v1/coverage/", "/api/v1/coverage/matrix/"):
        told = client.get(path, {"as_of": D}).json()
        assert {unit["name"] for unit in told["unit_tree"]} == {"城厢镇"}


@pytest.mark.parametrize("day", ["0001-01-01", "0002-06-30", "9999-12-31"])
def test_a_year_no_register_speaks_of_is_said_and_breaks_nothing(opened, county, day):
    for view in ("coverage-dashboard", "coverage-matrix", "coverage-comparison", "milestone-list", "gap-list"):
        page = opened(make.owner(), view, as_of=day)
        assert page.status_code == 200, view
        assert "年份在 1900 至 2100 之间" in page.content.decode(), view
