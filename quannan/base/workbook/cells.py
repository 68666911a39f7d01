"""Reading one cell: what offices type, turned into a value or into a sentence saying what to mend.

Every cleaner takes the raw cell (text, float, bool, date, datetime) that is neither blank nor the
clearing mark, and returns the value or raises ``CellError``. Nothing is ever guessed.
"""

from __future__ import annotations

import calendar
import datetime as dt
import enum
import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, NamedTuple

Raw = str | float | int | bool | dt.date | dt.time | dt.timedelta | None
Cleaner = Callable[[Raw], Any]


class Mark(enum.Enum):
    """What a cell can say other than a value; a blank cell is ``None`` (keep what is there)."""

    NONE = "无"
    CLEAR = "--"
    FAULTY = "?"


NONE = Mark.NONE
CLEAR = Mark.CLEAR
FAULTY = Mark.FAULTY

NEGATIVE_WORDS = frozenset({"无", "未建", "否", "没有", "未建立", "未成立", "没建", "尚未建立"})


class CellError(Exception):
    """A cell that cannot be accepted.

    ``code`` names the rule for programs, ``message`` says in Chinese what is wrong and what would
    pass.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@lru_cache(maxsize=65536)
def normal(text: str) -> str:
    """Width folded (NFKC), with every kind of space removed; for comparing and parsing."""
    return re.sub(r"[\s\u200b\ufeff]+", "", unicodedata.normalize("NFKC", text))


_PUNCTUATION = re.compile(r"[()()\[\]【】〔〕{}<>《》“”\"'‘’「」、,,.。·::;;/\\\-—_~*]+")


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Text for matching names: width, spaces, case, brackets and punctuation do not count."""
    return _PUNCTUATION.sub("", normal(text)).lower()


_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b\ufeff\u2028\u2029\ud800-\udfff]+")


def tidy(text: str) -> str:
    """Text as it is kept: no control characters, no runs of spaces, no spaces at the ends."""
    if text.isalnum():
        return text
    return " ".join(_CONTROL.sub(" ", text).split())


def number_text(number: float) -> str:
    """A number as a person would have typed it: 8.0 → 8, 214.39 → 214.39."""
    if number == int(number) and abs(number) < 1e15:
        return str(int(number))
    return repr(number)


def shown(raw: Raw) -> str:
    """A raw cell as its user sees it, for messages and lists of faults."""
    if raw is None:
        return ""
    if isinstance(raw, str):
        return raw if len(raw) <= 200 else raw[:200] + "…"
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, (int, float)):
        return number_text(float(raw)) if raw == raw and abs(raw) != float("inf") else str(raw)
    if isinstance(raw, dt.datetime):
        midnight = raw.time() == dt.time()
        return raw.date().isoformat() if midnight else raw.isoformat(" ", "seconds")
    if isinstance(raw, dt.date):
        return raw.isoformat()
    return str(raw)


def is_blank(raw: Raw) -> bool:
    """True for an empty cell and for one that holds nothing but spaces."""
    return raw is None or (isinstance(raw, str) and (not raw or not normal(raw)))


def is_clear(raw: Raw) -> bool:
    """True for the mark ``--`` that empties what the register holds."""
    return isinstance(raw, str) and 2 <= len(raw) <= 12 and normal(raw) in ("--", "——")


# text ------------------------------------------------------------------------------------------


class Text:
    """Free text; a number typed into the cell becomes its digits.

    ``limit``: most characters that can be kept.
    """

    def __init__(self, limit: int = 200) -> None:
        self.limit = limit

    def __call__(self, raw: Raw) -> str:
        text = tidy(raw if isinstance(raw, str) else shown(raw))
        if len(text) > self.limit:
            raise CellError("too_long", f"文字过长,请缩短到{self.limit}个字以内。")
        return text


class Phone(Text):
    """A telephone number, kept as text."""

    def __init__(self) -> None:
        super().__init__(limit=60)

    def __call__(self, raw: Raw) -> str:
        return unicodedata.normalize("NFKC", super().__call__(raw))


LOST_DIGITS = "Excel 已丢失末位数字,请将该列设为文本后重新粘贴"
_SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+?\d+")


def code(raw: Raw) -> str:
    """A code kept as text: upper case, width folded, no spaces.

    Raises ``code_lost_digits`` for a number of more than 15 digits in a numeric cell: the
    spreadsheet has already replaced its last digits.
    """
    if isinstance(raw, str):
        text = normal(raw).upper().lstrip("'’‘`")
        if _SCIENTIFIC.fullmatch(text):
            raise CellError("code_lost_digits", LOST_DIGITS)
        return text
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        if abs(raw) >= 1e15:
            raise CellError("code_lost_digits", LOST_DIGITS)
        return number_text(float(raw))
    raise CellError("bad_code", "这里要填代码,单元格里却是日期或其他内容;请将该列设为文本后重新填写。")


# numbers ---------------------------------------------------------------------------------------

_COUNT = re.compile(r"([+-]?)(\d+|\d{1,3}(?:,\d{3})+)(?:\.0+)?(?:人|名|个|位)?")
NOT_A_COUNT = "读不出人数,请填阿拉伯数字的整数(如 40),不要写“约”“余”或汉字数字。"
NEGATIVE = "不能是负数,请填 0 或更大的数;不掌握的请留空。"
GREATEST_COUNT = 9_999_999


@lru_cache(maxsize=16384)
def _count_text(text: str) -> int:
    found = _COUNT.fullmatch(normal(text).replace("−", "-").replace("–", "-"))
    if not found:
        raise CellError("not_a_number", NOT_A_COUNT)
    digits = found[2].replace(",", "")
    if found[1] == "-" and digits.strip("0"):
        raise CellError("negative_number", NEGATIVE)
    if len(digits) > 15:
        raise CellError("number_too_large", "数字过大,请核对是否多填了几位。")
    return int(digits)


def count(raw: Raw) -> int:
    """A head-count: 54.0, " 54 ", "５５", "56人" and "1,200" are understood.

    Raises ``not_a_number``, ``negative_number`` or ``number_too_large``.
    """
    if isinstance(raw, str):
        value = _count_text(raw)
    elif isinstance(raw, (int, float)) and not isinstance(raw, bool):
        if raw != raw or raw in (float("inf"), float("-inf")) or raw != int(raw):
            raise CellError("not_a_number", NOT_A_COUNT)
        value = int(raw)
        if value < 0:
            raise CellError("negative_number", NEGATIVE)
    else:
        raise CellError("not_a_number", NOT_A_COUNT)
    if value > GREATEST_COUNT:
        raise CellError("number_too_large", "数字过大,请核对是否多填了几位。")
    return value


_MONEY = re.compile(r"([+-]?)¥?(\d+(?:\.\d+)?|\d{1,3}(?:,\d{3})+(?:\.\d+)?)(亿元|亿|万元|万|元)?")
_UNITS = {"亿": Decimal(100_000_000), "万": Decimal(10_000), "元": Decimal(1)}
_CENT = Decimal("0.01")
_MOST_MONEY = Decimal(10) ** 14


class Money:
    """An amount, returned in yuan as ``Decimal`` with two places.

    ``unit``: yuan per unit of a bare number, 10,000 for a column headed 万元. A unit written in the
    cell ("8000元", "1.2亿元") wins over the column's. Raises ``not_a_number`` or
    ``negative_number``.
    """

    def __init__(self, unit: int = 10_000) -> None:
        self.unit = Decimal(unit)

    def for_header(self, path: str) -> Money:
        """The same cleaner with the unit that the column's header names, if it names one."""
        found = re.search(r"\((?:单位:?)?(亿元?|万元?|元)\)", normal(path))
        return Money(int(_UNITS[found[1][0]])) if found else self

    def __call__(self, raw: Raw) -> Decimal:
        unit = self.unit
        if isinstance(raw, str):
            found = _MONEY.fullmatch(normal(raw).replace("−", "-"))
            if not found:
                raise CellError("not_a_number", self._sentence())
            if found[3]:
                unit = _UNITS[found[3][0]]
            sign, digits = found[1], found[2].replace(",", "")
        elif isinstance(raw, (int, float)) and not isinstance(raw, bool):
            sign, digits = ("-" if raw < 0 else ""), repr(abs(raw))
        else:
            raise CellError("not_a_number", self._sentence())
        try:
            amount = Decimal(digits) * unit
            if not amount.is_finite() or amount >= _MOST_MONEY:
                raise CellError("number_too_large", "金额过大,请核对单位是“万元”还是“元”。")
            amount = amount.quantize(_CENT)
        except InvalidOperation:
            raise CellError("not_a_number", self._sentence()) from None
        if sign == "-" and amount:
            raise CellError("negative_number", NEGATIVE)
        return amount

    def _sentence(self) -> str:
        return "读不出金额,请填数字(如 160.28 或 160.28万元),不要写“约”“余”或汉字数字。"


# dates -----------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def _last_day(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])


class FuzzyDate(NamedTuple):
    """A date as precisely as it is known: to the day, the month or the year."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def precision(self) -> str:
        """ "day", "month" or "year"."""
        return "day" if self.day else "month" if self.month else "year"

    def first(self) -> dt.date:
        """The first day it can mean."""
        return dt.date(self.year, self.month or 1, self.day or 1)

    def last(self) -> dt.date:
        """The last day it can mean."""
        if self.day:
            return dt.date(self.year, self.month or 12, self.day)
        return _last_day(self.year, self.month or 12)

    def __str__(self) -> str:
        return "-".join(f"{part:02d}" for part in self if part)


BAD_DATE = "读不出日期,请按 2010-06-15、2010年6月 或 2010 的样子填写,并核对月、日是否存在。"
EARLIEST_YEAR, LATEST_YEAR = 1900, 2100
_DATE = re.compile(
    r"(\d{4})(?:[-./年](\d{1,2})(?:[-./月](\d{1,2})[日号]?|月)?|年)?(?:T?\d{1,2}:\d{2}(?::\d{2})?(?:\.0+)?)?"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})?")


@lru_cache(maxsize=65536)
def _date(year: int, month: int | None, day: int | None) -> FuzzyDate:
    try:
        found = FuzzyDate(year, month, day)
        if not EARLIEST_YEAR <= year <= LATEST_YEAR or month == 0 or day == 0:
            raise ValueError
        found.first()
    except ValueError:
        raise CellError("bad_date", BAD_DATE) from None
    return found


@lru_cache(maxsize=65536)
def _date_text(text: str) -> FuzzyDate:
    # A space only ever stands between the date and a time, or by mistake.
    compact = normal(text).rstrip("。.,")
    compact = re.sub(r"^(\d{4}[-./]\d{1,2}[-./]\d{2})(\d{1,2}:\d{2})", r"\1T\2", compact)
    found = _COMPACT.fullmatch(compact) or _DATE.fullmatch(compact)
    if not found:
        raise CellError("bad_date", BAD_DATE)
    year, month, day = (int(part) if part is not None else None for part in found.groups())
    assert year is not None
    return _date(year, month, day)


@lru_cache(maxsize=65536)
def _date_number(number: float) -> FuzzyDate:
    if number == int(number):
        whole = int(number)
        if EARLIEST_YEAR <= whole <= LATEST_YEAR:
            return FuzzyDate(whole)
        # Days since 1899-12-30, as spreadsheets count; 1927 to 2089, clear of years and of yyyymm.
        if 10_000 <= whole < 69_400:
            day = dt.date(1899, 12, 30) + dt.timedelta(days=whole)
            return FuzzyDate(day.year, day.month, day.day)
        text = str(whole)
        if len(text) in (6, 8):
            return _date_text(text)
    else:
        text = repr(number)
        if re.fullmatch(r"\d{4}\.1", text):
            # A numeric cell cannot tell 2010.1 from 2010.10.
            raise CellError("bad_date", "分不清是1月还是10月,请改写为“年-月”两位数字,如 2010-01 或 2010-10。")
        if re.fullmatch(r"\d{4}\.\d{1,2}", text):
            return _date_text(text)
        if 10_000 <= number < 69_400:
            return _date_number(float(int(number)))
    raise CellError("bad_date", BAD_DATE)


def date(raw: Raw) -> FuzzyDate:
    """A date in any of the ways offices write one, with the precision it was given.

    Excel dates and day numbers, 2010-06, 2010.6, 2010年12月, 20101205, 2009.4.19, 1999/3/8, 2010.
    Raises ``bad_date``.
    """
    if isinstance(raw, dt.date):
        return _date(raw.year, raw.month, raw.day)
    if isinstance(raw, str):
        return _date_text(raw)
    if isinstance(raw, (int, float)) and not isinstance(raw, bool) and raw == raw:
        if abs(raw) < 1e9:
            return _date_number(float(raw))
    raise CellError("bad_date", BAD_DATE)
