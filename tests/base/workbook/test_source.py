"""Which files are opened, and the sentence of each that is not."""

import pytest

from quannan.base.workbook.source import MOST_ROWS, WorkbookRefused, open_source
from tests.base.workbook import files

GOOD = [["单位名称", "人数"], ["甲公司", 5]]


def rows_of(path):
    source = open_source(path)
    return source, [cells for _, cells in source.sheet(source.sheet_names[0]).rows()]


def write(content):
    def make(path):
        path.write_bytes(content)
        return path

    return make


def cut_in_half(path):
    files.workbook(path, GOOD)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    return path


def far_cell(path):
    xml = files.SHEET_HEAD + '<sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
    return files.raw_workbook(path, xml + '<row r="900000"><c r="XFD900000"><v>1</v></c></row></sheetData></worksheet>')


def with_entities(path):
    xml = '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaa">]>' + files.SHEET_HEAD[21:] + "<sheetData/></worksheet>"
    return files.raw_workbook(path, xml)


def no_workbook_inside(path):
    import zipfile

    with zipfile.ZipFile(path, "w") as package:
        package.writestr("readme.txt", "x")
    return path


REFUSED = {
    "empty file": ("a.xlsx", write(b""), "文件是空的"),
    "text named xlsx": ("a.xlsx", write("单位名称,人数\n".encode()), "内容却是纯文本"),
    "web page named xls": ("a.xls", write(b"<html><table><tr><td>1</td></tr></table></html>"), "网页格式"),
    "zip bomb": ("a.xlsx", files.zip_bomb, "展开后超过 300 MiB"),
    "lying sizes": ("a.xlsx", files.lying_zip, "文件已损坏"),
    "cut in half": ("a.xlsx", cut_in_half, "文件已损坏"),
    "no workbook inside": ("a.xlsx", no_workbook_inside, "不是 Excel 表格文件"),
    "document type": ("a.xlsx", with_entities, "为安全起见"),
    "locked": ("a.xlsx", files.locked_workbook, "打开密码"),
    "locked xls": ("a.xls", lambda path: files.old_workbook(path, GOOD, locked=True), "打开密码"),
    "too many rows": ("a.xlsx", lambda path: files.many_rows(path, MOST_ROWS + 1), "超过200,000行"),
    "too many lines": ("a.csv", write(b"a,b\n" * (MOST_ROWS + 1)), "超过200,000行"),
    "cell far away": ("a.xlsx", far_cell, "XFD900000"),
    "unreadable et": ("a.et", write(b"\x00\x01\x02WPS" * 100), "另存为 .xlsx"),
    "not utf-8 nor gb18030": ("a.csv", write("单位".encode()[:-1] + b"\xff\xff\xff,1\n"), "GB18030"),
    "blank lines only": ("a.csv", write(b"\n\n\n"), "没有内容"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_file_that_cannot_be_read_is_refused_with_its_sentence(case, tmp_path):
    name, make, words = REFUSED[case]
    with pytest.raises(WorkbookRefused) as refusal:
        open_source(make(tmp_path / name))
    assert words in refusal.value.message
    assert str(refusal.value) == refusal.value.message


def test_missing_file_is_named(tmp_path):
    with pytest.raises(WorkbookRefused) as refusal:
        open_source(tmp_path / "没有.xlsx")
    assert "没有.xlsx" in refusal.value.message


def test_exactly_as_many_rows_as_allowed_are_opened(tmp_path):
    source = open_source(files.many_rows(tmp_path / "a.xlsx", MOST_ROWS))
    assert source.rows_expected("表") == MOST_ROWS


def test_formatted_but_empty_rows_and_columns_do_not_count(tmp_path):
    styled = "".join(f'<row r="{n}"><c r="XFD{n}" s="0"/></row>' for n in range(2, 300_000))
    xml = f'{files.SHEET_HEAD}<dimension ref="A1:XFD1048576"/><sheetData><row r="1">{files.text_cell("A1", "x")}</row>{styled}'
    _, rows = rows_of(files.raw_workbook(tmp_path / "a.xlsx", xml + "</sheetData></worksheet>"))
    assert rows == [["x"]]


def test_prefixed_xml_is_counted_too(tmp_path):
    xml = '<?xml version="1.0"?><x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>'
    xml += "".join(f'<x:row r="{n}"><x:c r="B{n}"><x:v>{n}</x:v></x:c></x:row>' for n in range(1, 4))
    source, rows = rows_of(files.raw_workbook(tmp_path / "a.xlsx", xml + "</x:sheetData></x:worksheet>"))
    assert source.rows_expected("表") == 3
    assert rows == [["", 1.0], ["", 2.0], ["", 3.0]]


def test_content_decides_not_the_name(tmp_path):
    source, rows = rows_of(files.workbook(tmp_path / "a.csv", GOOD))
    assert (source.kind, rows) == ("xlsx", [["单位名称", "人数"], ["甲公司", 5.0]])


@pytest.mark.parametrize("name", ["a.xls", "a.et"])
def test_old_workbooks_are_read(name, tmp_path):
    source, rows = rows_of(files.old_workbook(tmp_path / name, GOOD))
    assert (source.kind, rows) == ("xls", [["单位名称", "人数"], ["甲公司", 5.0]])


@pytest.mark.parametrize(
    ("encoding", "said"), [("utf-8", "utf-8-sig"), ("utf-8-sig", "utf-8-sig"), ("gb18030", "gb18030")]
)
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_text_tables_are_read_in_either_encoding(encoding, said, delimiter, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(f"单位名称{delimiter}人数{delimiter}注\r\n甲公司{delimiter}5{delimiter}\r\n", encoding=encoding)
    source, rows = rows_of(path)
    assert (source.encoding, rows) == (said, [["单位名称", "人数", "注"], ["甲公司", "5", ""]])


def test_commas_in_the_title_do_not_make_a_table_of_tabs_one_of_commas(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("填报单位:甲,乙,丙办\n单位名称\t人数\t电话\t备注\n甲公司\t5\t1,2,3\t\n", encoding="utf-8")
    _, rows = rows_of(path)
    assert rows[1:] == [["单位名称", "人数", "电话", "备注"], ["甲公司", "5", "1,2,3", ""]]


def test_quotes_as_spreadsheets_write_them_are_read(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('单位名称,人数\n"甲""小""公司\n二厂",5\n12"管厂,6\n', encoding="utf-8")
    _, rows = rows_of(path)
    assert rows == [["单位名称", "人数"], ['甲"小"公司\n二厂', "5"], ['12"管厂', "6"]]


def test_hidden_sheets_are_passed_over(tmp_path):
    path = files.workbook(tmp_path / "a.xlsx", GOOD, before=[("底稿", GOOD), ("说明", [["x"]])], hidden=["底稿"])
    assert open_source(path).sheet_names == ["说明", "表"]


def test_failed_formula_is_not_a_blank(tmp_path):
    xml = (
        files.SHEET_HEAD
        + '<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="B1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row></sheetData></worksheet>'
    )
    _, rows = rows_of(files.raw_workbook(tmp_path / "a.xlsx", xml))
    assert rows == [[1.0, "#DIV/0!"]]
