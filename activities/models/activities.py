"""活动: one meeting, lesson, contest or service of one line at one organization, alone or with others."""

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from activities.models.programmes import ActivityKind, Programme
from orgs.lines import Line, Precision, stored_range
from orgs.models import Branch, Organization
from orgs.validators import normalise_name
from quannan.base.history import tracked

TITLE_LENGTH = 120
CONTENT_LENGTH = 2000
NOTE_LENGTH = 300
# How exactly a day of an activity can be known; 不晚于 says nothing of when it was held.
PRECISIONS = [(one.value, one.label) for one in (Precision.DAY, Precision.MONTH, Precision.YEAR)]


def title_key_of(title: str) -> str:
    """The form in which titles are compared.

    Args:
        title: 活动名称.
    """
    # Compatibility forms grow when they are spelled out: the column holds the first of them.
    return normalise_name(title)[:TITLE_LENGTH]


class ActivitySource(models.TextChoices):
    PAGE = "page", "页面登记"
    IMPORT = "import", "表格导入"


class ActivityQuerySet(models.QuerySet):
    """Activities in the words of the offices."""

    def visible_to(self, user, on=None):
        """Activities of the organizations a user may see, as host or taking part.

        Args:
            user: the signed-in User.
            on: the day whose placements count (date); today where left out.
        """
        seen = Organization.objects.visible_to(user, on)
        shared = Participation.objects.filter(activity=OuterRef("pk"), organization__in=seen)
        return self.filter(Q(organization__in=seen) | Exists(shared))

    def held(self):
        """Without those that were cancelled."""
        return self.filter(cancelled_at=None)

    def within(self, since: date, until: date, today: date):
        """Held in a period for certain: of a month or a year every day up to today lies inside.

        Args:
            since: first day.
            until: last day, included.
            today: nothing recorded was held later.
        """
        # What is known to lie before tomorrow ends with today at the latest, so a running month is over by then.
        after = until + timedelta(days=1)
        month, year = (after.replace(day=1), after.replace(month=1, day=1)) if until < today else (after, after)
        return self.filter(
            Q(held_precision=Precision.DAY, held_on__gte=since, held_on__lte=until)
            | Q(held_precision=Precision.MONTH, held_on__gte=since, held_on__lt=month)
            | Q(held_precision=Precision.YEAR, held_on__gte=since, held_on__lt=year)
        )


@tracked()
class Activity(models.Model):
    """活动 (三(三)、四(一)): what one line's body did at one organization on a day; null numbers are not known.

    A day known to the month or the year is stored as its first day, with its precision.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="activities", verbose_name="主办组织")
    line = models.CharField("条线", max_length=16, choices=Line.choices)
    branch = models.ForeignKey(
        Branch, models.SET_NULL, null=True, blank=True, related_name="activities", verbose_name="开展的党群组织"
    )
    kind = models.ForeignKey(ActivityKind, models.PROTECT, related_name="activities", verbose_name="类别")
    programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, blank=True, related_name="activities", verbose_name="活动载体"
    )
    title = models.CharField("活动名称", max_length=TITLE_LENGTH)
    title_key = models.CharField("比对名称", max_length=TITLE_LENGTH, editable=False)
    held_on = models.DateField("开展日期")
    held_precision = models.CharField("日期精度", max_length=5, choices=PRECISIONS, default=Precision.DAY)
    last_on = models.DateField("结束日期", null=True, blank=True)
    place = models.CharField("地点", max_length=120, blank=True, default="")
    attendees = models.PositiveIntegerField("参加人数", null=True, blank=True)
    members = models.PositiveIntegerField("其中党员", null=True, blank=True)
    content = models.TextField("内容", blank=True, default="", max_length=CONTENT_LENGTH)
    note = models.CharField("备注", max_length=NOTE_LENGTH, blank=True, default="")
    source = models.CharField("来源", max_length=8, choices=ActivitySource.choices, default=ActivitySource.PAGE)
    cancelled_at = models.DateTimeField("撤销时间", null=True, blank=True)
    cancelled_by_name = models.CharField("撤销人", max_length=120, blank=True, default="")
    cancel_reason = models.CharField("撤销理由", max_length=200, blank=True, default="")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="登记人"
    )
    created_at = models.DateTimeField("录入时间")
    updated_at = models.DateTimeField("更新时间")
    version = models.PositiveIntegerField("版本", default=1)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        ordering = ["-held_on", "-id"]
        indexes = [
            models.Index(fields=["line", "held_on", "organization"], name="activities_activity_by_line"),
            models.Index(fields=["updated_at", "id"], name="activities_activity_updated"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "line", "held_on", "title_key"],
                condition=Q(cancelled_at=None),
                name="activities_activity_once",
                violation_error_message="这家组织的这条线在这一天已登记同名的活动,请更正原有的一条。",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None, cancelled_by_name="", cancel_reason="")
                | Q(cancelled_at__isnull=False) & ~Q(cancelled_by_name="") & ~Q(cancel_reason=""),
                name="activities_activity_cancelled_with_reason",
                violation_error_message="撤销须同时写明时间、撤销人和理由。",
            ),
            models.CheckConstraint(
                condition=Q(attendees=None) | Q(members=None) | Q(members__lte=F("attendees")),
                name="activities_activity_members_among_attendees",
                violation_error_message="其中党员不能多于参加人数,请核对两个数字。",
            ),
            models.CheckConstraint(
                condition=Q(last_on=None) | Q(last_on__gte=F("held_on")),
                name="activities_activity_ends_after_beginning",
                violation_error_message="结束日期不能早于开展日期,请核对。",
            ),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(title_key=""),
                name="activities_activity_titled",
                violation_error_message="请填写活动名称。",
            ),
            models.CheckConstraint(
                condition=Q(held_precision=Precision.DAY)
                | Q(held_precision=Precision.MONTH, held_on__day=1)
                | Q(held_precision=Precision.YEAR, held_on__day=1, held_on__month=1),
                name="activities_activity_inexact_from_first_day",
                violation_error_message="只知道年月的,日期按当月(当年)第一天保存。",
            ),
        ]

    def __str__(self):
        return f"{self.title}({self.held_word})"

    @property
    def held_word(self) -> str:
        """The day as exactly as it is known: 2011-03-05, 2011年3月, 2011年."""
        return held_word(self.held_on, self.held_precision)

    @property
    def days_meant(self) -> tuple[date, date]:
        """First and last day on which it can have been held."""
        return stored_range(self.held_on, self.held_precision)

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None


def held_word(day: date, precision: str) -> str:
    """A day as exactly as it is known.

    Args:
        day: the stored day.
        precision: code of `Precision`.
    """
    if precision == Precision.YEAR:
        return f"{day.year}年"
    if precision == Precision.MONTH:
        return f"{day.year}年{day.month}月"
    return f"{day}"


class ParticipationQuerySet(models.QuerySet):
    """Who took part, in the words of the offices."""

    def named(self):
        """Without what a merge of two records left behind: records merged away, and the host beside itself."""
        return self.filter(organization__merged_into=None).exclude(organization=F("activity__organization"))


@tracked()
class Participation(models.Model):
    """共同参加: another organization that took part in an activity, such as the members of a joint body."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="participations", verbose_name="活动")
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="participations", verbose_name="参加的组织"
    )

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        ordering = ["activity", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "organization"],
                name="activities_participation_once",
                violation_error_message="这家组织已列为共同参加,不用再列一次。",
            )
        ]

    def __str__(self):
        return f"{self.organization} ∈ {self.activity_id}"
