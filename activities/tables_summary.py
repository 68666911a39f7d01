"""Columns of the organizations behind a number of 开展情况."""

from typing import Any

from django.urls import reverse

from activities.filters_summary import BehindFilter
from activities.models.activities import held_word
from orgs.models.organization import Kind
from quannan.base.listing import Listed
from quannan.base.tables import Column

NAME_ORDER = ("organization__sort_key", "organization_id", "id")


def _page(row: Any) -> str:
    return reverse("organization-detail", args=[row.organization_id])


BEHIND = Listed(
    name="activity-organizations",
    title="开展活动的组织",
    noun="组织",
    counter="家",
    columns=(
        Column("name", "单位名称", lambda r: r.organization.name, NAME_ORDER, link=_page, fixed=True),
        Column(
            "code", "统一社会信用代码", lambda r: r.organization.uscc or r.organization.old_code or "",
            ("organization__uscc", "organization_id", "id"), css="code",
        ),
        Column("unit", "主管党(工)委", lambda r: r.unit.name, ("unit__path", *NAME_ORDER), css="nowrap"),
        Column("kind", "单位类别", lambda r: Kind(r.kind).label, ("kind", *NAME_ORDER), css="nowrap"),
        Column("held", "期内活动(项)", lambda r: r.held or 0, ("held", *NAME_ORDER), numeric=True),
        Column("last", "期内最近一次", lambda r: held_word(r.last_held, r.last_precision) if r.last_held else "", ("last_held", *NAME_ORDER), css="nowrap"),
    ),
    default_sort="unit",
    filters=BehindFilter,
    empty=("没有这样的组织", "换一个条线、范围或期间再看。"),
    days=("since", "until"),
)  # fmt: skip
