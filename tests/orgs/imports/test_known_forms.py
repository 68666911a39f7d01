"""年度数字表 and 党群组织表: whom a row means, and what it writes."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from orgs.imports.known_forms import BODIES_CODE, FIGURES_CODE
from orgs.models import Branch, Figures, Organization
from quannan.base.domain.import_files import check_file, write_file
from quannan.base.imports import import_kind, import_kinds
from tests import factories
from tests.orgs.imports.workbooks import first_row, write_form

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]

AS_OF = dt.date(2011, 6, 30)
FIGURES = (
    "单位名称",
    "统一社会信用代码",
    "从业人员数",
    "其中:女性",
    "预备党员数",
    "年营业收入(万元)",
    "工资总额(万元)",
)
BODIES = (
    "单位名称",
    "统一社会信用代码",
    "党组织/组织形式",
    "党组织/成立时间",
    "党组织/联合组织名称",
    "工会/组织形式",
    "工会/成立时间",
)


@pytest.fixture
def form(tmp_path):
    """Checks rows of a form; ``labels``: its columns."""
    made = iter(range(1000))

    def run(*rows, labels=FIGURES, kind=FIGURES_CODE, by=None, as_of=AS_OF, write=False, answers=()):
        path = write_form(tmp_path / f"{next(made)}.xlsx", labels, rows)
        if not write:
            return check_file(import_kind(kind), path, as_of, by=by, answers=answers)
        return write_file(import_kind(kind), path, as_of, mode="valid", by=by, now=timezone.now(), answers=answers)[1]

    return run


def faults(result, labels=FIGURES, severity="error"):
    """(cell, code), the first data row counted as 1."""
    return [
        (f"{problem.column}{problem.row - first_row(labels) + 1}", problem.code)
        for problem in result.checked.problems()
        if problem.severity == severity
    ]


def message(result):
    return next(iter(result.checked.errors())).message


def row(name="", code=None, **counts):
    return {"单位名称": name or None, "统一社会信用代码": code, "从业人员数": 40} | counts


# Whom a row means -----------------------------------------------------------------------------------


def test_by_its_code_an_organization_is_found_whatever_it_is_called(form):
    known = factories.organization("甲公司")
    result = form(row("甲有限公司", known.uscc))
    assert faults(result) == [] and faults(result, severity="warning") == [("A1", "name_differs")]
    assert result.plan.rows[0].organization_id == known.pk and result.plan.rows[0].fields is None


def test_without_a_code_its_name_finds_it(form):
    known = factories.organization("全南县甲(竹木)公司")
    labels = [label for label in FIGURES if label != "统一社会信用代码"]
    said = {"单位名称": "全南县 甲（竹木）公司", "从业人员数": 40}
    result = form(said, labels=labels)
    assert faults(result, labels) == []
    assert result.plan.rows[0].organization_id == known.pk


def test_a_former_name_finds_it_and_is_not_brought_back(form):
    known = factories.organization("乙公司", former_names=["老乙厂"])
    result = form(row("老乙厂"))
    assert faults(result) == [] and faults(result, severity="warning") == [("A1", "former_name")]
    assert form(row("老乙厂"), write=True) == {"created": 0, "updated": 1, "unchanged": 0}
    assert Organization.objects.get(pk=known.pk).name == "乙公司"


def test_an_unknown_name_is_refused_with_the_nearest_offered_and_none_is_added(form):
    factories.organization("全南县宏发竹木制品厂")
    result = form(row("全南县宏发竹制品厂"))
    assert faults(result) == [("A1", "unknown_organization")]
    assert "是否“全南县宏发竹木制品厂”?" in message(result) and "请先用摸底表新增" in message(result)
    assert form(row("全南县宏发竹制品厂"), write=True) == {"created": 0, "updated": 0, "unchanged": 0}
    assert "是否" not in message(form(row("XYZ")))


def test_of_two_of_one_name_the_code_is_asked_for(form):
    factories.organization("甲公司")
    second = factories.organization("甲公司")
    assert faults(form(row("甲公司"))) == [("A1", "ambiguous_name")]
    assert form(row("甲公司", second.uscc)).plan.rows[0].organization_id == second.pk


def test_a_former_name_of_one_and_the_name_of_another_are_two(form):
    factories.organization("甲公司")
    factories.organization("乙公司", former_names=["甲公司"])
    assert faults(form(row("甲公司"))) == [("A1", "ambiguous_name")]


def test_a_code_that_contradicts_the_name_is_not_passed_over(form):
    known = factories.organization("甲公司")
    result = form(row("甲公司", factories.uscc(77777)))
    assert faults(result) == [("B1", "code_differs")] and known.uscc in message(result)
    assert faults(form(row("甲公司", known.uscc[:-1]))) == [("B1", "bad_uscc")]


def test_the_code_of_an_organization_that_had_none_is_taken_along(form):
    factories.organization("甲公司", uscc=None)
    code = factories.uscc(77777)
    form(row("甲公司", code), write=True)
    assert Organization.objects.get().uscc == code


def test_an_old_code_finds_it_too(form):
    known = factories.organization("甲公司", uscc=None, old_code="3607290000001")
    labels = ("单位名称", "旧代码", "从业人员数")
    result = form({"单位名称": "别的名称", "旧代码": "3607290000001", "从业人员数": 1}, labels=labels)
    assert result.plan.rows[0].organization_id == known.pk


def test_the_name_of_a_merged_record_speaks_of_what_it_went_into(form):
    kept = factories.organization("甲公司", former_names=["甲公司(旧)"])
    factories.organization("甲公司(旧)", merged_into=kept)
    assert form(row("甲公司(旧)")).plan.rows[0].organization_id == kept.pk


def test_the_same_organization_twice_is_refused_however_it_is_named(form):
    known = factories.organization("甲公司")
    result = form(row("甲公司"), row("甲公司", known.uscc, 从业人员数=50))
    assert faults(result) == [("B2", "duplicate")]
    assert ("B1", "differs_from_later") in faults(result, severity="warning")


# Scope ----------------------------------------------------------------------------------------------


def test_an_account_writes_of_its_own_part_of_the_county_alone(form):
    office = factories.township()
    theirs = factories.organization("园区公司", under=factories.unit(factories.PARK))
    assert faults(form(row("园区公司", theirs.uscc), by=office)) == [("B1", "out_of_scope")]
    # By its name it is as unknown as any other, and is not offered either.
    result = form(row("园区公司"), by=office)
    assert faults(result) == [("A1", "unknown_organization")] and "是否" not in message(result)


def test_a_namesake_elsewhere_makes_nothing_ambiguous(form):
    factories.organization("甲公司", under=factories.unit(factories.PARK))
    mine = factories.organization("甲公司")
    assert form(row("甲公司"), by=factories.township()).plan.rows[0].organization_id == mine.pk


def test_the_placement_of_the_date_decides(form):
    known = factories.organization("甲公司")
    known.placements.all().delete()
    factories.placed(known, factories.unit(factories.PARK), None, dt.date(2012, 1, 1))
    factories.placed(known, factories.unit(), dt.date(2012, 1, 1))
    office = factories.township()
    assert faults(form(row("甲公司", known.uscc), by=office)) == [("B1", "out_of_scope")]
    assert faults(form(row("甲公司", known.uscc), by=office, as_of=dt.date(2012, 6, 30))) == []


# What is written ------------------------------------------------------------------------------------


def test_figures_are_written_and_the_same_file_again_changes_nothing(form):
    known = factories.organization("甲公司")
    said = row("甲公司") | {"其中:女性": 12, "预备党员数": 1, "年营业收入(万元)": 300, "工资总额(万元)": 80.5}
    assert form(said, write=True) == {"created": 0, "updated": 1, "unchanged": 0}
    found = Figures.objects.get(organization=known)
    assert (found.as_of, found.employees, found.women, found.probationary_members, found.source) == (
        AS_OF,
        40,
        12,
        1,
        "FIG",
    )
    assert (found.annual_revenue_yuan, found.payroll_yuan) == (Decimal(3_000_000), Decimal(805_000))
    assert form(said, write=True) == {"created": 0, "updated": 0, "unchanged": 1}
    assert Figures.objects.count() == 1


def test_the_rules_of_figures_hold_with_what_the_register_has(form):
    known = factories.organization("甲公司")
    factories.figures(known, dt.date(2010, 6, 30), employees=100, women=50)
    result = form(row("甲公司"))
    assert faults(result) == [("C1", "women_exceed_employees")]
    assert faults(result, severity="warning") == [("C1", "large_change")]


def body(**said):
    return {"单位名称": "甲公司", **said}


def test_bodies_are_founded_for_known_organizations(form):
    factories.organization("甲公司")
    said = body(
        **{"党组织/组织形式": "联合党支部", "党组织/成立时间": "2010-05", "党组织/联合组织名称": "城厢联合党支部"}
    )
    said |= {"工会/组织形式": "基层工会委员会", "工会/成立时间": "2010-06-01"}
    run = {"labels": BODIES, "kind": BODIES_CODE, "write": True}
    assert form(said, **run) == {"created": 0, "updated": 1, "unchanged": 0}
    assert sorted(Branch.objects.values_list("line", "name", "composition", "source")) == [
        ("party", "城厢联合党支部", "joint_area", "BODY"),
        ("union", "", "own", "BODY"),
    ]
    assert form(said, **run) == {"created": 0, "updated": 0, "unchanged": 1}


def test_a_body_is_not_older_than_what_the_register_says_of_its_organization(form):
    factories.organization("甲公司", registered_on=dt.date(2010, 1, 1))
    said = body(**{"工会/组织形式": "基层工会委员会", "工会/成立时间": "2005-06-01"})
    run = {"labels": BODIES, "kind": BODIES_CODE}
    assert faults(form(said, **run), BODIES) == [("G1", "body_before_registration")]
    Organization.objects.update(remark="2010年改制")
    result = form(said, **run)
    assert faults(result, BODIES) == []
    assert faults(result, BODIES, "warning") == [("G1", "founded_by_predecessor")]


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"工会/组织形式": "基层工会委员会"}, ("G1", "form_without_date")),
        ({"工会/成立时间": "2010-06-01"}, ("F1", "date_without_form")),
        ({"工会/组织形式": "基层工会委员会", "工会/成立时间": "2011-07-01"}, ("G1", "date_after_survey")),
        ({"工会/组织形式": "同乡会", "工会/成立时间": "2010-06-01"}, ("F1", "unknown_form")),
    ],
)
def test_the_rules_of_bodies_hold(form, said, fault):
    factories.organization("甲公司")
    assert faults(form(body(**said), labels=BODIES, kind=BODIES_CODE), BODIES) == [fault]


def test_none_of_a_body_that_is_registered_is_asked_about_before_it_ends(form):
    known = factories.organization("甲公司")
    branch = factories.covered(known, line="union")
    run = {"labels": BODIES, "kind": BODIES_CODE}
    said = body(**{"工会/组织形式": "无"})
    result = form(said, **run)
    assert faults(result, BODIES, "warning") == [("F1", "registered_but_none")]
    assert [(q.row, q.key, q.name) for q in result.importer.questions(result)] == [(3, "union", "甲公司")]
    form(said, **run, write=True, answers=[(3, "union")])
    assert Branch.objects.get(pk=branch.pk).dissolved_on == AS_OF


# The framework --------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 4])
def test_the_same_number_of_queries_whatever_the_rows(form, rows):
    said = [row(factories.organization(f"第{number}公司").name) for number in range(rows)]
    with CaptureQueriesContext(connection) as captured:
        form(*said)
    assert len(captured) == 11


def test_each_form_has_a_template_and_may_be_imported_by_whom_the_register_may(client):
    office = factories.township()
    assert [kind.code for kind in import_kinds(office)] == [
        "F0",
        "FIG",
        "BODY",
        "F1",
        "F2",
        "POSTS",
        "SUPPORT",
        "ACT",
        "FUND",
        "SCORE",
    ]
    assert import_kinds(factories.account("leader")) == []
    for code in ("FIG", "BODY", "F1", "F2"):
        client.force_login(office)
        assert client.get(reverse("import-template", args=[code])).status_code == 200
        client.force_login(factories.account("leader"))
        assert client.get(reverse("import-template", args=[code])).status_code == 403
