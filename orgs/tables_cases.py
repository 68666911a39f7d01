"""Columns of 维权个案: no name of a person stands in a list or an export."""

from django.urls import reverse

from orgs.filters_cases import CaseFilter
from orgs.models import DismissalCase
from orgs.queries_cases import state_word
from quannan.base.listing import Listed
from quannan.base.tables import Column


def _page(case: DismissalCase) -> str:
    return reverse("case-detail", args=[case.pk])


CASES = Listed(
    name="case-list",
    title="维权个案",
    noun="维权个案",
    counter="件",
    columns=(
        Column(
            "organization",
            "组织",
            lambda c: c.organization.name,
            ("organization__sort_key", "id"),
            link=_page,
            fixed=True,
        ),
        Column("unit", "主管党(工)委", lambda c: c.unit_name or "", ("unit_name", "id"), css="nowrap"),
        Column("post", "职务", lambda c: c.post, ("post", "id"), css="nowrap"),
        Column("dismissed", "辞退日期", lambda c: c.dismissed_on, ("dismissed_on", "id"), css="nowrap"),
        Column("measures", "帮扶措施(项)", lambda c: c.taken, ("taken", "id"), numeric=True),
        Column("aid", "补助(元)", lambda c: c.aid, ("aid", "id"), numeric=True),
        Column("state", "状态", state_word, ("is_closed", "id"), css="nowrap"),
        Column("closed", "办结日期", lambda c: c.closed_on if c.is_closed else None, ("closed_on", "id"), css="nowrap"),
        Column("outcome", "办理结果", lambda c: c.outcome if c.is_closed else "", optional=True),
    ),
    default_sort="-dismissed",
    filters=CaseFilter,
    empty=("没有维权个案", "党群组织负责人因维护职工权益被辞退的,由两新工委办公室或县总工会登记。"),
    template="orgs/case_list.html",
)
