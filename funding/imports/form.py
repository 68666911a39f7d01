"""经费表, declared: its columns with the names offices give them, and what reads each cell."""

from __future__ import annotations

from funding.imports.checks import check_row
from funding.models import Direction
from funding.validators import NOTE_LENGTH, VOUCHER_LENGTH
from orgs.imports.maps import CodeLists
from orgs.imports.posts.form import LINE_WORDS
from orgs.lines import Line
from orgs.models import Code
from orgs.models.codes import CodeList
from quannan.base.workbook.cells import Money, Text, code, date
from quannan.base.workbook.choices import Choice
from quannan.base.workbook.declare import Column, ImportForm

FUND_CODE = "FUND"

_LINES = {line.label: line.value for line in Line}
_OTHER_LINES = {
    **{word: line.value for word, line in LINE_WORDS.items()},
    "党建": Line.PARTY.value,
    "党支部": Line.PARTY.value,
    "共青团": Line.LEAGUE.value,
    "妇联": Line.WOMEN.value,
    "女工委": Line.WOMEN_WORKERS.value,
}
_DIRECTIONS = {Direction.RECEIPT.label: Direction.RECEIPT.value, Direction.SPENDING.label: Direction.SPENDING.value}
_OTHER_DIRECTIONS = {
    **dict.fromkeys(("收", "收款", "入账", "进账"), Direction.RECEIPT.value),
    **dict.fromkeys(("支", "付款", "开支", "出账"), Direction.SPENDING.value),
}


def funds_form(lists: CodeLists) -> ImportForm:
    """The form with the code lists as they stand.

    Args:
        lists: codes in use; entries out of use are understood, for rows that stand on record.
    """
    sources, purposes = _choice(lists, CodeList.FUND_SOURCE, "来源"), _choice(lists, CodeList.FUND_PURPOSE, "用途")
    return ImportForm(
        code=FUND_CODE,
        name="党群组织经费表",
        columns=(
            Column("ordinal", "序号", Text(20), names=("编号", "No")),
            Column(
                "uscc",
                "统一社会信用代码",
                code,
                names=("社会信用代码", "信用代码", "统一信用代码", "统一代码"),
                clearable=False,
                kind="code",
                note="18位,请把整列设为文本格式后再粘贴。不填的,组织名称须是全称。",
            ),
            Column(
                "name",
                "组织名称",
                Text(120),
                names=("单位名称", "企业名称", "企业单位名称", "机构名称", "“两新”组织名称", "单位全称"),
                clearable=False,
            ),
            Column(
                "line",
                "条线",
                Choice({**_LINES, **_OTHER_LINES}, "unknown_line", "条线", offered=tuple(_LINES)),
                names=("经费条线", "组织类别", "组织类型"),
                required=True,
                blank=("missing_line", f"没有填条线,请填{'、'.join(_LINES)}中的一个。"),
                clearable=False,
                options=tuple(_LINES),
            ),
            Column(
                "direction",
                "收支",
                Choice({**_DIRECTIONS, **_OTHER_DIRECTIONS}, "unknown_direction", "收支", offered=tuple(_DIRECTIONS)),
                names=("收支类别", "收支方向", "收/支", "收入/支出"),
                required=True,
                blank=("missing_direction", "没有填收支,请填收入或支出。"),
                clearable=False,
                options=tuple(_DIRECTIONS),
            ),
            Column(
                "source",
                "来源",
                sources,
                names=("经费来源", "收入来源", "资金来源"),
                clearable=False,
                options=sources.offered,
                note="收入填来源,支出留空。",
            ),
            Column(
                "purpose",
                "用途",
                purposes,
                names=("经费用途", "支出用途", "支出项目", "开支项目"),
                clearable=False,
                options=purposes.offered,
                note="支出填用途,收入留空。",
            ),
            Column(
                "occurred",
                "日期",
                date,
                names=("收支日期", "发生日期", "入账日期", "支出日期", "记账日期", "时间"),
                required=True,
                blank=("missing_day", "没有填日期,请填收到或支出的日期;只知道年月的写到月。"),
                clearable=False,
                kind="date",
                note="只写年月的按当月最后一天计。",
            ),
            Column(
                "amount",
                "金额(元)",
                Money(1),
                names=("金额", "金额(万元)", "经费金额", "经费金额(元)", "经费金额(万元)", "收支金额"),
                required=True,
                blank=("missing_amount", "没有填金额,请填大于0的数。"),
                clearable=False,
                summed=True,
                kind="money",
                note="按元填写,最多两位小数;整列以万元计的,请把表头写成“金额(万元)”。",
            ),
            Column(
                "voucher", "凭证号", Text(VOUCHER_LENGTH), names=("凭证编号", "记账凭证号", "单据号"), clearable=False
            ),
            Column("note", "备注", Text(NOTE_LENGTH), names=("说明", "摘要", "用途说明")),
        ),
        row_checks=(check_row,),
        key_fields=("name", "uscc", "amount"),
        ordinal="ordinal",
        notes=(
            "一行是一笔收入或一笔支出;同一天两笔相同的填两行。",
            "同一张表再导入一次,已有的不会重复登记:相同的第几行对应台账中相同的第几笔。",
            "已登记的要改金额、日期等,请在页面上更正或作废;备注空白不改动,填“--”清空。",
        ),
    )


def _choice(lists: CodeLists, which: CodeList, what: str) -> Choice:
    offered = tuple(row.label for row in lists.codes if row.list_name == which)
    every = Code.objects.filter(list_name=which, is_active=False).order_by("order", "code")
    names = {row.label: row.code for row in every} | lists.names_of(which)
    return Choice(names, f"unknown_{which.value.removeprefix('fund_')}", what, offered=offered)
