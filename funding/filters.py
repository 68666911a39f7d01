"""Filters of entries and of the check of 四(三), for the pages and their exports."""

from datetime import date
from typing import Any

import django_filters
from django.db.models import QuerySet

from funding.domain.adequacy import NOT_KNOWN, Verdict
from funding.models import Direction, Origin
from orgs.filters_support import OWN, OfOrganizationFilter
from orgs.lines import Line
from orgs.queries import search_condition
from quannan.base.filters import choice_filter, date_filter, select, text_filter

CANCELLED = [("only", "只看已作废"), ("with", "连同已作废")]
NOT_KNOWN_CHOICE = "not_known"
VERDICTS = [*Verdict.choices, (NOT_KNOWN_CHOICE, "不掌握(未登记经费或党员数不掌握)"), ("rated", "计入基数")]


class FundFilter(OfOrganizationFilter):
    """Filters over entries; cancelled ones are left out unless asked for."""

    own = choice_filter("下属单位", OWN, "keep")
    year = choice_filter("年份", (), "by_year")
    occurred_from = date_filter("日期不早于", "occurred_on", "gte")
    occurred_to = date_filter("日期不晚于", "occurred_on", "lte")
    line = choice_filter("条线", Line.choices, field_name="line")
    direction = choice_filter("收支", Direction.choices, field_name="direction")
    source = choice_filter("来源", (), field_name="source")
    purpose = choice_filter("用途", (), field_name="purpose")
    origin = choice_filter("登记方式", Origin.choices, field_name="origin")
    cancelled = django_filters.ChoiceFilter(
        label="作废", choices=CANCELLED, empty_label="不含已作废", widget=select(), method="keep"
    )

    def by_year(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        year = int(value)
        return rows.filter(occurred_on__gte=date(year, 1, 1), occurred_on__lte=date(year, 12, 31))

    @property
    def qs(self) -> Any:
        asked, rows = self.value("cancelled"), super().qs
        if asked == "only":
            return rows.exclude(cancelled_at=None)
        return rows if asked == "with" else rows.filter(cancelled_at=None)


class CheckFilter(OfOrganizationFilter):
    """Filters over organizations with a party body, judged for a year; spans carry their own unit."""

    own = choice_filter("下属单位", OWN, "keep")
    q = text_filter("单位名称、代码或拼音首字母", "by_text")
    verdict = choice_filter("结论", VERDICTS, "by_verdict")

    def by_text(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(search_condition(value, "organization__"))

    def by_unit(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        path = self.more["paths"][value]
        return rows.filter(unit__path=path) if self._own() else rows.filter(unit__path__startswith=path)

    def by_verdict(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        if value == "rated":
            return rows.exclude(verdict=Verdict.MEMBERLESS)
        wanted = NOT_KNOWN if value == NOT_KNOWN_CHOICE else (value,)
        return rows.filter(verdict__in=[str(one) for one in wanted])
