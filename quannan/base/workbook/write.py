"""Writing workbooks: tables for export and templates for import.

Rows are written as they come, so that memory does not grow with them. No text ever begins a
formula, codes and phones stay text, and the header stays in sight.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from .declare import Column, ImportForm

FONT = "微软雅黑"
_SAMPLE = 200
_MOST_WIDTH = 48
_A4 = 9
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_LINE = Side(style="thin", color="D9D9D9")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEADER_FILL = PatternFill("solid", fgColor="F2EFEA")

_FORMATS = {"text": "@", "code": "@", "count": "0", "money": "#,##0.00", "date": "yyyy-mm-dd"}


@dataclass(frozen=True)
class OutColumn:
    """One column of an export. ``kind``: text, code, count, money or date; ``width`` in characters."""

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
            cell.border = _BORDER
            cell.font = Font(name=FONT, size=10)
            cell.number_format = _FORMATS.get(kind, "General")
            numeric = kind in ("count", "money")
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
            cell.fill = _HEADER_FILL
            cell.border = _BORDER
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
    sheet = book.create_sheet(_sheet_name(sheet_name or title))
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


def _sheet_name(text: str) -> str:
    kept = "".join(" " if letter in "[]:*?/\\'" else letter for letter in safe_text(text))
    return kept.strip()[:31] or "数据"


# templates -------------------------------------------------------------------------------------

_TEMPLATE_ROWS = 2_000
NOTES_SHEET = "填表说明"
VERSION_LABEL = "模板版本"


def template(
    form: ImportForm,
    out: Path | str | IO[bytes],
    rows: Iterable[Sequence[Any]] = (),
    *,
    title: str = "",
    sentence: str = "",
) -> None:
    """Write a form ready to be filled: headings, lists to choose from, notes and a version cell.

    ``rows``: values to fill in beforehand, in the order of the form's printed columns (an export in
    the form's layout). ``sentence``: the line under the title, such as 截止日期:2011年6月30日.
    """
    book = Workbook()
    sheet = book.active
    sheet.title = _sheet_name(form.name)
    last = get_column_letter(len(form.printed))
    sheet.merge_cells(f"A1:{last}1")
    sheet.merge_cells(f"A2:{last}2")
    _put(sheet, 1, 1, title or form.name, Font(name=FONT, size=14, bold=True))
    sheet["A1"].alignment = Alignment(horizontal="center", vertical="center")
    _put(sheet, 2, 1, sentence or "填报单位:        截止日期:    年  月  日", Font(name=FONT, size=10))
    first = _headings(sheet, form.printed)
    _lists(book, sheet, form.printed, first)
    style = Styler(sheet)
    for number, row in enumerate(rows, first):
        for at, (column, value) in enumerate(zip(form.printed, row, strict=False), 1):
            shown = style.cell(value, column.kind)
            cell = sheet.cell(number, at)
            cell.value, cell._style = shown.value, shown._style
            if isinstance(shown.value, str):
                cell.data_type = "s"
    sheet.freeze_panes = sheet.cell(first, 1)
    sheet.print_title_rows = f"3:{first - 1}"
    sheet.page_setup.orientation = "landscape"
    _notes(book, form)
    book.save(out)


def _put(sheet: Any, row: int, column: int, text: str, font: Font) -> Any:
    cell = sheet.cell(row, column, safe_text(text))
    cell.data_type = "s"
    cell.font = font
    return cell


def _headings(sheet: Any, columns: Sequence[Column]) -> int:
    """Write one or two header rows with merged parents; the number of the first data row."""
    split = [column.label.rpartition("/") for column in columns]
    two = any(parent for parent, _, _ in split)
    bold = Font(name=FONT, size=10, bold=True)
    for at, ((parent, _, leaf), column) in enumerate(zip(split, columns, strict=True), 1):
        top = _put(sheet, 3, at, parent or leaf, bold)
        cells = [top]
        if two:
            cells.append(_put(sheet, 4, at, leaf if parent else "", bold))
        for cell in cells:
            cell.fill = _HEADER_FILL
            cell.border = _BORDER
            cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        if column.note:
            cells[-1 if parent else 0].comment = Comment(column.note, "填表说明", width=240, height=120)
        letters = get_column_letter(at)
        wide = {"code": 22, "date": 12, "count": 9, "money": 12}.get(column.kind, 14)
        sheet.column_dimensions[letters].width = max(wide, width_of(leaf) + 2)
        sheet.column_dimensions[letters].number_format = _FORMATS.get(column.kind, "General")
        if column.kind in ("code", "text"):
            for number in range(5 if two else 4, 205):
                sheet.cell(number, at).number_format = "@"
    if two:
        for first, last in _runs([parent for parent, _, _ in split]):
            if split[first][0]:
                if last > first:
                    sheet.merge_cells(start_row=3, end_row=3, start_column=first + 1, end_column=last + 1)
            else:
                sheet.merge_cells(start_row=3, end_row=4, start_column=first + 1, end_column=first + 1)
    return 5 if two else 4


def _runs(parents: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Positions of equal neighbours; columns without a parent stand alone."""
    start = 0
    for at in range(1, len(parents) + 1):
        if at == len(parents) or parents[at] != parents[start] or not parents[start]:
            yield start, at - 1
            start = at


def _lists(book: Workbook, sheet: Any, columns: Sequence[Column], first: int) -> None:
    store = book.create_sheet("选项")
    store.sheet_state = "hidden"
    used = 0
    for at, column in enumerate(columns, 1):
        if not column.options:
            continue
        used += 1
        letters = get_column_letter(used)
        for number, option in enumerate(column.options, 1):
            store.cell(number, used, safe_text(option)).data_type = "s"
        rule = DataValidation(
            type="list",
            formula1=f"=选项!${letters}$1:${letters}${len(column.options)}",
            allow_blank=True,
            showErrorMessage=False,
        )
        target = get_column_letter(at)
        rule.add(f"{target}{first}:{target}{first + _TEMPLATE_ROWS}")
        sheet.add_data_validation(rule)
    if not used:
        book.remove(store)


def _notes(book: Workbook, form: ImportForm) -> None:
    notes = book.create_sheet(NOTES_SHEET)
    notes.column_dimensions["A"].width = 30
    notes.column_dimensions["B"].width = 90
    normal = Font(name=FONT, size=10)
    lines: list[tuple[str, str]] = [
        (VERSION_LABEL, f"{form.code}-{form.version}"),
        ("空白", "留空表示不改动台账里已有的内容。"),
        ("--", "填两个减号表示清空台账里已有的内容。"),
        ("无 / 未建", "表示截止日期那天没有这种组织。"),
        *((f"说明 {number}", text) for number, text in enumerate(form.notes, 1)),
        *((column.label, column.note) for column in form.printed if column.note),
    ]
    for number, (left, right) in enumerate(lines, 1):
        _put(notes, number, 1, left, normal)
        _put(notes, number, 2, right, normal).alignment = Alignment(wrap_text=True, vertical="top")
