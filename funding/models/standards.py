from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from quannan.base.history import tracked


class Counted(models.TextChoices):
    """Which entries of the party line are held against the standard (choice: 四(三) speaks of 经费 alone)."""

    RECEIPTS = "receipts", "党组织条线的收入"
    SPENDING = "spending", "党组织条线的支出"


@tracked()
class FundStandard(models.Model):
    """人均活动经费标准 (四(三)): how many yuan a member is to have in a year, and what is counted, from–to."""

    yearly_yuan_per_member = models.DecimalField("每名党员每年(元)", max_digits=10, decimal_places=2)
    counts = models.CharField("计算口径", max_length=16, choices=Counted.choices, default=Counted.RECEIPTS)
    period = DateRangeField("有效期")
    clause = models.CharField("条款", max_length=64)
    reading = models.TextField("口径说明", blank=True, default="")

    class Meta:
        ordering = ["period"]
        constraints = [
            ExclusionConstraint(
                name="funding_fundstandard_one_at_a_time",
                expressions=[("period", RangeOperators.OVERLAPS)],
                violation_error_message="这段时间已有经费标准,请换一个施行日期。",
            ),
            models.CheckConstraint(
                condition=Q(yearly_yuan_per_member__gt=0),
                name="funding_fundstandard_above_zero",
                violation_error_message="每名党员每年的经费标准应大于0。",
            ),
            models.CheckConstraint(
                condition=~Q(period__isempty=True) & Q(period__startswith__isnull=False),
                name="funding_fundstandard_has_beginning",
                violation_error_message="标准须写明从哪一天起施行。",
            ),
            models.CheckConstraint(
                condition=~Q(clause=""),
                name="funding_fundstandard_has_clause",
                violation_error_message="请写明依据的条款或文件。",
            ),
        ]

    def __str__(self):
        return f"每名党员每年{self.yearly_yuan_per_member}元"
