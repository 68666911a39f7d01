"""Who files for an organization: the account, the slip with its one-time code, and its end at a hand-over."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from orgs.models import Organization
from orgs.models.organization import OfOrganizationQuerySet
from quannan.base.encryption import EncryptedTextField
from quannan.base.history import tracked


class FilerRole(models.TextChoices):
    SECRETARY = "secretary", "党组织书记"
    FILER = "filer", "企业联络员"


# A code is wiped after its use, and leaves nothing in the history.
@tracked(exclude=("code",))
class FilingAccess(models.Model):
    """填报账号: the account that files for an organization, from–to; one at a time.

    The one-time code is kept encrypted until the first login or its expiry, so that a slip can be printed again.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="filing_access", verbose_name="组织")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="filing_access", verbose_name="账号"
    )
    role = models.CharField("身份", max_length=12, choices=FilerRole.choices)
    period = DateRangeField("起止")
    issued_at = models.DateTimeField("发放时间")
    issued_by_name = models.CharField("发放人", max_length=120)
    code = EncryptedTextField("一次性登录码", blank=True, default="")
    code_expires_on = models.DateField("登录码有效至", null=True, blank=True)
    printed_at = models.DateTimeField("打印时间", null=True, blank=True)
    end_reason = models.CharField("结束原因", max_length=200, blank=True, default="")
    version = models.PositiveIntegerField("版本", default=1)

    objects = OfOrganizationQuerySet.as_manager()

    class Meta:
        ordering = ["organization__sort_key", "period", "id"]
        constraints = [
            ExclusionConstraint(
                name="evaluation_filingaccess_one_at_a_time",
                expressions=[("organization", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                violation_error_message="这家组织这段时间已有填报账号,请办理移交。",
            ),
            models.CheckConstraint(
                condition=~Q(period__isempty=True) & Q(period__startswith__isnull=False),
                name="evaluation_filingaccess_has_beginning",
                violation_error_message="填报账号须写明从哪一天起。",
            ),
        ]

    def __str__(self):
        return f"{self.organization} {self.user}"


class ReminderKind(models.TextChoices):
    CLOSING = "closing", "填报截止提醒"
    LATE = "late", "逾期催报"
    RETURNED = "returned", "退回待改提醒"
    REVIEW = "review", "审核提醒"
    CHANGED = "changed", "日期变更通知"


class ReminderQuerySet(models.QuerySet):
    def visible_to(self, user, on=None):
        """An account's own reminders.

        Args:
            user: the signed-in User.
            on: of no account here; the name is that of every such question.
        """
        return self.filter(user=user)


class Reminder(models.Model):
    """One reminder to one account about one round, made on a set day; e-mailed where that is configured."""

    round = models.ForeignKey("evaluation.Round", models.CASCADE, related_name="reminders", verbose_name="批次")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="report_reminders", verbose_name="账号"
    )
    kind = models.CharField("种类", max_length=12, choices=ReminderKind.choices)
    day = models.DateField("日期")
    text = models.CharField("内容", max_length=300)
    url = models.CharField("链接", max_length=200)
    made_at = models.DateTimeField("生成时间")
    read_at = models.DateTimeField("阅读时间", null=True, blank=True)
    emailed_at = models.DateTimeField("发送邮件时间", null=True, blank=True)
    email_failure = models.CharField("邮件未发出的原因", max_length=200, blank=True, default="")

    objects = ReminderQuerySet.as_manager()

    class Meta:
        ordering = ["-day", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "user", "kind", "day"],
                name="evaluation_reminder_once_a_day",
                violation_error_message="这一天已提醒过。",
            )
        ]

    def __str__(self):
        return self.text
