from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q

from orgs.lines import Precision
from quannan.base.encryption import EncryptedTextField
from quannan.base.history import tracked
from quannan.base.span_box import SpanBox


class Kind(models.TextChoices):
    ENTERPRISE = "enterprise", "非公有制企业"
    SOCIAL = "social", "社会组织"


class OrganizationQuerySet(models.QuerySet):
    def visible_to(self, user, on=None):
        """Organizations a user may see, without the records that were merged into others.

        County roles see all; a unit's account sees those placed in its subtree on the given day; secretaries
        and filers see their own.

        Args:
            user: the signed-in User.
            on: the day whose placement counts (date); today where left out.
        """
        return self.standing().within_sight(user, on)

    def within_sight(self, user, on=None):
        """The same with merged records: only their own page and the history may show those.

        Args:
            user: the signed-in User.
            on: the day whose placement counts (date); today where left out.
        """
        from orgs.permissions import scope_of

        return self.filter(scope_of(user).organizations_q(on))

    def standing(self):
        """Without the records that were merged into others."""
        return self.filter(merged_into=None)

    def registered_at(self, day):
        """Registered on or before the day, not closed by then, not merged (coverage.md, Base, before exclusions)."""
        return self.standing().filter(registered_on__lte=day).filter(Q(closed_on=None) | Q(closed_on__gt=day))


class OfOrganizationQuerySet(models.QuerySet):
    """Rows that belong to one organization each."""

    def visible_to(self, user, on=None):
        """Rows of the organizations a user may see.

        Args:
            user: the signed-in User.
            on: the day whose placements count (date); today where left out.
        """
        return self.filter(organization__in=Organization.objects.visible_to(user, on))


@tracked()
class Organization(models.Model):
    """One “两新”组织: a private enterprise or a social organization registered in the county."""

    uscc = models.CharField("统一社会信用代码", max_length=18, null=True, blank=True, unique=True)
    old_code = models.CharField("旧代码", max_length=20, null=True, blank=True, unique=True)
    name = models.CharField("单位名称", max_length=120)
    name_key = models.CharField("比对名称", max_length=120, editable=False)
    former_names = ArrayField(models.CharField(max_length=120), default=list, blank=True, verbose_name="曾用名")
    search_text = models.TextField("检索文字", editable=False, default="")
    sort_key = models.CharField("排序拼音", max_length=400, editable=False, default="")
    kind = models.CharField("单位类别", max_length=16, choices=Kind.choices)
    registration_type = models.CharField("登记类型", max_length=32, blank=True, default="")
    industry = models.CharField("行业门类", max_length=1, blank=True, default="")
    registered_on = models.DateField("登记日期")
    registered_precision = models.CharField(
        "登记日期精度", max_length=5, choices=Precision.choices, default=Precision.DAY
    )
    closed_on = models.DateField("注销或迁出日期", null=True, blank=True)
    closed_precision = models.CharField("注销日期精度", max_length=5, choices=Precision.choices, blank=True, default="")
    closed_state = models.CharField("注销类型", max_length=32, blank=True, default="")
    contact_name = EncryptedTextField("联系人", blank=True, default="")
    contact_phone = EncryptedTextField("联系电话", blank=True, default="")
    remark = models.TextField("备注", blank=True, default="")
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="absorbed", verbose_name="并入", db_index=False
    )
    is_demo = models.BooleanField("演示数据", default=False)
    version = models.PositiveIntegerField("版本", default=1)
    created_at = models.DateTimeField("录入时间", auto_now_add=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key", "id"]
        indexes = [
            GinIndex(OpClass(F("search_text"), name="gin_trgm_ops"), name="orgs_organization_search_trgm"),
            models.Index(fields=["sort_key", "id"], name="orgs_organization_sort"),
            models.Index(fields=["name_key"], name="orgs_organization_name_key"),
            models.Index(
                fields=["merged_into"], condition=Q(merged_into__isnull=False), name="orgs_organization_merged"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gt=F("registered_on")),
                name="orgs_organization_closed_after_registered",
                violation_error_message="注销或迁出日期应晚于登记日期,请核对两个日期。",
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None, closed_state="") | (Q(closed_on__isnull=False) & ~Q(closed_state="")),
                name="orgs_organization_closed_on_with_state",
                violation_error_message="注销或迁出须同时写明类型和日期。",
            ),
            models.CheckConstraint(
                condition=Q(uscc=None) | Q(uscc__regex=r"^[0-9A-HJ-NPQRTUWXY]{18}$"),
                name="orgs_organization_uscc_shape",
                violation_error_message="统一社会信用代码应为18位数字和大写字母(不用 I、O、S、V、Z),请核对。",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
                name="orgs_organization_not_merged_into_itself",
                violation_error_message="组织不能并入自己。",
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="orgs_organization_has_name",
                violation_error_message="请填写单位名称。",
            ),
        ]

    def __str__(self):
        return self.name


@tracked()
class Placement(models.Model):
    """Under which unit an organization stands, from–to; the first placement has no beginning."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="placements", verbose_name="组织")
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="placements", verbose_name="主管党(工)委")
    period = DateRangeField("起止")

    class Meta:
        ordering = ["organization", "period"]
        constraints = [
            ExclusionConstraint(
                name="orgs_placement_one_unit_at_a_time",
                expressions=[(SpanBox("organization", "period"), RangeOperators.OVERLAPS)],
                violation_error_message="同一时间只能属于一个主管党(工)委,请先结束原来的归属。",
            ),
            models.CheckConstraint(
                condition=~Q(period__isempty=True),
                name="orgs_placement_period_not_empty",
                violation_error_message="归属的起止日期不能相同,请核对。",
            ),
        ]

    def __str__(self):
        return f"{self.organization} → {self.unit}"


HEAD_COUNTS = (
    "employees",
    "women",
    "league_members",
    "full_members",
    "probationary_members",
    "union_members",
)


@tracked()
class Figures(models.Model):
    """年度数字: one organization's head-counts and revenue as of a date; null means not known."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="figures", verbose_name="组织")
    as_of = models.DateField("截至日期")
    as_of_precision = models.CharField("日期精度", max_length=5, choices=Precision.choices, default=Precision.DAY)
    employees = models.PositiveIntegerField("从业人员", null=True, blank=True)
    women = models.PositiveIntegerField("其中:女性", null=True, blank=True)
    league_members = models.PositiveIntegerField("团员", null=True, blank=True)
    full_members = models.PositiveIntegerField("正式党员", null=True, blank=True)
    probationary_members = models.PositiveIntegerField("预备党员", null=True, blank=True)
    union_members = models.PositiveIntegerField("工会会员", null=True, blank=True)
    annual_revenue_yuan = models.DecimalField("年营业收入(元)", max_digits=18, decimal_places=2, null=True, blank=True)
    payroll_yuan = models.DecimalField("工资总额(元)", max_digits=18, decimal_places=2, null=True, blank=True)
    source = models.CharField("来源", max_length=32, default="manual")
    note = models.CharField("说明", max_length=200, blank=True, default="")
    created_at = models.DateTimeField("录入时间", auto_now_add=True)

    class Meta:
        ordering = ["organization", "as_of"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "as_of"],
                name="orgs_figures_one_row_a_day",
                violation_error_message="这一天已有一份年度数字,请修改原有的一份。",
            ),
            *[
                models.CheckConstraint(
                    condition=Q(**{part: None}) | Q(employees=None) | Q(**{f"{part}__lte": F("employees")}),
                    name=f"orgs_figures_{part}_within_employees",
                    violation_error_message=f"{label}人数不能多于从业人员数,请核对两个数字。",
                )
                for part, label in (("women", "女性"), ("league_members", "团员"), ("full_members", "正式党员"))
            ],
            models.CheckConstraint(
                condition=Q(annual_revenue_yuan=None) | Q(annual_revenue_yuan__gte=0),
                name="orgs_figures_revenue_not_negative",
                violation_error_message="年营业收入不能小于0,请核对。",
            ),
            models.CheckConstraint(
                condition=Q(payroll_yuan=None) | Q(payroll_yuan__gte=0),
                name="orgs_figures_payroll_not_negative",
                violation_error_message="工资总额不能小于0,请核对。",
            ),
        ]

    def __str__(self):
        return f"{self.organization} {self.as_of}"


@tracked()
class Exclusion(models.Model):
    """A dated, reversible exclusion from the base (停产, 空壳, 失联 …), always reported as 剔除 n 家."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="exclusions", verbose_name="组织")
    state = models.CharField("经营状态", max_length=32)
    period = DateRangeField("起止")
    reason = models.CharField("理由", max_length=200)
    approver = models.CharField("批准人", max_length=64)
    created_at = models.DateTimeField("录入时间", auto_now_add=True)

    class Meta:
        ordering = ["organization", "period"]
        constraints = [
            ExclusionConstraint(
                name="orgs_exclusion_one_at_a_time",
                expressions=[("organization", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                violation_error_message="这段时间已在剔除之中,请先结束原来的剔除。",
            ),
            models.CheckConstraint(
                condition=~Q(period__isempty=True) & Q(period__startswith__isnull=False),
                name="orgs_exclusion_has_beginning",
                violation_error_message="剔除须写明从哪一天起。",
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(approver=""),
                name="orgs_exclusion_reason_and_approver",
                violation_error_message="剔除须写明理由和批准人。",
            ),
        ]

    def __str__(self):
        return f"{self.organization} {self.state}"
