"""A whole form: all faults of a row at once, and what is not data set apart."""

import pytest

from quannan.base.workbook import check as check_module
from quannan.base.workbook.cells import CLEAR, FAULTY, NONE
from quannan.base.workbook.check import check_workbook
from quannan.base.workbook.declare import SeenBefore
from tests.base.workbook import files
from tests.base.workbook.forms import FORM, MERGES, ROWS, sheet


@pytest.fixture
def check(tmp_path):
    def run(rows, **options):
        return check_workbook(files.workbook(tmp_path / "a.xlsx", sheet(rows), merges=MERGES), FORM, **options)

    return run


def found(checked):
    return [(problem.cell, problem.code, problem.severity) for problem in checked.problems()]


def test_lawful_rows_have_no_problem(check):
    checked = check(ROWS)
    assert (found(checked), len(checked.accepted), checked.skipped) == ([], 2, [])
    first, second = checked.rows
    assert (first["staff"], str(first["party_date"]), second["party_form"]) == (10, "2010-06", NONE)


def test_all_faults_of_a_row_come_at_once(check):
    checked = check([[1, None, 9.1e17, "约50", -1, "很多", "党小队", "2010.13"]])
    assert found(checked) == [
        ("C5", "code_lost_digits", "error"),
        ("D5", "not_a_number", "error"),
        ("E5", "negative_number", "error"),
        ("F5", "not_a_number", "error"),
        ("G5", "unknown_form", "error"),
        ("H5", "bad_date", "error"),
        ("B5", "missing_name", "error"),
    ]
    assert [problem.shown for problem in checked.errors()][:2] == ["9.1e+17", "约50"]
    assert checked.rows[0]["staff"] is FAULTY


def test_problem_tells_cell_header_value_and_rule(check):
    (problem,) = check([[1, "甲", "A1", 3, 4, None, None, None]]).problems()
    assert problem.as_dict() == {
        "row": 5,
        "column": "E",
        "header": "从业人员情况/其中:女性",
        "field": "women",
        "shown": "4",
        "code": "women_exceed_staff",
        "message": "女性不能多于从业人员,请核对。",
        "severity": "error",
        "cell": "E5",
    }


def test_faulty_cell_does_not_set_off_the_checks_that_need_it(check):
    assert found(check([[1, "甲", "A1", "约50", 4, None, None, None]])) == [("D5", "not_a_number", "error")]


def test_warning_leaves_the_row_accepted(check):
    checked = check([[1, "甲", "A1", 50, 4, None, None, None]], context=40)
    assert (found(checked), len(checked.accepted)) == ([("D5", "many", "warning")], 1)


def test_blank_keeps_and_two_dashes_clear(check):
    (row,) = check([[1, "甲", "A1", "--", None, "  ", "－－", None]]).rows
    assert [row[name] for name in ("staff", "women", "money", "party_form")] == [CLEAR, None, None, CLEAR]
    assert not row.known("staff")


def test_name_cannot_be_cleared(check):
    assert found(check([[1, "--", "A1", None, None, None, None, None]])) == [("B5", "cannot_clear", "error")]


def test_failed_formula_is_a_fault(check):
    assert found(check([[1, "甲", "A1", "#DIV/0!", None, None, None, None]])) == [("D5", "formula_error", "error")]


def test_rows_that_are_not_data_are_skipped_with_a_reason(check):
    rows = [
        ["一、城厢镇"],
        ROWS[0],
        [None, "城厢镇小计", None, 10, 4],
        [None] * 8,
        [3],
        ["序号", "单位名称", "信用代码", "从业人员情况", None, "年收入(万元)", "党组织", None],
        ROWS[1],
        [None, "合 计", None, 30, 9],
        ["注:本表一式两份"],
        ["填报人:        审核人:        联系电话:"],
    ]
    checked = check(rows)
    assert [(row.row, row.reason) for row in checked.skipped] == [
        (5, "title"),
        (7, "subtotal"),
        (10, "header"),
        (12, "total"),
        (13, "note"),
        (14, "signature"),
    ]
    assert ([row.number for row in checked.rows], found(checked)) == ([6, 11], [])


def test_company_whose_name_says_total_is_data(check):
    assert len(check([[1, "总计时器有限公司", "A1"], [2, "全南合计", "B2", 3]]).rows) == 2


def test_row_with_a_name_alone_is_data(check):
    assert [row.number for row in check([[None, "甲公司"]]).rows] == [5]


def test_printed_sum_that_differs_is_a_warning(check):
    rows = [*ROWS, [None, "小计", None, 31, 9, 13.3], [None, "合计", None, 30, 9]]
    (problem,) = check(rows).problems()
    assert (problem.cell, problem.code, problem.severity) == ("D7", "sum_differs", "warning")
    assert "各行相加为30" in problem.message


def test_printed_sum_may_leave_out_the_faulty_rows(check):
    rows = [*ROWS, [3, None, "C3", 7, 1], [None, "合计", None, 30, 9]]
    assert [problem.code for problem in check(rows).problems()] == ["missing_name"]


def test_each_subtotal_covers_its_own_rows(check):
    rows = [ROWS[0], [None, "甲镇小计", None, 10], ROWS[1], [None, "乙镇小计", None, 20], [None, "合计", None, 30]]
    assert found(check(rows)) == []


def test_progress_is_reported_and_may_stop_the_work(tmp_path):
    rows = [[number, f"公司{number}", f"A{number}", 1] for number in range(2500)]
    path = files.workbook(tmp_path / "a.xlsx", sheet(rows))
    seen = []
    check_workbook(path, FORM, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1000, 2504), (2000, 2504), (2500, 2500)]

    class Stopped(Exception):
        pass

    def stop(done, total):
        raise Stopped

    with pytest.raises(Stopped):
        check_workbook(path, FORM, progress=stop)


def test_context_may_be_made_once_the_header_is_known(check):
    seen = []

    def prepare(reading, page):
        seen.append(reading.as_of.isoformat())
        return 15

    checked = check(ROWS, prepare=prepare)
    assert (seen, found(checked)) == (["2011-06-30"], [("D6", "many", "warning")])


def test_seen_before_names_the_earlier_row_and_says_whether_they_differ(check):
    first, second = check(ROWS).rows
    seen = SeenBefore()
    assert [seen.earlier("A1", first), seen.earlier("B2", second)] == [None, None]
    assert seen.earlier("A1", second) == (first, True)
    second.values = list(first.values)
    assert seen.earlier("A1", second) == (first, False)


def test_rows_are_checked_in_batches_in_their_order(check, monkeypatch):
    monkeypatch.setattr(check_module, "BATCH_ROWS", 3)
    rows = [[number, f"公司{number}", f"A{number}", 2] for number in range(5)]
    rows.insert(2, [None, "小计", None, 4])
    rows.append([None, "合计", None, 11])
    seen = []
    checked = check(
        rows,
        prepare=lambda reading, page: 1,
        before=lambda context, batch: seen.append(("before", context, [row.number for row in batch])),
        after=lambda context, batch: seen.append(("after", context, [len(row.problems) for row in batch])),
    )
    assert seen == [
        ("before", 1, [5, 6, 8]),
        ("after", 1, [1, 1, 1]),
        ("before", 1, [9, 10]),
        ("after", 1, [1, 1]),
    ]
    assert [problem.cell for problem in checked.file_warnings] == ["D11"]
    assert [row.row for row in checked.skipped] == [7, 11]
