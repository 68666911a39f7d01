from django.conf import settings
from django.db import models
from django.db.models import F, Q

from orgs.lines import Line
from orgs.models.bodies import BranchMembership
from orgs.models.organization import Organization
from quannan.base.encryption import EncryptedTextField
from quannan.base.history import tracked


class LeaderChangeQuerySet(models.QuerySet["LeaderChange"]):
    def visible_to(self, user, on=None):
        """Changes in bodies of the account's sight, never those that touch an organization of its own.

        The secretary may be the owner: whoever has an account for one of the organizations that the body covers or
        has covered sees neither the request nor an opinion (domain.md, Personal data).

        Args:
            user: the signed-in User.
            on: the day whose placements count (date); today where left out.
        """
        from orgs.permissions import scope_for, scope_of

        scope, own = scope_for(user, "changes.view"), scope_of(user).organization_ids
        if not scope.county and not scope.unit_paths:
            return self.none()
        seen = Organization.objects.standing().filter(scope.organizations_q(on))
        covered = BranchMembership.objects.filter(branch=models.OuterRef("branch"))
        rows = self.filter(models.Exists(covered.filter(organization__in=seen)))
        return rows.exclude(models.Exists(covered.filter(organization__in=own))) if own else rows


class DismissalCaseQuerySet(models.QuerySet["DismissalCase"]):
    def visible_to(self, user, on=None):
        """Cases of organizations in the account's sight, never those of an organization of its own.

        Args:
            user: the signed-in User.
            on: the day whose placements count (date); today where left out.
        """
        from orgs.permissions import scope_for, scope_of

        scope = scope_for(user, "cases.view")
        if not scope.county and not scope.unit_paths:
            return self.none()
        seen = Organization.objects.standing().filter(scope.organizations_q(on))
        return self.filter(organization__in=seen).exclude(organization__in=scope_of(user).organization_ids)


class ChangeState(models.TextChoices):
    OPEN = "open", "征求意见中"
    EFFECTIVE = "effective", "已生效"
    WITHDRAWN = "withdrawn", "已撤回"


@tracked()
class LeaderChange(models.Model):
    """负责人调整 (四(三)): a request that takes effect only after the required bodies have given their opinions."""

    branch = models.ForeignKey("orgs.Branch", models.CASCADE, related_name="leader_changes", verbose_name="党群组织")
    leaving = models.ForeignKey(
        "orgs.Appointment", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="离任负责人的任职"
    )
    successor = models.ForeignKey(
        "orgs.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="拟任负责人"
    )
    post = models.CharField("职务", max_length=32)
    source = models.CharField("拟任负责人来源", max_length=32, blank=True, default="")
    is_full_time = models.BooleanField("专职", null=True, blank=True)
    reason = models.CharField("调整理由", max_length=200)
    state = models.CharField("状态", max_length=16, choices=ChangeState.choices, default=ChangeState.OPEN)
    requested_on = models.DateField("提出日期")
    answers_due_on = models.DateField("意见截止日期")
    effective_on = models.DateField("生效日期", null=True, blank=True)
    withdrawn_reason = models.CharField("撤回理由", max_length=200, blank=True, default="")
    decided_reason = models.CharField(
        "对不同意见的处理",
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text="有不同意见仍生效的,写明理由",
    )
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="提出人")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="办结人"
    )
    decided_at = models.DateTimeField("办结时间", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    objects = LeaderChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(leaving__isnull=False) | Q(successor__isnull=False),
                name="orgs_leaderchange_somebody_changes",
                violation_error_message="请写明谁离任,或谁接任。",
            ),
            models.CheckConstraint(
                condition=Q(answers_due_on__gte=F("requested_on")),
                name="orgs_leaderchange_due_after_request",
                violation_error_message="意见截止日期不能早于提出日期。",
            ),
            models.CheckConstraint(
                condition=Q(state="open", effective_on=None, decided_at=None)
                | Q(state="effective", effective_on__isnull=False, decided_at__isnull=False)
                | Q(state="withdrawn", effective_on=None, decided_at__isnull=False) & ~Q(withdrawn_reason=""),
                name="orgs_leaderchange_state_with_its_dates",
                violation_error_message="生效须有生效日期,撤回须有理由。",
            ),
            models.UniqueConstraint(
                fields=["branch", "post"],
                condition=Q(state="open"),
                name="orgs_leaderchange_one_open_for_a_post",
                violation_error_message="这个职务已有一件调整在征求意见,请先办结。",
            ),
        ]

    def __str__(self):
        return f"{self.branch} 负责人调整"


class Verdict(models.TextChoices):
    AGREE = "agree", "同意"
    DISAGREE = "disagree", "不同意"
    NO_ANSWER = "no_answer", "到期未答复"


@tracked()
class Opinion(models.Model):
    """One required body's opinion on a change of a leader; empty until it is given or the date has passed."""

    change = models.ForeignKey(LeaderChange, models.CASCADE, related_name="opinions", verbose_name="调整")
    body = models.CharField("征求意见的单位", max_length=32, help_text="意见单位代码表")
    unit = models.ForeignKey(
        "orgs.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="上级党组织"
    )
    line = models.CharField("条线", max_length=16, choices=Line.choices, blank=True, default="")
    verdict = models.CharField("意见", max_length=16, choices=Verdict.choices, blank=True, default="")
    reason = models.CharField("理由", max_length=200, blank=True, default="")
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="答复人"
    )
    given_at = models.DateTimeField("答复时间", null=True, blank=True)

    class Meta:
        ordering = ["change", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["change", "body"],
                name="orgs_opinion_once_a_body",
                violation_error_message="这个单位的意见已列入,不用重复。",
            ),
            models.CheckConstraint(
                condition=Q(verdict="", given_at=None, given_by=None)
                | Q(verdict="agree", given_at__isnull=False, given_by__isnull=False)
                | Q(verdict="disagree", given_at__isnull=False, given_by__isnull=False) & ~Q(reason="")
                | Q(verdict="no_answer", given_at__isnull=False, given_by=None),
                name="orgs_opinion_given_with_reason",
                violation_error_message="不同意须写明理由。",
            ),
        ]

    def __str__(self):
        return f"{self.body} {self.verdict}"


@tracked()
class DismissalCase(models.Model):
    """因维护职工权益被辞退的负责人 (四(三)); never visible to accounts of the organization concerned."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="dismissals", verbose_name="组织")
    person_name = EncryptedTextField("被辞退的负责人")
    post = models.CharField("职务", max_length=64)
    dismissed_on = models.DateField("辞退日期")
    circumstances = EncryptedTextField("情况")
    complainant = EncryptedTextField("反映人", blank=True, default="")
    closed_on = models.DateField("办结日期", null=True, blank=True)
    outcome = models.CharField("办理结果", max_length=200, blank=True, default="")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    opened_at = models.DateTimeField("登记时间")
    version = models.PositiveIntegerField("版本", default=1)

    objects = DismissalCaseQuerySet.as_manager()

    class Meta:
        ordering = ["-dismissed_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_on=None, outcome="")
                | Q(closed_on__isnull=False, closed_on__gte=F("dismissed_on")) & ~Q(outcome=""),
                name="orgs_dismissalcase_closed_with_outcome",
                violation_error_message="办结须写明日期和结果,办结日期不能早于辞退日期。",
            )
        ]

    def __str__(self):
        return f"{self.organization} {self.dismissed_on}"


@tracked()
class CaseMeasure(models.Model):
    """One measure taken or aid given in a case (积极帮助安排工作,并给予必要的补助)."""

    case = models.ForeignKey(DismissalCase, models.CASCADE, related_name="measures", verbose_name="个案")
    kind = models.CharField("措施", max_length=32)
    done_on = models.DateField("日期")
    text = models.CharField("内容", max_length=200)
    aid_yuan = models.DecimalField("补助(元)", max_digits=12, decimal_places=2, null=True, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="记录人")

    class Meta:
        ordering = ["case", "done_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(aid_yuan=None) | Q(aid_yuan__gt=0),
                name="orgs_casemeasure_aid_positive",
                violation_error_message="补助金额应大于0;没有补助的,请留空。",
            )
        ]

    def __str__(self):
        return f"{self.done_on} {self.text}"
