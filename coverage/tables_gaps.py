"""Columns of the gap list and of 分类指导."""

from datetime import date
from functools import partial
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe

from coverage.filters_gaps import GapFilter, GuidanceFilter
from coverage.queries_gaps import FAR, GapRow
from coverage.queries_guidance import GuidanceRow
from quannan.base.listing import Listed
from quannan.base.tables import Column


def _page(row: GapRow | GuidanceRow, as_of: date | None = None) -> str:
    query = urlencode({"tab": "plans"} | ({"as_of": as_of.isoformat()} if as_of else {}))
    return f"{reverse('organization-detail', args=[row.pk])}?{query}"


def stacked(value: str):
    """Words of several lines below one another.

    Args:
        value: as `coverage.queries_gaps.joined` gives them.
    """
    return format_html_join(mark_safe("<br>"), "{}", ((part,) for part in value.split("\n"))) if value else "—"


def _said(key: str, title: str, name: str, **more) -> Column:
    return Column(key, title, lambda row: row.said(name), draw=stacked, **more)


def _rank(row: GapRow) -> str:
    missing = row.span.rank
    return "" if missing == FAR else f"差 {missing} 个"


NAME_ORDER = ("organization__sort_key", "organization_id")
UNIT = Column(
    "unit", "主管党(工)委", lambda r: r.span.unit.name, ("unit__order", "unit__code", *NAME_ORDER), css="nowrap"
)

GAPS = Listed(
    name="gap-list",
    title="缺口清单",
    noun="组织",
    counter="家",
    columns=(
        Column(
            "name", "单位名称", lambda r: r.organization.name, NAME_ORDER, link=lambda r: _page(r, r.as_of), fixed=True
        ),
        UNIT,
        Column("missing", "尚缺", lambda r: r.missing, template="coverage/_gap_missing.html"),
        Column("rank", "距群团全建", _rank, ("rank", "-size", "organization_id"), css="nowrap"),
        Column(
            "employees", "从业", lambda r: r.employees, ("f_employees", "organization_id"), numeric=True, optional=True
        ),
        _said("reason", "未建原因", "reason", css="wide"),
        Column("planned", "组建计划日期", lambda r: r.plan_days, draw=stacked, css="nowrap", optional=True),
        Column("responsible", "责任单位", lambda r: r.assigned("unit"), draw=stacked, css="nowrap"),
        Column("leader", "责任领导", lambda r: r.assigned("leader"), draw=stacked, css="nowrap"),
        Column(
            "due",
            "期限",
            lambda r: r.said("deadline"),
            ("due_first", "rank", "-size", "organization_id"),
            template="coverage/_gap_due.html",
        ),
        Column(
            "supervised", "挂牌督办", lambda r: r.supervised, template="coverage/_gap_supervised.html", css="nowrap"
        ),
        _said("step", "下一步", "next_step", css="wide"),
        _said("basis", "应建依据", "basis", css="nowrap"),
        Column("visited", "最近走访", lambda r: r.visited_on, css="nowrap"),
    ),
    default_sort="rank",
    filters=GapFilter,
    empty=("没有应建未建的组织", "您能看到的组织,应建的都已建成;换一个截至日期可以看以前的缺口。"),
    template="coverage/gap_list.html",
)


def _path(row: GuidanceRow) -> str:
    return "\n".join(f"{'✓' if done else '○'} {words}" for words, done in row.path.steps)


def guidance_list(as_of: date) -> tuple[Column, ...]:
    """Columns of 分类指导, their links bound to a day.

    Args:
        as_of: the working date.
    """
    return (
        Column(
            "name",
            "单位名称",
            lambda r: r.organization.name,
            NAME_ORDER,
            link=partial(_page, as_of=as_of),
            fixed=True,
        ),
        *GUIDANCE.columns[1:],
    )


GUIDANCE = Listed(
    name="guidance-list",
    title="分类指导",
    noun="组织",
    counter="家",
    columns=(
        Column("name", "单位名称", lambda r: r.organization.name, NAME_ORDER, link=_page, fixed=True),
        UNIT,
        Column(
            "guidance",
            "分类",
            lambda r: f"{r.guidance.letter} 类",
            ("guidance", *NAME_ORDER),
            template="coverage/_guidance_letter.html",
            css="nowrap",
        ),
        Column("source", "来源", lambda r: r.source, css="wide"),
        Column("reasons", "系统计算的理由", lambda r: "\n".join(r.guidance.reasons), draw=stacked, css="wide"),
        Column("suggested", "建议措施", lambda r: "\n".join(r.suggestions), draw=stacked, css="wide"),
        Column("path", "先群后党", _path, draw=stacked, css="nowrap"),
        Column("last", "最近措施", lambda r: r.last, css="nowrap"),
        Column("visited", "最近走访", lambda r: r.visited_on, css="nowrap"),
    ),
    default_sort="guidance",
    filters=GuidanceFilter,
    empty=("这一天没有正常经营的组织", "换一个截至日期再看。"),
    template="coverage/guidance_list.html",
)
