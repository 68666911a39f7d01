"""台账事项 of the forms F1 and F2: which items there are, how they are kept and shown, and writing them in bulk.

The items are declared here once: the forms read them, the exports and the organization's page show them.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from orgs.lines import Line
from orgs.models import EstablishmentPlan, LedgerFacts
from orgs.models.ledger import LedgerForm
from quannan.base.bulk import copy_rows, period, update_rows

# How a value is kept in the row: text, count (whole number), money (yuan, as text with two decimals), area (square
# metres, likewise), yes_no (true or false), date (text, as exactly as it is known: 2010, 2010-06, 2010-06-15).
TEXT, COUNT, MONEY, AREA, YES_NO, DATE = "text", "count", "money", "area", "yes_no", "date"
UNITS = {COUNT: "", MONEY: "元", AREA: "平方米"}


@dataclass(frozen=True)
class Item:
    """One item of a ledger form.

    Attributes:
        code: key in `LedgerFacts.values` and field of the form.
        label: the printed path, parent/leaf.
        kind: how it is kept, see above.
        names: further complete headings.
        limit: most characters of a text.
        options: wordings offered for a text.
        unit: counts only, what is counted, for the page.
    """

    code: str
    label: str
    kind: str = TEXT
    names: tuple[str, ...] = ()
    limit: int = 120
    options: tuple[str, ...] = ()
    unit: str = ""

    @property
    def words(self) -> str:
        """The label in one line, as the page shows it."""
        return self.label.replace("(平方米)", "").replace("(元)", "").replace("/", " · ")


_HERE = "党员/组织关系在本企业"
F1_ITEMS: tuple[Item, ...] = (
    Item("park", "所在园区(楼宇)", names=("所在园区", "所在楼宇", "园区", "楼宇", "所在园区或楼宇")),
    Item("registered_at", "注册地", names=("注册地址", "注册地点", "住所")),
    Item("operates_at", "经营地", names=("经营地址", "经营地点", "经营场所", "实际经营地")),
    Item("investor_is_secretary", "出资人/是否兼任书记", YES_NO, ("出资人是否兼任书记", "出资人/是否兼任党组织书记")),
    Item(
        "investor_is_delegate",
        "出资人/是否“两代表一委员”",
        YES_NO,
        ("出资人是否“两代表一委员”", "出资人/两代表一委员", "是否两代表一委员"),
    ),
    Item("workers", "党务工作者/人数", COUNT, ("党务工作者人数", "党务工作者数"), unit="人"),
    Item("workers_full_time", "党务工作者/专职", COUNT, ("党务工作者/其中专职", "专职党务工作者"), unit="人"),
    Item(
        "members_here",
        f"{_HERE}/人数",
        COUNT,
        ("党员/组织关系在本企业", "组织关系在本企业", "党员/组织关系在本企业/总数", "党员/组织关系在本企业/小计"),
        unit="人",
    ),
    Item("members_to_35", f"{_HERE}/35岁以下", COUNT, ("党员/35岁以下", "35岁以下党员"), unit="人"),
    Item("members_middle", f"{_HERE}/中层", COUNT, ("党员/中层", "党员/中层管理人员"), unit="人"),
    Item("members_technical", f"{_HERE}/专技", COUNT, ("党员/专技", "党员/专业技术人员"), unit="人"),
    Item("members_front_line", f"{_HERE}/一线", COUNT, ("党员/一线", "党员/一线职工"), unit="人"),
    Item("members_elsewhere", "党员/不在本企业", COUNT, ("党员/组织关系不在本企业", "组织关系不在本企业"), unit="人"),
    Item("members_grown", "党员/近3年发展", COUNT, ("近3年发展党员", "近三年发展党员", "党员/近三年发展"), unit="人"),
    Item("venue", "活动场所/有无", YES_NO, ("有无活动场所", "活动场所", "党员活动场所")),
    Item("venue_area", "活动场所/面积(平方米)", AREA, ("活动场所面积", "活动场所/面积")),
    Item("funds_in_costs", "经费是否纳入管理费", YES_NO, ("党建经费是否纳入管理费", "经费是否列入管理费")),
    Item("meetings_held", "三会一课", YES_NO, ("是否落实三会一课", "三会一课是否正常")),
    Item("members_reviewed", "民主评议", YES_NO, ("是否民主评议党员", "民主评议党员")),
    Item("elected_in_time", "按期换届", YES_NO, ("是否按期换届",)),
)
F2_ITEMS: tuple[Item, ...] = (
    Item("registrar", "登记机构", names=("登记机关", "登记管理机关", "登记管理机构")),
    Item("supervisor", "业务主管单位", names=("业务主管部门", "主管单位")),
    Item(
        "inspection",
        "年检结果",
        names=("年检情况", "年检结论"),
        limit=40,
        options=("合格", "基本合格", "不合格", "未参加"),
    ),
    Item("staff_full_time", "从业人员/专职", COUNT, ("专职人员", "专职人数", "从业人员/专职人数"), unit="人"),
    Item("staff_part_time", "从业人员/兼职", COUNT, ("兼职人员", "兼职人数", "从业人员/兼职人数"), unit="人"),
    Item("staff_members", "从业人员/党员", COUNT, ("从业人员中党员", "从业人员/其中党员"), unit="人"),
    Item("last_election", "党组织/上次换届", DATE, ("上次换届时间", "党组织/上次换届时间", "上次换届")),
    Item("joint_covers", "党组织/联合支部覆盖数", COUNT, ("联合支部覆盖数", "党组织/联合覆盖数"), unit="家"),
    Item("superior", "党组织/上级", names=("上级党组织", "党组织/上级党组织", "隶属党组织")),
    Item("members", "党员总数", COUNT, ("党员数", "党员人数"), unit="人"),
    Item("funds", "经费(元)/年总额", MONEY, ("党建经费年总额", "经费/总额", "年经费总额", "经费年总额")),
    Item("funds_public", "经费(元)/财政", MONEY, ("经费/财政", "经费/财政补助")),
    Item("funds_dues", "经费(元)/党费", MONEY, ("经费/党费", "经费/党费返还")),
    Item("funds_costs", "经费(元)/管理费", MONEY, ("经费/管理费", "经费/管理费列支")),
    Item("funds_other", "经费(元)/其他", MONEY, ("经费/其他",)),
    Item("venue", "场所", YES_NO, ("活动场所", "有无活动场所", "有无场所")),
    Item("meetings", "组织生活次数", COUNT, ("年组织生活次数", "开展组织生活次数"), unit="次"),
)
ITEMS: dict[str, tuple[Item, ...]] = {LedgerForm.ENTERPRISES.value: F1_ITEMS, LedgerForm.SOCIAL.value: F2_ITEMS}

# Of which kind the organizations of a ledger are.
KIND_OF = {LedgerForm.ENTERPRISES.value: "enterprise", LedgerForm.SOCIAL.value: "social"}

PARTS_OF_MEMBERS = ("members_to_35", "members_middle", "members_technical", "members_front_line")
SOURCES_OF_FUNDS = ("funds_public", "funds_dues", "funds_costs", "funds_other")


def kept(item: Item, value: Any) -> Any:
    """A value as a form gives it, turned into what the row keeps.

    Args:
        item: which one.
        value: text, int, Decimal (yuan or square metres), bool or FuzzyDate.
    """
    if item.kind in (MONEY, AREA):
        return f"{value:.2f}"
    return str(value) if item.kind == DATE else value


def shown(item: Item, value: Any) -> str:
    """A kept value in words.

    Args:
        item: which one.
        value: as `kept` gives it; None for not known.
    """
    if value is None:
        return "不掌握"
    if item.kind == YES_NO:
        return "是" if value else "否"
    if item.kind in (MONEY, AREA):
        text = f"{Decimal(value):,.2f}".removesuffix(".00")
        return f"{text}{UNITS[item.kind]}"
    return f"{value}{item.unit}"


def members_over(values: Mapping[str, Any]) -> list[tuple[str, int, int]]:
    """Parts of 组织关系在本企业 that are greater than the whole: (label of the part, part, whole).

    Args:
        values: of a row of F1.
    """
    whole = values.get("members_here")
    labels = {item.code: item.label.rpartition("/")[2] for item in F1_ITEMS}
    if whole is None:
        return []
    return [(labels[code], values[code], whole) for code in PARTS_OF_MEMBERS if (values.get(code) or 0) > whole]


def funds_apart(values: Mapping[str, Any]) -> tuple[Decimal, Decimal] | None:
    """年总额 and the sum of its sources in yuan, where all five are known and they differ.

    Args:
        values: of a row of F2.
    """
    if values.get("funds") is None or any(values.get(code) is None for code in SOURCES_OF_FUNDS):
        return None
    total, parts = Decimal(values["funds"]), sum(Decimal(values[code]) for code in SOURCES_OF_FUNDS)
    return (total, Decimal(parts)) if total != parts else None


# 规模以上 is worked out by the app that has the rule; the ledger only asks.
ScaleOf = Callable[[int | None, Decimal | None], bool | None]
_scales: list[Callable[[dt.date], ScaleOf]] = []


def tells_scale(function: Callable[[dt.date], ScaleOf]) -> Callable[[dt.date], ScaleOf]:
    """Decorator: the function gives the rule in force on a day, which says of (employees, yuan) whether it is 规模以上.

    The rule answers True, False, or None where what is known does not decide it.
    """
    _scales[:] = [function]
    return function


def scale_on(day: dt.date) -> ScaleOf:
    """The rule of 规模以上 in force on a day; without one, nothing is decided.

    Args:
        day: the day asked for.
    """
    return _scales[0](day) if _scales else lambda employees, revenue: None


# Writing --------------------------------------------------------------------------------------------


class LedgerOp(NamedTuple):
    """台账事项 to write: ``id`` of the row to change, or None for a new one."""

    id: int | None
    form: str
    values: dict[str, Any]


class ReasonOp(NamedTuple):
    """未建原因 to write for the party line.

    ``correct``: id of the row to put right in place; else the row ``end`` is ended on the day and a new one begins
    with the facts carried on (both None: the first one).
    """

    reason: str
    note: str
    version: int = 1
    correct: int | None = None
    end: int | None = None
    end_since: dt.date | None = None
    planned_on: dt.date | None = None
    next_step: str = ""
    responsible: str = ""


def write_ledger(*, ops: Iterable[tuple[int | None, LedgerOp]], as_of: dt.date, source: str, now: dt.datetime) -> None:
    """Writes 台账事项 in bulk, inside the caller's transaction.

    Args:
        ops: (organization id, what to write).
        as_of: the date of the form.
        source: its code.
        now: the moment of writing.
    """
    wanted = [(organization, op, json.dumps(op.values, ensure_ascii=False)) for organization, op in ops]
    update_rows(LedgerFacts, ("values", "source"), ((op.id, text, source) for _, op, text in wanted if op.id))
    copy_rows(
        LedgerFacts,
        ("organization", "form", "as_of", "values", "source", "created_at"),
        ((organization, op.form, as_of, text, source, now) for organization, op, text in wanted if not op.id),
    )


def write_reasons(*, ops: Iterable[tuple[int | None, ReasonOp]], as_of: dt.date, now: dt.datetime) -> None:
    """Writes 未建原因 of the party line in bulk, inside the caller's transaction.

    Args:
        ops: (organization id, what to write).
        as_of: the first day the reason holds.
        now: the moment of writing.
    """
    wanted = list(ops)
    update_rows(
        EstablishmentPlan,
        ("reason", "reason_note", "version"),
        ((op.correct, op.reason, op.note, op.version) for _, op in wanted if op.correct),
    )
    update_rows(EstablishmentPlan, ("period",), ((op.end, period(op.end_since, as_of)) for _, op in wanted if op.end))
    facts = ("reason", "reason_note", "planned_on", "next_step", "responsible", "version", "created_at")
    copy_rows(
        EstablishmentPlan,
        ("organization", "line", "period", *facts),
        (
            (organization, Line.PARTY.value, period(as_of), op.reason, op.note, op.planned_on)
            + (op.next_step, op.responsible, op.version, now)
            for organization, op in wanted
            if not op.correct
        ),
    )
