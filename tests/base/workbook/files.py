"""Table files made on the spot, sound and faulty ones, each by one function."""

import struct
import zipfile
from pathlib import Path

from openpyxl import Workbook

_CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
_ROOT = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="xl/workbook.xml" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>'
)
_BOOK = (
    '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
    '<sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
_BOOK_RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="worksheets/sheet1.xml" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/></Relationships>'
)
SHEET_HEAD = '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'


def workbook(path: Path, rows, *, merges=(), sheet="表", before=(), hidden=()) -> Path:
    """An .xlsx with these rows; ``before``: (name, rows) of sheets in front of it."""
    book = Workbook()
    book.remove(book.active)
    for name, others in before:
        other = book.create_sheet(name)
        for row in others:
            other.append(row)
        if name in hidden:
            other.sheet_state = "hidden"
    page = book.create_sheet(sheet)
    for row in rows:
        page.append(row)
    for merged in merges:
        page.merge_cells(merged)
    book.save(path)
    return path


def raw_workbook(path: Path, sheet_xml, extra=()) -> Path:
    """An .xlsx whose only sheet is this XML, or these pieces of it; ``extra``: further parts by name."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", _CONTENT_TYPES)
        package.writestr("_rels/.rels", _ROOT)
        package.writestr("xl/workbook.xml", _BOOK)
        package.writestr("xl/_rels/workbook.xml.rels", _BOOK_RELATIONS)
        with package.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for piece in [sheet_xml] if isinstance(sheet_xml, str) else sheet_xml:
                part.write(piece.encode())
        for name, content in dict(extra).items():
            package.writestr(name, content)
    return path


def text_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def many_rows(path: Path, rows: int) -> Path:
    """An .xlsx of that many rows of one cell."""

    def pieces():
        yield SHEET_HEAD + "<sheetData>"
        for first in range(1, rows + 1, 1000):
            numbers = range(first, min(first + 1000, rows + 1))
            yield "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in numbers)
        yield "</sheetData></worksheet>"

    return raw_workbook(path, pieces())


def zip_bomb(path: Path, mib: int = 301) -> Path:
    """An .xlsx of a few hundred KiB that unpacks to more than is allowed."""

    def pieces():
        yield SHEET_HEAD + "<sheetData>"
        for _ in range(mib):
            yield " " * (1 << 20)
        yield "</sheetData></worksheet>"

    return raw_workbook(path, pieces())


def lying_zip(path: Path) -> Path:
    """A package whose directory says that a part is small, while it unpacks to much."""
    zip_bomb(path, mib=20)
    content = bytearray(path.read_bytes())
    end = content.rfind(b"PK\x05\x06")
    at = struct.unpack_from("<I", content, end + 16)[0]
    while content[at : at + 4] == b"PK\x01\x02":
        name, extra, comment = struct.unpack_from("<HHH", content, at + 28)
        if b"sheet1" in content[at + 46 : at + 46 + name]:
            struct.pack_into("<I", content, at + 24, 1000)
        at += 46 + name + extra + comment
    path.write_bytes(content)
    return path


# compound files: .xls and locked .xlsx ---------------------------------------------------------

_SECTOR = 512
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def compound(path: Path, streams: dict[str, bytes]) -> Path:
    """An OLE2 compound file with these streams, each padded to the size of ordinary sectors."""
    padded = {
        name: content.ljust(max(4096, -(-len(content) // _SECTOR) * _SECTOR), b"\0")
        for name, content in streams.items()
    }
    directory_sectors = -(-(len(padded) + 1) // 4)
    fat: list[int] = [_FAT]
    fat += [*range(2, 1 + directory_sectors), _END]
    entries = [_entry("Root Entry", 5, _END, 0, child=1)]
    body = b""
    for number, (name, content) in enumerate(padded.items(), 1):
        first, sectors = len(fat), len(content) // _SECTOR
        fat += [*range(first + 1, first + sectors), _END]
        right = number + 1 if number < len(padded) else _FREE
        entries.append(_entry(name, 2, first, len(content), right=right))
        body += content
    directory = b"".join(entries).ljust(directory_sectors * _SECTOR, b"\0")
    table = struct.pack("<128I", *fat, *[_FREE] * (128 - len(fat)))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, _END, 0, _END, 0) + struct.pack("<109I", 0, *[_FREE] * 108)
    path.write_bytes(header + table + directory + body)
    return path


def _entry(name: str, kind: int, first: int, size: int, *, child: int = _FREE, right: int = _FREE) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    return (
        text.ljust(64, b"\0")
        + struct.pack("<HBB", len(text), kind, 1)
        + struct.pack("<III", _FREE, right, child)
        + b"\0" * 36
        + struct.pack("<IQ", first, size)
    )


def locked_workbook(path: Path) -> Path:
    """What Excel writes for a workbook with a password to open."""
    return compound(path, {"EncryptionInfo": b"\4\0\4\0" + b"<encryption/>", "EncryptedPackage": b"\x13" * 6000})


def old_workbook(path: Path, rows, sheet="表", locked=False) -> Path:
    """An .xls (BIFF8) with one sheet of texts and numbers; ``locked``: as with a password to open."""

    def record(kind: int, content: bytes) -> bytes:
        return struct.pack("<HH", kind, len(content)) + content

    def wide(text: str, width: str) -> bytes:
        return struct.pack(f"<{width}B", len(text), 1) + text.encode("utf-16-le")

    def start(kind: int) -> bytes:
        return record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0, 6))

    cells = b""
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            place = struct.pack("<HHH", row, column, 0)
            if isinstance(value, str):
                cells += record(0x0204, place + wide(value, "H"))
            elif value is not None:
                cells += record(0x0203, place + struct.pack("<d", value))
    end = record(0x000A, b"")
    codepage = record(0x0042, struct.pack("<H", 1200))
    if locked:
        codepage = record(0x002F, struct.pack("<HHH", 1, 1, 1) + bytes(48)) + codepage
    length = len(start(5) + codepage) + 4 + 6 + len(wide(sheet, "B")) + len(end)
    bound = record(0x0085, struct.pack("<IBB", length, 0, 0) + wide(sheet, "B"))
    return compound(path, {"Workbook": start(5) + codepage + bound + end + start(0x10) + cells + end})
