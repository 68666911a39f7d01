"""The gap list, its acts on many, 分类指导, the organization's tab and the workbench, by role."""

import io
from datetime import date
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest

from coverage.domain.spans import drain_marks
from coverage.models import GapAssignment, GuidanceMeasure, GuidanceOverride, Supervision
from orgs.models import RoleAssignment
from tests import factories as f
from tests import makers_gaps as make
from tests import makers_terms as terms
from tests.pages.conftest import AS_OF

LIST = "gap-list"
D = AS_OF.isoformat()
FACTS = {"line": "", "unit": "", "leader": "钟副书记", "due_on": "2011-09-30", "next_step": "约谈出资人"}


@pytest.fixture
def gaps():
    """Lacks one (overdue, planned, visited), two, one in another unit (supervised), none."""
    park = f.unit(f.PARK)

    def made(name, under=None, **counts):
        row = f.organization(name, under)
        f.figures(row, **{"employees": 30, "women": 3, "league_members": 0, "full_members": 0} | counts)
        return row

    rows = {
        "one": made("全南县长青竹木厂"),
        "two": made("全南县晨曦服饰店", league_members=5),
        "park": made("全南县启明电子有限公司", park, employees=300, full_members=5),
        "none": made("全南县桃江纸品厂", employees=5),
        "built": made("全南县南迳米粉厂"),
    }
    f.covered(rows["built"], line="union", from_=date(2011, 6, 1))
    terms.plan(rows["one"], planned_on=AS_OF)
    make.assignment(rows["one"], "union", due_on=date(2011, 6, 20), next_step="上门")
    make.measure(rows["one"])
    make.supervision(rows["park"])
    drain_marks()
    return rows


def hidden(response) -> dict[str, str]:
    """The hidden values of the form on a page, as a browser sends them back."""
    return {field.name: field.value() for field in response.context["form"].hidden_fields()}


def keys(response, rows) -> list[str]:
    of = {row.pk: key for key, row in rows.items()}
    return sorted(of[row.pk] for row in response.context["rows"])


def records(response, rows) -> dict:
    of = {row.pk: key for key, row in rows.items()}
    return {of[row.pk]: row.record for row in response.context["rows"]}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["one", "park", "two"]),
        ({"line": "league"}, ["two"]),
        ({"line": "party"}, ["park"]),
        ({"unit": f.PARK}, ["park"]),
        ({"missing": "one"}, ["one", "park"]),
        ({"assigned": "yes"}, ["one"]),
        ({"assigned": "no"}, ["park", "two"]),
        ({"assigned": "yes", "line": "league"}, []),
        ({"deadline": "overdue"}, ["one"]),
        ({"deadline": "later"}, []),
        ({"responsible": f.CHENGXIANG}, ["one"]),
        ({"responsible": f.PARK}, []),
        ({"climbed": f.COUNTY}, ["one"]),
        ({"climbed": f.CHENGXIANG}, []),
        ({"supervised": "yes"}, ["park"]),
        ({"supervised": "no"}, ["one", "two"]),
        ({"reason": "investor"}, ["one"]),
        ({"reason": "none"}, ["park", "two"]),
        ({"state": "struck"}, ["built"]),
        ({"state": "struck", "since": "2011-06-02"}, []),
        ({"state": "lapsed"}, []),
        ({"q": "长青"}, ["one"]),
    ],
)
def test_filter_finds(opened, gaps, query, found):
    assert keys(opened(f.owner(), LIST, as_of=D, **query), gaps) == found


def test_a_row_tells_what_is_to_be_done(opened, gaps):
    found = records(opened(f.owner(), LIST, as_of=D), gaps)
    one = found["one"]
    assert one.missing == "工会"
    assert one.said("basis") == "从业人员 30(≥ 25)"
    assert one.said("reason") == "出资人不支持"
    assert one.said("deadline") == "2011-06-20 逾期 10 天,已上报至全南县"
    assert (one.said("next_step"), one.visited_on) == ("上门", date(2011, 5, 10))
    assert found["two"].said("basis") == "工会:从业人员 30(≥ 25)\n团:团员 5(≥ 3)"
    assert found["park"].supervised == "县级"
    first = opened(f.owner(), LIST, as_of=D).context["rows"]
    assert [row.pk for row in first] == [gaps[key].pk for key in ("park", "one", "two")]


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_ask_the_same_number_of_questions(opened, rows, django_assert_num_queries):
    user = f.township()
    for _ in range(rows):
        row = f.organization()
        f.figures(row, employees=30, women=3, league_members=0, full_members=0)
        make.assignment(row, "union")
        make.measure(row)
    drain_marks()
    for name, count in (("gap-list", 19), ("guidance-list", 15)):
        opened(user, name, as_of=D)
        with django_assert_num_queries(count):
            assert len(opened(user, name, as_of=D).context["rows"]) == rows


def test_each_role_sees_its_own_and_only_who_may_has_boxes(opened, gaps):
    seen = {
        "township": (f.township(), ["one", "two"], True, False),
        "secretary": (f.account("secretary", organization=gaps["two"]), ["two"], False, False),
        "leader": (f.account("leader"), ["one", "park", "two"], False, False),
        "owner": (f.owner(), ["one", "park", "two"], True, True),
    }
    for role, (user, found, ticks, hangs) in seen.items():
        response = opened(user, LIST, as_of=D)
        text = response.content.decode()
        assert (role, keys(response, gaps)) == (role, found)
        assert (role, 'name="ids"' in text, "/supervise/" in text) == (role, ticks, hangs)
        assert (role, "落后的单位" in text) == (role, role != "secretary")
    text = opened(seen["secretary"][0], "guidance-list", as_of=D).content.decode()
    assert "class-counts" not in text
    assert gaps["one"].name not in text


def test_the_whole_result_is_previewed_then_assigned(submit, opened, gaps):
    user = f.owner()
    ask = {"query": {"as_of": D}, "whole": "1", **FACTS}
    page = submit(user, "gap-assign", **ask, step="preview")
    assert [(g.title, g.count) for g in page.context["preview"].groups] == [("新分派", 5), ("已有分派,改派", 1)]
    assert GapAssignment.objects.count() == 1
    stale = submit(user, "gap-assign", **ask, step="confirm", mark="0")
    assert "预览之后情况有变动" in stale.content.decode()
    told = submit(user, "gap-assign", **ask, step="confirm", mark=page.context["mark"], follow=True).content.decode()
    assert "已分派 5 项,改派 1 项。" in told
    assert keys(opened(user, LIST, as_of=D, assigned="yes"), gaps) == ["one", "park", "two"]


def test_ticked_ones_alone_and_one_line_alone(submit, gaps):
    ask = {"query": {"as_of": D, "line": "league"}, "ids": [gaps["two"].pk, gaps["park"].pk], **FACTS}
    page = submit(f.township(), "gap-assign", **ask, step="preview")
    assert page.context["count"] == 1
    assert [(row.organization_id, row.line) for g in page.context["preview"].groups for row in g.rows] == [
        (gaps["two"].pk, "league")
    ]


def test_what_was_typed_stays_when_something_is_wrong(submit, gaps):
    page = submit(
        f.owner(), "gap-assign", query={"as_of": D}, ids=[gaps["two"].pk], step="preview",
        **FACTS | {"due_on": "2011-06-01"},
    )  # fmt: skip
    text = page.content.decode()
    assert page.status_code == 422
    assert "期限不能早于分派的起始日期(2011-06-30)" in text
    assert "约谈出资人" in text


def test_supervision_of_many_begins_and_ends(submit, gaps):
    user, ask = f.owner(), {"query": {"as_of": D}, "whole": "1"}
    mark = submit(user, "gap-supervise", **ask).context["mark"]
    ask |= {"step": "confirm", "mark": mark}
    told = submit(
        user, "gap-supervise", line="", level="县级", change_reason="逾期", from_=D, follow=True, **ask
    ).content.decode()
    assert "已挂牌 2 家,原已挂牌 1 家。" in told
    submit(user, "gap-unsupervise", last_day=D, change_reason="建成", **ask)
    assert not Supervision.objects.filter(period__upper_inf=True).exists()
    assert submit(f.township(), "gap-supervise", **ask).status_code == 403


def test_a_list_that_changed_since_is_shown_with_its_number_and_nothing_is_written(submit, gaps):
    user, ask = f.owner(), {"query": {"as_of": D}, "whole": "1"}
    page = submit(user, "gap-supervise", **ask)
    assert page.context["count"] == 3
    f.covered(gaps["one"], line="union")
    drain_marks()
    said = {"line": "", "level": "乡镇级", "change_reason": "逾期", "from_": D, "step": "confirm"}
    page = submit(user, "gap-supervise", **ask, **said, mark=page.context["mark"])
    text = page.content.decode()
    assert "名单有变动,没有写入:现在是 2 家" in text
    assert "乡镇级" in text
    assert Supervision.objects.count() == 1
    submit(user, "gap-supervise", **ask, **said, mark=page.context["mark"])
    assert Supervision.objects.count() == 2


def test_who_hangs_takes_off_also_once_the_body_stands(submit, opened, gaps):
    hung, user = gaps["built"], f.owner()
    make.supervision(hung)
    make.assignment(gaps["none"], "union")
    for state in ("struck", "lapsed"):
        text = opened(user, LIST, as_of=D, state=state).content.decode()
        assert (state, 'name="ids"' in text, "/unsupervise/" in text) == (state, True, True)
        assert (state, "/supervise/" in text, "分派选中的" in text) == (state, False, False)
        text = opened(f.township(), LIST, as_of=D, state=state).content.decode()
        assert 'name="ids"' not in text
    ask = {"query": {"as_of": D, "state": "struck"}, "ids": [hung.pk]}
    mark = submit(user, "gap-unsupervise", **ask).context["mark"]
    submit(user, "gap-unsupervise", **ask, step="confirm", mark=mark, last_day=D, change_reason="建成")
    assert Supervision.objects.get(organization=hung).end_reason == "建成"


def test_one_organization_is_taken_off_on_its_page(submit, opened, gaps):
    user, pk = f.owner(), gaps["park"].pk
    link = f"/organizations/{pk}/unsupervise/"
    assert link in opened(user, "organization-detail", pk, as_of=D, tab="plans").content.decode()
    assert link not in opened(f.township(f.PARK), "organization-detail", pk, as_of=D, tab="plans").content.decode()
    early = submit(user, "gap-unsupervise-one", pk, last_day="2011-02-01", change_reason="建成").content.decode()
    assert "的挂牌起自2011-03-01,摘牌日期不能早于这一天" in early
    submit(user, "gap-unsupervise-one", pk, last_day=D, change_reason="建成")
    assert Supervision.objects.get(organization=pk).end_reason == "建成"
    assert link not in opened(user, "organization-detail", pk, as_of=D, tab="plans").content.decode()
    assert opened(user, "gap-unsupervise-one", pk).status_code == 404


@pytest.mark.parametrize(
    ("query", "struck", "lapsed"),
    [
        ({}, ["built"], ["none"]),
        ({"assigned": "yes"}, ["built"], ["none"]),
        ({"assigned": "no"}, [], []),
        ({"responsible": f.CHENGXIANG}, ["built"], ["none"]),
        ({"responsible": f.PARK}, [], []),
        ({"deadline": "running"}, ["built"], ["none"]),
        ({"deadline": "overdue"}, [], []),
        ({"climbed": f.COUNTY}, [], []),
    ],
)
def test_filters_on_assignments_find_what_the_state_shows(opened, gaps, query, struck, lapsed):
    make.assignment(gaps["built"], "union")
    make.assignment(gaps["none"], "union")
    for state, found in (("struck", struck), ("lapsed", lapsed)):
        assert (state, keys(opened(f.owner(), LIST, as_of=D, state=state, **query), gaps)) == (state, found)


def test_an_assignment_of_a_closed_organization_is_found_among_those_lapsed(opened, gaps):
    gone = gaps["one"]
    gone.closed_on, gone.closed_state = date(2011, 6, 25), "moved_out"
    gone.save()
    drain_marks()
    for query, found in (({}, ["one"]), ({"assigned": "yes"}, ["one"]), ({"assigned": "no"}, [])):
        assert keys(opened(f.owner(), LIST, as_of=D, state="lapsed", **query), gaps) == found


def test_one_gap_is_assigned_worked_and_withdrawn_on_the_organizations_page(submit, opened, gaps):
    user, pk = f.township(), gaps["two"].pk
    facts = {name: value for name, value in FACTS.items() if name != "line"}
    submit(
        user, "gap-assign-one", pk, "league", **facts, **hidden(opened(user, "gap-assign-one", pk, "league", as_of=D))
    )
    submit(user, "gap-step", pk, "league", next_step="已报批", **hidden(opened(user, "gap-step", pk, "league")))
    text = opened(user, "organization-detail", pk, as_of=D, tab="plans").content.decode()
    assert "已报批" in text
    assert "钟副书记" in text
    sent = hidden(opened(user, "gap-withdraw", pk, "league"))
    submit(user, "gap-withdraw", pk, "league", on="2011-08-01", change_reason="企业拟迁出", **sent)
    assert GapAssignment.objects.get(organization=pk).end_reason == "企业拟迁出"
    sent = hidden(opened(user, "gap-assign-one", gaps["none"].pk, "union", as_of=D))
    refused = submit(user, "gap-assign-one", gaps["none"].pk, "union", **facts, **sent).content.decode()
    assert "工会不是应建未建(可建),不用分派。" in refused


def test_the_second_who_hands_out_the_same_gap_sees_the_difference_and_may_then_save(submit, opened, gaps):
    pk, facts = gaps["two"].pk, {name: value for name, value in FACTS.items() if name != "line"}
    town, owner = f.township(), f.owner()
    sent = hidden(opened(town, "gap-assign-one", pk, "league", as_of=D))
    assert sent == {"opened": 0, "version": 0, "as_of": D}
    submit(owner, "gap-assign-one", pk, "league", **facts | {"leader": "廖主任"}, **sent)
    page = submit(owner, "gap-assign-one", pk, "league", **facts, **sent)
    text = page.content.decode()
    assert "别人已改过这条记录" in text
    assert "廖主任" in text
    assert GapAssignment.objects.get(organization=pk).leader == "廖主任"
    submit(owner, "gap-assign-one", pk, "league", **facts, **hidden(page))
    assert GapAssignment.objects.get(organization=pk).leader == "钟副书记"
    GapAssignment.objects.filter(organization=pk).delete()
    page = submit(owner, "gap-assign-one", pk, "league", **facts, **hidden(page))
    assert "原来的记录已经撤回,没有写入" in page.content.decode()
    submit(owner, "gap-assign-one", pk, "league", **facts, **hidden(page))
    assert GapAssignment.objects.filter(organization=pk).exists()


def test_it_holds_from_the_day_of_the_form_whatever_day_the_account_works_at_meanwhile(submit, opened, gaps):
    owner, pk = f.owner(), gaps["two"].pk
    facts = {name: value for name, value in FACTS.items() if name != "line"}
    # The session of these posts says nothing, so that the working date is today's.
    submit(
        owner, "gap-assign-one", pk, "league", **facts, **hidden(opened(owner, "gap-assign-one", pk, "league", as_of=D))
    )
    assert GapAssignment.objects.get(organization=pk).period.lower == AS_OF
    page = submit(owner, "gap-assign", query={"as_of": D}, ids=[gaps["park"].pk], **FACTS, step="preview")
    assert f"as_of={D}" in page.context["address"]
    later = submit(
        owner, "gap-assign", query={"as_of": "2011-07-01"}, ids=[gaps["park"].pk], **FACTS, step="confirm",
        mark=page.context["mark"],
    )  # fmt: skip
    assert "预览之后情况有变动" in later.content.decode()
    assert not GapAssignment.objects.filter(organization=gaps["park"]).exists()


def test_the_export_holds_the_rows_of_the_page(opened, gaps):
    book = openpyxl.load_workbook(io.BytesIO(b"".join(opened(f.owner(), "gap-export", as_of=D).streaming_content)))
    rows = list(book.active.iter_rows(values_only=True))
    head = next(i for i, row in enumerate(rows) if "单位名称" in row)
    found = {row[0]: dict(zip(rows[head], row, strict=True)) for row in rows[head + 1 :] if row[0]}
    assert set(found) == {gaps[key].name for key in ("one", "two", "park")}
    assert found[gaps["one"].name]["期限"] == "2011-06-20 逾期 10 天,已上报至全南县"
    assert found[gaps["park"].name]["挂牌督办"] == "县级"


def test_the_workbench_tells_units_of_their_gaps_and_superiors_of_overdue_ones(opened, gaps):
    def said(user):
        return {task.text: task for task in opened(user, "workbench", as_of=D).context["tasks"]}

    town = said(f.township())
    own = town["城厢镇负责的缺口有 1 家逾期"]
    assert own.due == date(2011, 6, 20)
    assert "responsible=36072901" in own.url
    assert "下属单位的缺口有 1 家逾期,已上报至全南县" in said(f.owner())
    assert not [text for text in said(f.township(f.PARK)) if "负责的缺口" in text]
    assert not [text for text in said(f.account("leader")) if "缺口有" in text]


def test_the_workbench_counts_what_its_links_list(opened, gaps):
    park = f.unit(f.PARK)
    make.assignment(gaps["two"], "league")
    make.assignment(gaps["park"], "party", unit=park)
    # Once under the town, by now under the park: no gap of the town's list.
    moved = f.organization("全南县大吉山木业", park)
    f.figures(moved, employees=30, women=3, league_members=0, full_members=0)
    moved.placements.all().delete()
    f.placed(moved, f.unit(), None, date(2011, 6, 1))
    f.placed(moved, park, date(2011, 6, 1), None)
    make.assignment(moved, "union", unit=f.unit())
    drain_marks()
    both = f.township()
    RoleAssignment.objects.create(user=both, role=both.assignments[0].role, unit=park)
    both = type(both).objects.get(pk=both.pk)
    for user, told in ((f.township(), ["1 家逾期", "1 家待建"]), (both, ["1 家逾期", "2 家待建", "1 家待建"])):
        tasks = [t for t in opened(user, "workbench", as_of=D).context["tasks"] if "负责的缺口有" in t.text]
        assert [task.text.split("有 ")[1] for task in tasks] == told
        for task in tasks:
            query = {name: values[0] for name, values in parse_qs(urlsplit(task.url).query, True).items()}
            assert task.text.split("有 ")[1].startswith(f"{len(opened(user, LIST, **query).context['rows'])} 家")


def test_the_dashboards_card_names_reason_unit_and_deadline(opened, gaps):
    text = opened(f.owner(), "coverage-dashboard", as_of=D).content.decode()
    assert "分派挂牌督办 →" in text
    assert "missing=one" in text
    assert "城厢镇 钟副书记" in text
    assert "逾期 10 天" in text


def test_guidance_is_overridden_and_measures_are_recorded_on_the_page(submit, opened, gaps):
    user, pk = f.township(), gaps["two"].pk
    submit(user, "guidance-override", pk, opened=0, version=0, letter="B", change_reason="群团活跃", from_=D)
    submit(user, "measure-record", pk, done_on=D, kind="visit", note="谈了组建")
    text = opened(user, "organization-detail", pk, as_of=D, tab="plans").content.decode()
    assert "系统计算为 C 类" in text
    assert "谈了组建" in text
    own = opened(f.account("secretary", organization=gaps["two"]), "organization-detail", pk, as_of=D, tab="plans")
    assert "系统计算为 C 类" in own.content.decode()
    assert "谈了组建" not in own.content.decode()
    assert keys(opened(user, "guidance-list", as_of=D, guidance="B"), gaps) == ["two"]
    assert keys(opened(user, "organization-list", as_of=D, guidance="B"), gaps) == ["two"]
    assert keys(opened(user, "guidance-list", as_of=D, visited="90"), gaps) == ["one", "two"]
    sent = hidden(opened(user, "guidance-end", pk))
    assert (
        "别人已改过"
        in submit(user, "guidance-end", pk, **sent | {"opened": 0}, last_day=D, change_reason="恢复").content.decode()
    )
    submit(user, "guidance-end", pk, **sent, last_day=D, change_reason="恢复")
    assert GuidanceOverride.objects.get().end_reason == "恢复"
    measure = GuidanceMeasure.objects.get(organization=pk)
    submit(user, "measure-correct", measure.pk, version=1, done_on=D, kind="train", note="")
    submit(user, "measure-remove", measure.pk, change_reason="登记错了")
    assert not GuidanceMeasure.objects.filter(organization=pk).exists()
    assert opened(f.township(f.PARK), "measure-correct", GuidanceMeasure.objects.get().pk).status_code == 404
