"""活动载体 and 活动类别: the county's own lists, from–to, of which activities name an entry."""

from datetime import timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from orgs.lines import Line
from quannan.base.history import tracked

NAME_LENGTH = 60


class Entry(models.Model):
    """What both lists have in common; an entry that is used is ended, never deleted."""

    code = models.CharField("代码", max_length=32, blank=True, default="", help_text="起始数据才有")
    name = models.CharField("名称", max_length=NAME_LENGTH)
    period = DateRangeField("施行起止")
    order = models.PositiveSmallIntegerField("次序", default=0)

    class Meta:
        abstract = True

    def __str__(self):
        return self.name

    @property
    def last_day(self):
        """The last day on which activities may name it, None without end."""
        return self.period.upper - timedelta(days=1) if self.period.upper else None


@tracked()
class Programme(Entry):
    """活动载体 (三(三)): a named campaign of one line or of all lines under which activities are held."""

    line = models.CharField("条线", max_length=16, choices=Line.choices, blank=True, default="")
    clause = models.CharField("依据", max_length=200, blank=True, default="")

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="activities_programme_code_once"),
            ExclusionConstraint(
                name="activities_programme_one_name_at_a_time",
                expressions=[
                    ("line", RangeOperators.EQUAL),
                    ("name", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                violation_error_message="这条线在这段时间已有同名的活动载体,请换一个名称,或先结束原来的。",
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(period__isempty=True),
                name="activities_programme_named",
                violation_error_message="请填写活动载体的名称,结束日期不能早于开始日期。",
            ),
        ]

    @property
    def line_word(self) -> str:
        """The line in words, 各条线 where it is of all."""
        return self.get_line_display() if self.line else "各条线"


@tracked()
class ActivityKind(Entry):
    """活动类别: 支部党员大会, 主题党日, 技能竞赛 …"""

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="activities_activitykind_code_once"),
            ExclusionConstraint(
                name="activities_activitykind_one_name_at_a_time",
                expressions=[("name", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                violation_error_message="这段时间已有同名的活动类别,请换一个名称,或先结束原来的。",
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(period__isempty=True),
                name="activities_activitykind_named",
                violation_error_message="请填写活动类别的名称,结束日期不能早于开始日期。",
            ),
        ]
