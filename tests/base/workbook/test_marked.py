"""The user's own file back, with its faults shown."""

import json
import subprocess
import sys
import zipfile

import pytest
from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation

from quannan.base.workbook.check import check_workbook
from quannan.base.workbook.mark import FAULTY_SHEET
from quannan.base.workbook.marked import MOST_WHOLE_ROWS, mark_copy
from tests.base.workbook import files
from tests.base.workbook.forms import FORM, MERGES, ROWS, sheet

FAULTY = [3, "丙公司", "C3", "约50", 9, None, None, None]


@pytest.fixture
def mark(tmp_path):
    def run(path):
        checked = check_workbook(path, FORM)
        problems = [problem.as_dict() for problem in checked.problems()]
        out = tmp_path / "marked.xlsx"
        made = mark_copy(path, checked.reading.as_dict(), problems, out)
        return made, load_workbook(out)

    return run


def prepared(tmp_path):
    """A workbook with widths, notes and a second sheet, one row faulty."""
    path = files.workbook(
        tmp_path / "a.xlsx", sheet([*ROWS, FAULTY]), merges=MERGES, before=[("填表说明", [["请如实填写"]])]
    )
    book = load_workbook(path)
    page = book["表"]
    page.column_dimensions["B"].width = 33
    page["B7"].comment = Comment("原有批注", "某")
    page["D7"].comment = Comment("核过", "某")
    book.save(path)
    return path


def test_marked_copy_keeps_sheets_order_merges_and_widths(mark, tmp_path):
    made, book = mark(prepared(tmp_path))
    assert book.sheetnames == ["填表说明", "表", FAULTY_SHEET]
    page = book["表"]
    assert sorted(map(str, page.merged_cells.ranges)) == sorted(MERGES)
    assert (page.column_dimensions["B"].width, page["B7"].comment.text) == (33, "原有批注")
    assert [[cell.value for cell in row] for row in page.iter_rows(min_row=5)] == [*ROWS, FAULTY]
    assert (made.whole, made.rows, made.cells, made.lost) == (True, 1, 1, [])


def dressed(tmp_path):
    """A workbook as offices keep it: three sheets and one hidden, all that makes up its look, one row faulty."""
    path = files.workbook(
        tmp_path / "a.xlsx",
        sheet([*ROWS, FAULTY]),
        merges=MERGES,
        before=[("填表说明", [["请如实填写"]]), ("底稿", [["1"]])],
        hidden=["底稿"],
    )
    book = load_workbook(path)
    page = book["表"]
    page.freeze_panes = "C5"
    page.auto_filter.ref = "A4:H7"
    page.sheet_view.zoomScale = 85
    page.print_title_rows = "3:4"
    page.page_setup.orientation = "landscape"
    page.column_dimensions["B"].width = 33
    page.column_dimensions["G"].hidden = True
    page.row_dimensions[4].height = 41
    page.row_dimensions[6].height = 27
    page["D5"].number_format = "#,##0"
    page["C6"].number_format = "@"
    page["B5"].font = Font(name="宋体", size=14, bold=True, color="FF0000FF")
    page["B6"].fill = PatternFill("solid", fgColor="FF00FF00")
    page["A5"].border = Border(bottom=Side(style="double"))
    page["B3"] = CellRichText("单位", TextBlock(InlineFont(b=True), "名称"))
    choices = DataValidation(type="list", formula1='"联合,单独"', allow_blank=True)
    choices.add("F5:F100")
    page.add_data_validation(choices)
    page.conditional_formatting.add("E5:E100", CellIsRule(operator="lessThan", formula=["0"], font=Font(bold=True)))
    total = book.create_sheet("汇总")
    total["A1"] = "=SUM(表!D5:D7)"
    book.save(path)
    return path


def look(page):
    """What makes up the look of a sheet, its cells' own but for the faulty one."""
    return {
        "cells": {
            cell.coordinate: [
                str(part)
                for part in (cell.value, cell.number_format, cell.font, cell.border, cell.alignment, cell.fill)
            ]
            for row in page.iter_rows()
            for cell in row
            if cell.coordinate != "D7"
        },
        "merges": sorted(map(str, page.merged_cells.ranges)),
        "widths": {letters: (width.width, width.hidden) for letters, width in page.column_dimensions.items()},
        "heights": {number: height.height for number, height in page.row_dimensions.items()},
        "frozen": page.freeze_panes,
        "filter": page.auto_filter.ref,
        "zoom": page.sheet_view.zoomScale,
        "printed": (page.print_title_rows, page.page_setup.orientation),
        "choices": [(str(found.sqref), found.formula1) for found in page.data_validations.dataValidation],
        "conditions": [(str(found.sqref), found.rules[0].formula) for found in page.conditional_formatting],
        "state": page.sheet_state,
    }


def test_marked_copy_looks_as_the_file_did(mark, tmp_path):
    path = dressed(tmp_path)
    before = load_workbook(path)
    made, book = mark(path)
    assert book.sheetnames == ["填表说明", "底稿", "表", "汇总", FAULTY_SHEET]
    for name in before.sheetnames:
        assert look(book[name]) == look(before[name])
    rich = load_workbook(tmp_path / "marked.xlsx", rich_text=True)["表"]["B3"].value
    assert [(str(part), getattr(part, "font", None) is not None) for part in rich] == [("单位", False), ("名称", True)]
    assert made.lost == []


def test_missing_value_is_marked_in_both_sheets(mark, tmp_path):
    rows = [*ROWS, [3, None, "C3", 5]]
    _, book = mark(files.workbook(tmp_path / "a.xlsx", sheet(rows), merges=MERGES))
    assert book["表"]["B7"].fill.fgColor.rgb == "00F8C9C4"
    faulty = book[FAULTY_SHEET]
    assert [cell.coordinate for cell in faulty[3] if cell.fill.fill_type] == ["D3"]
    assert (faulty.freeze_panes, faulty["A3"].value, faulty["B3"].value[:3]) == ("C3", 7, "B7:")


def test_rows_of_many_reasons_are_high_enough_to_read_them(mark, tmp_path):
    path = files.workbook(tmp_path / "a.xlsx", sheet([*ROWS, [3, None, "C3", "约50", "约9"], FAULTY]), merges=MERGES)
    _, book = mark(path)
    heights = [book[FAULTY_SHEET].row_dimensions[number].height for number in (3, 4)]
    reasons = book[FAULTY_SHEET]["B3"].value.split("\n")
    assert (len(reasons), heights[0] >= 15 * len(reasons)) == (3, True)
    assert heights[1] in (None, 30.0)


def test_sheet_of_faulty_rows_takes_another_name_where_the_file_has_it(mark, tmp_path):
    path = files.workbook(tmp_path / "a.xlsx", sheet([*ROWS, FAULTY]), merges=MERGES, before=[(FAULTY_SHEET, [["旧"]])])
    _, book = mark(path)
    assert book.sheetnames == [FAULTY_SHEET, "表", f"{FAULTY_SHEET}2"]
    assert book[FAULTY_SHEET]["A1"].value == "旧"


def test_marked_copy_that_was_mended_loses_its_earlier_marks(mark, tmp_path):
    path = files.workbook(
        tmp_path / "a.xlsx", sheet([*ROWS, FAULTY, [4, None, "D4", 5], [5, "戊公司", "E5", "约6"]]), merges=MERGES
    )
    book = load_workbook(path)
    book["表"]["D7"].comment = Comment("核过", "某")
    book.save(path)
    mark(path)
    mended = (tmp_path / "marked.xlsx").rename(tmp_path / "b.xlsx")
    book = load_workbook(mended)
    book["表"]["D7"], book["表"]["B8"] = 50, "丁公司"
    book.save(mended)
    made, book = mark(mended)
    page = book["表"]
    marked = {
        cell.coordinate: cell.comment.text[:5] if cell.comment else ""
        for row in page.iter_rows()
        for cell in row
        if cell.comment or cell.fill.fill_type
    }
    assert marked == {"D7": "核过", "D9": "读不出人数"}
    assert (page["D7"].fill.fill_type, made.rows, made.cells) == (None, 1, 1)
    assert book.sheetnames == ["表", FAULTY_SHEET, f"{FAULTY_SHEET}2"]


def test_faulty_cell_is_red_with_a_note(mark, tmp_path):
    _, book = mark(prepared(tmp_path))
    page = book["表"]
    assert page["D7"].fill.fgColor.rgb == "00F8C9C4"
    assert page["D7"].comment.text.startswith("核过\n【导入检查】读不出人数")
    assert [cell.coordinate for row in page.iter_rows() for cell in row if cell.fill.fill_type] == ["D7"]


def test_second_sheet_holds_only_the_faulty_rows_with_reasons(mark, tmp_path):
    _, book = mark(prepared(tmp_path))
    rows = [[cell.value for cell in row] for row in book[FAULTY_SHEET].iter_rows()]
    assert rows[1][:3] == ["原行号", "问题", None]
    assert (rows[2][0], rows[2][1][:9], rows[2][2:6]) == (7, "D7:读不出人数,", [3, "丙公司", "C3", "约50"])
    assert len(rows) == 3


def test_fault_without_a_cell_marks_the_first_column(tmp_path):
    path = files.workbook(tmp_path / "a.xlsx", sheet())
    reading = check_workbook(path, FORM).reading.as_dict()
    mark_copy(
        path, reading, [{"row": 5, "column": "", "message": "整行有误。", "severity": "error"}], tmp_path / "o.xlsx"
    )
    assert load_workbook(tmp_path / "o.xlsx")["表"]["A5"].comment.text == "整行有误。"


@pytest.mark.parametrize("kind", ["xls", "et", "csv"])
def test_xls_et_and_csv_come_back_as_xlsx(mark, tmp_path, kind):
    rows = sheet([*ROWS, FAULTY])
    path = tmp_path / f"a.{kind}"
    if kind != "csv":
        files.old_workbook(path, rows)
    else:
        path.write_text("\n".join(",".join("" if cell is None else str(cell) for cell in row) for row in rows))
    made, book = mark(path)
    page = book[book.sheetnames[0]]
    assert (page["B7"].value, page["D7"].comment.text[:5], book.sheetnames[-1]) == (
        "丙公司",
        "读不出人数",
        FAULTY_SHEET,
    )
    assert bool(made.lost) == (kind != "csv")
    # Codes typed over are texts, and names can be read.
    assert (page["C7"].number_format, page.column_dimensions["B"].width >= 8) == ("@", True)
    assert page.freeze_panes == "A5"


def test_formula_like_text_of_a_csv_stays_text(mark, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("单位名称,信用代码,员工数\n=1+1,A1,约5\n")
    _, book = mark(path)
    assert book["a"]["A2"].data_type == "s"
    assert book[FAULTY_SHEET]["C2"].data_type == "s"


def test_what_cannot_be_kept_is_named(mark, tmp_path):
    path = prepared(tmp_path)
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("xl/media/image1.png", b"x")
        package.writestr("xl/vbaProject.bin", b"x")
    made, _ = mark(path)
    assert made.lost == ["宏", "图片"]
    assert "未能保留:宏、图片" in made.note


def test_long_workbook_gives_the_faulty_rows_alone(mark, tmp_path):
    rows = [[number, f"公司{number}", f"A{number}", 1] for number in range(MOST_WHOLE_ROWS)]
    rows[10][3] = "约50"
    made, book = mark(files.workbook(tmp_path / "a.xlsx", sheet(rows)))
    assert (made.whole, book.sheetnames) == (False, [FAULTY_SHEET])
    assert [row[0].value for row in book[FAULTY_SHEET].iter_rows()][2:] == [15]
    assert book[FAULTY_SHEET]["F3"].fill.fgColor.rgb == "00F8C9C4"


def test_runs_as_a_process_of_its_own(tmp_path):
    path = prepared(tmp_path)
    checked = check_workbook(path, FORM)
    faults = tmp_path / "faults.json"
    problems = [problem.as_dict() for problem in checked.problems()]
    faults.write_text(json.dumps({"reading": checked.reading.as_dict(), "problems": problems}))
    words = [sys.executable, "-m", "quannan.base.workbook.marked", str(path), str(faults), str(tmp_path / "o.xlsx")]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["cells"] == 1
    words[3] = str(faults)
    refused = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (refused.returncode, "不是 Excel 表格" in refused.stderr) == (2, True)


def test_workbook_whose_styles_the_library_refuses_comes_back_plain(mark, tmp_path):
    def cell(at, row, text):
        return files.text_cell(f"{at}{row}", text)

    rows = [["单位名称", "信用代码", "员工数"], ["甲公司", "A1", "约5"]]
    xml = "".join(
        f'<row r="{number}">{"".join(cell(at, number, text) for at, text in zip("ABC", row, strict=True))}</row>'
        for number, row in enumerate(rows, 1)
    )
    styles = (
        '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<fonts count="1"><font><family val="99"/></font></fonts></styleSheet>'
    )
    path = files.raw_workbook(
        tmp_path / "a.xlsx",
        f"{files.SHEET_HEAD}<sheetData>{xml}</sheetData></worksheet>",
        extra={"xl/styles.xml": styles},
    )
    made, book = mark(path)
    assert (book["表"]["C2"].comment.text[:5], len(made.lost)) == ("读不出人数", 1)


def test_marked_copy_handed_in_again_is_read_once(tmp_path, mark):
    path = files.workbook(tmp_path / "a.xlsx", sheet([*ROWS, FAULTY]), merges=MERGES)
    _, book = mark(path)
    again = tmp_path / "again.xlsx"
    book.save(again)
    checked = check_workbook(again, FORM)
    assert (checked.reading.sheet, checked.reading.other_sheets) == ("表", ())
    assert [row["name"] for row in checked.rows] == ["甲公司", "乙公司", "丙公司"]
