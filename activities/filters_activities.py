"""Filters of the list of activities."""

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from activities.models import Participation
from activities.queries_activities import period_of
from orgs.lines import Line
from orgs.models import Organization, Unit
from orgs.queries import search_condition
from quannan.base.filters import YEARS_KNOWN, ListFilter, choice_filter, text_filter

DAY = forms.DateInput(attrs={"class": "form-control", "type": "date"})
STATES = [("held", "有效"), ("cancelled", "已撤销")]
PARTS = [("host", "主办"), ("part", "共同参加")]


class ActivityFilter(ListFilter):
    """Filters over activities held by the working date."""

    q = text_filter("组织", "by_text")
    title = text_filter("活动名称", "by_title")
    since = django_filters.DateFilter(label="开展不早于", method="keep", widget=DAY, validators=YEARS_KNOWN)
    until = django_filters.DateFilter(label="开展不晚于", method="keep", widget=DAY, validators=YEARS_KNOWN)
    unit = choice_filter("主管党(工)委", (), "by_unit")
    line = choice_filter("条线", Line.choices, field_name="line")
    kind = choice_filter("类别", (), field_name="kind_id")
    programme = choice_filter("活动载体", (), field_name="programme_id")
    part = choice_filter("范围内的组织", PARTS, "by_part")
    state = choice_filter("状态", STATES, "by_state")

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """A day known to the month is inside a period only when all of the month is: both ends are looked at together."""
        rows = super().filter_queryset(queryset)
        since, until = self.value("since") or None, self.value("until") or None
        return rows.within(*period_of(since, until), self.more["today"]) if since or until else rows

    def by_text(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        # Whoever is not named to the account is not found by its name either.
        seen = Organization.objects.visible_to(self.more["user"], self.as_of)
        parts = Participation.objects.named().filter(search_condition(value, "organization__"), organization__in=seen)
        return rows.filter(search_condition(value, "organization__") | Q(pk__in=parts.values("activity")))

    def by_title(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(title__icontains=value.strip())

    def by_unit(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(unit_id__in=Unit.objects.filter(path__startswith=self.more["paths"][value]).values("pk"))

    def by_part(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        seen = Organization.objects.visible_to(self.more["user"], self.as_of)
        if value == "host":
            return rows.filter(organization__in=seen)
        return rows.filter(pk__in=Participation.objects.filter(organization__in=seen).values("activity"))

    def by_state(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(cancelled_at__isnull=value == "held")
