"""Filters of 未建原因与计划, for the page, its export and its acts."""

from django.db.models import Q, QuerySet

from coverage.models import STATE_COLUMNS, State
from coverage.queries_plans import NOT_FILLED, with_reason
from orgs.lines import Line
from orgs.models import Unit
from orgs.queries_list import search_condition
from quannan.base.filters import ListFilter, choice_filter, date_filter, text_filter

STATES = {
    "gap": ("应建未建", State.GAP),
    "permitted": ("可建", State.PERMITTED),
    "not_yet": ("暂不具备", State.NOT_YET),
    "unknown": ("数据不足", State.UNKNOWN),
}
UNFILLED = (NOT_FILLED, "未填")
DEADLINES = [("overdue", "已逾期"), ("ahead", "未到期"), ("open", "未定日期")]


class PlanFilter(ListFilter):
    """Filters over organizations that lack a body of one line at one date."""

    q = text_filter("名称、代码或拼音首字母", "by_text")
    line = choice_filter("条线", Line.choices, "keep")
    state = choice_filter("结论", [(code, label) for code, (label, _) in STATES.items()], "by_state")
    unit = choice_filter("主管党(工)委", (), "by_unit")
    reason = choice_filter("未建原因", (), "by_reason")
    deadline = choice_filter("计划组建日期", DEADLINES, "by_deadline")
    planned_to = date_filter("计划不晚于", "plan_planned_on", "lte")
    responsible = text_filter("责任人", "by_responsible")

    def by_text(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(search_condition(value, "organization__"))

    def by_state(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(**{STATE_COLUMNS[self.more["line"]]: STATES[value][1]})

    def by_unit(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(unit__in=Unit.objects.filter(path__startswith=self.more["paths"][value]))

    def by_reason(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return with_reason(rows, self.more["line"], self.as_of, value)

    def by_deadline(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(
            {
                "overdue": Q(plan_planned_on__lt=self.as_of),
                "ahead": Q(plan_planned_on__gte=self.as_of),
                "open": Q(plan_planned_on=None),
            }[value]
        )

    def by_responsible(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(plan_responsible__contains=value.strip())
