"""Exports that open safely and templates that read back."""

import datetime as dt
import io
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from quannan.base.workbook.check import check_workbook
from quannan.base.workbook.mark import NOTES_SHEET
from quannan.base.workbook.template import template
from quannan.base.workbook.write import OutColumn, write_table
from tests.base.workbook.forms import FORM, ROWS

COLUMNS = ["名称", OutColumn("代码", "code"), OutColumn("人数", "count"), OutColumn("收入", "money"), "日期"]


def written(rows, columns=COLUMNS):
    out = io.BytesIO()
    assert write_table(out, "组织台账", "截至2011-06-30,全县,某某导出", columns, rows) == len(rows)
    out.seek(0)
    return load_workbook(out).active


def test_table_has_title_sentence_and_frozen_header():
    page = written([("甲公司", "913607", 5, Decimal("12.50"), dt.date(2011, 6, 30))])
    assert [page["A1"].value, page["A2"].value] == ["组织台账", "截至2011-06-30,全县,某某导出"]
    assert [cell.value for cell in page[3]] == ["名称", "代码", "人数", "收入", "日期"]
    assert [cell.value for cell in page[4]] == ["甲公司", "913607", 5, 12.5, dt.datetime(2011, 6, 30)]
    assert (page.freeze_panes, page["B4"].number_format, page["E4"].number_format) == ("A4", "@", "yyyy-mm-dd")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_begins_a_formula(text):
    page = written([(text, text, None, None, None)])
    for cell in page[4][:2]:
        assert (cell.data_type, cell.quotePrefix) == ("s", True)


def test_codes_stay_text_and_numbers_stay_numbers():
    page = written([("甲", 360729, -5, Decimal("-1.5"), None)])
    assert [(cell.value, cell.data_type) for cell in page[4][:4]] == [
        ("甲", "s"),
        ("360729", "s"),
        (-5, "n"),
        (-1.5, "n"),
    ]


def test_control_characters_and_zones_are_taken_out():
    page = written([("甲\x00\x0b公司", None, None, None, dt.datetime(2011, 6, 30, tzinfo=dt.UTC))])
    assert (page["A4"].value, page["E4"].value) == ("甲公司", dt.datetime(2011, 6, 30))


def test_columns_are_wide_enough_for_wide_characters():
    page = written([("全南县某某非公有制经济组织", None, None, None, None)])
    assert page.column_dimensions["A"].width == 28


def test_empty_table_is_a_table():
    assert [cell.value for cell in written([])[3]][0] == "名称"


def test_template_reads_back_as_its_form(tmp_path):
    path = tmp_path / "t.xlsx"
    template(FORM, path)
    checked = check_workbook(path, FORM)
    assert (checked.reading.absent, checked.reading.unknown, checked.rows) == ((), (), [])
    book = load_workbook(path)
    assert (book[NOTES_SHEET]["A1"].value, book[NOTES_SHEET]["B1"].value) == ("模板版本", "T1-1")
    page = book.worksheets[0]
    assert page["C5"].number_format == "@"
    assert [str(rule.sqref) for rule in page.data_validations.dataValidation] == ["G5:G2005"]


def test_filled_template_reads_back_the_same_values(tmp_path):
    path = tmp_path / "t.xlsx"
    template(FORM, path, ROWS, sentence="截止日期:2011年6月30日")
    checked = check_workbook(path, FORM)
    assert [problem.code for problem in checked.problems()] == []
    assert [(row["name"], row["staff"], row["women"]) for row in checked.rows] == [("甲公司", 10, 4), ("乙公司", 20, 5)]
    assert checked.reading.as_of == dt.date(2011, 6, 30)
