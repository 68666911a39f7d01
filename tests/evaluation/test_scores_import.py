"""考核打分表: a form made of the open schemes, checked as the page checks, written once, taken back whole."""

from decimal import Decimal as D

import pghistory
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from evaluation.domain.confirming import confirm_many, reopen
from evaluation.domain.schemes import close_scheme
from evaluation.domain.scores_import import apply_scores
from evaluation.exports_scores import scores_form_file
from evaluation.models import Assessment, Score
from quannan.base.domain import import_files
from quannan.base.domain.undoing import preview_undo
from quannan.base.errors import Refused
from quannan.base.imports import import_kind
from quannan.base.models import AuditEntry, Job
from tests import factories
from tests import makers_scores as make
from tests.orgs.imports.undoing import undo, without_context

pytestmark = pytest.mark.django_db

HEAD = ("年度", "方案", "评分人", "统一社会信用代码", "名称", "1.1 机构和制度", "1.2", "人均经费", "2.2 联席会议",
        "3.1 示范点", "4.1 弄虚作假", "说明")  # fmt: skip
BEST = ("47", "40", "0", "0", "0", "否")


@pytest.fixture
def firm():
    return factories.organization("全南县兴隆竹业有限公司")


@pytest.fixture
def scheme(firm):
    return make.opened()


@pytest.fixture
def sheet(scheme, firm):
    return make.sheet(scheme, firm)


class Files:
    """Files of scores, checked and written."""

    def __init__(self, folder):
        self.folder, self.made = folder, 0

    def file(self, *rows, head=HEAD):
        book = Workbook()
        for row in (head, *rows):
            book.active.append(list(row))
        self.made += 1
        path = self.folder / f"scores-{self.made}.xlsx"
        book.save(path)
        return path

    def check(self, *rows, by=None, head=HEAD):
        return import_files.check_file(import_kind("SCORE"), self.file(*rows, head=head), by=by)

    def write(self, *rows, by=None, head=HEAD):
        return self.write_path(self.file(*rows, head=head), by)

    def write_path(self, path, by=None):
        _, counts = import_files.write_file(import_kind("SCORE"), path, mode="valid", by=by, now=timezone.now())
        return counts["created"], counts["updated"], counts["unchanged"]


@pytest.fixture
def files(tmp_path):
    return Files(tmp_path)


def row(firm, *values, rater="县级", year=None, scheme=None, code=True, name=None, note=None):
    said = values or BEST
    return (year, scheme, rater, firm.uscc if code else None, name or firm.name, *said, note)


def faults(result, severity="error"):
    return [(p.cell, p.code) for p in result.checked.problems() if p.severity == severity]


def said(result):
    return " ".join(p.message for p in result.checked.problems())


def test_the_form_follows_the_open_schemes(scheme):
    columns = [column.label for column in import_kind("SCORE").form().columns]
    assert columns[6:12] == [
        "1.1 机构和制度", "1.2 工会建设", "2.1 人均经费", "2.2 联席会议", "3.1 示范点", "4.1 弄虚作假"
    ]  # fmt: skip
    make.opened(name="又一方案", lines=(("7", "x", "另一项", "100", "given", {}, ""), make.LINES[0]), full_score=D(147))
    columns = [column.label for column in import_kind("SCORE").form().columns]
    assert len([label for label in columns if label in ("7 另一项", "1.1 机构和制度")]) == 2


def test_without_an_open_scheme_a_row_says_so(files, firm):
    assert faults(files.check(row(firm)))[0][1] == "no_open_scheme"


def test_rows_are_written_as_the_page_writes_them(files, firm, sheet):
    assert files.write(row(firm, "40", "40", "15", "1", "2", "否", note="缺档案")) == (1, 0, 0)
    sheet.refresh_from_db()
    assert (sheet.total, sheet.missing, sheet.provisional_band.name) == (D(90), 0, "优秀")
    assert dict(sheet.scores.values_list("indicator__code", "points"))["2.1"] == D(3)
    assert set(sheet.scores.values_list("note", flat=True)) == {"缺档案"}
    assert AuditEntry.objects.filter(action="assessment.import").count() == 1


def test_the_same_again_changes_nothing_and_blanks_keep(files, firm, sheet):
    files.write(row(firm))
    assert files.write(row(firm)) == (0, 0, 1)
    assert files.write(row(firm, "46", None, None, None, None, None)) == (0, 1, 0)
    assert files.write(row(firm, "--", None, None, None, None, None)) == (0, 1, 0)
    sheet.refresh_from_db()
    assert (sheet.missing, sheet.total, sheet.scores.get(indicator__code="1.1").raw) == (1, None, None)


def test_a_very_long_number_is_told_in_a_sentence(files, firm, sheet):
    result = files.check(row(firm, "1" * 30, "1." + "1" * 30, None, None, None, None))
    assert faults(result) == [("F2", "bad_score"), ("G2", "bad_score")]


def test_a_note_goes_to_what_changes_or_to_the_only_value(files, firm, sheet):
    files.write(row(firm))
    assert files.write(row(firm, "40", *BEST[1:], note="缺档案")) == (0, 1, 0)
    assert dict(sheet.scores.exclude(note="").values_list("indicator__code", "note")) == {"1.1": "缺档案"}
    assert files.write(row(firm, "40", *BEST[1:], note="另一句")) == (0, 0, 1)
    assert files.write(row(firm, None, "40", None, None, None, None, note="工会好")) == (0, 1, 0)
    # A department sends the sheet as it took it away: its one line alone is its own.
    assert files.write(row(firm, "40", *BEST[1:], note="工会更好"), by=factories.union_office()) == (0, 1, 0)
    told = dict(sheet.scores.exclude(note="").values_list("indicator__code", "note"))
    assert told == {"1.1": "缺档案", "1.2": "工会更好"}


def test_numbers_are_read_as_offices_write_them(files, firm, sheet):
    files.write(row(firm, 46.5, "40分", "15%", "1次", 1.0, "是"))
    found = dict(sheet.scores.values_list("indicator__code", "raw"))
    assert found == {"1.1": D("46.5"), "1.2": D(40), "2.1": D(15), "2.2": D(1), "3.1": D(1), "4.1": D(1)}


def test_all_faults_of_a_row_are_told_at_once(files, firm, sheet):
    result = files.check(row(firm, "48", "-1", "101", "1.5", "是", "3"))
    assert faults(result) == [(f"{letter}2", "bad_score") for letter in "FGHIJK"]
    assert "最多47分" in said(result) and "负数" in said(result)
    assert faults(files.check(row(firm, "约40", None, None, None, None, None))) == [("F2", "not_a_score")]


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"year": 1999}, ("A2", "unknown_year")),
        ({"scheme": "2010 年靠核"}, ("B2", "unknown_scheme")),
        ({"rater": "群众"}, ("C2", "unknown_rater")),
        ({"rater": None}, ("C2", "missing_rater")),
        ({"code": False, "name": "全南县兴龙竹业有限公司"}, ("E2", "unknown_organization")),
        ({"name": "别的厂"}, ("E2", "code_and_name_differ")),
    ],
)
def test_what_cannot_be_made_out_is_told_with_the_nearest(files, firm, sheet, changed, fault):
    result = files.check(row(firm, **changed))
    assert faults(result) == [fault]
    if fault[1] in ("unknown_organization", "unknown_scheme"):
        assert "是否“" in said(result)


def test_an_organization_that_is_not_assessed_is_refused(files, firm, sheet):
    late = factories.organization("后来厂")
    assert faults(files.check(row(late))) == [("E2", "not_assessed")]


def test_a_confirmed_sheet_takes_only_what_it_has(files, firm, sheet):
    files.write(row(firm))
    confirm_many(assessment_ids=[sheet.pk], by=None, now=factories.NOW)
    assert files.write(row(firm)) == (0, 0, 1)
    assert faults(files.check(row(firm, "40", "40", "0", "0", "0", "否"))) == [("E2", "confirmed")]


def test_several_schemes_share_a_form_and_a_value_elsewhere_is_refused(files, firm, sheet):
    make.opened(name="又一方案", year=2011, lines=(("7", "x", "另一项", "100", "given", {}, ""),))
    head = (*HEAD[:-1], "7 另一项", "说明")
    values = (None, "县级", firm.uscc, firm.name)
    two = files.check((2010, *values, *BEST, "90", None), (2011, *values, *[None] * 6, "90", None), head=head)
    assert faults(two) == [("L2", "other_scheme")]
    assert faults(files.check((None, *values, "47", *[None] * 7), head=head)) == [("B2", "ambiguous_scheme")]
    assert files.write((2011, *values, *[None] * 6, "90", None), head=head) == (1, 0, 0)


def test_one_rater_has_one_row_a_sheet(files, firm, sheet):
    assert faults(files.check(row(firm), row(firm, rater="主管党委"), row(firm))) == [("E4", "twice")]


def test_raters_are_those_the_account_may_be(files, firm, sheet):
    by = factories.township()
    assert faults(files.check(row(firm), by=by)) == [("C2", "not_your_rater")]
    assert files.write(row(firm, rater="主管党委"), by=by) == (1, 0, 0)
    assert set(Score.objects.values_list("rater", "by_name")) == {("unit", by.name)}
    elsewhere = factories.union_office()
    result = files.check(row(firm), by=elsewhere)
    assert [code for _, code in faults(result)] == ["not_yours"] * 5
    assert files.write(row(firm, None, "38", None, None, None, None), by=elsewhere) == (1, 0, 0)


def test_units_are_named_by_their_names(files):
    make.opened(subject="unit", of_kinds=[])
    by = factories.township()
    unit = factories.unit()
    line = (None, None, "自评", None, unit.name, *BEST, None)
    assert files.write(line, by=by) == (1, 0, 0)
    assert Assessment.objects.get(unit=unit).self_missing == 0
    above = factories.account("unit_office", unit=unit.parent)
    assert faults(files.check(line, by=above)) == [("E2", "out_of_scope")]
    assert faults(files.check((None, None, "主管党委", None, unit.name, *BEST, None))) == [("C2", "no_such_rater")]
    assert faults(files.check((None, None, "县级", None, "没有的镇", *BEST, None))) == [("E2", "unknown_unit")]


def test_a_percent_cell_is_warned_of(files, firm, sheet):
    assert faults(files.check(row(firm, "47", "40", 0.15, "0", "0", "否")), "warning") == [("H2", "tiny_percent")]


def test_the_number_of_queries_does_not_grow_with_the_rows(files, scheme):
    counts = []
    firms = [factories.organization() for _ in range(12)]
    other = make.opened(name="多家")
    for number in (2, 10):
        lines = [row(one, scheme=other.name, rater="主管党委" if number == 2 else "县级") for one in firms[:number]]
        with CaptureQueriesContext(connection) as seen:
            assert files.write(*lines) == (number, 0, 0)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_an_export_in_the_forms_layout_imports_back_to_nothing(files, firm, scheme, sheet, tmp_path):
    unrated = factories.organization("未评厂")
    other = make.opened(name="又一方案", year=2011)
    by = factories.owner()
    make.rated(sheet, "county", by, _2_1="15.5", _4_1="1")
    rows = Assessment.objects.select_related("scheme", "organization", "unit").order_by("pk")
    out = scores_form_file(rows, rater="county", whose="全县", by=by, now=timezone.now())
    path = tmp_path / "out.xlsx"
    path.write_bytes(out.read())
    cells = [cell.value for cell in next(iter(load_workbook(path).active.iter_rows(min_row=4, max_row=4)))]
    assert "是" in cells and firm.uscc in cells
    assert files.write_path(path, by) == (0, 0, 3)
    assert unrated.pk and other.pk


def as_job(path, by):
    """Writes a file as the worker does; gives the job's number."""
    now = timezone.now()
    job = Job.objects.create(kind="base.import_write", title="写入", created_by=by, created_at=now, sent_at=now)
    with pghistory.context(job=str(job.pk), user=by.pk):
        import_files.write_file(import_kind("SCORE"), path, mode="valid", by=by, now=now)
    without_context()
    return job.pk


def test_an_import_is_taken_back_whole_unless_the_result_was_confirmed(files, firm, sheet):
    by, rules = factories.owner(), import_kind("SCORE").undo
    first = as_job(files.file(row(firm)), by)
    second = as_job(files.file(row(firm, "40", "40", "0", "0", "0", "否")), by)
    assert [one.refusals for one in preview_undo(second, rules).subjects] == [()]
    done = undo(second, by, rules)
    sheet.refresh_from_db()
    assert ([one.name for one in done.undone], sheet.total) == ([firm.name], D(100))
    with pghistory.context(user=by.pk):
        confirm_many(assessment_ids=[sheet.pk], by=by, now=factories.NOW)
    without_context()
    kept = undo(first, by, rules)
    assert (kept.undone, sheet.scores.count()) == ((), 6)
    assert "已经核定" in kept.refused[0].refusals[0]
    with pghistory.context(user=by.pk):
        reopen(assessment=sheet, reason="重评", by=by, now=factories.NOW)
    without_context()
    # Confirming and opening again went over every score: what was confirmed once is not taken back unseen.
    (again,) = undo(first, by, rules).refused
    assert not any("已经核定" in said for said in again.refusals) and "改过评分" in again.refusals[0]


def test_an_import_under_a_closed_scheme_is_not_taken_back(files, firm, sheet):
    by = factories.owner()
    job = as_job(files.file(row(firm)), by)
    close_scheme(scheme=sheet.scheme, by=None, now=timezone.now())
    (kept,) = undo(job, by, import_kind("SCORE").undo).refused
    assert kept.refusals == ("这个考核方案不在评分中,不能撤回评分。",)
    sheet.refresh_from_db()
    assert (sheet.scores.count(), sheet.total) == (6, D(100))


def test_an_account_takes_back_only_what_it_may_still_rate(files, firm, sheet):
    by, rules = factories.township(), import_kind("SCORE").undo
    job = as_job(files.file(row(firm, rater="主管党委")), by)
    firm.placements.update(unit=factories.unit(factories.PARK))
    (kept,) = undo(job, by, rules).refused
    assert kept.refusals == ("您的角色不能替“主管党委”给这份考核评分。",)
    assert [one.name for one in undo(job, factories.owner(), rules).undone] == [firm.name]


def test_an_undo_states_anew_only_the_sheets_it_touched(files, firm, scheme, sheet):
    by = factories.owner()
    job = as_job(files.file(row(firm)), by)
    other = make.opened(name="又一方案", year=2011)
    aside = make.sheet(other, firm)
    Assessment.objects.filter(pk=aside.pk).update(county_missing=99)
    undo(job, by, import_kind("SCORE").undo)
    aside.refresh_from_db()
    sheet.refresh_from_db()
    assert (aside.county_missing, sheet.missing) == (99, 6)


def test_a_page_that_saved_while_the_file_was_read_is_not_overwritten(files, firm, sheet, monkeypatch):
    def save_first(writes, **more):
        make.rated(sheet, _1_1="40")
        apply_scores(writes, **more)

    monkeypatch.setattr("evaluation.imports.kinds_scores.apply_scores", save_first)
    with pytest.raises(Refused, match="全南县兴隆竹业有限公司.*又有变化"):
        files.write(row(firm))


def test_everybody_takes_the_assessment_before_its_scores(files, firm, sheet):
    def order(act):
        with CaptureQueriesContext(connection) as seen:
            act()
        told = [one["sql"] for one in seen.captured_queries]
        assert not any("LOCK TABLE evaluation_score" in sql for sql in told)
        takes = [
            at for at, sql in enumerate(told)
            if "evaluation_assessment" in sql and ("FOR UPDATE" in sql or "EXCLUSIVE MODE" in sql)
        ]  # fmt: skip
        writes = [
            at for at, sql in enumerate(told)
            if "evaluation_score" in sql and (sql.startswith(("COPY", "UPDATE", "DELETE", "WITH")) or "FOR UPDATE" in sql)
        ]  # fmt: skip
        shares = [at for at, sql in enumerate(told) if "FOR SHARE" in sql]
        assert takes and shares and (not writes or takes[0] < writes[0])

    by = factories.owner()
    jobs = []
    order(lambda: jobs.append(as_job(files.file(row(firm)), by)))
    order(lambda: undo(jobs[0], by, import_kind("SCORE").undo))
    order(lambda: make.rated(sheet))
    order(lambda: make.confirmed(sheet))
    order(lambda: reopen(assessment=sheet, reason="重评", by=None, now=factories.NOW))


def test_taking_the_first_import_back_leaves_the_sheet_unrated(files, firm, sheet):
    by = factories.owner()
    undo(as_job(files.file(row(firm)), by), by, import_kind("SCORE").undo)
    sheet.refresh_from_db()
    assert (sheet.scores.count(), sheet.missing, sheet.total) == (0, 6, None)
