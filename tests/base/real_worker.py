"""A real Celery worker on the real broker, for tests that kill it."""

import os
import signal
import subprocess
import sys
import time
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings

from quannan.celery import app

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
    """One Celery worker in a process group of its own.

    ``include``: further modules of the tests it loads, by dotted name; ``environment``: what they are told.
    """

    def __init__(self, include=(), environment=None):
        self.include = ",".join(["tests.base.job_probe", *include])
        self.environment = environment or {}

    def __enter__(self):
        self.process = subprocess.Popen(
            [
                *[sys.executable, "-m", "celery", "-A", "quannan", "worker"],
                *["--include", self.include, "--queues", QUEUE, "--concurrency", "1"],
                *["--loglevel", "WARNING", "--without-gossip", "--without-mingle"],
            ],
            env={
                **os.environ,
                "DATABASE_URL": database_url(),
                "PYTHONPATH": str(settings.BASE_DIR),
                **self.environment,
            },
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


def until(job, holds, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        job.refresh_from_db()
        if holds(job):
            return
        time.sleep(0.05)
    raise AssertionError(f"still {job.state} {job.done}/{job.total} {job.failure}")
