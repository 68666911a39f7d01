"""Reading the cells that only ledger forms have: 是/否, areas, 未建原因, 组建形式, and columns that are passed over."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from orgs.domain.ledger import AREA, COUNT, DATE, MONEY, YES_NO, Item
from orgs.domain.plans import OTHER
from quannan.base.workbook.cells import (
    NEGATIVE,
    NEGATIVE_WORDS,
    NONE,
    CellError,
    Cleaner,
    Money,
    Raw,
    Text,
    count,
    date,
    fold,
    normal,
    shown,
    tidy,
)

# 有 in a column that names the form of a body: there is one, which form is not said.
THERE_IS = "有"
POSITIVE_WORDS = frozenset({"是", "有", "已建", "已建立", "已成立", "√", "✓", "☑", "对", "true"})
_NO_WORDS = frozenset({"×", "✗", "false"})

OWN, JOINT, OTHERWISE = "own", "joint", "other"
COMPOSITION_WORDS = {
    "单独": OWN,
    "单独组建": OWN,
    "独立": OWN,
    "联合": JOINT,
    "联合组建": JOINT,
    "联合(区域)": JOINT,
    "区域联合": JOINT,
    "联合(行业)": JOINT,
    "行业联合": JOINT,
    "挂靠": OTHERWISE,
    "临时/功能型": OTHERWISE,
    "功能型": OTHERWISE,
    "临时": OTHERWISE,
}


def yes_no(raw: Raw) -> bool:
    """是 or 否, in the words and signs that offices use."""
    text = fold(raw if isinstance(raw, str) else shown(raw)) or normal(shown(raw))
    if text in POSITIVE_WORDS:
        return True
    if text in NEGATIVE_WORDS or text in _NO_WORDS:
        return False
    raise CellError("not_yes_or_no", "请填“是”或“否”(有或无也可以),不清楚的留空。")


_AREA = re.compile(r"(-?)(\d+(?:\.\d+)?|\d{1,3}(?:,\d{3})+(?:\.\d+)?)(?:平方米|平米|m2|㎡)?")


def area(raw: Raw) -> Decimal:
    """An area in square metres, with two decimals."""
    text = normal(raw).lower() if isinstance(raw, str) else shown(raw)
    found = _AREA.fullmatch(text) if not isinstance(raw, bool) else None
    if not found:
        raise CellError("not_a_number", "读不出面积,请填平方米数,如 80 或 80.5平方米。")
    if found[1]:
        raise CellError("negative_number", NEGATIVE)
    try:
        size = Decimal(found[2].replace(",", "")).quantize(Decimal("0.01"))
    except InvalidOperation:
        size = Decimal("Infinity")
    if size >= Decimal(10) ** 8:
        raise CellError("number_too_large", "面积过大,请核对单位是不是平方米。")
    return size


class SaidReason(NamedTuple):
    """未建原因 as a row gives it; ``guessed``: the wording is in no list and is kept as 其他."""

    code: str
    note: str
    guessed: bool = False


class Reason:
    """Reads 未建原因: one of the list, 其他 with words, or other words, which are kept as 其他.

    ``names``: wording → code.
    """

    _OTHER = re.compile(r"其他(?:[((]说明[))])?(?:[::,,](?P<after>.+)|[((](?P<inside>.+)[))])?")

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = {fold(name): code for name, code in names.items()}
        self._text = Text(200)

    def __call__(self, raw: Raw) -> SaidReason | None:
        text = tidy(raw if isinstance(raw, str) else shown(raw))
        if fold(text) in NEGATIVE_WORDS:
            return None
        code = self._names.get(fold(text))
        if code is not None and code != OTHER:
            return SaidReason(code, "")
        found = self._OTHER.fullmatch(text)
        if found is None:
            return SaidReason(OTHER, self._text(text), guessed=True)
        note = (found["after"] or found["inside"] or "").strip()
        if not note:
            raise CellError("other_without_words", "未建原因填“其他”的,请写明是什么原因,如“其他:正在搬迁”。")
        return SaidReason(OTHER, self._text(note))


class HasBody:
    """Reads whether there is a body of a line: 有, 无, or the form it has.

    ``forms``: wording → form of the line.
    """

    def __init__(self, forms: Mapping[str, Any]) -> None:
        self._forms = {fold(name): form for name, form in forms.items()}
        self.offered = (THERE_IS, NONE.value)

    def __call__(self, raw: Raw) -> Any:
        key = fold(raw if isinstance(raw, str) else shown(raw)) or normal(shown(raw))
        if key in self._forms:
            return self._forms[key]
        if key in POSITIVE_WORDS:
            return THERE_IS
        if key in NEGATIVE_WORDS or key in _NO_WORDS:
            return NONE
        raise CellError("unknown_form", "请填“有”或“无”,或写明组织形式。")


class PassedOver:
    """A column that the official form has and that is never read; ``met``: whether any cell of it was filled.

    ``why``: said of the file where it was.
    """

    def __init__(self, why: str) -> None:
        self.why = why
        self.met = False

    def __call__(self, raw: Raw) -> None:
        self.met = True


_CLEANERS: dict[str, Cleaner] = {COUNT: count, MONEY: Money(1), AREA: area, YES_NO: yes_no, DATE: date}


def cleaner_of(item: Item) -> Cleaner:
    """What reads the cells of an item.

    Args:
        item: of a ledger form.
    """
    return _CLEANERS.get(item.kind) or Text(item.limit)
