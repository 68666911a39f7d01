"""Celery tasks of the base app."""

from celery import shared_task
from django.utils import timezone

from quannan.base.domain import attachments, job_running, jobs
from quannan.base.housekeeping import housekeeping


@shared_task(bind=True, name="base.run_job", acks_late=False, max_retries=0, ignore_result=True)
def run_job_task(self, job_id: str, attempt: int) -> None:
    """Run one job; acknowledged before the work, so a killed worker's job waits for its user."""
    job_running.run_job(job_id=job_id, attempt=attempt, worker=self.request.hostname or "", now=timezone.now())


@housekeeping("base.mark_interrupted_jobs")
def mark_interrupted_jobs() -> int:
    """Each minute: jobs of dead workers become 已中断."""
    return jobs.mark_interrupted_jobs(now=timezone.now())


@housekeeping("base.resend_queued_jobs")
def resend_queued_jobs() -> int:
    """Each minute: send what the broker may have lost."""
    return jobs.resend_queued_jobs(now=timezone.now())


@housekeeping("base.sweep_stray_files")
def sweep_stray_files() -> int:
    """Each night: remove stored files whose transaction was undone."""
    return attachments.sweep_stray_files(now=timezone.now())
