"""Columns of the list of reports and of those not filed."""

from django.urls import reverse
from django.utils import timezone

from evaluation.filters_reports import LateFilter, ReportFilter
from evaluation.queries_report_list import ReportRow
from quannan.base.listing import Listed
from quannan.base.tables import Column

NAME_ORDER = ("organization__sort_key", "organization_id", "-year", "id")


def _page(row: ReportRow) -> str:
    return reverse("report-detail", args=[row.pk])


def _owing(row: ReportRow) -> str:
    return reverse("report-late-organization", args=[row.report.organization_id])


def _moment(value) -> str:
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if value else ""


def _version(name: str):
    return lambda row: row.version[name] if row.version else None


UNIT = Column(
    "unit", "主管党(工)委", lambda r: r.unit.name if r.unit else "", ("unit_order", *NAME_ORDER), css="nowrap"
)
ROUND = Column("round", "批次", lambda r: r.report.round.name, ("-year", "organization__sort_key", "id"), css="nowrap")
KIND = Column("kind", "单位类别", lambda r: r.report.organization.get_kind_display(), css="nowrap", optional=True)

REPORTS = Listed(
    name="report-list",
    title="填报情况",
    noun="年报",
    counter="份",
    columns=(
        Column("name", "单位名称", lambda r: r.report.organization.name, NAME_ORDER, link=_page, fixed=True),
        UNIT,
        ROUND,
        KIND,
        Column("state", "状态", lambda r: r.state, ("state", *NAME_ORDER), css="nowrap"),
        Column(
            "submitted", "报送时间", lambda r: _moment((r.version or {}).get("submitted_at")),
            ("submitted_at", "id"), css="nowrap",
        ),
        Column("by", "报送人", lambda r: r.filed_by, css="nowrap"),
        Column("late", "补报", lambda r: "补报" if r.version and r.version["is_late"] else "", css="nowrap"),
        Column(
            "accepted", "县审核通过", lambda r: _moment(r.report.accepted_at), ("accepted_at", "id"), css="nowrap"
        ),
        Column("changed", "有变化", _version("changes"), numeric=True),
        Column("flags", "须说明", _version("flagged"), numeric=True),
        Column("comments", "未了结意见", lambda r: r.comments, numeric=True),
        Column("filer", "填报账号", lambda r: r.filer, css="nowrap"),
    ),
    default_sort="name",
    filters=ReportFilter,
    empty=("还没有年报", "年报批次启动以后,批次内的组织各有一份年报,在这里列出。"),
)  # fmt: skip

LATE = Listed(
    name="report-late-list",
    title="未报名单",
    noun="未报年报",
    counter="份",
    columns=(
        Column("name", "单位名称", lambda r: r.report.organization.name, NAME_ORDER, link=_owing, fixed=True),
        UNIT,
        ROUND,
        KIND,
        Column("late", "期限", lambda r: r.lateness, template="evaluation/_lateness.html", css="nowrap"),
        Column("state", "填报进度", lambda r: r.state, ("state", *NAME_ORDER), css="nowrap"),
        Column("filer", "填报账号", lambda r: r.filer, css="nowrap"),
        Column("login", "登录情况", lambda r: r.logged_in, css="nowrap"),
        Column("reminded", "最近提醒", lambda r: r.reminded_on, css="nowrap"),
        Column("leave", "准许补报至", lambda r: r.leave, ("late_until", "id"), css="nowrap"),
        Column("owed", "还欠以前年度", lambda r: "、".join(map(str, r.owed)), css="nowrap"),
    ),
    default_sort="unit",
    filters=LateFilter,
    empty=("没有未报的年报", "您能看到的组织都已报送;换一个批次可以看以前年度的。"),
)
