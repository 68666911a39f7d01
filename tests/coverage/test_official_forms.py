"""信息统计表 (F4) and 年检党建情况页 (F3): the register's figures in their official layout, checked where they are printed."""

import io
import json
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from coverage.domain.spans import rebuild
from coverage.models import Span
from coverage.queries_annual import annual_rows
from coverage.queries_pages import spans_at
from coverage.queries_statistics import STATISTICS_LINES, statistics
from coverage.tables_statistics import SECTIONS, checks_of, notes_of
from orgs.models import (
    BodyForm,
    Branch,
    BranchForm,
    BranchMembership,
    Figures,
    Instructor,
    Organization,
    Placement,
)
from orgs.permissions import scope_of
from quannan.base.planner import analyze
from tests import factories as make
from tests.coverage.counties import organizations
from tests.makers_bodies import provisional
from tests.makers_people import person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]

DATA = Path(__file__).resolve().parents[1] / "data"
DAY = date(2011, 6, 30)
D = DAY.isoformat()


def import_county():
    file = str(DATA / "register-2011.xlsx")
    call_command("import_register", file, "--as-of", D, "--accept-valid", "--json", stdout=io.StringIO())
    rebuild()
    # What the server does by itself in time: plans for hundreds of rows, not for the few of an empty table.
    analyze(Organization, Placement, Figures, Branch, BranchForm, BranchMembership, Span)


def words(found):
    """The checks by their rule: (left, right, word, where)."""
    return {check.rule: (check.left, check.right, check.word, check.where) for check in checks_of(found)}


def party_check(found):
    return words(found)["党组织数 = 党委 + 总支 + 支部"]


def numbers_of(row):
    return [column.value(row) for section in SECTIONS for column in section.columns]


def opened(client, user, view, *args, **query):
    client.force_login(user)
    return client.get(reverse(view, args=args), query)


def workbook(response):
    return load_workbook(io.BytesIO(b"".join(response.streaming_content)))


def written(sheet):
    return [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]


# The workbook county


def test_figures_of_the_workbook_county_are_the_expected_ones_and_add_up():
    import_county()
    reports = json.loads((DATA / "register-2011.expected.json").read_text(encoding="utf-8"))["reports"]
    for wanted in (r for r in reports if r["as_of"] in ("2010-12-31", D)):
        day = date.fromisoformat(wanted["as_of"])
        found = statistics(user=None, as_of=day)
        population = wanted["populations"]["all"]
        assert found.total.organizations == wanted["base"]["organizations"]
        for line in STATISTICS_LINES:
            told, expected = found.total.lines[line], population["lines"][line]
            assert (told.counts.covered, told.counts.eligible, told.counts.unknown) == (
                expected["covered"],
                expected["eligible"],
                expected["unknown"],
            )
            assert told.built == told.covered_in_all == told.dashboard_built
        rows = {row.name: row for row in found.rows}
        for unit in wanted["units"]:
            row = rows[unit["name"]]
            assert row.organizations == unit["organizations"]
            assert {line: row.lines[line].counts.covered for line in STATISTICS_LINES} == {
                line: unit["lines"][line]["covered"] for line in STATISTICS_LINES
            }
        assert {check.word for check in checks_of(found)} == {"相符"}
        for section in SECTIONS:
            for column in section.columns:
                if column.adds_up:
                    assert sum(column.value(row) for row in found.rows) == column.value(found.total), column.label


def test_every_number_opens_to_as_many_rows_as_it_says(client):
    import_county()
    user = make.owner()
    response = opened(client, user, "statistics-form", as_of=D)
    (_, rows, sums), (_, _, more_sums) = response.context["sections"]
    assert sums[1].value == 486
    busy = max(rows, key=lambda row: row[1].value)
    for cell in [*busy, *sums, *more_sums]:
        # Sums of people open to the organizations that have them.
        if cell.url and cell.column.label not in ("党员/党员数(人)", "党员/正式", "党员/预备"):
            page = client.get(cell.url)
            assert page.context["page_obj"].paginator.count == cell.value, cell.column.label


# Bodies


def test_a_joint_body_over_two_units_counts_once_and_covers_in_each():
    first, second = make.organization("甲厂"), make.organization("乙厂", make.unit(make.PARK))
    joint = make.covered(first, line="union", form="union_joint", composition="joint_area")
    make.member(joint, second, date(2010, 8, 1))
    rebuild()
    found = statistics(user=None, as_of=DAY)
    rows = {row.code: row.lines["union"] for row in found.rows}
    assert (rows[make.CHENGXIANG].bodies["joint"], rows[make.CHENGXIANG].covered["joint"]) == (1, 1)
    assert (rows[make.PARK].bodies["joint"], rows[make.PARK].covered["joint"]) == (0, 1)
    assert (found.total.lines["union"].bodies["joint"], found.total.lines["union"].covered["joint"]) == (1, 2)
    assert {check.word for check in checks_of(found)} == {"相符"}


def test_a_joint_body_goes_over_to_its_next_member_when_the_first_one_leaves():
    first, second = make.organization("甲厂"), make.organization("乙厂", make.unit(make.PARK))
    joint = make.covered(first, line="union", form="union_joint", composition="joint_area")
    make.member(joint, second, date(2010, 8, 1))
    BranchMembership.objects.filter(organization=first).delete()
    make.member(joint, first, date(2010, 5, 1), until=date(2011, 1, 1))
    rebuild()
    rows = {row.code: row.lines["union"].bodies["joint"] for row in statistics(user=None, as_of=DAY).rows}
    assert (rows[make.CHENGXIANG], rows[make.PARK]) == (0, 1)


def test_provisional_bodies_are_counted_apart_and_cover():
    rows = [make.organization(f"第{number}厂") for number in range(3)]
    provisional(*rows)
    rebuild()
    found = statistics(user=None, as_of=DAY)
    told = found.total.lines["union"]
    assert (told.bodies["bodies"], told.bodies["joint"], told.bodies["provisional"]) == (0, 0, 3)
    assert (told.built, told.covered["joint"]) == (3, 3)
    assert {check.word for check in checks_of(found)} == {"相符"}
    assert any(note.startswith("联合组织个数待归并 3(工会 3)") for note in notes_of(found))


def test_one_organization_with_two_bodies_is_covered_once_by_its_own():
    row, other = make.organization(), make.organization()
    make.covered(row, line="party")
    make.covered(row, other, line="party", form="party_joint")
    rebuild()
    told = statistics(user=None, as_of=DAY).total.lines["party"]
    assert told.bodies["own"] == told.bodies["joint"] == 1
    assert told.covered == {"own": 1, "joint": 1, "other": 0}


@pytest.mark.parametrize("form", ["none", "own_kind"])
def test_a_body_without_a_known_form_is_told_and_not_mended(form):
    kept, odd = make.organization("甲厂"), make.organization("乙厂", make.unit(make.PARK))
    make.covered(kept)
    body = make.covered(odd)
    if form == "none":
        BranchForm.objects.filter(branch=body).delete()
    else:
        BranchForm.objects.filter(branch=body).update(
            form=BodyForm.objects.create(code="party_team", line="party", label="党小组")
        )
    rebuild()
    found = statistics(user=None, as_of=DAY)
    assert party_check(found) == (2, 1, "不符", ("工业园区",))
    assert found.total.lines["party"].bodies["other_level"] == 1
    told = next(check for check in checks_of(found) if check.rule.startswith("党组织数 = 党委"))
    assert told.sentence == (
        "党组织数 = 党委 + 总支 + 支部:2 与 1,不符;不符的在工业园区;另有 1 个是其他形式或没有登记形式"
    )
    covered = words(found)["已建党组织的组织 = 单独建、联合建、其他方式覆盖的组织之和"]
    assert covered == ((1, 2, "不符", ("工业园区",)) if form == "none" else (2, 2, "相符", ()))


def test_an_attached_body_makes_the_check_of_own_and_joint_differ():
    make.covered(make.organization(), composition="attached")
    rebuild()
    found = statistics(user=None, as_of=DAY)
    assert words(found)["党组织数 = 单独建 + 联合建"] == (1, 0, "不符", ("城厢镇",))
    assert found.total.lines["party"].covered == {"own": 0, "joint": 0, "other": 1}


def test_bodies_of_excluded_and_closed_organizations_are_not_counted():
    away, closed = make.organization(), make.organization(closed_on=date(2011, 1, 1), closed_state="deregistered")
    make.excluded(away)
    for row in (away, closed):
        make.covered(row)
    rebuild()
    total = statistics(user=None, as_of=DAY).total
    assert (total.organizations, total.lines["party"].bodies["bodies"]) == (0, 0)


def test_organizers_are_work_coverage_and_no_body():
    row = make.organization()
    make.figures(row, employees=10)
    make.covered(row, line="union", form="union_organizer")
    rebuild()
    total = statistics(user=None, as_of=DAY).total
    assert (total.lines["union"].built, total.lines["union"].bodies["bodies"], total.counts.work) == (0, 0, 1)


def test_members_not_known_are_said_apart_and_never_nought():
    for counts in ({"full_members": 4, "probationary_members": 1}, {"full_members": 2}, {}):
        row = make.organization()
        if counts:
            make.figures(row, employees=30, **counts)
    rebuild()
    total = statistics(user=None, as_of=DAY).total
    assert (total.members, total.full, total.probationary, total.unknown_members) == (7, 6, 1, 2)


def test_instructors_count_by_assignment_and_by_organization():
    rows = [make.organization(), make.organization()]
    for name, where in (("钟同志", rows[0]), ("李同志", rows[0]), ("王同志", rows[1])):
        Instructor.objects.create(
            person=person(name), organization=where, sent_by=make.unit(), period=make.DateRange(date(2011, 1, 1), None)
        )
    rebuild()
    total = statistics(user=None, as_of=DAY).total
    assert (total.instructors, total.instructed) == (3, 2)


# Scope, queries, empty county


def test_a_unit_sees_its_own_row_and_is_told_of_bodies_counted_elsewhere(client):
    first, second = make.organization("甲厂"), make.organization("乙厂", make.unit(make.PARK))
    joint = make.covered(first, line="union", form="union_joint", composition="joint_area")
    make.member(joint, second, date(2010, 8, 1))
    rebuild()
    found = opened(client, make.township(make.PARK), "statistics-form", as_of=D).context["found"]
    assert [row.name for row in found.rows] == ["工业园区"]
    told = found.total.lines["union"]
    assert (told.bodies["bodies"], told.covered["joint"], found.elsewhere["union"]) == (0, 1, 1)
    county = statistics(user=make.owner(), as_of=DAY)
    assert county.elsewhere == dict.fromkeys(STATISTICS_LINES, 0)
    assert numbers_of(next(row for row in county.rows if row.code == make.PARK)) == numbers_of(found.rows[0])
    within = statistics(user=make.owner(), as_of=DAY, unit=make.unit(make.PARK))
    assert numbers_of(within.rows[0]) == numbers_of(found.rows[0])


def test_a_filer_sees_its_own_organization_alone(client):
    own, other = make.organization("甲厂"), make.organization("乙厂")
    make.covered(own)
    make.covered(other)
    rebuild()
    found = opened(client, make.account("filer", organization=own), "statistics-form", as_of=D).context["found"]
    assert (found.total.organizations, found.total.lines["party"].bodies["bodies"]) == (1, 1)


def queries(act):
    with CaptureQueriesContext(connection) as caught:
        act()
    return len(caught)


def test_the_form_takes_a_fixed_number_of_queries_whatever_the_county():
    made = organizations(10, employees=30, full_members=3, probationary_members=0)
    make.covered(made[0])
    rebuild()
    assert queries(lambda: statistics(user=None, as_of=DAY)) == 12
    organizations(30, start=100)
    for code in ("36072902", "36072903", make.PARK):
        make.covered(make.organization(under=make.unit(code)), line="women")
    rebuild()
    assert queries(lambda: statistics(user=None, as_of=DAY)) == 12
    import_county()
    assert queries(lambda: statistics(user=None, as_of=DAY)) == 12


def test_an_empty_county_says_so_and_gives_noughts(client):
    response = opened(client, make.owner(), "statistics-form", as_of=D)
    assert "这一天还没有在册的组织" in response.content.decode()
    found = statistics(user=None, as_of=DAY)
    assert len(found.rows) == 13
    assert {value for value in numbers_of(found.total) if value != "合计"} == {0, "—"}
    assert {check.word for check in checks_of(found)} == {"相符"}


# The workbook


def test_the_file_has_the_pages_numbers_and_the_official_layout(client):
    row = make.organization("甲厂")
    make.figures(row, employees=60, full_members=4, probationary_members=1)
    make.covered(row)
    rebuild()
    user = make.owner()
    page = opened(client, user, "statistics-form", as_of=D)
    book = workbook(opened(client, user, "statistics-export", as_of=D))
    assert book.sheetnames == [section.name for section in SECTIONS]
    for (section, rows, sums), sheet in zip(page.context["sections"], book, strict=True):
        first = 3 + len(section.headings)
        shown = [[cell.value for cell in line] for line in [*rows, sums]]
        told = sheet.iter_rows(min_row=first, max_row=first + len(shown) - 1, values_only=True)
        assert [list(line) for line in told] == shown
        last = get_column_letter(len(section.columns))
        merged = {str(area) for area in sheet.merged_cells.ranges}
        assert {f"A1:{last}1", f"A2:{last}2", f"A3:A{first - 1}", f"B3:B{first - 1}"} <= merged
        assert sheet.print_title_rows == f"$3:${first - 1}"
        assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
        assert sheet.oddFooter.center.text == "第 &P 页,共 &N 页"
        assert sheet["A1"].value == "“两新”组织党建工作信息统计表"
        assert "截至 2011-06-30" in sheet["A2"].value and user.name in sheet["A2"].value
        signed = written(sheet)[-1]
        assert [text.split(":")[0] for text in signed] == ["填报单位(盖章)", "负责人", "填表人", "报出时间"]
    lines = [str(line[0]) for sheet in book for line in written(sheet) if line]
    for check in page.context["checks"]:
        assert any(check.sentence in line for line in lines)


def test_no_cell_of_a_form_begins_a_formula(client):
    row = make.organization("=HYPERLINK(1)")
    make.figures(row, employees=5)
    rebuild()
    sheet = workbook(opened(client, make.owner(), "annual-form-export", as_of=D)).active
    assert sheet["B3"].value == "=HYPERLINK(1)" and sheet["B3"].data_type == "s" and sheet["B3"].quotePrefix


# 年检党建情况页


@pytest.mark.parametrize(
    ("members", "built", "sentence"),
    [
        (2, False, "否。正式党员 2 人,应建标准 3 人(依据党章第29条),不属应建"),
        (3, False, "是。正式党员 3 人,已达 3 人标准(依据党章第29条),尚未建立党组织"),
        (3, True, "否。正式党员 3 人,已达 3 人标准(依据党章第29条),已建立党组织"),
        (None, False, "无法判断。正式党员数不明,请补填(依据党章第29条)"),
        (None, True, "否。正式党员数不明,请补填(依据党章第29条),已建立党组织"),
    ],
)
def test_owed_follows_from_the_standard_in_force(members, built, sentence):
    row = make.organization()
    make.figures(row, employees=30, full_members=members)
    if built:
        make.covered(row)
    rebuild()
    user = make.owner()
    (told,) = annual_rows(spans_at(user, DAY), DAY, user)
    assert told.owed.sentence == sentence
    later = date(2018, 1, 1)
    (told,) = annual_rows(spans_at(user, later), later, user)
    assert told.owed.sentence == sentence.replace("第29条", "第30条")


def test_pages_take_a_fixed_number_of_queries():
    user = make.owner()
    assert scope_of(user).county
    for number in (1, 4):
        for row in organizations(number, start=number * 10, employees=30, full_members=3):
            make.covered(row, line="union")
        rebuild()
        assert queries(lambda: annual_rows(spans_at(user, DAY), DAY, user)) == 7


def test_the_page_and_the_sheet_of_one_organization_say_the_same(client):
    row = make.organization("甲厂")
    make.figures(row, employees=60, full_members=4, probationary_members=1)
    make.covered(row, line="union", name="甲厂工会")
    rebuild()
    user = make.owner()
    page = opened(client, user, "annual-form", row.pk, as_of=D)
    boxes = [[box.text for box in line if box.text not in (None, "")] for line in page.context["lines"]]
    sheet = workbook(opened(client, user, "annual-form-export", organization=row.pk, as_of=D)).active
    assert sheet.title == "甲厂"
    held = [line for line in boxes if line]
    rows = [line for line in written(sheet) if line]
    assert [[str(v) for v in line] for line in rows[2 : 2 + len(held)]] == [[str(v) for v in line] for line in held]
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("portrait", 9)
    assert "甲厂工会(基层工会委员会),单独,2010-05-01 成立" in page.content.decode()
    assert "党员总数(人)" in page.content.decode()


def test_up_to_fifty_organizations_get_a_sheet_each_and_more_a_list(client):
    organizations(50, employees=30, full_members=3, probationary_members=0)
    rebuild()
    user = make.owner()
    assert len(workbook(opened(client, user, "annual-form-export", as_of=D)).sheetnames) == 50
    organizations(1, start=900)
    rebuild()
    book = workbook(opened(client, user, "annual-form-export", as_of=D))
    (sheet,) = book
    assert sheet.print_title_rows == "$3:$4"
    numbers = [line[0] for line in sheet.iter_rows(min_row=5, max_row=55, values_only=True)]
    assert numbers == list(range(1, 52))
    assert written(sheet)[-1][0].startswith("填报单位(盖章)")


def test_ticked_rows_alone_are_exported_and_only_those_in_sight(client):
    own, other, far = (
        make.organization("甲厂"),
        make.organization("乙厂"),
        make.organization("远厂", make.unit(make.PARK)),
    )
    rebuild()
    client.force_login(make.township())
    address = f"{reverse('annual-form-export')}?as_of={D}"
    assert workbook(client.post(address, {"ids": [own.pk, far.pk]})).sheetnames == ["甲厂"]
    assert set(workbook(client.post(address, {"whole": "1"})).sheetnames) == {"甲厂", "乙厂"}
    assert client.get(reverse("annual-form", args=[far.pk]), {"as_of": D}).status_code == 404
    assert other.pk not in (own.pk, far.pk)


def test_before_its_registration_an_organization_has_no_page(client):
    row = make.organization("甲厂", registered_on=date(2011, 1, 1))
    rebuild()
    response = opened(client, make.owner(), "annual-form", row.pk, as_of="2010-06-30")
    assert "没有党建情况页可填" in response.content.decode()
