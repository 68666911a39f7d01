"""Columns of 未建原因与计划."""

from urllib.parse import urlencode

from django.urls import reverse

from coverage.filters_plans import PlanFilter
from coverage.queries_plans import PlanRow
from quannan.base.listing import Listed
from quannan.base.tables import Column


def _page(row: PlanRow) -> str:
    query = urlencode({"as_of": row.as_of.isoformat(), "tab": "plans"})
    return f"{reverse('organization-detail', args=[row.pk])}?{query}"


def _of_plan(name: str):
    return lambda row: getattr(row.plan, name) or None if row.plan else None


PLANS = Listed(
    name="plan-list",
    title="未建原因与计划",
    noun="组织",
    counter="家",
    columns=(
        Column(
            "name",
            "单位名称",
            lambda r: r.organization.name,
            ("organization__sort_key", "organization_id"),
            link=_page,
            fixed=True,
        ),
        Column(
            "unit",
            "主管党(工)委",
            lambda r: r.span.unit.name,
            ("unit__order", "unit__code", "organization__sort_key"),
            css="nowrap",
        ),
        Column("state", "结论", lambda r: r.tag.word, template="coverage/_plan_state.html", css="nowrap"),
        Column("basis", "应建依据", lambda r: r.basis, css="nowrap"),
        Column(
            "reason",
            "未建原因",
            lambda r: r.reason,
            ("plan_reason", "organization__sort_key"),
            template="coverage/_plan_reason.html",
        ),
        Column(
            "planned",
            "计划组建日期",
            _of_plan("planned_on"),
            ("plan_planned_on", "organization__sort_key"),
            css="nowrap",
        ),
        Column("step", "下一步", _of_plan("next_step")),
        Column(
            "responsible",
            "责任人",
            _of_plan("responsible"),
            ("plan_responsible", "organization__sort_key"),
            css="nowrap",
        ),
        Column(
            "overdue",
            "是否逾期",
            lambda r: "逾期" if r.overdue else "",
            template="coverage/_plan_overdue.html",
        ),
    ),
    default_sort="unit",
    filters=PlanFilter,
    empty=("没有应建未建的组织", "这条线应建的都已建成。"),
    template="coverage/plan_list.html",
)
