"""任职表, declared: its columns with the names offices give them, and what reads each cell."""

from __future__ import annotations

from orgs.domain.acting import REASON_LENGTH
from orgs.domain.people import PERSON_NAME
from orgs.imports.maps import CodeLists
from orgs.imports.persons import personal, workplace
from orgs.imports.posts.checks import check_row
from orgs.lines import Line
from orgs.models.codes import CodeList
from quannan.base.workbook.cells import Text, code, date
from quannan.base.workbook.choices import Choice, choice
from quannan.base.workbook.declare import Column, ImportForm

POSTS_CODE = "POSTS"

# The word of a line in offices' tables → its code; the first one of each is offered.
LINE_WORDS = {
    "党": Line.PARTY,
    "工会": Line.UNION,
    "团": Line.LEAGUE,
    "妇女": Line.WOMEN,
    "女工": Line.WOMEN_WORKERS,
    "一会三组": Line.MECHANISM,
}
_OTHER_WORDS = {
    "党建": Line.PARTY,
    "共青团": Line.LEAGUE,
    "共青团组织": Line.LEAGUE,
    "妇联": Line.WOMEN,
    "妇联组织": Line.WOMEN,
    "女工委": Line.WOMEN_WORKERS,
    "女职工委员会": Line.WOMEN_WORKERS,
}
FULL_TIME_WORDS = {"专职": True, "兼职": False}


def posts_form(lists: CodeLists) -> ImportForm:
    """The form with the code lists as they stand.

    Args:
        lists: codes in use, for reading wordings and for the template's lists.
    """
    lines = {word: line.value for word, line in {**LINE_WORDS, **_OTHER_WORDS}.items()}
    lines.update({line.label: line.value for line in Line})
    posts = [row for row in lists.codes if row.list_name == CodeList.POST]
    sources = lists.names_of(CodeList.LEADER_SOURCE)
    source_labels = tuple(row.label for row in lists.codes if row.list_name == CodeList.LEADER_SOURCE)
    return ImportForm(
        code=POSTS_CODE,
        name="党群组织任职表",
        columns=(
            Column("ordinal", "序号", Text(20), names=("编号", "No")),
            Column(
                "name",
                "单位名称",
                Text(120),
                names=("企业名称", "企业单位名称", "机构名称", "“两新”组织名称", "单位全称"),
                required=True,
                clearable=False,
            ),
            Column(
                "uscc",
                "统一社会信用代码",
                code,
                names=("社会信用代码", "信用代码", "统一信用代码", "统一代码"),
                clearable=False,
                kind="code",
                note="18位,请把整列设为文本格式后再粘贴。不填的,单位名称须是全称。",
            ),
            Column(
                "line",
                "条线",
                Choice(lines, "unknown_line", "条线", offered=tuple(LINE_WORDS)),
                names=("组织类别", "组织类型", "类别"),
                required=True,
                blank=("missing_line", "没有填条线,请填党、工会、团、妇女、女工或一会三组。"),
                clearable=False,
                options=tuple(LINE_WORDS),
            ),
            Column(
                "body",
                "组织名称",
                Text(120),
                names=("联合组织名称", "党群组织名称", "所在组织", "党群组织"),
                clearable=False,
                note="联合组织的名称;本单位单独的组织留空。",
            ),
            Column(
                "person",
                "姓名",
                Text(PERSON_NAME),
                names=("人员姓名", "负责人姓名", "任职人员"),
                required=True,
                blank=("missing_person", "没有填姓名。"),
                clearable=False,
            ),
            Column(
                "post",
                "职务",
                Text(64),
                names=("党内职务", "任职职务", "担任职务", "现任职务"),
                required=True,
                blank=("missing_post", "没有填职务,请填该条线职务表中的名称。"),
                clearable=False,
                options=tuple(dict.fromkeys(row.label for row in posts)),
            ),
            Column(
                "from_",
                "任职日期",
                date,
                names=("任职时间", "任职自", "起日", "任职起始日期", "开始日期"),
                clearable=False,
                kind="date",
            ),
            Column(
                "until",
                "离任日期",
                date,
                names=("至", "离任时间", "止日", "任职至", "免职日期", "离职日期"),
                clearable=False,
                kind="date",
                note="任职的最后一天(含);现任的留空。只写年月的按当月最后一天。",
            ),
            Column(
                "source",
                "来源",
                choice(sources, error="unknown_source", what="来源"),
                names=("负责人来源", "人员来源"),
                options=source_labels,
            ),
            Column(
                "full_time",
                "专职或兼职",
                choice(FULL_TIME_WORDS, error="unknown_full_time", what="专兼职"),
                names=("专职/兼职", "专兼职", "是否专职"),
                options=tuple(FULL_TIME_WORDS),
            ),
            Column(
                "phone",
                "联系电话",
                personal,
                masked=True,
                names=("电话", "联系方式", "手机", "手机号码"),
                note="加密保存。遮盖过的号码(138****1234)不改动台账。",
            ),
            Column(
                "workplace",
                "工作单位",
                workplace,
                names=("所在单位", "工作单位及职务"),
                clearable=False,
                note="在本单位工作的留空;上级选派的填乡镇、部门或别的单位。",
            ),
            Column(
                "political_status",
                "政治面貌",
                personal,
                masked=True,
                note="只在职责需要时填;加密保存。",
                options=tuple(row.label for row in lists.codes if row.list_name == CodeList.PERSON_STAGE),
            ),
            Column(
                "reason",
                "离任原因",
                Text(REASON_LENGTH),
                names=("免职原因", "离职原因"),
                clearable=False,
            ),
        ),
        row_checks=(check_row,),
        key_fields=("name", "person", "post"),
        ordinal="ordinal",
        notes=(
            "一行一项任职;一个人兼几个职务的填几行。",
            "按代码认组织,没有代码的按全称;一个单位内同名的算同一个人,电话不同的会停下来问。",
            "现任负责人的更换要先征求意见,请办理“负责人调整”,不能用本表直接换人;第一任负责人和过去的任职可以导入。",
            "空白不改动台账,“--”清空来源、专兼职、电话和政治面貌。",
        ),
    )
