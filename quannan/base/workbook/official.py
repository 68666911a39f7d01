"""Official forms on A4: a merged title, headings of several rows, sums, printed cross-checks and the block to sign.

What a caller does::

    table = OfficialTable(
        name="信息统计表",                       # the sheet's name
        title="“两新”组织党建工作信息统计表",
        sentence="截至 2011-06-30,…;由 … 于 … 导出",  # as-of date, base, author and time
        columns=[OutColumn("单位", width=14), OutColumn("党组织/单独建/个数", "count"), …],
        rows=…,                                  # any iterable; written as it comes
        sums=["合计", 12, …],                    # None where the form has no such row
        checks=[Check("党组织 = 党委 + 总支 + 支部", 12, 12)],
        notes=["…"],
        signature=Signature(filler="…", reported="2011-07-02"),
    )
    write_official(out, [table])

A label's parts, parted by "/", become one heading row each; equal neighbours are merged, and a label with fewer parts
reaches down to the last heading row. `OfficialPage` is the other shape of a form: one page of boxes beside and below one
another, each `Box` saying how far it reaches. Both give every sheet A4 paper, “第 x 页,共 y 页” in the footer, the
heading rows repeated on every page, and never a cell that a spreadsheet could take for a formula. A page in HTML draws
the same headings out of `headings_of`, and the same boxes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field
from decimal import Decimal
from math import ceil
from pathlib import Path
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange

from .write import FONT, OutColumn, Styler, plain, sheet_name_of, width_of

AGREES, DIFFERS = "相符", "不符"
_A4 = 9
_WIDTH = 8.0
_LINE_HEIGHT = 15.0
_ROW_HEIGHT = 21.0
# Title and sentence.
_HEAD_ROWS = 2
# From so many columns on the four parts to sign have room beside one another.
_WIDE = 12
_INK = Side(style="thin", color="000000")
_RED = "B3261E"
# So many rows or columns of a check are named; the rest are counted.
_NAMED = 8


@dataclass(frozen=True)
class Check:
    """One printed cross-check: two numbers that ought to be equal.

    Attributes:
        rule: what is compared, such as 党组织 = 党委 + 总支 + 支部.
        left: the number on the left of the rule, None where it is not known.
        right: the number on its right.
        where: the rows or columns in which the rule does not hold, in the form's own words.
        note: what explains a difference, or what the reader should know of the rule.
    """

    rule: str
    left: int | Decimal | None
    right: int | Decimal | None
    where: tuple[str, ...] = ()
    note: str = ""

    @property
    def agrees(self) -> bool:
        """True when both numbers are equal and no single row differs."""
        return self.left == self.right and not self.where

    @property
    def word(self) -> str:
        return AGREES if self.agrees else DIFFERS

    @property
    def left_word(self) -> str:
        return _number(self.left)

    @property
    def right_word(self) -> str:
        return _number(self.right)

    @property
    def places(self) -> str:
        """Where it differs, "" where it does not: 城厢镇、工业园区等 9 处."""
        named = "、".join(self.where[:_NAMED])
        return f"{named}等 {len(self.where)} 处" if len(self.where) > _NAMED else named

    @property
    def sentence(self) -> str:
        """The whole check as it is printed."""
        parts = [f"{self.rule}:{self.left_word} 与 {self.right_word},{self.word}"]
        if self.where:
            parts.append(f"不符的在{self.places}")
        return ";".join(filter(None, (*parts, self.note)))


@dataclass(frozen=True)
class Signature:
    """The block to sign: 填报单位(盖章), 负责人, 填表人, 报出时间; what is left out is filled in by hand."""

    unit: str = ""
    head: str = ""
    filler: str = ""
    reported: str = ""

    @property
    def parts(self) -> tuple[str, str, str, str]:
        return (
            f"填报单位(盖章):{self.unit}",
            f"负责人:{self.head}",
            f"填表人:{self.filler}",
            f"报出时间:{self.reported}",
        )


@dataclass(frozen=True)
class Heading:
    """One heading of a table: its text, where it begins (columns from 0), how far it reaches across and down."""

    text: str
    at: int
    across: int = 1
    down: int = 1


@dataclass(frozen=True)
class Box:
    """One box of an `OfficialPage`.

    Attributes:
        text: a value as a cell can hold it; None is left blank for the pen.
        across: how many columns it reaches over.
        down: how many rows.
        heading: whether it names what stands beside or below it.
    """

    text: Any
    across: int = 1
    down: int = 1
    heading: bool = False


@dataclass(frozen=True)
class OfficialTable:
    """A form with a row for each unit or organization; see the module for an example."""

    name: str
    title: str
    sentence: str
    columns: Sequence[OutColumn]
    rows: Iterable[Sequence[Any]]
    sums: Sequence[Any] | None = None
    checks: Sequence[Check] = ()
    notes: Sequence[str] = ()
    signature: Signature = field(default_factory=Signature)
    landscape: bool = True


@dataclass(frozen=True)
class OfficialPage:
    """A form of one page: `lines` of boxes over a grid whose columns are `widths` characters wide."""

    name: str
    title: str
    sentence: str
    widths: Sequence[float]
    lines: Sequence[Sequence[Box]]
    checks: Sequence[Check] = ()
    notes: Sequence[str] = ()
    signature: Signature = field(default_factory=Signature)
    landscape: bool = False


def headings_of(labels: Sequence[str]) -> list[list[Heading]]:
    """The heading rows of a table, each heading in the row and column where it begins.

    Args:
        labels: one a column, its parts parted by "/".
    """
    paths = [label.split("/") for label in labels]
    depth = max(map(len, paths), default=0)
    rows: list[list[Heading]] = [[] for _ in range(depth)]
    for level in range(depth):
        at = 0
        while at < len(paths):
            path = paths[at]
            if level >= len(path):
                at += 1
                continue
            last, across = level == len(path) - 1, 1
            while not last and at + across < len(paths) and _shares(path, paths[at + across], level):
                across += 1
            rows[level].append(Heading(path[level], at, across, depth - level if last else 1))
            at += across
    return rows


def write_official(out: Path | str | IO[bytes], sheets: Iterable[OfficialTable | OfficialPage]) -> int:
    """Write official forms as .xlsx, one sheet each.

    ``out``: path or binary stream. Sheets of one name get a number. Returns the number of sheets.
    """
    book = Workbook(write_only=True)
    taken: set[str] = set()
    for one in sheets:
        sheet = book.create_sheet(_free_name(one.name, taken))
        widths = one.widths if isinstance(one, OfficialPage) else [c.width or _WIDTH for c in one.columns]
        paper = _Paper(sheet, widths, landscape=one.landscape)
        if isinstance(one, OfficialTable):
            # What stays in sight is written before the first row.
            sheet.freeze_panes = f"B{_HEAD_ROWS + len(headings_of([c.label for c in one.columns])) + 1}"
        paper.head(one.title, one.sentence)
        if isinstance(one, OfficialPage):
            paper.boxes(one.lines)
        else:
            paper.table(one)
        paper.foot(one.checks, one.notes, one.signature)
    book.save(out)
    return len(taken)


class _OfficialStyler(Styler):
    """Black lines on white, as printed forms have them."""

    border = Border(left=_INK, right=_INK, top=_INK, bottom=_INK)
    header_fill = None


class _Paper:
    """One sheet while it is written, row after row."""

    def __init__(self, sheet: Any, widths: Sequence[float], *, landscape: bool) -> None:
        self.sheet, self.widths, self.row = sheet, list(widths), 0
        self.style = _OfficialStyler(sheet)
        for at, width in enumerate(self.widths, 1):
            sheet.column_dimensions[get_column_letter(at)].width = width
        setup = sheet.page_setup
        setup.orientation = "landscape" if landscape else "portrait"
        setup.paperSize, setup.fitToWidth, setup.fitToHeight = _A4, 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.print_options.horizontalCentered = True
        margins = sheet.page_margins
        margins.left = margins.right = 0.5
        margins.top, margins.bottom, margins.footer = 0.6, 0.7, 0.35
        sheet.oddFooter.center.text = "第 &P 页,共 &N 页"

    def head(self, title: str, sentence: str) -> None:
        """The title over the whole width, and the line that says of when, of what, by whom."""
        self._whole(title, size=16, bold=True, align="center", height=32)
        self._whole(sentence, size=9)

    def table(self, table: OfficialTable) -> None:
        """Headings, rows and sums."""
        headings = headings_of([column.label for column in table.columns])
        first = self.row + 1
        self._headings(headings)
        self.sheet.print_title_rows = f"{first}:{self.row}"
        kinds = [column.kind for column in table.columns]
        for row in table.rows:
            cells = [self.style.cell(value, kind) for value, kind in zip(row, kinds, strict=True)]
            self._append(cells, self._height(row) if "text" in kinds else _ROW_HEIGHT)
        if table.sums is not None:
            bold = Font(name=FONT, size=10, bold=True)
            cells = [self.style.cell(value, kind) for value, kind in zip(table.sums, kinds, strict=True)]
            for cell in cells:
                cell._style = copy(cell._style)
                cell.font = bold
            self._append(cells, _ROW_HEIGHT)

    def boxes(self, lines: Sequence[Sequence[Box]]) -> None:
        """Boxes row by row; one that reaches down keeps its columns in the rows below."""
        held = [0] * len(self.widths)
        for line in lines:
            cells: list[Any] = [None] * len(self.widths)
            at, height = 0, _ROW_HEIGHT + 3
            for box in line:
                while held[at]:
                    at += 1
                for column in range(at, at + box.across):
                    cells[column] = self._box(box, blank=column > at)
                    held[column] = box.down
                self._merge(self.row + 1, at, box.across, box.down)
                if box.down == 1:
                    height = max(height, self._lines(box.text, at, box.across) * _LINE_HEIGHT + 9)
                at += box.across
            for column, rows in enumerate(held):
                if cells[column] is None and rows:
                    cells[column] = self._box(Box(None), blank=True)
                held[column] = max(0, rows - 1)
            self._append(cells, height)

    def foot(self, checks: Sequence[Check], notes: Sequence[str], signature: Signature) -> None:
        """What is checked and noted, then the block to sign."""
        for number, check in enumerate(checks, 1):
            mark = "✓" if check.agrees else "✗"
            colour = None if check.agrees else _RED
            self._whole(f"核对 {number} {mark} {check.sentence}", size=9, bold=not check.agrees, colour=colour)
        for number, note in enumerate(notes, 1):
            self._whole(f"说明 {number} {note}", size=9)
        self._append([], 10)
        self._signature(signature)

    def _signature(self, signature: Signature) -> None:
        """All four parts beside one another, on a narrow form two and two."""
        parts = signature.parts
        for beside in (parts,) if len(self.widths) >= _WIDE else (parts[:2], parts[2:]):
            cells: list[Any] = [None] * len(self.widths)
            starts = self._shares_of_width(len(beside))
            for text, start, end in zip(beside, starts, [*starts[1:], len(cells)], strict=True):
                cells[start] = self.style.line(text)
                self._merge(self.row + 1, start, end - start, 1)
            self._append(cells, 28)

    def _shares_of_width(self, number: int) -> list[int]:
        """The columns at which so many equal shares of the width begin, as nearly as the columns allow."""
        total, passed, starts = sum(self.widths), 0.0, [0]
        for at, width in enumerate(self.widths):
            if at and len(starts) < number and passed + width / 2 >= total * len(starts) / number:
                starts.append(at)
            passed += width
        return starts

    def _headings(self, headings: list[list[Heading]]) -> None:
        first = self.row + 1
        for level, line in enumerate(headings):
            cells = [self.style.header("") for _ in self.widths]
            height = _LINE_HEIGHT + 5
            for one in line:
                cells[one.at] = self.style.header(one.text)
                self._merge(first + level, one.at, one.across, one.down)
                lines = self._lines(one.text, one.at, one.across)
                height = max(height, ceil(lines / one.down) * _LINE_HEIGHT + 5)
            self._append(cells, height)

    def _box(self, box: Box, *, blank: bool) -> Any:
        if box.heading:
            return self.style.header("" if blank else box.text)
        cell = self.style.cell(None if blank else box.text, "text")
        if isinstance(box.text, (int, Decimal)) and not isinstance(box.text, bool) and not blank:
            cell = self.style.cell(box.text, "count" if isinstance(box.text, int) else "money")
            cell._style = copy(cell._style)
            cell.alignment = Alignment(horizontal="center", vertical="center")
        return cell

    def _whole(
        self,
        text: str,
        *,
        size: int,
        bold: bool = False,
        align: str = "left",
        height: float = 0,
        colour: str | None = None,
    ) -> None:
        """A line over the whole width, as high as its text needs."""
        cell = self.style.line(text, size=size, bold=bold)
        cell.alignment = Alignment(horizontal=align, vertical="center", wrap_text=True)
        if colour:
            cell.font = Font(name=FONT, size=size, bold=bold, color=colour)
        lines = self._lines(text, 0, len(self.widths), size)
        self._merge(self.row + 1, 0, len(self.widths), 1)
        self._append([cell], height or lines * (size + 4) + 3)

    def _height(self, row: Sequence[Any]) -> float:
        lines = max(self._lines(value, at, 1) for at, value in enumerate(row))
        return max(_ROW_HEIGHT, lines * _LINE_HEIGHT + 5)

    def _lines(self, value: Any, at: int, across: int, size: int = 10) -> int:
        """How many lines a text takes in so many columns; wide letters of the sheet's face need some air."""
        text = str(plain(value) or "")
        room = max(2.0, (sum(self.widths[at : at + across]) - 1.5) * 10 / size)
        return sum(max(1, ceil(width_of(part) / room)) for part in text.split("\n"))

    def _merge(self, row: int, at: int, across: int, down: int) -> None:
        if across > 1 or down > 1:
            left, right = get_column_letter(at + 1), get_column_letter(at + across)
            self.sheet.merged_cells.add(CellRange(f"{left}{row}:{right}{row + down - 1}"))

    def _append(self, cells: Sequence[Any], height: float) -> None:
        self.row += 1
        self.sheet.row_dimensions[self.row].height = height
        self.sheet.append(cells)


def _shares(one: list[str], other: list[str], level: int) -> bool:
    """Whether two labels stand below the same heading of a level."""
    return len(other) > level + 1 and other[: level + 1] == one[: level + 1]


def _number(value: Any) -> str:
    return "—" if value is None else f"{value:,}"


def _free_name(name: str, taken: set[str]) -> str:
    """A name no other sheet bears; spreadsheets do not tell capitals from small letters."""
    wanted, number = sheet_name_of(name), 1
    found = wanted
    while found.casefold() in taken:
        number += 1
        ending = f"({number})"
        found = f"{wanted[: 31 - len(ending)]}{ending}"
    taken.add(found.casefold())
    return found
