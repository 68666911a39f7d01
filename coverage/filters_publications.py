"""Filters of published figures: of the publications, of the organizations behind them, of what differs."""

from typing import Any

from django.db.models import Q, QuerySet

from coverage.domain.differences import CauseKind, Move
from coverage.filters import LINE_LABELS, MEASURE_LABELS
from coverage.models import ALL, MEASURES, STATE_COLUMNS, Population
from coverage.queries_publications import DifferenceRows
from coverage.tags import VERDICT_CHOICES, VERDICT_STATES
from orgs.lines import Line
from orgs.models import Unit
from orgs.models.organization import Kind
from quannan.base.filters import ListFilter, choice_filter, date_filter, text_filter

STATES = [("standing", "定稿"), ("withdrawn", "作废")]
KEPT_MEASURES = (
    "organizations", "base", "excluded", "unknown_figures", "unknown_scale", "assumed", "work", *MEASURES,
)  # fmt: skip
OUTSIDE = ("base", "excluded", "unknown_figures", "unknown_scale", "assumed")


class PublicationFilter(ListFilter):
    """Filters over publications."""

    q = text_filter("标题或报送对象", "by_text")
    state = choice_filter("状态", STATES, "by_state")
    since = date_filter("截至日期不早于", "as_of", "gte")
    until = date_filter("截至日期不晚于", "as_of", "lte")

    def by_text(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(Q(title__icontains=value.strip()) | Q(addressed_to__icontains=value.strip()))

    def by_state(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(withdrawn_at__isnull=value == "standing")


class PublishedFilter(ListFilter):
    """Filters over the frozen organizations of one publication."""

    q = text_filter("名称或代码", "by_text")
    unit = choice_filter("主管党(工)委", (), "by_unit")
    own = choice_filter("下属单位", [("1", "不含下属单位")], "keep")
    kind = choice_filter("单位类别", Kind.choices, field_name="kind")
    scale = choice_filter("规模", [("above", "规模以上"), ("below", "规模以下"), ("unknown", "规模不明")], "by_scale")
    party = choice_filter(Line.PARTY.label, VERDICT_CHOICES, "by_verdict")
    union = choice_filter(Line.UNION.label, VERDICT_CHOICES, "by_verdict")
    league = choice_filter(Line.LEAGUE.label, VERDICT_CHOICES, "by_verdict")
    women = choice_filter(Line.WOMEN.label, VERDICT_CHOICES, "by_verdict")
    women_workers = choice_filter(Line.WOMEN_WORKERS.label, VERDICT_CHOICES, "by_verdict")
    mechanism = choice_filter(Line.MECHANISM.label, VERDICT_CHOICES, "by_verdict")
    population = choice_filter("范围", Population.choices, "by_population")
    line = choice_filter("条线", list(LINE_LABELS.items()), "keep")
    measure = choice_filter("统计项", [(code, MEASURE_LABELS[code]) for code in KEPT_MEASURES], "by_measure")

    def by_text(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(Q(name__icontains=value.strip()) | Q(code__icontains=value.strip()))

    def by_unit(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        if self.value("own"):
            return rows.filter(unit__code=value)
        return rows.filter(unit__in=Unit.objects.filter(path__startswith=self.more["paths"][value]))

    def by_scale(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(known_figures=True, scale={"above": True, "below": False}.get(value))

    def by_verdict(self, rows: Any, name: str, value: str) -> QuerySet:
        found: QuerySet = rows.in_base().filter(**{f"{STATE_COLUMNS[name]}__in": VERDICT_STATES[value]})
        return found

    def by_population(self, rows: Any, name: str, value: str) -> QuerySet:
        # Counts of the base stand outside every population.
        found: QuerySet = rows if self.value("measure") in OUTSIDE else rows.of_population(value)
        return found

    def by_measure(self, rows: Any, name: str, value: str) -> QuerySet:
        population = self.value("population") or Population.ALL
        plain = {
            "organizations": lambda: rows.of_population(population),
            "base": rows.in_base,
            "excluded": lambda: rows.filter(excluded=True),
            "unknown_figures": lambda: rows.in_base().filter(known_figures=False),
            "unknown_scale": lambda: rows.in_base().filter(known_figures=True, scale=None),
            "assumed": lambda: rows.in_base().filter(known_figures=True, assumed=True),
            "work": lambda: rows.of_population(population).filter(work=True),
        }
        if value in plain:
            found: QuerySet = plain[value]()
        else:
            found = rows.of_population(population).measured(self.value("line") or ALL, value)
        return found


class DifferenceFilter(ListFilter):
    """Filters over what differs; the rows are at hand, so each filter is a condition on one of them."""

    q = text_filter("名称或代码", "by_text")
    # The two sides are compared within the unit of the address already.
    unit = choice_filter("主管党(工)委", (), "keep")
    move = choice_filter("变化", Move.choices, "by_move")
    line = choice_filter("条线", list(LINE_LABELS.items()), "by_line")
    cause = choice_filter("原因", CauseKind.choices, "by_cause")

    def filter_queryset(self, queryset: DifferenceRows) -> DifferenceRows:
        """As django-filter does, without asking for a queryset of the database."""
        for name, value in self.form.cleaned_data.items():
            queryset = self.filters[name].filter(queryset, value)
        return queryset

    def by_text(self, rows: DifferenceRows, name: str, value: str) -> DifferenceRows:
        text = value.strip().lower()
        return rows.where(lambda row: text in row.name.lower() or text in row.code.lower())

    def by_move(self, rows: DifferenceRows, name: str, value: str) -> DifferenceRows:
        return rows.where(lambda row: value in row.moves)

    def by_line(self, rows: DifferenceRows, name: str, value: str) -> DifferenceRows:
        return rows.where(lambda row: row.changed(STATE_COLUMNS[value]))

    def by_cause(self, rows: DifferenceRows, name: str, value: str) -> DifferenceRows:
        return rows.where(lambda row: value in row.cause_kinds)
