"""F1 非公有制经济组织工作台账 and F2 社会组织党建台账, declared: their official columns and what reads each cell."""

from __future__ import annotations

from dataclasses import replace

from orgs.domain.ledger import AREA, COUNT, DATE, F1_ITEMS, F2_ITEMS, MONEY, TEXT, YES_NO, Item
from orgs.imports.form import date_or_none, figure_columns, founded, identity_columns, joint_body_name
from orgs.imports.known import HOW_FOUND, naming_columns, register_fields
from orgs.imports.ledger_cells import COMPOSITION_WORDS, HasBody, PassedOver, Reason, cleaner_of, yes_no
from orgs.imports.ledger_checks import LEDGER_CHECKS
from orgs.imports.maps import CodeLists
from orgs.lines import Line
from orgs.models.codes import CodeList
from orgs.models.ledger import LedgerForm
from quannan.base.workbook.cells import Phone
from quannan.base.workbook.choices import Choice
from quannan.base.workbook.declare import Column, ImportForm

ELSEWHERE = "姓名和来源属于人员,请在“队伍”里登记或另表导入,本表不读这一列。"
NEVER_READ = "党员身份只在业主推荐审核时询问,本表不读、不存这一列,请不要填写。"
SENT_ELSEWHERE = "选派的指导员请在“队伍”里登记或另表导入,本表不读这一列。"
_YES_NO = ("是", "否")
_PHONES_OF_PEOPLE = tuple(
    f"{who}/{what}"
    for who in ("出资人", "法定代表人", "书记", "党组织书记", "指导员")
    for what in ("电话", "联系电话", "联系方式", "手机", "手机号码")
)
_HAS_NAMES = {
    Line.UNION: ("工会", ("工会组织", "是否建立工会", "工会是否建立", "有无工会")),
    Line.LEAGUE: ("共青团", ("团组织", "共青团组织", "是否建立团组织", "有无团组织")),
    Line.WOMEN: ("妇联", ("妇女组织", "妇联组织", "是否建立妇联", "有无妇女组织")),
}


def enterprise_ledger(lists: CodeLists) -> ImportForm:
    """F1, one row per enterprise.

    Args:
        lists: forms and codes in use.
    """
    ordinal, name, uscc, old_code = naming_columns(lists, "企业名称")
    item = _items(F1_ITEMS)
    columns = (
        ordinal,
        item["park"],
        name,
        uscc,
        old_code,
        item["registered_at"],
        item["operates_at"],
        _phone("电话"),
        _type(lists, "企业类型"),
        _figure("annual_revenue_yuan", "年营业收入(万元)"),
        _figure("employees", "从业人员数"),
        Column(
            "above_scale",
            "是否规模以上",
            yes_no,
            names=("规模以上", "是否规上", "是否规模以上企业"),
            clearable=False,
            options=_YES_NO,
            note="由系统按从业人员和营业收入算,填的只用来核对。",
        ),
        _unread("investor_name", "出资人/姓名", ELSEWHERE, "出资人姓名", "法定代表人", "出资人"),
        _unread("investor_is_member", "出资人/是否党员", NEVER_READ, "出资人是否党员", "出资人/政治面貌"),
        # Their own columns, lest a telephone of a person be taken for the organization's.
        replace(_unread("people_phone", "书记/电话", ELSEWHERE, *_PHONES_OF_PEOPLE), printed=False),
        item["investor_is_secretary"],
        item["investor_is_delegate"],
        Column(
            "party_built",
            "党组织/是否建立",
            yes_no,
            names=("是否建立党组织", "党组织是否建立", "党组织/有无"),
            clearable=False,
            options=_YES_NO,
        ),
        *_party(lists),
        Column(
            "party_reason",
            "党组织/未建原因",
            Reason(lists.names_of(CodeList.NO_PARTY_REASON)),
            names=("未建党组织原因", "未建立党组织原因", "未建原因"),
            clearable=False,
            options=tuple(row.label for row in lists.codes if row.list_name == CodeList.NO_PARTY_REASON),
            note="“其他”请写明,如“其他:正在搬迁”。",
        ),
        _unread(
            "instructor_sent", "党组织/未建的是否选派指导员", SENT_ELSEWHERE, "是否选派指导员", "未建的是否选派指导员"
        ),
        _unread("secretary_name", "书记/姓名", ELSEWHERE, "书记姓名", "党组织书记", "书记"),
        _unread("secretary_source", "书记/来源", ELSEWHERE, "书记来源"),
        *(item[code] for code in _between("workers", "members_grown", F1_ITEMS)),
        *(column for line in _HAS_NAMES for column in _has(lists, line)),
        *(item[code] for code in _between("venue", "elected_in_time", F1_ITEMS)),
    )
    return _form(LedgerForm.ENTERPRISES, lists, columns, "工会、共青团、妇联填“有”或“无”,也可以写明组织形式。")


def social_ledger(lists: CodeLists) -> ImportForm:
    """F2, one row per social organization.

    Args:
        lists: forms and codes in use.
    """
    ordinal, name, uscc, old_code = naming_columns(lists, "名称")
    item = _items(F2_ITEMS)
    party_date, composition, level, joint_name = _party(lists)
    columns = (
        ordinal,
        name,
        uscc,
        old_code,
        _type(lists, "性质"),
        item["registrar"],
        item["supervisor"],
        item["inspection"],
        replace(_figure("employees", "从业人员/总数"), printed=False),
        item["staff_full_time"],
        item["staff_part_time"],
        item["staff_members"],
        _unread("head_name", "负责人", ELSEWHERE, "负责人姓名", "法定代表人", "主要负责人"),
        party_date,
        item["last_election"],
        composition,
        level,
        joint_name,
        item["joint_covers"],
        item["superior"],
        _unread("secretary_source", "书记来源", ELSEWHERE, "书记/来源"),
        *(item[code] for code in _between("members", "meetings", F2_ITEMS)),
    )
    return _form(
        LedgerForm.SOCIAL,
        lists,
        columns,
        "专职、兼职按台账事项保存,不当作从业人员总数;要更新总数请加一列“从业人员/总数”。",
        "经费年总额应等于财政、党费、管理费、其他之和,单位是元。",
    )


def _form(form: LedgerForm, lists: CodeLists, columns: tuple[Column, ...], *notes: str) -> ImportForm:
    return ImportForm(
        code=form.value,
        name=form.label,
        columns=columns,
        row_checks=LEDGER_CHECKS,
        key_fields=("name", "uscc"),
        ordinal="ordinal",
        notes=(
            HOW_FOUND,
            *notes,
            "党组织的成立时间可写 2010-06-15、2010年6月 或 2010;没有党组织的填“否”或“无”。",
            "组建形式填“单独”或“联合”,类别填“党委”“党总支”或“党支部”。",
        ),
        extra=(*register_fields(lists), "party_built", "party_composition", "party_reason", "above_scale"),
    )


def _items(items: tuple[Item, ...]) -> dict[str, Column]:
    """A column of each item, by its code."""
    found = {}
    for item in items:
        bare = item.kind in (TEXT, DATE)
        found[item.code] = Column(
            item.code,
            item.label,
            cleaner_of(item),
            names=item.names,
            summed=item.kind in (COUNT, MONEY),
            options=_YES_NO if item.kind == YES_NO else item.options,
            kind="text" if bare or item.kind == YES_NO else "money" if item.kind == AREA else item.kind,
        )
    return found


def _between(first: str, last: str, items: tuple[Item, ...]) -> list[str]:
    codes = [item.code for item in items]
    return codes[codes.index(first) : codes.index(last) + 1]


def _figure(field: str, label: str) -> Column:
    column = next(column for column in figure_columns() if column.field == field)
    return replace(column, label=label, names=(*column.names, column.label), printed=True)


def _type(lists: CodeLists, label: str) -> Column:
    column = next(column for column in identity_columns(lists) if column.field == "registration_type")
    return replace(column, label=label, names=(*column.names, column.label, "性质", "组织类型"))


def _phone(label: str) -> Column:
    return Column("contact_phone", label, Phone(), names=("联系电话", "联系方式", "手机", "电话号码"), masked=True)


def _unread(field: str, label: str, why: str, *names: str) -> Column:
    return Column(field, label, PassedOver(why), names=names, note=why)


def _party(lists: CodeLists) -> tuple[Column, Column, Column, Column]:
    """成立时间, 组建形式, 类别 and, not printed, the name of a joint body."""
    forms = lists.forms_of(Line.PARTY)
    labels = tuple(form.label for form in lists.forms if form.line == Line.PARTY and not form.is_joint)
    return (
        Column(
            "party_date",
            "党组织/成立时间",
            date_or_none,
            leaves=("成立日期", "建立时间", "建立日期", "组建时间"),
            names=("党组织成立时间",),
            clearable=False,
            kind="date",
        ),
        Column(
            "party_composition",
            "党组织/组建形式",
            Choice(
                COMPOSITION_WORDS, "unknown_composition", "组建形式", negatives=True, offered=("单独", "联合", "挂靠")
            ),
            leaves=("组建方式",),
            names=("党组织组建形式",),
            clearable=False,
            options=("单独", "联合"),
        ),
        Column(
            "party_form",
            "党组织/类别",
            Choice(forms, "unknown_form", "党组织类别", negatives=True, offered=labels),
            leaves=("组织形式", "组织类别", "形式"),
            names=("党组织类别",),
            clearable=False,
            options=labels,
        ),
        Column(
            "party_name",
            "党组织/联合组织名称",
            joint_body_name,
            names=("联合党组织名称", "联合支部名称"),
            clearable=False,
            printed=False,
        ),
    )


def _has(lists: CodeLists, line: Line) -> tuple[Column, Column, Column]:
    """有无 and, not printed, founding date and joint name."""
    parent, parents = _HAS_NAMES[line]
    has = HasBody(lists.forms_of(line))
    return (
        Column(
            f"{line}_form",
            f"{parent}/有无",
            has,
            parents=parents,
            leaves=("是否建立", "组织形式", "形式"),
            names=(parent, *parents),
            clearable=False,
            options=has.offered,
        ),
        Column(
            f"{line}_date",
            f"{parent}/成立时间",
            founded,
            parents=parents,
            leaves=("成立日期", "建立时间"),
            clearable=False,
            kind="date",
            printed=False,
        ),
        Column(
            f"{line}_name",
            f"{parent}/联合组织名称",
            joint_body_name,
            parents=parents,
            leaves=("联合名称",),
            clearable=False,
            printed=False,
        ),
    )
