"""Filters of the list of assessments."""

from django.db.models import Q, QuerySet

from evaluation.models import AssessmentState, Rater
from orgs.models import Unit
from orgs.queries_list import search_condition
from quannan.base.filters import ListFilter, choice_filter, text_filter


class AssessmentFilter(ListFilter):
    """Filters over assessments in sight."""

    q = text_filter("名称、代码或拼音首字母", "by_text")
    scheme = choice_filter("考核方案", (), field_name="scheme_id")
    unit = choice_filter("主管党(工)委", (), "by_unit")
    band = choice_filter("等次", (), field_name="provisional_band__name")
    state = choice_filter("核定", AssessmentState.choices, field_name="state")
    complete = choice_filter("评分", [("yes", "齐全"), ("no", "尚缺")], "by_complete")
    rater = choice_filter("未评齐的评分人", Rater.choices, "by_rater")
    veto = choice_filter("一票否决", [("yes", "有")], "by_veto")

    def by_text(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(search_condition(value, "organization__") | Q(unit__name__icontains=value.strip()))

    def by_unit(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(place_id__in=Unit.objects.filter(path__startswith=self.more["paths"][value]).values("pk"))

    def by_complete(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(missing=0) if value == "yes" else rows.filter(missing__gt=0)

    def by_rater(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        missing = rows.filter(**{f"{value}_missing__gt": 0})
        # Units have no superior committee that could rate them.
        return missing.filter(unit=None) if value == Rater.UNIT else missing

    def by_veto(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(vetoed=True)
