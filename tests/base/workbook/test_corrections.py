"""A header that is read wrongly is put right by hand, and the next file with these headings is read so too."""

from dataclasses import replace

import pytest

from quannan.base.workbook.check import check_workbook
from quannan.base.workbook.headers import CORRECTED, RECOGNISED, REMEMBERED, Correction, digest_of
from quannan.base.workbook.preview import view_of
from quannan.base.workbook.source import WorkbookRefused
from quannan.base.workbook.template import template
from tests.base.workbook import files
from tests.base.workbook.forms import FORM, MERGES, sheet

# An office's own words: two of the columns are known by none of the form's names.
OWN_WORDS = [
    ["编号", "户名", "信用代码", "在岗", "在岗", "女性"],
    [1, "甲公司", "A1", 10, 9, 4],
    [2, "乙公司", "B2", 20, 19, 5],
]
RIGHT = {"B": "name", "C": "code", "E": "staff", "F": "women"}


@pytest.fixture
def own_words(tmp_path):
    return files.workbook(tmp_path / "own.xlsx", OWN_WORDS)


def memory_of(path, fields):
    """What is remembered once the columns of a file are said to be these."""
    view = view_of(path, FORM, {}, first=1, last=1)
    return {digest_of(view.headings): {h.name: fields.get(h.letters, "") for h in view.headings if h.path}}


def names(checked):
    return [(row["name"], row["code"], row["staff"], row["women"]) for row in checked.rows]


def test_unknown_words_are_refused_before_they_are_put_right(own_words):
    with pytest.raises(WorkbookRefused, match="单位名称"):
        check_workbook(own_words, FORM)


def test_correction_says_which_column_is_what(own_words):
    checked = check_workbook(own_words, FORM, correction=Correction("表", (1, 1), RIGHT))
    assert names(checked) == [("甲公司", "A1", 9, 4), ("乙公司", "B2", 19, 5)]
    assert checked.reading.origin == CORRECTED
    assert checked.reading.unknown == (("A", "编号"), ("D", "在岗"))


def test_correction_wins_over_what_would_be_recognised(tmp_path):
    path = files.workbook(tmp_path / "a.xlsx", sheet(), merges=MERGES)
    letters = {place.field: place.letters for place in check_workbook(path, FORM).reading.places}
    assert (letters["staff"], letters["women"]) == ("D", "E")
    fields = {"B": "name", "C": "code", "D": "women", "E": "staff"}
    checked = check_workbook(path, FORM, correction=Correction("表", (3, 4), fields))
    assert names(checked)[0] == ("甲公司", "A1", 4, 10)


def test_correction_names_the_sheet(tmp_path):
    path = files.workbook(
        tmp_path / "a.xlsx", OWN_WORDS, before=[("旧表", [["单位名称", "信用代码"], ["旧公司", "Z9"]])]
    )
    assert names(check_workbook(path, FORM))[0][:2] == ("旧公司", "Z9")
    checked = check_workbook(path, FORM, correction=Correction("表", (1, 1), RIGHT))
    assert (names(checked)[0][0], checked.reading.other_sheets) == ("甲公司", ())
    with pytest.raises(WorkbookRefused, match="没有工作表“别的”,可选:“旧表”、“表”"):
        check_workbook(path, FORM, correction=Correction("别的", (1, 1), RIGHT))


def test_correction_without_a_required_column_is_refused(own_words):
    with pytest.raises(WorkbookRefused, match="信用代码"):
        check_workbook(own_words, FORM, correction=Correction("表", (1, 1), {"B": "name"}))


def test_memory_reads_the_next_file_whatever_the_order_of_its_columns(tmp_path, own_words):
    memory = memory_of(own_words, RIGHT)
    shuffled = [[row[at] for at in (5, 2, 1, 3, 4, 0)] for row in OWN_WORDS]
    checked = check_workbook(files.workbook(tmp_path / "b.xlsx", shuffled), FORM, memory=memory)
    assert names(checked) == [("甲公司", "A1", 9, 4), ("乙公司", "B2", 19, 5)]
    assert checked.reading.origin == REMEMBERED


def test_memory_finds_the_header_further_down(tmp_path, own_words):
    moved = [["某某镇户数表"], [], *OWN_WORDS]
    checked = check_workbook(files.workbook(tmp_path / "b.xlsx", moved), FORM, memory=memory_of(own_words, RIGHT))
    assert (checked.reading.header_rows, names(checked)[1][0]) == ((3, 3), "乙公司")


def test_memory_of_other_headings_changes_nothing(tmp_path, own_words):
    path = files.workbook(tmp_path / "a.xlsx", sheet(), merges=MERGES)
    checked = check_workbook(path, FORM, memory=memory_of(own_words, RIGHT))
    assert checked.reading == check_workbook(path, FORM).reading
    assert checked.reading.origin == RECOGNISED


def test_view_shows_columns_with_samples_and_what_they_are_read_as(tmp_path):
    path = files.workbook(tmp_path / "a.xlsx", sheet(), merges=MERGES)
    reading = check_workbook(path, FORM).reading.as_dict()
    view = view_of(path, FORM, reading)
    assert (view.sheets, view.sheet, view.header_rows, view.rows) == (("表",), "表", (3, 4), 6)
    staff = view.headings[3]
    assert (staff.letters, staff.path, staff.samples) == ("D", "从业人员情况/从业人员数", ("10", "２０人"))
    assert view.fields == {"A": "number", "B": "name", "C": "code", "D": "staff", "E": "women", "F": "money",
                           "G": "party_form", "H": "party_date"}  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "rows"), [((0, 0), (3, 4)), ((4, 4), (4, 4)), ((2, 9), (2, 4)), ((99, 99), (6, 6)), ((4, 1), (4, 4))]
)
def test_view_keeps_within_the_sheet(tmp_path, asked, rows):
    path = files.workbook(tmp_path / "a.xlsx", sheet(), merges=MERGES)
    reading = check_workbook(path, FORM).reading.as_dict()
    assert view_of(path, FORM, reading, sheet="没有", first=asked[0], last=asked[1]).header_rows == rows


def test_template_of_another_form_is_refused_by_name(tmp_path):
    path = tmp_path / "a.xlsx"
    template(replace(FORM, code="T2", name="别的表"), path)
    with pytest.raises(WorkbookRefused, match="这个文件是用《别的表》的模板填的,现在选的是《测试表》"):
        check_workbook(path, FORM)


def test_template_of_another_version_is_read(tmp_path):
    path = tmp_path / "a.xlsx"
    template(replace(FORM, version="0"), path, ([1, "甲公司", "A1", 10, 4], [2, "乙公司", "B2", 20, 5]))
    checked = check_workbook(path, FORM)
    assert (checked.reading.template, names(checked)) == (
        "T1-0",
        [("甲公司", "A1", 10, 4), ("乙公司", "B2", 20, 5)],
    )


def test_view_shows_no_telephone(tmp_path):
    rows = [["单位名称", "信用代码", "座机", "手机"], ["甲公司", "A1", "0797-2612345", "王小明 13800001234"]]
    view = view_of(files.workbook(tmp_path / "a.xlsx", rows), FORM, {}, first=1, last=1)
    assert [heading.samples[0] for heading in view.headings] == ["甲公司", "A1", "(号码已遮盖)", "王小明 (号码已遮盖)"]
