"""What users do with jobs: start, continue, abandon, cancel; and what watches over them."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from kombu.exceptions import OperationalError as BrokerError

from quannan.base.domain import audit
from quannan.base.errors import Refused
from quannan.base.jobs import job_kind
from quannan.base.models import Job, JobState
from quannan.base.permissions import may_act_on_job

logger = logging.getLogger("quannan.jobs")

SEND_AGAIN_AFTER = timedelta(seconds=60)


class JobRefused(Refused):
    """An act on a job that its state or the user's role does not allow."""


def start_job(*, kind: str, title: str, params: dict[str, Any], by: Any, now: datetime) -> Job:
    """Put a job in the queue; a worker takes it after the commit.

    ``kind`` is a registered handler, ``params`` JSON for it, ``by`` None for the system.
    Raises LookupError for an unknown kind. Writes an audit entry.
    """
    job_kind(kind)
    with transaction.atomic():
        job = Job.objects.create(kind=kind, title=title, params=params, created_by=by, created_at=now, sent_at=now)
        audit.record(action="job.start", by=by, obj=job, detail={"kind": kind}, now=now)
        _send_on_commit(job)
    return job


def resume_job(*, job: Job, by: Any, now: datetime) -> Job:
    """Queue an interrupted or failed job again as a new attempt, from its beginning.

    Raises JobRefused if it is not the user's, or has not stopped.
    The row results of the earlier attempt are dropped. Writes an audit entry.
    """
    with transaction.atomic():
        job = _locked(job, by)
        if job.shown_state(now) not in (JobState.INTERRUPTED, JobState.FAILED):
            raise JobRefused(f"任务{JobState(job.state).label},不能继续;只有已中断或未完成的任务可以继续。")
        job.rows.all().delete()
        job.state = JobState.QUEUED
        job.attempt += 1
        job.lease = None
        job.sent_at = now
        job.started_at = job.finished_at = job.heartbeat_at = job.cancel_requested_at = None
        job.worker = job.phase = job.failure = job.error_id = ""
        job.done, job.total = 0, None
        job.save()
        audit.record(action="job.resume", by=by, obj=job, detail={"attempt": job.attempt}, now=now)
        _send_on_commit(job)
    return job


def abandon_job(*, job: Job, by: Any, now: datetime) -> Job:
    """Give up an interrupted job for good. Raises JobRefused in any other state."""
    with transaction.atomic():
        job = _locked(job, by)
        if job.shown_state(now) != JobState.INTERRUPTED:
            raise JobRefused(f"任务{JobState(job.state).label},不能放弃;只有已中断的任务可以放弃。")
        _stop(job, JobState.ABANDONED, now)
        audit.record(action="job.abandon", by=by, obj=job, now=now)
    return job


def cancel_job(*, job: Job, by: Any, now: datetime) -> Job:
    """Cancel a queued or interrupted job at once; ask a running one to stop.

    A running job stops at its next progress report and writes nothing, unless its kind says what stays.
    Raises JobRefused if it has already ended.
    """
    with transaction.atomic():
        job = _locked(job, by)
        shown = job.shown_state(now)
        if shown in (JobState.QUEUED, JobState.INTERRUPTED):
            _stop(job, JobState.CANCELLED, now)
        elif shown == JobState.RUNNING:
            job.cancel_requested_at = job.cancel_requested_at or now
            job.save(update_fields=["cancel_requested_at"])
        else:
            raise JobRefused(f"任务{shown.label},已经结束,无需取消。")
        audit.record(action="job.cancel", by=by, obj=job, now=now)
    return job


def mark_interrupted_jobs(*, now: datetime) -> int:
    """Take the lease from workers that missed three heartbeats; returns how many jobs."""
    return Job.objects.silent(now).update(state=JobState.INTERRUPTED, lease=None)


def resend_queued_jobs(*, now: datetime) -> int:
    """Send again what has waited 60 s in the queue: the broker may have lost the message.

    A job that merely waits its turn is sent twice; the lease lets only one message run it.
    Returns how many were sent.
    """
    waiting = Job.objects.filter(state=JobState.QUEUED, sent_at__lt=now - SEND_AGAIN_AFTER)
    sent = 0
    for job_id, attempt in waiting.order_by("created_at", "id").values_list("id", "attempt"):
        if Job.objects.filter(pk=job_id, state=JobState.QUEUED).update(sent_at=now):
            _send(str(job_id), attempt)
            sent += 1
    return sent


def _locked(job: Job, by: Any) -> Job:
    locked = Job.objects.select_for_update(of=("self",)).get(pk=job.pk)
    if not may_act_on_job(by, locked):
        raise JobRefused("这个任务由别人发起,只有发起人或系统管理员可以处理,请联系发起人。")
    return locked


def _stop(job: Job, state: JobState, now: datetime) -> None:
    job.state = state
    job.lease = None
    job.finished_at = now
    job.save(update_fields=["state", "lease", "finished_at"])


def _send_on_commit(job: Job) -> None:
    job_id, attempt = str(job.pk), job.attempt
    transaction.on_commit(lambda: _send(job_id, attempt))


def _send(job_id: str, attempt: int) -> None:
    # The task calls this package, so it is looked up when it is needed.
    from quannan.base.tasks import run_job_task

    try:
        run_job_task.apply_async(
            args=[job_id, attempt],
            retry_policy={"max_retries": 2, "interval_start": 0, "interval_step": 0.2},
        )
    except BrokerError:
        # The row stays queued and is sent again within two minutes.
        logger.warning("broker not reachable, job %s waits in its table", job_id)
