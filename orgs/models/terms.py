from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from orgs.lines import Line, Precision
from quannan.base.history import tracked


@tracked()
class TermRule(models.Model):
    """How long a term of office lasts, by line and form, from–to, with its source (domain.md, Terms of office)."""

    line = models.CharField("条线", max_length=16, choices=Line.choices)
    level = models.CharField("层级", max_length=32, help_text="例如 委员会、支部")
    forms = ArrayField(models.CharField(max_length=32), default=list, blank=True, verbose_name="组织形式代码")
    shortest_years = models.PositiveSmallIntegerField("最短(年)")
    longest_years = models.PositiveSmallIntegerField("最长(年)")
    usual_years = models.PositiveSmallIntegerField("通常(年)")
    between_allowed = models.BooleanField("最短与最长之间的年数也可以", default=True)
    extension_months = models.PositiveSmallIntegerField("延期一般不超过(月)", default=12)
    period = DateRangeField("施行起止")
    source = models.CharField("依据", max_length=200)
    is_reading = models.BooleanField("口径选择", default=False)
    note = models.CharField("说明", max_length=300, blank=True, default="")

    class Meta:
        ordering = ["line", "level", "period"]
        constraints = [
            ExclusionConstraint(
                name="orgs_termrule_one_at_a_time",
                expressions=[
                    ("line", RangeOperators.EQUAL),
                    ("level", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                violation_error_message="同一条线、同一层级同一时间只能有一条任期规定。",
            ),
            models.CheckConstraint(
                condition=Q(shortest_years__gte=1)
                & Q(usual_years__gte=F("shortest_years"))
                & Q(longest_years__gte=F("usual_years")),
                name="orgs_termrule_years_in_order",
                violation_error_message="任期应满足:最短 ≤ 通常 ≤ 最长。",
            ),
        ]

    def __str__(self):
        return f"{self.get_line_display()} {self.level}"

    def allowed_years(self) -> list[int]:
        """The lengths a term may have, in years."""
        if self.between_allowed:
            return list(range(self.shortest_years, self.longest_years + 1))
        return sorted({self.shortest_years, self.longest_years})

    @property
    def years_in_words(self) -> str:
        """3年, 2–3年, 3年或5年."""
        if self.shortest_years == self.longest_years:
            return f"{self.shortest_years}年"
        joined = "–" if self.between_allowed else "年或"
        return f"{self.shortest_years}{joined}{self.longest_years}年"


@tracked()
class Election(models.Model):
    """换届: one election of a body's committee and the term it starts; the term is stored and never recomputed."""

    branch = models.ForeignKey("orgs.Branch", models.CASCADE, related_name="elections", verbose_name="党群组织")
    held_on = models.DateField("选举日期")
    held_precision = models.CharField("日期精度", max_length=5, choices=Precision.choices, default=Precision.DAY)
    term_years = models.PositiveSmallIntegerField("任期(年)")
    due_on = models.DateField("届满日期")
    approval = models.CharField("批复文号", max_length=64, blank=True, default="")
    extended_to = models.DateField("延期至", null=True, blank=True)
    extended_on = models.DateField("批准延期日期", null=True, blank=True)
    extension_approver = models.CharField("批准延期单位", max_length=64, blank=True, default="")
    extension_reason = models.CharField("延期理由", max_length=200, blank=True, default="")
    rule_source = models.CharField("任期依据", max_length=200, blank=True, default="")
    note = models.CharField("说明", max_length=200, blank=True, default="")
    version = models.PositiveIntegerField("版本", default=1)
    created_at = models.DateTimeField("录入时间", auto_now_add=True)

    class Meta:
        ordering = ["branch", "-held_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["branch", "held_on"],
                name="orgs_election_once_a_day",
                violation_error_message="这一天已登记过换届,请更正原有的一条。",
            ),
            models.CheckConstraint(
                condition=Q(due_on__gt=F("held_on")),
                name="orgs_election_due_after_held",
                violation_error_message="届满日期应晚于选举日期。",
            ),
            models.CheckConstraint(
                condition=Q(extended_to=None, extended_on=None, extension_approver="", extension_reason="")
                | Q(extended_to__gt=F("due_on"), extended_on__isnull=False)
                & ~Q(extension_approver="")
                & ~Q(extension_reason=""),
                name="orgs_election_extension_approved",
                violation_error_message="延期须写明延至哪一天(晚于届满日期)、批准日期、批准单位和理由。",
            ),
        ]

    def __str__(self):
        return f"{self.branch} {self.held_on}"
