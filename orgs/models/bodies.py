from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from orgs.lines import Line, Precision
from quannan.base.history import tracked
from quannan.base.span_box import SpanBox


class BodyForm(models.Model):
    """A form a body of one line can have (党支部, 联合基层工会, 组织员 …) and whether it counts as a body."""

    code = models.CharField("代码", max_length=32, unique=True)
    line = models.CharField("条线", max_length=16, choices=Line.choices)
    label = models.CharField("名称", max_length=32)
    aliases = ArrayField(models.CharField(max_length=64), default=list, blank=True, verbose_name="别名")
    is_body = models.BooleanField("是组织", default=True, help_text="组织员、女工委员只算工作覆盖,不算组织")
    is_joint = models.BooleanField("联合组织", default=False)
    min_count = models.PositiveIntegerField("人数下限", null=True, blank=True)
    max_count = models.PositiveIntegerField("人数上限", null=True, blank=True)
    order = models.PositiveSmallIntegerField("次序", default=0)
    is_active = models.BooleanField("使用中", default=True)

    class Meta:
        ordering = ["line", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["line", "label"],
                name="orgs_bodyform_label_once_in_line",
                violation_error_message="这条线已有同名的组织形式。",
            )
        ]

    def __str__(self):
        return self.label


class Composition(models.TextChoices):
    OWN = "own", "单独"
    JOINT_AREA = "joint_area", "联合(区域)"
    JOINT_INDUSTRY = "joint_industry", "联合(行业)"
    ATTACHED = "attached", "挂靠"
    FUNCTIONAL = "functional", "临时/功能型"


class BranchQuerySet(models.QuerySet):
    def visible_to(self, user, on=None):
        """Bodies that cover an organization the user may see.

        Args:
            user: the signed-in User.
            on: the day whose placements count (date); today where left out.
        """
        from orgs.models.organization import Organization

        visible = Organization.objects.visible_to(user, on)
        return self.filter(
            models.Exists(BranchMembership.objects.filter(branch=models.OuterRef("pk"), organization__in=visible))
        )


@tracked()
class Branch(models.Model):
    """One body of one line (党群组织), of one organization or of several jointly."""

    line = models.CharField("条线", max_length=16, choices=Line.choices)
    name = models.CharField("名称", max_length=120, blank=True, default="")
    name_key = models.CharField("比对名称", max_length=120, blank=True, default="", editable=False)
    composition = models.CharField("组建方式", max_length=16, choices=Composition.choices, default=Composition.OWN)
    founded_on = models.DateField("成立日期")
    founded_precision = models.CharField("成立日期精度", max_length=5, choices=Precision.choices, default=Precision.DAY)
    approval = models.CharField("批复文号", max_length=64, blank=True, default="", db_default="")
    dissolved_on = models.DateField("撤销日期", null=True, blank=True)
    dissolved_reason = models.CharField("撤销原因", max_length=200, blank=True, default="")
    is_provisional = models.BooleanField("未归并", default=False, help_text="表中是联合组织却没有名称,归并之前单独计数")
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="确认人",
        db_index=False,
    )
    refused_at = models.DateTimeField("不予确认时间", null=True, blank=True)
    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="不予确认人",
        db_index=False,
    )
    grouped_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="grouped", verbose_name="归并到", db_index=False
    )
    source = models.CharField("来源", max_length=32, default="manual")
    is_demo = models.BooleanField("演示数据", default=False)
    version = models.PositiveIntegerField("版本", default=1)
    created_at = models.DateTimeField("录入时间", auto_now_add=True)

    objects = BranchQuerySet.as_manager()

    class Meta:
        ordering = ["line", "founded_on", "id"]
        # Only what is asked for, and only the rows that have it: thousands of bodies of one organization come without.
        indexes = [
            models.Index(fields=["name_key"], condition=~Q(name_key=""), name="orgs_branch_named"),
            models.Index(fields=["grouped_into"], condition=Q(grouped_into__isnull=False), name="orgs_branch_grouped"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(dissolved_on=None) | Q(dissolved_on__gte=F("founded_on")),
                name="orgs_branch_dissolved_after_founded",
                violation_error_message="撤销日期不能早于成立日期,请核对。",
            ),
            models.CheckConstraint(
                condition=Q(is_provisional=False) | ~Q(composition=Composition.OWN),
                name="orgs_branch_provisional_is_joint",
                violation_error_message="只有联合组织才能标为未归并。",
            ),
            # A refused body is kept with its members, but it never counted: its life is empty.
            models.CheckConstraint(
                condition=Q(refused_at=None)
                | (
                    # Asked for by name: a comparison with null would pass.
                    Q(dissolved_on__isnull=False, confirmed_at=None, dissolved_on=F("founded_on"))
                    & ~Q(dissolved_reason="")
                ),
                name="orgs_branch_refused_never_counted",
                violation_error_message="不予确认的组织须写明理由,并自成立之日起不计。",
            ),
            # A provisional body that turned out to be another one keeps its row; its members went over.
            models.CheckConstraint(
                condition=Q(grouped_into=None) | Q(dissolved_on__isnull=False, dissolved_on=F("founded_on")),
                name="orgs_branch_grouped_never_counted",
                violation_error_message="已归并的组织自成立之日起不再单独计数。",
            ),
        ]

    def __str__(self):
        return self.name or self.get_line_display()


@tracked()
class BranchForm(models.Model):
    """The form a body has, from–to: a 支部 that grows into a 总支 stays one body."""

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="forms", verbose_name="组织")
    form = models.ForeignKey(BodyForm, models.PROTECT, related_name="+", verbose_name="组织形式", db_index=False)
    period = DateRangeField("起止", help_text="第一种形式从无始算起,由成立日期截断")

    class Meta:
        ordering = ["branch", "period"]
        constraints = [
            ExclusionConstraint(
                name="orgs_branchform_one_at_a_time",
                expressions=[(SpanBox("branch", "period"), RangeOperators.OVERLAPS)],
                violation_error_message="同一时间只能有一种组织形式。",
            ),
            models.CheckConstraint(
                condition=~Q(period__isempty=True),
                name="orgs_branchform_period_not_empty",
                violation_error_message="组织形式的起止日期不能相同。",
            ),
        ]

    def __str__(self):
        return f"{self.branch} {self.form}"


@tracked()
class BranchMembership(models.Model):
    """覆盖关系: an organization covered by a body, from–to; a joint body has several."""

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="memberships", verbose_name="党群组织")
    organization = models.ForeignKey(
        "orgs.Organization", models.CASCADE, related_name="memberships", verbose_name="组织"
    )
    period = DateRangeField("起止")
    from_precision = models.CharField("起日精度", max_length=5, choices=Precision.choices, default=Precision.DAY)
    to_precision = models.CharField("止日精度", max_length=5, choices=Precision.choices, default=Precision.DAY)
    end_reason = models.CharField("结束原因", max_length=200, blank=True, default="")
    entered_as = models.ForeignKey(
        Branch, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="归并前的组织", db_index=False
    )
    source = models.CharField("来源", max_length=32, default="manual")
    created_at = models.DateTimeField("录入时间", auto_now_add=True)

    class Meta:
        ordering = ["organization", "period"]
        indexes = [
            models.Index(
                fields=["entered_as"],
                condition=Q(entered_as__isnull=False),
                name="orgs_branchmembership_entered",
            )
        ]
        constraints = [
            ExclusionConstraint(
                name="orgs_branchmembership_no_overlap",
                expressions=[
                    (SpanBox("branch", "period"), RangeOperators.OVERLAPS),
                    ("organization", RangeOperators.EQUAL),
                ],
                violation_error_message="这家组织在这段时间已由同一个组织覆盖。",
            ),
            models.CheckConstraint(
                condition=~Q(period__isempty=True) & Q(period__startswith__isnull=False),
                name="orgs_branchmembership_has_beginning",
                violation_error_message="覆盖关系须写明从哪一天起,且止日不能等于起日。",
            ),
        ]

    def __str__(self):
        return f"{self.organization} ⊂ {self.branch}"
