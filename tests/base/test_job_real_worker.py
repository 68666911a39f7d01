"""A real worker on the real broker, killed in the middle of its work."""

import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

import tests.base.job_probe  # noqa: F401
from orgs.models import User
from quannan.base.domain import jobs
from quannan.base.models import AuditEntry, Job
from tests.base.real_worker import Worker, own_queue, until

__all__ = ["own_queue"]

pytestmark = pytest.mark.django_db(transaction=True)


def test_worker_killed_in_the_write_leaves_nothing_and_continue_finishes(own_queue):
    user = User.objects.create_user(username="wang", name="王先生", password="x")
    job = jobs.start_job(kind="probe.long_statement", title="写入", params={"seconds": 2}, by=user, now=timezone.now())
    with Worker() as worker:
        until(job, lambda job: job.state == "running" and job.done == 1)
        worker.kill()
    later = timezone.now() + timedelta(seconds=16)
    assert job.shown_state(later) == "interrupted"
    assert jobs.mark_interrupted_jobs(now=later) == 1

    with Worker():
        time.sleep(3)
        job.refresh_from_db()
        assert (job.state, job.attempt) == ("interrupted", 1)
        assert not AuditEntry.objects.filter(action="probe.write").exists()
        jobs.resume_job(job=job, by=user, now=timezone.now())
        until(job, lambda job: job.state == "done")
    assert (job.attempt, job.result) == (2, {"slept": 2})
    assert AuditEntry.objects.filter(action="probe.write").count() == 1


def test_job_whose_message_the_broker_lost_is_sent_again(own_queue):
    then = timezone.now() - timedelta(seconds=90)
    job = Job.objects.create(kind="probe.plain", title="丢失", created_at=then, sent_at=then)
    connection.close()
    assert jobs.resend_queued_jobs(now=timezone.now()) == 1
    with Worker():
        until(job, lambda job: job.state == "done")
    assert job.worker != ""
