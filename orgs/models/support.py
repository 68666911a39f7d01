from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from orgs.lines import Line
from orgs.models.organization import OfOrganizationQuerySet, Organization
from quannan.base.encryption import EncryptedTextField
from quannan.base.history import tracked


@tracked()
class Instructor(models.Model):
    """党建工作指导员: a person sent to an organization, from–to; counts as work coverage."""

    person = models.ForeignKey("orgs.Person", models.PROTECT, related_name="instructing", verbose_name="姓名")
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="instructors", verbose_name="组织")
    sent_by = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name="选派单位")
    period = DateRangeField("起止")
    end_reason = models.CharField("结束原因", max_length=200, blank=True, default="")
    source = models.CharField("来源", max_length=32, default="manual")
    created_at = models.DateTimeField("录入时间", auto_now_add=True)

    objects = OfOrganizationQuerySet.as_manager()

    class Meta:
        ordering = ["organization", "period"]
        constraints = [
            ExclusionConstraint(
                name="orgs_instructor_once_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("organization", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                violation_error_message="这名指导员这段时间已派到这家组织。",
            ),
            models.CheckConstraint(
                condition=~Q(period__isempty=True) & Q(period__startswith__isnull=False),
                name="orgs_instructor_has_beginning",
                violation_error_message="选派须写明从哪一天起,且止日不能早于起日。",
            ),
        ]

    def __str__(self):
        return f"{self.person} → {self.organization}"


class LiaisonKind(models.TextChoices):
    LEADER = "leader", "领导挂点"
    UNIT = "unit", "挂点单位"


@tracked()
class Liaison(models.Model):
    """挂点联系 (四(一)): a leading-group member tied to one weak enterprise, or a unit tied to it."""

    kind = models.CharField("类别", max_length=16, choices=LiaisonKind.choices, default=LiaisonKind.LEADER)
    department = models.CharField("部门", max_length=32, blank=True, default="", help_text="领导挂点:四个部门之一")
    person = models.ForeignKey(
        "orgs.Person", models.PROTECT, null=True, blank=True, related_name="liaisons", verbose_name="挂点领导"
    )
    unit_name = models.CharField("挂点单位", max_length=120, blank=True, default="")
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="liaisons", verbose_name="组织")
    period = DateRangeField("起止")
    end_reason = models.CharField("结束原因", max_length=200, blank=True, default="")
    created_at = models.DateTimeField("录入时间", auto_now_add=True)

    objects = OfOrganizationQuerySet.as_manager()

    class Meta:
        ordering = ["organization", "period"]
        constraints = [
            ExclusionConstraint(
                name="orgs_liaison_one_enterprise_a_leader",
                expressions=[("person", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                condition=Q(kind="leader"),
                violation_error_message="每位领导同一时间只挂点联系一家企业,请先结束原来的挂点。",
            ),
            ExclusionConstraint(
                name="orgs_liaison_unit_once_at_a_time",
                expressions=[
                    ("organization", RangeOperators.EQUAL),
                    ("unit_name", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(kind="unit"),
                violation_error_message="这个单位这段时间已挂点联系这家组织。",
            ),
            models.CheckConstraint(
                condition=Q(kind="leader", person__isnull=False, unit_name="") & ~Q(department="")
                | Q(kind="unit", person=None) & ~Q(unit_name=""),
                name="orgs_liaison_leader_or_unit",
                violation_error_message="领导挂点须写明部门和领导;挂点单位须写明单位名称。",
            ),
            models.CheckConstraint(
                condition=~Q(period__isempty=True) & Q(period__startswith__isnull=False),
                name="orgs_liaison_has_beginning",
                violation_error_message="挂点须写明从哪一天起,且止日不能早于起日。",
            ),
        ]

    def __str__(self):
        return f"{self.person or self.unit_name} → {self.organization}"


class RecommendationQuerySet(OfOrganizationQuerySet):
    def named_to(self, user):
        """Those whose names a user may read (domain.md, Personal data).

        The name is for whoever recorded it, for the department of its line, and for the party body's side: the
        secretary of the organization, its unit today, the owner office. A wiped name is nobody's.

        Args:
            user: the signed-in User.
        """
        from orgs.permissions import scope_for

        recommends, receives = scope_for(user, "recommendations.edit"), scope_for(user, "recommendations.receive")
        named = Q(recommended_by=user) | Q(organization__in=Organization.objects.filter(receives.organizations_q()))
        if recommends.county:
            named |= Q(line__in=recommends.lines)
        return self.filter(named, name_wiped_at=None)


class RecommendationStage(models.TextChoices):
    RECOMMENDED = "recommended", "已推荐"
    ACCEPTED = "accepted", "党组织已接收"
    FILED = "filed", "已备案"
    DECLINED = "declined", "未接收"


@tracked()
class Recommendation(models.Model):
    """推优 (三(二)): a union, league or women's body recommends a person as 入党积极分子.

    Names are for the recommender and the party body, and are wiped twelve months after the last stage.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="recommendations", verbose_name="组织")
    line = models.CharField("推荐条线", max_length=16, choices=Line.choices)
    branch = models.ForeignKey(
        "orgs.Branch", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="推荐组织"
    )
    name = EncryptedTextField("姓名", blank=True, default="")
    stage = models.CharField(
        "阶段", max_length=16, choices=RecommendationStage.choices, default=RecommendationStage.RECOMMENDED
    )
    recommended_on = models.DateField("推荐日期")
    accepted_on = models.DateField("接收日期", null=True, blank=True)
    filed_on = models.DateField("备案日期", null=True, blank=True)
    declined_on = models.DateField("未接收日期", null=True, blank=True)
    declined_reason = models.CharField("未接收理由", max_length=200, blank=True, default="")
    recommended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人"
    )
    name_wiped_at = models.DateTimeField("姓名清除时间", null=True, blank=True)

    objects = RecommendationQuerySet.as_manager()

    class Meta:
        ordering = ["-recommended_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(line__in=["union", "league", "women"]),
                name="orgs_recommendation_by_mass_line",
                violation_error_message="推优由工会、共青团或妇联组织提出。",
            ),
            models.CheckConstraint(
                condition=Q(stage="recommended", accepted_on=None, filed_on=None, declined_on=None)
                | Q(stage="accepted", accepted_on__isnull=False, filed_on=None, declined_on=None)
                | Q(stage="filed", accepted_on__isnull=False, filed_on__isnull=False, declined_on=None)
                | Q(stage="declined", filed_on=None, declined_on__isnull=False) & ~Q(declined_reason=""),
                name="orgs_recommendation_stage_with_its_dates",
                violation_error_message="每个阶段须写明日期,未接收须写明理由。",
            ),
            models.CheckConstraint(
                condition=(Q(accepted_on=None) | Q(accepted_on__gte=F("recommended_on")))
                & (Q(filed_on=None) | Q(filed_on__gte=F("accepted_on")))
                & (Q(declined_on=None) | Q(declined_on__gte=F("recommended_on"))),
                name="orgs_recommendation_dates_in_order",
                violation_error_message="推荐、接收、备案的日期应依次不早于前一个。",
            ),
        ]

    def __str__(self):
        return f"{self.organization} {self.get_line_display()} {self.recommended_on}"


class MemberSearchQuerySet(OfOrganizationQuerySet):
    def visible_to(self, user, on=None):
        """Counts of single organizations: for the very unit that recorded them, and for the owner office.

        Args:
            user: the signed-in User.
            on: the day whose placements count (date); today where left out.
        """
        from orgs.permissions import may_see_all_searches, searching_unit_ids

        rows = super().visible_to(user, on)
        return rows if may_see_all_searches(user) else rows.filter(unit__in=searching_unit_ids(user))


class HiddenMemberKind(models.TextChoices):
    POCKET = "pocket", "口袋党员"
    HIDDEN = "hidden", "隐形党员"


@tracked()
class MemberSearch(models.Model):
    """排查 (三(一)1): counts of one visit, never a name; seen by the unit that recorded them and the owner office."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="searches", verbose_name="组织")
    kind = models.CharField("类别", max_length=16, choices=HiddenMemberKind.choices)
    visited_on = models.DateField("排查日期")
    found = models.PositiveIntegerField("找到人数")
    contacted = models.PositiveIntegerField("已联系人数", default=0)
    transferred = models.PositiveIntegerField("已转入组织关系人数", default=0)
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name="记录单位")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="记录人")
    created_at = models.DateTimeField("录入时间", auto_now_add=True)

    objects = MemberSearchQuerySet.as_manager()

    class Meta:
        ordering = ["-visited_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "kind", "visited_on", "unit"],
                name="orgs_membersearch_once_a_visit",
                violation_error_message="这一天的这类排查已有记录,请更正原有的一条。",
            ),
            models.CheckConstraint(
                condition=Q(contacted__lte=F("found")) & Q(transferred__lte=F("contacted")),
                name="orgs_membersearch_counts_in_order",
                violation_error_message="已联系不能多于找到,已转入不能多于已联系,请核对人数。",
            ),
        ]

    def __str__(self):
        return f"{self.organization} {self.visited_on}"
