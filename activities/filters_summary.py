"""Filters of the organizations behind a number of 开展情况."""

from django.db.models import QuerySet

from activities.queries_summary import ACTIVE, BASE, IDLE
from orgs.lines import Line
from orgs.models import Unit
from orgs.models.organization import Kind
from orgs.queries import search_condition
from quannan.base.filters import ListFilter, choice_filter, text_filter

MEASURES = [(BASE, "有该条线组织"), (ACTIVE, "开展了活动"), (IDLE, "有组织、未开展活动")]


class BehindFilter(ListFilter):
    """Filters over organizations with a body of one line; line, measure and period choose the rows before."""

    line = choice_filter("条线", Line.choices, "keep")
    measure = choice_filter("范围", MEASURES, "keep")
    unit = choice_filter("主管党(工)委", (), "by_unit")
    kind = choice_filter("单位类别", Kind.choices, field_name="kind")
    q = text_filter("名称、代码或拼音首字母", "by_text")

    def by_unit(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(unit__in=Unit.objects.filter(path__startswith=self.more["paths"][value]))

    def by_text(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(search_condition(value, "organization__"))
