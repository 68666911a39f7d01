"""Filters of the gap list and of 分类指导, for the pages, their exports and their acts."""

from datetime import date, timedelta

import django_filters
from django import forms
from django.db.models import Exists, Q, QuerySet

from coverage.domain.classes import LABELS as CLASS_LABELS
from coverage.domain.classes import class_condition, overrides_at
from coverage.domain.climbing import climbed_condition
from coverage.domain.guidance import VISIT
from coverage.models import GuidanceMeasure
from coverage.queries_gaps import (
    LAPSED,
    OPEN,
    STRUCK,
    assignments_shown_in,
    of_row,
    one_missing_condition,
    with_supervision,
)
from coverage.queries_guidance import STEPS, step_condition
from orgs.lines import Line
from orgs.models import EstablishmentPlan, Unit
from orgs.queries_list import search_condition
from quannan.base.filters import YEARS_KNOWN, ListFilter, choice_filter, text_filter

NOT_FILLED = "none"
STATES = [(OPEN, "应建未建"), (STRUCK, "已销号"), (LAPSED, "已分派、不再应建或不在册")]
DEADLINES = [("overdue", "已逾期"), ("running", "未到期"), ("soon", "30天内到期"), ("later", "30天以后")]
SOON_DAYS = 30
DAY = forms.DateInput(attrs={"class": "form-control", "type": "date"})


class UnderUnit(ListFilter):
    """What both lists share: organizations found by text and by unit."""

    def by_text(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(search_condition(value, "organization__"))

    def by_unit(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(unit__in=Unit.objects.filter(path__startswith=self.more["paths"][value]))


class GapFilter(UnderUnit):
    """Filters over organizations with gaps at one date; those on assignments look at the lines asked for."""

    q = text_filter("名称、代码或拼音首字母", "by_text")
    state = choice_filter("状态", STATES, "keep")
    since = django_filters.DateFilter(label="销号不早于", method="keep", widget=DAY, validators=YEARS_KNOWN)
    line = choice_filter("条线", Line.choices, "keep")
    unit = choice_filter("主管党(工)委", (), "by_unit")
    missing = choice_filter("尚缺", [("one", "只差一个即可全建")], "by_missing")
    reason = choice_filter("未建原因", (), "by_reason")
    assigned = choice_filter("分派", [("yes", "已分派"), ("no", "未分派")], "by_assigned")
    responsible = choice_filter("责任单位", (), "by_responsible")
    deadline = choice_filter("期限", DEADLINES, "by_deadline")
    climbed = choice_filter("逾期上报至", (), "by_climbed")
    supervised = choice_filter("挂牌督办", [("yes", "正在挂牌"), ("no", "没有挂牌")], "by_supervised")

    @property
    def given(self) -> QuerySet:
        """Assignments of the lines asked for in the state asked for, of an outer row's organization."""
        return of_row(assignments_shown_in(self.value("state") or OPEN, self.as_of, self.more["lines"]))

    def by_missing(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(one_missing_condition(self.as_of))

    def by_reason(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        plans = of_row(EstablishmentPlan.objects.filter(period__contains=self.as_of, line__in=self.more["lines"]))
        return rows.filter(~Exists(plans) if value == NOT_FILLED else Exists(plans.filter(reason=value)))

    def by_assigned(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(Exists(self.given) if value == "yes" else ~Exists(self.given))

    def by_responsible(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(Exists(self.given.filter(unit__code=value)))

    def by_deadline(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        soon = self.as_of + timedelta(days=SOON_DAYS)
        wanted = {
            "overdue": Q(due_on__lt=self.as_of),
            "running": Q(due_on__gte=self.as_of),
            "soon": Q(due_on__gte=self.as_of, due_on__lte=soon),
            "later": Q(due_on__gt=soon),
        }
        return rows.filter(Exists(self.given.filter(wanted[value])))

    def by_climbed(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        # Only what is still owed and missing is reported to anyone.
        if (self.value("state") or OPEN) != OPEN:
            return rows.none()
        units = list(Unit.objects.all())
        superior = next(unit for unit in units if unit.code == value)
        return rows.filter(Exists(self.given.filter(climbed_condition(superior, self.as_of, units))))

    def by_supervised(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return with_supervision(rows, self.as_of, self.more["lines"], wanted=value == "yes")


class GuidanceFilter(UnderUnit):
    """Filters over organizations of the base with their class."""

    q = text_filter("名称、代码或拼音首字母", "by_text")
    guidance = choice_filter("分类", list(CLASS_LABELS.items()), "by_guidance")
    given = choice_filter("分类来源", [("yes", "人工调整"), ("no", "系统计算")], "by_given")
    unit = choice_filter("主管党(工)委", (), "by_unit")
    step = choice_filter("C 类路径", [(code, f"未完成:{label}") for code, label in STEPS], "by_step")
    visited = choice_filter("最近走访", [("90", "90天内"), ("none", "90天内没有"), ("never", "从未登记")], "by_visited")

    def by_guidance(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(class_condition(value, self.as_of))

    def by_given(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        given = Exists(overrides_at(self.as_of))
        return rows.filter(given if value == "yes" else ~given)

    def by_step(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(class_condition("C", self.as_of)).exclude(step_condition(value, self.as_of))

    def by_visited(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        visits = of_row(GuidanceMeasure.objects.filter(kind=VISIT, done_on__lte=self.as_of))
        if value == "never":
            return rows.filter(~Exists(visits))
        lately = Exists(visits.filter(done_on__gt=self.as_of - timedelta(days=90)))
        return rows.filter(lately if value == "90" else ~lately)


def window(text: str, as_of: date, days: int) -> date:
    """The first day of the window of 已销号.

    Args:
        text: what the address says, YYYY-MM-DD.
        as_of: the working date.
        days: how long the window is where nothing readable is said.
    """
    try:
        return min(date.fromisoformat(text.strip()), as_of)
    except ValueError:
        return as_of - timedelta(days=days)
