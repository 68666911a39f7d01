"""Reading a whole form: every row with all its faults at once, and what is not data set apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from .cells import CLEAR, FAULTY, CellError, Cleaner, Money, Raw, fold, is_blank, is_clear, normal
from .cells import shown as as_shown
from .declare import ERROR, WARNING, ImportForm, Layout, Place, Problem, Row
from .headers import Correction, Memory, Merges, Reading, recognise
from .source import MOST_ROWS, Sheet, WorkbookRefused, open_source, too_many_rows

PROGRESS_EVERY = 1_000
BATCH_ROWS = 5_000

Progress = Callable[[int, int], None]
OfRows = Callable[[Any, list[Row]], None]


@dataclass(frozen=True)
class Skipped:
    """A row that is not data. ``reason``: subtotal, total, signature, title, note, header."""

    row: int
    reason: str
    text: str


SKIP_WORDS = {
    "subtotal": "小计行",
    "total": "合计行",
    "signature": "签字行",
    "title": "标题行",
    "note": "说明行",
    "header": "重复的表头",
}


@dataclass
class Checked:
    """A form as read: ``rows`` holds every data row, faulty ones included."""

    reading: Reading
    rows: list[Row] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    file_warnings: list[Problem] = field(default_factory=list)

    @property
    def accepted(self) -> list[Row]:
        """The rows without an error."""
        return [row for row in self.rows if row.accepted]

    def problems(self) -> Iterator[Problem]:
        """Every problem in the order of the file, those of sums last."""
        for row in self.rows:
            yield from row.problems
        yield from self.file_warnings

    def errors(self) -> Iterator[Problem]:
        """The problems that block a row."""
        return (problem for problem in self.problems() if problem.severity == ERROR)

    def warnings(self) -> Iterator[Problem]:
        """The problems that only ask for a word."""
        return (problem for problem in self.problems() if problem.severity == WARNING)


def check_workbook(
    path: Path | str,
    form: ImportForm,
    context: Any = None,
    *,
    progress: Progress | None = None,
    prepare: Callable[[Reading, Sheet], Any] | None = None,
    before: OfRows | None = None,
    after: OfRows | None = None,
    correction: Correction | None = None,
    memory: Memory | None = None,
) -> Checked:
    """Read a file against a form.

    ``context``: handed to every row check; ``prepare(reading, sheet)``, when given, makes it once
    the header is known (to refuse early, to read 截止日期). Rows are checked 5,000 at a time:
    ``before(context, rows)`` loads what their checks will ask for, ``after(context, rows)`` takes
    what it needs of their values. ``progress(done, total)`` is called every 1,000 rows; whatever it
    raises ends the work. ``correction`` and ``memory``: how somebody put the header right, for this
    file and for earlier ones. Raises ``WorkbookRefused`` when the file as a whole cannot be read.
    """
    source = open_source(path)
    reading, sheet = recognise(source, form, correction=correction, memory=memory)
    if prepare is not None:
        context = prepare(reading, sheet)
    work = _Work(Checked(reading), form, reading.layout(form), context, before, after)
    judge = NotData(form, work.layout, reading, sheet.merges)
    read = _RowReader(form, work.layout)
    total = source.rows_expected(sheet.name)
    done = 0
    for number, raw in sheet.rows():
        if number <= reading.header_rows[1]:
            continue
        done += 1
        if progress is not None and done % PROGRESS_EVERY == 0:
            progress(done, max(done, total))
        verdict = judge(number, raw)
        if verdict is None:
            work.add(read(number, raw))
        elif verdict is not BLANK_ROW:
            work.skip(verdict, raw)
    work.flush()
    if progress is not None:
        progress(done, done)
    return work.checked


class _Work:
    """Rows on their way through the checks, a batch at a time and in the order of the file."""

    def __init__(
        self,
        checked: Checked,
        form: ImportForm,
        layout: Layout,
        context: Any,
        before: OfRows | None,
        after: OfRows | None,
    ) -> None:
        self.checked = checked
        self.form = form
        self.layout = layout
        self.context = context
        self.before = before
        self.after = after
        self.sums = _Sums(form, layout)
        self.waiting: list[Row | tuple[Skipped, list[Raw]]] = []

    def add(self, row: Row) -> None:
        self.waiting.append(row)
        if len(self.waiting) >= BATCH_ROWS:
            self.flush()

    def skip(self, skipped: Skipped, raw: list[Raw]) -> None:
        self.waiting.append((skipped, raw))

    def flush(self) -> None:
        rows = [row for row in self.waiting if isinstance(row, Row)]
        if len(self.checked.rows) + len(rows) > MOST_ROWS:
            raise WorkbookRefused(too_many_rows(), "workbook_too_large")
        if self.before is not None and rows:
            self.before(self.context, rows)
        for item in self.waiting:
            if isinstance(item, Row):
                self._check(item)
            else:
                skipped, raw = item
                self.checked.skipped.append(skipped)
                self.checked.file_warnings.extend(self.sums.compare(skipped, raw))
        self.waiting = []
        self.checked.rows.extend(rows)
        if self.after is not None and rows:
            self.after(self.context, rows)

    def _check(self, row: Row) -> None:
        row.report(*[problem for check in self.form.row_checks for problem in check(row, self.context)])
        row.close()
        self.sums.add(row)


def _cleaners(form: ImportForm, layout: Layout) -> list[tuple[int, Place, Cleaner]]:
    """(position in values, place in the file, cleaner) of each column the file has."""
    found: list[tuple[int, Place, Cleaner]] = []
    for index, column in enumerate(form.columns):
        place = layout.places.get(column.field)
        if place is not None:
            clean = column.clean
            found.append((index, place, clean.for_header(place.path) if isinstance(clean, Money) else clean))
    return found


class _RowReader:
    """Makes rows of cells: every cell read by its column's cleaner, and every fault of a cell named."""

    def __init__(self, form: ImportForm, layout: Layout) -> None:
        self.layout = layout
        self.columns = form.columns
        ordinal = layout.index.get(form.ordinal, -1)
        self.cleaners = [
            (index, place.position, place, clean) for index, place, clean in _cleaners(form, layout) if index != ordinal
        ]
        self.never_blank = [(index, column) for index, column in enumerate(form.columns) if column.blank is not None]

    def __call__(self, number: int, raw: list[Raw]) -> Row:
        values: list[Any] = [None] * len(self.layout.fields)
        row = Row(number, values, self.layout, raw)
        width = len(raw)
        cleared = False
        for index, position, place, clean in self.cleaners:
            cell = raw[position] if position < width else None
            if cell == "" or cell is None:
                continue
            if isinstance(cell, str) and not cell[0].isalnum():
                # What begins with a letter or a figure is neither blank nor the clearing mark nor a formula's fault.
                if is_blank(cell):
                    continue
                if is_clear(cell):
                    values[index] = CLEAR
                    cleared = True
                    continue
                if cell[0] == "#" and cell.endswith(("!", "?", "A", "0!")):
                    values[index] = FAULTY
                    row.report(row.error(place.field, "formula_error", FORMULA_ERROR))
                    continue
            try:
                values[index] = clean(cell)
            except CellError as error:
                values[index] = FAULTY
                row.report(row.error(place.field, error.code, error.message))
        for index, column in enumerate(self.columns) if cleared else self.never_blank:
            value = values[index]
            if value is CLEAR and not column.clearable:
                values[index] = FAULTY
                row.report(row.error(column.field, "cannot_clear", CANNOT_CLEAR))
            elif value is None and column.blank is not None:
                row.report(row.error(column.field, *column.blank))
        return row


FORMULA_ERROR = "公式算出了错误,请改正公式或直接填写数值。"
CANNOT_CLEAR = "这一项不能用“--”清空;不改动请留空,要更正请填新的内容。"


BLANK_ROW = Skipped(0, "blank", "")

_SUBTOTAL = re.compile(r".{0,40}(小计|分计)[::]?")
_TOTAL = re.compile(r".{0,40}(合计|总计|共计)[::]?")
_SIGNATURE = re.compile(
    r"(填报人|填表人|制表人|经办人|审核人|复核人|负责人|单位负责人|主要负责人|签字|签名|填报单位|填报日期|填报时间|报出日期|报出时间|制表日期|统计负责人|联系电话|联系人|盖章|单位盖章)"
    r"([((][^))]*[))])?[::]"
)
_NOTE = re.compile(r"(注|备注|说明|填表说明|填报说明)[::\d]")
_GROUP = re.compile(r"([((]?[一二三四五六七八九十]+[))]?[、.]?)\S")


class NotData:
    """Tells rows of a form that are not data: titles, subtotals, totals, notes, signatures."""

    def __init__(self, form: ImportForm, layout: Layout, reading: Reading, merges: Merges) -> None:
        self.width = max((place.position for place in layout.places.values()), default=0) + 1
        self.keys = [layout.places[name].position for name in form.key_fields if name in layout.places]
        self.leading = min((place.position for place in layout.places.values()), default=0)
        ordinal = layout.places.get(form.ordinal)
        self.ordinal = ordinal.position if ordinal else -1
        self.leaves = [(place.position, fold(place.path.rsplit("/", 1)[-1])) for place in layout.places.values()]
        self.wide = {
            first_row + 1
            for first_row, first, last_row, last in merges
            if first_row >= reading.header_rows[1] and last - first + 1 >= max(3, self.width // 2)
        }

    def __call__(self, number: int, raw: list[Raw]) -> Skipped | None:
        """None for data, ``BLANK_ROW``, or why the row is not data."""
        width = len(raw)
        if self.keys and not self._header_again(raw):
            for at in self.keys:
                if at >= width or is_blank(raw[at]):
                    break
            else:
                return None
        filled = [(at, cell) for at, cell in enumerate(raw[:400]) if cell != "" and not is_blank(cell)]
        if not filled or (len(filled) == 1 and filled[0][0] == self.ordinal and not _words(filled[0][1])):
            return BLANK_ROW
        texts = [(at, normal(cell)) for at, cell in filled if isinstance(cell, str)]
        reason = self._reason(number, filled, texts)
        if reason is None:
            return None
        return Skipped(number, reason, as_shown(texts[0][1] if texts else filled[0][1])[:60])

    def _header_again(self, raw: list[Raw]) -> bool:
        alike = 0
        width = len(raw)
        for at, leaf in self.leaves:
            cell = raw[at] if at < width else None
            if not cell or not isinstance(cell, str):
                continue
            if "\u4e00" <= cell[0] <= "\u9fff" and cell[0] != leaf[:1]:
                # Folding leaves such a character as it is: it would stand first.
                continue
            if cell.isascii() and not leaf.isascii():
                continue
            alike += fold(cell) == leaf
        return alike >= 3

    def _reason(self, number: int, filled: list[tuple[int, Raw]], texts: list[tuple[int, str]]) -> str | None:
        if self._header_again([cell for _, cell in _spread(filled)]):
            return "header"
        if not texts:
            return None
        at, first = texts[0]
        words = len(texts)
        if words <= 3 and _SUBTOTAL.fullmatch(first):
            return "subtotal"
        if words <= 3 and _TOTAL.fullmatch(first):
            return "total"
        if _SIGNATURE.match(first):
            return "signature"
        if _NOTE.match(first) and len(filled) == 1:
            return "note"
        alone = len(filled) == 1
        if alone and (number in self.wide or (at == self.ordinal and _words(first))):
            return "title"
        if alone and _GROUP.match(first) and at <= self.leading:
            return "title"
        return None


def _spread(filled: list[tuple[int, Raw]]) -> Iterator[tuple[int, Raw]]:
    """The filled cells with the gaps between them put back."""
    cells = dict(filled)
    for at in range(max(cells) + 1):
        yield at, cells.get(at, "")


def _words(cell: Raw) -> bool:
    return isinstance(cell, str) and not re.fullmatch(r"[\d.、]*", normal(cell))


class _Sums:
    """Printed sums against the rows they stand under: a difference is a warning, never mended."""

    def __init__(self, form: ImportForm, layout: Layout) -> None:
        self.columns = [
            (layout.index[column.field], column, layout.places[column.field])
            for column in form.columns
            if column.summed and column.field in layout.places
        ]
        self.part, self.part_accepted = self._zero(), self._zero()
        self.whole, self.whole_accepted = self._zero(), self._zero()

    def _zero(self) -> list[Any]:
        return [0] * len(self.columns)

    def add(self, row: Row) -> None:
        accepted = row.accepted
        for at, (index, _, _) in enumerate(self.columns):
            value = row.values[index]
            if value is not None and isinstance(value, (int, Decimal)):
                self.part[at] += value
                self.whole[at] += value
                if accepted:
                    self.part_accepted[at] += value
                    self.whole_accepted[at] += value

    def compare(self, skipped: Skipped, raw: list[Raw]) -> Iterator[Problem]:
        if skipped.reason not in ("subtotal", "total"):
            return
        part = skipped.reason == "subtotal"
        every = self.part if part else self.whole
        accepted = self.part_accepted if part else self.whole_accepted
        for at, (_, column, place) in enumerate(self.columns):
            cell = raw[place.position] if place.position < len(raw) else None
            if is_blank(cell):
                continue
            clean = column.clean.for_header(place.path) if isinstance(column.clean, Money) else column.clean
            try:
                printed = clean(cell)
            except CellError:
                printed = None
            if printed in (every[at], accepted[at]):
                continue
            unit = "元" if isinstance(column.clean, Money) else ""
            yield Problem(
                row=skipped.row,
                column=place.letters,
                header=place.path,
                field=column.field,
                shown=as_shown(cell),
                code="sum_differs",
                message=(
                    f"“{skipped.text}”印的数与上面各行相加不同:各行相加为{every[at]}{unit},"
                    f"其中可导入的行为{accepted[at]}{unit}。请核对。"
                ),
                severity=WARNING,
            )
        if part:
            self.part, self.part_accepted = self._zero(), self._zero()
