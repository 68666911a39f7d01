"""manage.py import_register on the county's own workbooks and on re-arrangements of them."""

import csv
import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command
from openpyxl import Workbook, load_workbook

from orgs.models import Branch, BranchForm, BranchMembership, Figures, Organization, Placement

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]

DATA = Path(__file__).resolve().parents[2] / "data"
SURVEYS = [
    ("register-2011", "register-2011.xlsx", 0),
    ("two-surveys", "two-surveys-2011.xlsx", 0),
    ("two-surveys", "two-surveys-2012.xlsx", 1),
]


def run(path, *options):
    """Exit code and what the command prints with --json."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    try:
        call_command("import_register", str(path), "--json", *options, stdout=out, stderr=err)
    except SystemExit as stop:
        code = stop.code
    return code, json.loads(out.getvalue())


def survey(name, number):
    return json.loads((DATA / f"{name}.expected.json").read_text(encoding="utf-8"))["surveys"][number]


def register():
    """The register without its keys, for comparing two of them."""
    return [
        sorted(
            Organization.objects.values_list(
                "uscc", "name", "kind", "industry", "registered_on", "registered_precision"
            )
        ),
        sorted(Placement.objects.values_list("organization__uscc", "unit__name")),
        sorted(
            Figures.objects.values_list("organization__uscc", "as_of", "employees", "women", "annual_revenue_yuan"),
            key=str,
        ),
        sorted(
            BranchMembership.objects.values_list(
                "organization__uscc", "branch__line", "branch__name", "period", "from_precision"
            ),
            key=str,
        ),
        sorted(BranchForm.objects.values_list("branch__line", "form__code", "branch__founded_on"), key=str),
    ]


@pytest.mark.parametrize(("name", "file", "number"), SURVEYS)
def test_survey_is_rejected_exactly_where_and_why_it_should_be(name, file, number):
    expected = survey(name, number)
    code, found = run(DATA / file, "--as-of", expected["as_of"], "--accept-valid")
    assert (code, found["accepted"], found["skipped"]) == (0, expected["accepted_rows"], 14)
    assert [(fault["row"], fault["code"]) for fault in found["rejected"]] == [
        (row["row"], row["reason"]) for row in expected["rejected_rows"]
    ]
    assert found["created"] == expected["accepted_rows"] == Organization.objects.count()
    again = run(DATA / file, "--as-of", expected["as_of"], "--accept-valid")[1]
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, expected["accepted_rows"])


def test_without_accept_valid_nothing_is_written():
    code, found = run(DATA / "register-2011.xlsx", "--as-of", "2011-06-30")
    assert (code, found["created"], len(found["rejected"])) == (1, 0, 15)
    assert not Organization.objects.exists()


def test_dry_run_counts_and_writes_nothing():
    code, found = run(DATA / "register-2011.xlsx", "--dry-run", "--accept-valid")
    assert (code, found["as_of"], found["created"], Organization.objects.count()) == (0, "2011-06-30", 486, 0)


def test_unreadable_file_exits_2(tmp_path):
    (tmp_path / "a.xlsx").write_text("不是表格", encoding="utf-8")
    code, found = run(tmp_path / "a.xlsx")
    assert (code, "纯文本" in found["error"]) == (2, True)


def test_no_date_anywhere_exits_2(tmp_path):
    book = load_workbook(DATA / "two-surveys-2011.xlsx")
    book.active["A2"] = "填报单位:某办"
    book.save(tmp_path / "a.xlsx")
    code, found = run(tmp_path / "a.xlsx")
    assert (code, "截止日期" in found["error"]) == (2, True)


def test_date_in_the_future_exits_2():
    code, found = run(DATA / "two-surveys-2011.xlsx", "--as-of", "2099-06-30")
    assert (code, "晚于今天" in found["error"]) == (2, True)


def rows():
    page = load_workbook(DATA / "two-surveys-2011.xlsx").active
    return [list(row) for row in page.iter_rows(values_only=True)]


def one_header(table):
    """The two header rows as one, with other names for some columns."""
    renamed = {"单位名称": "企业名称", "从业人员数": "职工人数", "其中:女性": "女性", "主管党(工)委": "所属党工委"}
    parents, header = "", []
    for top, leaf in zip(table[2], table[3], strict=True):
        parents = top or parents
        name = renamed.get(leaf or parents, leaf or parents)
        header.append(name if not leaf or leaf in renamed or parents == "从业人员情况" else f"{parents}{leaf}")
    return [header, *table[4:]]


def as_workbook(path, table, front=()):
    book = Workbook()
    book.active.append(["填表说明"])
    page = book.create_sheet("数据")
    if not front:
        book.remove(book.worksheets[0])
    for row in table:
        page.append(row)
    book.save(path)
    return path


def as_csv(path, table, encoding):
    with path.open("w", encoding=encoding, newline="") as lines:
        csv.writer(lines).writerows([["" if cell is None else cell for cell in row] for row in table])
    return path


ARRANGEMENTS = {
    "one header row, renamed": lambda path, table: as_workbook(path / "a.xlsx", one_header(table)),
    "columns reversed": lambda path, table: as_workbook(path / "a.xlsx", [row[::-1] for row in one_header(table)]),
    "second sheet": lambda path, table: as_workbook(path / "a.xlsx", table, front=["说明"]),
    "utf-8 csv": lambda path, table: as_csv(path / "a.csv", table, "utf-8-sig"),
    "gb18030 csv": lambda path, table: as_csv(path / "a.csv", table, "gb18030"),
}


@pytest.mark.parametrize("arrangement", ARRANGEMENTS)
def test_rearranged_workbook_gives_the_same_register(arrangement, tmp_path):
    run(DATA / "two-surveys-2011.xlsx", "--as-of", "2011-06-30", "--accept-valid")
    wanted = register()
    for model in (BranchMembership, BranchForm, Branch, Figures, Placement, Organization):
        model.objects.all().delete()
    path = ARRANGEMENTS[arrangement](tmp_path, rows())
    code, found = run(path, "--as-of", "2011-06-30", "--accept-valid")
    assert (code, found["accepted"], len({fault["row"] for fault in found["rejected"]})) == (0, 240, 15)
    assert register() == wanted
