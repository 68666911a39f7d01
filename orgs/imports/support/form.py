"""指导员和挂点表, declared: its columns with the names offices give them, and what reads each cell."""

from __future__ import annotations

from orgs.domain.acting import REASON_LENGTH
from orgs.domain.liaisons import UNIT_NAME
from orgs.domain.support_plan import INSTRUCTOR
from orgs.imports.maps import CodeLists
from orgs.imports.persons import personal, workplace
from orgs.imports.support.checks import check_row
from orgs.models.codes import CodeList
from orgs.models.support import LiaisonKind
from quannan.base.workbook.cells import Text, code, date
from quannan.base.workbook.choices import Choice
from quannan.base.workbook.declare import Column, ImportForm

SUPPORT_CODE = "SUPPORT"

# The three kinds of rows as the form offers them.
KIND_WORDS = {"党建工作指导员": INSTRUCTOR, "领导挂点": LiaisonKind.LEADER.value, "挂点单位": LiaisonKind.UNIT.value}
_OTHER_WORDS = {
    "指导员": INSTRUCTOR,
    "党建指导员": INSTRUCTOR,
    "挂点领导": LiaisonKind.LEADER.value,
    "单位挂点": LiaisonKind.UNIT.value,
}


def support_form(lists: CodeLists) -> ImportForm:
    """The form with the code lists as they stand.

    Args:
        lists: codes in use, for the notes of the template.
    """
    kinds = {**KIND_WORDS, **_OTHER_WORDS}
    departments = "、".join(row.label for row in lists.codes if row.list_name == CodeList.LIAISON_DEPARTMENT)
    return ImportForm(
        code=SUPPORT_CODE,
        name="党建工作指导员和挂点联系表",
        columns=(
            Column("ordinal", "序号", Text(20), names=("编号", "No")),
            Column(
                "kind",
                "类别",
                Choice(kinds, "unknown_kind", "类别", offered=tuple(KIND_WORDS)),
                names=("挂点类别", "联系类别"),
                required=True,
                blank=("missing_kind", f"没有填类别,请填{'、'.join(KIND_WORDS)}。"),
                clearable=False,
                options=tuple(KIND_WORDS),
            ),
            Column(
                "name",
                "单位名称",
                Text(120),
                names=("企业名称", "组织名称", "企业单位名称", "机构名称", "“两新”组织名称", "单位全称", "联系企业"),
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
                "person",
                "姓名或挂点单位名称",
                Text(UNIT_NAME),
                names=(
                    "姓名",
                    "挂点单位",
                    "挂点单位名称",
                    "指导员姓名",
                    "挂点领导",
                    "姓名/挂点单位名称",
                    "姓名/挂点单位",
                ),
                required=True,
                blank=("missing_person", "没有填姓名;挂点单位的,填单位的名称。"),
                clearable=False,
            ),
            Column(
                "workplace",
                "工作单位或部门",
                workplace,
                names=("工作单位/部门", "工作单位", "部门", "所在部门", "所在单位"),
                clearable=False,
                note=f"指导员填工作单位;领导挂点填部门:{departments}。",
            ),
            Column(
                "sent_by",
                "选派单位",
                Text(64),
                names=("派出单位", "选派党(工)委", "派出党(工)委"),
                clearable=False,
                note="只有指导员填;工作单位就是选派单位的可以留空。",
            ),
            Column(
                "from_",
                "起日",
                date,
                names=("自", "选派日期", "选派时间", "挂点日期", "挂点时间", "起始日期", "开始日期"),
                clearable=False,
                kind="date",
            ),
            Column(
                "until",
                "至",
                date,
                names=("止日", "结束日期", "召回日期", "结束时间"),
                clearable=False,
                kind="date",
                note="最后一天(含);现在还在的留空。只写年月的按当月最后一天。",
            ),
            Column(
                "phone",
                "联系电话",
                personal,
                masked=True,
                names=("电话", "联系方式", "手机", "手机号码"),
                note="加密保存。遮盖过的号码(138****1234)不改动台账。挂点单位不填。",
            ),
            Column("reason", "结束原因", Text(REASON_LENGTH), names=("召回原因",), clearable=False),
        ),
        row_checks=(check_row,),
        key_fields=("name", "person", "kind"),
        ordinal="ordinal",
        extra=("political_status",),
        notes=(
            "一行是一人(或一个单位)到一家组织;指导员派到几家的填几行。",
            "领导挂点由两新工委办公室导入,只限非公有制企业,每位领导同一时间一家;换点请在页面上办理。",
            "结束的要同时填“至”和“结束原因”。空白不改动台账,电话填“--”清空。",
        ),
    )
