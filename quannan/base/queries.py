"""What pages and other apps read of jobs and of the audit trail."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from quannan.base.domain.audit import action_names, detail_in_words
from quannan.base.jobs import NOTHING_WRITTEN, job_kind, stopped_sentence
from quannan.base.models import AuditEntry, Job, JobRow, JobState, RowOutcome
from quannan.base.permissions import may_act_on_job

__all__ = [
    "JobCard",
    "action_name",
    "audit_entries",
    "detail_in_words",
    "job_card",
    "jobs_for",
    "rows_of",
]

# State → class of the tag and the shape that goes with the colour.
STATE_LOOK = {
    JobState.QUEUED: ("tag-na", "○"),
    JobState.RUNNING: ("tag-due", "◐"),
    JobState.DONE: ("tag-met", "✓"),
    JobState.FAILED: ("tag-late", "▲"),
    JobState.INTERRUPTED: ("tag-late", "▲"),
    JobState.CANCELLED: ("tag-na", "–"),
    JobState.ABANDONED: ("tag-na", "–"),
}

INTERRUPTED_REASON = "执行任务的程序中途停止。{stopped}点“继续”从头再执行一次,或点“放弃”不再执行。"
ENDED_EARLY = (JobState.CANCELLED, JobState.ABANDONED)


@dataclass(frozen=True)
class JobCard:
    """A job as a page shows it to one user at one moment."""

    job: Job
    state: JobState
    look: str
    shape: str
    live: bool
    cancelling: bool
    may_resume: bool
    may_abandon: bool
    may_cancel: bool
    reason: str
    cancel_words: str
    ended_words: str
    result_url: str

    @property
    def label(self) -> str:
        return "正在取消" if self.cancelling else self.state.label


def job_card(job: Job, user, now: datetime) -> JobCard:
    """How ``job`` is shown to ``user`` at ``now``; a dead worker shows as 已中断 at once."""
    state = job.shown_state(now)
    look, shape = STATE_LOOK[state]
    mine = may_act_on_job(user, job)
    cancelling = state == JobState.RUNNING and job.cancel_requested_at is not None
    may_cancel = mine and not cancelling and state in (JobState.QUEUED, JobState.RUNNING)
    stopped = stopped_sentence(job.kind)
    return JobCard(
        job=job,
        state=state,
        look=look,
        shape=shape,
        live=state in (JobState.QUEUED, JobState.RUNNING),
        cancelling=cancelling,
        may_resume=mine and state in (JobState.INTERRUPTED, JobState.FAILED),
        may_abandon=mine and state == JobState.INTERRUPTED,
        may_cancel=may_cancel,
        reason=INTERRUPTED_REASON.format(stopped=stopped) if state == JobState.INTERRUPTED else job.failure,
        cancel_words=f"取消后:{stopped}" if may_cancel and stopped != NOTHING_WRITTEN else "",
        ended_words=stopped if state in ENDED_EARLY else "",
        result_url=_result_url(job),
    )


def _result_url(job: Job) -> str:
    try:
        kind = job_kind(job.kind)
    except LookupError:
        return ""
    return kind.result_url(job) if kind.result_url is not None else ""


def jobs_for(user, *, state: str = "", now: datetime) -> QuerySet[Job]:
    """Jobs ``user`` may see, newest first; ``state`` narrows to what a page shows at ``now``."""
    jobs = Job.objects.visible_to(user).select_related("created_by")
    if state in JobState.values:
        jobs = jobs.shown_as(state, now)
    return jobs.order_by("-created_at", "id")


def rows_of(job: Job, outcome: str = "") -> QuerySet[JobRow]:
    """Row results of a job the caller may see, in the order of the file."""
    rows = job.rows.order_by("number")
    return rows.filter(outcome=outcome) if outcome in RowOutcome.values else rows


def audit_entries(
    user,
    *,
    action: str = "",
    actor: str = "",
    text: str = "",
    since: date | None = None,
    until: date | None = None,
) -> QuerySet[AuditEntry]:
    """Audit entries ``user`` may read, newest first.

    ``actor`` and ``text`` are parts of the actor's and the object's name; ``since`` and
    ``until`` are inclusive dates in county time.
    """
    entries = AuditEntry.objects.visible_to(user)
    if action:
        entries = entries.filter(action=action)
    if actor:
        entries = entries.filter(actor_name__icontains=actor)
    if text:
        entries = entries.filter(object_label__icontains=text)
    if since:
        entries = entries.filter(at__gte=_start_of(since))
    if until:
        entries = entries.filter(at__lt=_start_of(until + timedelta(days=1)))
    return entries.order_by("-id")


def action_name(action: str) -> str:
    """The Chinese words for an action, or its code where nobody named it."""
    return action_names().get(action, action)


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
