"""Filters of the reviewers' queue."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from orgs.models import Placement
from orgs.queries_list import search_condition
from quannan.base.filters import ListFilter, choice_filter, text_filter


class QueueFilter(ListFilter):
    """Filters over reports that wait for a reviewer."""

    q = text_filter("名称、代码或拼音首字母", "by_text")
    round = choice_filter("批次", (), "by_round")
    unit = choice_filter("主管党(工)委", (), "by_unit")
    kind = choice_filter("内容", [("flagged", "有须说明的"), ("changed", "有变化"), ("same", "无变化")], "by_kind")
    mark = choice_filter("标记", [("late", "补报"), ("correction", "更正")], "by_mark")
    waiting = choice_filter("等待", [("3", "3天以上"), ("7", "7天以上"), ("14", "14天以上")], "by_waiting")

    def by_text(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(search_condition(value, "organization__"))

    def by_round(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(round=int(value))

    def by_unit(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        placed = Placement.objects.filter(
            organization=OuterRef("organization"),
            period__contains=self.more["today"],
            unit__path__startswith=self.more["paths"][value],
        )
        return rows.filter(Exists(placed))

    def by_kind(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        same = Q(n_changed=0, n_flags=0)
        return rows.filter({"flagged": Q(n_flags__gt=0), "changed": Q(n_changed__gt=0), "same": same}[value])

    def by_mark(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(**{f"submission__is_{value}": True})

    def by_waiting(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(waits_since__lt=self.more["now"] - timedelta(days=int(value)))
