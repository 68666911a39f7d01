"""F1 非公有制经济组织工作台账 and F2 社会组织党建台账: what a row says, and what the register makes of it."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orgs.models import BodyForm, Branch, BranchMembership, EstablishmentPlan, Figures, LedgerFacts, Organization
from quannan.base.bulk import period
from quannan.base.domain.import_files import check_file, write_file
from quannan.base.imports import import_kind
from tests import factories
from tests.orgs.imports.workbooks import first_row, write_form

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]

AS_OF = dt.date(2011, 6, 30)
LATER = dt.date(2012, 6, 30)
# Columns A to R in the order of a file of F1.
F1 = (
    "企业名称",
    "所在园区(楼宇)",
    "企业类型",
    "年营业收入(万元)",
    "从业人员数",
    "是否规模以上",
    "党组织/是否建立",
    "党组织/成立时间",
    "党组织/组建形式",
    "党组织/类别",
    "党组织/未建原因",
    "党员/组织关系在本企业/人数",
    "党员/组织关系在本企业/35岁以下",
    "工会/有无",
    "共青团/有无",
    "妇联/有无",
    "活动场所/面积(平方米)",
    "三会一课",
)
F2 = (
    "名称",
    "性质",
    "年检结果",
    "从业人员/专职",
    "从业人员/兼职",
    "党组织/成立时间",
    "党组织/组建形式",
    "党组织/类别",
    "经费(元)/年总额",
    "经费(元)/财政",
    "经费(元)/党费",
    "经费(元)/管理费",
    "经费(元)/其他",
    "党组织/上次换届",
)


@pytest.fixture
def form(tmp_path):
    """Checks rows of a ledger, or writes them; ``labels``: its columns."""
    made = iter(range(1000))

    def run(*rows, kind="F1", labels=None, by=None, as_of=AS_OF, write=False, answers=()):
        labels = labels or (F1 if kind == "F1" else F2)
        path = write_form(tmp_path / f"{next(made)}.xlsx", labels, rows)
        if write:
            result, counts = write_file(
                import_kind(kind), path, as_of, mode="valid", by=by, now=timezone.now(), answers=answers
            )
            assert list(result.checked.errors()) == []
            return counts["created"], counts["updated"], counts["unchanged"]
        return check_file(import_kind(kind), path, as_of, by=by, answers=answers)

    return run


@pytest.fixture
def factory():
    return factories.organization("甲公司")


@pytest.fixture
def society():
    return factories.organization("竹编协会", kind="social", uscc=factories.uscc(88, "social"))


def said(**cells):
    return {"企业名称": "甲公司", **cells}


def spoken(**cells):
    return {"名称": "竹编协会", **cells}


def faults(result, severity="error", labels=F1):
    """(cell, code), the first data row counted as 1."""
    return [
        (f"{problem.column}{problem.row - first_row(labels) + 1}", problem.code)
        for problem in result.checked.problems()
        if problem.severity == severity
    ]


def bodies():
    return sorted(
        (m.branch.line, m.branch.composition, str(m.period.lower), m.from_precision, m.branch.forms.get().form.code)
        for m in BranchMembership.objects.select_related("branch")
    )


def facts(row, day=AS_OF):
    return LedgerFacts.objects.get(organization=row, as_of=day).values


FULL = {
    "所在园区(楼宇)": "园区一号楼",
    "企业类型": "有限责任",
    "年营业收入(万元)": 600,
    "从业人员数": 60,
    "是否规模以上": "是",
    "党组织/是否建立": "是",
    "党组织/成立时间": "2010年6月",
    "党组织/组建形式": "单独",
    "党组织/类别": "支部",
    "党员/组织关系在本企业/人数": 5,
    "党员/组织关系在本企业/35岁以下": 2,
    "工会/有无": "有",
    "共青团/有无": "无",
    "活动场所/面积(平方米)": "80.5平方米",
    "三会一课": "√",
}


def test_a_row_goes_into_the_register_and_what_no_table_holds_into_the_ledger(form, factory):
    assert form(said(**FULL), write=True) == (0, 1, 0)
    factory.refresh_from_db()
    assert factory.registration_type == "limited"
    assert Figures.objects.values_list("employees", "annual_revenue_yuan", "source").get() == (
        60,
        Decimal(6_000_000),
        "F1",
    )
    assert bodies() == [
        ("party", "own", "2010-06-30", "month", "party_branch"),
        ("union", "own", "2011-06-30", "by", "union_committee"),
    ]
    assert facts(factory) == {
        "park": "园区一号楼",
        "members_here": 5,
        "members_to_35": 2,
        "venue_area": "80.50",
        "meetings_held": True,
    }


def test_the_same_file_again_changes_nothing_and_a_later_date_confirms(form, factory):
    form(said(**FULL), write=True)
    before = bodies()
    assert form(said(**FULL), write=True) == (0, 0, 1)
    assert LedgerFacts.objects.count() == 1
    # The same facts a year later are a row of their own, and no change.
    assert form(said(**FULL), write=True, as_of=LATER) == (0, 0, 1)
    assert facts(factory, LATER) == facts(factory) and bodies() == before


def test_blank_keeps_and_two_dashes_clear(form, factory):
    form(said(**{"所在园区(楼宇)": "一号楼", "三会一课": "是"}), write=True)
    assert form(said(三会一课="--"), write=True, as_of=LATER) == (0, 1, 0)
    assert facts(factory) == {"park": "一号楼", "meetings_held": True}
    assert facts(factory, LATER) == {"park": "一号楼"}
    assert form(said(), write=True, as_of=LATER) == (0, 0, 1)


def test_changes_are_shown_item_by_item(form, factory):
    form(said(**{"所在园区(楼宇)": "一号楼"}), write=True)
    result = form(said(**{"所在园区(楼宇)": "二号楼", "党员/组织关系在本企业/人数": 3}), as_of=LATER)
    assert [tuple(change) for change in result.plan.rows[0].changes] == [
        ("所在园区(楼宇)", "一号楼", "二号楼"),
        ("党员 · 组织关系在本企业 · 人数", "", "3人"),
    ]


def test_an_older_file_leaves_later_facts_alone(form, factory):
    form(said(**{"所在园区(楼宇)": "二号楼"}), write=True, as_of=LATER)
    form(said(**{"所在园区(楼宇)": "一号楼"}), write=True)
    assert (facts(factory), facts(factory, LATER)) == ({"park": "一号楼"}, {"park": "二号楼"})


# Bodies ---------------------------------------------------------------------------------------------


def test_there_is_one_without_a_date_column_is_founded_by_the_date_of_the_form(form, factory):
    labels = ("企业名称", "党组织/是否建立", "党组织/类别", "妇联/有无")
    row = {"企业名称": "甲公司", "党组织/是否建立": "是", "党组织/类别": "党总支", "妇联/有无": "妇联"}
    assert form(row, labels=labels, write=True) == (0, 1, 0)
    assert bodies() == [
        ("party", "own", "2011-06-30", "by", "party_general"),
        ("women", "own", "2011-06-30", "by", "women_federation"),
    ]


def test_with_a_date_column_a_blank_date_is_an_error(form, factory):
    assert faults(form(said(**{"党组织/是否建立": "是", "党组织/类别": "党支部"}))) == [("H1", "form_without_date")]
    labels = ("企业名称", "工会/有无", "工会/成立时间")
    result = form({"企业名称": "甲公司", "工会/有无": "有"}, labels=labels)
    assert faults(result, labels=labels) == [("C1", "form_without_date")]
    result = form({"企业名称": "甲公司", "工会/成立时间": "2010"}, labels=labels)
    assert faults(result, labels=labels) == [("B1", "date_without_form")]


@pytest.mark.parametrize(
    ("counts", "form_of_party", "form_of_women"),
    [
        ({}, "party_branch", "women_congress"),
        ({"full_members": 6, "women": 12}, "party_branch", "women_committee"),
        ({"full_members": 45, "probationary_members": 5, "women": 20}, "party_general", "women_congress"),
        ({"full_members": 100, "women": 9}, "party_committee", "women_group"),
        ({"full_members": 1, "women": 1}, "party_branch", "women_group"),
    ],
)
def test_there_is_one_means_the_form_that_is_usual_for_the_size(form, factory, counts, form_of_party, form_of_women):
    factories.figures(factory, dt.date(2010, 12, 31), employees=300, **counts)
    row = said(**{"党组织/是否建立": "是", "党组织/成立时间": "2010-06-01", "妇联/有无": "有"})
    result = form(row)
    assumed = [fault for fault in faults(result, "warning") if fault[1] == "form_assumed"]
    assert faults(result) == [] and assumed == [("G1", "form_assumed"), ("P1", "form_assumed")]
    forms = {op.line: BodyForm.objects.get(pk=op.form_id).code for op in result.plan.rows[0].bodies}
    assert forms == {"party": form_of_party, "women": form_of_women}


def test_there_is_one_means_the_body_that_the_register_has(form, factory):
    factories.covered(factory, line="union", form="union_joint", name="城厢联合工会", composition="joint_area")
    factories.covered(factory, line="league", form="league_general")
    result = form(said(**{"工会/有无": "有", "共青团/有无": "是"}))
    assert faults(result) == [] and faults(result, "warning") == []
    assert result.plan.rows[0].outcome == "unchanged"


def test_a_joint_branch_is_joint_though_its_level_is_that_of_a_branch(form, factory):
    row = said(**{"党组织/成立时间": "2010-06-01", "党组织/组建形式": "联合", "党组织/类别": "党支部"})
    assert form(row, write=True) == (0, 1, 0)
    assert bodies() == [("party", "joint_area", "2010-06-01", "day", "party_joint")]
    assert Branch.objects.get().is_provisional
    assert form(row, write=True) == (0, 0, 1)


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({"党组织/是否建立": "否", "党组织/类别": "党支部"}, [("G1", "built_and_not_built")]),
        ({"党组织/是否建立": "是", "党组织/成立时间": "未建"}, [("G1", "built_and_not_built")]),
        (
            {"党组织/组建形式": "单独", "党组织/类别": "联合党支部", "党组织/成立时间": "2010"},
            [("I1", "joint_and_own")],
        ),
        ({"党组织/组建形式": "联合", "党组织/类别": "党委", "党组织/成立时间": "2010"}, [("I1", "joint_without_name")]),
        ({"党组织/类别": "同乡会"}, [("J1", "unknown_form")]),
        ({"党组织/组建形式": "合办"}, [("I1", "unknown_composition")]),
        ({"党组织/是否建立": "差不多"}, [("G1", "not_yes_or_no")]),
        ({"工会/有无": "若干"}, [("N1", "unknown_form")]),
        ({"党组织/类别": "党支部", "党组织/成立时间": "2011-07-02"}, [("H1", "date_after_survey")]),
        ({"党组织/类别": "党支部", "党组织/成立时间": "2001"}, [("H1", "body_before_registration")]),
        ({"党组织/未建原因": "其他"}, [("K1", "other_without_words")]),
        ({"党员/组织关系在本企业/人数": "约5"}, [("L1", "not_a_number")]),
        ({"活动场所/面积(平方米)": "很大"}, [("Q1", "not_a_number")]),
        ({"活动场所/面积(平方米)": -1}, [("Q1", "negative_number")]),
        ({"三会一课": 2}, [("R1", "not_yes_or_no")]),
    ],
)
def test_every_fault_stands_at_its_cell(form, factory, cells, found):
    assert faults(form(said(**cells))) == found


def test_attached_bodies_are_left_to_the_page_of_bodies(form, factory):
    row = said(**{"党组织/成立时间": "2010", "党组织/组建形式": "挂靠", "党组织/类别": "党支部"})
    result = form(row)
    assert (faults(result), faults(result, "warning")) == ([], [("I1", "body_not_taken")])
    assert result.plan.rows[0].bodies == ()


def test_not_built_asks_before_a_registered_body_ends(form, factory):
    branch = factories.covered(factory)
    row = said(**{"党组织/是否建立": "否", "党组织/未建原因": "无党员", "共青团/有无": "无"})
    result = form(row)
    assert faults(result, "warning") == [("J1", "registered_but_none"), ("K1", "reason_though_built")]
    assert form(row, write=True, answers=[(4, "party")]) == (0, 1, 0)
    branch.refresh_from_db()
    assert branch.dissolved_on == AS_OF
    assert EstablishmentPlan.objects.values_list("reason", "period").get()[0] == "no_members"


# 未建原因 --------------------------------------------------------------------------------------------


def plans():
    return [
        (plan.reason, plan.reason_note, str(plan.period.lower), str(plan.period.upper or ""), plan.version)
        for plan in EstablishmentPlan.objects.order_by("period")
    ]


def test_a_reason_holds_from_the_date_of_the_form_and_carries_the_plan_on(form, factory):
    row = said(**{"党组织/是否建立": "否", "党组织/未建原因": "正式党员不足3名"})
    assert form(row, write=True) == (0, 1, 0)
    assert form(row, write=True) == (0, 0, 1)
    assert plans() == [("under_three", "", "2011-06-30", "", 1)]
    EstablishmentPlan.objects.update(responsible="曾干事", planned_on=dt.date(2012, 12, 1))
    later = said(**{"党组织/是否建立": "否", "党组织/未建原因": "其他:正在搬迁"})
    assert form(later, write=True, as_of=LATER) == (0, 1, 0)
    assert plans() == [("under_three", "", "2011-06-30", "2012-06-30", 1), ("other", "正在搬迁", "2012-06-30", "", 2)]
    assert EstablishmentPlan.objects.get(version=2).responsible == "曾干事"
    assert form(later, write=True, as_of=LATER) == (0, 0, 1)


def test_a_reason_of_the_same_day_is_put_right_in_place(form, factory):
    form(said(**{"党组织/未建原因": "无党员"}), write=True)
    assert form(said(**{"党组织/未建原因": "新成立"}), write=True) == (0, 1, 0)
    assert plans() == [("new", "", "2011-06-30", "", 2)]


def test_an_older_reason_leaves_the_later_one_alone(form, factory):
    form(said(**{"党组织/未建原因": "无党员"}), write=True, as_of=LATER)
    result = form(said(**{"党组织/未建原因": "新成立"}))
    assert faults(result, "warning") == [("K1", "older_reason_differs")]
    assert result.plan.rows[0].reason is None


def test_a_reason_in_other_words_is_kept_as_other_and_said_aloud(form, factory):
    result = form(said(**{"党组织/未建原因": "股东意见不一"}))
    assert faults(result, "warning") == [("K1", "unknown_reason")]
    assert result.plan.rows[0].reason[:2] == ("other", "股东意见不一")


def test_no_reason_is_kept_of_a_day_before_the_organization_began(form, factory):
    Organization.objects.update(registered_on=dt.date(2011, 12, 1))
    result = form(said(**{"党组织/未建原因": "新成立"}))
    assert faults(result, "warning") == [("K1", "reason_out_of_life")]


# What is worked out, and what is not read ------------------------------------------------------------


@pytest.mark.parametrize(
    ("employees", "revenue", "cell", "found"),
    [
        (50, 500, "是", []),
        (49, 9999, "是", ["scale_differs"]),
        (99, 499, "是", ["scale_differs"]),
        (100, None, "否", ["scale_differs"]),
        (100, None, "是", []),
        (50, None, "是", ["scale_unknown"]),
        (None, None, "否", ["scale_unknown"]),
        (50, 500, None, []),
    ],
)
def test_scale_is_worked_out_and_a_differing_cell_is_a_warning(form, factory, employees, revenue, cell, found):
    row = said(**{"从业人员数": employees, "年营业收入(万元)": revenue, "是否规模以上": cell})
    result = form(row)
    assert faults(result, "warning") == [("F1", code) for code in found]
    assert "above_scale" not in (result.plan.rows[0].ledger or (0, 0, {}))[2]


def test_columns_of_people_are_passed_over_and_said_so(form, factory):
    labels = ("企业名称", "出资人/姓名", "出资人/是否党员", "出资人/是否兼任书记", "书记/姓名", "书记/来源")
    row = dict(zip(labels, ("甲公司", "王小明", "是", "否", "", ""), strict=True))
    result = form(row, labels=labels)
    warnings = [p for p in result.checked.problems() if p.code == "column_not_read"]
    assert [(p.column, p.row) for p in warnings] == [("B", 2), ("C", 2)]
    assert "另表导入" in warnings[0].message and "推荐审核" in warnings[1].message
    assert form(row, labels=labels, write=True) == (0, 1, 0)
    assert facts(factory) == {"investor_is_secretary": False}
    kept = str([result.plan.rows, LedgerFacts.objects.values_list()])
    assert "王小明" not in kept


def test_parts_of_the_members_beyond_the_whole_are_a_warning(form, factory):
    row = said(**{"党员/组织关系在本企业/人数": 2, "党员/组织关系在本企业/35岁以下": 3})
    assert faults(form(row), "warning") == [("L1", "parts_exceed_members")]


def test_each_kind_has_its_own_ledger(form, factory, society):
    assert faults(form({"企业名称": "竹编协会"})) == [("A1", "wrong_ledger")]
    assert faults(form({"名称": "甲公司"}, kind="F2"), labels=F2) == [("A1", "wrong_ledger")]


def test_a_name_is_never_changed_without_a_code(form, factory):
    labels = (*F1, "统一社会信用代码")
    row = said(企业名称="甲实业公司", 统一社会信用代码=factory.uscc)
    assert form(row, labels=labels, write=True) == (0, 1, 0)
    factory.refresh_from_db()
    assert (factory.name, factory.former_names) == ("甲实业公司", ["甲公司"])
    result = form(said(统一社会信用代码=factory.uscc), labels=labels)
    assert faults(result, "warning", labels) == [("A1", "former_name")]


# F2 -------------------------------------------------------------------------------------------------


def test_a_social_organization_s_row(form, society):
    row = spoken(**{"性质": "社团", "年检结果": "合格", "从业人员/专职": 3, "从业人员/兼职": 4})
    row |= {"党组织/成立时间": "2010-07", "党组织/类别": "支部", "党组织/上次换届": "2011年5月"}
    row |= {
        f"经费(元)/{name}": amount
        for name, amount in zip(("年总额", "财政", "党费", "管理费", "其他"), (900, 500, 400, 0, 0), strict=True)
    }
    assert form(row, kind="F2", write=True) == (0, 1, 0)
    assert form(row, kind="F2", write=True) == (0, 0, 1)
    # 专职 and 兼职 are no head-count of employees.
    assert not Figures.objects.exists()
    assert bodies() == [("party", "own", "2010-07-31", "month", "party_branch")]
    assert facts(society) == {
        "inspection": "合格",
        "staff_full_time": 3,
        "staff_part_time": 4,
        "last_election": "2011-05",
        "funds": "900.00",
        "funds_public": "500.00",
        "funds_dues": "400.00",
        "funds_costs": "0.00",
        "funds_other": "0.00",
    }


def test_the_form_may_say_how_many_employees_there_are(form, society):
    labels = ("名称", "从业人员/总数", "从业人员/专职")
    form(dict(zip(labels, ("竹编协会", 9, 3), strict=True)), kind="F2", labels=labels, write=True)
    assert Figures.objects.get().employees == 9


def test_funds_that_do_not_add_up_are_a_warning_and_kept_as_they_are(form, society):
    row = spoken(**{f"经费(元)/{name}": 100 for name in ("年总额", "财政", "党费", "管理费", "其他")})
    assert faults(form(row, kind="F2"), "warning", F2) == [("I1", "funds_do_not_add_up")]
    form(row, kind="F2", write=True)
    assert facts(society)["funds"] == "100.00"


def test_no_party_body_in_a_form_without_a_column_for_it(form, society):
    branch = factories.covered(society)
    result = form(spoken(**{"党组织/类别": "无"}), kind="F2")
    assert faults(result, "warning", F2) == [("H1", "registered_but_none")]
    form(spoken(**{"党组织/成立时间": "未建"}), kind="F2", write=True, answers=[(3, "party")])
    branch.refresh_from_db()
    assert branch.dissolved_on == AS_OF


# LedgerFacts ----------------------------------------------------------------------------------------


def test_one_row_of_a_form_and_organization_a_day(factory):
    LedgerFacts.objects.create(organization=factory, form="F1", as_of=AS_OF)
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerFacts.objects.create(organization=factory, form="F1", as_of=AS_OF)
    LedgerFacts.objects.create(organization=factory, form="F2", as_of=AS_OF)
    LedgerFacts.objects.create(organization=factory, form="F1", as_of=LATER)


def test_facts_come_from_one_of_the_two_ledgers(factory):
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerFacts.objects.create(organization=factory, form="F9", as_of=AS_OF)


def test_facts_are_seen_by_whom_the_organization_is(factory):
    LedgerFacts.objects.create(organization=factory, form="F1", as_of=AS_OF)
    assert LedgerFacts.objects.visible_to(factories.township()).count() == 1
    assert LedgerFacts.objects.visible_to(factories.account("filer", organization=factory)).count() == 1
    elsewhere = factories.organization("乙公司", under=factories.unit(factories.PARK))
    assert LedgerFacts.objects.visible_to(factories.account("filer", organization=elsewhere)).count() == 0


def test_what_changes_is_kept_in_the_history(form, factory):
    form(said(三会一课="是"), write=True)
    form(said(三会一课="否"), write=True)
    events = LedgerFacts._meta.get_field("events").related_model
    assert list(events.objects.order_by("pgh_id").values_list("pgh_label", "values")) == [
        ("insert", {"meetings_held": True}),
        ("update", {"meetings_held": False}),
    ]


@pytest.mark.parametrize("rows", [1, 4])
def test_the_same_number_of_queries_whatever_the_rows(form, rows):
    told = []
    for number in range(rows):
        row = factories.organization(f"第{number}公司")
        factories.covered(row, line="union", composition="own")
        told.append({"企业名称": row.name, "三会一课": "是", "工会/有无": "有"})
    with CaptureQueriesContext(connection) as captured:
        form(*told)
    assert len(captured) == 14
    assert BranchMembership.objects.filter(period=period(dt.date(2010, 5, 1))).count() == rows
