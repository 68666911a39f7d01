"""党建情况页 (F3) as it is laid out: a page of boxes for one organization, or a row each for many."""

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import IO, Any

from django.utils import timezone

from coverage.queries_annual import AnnualRow
from orgs.lines import Line
from orgs.models.bodies import Composition
from orgs.queries_branches import day_word
from quannan.base.workbook.official import Box, OfficialPage, OfficialTable, Signature, write_official
from quannan.base.workbook.write import OutColumn

TITLE = "年检党建情况页"
# Up to so many organizations get a sheet each; more become a list.
MOST_PAGES = 50
WIDTHS = (18, 14, 14, 14, 14, 14)
AGES = ("35岁及以下", "36至50岁", "51至60岁", "60岁以上")
FUNDS = {
    "total": "经费总额",
    "dues": "党费",
    "superior": "上级支持",
    "business": "业务经费",
    "fiscal": "财政",
    "other": "其他",
}
FUND_WORDS = tuple(FUNDS.values())
NOT_KNOWN = "不明"
NOTES = (
    "党员总数 = 正式党员 + 预备党员;有一项不明的,总数不明。应建未建按截至日有效的组建标准计算,看正式党员数。",
    "台账不登记党员年龄,年龄结构由填报单位填写,各段之和应等于党员总数。",
    "经费总额 = 党费 + 上级支持 + 业务经费 + 财政 + 其他。取自经费台账:党组织条线当年到截至日的收入,"
    "党费返还、上级拨付、企业列支(管理费)、财政补助各归一项,工会经费、自筹等归其他;没有登记的留空,由填报单位填写后按此核对。",
)
_LINES = ((Line.UNION, "工会"), (Line.LEAGUE, "团组织"), (Line.WOMEN, "妇女组织"))


def _head(text: str, across: int = 1, down: int = 1) -> Box:
    return Box(text, across, down, heading=True)


def _count(value: int | None) -> int | str:
    return NOT_KNOWN if value is None else value


def _affiliation(row: AnnualRow) -> str:
    """关系隶属: the superior committee that the body is under."""
    return row.unit if row.party else ""


def page_lines(row: AnnualRow) -> list[list[Box]]:
    """The boxes of one organization's page, over six columns; the printed page and the sheet are the same.

    Args:
        row: the organization.
    """
    party = row.party
    founded = day_word(party.founded_on, party.founded_precision) if party else ""
    return [
        [_head("单位名称"), Box(row.name, 5)],
        [_head("统一社会信用代码"), Box(row.code, 2), _head("单位类别"), Box(row.kind, 2)],
        [_head("主管党(工)委"), Box(row.unit, 2), _head("从业人员(人)"), Box(_count(row.number("employees")), 2)],
        [
            _head("党员总数(人)"),
            Box(_count(row.members)),
            _head("正式党员"),
            Box(_count(row.number("full_members"))),
            _head("预备党员"),
            Box(_count(row.number("probationary_members"))),
        ],
        [_head("党员年龄结构", down=2), *(_head(age) for age in AGES), _head("说明")],
        [*(Box(None) for _ in AGES), Box("台账不登记")],
        [
            _head("党组织"),
            Box("已建" if party else "未建"),
            _head("组织形式"),
            Box(party.form if party else ""),
            _head("组建方式"),
            Box(Composition(party.composition).label if party else ""),
        ],
        [_head("党组织名称"), Box(party.name if party else "", 2), _head("成立时间"), Box(founded, 2)],
        [_head("关系隶属"), Box(_affiliation(row), 5)],
        [_head("应建未建"), Box(row.owed.sentence, 5)],
        [_head("未建原因"), Box(row.reason_shown, 5)],
        [_head("党建工作指导员"), Box(row.instructor_words, 5)],
        [_head("党建工作经费(元)", down=2), *(_head(fund) for fund in FUND_WORDS[:5])],
        [*(Box(row.funds.get(box)) for box in list(FUNDS)[:5])],
        [
            _head("其中:其他(元)"),
            Box(row.funds.get("other")),
            Box("经费总额 = 党费 + 上级支持 + 业务经费 + 财政 + 其他", 4),
        ],
        *([_head(word), Box(row.body_words(line), 5)] for line, word in _LINES),
    ]


LIST_COLUMNS = (
    OutColumn("序号", "count", 5),
    OutColumn("单位名称", "text", 20),
    OutColumn("统一社会信用代码", "text", 12),
    OutColumn("单位类别", "text", 8),
    OutColumn("主管党(工)委", "text", 9),
    OutColumn("从业人员", "count", 6),
    OutColumn("党员/总数", "count", 5),
    OutColumn("党员/正式", "count", 5),
    OutColumn("党员/预备", "count", 5),
    *(OutColumn(f"党员年龄(填报)/{age}", "count", 6) for age in AGES),
    OutColumn("党组织/形式", "text", 12),
    OutColumn("党组织/成立时间", "text", 12),
    OutColumn("党组织/关系隶属", "text", 9),
    OutColumn("应建未建/是否", "text", 6),
    OutColumn("应建未建/条款", "text", 9),
    OutColumn("未建原因", "text", 12),
    OutColumn("指导员(名)", "count", 6),
    *(OutColumn(f"党建工作经费(元)/{fund}", "money", 6) for fund in FUND_WORDS),
    *(OutColumn(word, "text", 11) for _, word in _LINES),
)


def list_values(number: int, row: AnnualRow) -> list[Any]:
    """One organization in the order of LIST_COLUMNS; what the register does not hold is left blank.

    Args:
        number: 序号, from 1.
        row: the organization.
    """
    party = row.party
    return [
        number,
        row.name,
        row.code,
        row.kind,
        row.unit,
        row.number("employees"),
        row.members,
        row.number("full_members"),
        row.number("probationary_members"),
        *(None for _ in AGES),
        row.forms(Line.PARTY),
        day_word(party.founded_on, party.founded_precision) if party else "",
        _affiliation(row),
        row.owed.word,
        row.verdicts[Line.PARTY].clause,
        row.reason_shown,
        len(row.senders),
        *(row.funds.get(box) for box in FUNDS),
        *(row.forms(line) for line, _ in _LINES),
    ]


def page_sentence(row: AnnualRow) -> str:
    """Of which day the page speaks, and of which day its figures are.

    Args:
        row: the organization.
    """
    figures = f"年度数字截至 {row.figures_on}" if row.figures_on else "没有年度数字"
    assumed = "(由后来的一份前推)" if row.register.span.assumed else ""
    excluded = ";正在剔除,不计入基数" if row.register.span.excluded else ""
    return f"截至 {row.as_of};{figures}{assumed}{excluded}"


def annual_file(rows: Sequence[AnnualRow], *, whose: str, as_of: date, by: Any, now: datetime) -> IO[bytes]:
    """Pages of up to MOST_PAGES organizations, a list of more, as .xlsx, open for reading at its start.

    Args:
        rows: the organizations.
        whose: which organizations these are, in words, with the date.
        as_of: the date, inclusive.
        by: the User who asked.
        now: when, aware.
    """
    local = timezone.localtime(now)
    filler = by.name or by.username
    made = f"由 {filler} 于 {local:%Y-%m-%d %H:%M} 导出"
    signature = Signature(filler=filler, reported=f"{local:%Y-%m-%d}")
    out = io.BytesIO()
    sheets: Iterable[OfficialPage | OfficialTable]
    if 0 < len(rows) <= MOST_PAGES:
        sheets = (
            OfficialPage(
                name=row.name,
                title=TITLE,
                sentence=f"{page_sentence(row)};{made}",
                widths=WIDTHS,
                lines=page_lines(row),
                notes=NOTES,
                signature=signature,
            )
            for row in rows
        )
    else:
        sheets = [
            OfficialTable(
                name=TITLE,
                title=f"{TITLE}(名册)",
                sentence=f"{whose},共 {len(rows):,} 家;{made}",
                columns=LIST_COLUMNS,
                rows=(list_values(number, row) for number, row in enumerate(rows, 1)),
                notes=NOTES,
                signature=signature,
            )
        ]
    write_official(out, sheets)
    out.seek(0)
    return out
