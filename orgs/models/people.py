from django.apps import apps
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q

from orgs.lines import Line, Precision
from orgs.models.bodies import Branch, BranchMembership
from orgs.models.organization import OfOrganizationQuerySet, Organization
from quannan.base.encryption import EncryptedTextField
from quannan.base.history import tracked


class PersonQuerySet(models.QuerySet["Person"]):
    """People of the register: who leads, helps or may lead a body."""

    def visible_to(self, user, on=None):
        """People of organizations and units in the account's sight, and whoever holds a post that touches them.

        Args:
            user: the signed-in User.
            on: the day whose placements count (date); today where left out.
        """
        from orgs.permissions import scope_of

        return self.within(scope_of(user), on)

    def within(self, scope, on=None):
        """The same of a scope narrower than all that an account sees.

        Args:
            scope: a Scope, such as that of the roles that give an act.
            on: the day whose placements count (date); today where left out.
        """
        if scope.county:
            return self
        organizations = Organization.objects.standing().filter(scope.organizations_q(on))
        posts = Appointment.objects.filter(
            person=models.OuterRef("pk"),
            branch__in=BranchMembership.objects.filter(organization__in=organizations).values("branch"),
        )
        seen = Q(organization__in=organizations) | Q(models.Exists(posts))
        for name in ("Instructor", "Liaison", "ProfessionalWorker"):
            sent = apps.get_model("orgs", name).objects.filter(
                person=models.OuterRef("pk"), organization__in=organizations
            )
            seen |= Q(models.Exists(sent))
        if scope.unit_paths:
            hired = ProfessionalWorker.objects.filter(scope.units_q("unit__"), person=models.OuterRef("pk"))
            seen |= scope.units_q("unit__") | Q(models.Exists(hired))
        return self.filter(seen)


@tracked()
class Person(models.Model):
    """A person in a post, in the talent pool, or sent to an organization; only what these duties need."""

    name = models.CharField("姓名", max_length=40)
    search_text = models.TextField("检索文字", editable=False, default="")
    sort_key = models.CharField("排序拼音", max_length=200, editable=False, default="")
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="people", verbose_name="工作单位(两新组织)"
    )
    unit = models.ForeignKey(
        "orgs.Unit", models.PROTECT, null=True, blank=True, related_name="people", verbose_name="管理单位"
    )
    workplace = models.CharField("工作单位(其他)", max_length=120, blank=True, default="")
    phone = EncryptedTextField("联系电话", blank=True, default="")
    political_status = EncryptedTextField("政治面貌", blank=True, default="", help_text="加密保存,显示时遮盖")
    is_demo = models.BooleanField("演示数据", default=False)
    version = models.PositiveIntegerField("版本", default=1)
    created_at = models.DateTimeField("录入时间", auto_now_add=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key", "id"]
        indexes = [GinIndex(OpClass(F("search_text"), name="gin_trgm_ops"), name="orgs_person_search_trgm")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name=""), name="orgs_person_has_name", violation_error_message="请填写姓名。"
            ),
            models.CheckConstraint(
                condition=Q(organization__isnull=False) | Q(unit__isnull=False),
                name="orgs_person_belongs_somewhere",
                violation_error_message="请写明这个人在哪家组织工作,或由哪个单位管理。",
            ),
        ]

    def __str__(self):
        return self.name


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def visible_to(self, user, on=None):
        """Posts of the bodies that cover an organization the user may see.

        Args:
            user: the signed-in User.
            on: the day whose placements count (date); today where left out.
        """
        return self.filter(branch__in=Branch.objects.visible_to(user, on))


class OfPersonQuerySet(models.QuerySet):
    """Rows that belong to one person each."""

    def visible_to(self, user, on=None):
        """Rows of the people a user may see.

        Args:
            user: the signed-in User.
            on: the day whose placements count (date); today where left out.
        """
        return self.filter(person__in=Person.objects.visible_to(user, on))


@tracked()
class Appointment(models.Model):
    """任职: a person in a post of a body, from–to, and where they came from (三(二))."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="appointments", verbose_name="姓名")
    branch = models.ForeignKey("orgs.Branch", models.CASCADE, related_name="appointments", verbose_name="党群组织")
    post = models.CharField("职务", max_length=32)
    is_head = models.BooleanField("负责人", default=False, help_text="书记、主席、主任;由职务代码表决定")
    period = DateRangeField("起止")
    precision = models.CharField("起日精度", max_length=5, choices=Precision.choices, default=Precision.DAY)
    source = models.CharField("来源", max_length=32, blank=True, default="")
    is_full_time = models.BooleanField("专职", null=True, blank=True)
    end_reason = models.CharField("离任原因", max_length=200, blank=True, default="")
    created_at = models.DateTimeField("录入时间", auto_now_add=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ["branch", "-is_head", "period", "id"]
        constraints = [
            ExclusionConstraint(
                name="orgs_appointment_one_head_at_a_time",
                expressions=[("branch", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                condition=Q(is_head=True),
                violation_error_message="这个组织同一时间只能有一位负责人,请先登记原负责人离任。",
            ),
            ExclusionConstraint(
                name="orgs_appointment_once_in_a_post",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("branch", RangeOperators.EQUAL),
                    ("post", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                violation_error_message="这个人这段时间已担任同一职务。",
            ),
            models.CheckConstraint(
                condition=~Q(period__isempty=True) & Q(period__startswith__isnull=False),
                name="orgs_appointment_has_beginning",
                violation_error_message="任职须写明从哪一天起,且离任日期不能早于任职日期。",
            ),
        ]

    def __str__(self):
        return f"{self.person} {self.post}"


class CandidateStatus(models.TextChoices):
    AVAILABLE = "available", "可选用"
    CHOSEN = "chosen", "已选用"
    WITHDRAWN = "withdrawn", "已退出"


@tracked()
class Candidate(models.Model):
    """党群人才库: a person fit to lead a body, for which lines and why (三(二))."""

    person = models.OneToOneField(Person, models.PROTECT, related_name="candidate", verbose_name="姓名")
    lines = ArrayField(models.CharField(max_length=16, choices=Line.choices), verbose_name="适合的条线")
    qualifications = ArrayField(models.CharField(max_length=32), default=list, blank=True, verbose_name="条件")
    source = models.CharField("来源", max_length=32, blank=True, default="")
    status = models.CharField("状态", max_length=16, choices=CandidateStatus.choices, default=CandidateStatus.AVAILABLE)
    entered_on = models.DateField("入库日期")
    left_on = models.DateField("出库日期", null=True, blank=True)
    leaving_reason = models.CharField("出库原因", max_length=200, blank=True, default="")
    note = models.CharField("说明", max_length=200, blank=True, default="")
    version = models.PositiveIntegerField("版本", default=1)

    objects = OfPersonQuerySet.as_manager()

    class Meta:
        ordering = ["person__sort_key", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(lines__len=0),
                name="orgs_candidate_has_line",
                violation_error_message="请至少选一条适合的条线。",
            ),
            models.CheckConstraint(
                condition=Q(status="withdrawn", left_on__isnull=False) & ~Q(leaving_reason="")
                | ~Q(status="withdrawn") & Q(left_on=None),
                name="orgs_candidate_withdrawn_with_day_and_reason",
                violation_error_message="退出人才库须写明日期和原因。",
            ),
        ]

    def __str__(self):
        return f"{self.person}({self.get_status_display()})"


class ProfessionalQuerySet(models.QuerySet["ProfessionalWorker"]):
    def visible_to(self, user, on=None):
        """Workers whom a unit in the account's sight employs, or who are sent to an organization in it.

        Args:
            user: the signed-in User.
            on: the day whose placements count (date); today where left out.
        """
        from orgs.permissions import scope_of

        scope = scope_of(user)
        if scope.county:
            return self
        return self.filter(scope.units_q("unit__") | Q(organization__in=Organization.objects.visible_to(user, on)))


@tracked()
class ProfessionalWorker(models.Model):
    """职业党群干部: a person employed for party and mass work, by whom and where (三(二))."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="employments", verbose_name="姓名")
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name="聘用单位")
    organization = models.ForeignKey(
        Organization, models.CASCADE, null=True, blank=True, related_name="professionals", verbose_name="派驻组织"
    )
    lines = ArrayField(models.CharField(max_length=16, choices=Line.choices), verbose_name="条线")
    source = models.CharField("来源", max_length=32, blank=True, default="")
    period = DateRangeField("聘期")
    end_reason = models.CharField("解聘原因", max_length=200, blank=True, default="")

    objects = ProfessionalQuerySet.as_manager()

    class Meta:
        ordering = ["unit", "person__sort_key", "id"]
        constraints = [
            ExclusionConstraint(
                name="orgs_professional_one_employer_at_a_time",
                expressions=[("person", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                violation_error_message="这个人这段时间已聘为职业党群干部,请先登记解聘。",
            ),
            models.CheckConstraint(
                condition=~Q(period__isempty=True) & Q(period__startswith__isnull=False),
                name="orgs_professional_has_beginning",
                violation_error_message="聘期须写明从哪一天起,且止日不能早于起日。",
            ),
        ]

    def __str__(self):
        return f"{self.person} {self.unit}"


@tracked()
class Owner(models.Model):
    """业主: 出资人, 法定代表人 or 负责人 of an organization, from–to; political status is not asked here."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="owners", verbose_name="组织")
    role = models.CharField("身份", max_length=32)
    name = models.CharField("姓名", max_length=40)
    phone = EncryptedTextField("联系电话", blank=True, default="")
    period = DateRangeField("起止", help_text="不知道从何时起的,从无始算起")
    note = models.CharField("说明", max_length=200, blank=True, default="")

    objects = OfOrganizationQuerySet.as_manager()

    class Meta:
        ordering = ["organization", "role", "period"]
        constraints = [
            ExclusionConstraint(
                name="orgs_owner_once_in_a_role",
                expressions=[
                    ("organization", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("name", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                violation_error_message="这个人这段时间已登记为同一身份。",
            ),
            models.CheckConstraint(
                condition=~Q(period__isempty=True) & ~Q(name=""),
                name="orgs_owner_named_in_a_period",
                violation_error_message="请填写姓名,起止日期不能相同。",
            ),
        ]

    def __str__(self):
        return self.name
