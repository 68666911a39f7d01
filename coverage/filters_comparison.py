"""Filters of the comparison of two dates; what is left unfolds to a row for each organization and line that moved."""

from django.db.models import Value

from coverage.domain.comparison import CHANGES, MOVES, both_days, moved
from coverage.filters import LINE_LABELS
from coverage.models import MEASURED, Population
from orgs.models import Unit
from orgs.queries import search_condition
from quannan.base.filters import ListFilter, choice_filter, text_filter


class ComparisonFilter(ListFilter):
    """Filters over organizations; line and kind of change choose among an organization's moves."""

    q = text_filter("名称、代码或拼音首字母", "by_text")
    unit = choice_filter("主管党(工)委", (), "keep")
    population = choice_filter("范围", Population.choices, "keep")
    line = choice_filter("条线", list(LINE_LABELS.items()), "keep")
    change = choice_filter("变动", [(c.code, c.label) for c in CHANGES.values()], "keep")

    def by_text(self, rows, name, value):
        return rows.filter(search_condition(value))

    @property
    def chosen_unit(self) -> Unit | None:
        """The unit both days are counted of, None for all in sight."""
        code = self.value("unit")
        if not code:
            return None
        if not hasattr(self, "_unit"):
            self._unit = Unit.objects.get(code=code)
        return self._unit

    @property
    def qs(self):
        """The rows in their shape also when a value could not be read, and there are none."""
        return self.queryset.none().annotate(move=Value(0)) if self.errors else super().qs

    def filter_queryset(self, queryset):
        """The rows: each organization once for every line of it that moved as asked for."""
        rows = both_days(
            super().filter_queryset(queryset),
            user=self.more["user"],
            start=self.more["start"],
            end=self.more["end"],
            unit=self.chosen_unit,
            population=self.value("population") or Population.ALL.value,
        )
        line, change = self.value("line"), self.value("change")
        return moved(rows, lines=[line] if line else MEASURED, moves=CHANGES[change].moves if change else MOVES)
