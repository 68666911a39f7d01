"""The user's own file back, with its faults shown."""

import json
import subprocess
import sys
import zipfile

import pytest
from openpyxl import load_workbook
from openpyxl.comments import Comment

from quannan.base.workbook.check import check_workbook
from quannan.base.workbook.marked import FAULTY_SHEET, MOST_WHOLE_ROWS, mark_copy
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


def test_faulty_cell_is_red_with_a_note(mark, tmp_path):
    _, book = mark(prepared(tmp_path))
    page = book["表"]
    assert page["D7"].fill.fgColor.rgb == "00F8C9C4"
    assert page["D7"].comment.text.startswith("核过\n读不出人数")
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


@pytest.mark.parametrize("kind", ["xls", "csv"])
def test_xls_and_csv_come_back_as_xlsx(mark, tmp_path, kind):
    rows = sheet([*ROWS, FAULTY])
    path = tmp_path / f"a.{kind}"
    if kind == "xls":
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
    assert bool(made.lost) == (kind == "xls")


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
