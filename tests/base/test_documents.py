"""Official documents: what Word is given opens again, is drawn with its own charts and holds no formula."""

import io
from datetime import UTC, datetime
from zipfile import ZipFile

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm
from lxml import etree
from openpyxl import load_workbook

from quannan.base.documents.layout import STAND_INS
from quannan.base.documents.parts import Chart, Column, Document, Heading, Paragraph, Series, Table
from quannan.base.documents.text import official_punctuation
from quannan.base.documents.word import write_document

C = {"c": "http://schemas.openxmlformats.org/drawingml/2006/chart"}
COLUMNS = (Column("单位", 60, number=False), Column("家数", 40))


def document(*parts, **facts) -> Document:
    return Document(
        **{
            "heads": ("全南县", "关于两件事的通报"),
            "number": "编号:",
            "dated": "截至 2011-06-30",
            "parts": parts,
            "signature": ("签发:", "核稿:", "拟稿:"),
            "copies": "抄送:",
            "foot": "截至 2011-06-30 · 由 钟主任 生成",
            "author": "钟主任",
            "made_at": datetime(2011, 7, 1, 1, 30, tzinfo=UTC),
        }
        | facts
    )


def chart(form="columns", **facts) -> Chart:
    said = {"categories": ["城厢镇", "=1+1"], "series": [Series("覆盖率", [59.9, None], "B3261E")]} | facts
    return Chart(key="one", form=form, caption="图1", told="一张图", **said)


@pytest.fixture
def written():
    """The bytes of a document, and it read back by python-docx."""

    def write(*parts, **facts):
        data = write_document(document(*parts, **facts)).read()
        return data, docx.Document(io.BytesIO(data))

    return write


def part_of(data: bytes, name: str) -> etree._Element:
    with ZipFile(io.BytesIO(data)) as package:
        return etree.fromstring(package.read(name))


def test_page_is_a4_with_the_official_type_area(written):
    _, word = written()
    section = word.sections[0]
    area = section.page_width - section.left_margin - section.right_margin
    # Word counts in twentieths of a point.
    assert [round(n / Mm(1)) for n in (section.page_width, section.page_height, area, section.top_margin)] == [
        210, 297, 156, 37,
    ]  # fmt: skip


def test_parts_stand_in_their_order_between_head_and_signature(written):
    _, word = written(Heading("一、总体情况"), Paragraph("正文。"), Paragraph("说明。", note=True))
    assert [(p.style.name, p.text) for p in word.paragraphs] == [
        ("公文红头", "全南县"),
        ("公文红头", "关于两件事的通报"),
        ("公文落款", "编号:\t截至 2011-06-30"),
        ("Heading 1", "一、总体情况"),
        ("公文正文", "正文。"),
        ("公文说明", "说明。"),
        ("公文落款", "签发:\t核稿:\t拟稿:"),
        ("公文落款", "抄送:"),
    ]


def test_every_page_bears_its_number_and_how_many_there_are(written):
    _, word = written()
    foot = word.sections[0].footer.paragraphs[0]
    assert foot.text.startswith("截至 2011-06-30 · 由 钟主任 生成")
    assert [f.get(qn("w:instr")) for f in foot._p.iter(qn("w:fldSimple"))] == ["PAGE", "NUMPAGES"]


def test_heading_row_repeats_and_no_row_is_split(written):
    _, word = written(Table("表1", COLUMNS, [("城厢镇", "12"), ("合计", "12")], has_sum=True))
    table = word.tables[0]
    marks = [[child.tag.split("}")[1] for child in row._tr.trPr] for row in table.rows]
    assert marks == [["cantSplit", "tblHeader"], ["cantSplit"], ["cantSplit"]]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["单位", "家数"], ["城厢镇", "12"], ["合计", "12"],
    ]  # fmt: skip
    assert [row.cells[1].paragraphs[0].runs[0].bold for row in table.rows] == [None, None, True]


def test_table_without_rows_says_so(written):
    _, word = written(Table("表1", COLUMNS, [], empty="没有单位。"))
    assert [cell.text for cell in word.tables[0].rows[1].cells] == ["没有单位。", "没有单位。"]


def test_control_characters_do_not_spoil_the_file(written):
    bad = "城\x00厢\x0b\x1f\ufffe镇\ud800"
    _, word = written(Heading(bad), Paragraph(bad), Table(bad, COLUMNS, [(bad, bad)]), chart(categories=[bad, bad]))
    assert word.paragraphs[3].text == word.paragraphs[4].text == word.tables[0].cell(1, 0).text == "城厢镇"


@pytest.mark.parametrize("form", ["columns", "bars", "lines"])
def test_chart_is_words_own_with_its_numbers_and_its_workbook(written, form):
    data, _ = written(chart(form))
    drawn = part_of(data, "word/charts/chart1.xml")
    assert [v.text for v in drawn.iterfind(".//c:cat//c:v", C)] == ["城厢镇", "=1+1"]
    assert [(p.get("idx"), p.findtext("c:v", namespaces=C)) for p in drawn.iterfind(".//c:val//c:pt", C)] == [
        ("0", "59.9")
    ]
    link = drawn.find("c:externalData", C).get(qn("r:id"))
    relations = part_of(data, "word/charts/_rels/chart1.xml.rels")
    targets = {r.get("Id"): r.get("Target") for r in relations}
    assert targets == {link: "../embeddings/Microsoft_Excel_Worksheet1.xlsx"}
    types = part_of(data, "[Content_Types].xml")
    told = {child.get("PartName") or child.get("Extension"): child.get("ContentType") for child in types}
    assert told["/word/charts/chart1.xml"].endswith("drawingml.chart+xml")
    assert told["xlsx"].endswith("spreadsheetml.sheet")


def test_axes_are_shown_and_go_from_nothing_to_all(written):
    drawn = part_of(written(chart())[0], "word/charts/chart1.xml")
    assert [d.get("val") for d in drawn.iterfind(".//c:delete", C)] == ["0", "0"]
    axis = drawn.find(".//c:valAx/c:scaling", C)
    assert (axis.find("c:min", C).get("val"), axis.find("c:max", C).get("val")) == ("0", "100")


def test_workbook_behind_a_chart_holds_text_and_never_a_formula(written):
    data, _ = written(chart(series=[Series("+覆盖率", [59.9, None], "B3261E")]))
    with ZipFile(io.BytesIO(data)) as package:
        sheet = load_workbook(io.BytesIO(package.read("word/embeddings/Microsoft_Excel_Worksheet1.xlsx"))).active
    assert [[cell.value for cell in row] for row in sheet] == [[None, "+覆盖率"], ["城厢镇", 59.9], ["=1+1", None]]
    assert [cell.data_type for row in sheet for cell in row] == ["n", "s", "s", "n", "s", "n"]


def test_lines_differ_in_shape_and_colour(written):
    series = [Series(f"第{i}线", [1.0, 2.0], f"00000{i}") for i in range(6)]
    drawn = part_of(written(chart("lines", series=series))[0], "word/charts/chart1.xml")
    shapes = [s.get("val") for s in drawn.iterfind(".//c:marker/c:symbol", C)]
    assert len(set(shapes)) == 6
    assert [c.get("val") for c in drawn.iterfind(".//c:ser/c:spPr/a:ln//a:srgbClr", C | {"a": A})] == [
        f"00000{i}" for i in range(6)
    ]


A = "http://schemas.openxmlformats.org/drawingml/2006/main"


def test_two_charts_have_their_own_parts_and_are_described(written):
    data, word = written(chart(), chart("lines"))
    with ZipFile(io.BytesIO(data)) as package:
        names = {n for n in package.namelist() if "chart" in n and n.endswith("l")}
    assert names == {"word/charts/chart1.xml", "word/charts/chart2.xml"}
    described = [(d.get("name"), d.get("descr")) for d in word.element.body.iter(qn("wp:docPr"))]
    assert described == [("图1", "一张图"), ("图2", "一张图")]


def test_faces_that_a_computer_lacks_have_stand_ins(written):
    fonts = part_of(written()[0], "word/fontTable.xml")
    names = {f.get(qn("w:name")): f.find(qn("w:altName")) for f in fonts}
    assert {face: names[face].get(qn("w:val")) for face in STAND_INS} == STAND_INS


def test_file_names_its_author_and_no_tool(written):
    facts = written()[1].core_properties
    assert (facts.title, facts.author, facts.last_modified_by, facts.comments) == (
        "全南县关于两件事的通报", "钟主任", "钟主任", "",
    )  # fmt: skip
    assert facts.created == datetime(2011, 7, 1, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written_narrow", "official"),
    [
        ("编号:", "编号："),
        ("应建3家,已建2家;其中", "应建3家，已建2家；其中"),
        ("覆盖率37.0%(249/673),基数为", "覆盖率37.0%（249/673），基数为"),
        ("依据三(一)3,党章(二(三))", "依据三（一）3，党章（二（三））"),
        ("37.0%(249/673)", "37.0%(249/673)"),
        ("组织(应建),2009-06-30 至 2011-06-30", "组织（应建），2009-06-30 至 2011-06-30"),
        ("08:30 至 1,200", "08:30 至 1,200"),
    ],
)
def test_punctuation_is_wide_beside_chinese_and_narrow_between_figures(written_narrow, official):
    assert official_punctuation(written_narrow) == official
