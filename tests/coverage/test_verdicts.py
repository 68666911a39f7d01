"""The words of a verdict and its reason."""

from datetime import date

import pytest

from coverage.domain import spans
from coverage.domain.verdicts import explain
from tests.coverage.counties import EARLY, body, organizations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]

DAY = date(2010, 12, 31)


def verdicts(organization, day=DAY):
    spans.drain_marks()
    return {v.line: v for v in explain(organization, day)}


@pytest.mark.parametrize(
    "line, count, label",
    [
        ("union", 25, "应建未建"),
        ("union", 24, "可建"),
        ("union", 0, "暂不具备"),
        ("union", None, "数据不足"),
        ("party", 3, "应建未建"),
        ("party", 2, "可建"),
        ("party", 0, "暂不具备"),
        ("league", 3, "应建未建"),
        ("league", 2, "可建"),
        ("league", 0, "暂不具备"),
        ("women", 10, "应建未建"),
        ("women", 9, "可建"),
        ("women", 1, "可建"),
        ("women", 0, "不适用"),
        ("women_workers", 10, "应建未建"),
        ("women_workers", 0, "不适用"),
    ],
)
def test_verdict_at_each_boundary(line, count, label):
    column = {"union": "employees", "party": "full_members", "league": "league_members"}.get(line, "women")
    [o] = organizations(1, **{"probationary_members": 0, column: count})
    assert verdicts(o)[line].label == label


@pytest.mark.parametrize(
    "employees, revenue, label", [(100, None, "应建未建"), (49, 99990000, "不适用"), (50, None, "数据不足")]
)
def test_mechanism_follows_the_scale(employees, revenue, label):
    [o] = organizations(1, employees=employees, annual_revenue_yuan=revenue)
    assert verdicts(o)["mechanism"].label == label


def test_reason_names_figure_threshold_clause_and_what_is_missing():
    [o] = organizations(1, employees=30, league_members=2)
    found = verdicts(o)
    assert found["union"].reason == "从业人员 30 人,已达 25 人标准"
    assert (found["union"].clause, found["union"].missing) == ("三(一)3", "还差1个工会")
    assert found["union"].figures_on == date(2009, 12, 31)
    assert found["league"].missing == "达到应建标准还差1名团员"
    assert found["women"].reason == "女性从业人员数不明,请补填"


def test_reason_names_the_covering_body():
    first, second = organizations(2, employees=30, league_members=3)
    body([first, second], "league_joint", date(2010, 5, 1), name="城厢镇第1联合团支部")
    league = verdicts(first)["league"]
    assert league.label == "已建"
    [covering] = league.bodies
    assert (covering.name, covering.form, covering.joint, covering.since) == (
        "城厢镇第1联合团支部",
        "联合团支部",
        True,
        date(2010, 5, 1),
    )
    assert league.hints == ["现由联合组织覆盖,按条款应单独建"]


def test_built_without_being_obliged_is_voluntary():
    [o] = organizations(1, employees=5)
    body([o], "union_committee", date(2010, 5, 1))
    assert verdicts(o)["union"].label == "自愿已建"


def test_women_workers_committee_without_a_union_is_hinted_at():
    [o] = organizations(1, employees=30, women=12)
    body([o], "ww_committee", date(2010, 5, 1))
    assert verdicts(o)["women_workers"].hints == ["有女工委员会而没有工会,请核对"]


def test_outside_its_life_an_organization_has_no_verdict():
    [o] = organizations(1, employees=30)
    assert verdicts(o, date(2004, 12, 31)) == {}
    assert verdicts(o, EARLY)["union"].assumed is True


def test_explaining_takes_a_fixed_number_of_queries(django_assert_num_queries):
    [o] = organizations(1, employees=30, women=12, full_members=4)
    for form in ("party_branch", "union_committee", "women_committee", "ww_committee"):
        body([o], form, date(2010, 5, 1))
    spans.drain_marks()
    with django_assert_num_queries(4):
        explain(o, DAY)
