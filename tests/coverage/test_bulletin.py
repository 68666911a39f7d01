"""通报: every figure in the file is the county's, and whatever does not add up or only looks met is said."""

import io
import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import docx
import pytest
from django.core.management import call_command
from docx.oxml.ns import qn
from lxml import etree
from openpyxl import load_workbook

from coverage.domain import spans
from coverage.domain.figures import Counts, UnitFigures
from coverage.exports_bulletin import COLOURS, bulletin_document, bulletin_file
from coverage.models import ALL
from coverage.queries_bulletin import bulletin, furthest_behind, in_order, mismatches
from coverage.queries_dashboard import CARD_LINES, LABELS
from orgs.models import Organization, Unit
from quannan.base.documents.text import official_punctuation
from tests import factories as make
from tests.coverage.counties import body, organizations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "data"
D = date(2011, 6, 30)
LINES_OF = {LABELS[line]: line for line in CARD_LINES}
C = {"c": "http://schemas.openxmlformats.org/drawingml/2006/chart"}


def found_for(user, as_of=D, unit=None):
    return bulletin(user=user, as_of=as_of, unit=unit, now=make.NOW)


class File:
    """A 通报 as python-docx reads it back."""

    def __init__(self, found):
        self.data = bulletin_file(found).read()
        self.word = docx.Document(io.BytesIO(self.data))
        self.text = "\n".join(p.text for p in self.word.paragraphs)
        self.tables = [[[c.text for c in row.cells] for row in table.rows] for table in self.word.tables]

    def chart(self, number):
        """Its numbers: the categories, and values by name of the series."""
        with ZipFile(io.BytesIO(self.data)) as package:
            drawn = etree.fromstring(package.read(f"word/charts/chart{number}.xml"))
        categories = [v.text for v in drawn.find(".//c:ser/c:cat", C).iterfind(".//c:v", C)]
        series = {}
        for row in drawn.iterfind(".//c:ser", C):
            points = {int(p.get("idx")): float(p.findtext("c:v", namespaces=C)) for p in row.iterfind("c:val//c:pt", C)}
            name = row.findtext("c:tx//c:v", namespaces=C)
            series[name] = [points.get(i) for i in range(len(categories))]
        return categories, series

    def workbook(self, number):
        with ZipFile(io.BytesIO(self.data)) as package:
            book = load_workbook(io.BytesIO(package.read(f"word/embeddings/Microsoft_Excel_Worksheet{number}.xlsx")))
        return [[cell.value for cell in row] for row in book.active]


@pytest.fixture
def workbook_county():
    """The register that the county's workbook gives, and what was worked out apart from the code."""
    call_command(
        "import_register",
        str(DATA / "register-2011.xlsx"),
        "--as-of",
        "2011-06-30",
        "--accept-valid",
        "--json",
        stdout=io.StringIO(),
    )
    spans.drain_marks()
    reports = json.loads((DATA / "register-2011.expected.json").read_text(encoding="utf-8"))["reports"]
    return {r["as_of"]: r for r in reports}


wide = official_punctuation


def rate_of(words):
    """The percentage a cell shows, None for “—”."""
    number = re.search(r"([\d.]+)%", words)
    return float(number.group(1)) if number else None


def share(words):
    """n and d of a cell."""
    return tuple(int(n) for n in re.search(r"(\d+)/(\d+)", words).groups())


def test_every_figure_in_the_file_is_the_expected_one(workbook_county):
    user = make.owner()
    for as_of in ("2009-12-31", "2011-06-30", "2011-12-31"):
        holds_every_figure(File(found_for(user, date.fromisoformat(as_of))), workbook_county[as_of])


def holds_every_figure(file, wanted):
    base, lines = wanted["base"], wanted["populations"]["all"]["lines"]
    assert f"“两新”组织{base['organizations']}家" in file.text
    assert f"数字不掌握{base['unknown_figures']}家，规模未知{base['unknown_scale']}家" in file.text
    table = {LINES_OF[row[0]]: row for row in file.tables[0][1:]}
    assert list(table) == list(CARD_LINES)
    for line, counts in lines.items():
        n, d = counts["covered"], counts["eligible"]
        row = table[line]
        assert row[1:4] == [str(d), str(n), str(d - n)]
        assert (share(row[4]), rate_of(row[4])) == ((n, d), counts["rate"])
        assert row[6] == str(counts["unknown"])
        assert f"{LABELS[line]}：应建{d}家，已建{n}家，覆盖率{wide('率' + row[4])[1:]}" in file.text
    units = {row[0]: row for row in file.tables[2][1:-1]}
    assert set(units) == {u["name"] for u in wanted["units"]}
    for unit in wanted["units"]:
        assert units[unit["name"]][1] == str(unit["organizations"])
        for line, cell in zip(CARD_LINES, units[unit["name"]][2:], strict=True):
            counts = unit["lines"][line]
            assert (share(cell), rate_of(cell)) == ((counts["covered"], counts["eligible"]), counts["rate"])
    met = {True: "已达", False: "未达", None: "无应建单位"}
    results = [row[6].replace("今日到期 · ", "").split("\n")[0] for row in file.tables[1][1:]]
    assert results == [met[m["met"]] for m in wanted["milestones"]]


def test_unit_rows_add_up_to_the_county(workbook_county):
    file = File(found_for(make.owner()))
    rows, total = file.tables[2][1:-1], file.tables[2][-1]
    assert total[:2] == ["合计", str(sum(int(row[1]) for row in rows))]
    assert total[1] == str(workbook_county["2011-06-30"]["base"]["organizations"])
    for at, line in enumerate(CARD_LINES, start=2):
        sums = tuple(sum(n) for n in zip(*(share(row[at]) for row in rows), strict=True))
        counts = workbook_county["2011-06-30"]["populations"]["all"]["lines"][line]
        assert share(total[at]) == sums == (counts["covered"], counts["eligible"])
    assert "各单位在册组织相加486家，与总数一致" in file.text


def test_what_does_not_add_up_is_said_and_not_mended(two_units):
    found = found_for(make.owner())
    assert found.mismatches == []
    found.report.units[0].counts.lines["union"].covered -= 1
    found.report.units[0].organizations += 2
    said = [
        "在册组织各单位相加为6家,总数为4家,两者不符;本通报未作调整,请先查明原因。",
        "工会已建各单位相加为0家,总数为1家,两者不符;本通报未作调整,请先查明原因。",
    ]
    assert mismatches(found.report) == said
    file = File(replace(found, mismatches=said))
    assert [text for text in said if wide(text) in file.text] == said
    assert "与总数一致" not in file.text


def test_charts_hold_the_very_numbers_of_the_tables(workbook_county):
    file = File(found_for(make.owner()))
    lines, units, trend = file.tables[0][1:], file.tables[2][1:-1], file.tables[3]
    assert file.chart(1) == ([row[0] for row in lines], {"覆盖率（%）": [rate_of(row[4]) for row in lines]})
    assert file.chart(2) == ([row[0] for row in units], {"群团全建（%）": [rate_of(row[2]) for row in units]})
    assert file.chart(3) == (
        [row[0] for row in trend[1:]],
        {name: [rate_of(row[at]) for row in trend[1:]] for at, name in enumerate(trend[0]) if at},
    )
    for number in (1, 2, 3):
        categories, series = file.chart(number)
        assert file.workbook(number) == [
            [None, *series],
            *[[c, *(values[i] for values in series.values())] for i, c in enumerate(categories)],
        ]


def test_tables_have_their_rows_and_repeat_their_heads(two_units):
    file = File(found_for(make.owner()))
    # Lines; milestones; units and their sum; the months since the first registration; gaps by line.
    assert [len(rows) for rows in file.tables] == [1 + 7, 1 + 5, 1 + 2 + 1, 1 + 25, 1 + 7]
    for table in file.word.tables:
        assert [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows] == [
            True,
            *[False] * (len(table.rows) - 1),
        ]


def test_trend_goes_back_two_years_or_to_the_first_month_with_data_and_ends_with_the_day(two_units):
    assert [p.day for p in found_for(make.owner(), date(2009, 5, 15)).points] == [
        date(2009, 3, 31), date(2009, 4, 30), date(2009, 5, 15),
    ]  # fmt: skip
    found = found_for(make.owner())
    assert (found.points[0].day, found.points[-1].day) == (date(2009, 6, 30), D)
    for line, counts in found.points[-1].lines.items():
        now = found.counts.lines[line]
        assert (counts.eligible, counts.covered) == (now.eligible, now.covered)


def test_no_organization_is_named(workbook_county):
    file = File(found_for(make.owner()))
    told = file.text + "".join(cell for table in file.tables for row in table for cell in row)
    names = list(Organization.objects.values_list("name", flat=True).order_by("pk"))
    assert len(names) == 486
    assert [name for name in names if name in told] == []


def test_units_stand_by_exact_rate_then_by_name():
    rows = [
        unit_row("36072905", 3333, 10000),
        unit_row("36072903", 1, 3),
        unit_row("36072906", 0, 0),
        unit_row("36072902", 4, 6),
        unit_row("36072901", 2, 3),
    ]
    assert [u.unit.name for u in in_order(rows)] == ["城厢镇", "大吉山镇", "陂头镇", "南迳镇", "龙源坝镇"]


def unit_row(code, covered, eligible):
    row = UnitFigures(Unit.objects.get(code=code), eligible, Counts(organizations=eligible))
    row.counts.lines[ALL].covered, row.counts.lines[ALL].eligible = covered, eligible
    return row


def test_units_level_with_the_last_one_named_are_named_too():
    rows = [unit_row(f"3607290{i}", covered, 10) for i, covered in enumerate((9, 0, 5, 5, 5, 10), start=1)]
    assert [u.unit.code[-1] for u in furthest_behind(in_order(rows))] == ["2", "3", "4", "5"]


def test_rate_that_rounds_to_the_target_is_not_met_and_says_why():
    made = organizations(2500, employees=30)
    body(made[:1499], "union_joint", date(2010, 1, 1))
    spans.rebuild()
    file = File(found_for(make.owner()))
    row = next(r for r in file.tables[1] if r[0] == "应建 · 2011年6月底")
    assert row[4].split("\n")[0] == "工会 1499/2500 60.0%"
    assert row[5:] == ["未达", "今日到期 · 未达\n还差工会1家"]
    said = "应建 · 2011年6月底:工会 1499/2500 四舍五入为 60.0%,实为 59.9600%,未到 60%,按准确数计为未达。"
    assert wide(said) in file.text
    later = File(found_for(make.owner(), date(2011, 7, 1)))
    assert "应建 · 2011年6月底到期时：工会 1499/2500 四舍五入为 60.0%" in later.text


def test_empty_county_has_zeros_and_dashes():
    file = File(found_for(make.owner()))
    assert "在册（正常经营）“两新”组织0家，另有剔除0家" in file.text
    assert {row[4] for row in file.tables[0][1:]} == {"—（0/0）"}
    assert {row[6] for row in file.tables[1][1:]} == {"无应建单位"}
    assert file.tables[2][1:] == [["合计", "0", *["0/0\n—"] * 7]]
    assert "还没有应建组织，没有走势可列" in file.text
    assert "各单位没有群团应建而未全建的组织。" in file.text
    assert file.chart(1)[1] == {"覆盖率（%）": [None] * 7}


@pytest.fixture
def two_units():
    here = [make.organization(f"城厢第{i}厂") for i in range(3)]
    there = make.organization("园区厂", make.unit(make.PARK))
    for row in (*here, there):
        make.figures(row, employees=60, women=12, league_members=4, full_members=3)
    make.covered(here[0], line="union")
    spans.rebuild()
    return here, there


def test_units_office_gets_the_notice_of_its_own_unit(two_units):
    found = found_for(make.township())
    assert found.whose == "城厢镇"
    assert [u.unit.name for u in found.units] == ["城厢镇"]
    assert found.report.base.organizations == 3
    assert bulletin_document(found).title == "城厢镇关于“两新”组织党群组织覆盖情况的通报"


def test_county_gets_the_notice_of_one_unit_on_request(two_units):
    whole, park = found_for(make.owner()), found_for(make.owner(), unit=make.unit(make.PARK))
    assert (whole.whose, whole.report.base.organizations) == ("全南县", 4)
    assert (park.whose, park.report.base.organizations) == ("工业园区", 1)


def test_account_of_one_organization_gets_its_own_figures(two_units):
    found = found_for(make.account("secretary", organization=two_units[0][1]))
    assert (found.whose, found.report.base.organizations) == ("本组织", 1)


def test_file_names_its_author_its_time_and_its_blanks(two_units):
    user = make.owner()
    file = File(found_for(user))
    assert file.word.paragraphs[2].text == "编号：\t截至2011年6月30日"
    assert [p.text for p in file.word.paragraphs[-2:]] == ["签发：\t核稿：\t拟稿：", "抄送："]
    foot = file.word.sections[0].footer.paragraphs[0].text
    assert foot.startswith(f"截至 2011-06-30 · 由 {user.name} 于 2012-11-05 12:00 生成")


def test_choices_in_force_on_the_day_are_named(two_units):
    before, after = (File(found_for(make.owner(), day)).text for day in (D, date(2018, 1, 1)))
    assert ("党组织（党章第29条）：" in before, "党组织（党章第30条）：" in before) == (True, False)
    assert ("党组织（党章第29条）：" in after, "党组织（党章第30条）：" in after) == (False, True)
    assert before.count("女性从业人员10人以上应建女工委员会") == 1
    assert before.count("分母为应建组织，工会、团、妇联组织每条线都达到才算达到。") == 1


def test_changes_not_yet_counted_are_said(two_units):
    assert "数字正在更新" not in File(found_for(make.owner())).text
    make.organization("新厂")
    assert "数字正在更新：有刚保存的改动还没有计入本通报" in File(found_for(make.owner())).text


def test_number_of_queries_does_not_grow(two_units, django_assert_num_queries):
    user = make.owner()
    assert user.assignments
    with django_assert_num_queries(9):
        found_for(user)
    for number in range(20):
        make.organization(f"新厂{number}", make.unit(f"3607290{number % 9 + 1}"))
    spans.rebuild()
    user = make.owner()
    assert user.assignments
    with django_assert_num_queries(9):
        bulletin_file(found_for(user))


def test_lines_have_the_colours_of_every_page():
    tokens = (ROOT / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
    said = dict(re.findall(r"--line-([a-z-]+): #([0-9a-f]{6});", tokens))
    assert {line.replace("_", "-"): colour.lower() for line, colour in COLOURS.items()} == said
