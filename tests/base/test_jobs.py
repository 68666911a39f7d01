"""What users do with jobs, and what a worker may."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

import tests.base.job_probe  # noqa: F401
from quannan.base.domain import jobs
from quannan.base.domain.job_running import LeaseLost, run_job
from quannan.base.jobs import job_handler
from quannan.base.models import AuditEntry, Job, JobRow, JobState

pytestmark = pytest.mark.django_db


@pytest.fixture
def start(wang, now):
    def make(kind="probe.plain", by=wang, **params):
        return jobs.start_job(kind=kind, title="测试任务", params=params, by=by, now=now)

    return make


def running(job, beat):
    """The row as a worker left it that last beat at ``beat``."""
    Job.objects.filter(pk=job.pk).update(
        state=JobState.RUNNING, lease=uuid.UUID(int=1), started_at=beat, heartbeat_at=beat
    )
    job.refresh_from_db()
    return job


def run(job):
    took = run_job(job_id=job.pk, attempt=job.attempt, worker="w1", now=timezone.now())
    job.refresh_from_db()
    return took


def test_start_job_queues_and_sends_after_commit(start, django_capture_on_commit_callbacks, wang):
    with django_capture_on_commit_callbacks() as callbacks:
        job = start(a=1)
    assert (job.state, job.attempt, job.created_by) == ("queued", 1, wang)
    assert len(callbacks) == 1
    assert AuditEntry.objects.get().action == "job.start"


def test_start_job_unknown_kind(start):
    with pytest.raises(LookupError):
        start(kind="probe.unheard_of")
    assert not Job.objects.exists()


def test_run_job_stores_result(start):
    job = start(a=1)
    assert run(job)
    assert (job.state, job.result, job.lease) == ("done", {"seen": {"a": 1}}, None)
    assert job.finished_at is not None


def test_run_job_writes_rows_and_progress(start):
    job = start(kind="probe.count", steps=3)
    run(job)
    assert (job.state, job.done, job.total, job.percent) == ("done", 3, 3, 100)
    assert list(job.rows.values_list("number", flat=True)) == [1, 2, 3]


def test_run_job_twice_runs_once(start):
    job = start()
    assert run(job)
    assert not run(job)


def test_run_job_message_of_an_earlier_attempt(start, wang, now):
    job = start()
    running(job, now)
    jobs.resume_job(job=job, by=wang, now=now + timedelta(minutes=1))
    assert not run_job(job_id=job.pk, attempt=1, worker="late", now=now)
    job.refresh_from_db()
    assert (job.state, job.attempt) == ("queued", 2)


@pytest.mark.parametrize(
    ("kind", "failure"),
    [
        ("probe.sentence", "第3行缺少单位名称,请补上。"),
        ("probe.refusal", "文件有密码,请去掉密码后再上传。"),
    ],
)
def test_run_job_keeps_the_sentence_users_can_act_on(start, kind, failure):
    job = start(kind=kind)
    run(job)
    assert (job.state, job.failure, job.error_id) == ("failed", failure, "")


def test_run_job_crash_shows_an_error_id_and_no_detail(start, caplog):
    job = start(kind="probe.crash")
    run(job)
    assert job.state == "failed"
    assert "secret" not in job.failure
    assert len(job.error_id) == 8
    assert job.error_id in caplog.text and "secret detail" in caplog.text


def test_run_job_that_lost_its_lease_commits_nothing(start):
    @job_handler("probe.robbed")
    def robbed(run):
        with run.finishing():
            run.add_rows([JobRow(number=1, outcome="created")])
            Job.objects.filter(pk=run.job.pk).update(lease=uuid.UUID(int=9))

    job = start(kind="probe.robbed")
    run(job)
    assert (job.state, JobRow.objects.count()) == ("running", 0)


def test_assert_lease(start):
    seen = []

    @job_handler("probe.asserting")
    def asserting(run):
        run.assert_lease()
        Job.objects.filter(pk=run.job.pk).update(lease=uuid.UUID(int=9))
        try:
            run.assert_lease()
        except LeaseLost:
            seen.append("lost")
            raise

    run(start(kind="probe.asserting"))
    assert seen == ["lost"]


def test_cancel_running_job_stops_at_next_report_and_keeps_nothing(start, wang):
    @job_handler("probe.cancelled")
    def cancelled(run):
        with run.finishing():
            run.add_rows([JobRow(number=1, outcome="created")])
            jobs.cancel_job(job=run.job, by=wang, now=timezone.now())
            run.progress(1, 2)
            raise AssertionError("went on")

    job = start(kind="probe.cancelled")
    run(job)
    assert (job.state, JobRow.objects.count()) == ("cancelled", 0)


def test_cancel_after_last_report_is_honoured(start, wang):
    @job_handler("probe.cancelled_late")
    def cancelled(run):
        Job.objects.filter(pk=run.job.pk).update(cancel_requested_at=timezone.now())
        return {}

    job = start(kind="probe.cancelled_late")
    run(job)
    assert job.state == "cancelled"


# What a user may do in which state, as the page shows it.
ACTS = {
    "queued": {"cancel"},
    "running": {"cancel"},
    "silent": {"resume", "abandon", "cancel"},
    "interrupted": {"resume", "abandon", "cancel"},
    "failed": {"resume"},
    "done": set(),
    "cancelled": set(),
    "abandoned": set(),
}


def put(job, state, now):
    if state == "running":
        return running(job, now)
    if state == "silent":
        return running(job, now - timedelta(seconds=16))
    job.state = state
    if state in ("done", "failed", "cancelled", "abandoned"):
        job.finished_at = now
    if state == "done":
        job.result = {}
    if state == "failed":
        job.failure = "文件有密码。"
    job.save()
    return job


@pytest.mark.parametrize("state", ACTS)
@pytest.mark.parametrize("act", ["resume", "abandon", "cancel"])
def test_acts_by_state(start, wang, now, state, act):
    job = put(start(), state, now)
    verb = getattr(jobs, f"{act}_job")
    if act in ACTS[state]:
        verb(job=job, by=wang, now=now)
        job.refresh_from_db()
        expected = {
            "resume": "queued",
            "abandon": "abandoned",
            "cancel": "running" if state == "running" else "cancelled",
        }
        assert job.state == expected[act]
        assert AuditEntry.objects.first().action == f"job.{act}"
    else:
        with pytest.raises(jobs.JobRefused):
            verb(job=job, by=wang, now=now)


@pytest.mark.parametrize("act", ["resume", "abandon", "cancel"])
def test_acts_by_a_stranger_are_refused(start, account, now, act):
    job = put(start(), "interrupted", now)
    with pytest.raises(jobs.JobRefused, match="由别人发起"):
        getattr(jobs, f"{act}_job")(job=job, by=account("li"), now=now)
    getattr(jobs, f"{act}_job")(job=job, by=account("zhao", "jobs.see_all"), now=now)


def test_resume_job_is_a_new_attempt_from_the_beginning(start, wang, now):
    job = put(start(), "interrupted", now)
    JobRow.objects.create(job=job, number=1, outcome="created")
    Job.objects.filter(pk=job.pk).update(done=4, total=9, cancel_requested_at=now, phase="写入")
    job = jobs.resume_job(job=job, by=wang, now=now)
    job.refresh_from_db()
    assert (job.attempt, job.done, job.total, job.phase) == (2, 0, None, "")
    assert (job.cancel_requested_at, job.rows.count()) == (None, 0)


def test_silence_becomes_interrupted_on_the_page_before_anyone_writes(start, now):
    job = running(start(), now)
    just = now + timedelta(seconds=15)
    after = now + timedelta(seconds=15, microseconds=1)
    assert job.shown_state(just) == "running"
    assert job.shown_state(after) == "interrupted"
    assert list(Job.objects.shown_as("running", after)) == []
    assert list(Job.objects.shown_as("interrupted", after)) == [job]
    assert list(Job.objects.shown_as("running", just)) == [job]
    assert list(Job.objects.shown_as("interrupted", just)) == []


def test_mark_interrupted_jobs(start, now):
    dead = running(start(), now - timedelta(seconds=16))
    alive = running(start(), now)
    assert jobs.mark_interrupted_jobs(now=now) == 1
    dead.refresh_from_db()
    alive.refresh_from_db()
    assert (dead.state, dead.lease, alive.state) == ("interrupted", None, "running")


def test_resend_queued_jobs_after_a_minute(start, now):
    job = start()
    assert jobs.resend_queued_jobs(now=now + timedelta(seconds=60)) == 0
    with_lost_message = now + timedelta(seconds=61)
    assert jobs.resend_queued_jobs(now=with_lost_message) == 1
    job.refresh_from_db()
    assert job.sent_at == with_lost_message
    assert jobs.resend_queued_jobs(now=with_lost_message) == 0


def test_visible_to_hides_the_jobs_of_others(start, wang, account):
    job = start()
    assert list(Job.objects.visible_to(wang)) == [job]
    assert list(Job.objects.visible_to(account("li"))) == []
    assert list(Job.objects.visible_to(account("zhao", "jobs.see_all"))) == [job]
