"""The county's form, re-arranged as offices re-arrange it: the same rows rejected for the same causes, the same register."""

import shutil
from itertools import pairwise

import pytest
from django.db import transaction
from django.utils import timezone
from openpyxl import Workbook

from orgs.imports import check_file, register_form, write_file
from orgs.imports.maps import CodeLists
from quannan.base.workbook import cells
from tests.orgs.imports import rearranged as ways
from tests.orgs.register_dump import register_dump

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]

DATES = ["registered_on", *(f"{line}_date" for line in ("party", "union", "league", "women", "women_workers"))]
DATES.append("mechanism_date")
COUNTS = ["employees", "women", "league_members", "full_members"]


@pytest.fixture
def form(reference):
    return register_form(CodeLists.load())


@pytest.fixture
def table(form):
    return ways.original(form)


def problems(checked, header_last):
    """What is wrong, whatever column it stands in: (row counted from below the header, field, code, severity)."""
    return [(found.row - header_last, found.field, found.code, found.severity) for found in checked.problems()]


def skipped(checked, header_last):
    return [(row.row - header_last, row.reason) for row in checked.skipped]


def write(path, header_last):
    """Write the good rows; all that an import says and does, but where the form puts it."""
    result, counts = write_file(path, None, mode="valid", by=None, now=timezone.now())
    checked = result.checked
    return {
        "as_of": result.as_of,
        "counts": {**result.counts(), **counts},
        "problems": problems(checked, header_last),
        "skipped": skipped(checked, header_last),
        "register": register_dump(),
    }


@pytest.fixture(scope="module")
def once():
    """What the untouched form gives, worked out by the first test that asks."""
    return {}


@pytest.fixture
def wanted(once):
    """Import the original, remember all it gave, and undo it."""
    if not once:
        with transaction.atomic():
            once.update(write(ways.ORIGINAL, ways.HEADER_ROWS))
            transaction.set_rollback(True)
    return once


def gives_the_same(path, header_last, wanted):
    """The same outcome and register; once more, and nothing changes.

    The register being the original's to the last field, the second import is also this one after the original.
    """
    assert write(path, header_last) == wanted
    result, counts = write_file(path, None, mode="valid", by=None, now=timezone.now())
    assert counts == {"created": 0, "updated": 0, "unchanged": wanted["counts"]["accepted"]}
    assert [row.number for row in result.plan.rows if row.writes] == []


def named_by(column, number):
    """One of the names of a column as (parent, leaf); every one of them over the numbers from 0 on."""
    parent, _, leaf = column.label.rpartition("/")
    parents = [parent, *column.parents] if parent else ["", *column.parents]
    pairs = [(above, below) for above in parents for below in (leaf, *column.leaves)]
    names = [*pairs, *(("", name) for name in column.names)]
    return names[number % len(names)], len(names)


def renamed(table, form, number):
    return table.renamed({column.field: named_by(column, number)[0] for column in form.columns})


WORKBOOKS = {
    "columns shuffled and renamed, 1": lambda table, form: (ways.shuffled(renamed(table, form, 3), 1), ways.two_rows, {}),
    "columns shuffled and renamed, 2": lambda table, form: (ways.shuffled(renamed(table, form, 8), 2), ways.two_rows, {}),
    "one header row, path joined by a stroke": lambda table, form: (table, ways.one_row, {}),
    "one header row, shuffled, path in one word": lambda table, form: (
        ways.shuffled(renamed(table, form, 5), 3),
        lambda table: ways.one_row(table, ""),
        {},
    ),
    "three header rows": lambda table, form: (table, ways.three_rows, {}),
    "header in row 12": lambda table, form: (table, ways.two_rows, {"lines_above": 9}),
    "header begins in row 30": lambda table, form: (table, ways.two_rows, {"lines_above": 27}),
    "second sheet behind the instructions": lambda table, form: (table, ways.two_rows, {"sheet_before": "填表说明"}),
    "unknown columns in between": lambda table, form: (table.with_unknown_columns(), ways.two_rows, {}),
    "no merged cells": lambda table, form: (table, lambda table: ways.two_rows(table, merged=False), {}),
    "no merged cells, parents repeated": lambda table, form: (
        table,
        lambda table: ways.two_rows(table, merged=False, repeated=True),
        {},
    ),
}  # fmt: skip


@pytest.mark.parametrize("arrangement", WORKBOOKS)
def test_rearranged_workbook_gives_the_same_register(arrangement, table, form, wanted, tmp_path):
    rearranged, header, where = WORKBOOKS[arrangement](table, form)
    path = tmp_path / "a.xlsx"
    gives_the_same(path, ways.as_workbook(path, rearranged, header(rearranged), **where), wanted)


TEXTS = {
    "GB18030": ("a.csv", "gb18030", ","),
    "UTF-8": ("a.csv", "utf-8", ","),
    "UTF-8 with its mark": ("a.csv", "utf-8-sig", ","),
    "separated by tabs": ("a.txt", "gb18030", "\t"),
}


@pytest.mark.parametrize("kind", TEXTS)
def test_text_file_gives_the_same_register(kind, table, wanted, tmp_path):
    name, encoding, delimiter = TEXTS[kind]
    path = tmp_path / name
    last = ways.as_text(path, table, ways.two_rows(table), encoding=encoding, delimiter=delimiter)
    gives_the_same(path, last, wanted)


def read_by(clean):
    def read(cell):
        try:
            return clean(cell)
        except cells.CellError:
            return None

    return read


def in_other_words(table):
    table = table.reworded(ways.other_date(read_by(cells.date)), *DATES)
    table = table.reworded(ways.other_number(read_by(cells.count), ways.COUNTS), *COUNTS)
    return table.reworded(ways.other_number(read_by(cells.Money()), ways.MONEYS), "annual_revenue_yuan")


def test_other_wordings_of_dates_and_numbers_give_the_same_register(table, wanted, tmp_path):
    path = tmp_path / "a.xlsx"
    gives_the_same(path, ways.as_workbook(path, in_other_words(table), ways.two_rows(table)), wanted)


def test_codes_and_names_in_full_width_give_the_same_register(table, wanted, tmp_path):
    path = tmp_path / "a.xlsx"
    worded = table.reworded(lambda cell, _: ways.wide(cell) if isinstance(cell, str) else cell, "uscc", "contact_phone")
    gives_the_same(path, ways.as_workbook(path, worded, ways.two_rows(table)), wanted)


def plan(path):
    """What a form would do to an empty register, and what is wrong with it, whatever columns and rows it stands in."""
    result = check_file(path)
    last = result.checked.reading.header_rows[1]
    rows = [
        (row.number - last, row.organization, row.outcome, row.figures, row.bodies, row.changes)
        for row in result.plan.rows
    ]
    return rows, sorted(result.plan.joint), problems(result.checked, last), skipped(result.checked, last)


def names_of_all(form):
    return max(named_by(column, 0)[1] for column in form.printed)


def test_every_name_of_every_column_is_recognised(table, form, tmp_path):
    """As many forms as the column of most names has names, each with its columns in another order."""
    path = tmp_path / "a.xlsx"
    part = table.part()
    ways.as_workbook(path, part, ways.two_rows(part))
    wanted = plan(path)
    assert (len(wanted[0]), len({number for number, *_, severity in wanted[2] if severity == "error"})) == (26, 15)
    for number in range(names_of_all(form)):
        other = ways.shuffled(renamed(part, form, number), number)
        ways.as_workbook(path, other, (ways.two_rows if number % 2 else ways.one_row)(other))
        assert plan(path) == wanted, other.heads


ALONE = {
    "从业人员情况": {"employees": "职工人数", "women": "女职工人数", "league_members": "团员数", "full_members": "正式党员数"},
    "党组织": {"party_name": "联合党组织名称"},
    "工会": {"union_name": "联合工会名称"},
}  # fmt: skip


def test_leaf_alone_is_recognised_where_it_can_mean_one_column_only(table, form, tmp_path):
    path = tmp_path / "a.xlsx"
    part = table.part()
    ways.as_workbook(path, part, ways.two_rows(part))
    wanted = plan(path)
    leaves = {field: ("", leaf) for leaves in ALONE.values() for field, leaf in leaves.items()}
    other = part.renamed(leaves)
    ways.as_workbook(path, other, ways.one_row(other))
    assert plan(path) == wanted


def test_leaf_that_could_mean_several_columns_is_left_aside(form, tmp_path):
    path = tmp_path / "a.xlsx"
    book = Workbook()
    book.active.append(["截止日期:2011年6月30日"])
    book.active.append(["单位名称", "统一社会信用代码", "主管党(工)委", "登记日期", "组织形式", "成立时间"])
    book.active.append(["甲厂", "9136072900000001X1", "城厢镇", "2005", "党支部", "2010"])
    book.save(path)
    reading = check_file(path).checked.reading
    assert [place.field for place in reading.places] == ["name", "uscc", "unit", "registered_on"]
    assert reading.unknown == (("E", "组织形式"), ("F", "成立时间"))


@pytest.mark.parametrize("name", ["a.xls", "a.et"])
def test_old_workbook_made_by_an_office_suite_gives_the_same(name, table, tmp_path):
    """tests/data/register-2011-part.xls: the first and the rejected rows of the form, saved as .xls by LibreOffice."""
    path = tmp_path / "a.xlsx"
    part = table.part()
    ways.as_workbook(path, part, ways.two_rows(part))
    old = tmp_path / name
    shutil.copy(ways.DATA / "register-2011-part.xls", old)
    assert plan(old) == plan(path)
    assert check_file(old).checked.reading.kind == "xls"


def test_subtotals_stand_where_they_stood(wanted):
    """The comparison has something to compare."""
    numbers = [number for number, _ in wanted["skipped"]]
    assert (len(numbers), all(first < second for first, second in pairwise(numbers))) == (14, True)
    assert {key: wanted["counts"][key] for key in ("accepted", "rejected", "created")} == {
        "accepted": 486,
        "rejected": 15,
        "created": 486,
    }
