"""Finding the table in a workbook: which sheet, which rows are its header, which column is what.

Every sheet's first 30 rows are tried with one to three header rows; the place where the form's
columns are recognised best wins, so instructions in front are passed over and the order of the
columns does not matter. A reading that somebody corrected by hand stands, for this file and for
every later one with the same headings.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from .cells import CellError, Raw, date, fold, is_blank, shown, tidy
from .declare import Column, ImportForm, Layout, Place
from .mark import FAULTY_SHEET, mark_of
from .source import Sheet, Source, WorkbookRefused

SEARCHED_ROWS = 30
MOST_HEADER_ROWS = 3
# Better than any score that recognition can give.
_SURE = 1_000_000
_MOST_COLUMNS = 400

Merges = Sequence[tuple[int, int, int, int]]


# How a reading came about.
RECOGNISED, REMEMBERED, CORRECTED = "recognised", "remembered", "corrected"


@dataclass(frozen=True)
class Correction:
    """A reading that a person has put right.

    ``header_rows``: first and last, as the spreadsheet numbers them. ``fields``: column letters →
    field; a column that is not named, or whose field is "", is not read.
    """

    sheet: str
    header_rows: tuple[int, int]
    fields: Mapping[str, str]


# Digest of a set of headings → their names in order of appearance → field, "" for not read.
Memory = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Heading:
    """One column of a sheet as its header rows name it; ``name``: the path, numbered where it stands twice.

    ``samples``: the first cells below it, as typed.
    """

    position: int
    letters: str
    path: str
    name: str
    samples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """How a file was read, for showing to the person who uploaded it.

    ``header_rows``: first and last, as the spreadsheet numbers them. ``places``: one per recognised
    field. ``unknown``: (letters, path) of columns kept aside. ``absent``: labels of the form's
    columns that the file does not have. ``title``: the lines above the header. ``as_of``: the
    截止日期 found there. ``other_sheets``: further sheets that look like the same form, not read.
    ``origin``: recognised, remembered from a file with these headings, or corrected by hand.
    ``template``: form and version of the template that the file was made from, empty for a file of
    one's own.
    """

    sheet: str
    header_rows: tuple[int, int]
    places: tuple[Place, ...]
    unknown: tuple[tuple[str, str], ...]
    absent: tuple[str, ...]
    title: tuple[str, ...]
    as_of: dt.date | None
    kind: str
    encoding: str
    sha256: str
    other_sheets: tuple[str, ...] = ()
    origin: str = RECOGNISED
    template: str = ""

    def layout(self, form: ImportForm) -> Layout:
        """The order of values and places for rows of this file."""
        return Layout(form.fields, {place.field: place for place in self.places})

    def as_dict(self) -> dict[str, Any]:
        """For JSON; dates as YYYY-MM-DD."""
        found = asdict(self)
        found["as_of"] = self.as_of.isoformat() if self.as_of else None
        return found


def letters(position: int) -> str:
    """Column position from 0 as letters: 0 → A, 28 → AC."""
    name = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        name = chr(65 + rest) + name
    return name


@dataclass(frozen=True)
class _Found:
    score: int
    first: int
    last: int
    places: tuple[Place, ...]
    unknown: tuple[tuple[str, str], ...]
    origin: str = RECOGNISED


def recognise(
    source: Source,
    form: ImportForm,
    *,
    correction: Correction | None = None,
    memory: Memory | None = None,
) -> tuple[Reading, Sheet]:
    """Find the form's table in the file.

    ``correction``: stands whatever would be recognised. ``memory``: readings that were corrected for
    other files with the same headings; one that fits wins over what would be recognised. Returns the
    reading and the opened sheet. Raises ``WorkbookRefused`` when no header is recognised, when a
    required column is missing (naming it), when the corrected sheet is not in the file, or when the
    file was made from the template of another form.
    """
    mark = mark_of(source)
    if mark is not None and mark.code != form.code and correction is None:
        made_for = f"《{mark.name}》" if mark.name else f"“{mark.code}”"
        raise WorkbookRefused(
            f"这个文件是用{made_for}的模板填的,现在选的是《{form.name}》。请改选表式后重新上传。",
            "template_of_another_form",
        )
    if correction is not None:
        sheet = _corrected_sheet(source, correction)
        top = _top(sheet)
        best: tuple[_Found, Sheet, list[list[Raw]]] | None = (_correct(top, sheet.merges, correction, form), sheet, top)
        others: list[str] = []
    else:
        best, others = _search(source, form, memory or {})
    if best is None:
        wanted = "、".join(column.label for column in form.columns if column.required)
        raise WorkbookRefused(
            f"没有找到《{form.name}》的表头。请核对是否选对了表;前{SEARCHED_ROWS}行内须有这些列:{wanted}。",
            "header_not_found",
        )
    found, sheet, top = best
    present = {place.field for place in found.places}
    missing = [column.label for column in form.columns if column.required and column.field not in present]
    if missing:
        raise WorkbookRefused(
            f"工作表“{sheet.name}”缺少必须有的列:{'、'.join(missing)}。请补上这些列(列名写在表头里)后重新上传。",
            "column_missing",
        )
    title = tuple(text for row in top[: found.first] if (text := _line(row)))
    return (
        Reading(
            sheet=sheet.name,
            header_rows=(found.first + 1, found.last + 1),
            places=found.places,
            unknown=found.unknown,
            absent=tuple(column.label for column in form.printed if column.field not in present),
            title=title,
            as_of=as_of_in(title),
            kind=source.kind,
            encoding=source.encoding,
            sha256=source.sha256,
            other_sheets=tuple(name for name in others if name != sheet.name),
            origin=found.origin,
            template=mark.words if mark else "",
        ),
        sheet,
    )


def _top(sheet: Sheet) -> list[list[Raw]]:
    return [row for _, row in itertools.islice(sheet.rows(), SEARCHED_ROWS + MOST_HEADER_ROWS)]


def _search(
    source: Source, form: ImportForm, memory: Memory
) -> tuple[tuple[_Found, Sheet, list[list[Raw]]] | None, list[str]]:
    """The best place in the file, and every sheet that has a place."""
    best: tuple[_Found, Sheet, list[list[Raw]]] | None = None
    others: list[str] = []
    for sheet in source.sheets():
        top = _top(sheet)
        found = find_header(top, sheet.merges, form, memory)
        if found is None:
            continue
        if sheet.name.startswith(FAULTY_SHEET) and best is not None:
            # A marked copy that was mended and handed in again: its rows stand on their own sheet as well.
            continue
        others.append(sheet.name)
        if best is None or found.score > best[0].score:
            best = (found, sheet, top)
    return best, others


def _corrected_sheet(source: Source, correction: Correction) -> Sheet:
    if correction.sheet not in source.sheet_names:
        names = "、".join(f"“{name}”" for name in source.sheet_names)
        raise WorkbookRefused(f"文件里没有工作表“{correction.sheet}”,可选:{names}。", "sheet_missing")
    return source.sheet(correction.sheet)


def _correct(top: Sequence[Sequence[Raw]], merges: Merges, correction: Correction, form: ImportForm) -> _Found:
    first, last = correction.header_rows[0] - 1, correction.header_rows[1] - 1
    found = headings(top, merges, first + 1, last + 1)
    chosen = {heading.position: correction.fields.get(heading.letters, "") for heading in found}
    places, unknown = _as_chosen(found, chosen, form)
    return _Found(0, first, last, places, unknown, CORRECTED)


def _as_chosen(
    found: Sequence[Heading], chosen: Mapping[int, str], form: ImportForm
) -> tuple[tuple[Place, ...], tuple[tuple[str, str], ...]]:
    """Places by position → field; a field chosen twice is read from the first column alone."""
    places: dict[str, Place] = {}
    unknown: list[tuple[str, str]] = []
    for heading in found:
        name = chosen.get(heading.position, "")
        if name in form.by_field and name not in places:
            places[name] = Place(name, heading.position, heading.letters, heading.path or heading.letters)
        else:
            unknown.append((heading.letters, heading.path))
    return tuple(places.values()), tuple(unknown)


def headings(
    top: Sequence[Sequence[Raw]], merges: Merges, first: int, last: int, samples: int = 0
) -> tuple[Heading, ...]:
    """The columns that these header rows name, and those that have something below them.

    ``top``: rows from row 1 on. ``first``, ``last``: header rows, as the spreadsheet numbers them.
    ``samples``: how many rows below the header are shown beside each column.
    """
    filled = _fill_merges(top, merges)
    below = [row[:_MOST_COLUMNS] for row in top[last : last + max(samples, 3)]]
    paths = _paths(filled[first - 1 : last]) if filled[first - 1 : last] else []
    width = max([len(paths), *(len(row) for row in below)], default=0)
    seen: dict[str, int] = {}
    found = []
    for position in range(width):
        path = "/".join(paths[position]) if position < len(paths) else ""
        cells = [row[position] if position < len(row) else None for row in below]
        if not path and all(is_blank(cell) for cell in cells):
            continue
        key = fold(path)
        seen[key] = seen.get(key, 0) + 1
        name = key if seen[key] == 1 else f"{key}#{seen[key]}"
        shown_cells = tuple(tidy(shown(cell))[:40] for cell in cells[:samples])
        found.append(Heading(position, letters(position), path, name, shown_cells))
    return tuple(found)


def digest_of(found: Iterable[Heading]) -> str:
    """Digest of a set of headings, whatever their order; columns without a heading do not count."""
    names = sorted(heading.name for heading in found if heading.path)
    return hashlib.sha256("\n".join(names).encode()).hexdigest()


def _line(row: Sequence[Raw]) -> str:
    texts = (tidy(shown(cell)) for cell in row[:_MOST_COLUMNS] if not is_blank(cell))
    return " ".join(dict.fromkeys(texts))


_AS_OF = re.compile(
    r"(?:截止|截至|统计截止|数据截止)(?:日期|时间|日)?[::]?到?"
    r"(\d{4}(?:年\d{1,2}(?:月(?:\d{1,2}[日号]?)?)?|[-./]\d{1,2}(?:[-./]\d{1,2})?|\d{4}))"
)


def as_of_in(title: Sequence[str]) -> dt.date | None:
    """The 截止日期 printed in the title lines; of a month alone, its last day."""
    for text in printed_dates(title):
        try:
            return date(text).last()
        except CellError:
            continue
    return None


def printed_dates(title: Sequence[str]) -> list[str]:
    """What the title lines print as 截止日期, readable as a date or not."""
    lines = (re.sub(r"\s+", "", unicodedata.normalize("NFKC", line)) for line in title)
    return [found[1] for line in lines if (found := _AS_OF.search(line))]


def find_header(
    top: Sequence[Sequence[Raw]], merges: Merges, form: ImportForm, memory: Memory | None = None
) -> _Found | None:
    """The best header among the first rows, or None when too little is recognised.

    ``top``: rows from row 1 on. At least three columns, or all required ones, must be recognised.
    ``memory``: corrected readings by the digest of their headings; one that fits is taken.
    """
    if memory and (remembered := next(_remembered(top, merges, form, memory), None)):
        return remembered
    filled = _fill_merges(top, merges)
    best: _Found | None = None
    for first in range(min(SEARCHED_ROWS, len(filled))):
        if all(is_blank(cell) for cell in top[first]):
            continue
        for last in range(first, min(first + MOST_HEADER_ROWS, len(filled))):
            found = _match(filled, first, last, form)
            if best is None or found.score > best.score:
                best = found
    if best is None:
        return None
    present = {place.field for place in best.places}
    required = {column.field for column in form.columns if column.required}
    # One column alone, such as in the notes beside a form, makes no header unless the form asks for no more.
    return best if len(present) >= 3 or (required and required <= present) else None


def _remembered(top: Sequence[Sequence[Raw]], merges: Merges, form: ImportForm, memory: Memory) -> Iterator[_Found]:
    """Places whose headings somebody has corrected before."""
    for first in range(1, min(SEARCHED_ROWS, len(top)) + 1):
        if all(is_blank(cell) for cell in top[first - 1]):
            continue
        for last in range(first, min(first + MOST_HEADER_ROWS, len(top) + 1)):
            found = headings(top, merges, first, last)
            fields = memory.get(digest_of(found))
            if fields is not None:
                chosen = {heading.position: fields.get(heading.name, "") for heading in found}
                places, unknown = _as_chosen(found, chosen, form)
                yield _Found(_SURE, first - 1, last - 1, places, unknown, REMEMBERED)


def _fill_merges(top: Sequence[Sequence[Raw]], merges: Merges) -> list[list[str]]:
    """The first rows as tidy text, with a merged range's text in each of its cells."""
    rows = [["" if is_blank(cell) else tidy(shown(cell)) for cell in row[:_MOST_COLUMNS]] for row in top]
    for row_from, column_from, row_to, column_to in merges:
        if row_from >= len(rows) or column_from >= len(rows[row_from]):
            continue
        text = rows[row_from][column_from]
        for number in range(row_from, min(row_to + 1, len(rows))):
            for position in range(column_from, min(column_to + 1, len(rows[number]))):
                rows[number][position] = text
    return rows


def _paths(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Header path of every column, from the outermost heading to the leaf.

    A heading that was never merged stands only over its first column: a blank beside it belongs to
    it as long as the row below has something there.
    """
    width = max(map(len, rows))
    grid = [[row[at] if at < len(row) else "" for at in range(width)] for row in rows]
    for number in range(len(grid) - 1):
        heading = ""
        for at in range(width):
            below = any(grid[under][at] for under in range(number + 1, len(grid)))
            if grid[number][at]:
                heading = grid[number][at] if below else ""
            elif below and heading:
                grid[number][at] = heading
            else:
                heading = ""
    paths = []
    for at in range(width):
        parts = [row[at] for row in grid if row[at]]
        paths.append([part for number, part in enumerate(parts) if not number or part != parts[number - 1]])
    return paths


def _column_for(path: Sequence[str], form: ImportForm) -> tuple[int, Column] | None:
    """The column a header path names: by the whole path (0), or by its end (1, 2)."""
    for start in range(len(path)):
        joined = "".join(path[start:])
        bare = re.sub(r"[(\[【][^)\]】]*[)\]】]", "", unicodedata.normalize("NFKC", joined))
        for text in (joined, bare):
            key = fold(text)
            found = form.by_key.get(key) or form.by_key.get(key.removeprefix("其中"))
            if found:
                return start, found
    return None


def _match(rows: Sequence[Sequence[str]], first: int, last: int, form: ImportForm) -> _Found:
    paths = {position: path for position, path in enumerate(_paths(rows[first : last + 1])) if path}
    claims = {position: _column_for(path, form) for position, path in paths.items()}
    places: dict[str, Place] = {}
    unknown: list[tuple[int, str]] = []
    # Whole paths first: a heading elsewhere that merely ends alike must not take their place.
    for position in sorted(paths, key=lambda at: (claim[0] if (claim := claims[at]) else 9, at)):
        printed, claim = "/".join(paths[position]), claims[position]
        if claim is None:
            unknown.append((position, printed))
        elif claim[1].field in places:
            twin = places[claim[1].field].letters
            unknown.append((position, f"{printed}(与{twin}列重复,未读)"))
        else:
            field = claim[1].field
            places[field] = Place(field, position, letters(position), printed)
    ordered = tuple(sorted(places.values(), key=lambda place: place.position))
    kept = tuple((letters(position), printed) for position, printed in sorted(unknown))
    # One more header row must pay for itself with a column recognised; a row of data joined to
    # the header costs columns and loses.
    score = len(places) * 10 - len(unknown) - (last - first) * 2
    return _Found(score, first, last, ordered, kept)
