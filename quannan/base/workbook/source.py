"""Opening a table file: what it really is, whether it is within the limits, and its rows.

The content decides, never the name. Whatever cannot be opened is refused with one sentence that
says how to mend it; nothing is read into memory before its unpacked size is known.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.core.exceptions import ValidationError
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from .bands import LongSheet
from .cells import Raw
from .package import PackageFault, SheetContent, inspect_package

MOST_ROWS = 200_000
MOST_UNPACKED = 300 * 1024 * 1024
MOST_CELLS = 8_000_000
# Sheets longer than this are read in bands.
LONG_ROWS = 30_000

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SAVE_AS = "请用 Excel 或 WPS 打开后另存为 .xlsx 再上传。"


class WorkbookRefused(ValidationError):
    """A file that cannot be read at all; ``message`` is the sentence for its owner."""

    def __init__(self, message: str, code: str = "workbook_refused") -> None:
        super().__init__(message, code=code)

    def __str__(self) -> str:
        return str(self.message)


@dataclass
class Sheet:
    """One sheet: its name, its merged ranges, and its rows as often as they are asked for.

    ``merges``: (first row, first column, last row, last column), counted from 0.
    """

    name: str
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    _rows: CalamineSheet | LongSheet | Path | None = None
    _encoding: str = "utf-8"
    _delimiter: str = ","
    _errors: dict[tuple[int, int], str] = field(default_factory=dict)

    def rows(self) -> Iterator[tuple[int, list[Raw]]]:
        """Every row as (number as Excel shows it, cells from column A on)."""
        if isinstance(self._rows, Path):
            # utf-8-sig and gb18030 were tried on the whole file already: this cannot fail halfway.
            with self._rows.open(encoding=self._encoding, newline="") as lines:
                for number, texts in enumerate(csv.reader(lines, delimiter=self._delimiter, strict=True), 1):
                    yield number, [*texts]
        elif self._rows is not None:
            for number, row in enumerate(self._cells(), 1):
                if self._errors:
                    for column in range(len(row)):
                        if (number, column) in self._errors:
                            row[column] = self._errors[number, column]
                yield number, row

    def _cells(self) -> Iterator[list[Raw]]:
        if isinstance(self._rows, LongSheet):
            try:
                yield from self._rows.rows()
            except (CalamineError, OSError, ValueError) as error:
                raise WorkbookRefused(BROKEN, "workbook_broken") from error
        elif isinstance(self._rows, CalamineSheet):
            # The reader begins with row 1, but with the first column that holds something.
            start = self._rows.start
            front: list[Raw] = [""] * (start[1] if start else 0)
            for cells in self._rows.iter_rows():
                yield [*front, *cells]


@dataclass
class Source:
    """An opened file. ``kind``: xlsx, xls or csv; ``encoding``: of a csv, else empty.

    ``sha256``: of the file as uploaded. ``sheets`` gives one sheet at a time, since a sheet is held
    in memory while it is used.
    """

    path: Path
    kind: str
    encoding: str
    sha256: str
    sheet_names: list[str]
    _workbook: CalamineWorkbook | None = None
    _contents: dict[str, SheetContent] = field(default_factory=dict)
    _delimiter: str = ","

    def sheet(self, name: str) -> Sheet:
        """One sheet by name. Raises ``WorkbookRefused`` when its inside is broken."""
        if self._workbook is None:
            return Sheet(name, [], self.path, self.encoding, self._delimiter)
        known = self._contents.get(name)
        if known is not None and known.rows > LONG_ROWS and known.numbered:
            sheet = LongSheet(self.path, known.part, name, known.prefix)
            return Sheet(name, sheet.merges(), sheet, _errors=known.errors)
        try:
            content = self._workbook.get_sheet_by_name(name)
            ranges = content.merged_cell_ranges or []
        except (CalamineError, OSError, ValueError) as error:
            raise WorkbookRefused(BROKEN, "workbook_broken") from error
        if content.total_height > MOST_ROWS * 5 // 4 and self.kind == "xls":
            raise WorkbookRefused(too_many_rows(), "workbook_too_large")
        merges = [(first[0], first[1], last[0], last[1]) for first, last in ranges]
        return Sheet(name, merges, content, _errors=known.errors if known else {})

    def rows_expected(self, name: str) -> int:
        """How many rows of a sheet hold something, where that is known beforehand; else 0."""
        content = self._contents.get(name)
        return content.rows if content else 0

    def sheets(self) -> Iterator[Sheet]:
        """Every visible sheet in the order of the file."""
        for name in self.sheet_names:
            yield self.sheet(name)


BROKEN = f"文件已损坏,读不出内容。{_SAVE_AS}"
LOCKED = "文件有打开密码,读不出内容。请在 Excel 或 WPS 中取消密码、保存后再上传。"


def too_many_rows() -> str:
    """The sentence for a table of too many rows."""
    return f"表格超过{MOST_ROWS:,}行,一次处理不了。请按主管党(工)委拆成几个文件分别上传。"


def open_source(path: Path | str) -> Source:
    """Open a table file of any kind that is read: .xlsx, .xls, .csv, .et by its content.

    Raises ``WorkbookRefused`` with its sentence: empty, not a table file, broken, locked by a
    password, unpacking to more than 300 MiB, or more than 200,000 rows.
    """
    path = Path(path)
    if not path.exists():
        raise WorkbookRefused(f"找不到文件“{path.name}”,请核对文件名和所在文件夹。", "workbook_missing")
    if not path.is_file():
        raise WorkbookRefused(f"“{path.name}”不是文件,请选择表格文件本身。", "workbook_missing")
    size = path.stat().st_size
    if size == 0:
        raise WorkbookRefused("文件是空的(0 字节)。请核对是否保存成功、是否选错了文件。", "workbook_empty")
    if size > MOST_UNPACKED:
        raise WorkbookRefused(too_large(), "workbook_too_large")
    with path.open("rb") as stream:
        head = stream.read(4096)
        digest = hashlib.sha256(head)
        while piece := stream.read(1 << 20):
            digest.update(piece)
    sha256 = digest.hexdigest()
    if head.startswith(_ZIP):
        return _open_xlsx(path, sha256)
    if head.startswith(_OLE):
        return _open_xls(path, sha256)
    if head.startswith((b"PK\x05\x06", b"PK\x07\x08", b"PK")):
        raise WorkbookRefused(BROKEN, "workbook_broken")
    return _open_text(path, sha256, head)


def too_large() -> str:
    """The sentence for a file that unpacks to too much."""
    mib = MOST_UNPACKED // 1024 // 1024
    return f"文件展开后超过 {mib} MiB,一次处理不了。请删去图片和无关的工作表,或拆成几个文件后再上传。"


def _open_xlsx(path: Path, sha256: str) -> Source:
    try:
        package = inspect_package(path, MOST_UNPACKED)
    except PackageFault as fault:
        sentences = {
            "broken": BROKEN,
            "too_large": too_large(),
            "not_a_workbook": f"这不是 Excel 表格文件。{_SAVE_AS}",
            "unsafe": f"文件内部结构不正常,为安全起见没有打开。{_SAVE_AS}",
        }
        raise WorkbookRefused(sentences[fault.kind], f"workbook_{fault.kind}") from fault
    for content in package.values():
        if content.rows > MOST_ROWS:
            raise WorkbookRefused(too_many_rows(), "workbook_too_large")
        if content.last_row * content.last_column > MOST_CELLS:
            raise WorkbookRefused(
                f"工作表“{content.name}”最右或最下的内容在 {content.last_cell},离数据太远。"
                "请删除数据区以外的行和列、保存后再上传。",
                "workbook_too_large",
            )
    workbook = _calamine(path, "xlsx")
    return Source(path, "xlsx", "", sha256, _visible(workbook), workbook, package)


def _open_xls(path: Path, sha256: str) -> Source:
    with path.open("rb") as stream:
        content = stream.read(8 << 20)
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise WorkbookRefused(LOCKED, "workbook_locked")
    if path.stat().st_size > 100 * 1024 * 1024:
        raise WorkbookRefused(too_large(), "workbook_too_large")
    workbook = _calamine(path, "xls")
    return Source(path, "xls", "", sha256, _visible(workbook), workbook)


def _calamine(path: Path, kind: str) -> CalamineWorkbook:
    try:
        if path.suffix.lower() == f".{kind}":
            return CalamineWorkbook.from_path(path)
        # from_path goes by the name, which says something else than the content.
        with path.open("rb") as stream:
            return CalamineWorkbook.from_filelike(io.BytesIO(stream.read()))
    except PasswordError as error:
        raise WorkbookRefused(LOCKED, "workbook_locked") from error
    except (CalamineError, OSError, ValueError) as error:
        raise WorkbookRefused(f"读不出这个文件的内容,可能已损坏或不是表格。{_SAVE_AS}", "workbook_broken") from error


def _visible(workbook: CalamineWorkbook) -> list[str]:
    sheets = [
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
    ]
    if not sheets:
        raise WorkbookRefused(f"文件里没有可见的工作表。{_SAVE_AS}", "workbook_empty")
    return sheets


_TEXT_SUFFIXES = {".csv", ".txt", ".tsv"}


def _open_text(path: Path, sha256: str, head: bytes) -> Source:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:400].lower()
    if start.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta")):
        raise WorkbookRefused(f"这是网页格式的表格,只是名字像 Excel 文件。{_SAVE_AS}", "workbook_not_a_table")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise WorkbookRefused(
            f"这个文本文件是 UTF-16 编码(Excel 的“Unicode 文本”),不能直接读。{_SAVE_AS}", "workbook_not_a_table"
        )
    if start.startswith(b"%pdf-"):
        raise WorkbookRefused("这是 PDF 文件,不是表格。请上传原来的 Excel 或 WPS 表格。", "workbook_not_a_table")
    if b"\x00" in head:
        suffix = path.suffix.lower()
        kind = "WPS 表格(.et)" if suffix == ".et" else "表格文件"
        raise WorkbookRefused(f"读不出这个{kind}的内容。{_SAVE_AS}", "workbook_not_a_table")
    if path.suffix.lower() not in _TEXT_SUFFIXES:
        raise WorkbookRefused(
            f"文件名是“{path.suffix}”,内容却是纯文本,不是 Excel 表格。"
            "请用 Excel 或 WPS 打开后另存为 .xlsx;如果本来就是 CSV,请把扩展名改为 .csv。",
            "workbook_not_a_table",
        )
    # What says of itself that it is UTF-8 is not read as anything else.
    encodings = ("utf-8-sig",) if head.startswith(b"\xef\xbb\xbf") else ("utf-8-sig", "gb18030")
    encoding, delimiter = _read_through(path, encodings)
    return Source(path, "csv", encoding, sha256, [path.stem], _delimiter=delimiter)


def _read_through(path: Path, encodings: tuple[str, ...]) -> tuple[str, str]:
    """The encoding in which the whole file can be read, and its delimiter."""
    for encoding in encodings:
        try:
            with path.open(encoding=encoding, newline="") as lines:
                # Lines above the header may hold commas of their own; the header holds the most of any sign.
                first = [lines.readline(100_000) for _ in range(31)]
                delimiter = max(",\t;", key=lambda sign: max(line.count(sign) for line in first))
                lines.seek(0)
                rows = number = 0
                for cells in csv.reader(lines, delimiter=delimiter, strict=True):
                    number += 1
                    rows += any(cells)
                    if rows > MOST_ROWS:
                        raise WorkbookRefused(too_many_rows(), "workbook_too_large")
            if not rows:
                raise WorkbookRefused("文件里没有内容。请核对是否选错了文件。", "workbook_empty")
            return encoding, delimiter
        except UnicodeDecodeError:
            continue
        except csv.Error as error:
            raise WorkbookRefused(
                f"CSV 文件第{number + 1}行的引号不成对,从这一行起读不下去。"
                "请核对这一行中的英文引号,或用 Excel 或 WPS 打开核对后另存为 .xlsx 再上传。",
                "workbook_broken",
            ) from error
    raise WorkbookRefused(
        f"CSV 文件第{_first_unreadable(path)}行读不出文字:既不是 UTF-8 也不是 GB18030 编码。{_SAVE_AS}",
        "workbook_not_a_table",
    )


def _first_unreadable(path: Path) -> int:
    """The line, from 1, at which the encoding that gets furthest fails; 1 when none is found."""
    reached = 1
    for encoding in ("utf-8", "gb18030"):
        # No character of either has the byte of a line's end inside it.
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    line.decode(encoding)
                except UnicodeDecodeError:
                    reached = max(reached, number)
                    break
    return reached
