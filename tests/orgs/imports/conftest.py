"""Register forms made row by row: a lawful row, and what a test changes in it."""

import datetime as dt

import pytest
from django.utils import timezone
from openpyxl import Workbook

from orgs.imports import check_file, write_file
from orgs.validators import subject_check_character, uscc_check_character
from quannan.base.events import announce

AS_OF = dt.date(2011, 6, 30)
HEADER = (
    ("序号", "", "ordinal"),
    ("单位名称", "", "name"),
    ("统一社会信用代码", "", "uscc"),
    ("主管党(工)委", "", "unit"),
    ("单位类别", "", "kind"),
    ("登记类型", "", "registration_type"),
    ("行业", "", "industry"),
    ("登记日期", "", "registered_on"),
    ("从业人员情况", "从业人员数", "employees"),
    ("从业人员情况", "其中:女性", "women"),
    ("从业人员情况", "团员数", "league_members"),
    ("从业人员情况", "正式党员数", "full_members"),
    ("年营业收入(万元)", "", "annual_revenue_yuan"),
    ("党组织", "组织形式", "party_form"),
    ("党组织", "成立时间", "party_date"),
    ("党组织", "联合组织名称", "party_name"),
    ("工会", "组织形式", "union_form"),
    ("工会", "成立时间", "union_date"),
    ("工会", "联合组织名称", "union_name"),
    ("团组织", "组织形式", "league_form"),
    ("团组织", "成立时间", "league_date"),
    ("妇女组织", "组织形式", "women_form"),
    ("妇女组织", "成立时间", "women_date"),
    ("女工委员会", "组织形式", "women_workers_form"),
    ("女工委员会", "成立时间", "women_workers_date"),
    ("“一会三组”成立时间", "", "mechanism_date"),
    ("联系人", "", "contact_name"),
    ("联系电话", "", "contact_phone"),
    ("备注", "", "remark"),
)
FIRST_ROW = 3


def uscc(number, prefix="91360729"):
    """A lawful code, a different one for every number."""
    body = f"{number:08d}"
    first = prefix + body + subject_check_character(body)
    return first + uscc_check_character(first)


def lawful(number=1, **changed):
    """A row nothing is wrong with: an enterprise with a union and no other body."""
    row = {
        "ordinal": number,
        "name": f"全南县第{number}制造有限公司",
        "uscc": uscc(number),
        "unit": "城厢镇",
        "kind": "非公有制企业",
        "registration_type": "私营企业",
        "industry": "制造业",
        "registered_on": "2005-03-08",
        "employees": 40,
        "women": 9,
        "league_members": 2,
        "full_members": 1,
        "annual_revenue_yuan": 300,
        "union_form": "基层工会委员会",
        "union_date": "2009-04-19",
        "contact_name": "王小明",
        "contact_phone": "0797-2600001",
    }
    unknown = set(changed) - {field for _, _, field in HEADER}
    assert not unknown, unknown
    return {**row, **changed}


@pytest.fixture
def reference(db):
    """Units, forms, code lists and roles as a county begins with them."""
    announce("reference.load")


@pytest.fixture
def form_file(tmp_path):
    """Writes rows as the county's form; ``without``: fields whose columns the file does not have."""
    made = iter(range(1000))

    def write(*rows, without=()):
        header = [column for column in HEADER if column[2] not in without]
        book = Workbook()
        page = book.active
        page.append([parent for parent, _, _ in header])
        page.append([leaf for _, leaf, _ in header])
        for row in rows:
            page.append([row.get(field) for _, _, field in header])
        path = tmp_path / f"form-{next(made)}.xlsx"
        book.save(path)
        return path

    return write


@pytest.fixture
def check(reference, form_file):
    """Checks rows; returns the result."""

    def run(*rows, as_of=AS_OF, by=None, without=()):
        return check_file(form_file(*rows, without=without), as_of, by=by)

    return run


@pytest.fixture
def load(reference, form_file):
    """Writes the good rows; returns (created, updated, unchanged) and the result."""

    def run(*rows, as_of=AS_OF, without=(), endings=()):
        result, counts = write_file(
            form_file(*rows, without=without), as_of, mode="valid", by=None, now=timezone.now(), endings=endings
        )
        return (counts["created"], counts["updated"], counts["unchanged"]), result

    return run


def faults(result, severity="error"):
    """(cell, code) of every problem of that severity, rows counted from 1."""
    return [
        (f"{problem.column}{problem.row - FIRST_ROW + 1}", problem.code)
        for problem in result.checked.problems()
        if problem.severity == severity
    ]
