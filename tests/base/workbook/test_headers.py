"""Where the table is found, and which column is what."""

import datetime as dt
import json

import pytest

from quannan.base.workbook.check import check_workbook
from quannan.base.workbook.headers import as_of_in, letters
from quannan.base.workbook.source import WorkbookRefused
from tests.base.workbook import files
from tests.base.workbook.forms import FORM, HEADER, MERGES, ROWS, sheet

FIELDS = ["number", "name", "code", "staff", "women", "money", "party_form", "party_date"]


def read(path):
    return check_workbook(path, FORM)


def values(checked):
    """The rows without their running numbers, in the order of the form."""
    return [row.values for row in checked.rows]


@pytest.fixture
def plain(tmp_path):
    return values(read(files.workbook(tmp_path / "plain.xlsx", sheet(), merges=MERGES)))


def test_merged_header_becomes_paths(tmp_path):
    reading = read(files.workbook(tmp_path / "a.xlsx", sheet(), merges=MERGES)).reading
    assert [(place.letters, place.field, place.path) for place in reading.places] == [
        ("A", "number", "序号"),
        ("B", "name", "单位名称"),
        ("C", "code", "信用代码"),
        ("D", "staff", "从业人员情况/从业人员数"),
        ("E", "women", "从业人员情况/其中:女性"),
        ("F", "money", "年收入(万元)"),
        ("G", "party_form", "党组织/组织形式"),
        ("H", "party_date", "党组织/成立时间"),
    ]
    assert (reading.sheet, reading.header_rows, reading.unknown, reading.absent) == ("表", (3, 4), (), ())
    assert (reading.as_of, reading.title[0]) == (dt.date(2011, 6, 30), "测试表")
    assert json.loads(json.dumps(reading.as_dict()))["as_of"] == "2011-06-30"


def test_unmerged_two_rows_read_the_same(tmp_path, plain):
    assert values(read(files.workbook(tmp_path / "a.xlsx", sheet()))) == plain


def test_one_header_row_read_the_same(tmp_path, plain):
    header = ["序号", "企业名称", "信用代码", "职工人数", "女性", "年收入", "党组织形式", "党建-成立日期"]
    assert values(read(files.workbook(tmp_path / "a.xlsx", [header, *ROWS]))) == plain


def test_three_header_rows_read_the_same(tmp_path, plain):
    top = ["基本情况", None, None, None, None, None, "党群组织", None]
    rows = [top, *HEADER, *ROWS]
    checked = read(files.workbook(tmp_path / "a.xlsx", rows, merges=("A1:F1", "G1:H1", "D2:E2", "G2:H2")))
    assert (values(checked), checked.reading.header_rows[1]) == (plain, 3)


def test_order_of_columns_does_not_matter(tmp_path, plain):
    order = [7, 5, 3, 1, 0, 2, 4, 6]
    header = [
        "序号",
        "单位名称",
        "信用代码",
        "员工数",
        "其中:女性",
        "年收入(万元)",
        "党组织/组织形式",
        "党组织成立时间",
    ]
    rows = [[row[at] for at in order] for row in [header, *ROWS]]
    assert values(read(files.workbook(tmp_path / "a.xlsx", rows))) == plain


def test_instructions_in_front_are_passed_over(tmp_path, plain):
    notes = [["填表说明"], ["1. 单位名称按证照填写"], ["2. 信用代码18位"]]
    checked = read(files.workbook(tmp_path / "a.xlsx", sheet(), merges=MERGES, before=[("填表说明", notes)]))
    assert (values(checked), checked.reading.sheet) == (plain, "表")


def test_table_may_begin_in_any_column_and_late(tmp_path, plain):
    rows = [*[["说明"]] * 20, *[[None, None, *row] for row in [*HEADER, *ROWS]]]
    checked = read(files.workbook(tmp_path / "a.xlsx", rows))
    assert (values(checked), checked.reading.places[0].letters) == (plain, "C")


def test_table_with_empty_columns_in_front(tmp_path, plain):
    rows = [[None, None, *row] for row in [*HEADER, *ROWS]]
    checked = read(files.workbook(tmp_path / "a.xlsx", rows))
    assert (values(checked), checked.reading.places[0].letters) == (plain, "C")


def test_xls_read_the_same(tmp_path, plain):
    assert values(read(files.old_workbook(tmp_path / "a.xls", sheet()))) == plain


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_csv_read_the_same(tmp_path, plain, encoding):
    lines = "\n".join(",".join("" if cell is None else str(cell) for cell in row) for row in sheet())
    path = tmp_path / "a.csv"
    path.write_text(lines, encoding=encoding)
    checked = read(path)
    assert (values(checked), checked.reading.encoding) == (plain, encoding)


def test_unknown_columns_are_kept_aside_and_listed(tmp_path):
    rows = [[*HEADER[0], "楼宇", "企业名称"], [*HEADER[1], None, None], *[[*row, "一号楼", "别名"] for row in ROWS]]
    reading = read(files.workbook(tmp_path / "a.xlsx", rows)).reading
    assert reading.unknown == (("I", "楼宇"), ("J", "企业名称(与B列重复,未读)"))


def test_a_heading_that_ends_alike_does_not_take_the_place(tmp_path):
    header = [["上级单位名称", None, "单位名称", "信用代码"], ["单位名称", "电话", None, None]]
    reading = read(files.workbook(tmp_path / "a.xlsx", [*header, ["x", "y", "甲", "A1"]])).reading
    assert [place.letters for place in reading.places if place.field == "name"] == ["C"]


def test_header_names_the_unit_of_money(tmp_path):
    header = ["单位名称", "信用代码", "年收入(元)"]
    (row,) = read(files.workbook(tmp_path / "a.xlsx", [header, ["甲", "A1", 125000]])).rows
    assert row["money"] == 125000


def test_second_sheet_of_the_same_form_is_named(tmp_path):
    path = files.workbook(tmp_path / "a.xlsx", sheet(), before=[("乙镇", sheet())])
    reading = read(path).reading
    assert (reading.sheet, reading.other_sheets) == ("乙镇", ("表",))


def test_no_header_is_refused(tmp_path):
    with pytest.raises(WorkbookRefused) as refusal:
        read(files.workbook(tmp_path / "a.xlsx", [["甲", "乙"], [1, 2]]))
    assert "没有找到《测试表》的表头" in refusal.value.message


def test_missing_required_column_is_named(tmp_path):
    rows = [[cell for at, cell in enumerate(row) if at != 2] for row in sheet()]
    with pytest.raises(WorkbookRefused) as refusal:
        read(files.workbook(tmp_path / "a.xlsx", rows))
    assert "缺少必须有的列:信用代码" in refusal.value.message


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("填报单位:某办   截止日期:2011年6月30日", dt.date(2011, 6, 30)),
        ("截止日期：2011-06-30", dt.date(2011, 6, 30)),
        ("(截至2011年6月30日)", dt.date(2011, 6, 30)),
        ("统计截止时间:2011年6月", dt.date(2011, 6, 30)),
        ("截止日期:    年  月  日", None),
        ("填报日期:2011年7月5日", None),
    ],
)
def test_as_of_in_the_title(line, day):
    assert as_of_in(["标题", line]) == day


def test_column_letters():
    assert [letters(at) for at in (0, 25, 26, 28, 701, 702)] == ["A", "Z", "AA", "AC", "ZZ", "AAA"]
