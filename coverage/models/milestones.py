"""How a milestone is split to units: who is to bring how many organizations to a body, from which day on."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from orgs.lines import Line
from quannan.base.history import tracked


class MilestoneShareQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Shares of the units an account sees; accounts of single organizations see none.

        Args:
            user: the signed-in User.
        """
        from orgs.permissions import scope_of

        return self.filter(scope_of(user).units_q("unit__"))

    def at(self, day):
        """The shares in force on a day."""
        return self.filter(period__contains=day)


@tracked()
class MilestoneShare(models.Model):
    """分解任务: so many organizations of its own a unit is to bring to a body of a line for a milestone.

    `period` begins on the day the split was made from: what the unit has gained is counted from the end of that day.
    """

    milestone = models.ForeignKey("coverage.Milestone", models.CASCADE, related_name="shares", verbose_name="目标节点")
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name="主管党(工)委")
    line = models.CharField("条线", max_length=16, choices=Line.choices)
    count = models.PositiveIntegerField("分解数(家)")
    period = DateRangeField("有效期")
    is_demo = models.BooleanField("演示数据", default=False)

    objects = MilestoneShareQuerySet.as_manager()

    class Meta:
        ordering = ["milestone", "line", "unit", "period"]
        constraints = [
            ExclusionConstraint(
                name="coverage_milestoneshare_one_at_a_time",
                expressions=[
                    ("milestone", RangeOperators.EQUAL),
                    ("unit", RangeOperators.EQUAL),
                    ("line", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                violation_error_message="这个单位在这段时间已有分解数,请刷新后再改。",
            ),
            models.CheckConstraint(
                condition=Q(period__startswith__isnull=False),
                name="coverage_milestoneshare_begins",
                violation_error_message="请写明从哪一天起分解。",
            ),
        ]

    def __str__(self):
        return f"{self.milestone} {self.unit} {self.count}"
