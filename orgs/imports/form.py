"""F0 摸底表, declared: its columns with the names offices give them, and what reads each cell."""

from __future__ import annotations

import datetime as dt
from typing import Any

from orgs.imports.checks import ROW_CHECKS
from orgs.imports.maps import CodeLists
from orgs.lines import Line, Precision
from orgs.models.codes import CodeList
from quannan.base.workbook.cells import (
    NEGATIVE_WORDS,
    NONE,
    FuzzyDate,
    Money,
    Phone,
    Raw,
    Text,
    code,
    count,
    date,
    fold,
    normal,
)
from quannan.base.workbook.choices import Choice, choice
from quannan.base.workbook.declare import Column, ImportForm

FORM_CODE = "F0"

# Before a founding date of which only this is known: that the body was there by then.
NOT_LATER_THAN = Precision.BY.label

# Headings that offices print over the columns of a line.
_PARENTS = {
    Line.PARTY: ("党组织", ("党组织情况", "党组织建设", "党建", "党的组织")),
    Line.UNION: ("工会", ("工会组织", "工会情况", "工会建设")),
    Line.LEAGUE: ("团组织", ("共青团", "共青团组织", "团建", "团的组织")),
    Line.WOMEN: ("妇女组织", ("妇联", "妇联组织", "妇女", "妇建")),
    Line.WOMEN_WORKERS: ("女工委员会", ("女职工委员会", "女工委", "女工组织")),
}
_FORM_LEAVES = ("形式", "类别", "组织类别", "组建形式", "组织类型", "是否建立", "建立情况")
_DATE_LEAVES = ("成立日期", "建立时间", "建立日期", "组建时间", "组建日期")
_STAFF = ("从业人员", "人员情况", "职工情况", "员工情况")
_PRINTED_NAMES = (Line.PARTY, Line.UNION)
# Headings that name the line by themselves.
_JOINT_NAMES = {Line.PARTY: ("联合党组织名称",), Line.UNION: ("联合工会名称",)}


def register_form(lists: CodeLists) -> ImportForm:
    """The form with the code lists as they stand.

    Args:
        lists: forms and codes in use, for reading wordings and for the template's lists.
    """
    columns = (*identity_columns(lists), *figure_columns(), *body_columns(lists), *_rest())
    return ImportForm(
        code=FORM_CODE,
        name="“两新”组织党群组织建设情况摸底表",
        columns=columns,
        row_checks=ROW_CHECKS,
        key_fields=("name", "uscc"),
        ordinal="ordinal",
        version="1",
        notes=(
            "统一社会信用代码整列请设为文本格式,否则 Excel 会丢失末位数字。",
            "日期可写 2010-06-15、2010年6月 或 2010;只知年月的就写年月。",
            "人数不掌握的请留空,不要填 0;确实没有的填 0。",
            "组织形式与成立时间要么都填,要么都不填;没有这种组织的填“无”或“未建”。",
            "几家联合成立的组织,各行“联合组织名称”写同一个名称。",
        ),
    )


def identity_columns(lists: CodeLists) -> tuple[Column, ...]:
    """Whose row it is, what it is and where it belongs."""
    kinds = lists.names_of(CodeList.KIND)
    types = lists.names_of(CodeList.REGISTRATION_TYPE)
    industries = lists.names_of(CodeList.INDUSTRY)
    for code_row in lists.codes:
        if code_row.list_name == CodeList.INDUSTRY:
            industries.setdefault(code_row.code, code_row.code)
    labels = {
        which: tuple(row.label for row in lists.codes if row.list_name == which)
        for which in (CodeList.KIND, CodeList.REGISTRATION_TYPE, CodeList.INDUSTRY)
    }
    return (
        Column("ordinal", "序号", Text(20), names=("编号", "No")),
        Column(
            "name",
            "单位名称",
            Text(120),
            names=("企业名称", "组织名称", "企业单位名称", "机构名称", "“两新”组织名称", "单位全称"),
            required=True,
            blank=("missing_name", "没有填单位名称,请按登记证照填写全称。"),
            clearable=False,
        ),
        Column(
            "uscc",
            "统一社会信用代码",
            code,
            names=("社会信用代码", "信用代码", "统一信用代码", "统一代码"),
            required=True,
            clearable=False,
            kind="code",
            note="18位,请把整列设为文本格式后再粘贴。",
        ),
        Column(
            "old_code",
            "旧代码",
            code,
            names=("组织机构代码", "工商注册号", "注册号", "登记证号", "原代码"),
            clearable=False,
            kind="code",
            printed=False,
        ),
        Column(
            "unit",
            "主管党(工)委",
            Text(64),
            names=("主管党委", "主管党工委", "所属党(工)委", "隶属党(工)委", "上级党(工)委", "主管单位", "所属乡镇"),
            required=True,
            blank=("unknown_unit", "没有填主管党(工)委,请填写所属的乡镇、园区或部门。"),
            clearable=False,
        ),
        Column(
            "kind",
            "单位类别",
            choice(kinds, error="unknown_kind", what="单位类别", keep_unknown=True),
            names=("组织类别", "单位性质", "组织性质"),
            clearable=False,
            options=labels[CodeList.KIND],
        ),
        Column(
            "registration_type",
            "登记类型",
            choice(types, error="unknown_registration_type", what="登记类型", keep_unknown=True),
            names=("企业类型", "注册类型", "登记注册类型", "经济类型"),
            options=labels[CodeList.REGISTRATION_TYPE],
        ),
        Column(
            "industry",
            "行业",
            choice(industries, error="unknown_industry", what="行业", keep_unknown=True),
            names=("所属行业", "行业类别", "行业门类", "国民经济行业"),
            options=labels[CodeList.INDUSTRY],
        ),
        Column(
            "registered_on",
            "登记日期",
            date,
            names=("注册日期", "登记时间", "注册时间", "注册登记日期", "注册登记时间"),
            clearable=False,
            kind="date",
        ),
    )


def figure_columns() -> tuple[Column, ...]:
    """The head-counts and amounts of FIGURE_FIELDS."""
    money = Money(10_000)
    return (
        Column(
            "employees",
            "从业人员情况/从业人员数",
            count,
            leaves=("从业人员总数", "总数", "合计", "人数"),
            names=(
                "从业人员数",
                "从业人员",
                "从业人数",
                "从业人员总数",
                "职工人数",
                "职工数",
                "员工数",
                "员工人数",
                "用工人数",
            ),
            summed=True,
            kind="count",
            parents=_STAFF,
        ),
        Column(
            "women",
            "从业人员情况/其中:女性",
            count,
            leaves=("女性", "女"),
            names=(
                "其中:女性",
                "女性",
                "女性人数",
                "女职工数",
                "女职工人数",
                "女员工数",
                "女性从业人员",
                "女性从业人员数",
            ),
            summed=True,
            kind="count",
            parents=_STAFF,
        ),
        Column(
            "league_members",
            "从业人员情况/团员数",
            count,
            leaves=("团员",),
            names=("团员数", "团员", "团员人数", "共青团员数", "共青团员"),
            summed=True,
            kind="count",
            parents=_STAFF,
        ),
        Column(
            "full_members",
            "从业人员情况/正式党员数",
            count,
            leaves=("正式党员",),
            names=("正式党员数", "正式党员", "正式党员人数"),
            summed=True,
            kind="count",
            parents=_STAFF,
        ),
        Column(
            "probationary_members",
            "从业人员情况/预备党员数",
            count,
            leaves=("预备党员",),
            names=("预备党员数", "预备党员", "预备党员人数"),
            summed=True,
            kind="count",
            printed=False,
            parents=_STAFF,
        ),
        Column(
            "union_members",
            "从业人员情况/工会会员数",
            count,
            leaves=("工会会员",),
            names=("工会会员数", "工会会员", "会员人数"),
            summed=True,
            kind="count",
            printed=False,
            parents=_STAFF,
        ),
        Column(
            "annual_revenue_yuan",
            "年营业收入(万元)",
            money,
            names=("年营业收入", "营业收入", "年营业额", "营业额", "年收入", "年销售收入", "销售收入"),
            summed=True,
            kind="money",
        ),
        Column(
            "payroll_yuan",
            "工资总额(万元)",
            money,
            names=("工资总额", "年工资总额", "职工工资总额"),
            summed=True,
            kind="money",
            printed=False,
        ),
    )


def body_columns(lists: CodeLists) -> list[Column]:
    """Form, founding date and joint name of every line."""
    columns = []
    for line, (parent, parents) in _PARENTS.items():
        forms = lists.forms_of(line)
        labels = tuple(form.label for form in lists.forms if form.line == line)
        columns += [
            Column(
                f"{line}_form",
                f"{parent}/组织形式",
                Choice(forms, "unknown_form", f"{parent}形式", negatives=True, offered=(*labels, "无")),
                parents=parents,
                leaves=_FORM_LEAVES,
                clearable=False,
                options=(*labels, "无"),
            ),
            Column(
                f"{line}_date",
                f"{parent}/成立时间",
                founded,
                parents=parents,
                leaves=_DATE_LEAVES,
                clearable=False,
                kind="date",
            ),
            Column(
                f"{line}_name",
                f"{parent}/联合组织名称",
                joint_body_name,
                parents=parents,
                leaves=("联合名称", "联合党组织名称", "联合工会名称", "所在联合组织"),
                names=_JOINT_NAMES.get(line, ()),
                clearable=False,
                printed=line in _PRINTED_NAMES,
            ),
        ]
    columns.append(
        Column(
            f"{Line.MECHANISM}_date",
            "“一会三组”成立时间",
            date_or_none,
            names=("一会三组", "一会三组建立时间", "一会三组成立日期"),
            clearable=False,
            kind="date",
        )
    )
    return columns


def _rest() -> tuple[Column, ...]:
    return (
        Column("contact_name", "联系人", Text(60), names=("联络员", "联系人姓名", "企业联络员"), masked=True),
        Column(
            "contact_phone",
            "联系电话",
            Phone(),
            names=("电话", "联系方式", "手机", "手机号码", "联系人电话"),
            masked=True,
        ),
        Column("remark", "备注", Text(2000), names=("说明",)),
    )


_text_120 = Text(120)


def joint_body_name(raw: Raw) -> Any:
    """A joint body's name; 无 is no name."""
    text = _text_120(raw)
    return None if fold(text) in NEGATIVE_WORDS else text


class KnownBy(FuzzyDate):
    """不晚于 a day: the body was there by then, since when is not known."""

    @property
    def precision(self) -> str:
        return Precision.BY.value

    def first(self) -> dt.date:
        return dt.date.min

    def __str__(self) -> str:
        return f"{NOT_LATER_THAN}{super().__str__()}"


def founded(raw: Raw) -> FuzzyDate:
    """A founding date, or 不晚于 before one."""
    if isinstance(raw, str) and normal(raw).startswith(NOT_LATER_THAN):
        return KnownBy(*date(normal(raw).removeprefix(NOT_LATER_THAN)))
    return date(raw)


def date_or_none(raw: Raw) -> Any:
    """A founding date, or a word that says there is none."""
    if isinstance(raw, str) and fold(raw) in NEGATIVE_WORDS:
        return NONE
    return founded(raw)
