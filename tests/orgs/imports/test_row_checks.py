"""Each rule of the register form: the cell it points at and what it is called."""

import datetime as dt

import pytest
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from orgs.imports import check_file, write_file
from orgs.models import Organization, Unit
from tests.orgs.imports.conftest import faults, lawful, uscc

pytestmark = pytest.mark.django_db


def test_lawful_row_has_no_problem(check):
    result = check(lawful())
    assert (faults(result), faults(result, "warning")) == ([], [])
    assert result.counts()["created"] == 1


ERRORS = {
    "no name": ({"name": None}, "B1", "missing_name"),
    "no code": ({"uscc": None}, "C1", "missing_code"),
    "code too short": ({"uscc": "9136072900000001"}, "C1", "bad_uscc"),
    "code with a letter not used": ({"uscc": "9136O7291SN6G2K3W3"}, "C1", "bad_uscc"),
    "last check character": ({"uscc": uscc(1)[:17] + ("1" if uscc(1)[17] != "1" else "2")}, "C1", "bad_uscc"),
    "code as a number": ({"uscc": 9.1360729e17}, "C1", "code_lost_digits"),
    "no unit": ({"unit": None}, "D1", "unknown_unit"),
    "unit not known": ({"unit": "城南镇"}, "D1", "unknown_unit"),
    "no registration date": ({"registered_on": None}, "H1", "missing_registration_date"),
    "registration date unreadable": ({"registered_on": "2010.13.5"}, "H1", "bad_date"),
    "registered after the survey": (
        {"registered_on": "2011.8", "union_form": None, "union_date": None},
        "H1",
        "date_after_survey",
    ),
    "staff unreadable": ({"employees": "四十余人"}, "I1", "not_a_number"),
    "staff negative": ({"employees": -4}, "I1", "negative_number"),
    "women exceed": ({"women": 41}, "J1", "women_exceed_employees"),
    "league exceed": ({"league_members": 41}, "K1", "league_exceed_employees"),
    "members exceed": ({"full_members": 41}, "L1", "members_exceed_employees"),
    "revenue unreadable": ({"annual_revenue_yuan": "约三百万"}, "M1", "not_a_number"),
    "form unknown": ({"party_form": "党小队", "party_date": "2010-01-04"}, "N1", "unknown_form"),
    "form of another line": ({"party_form": "团支部", "party_date": "2010-01-04"}, "N1", "unknown_form"),
    "form without date": ({"party_form": "党支部"}, "O1", "form_without_date"),
    "date without form": ({"women_date": "2010-03-08"}, "V1", "date_without_form"),
    "date though 无": ({"women_form": "无", "women_date": "2010-03-08"}, "V1", "date_without_form"),
    "founded before registration": ({"union_date": "2001-01-04"}, "R1", "body_before_registration"),
    "council before registration": ({"mechanism_date": "2005.2"}, "Z1", "body_before_registration"),
    "founded after the survey": ({"union_date": "2011-07-01"}, "R1", "date_after_survey"),
    "name cannot be cleared": ({"name": "--"}, "B1", "cannot_clear"),
}


@pytest.mark.parametrize("case", ERRORS)
def test_broken_row_is_rejected_at_its_cell(check, case):
    changed, cell, code = ERRORS[case]
    result = check(lawful(**changed))
    assert faults(result) == [(cell, code)]
    assert result.counts()["rejected"] == 1
    assert all(problem.message.endswith(("。", "粘贴")) for problem in result.checked.errors())


def test_faults_do_not_hide_one_another(check):
    result = check(lawful(name=None, unit="城南镇", employees="约50", women=-1, party_form="党小队", league_date="x"))
    assert sorted(faults(result)) == [
        ("B1", "missing_name"),
        ("D1", "unknown_unit"),
        ("I1", "not_a_number"),
        ("J1", "negative_number"),
        ("N1", "unknown_form"),
        ("U1", "bad_date"),
    ]


WARNINGS = {
    "industry unknown": ({"industry": "造车"}, "G1", "unknown_industry"),
    "registration type unknown": ({"registration_type": "公司"}, "F1", "unknown_registration_type"),
    "code does not fit": ({"kind": "社会组织"}, "E1", "code_does_not_fit_kind"),
    "kind unknown, told by the code": ({"kind": "民办"}, "E1", "unknown_kind"),
    "form does not fit": ({"party_form": "党总支", "party_date": "2010-01-04"}, "N1", "form_does_not_fit_size"),
    "predecessor": ({"union_date": "2001-01-04", "remark": "2005年改制"}, "R1", "founded_by_predecessor"),
    "women workers without a union": (
        {"union_form": None, "union_date": None, "women_workers_form": "女工委员会", "women_workers_date": "2010-3-8"},
        "X1",
        "women_workers_without_union",
    ),
}


@pytest.mark.parametrize("case", WARNINGS)
def test_doubtful_row_is_accepted_with_a_warning(check, case):
    changed, cell, code = WARNINGS[case]
    result = check(lawful(**changed))
    assert (faults(result), faults(result, "warning")) == ([], [(cell, code)])
    assert result.counts()["accepted"] == 1


LAWFUL = {
    "a month that may be later": {"registered_on": "2009-04-25", "union_date": "2009-04"},
    "joint body before registration": {
        "party_form": "联合党支部",
        "party_date": "1999-01",
        "party_name": "城厢镇第1联合党支部",
    },
    "founded in the month of the survey": {"union_date": "2011.6"},
    "registered in the year of the survey": {"registered_on": "2011", "union_date": "2011-02"},
    "unit with 中共 and 党委": {"unit": "中共 城厢镇 党委"},
    "unit without 镇": {"unit": "城厢"},
    "old spelling": {"unit": "南逕镇"},
    "kind left out": {"kind": None},
    "nothing known of staff": {"employees": None, "women": None, "league_members": None, "full_members": None},
}


@pytest.mark.parametrize("case", LAWFUL)
def test_row_as_offices_write_it_is_accepted(check, case):
    result = check(lawful(**LAWFUL[case]))
    assert (faults(result), faults(result, "warning")) == ([], [])


def test_second_row_with_the_same_code_is_rejected(check):
    result = check(lawful(1), lawful(2), lawful(1))
    assert (faults(result), faults(result, "warning")) == ([("C3", "duplicate")], [])


def test_first_row_says_that_a_later_one_differs(check):
    result = check(lawful(1), lawful(1, employees=50))
    assert (faults(result), faults(result, "warning")) == ([("C2", "duplicate")], [("C1", "differs_from_later")])


def test_nearest_unit_is_offered_but_not_taken(check):
    (problem,) = check(lawful(unit="大吉镇")).checked.errors()
    assert "是否“大吉山镇”?" in problem.message


def test_ambiguous_unit_is_not_resolved(check, reference):
    root = Unit.objects.get(code="360729")
    Unit.objects.create(code="x", name="城厢乡", parent=root, path=f"{root.path}x/")
    assert faults(check(lawful(unit="城厢镇"))) == [("D1", "unknown_unit")]


def test_figures_that_change_much_ask_for_a_look(load, check):
    load(lawful(employees=40))
    result = check(lawful(employees=140), as_of=dt.date(2012, 6, 30))
    assert faults(result, "warning") == [("I1", "large_change")]


def test_blank_part_is_compared_with_what_the_register_has(load, check):
    load(lawful(employees=40, women=30))
    result = check(lawful(employees=25, women=None), as_of=dt.date(2012, 6, 30))
    assert faults(result) == [("I1", "women_exceed_employees")]


@pytest.fixture
def with_old_codes(reference, tmp_path):
    """Checks or writes rows of (name, unified code, old code)."""

    def run(*rows, write=False):
        book = Workbook()
        book.active.append(["单位名称", "统一社会信用代码", "组织机构代码", "主管党委", "单位类别", "登记日期"])
        for row in rows:
            book.active.append([*row, "城厢镇", "非公有制企业", "2001"])
        book.save(tmp_path / "a.xlsx")
        day = dt.date(2011, 6, 30)
        if write:
            return write_file(tmp_path / "a.xlsx", day, mode="all", by=None, now=timezone.now())
        return check_file(tmp_path / "a.xlsx", day)

    return run


def test_old_code_may_stand_for_the_unified_one(with_old_codes):
    result = with_old_codes(("甲厂", None, "12345678-9"), ("乙厂", None, "123"))
    assert [(problem.cell, problem.code) for problem in result.checked.errors()] == [("C3", "bad_old_code")]


def test_organization_known_by_its_old_code_gets_the_unified_one(with_old_codes):
    with_old_codes(("甲厂", None, "12345678-9"), write=True)
    _, counts = with_old_codes(("甲厂", uscc(1), "12345678-9"), write=True)
    assert counts == {"created": 0, "updated": 1, "unchanged": 0}
    found = Organization.objects.get()
    assert (found.uscc, found.old_code) == (uscc(1), "12345678-9")
    _, counts = with_old_codes(("甲厂", None, "12345678-9"), write=True)
    assert counts == {"created": 0, "updated": 0, "unchanged": 1}


@pytest.mark.parametrize("registered", [False, True])
def test_rows_of_one_organization_under_two_codes_are_one_too_many(with_old_codes, registered):
    both = ("甲厂", uscc(1), "12345678-9")
    if registered:
        with_old_codes(both, write=True)
    result = with_old_codes(both, ("甲厂", None, "12345678-9"))
    assert [problem.code for problem in result.checked.errors()] == ["duplicate"]


def test_codes_of_two_organizations_are_refused(with_old_codes):
    with_old_codes(("甲厂", uscc(1), None), ("乙厂", None, "12345678-9"), ("丙厂", uscc(3), "98765432-1"), write=True)
    result = with_old_codes(("甲厂", uscc(1), "12345678-9"), ("丁厂", uscc(4), "98765432-1"))
    assert [problem.code for problem in result.checked.errors()] == ["codes_of_two", "codes_of_two"]


def test_date_and_sheets_of_the_file_are_asked_about(reference, form_file):
    path = form_file(lawful())
    book = load_workbook(path)
    page = book.active
    page.insert_rows(1)
    page["A1"] = "截止日期:2010年6月30日"
    book.copy_worksheet(page).title = "乙镇"
    book.save(path)
    result = check_file(path, dt.date(2011, 6, 30))
    assert [problem.code for problem in result.checked.warnings()] == ["as_of_differs", "sheet_not_read"]
    assert result.counts()["warnings"] == 1
