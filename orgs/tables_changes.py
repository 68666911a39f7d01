"""Columns of 负责人调整."""

from django.urls import reverse

from orgs.filters_changes import ChangeFilter
from orgs.queries_changes import ChangeRow
from quannan.base.listing import Listed
from quannan.base.tables import Column


def _page(row: ChangeRow) -> str:
    return reverse("leader-change-detail", args=[row.pk])


CHANGES = Listed(
    name="leader-change-list",
    title="负责人调整",
    noun="负责人调整",
    counter="件",
    columns=(
        Column("body", "党群组织", lambda r: r.body, link=_page, fixed=True),
        Column("line", "条线", lambda r: r.line, ("branch__line", "id"), css="nowrap"),
        Column("unit", "主管党(工)委", lambda r: r.unit),
        Column("post", "职务", lambda r: r.post, ("post", "id"), css="nowrap"),
        Column("leaving", "离任", lambda r: r.leaving, ("leaving__person__sort_key", "id"), css="nowrap"),
        Column("successor", "接任", lambda r: r.successor, ("successor__sort_key", "id"), css="nowrap"),
        Column("requested", "提出日期", lambda r: r.change.requested_on, ("requested_on", "id"), css="nowrap"),
        Column("due", "意见截止", lambda r: r.change.answers_due_on, ("answers_due_on", "id"), css="nowrap"),
        Column("answers", "已答复", lambda r: r.answers, ("given", "id"), css="nowrap"),
        Column("state", "状态", lambda r: r.state, ("state_at", "id"), template="orgs/_change_state.html"),
        Column("effective", "生效日期", lambda r: r.effective_on, ("effective_on", "id"), css="nowrap"),
        Column("reason", "调整理由", lambda r: r.change.reason, optional=True),
        Column("by", "提出人", lambda r: str(r.change.requested_by), optional=True),
    ),
    default_sort="-requested",
    filters=ChangeFilter,
    empty=("还没有负责人调整", "负责人要调整的,在党群组织的页面提出,系统同时请各单位提意见。"),
)
