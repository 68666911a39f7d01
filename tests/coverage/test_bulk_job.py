"""A bulk edit too large for a request, done by the worker: every row, once, as previewed, by who still may."""

import uuid
from datetime import date, timedelta

import pytest
from django.db.models.signals import post_save
from django.urls import reverse
from django.utils import timezone

from coverage.domain.spans import drain_marks, verify
from coverage.jobs import CHANGED_MEANWHILE
from coverage.models import DirtyMark
from orgs.domain.organizations import correct_organization
from orgs.models import Exclusion, Organization, Placement, Unit, User
from quannan.base.domain import jobs
from quannan.base.domain.job_running import run_job
from quannan.base.models import AuditEntry, Job
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]

D = "2011-06-30"
EXCLUDE = {
    "act": "exclude",
    "state": "suspended",
    "from_": "2011-06-01",
    "approver": "钟主任",
    "change_reason": "停电检修",
}
FACTS = {"act": "facts", "industry": "C", "change_reason": "归类"}


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Two organizations are changed while the user waits, more go to the worker."""
    make.reference()
    monkeypatch.setattr("coverage.views.bulk.INLINE", 2)


@pytest.fixture
def four():
    rows = [make.organization(f"第{number}厂") for number in range(4)]
    drain_marks()
    return rows


@pytest.fixture
def handed_over(client):
    """Previews and confirms a bulk edit; the job it became, still in the queue."""

    def send(user, rows, **data):
        client.force_login(user)
        address = f"{reverse('organization-bulk')}?as_of={D}"
        sent = {"ids": [row.pk for row in rows], **data}
        effects = client.post(address, sent | {"step": "preview"}).context["effects"]
        client.post(address, sent | {"step": "confirm", "mark": effects.mark})
        return Job.objects.latest("created_at")

    return send


def run(job):
    """Whether a worker took the job."""
    took = run_job(job_id=job.pk, attempt=job.attempt, worker="w1", now=timezone.now())
    job.refresh_from_db()
    return took


def outcomes(job):
    return list(job.rows.order_by("number").values_list("number", "outcome", "label"))


def acts():
    """What has been told of the register, jobs left aside."""
    return AuditEntry.objects.exclude(action__startswith="job.").count()


def end(job):
    """How the job ended: its state, what it says and what it holds."""
    return job.state, job.failure, job.error_id, job.result, outcomes(job)


def refused(sentence):
    """The end of a job that says why and holds nothing."""
    return "failed", sentence, "", None, []


def test_every_row_is_written_and_counted(handed_over, four):
    job = handed_over(make.township(), four, **EXCLUDE)
    assert (job.state, Exclusion.objects.count()) == ("queued", 0)
    assert run(job)
    assert (job.state, job.failure, job.result, job.done, job.total) == ("done", "", {"updated": 4}, 4, 4)
    assert outcomes(job) == [(number, "updated", f"第{number - 1}厂") for number in range(1, 5)]
    exclusions = Exclusion.objects.order_by("organization__sort_key", "organization")
    assert {row.organization_id for row in exclusions} == {row.pk for row in four}
    assert {(row.state, row.period.lower, row.period.upper, row.reason, row.approver) for row in exclusions} == {
        ("suspended", date(2011, 6, 1), None, "停电检修", "钟主任")
    }
    drain_marks()
    assert verify().differences == []


def test_refused_and_unchanged_rows_are_counted_apart(handed_over, four):
    park = make.unit(make.PARK)
    there = make.organization("园区的厂", under=park)
    closed = make.organization("已销的厂", closed_on=date(2011, 3, 1), closed_state="deregistered")
    sent = {"act": "move", "unit": park.pk, "on": "2011-06-01", "change_reason": "园区扩大"}
    job = handed_over(make.owner(), [*four, there, closed], **sent)
    assert run(job)
    assert (job.state, job.result) == ("done", {"updated": 4, "unchanged": 1, "rejected": 1})
    assert {label: outcome for _, outcome, label in outcomes(job)} == {
        **{row.name: "updated" for row in four},
        "园区的厂": "unchanged",
        "已销的厂": "rejected",
    }
    (message,) = job.rows.get(outcome="rejected").messages
    assert message["message"] == "这家组织已于2011-03-01注销或迁出,划转日期应早于这一天。"
    assert Placement.objects.filter(unit=park, period__contains=date(2011, 6, 30)).count() == 5
    assert not Placement.objects.filter(unit=park, organization=closed).exists()


def test_its_starter_reads_the_result(handed_over, four, client):
    job = handed_over(make.township(), four, **EXCLUDE)
    run(job)
    page = client.get(reverse("job-detail", args=[job.pk])).content.decode()
    assert "已完成" in page and "第0厂" in page


def test_a_second_message_does_nothing(handed_over, four):
    job = handed_over(make.township(), four, **FACTS)
    assert run(job)
    versions, told = list(Organization.objects.order_by("pk").values_list("version", flat=True)), acts()
    assert not run(job)
    with pytest.raises(jobs.JobRefused, match="不能继续"):
        jobs.resume_job(job=job, by=job.created_by, now=timezone.now())
    assert list(Organization.objects.order_by("pk").values_list("version", flat=True)) == versions
    assert (acts(), len(outcomes(job)), job.result) == (told, 4, {"updated": 4})


def test_continued_after_an_interruption_it_is_done_once(handed_over, four):
    job = handed_over(make.township(), four, **EXCLUDE)
    told = acts()

    def taken_away(**told_by_django):
        if Exclusion.objects.count() == len(four):
            Job.objects.filter(pk=job.pk).update(lease=uuid.UUID(int=9))

    # The worker is found silent after it wrote the last row and before it could commit.
    post_save.connect(taken_away, sender=Exclusion)
    try:
        assert run(job)
    finally:
        post_save.disconnect(taken_away, sender=Exclusion)
    assert (job.state, Exclusion.objects.count(), acts(), outcomes(job)) == ("running", 0, told, [])
    later = timezone.now() + timedelta(minutes=1)
    assert jobs.mark_interrupted_jobs(now=later) == 1
    job = jobs.resume_job(job=job, by=job.created_by, now=later)
    assert run(job)
    assert (job.state, job.attempt, job.result) == ("done", 2, {"updated": 4})
    assert (Exclusion.objects.count(), len(outcomes(job))) == (4, 4)


@pytest.mark.parametrize("sent", [EXCLUDE, FACTS], ids=["exclude", "facts"])
def test_the_same_edit_handed_over_twice_is_done_once(handed_over, four, sent):
    first = handed_over(make.township(), four, **sent)
    second = jobs.start_job(
        kind=first.kind, title=first.title, params=first.params, by=first.created_by, now=timezone.now()
    )
    run(first)
    told, versions = acts(), set(Organization.objects.values_list("version", flat=True))
    run(second)
    assert end(second) == refused(CHANGED_MEANWHILE)
    assert (acts(), set(Organization.objects.values_list("version", flat=True))) == (told, versions)
    second = jobs.resume_job(job=second, by=second.created_by, now=timezone.now())
    run(second)
    assert end(second) == refused(CHANGED_MEANWHILE)
    assert acts() == told


def role_taken(user):
    user.role_assignments.all().delete()


def account_closed(user):
    User.objects.filter(pk=user.pk).update(is_active=False)


@pytest.mark.parametrize("lost", [role_taken, account_closed])
def test_an_account_that_lost_the_right_is_refused(handed_over, four, lost):
    user = make.township()
    job, told = handed_over(user, four, **EXCLUDE), acts()
    lost(user)
    assert run(job)
    assert end(job) == refused("您的角色不能批量更改台账。如工作需要,请联系系统管理员调整角色。")
    assert (Exclusion.objects.count(), acts(), DirtyMark.objects.count()) == (0, told, 0)


def test_an_account_moved_to_another_unit_is_refused(handed_over, four):
    user = make.township()
    job, told = handed_over(user, four, **EXCLUDE), acts()
    user.role_assignments.update(unit=make.unit(make.PARK))
    assert run(job)
    assert end(job) == refused(CHANGED_MEANWHILE)
    assert (Exclusion.objects.count(), acts(), DirtyMark.objects.count()) == (0, told, 0)


def excluded_since(row):
    make.excluded(row)


def corrected_since(row):
    correct_organization(
        organization=row,
        version=row.version,
        changes={"industry": "A"},
        reason="归类有误",
        by=make.owner(),
        now=make.NOW,
    )


def closed_since(row):
    Organization.objects.filter(pk=row.pk).update(closed_on=date(2011, 3, 1), closed_state="deregistered")


@pytest.mark.parametrize("change", [excluded_since, corrected_since, closed_since])
def test_a_register_changed_since_the_preview_is_left_alone(handed_over, four, change):
    job = handed_over(make.township(), four, **EXCLUDE)
    change(four[3])
    drain_marks()
    told, exclusions = acts(), set(Exclusion.objects.values_list("pk", flat=True))
    assert run(job)
    assert end(job) == refused(CHANGED_MEANWHILE)
    assert set(Exclusion.objects.values_list("pk", flat=True)) == exclusions
    assert (acts(), DirtyMark.objects.count()) == (told, 0)


def test_a_unit_out_of_use_since_the_preview_receives_nobody(handed_over, four):
    park = make.unit(make.PARK)
    job = handed_over(make.owner(), four, act="move", unit=park.pk, on="2011-06-01", change_reason="园区扩大")
    Unit.objects.filter(pk=park.pk).update(is_active=False)
    assert run(job)
    assert end(job) == refused(CHANGED_MEANWHILE)
    assert not Placement.objects.filter(unit=park).exists()
