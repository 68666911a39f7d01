"""Filters of 党群组织, for the page, its export and the API."""

from collections.abc import Iterable
from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from coverage.queries_statistics import BODY_MEASURES, bodies_counted
from orgs.lines import Line
from orgs.models import BranchMembership
from orgs.models.bodies import Composition
from orgs.queries import search_condition
from orgs.queries_branches import misfitting, of_form, standing_bodies, under_unit
from orgs.validators import normalise_name
from quannan.base.filters import ListFilter, choice_filter, date_filter, select, text_filter

# Behind a sum of 信息统计表: all of its units, or those below the one that it was asked for.
EVERY_UNIT, SUBTREE = "all", "-below"
ENDED = [("dissolved", "已撤销"), ("refused", "不予确认"), ("grouped", "已归并"), ("any", "全部")]


class BodyFilter(ListFilter):
    """Filters over bodies at one date; without 状态 the ones that stand on that date."""

    q = text_filter("名称、成员名称或代码", "by_text")
    line = choice_filter("条线", Line.choices, field_name="line")
    form = choice_filter("组织形式", (), "by_form")
    composition = choice_filter("组建方式", Composition.choices, field_name="composition")
    unit = choice_filter("主管党(工)委", (), "by_unit")
    confirmed = choice_filter("确认", [("no", "待确认"), ("yes", "已确认")], "by_confirmation")
    provisional = choice_filter("归并", [("1", "未归并的联合组织")], "by_provisional")
    size = choice_filter("规模提示", [("1", "形式与人数不符")], "by_size")
    founded_from = date_filter("成立不早于", "founded_on", "gte")
    founded_to = date_filter("成立不晚于", "founded_on", "lte")
    state = django_filters.ChoiceFilter(
        label="状态", choices=ENDED, empty_label="在册", widget=select(), method="by_state"
    )

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Narrows to the standing ones first, where nothing else is asked."""
        if not self.form.cleaned_data.get("state"):
            queryset = standing_bodies(queryset, self.more["user"], self.as_of)
        return super().filter_queryset(queryset)

    def by_text(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Bodies with the text in their name, or with a member found by it on the day."""
        wanted = normalise_name(value)
        if not wanted:
            return rows
        members = BranchMembership.objects.filter(search_condition(value, "organization__"))
        if not self.value("state"):
            members = members.filter(period__contains=self.as_of)
        return rows.filter(Q(name_key__contains=wanted) | Q(pk__in=members.values("branch")))

    def by_form(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return of_form(rows, value, self.as_of)

    def by_unit(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return under_unit(rows, self.more["paths"][value], self.as_of)

    def by_confirmation(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        if value == "yes":
            return rows.filter(confirmed_at__isnull=False)
        return rows.filter(confirmed_at=None, refused_at=None, grouped_into=None)

    def by_provisional(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(is_provisional=True, grouped_into=None)

    def by_size(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return misfitting(rows, self.as_of)

    def by_state(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        founded: dict[str, Any] = {"founded_on__lte": self.as_of}
        if value == "dissolved":
            return rows.filter(dissolved_on__lte=self.as_of, refused_at=None, grouped_into=None, **founded)
        if value == "refused":
            return rows.filter(refused_at__isnull=False, **founded)
        if value == "grouped":
            return rows.filter(grouped_into__isnull=False, **founded)
        return rows.filter(**founded)


class BodyListFilter(BodyFilter):
    """The filters of the page and its export, which open the numbers of 信息统计表 as well."""

    counted = choice_filter("信息统计表计入", (), "by_counted")
    column = choice_filter("统计栏", [(code, label) for code, (label, _) in BODY_MEASURES.items()], "keep")

    def by_counted(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        own = value != EVERY_UNIT and not value.endswith(SUBTREE)
        keys = bodies_counted(
            self.more["user"],
            self.as_of,
            measure=self.value("column") or "bodies",
            code=value if own else "",
            below=self.more["paths"][value.removesuffix(SUBTREE)] if value.endswith(SUBTREE) else "",
        )
        return rows.filter(pk__in=keys)


def counted_choices(units: Iterable[Any]) -> list[tuple[str, str]]:
    """Values of the filter 信息统计表计入: every unit, each unit alone, each with those below it.

    Args:
        units: rows with `code` and `name`.
    """
    units = list(units)
    return [
        (EVERY_UNIT, "全部单位"),
        *((u.code, u.name) for u in units),
        *((f"{u.code}{SUBTREE}", f"{u.name}及下属") for u in units),
    ]
