"""Forms as workbooks: empty, ready to be filled, or filled with what is known (an export in the form's layout).

Rows are written as they come, so that memory does not grow with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.datavalidation import DataValidation

from .declare import Column, ImportForm
from .mark import FORM_LABEL, NOTES_SHEET, VERSION_LABEL
from .write import Styler, safe_text, sheet_name_of, width_of

_ROWS_WITH_LISTS = 2_000
# Rows of an empty form whose text columns are text already, so that pasted codes keep their digits.
_TEXT_ROWS = 200
_WIDTHS = {"code": 22, "date": 12, "count": 9, "money": 12}
_LISTS_SHEET = "选项"


@dataclass(frozen=True)
class ExtraSheet:
    """A further sheet of a filled form: ``rows`` are asked for once those of the form are written."""

    name: str
    columns: tuple[str, ...]
    rows: Iterable[Sequence[Any]]


def template(
    form: ImportForm,
    out: Path | str | IO[bytes],
    rows: Iterable[Sequence[Any]] = (),
    *,
    title: str = "",
    sentence: str = "",
    footer: str = "",
    extra: Sequence[ExtraSheet] = (),
) -> int:
    """Write a form: headings, lists to choose from, notes and a version cell.

    ``rows``: values to fill in beforehand, in the order of the form's printed columns. ``sentence``:
    the line under the title, such as 截止日期:2011年6月30日. ``footer``: the line under the table, to be signed.
    Returns the number of rows filled in.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(sheet_name_of(form.name))
    columns = form.printed
    first = 3 + depth_of(columns)
    _layout(sheet, columns, first)
    _lists(sheet, columns, first)
    style = Styler(sheet)
    heading = style.line(title or form.name, size=14, bold=True)
    heading.alignment = Alignment(horizontal="center", vertical="center")
    sheet.append([heading])
    sheet.append([style.line(sentence or "填报单位:        截止日期:    年  月  日")])
    for line in _headings(style, columns, first - 3):
        sheet.append(line)
    written = 0
    kinds = [column.kind for column in columns]
    for row in rows:
        # An empty cell is left out altogether: half of them are.
        sheet.append(
            [None if value is None else style.cell(value, kind) for value, kind in zip(row, kinds, strict=False)]
        )
        written += 1
    if not written:
        blank = [style.cell(None, kind) if kind in ("code", "text") else None for kind in kinds]
        for _ in range(_TEXT_ROWS):
            sheet.append(blank)
    if footer:
        sheet.append([style.line(footer)])
    for other in extra:
        _extra(book, other)
    _options(book, columns)
    _notes(book, form)
    book.save(out)
    return written


def depth_of(columns: Sequence[Column]) -> int:
    """How many header rows the columns' paths take."""
    return max(column.label.count("/") for column in columns) + 1


def _layout(sheet: Any, columns: Sequence[Column], first: int) -> None:
    last = get_column_letter(len(columns))
    merged = [f"A1:{last}1", f"A2:{last}2"]
    depth = first - 3
    paths = [column.label.split("/") for column in columns]
    for level in range(depth - 1):
        row = 3 + level
        for start, end in _runs([tuple(path[: level + 1]) if len(path) > level + 1 else () for path in paths]):
            if end > start:
                merged.append(f"{get_column_letter(start + 1)}{row}:{get_column_letter(end + 1)}{row}")
    for at, path in enumerate(paths, 1):
        if len(path) < depth:
            # A path shorter than the header's depth ends in a heading that reaches down to the last row.
            merged.append(f"{get_column_letter(at)}{2 + len(path)}:{get_column_letter(at)}{first - 1}")
    for area in merged:
        sheet.merged_cells.add(CellRange(area))
    for at, column in enumerate(columns, 1):
        leaf = column.label.rpartition("/")[2]
        sheet.column_dimensions[get_column_letter(at)].width = max(_WIDTHS.get(column.kind, 14), width_of(leaf) + 2)
    sheet.freeze_panes = f"A{first}"
    sheet.print_title_rows = f"3:{first - 1}"
    sheet.page_setup.orientation = "landscape"


def _headings(style: Styler, columns: Sequence[Column], depth: int) -> Iterator[list[Any]]:
    """The header rows; a heading over several columns stands in the first of them."""
    paths = [column.label.split("/") for column in columns]
    lines = [[style.header(path[level] if level < len(path) else "") for path in paths] for level in range(depth)]
    for at, column in enumerate(columns):
        if column.note:
            lines[len(paths[at]) - 1][at].comment = Comment(column.note, NOTES_SHEET, width=240, height=120)
    yield from lines


def _runs(parents: Sequence[tuple[str, ...]]) -> Iterator[tuple[int, int]]:
    """Positions of equal neighbours; columns without a parent stand alone."""
    start = 0
    for at in range(1, len(parents) + 1):
        if at == len(parents) or parents[at] != parents[start] or not parents[start]:
            yield start, at - 1
            start = at


def _lists(sheet: Any, columns: Sequence[Column], first: int) -> None:
    """The columns with a list to choose from; the lists themselves stand on a hidden sheet."""
    used = 0
    for at, column in enumerate(columns, 1):
        if not column.options:
            continue
        used += 1
        letters = get_column_letter(used)
        rule = DataValidation(
            type="list",
            formula1=f"={_LISTS_SHEET}!${letters}$1:${letters}${len(column.options)}",
            allow_blank=True,
            showErrorMessage=False,
        )
        target = get_column_letter(at)
        rule.add(f"{target}{first}:{target}{first + _ROWS_WITH_LISTS}")
        sheet.data_validations.append(rule)


def _options(book: Workbook, columns: Sequence[Column]) -> None:
    lists = [column.options for column in columns if column.options]
    if not lists:
        return
    store = book.create_sheet(_LISTS_SHEET)
    store.sheet_state = "hidden"
    for number in range(max(map(len, lists))):
        store.append([safe_text(options[number]) if number < len(options) else None for options in lists])


def _extra(book: Workbook, other: ExtraSheet) -> None:
    sheet = book.create_sheet(sheet_name_of(other.name))
    for at, label in enumerate(other.columns, 1):
        sheet.column_dimensions[get_column_letter(at)].width = max(24, width_of(label) + 2)
    style = Styler(sheet)
    sheet.append([style.header(label) for label in other.columns])
    for row in other.rows:
        sheet.append([style.cell(value, "text") for value in row])


def _notes(book: Workbook, form: ImportForm) -> None:
    notes = book.create_sheet(NOTES_SHEET)
    notes.column_dimensions["A"].width = 30
    notes.column_dimensions["B"].width = 90
    style = Styler(notes)
    lines: list[tuple[str, str]] = [
        (VERSION_LABEL, f"{form.code}-{form.version}"),
        (FORM_LABEL, form.name),
        ("空白", "留空表示不改动台账里已有的内容。"),
        ("--", "填两个减号表示清空台账里已有的内容。"),
        ("无 / 未建", "表示截止日期那天没有这种组织。"),
        *((f"说明 {number}", text) for number, text in enumerate(form.notes, 1)),
        *((column.label, column.note) for column in form.printed if column.note),
    ]
    for left, right in lines:
        notes.append([style.cell(left, "text"), style.cell(right, "text")])
