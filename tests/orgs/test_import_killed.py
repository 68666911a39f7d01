"""The worker is killed at every tenth of an import: nothing half done, and 继续 ends as if nothing had been."""

import json
from datetime import date, timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from coverage.domain import spans
from orgs.imports import write_file
from orgs.models import Organization
from quannan.base.domain import jobs
from quannan.base.domain.import_runs import start_import, start_write
from quannan.base.domain.job_running import run_job
from quannan.base.imports import import_kind
from quannan.base.models import AuditEntry, ImportRun, JobRow
from tests.base.real_worker import Worker, own_queue, until
from tests.factories import owner
from tests.orgs.import_probe import ORDERS, PART, ROW_RESULTS
from tests.orgs.import_workbooks import row, workbook
from tests.orgs.register_dump import empty_register, register_dump

__all__ = ["own_queue"]

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = 600
EARLIER = range(101, 201)
CHECKING, WRITING = "检查各行", "写入台账"
PATIENCE = 300  # seconds, of which a busy machine takes some; nothing here waits for time to pass


def varied(number):
    """One in fifty faulty; bodies of their own, joint ones with and without a name, one body changed since."""
    values = {}
    if number % 50 == 0:
        values["从业人员情况/从业人员数"] = "四十余人"
    if number % 5 == 0:
        values |= {"党组织/组织形式": "联合党支部", "党组织/成立时间": f"2010-{number % 12 + 1:02d}-15"}
    if number % 10 == 0:
        values["党组织/联合组织名称"] = f"城厢镇第{number % 7}联合党支部"
    if number % 5 == 1:
        values |= {"党组织/组织形式": "党支部", "党组织/成立时间": "2010年3月"}
    return row(number, **values)


def earlier(number):
    """What a form of half a year before said of the same organization."""
    return row(number, **{"单位名称": f"全南县旧名{number}厂", "从业人员情况/从业人员数": 30})


@pytest.fixture
def survey(tmp_path):
    """The later form, and a register that already holds some of its organizations as of half a year before."""
    path = tmp_path / "earlier.xlsx"
    path.write_bytes(workbook([earlier(number) for number in EARLIER], title="截止日期:2010年12月31日"))

    def begin():
        empty_register()
        write_file(path, date(2010, 12, 31), mode="all", by=None, now=timezone.now())
        spans.drain_marks()
        return register_dump()

    return begin


class Watched:
    """The worker that is killed where it is told to be, and what it counted."""

    def __init__(self, folder):
        self.orders, self.told = folder / "orders.json", folder / "told.json"
        self.kill_at()

    def kill_at(self, **deadly):
        """``check`` or ``write``: the count of reports at which that job's worker dies; without any, it lives."""
        orders = {f"base.import_{job}": count for job, count in deadly.items()}
        self.orders.write_text(json.dumps({**orders, "told": str(self.told)}), encoding="utf-8")

    def worker(self):
        return Worker(["tests.orgs.import_probe"], {ORDERS: str(self.orders)})

    def said(self):
        return json.loads(self.told.read_text(encoding="utf-8"))


@pytest.fixture
def watched(own_queue, settings, tmp_path):
    # The worker is a process of its own: it looks where the settings say, not in the test's folder.
    settings.MEDIA_ROOT = settings.VAR.media
    return Watched(tmp_path)


def handed_in(user):
    content = workbook(varied(number) for number in range(1, ROWS + 1))
    return start_import(
        kind=import_kind("F0"), file=ContentFile(content), name="大表.xlsx", as_of=None, by=user, now=timezone.now()
    )


def checked(user):
    """The later form, checked here and now and not yet written."""
    found = handed_in(user)
    run_job(job_id=found.check_job_id, attempt=1, worker="here", now=timezone.now())
    found.refresh_from_db()
    mark = jobs.Job.objects.get(pk=found.check_result["mark_job"])
    for job in (mark, found.effects_job):
        jobs.cancel_job(job=job, by=user, now=timezone.now())
    return found


def handed_in_again(found):
    """The same checked form as another import: what it would do is checked again when it is written."""
    return ImportRun.objects.create(
        form=found.form,
        attachment=found.attachment,
        as_of=found.as_of,
        reading=found.reading,
        check_result=found.check_result,
        check_job=found.check_job,
        created_by=found.created_by,
    )


def results(job):
    return list(JobRow.objects.filter(job=job).order_by("number").values_list("number", "outcome", "messages"))


def imported():
    """The audit entries of imports done by an account."""
    return AuditEntry.objects.filter(action="register.import").exclude(actor=None).count()


def died(worker, job):
    """The worker is gone, and its job is seen to be interrupted once its heartbeat is old."""
    worker.process.wait(PATIENCE)
    job.refresh_from_db()
    assert job.state == "running"
    later = timezone.now() + timedelta(seconds=16)
    assert job.shown_state(later) == "interrupted"
    assert jobs.mark_interrupted_jobs(now=later) == 1
    job.refresh_from_db()


def resumed(job, user):
    jobs.resume_job(job=job, by=user, now=timezone.now())


def spans_are_right():
    spans.drain_marks()
    assert (spans.pending_marks(), spans.verify().differences) == (0, [])


def test_write_killed_at_every_tenth_ends_like_an_undisturbed_one(watched, survey):
    """Each worker first does what the one before it left undone, and is then killed a tenth later than that one."""
    user = owner()
    found = checked(user)
    before = survey()
    job = start_write(run=found, mode="valid", by=user, now=timezone.now())
    with watched.worker():
        until(job, lambda job: job.state == "done", PATIENCE)
    wanted, wanted_rows, whole = register_dump(), results(job), watched.said()["count"]
    assert Organization.objects.count() == len({*EARLIER, *(number for number in range(1, ROWS + 1) if number % 50)})
    assert (len(wanted_rows), imported(), wanted == before) == (ROWS, 1, False)

    interrupted, steps = None, []
    for tenth in range(1, 11):
        with watched.worker() as worker:
            if interrupted is not None:
                until(interrupted, lambda job: job.state == "done", PATIENCE)
                assert register_dump() == wanted
                assert (results(interrupted), imported()) == (wanted_rows, tenth)
                spans_are_right()
            if tenth < 10:
                assert survey() == before
                watched.kill_at(write=whole * tenth // 10)
                interrupted = start_write(run=handed_in_again(found), mode="valid", by=user, now=timezone.now())
                died(worker, interrupted)
                steps.append(watched.said()["step"])
                assert register_dump() == before
                assert (results(interrupted), imported()) == ([], tenth)
                assert ImportRun.objects.get(write_job=interrupted).write_result == {}
                watched.kill_at()
                resumed(interrupted, user)
    assert sorted(set(steps), key=steps.index) == [CHECKING, WRITING, ROW_RESULTS]


def test_check_killed_at_half_is_done_by_the_next_worker(watched, survey):
    user = owner()
    before = survey()
    watched.kill_at(check=ROWS // PART // 2)
    found = handed_in(user)
    with watched.worker() as worker:
        died(worker, found.check_job)
    assert (watched.said()["step"], results(found.check_job), register_dump()) == (CHECKING, [], before)
    watched.kill_at()
    resumed(found.check_job, user)
    with watched.worker():
        until(found.check_job, lambda job: job.state == "done", PATIENCE)
    found.refresh_from_db()
    assert results(found.check_job) == results(checked(user).check_job)
    assert (found.check_result["accepted"], found.check_result["rejected"]) == (ROWS - ROWS // 50, ROWS // 50)
    assert register_dump() == before
