"""The user's own file back: the same sheets with the faulty cells red and a note on each.

Runs as a process of its own (``python -m quannan.base.workbook.marked SOURCE FAULTS.json OUT``), so
that a large workbook held in memory does not weigh on the server. It prints JSON on what was made
and what could not be kept.
"""

from __future__ import annotations

import argparse
import json
import sys
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import column_index_from_string, get_column_letter

from .cells import Raw, shown
from .mark import FAULTY_SHEET
from .source import Sheet, Source, WorkbookRefused, open_source
from .write import safe_text, width_of

MOST_WHOLE_ROWS = 20_000
_ERROR_FILL = PatternFill("solid", fgColor="F8C9C4")
_WARNING_FILL = PatternFill("solid", fgColor="FCE8B2")
_BOLD = Font(bold=True)
_WRAP = Alignment(wrap_text=True, vertical="top")
_TOP = Alignment(vertical="top")
_HEADER_FILL = PatternFill("solid", fgColor="F2EFEA")
_LINE = Side(style="thin", color="D9D9D9")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_TEXT_FORMAT = "@"
_WIDTHS = (6.0, 40.0)  # of a column made here, in characters
_REASONS_WIDTH = 60
_LINE_HEIGHT = 15.0  # in points
_AUTHOR = "导入检查"
_OURS = f"\n【{_AUTHOR}】"


# What the writing library raises on workbooks it cannot take in though they can be read.
_CANNOT_LOAD = (ValueError, TypeError, KeyError, AttributeError, IndexError, OSError, zipfile.BadZipFile)


@dataclass
class Fault:
    """What is marked: a cell (``column`` letters) or, with no column, a row."""

    row: int
    column: str
    message: str
    error: bool


@dataclass
class Marked:
    """What was made. ``whole``: the whole file, else only its faulty rows; ``lost``: what could not be kept."""

    whole: bool
    rows: int
    cells: int
    lost: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """For JSON, with the sentence that goes with the download."""
        return {"whole": self.whole, "rows": self.rows, "cells": self.cells, "lost": self.lost, "note": self.note}

    @property
    def note(self) -> str:
        """What the user is told beside the file."""
        kind = "原文件" if self.whole else f"超过{MOST_WHOLE_ROWS:,}行,只含有问题的行"
        lost = f";未能保留:{'、'.join(self.lost)}" if self.lost else ""
        return f"{kind},已标出{self.cells}处,有问题的{self.rows}行另列在“{FAULTY_SHEET}”表{lost}。"


def faults_from(problems: Iterable[Mapping[str, Any]]) -> list[Fault]:
    """Faults from the problems of a check as JSON."""
    return [
        Fault(
            int(problem["row"]),
            str(problem.get("column") or ""),
            str(problem["message"]),
            problem.get("severity", "error") == "error",
        )
        for problem in problems
    ]


def mark_copy(source: Path, reading: Mapping[str, Any], problems: Iterable[Mapping[str, Any]], out: Path) -> Marked:
    """Write the marked copy of a file.

    ``reading``: as ``Reading.as_dict`` gives it; ``problems``: as ``Problem.as_dict``. ``out`` is an
    .xlsx whatever the source was. Raises ``WorkbookRefused`` when the source cannot be opened.
    """
    faults: dict[int, list[Fault]] = defaultdict(list)
    for fault in faults_from(problems):
        faults[fault.row].append(fault)
    opened = open_source(source)
    name = str(reading["sheet"])
    if opened.rows_expected(name) > MOST_WHOLE_ROWS or (opened.kind != "xlsx" and _long(opened.sheet(name))):
        return _only_faulty(opened, reading, faults, out)
    if opened.kind == "xlsx":
        return _mark_workbook(opened, reading, faults, out)
    return _mark_copied(opened, reading, faults, out)


def _long(sheet: Sheet) -> bool:
    return any(number > MOST_WHOLE_ROWS for number, _ in sheet.rows())


def _mark_workbook(source: Source, reading: Mapping[str, Any], faults: dict[int, list[Fault]], out: Path) -> Marked:
    lost = _lost_parts(source.path)
    try:
        book = load_workbook(source.path, rich_text=True)
    except _CANNOT_LOAD:
        return _mark_copied(source, reading, faults, out)
    rows = _faulty_rows(source.sheet(reading["sheet"]), reading, faults)
    _take_away_earlier_marks(book[reading["sheet"]])
    cells = _mark_sheet(book[reading["sheet"]], reading, faults)
    _faulty_sheet(book, reading, rows)
    book.save(out)
    return Marked(True, len(faults), cells, lost)


def _mark_copied(source: Source, reading: Mapping[str, Any], faults: dict[int, list[Fault]], out: Path) -> Marked:
    """.xls, .csv and odd .xlsx: values and merged cells are carried into a new workbook."""
    rows = _faulty_rows(source.sheet(reading["sheet"]), reading, faults)
    book = Workbook()
    book.remove(book.active)
    for sheet in source.sheets():
        copy = book.create_sheet(sheet.name[:31])
        widths = _Widths()
        for number, raw in sheet.rows():
            filled = [(at, value) for at, value in enumerate(raw, 1) if value != "" and value is not None]
            if len(filled) > 2:
                # Titles and lines for signatures run over the columns beside them.
                widths.see(raw)
            for at, value in filled:
                _put(copy, number, at, value)
        widths.give(copy)
        for first_row, first, last_row, last in sheet.merges:
            copy.merge_cells(start_row=first_row + 1, end_row=last_row + 1, start_column=first + 1, end_column=last + 1)
        if sheet.name == reading["sheet"]:
            copy.freeze_panes = f"A{int(reading['header_rows'][1]) + 1}"
            cells = _mark_sheet(copy, reading, faults)
    _faulty_sheet(book, reading, rows)
    book.save(out)
    lost = [] if source.kind == "csv" else ["字体、颜色、列宽等格式(只带回内容和合并单元格)"]
    return Marked(True, len(faults), cells, lost)


def _only_faulty(source: Source, reading: Mapping[str, Any], faults: dict[int, list[Fault]], out: Path) -> Marked:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(FAULTY_SHEET)
    _arrange(sheet, reading)
    cells = 0
    for number, row in enumerate(_faulty_rows(source.sheet(reading["sheet"]), reading, faults), 1):
        written = []
        for at, (value, fill) in enumerate(row, 1):
            cell = WriteOnlyCell(sheet, value=_cell_value(value))
            if isinstance(cell.value, str):
                cell.data_type = "s"
            cells += fill is not None
            _dress(cell, at, number <= _header_height(reading), fill)
            written.append(cell)
        _make_room(sheet, number, row)
        sheet.append(written)
    book.save(out)
    return Marked(False, len(faults), cells, ["没有问题的行"])


# one faulty row of the second sheet: values with the fill of each
_Line = list[tuple[Raw, PatternFill | None]]


def _header_height(reading: Mapping[str, Any]) -> int:
    first, last = reading["header_rows"]
    return int(last) - int(first) + 1


def _faulty_rows(sheet: Sheet, reading: Mapping[str, Any], faults: dict[int, list[Fault]]) -> Iterator[_Line]:
    """The header and the faulty rows, with the row number and the reasons in front."""
    first, last = reading["header_rows"]
    for number, raw in sheet.rows():
        if first <= number <= last:
            front: _Line = [("原行号", None), ("问题", None)] if number == last else [("", None), ("", None)]
            yield front + [(value, None) for value in raw]
        elif number in faults:
            found = faults[number]
            reasons = "\n".join(f"{fault.column}{fault.row}:{fault.message}" for fault in found)
            fills = {
                column_index_from_string(fault.column) - 1: _ERROR_FILL if fault.error else _WARNING_FILL
                for fault in sorted(found, key=lambda fault: fault.error)
                if fault.column
            }
            # What is missing is marked too: a blank cell, perhaps beyond the last that holds something.
            cells = [*raw, *[""] * (max(fills, default=-1) + 1 - len(raw))]
            yield [(float(number), None), (reasons, None), *((value, fills.get(at)) for at, value in enumerate(cells))]


def _cell_value(value: Raw) -> Any:
    if isinstance(value, float) and value == int(value) and abs(value) < 1e15:
        return int(value)
    return safe_text(value) if isinstance(value, str) else value


def _put(sheet: Any, row: int, column: int, value: Raw) -> Any:
    cell = sheet.cell(row, column)
    cell.value = _cell_value(value)
    if isinstance(value, str):
        # A text that looks like a formula is still a text, and so is a code typed over it.
        cell.data_type = "s"
        cell.number_format = _TEXT_FORMAT
    return cell


def _mark_sheet(sheet: Any, reading: Mapping[str, Any], faults: dict[int, list[Fault]]) -> int:
    """Paint and annotate; faults of a whole row go to its first recognised column."""
    first_column = min((place["position"] for place in reading["places"]), default=0) + 1
    by_cell: dict[tuple[int, int], list[Fault]] = defaultdict(list)
    for row, found in faults.items():
        for fault in found:
            column = column_index_from_string(fault.column) if fault.column else first_column
            by_cell[row, column].append(fault)
    anchors = {
        (row, column): (merged.min_row, merged.min_col)
        for merged in sheet.merged_cells.ranges
        for row in range(merged.min_row, merged.max_row + 1)
        for column in range(merged.min_col, merged.max_col + 1)
        if (row, column) in by_cell
    }
    for place, found in by_cell.items():
        cell = sheet.cell(*anchors.get(place, place))
        cell.fill = _ERROR_FILL if any(fault.error for fault in found) else _WARNING_FILL
        text = "\n".join(fault.message for fault in found)
        author = _AUTHOR
        if cell.comment:
            text, author = f"{cell.comment.text}{_OURS}{text}", cell.comment.author or "批注"
        cell.comment = Comment(safe_text(text), author, width=320, height=90 + 20 * len(found))
    return len(by_cell)


def _take_away_earlier_marks(sheet: Any) -> None:
    """A marked copy that was mended and handed in again: what is right by now must not stay red."""
    ours = {fill.fgColor.rgb for fill in (_ERROR_FILL, _WARNING_FILL)}
    # Only the cells that are there: a form formatted to the last column has few of them.
    for cell in list(sheet._cells.values()):
        note = getattr(cell, "comment", None)
        if note is None or not (note.author == _AUTHOR or _OURS in note.text):
            continue
        before = "" if note.author == _AUTHOR else note.text.split(_OURS)[0]
        cell.comment = Comment(before, note.author) if before else None
        if cell.fill.fgColor.rgb in ours:
            cell.fill = PatternFill()


def _faulty_sheet(book: Any, reading: Mapping[str, Any], rows: Iterator[_Line]) -> None:
    name = FAULTY_SHEET
    number = 2
    while name in book.sheetnames:
        name, number = f"{FAULTY_SHEET}{number}", number + 1
    sheet = book.create_sheet(name)
    _arrange(sheet, reading)
    widths = _Widths()
    for row_number, row in enumerate(rows, 1):
        widths.see([value for value, _ in row])
        for at, (value, fill) in enumerate(row, 1):
            cell = sheet.cell(row_number, at) if value == "" or value is None else _put(sheet, row_number, at, value)
            _dress(cell, at, row_number <= _header_height(reading), fill)
        _make_room(sheet, row_number, row)
    widths.give(sheet, beginning=3)


def _arrange(sheet: Any, reading: Mapping[str, Any]) -> None:
    """The header, the row numbers and the reasons stay in sight."""
    sheet.freeze_panes = f"C{_header_height(reading) + 1}"
    sheet.column_dimensions["A"].width = 8
    sheet.column_dimensions["B"].width = _REASONS_WIDTH


def _make_room(sheet: Any, number: int, row: _Line) -> None:
    """A height at which all reasons can be read; not every program finds it by itself."""
    lines = sum(-(-width_of(line) // (_REASONS_WIDTH - 4)) for line in shown(row[1][0]).split("\n"))
    if lines > 1:
        sheet.row_dimensions[number].height = _LINE_HEIGHT * lines


def _dress(cell: Any, column: int, header: bool, fill: PatternFill | None) -> None:
    """The look of one cell of the sheet of faulty rows."""
    cell.border = _BORDER
    cell.alignment = _WRAP if column == 2 or header else _TOP
    if header:
        cell.font, cell.fill = _BOLD, _HEADER_FILL
    elif fill is not None:
        cell.fill = fill


class _Widths:
    """How wide the columns of a sheet made here must be to show what they hold."""

    def __init__(self) -> None:
        self.widest: dict[int, int] = {}

    def see(self, row: Iterable[Raw]) -> None:
        for at, value in enumerate(row, 1):
            if value != "" and value is not None:
                self.widest[at] = max(self.widest.get(at, 0), width_of(shown(value)))

    def give(self, sheet: Any, beginning: int = 1) -> None:
        least, most = _WIDTHS
        for at, width in self.widest.items():
            if at >= beginning:
                sheet.column_dimensions[get_column_letter(at)].width = min(max(width + 2.0, least), most)


_LOST = (
    ("xl/vbaProject.bin", "宏"),
    ("xl/media/", "图片"),
    ("xl/charts/", "图表"),
    ("xl/drawings/drawing", "形状和文本框"),
    ("xl/ctrlProps/", "控件"),
    ("xl/activeX/", "控件"),
    ("xl/embeddings/", "嵌入的文件"),
    ("xl/pivotTables/", "数据透视表"),
    ("xl/slicers/", "切片器"),
    ("xl/threadedComments/", "批注中的对话"),
)


def _lost_parts(path: Path) -> list[str]:
    """What of a workbook the library does not carry over, in the user's words."""
    with zipfile.ZipFile(path) as package:
        names = package.namelist()
    lost = [words for part, words in _LOST if any(name.startswith(part) for name in names)]
    return list(dict.fromkeys(lost))


def main(arguments: list[str] | None = None) -> int:
    """Command line: SOURCE, FAULTS (JSON with ``reading`` and ``problems``), OUT; 2 when refused."""
    parser = argparse.ArgumentParser(prog="marked")
    for name in ("source", "faults", "out"):
        parser.add_argument(name, type=Path)
    chosen = parser.parse_args(arguments)
    content = json.loads(chosen.faults.read_text(encoding="utf-8"))
    try:
        made = mark_copy(chosen.source, content["reading"], content["problems"], chosen.out)
    except WorkbookRefused as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 2
    sys.stdout.write(json.dumps(made.as_dict(), ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
