"""情景推演: kept, shared, ticked, assumed otherwise; it never touches the register, and counts what its reader sees."""

from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from psycopg2.extras import DateRange

from coverage.domain.scenarios import create_scenario, tick
from coverage.domain.spans import drain_marks
from coverage.models import DirtyMark, GapAssignment, Milestone, Scenario, Span, Standard
from orgs.models import Branch, Placement
from tests import factories as make
from tests.pages.conftest import AS_OF

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make.owner()


def scenario(by, name="全部建成", shared="private", ticks=()):
    made = create_scenario(name=name, shared=shared, as_of=AS_OF, by=by, now=make.NOW)
    tick(scenario=made, pairs=[(o.pk, line) for o, line in ticks], by=by, now=make.NOW)
    return made


def cells(response):
    book = load_workbook(BytesIO(b"".join(response.streaming_content)), read_only=True)
    rows = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    book.close()
    return rows


def union_of(response, which):
    found = response.context["figures"].what
    counts = getattr(found, which).populations["all"].lines["union"]
    return counts.covered, counts.eligible


def test_a_scenario_is_begun_ticked_and_looked_at(county, opened, submit, owner):
    bodies, spans = Branch.objects.count(), list(Span.objects.order_by("id").values())
    page = submit(owner, "scenario-create", name="差一个的全建", as_of="2011-06-30", shared="private", follow=True)
    made = Scenario.objects.get()
    assert "还没有假定组建" in page.content.decode()
    pick = opened(owner, "scenario-pick", made.pk)
    assert [(span.organization.name, labels) for span, labels in pick.context["rows"]] == [
        ("全南县长青竹木厂", ["妇女组织"]),
        ("龙源坝镇便民超市", ["团组织"]),
    ]
    page = submit(owner, "scenario-pick", made.pk, whole="1", follow=True)
    text = page.content.decode()
    assert "推演,不改动台账" in text and "已假定组建 2 个" in text and "全南县长青竹木厂" in text
    found = page.context["figures"].what
    women = [r.populations["all"].lines["women"] for r in (found.today, found.then)]
    whole = [r.populations["all"].lines["all"] for r in (found.today, found.then)]
    assert [(c.covered, c.eligible) for c in women] == [(1, 2), (2, 2)]
    assert [(c.covered, c.eligible) for c in whole] == [(1, 3), (3, 3)]
    assert (Branch.objects.count(), list(Span.objects.order_by("id").values())) == (bodies, spans)
    assert not DirtyMark.objects.exists()


def test_more_than_a_scenario_may_hold_is_refused_before_it_is_read(county, submit, owner, monkeypatch):
    monkeypatch.setattr("coverage.domain.scenarios.MOST_TICKS", 1)
    read = []
    monkeypatch.setattr("coverage.views.scenarios.pairs_of", lambda *meant: read.append(meant))
    made = scenario(owner)
    page = submit(owner, "scenario-pick", made.pk, whole="1", follow=True)
    assert "一份推演最多假定组建1个,选中的有2家。请用条件缩小范围" in page.content.decode()
    assert not read and not made.ticks.exists()


def test_picking_by_line_unit_and_name(county, opened, owner):
    made = scenario(owner)

    def named(**query):
        return [span.organization.name for span, _ in opened(owner, "scenario-pick", made.pk, **query).context["rows"]]

    assert named(what="gap", **{"for": "women"}) == ["全南县长青竹木厂"]
    assert named(what="gap", **{"for": "women_workers", "in": make.PARK}) == ["全南县启明电子有限公司"]
    assert named(what="unbuilt", q="便民", **{"for": "union"}) == ["龙源坝镇便民超市"]
    assert named(what="permitted", q="无此店") == []


def test_ticked_rows_are_added_once_and_taken_out_again(county, submit, owner):
    made = scenario(owner)
    add = {"query": {"what": "gap", "for": "women"}, "ids": [county["gap"].pk]}
    submit(owner, "scenario-pick", made.pk, **add)
    page = submit(owner, "scenario-pick", made.pk, follow=True, **add)
    assert "另有 1 个原来就在" in page.content.decode()
    [one] = made.ticks.all()
    assert (one.organization, one.line) == (county["gap"], "women")
    page = submit(owner, "scenario-untick", made.pk, ids=[one.pk], follow=True)
    assert "已取消假定组建 1 个" in page.content.decode()
    assert not made.ticks.exists()
    page = submit(owner, "scenario-untick", made.pk, follow=True)
    assert "请先勾选要取消的" in page.content.decode()


def test_rules_are_assumed_beside_todays(county, opened, submit, owner):
    made = scenario(owner)
    form = opened(owner, "scenario-assume", made.pk).content.decode()
    assert "≥ 25" in form and "改设定" in form
    page = submit(
        owner,
        "scenario-assume",
        made.pk,
        version=made.version,
        obliged_union="10",
        permitted_union="0",
        target_1="",
        follow=True,
    )
    text = page.content.decode()
    assert "工会:应建人数(含) 25 → 10" in text and "工会:可建人数(含) 1 → 不设" in text
    assert (union_of(page, "today"), union_of(page, "then")) == ((2, 2), (2, 3))
    made.refresh_from_db()
    assert made.changes == {"standards": {"union": {"obliged_from": 10, "permitted_from": None}}}
    again = opened(owner, "scenario-assume", made.pk).context["form"]
    assert (again["obliged_union"].value(), again["permitted_union"].value()) == (10, 0)


def other_union(obliged, until="2010-01-01"):
    """The union's standard had another number before a day."""
    now = Standard.objects.get(line="union")
    day = date.fromisoformat(until)
    Standard.objects.filter(pk=now.pk).update(period=DateRange(day, None))
    facts = {name: getattr(now, name) for name in ("measure", "permitted_from", "zero_state", "clause", "rungs")}
    Standard.objects.create(line="union", obliged_from=obliged, period=DateRange(None, day), **facts)


def test_numbers_typed_with_another_day_are_compared_with_the_rules_of_that_day(county, opened, submit, owner):
    other_union(40)
    made = scenario(owner)
    page = submit(
        owner,
        "scenario-assume",
        made.pk,
        version=made.version,
        as_of="2009-12-31",
        obliged_union="25",
        obliged_women="12",
        follow=True,
    )
    made.refresh_from_db()
    assert made.changes == {
        "as_of": "2009-12-31",
        "standards": {"union": {"obliged_from": 25}, "women": {"obliged_from": 12}},
    }
    assert "工会:应建人数(含) 40 → 25" in page.content.decode()
    # Back on the scenario's own day, 25 is what holds.
    submit(owner, "scenario-assume", made.pk, version=made.version, as_of="", obliged_union="25", obliged_women="12")
    made.refresh_from_db()
    assert made.changes == {"standards": {"women": {"obliged_from": 12}}}


def test_a_day_that_is_none_keeps_what_was_typed(county, submit, owner):
    made = scenario(owner)
    page = submit(owner, "scenario-assume", made.pk, version=made.version, as_of="2011-06-31", obliged_union="12")
    text = page.content.decode()
    assert page.status_code == 200 and "日期应写成 2011-06-30 这样" in text and 'value="12"' in text


def test_what_is_kept_for_rules_of_another_day_stays_and_what_is_typed_for_them_is_named(county, submit, owner):
    Standard.objects.filter(line="union").update(period=DateRange(date(2010, 1, 1), None))
    Milestone.objects.filter(code="all-2011").update(is_active=False)
    made = scenario(owner)
    kept = {
        "standards": {"union": {"obliged_from": 12}},
        "milestones": {"all-2011": {"target": "70"}},
    }
    Scenario.objects.filter(pk=made.pk).update(changes=kept)
    typed = {"version": made.version, "as_of": "2009-12-31", "obliged_women": "8"}
    page = submit(owner, "scenario-assume", made.pk, obliged_union="15", **typed)
    assert "工会应建人数填的 15 用不上" in page.content.decode()
    made.refresh_from_db()
    assert made.changes == kept
    assert submit(owner, "scenario-assume", made.pk, **typed).status_code == 302
    made.refresh_from_db()
    assert made.changes == {
        "as_of": "2009-12-31",
        "standards": {"union": {"obliged_from": 12}, "women": {"obliged_from": 8}},
        "milestones": {"all-2011": {"target": "70"}},
    }


@pytest.mark.parametrize("wan", ["2000", "1234567.5"])
def test_revenue_is_shown_in_plain_digits(county, opened, submit, owner, wan):
    made = scenario(owner)
    page = submit(owner, "scenario-assume", made.pk, version=made.version, revenue=wan, follow=True)
    assert f"规模以上:年营业收入 500万元 → {wan}万元" in page.content.decode()
    form = opened(owner, "scenario-assume", made.pk)
    assert form.context["form"]["revenue"].value() == wan
    assert f'value="{wan}"' in form.content.decode()


def test_what_cannot_be_is_said_and_nothing_typed_is_lost(county, submit, owner):
    made = scenario(owner)
    page = submit(owner, "scenario-assume", made.pk, version=made.version, permitted_union="30")
    text = page.content.decode()
    assert "工会:可建人数不能大于应建人数" in text and 'value="30"' in text
    made.refresh_from_db()
    assert made.changes == {}


def test_a_stale_save_shows_the_difference(county, submit, owner):
    made = scenario(owner)
    data = {"name": "新名", "as_of": "2011-06-30", "shared": "private"}
    submit(owner, "scenario-change", made.pk, version=made.version, **data)
    page = submit(owner, "scenario-change", made.pk, version=made.version, **data | {"name": "另一个名"})
    text = page.content.decode()
    assert "还没有保存" in text and "新名" in text and 'value="另一个名"' in text
    page = submit(owner, "scenario-assume", made.pk, version=0, obliged_union="10")
    assert "还没有保存" in page.content.decode()


def test_sharing_shows_it_to_whom_it_is_shared(county, opened):
    office, other = make.township(), make.account("unit_office", unit=make.unit(make.PARK))
    above = make.owner()
    private = scenario(office, "自己看")
    of_unit = scenario(above_unit := make.account("unit_office", unit=make.unit(make.COUNTY)), "县里共享", "unit")
    everybody = scenario(office, "大家看", "all")

    def listed(who):
        return {row.record.name for row in opened(who, "scenario-list").context["rows"]}

    assert listed(office) == {"自己看", "县里共享", "大家看"}
    assert listed(other) == {"县里共享", "大家看"}
    assert listed(above) == {"大家看"}
    assert {one.unit for one in (private, everybody)} == {make.unit()}
    assert of_unit.unit == make.unit(make.COUNTY) and above_unit
    assert opened(other, "scenario-detail", private.pk).status_code == 404
    assert opened(other, "scenario-change", everybody.pk).status_code == 403


def test_a_shared_scenario_counts_and_names_what_its_reader_sees(county, opened, submit, owner):
    shared = scenario(owner, shared="all", ticks=[(county["gap"], "women"), (county["built"], "women")])
    office = make.township()
    page = opened(office, "scenario-detail", shared.pk)
    text = page.content.decode()
    assert "全南县长青竹木厂" in text and "启明电子" not in text
    then = page.context["figures"].what.then
    assert (then.populations["all"].lines["women"].covered, then.base.organizations) == (1, 2)
    rows = str(cells(opened(office, "scenario-ticks-export", shared.pk)))
    assert "长青" in rows and "启明" not in rows
    submit(office, "scenario-copy", shared.pk)
    copied = Scenario.objects.get(owner=office)
    assert [t.organization for t in copied.ticks.all()] == [county["gap"]]


def test_the_list_counts_what_its_reader_sees_on_the_day(county, opened, owner):
    scenario(
        owner, shared="all", ticks=[(county["gap"], "women"), (county["gap"], "party"), (county["built"], "women")]
    )

    def counted(who):
        [row] = opened(who, "scenario-list").context["rows"]
        return row.record.tick_count

    assert counted(owner) == 3
    assert counted(make.township()) == 2
    assert counted(make.account("unit_office", unit=make.unit(make.PARK))) == 1
    # Placed elsewhere since: on the scenario's day it was the township's.
    Placement.objects.filter(organization=county["gap"]).update(period=DateRange(date(2011, 1, 1), date(2011, 9, 1)))
    Placement.objects.create(
        organization=county["gap"], unit=make.unit(make.PARK), period=DateRange(date(2011, 9, 1), None)
    )
    assert counted(make.township()) == 2


def test_whoever_moved_shares_with_the_own_unit_of_today(county, opened, submit):
    office, park = make.township(), make.account("unit_office", unit=make.unit(make.PARK))
    made = scenario(office, "要共享")
    office.role_assignments.update(unit=make.unit(make.PARK))
    data = {"name": "要共享", "as_of": "2011-06-30", "shared": "unit", "version": made.version}
    submit(type(office).objects.get(pk=office.pk), "scenario-change", made.pk, **data)
    made.refresh_from_db()
    assert made.unit == make.unit(make.PARK)
    assert opened(park, "scenario-detail", made.pk).status_code == 200
    assert opened(make.account("unit_office", unit=make.unit()), "scenario-detail", made.pk).status_code == 404


def test_ticks_outside_the_chosen_unit_are_named_apart(county, opened, owner):
    made = scenario(owner, ticks=[(county["gap"], "women"), (county["built"], "women_workers")])
    text = opened(owner, "scenario-detail", made.pk, unit=make.PARK).content.decode()
    assert "另有 1 个不在工业园区及下属,没有算在这里" in text and "不起作用" not in text
    assert "没有算在这里" not in opened(owner, "scenario-detail", made.pk, unit="").content.decode()


def test_accounts_without_a_unit_share_with_everybody_or_nobody(county, submit, owner):
    page = submit(owner, "scenario-create", name="甲", as_of="2011-06-30", shared="unit")
    assert "您的账号不属于某个主管党(工)委" in page.content.decode()
    assert not Scenario.objects.exists()


def test_it_is_deleted_by_its_owner_alone(county, submit, owner):
    made = scenario(owner, shared="all", ticks=[(county["gap"], "women")])
    assert submit(make.township(), "scenario-delete", made.pk).status_code == 403
    page = submit(owner, "scenario-delete", made.pk, follow=True)
    assert "台账没有变化" in page.content.decode()
    assert not Scenario.objects.exists()


def test_the_export_says_it_is_assumed_and_has_the_pages_numbers(county, opened, owner):
    made = scenario(owner, ticks=[(county["gap"], "women")])
    rows = cells(opened(owner, "scenario-figures-export", made.pk))
    assert rows[1][0].startswith("推演,不改动台账")
    women = next(row for row in rows if row[:2] == ["条线", "妇女组织"])
    assert women[2:11] == [1, 2, 50, 2, 2, 100, 1, 0, 50]


def test_excluded_and_built_ones_are_said_to_do_nothing(county, opened, owner):
    made = scenario(owner, ticks=[(county["away"], "union"), (county["built"], "union"), (county["silent"], "union")])
    page = opened(owner, "scenario-detail", made.pk)
    assert {row.organization.name: row.effect for row in page.context["ticks"]} == {
        "全南县停工矿业有限公司": "剔除中,不计",
        "全南县启明电子有限公司": "已有组织,不变",
        "全南县晨曦服饰店": "年度数字不明,不计",
    }
    assert (page.context["figures"].what.effective, page.context["figures"].what.idle) == (0, 3)


def test_the_page_asks_the_same_number_of_questions_for_one_and_three_ticks(
    county, opened, owner, django_assert_num_queries
):
    made = scenario(owner, ticks=[(county["gap"], "women")])
    opened(owner, "scenario-detail", made.pk)
    with django_assert_num_queries(QUESTIONS):
        opened(owner, "scenario-detail", made.pk)
    pairs = [(county[name].pk, "women") for name in ("built", "small")]
    tick(scenario=made, pairs=pairs, by=owner, now=make.NOW)
    with django_assert_num_queries(QUESTIONS):
        opened(owner, "scenario-detail", made.pk)


def test_the_list_asks_the_same_number_of_questions_for_one_and_three_rows(
    county, opened, owner, django_assert_num_queries
):
    scenario(owner)
    opened(owner, "scenario-list")
    with django_assert_num_queries(LIST_QUESTIONS):
        opened(owner, "scenario-list")
    scenario(owner, "乙")
    scenario(owner, "丙", ticks=[(county["gap"], "women")])
    with django_assert_num_queries(LIST_QUESTIONS):
        opened(owner, "scenario-list")


QUESTIONS = 15
LIST_QUESTIONS = 7


def test_the_dashboard_leads_to_it_where_the_role_may(county, opened, owner):
    address = reverse("scenario-list")
    head = f'<a class="btn" href="{address}">情景推演</a>'
    assert head in opened(owner, "coverage-dashboard").content.decode()
    filer = make.account("filer", organization=county["gap"])
    assert head not in opened(filer, "coverage-dashboard").content.decode()


def test_a_new_day_reads_the_register_of_that_day(county, opened, submit, owner):
    make.covered(county["gap"], line="women", from_=AS_OF.replace(month=9))
    drain_marks()
    made = scenario(owner)
    page = submit(owner, "scenario-assume", made.pk, version=made.version, as_of="2011-12-31", follow=True)
    assert "按 2011-12-31 的台账推演" in page.content.decode()
    women = [
        getattr(page.context["figures"].what, w).populations["all"].lines["women"].covered for w in ("today", "then")
    ]
    assert women == [1, 2]


def test_ticks_are_handed_out_as_gaps(county, opened, submit, owner):
    made = scenario(owner, ticks=[(county["gap"], "women"), (county["built"], "women")])
    assert "分派为缺口任务" in opened(owner, "scenario-detail", made.pk).content.decode()
    typed = {"unit": "", "leader": "钟副书记", "due_on": "2011-12-31", "next_step": "上门"}
    page = submit(owner, "scenario-assign", made.pk, step="preview", **typed)
    assert {group.title: group.count for group in page.context["preview"].groups} == {"新分派": 1, "不能分派": 1}
    assert not GapAssignment.objects.exists()
    again = submit(owner, "scenario-assign", made.pk, step="confirm", mark="别的", **typed)
    assert "预览之后情况有变动" in again.content.decode()
    page = submit(owner, "scenario-assign", made.pk, step="confirm", mark=page.context["mark"], follow=True, **typed)
    assert "已分派 1 项" in page.content.decode()
    [given] = GapAssignment.objects.all()
    assert (given.organization, given.line, given.leader) == (county["gap"], "women", "钟副书记")


def test_whoever_hands_out_no_gaps_has_no_such_button(county, opened):
    shared = scenario(make.owner(), shared="all", ticks=[(county["gap"], "women")])
    leader = make.account("leader")
    assert "分派为缺口任务" not in opened(leader, "scenario-detail", shared.pk).content.decode()
    assert opened(leader, "scenario-assign", shared.pk).status_code == 403
