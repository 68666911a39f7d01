"""代报 by workbook: the template comes back filled in, every fault has its cell, and a check writes nothing."""

from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from openpyxl import load_workbook

from evaluation.domain.behalf import ALL, CHECK, GOOD, file_rows, start_check, template_rows
from evaluation.domain.gate import closed_sentence
from evaluation.domain.sheet import read_form
from evaluation.models import AnnualReport, ReportState, Submission
from orgs.domain.refusals import NotAllowed
from quannan.base.workbook.write import write_table
from tests import factories
from tests import makers_reports as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def township(db):
    return factories.township()


@pytest.fixture
def reports(township):
    """Two reports in reach, everything known that is required; and one elsewhere."""
    row = make.round_()
    here = [factories.organization(f"全南县第{n}号竹木有限公司") for n in (1, 2)]
    there = factories.organization("园区电子有限公司", under=factories.unit(factories.PARK))
    known = {code: value for code, value in make.ANSWERS.items() if code != "name"} | {"funds_total": "600"}
    return [make.report(one, row, known=make.known(name=one.name, **known)) for one in (*here, there)]


def workbook(tmp_path, headings, rows):
    path = tmp_path / "代报.xlsx"
    with path.open("wb") as out:
        write_table(out, "代报表", "说明", headings, rows)
    return path


def filled(reports, township, **changes):
    """The template with a signer in each row; changes: heading → value of the first row."""
    headings, rows = template_rows(reports[0].round, read_form(reports[0].round.form), township)
    for row in rows:
        row[headings.index("签署人")] = "钟小明"
    for heading, value in changes.items():
        rows[0][headings.index(heading)] = value
    return headings, rows


def test_the_template_lists_who_has_not_filed_within_reach(reports, township):
    _, rows = template_rows(reports[0].round, read_form(reports[0].round.form), township)
    assert [row[1] for row in rows] == [reports[0].organization.name, reports[1].organization.name]


def test_the_template_comes_back_and_is_filed_with_both_names(reports, township, tmp_path):
    path = workbook(tmp_path, *filled(reports, township))
    found = file_rows(path=path, round_=reports[0].round, mode=GOOD, by=township, now=NOW)
    assert [row.faults for row in found] == [[], []]
    version = Submission.objects.get(report=reports[0])
    assert (version.on_behalf, version.signer_name, version.submitted_by) == (True, "钟小明", township)
    assert version.changed == []
    assert found[0].receipt == version.receipt


def test_a_check_says_the_same_and_writes_nothing(reports, township, tmp_path):
    path = workbook(tmp_path, *filled(reports, township))
    found = file_rows(path=path, round_=reports[0].round, mode=CHECK, by=township, now=NOW)
    assert [(row.faults, row.receipt) for row in found] == [([], ""), ([], "")]
    assert not Submission.objects.exists()
    assert AnnualReport.objects.get(pk=reports[0].pk).answers == {}


def test_every_fault_of_a_row_is_told_with_its_column(reports, township, tmp_path):
    path = workbook(tmp_path, *filled(reports, township, 从业人员="四十余人", 行业门类="不知道"))
    first, second = file_rows(path=path, round_=reports[0].round, mode=GOOD, by=township, now=NOW)
    assert [(fault.header, fault.column != "") for fault in first.faults] == [("行业门类", True), ("从业人员", True)]
    assert "应是整数" in first.faults[1].sentence
    assert second.receipt
    assert AnnualReport.objects.get(pk=reports[0].pk).state == ReportState.DRAFT


def test_all_or_nothing_files_nothing_where_one_row_is_wrong(reports, township, tmp_path):
    path = workbook(tmp_path, *filled(reports, township, 从业人员="四十余人"))
    found = file_rows(path=path, round_=reports[0].round, mode=ALL, by=township, now=NOW)
    assert [row.receipt for row in found] == ["", ""]
    assert not Submission.objects.exists()


def test_a_soft_check_asks_for_the_remark_of_the_row(reports, township, tmp_path):
    path = workbook(tmp_path, *filled(reports, township, 从业人员="96"))
    first, _ = file_rows(path=path, round_=reports[0].round, mode=CHECK, by=township, now=NOW)
    assert [fault.header for fault in first.faults] == ["从业人员"]
    path = workbook(tmp_path, *filled(reports, township, 从业人员="96", 说明="新开一条生产线"))
    first, _ = file_rows(path=path, round_=reports[0].round, mode=GOOD, by=township, now=NOW)
    assert first.faults == []
    assert {flag["remark"] for flag in Submission.objects.get(report=reports[0]).flags} == {"新开一条生产线"}


def test_after_the_deadline_every_row_says_what_the_pages_say(reports, township, tmp_path):
    path = workbook(tmp_path, *filled(reports, township))
    row = reports[0].round
    late = NOW.replace(month=12, day=25)
    found = file_rows(path=path, round_=row, mode=GOOD, by=township, now=late)
    assert [[fault.sentence for fault in one.faults] for one in found] == [[closed_sentence(row)]] * 2


def test_out_of_reach_unknown_and_double_rows_are_refused(reports, township, tmp_path):
    headings, rows = filled(reports, township)
    foreign, unknown = list(rows[0]), list(rows[0])
    foreign[0], unknown[0], unknown[1] = reports[2].organization.uscc, "", "没有的公司"
    path = workbook(tmp_path, headings, [rows[0], rows[0], foreign, unknown])
    found = file_rows(path=path, round_=reports[0].round, mode=GOOD, by=township, now=NOW)
    assert [bool(one.receipt) for one in found] == [True, False, False, False]
    assert "同一家组织" in found[1].faults[0].sentence
    assert not Submission.objects.filter(report=reports[2]).exists()


def test_who_files_for_nobody_is_refused(reports, tmp_path):
    leader = factories.account("leader")
    with pytest.raises(NotAllowed):
        start_check(file=ContentFile(b"x"), name="a.xlsx", round_=reports[0].round, by=leader, now=NOW)


def test_the_template_is_handed_out(reports, township, client):
    client.force_login(township)
    answer = client.get(f"/reports/behalf/template/{reports[0].round.pk}/")
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    names = {cell.value for row in sheet.iter_rows() for cell in row}
    assert reports[0].organization.name in names
    assert reports[2].organization.name not in names
