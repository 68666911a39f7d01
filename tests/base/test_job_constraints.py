"""The truth tables of a job's life."""

import uuid
from itertools import product

import pytest
from django.db import IntegrityError, transaction

from quannan.base.models import Job, JobRow, JobState

pytestmark = pytest.mark.django_db

LAWFUL = {
    JobState.QUEUED: {},
    JobState.RUNNING: {"lease", "started_at", "heartbeat_at"},
    JobState.DONE: {"started_at", "heartbeat_at", "finished_at", "result"},
    JobState.FAILED: {"started_at", "heartbeat_at", "finished_at", "failure", "error_id"},
    JobState.INTERRUPTED: {"started_at", "heartbeat_at"},
    JobState.CANCELLED: {"finished_at"},
    JobState.ABANDONED: {"started_at", "heartbeat_at", "finished_at"},
}
# field → what must hold: (states that need it, states that forbid it)
RULES = {
    "lease": ({"running"}, set(JobState.values) - {"running"}),
    "started_at": ({"running"}, set()),
    "heartbeat_at": ({"running"}, set()),
    "finished_at": (
        {"done", "failed", "cancelled", "abandoned"},
        {"queued", "running", "interrupted"},
    ),
    "failure": ({"failed"}, set(JobState.values) - {"failed"}),
    "error_id": (set(), set(JobState.values) - {"failed"}),
    "result": ({"done"}, set(JobState.values) - {"done"}),
}


def make(now, state, fields):
    values = {
        "lease": uuid.UUID(int=7),
        "started_at": now,
        "heartbeat_at": now,
        "finished_at": now,
        "failure": "第3行缺少名称。",
        "error_id": "AB12CD34",
        "result": {"rows": 3},
    }
    return Job(
        kind="probe.count",
        title="数数",
        state=state,
        created_at=now,
        sent_at=now,
        **{name: values[name] for name in fields},
    )


def accepted(job):
    try:
        with transaction.atomic():
            job.save(force_insert=True)
    except IntegrityError:
        return False
    return True


@pytest.mark.parametrize("state", JobState.values)
def test_job_lawful_in_every_state(now, state):
    assert accepted(make(now, state, LAWFUL[state]))


@pytest.mark.parametrize(("state", "field"), list(product(JobState.values, RULES)))
def test_job_with_one_field_flipped(now, state, field):
    fields = set(LAWFUL[state])
    needed, forbidden = RULES[field]
    if field in fields:
        fields.discard(field)
        expected = state not in needed
    else:
        fields.add(field)
        expected = state not in forbidden
    assert accepted(make(now, state, fields)) is expected


def test_job_state_unknown_is_refused(now):
    assert not accepted(make(now, "sleeping", {}))


@pytest.mark.parametrize(("done", "total", "holds"), [(3, 3, True), (4, 3, False), (4, None, True)])
def test_job_done_stays_within_total(now, done, total, holds):
    job = make(now, "queued", {})
    job.done, job.total = done, total
    assert accepted(job) is holds


def test_job_attempt_counts_from_one(now):
    job = make(now, "queued", {})
    job.attempt = 0
    assert not accepted(job)


def test_job_constraint_says_its_sentence(now):
    job = make(now, "done", LAWFUL[JobState.DONE] | {"lease"})
    with pytest.raises(Exception) as refused:
        job.validate_constraints()
    assert refused.value.messages == ["进行中的任务必须有租约、开始时间和心跳,其他状态不得留有租约。"]


def test_row_number_once_per_job(now):
    job = make(now, "queued", {})
    job.save()
    JobRow.objects.create(job=job, number=5, outcome="created")
    with pytest.raises(IntegrityError), transaction.atomic():
        JobRow.objects.create(job=job, number=5, outcome="updated")
    with pytest.raises(IntegrityError), transaction.atomic():
        JobRow.objects.create(job=job, number=6, outcome="lost")


@pytest.mark.parametrize(
    ("state", "done", "total", "percent"),
    [("queued", 0, None, None), ("queued", 1, 3, 33), ("done", 0, None, 100), ("queued", 0, 0, None)],
)
def test_job_percent(state, done, total, percent):
    assert Job(state=state, done=done, total=total).percent == percent
