"""Pages of activities: the list, one activity, recording, correcting and cancelling, and both kept lists."""

import io
import re
from datetime import date

import openpyxl
import pytest

from activities.models import Activity, ActivityKind, Programme
from tests import factories as make
from tests.activities import making

D = "2011-06-30"


def records(response) -> list:
    return [row.record for row in response.context["rows"]]


def titles(response) -> list[str]:
    assert response.status_code == 200
    return sorted(row.activity.title for row in records(response))


def text(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def hosts():
    return make.organization("甲厂"), make.organization("乙厂"), make.organization("丙厂", make.unit(make.PARK))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_questions(opened, rows, django_assert_num_queries):
    user = make.township()
    for n in range(rows):
        making.activity(make.organization(), make.organization(), title=f"第{n}次", programme=making.programme())
    opened(user, "activity-list", as_of=D)
    with django_assert_num_queries(LIST_QUERIES):
        assert len(records(opened(user, "activity-list", as_of=D))) == rows


@pytest.mark.parametrize("role", ["owner", "unit", "other", "secretary", "filer", "leader", "line"])
def test_each_role_lists_what_its_organizations_host_or_share(opened, hosts, role):
    mine, near, far = hosts
    making.activity(mine, title="甲的")
    making.activity(near, title="乙的", line="union")
    making.activity(far, mine, title="丙和甲的")
    making.activity(far, title="丙的")
    user = {
        "owner": make.owner,
        "unit": make.township,
        "other": lambda: make.township(make.PARK),
        "secretary": lambda: make.account("secretary", organization=mine),
        "filer": lambda: make.account("filer", organization=mine),
        "leader": lambda: make.account("leader"),
        "line": make.union_office,
    }[role]()
    whole = ["丙和甲的", "丙的", "乙的", "甲的"]
    wanted = {
        "unit": ["丙和甲的", "乙的", "甲的"],
        "other": ["丙和甲的", "丙的"],
        "secretary": ["丙和甲的", "甲的"],
        "filer": ["丙和甲的", "甲的"],
    }.get(role, whole)
    assert titles(opened(user, "activity-list", as_of=D)) == sorted(wanted)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["旧的", "月里的", "甲的", "联合的"]),
        ({"q": "乙厂"}, ["联合的"]),
        ({"title": "月里"}, ["月里的"]),
        ({"line": "union"}, ["联合的"]),
        ({"unit": make.PARK}, ["联合的"]),
        ({"since": "2011-03-01", "until": "2011-03-31"}, ["月里的", "甲的"]),
        ({"since": "2011-03-02", "until": "2011-03-31"}, ["甲的"]),
        ({"state": "cancelled"}, ["撤了的"]),
        ({"state": ""}, ["撤了的", "旧的", "月里的", "甲的", "联合的"]),
        ({"kind": "training"}, ["旧的"]),
        ({"programme": "cxzy"}, ["甲的"]),
        ({"as_of": "2010-12-31"}, ["旧的"]),
    ],
)
def test_the_list_is_narrowed_by_its_filters(opened, hosts, query, found):
    mine, near, far = hosts
    making.activity(mine, title="甲的", programme=making.programme())
    making.activity(mine, title="月里的", held_on=date(2011, 3, 1), held_precision="month")
    making.activity(mine, title="旧的", held_on=date(2010, 9, 1), kind=making.kind("training"))
    making.activity(far, near, title="联合的", line="union", held_on=date(2011, 5, 1))
    gone = {"cancelled_at": make.NOW, "cancelled_by_name": "钟主任", "cancel_reason": "重复登记"}
    making.activity(mine, title="撤了的", **gone)
    for name, model in (("kind", ActivityKind), ("programme", Programme)):
        if name in query:
            query = query | {name: model.objects.get(code=query[name]).pk}
    assert titles(opened(make.owner(), "activity-list", **({"as_of": D} | query))) == sorted(found)


def test_the_part_of_an_organization_narrows_the_list(opened, hosts):
    mine, near, far = hosts
    making.activity(mine, title="甲的")
    making.activity(far, mine, title="丙和甲的")
    user = make.township()
    assert titles(opened(user, "activity-list", as_of=D, part="host")) == ["甲的"]
    assert titles(opened(user, "activity-list", as_of=D, part="part")) == ["丙和甲的"]


def test_unknown_attendance_is_shown_as_unknown_and_exported_empty(opened, hosts):
    making.activity(hosts[0], attendees=0, title="没人来")
    making.activity(hosts[0], title="没人记")
    user = make.owner()
    book = openpyxl.load_workbook(io.BytesIO(b"".join(opened(user, "activity-export", as_of=D).streaming_content)))
    rows = list(book.active.iter_rows(values_only=True))
    head = next(row for row in rows if "参加人数" in row)
    at, name = head.index("参加人数"), head.index("活动名称")
    assert {row[name]: row[at] for row in rows[rows.index(head) + 1 :] if row[name]} == {"没人来": 0, "没人记": None}


def test_the_form_is_exported_for_those_who_export(opened, hosts):
    making.activity(hosts[0])
    found = opened(make.owner(), "activity-form-export", as_of=D)
    book = openpyxl.load_workbook(io.BytesIO(b"".join(found.streaming_content)))
    said = [cell for row in book.active.iter_rows(values_only=True) for cell in row if cell]
    assert {"活动名称", "主题党日", hosts[0].uscc} <= set(said)
    assert opened(make.account("secretary", organization=hosts[0]), "activity-form-export").status_code == 403


def test_the_page_of_an_activity_tells_what_became_of_it(opened, submit, hosts):
    mine, near, _ = hosts
    user = make.township()
    submit(user, "activity-record", query={"organization": mine.pk, "line": "party"}, **said())
    row = Activity.objects.get()
    submit(user, "activity-correct", row.pk, **said(version=1, attendees="25", others="乙厂", change_reason="按签到表"))
    page = opened(user, "activity-detail", row.pk)
    body = text(page)
    assert "参加人数 20→25" in body
    assert "共同参加的组织增加“乙厂”" in body
    assert "按签到表" in body
    assert [entry.words for entry in page.context["found"].entries][-1] == "登记:2011-03-05 党组织“学雷锋主题党日”"
    assert opened(make.township(make.PARK), "activity-detail", row.pk).status_code == 404


def said(**more) -> dict:
    """The form of a theme day on 5 March 2011, filled in."""
    return {
        "kind": making.kind().pk,
        "title": "学雷锋主题党日",
        "held_on": "2011-03-05",
        "held_precision": "day",
        "attendees": "20",
        **more,
    }


def test_recording_goes_from_the_host_to_the_form_to_the_page(submit, hosts):
    mine, near, _ = hosts
    branch = make.covered(mine, near)
    user = make.account("secretary", organization=mine)
    first = submit(user, "activity-record", organization=mine.name, line="party")
    assert first.status_code == 302
    assert first.url.endswith(f"?organization={mine.pk}&line=party")
    query = {"organization": mine.pk, "line": "party"}
    page = text(submit(user, "activity-record", query=query, follow=True, **said(branch=branch.pk, others="乙厂")))
    row = Activity.objects.get()
    assert (row.branch, row.attendees, row.members, row.recorded_by) == (branch, 20, None, user)
    assert [part.organization for part in row.participations.all()] == [near]
    assert "活动已登记" in page
    assert "台账里这家组织当时没有" not in page


def test_a_host_without_a_body_is_recorded_with_a_remark(submit, hosts):
    query = {"organization": hosts[0].pk, "line": "party"}
    page = text(submit(make.township(), "activity-record", query=query, follow=True, **said()))
    assert "台账里这家组织当时没有党组织" in page


def test_what_was_typed_stays_beside_what_is_wrong(submit, hosts):
    query = {"organization": hosts[0].pk, "line": "party"}
    bad = said(title="只有标题", members="21", others="没有的厂", place="会议室")
    body = text(submit(make.township(), "activity-record", query=query, **bad))
    assert "没有“没有的厂”这家组织" in body
    assert 'value="只有标题"' in body
    assert "其中党员不能多于参加人数" in body
    assert not Activity.objects.exists()


def test_a_month_is_kept_as_its_first_day(submit, hosts):
    query = {"organization": hosts[0].pk, "line": "party"}
    submit(make.township(), "activity-record", query=query, **said(held_on="2011-03-17", held_precision="month"))
    row = Activity.objects.get()
    assert (row.held_on, row.held_precision, row.held_word) == (date(2011, 3, 1), "month", "2011年3月")


def test_a_line_department_chooses_among_its_lines(opened, submit, hosts):
    user = make.union_office()
    body = text(opened(user, "activity-record")).split('id="id_line"')[1].split("</select>")[0]
    assert re.findall(r'<option value="(\w+)"', body) == ["union", "women_workers"]
    page = opened(user, "activity-record", organization=hosts[0].pk, line="party")
    assert "先写明由哪家组织主办" in text(page)
    submit(user, "activity-record", query={"organization": hosts[0].pk, "line": "party"}, **said())
    assert not Activity.objects.exists()


def test_whose_activity_it_is_not_cannot_change_it(opened, submit, hosts):
    row = making.activity(hosts[2], hosts[0])
    user = make.township()
    assert "更正" not in text(opened(user, "activity-detail", row.pk)).split("<h2>活动情况")[0]
    assert opened(user, "activity-correct", row.pk).status_code == 403
    refused = submit(user, "activity-correct", row.pk, **said(version=1, title="别的", change_reason="试试"))
    assert refused.status_code == 403
    row.refresh_from_db()
    assert row.title == "主题党日"


def test_a_stale_correction_shows_both_sides(submit, hosts):
    row = making.activity(hosts[0], title="学雷锋主题党日", attendees=20, version=2, place="车间")
    body = text(submit(make.township(), "activity-correct", row.pk, **said(version=1, place="礼堂")))
    assert "还没有保存" in body
    assert "按我填的保存" in body


def test_cancelling_asks_for_a_reason_and_leaves_the_page(opened, submit, hosts):
    row = making.activity(hosts[0])
    user = make.township()
    assert "请填写撤销理由" in text(submit(user, "activity-cancel", row.pk, version=1, change_reason=""))
    body = text(submit(user, "activity-cancel", row.pk, follow=True, version=1, change_reason="重复登记"))
    assert "已撤销" in body
    assert "重复登记" in body
    assert "撤销这项活动" in body
    assert titles(opened(user, "activity-list", as_of=D)) == []


def test_the_page_of_an_organization_tells_of_its_activities(opened, hosts):
    mine, _, far = hosts
    making.activity(mine, title="甲的", attendees=12)
    making.activity(far, mine, title="丙和甲的", line="union", held_on=date(2011, 5, 1))
    gone = {"cancelled_at": make.NOW, "cancelled_by_name": "钟主任", "cancel_reason": "重复登记"}
    making.activity(mine, title="撤了的", **gone)
    page = opened(make.township(), "organization-detail", mine.pk, as_of=D)
    told = page.context["activities"]
    assert [row.activity.title for row in told.recent] == ["丙和甲的", "甲的"]
    assert (told.number, told.by_line) == (2, [("党组织", 1), ("工会", 1)])
    assert (told.since, told.until) == (date(2010, 7, 1), date(2011, 6, 30))
    assert f"?organization={mine.pk}" in text(page)
    assert (
        opened(make.account("filer", organization=mine), "organization-detail", mine.pk).context["activities"].lines
        == []
    )


def test_the_lists_are_kept_by_the_owner_office_alone(opened, submit, hosts):
    owner = make.owner()
    making.activity(hosts[0], programme=making.programme())
    page = opened(owner, "programme-list", as_of=D)
    numbers = {row.entry.code: row.number for _, rows in page.context["found"].programmes for row in rows}
    assert (numbers["cxzy"], numbers["jsbw"], page.context["found"].number) == (1, 0, 1)
    assert "新增载体" in text(page)
    assert "新增载体" not in text(opened(make.township(), "programme-list", as_of=D))
    submit(owner, "programme-add", name="读书月", line="union", clause="三(三)", from_="2011-01-01")
    row = Programme.objects.get(name="读书月")
    submit(owner, "programme-correct", row.pk, name="读书季", line="union", clause="")
    submit(owner, "programme-end", row.pk, last_day="2011-12-31", change_reason="已结束")
    row.refresh_from_db()
    assert (row.name, row.period.lower, row.last_day) == ("读书季", date(2011, 1, 1), date(2011, 12, 31))
    submit(owner, "activity-kind-add", name="读书会")
    kind = ActivityKind.objects.get(name="读书会")
    submit(owner, "activity-kind-correct", kind.pk, name="读书沙龙")
    submit(owner, "activity-kind-end", kind.pk, last_day="2011-12-31", change_reason="已结束")
    kind.refresh_from_db()
    assert (kind.name, kind.last_day) == ("读书沙龙", date(2011, 12, 31))


LIST_QUERIES = 11
