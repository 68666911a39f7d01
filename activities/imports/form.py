"""活动表, declared: its columns with the names offices give them, and what reads each cell."""

from __future__ import annotations

from collections.abc import Iterable

from activities.domain.others import SEPARATORS
from activities.domain.recording import PLACE_LENGTH
from activities.imports.checks import check_row
from activities.models import ActivityKind, Programme
from activities.models.activities import CONTENT_LENGTH, NOTE_LENGTH, TITLE_LENGTH
from orgs.lines import Line
from quannan.base.workbook.cells import Raw, Text, code, count, date
from quannan.base.workbook.choices import Choice
from quannan.base.workbook.declare import Column, ImportForm

ACTIVITY_CODE = "ACT"
OTHERS_LENGTH = 4000

LINE_WORDS = {line.label: line.value for line in Line}
_OTHER_LINES = {
    "党": "party",
    "党建": "party",
    "党支部": "party",
    "工会组织": "union",
    "共青团": "league",
    "团": "league",
    "团委": "league",
    "妇联": "women",
    "妇联组织": "women",
    "妇女": "women",
    "女工委": "women_workers",
    "女工": "women_workers",
    "一会三组机制": "mechanism",
    "“一会三组”": "mechanism",
}


def named_organizations(raw: Raw) -> tuple[str, ...]:
    """Codes or names of organizations, separated by 、 or a line.

    Args:
        raw: the cell.
    """
    text = Text(OTHERS_LENGTH)
    parts = SEPARATORS.split(raw) if isinstance(raw, str) else [text(raw)]
    return tuple(dict.fromkeys(part for one in parts if (part := text(one))))


def activity_form(kinds: Iterable[ActivityKind], programmes: Iterable[Programme]) -> ImportForm:
    """The form with both lists as they stand.

    Args:
        kinds: all of them, in their order; those in use are offered.
        programmes: likewise.
    """
    kinds, programmes = list(kinds), list(programmes)
    offered = tuple(row.name for row in kinds if row.period.upper is None)
    campaigns = tuple(dict.fromkeys(row.name for row in programmes if row.period.upper is None))
    return ImportForm(
        code=ACTIVITY_CODE,
        name="党群组织活动表",
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
                names=("单位名称", "企业名称", "主办组织", "主办单位", "开展单位", "单位全称", "“两新”组织名称"),
                required=True,
                clearable=False,
            ),
            Column(
                "line",
                "条线",
                Choice(LINE_WORDS | _OTHER_LINES, "unknown_line", "条线", offered=tuple(LINE_WORDS)),
                names=("组织类别", "所属条线", "党群条线", "党群组织"),
                required=True,
                blank=("missing_line", f"没有填条线,请填{'、'.join(LINE_WORDS)}。"),
                clearable=False,
                options=tuple(LINE_WORDS),
            ),
            Column(
                "kind",
                "类别",
                Choice({row.name: row.name for row in kinds}, "unknown_kind", "活动类别", offered=offered),
                names=("活动类别", "活动类型", "类型", "会议类别"),
                required=True,
                blank=("missing_kind", "没有填类别,请从表头说明所列的类别里选一种,都不合适的填“其他”。"),
                clearable=False,
                options=offered,
            ),
            Column(
                "programme",
                "活动载体",
                Choice({row.name: row.name for row in programmes}, "unknown_programme", "活动载体", offered=campaigns),
                names=("载体", "所属载体", "主题活动", "活动主题"),
                options=campaigns,
                note="不属于哪个载体的留空。",
            ),
            Column(
                "title",
                "活动名称",
                Text(TITLE_LENGTH),
                names=("名称", "活动", "会议名称", "主题", "活动内容名称"),
                required=True,
                blank=("missing_title", "没有填活动名称,请写明开展了什么活动。"),
                clearable=False,
            ),
            Column(
                "held",
                "开展日期",
                date,
                names=("开展时间", "活动日期", "活动时间", "日期", "时间", "开始日期", "举办日期"),
                required=True,
                blank=("missing_day", "没有填开展日期,请写到日;只知道年月的写到月。"),
                clearable=False,
                kind="date",
            ),
            Column(
                "last",
                "结束日期",
                date,
                names=("结束时间", "至", "止日"),
                kind="date",
                note="当天结束的留空。",
            ),
            Column("place", "地点", Text(PLACE_LENGTH), names=("活动地点", "开展地点", "会议地点")),
            Column(
                "attendees",
                "参加人数",
                count,
                names=("人数", "参与人数", "参加总人数", "到会人数"),
                kind="count",
                note="不清楚的留空,不要填0。",
            ),
            Column(
                "members",
                "其中党员",
                count,
                names=("其中:党员", "党员人数", "党员", "参加党员", "其中党员人数"),
                kind="count",
                note="不清楚的留空,不要填0。",
            ),
            Column(
                "others",
                "共同参加的组织",
                named_organizations,
                names=("共同参加", "参加的组织", "参与组织", "联合开展单位", "参加单位", "共同参加的单位"),
                note="填全称或统一社会信用代码,几家用“、”隔开。",
            ),
            Column(
                "content",
                "内容",
                Text(CONTENT_LENGTH),
                names=("活动内容", "主要内容", "内容简介", "活动情况"),
            ),
            Column("note", "备注", Text(NOTE_LENGTH), names=("说明",)),
        ),
        row_checks=(check_row,),
        key_fields=("name", "title", "line"),
        ordinal="ordinal",
        notes=(
            "一行是一项活动,由一家组织主办;几家一起办的,填在主办的一家,其余写在“共同参加的组织”。",
            "同一家组织、同一条线、同一天、同名的活动是同一项:再次导入只更新有变化的内容。",
            "人数不清楚的留空,留空不当作0。空白不改动台账,填“--”清空这一项。",
        ),
    )
