"""The derived tables of spans and daily deltas, what waits to be worked in, and the nightly comparison."""

from django.contrib.postgres.fields import DateRangeField
from django.contrib.postgres.indexes import GistIndex
from django.db import models

from coverage.models.states import MEASURED, MEASURES, STATE_COLUMNS, Population, State


def _state(line):
    return models.PositiveSmallIntegerField(choices=State.choices, null=True)


class SpanQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Spans of organizations the user may see, by the unit that holds in the span itself.

        Args:
            user: the signed-in User.
        """
        from orgs.permissions import scope_of

        return self.filter(scope_of(user).spans_q())

    def at(self, day):
        """The one span of each organization that contains the day, excluded ones included."""
        return self.filter(period__contains=day)

    def in_base(self):
        """正常经营: without organizations under an exclusion (coverage.md, Base)."""
        return self.filter(excluded=False)

    def of_population(self, population):
        """Organizations with figures in one population.

        Args:
            population: a Population code.
        """
        rows = self.in_base().filter(known_figures=True)
        return {
            Population.ALL: lambda: rows,
            Population.ABOVE: lambda: rows.filter(scale=True),
            Population.BELOW: lambda: rows.filter(scale=False),
            Population.KEY: lambda: rows.filter(is_key=True),
        }[Population(population)]()

    def measured(self, line, measure):
        """Organizations behind one number of one line.

        Args:
            line: a line code or "all".
            measure: a key of MEASURES.
        """
        return self.filter(**{f"{STATE_COLUMNS[line]}__in": MEASURES[measure]})


class Span(models.Model):
    """Derived: one organization over a range of days in which its unit, scale and every line's state hold.

    Written only by `coverage.domain.spans`; the spans of one organization are disjoint and cover its life.
    """

    organization = models.ForeignKey("orgs.Organization", models.DO_NOTHING, db_constraint=False, related_name="spans")
    unit = models.ForeignKey("orgs.Unit", models.DO_NOTHING, db_constraint=False, related_name="+", db_index=False)
    kind = models.CharField(max_length=16)
    industry = models.CharField(max_length=1)
    period = DateRangeField()
    excluded = models.BooleanField()
    known_figures = models.BooleanField()
    assumed = models.BooleanField()
    scale = models.BooleanField(null=True)
    is_key = models.BooleanField()
    work = models.BooleanField()
    party_state = _state("party")
    union_state = _state("union")
    league_state = _state("league")
    women_state = _state("women")
    women_workers_state = _state("women_workers")
    mechanism_state = _state("mechanism")
    all_state = _state("all")

    objects = SpanQuerySet.as_manager()

    class Meta:
        ordering = ["organization", "period"]
        indexes = [GistIndex(fields=["period"], name="coverage_span_period")]

    def __str__(self):
        return f"{self.organization_id} {self.period}"


DELTA_MEASURES = ("eligible", "covered", "unknown", "voluntary", "unconfirmed")
DELTA_COLUMNS = (
    "organizations",
    "excluded",
    "known",
    "unknown_scale",
    "assumed",
    "work",
    *(f"{line}_{measure}" for line in MEASURED for measure in DELTA_MEASURES),
)


class Delta(models.Model):
    """Derived: by how much each count of one cell changes on one day; running sums give any date and any trend.

    A cell is unit × kind × scale × key. The counts are the columns of DELTA_COLUMNS; they are zero for days on
    which a cell does not change, and such rows are not kept.
    """

    day = models.DateField()
    unit = models.ForeignKey("orgs.Unit", models.DO_NOTHING, db_constraint=False, related_name="+", db_index=False)
    kind = models.CharField(max_length=16)
    scale = models.BooleanField(null=True)
    is_key = models.BooleanField()

    class Meta:
        ordering = ["day", "unit"]
        constraints = [
            models.UniqueConstraint(
                fields=["day", "unit", "kind", "scale", "is_key"],
                name="coverage_delta_cell_once_a_day",
                nulls_distinct=False,
            )
        ]

    def __str__(self):
        return f"{self.day} {self.unit_id}"


for _column in DELTA_COLUMNS:
    Delta.add_to_class(_column, models.IntegerField(default=0))


class DirtyMark(models.Model):
    """An organization (null: all) whose facts changed and whose spans are not yet rebuilt.

    Rows are written by statement triggers on the register's tables, in the writer's own transaction.
    """

    organization = models.ForeignKey(
        "orgs.Organization", models.DO_NOTHING, db_constraint=False, null=True, related_name="+", db_index=False
    )
    marked_at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return str(self.organization_id or "全部")


class RebuildCheck(models.Model):
    """One nightly rebuild beside the live table and what differed, which must be nothing."""

    started_at = models.DateTimeField("开始")
    finished_at = models.DateTimeField("结束")
    spans = models.PositiveIntegerField("区间数")
    differences = models.PositiveIntegerField("差异数")
    detail = models.JSONField("差异", default=list)

    class Meta:
        ordering = ["-started_at"]

    def __str__(self):
        return f"{self.started_at:%Y-%m-%d} {self.differences}"
