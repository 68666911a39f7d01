"""Looking through an .xlsx package before anything is loaded from it.

Every part is unpacked once as a stream, so that a package that lies about its sizes cannot hurt,
and the worksheets are counted on the way: rows with content, the furthest cell, error cells.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

_CHUNK = 1 << 20
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_MOST_PARTS = 5_000
_MOST_INDEX = 8 << 20


class PackageFault(Exception):
    """A package that must not be opened; ``kind``: broken, too_large, not_a_workbook, unsafe."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


@dataclass
class SheetContent:
    """What was counted in one worksheet: rows that hold a value, and how far values reach.

    ``errors``: (row from 1, column from 0) → the error a formula ended in, such as #REF!.
    ``part``: its name in the package; ``prefix``: of its XML elements; ``numbered``: whether every
    row says its number.
    """

    name: str
    part: str = ""
    prefix: bytes = b""
    numbered: bool = True
    rows: int = 0
    last_row: int = 0
    last_column: int = 0
    last_cell: str = "A1"
    errors: dict[tuple[int, int], str] = field(default_factory=dict)


def column_number(letters: str) -> int:
    """Column letters as a number from 1: A → 1, AC → 29."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def inspect_package(path: Path, most_unpacked: int) -> dict[str, SheetContent]:
    """Unpack every part once, counting; the worksheets by name.

    ``most_unpacked``: bytes all parts together may unpack to. Raises ``PackageFault``.
    """
    try:
        with zipfile.ZipFile(path) as package:
            return _inspect(package, most_unpacked)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        ElementTree.ParseError,
        KeyError,
        ValueError,
        NotImplementedError,
        RuntimeError,
        OSError,
    ) as error:
        raise PackageFault("broken") from error


def _inspect(package: zipfile.ZipFile, most_unpacked: int) -> dict[str, SheetContent]:
    parts = package.infolist()
    names = {part.filename for part in parts}
    if len(names) != len(parts) or len(parts) > _MOST_PARTS:
        raise PackageFault("unsafe")
    if sum(part.file_size for part in parts) > most_unpacked:
        raise PackageFault("too_large")
    if "xl/workbook.xml" not in names:
        raise PackageFault("not_a_workbook")
    for index in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
        if package.getinfo(index).file_size > _MOST_INDEX:
            raise PackageFault("unsafe")
    sheets = _sheet_parts(package)
    contents = {name: SheetContent(name, part) for part, name in sheets.items()}
    left = most_unpacked
    for part in parts:
        if part.filename in sheets:
            left = _count(package, part, left, contents[sheets[part.filename]])
        else:
            for chunk in _chunks(package, part):
                left -= len(chunk)
                if left < 0:
                    raise PackageFault("too_large")
    return contents


def _chunks(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    with package.open(part) as stream:
        first = True
        while chunk := stream.read(_CHUNK):
            if first and part.filename.endswith((".xml", ".rels")):
                # Office never writes a document type; entities are only ever an attack.
                if b"<!DOCTYPE" in chunk[:_CHUNK] or b"<!ENTITY" in chunk[:_CHUNK]:
                    raise PackageFault("unsafe")
            first = False
            yield chunk


def _sheet_parts(package: zipfile.ZipFile) -> dict[str, str]:
    """Part name → sheet name, by way of the workbook's relations."""
    with package.open("xl/_rels/workbook.xml.rels") as stream:
        head = stream.read(_MOST_INDEX)
    with package.open("xl/workbook.xml") as stream:
        book = stream.read(_MOST_INDEX)
    if b"<!DOCTYPE" in head + book:
        raise PackageFault("unsafe")
    targets = {
        relation.get("Id"): posixpath.normpath(target[1:] if target.startswith("/") else posixpath.join("xl", target))
        for relation in ElementTree.fromstring(head)
        if (target := relation.get("Target", ""))
    }
    found = {}
    root = ElementTree.fromstring(book)
    for space in (_MAIN, _STRICT):
        for sheet in root.iter(f"{space}sheet"):
            part = targets.get(sheet.get(_RELATION) or sheet.get(_STRICT_RELATION))
            if part:
                found[part] = sheet.get("name", "")
    return found


_ROW_NUMBER = re.compile(rb'[^>]*?\sr="(\d+)"')
_CELL_AT = re.compile(rb'(?:[^>]*?\s)?r="([A-Z]{1,3})\d+"[^>]*?(/?)>')
_ERROR = re.compile(rb'(?:[^>]*?\s)?t="e"')
_ERROR_VALUE = re.compile(rb"v>(#[^<]{1,20})<")
_MOST_ERRORS = 100_000


class _Counter:
    """Counts the rows of one worksheet as its text goes by."""

    def __init__(self, content: SheetContent) -> None:
        self.content = content
        self.row = 0
        self.buffer = b""
        self.prefix: bytes | None = None

    def feed(self, chunk: bytes) -> None:
        if self.prefix is None:
            found = re.search(rb"<([A-Za-z0-9_.-]+:)?worksheet\b", chunk)
            self.prefix = self.content.prefix = (found[1] or b"") if found else b""
        mark = b"<" + self.prefix + b"row"
        self.buffer += chunk
        end = self.buffer.rfind(mark)
        if end > 0:
            self._rows(self.buffer[:end], mark)
            self.buffer = self.buffer[end:]
        if len(self.buffer) > 64 * _CHUNK:
            raise PackageFault("unsafe")

    def close(self) -> None:
        self._rows(self.buffer, b"<" + (self.prefix or b"") + b"row")
        self.buffer = b""

    def _rows(self, text: bytes, mark: bytes) -> None:
        # What stands before the first row is the sheet's preamble.
        for piece in text.split(mark)[1:]:
            self._row(piece)

    def _row(self, piece: bytes) -> None:
        prefix = self.prefix or b""
        if not piece.startswith((b" ", b">", b"\n", b"\r", b"\t")):
            return
        found = _ROW_NUMBER.match(piece)
        self.row = int(found[1]) if found else self.row + 1
        self.content.numbered = self.content.numbered and found is not None
        if b"<" + prefix + b"v" not in piece and b"<" + prefix + b"is" not in piece:
            return
        content = self.content
        content.rows += 1
        cells = piece.split(b"<" + prefix + b"c ")
        column = len(cells) - 1
        letters = b""
        for cell in reversed(cells[1:]):
            found = _CELL_AT.match(cell)
            if found and not found[2] and (b"v>" in cell or b"is>" in cell):
                letters, column = found[1], column_number(found[1].decode())
                break
        content.last_row = max(content.last_row, self.row)
        if column > content.last_column:
            content.last_column = column
            content.last_cell = f"{letters.decode()}{self.row}"
        if b't="e"' in piece:
            self._errors(cells[1:])

    def _errors(self, cells: list[bytes]) -> None:
        for cell in cells:
            place, value = _CELL_AT.match(cell), _ERROR_VALUE.search(cell)
            if _ERROR.match(cell) and place and value:
                if len(self.content.errors) < _MOST_ERRORS:
                    at = (self.row, column_number(place[1].decode()) - 1)
                    self.content.errors[at] = value[1].decode("utf-8", "replace")


def _count(package: zipfile.ZipFile, part: zipfile.ZipInfo, left: int, content: SheetContent) -> int:
    """Count one worksheet's rows into ``content``; what is left of the size allowed."""
    counter = _Counter(content)
    for chunk in _chunks(package, part):
        left -= len(chunk)
        if left < 0:
            raise PackageFault("too_large")
        counter.feed(chunk)
    counter.close()
    return left
