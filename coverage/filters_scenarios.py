"""Filters of 情景推演."""

from django.db.models import Q, QuerySet

from quannan.base.filters import ListFilter, choice_filter, text_filter


class ScenarioFilter(ListFilter):
    """Filters over scenarios the account may open."""

    q = text_filter("名称或说明", "by_text")
    whose = choice_filter("建立人", [("mine", "我"), ("others", "别人")], "by_owner")

    def by_text(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(Q(name__icontains=value.strip()) | Q(note__icontains=value.strip()))

    def by_owner(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        mine = Q(owner=self.more["user"])
        return rows.filter(mine if value == "mine" else ~mine)
