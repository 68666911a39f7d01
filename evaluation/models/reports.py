"""年检年报: one organization's filing of one year, its versions as filed, and what was said about it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from evaluation.models.rounds import Round
from orgs.models import Organization
from orgs.models.organization import OfOrganizationQuerySet
from quannan.base.history import tracked


class ReportState(models.TextChoices):
    DRAFT = "draft", "填报中"
    SUBMITTED = "submitted", "待单位审核"
    RETURNED = "returned", "退回修改"
    UNIT_ACCEPTED = "unit_accepted", "待县审核"
    ACCEPTED = "accepted", "已通过"


# Whoever files may write only in these.
EDITABLE = (ReportState.DRAFT, ReportState.RETURNED)


class AnnualReportQuerySet(OfOrganizationQuerySet):
    """Reports in the words of the offices."""

    def to_file(self):
        """填报中或退回修改: the filer's turn."""
        return self.filter(state__in=EDITABLE)

    def at_unit(self):
        """待单位审核."""
        return self.filter(state=ReportState.SUBMITTED)

    def at_county(self):
        """待县审核."""
        return self.filter(state=ReportState.UNIT_ACCEPTED)

    def filed(self):
        """Filed at least once, whatever became of it."""
        return self.filter(first_submitted_at__isnull=False)


def _actor(label):
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


def _pair(name, at, who, sentence):
    """A moment and the name of who acted stand together or not at all."""
    return models.CheckConstraint(
        condition=Q(**{at: None, who: ""}) | Q(**{f"{at}__isnull": False}) & ~Q(**{who: ""}),
        name=f"evaluation_annualreport_{name}",
        violation_error_message=sentence,
    )


# What is typed is saved every few seconds; its versions stand in the submissions.
@tracked(exclude=("known", "answers", "remarks", "same", "saved_at", "saved_by_name"))
class AnnualReport(models.Model):
    """年检年报: one organization's filing for one year; what was filed stands in its submissions.

    `answers` holds what the filer has answered: question's code → value, null for 不清楚; a code that is missing has
    not been answered. `known` holds what was known when the round opened: code → {"v": value, "w": from where in
    words, "d": its date or ""}. `remarks` holds the sentences that soft checks asked for: check's key → sentence.
    `same` holds the sections confirmed as 无变化: section's code → moment.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="annual_reports", verbose_name="组织")
    round = models.ForeignKey(Round, models.PROTECT, related_name="reports", verbose_name="批次")
    year = models.PositiveSmallIntegerField("年度")
    state = models.CharField("状态", max_length=16, choices=ReportState.choices, default=ReportState.DRAFT)
    known = models.JSONField("已知", default=dict, blank=True)
    answers = models.JSONField("回答", default=dict, blank=True)
    remarks = models.JSONField("说明", default=dict, blank=True)
    same = models.JSONField("无变化", default=dict, blank=True)
    created_at = models.DateTimeField("生成时间")
    started_at = models.DateTimeField("开始填报时间", null=True, blank=True)
    saved_at = models.DateTimeField("最近保存时间", null=True, blank=True)
    saved_by_name = models.CharField("最近保存人", max_length=120, blank=True, default="")
    submission = models.ForeignKey(
        "evaluation.Submission", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="现报版本"
    )
    first_submitted_at = models.DateTimeField("首次报送时间", null=True, blank=True)
    submitted_at = models.DateTimeField("报送时间", null=True, blank=True)
    submitted_by = _actor("报送人账号")
    submitted_by_name = models.CharField("报送人", max_length=120, blank=True, default="")
    opened_at = models.DateTimeField("审核人打开时间", null=True, blank=True)
    opened_by_name = models.CharField("打开的审核人", max_length=120, blank=True, default="")
    returned_at = models.DateTimeField("退回时间", null=True, blank=True)
    returned_by_name = models.CharField("退回人", max_length=120, blank=True, default="")
    return_comment = models.CharField("退回意见", max_length=500, blank=True, default="")
    answer_by = models.DateField("退回后最迟报回", null=True, blank=True)
    unit_accepted_at = models.DateTimeField("单位审核时间", null=True, blank=True)
    unit_accepted_by_name = models.CharField("单位审核人", max_length=120, blank=True, default="")
    accepted_at = models.DateTimeField("县审核时间", null=True, blank=True)
    accepted_by_name = models.CharField("县审核人", max_length=120, blank=True, default="")
    accepted_submission = models.ForeignKey(
        "evaluation.Submission", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="通过的版本"
    )
    correcting_since = models.DateTimeField("更正开始时间", null=True, blank=True)
    correction_reason = models.CharField("更正理由", max_length=200, blank=True, default="")
    late_until = models.DateField("准许补报至", null=True, blank=True)
    late_reason = models.CharField("补报理由", max_length=200, blank=True, default="")
    late_granted_by_name = models.CharField("准许补报的人", max_length=120, blank=True, default="")
    version = models.PositiveIntegerField("版本", default=1)

    objects = AnnualReportQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "organization__sort_key", "id"]
        indexes = [
            models.Index(fields=["round", "state", "submitted_at"], name="evaluation_report_queue"),
            models.Index(fields=["state", "submitted_at"], name="evaluation_report_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "year"],
                name="evaluation_annualreport_one_a_year",
                violation_error_message="这家组织这一年度已有一份年报。",
            ),
            _pair("submitted_by_somebody", "submitted_at", "submitted_by_name", "报送须同时写明时间和报送人。"),
            _pair("opened_by_somebody", "opened_at", "opened_by_name", "打开审核须同时写明时间和审核人。"),
            _pair("returned_by_somebody", "returned_at", "returned_by_name", "退回须同时写明时间和退回人。"),
            _pair("unit_by_somebody", "unit_accepted_at", "unit_accepted_by_name", "单位审核须同时写明时间和审核人。"),
            _pair("accepted_by_somebody", "accepted_at", "accepted_by_name", "县审核须同时写明时间和审核人。"),
            models.CheckConstraint(
                condition=Q(returned_at=None, return_comment="") | Q(returned_at__isnull=False) & ~Q(return_comment=""),
                name="evaluation_annualreport_returned_with_comment",
                violation_error_message="退回须写明意见,请写明要改什么。",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at=None, submission=None)
                | Q(submitted_at__isnull=False, submission__isnull=False, first_submitted_at__isnull=False),
                name="evaluation_annualreport_submitted_as_a_version",
                violation_error_message="报送须留存报送的版本。",
            ),
            models.CheckConstraint(
                condition=Q(opened_at=None) | Q(submitted_at__isnull=False, opened_at__gte=F("submitted_at")),
                name="evaluation_annualreport_opened_after_submitted",
                violation_error_message="审核时间不能早于报送时间。",
            ),
            models.CheckConstraint(
                condition=Q(returned_at=None) | Q(opened_at__isnull=False, returned_at__gte=F("opened_at")),
                name="evaluation_annualreport_returned_after_opened",
                violation_error_message="退回时间不能早于打开审核的时间。",
            ),
            models.CheckConstraint(
                condition=Q(unit_accepted_at=None) | Q(opened_at__isnull=False, unit_accepted_at__gte=F("opened_at")),
                name="evaluation_annualreport_unit_after_opened",
                violation_error_message="没有审核过的年报不能通过,请先打开审核。",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None)
                | Q(
                    unit_accepted_at__isnull=False,
                    accepted_submission__isnull=False,
                    accepted_at__gte=F("unit_accepted_at"),
                ),
                name="evaluation_annualreport_county_after_unit",
                violation_error_message="单位没有审核通过的年报,县里不能通过。",
            ),
            # One row of the table of states each: what is set, and what may not be.
            models.CheckConstraint(
                condition=Q(state="draft", submitted_at=None, opened_at=None, returned_at=None)
                & Q(unit_accepted_at=None, accepted_at=None)
                | Q(state="submitted", submitted_at__isnull=False, returned_at=None)
                & Q(unit_accepted_at=None, accepted_at=None)
                | Q(state="returned", returned_at__isnull=False, unit_accepted_at=None, accepted_at=None)
                | Q(state="unit_accepted", unit_accepted_at__isnull=False, returned_at=None, accepted_at=None)
                | Q(state="accepted", accepted_at__isnull=False, returned_at=None),
                name="evaluation_annualreport_state_as_dated",
                violation_error_message="年报的状态与报送、退回、审核的时间不一致。",
            ),
            models.CheckConstraint(
                condition=Q(late_until=None, late_reason="", late_granted_by_name="")
                | Q(late_until__isnull=False) & ~Q(late_reason="") & ~Q(late_granted_by_name=""),
                name="evaluation_annualreport_late_with_reason",
                violation_error_message="准许补报须写明期限、理由和准许人。",
            ),
            models.CheckConstraint(
                condition=Q(correcting_since=None, correction_reason="")
                | Q(correcting_since__isnull=False, accepted_submission__isnull=False) & ~Q(correction_reason=""),
                name="evaluation_annualreport_corrects_an_accepted_one",
                violation_error_message="只有通过的年报可以更正,并须写明理由。",
            ),
            models.CheckConstraint(
                condition=Q(saved_at=None) | Q(started_at__isnull=False, saved_at__gte=F("started_at")),
                name="evaluation_annualreport_saved_after_started",
                violation_error_message="保存时间不能早于开始填报的时间。",
            ),
        ]

    def __str__(self):
        return f"{self.organization} {self.year}"


class SubmissionQuerySet(OfOrganizationQuerySet):
    def visible_to(self, user, on=None):
        """Versions of the reports in the account's sight, and those it signed itself, also after a hand-over.

        Args:
            user: the signed-in User.
            on: the day whose placements count (date); today where left out.
        """
        organizations = Organization.objects.visible_to(user, on)
        return self.filter(Q(report__organization__in=organizations) | Q(submitted_by=user))


class Submission(models.Model):
    """One version of a report as it was filed, with its receipt; a trigger lets nobody change it."""

    report = models.ForeignKey(AnnualReport, models.CASCADE, related_name="submissions", verbose_name="年报")
    number = models.PositiveSmallIntegerField("第几次报送")
    receipt = models.CharField("回执编号", max_length=40, unique=True)
    submitted_at = models.DateTimeField("报送时间")
    submitted_by = _actor("报送人账号")
    submitted_by_name = models.CharField("报送人", max_length=120)
    on_behalf = models.BooleanField("代报", default=False)
    signer_name = models.CharField("签署人", max_length=40)
    signer_post = models.CharField("签署人职务", max_length=40, blank=True, default="")
    second_name = models.CharField("第二签署人", max_length=40, blank=True, default="")
    second_role = models.CharField("第二签署人身份", max_length=12, blank=True, default="")
    is_late = models.BooleanField("补报", default=False)
    is_correction = models.BooleanField("更正", default=False)
    form_code = models.CharField("表的代码", max_length=32)
    known = models.JSONField("已知")
    answers = models.JSONField("回答")
    remarks = models.JSONField("说明")
    flags = models.JSONField("须说明的地方", help_text="每条:检查、问题、句子、说明")
    changed = models.JSONField("有变化的问题", help_text="代码的列表,与上次通过的版本或已知比较")
    digest = models.CharField("摘要", max_length=64)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["report", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "number"],
                name="evaluation_submission_number_once",
                violation_error_message="这份年报已有同一次报送。",
            ),
            models.CheckConstraint(
                condition=~Q(signer_name="") & ~Q(submitted_by_name=""),
                name="evaluation_submission_signed",
                violation_error_message="请填写签署人姓名。",
            ),
            models.CheckConstraint(
                condition=Q(second_name="", second_role="") | ~Q(second_name="") & ~Q(second_role=""),
                name="evaluation_submission_second_with_role",
                violation_error_message="第二签署人须同时写明姓名和身份。",
            ),
        ]

    def __str__(self):
        return self.receipt


class Stage(models.TextChoices):
    UNIT = "unit", "单位审核"
    COUNTY = "county", "县审核"


class Comment(models.Model):
    """A reviewer's word on one question of a report, and the filer's answer to it."""

    report = models.ForeignKey(AnnualReport, models.CASCADE, related_name="comments", verbose_name="年报")
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="comments", verbose_name="针对的版本")
    question = models.CharField("问题", max_length=40, help_text="问题的代码")
    stage = models.CharField("阶段", max_length=8, choices=Stage.choices)
    text = models.CharField("意见", max_length=500)
    made_at = models.DateTimeField("提出时间")
    made_by = _actor("提出人账号")
    made_by_name = models.CharField("提出人", max_length=120)
    answer = models.CharField("答复", max_length=500, blank=True, default="")
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    answered_by_name = models.CharField("答复人", max_length=120, blank=True, default="")
    settled_at = models.DateTimeField("了结时间", null=True, blank=True)
    settled_by_name = models.CharField("了结人", max_length=120, blank=True, default="")

    class Meta:
        ordering = ["report", "made_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text="") & ~Q(made_by_name=""),
                name="evaluation_comment_has_text",
                violation_error_message="请写明意见。",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by_name="", answer="")
                | Q(answered_at__isnull=False, answered_at__gte=F("made_at")) & ~Q(answered_by_name="") & ~Q(answer=""),
                name="evaluation_comment_answered_by_somebody",
                violation_error_message="答复须写明内容、时间和答复人。",
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by_name="")
                | Q(settled_at__isnull=False, settled_at__gte=F("made_at")) & ~Q(settled_by_name=""),
                name="evaluation_comment_settled_by_somebody",
                violation_error_message="了结须写明时间和人。",
            ),
        ]

    def __str__(self):
        return self.text


class StepKind(models.TextChoices):
    STARTED = "started", "开始填报"
    SUBMITTED = "submitted", "报送"
    WITHDRAWN = "withdrawn", "撤回"
    OPENED = "opened", "打开审核"
    RETURNED = "returned", "退回"
    UNIT_ACCEPTED = "unit_accepted", "单位审核通过"
    ACCEPTED = "accepted", "县审核通过"
    CORRECTING = "correcting", "开始更正"
    CORRECTION_DROPPED = "correction_dropped", "放弃更正"
    LATE_GRANTED = "late_granted", "准许补报"
    WRITTEN = "written", "写入台账"


class ReportStep(models.Model):
    """One step in the life of a report: what happened, when, by whom, with which word."""

    report = models.ForeignKey(AnnualReport, models.CASCADE, related_name="steps", verbose_name="年报")
    submission = models.ForeignKey(
        Submission, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="版本"
    )
    kind = models.CharField("步骤", max_length=20, choices=StepKind.choices)
    at = models.DateTimeField("时间")
    by = _actor("经手人账号")
    by_name = models.CharField("经手人", max_length=120)
    text = models.CharField("说明", max_length=500, blank=True, default="")
    detail = models.JSONField("内容", default=dict, blank=True)

    class Meta:
        ordering = ["report", "at", "id"]

    def __str__(self):
        return f"{self.get_kind_display()} {self.at}"
