"""Charts of Word's own kind: DrawingML with its numbers inside and the workbook behind “编辑数据”."""

import io
from collections.abc import Sequence

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.ns import qn
from docx.package import Package
from lxml import etree
from openpyxl import Workbook
from openpyxl.chart import BarChart, LineChart
from openpyxl.chart.data_source import (
    AxDataSource,
    NumData,
    NumDataSource,
    NumRef,
    NumVal,
    StrData,
    StrRef,
    StrVal,
)
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.marker import DataPoint, Marker
from openpyxl.chart.series import Series as ChartSeries
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.utils import get_column_letter
from openpyxl.xml.functions import tostring

from quannan.base.documents.layout import TABLE_FACE
from quannan.base.documents.parts import Chart, Series
from quannan.base.documents.text import plain_text

SHEET = "数据"
NUMBER_FORMAT = "0.0"
# A line is told apart by the shape of its points as well: colour never stands alone.
SHAPES = ("circle", "square", "triangle", "diamond", "x", "star", "dash")
_RULE = "D9D9D9"


class ChartPart(Part):
    """A chart as a part of the package; its text names the relation to its workbook."""

    def __init__(self, package: Package, chart: Chart, number: int) -> None:
        super().__init__(PackURI(f"/word/charts/chart{number}.xml"), CONTENT_TYPE.DML_CHART, None, package)
        book = Part(
            PackURI(f"/word/embeddings/Microsoft_Excel_Worksheet{number}.xlsx"),
            CONTENT_TYPE.SML_SHEET,
            workbook_of(chart),
            package,
        )
        self._text = chart_xml(chart, self.relate_to(book, RELATIONSHIP_TYPE.PACKAGE))

    @property
    def blob(self) -> bytes:
        return self._text


def workbook_of(chart: Chart) -> bytes:
    """The numbers as .xlsx: categories in the first column, a series in each further one; no text is a formula."""
    book = Workbook()
    sheet = book.active
    sheet.title = SHEET
    for row, category in enumerate(chart.categories, start=2):
        _write_text(sheet.cell(row, 1), category)
    for column, series in enumerate(chart.series, start=2):
        _write_text(sheet.cell(1, column), series.name)
        for row, value in enumerate(series.values, start=2):
            cell = sheet.cell(row, column, value)
            cell.number_format = NUMBER_FORMAT
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write_text(cell, text: str) -> None:
    cell.value = plain_text(text)
    cell.data_type = "s"


def chart_xml(chart: Chart, workbook_link: str) -> bytes:
    """The chart's own part.

    Args:
        chart: what it shows.
        workbook_link: id of the relation to its workbook.
    """
    drawn = _lines(chart) if chart.form == "lines" else _bars(chart)
    for axis in (drawn.x_axis, drawn.y_axis):
        axis.delete = False
        axis.graphicalProperties = GraphicalProperties()
        axis.graphicalProperties.line.solidFill = _RULE
    drawn.y_axis.scaling.min, drawn.y_axis.scaling.max, drawn.y_axis.majorUnit = 0, 100, 20
    drawn.y_axis.number_format = "0"
    drawn.y_axis.majorGridlines.spPr = GraphicalProperties()
    drawn.y_axis.majorGridlines.spPr.line.solidFill = _RULE
    drawn.roundedCorners = False
    tree = etree.fromstring(tostring(drawn._write()))
    space = etree.QName(tree).namespace
    tree.append(etree.fromstring(_TYPE))
    data = etree.SubElement(tree, f"{{{space}}}externalData", {qn("r:id"): workbook_link})
    etree.SubElement(data, f"{{{space}}}autoUpdate", {"val": "0"})
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


_TYPE = (
    '<c:txPr xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:bodyPr/><a:lstStyle/><a:p><a:pPr>'
    f'<a:defRPr sz="900"><a:latin typeface="{TABLE_FACE}"/><a:ea typeface="{TABLE_FACE}"/></a:defRPr>'
    '</a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>'
)


def _bars(chart: Chart) -> BarChart:
    drawn = BarChart()
    lying = chart.form == "bars"
    drawn.type = "bar" if lying else "col"
    drawn.gapWidth = 50
    drawn.legend = None
    if lying:
        # Counted from below otherwise, and the first row of the table would be the last bar.
        drawn.x_axis.scaling.orientation = "maxMin"
        drawn.y_axis.crosses = "max"
    for at, series in enumerate(chart.series):
        made = _series(chart, series, at)
        made.graphicalProperties = _filled(series.colour)
        made.invertIfNegative = False
        made.dPt = [
            DataPoint(idx=i, invertIfNegative=False, spPr=_filled(colour)) for i, colour in enumerate(chart.colours)
        ]
        made.dLbls = DataLabelList(
            numFmt=NUMBER_FORMAT,
            showVal=True,
            showSerName=False,
            showCatName=False,
            showLegendKey=False,
            showPercent=False,
        )
        drawn.series.append(made)
    return drawn


def _lines(chart: Chart) -> LineChart:
    drawn = LineChart()
    drawn.legend.position = "b"
    drawn.x_axis.tickLblSkip = max(1, len(chart.categories) // 6)
    drawn.x_axis.tickMarkSkip = 1
    for at, series in enumerate(chart.series):
        made = _series(chart, series, at)
        made.smooth = False
        made.graphicalProperties = GraphicalProperties()
        made.graphicalProperties.line.solidFill = series.colour
        made.graphicalProperties.line.width = 19050  # EMU: 1.5 pt
        made.marker = Marker(symbol=SHAPES[at % len(SHAPES)], size=5, spPr=_filled(series.colour))
        drawn.series.append(made)
    return drawn


def _filled(colour: str) -> GraphicalProperties:
    filled = GraphicalProperties(solidFill=colour)
    filled.line.solidFill = colour
    return filled


def _series(chart: Chart, series: Series, at: int) -> ChartSeries:
    """A series with its place in the workbook and the numbers themselves, so that it is drawn without opening it."""
    last, column = len(chart.categories) + 1, get_column_letter(at + 2)
    return ChartSeries(
        idx=at,
        order=at,
        tx=SeriesLabel(strRef=_texts(f"{SHEET}!${column}$1", [series.name])),
        cat=AxDataSource(strRef=_texts(f"{SHEET}!$A$2:$A${last}", chart.categories)),
        val=NumDataSource(
            numRef=NumRef(
                f=f"{SHEET}!${column}$2:${column}${last}",
                numCache=NumData(
                    formatCode=NUMBER_FORMAT,
                    ptCount=len(series.values),
                    pt=[NumVal(idx=i, v=str(value)) for i, value in enumerate(series.values) if value is not None],
                ),
            )
        ),
    )


def _texts(place: str, texts: Sequence[str]) -> StrRef:
    points = [StrVal(idx=i, v=plain_text(text)) for i, text in enumerate(texts)]
    return StrRef(f=place, strCache=StrData(ptCount=len(points), pt=points))
