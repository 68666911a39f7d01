"""The gap list, its acts on many, 分类指导, the organization's tab and the workbench, by role."""

import io
from datetime import date

import openpyxl
import pytest

from coverage.domain.spans import drain_marks
from coverage.models import GapAssignment, GuidanceMeasure, GuidanceOverride, Supervision
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
    for name, count in (("gap-list", 19), ("guidance-list", 14)):
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
    user, ask = f.owner(), {"query": {"as_of": D}, "whole": "1", "step": "confirm"}
    told = submit(
        user, "gap-supervise", line="", level="县级", change_reason="逾期", from_=D, follow=True, **ask
    ).content.decode()
    assert "已挂牌 2 家,原已挂牌 1 家。" in told
    submit(user, "gap-unsupervise", last_day=D, change_reason="建成", **ask)
    assert not Supervision.objects.filter(period__upper_inf=True).exists()
    assert submit(f.township(), "gap-supervise", **ask).status_code == 403


def test_one_gap_is_assigned_worked_and_withdrawn_on_the_organizations_page(submit, opened, gaps):
    user, pk = f.township(), gaps["two"].pk
    facts = {name: value for name, value in FACTS.items() if name != "line"}
    submit(user, "gap-assign-one", pk, "league", query={"as_of": D}, **facts)
    submit(user, "gap-step", pk, "league", version=1, next_step="已报批")
    text = opened(user, "organization-detail", pk, as_of=D, tab="plans").content.decode()
    assert "已报批" in text
    assert "钟副书记" in text
    submit(user, "gap-withdraw", pk, "league", version=2, on="2011-08-01", change_reason="企业拟迁出")
    assert GapAssignment.objects.get(organization=pk).end_reason == "企业拟迁出"
    refused = submit(user, "gap-assign-one", gaps["none"].pk, "union", query={"as_of": D}, **facts).content.decode()
    assert "工会不是应建未建(可建),不用分派。" in refused


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


def test_the_dashboards_card_names_reason_unit_and_deadline(opened, gaps):
    text = opened(f.owner(), "coverage-dashboard", as_of=D).content.decode()
    assert "分派挂牌督办 →" in text
    assert "missing=one" in text
    assert "城厢镇 钟副书记" in text
    assert "逾期 10 天" in text


def test_guidance_is_overridden_and_measures_are_recorded_on_the_page(submit, opened, gaps):
    user, pk = f.township(), gaps["two"].pk
    submit(user, "guidance-override", pk, version=0, letter="B", change_reason="群团活跃", from_=D)
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
    submit(user, "guidance-end", pk, version=1, last_day=D, change_reason="恢复")
    assert GuidanceOverride.objects.get().end_reason == "恢复"
    measure = GuidanceMeasure.objects.get(organization=pk)
    submit(user, "measure-correct", measure.pk, version=1, done_on=D, kind="train", note="")
    submit(user, "measure-remove", measure.pk, change_reason="登记错了")
    assert not GuidanceMeasure.objects.filter(organization=pk).exists()
    assert opened(f.township(f.PARK), "measure-correct", GuidanceMeasure.objects.get().pk).status_code == 404
