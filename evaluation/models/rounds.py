"""年报批次: one year's filing window, as data, and every change of its dates."""

from datetime import date

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from evaluation.models.forms import ReportForm
from orgs.models.organization import Kind
from quannan.base.history import tracked


class SecondCertifier(models.TextChoices):
    NONE = "", "不要求"
    OWNER = "owner", "业主"
    INSTRUCTOR = "instructor", "党建工作指导员"
    EITHER = "either", "业主或指导员"


class RoundState(models.TextChoices):
    PLANNED = "planned", "未启动"
    WAITING = "waiting", "未开始"
    OPEN = "open", "填报中"
    REVIEW = "review", "审核中"
    CLOSED = "closed", "已结束"


@tracked()
class Round(models.Model):
    """年报批次: which organizations file which form for which year, from when to when; days are inclusive."""

    year = models.PositiveSmallIntegerField("年度")
    name = models.CharField("名称", max_length=80)
    form = models.ForeignKey(ReportForm, models.PROTECT, related_name="rounds", verbose_name="表")
    of_kinds = ArrayField(models.CharField(max_length=16, choices=Kind.choices), verbose_name="填报的组织类别")
    as_of = models.DateField("数字截至")
    opens_on = models.DateField("开始填报")
    closes_on = models.DateField("填报截止")
    unit_due_on = models.DateField("单位审核截止")
    county_due_on = models.DateField("县审核截止")
    reminder_days = ArrayField(
        models.PositiveSmallIntegerField(), default=list, blank=True, verbose_name="截止前几天提醒"
    )
    answer_days = models.PositiveSmallIntegerField("退回后几天内改好", default=7)
    correction_days = models.PositiveSmallIntegerField("通过后几天内可更正", default=30)
    second_certifier = models.CharField(
        "第二签署人", max_length=12, choices=SecondCertifier.choices, blank=True, default=""
    )
    notice = models.TextField("给填报人的话", blank=True, default="")
    opened_at = models.DateTimeField("启动时间", null=True, blank=True)
    opened_by_name = models.CharField("启动人", max_length=120, blank=True, default="")
    is_demo = models.BooleanField("演示数据", default=False)
    version = models.PositiveIntegerField("版本", default=1)
    created_at = models.DateTimeField("录入时间", auto_now_add=True)

    class Meta:
        ordering = ["-year", "-opens_on", "id"]
        constraints = [
            # The pair that reports refer to, so that a report's year can never differ from its round's.
            models.UniqueConstraint(fields=["id", "year"], name="evaluation_round_id_and_year"),
            models.UniqueConstraint(
                fields=["year", "name"],
                name="evaluation_round_name_once_a_year",
                violation_error_message="这一年度已有同名的批次,请换一个名称。",
            ),
            models.CheckConstraint(
                condition=Q(opens_on__lte=F("closes_on")),
                name="evaluation_round_closes_after_opening",
                violation_error_message="填报截止不能早于开始填报,请核对两个日期。",
            ),
            models.CheckConstraint(
                condition=Q(closes_on__lte=F("unit_due_on")),
                name="evaluation_round_unit_after_closing",
                violation_error_message="单位审核截止不能早于填报截止,请核对两个日期。",
            ),
            models.CheckConstraint(
                condition=Q(unit_due_on__lte=F("county_due_on")),
                name="evaluation_round_county_after_unit",
                violation_error_message="县审核截止不能早于单位审核截止,请核对两个日期。",
            ),
            models.CheckConstraint(
                condition=Q(as_of__lte=F("closes_on")),
                name="evaluation_round_figures_before_closing",
                violation_error_message="数字截至日期不能晚于填报截止,请核对两个日期。",
            ),
            models.CheckConstraint(
                condition=~Q(of_kinds__len=0),
                name="evaluation_round_of_some_kind",
                violation_error_message="请至少选一类填报的组织。",
            ),
            models.CheckConstraint(
                condition=Q(opened_at=None, opened_by_name="") | Q(opened_at__isnull=False) & ~Q(opened_by_name=""),
                name="evaluation_round_opened_by_somebody",
                violation_error_message="启动须同时写明时间和启动人。",
            ),
            models.CheckConstraint(
                condition=~Q(name="") & Q(year__gte=1949, year__lte=2100),
                name="evaluation_round_named",
                violation_error_message="请填写名称和1949至2100之间的年度。",
            ),
        ]

    def __str__(self):
        return self.name

    def state_on(self, day: date) -> RoundState:
        """Where the round stands on a day.

        Args:
            day: a day in Asia/Shanghai.
        """
        if self.opened_at is None:
            return RoundState.PLANNED
        if day < self.opens_on:
            return RoundState.WAITING
        if day <= self.closes_on:
            return RoundState.OPEN
        return RoundState.REVIEW if day <= self.county_due_on else RoundState.CLOSED

    def unit_day(self, day: date) -> date:
        """The day whose placements say which unit a report belongs to: today, at last the county's due date.

        Args:
            day: today in Asia/Shanghai.
        """
        return min(day, self.county_due_on)


class RoundChange(models.Model):
    """One date of a round moved after it was opened: from when to when, why and by whom; shown to everybody in it."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="changes", verbose_name="批次")
    field = models.CharField("日期", max_length=32)
    before = models.DateField("原为")
    after = models.DateField("改为")
    reason = models.CharField("理由", max_length=200)
    changed_at = models.DateTimeField("更改时间")
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="更改人"
    )
    changed_by_name = models.CharField("更改人姓名", max_length=120)

    class Meta:
        ordering = ["-changed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="evaluation_roundchange_has_reason",
                violation_error_message="更改日期须写明理由。",
            )
        ]

    def __str__(self):
        return f"{self.round} {self.field}"
