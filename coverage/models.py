"""Standards and milestones as dated rows, and the derived tables of spans and daily deltas."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Q

from orgs.lines import LINES, Line
from quannan.base.history import tracked


class State(models.IntegerChoices):
    """What one line of one organization is on one day; every figure counts these, every verdict words them."""

    COVERED = 1, "已建"
    COVERED_UNCONFIRMED = 2, "已建(待确认)"
    GAP = 3, "应建未建"
    VOLUNTARY = 4, "自愿已建"
    VOLUNTARY_UNCONFIRMED = 5, "自愿已建(待确认)"
    PERMITTED = 6, "可建"
    NOT_YET = 7, "暂不具备"
    NOT_APPLICABLE = 8, "不适用"
    UNKNOWN = 9, "数据不足"
    UNKNOWN_BUILT = 10, "数据不足(已建)"


ELIGIBLE = (State.COVERED, State.COVERED_UNCONFIRMED, State.GAP)
COVERED = (State.COVERED, State.COVERED_UNCONFIRMED)
VOLUNTARY = (State.VOLUNTARY, State.VOLUNTARY_UNCONFIRMED)
UNKNOWN = (State.UNKNOWN, State.UNKNOWN_BUILT)
BUILT = (*COVERED, *VOLUNTARY, State.UNKNOWN_BUILT)

# 群团全建 stands beside the lines wherever figures are counted.
ALL = "all"
MEASURED = (*LINES, ALL)
STATE_COLUMNS = {line: f"{line}_state" for line in MEASURED}

MEASURES = {
    "eligible": ELIGIBLE,
    "covered": COVERED,
    "gap": (State.GAP,),
    "unknown": UNKNOWN,
    "voluntary": VOLUNTARY,
    "unconfirmed": (State.COVERED_UNCONFIRMED,),
}


class Population(models.TextChoices):
    ALL = "all", "全部"
    ABOVE = "above_scale", "规模以上"
    BELOW = "below_scale", "规模以下"
    KEY = "key", "规上且有党组织"


class Measure(models.TextChoices):
    EMPLOYEES = "employees", "从业人员"
    WOMEN = "women", "女性从业人员"
    LEAGUE = "league_members", "团员"
    FULL = "full_members", "正式党员"
    UNION_MEMBERS = "union_members", "工会会员"
    ABOVE_SCALE = "above_scale", "规模以上"


@tracked()
class Standard(models.Model):
    """组建标准: from when, which head-count obliges an organization to build which body, with its clause."""

    line = models.CharField("条线", max_length=16, choices=Line.choices)
    measure = models.CharField("看的数字", max_length=32, choices=Measure.choices)
    obliged_from = models.PositiveIntegerField("应建人数(含)", help_text="“以上”含本数(民法典1259条)")
    permitted_from = models.PositiveIntegerField("可建人数(含)", null=True, blank=True)
    zero_state = models.PositiveSmallIntegerField(
        "人数为零时",
        choices=[(State.NOT_YET, "暂不具备"), (State.NOT_APPLICABLE, "不适用")],
        default=State.NOT_YET,
    )
    own_body_from = models.PositiveIntegerField("应单独建人数(含)", null=True, blank=True)
    period = DateRangeField("有效期")
    clause = models.CharField("条款", max_length=64)
    reading = models.TextField("口径说明", blank=True, default="")
    rungs = models.JSONField("按人数的形式", default=list, blank=True, help_text="每档:人数下限、形式代码、应建或可建")

    class Meta:
        ordering = ["line", "period"]
        constraints = [
            ExclusionConstraint(
                name="coverage_standard_one_at_a_time",
                expressions=[("line", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                violation_error_message="这条线在这段时间已有组建标准,请先结束原来的标准。",
            ),
            models.CheckConstraint(
                condition=Q(permitted_from=None) | Q(permitted_from__lte=F("obliged_from")),
                name="coverage_standard_permitted_below_obliged",
                violation_error_message="可建人数不能大于应建人数。",
            ),
            models.CheckConstraint(
                condition=Q(obliged_from__gte=1),
                name="coverage_standard_obliged_from_one",
                violation_error_message="应建人数至少为1。",
            ),
        ]

    def __str__(self):
        return f"{self.get_line_display()} {self.get_measure_display()}≥{self.obliged_from}"


@tracked()
class ScaleRule(models.Model):
    """规模以上 (二(三)): employees and revenue together, or employees alone."""

    employees_with_revenue = models.PositiveIntegerField("从业人员(与营收并用)")
    revenue_yuan = models.DecimalField("年营业收入(元)", max_digits=18, decimal_places=2)
    employees_alone = models.PositiveIntegerField("从业人员(单用)")
    period = DateRangeField("有效期")
    clause = models.CharField("条款", max_length=64)
    reading = models.TextField("口径说明", blank=True, default="")

    class Meta:
        ordering = ["period"]
        constraints = [
            ExclusionConstraint(
                name="coverage_scalerule_one_at_a_time",
                expressions=[("period", RangeOperators.OVERLAPS)],
                violation_error_message="这段时间已有规模标准,请先结束原来的标准。",
            ),
            models.CheckConstraint(
                condition=Q(employees_alone__gte=F("employees_with_revenue")),
                name="coverage_scalerule_alone_above_with_revenue",
                violation_error_message="单用的人数不能小于与营收并用的人数。",
            ),
        ]

    def __str__(self):
        return self.clause


@tracked()
class Milestone(models.Model):
    """目标节点: a date, a percentage, a population and the lines it is measured on (二(三), 三(四))."""

    code = models.CharField("代码", max_length=32, unique=True)
    name = models.CharField("名称", max_length=64)
    due_on = models.DateField("到期日")
    target = models.DecimalField("目标(%)", max_digits=5, decimal_places=2)
    population = models.CharField("范围", max_length=16, choices=Population.choices)
    lines = ArrayField(models.CharField(max_length=16, choices=Line.choices), verbose_name="计量条线")
    event = models.CharField("节点事件", max_length=64, blank=True, default="")
    clause = models.CharField("条款", max_length=64)
    reading = models.TextField("口径说明", blank=True, default="")
    is_active = models.BooleanField("使用中", default=True)

    class Meta:
        ordering = ["due_on", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(target__gt=0) & Q(target__lte=100),
                name="coverage_milestone_target_is_percent",
                violation_error_message="目标应大于0、不超过100。",
            ),
            models.CheckConstraint(
                condition=Q(lines__len__gt=0),
                name="coverage_milestone_has_lines",
                violation_error_message="请至少选一条计量条线。",
            ),
        ]

    def __str__(self):
        return self.name


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
