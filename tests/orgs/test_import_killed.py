"""The worker is killed while it checks and while it writes: nothing half done, and 继续 ends as if nothing had been."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from orgs.models import Branch, BranchMembership, Figures, Organization, Placement
from quannan.base.domain import jobs
from quannan.base.domain.import_runs import start_import, start_write
from quannan.base.domain.job_running import run_job
from quannan.base.imports import import_kind
from quannan.base.models import AuditEntry, ImportRun, JobRow
from tests.base.real_worker import Worker, own_queue, until
from tests.factories import owner
from tests.orgs.import_workbooks import row, workbook

__all__ = ["own_queue"]

pytestmark = pytest.mark.django_db(transaction=True)

# So many that the check of the rows lasts seconds on a quick machine too: it is to be met in the middle.
ROWS = 20_000


def handed_in(user):
    faulty = {"从业人员情况/从业人员数": "四十余人"}
    content = workbook(row(number, **(faulty if number % 100 == 0 else {})) for number in range(1, ROWS + 1))
    return start_import(
        kind=import_kind("F0"), file=ContentFile(content), name="大表.xlsx", as_of=None, by=user, now=timezone.now()
    )


def register():
    """What the register holds, without the numbers that differ from run to run."""
    return {
        "organizations": sorted(Organization.objects.values_list("uscc", "name", "registered_on")),
        "figures": sorted(Figures.objects.values_list("organization__uscc", "as_of", "employees", "women")),
        "placements": sorted(Placement.objects.values_list("organization__uscc", "unit__code")),
        "bodies": sorted(Branch.objects.values_list("line", "founded_on")),
        "members": sorted(BranchMembership.objects.values_list("organization__uscc", "branch__line")),
    }


def results(job):
    return list(JobRow.objects.filter(job=job).order_by("number").values_list("number", "outcome", "messages"))


def empty_register():
    for model in (BranchMembership, Branch, Figures, Placement, Organization):
        model.objects.all().delete()


def killed(worker, job, phase):
    """Kill the worker in the middle of a step, and let the heartbeat grow old."""
    until(job, lambda job: job.phase == phase)
    worker.kill()
    job.refresh_from_db()
    assert job.state == "running"
    later = timezone.now() + timedelta(seconds=16)
    assert job.shown_state(later) == "interrupted"
    assert jobs.mark_interrupted_jobs(now=later) == 1
    job.refresh_from_db()


def test_worker_killed_during_check_and_during_write(own_queue, settings):
    # The worker is a process of its own: it looks where the settings say, not in the test's folder.
    settings.MEDIA_ROOT = settings.VAR.media
    user = owner()
    found = handed_in(user)
    with Worker() as worker:
        killed(worker, found.check_job, "检查各行")
    assert JobRow.objects.count() == 0
    jobs.resume_job(job=found.check_job, by=user, now=timezone.now())
    with Worker():
        until(found.check_job, lambda job: job.state == "done")
    found.refresh_from_db()
    assert (found.check_result["created"], found.check_result["rejected"]) == (ROWS - ROWS // 100, ROWS // 100)

    job = start_write(run=found, mode="valid", by=user, now=timezone.now())
    with Worker() as worker:
        killed(worker, job, "写入台账")
    assert Organization.objects.count() == 0
    assert not AuditEntry.objects.filter(action="register.import").exists()
    assert ImportRun.objects.get().write_result == {}
    jobs.resume_job(job=job, by=user, now=timezone.now())
    with Worker():
        until(job, lambda job: job.state == "done")
    disturbed, disturbed_rows = register(), results(job)

    empty_register()
    found = handed_in(user)
    run_job(job_id=found.check_job_id, attempt=1, worker="w", now=timezone.now())
    found.refresh_from_db()
    job = start_write(run=found, mode="valid", by=user, now=timezone.now())
    run_job(job_id=job.pk, attempt=1, worker="w", now=timezone.now())
    assert disturbed == register()
    assert disturbed_rows == results(job)
