"""Long work that a user starts, watches, leaves and comes back to."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q

HEARTBEAT_EVERY = timedelta(seconds=5)
MISSED_BEATS = 3
DEAD_AFTER = HEARTBEAT_EVERY * MISSED_BEATS


class JobState(models.TextChoices):
    QUEUED = "queued", "排队中"
    RUNNING = "running", "进行中"
    DONE = "done", "已完成"
    FAILED = "failed", "未完成"
    INTERRUPTED = "interrupted", "已中断"
    CANCELLED = "cancelled", "已取消"
    ABANDONED = "abandoned", "已放弃"


FINISHED_STATES = (JobState.DONE, JobState.FAILED, JobState.CANCELLED, JobState.ABANDONED)


class JobQuerySet(models.QuerySet["Job"]):
    """Jobs in the words of the 我的任务 page."""

    def visible_to(self, user) -> "JobQuerySet":
        """Own jobs; all of them for who holds the capability ``jobs.see_all``."""
        if not user.is_authenticated:
            return self.none()
        if user.can("jobs.see_all"):
            return self
        return self.filter(created_by=user)

    def silent(self, now: datetime) -> "JobQuerySet":
        """Running on paper, but three heartbeats have been missed: the worker is dead."""
        return self.filter(state=JobState.RUNNING, heartbeat_at__lt=now - DEAD_AFTER)

    def unfinished(self) -> "JobQuerySet":
        return self.exclude(state__in=FINISHED_STATES)

    def shown_as(self, state: str, now: datetime) -> "JobQuerySet":
        """Jobs a page shows in ``state`` at ``now``, dead workers counted as interrupted."""
        dead = Q(state=JobState.RUNNING, heartbeat_at__lt=now - DEAD_AFTER)
        if state == JobState.INTERRUPTED:
            return self.filter(Q(state=state) | dead)
        if state == JobState.RUNNING:
            return self.filter(state=state).exclude(dead)
        return self.filter(state=state)


class Job(models.Model):
    """One piece of long work: what, for whom, how far, how it ended.

    A job runs under one lease at a time. Whoever lost the lease may not commit:
    the lease is checked under a row lock in the transaction that holds the work.
    Nothing restarts by itself; 继续 is the user's decision and a new attempt.
    """

    id = models.UUIDField("编号", primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("种类", max_length=80)
    title = models.CharField("标题", max_length=200)
    params = models.JSONField("参数", default=dict, blank=True)
    state = models.CharField("状态", max_length=12, choices=JobState.choices, default=JobState.QUEUED)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="发起人",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="jobs",
    )
    created_at = models.DateTimeField("提交时间")
    sent_at = models.DateTimeField("交付队列时间", help_text="最近一次交给任务队列的时间")
    started_at = models.DateTimeField("开始时间", null=True, blank=True)
    heartbeat_at = models.DateTimeField("最近心跳", null=True, blank=True)
    finished_at = models.DateTimeField("结束时间", null=True, blank=True)
    cancel_requested_at = models.DateTimeField("要求取消的时间", null=True, blank=True)
    lease = models.UUIDField("租约", null=True, blank=True)
    worker = models.CharField("执行进程", max_length=120, blank=True, default="")
    attempt = models.PositiveSmallIntegerField("第几次执行", default=1)
    phase = models.CharField("当前步骤", max_length=80, blank=True, default="")
    done = models.PositiveIntegerField("已处理", default=0)
    total = models.PositiveIntegerField("总数", null=True, blank=True)
    result = models.JSONField("结果", null=True, blank=True)
    failure = models.TextField("未完成的原因", blank=True, default="")
    error_id = models.CharField("错误编号", max_length=16, blank=True, default="")

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = "任务"
        verbose_name_plural = "任务"
        ordering = ["-created_at", "id"]
        indexes = [
            models.Index(fields=["created_by", "-created_at"], name="base_job_mine"),
            models.Index(
                fields=["state", "heartbeat_at"],
                condition=Q(state__in=["queued", "running"]),
                name="base_job_live",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="base_job_state_known",
                condition=Q(state__in=[str(value) for value in JobState.values]),
                violation_error_message="任务状态不在规定的七种之内,请从列表中选择。",
            ),
            models.CheckConstraint(
                name="base_job_lease_iff_running",
                condition=(
                    Q(
                        state="running",
                        lease__isnull=False,
                        started_at__isnull=False,
                        heartbeat_at__isnull=False,
                    )
                    | (~Q(state="running") & Q(lease__isnull=True))
                ),
                violation_error_message="进行中的任务必须有租约、开始时间和心跳,其他状态不得留有租约。",
            ),
            models.CheckConstraint(
                name="base_job_finished_at_iff_finished",
                condition=(
                    Q(
                        state__in=["done", "failed", "cancelled", "abandoned"],
                        finished_at__isnull=False,
                    )
                    | Q(state__in=["queued", "running", "interrupted"], finished_at__isnull=True)
                ),
                violation_error_message="已结束的任务必须有结束时间,未结束的不得有结束时间。",
            ),
            models.CheckConstraint(
                name="base_job_failure_iff_failed",
                condition=(Q(state="failed") & ~Q(failure="")) | (~Q(state="failed") & Q(failure="", error_id="")),
                violation_error_message="未完成的任务必须写明原因,其他状态不得留有原因。",
            ),
            models.CheckConstraint(
                name="base_job_result_iff_done",
                condition=Q(state="done", result__isnull=False) | (~Q(state="done") & Q(result__isnull=True)),
                violation_error_message="已完成的任务必须有结果,其他状态不得有结果。",
            ),
            models.CheckConstraint(
                name="base_job_done_within_total",
                condition=Q(total__isnull=True) | Q(done__lte=F("total")),
                violation_error_message="已处理的数量不能大于总数。",
            ),
            models.CheckConstraint(
                name="base_job_attempt_from_one",
                condition=Q(attempt__gte=1),
                violation_error_message="执行次数从 1 算起。",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def is_silent(self, now: datetime) -> bool:
        """Whether the worker has missed three heartbeats at ``now``."""
        return self.state == JobState.RUNNING and self.heartbeat_at is not None and self.heartbeat_at < now - DEAD_AFTER

    def shown_state(self, now: datetime) -> JobState:
        """The state a page shows at ``now``; reads the heartbeat, writes nothing."""
        return JobState.INTERRUPTED if self.is_silent(now) else JobState(self.state)

    @property
    def percent(self) -> int | None:
        """Whole percent done, 0–100; None while the total is not known."""
        if self.state == JobState.DONE:
            return 100
        if not self.total:
            return None
        return min(100, self.done * 100 // self.total)


class RowOutcome(models.TextChoices):
    CREATED = "created", "新增"
    UPDATED = "updated", "更新"
    UNCHANGED = "unchanged", "无变化"
    REJECTED = "rejected", "拒绝"
    SKIPPED = "skipped", "跳过"


class JobRow(models.Model):
    """What became of one row of the user's file."""

    job = models.ForeignKey(Job, verbose_name="任务", on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField("行号", help_text="Excel 显示的行号")
    outcome = models.CharField("结果", max_length=12, choices=RowOutcome.choices)
    label = models.CharField("名称", max_length=200, blank=True, default="")
    messages = models.JSONField("说明", default=list, blank=True, help_text="每条含列、表头、所填内容、规则和严重程度")

    class Meta:
        verbose_name = "任务行结果"
        verbose_name_plural = "任务行结果"
        ordering = ["job", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["job", "number"],
                name="base_jobrow_number_once",
                violation_error_message="同一任务中每个行号只能有一个结果。",
            ),
            models.CheckConstraint(
                name="base_jobrow_outcome_known",
                condition=Q(outcome__in=[str(value) for value in RowOutcome.values]),
                violation_error_message="行结果应为新增、更新、无变化、拒绝或跳过之一。",
            ),
        ]
        indexes = [models.Index(fields=["job", "outcome", "number"], name="base_jobrow_outcome")]

    def __str__(self) -> str:
        return f"第{self.number}行 {self.label}"
