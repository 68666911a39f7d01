"""A document as a file of Word: every part in its official style, charts as charts."""

import io
from datetime import UTC
from typing import IO, Any

import docx
from docx.document import Document as WordDocument
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import parse_xml
from docx.shared import Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph as WordParagraph

from quannan.base.documents import layout
from quannan.base.documents.charts import ChartPart
from quannan.base.documents.parts import Chart, Column, Document, Heading, Paragraph, Table
from quannan.base.documents.text import plain_text

_FILL = "F2EFEA"
# Twentieths of a point: less at the sides than Word leaves, a little above and below.
_CELL_MARGINS = (
    f'<w:tblCellMar {nsdecls("w")}><w:top w:w="30" w:type="dxa"/><w:left w:w="45" w:type="dxa"/>'
    '<w:bottom w:w="30" w:type="dxa"/><w:right w:w="45" w:type="dxa"/></w:tblCellMar>'
)
# Millimetres: one lying bar, and the axis below them.
_BAR_HEIGHT, _AXIS_HEIGHT = 6.2, 16


def write_document(document: Document) -> IO[bytes]:
    """A document as .docx, open for reading at its start.

    Args:
        document: what it says.
    """
    word = docx.Document()
    layout.official_layout(word)
    _properties(word, document)
    _head(word, document)
    charts = 0
    for part in document.parts:
        if isinstance(part, Heading):
            word.add_heading(plain_text(part.text), level=1)
        elif isinstance(part, Paragraph):
            word.add_paragraph(plain_text(part.text), layout.NOTE_STYLE if part.note else layout.TEXT_STYLE)
        elif isinstance(part, Table):
            _table(word, part)
        else:
            charts += 1
            _chart(word, part, charts)
    _signature(word, document)
    _foot(word, document)
    out = io.BytesIO()
    word.save(out)
    out.seek(0)
    return out


def _properties(word: WordDocument, document: Document) -> None:
    facts = word.core_properties
    facts.title, facts.author = plain_text(document.title), plain_text(document.author)
    facts.last_modified_by, facts.comments, facts.language = facts.author, "", "zh-CN"
    # Word keeps this time in UTC, without saying so.
    facts.created = facts.modified = document.made_at.astimezone(UTC).replace(tzinfo=None)


def _head(word: WordDocument, document: Document) -> None:
    for line in document.heads:
        word.add_paragraph(plain_text(line), layout.HEAD_STYLE)
    below = word.add_paragraph(style=layout.SIGN_STYLE)
    below.paragraph_format.space_before = Pt(10)
    below.paragraph_format.tab_stops.add_tab_stop(Mm(layout.WIDTH), WD_TAB_ALIGNMENT.RIGHT)
    below.add_run(f"{plain_text(document.number)}\t{plain_text(document.dated)}")
    below.paragraph_format.space_after = Pt(14)
    _rule(below, "bottom", str(layout.RED), size=18)


def _rule(paragraph: WordParagraph, side: str, colour: str, *, size: int) -> None:
    """A line above or below a paragraph; size in eighths of a point."""
    borders = parse_xml(
        f'<w:pBdr {nsdecls("w")}><w:{side} w:val="single" w:sz="{size}" w:space="6" w:color="{colour}"/></w:pBdr>'
    )
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def _table(word: WordDocument, table: Table) -> None:
    caption = word.add_paragraph(plain_text(table.caption), layout.CAPTION_STYLE)
    caption.paragraph_format.keep_with_next = True
    made = word.add_table(rows=1, cols=len(table.columns), style="Table Grid")
    made.alignment, made.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    made._tbl.tblPr.append(parse_xml(_CELL_MARGINS))
    for at, column in enumerate(table.columns):
        made.columns[at].width = Mm(column.width)
    heads = made.rows[0]
    _mark_row(heads, "w:tblHeader")
    for cell, column in zip(heads.cells, table.columns, strict=True):
        _fill(cell, column, column.label, head=True)
    for number, row in enumerate(table.rows, start=1):
        added = made.add_row()
        _mark_row(added)
        for cell, (column, text) in zip(added.cells, zip(table.columns, row, strict=True), strict=True):
            _fill(cell, column, text, bold=table.has_sum and number == len(table.rows))
    if not table.rows and table.empty:
        added = made.add_row().cells
        whole = added[0].merge(added[-1])
        _fill(whole, Column("", 0, number=False), table.empty)


def _mark_row(row: Any, *marks: str) -> None:
    """A row is never split between pages; the heading row stands on top of each."""
    properties = row._tr.get_or_add_trPr()
    for mark in ("w:cantSplit", *marks):
        properties.append(OxmlElement(mark))


def _fill(cell: _Cell, column: Column, text: str, *, head: bool = False, bold: bool = False) -> None:
    if column.width:
        cell.width = Mm(column.width)
    paragraph = cell.paragraphs[0]
    paragraph.style = layout.CELL_STYLE
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    paragraph.add_run(plain_text(text)).bold = bold or None
    if head:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        shade = parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{_FILL}"/>')
        cell._tc.get_or_add_tcPr().insert_element_before(
            shade, "w:noWrap", "w:tcMar", "w:textDirection", "w:tcFitText", "w:vAlign", "w:hideMark"
        )
    elif column.number:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _chart(word: WordDocument, chart: Chart, number: int) -> None:
    link = word.part.relate_to(ChartPart(word.part.package, chart, number), RELATIONSHIP_TYPE.CHART)
    height = 64.0
    if chart.form == "bars":
        height = min(layout.HEIGHT - 30, _AXIS_HEIGHT + _BAR_HEIGHT * len(chart.categories))
    elif chart.form == "lines":
        height = 70.0
    inline = parse_xml(
        f"<w:drawing {nsdecls('w', 'wp', 'a', 'r')}>"
        f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{Mm(layout.WIDTH)}" cy="{Mm(height)}"/>'
        f'<wp:docPr id="{100 + number}" name="图{number}"/><wp:cNvGraphicFramePr/>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
        '<c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
        f'r:id="{link}"/></a:graphicData></a:graphic></wp:inline></w:drawing>'
    )
    inline.find(f".//{qn('wp:docPr')}").set("descr", plain_text(chart.told))
    word.add_paragraph(style=layout.CHART_STYLE).add_run()._r.append(inline)
    word.add_paragraph(plain_text(chart.caption), layout.CAPTION_STYLE)


def _signature(word: WordDocument, document: Document) -> None:
    # Blanks alone on a page would belong to no document.
    word.paragraphs[-1].paragraph_format.keep_with_next = True
    width = layout.WIDTH / len(document.signature)
    for at, text in enumerate((document.signature, (document.copies,))):
        line = word.add_paragraph(style=layout.SIGN_STYLE)
        for number in range(1, len(text)):
            line.paragraph_format.tab_stops.add_tab_stop(Mm(width * number))
        line.add_run("\t".join(plain_text(blank) for blank in text))
        line.paragraph_format.space_before = Pt(8 if at else 24)
        line.paragraph_format.keep_together = line.paragraph_format.keep_with_next = True
        _rule(line, "top", "000000", size=8 if at else 12)


def _foot(word: WordDocument, document: Document) -> None:
    line = word.sections[0].footer.paragraphs[0]
    line.style = layout.CELL_STYLE
    line.paragraph_format.tab_stops.add_tab_stop(Mm(layout.WIDTH), WD_TAB_ALIGNMENT.RIGHT)
    line.add_run(f"{plain_text(document.foot)}\t第 ")
    _field(line, "PAGE")
    line.add_run(" / ")
    _field(line, "NUMPAGES")
    line.add_run(" 页")


def _field(paragraph: WordParagraph, instruction: str) -> None:
    field = parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr="{instruction}"><w:r><w:t>1</w:t></w:r></w:fldSimple>')
    paragraph._p.append(field)
