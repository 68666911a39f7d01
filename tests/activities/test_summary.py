"""开展情况 against values worked out by hand, and every number against the list that it opens."""

import io
from datetime import date

import openpyxl
import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse

from activities.queries_activities import year_up_to
from activities.queries_summary import summary
from coverage.domain.spans import drain_marks
from orgs.lines import LINES
from orgs.models import Unit
from quannan.base.events import announce
from tests import factories as f
from tests.activities import making

pytestmark = pytest.mark.django_db

AS_OF, SINCE, UNTIL = date(2011, 6, 30), date(2010, 7, 1), date(2011, 6, 30)


@pytest.fixture
def county():
    """Five organizations of two units: what each holds of party and union, and what was held.

    甲 (城厢): party and union; a theme day in the period. 乙 (城厢): party jointly with 丙; took part in 丙's lesson.
    丙 (园区): party jointly, hosts the lesson; a union of its own, its contest before the period.
    丁 (园区): no body, an activity all the same. 戊 (园区): party, under an exclusion, an activity all the same.
    """
    f.reference()
    announce("reference.load")
    park = f.unit(f.PARK)
    one, two = f.organization("甲厂"), f.organization("乙厂")
    three, four, five = (f.organization(name, park) for name in ("丙厂", "丁厂", "戊厂"))
    f.covered(one)
    f.covered(one, line="union")
    f.covered(two, three)
    f.covered(three, line="union")
    f.covered(five)
    f.excluded(five)
    making.activity(one, attendees=None)
    making.activity(one, title="第二次", attendees=3)
    making.activity(three, two, title="党课", held_on=date(2011, 6, 30))
    making.activity(three, title="技术比武", line="union", held_on=date(2010, 6, 30))
    making.activity(four, title="学习")
    making.activity(five, title="学习")
    gone = {"cancelled_at": f.NOW, "cancelled_by_name": "钟主任", "cancel_reason": "没有开展"}
    making.activity(one, title="撤了的", line="union", **gone)
    making.activity(one, title="半年里的", line="union", held_on=date(2010, 1, 1), held_precision="year")
    drain_marks()
    return {"甲": one, "乙": two, "丙": three, "丁": four, "戊": five}


def reckoned(user, **more):
    asked = {"as_of": AS_OF, "since": SINCE, "until": UNTIL, "today": f.TODAY} | more
    return summary(user=user, **asked)


def numbers(row, line):
    count = row.lines[line]
    return count.base, count.active, count.idle, count.held, count.rate


def test_the_county_by_hand(county):
    found = reckoned(f.owner())
    # Base: 甲, 乙, 丙 (戊 is excluded, 丁 has no body); all three held or shared. Five were hosted: 甲 2, 丙, 丁, 戊 1 each.
    assert numbers(found.total, "party") == (3, 3, 0, 5, 100.0)
    # Base: 甲 and 丙; what 丙 held lies a day before, what 甲 has is cancelled or known to the year alone.
    assert numbers(found.total, "union") == (2, 0, 2, 0, 0.0)
    assert numbers(found.total, "league") == (0, 0, 0, 0, None)


def test_units_by_hand(county):
    rows = {row.unit.code: row for row in reckoned(f.owner()).rows}
    assert numbers(rows[f.CHENGXIANG], "party") == (2, 2, 0, 2, 100.0)
    assert numbers(rows[f.PARK], "party") == (1, 1, 0, 3, 100.0)
    assert numbers(rows[f.COUNTY], "party") == (3, 3, 0, 5, 100.0)
    assert rows[f.COUNTY].depth < rows[f.PARK].depth


def test_a_host_that_moved_counts_once_where_it_stood_at_the_date(county):
    branch_unit = f.unit()
    below = Unit.objects.create(code="CX-1", name="城厢社区", parent=branch_unit, path=f"{branch_unit.path}CX-1/")
    stays, left = f.organization("搬家厂", below), f.organization("迁走厂", f.unit(f.PARK))
    for row, since in ((stays, date(2011, 1, 1)), (left, date(2011, 2, 1))):
        row.placements.update(period=DateRange(since, None))
        f.placed(row, branch_unit, date(2009, 3, 1), since)
        making.activity(row, title="搬家以后")
    drain_marks()
    held = reckoned(f.owner(), unit=branch_unit)
    rows = {row.unit.code: row for row in held.rows}
    # 甲's two and one of the one that stayed, once; nothing of the one that now stands elsewhere.
    assert (held.total.lines["party"].held, rows["CX-1"].lines["party"].held) == (3, 1)
    assert f.PARK not in rows


def test_another_period_moves_the_numbers(county):
    found = reckoned(f.owner(), since=date(2010, 1, 1), until=date(2010, 12, 31))
    assert numbers(found.total, "party") == (3, 0, 3, 0, 0.0)
    assert numbers(found.total, "union") == (2, 2, 0, 2, 100.0)
    found = reckoned(f.owner(), since=date(2010, 6, 30), until=date(2010, 6, 30))
    assert numbers(found.total, "union") == (2, 1, 1, 1, 50.0)


def test_attendance_plays_no_part(county):
    before = reckoned(f.owner())
    from activities.models import Activity

    Activity.objects.update(attendees=None, members=None)
    assert [numbers(row, "party") for row in reckoned(f.owner()).rows] == [numbers(row, "party") for row in before.rows]


@pytest.mark.parametrize("role", ["unit", "secretary", "filer", "line"])
def test_each_account_counts_its_own_sight(county, role):
    user = {
        "unit": lambda: f.township(f.PARK),
        "secretary": lambda: f.account("secretary", organization=county["乙"]),
        "filer": lambda: f.account("filer", organization=county["丁"]),
        "line": f.union_office,
    }[role]()
    assert (
        numbers(reckoned(user).total, "party")[:4]
        == {
            "unit": (1, 1, 0, 3),
            "secretary": (1, 1, 0, 0),
            "filer": (0, 0, 0, 1),
            "line": (3, 3, 0, 5),
        }[role]
    )


def test_it_asks_the_same_questions_whatever_the_units(county, django_assert_num_queries):
    user = f.owner()
    reckoned(user)
    with django_assert_num_queries(3):
        reckoned(user)


def test_the_twelve_months_end_with_the_day():
    assert year_up_to(date(2011, 6, 30)) == (date(2010, 7, 1), date(2011, 6, 30))
    assert year_up_to(date(2012, 2, 28)) == (date(2011, 2, 28), date(2012, 2, 28))
    assert year_up_to(date(2012, 2, 29)) == (date(2011, 3, 1), date(2012, 2, 29))


def page(user, view, **query):
    client = Client()
    client.force_login(user)
    return client.get(reverse(view), query)


def follow(user, address):
    client = Client()
    client.force_login(user)
    return client.get(address)


@pytest.mark.parametrize("role", ["owner", "unit", "secretary"])
def test_every_number_opens_to_exactly_what_it_counts(county, role):
    user = {
        "owner": f.owner,
        "unit": lambda: f.township(f.PARK),
        "secretary": lambda: f.account("secretary", organization=county["乙"]),
    }[role]()
    shown = page(user, "activity-summary", as_of=str(AS_OF))
    assert shown.status_code == 200
    cells = [cell for _, row in shown.context["rows"] for cell in row] + shown.context["total"]
    assert {cell.line for cell in cells} == set(LINES)
    wrong = []
    for cell in cells:
        for name, count in (
            ("base", cell.count.base),
            ("active", cell.count.active),
            ("idle", cell.count.idle),
            ("held", cell.count.held),
        ):
            found = follow(user, getattr(cell, name)).context["page_obj"].paginator.count
            if found != count:
                wrong.append((cell.line, name, count, found))
    assert wrong == []


def test_who_has_held_nothing_is_named(county):
    listed = page(f.owner(), "activity-organizations", as_of=str(AS_OF), line="union", measure="idle")
    assert sorted(row.record.organization.name for row in listed.context["rows"]) == ["丙厂", "甲厂"]
    listed = page(f.owner(), "activity-organizations", as_of=str(AS_OF), line="party", measure="active")
    assert {
        row.record.organization.name: (row.record.held, row.record.last_held) for row in listed.context["rows"]
    } == {
        "甲厂": (2, date(2011, 3, 5)),
        "乙厂": (1, date(2011, 6, 30)),
        "丙厂": (1, date(2011, 6, 30)),
    }


def test_the_latest_is_told_as_exactly_as_it_is_known(county):
    making.activity(county["甲"], title="四月里的", held_on=date(2011, 4, 1), held_precision="month")
    listed = page(f.owner(), "activity-organizations", as_of=str(AS_OF), line="party", measure="active", q="甲厂")
    assert "2011年4月" in listed.content.decode()


def test_the_export_link_names_the_unit_of_the_page(county):
    shown = page(f.owner(), "activity-summary", as_of=str(AS_OF), unit=f.PARK).content.decode()
    assert f"as_of={AS_OF}&amp;unit={f.PARK}" in shown


def test_a_period_that_cannot_be_read_is_said(county):
    shown = page(f.owner(), "activity-summary", as_of=str(AS_OF), since="2011-07", until="x")
    assert "读不出来" in shown.content.decode()
    shown = page(f.owner(), "activity-summary", as_of=str(AS_OF), until="2012-01-01")
    assert "止日不能晚于截至日期" in shown.content.decode()
    assert shown.context["period"].until == AS_OF


def test_the_export_holds_what_the_page_shows(county):
    answer = page(f.owner(), "activity-summary-export", as_of=str(AS_OF))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    rows = list(book.active.iter_rows(values_only=True))
    total = next(row for row in rows if row[0] == "合计")
    assert total[1:6] == (3, 3, 100, 0, 5)
    assert total[6:11] == (2, 0, 0, 2, 0)
    assert page(f.account("secretary"), "activity-summary-export").status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_the_pages_ask_the_same_number_of_questions(county, rows, django_assert_num_queries):
    client, user = Client(), f.owner()
    client.force_login(user)
    for n in range(rows):
        row = f.organization()
        f.covered(row, line="league")
        making.activity(row, line="league", title=f"第{n}次")
    drain_marks()
    for view, asked, query in (
        ("activity-summary", SUMMARY_QUERIES, {}),
        ("activity-organizations", BEHIND_QUERIES, {"line": "league"}),
        ("programme-list", PROGRAMME_QUERIES, {}),
    ):
        said = {"as_of": str(AS_OF)} | query
        client.get(reverse(view), said)
        with django_assert_num_queries(asked):
            assert client.get(reverse(view), said).status_code == 200


SUMMARY_QUERIES = 8
BEHIND_QUERIES = 7
PROGRAMME_QUERIES = 9
