"""Writing workbooks: tables for export.

Rows are written as they come, so that memory does not grow with them. No text ever begins a
formula, codes and phones stay text, and the header stays in sight.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

FONT = "微软雅黑"
_SAMPLE = 200
_MOST_WIDTH = 48
_A4 = 9
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_LINE = Side(style="thin", color="D9D9D9")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEADER_FILL = PatternFill("solid", fgColor="F2EFEA")

_FORMATS = {"text": "@", "code": "@", "count": "0", "money": "#,##0.00", "rate": "0.0", "date": "yyyy-mm-dd"}


@dataclass(frozen=True)
class OutColumn:
    """One column of an export. ``kind``: text, code, count, money, rate (percent, one decimal) or date; ``width`` in characters."""

    label: str
    kind: str = ""
    width: float | None = None


def safe_text(value: object) -> str:
    """Text without the control characters a workbook cannot hold, at most 32,767 characters."""
    return ILLEGAL_CHARACTERS_RE.sub("", str(value))[:32_767]


def begins_formula(text: str) -> bool:
    """True for text that a spreadsheet would take for a formula."""
    return text.startswith(_FORMULA_STARTS)


def width_of(text: str) -> int:
    """Width in character cells: wide characters count two."""
    longest = max(text.split("\n"), key=len, default="")
    return sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in longest)


def plain(value: Any) -> Any:
    """A value as a cell can hold it: times without zone, sequences joined, no None."""
    if value is None or isinstance(value, (int, float, Decimal, dt.date)) and not isinstance(value, bool):
        if isinstance(value, dt.datetime) and value.tzinfo is not None:
            return value.replace(tzinfo=None)
        return value
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (list, tuple)):
        return "、".join(map(str, value))
    return safe_text(value)


class Styler:
    """Makes the styled cells of one write-only sheet; styles are set up once and shared."""

    border = _BORDER
    header_fill: PatternFill | None = _HEADER_FILL

    def __init__(self, sheet: Any) -> None:
        self.sheet = sheet
        self._styles: dict[tuple[str, bool], Any] = {}

    def cell(self, value: Any, kind: str = "", *, font: Font | None = None) -> WriteOnlyCell:
        """A data cell, of the kind given or of the kind its value shows."""
        value = plain(value)
        if not kind:
            kind = _kind_of(value)
        if kind in ("text", "code") and value is not None and not isinstance(value, str):
            value = safe_text(value)
        quoted = isinstance(value, str) and begins_formula(value)
        key = (kind, quoted)
        cell = WriteOnlyCell(self.sheet, value=value)
        if isinstance(value, str):
            # Whatever it begins with, it is text.
            cell.data_type = "s"
        style = self._styles.get(key)
        if style is None:
            cell.border = self.border
            cell.font = Font(name=FONT, size=10)
            cell.number_format = _FORMATS.get(kind, "General")
            numeric = kind in ("count", "money", "rate")
            cell.alignment = Alignment(
                vertical="center", horizontal="right" if numeric else "left", wrap_text=kind == "text"
            )
            if quoted:
                cell.quotePrefix = True
            self._styles[key] = cell._style
        else:
            cell._style = style
        return cell

    def header(self, text: str) -> WriteOnlyCell:
        """A heading cell."""
        cell = WriteOnlyCell(self.sheet, value=safe_text(text))
        cell.data_type = "s"
        style = self._styles.get(("header", False))
        if style is None:
            cell.font = Font(name=FONT, size=10, bold=True)
            if self.header_fill is not None:
                cell.fill = self.header_fill
            cell.border = self.border
            cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
            self._styles["header", False] = cell._style
        else:
            cell._style = style
        return cell

    def line(self, text: str, *, size: int = 10, bold: bool = False) -> WriteOnlyCell:
        """A line above the table: the title, or the sentence that says what the table shows."""
        cell = WriteOnlyCell(self.sheet, value=safe_text(text))
        cell.data_type = "s"
        cell.font = Font(name=FONT, size=size, bold=bold)
        cell.alignment = Alignment(horizontal="left", vertical="center")
        return cell


def _kind_of(value: Any) -> str:
    if isinstance(value, dt.date):
        return "date"
    if isinstance(value, int):
        return "count"
    if isinstance(value, (float, Decimal)):
        return "money"
    return "text"


def write_table(
    out: Path | str | IO[bytes],
    title: str,
    sentence: str,
    columns: Sequence[OutColumn | str],
    rows: Iterable[Sequence[Any]],
    *,
    sheet_name: str = "",
) -> int:
    """Write one table as .xlsx.

    ``out``: path or binary stream. ``sentence``: as-of date, base, author and time, under the
    title. ``rows``: sequences in the order of ``columns``. Returns the number of rows written.
    """
    declared = [column if isinstance(column, OutColumn) else OutColumn(column) for column in columns]
    book = Workbook(write_only=True)
    sheet = book.create_sheet(sheet_name_of(sheet_name or title))
    iterator = iter(rows)
    sample = list(islice(iterator, _SAMPLE))
    for at, column in enumerate(declared):
        widest = max((width_of(str(plain(row[at]) or "")) for row in sample if at < len(row)), default=0)
        width = column.width or min(_MOST_WIDTH, max(widest, width_of(column.label), 6) + 2)
        sheet.column_dimensions[get_column_letter(at + 1)].width = width
    sheet.freeze_panes = "A4"
    sheet.print_title_rows = "3:3"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "第 &P 页,共 &N 页"
    style = Styler(sheet)
    sheet.append([style.line(title, size=14, bold=True)])
    sheet.append([style.line(sentence)])
    sheet.append([style.header(column.label) for column in declared])
    kinds = [column.kind for column in declared]
    written = 0
    for row in chain(sample, iterator):
        sheet.append([style.cell(value, kind) for value, kind in zip(row, kinds, strict=False)])
        written += 1
    book.save(out)
    return written


def sheet_name_of(text: str) -> str:
    """A text as the name of a sheet: at most 31 characters, without those that Excel forbids."""
    kept = "".join(" " if letter in "[]:*?/\\'" else letter for letter in safe_text(text))
    return kept.strip()[:31] or "数据"
