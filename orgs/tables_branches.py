"""Columns of 党群组织."""

from urllib.parse import urlencode

from django.urls import reverse

from orgs.filters_branches import BodyListFilter
from orgs.queries_branches import BodyRow
from quannan.base.listing import Listed
from quannan.base.tables import Column


def _page(row: BodyRow) -> str:
    return f"{reverse('branch-detail', args=[row.pk])}?{urlencode({'as_of': row.as_of.isoformat()})}"


def _members(row: BodyRow) -> str:
    return f"{_page(row)}#members"


BODIES = Listed(
    name="branch-list",
    title="党群组织",
    noun="党群组织",
    counter="个",
    columns=(
        Column(
            "name", "名称", lambda r: r.name, ("label", "id"), link=_page, fixed=True, template="orgs/_branch_name.html"
        ),
        Column("line", "条线", lambda r: r.branch.get_line_display(), ("line_order", "founded_on", "id"), css="nowrap"),
        Column("form", "形式", lambda r: r.form_word, css="nowrap"),
        Column(
            "composition", "组建方式", lambda r: r.branch.get_composition_display(), ("composition", "id"), css="nowrap"
        ),
        Column("covers", "覆盖(家)", lambda r: r.covers, ("covers", "id"), True, link=_members),
        Column("unit", "主管党(工)委", lambda r: r.units_word),
        Column("founded", "成立日期", lambda r: r.founded_word, ("founded_on", "id"), css="nowrap"),
        Column("approval", "批复文号", lambda r: r.branch.approval, ("approval", "id"), css="nowrap"),
        Column("confirmed", "确认", lambda r: r.confirmation, ("confirmed_at", "id"), css="nowrap"),
        Column("state", "状态", lambda r: r.state, optional=True, css="nowrap"),
        Column("hint", "提示", lambda r: r.hint, optional=True),
        Column("members", "成员", lambda r: "、".join(r.names), optional=True),
    ),
    default_sort="-founded",
    filters=BodyListFilter,
    empty=("还没有党群组织", "点“登记组建”登记第一个;从摸底表导入的也会出现在这里。"),
    template="orgs/branch_list.html",
)
