from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from orgs.lines import Line
from orgs.models.organization import Kind, OfOrganizationQuerySet, Organization
from quannan.base.encryption import EncryptedTextField
from quannan.base.history import tracked


@tracked()
class EstablishmentPlan(models.Model):
    """未建原因与组建计划: why one organization lacks a body of one line, and what is to be done by when (四清)."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="plans", verbose_name="组织")
    line = models.CharField("条线", max_length=16, choices=Line.choices)
    period = DateRangeField("起止", help_text="情况有变时写一条新的,原来的到此为止")
    reason = models.CharField("未建原因", max_length=32)
    reason_note = models.CharField("原因说明", max_length=200, blank=True, default="")
    planned_on = models.DateField("计划组建日期", null=True, blank=True)
    next_step = models.CharField("下一步", max_length=200, blank=True, default="")
    responsible = models.CharField("责任人", max_length=40, blank=True, default="")
    version = models.PositiveIntegerField("版本", default=1)
    created_at = models.DateTimeField("录入时间", auto_now_add=True)

    objects = OfOrganizationQuerySet.as_manager()

    class Meta:
        ordering = ["organization", "line", "period"]
        constraints = [
            ExclusionConstraint(
                name="orgs_establishmentplan_one_at_a_time",
                expressions=[
                    ("organization", RangeOperators.EQUAL),
                    ("line", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                violation_error_message="这条线同一时间只能有一条未建原因和计划。",
            ),
            models.CheckConstraint(
                condition=~Q(period__isempty=True) & Q(period__startswith__isnull=False),
                name="orgs_establishmentplan_has_beginning",
                violation_error_message="请写明从哪一天起。",
            ),
            models.CheckConstraint(
                condition=~Q(reason="other") | ~Q(reason_note=""),
                name="orgs_establishmentplan_other_is_explained",
                violation_error_message="原因选“其他”的,请写明是什么原因。",
            ),
        ]

    def __str__(self):
        return f"{self.organization} {self.get_line_display()}"


class LeadState(models.TextChoices):
    OPEN = "open", "待办"
    CONVERTED = "converted", "已建台账"
    DROPPED = "dropped", "不再跟进"


class LeadQuerySet(models.QuerySet["Lead"]):
    def visible_to(self, user):
        """Leads of the units in the account's sight; accounts of single organizations see none.

        Args:
            user: the signed-in User.
        """
        from orgs.permissions import scope_for

        return self.filter(scope_for(user, "leads.view").units_q("unit__"))


@tracked()
class Lead(models.Model):
    """登记/招商线索 (三(一)2): a new registration or signed investment for which bodies are to be planned."""

    source = models.CharField("来源", max_length=32)
    name = models.CharField("单位名称", max_length=120)
    name_key = models.CharField("比对名称", max_length=120, editable=False, db_index=True)
    uscc = models.CharField("统一社会信用代码", max_length=18, blank=True, default="")
    kind = models.CharField("单位类别", max_length=16, choices=Kind.choices, default=Kind.ENTERPRISE)
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="leads", verbose_name="主管党(工)委")
    happened_on = models.DateField("登记或签约日期")
    due_on = models.DateField("办理期限")
    expected_employees = models.PositiveIntegerField("预计从业人员", null=True, blank=True)
    lines = ArrayField(
        models.CharField(max_length=16, choices=Line.choices), default=list, blank=True, verbose_name="同步考虑组建"
    )
    contact_name = EncryptedTextField("联系人", blank=True, default="")
    contact_phone = EncryptedTextField("联系电话", blank=True, default="")
    note = models.CharField("说明", max_length=200, blank=True, default="")
    state = models.CharField("状态", max_length=16, choices=LeadState.choices, default=LeadState.OPEN)
    organization = models.ForeignKey(
        Organization, models.SET_NULL, null=True, blank=True, related_name="leads", verbose_name="已建台账的组织"
    )
    decided_on = models.DateField("办结日期", null=True, blank=True)
    decided_reason = models.CharField("不再跟进的理由", max_length=200, blank=True, default="")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="录入人"
    )
    created_at = models.DateTimeField("录入时间", auto_now_add=True)
    is_demo = models.BooleanField("演示数据", default=False)
    version = models.PositiveIntegerField("版本", default=1)

    objects = LeadQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on__gte=F("happened_on")),
                name="orgs_lead_due_after_it_happened",
                violation_error_message="办理期限不能早于登记或签约日期。",
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_on=None)
                | Q(state="converted", decided_on__isnull=False)
                | Q(state="dropped", decided_on__isnull=False) & ~Q(decided_reason=""),
                name="orgs_lead_decided_with_day_and_reason",
                violation_error_message="不再跟进须写明理由。",
            ),
            models.UniqueConstraint(
                fields=["uscc"],
                condition=Q(state="open") & ~Q(uscc=""),
                name="orgs_lead_one_open_for_a_code",
                violation_error_message="这个代码已有一条待办线索,请在原有线索上修改。",
            ),
        ]

    def __str__(self):
        return self.name


@tracked()
class OrganizationMerge(models.Model):
    """合并: two records of one organization became one; what moved is kept, so that it can be undone."""

    kept = models.ForeignKey(Organization, models.CASCADE, related_name="merges", verbose_name="保留的组织")
    absorbed = models.ForeignKey(Organization, models.CASCADE, related_name="absorptions", verbose_name="并入的组织")
    reason = models.CharField("理由", max_length=200)
    moved = models.JSONField("移动的记录", default=dict)
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="合并人"
    )
    merged_at = models.DateTimeField("合并时间")
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="撤回人"
    )
    undone_at = models.DateTimeField("撤回时间", null=True, blank=True)

    class Meta:
        ordering = ["-merged_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kept=F("absorbed")),
                name="orgs_organizationmerge_two_records",
                violation_error_message="请选择两家不同的组织合并。",
            ),
            models.UniqueConstraint(
                fields=["absorbed"],
                condition=Q(undone_at=None),
                name="orgs_organizationmerge_absorbed_once",
                violation_error_message="这家组织已经并入别的组织,请先撤回那次合并。",
            ),
        ]

    def __str__(self):
        return f"{self.absorbed} → {self.kept}"


@tracked()
class NotDuplicate(models.Model):
    """A pair of organizations that somebody has looked at and found to be two."""

    first = models.ForeignKey(Organization, models.CASCADE, related_name="+", verbose_name="组织")
    second = models.ForeignKey(Organization, models.CASCADE, related_name="+", verbose_name="另一家组织")
    reason = models.CharField("理由", max_length=200)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="认定人"
    )
    decided_at = models.DateTimeField("认定时间")

    class Meta:
        ordering = ["-decided_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["first", "second"],
                name="orgs_notduplicate_once",
                violation_error_message="这两家组织已认定不是重复。",
            ),
            models.CheckConstraint(
                condition=Q(first__lt=F("second")),
                name="orgs_notduplicate_in_order",
                violation_error_message="请选择两家不同的组织。",
            ),
        ]

    def __str__(self):
        return f"{self.first} ≠ {self.second}"
