"""A long sheet read in bands gives the same rows as one read whole."""

import pytest

from quannan.base.workbook import bands, source
from tests.base.workbook import files

NAMESPACE = 'xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


@pytest.fixture
def in_bands(monkeypatch):
    """Reads a file in bands of three rows."""

    def read(path):
        monkeypatch.setattr(source, "LONG_ROWS", 2)
        monkeypatch.setattr(bands, "BAND_ROWS", 3)
        opened = source.open_source(path)
        sheet = opened.sheet(opened.sheet_names[0])
        assert isinstance(sheet._rows, bands.LongSheet)
        return list(sheet.rows()), sheet.merges

    return read


def whole(path):
    opened = source.open_source(path)
    sheet = opened.sheet(opened.sheet_names[0])
    return list(sheet.rows()), sheet.merges


def trimmed(read):
    """Rows without the blanks at their ends, which differ from band to band."""
    rows, merges = read
    kept = []
    for number, row in rows:
        cells = list(row)
        while cells and cells[-1] == "":
            cells.pop()
        kept.append((number, cells))
    return kept, sorted(merges)


def test_bands_give_the_same_rows_and_merges(in_bands, tmp_path):
    rows = [[number, f"公司{number}", None, number / 2] for number in range(10)]
    path = files.workbook(tmp_path / "a.xlsx", [["表"], *rows], merges=("A1:D1", "B11:C11"))
    assert trimmed(in_bands(path)) == trimmed(whole(path))


def test_rows_left_out_of_the_file_keep_their_numbers(in_bands, tmp_path):
    cells = "".join(f'<row r="{n}">{files.text_cell(f"C{n}", f"t{n}")}</row>' for n in (2, 3, 9, 10, 11, 12, 40))
    path = files.raw_workbook(tmp_path / "a.xlsx", f"{files.SHEET_HEAD}<sheetData>{cells}</sheetData></worksheet>")
    found = trimmed(in_bands(path))
    assert found == trimmed(whole(path))
    assert found[0][-1] == (40, ["", "", "t40"])


def test_prefixed_elements_and_failed_formulas(in_bands, tmp_path):
    cells = "".join(
        f'<x:row r="{n}"><x:c r="A{n}"><x:v>{n}</x:v></x:c><x:c r="B{n}" t="e"><x:v>#N/A</x:v></x:c></x:row>'
        for n in range(1, 8)
    )
    path = files.raw_workbook(
        tmp_path / "a.xlsx",
        f'<?xml version="1.0"?><x:worksheet {NAMESPACE}><x:sheetData>{cells}</x:sheetData></x:worksheet>',
    )
    found = trimmed(in_bands(path))
    assert found == trimmed(whole(path))
    assert found[0][6] == (7, [7.0, "#N/A"])


def test_rows_without_numbers_are_read_whole(monkeypatch, tmp_path):
    monkeypatch.setattr(source, "LONG_ROWS", 2)
    cells = "<row><c><v>1</v></c></row>" * 9
    path = files.raw_workbook(tmp_path / "a.xlsx", f"{files.SHEET_HEAD}<sheetData>{cells}</sheetData></worksheet>")
    assert [number for number, _ in whole(path)[0]] == list(range(1, 10))
