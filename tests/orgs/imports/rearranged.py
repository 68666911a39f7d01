"""A county's form taken apart into columns and rows, to be put together again in the ways offices do."""

import csv
import datetime as dt
import random
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook, load_workbook

DATA = Path(__file__).resolve().parents[2] / "data"
ORIGINAL = DATA / "register-2011.xlsx"
HEADER_ROWS = 4  # two lines of title, two of header
FIRST_REJECTED = 498  # counted from 0 below the header


@dataclass(frozen=True)
class Table:
    """The form as columns and rows.

    ``heads``: (parent, leaf) of each column, with "" for no parent; ``fields``: what each column is, "" for one the
    form does not know; ``rows``: the cells below the header, with the rows that are not data.
    """

    title: tuple[str, ...]
    heads: tuple[tuple[str, str], ...]
    fields: tuple[str, ...]
    rows: tuple[tuple, ...]

    def ordered(self, order):
        """The columns in another order."""
        return replace(
            self,
            heads=tuple(self.heads[at] for at in order),
            fields=tuple(self.fields[at] for at in order),
            rows=tuple(tuple(row[at] for at in order) for row in self.rows),
        )

    def renamed(self, heads):
        """Other headings: field → (parent, leaf)."""
        named = (heads.get(name, head) for name, head in zip(self.fields, self.heads, strict=True))
        return replace(self, heads=tuple(named))

    def reworded(self, word, *fields):
        """Every cell of these columns put in other words: ``word(cell, number of the row)``."""
        at = {self.fields.index(name) for name in fields}
        rows = (
            tuple(
                word(cell, number) if position in at and cell is not None else cell for position, cell in enumerate(row)
            )
            for number, row in enumerate(self.rows)
        )
        return replace(self, rows=tuple(rows))

    def with_unknown_columns(self):
        """Columns between the others that the form does not have."""
        heads, fields, rows = [], [], [[] for _ in self.rows]
        for position, head in enumerate(self.heads):
            if position % 4 == 1:
                heads.append(("", f"本县自用{position}"))
                fields.append("")
                for number, row in enumerate(rows):
                    row.append(f"其他{number}" if self.rows[number][self.fields.index("uscc")] else None)
            heads.append(head)
            fields.append(self.fields[position])
            for number, row in enumerate(rows):
                row.append(self.rows[number][position])
        return replace(self, heads=tuple(heads), fields=tuple(fields), rows=tuple(map(tuple, rows)))

    def part(self):
        """The first rows, the rejected ones with the row that one of them repeats, and the last lines."""
        code = self.fields.index("uscc")
        last = {row[code] for row in self.rows[FIRST_REJECTED:]} - {None}
        rows = enumerate(self.rows)
        kept = (row for number, row in rows if number < 25 or number >= FIRST_REJECTED or row[code] in last)
        return replace(self, rows=tuple(kept))


def original(form):
    """The county's own workbook."""
    page = load_workbook(ORIGINAL).active
    cells = [tuple(row) for row in page.iter_rows(values_only=True)]
    parents, heads = "", []
    for top, leaf in zip(cells[2], cells[3], strict=True):
        parents = top or parents
        heads.append((parents, leaf) if leaf else ("", parents))
    fields = tuple(column.field for column in form.printed)
    return Table((cells[0][0], cells[1][0]), tuple(heads), fields, tuple(cells[HEADER_ROWS:]))


def shuffled(table, seed):
    """The columns in an order that the seed decides."""
    order = list(range(len(table.fields)))
    random.Random(seed).shuffle(order)
    return table.ordered(order)


# headers: each gives the rows of the header and the ranges it merges (rows from 1 within the header) ---------------


def two_rows(table, merged=True, repeated=False):
    """As the form is printed: parents over leaves; ``repeated``: the parent over every one of its columns."""
    above, below, merges = [], [], []
    for at, (parent, leaf) in enumerate(table.heads):
        again = at > 0 and parent and parent == table.heads[at - 1][0]
        above.append((parent if not again or repeated else None) if parent else leaf)
        below.append(leaf if parent else None)
    if merged:
        for at, (parent, _) in enumerate(table.heads):
            if not parent:
                merges.append((1, at + 1, 2, at + 1))
            elif at == 0 or table.heads[at - 1][0] != parent:
                last = at
                while last + 1 < len(table.heads) and table.heads[last + 1][0] == parent:
                    last += 1
                merges.append((1, at + 1, 1, last + 1))
    return [above, below], [merge for merge in merges if merge[:2] != merge[2:]]


def one_row(table, joint="/"):
    """The path in one cell."""
    return [[f"{parent}{joint}{leaf}" if parent else leaf for parent, leaf in table.heads]], []


def three_rows(table):
    """A further heading over the groups of the form."""
    groups = [
        "党群组织建设情况" if name.rsplit("_", 1)[0] in ("party", "union", "league", "women", "women_workers", "mechanism")
        else "单位基本情况"
        for name in table.fields
    ]  # fmt: skip
    rows, merges = two_rows(table)
    top = [group if at == 0 or groups[at - 1] != group else None for at, group in enumerate(groups)]
    starts = [at for at, group in enumerate(top) if group]
    ends = [*starts[1:], len(top)]
    over = [(1, first + 1, 1, end) for first, end in zip(starts, ends, strict=True) if end - first > 1]
    return [top, *rows], over + [(first + 1, left, last + 1, right) for first, left, last, right in merges]


# files --------------------------------------------------------------------------------------------------------------


def as_workbook(path, table, header, *, lines_above=0, sheet_before=""):
    """An .xlsx; the number of the last header row."""
    rows, merges = header
    book = Workbook()
    page = book.active
    page.title = "摸底表"
    if sheet_before:
        notes = book.create_sheet(sheet_before, 0)
        for line in ("填表说明", "一、本表由各主管党(工)委填报。", "二、单位名称、统一社会信用代码按登记证照填写。"):
            notes.append([line])
    for line in table.title:
        page.append([line])
    for number in range(lines_above):
        page.append([f"填报要求第{number + 1}条:请如实填写。"])
    front = len(table.title) + lines_above
    for row in rows:
        page.append(row)
    for first, left, last, right in merges:
        page.merge_cells(start_row=first + front, start_column=left, end_row=last + front, end_column=right)
    for row in table.rows:
        page.append(row)
    book.save(path)
    return front + len(rows)


def displayed(cell):
    """A cell as a spreadsheet writes it into a text file."""
    if cell is None:
        return ""
    if isinstance(cell, dt.datetime):
        return f"{cell.year}/{cell.month}/{cell.day}"
    if isinstance(cell, float) and cell >= 1e11:
        return f"{cell:.5E}"
    return str(cell)


def as_text(path, table, header, *, encoding, delimiter=","):
    """A .csv or .txt; the number of the last header row."""
    rows, _ = header
    with path.open("w", encoding=encoding, newline="") as lines:
        writer = csv.writer(lines, delimiter=delimiter)
        for line in table.title:
            writer.writerow([line, *[""] * (len(table.fields) - 1)])
        writer.writerows([list(map(displayed, row)) for row in [*rows, *table.rows]])
    return len(table.title) + len(rows)


# other words for the same -------------------------------------------------------------------------------------------

DAYS = (
    lambda day: f"{day.year}年{day.month}月{day.day}日",
    lambda day: f"{day.year}.{day.month}.{day.day}",
    lambda day: f"{day:%Y%m%d}",
    lambda day: int(f"{day:%Y%m%d}"),
    lambda day: f"{day.year}/{day.month}/{day.day}",
    lambda day: f"{day:%Y-%m-%d} 00:00:00",
    lambda day: day,
    lambda day: (day - dt.datetime(1899, 12, 30)).days,  # the number that Excel keeps
    lambda day: wide(f"{day:%Y-%m-%d}"),
    lambda day: f" {day.year} 年 {day.month} 月 {day.day} 日",
)
MONTHS = (
    lambda year, month: f"{year}年{month}月",
    lambda year, month: f"{year}年{month:02d}月",
    lambda year, month: f"{year}.{month}",
    lambda year, month: f"{year}{month:02d}",
    lambda year, month: int(f"{year}{month:02d}"),
    lambda year, month: f"{year}/{month}",
    lambda year, month: wide(f"{year}-{month:02d}"),
)


def wide(text):
    """Digits and signs in full width, as a Chinese keyboard types them."""
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


def other_date(read):
    """Puts a date in other words of the same precision; ``read``: what reads a cell, raising for one it cannot."""

    def word(cell, number):
        found = read(cell)
        if found is None:
            return cell
        if found.day:
            return DAYS[number % len(DAYS)](dt.datetime(found.year, found.month, found.day))
        if found.month:
            return MONTHS[number % len(MONTHS)](found.year, found.month)
        return (f"{found.year}年", str(found.year), wide(str(found.year)))[number % 3]

    return word


COUNTS = (lambda n: f"{n}人", lambda n: wide(f"{n}"), lambda n: f"{n:,}", lambda n: float(n), lambda n: f" {n} 名")
MONEYS = (
    lambda yuan: f"{yuan / 10_000:,}万元",
    lambda yuan: f"{yuan:,}元",
    lambda yuan: wide(f"{yuan / 10_000}"),
    lambda yuan: f"{yuan / 10_000:,}",
    lambda yuan: f"{yuan / Decimal(100_000_000)}亿元",
    lambda yuan: f"¥{yuan / 10_000:,}",
)


def other_number(read, words):
    """Puts a number in other words; a cell that cannot be read stays."""

    def word(cell, number):
        found = read(cell)
        return cell if found is None else words[number % len(words)](found)

    return word
