"""Standards, scale rules and milestones as dated rows: changing one never rewrites the past."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from coverage.models.states import Measure, Population, State
from orgs.lines import Line
from quannan.base.history import tracked


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
    version = models.PositiveIntegerField("版本", default=1)

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
