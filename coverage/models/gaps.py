"""Who works on which gap by when (四清), what is under 挂牌督办, and what 分类指导 (三(一)1) decided and did.

Whether a gap is struck off (销号) stands nowhere here: it is read from the spans of the day asked for.
"""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from orgs.lines import Line
from orgs.models import Organization
from orgs.models.organization import OfOrganizationQuerySet
from quannan.base.history import tracked

GUIDANCE_LETTERS = [("A", "A 类"), ("B", "B 类"), ("C", "C 类")]


def _beginning(name, sentence):
    return models.CheckConstraint(
        condition=~Q(period__isempty=True) & Q(period__startswith__isnull=False),
        name=name,
        violation_error_message=sentence,
    )


def _actor(label):
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


@tracked()
class GapAssignment(models.Model):
    """分派: one organization's missing body of one line, handed to a unit with a leader and a deadline, from–to."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="gap_assignments", verbose_name="组织")
    line = models.CharField("条线", max_length=16, choices=Line.choices)
    period = DateRangeField("起止")
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name="责任单位")
    leader = models.CharField("责任领导", max_length=40)
    due_on = models.DateField("期限")
    next_step = models.CharField("下一步", max_length=200, blank=True, default="")
    by_county = models.BooleanField("由县里分派", default=False, help_text="县里定的期限,单位不能自己改")
    assigned_by = _actor("分派人")
    assigned_at = models.DateTimeField("分派时间")
    end_reason = models.CharField("撤回理由", max_length=200, blank=True, default="")
    version = models.PositiveIntegerField("版本", default=1)

    objects = OfOrganizationQuerySet.as_manager()

    class Meta:
        ordering = ["organization", "line", "period"]
        indexes = [models.Index(fields=["unit", "due_on"], name="coverage_gap_unit_due")]
        constraints = [
            ExclusionConstraint(
                name="coverage_gapassignment_one_at_a_time",
                expressions=[
                    ("organization", RangeOperators.EQUAL),
                    ("line", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                violation_error_message="这条线同一时间只能有一份分派,请先撤回或改派原来的。",
            ),
            _beginning("coverage_gapassignment_has_beginning", "分派须写明从哪一天起。"),
            models.CheckConstraint(
                condition=~Q(leader=""),
                name="coverage_gapassignment_has_leader",
                violation_error_message="请填写责任领导。",
            ),
        ]

    def __str__(self):
        return f"{self.organization} {self.get_line_display()} → {self.unit}"


@tracked()
class Supervision(models.Model):
    """挂牌督办: one line of an organization, or the whole organization where the line is blank, from–to."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="supervisions", verbose_name="组织")
    line = models.CharField("条线", max_length=16, choices=Line.choices, blank=True, default="")
    period = DateRangeField("起止")
    level = models.CharField("挂牌级别", max_length=40)
    reason = models.CharField("挂牌理由", max_length=200)
    started_by = _actor("挂牌人")
    end_reason = models.CharField("摘牌理由", max_length=200, blank=True, default="")
    version = models.PositiveIntegerField("版本", default=1)
    created_at = models.DateTimeField("录入时间", auto_now_add=True)

    objects = OfOrganizationQuerySet.as_manager()

    class Meta:
        ordering = ["organization", "line", "period"]
        constraints = [
            ExclusionConstraint(
                name="coverage_supervision_one_at_a_time",
                expressions=[
                    ("organization", RangeOperators.EQUAL),
                    ("line", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                violation_error_message="这段时间已经挂牌,请先摘牌。",
            ),
            _beginning("coverage_supervision_has_beginning", "挂牌须写明从哪一天起。"),
            models.CheckConstraint(
                condition=~Q(level="") & ~Q(reason=""),
                name="coverage_supervision_level_and_reason",
                violation_error_message="挂牌须写明级别和理由。",
            ),
        ]

    def __str__(self):
        return f"{self.organization} {self.level}"


@tracked()
class GuidanceOverride(models.Model):
    """调整分类 (三(一)1): the class somebody gives an organization in place of the computed one, from–to."""

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="guidance_overrides", verbose_name="组织"
    )
    letter = models.CharField("分类", max_length=1, choices=GUIDANCE_LETTERS)
    period = DateRangeField("起止")
    reason = models.CharField("调整理由", max_length=200)
    made_by = _actor("调整人")
    end_reason = models.CharField("取消理由", max_length=200, blank=True, default="")
    version = models.PositiveIntegerField("版本", default=1)
    created_at = models.DateTimeField("录入时间", auto_now_add=True)

    objects = OfOrganizationQuerySet.as_manager()

    class Meta:
        ordering = ["organization", "period"]
        constraints = [
            ExclusionConstraint(
                name="coverage_guidanceoverride_one_at_a_time",
                expressions=[("organization", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                violation_error_message="这段时间已经调整过分类,请先取消原来的调整。",
            ),
            _beginning("coverage_guidanceoverride_has_beginning", "调整分类须写明从哪一天起。"),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="coverage_guidanceoverride_has_reason",
                violation_error_message="请写明调整分类的理由。",
            ),
        ]

    def __str__(self):
        return f"{self.organization} {self.letter}"


@tracked()
class GuidanceMeasure(models.Model):
    """指导措施 (三(一)1): what was done for an organization on a day; never a name of a member found."""

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="guidance_measures", verbose_name="组织"
    )
    done_on = models.DateField("日期")
    kind = models.CharField("措施", max_length=32)
    note = models.CharField("说明", max_length=200, blank=True, default="")
    recorded_by = _actor("登记人")
    version = models.PositiveIntegerField("版本", default=1)
    created_at = models.DateTimeField("录入时间", auto_now_add=True)

    objects = OfOrganizationQuerySet.as_manager()

    class Meta:
        ordering = ["organization", "-done_on", "-id"]
        indexes = [models.Index(fields=["organization", "kind", "done_on"], name="coverage_measure_visit")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="other") | ~Q(note=""),
                name="coverage_guidancemeasure_other_is_explained",
                violation_error_message="措施选“其他”的,请写明做了什么。",
            ),
        ]

    def __str__(self):
        return f"{self.organization} {self.done_on} {self.kind}"
