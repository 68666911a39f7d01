"""Official forms: headings in several rows, boxes, checks in words, the block to sign."""

import io

import pytest
from openpyxl import load_workbook

from quannan.base.workbook.official import (
    Box,
    Check,
    Heading,
    OfficialPage,
    OfficialTable,
    Signature,
    headings_of,
    write_official,
)
from quannan.base.workbook.write import OutColumn


def read_back(*sheets):
    out = io.BytesIO()
    assert write_official(out, sheets) == len(sheets)
    out.seek(0)
    return load_workbook(out)


def merged(sheet):
    return {str(area) for area in sheet.merged_cells.ranges}


COLUMNS = [
    OutColumn("单位", "text", 14),
    OutColumn("党组织/组织数", "count"),
    OutColumn("党组织/单独建/个数", "count"),
    OutColumn("党组织/单独建/覆盖", "count"),
    OutColumn("备注", "text", 20),
]


def table(**more):
    facts = {"name": "表", "title": "官方表", "sentence": "截至 2011-06-30", "columns": COLUMNS, "rows": []} | more
    return OfficialTable(**facts)


def test_headings_merge_equal_neighbours_and_reach_down():
    assert headings_of([column.label for column in COLUMNS]) == [
        [Heading("单位", 0, 1, 3), Heading("党组织", 1, 3, 1), Heading("备注", 4, 1, 3)],
        [Heading("组织数", 1, 1, 2), Heading("单独建", 2, 2, 1)],
        [Heading("个数", 2, 1, 1), Heading("覆盖", 3, 1, 1)],
    ]


def test_equal_words_below_different_headings_stay_apart():
    assert [h.across for h in headings_of(["甲/个数", "乙/个数"])[0]] == [1, 1]


def test_a_table_has_title_headings_rows_sums_and_the_block_to_sign():
    book = read_back(
        table(
            rows=iter([["城厢镇", 2, 1, 1, "=1+1"], ["工业园区", 3, 1, None, ""]]),
            sums=["合计", 5, 2, 1, None],
            checks=[Check("甲 = 乙", 5, 5), Check("丙 = 丁", 2, 1, ("城厢镇",), "另有 1 个")],
            notes=["按截至日计。"],
            signature=Signature(filler="钟同志", reported="2011-07-02"),
        )
    )
    sheet = book["表"]
    assert {"A1:E1", "A2:E2", "A3:A5", "B3:D3", "B4:B5", "C4:D4", "E3:E5"} <= merged(sheet)
    assert sheet.print_title_rows == "$3:$5" and sheet.freeze_panes == "B6"
    assert [c.value for c in sheet[6]] == ["城厢镇", 2, 1, 1, "=1+1"] and sheet["E6"].data_type == "s"
    assert [c.value for c in sheet[8]] == ["合计", 5, 2, 1, None] and sheet["A8"].font.bold
    lines = [row[0].value for row in sheet.iter_rows(min_row=9) if row[0].value]
    assert lines == [
        "核对 1 ✓ 甲 = 乙:5 与 5,相符",
        "核对 2 ✗ 丙 = 丁:2 与 1,不符;不符的在城厢镇;另有 1 个",
        "说明 1 按截至日计。",
        "填报单位(盖章):",
        "填表人:钟同志",
    ]
    assert not sheet["A6"].font.bold and not sheet["B7"].font.bold
    signed = [cell.value for row in sheet.iter_rows(min_row=sheet.max_row - 1) for cell in row if cell.value]
    assert signed == ["填报单位(盖章):", "负责人:", "填表人:钟同志", "报出时间:2011-07-02"]
    assert sheet.oddFooter.center.text == "第 &P 页,共 &N 页"
    assert sheet.page_setup.orientation == "landscape"


def test_a_wide_table_is_signed_in_one_row():
    columns = [OutColumn(f"第{number}栏") for number in range(12)]
    sheet = read_back(table(columns=columns))["表"]
    assert [cell.column for cell in sheet[sheet.max_row] if cell.value] == [1, 4, 7, 10]


def test_a_page_of_boxes_keeps_the_columns_of_a_box_that_reaches_down():
    page = OfficialPage(
        name="甲厂",
        title="情况页",
        sentence="截至 2011-06-30",
        widths=(10, 10, 10),
        lines=[
            [Box("年龄", 1, 2, heading=True), Box("35岁及以下", heading=True), Box("36至50岁", heading=True)],
            [Box(None), Box(4)],
            [Box("名称", heading=True), Box("甲厂", 2)],
        ],
    )
    sheet = read_back(page)["甲厂"]
    assert [[c.value for c in row] for row in sheet["A3:C5"]] == [
        ["年龄", "35岁及以下", "36至50岁"],
        [None, None, 4],
        ["名称", "甲厂", None],
    ]
    assert {"A3:A4", "B5:C5"} <= merged(sheet)
    assert sheet["B4"].border.left.style == sheet["A4"].border.left.style == "thin"
    assert sheet.page_setup.orientation == "portrait"


def test_sheets_of_one_name_get_a_number():
    assert read_back(table(), table(), table(name="表" * 40)).sheetnames == ["表", "表(2)", "表" * 31]


@pytest.mark.parametrize(
    ("left", "right", "where", "word"),
    [(1, 1, (), "相符"), (1, 2, (), "不符"), (2, 2, ("城厢镇",), "不符"), (None, 1, (), "不符")],
)
def test_a_check_agrees_only_when_sum_and_every_row_do(left, right, where, word):
    assert Check("甲 = 乙", left, right, where).word == word


def test_a_check_names_the_first_places_and_counts_the_rest():
    assert Check("甲 = 乙", 1, 2, tuple("一二三四五六七八九")).places == "一、二、三、四、五、六、七、八等 9 处"
