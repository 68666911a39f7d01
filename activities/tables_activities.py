"""Columns of the list of activities."""

from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from django.urls import reverse

from activities.filters_activities import ActivityFilter
from activities.queries_activities import ActivityRow, activity_rows
from quannan.base.listing import Listed
from quannan.base.tables import Column

NAME_ORDER = ("organization__sort_key", "organization_id", "-held_on", "id")


def _page(row: ActivityRow) -> str:
    return reverse("activity-detail", args=[row.pk])


ACTIVITIES = Listed(
    name="activity-list",
    title="活动台账",
    noun="活动",
    counter="项",
    columns=(
        Column("organization", "主办组织", lambda r: r.activity.organization.name, NAME_ORDER, fixed=True),
        Column("unit", "主管党(工)委", lambda r: r.unit, ("unit_order", *NAME_ORDER), css="nowrap"),
        Column(
            "line", "条线", lambda r: r.activity.get_line_display(), ("line", "-held_on", "organization__sort_key", "id"),
            css="nowrap",
        ),
        Column("held", "开展日期", lambda r: r.activity.held_word, ("held_on", "id"), css="nowrap"),
        Column("title", "活动名称", lambda r: r.activity.title, ("title_key", "id"), link=_page, fixed=True),
        Column("kind", "类别", lambda r: r.activity.kind.name, ("kind__order", "-held_on", "id"), css="nowrap"),
        Column(
            "programme", "活动载体", lambda r: r.activity.programme.name if r.activity.programme else "",
            ("programme__order", "-held_on", "id"),
        ),
        Column("attendees", "参加人数", lambda r: r.activity.attendees, ("attendees", "id"), numeric=True),
        Column("members", "其中党员", lambda r: r.activity.members, ("members", "id"), numeric=True),
        Column("others", "共同参加的组织", lambda r: r.others_word, optional=True),
        Column("last", "结束日期", lambda r: r.activity.last_on, ("last_on", "id"), css="nowrap", optional=True),
        Column("place", "地点", lambda r: r.activity.place, optional=True),
        Column("content", "内容", lambda r: r.activity.content, optional=True),
        Column("note", "备注", lambda r: r.activity.note, optional=True),
        Column("state", "状态", lambda r: r.state, ("cancelled_at", "id"), css="nowrap", optional=True),
        Column("reason", "撤销理由", lambda r: r.activity.cancel_reason, optional=True),
    ),
    default_sort="-held",
    filters=ActivityFilter,
    empty=("还没有登记活动", "党群组织开展的活动在这里登记,开展一项登记一项。"),
    template="activities/activity_list.html",
)  # fmt: skip


def activities_seen_by(user: Any, as_of: date) -> Listed:
    """The list as an account reads it: who took part is named only in its sight.

    Args:
        user: the signed-in User.
        as_of: the working date.
    """
    return replace(ACTIVITIES, prepare=partial(activity_rows, user=user, as_of=as_of))
