"""A real worker on the real broker, killed in the middle of its work."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

import tests.base.job_probe  # noqa: F401
from orgs.models import User
from quannan.base.domain import jobs
from quannan.base.models import AuditEntry, Job
from quannan.celery import app

pytestmark = pytest.mark.django_db(transaction=True)

QUEUE = f"test-{os.getpid()}"


@pytest.fixture
def own_queue():
    """Messages of this test go where only its own workers listen."""
    usual = app.conf.task_default_queue
    app.__dict__.pop("amqp", None)
    app.conf.task_default_queue = QUEUE
    yield
    app.__dict__.pop("amqp", None)
    app.conf.task_default_queue = usual


def database_url():
    """The test's own database, as a worker is told of it."""
    usual = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(usual._replace(path="/" + settings.DATABASES["default"]["NAME"]))


class Worker:
    """One Celery worker in a process group of its own."""

    def __enter__(self):
        self.process = subprocess.Popen(
            [
                *[sys.executable, "-m", "celery", "-A", "quannan", "worker"],
                *["--include", "tests.base.job_probe", "--queues", QUEUE, "--concurrency", "1"],
                *["--loglevel", "WARNING", "--without-gossip", "--without-mingle"],
            ],
            env={**os.environ, "DATABASE_URL": database_url(), "PYTHONPATH": str(settings.BASE_DIR)},
            cwd=settings.BASE_DIR,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        return self

    def kill(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def __exit__(self, *exc_info):
        self.kill()


def until(job, holds, seconds=40):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        job.refresh_from_db()
        if holds(job):
            return
        time.sleep(0.1)
    raise AssertionError(f"still {job.state} {job.done}/{job.total} {job.failure}")


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
