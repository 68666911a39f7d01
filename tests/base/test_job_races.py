"""Two workers, one job: real connections, real transactions."""

import threading
import time
import uuid

import pytest
from django.db import connection
from django.utils import timezone

import tests.base.job_probe  # noqa: F401
from quannan.base.domain import jobs
from quannan.base.domain.job_running import run_job
from quannan.base.housekeeping import only_one
from quannan.base.models import Job, JobRow

pytestmark = pytest.mark.django_db(transaction=True)


def queued(kind, **params):
    now = timezone.now()
    return Job.objects.create(kind=kind, title="测试任务", params=params, created_at=now, sent_at=now)


def in_thread(target):
    result = []

    def work():
        try:
            result.append(target())
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    return thread, result


def test_two_workers_take_one_lease():
    job = queued("probe.count", steps=20)
    barrier = threading.Barrier(2)

    def work():
        barrier.wait(timeout=10)
        return run_job(job_id=job.pk, attempt=1, worker="w", now=timezone.now())

    first, second = in_thread(work), in_thread(work)
    first[0].join(30)
    second[0].join(30)
    assert sorted(first[1] + second[1]) == [False, True]
    job.refresh_from_db()
    assert (job.state, JobRow.objects.count()) == ("done", 20)


def test_heart_beats_and_progress_shows_during_a_long_statement():
    job = queued("probe.long_statement", seconds=3)
    thread, _ = in_thread(lambda: run_job(job_id=job.pk, attempt=1, worker="w", now=timezone.now()))
    time.sleep(1.8)
    job.refresh_from_db()
    seen = (job.state, job.done, job.total, job.phase)
    thread.join(30)
    assert seen == ("running", 1, 2, "写入")
    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"slept": 3})


def test_worker_whose_lease_was_taken_during_the_write_is_undone():
    job = queued("probe.long_statement", seconds=2)
    thread, _ = in_thread(lambda: run_job(job_id=job.pk, attempt=1, worker="w", now=timezone.now()))
    time.sleep(1)
    Job.objects.filter(pk=job.pk).update(state="interrupted", lease=None)
    thread.join(30)
    job.refresh_from_db()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM base_auditentry WHERE action = 'probe.write'")
        written = cursor.fetchone()[0]
    assert (job.state, written) == ("interrupted", 0)


def test_cancel_reaches_a_running_worker():
    job = queued("probe.wait", steps=400)
    thread, _ = in_thread(lambda: run_job(job_id=job.pk, attempt=1, worker="w", now=timezone.now()))
    time.sleep(1)
    Job.objects.filter(pk=job.pk).update(cancel_requested_at=timezone.now())
    thread.join(15)
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_mark_interrupted_does_not_touch_a_job_that_just_finished():
    job = queued("probe.plain")
    run_job(job_id=job.pk, attempt=1, worker="w", now=timezone.now())
    assert jobs.mark_interrupted_jobs(now=timezone.now()) == 0
    job.refresh_from_db()
    assert job.state == "done"


def test_housekeeping_lock_is_held_by_one():
    with only_one("nightly") as held:
        thread, other = in_thread(lambda: _try("nightly"))
        thread.join(10)
        free, elsewhere = in_thread(lambda: _try(f"other-{uuid.uuid4()}"))
        free.join(10)
    again, after = in_thread(lambda: _try("nightly"))
    again.join(10)
    assert (held, other, elsewhere, after) == (True, [False], [True], [True])


def _try(name):
    with only_one(name) as held:
        return held
