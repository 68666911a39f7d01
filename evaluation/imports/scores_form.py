"""考核打分表, declared anew each time: fixed columns, and one for every indicator of the open schemes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from evaluation.domain.assessments import LONGEST, SchemeRead, read_schemes
from evaluation.domain.scoring import plain, raw_words, rule_words
from evaluation.models import Indicator, Rater, Rule, Scheme, SchemeState
from quannan.base.workbook.cells import CellError, Raw, Text, code, fold, normal
from quannan.base.workbook.choices import Choice
from quannan.base.workbook.declare import Column, ImportForm, RowCheck

SCORE_CODE = "SCORE"
RATER_WORDS = {Rater.SELF.label: Rater.SELF.value, Rater.UNIT.label: Rater.UNIT.value, Rater.COUNTY.label: Rater.COUNTY.value}  # fmt: skip
_OTHER_RATERS = {
    "自评分": "self", "本单位": "self", "主管党工委": "unit", "主管单位": "unit", "乡镇": "unit", "上级党委": "unit",
    "县": "county", "县考核组": "county", "县级评分": "county", "县评": "county",
}  # fmt: skip
_NUMBER = re.compile(r"([+-]?\d+(?:\.\d+)?)(?:分|次|个|项|家|人|%|%)?")
_YES, _NO = {"是", "有", "y", "yes", "true", "√"}, {"否", "无", "没有", "n", "no", "false", "×"}
NOT_A_SCORE = "读不出,请填阿拉伯数字(如 7.5);一票否决的指标填“是”或“否”。"


class YesNo(Decimal):
    """1 or 0 that was written as 是 or 否, which only a veto takes."""


def score(raw: Raw) -> Decimal:
    """A cell of an indicator: a number, or 是 and 否 for a veto.

    Args:
        raw: the cell.

    Raises:
        CellError: neither.
    """
    if isinstance(raw, bool):
        return YesNo(int(raw))
    if isinstance(raw, (int, float)):
        # What a formula leaves behind the eighth place is no one's opinion.
        return Decimal(repr(round(float(raw), 8)))
    if isinstance(raw, str):
        text = normal(raw).replace("−", "-").lower()
        if text in _YES or text in _NO:
            return YesNo(int(text in _YES))
        found = _NUMBER.fullmatch(text)
        if found:
            try:
                return Decimal(found[1])
            except InvalidOperation:
                pass
    raise CellError("not_a_score", NOT_A_SCORE)


def year(raw: Raw) -> int:
    """年度, with or without the word.

    Args:
        raw: the cell.

    Raises:
        CellError: no year.
    """
    text = normal(raw if isinstance(raw, str) else str(int(raw)) if isinstance(raw, (int, float)) else "")
    found = re.fullmatch(r"(\d{4})(?:年|年度)?", text)
    if found is None:
        raise CellError("bad_year", "年度应是四位数字,如 2010。")
    return int(found[1])


@dataclass(frozen=True)
class ScoreColumn:
    """One column of indicators: those of several schemes with the same code and name share it.

    Attributes:
        field: of the form.
        heading: code and name.
        of_scheme: scheme's key → its indicator.
    """

    field: str
    heading: str
    of_scheme: dict[int, Indicator]

    @property
    def any(self) -> Indicator:
        """One of them."""
        return next(iter(self.of_scheme.values()))


@dataclass(frozen=True)
class OpenSchemes:
    """The schemes that are being rated, and the columns they give.

    Attributes:
        reads: scheme's key → the scheme with indicators and bands.
        columns: in the order of schemes and indicators.
    """

    reads: dict[int, SchemeRead]
    columns: list[ScoreColumn]

    @classmethod
    def load(cls, only: Iterable[Scheme] | None = None) -> OpenSchemes:
        """Those in the state 评分中: three queries.

        Args:
            only: further limits them, or names others for an export; all open ones where left out.
        """
        if only is None:
            only = Scheme.objects.filter(state=SchemeState.OPEN).order_by("-year", "subject", "name", "pk")
        keys = [scheme.pk for scheme in only]
        found = read_schemes(keys)
        reads = {key: found[key] for key in keys}
        columns: dict[str, ScoreColumn] = {}
        for key, read in reads.items():
            for indicator in read.indicators:
                heading = str(indicator)
                column = columns.setdefault(fold(heading), ScoreColumn(f"i{indicator.pk}", heading, {}))
                column.of_scheme[key] = indicator
        return cls(reads, list(columns.values()))


def scores_form(schemes: OpenSchemes, checks: tuple[RowCheck, ...] = ()) -> ImportForm:
    """The form as the open schemes ask it.

    Args:
        schemes: those that are being rated.
        checks: of a row.
    """
    codes = Counter(fold(column.any.code) for column in schemes.columns)
    names = Counter(fold(column.any.name) for column in schemes.columns)
    named = tuple(dict.fromkeys(read.scheme.name for read in schemes.reads.values()))
    told = "、".join(named) or "(没有)"
    return ImportForm(
        code=SCORE_CODE,
        name="考核打分表",
        columns=(
            Column("ordinal", "序号", Text(20), names=("编号", "No")),
            Column("year", "年度", year, names=("考核年度", "年份"), clearable=False, kind="count"),
            Column(
                "scheme", "方案", Text(80), names=("考核方案", "方案名称"), clearable=False, options=named,
                note=f"评分中的方案:{told}。只有一个方案适用时可以留空。",
            ),
            Column(
                "rater", "评分人",
                Choice({**RATER_WORDS, **_OTHER_RATERS}, "unknown_rater", "评分人", offered=tuple(RATER_WORDS)),
                names=("评分方", "评分主体", "评分级别", "评价主体"), required=True, clearable=False,
                blank=("missing_rater", f"没有填评分人,请填{'、'.join(RATER_WORDS)}。"), options=tuple(RATER_WORDS),
            ),
            Column(
                "uscc", "统一社会信用代码", code, names=("社会信用代码", "信用代码", "统一信用代码", "统一代码"),
                clearable=False, kind="code", note="考核单位的不填。18位,请把整列设为文本格式后再粘贴。",
            ),
            Column(
                "name", "名称", Text(120), clearable=False, required=True,
                names=("单位名称", "组织名称", "企业名称", "考核对象", "被考核单位", "单位", "单位全称"),
            ),
            *(
                Column(
                    column.field,
                    column.heading,
                    score,
                    names=_synonyms(column, codes, names),
                    kind="score",
                    options=("是", "否") if column.any.rule == Rule.VETO else (),
                    note=_note(column),
                )
                for column in schemes.columns
            ),
            Column(
                "note", "说明", Text(LONGEST), names=("评分说明", "扣分原因", "备注"), clearable=False,
                note="只写入本行评定值有改动的指标;本行只填了一项的,写入这一项。",
            ),
        ),
        row_checks=checks,
        key_fields=("name", "uscc"),
        ordinal="ordinal",
        notes=(
            "一行是一家组织(或一个单位)由一方评的分;各列随评分中的方案而变,请用最新的空表。",
            "空白不改动已评的分,填“--”清空;没有评和评0分不是一回事。",
            "按次扣分的填次数,分档和按比例的填百分数(15%填15),一票否决的填“是”或“否”,其余填得分。",
            "条线部门只评本条线的指标;已核定的考核要先重开才能改。",
        ),
    )  # fmt: skip


def _synonyms(column: ScoreColumn, codes: Counter[str], names: Counter[str]) -> tuple[str, ...]:
    """Code alone and name alone, where they mean no other column."""
    one = column.any
    alone = [(one.code, codes), (one.name, names)]
    return tuple(text for text, counted in alone if counted[fold(text)] == 1)


def _note(column: ScoreColumn) -> str:
    told = [
        f"{raw_words(one)}:{rule_words(one)}{'' if one.rule == Rule.VETO else f'(分值{plain(one.points)})'}"
        for one in column.of_scheme.values()
    ]
    return ";".join(dict.fromkeys(told))
