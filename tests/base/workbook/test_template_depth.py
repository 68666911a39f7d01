"""Forms whose headings stand over one another in one, two or three rows, as templates and read again."""

import pytest
from openpyxl import load_workbook

from quannan.base.workbook.cells import Text, count
from quannan.base.workbook.check import check_workbook
from quannan.base.workbook.declare import Column, ImportForm
from quannan.base.workbook.template import template

ORDINAL = Column("ordinal", "序号", Text(), note="从1排起。")
NAME = Column("name", "名称", Text(), required=True)


def form(*labels):
    columns = [Column(f"c{number}", label, count) for number, label in enumerate(labels)]
    return ImportForm("T1", "试验表", (ORDINAL, NAME, *columns), key_fields=("name",), ordinal="ordinal")


@pytest.mark.parametrize(
    ("labels", "header", "merged"),
    [
        (("人数",), (3, 3), {"A1:C1", "A2:C2"}),
        (("党员/人数", "党员/预备"), (3, 4), {"A1:D1", "A2:D2", "A3:A4", "B3:B4", "C3:D3"}),
        (
            ("党员/本企业/人数", "党员/本企业/一线", "党员/外企业", "工会/会员"),
            (3, 5),
            {"A1:F1", "A2:F2", "A3:A5", "B3:B5", "C3:E3", "C4:D4", "E4:E5", "F4:F5"},
        ),
    ],
)
def test_headings_are_merged_as_deep_as_their_paths_and_read_again(tmp_path, labels, header, merged):
    path = tmp_path / "f.xlsx"
    assert template(form(*labels), path, [[1, "甲公司", *range(len(labels))]], footer="填报人:      负责人:") == 1
    page = load_workbook(path).active
    assert {str(area) for area in page.merged_cells.ranges} == merged
    checked = check_workbook(path, form(*labels))
    assert checked.reading.header_rows == header
    assert [place.path for place in checked.reading.places] == ["序号", "名称", *labels]
    assert [row.values for row in checked.rows] == [[None, "甲公司", *range(len(labels))]]
    # The line to be signed is no row, and the notes beside the form are no second form.
    assert [skipped.reason for skipped in checked.skipped] == ["signature"]
    assert checked.reading.other_sheets == ()
