"""The list of who files, and with which account; no code stands in any of its columns."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from evaluation.filters_filers import FilerFilter
from quannan.base.listing import Listed
from quannan.base.tables import Column

NAME_ORDER = ("sort_key", "pk")


def _of_access(read):
    return lambda row: read(row.access) if row.access else ""


def _day(at: Any) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d}" if at else ""


def _hints(row: Any) -> str:
    hints = [f"书记已换人(现为{row.head_name})"] if row.changed else []
    return "、".join([*hints, *(["逾期未首次登录"] if row.late else [])])


FILERS = Listed(
    name="filer-list",
    title="填报账号",
    noun="填报单位",
    counter="家",
    columns=(
        Column(
            "name",
            "单位名称",
            lambda r: r.name,
            NAME_ORDER,
            link=lambda r: reverse("organization-detail", args=[r.pk]),
            fixed=True,
        ),
        Column("unit", "主管党(工)委", lambda r: r.unit_name, ("unit_name", *NAME_ORDER), css="nowrap"),
        Column("holder", "填报人", _of_access(lambda a: a.user.name), css="nowrap"),
        Column("role", "身份", _of_access(lambda a: a.get_role_display()), css="nowrap"),
        Column(
            "username", "登录名", _of_access(lambda a: a.user.username), ("username", *NAME_ORDER), css="code nowrap"
        ),
        Column("issued", "发放日期", _of_access(lambda a: _day(a.issued_at)), ("issued", *NAME_ORDER), css="nowrap"),
        Column("state", "登录码", lambda r: r.state, template="evaluation/_filer_state.html", css="nowrap"),
        Column("until", "有效至", _of_access(lambda a: a.code_expires_on or ""), css="nowrap", optional=True),
        Column("login", "发放后登录", lambda r: _day(r.first_login), css="nowrap", optional=True),
        Column("hints", "提示", _hints, template="evaluation/_filer_hints.html"),
        Column("acts", "办理", lambda r: "", template="evaluation/_filer_acts.html", css="nowrap"),
    ),
    default_sort="name",
    filters=FilerFilter,
    empty=("没有填报单位", "批次启动后,要填报的单位会出现在这里,可以给它们发放账号。"),
    template="evaluation/filer_list.html",
)
