import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from orgs.models.organization import Kind, Organization
from quannan.base.history import tracked


class Completeness(models.TextChoices):
    """What a register claims to hold all of: only there can an organization that it lacks be gone."""

    PART = "part", "部分名单"
    COUNTY = "county", "全县完整"
    KIND = "kind", "全县某一类完整"
    UNIT = "unit", "一个单位完整"


class ReconciliationQuerySet(models.QuerySet["Reconciliation"]):
    def visible_to(self, user):
        """Registers with a finding in the account's sight, and those it handed in; county roles see all.

        Args:
            user: the signed-in User.
        """
        from orgs.permissions import scope_for

        if scope_for(user, "reconciliation.view").county:
            return self
        if not user.is_authenticated or not user.can("reconciliation.view"):
            return self.none()
        found = Discrepancy.objects.visible_to(user).filter(reconciliation=OuterRef("pk")).order_by()
        return self.filter(Q(created_by=user) | Q(Exists(found)))

    def with_file_for(self, user):
        """Registers whose file an account may read: it may bear names and telephones that the findings leave out.

        Args:
            user: the signed-in User; who may not hand in registers reads none.
        """
        from orgs.permissions import may_hand_in_registers, scope_for

        if not user.is_authenticated or not may_hand_in_registers(user):
            return self.none()
        return self if scope_for(user, "register.import").county else self.filter(created_by=user)


class Reconciliation(models.Model):
    """核对 (三(一)2): one register that another authority handed over, and how it was read and compared."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    source = models.CharField("名册来源", max_length=32)
    as_of = models.DateField("名册截至日期")
    completeness = models.CharField("名册范围", max_length=8, choices=Completeness.choices, default=Completeness.PART)
    kind = models.CharField("单位类别", max_length=16, choices=Kind.choices, blank=True, default="")
    unit = models.ForeignKey(
        "orgs.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="主管党(工)委"
    )
    attachment = models.ForeignKey("base.Attachment", models.PROTECT, related_name="+", verbose_name="原文件")
    reading = models.JSONField("识别结果", default=dict, blank=True)
    check_result = models.JSONField("核对结果", default=dict, blank=True)
    check_job = models.ForeignKey("base.Job", models.SET_NULL, null=True, blank=True, related_name="+")
    is_demo = models.BooleanField("演示数据", default=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="上传人")
    created_at = models.DateTimeField("上传时间")

    objects = ReconciliationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(completeness="part", kind="")
                | Q(completeness="county", kind="", unit=None)
                | Q(completeness="kind", unit=None) & ~Q(kind="")
                | Q(completeness="unit", unit__isnull=False),
                name="orgs_reconciliation_completeness_says_of_what",
                violation_error_message="名册范围是某一类的须选单位类别,是一个单位的须选主管党(工)委,其他的不选类别。",
            ),
        ]

    def __str__(self):
        return f"{self.attachment.original_name} {self.as_of}"


class DiscrepancyKind(models.TextChoices):
    NEW = "new", "新增"
    GONE = "gone", "减少"
    CHANGED = "changed", "变更"
    AMBIGUOUS = "ambiguous", "待判断"


class DiscrepancyState(models.TextChoices):
    OPEN = "open", "待答复"
    ACCEPTED = "accepted", "已采纳"
    REFUSED = "refused", "不采纳"


class MatchedBy(models.TextChoices):
    USCC = "uscc", "信用代码"
    OLD_CODE = "old_code", "旧代码"
    NAME = "name", "名称"


class DiscrepancyQuerySet(models.QuerySet["Discrepancy"]):
    def visible_to(self, user, on=None):
        """Findings about organizations in the account's sight; of rows that are nobody's yet, by their unit.

        Args:
            user: the signed-in User.
            on: the day whose placements count (date); today where left out.
        """
        from orgs.permissions import scope_for

        scope = scope_for(user, "reconciliation.view")
        seen = Organization.objects.standing().filter(scope.organizations_q(on))
        nobodys = Q(organization=None) & scope.units_q("unit__")
        return self.filter(Q(organization__in=seen) | nobodys)

    def waiting(self):
        """Not answered yet."""
        return self.filter(state=DiscrepancyState.OPEN)


@tracked()
class Discrepancy(models.Model):
    """One finding: what a register has and ours lacks, lacks and ours has, or says otherwise; until it is answered.

    Contact names, telephones and legal representatives are never compared and never kept here.
    """

    reconciliation = models.ForeignKey(
        Reconciliation, models.CASCADE, related_name="discrepancies", verbose_name="名册"
    )
    kind = models.CharField("差异", max_length=12, choices=DiscrepancyKind.choices)
    organization = models.ForeignKey(
        Organization, models.CASCADE, null=True, blank=True, related_name="discrepancies", verbose_name="组织"
    )
    row = models.PositiveIntegerField("名册行号", null=True, blank=True)
    name = models.CharField("单位名称", max_length=120)
    name_key = models.CharField("比对名称", max_length=120, editable=False)
    code = models.CharField("代码", max_length=20, blank=True, default="")
    unit = models.ForeignKey(
        "orgs.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="主管党(工)委"
    )
    matched_by = models.CharField("匹配方式", max_length=8, choices=MatchedBy.choices, blank=True, default="")
    field = models.CharField("项目", max_length=32, blank=True, default="")
    ours = models.CharField("台账", max_length=200, blank=True, default="")
    theirs = models.CharField("名册", max_length=200, blank=True, default="")
    facts = models.JSONField("名册内容", default=dict, blank=True)
    fingerprint = models.CharField("内容指纹", max_length=64, editable=False)
    earlier = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="以前的答复"
    )
    state = models.CharField("状态", max_length=12, choices=DiscrepancyState.choices, default=DiscrepancyState.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="答复人"
    )
    decided_at = models.DateTimeField("答复时间", null=True, blank=True)
    reason = models.CharField("理由", max_length=200, blank=True, default="")
    lead = models.ForeignKey(
        "orgs.Lead", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="登记招商线索"
    )

    objects = DiscrepancyQuerySet.as_manager()

    class Meta:
        ordering = ["reconciliation", "id"]
        indexes = [
            models.Index(fields=["fingerprint", "state"], name="orgs_discrepancy_content"),
            models.Index(fields=["state"], condition=Q(state="open"), name="orgs_discrepancy_waiting"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["new", "gone", "changed", "ambiguous"])
                & Q(state__in=["open", "accepted", "refused"]),
                name="orgs_discrepancy_words_known",
                violation_error_message="差异应为新增、减少、变更、待判断之一,状态应为待答复、已采纳、不采纳之一。",
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_by=None, decided_at=None)
                | ~Q(state="open") & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="orgs_discrepancy_decided_by_and_at",
                violation_error_message="采纳和不采纳须记下答复人和答复时间,待答复的不得有。",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(reason=""),
                name="orgs_discrepancy_refused_with_reason",
                violation_error_message="不采纳须写明理由。",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["gone", "changed"], organization__isnull=False)
                | Q(kind="new", organization=None)
                | Q(kind="ambiguous", organization=None)
                | Q(kind="ambiguous", state="accepted"),
                name="orgs_discrepancy_organization_where_known",
                violation_error_message="减少和变更须指明台账里的组织,新增和还没有判断的不得指明。",
            ),
            models.CheckConstraint(
                condition=Q(kind="changed") & ~Q(field="") | ~Q(kind="changed") & Q(field=""),
                name="orgs_discrepancy_field_iff_changed",
                violation_error_message="变更须写明是哪一项,其他差异不写。",
            ),
            models.CheckConstraint(
                condition=Q(lead=None) | Q(kind__in=["new", "ambiguous"], state="accepted"),
                name="orgs_discrepancy_lead_of_accepted_new",
                violation_error_message="只有采纳了的新增才转为登记招商线索。",
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="orgs_discrepancy_has_name",
                violation_error_message="差异须写明单位名称。",
            ),
            models.UniqueConstraint(
                fields=["fingerprint"],
                condition=Q(state="open"),
                name="orgs_discrepancy_open_once",
                violation_error_message="同样的差异已在等待答复,不重复列出。",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.name}"
