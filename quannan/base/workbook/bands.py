"""Reading a long worksheet in bands of rows, so that it is never held in memory as a whole.

The reader of workbooks holds every cell of a sheet. Each band is handed to it as a small workbook
of its own: the same strings and styles, and only the rows of the band.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from python_calamine import CalamineWorkbook

from .cells import Raw

BAND_ROWS = 10_000
_CHUNK = 1 << 20
_ROW_NUMBER = re.compile(rb'[^>]*?\sr="(\d+)"')
_MERGE = re.compile(rb'mergeCell\s+ref="([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)"')
_NEEDED = ("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels")
_HELPERS = ("xl/sharedStrings.xml", "xl/styles.xml")


@dataclass(frozen=True)
class LongSheet:
    """A worksheet of an .xlsx to be read in bands.

    ``part``: its name in the package; ``name``: of the sheet; ``prefix``: of its XML elements.
    """

    path: Path
    part: str
    name: str
    prefix: bytes

    def rows(self) -> Iterator[list[Raw]]:
        """Every row from row 1 on, padded from column A. Raises ``CalamineError`` when broken."""
        expected = 1
        with TemporaryDirectory(prefix="quannan-band-") as folder:
            band_file = Path(folder) / "band.xlsx"
            for first, pieces in self._bands():
                self._write(band_file, pieces)
                with CalamineWorkbook.from_path(band_file) as book:
                    sheet = book.get_sheet_by_name(self.name)
                    front: list[Raw] = [""] * (sheet.start[1] if sheet.start else 0)
                    for number, cells in enumerate(sheet.iter_rows(), 1):
                        if number < first:
                            continue
                        # Rows that the file leaves out altogether are empty rows.
                        for _ in range(expected, number):
                            yield []
                        yield [*front, *cells]
                        expected = number + 1

    def merges(self) -> list[tuple[int, int, int, int]]:
        """Merged ranges: (first row, first column, last row, last column), counted from 0."""
        tail = b""
        found = []
        with zipfile.ZipFile(self.path) as package, package.open(self.part) as stream:
            while chunk := stream.read(_CHUNK):
                text = tail + chunk
                end = text.rfind(b">") + 1
                for match in _MERGE.finditer(text, 0, end):
                    first, first_row, last, last_row = match.groups()
                    found.append((int(first_row) - 1, _position(first), int(last_row) - 1, _position(last)))
                tail = text[end:]
        return found

    def _bands(self) -> Iterator[tuple[int, list[bytes]]]:
        """(number of the first row, XML of a sheet in pieces) of each band."""
        mark = b"<" + self.prefix + b"row"
        closing = b"</" + self.prefix + b"sheetData></" + self.prefix + b"worksheet>"
        preamble, pieces, waiting = b"", [], b""
        with zipfile.ZipFile(self.path) as package, package.open(self.part) as stream:
            while chunk := stream.read(_CHUNK):
                waiting += chunk
                end = waiting.rfind(mark)
                if end <= 0:
                    continue
                parts = waiting[:end].split(mark)
                waiting = waiting[end:]
                if not preamble:
                    preamble = parts[0]
                pieces += parts[1:]
                while len(pieces) >= BAND_ROWS:
                    yield self._band(preamble, pieces[:BAND_ROWS], closing)
                    del pieces[:BAND_ROWS]
        # What follows the last row (merged cells, print settings) ends with its sheet.
        last = waiting.split(b"</" + self.prefix + b"sheetData>")[0].split(mark)
        pieces += last[1:]
        if pieces:
            yield self._band(preamble or last[0], pieces, closing)

    def _band(self, preamble: bytes, pieces: list[bytes], closing: bytes) -> tuple[int, list[bytes]]:
        found = _ROW_NUMBER.match(pieces[0])
        return int(found[1]) if found else 1, [preamble, *pieces, closing]

    def _write(self, out: Path, pieces: list[bytes]) -> None:
        preamble, *rows, closing = pieces
        mark = b"<" + self.prefix + b"row"
        with zipfile.ZipFile(self.path) as package, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as band:
            names = set(package.namelist())
            for name in (*_NEEDED, *_HELPERS):
                if name in names:
                    with package.open(name) as source, band.open(name, "w") as target:
                        while chunk := source.read(_CHUNK):
                            target.write(chunk)
            with band.open(self.part, "w") as target:
                target.write(preamble)
                for first in range(0, len(rows), 500):
                    target.write(mark + mark.join(rows[first : first + 500]))
                target.write(closing)


def _position(letters: bytes) -> int:
    position = 0
    for letter in letters:
        position = position * 26 + letter - 64
    return position - 1
