"""目标节点 in words: met or not exactly, pace and forecast, units and their shares, and how milestones are kept."""

import io
import json
from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from openpyxl import load_workbook

from coverage.domain.milestones import split_milestone
from coverage.domain.spans import drain_marks
from coverage.models import Milestone, MilestoneShare, RebuildCheck
from orgs.permissions import today
from quannan.base.models import AuditEntry
from tests import factories as make
from tests.coverage.counties import body, organizations

D = "2011-06-30"
DATA = Path(__file__).resolve().parents[1] / "data"
CHOSEN = {
    "name": "应建 · 2012年6月底",
    "due_on": "2012-06-30",
    "target": "90",
    "population": "all",
    "lines": ["union", "women"],
    "event": "",
    "clause": "二(三)",
    "reading": "",
}


def milestone(code="all-2011"):
    return Milestone.objects.get(code=code)


def sheets(response):
    book = load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}


def saved(submit, user, view, *args, **data):
    """Looks at the effect, then saves what was looked at."""
    seen = submit(user, view, *args, step="preview", **data).context["seen"]
    return submit(user, view, *args, step="save", seen=seen, **data)


def split(submit, user, row, **data):
    """Sends the form of a split as it was just opened."""
    row.refresh_from_db()
    return submit(user, "milestone-split", row.pk, **{"version": row.version} | data)


def test_workbook_county_meets_its_milestones_exactly_as_expected(opened):
    call_command(
        "import_register", str(DATA / "register-2011.xlsx"), "--as-of", D, "--accept-valid", stdout=io.StringIO()
    )
    drain_marks()
    wanted = json.loads((DATA / "register-2011.expected.json").read_text(encoding="utf-8"))
    [reported] = [r for r in wanted["reports"] if r["as_of"] == D]
    found = opened(make.owner(), "milestone-list", as_of=D).context["found"]
    assert {s.milestone.code: s.figures.met for s in found} == {m["code"]: m["met"] for m in reported["milestones"]}
    assert len(found) == len(reported["milestones"]) == 5
    for standing in found:
        for line in standing.lines:
            lines = reported["populations"][standing.milestone.population]["lines"][line.line]
            assert (line.now.covered, line.now.eligible, line.now.rate) == (
                lines["covered"],
                lines["eligible"],
                lines["rate"],
            )


def test_59_96_percent_is_shown_as_60_not_met_and_says_why(opened):
    rows = organizations(2500, employees=30)
    body(rows[:1499], "union_joint", date(2010, 5, 1))
    drain_marks()
    user = make.owner()
    [standing] = [
        s for s in opened(user, "milestone-list", as_of=D).context["found"] if s.milestone.code == "all-2011h1"
    ]
    union = standing.lines[0]
    assert (union.now.rate, union.tag.word, union.pace.lacking) == (60.0, "今日到期未达", 1)
    for view, args in (
        ("milestone-list", ()),
        ("milestone-detail", (standing.milestone.pk,)),
        ("coverage-dashboard", ()),
    ):
        text = opened(user, view, *args, as_of=D).content.decode()
        assert "工会 1499/2500 四舍五入为 60.0%,实为 59.9600%,未到 60%,按准确数计为未达" in text
    late = opened(user, "milestone-detail", standing.milestone.pk, as_of="2011-07-01").content.decode()
    assert "到期时:工会 1499/2500 四舍五入为 60.0%" in late


def test_every_milestone_is_listed_with_target_population_clause_and_event(opened, county):
    text = opened(make.owner(), "milestone-list", as_of=D).content.decode()
    for words in (
        "应建 · 十八大前",
        "目标 100%",
        "2012-11-07 到期,还有 496 天",
        "规上且有党组织",
        "三(四)",
        "党的十八大于2012-11-08开幕",
    ):
        assert words in text
    assert "假定应建家数保持不变" in text


def test_window_of_the_pace_is_chosen_in_the_address(opened, county):
    user = make.owner()
    assert opened(user, "milestone-list", as_of=D).context["found"][0].months == 6
    assert opened(user, "milestone-list", as_of=D, window=12).context["found"][0].months == 12
    assert opened(user, "milestone-list", as_of=D, window="7").context["found"][0].months == 6


def test_nobody_obliged_is_neither_met_nor_missed(opened):
    make.organization()
    drain_marks()
    found = opened(make.owner(), "milestone-list", as_of=D).context["found"]
    assert {(s.band.word, s.forecast, s.figures.met) for s in found} == {("无应建单位", "无应建单位", None)}


def test_page_has_lines_units_and_a_chart_with_its_numbers(opened, county):
    page = opened(make.owner(), "milestone-detail", milestone().pk, as_of=D)
    assert page.context["chart"]["categories"][-1] == "2011-12-31"
    names = [series["name"] for series in page.context["chart"]["series"]]
    assert names == ["工会实际", "团组织实际", "团组织需要", "妇女组织实际", "妇女组织需要", "目标 80%"]
    rows = {row.unit.name: {line.label: line for line in row.lines} for row in page.context["table"].rows}
    assert (rows["城厢镇"]["妇女组织"].counts.gap, rows["工业园区"]["妇女组织"].counts.gap) == (1, 0)
    assert rows["城厢镇"]["妇女组织"].portion.count == 1
    text = page.content.decode()
    assert "measure=gap" in text
    assert 'data-chart="chart-milestone"' in text


def test_file_has_the_pages_figures_and_a_block_to_sign(opened, county):
    user = make.owner()
    found = sheets(opened(user, "milestone-export", milestone().pk, as_of=D))
    assert list(found) == ["目标节点", "各单位", "按月"]
    union = next(row for row in found["目标节点"] if "工会" in row)
    assert union[6:9] == [2, 2, 100]
    assert any("填报单位(盖章)" in str(cell) for rows in found.values() for row in rows for cell in row)
    whole = sheets(opened(user, "milestone-list-export", as_of=D))
    assert sum("应建 · 2011年底" in row for row in whole["目标节点"]) == 3


def test_pages_ask_a_fixed_number_of_questions(opened, county, django_assert_num_queries):
    user, pk = make.owner(), milestone().pk

    def asked(lists, details):
        with django_assert_num_queries(lists):
            opened(user, "milestone-list", as_of=D)
        with django_assert_num_queries(details):
            opened(user, "milestone-detail", pk, as_of=D)

    opened(user, "milestone-list", as_of=D)
    asked(7, 11)
    for number in range(5):
        row = make.organization(under=make.unit(f"3607290{number + 1}"))
        make.figures(row, employees=40, women=15, league_members=4)
    drain_marks()
    asked(7, 11)


def test_unit_office_sees_its_own_unit_and_accounts_of_one_organization_no_units(opened, county):
    page = opened(make.township(), "milestone-detail", milestone().pk, as_of=D)
    assert [row.unit.name for row in page.context["table"].rows] == ["城厢镇"]
    assert not page.context["table"].whole
    assert "工业园区" not in page.content.decode()
    secretary = make.account("secretary", organization=county["built"])
    own = opened(secretary, "milestone-detail", milestone().pk, as_of=D)
    assert own.context["table"] is None
    assert {line.now.eligible for line in own.context["standing"].lines} == {1}
    assert opened(make.township(), "milestone-split", milestone().pk).status_code == 403


def test_split_is_proposed_saved_and_followed(opened, submit, county):
    user, row = make.owner(), milestone()
    form = opened(user, "milestone-split", row.pk, as_of=D).context
    names = {f"{line.line}-{one.unit.pk}": line.portion.count for one in form["table"].rows for line in one.lines}
    assert sum(names.values()) == 2
    assert [(label, words) for label, _, _, words in form["sums"]] == [
        ("工会", "正好分完"),
        ("团组织", "正好分完"),
        ("妇女组织", "正好分完"),
    ]
    done = split(submit, user, row, step="save", from_=D, **names)
    assert done.status_code == 302
    make.covered(county["gap"], line="women", from_=date(2011, 7, 15))
    drain_marks()
    table = opened(user, "milestone-detail", row.pk, as_of="2011-07-31").context["table"]
    women = next(line for line in table.split if line.line == "women")
    assert (women.needed, women.given, women.gained, women.progress) == (1, 1, 1, "净增 1/1 家,已完成")
    assert opened(user, "milestone-detail", row.pk, as_of="2011-06-29").context["table"].split == []


def test_difference_of_a_split_is_always_shown(opened, submit, county):
    user, row = make.owner(), milestone()
    form = opened(user, "milestone-split", row.pk, as_of=D).context
    names = {f"{line.line}-{one.unit.pk}": 0 for one in form["table"].rows for line in one.lines}
    counted = split(submit, user, row, step="count", from_=D, **names)
    assert "已分 0 家,还差 1 家未分下去" in counted.content.decode()
    split(submit, user, row, step="save", from_=D, **names)
    assert "还差 1 家未分下去" in opened(user, "milestone-detail", row.pk, as_of=D).content.decode()


def test_share_above_the_units_gap_is_refused_beside_its_field(opened, submit, county):
    user, row = make.owner(), milestone()
    form = opened(user, "milestone-split", row.pk, as_of=D).context
    names = {f"{line.line}-{one.unit.pk}": 0 for one in form["table"].rows for line in one.lines}
    name = f"women-{make.unit(make.PARK).pk}"
    response = split(submit, user, row, step="save", from_=D, **names | {name: 3})
    assert response.status_code == 422
    assert response.context["form"].errors[name] == ["工业园区应建未建 0 家,不能分 3 家,请改小。"]
    assert not MilestoneShare.objects.exists()


def test_later_split_ends_the_former_and_both_stay_readable(opened, submit, county):
    user, row = make.owner(), milestone()
    form = opened(user, "milestone-split", row.pk, as_of=D).context
    names = {f"{line.line}-{one.unit.pk}": line.portion.count for one in form["table"].rows for line in one.lines}
    split(submit, user, row, step="save", from_="2011-05-31", **names)
    zeros = dict.fromkeys(names, 0)
    split(submit, user, row, step="save", from_=D, **zeros)
    assert sum(s.count for s in MilestoneShare.objects.at(date(2011, 6, 29))) == 2
    assert sum(s.count for s in MilestoneShare.objects.at(date(2011, 6, 30))) == 0
    earlier = split(submit, user, row, step="save", from_="2011-05-01", **zeros)
    assert earlier.context["form"].errors["from_"] == ["这一天之后已经重新分解过,请用更晚的日期。"]


def test_second_of_two_splits_of_one_day_is_shown_the_first(opened, submit, county):
    user, row = make.owner(), milestone()
    form = opened(user, "milestone-split", row.pk, as_of=D).context
    names = {f"{line.line}-{one.unit.pk}": line.portion.count for one in form["table"].rows for line in one.lines}
    opened_at = form["form"]["version"].value()
    assert split(submit, user, row, step="save", version=opened_at, from_=D, **names).status_code == 302
    zeros = dict.fromkeys(names, 0)
    late = split(submit, user, row, step="save", version=opened_at, from_=D, **zeros)
    text = late.content.decode()
    assert late.status_code == 422
    assert "您打开之后,别人已改过这个节点或它的分解数" in text and "已存 1 家" in text
    assert sum(s.count for s in MilestoneShare.objects.all()) == sum(names.values()) == 2
    # What was typed is kept, and goes through once it was seen.
    again = late.context["form"]
    assert {name: again[name].value() for name in names} == dict.fromkeys(names, "0")
    sent = {name: again[name].value() for name in ("version", "from_", *names)}
    assert split(submit, user, row, step="save", **sent).status_code == 302
    assert sum(s.count for s in MilestoneShare.objects.all()) == 0
    changes = opened(user, "milestone-detail", row.pk, as_of=D).context["changes"]
    assert changes[0].reason == f"分解到单位,从 {D} 起"


def test_milestone_retired_meanwhile_is_not_split(submit, county):
    user, row = make.owner(), milestone()
    stale = milestone()
    Milestone.objects.filter(pk=row.pk).update(is_active=False)
    with pytest.raises(ValidationError, match="已经停用"):
        split_milestone(
            milestone=stale, version=stale.version, from_=date(2011, 6, 30), counts={}, by=user, now=make.NOW
        )


def test_line_without_a_task_is_not_said_to_be_done(opened, submit, county):
    user, row = make.owner(), milestone()
    form = opened(user, "milestone-split", row.pk, as_of=D).context
    names = {f"{line.line}-{one.unit.pk}": line.portion.count for one in form["table"].rows for line in one.lines}
    split(submit, user, row, step="save", from_=D, **names)
    page = opened(user, "milestone-detail", row.pk, as_of=D)
    assert {line.line: line.progress for line in page.context["table"].split} == {
        "union": "没有任务",
        "league": "净增 0/1 家,还差 1 家",
        "women": "净增 0/1 家,还差 1 家",
    }
    assert "已完成" not in page.content.decode()
    office = make.township()
    assert "分解 工会:没有任务" in opened(office, "coverage-dashboard", as_of=D).content.decode()
    tasks = [task.text for task in opened(office, "workbench", as_of=D).context["tasks"]]
    assert not [text for text in tasks if "工会" in text and "分解任务" in text]


def test_units_see_their_share_on_dashboard_and_workbench(opened, submit, county):
    user, row = make.owner(), milestone()
    form = opened(user, "milestone-split", row.pk, as_of=D).context
    names = {f"{line.line}-{one.unit.pk}": line.portion.count for one in form["table"].rows for line in one.lines}
    split(submit, user, row, step="save", from_=D, **names)
    office = make.township()
    assert "分解 妇女组织:净增 0/1 家,还差 1 家" in opened(office, "coverage-dashboard", as_of=D).content.decode()
    tasks = [task.text for task in opened(office, "workbench", as_of=D).context["tasks"]]
    assert "分解任务 · 应建 · 2011年底:妇女组织 净增 0/1 家,还差 1 家" in tasks
    secretary = make.account("secretary", organization=county["gap"])
    assert "分解" not in opened(secretary, "coverage-dashboard", as_of=D).content.decode()


def test_dashboard_links_each_milestone_and_says_its_band(opened, county):
    page = opened(make.owner(), "coverage-dashboard", as_of=D)
    text = page.content.decode()
    assert f"/coverage/milestones/{milestone().pk}/?as_of={D}" in text
    bands = {row.milestone.code: row.band.word for row in page.context["dashboard"].milestones}
    assert bands == {
        "key-2010": "已达",
        "mechanism-2011": "已达",
        "all-2011h1": "今日到期未达",
        "all-2011": "难以按期",
        "all-congress": "难以按期",
    }


def test_new_milestone_shows_its_effect_before_it_is_saved(opened, submit, county):
    user = make.owner()
    seen = submit(user, "milestone-create", step="preview", **CHOSEN)
    assert [line.label for line in seen.context["effect"].lines] == ["工会", "妇女组织"]
    assert seen.context["effect"].figures.met is False
    assert not Milestone.objects.filter(name=CHOSEN["name"]).exists()
    # Something else than what was looked at is shown anew, not saved.
    other = submit(user, "milestone-create", step="save", seen=seen.context["seen"], **CHOSEN | {"target": "50"})
    assert "预览之后内容有改动" in other.content.decode()
    assert submit(user, "milestone-create", step="save", seen=seen.context["seen"], **CHOSEN).status_code == 302
    row = Milestone.objects.get(name=CHOSEN["name"])
    assert (row.code, row.lines, row.is_active) == ("all-20120630", ["union", "women"], True)
    assert AuditEntry.objects.filter(action="milestone.create").count() == 1


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"target": "0"}, "target", "目标应大于0、不超过100。"),
        ({"target": "100.5"}, "target", "目标应大于0、不超过100。"),
        ({"lines": []}, "lines", "请填写计量条线。"),
        ({"due_on": "明年"}, "due_on", "日期应写成 2011-06-30 这样。"),
        ({"clause": ""}, "clause", "请填写条款。"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(submit, wrong, field, sentence):
    response = submit(make.owner(), "milestone-create", step="preview", **CHOSEN | wrong)
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {field}
    assert response.context["form"].errors[field] == [sentence]
    assert CHOSEN["name"] in response.content.decode()


def test_past_milestone_is_changed_only_with_a_reason_and_keeps_its_history(opened, submit, county):
    user, row = make.owner(), milestone("key-2010")
    said = CHOSEN | {"name": row.name, "due_on": "2010-12-31", "target": "95", "population": "key", "version": "1"}
    refused = saved(submit, user, "milestone-change", row.pk, change_reason="", **said)
    assert refused.context["form"].errors["change_reason"][0].startswith("这个节点已经到期")
    assert saved(submit, user, "milestone-change", row.pk, change_reason="县委会议调整", **said).status_code == 302
    row.refresh_from_db()
    assert (row.target, row.version) == (95, 2)
    changes = opened(user, "milestone-detail", row.pk, as_of=D).context["changes"]
    assert (changes[0].by, changes[0].reason) == (user.name, "县委会议调整")
    assert "95%" in changes[0].words
    assert "100%" in changes[1].words
    stale = saved(submit, user, "milestone-change", row.pk, change_reason="又改", **said | {"target": "90"})
    assert "别人已改过这条记录" in stale.content.decode()


def test_due_date_moved_into_the_past_needs_a_reason(submit, county):
    user, row = make.owner(), milestone("all-congress")
    Milestone.objects.filter(pk=row.pk).update(due_on=today().replace(year=today().year + 1))
    row.refresh_from_db()
    said = {name: getattr(row, name) for name in CHOSEN} | {"version": row.version}
    refused = saved(submit, user, "milestone-change", row.pk, change_reason="", **said | {"due_on": D})
    assert refused.context["form"].errors["change_reason"] == ["改成的到期日已到,会改变当时是否达到,请写明理由。"]
    later = saved(submit, user, "milestone-change", row.pk, change_reason="", **said | {"target": "95"})
    assert later.status_code == 302
    said = said | {"target": "95", "due_on": D, "version": row.version + 1}
    assert saved(submit, user, "milestone-change", row.pk, change_reason="提前", **said).status_code == 302


def test_name_of_a_past_milestone_needs_no_reason(submit, county):
    row = milestone("key-2010")
    said = CHOSEN | {
        "name": "规上有党组织的",
        "due_on": "2010-12-31",
        "target": "100",
        "population": "key",
        "lines": ["union", "league", "women"],
        "version": "1",
    }
    assert saved(submit, make.owner(), "milestone-change", row.pk, change_reason="", **said).status_code == 302


def test_retired_milestone_leaves_every_page_and_comes_back(opened, submit, county):
    user, row = make.owner(), milestone()
    assert "请填写理由" in submit(user, "milestone-retire", row.pk, change_reason="").content.decode()
    submit(user, "milestone-retire", row.pk, change_reason="并入十八大前")
    assert row not in [s.milestone for s in opened(user, "milestone-list", as_of=D).context["found"]]
    assert [s.milestone for s in opened(user, "milestone-list", as_of=D, state="retired").context["found"]] == [row]
    assert row.name not in opened(user, "coverage-dashboard", as_of=D).content.decode()
    assert "这个节点已经停用" in submit(user, "milestone-retire", row.pk, change_reason="再停").content.decode()
    submit(user, "milestone-restore", row.pk, change_reason="恢复单列")
    assert row in [s.milestone for s in opened(user, "milestone-list", as_of=D).context["found"]]


def test_system_page_shows_the_last_fourteen_checks_and_starts_one(opened, submit, county):
    user = make.account("technician")
    for number in range(16):
        RebuildCheck.objects.create(
            started_at=make.NOW.replace(minute=number),
            finished_at=make.NOW.replace(minute=number),
            spans=5,
            differences=int(number == 15),
            detail=[{"table": "span", "side": "live", "organization": county["gap"].pk, "period": "[2011-01-01,)"}]
            if number == 15
            else [],
        )
    page = opened(user, "system-status")
    assert len(page.context["checks"]) == 14
    assert "不一致 1" in page.content.decode()
    assert submit(user, "system-verify").status_code == 302
    assert submit(make.account("leader"), "system-verify").status_code == 403


def test_numbers_of_notice_and_trend_open_to_their_organizations(opened, county):
    user = make.owner()
    notice = opened(user, "coverage-bulletin", as_of=D).content.decode()
    assert f"/coverage/organizations/?as_of={D}&amp;population=all&amp;line=women&amp;measure=gap" in notice
    assert f"unit={make.PARK}&amp;own=1&amp;population=all&amp;line=union&amp;measure=eligible" in notice
    assert "as_of=2011-05-31&amp;population=all&amp;line=party&amp;measure=eligible" in notice
    trend = opened(user, "coverage-trend-table", as_of=D).content.decode()
    assert "/coverage/organizations/?as_of=2011-05-31&amp;population=all&amp;line=union&amp;measure=covered" in trend
