"""Columns of the ledger of funds and of the check of 四(三)."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from funding.domain.adequacy import Reading
from funding.filters import CheckFilter, FundFilter
from funding.models import Direction
from funding.queries_check import judged_of, yuan
from funding.queries_entries import day_said
from quannan.base.listing import Listed
from quannan.base.tables import Column


def money(value: Any) -> str:
    """An amount in a cell, blank where there is none.

    Args:
        value: yuan, or None.
    """
    return "" if value is None else yuan(value)


def _of_organization(row: Any) -> str:
    return f"{reverse('organization-detail', args=[row.organization_id])}?{urlencode({'as_of': row.on.isoformat()})}"


def _counted(direction: str) -> Any:
    return lambda r: r.amount_yuan if r.direction == direction and r.cancelled_at is None else None


def with_labels(listed: Listed, named: dict[str, dict[str, str]]) -> Listed:
    """The list with 来源 and 用途 by their labels.

    Args:
        listed: the ledger.
        named: labels by column and code.
    """

    def value(name: str) -> Any:
        return lambda r: named[name].get(getattr(r, name), getattr(r, name))

    columns = tuple(replace(c, value=value(c.key)) if c.key in named else c for c in listed.columns)
    return replace(listed, columns=columns)


BY_DAY = ("occurred_on", "id")
FUNDS = Listed(
    name="fund-list",
    title="经费台账",
    noun="经费",
    counter="笔",
    columns=(
        Column(
            "occurred",
            "日期",
            lambda r: day_said(r.occurred_on, r.occurred_precision),
            BY_DAY,
            link=lambda r: f"{reverse('fund-detail', args=[r.pk])}?{urlencode({'as_of': r.on.isoformat()})}",
            fixed=True,
            css="nowrap",
        ),
        Column(
            "organization",
            "单位名称",
            lambda r: r.organization.name,
            ("organization__sort_key", "organization_id", "-occurred_on", "-id"),
            link=_of_organization,
            fixed=True,
            css="wide",
        ),
        Column("unit", "主管党(工)委", lambda r: r.unit_at, ("unit_at", "organization__sort_key", "id"), css="nowrap"),
        Column("line", "条线", lambda r: r.get_line_display(), ("line", "-occurred_on", "-id"), css="nowrap"),
        Column("source", "来源", lambda r: r.source, ("source", "-occurred_on", "-id"), css="nowrap"),
        Column("purpose", "用途", lambda r: r.purpose, ("purpose", "-occurred_on", "-id"), css="nowrap"),
        Column("receipts", "收入(元)", _counted(Direction.RECEIPT), ("amount_yuan", "id"), numeric=True, draw=money),
        Column("spending", "支出(元)", _counted(Direction.SPENDING), ("amount_yuan", "id"), numeric=True, draw=money),
        Column("voucher", "凭证号", lambda r: r.voucher, ("voucher", "id"), css="nowrap"),
        Column("note", "备注", lambda r: r.note, optional=True),
        Column("origin", "登记方式", lambda r: r.get_origin_display(), ("origin", "id"), optional=True, css="nowrap"),
        Column("cancelled", "作废", lambda r: _cancelled(r), ("cancelled_at", "id"), optional=True),
    ),
    default_sort="-occurred",
    filters=FundFilter,
    empty=("还没有登记经费", "党群组织收到和支出的经费在这里一笔一笔登记,也可以用经费表导入。"),
    template="funding/fund_list.html",
)


def _cancelled(row: Any) -> str:
    if row.cancelled_at is None:
        return ""
    return f"已作废 {yuan(row.amount_yuan)} 元:{row.cancel_reason}"


def with_cancelled(listed: Listed) -> Listed:
    """The list with the column of cancelled entries shown.

    Args:
        listed: the ledger.
    """
    return replace(
        listed, columns=tuple(replace(c, optional=False) if c.key == "cancelled" else c for c in listed.columns)
    )


def _judged_link(row: Any) -> str:
    day = row.reading.day.isoformat()
    return f"{reverse('organization-detail', args=[row.pk])}?{urlencode({'as_of': day})}"


def _entries_link(row: Any) -> str:
    asked = {
        "as_of": row.reading.day.isoformat(),
        "year": row.reading.year,
        "unit": "",
        "line": "party",
        "direction": row.reading.direction,
        "q": row.span.organization.uscc or row.span.organization.name,
    }
    return f"{reverse('fund-list')}?{urlencode(asked)}" if row.amount is not None else ""


BY_NAME = ("organization__sort_key", "organization_id", "id")
CHECKED = Listed(
    name="fund-check-list",
    title="人均活动经费名单",
    noun="组织",
    counter="家",
    columns=(
        Column(
            "name", "单位名称", lambda r: r.span.organization.name, BY_NAME, link=_judged_link, fixed=True, css="wide"
        ),
        Column(
            "unit", "主管党(工)委", lambda r: r.span.unit.name, ("unit__order", "unit__code", *BY_NAME), css="nowrap"
        ),
        Column(
            "verdict",
            "结论",
            lambda r: r.tag.word,
            ("verdict", *BY_NAME),
            template="funding/_verdict.html",
            css="nowrap",
        ),
        Column("members", "党员(人)", lambda r: r.members, ("members", *BY_NAME), numeric=True),
        Column("due", "应有(元)", lambda r: r.due, ("due", *BY_NAME), numeric=True, draw=money),
        Column(
            "amount", "已有(元)", lambda r: r.amount, ("amount", *BY_NAME), numeric=True, draw=money, link=_entries_link
        ),
        Column("per_member", "人均(元)", lambda r: r.per_member, numeric=True, draw=money),
        Column("missing", "还差(元)", lambda r: r.missing or None, ("missing", *BY_NAME), numeric=True, draw=money),
        Column("reason", "说明", lambda r: r.reason, optional=True),
    ),
    default_sort="-missing",
    filters=CheckFilter,
    empty=("没有可以判断的组织", "这一天有党组织的组织才在这里;没有施行中的经费标准时也不作判断。"),
    template="funding/fund_check_list.html",
    kept=("year",),
)


def check_list(reading: Reading) -> Listed:
    """The list whose rows are judged by one reading.

    Args:
        reading: what is looked at.
    """
    return replace(CHECKED, prepare=lambda rows: [judged_of(row, reading) for row in rows])
