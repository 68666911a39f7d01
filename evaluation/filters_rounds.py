"""Filters of rounds."""

from django.db.models import QuerySet

from evaluation.models import RoundState
from quannan.base.filters import ListFilter, choice_filter, text_filter


class RoundFilter(ListFilter):
    """Filters over rounds."""

    q = text_filter("名称", "by_text")
    year = choice_filter("年度")
    state = choice_filter("状态", RoundState.choices, "by_state")

    def by_text(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(name__icontains=value.strip())

    def by_state(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """The same rule as `Round.state_on`, as a condition."""
        today = self.more["today"]
        opened = rows.filter(opened_at__isnull=False)
        return {
            RoundState.PLANNED: rows.filter(opened_at=None),
            RoundState.WAITING: opened.filter(opens_on__gt=today),
            RoundState.OPEN: opened.filter(opens_on__lte=today, closes_on__gte=today),
            RoundState.REVIEW: opened.filter(opens_on__lte=today, closes_on__lt=today, county_due_on__gte=today),
            RoundState.CLOSED: opened.filter(county_due_on__lt=today),
        }[RoundState(value)]
