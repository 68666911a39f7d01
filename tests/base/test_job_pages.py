"""我的任务: list, look, progress, and what one may press."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

import tests.base.job_probe  # noqa: F401
from quannan.base.models import Job, JobRow

pytestmark = pytest.mark.django_db


@pytest.fixture
def make_job(wang):
    def make(state="queued", by=wang, title="导入登记表", **values):
        now = timezone.now()
        if state == "running":
            values = {"lease": uuid.uuid4(), "started_at": now, "heartbeat_at": now} | values
        if state == "done":
            values = {"finished_at": now, "result": {}} | values
        return Job.objects.create(
            title=title, state=state, created_by=by, created_at=now, sent_at=now, **{"kind": "probe.count"} | values
        )

    return make


@pytest.fixture
def look(client, wang):
    client.force_login(wang)

    def get(name, *args, **query):
        return client.get(reverse(name, args=args), query)

    return get


def test_list_shows_own_jobs_only(make_job, look, account):
    mine = make_job(title="我的导入")
    make_job(by=account("li"), title="别人的导入")
    response = look("job-list")
    assert [card.job for card in response.context["cards"]] == [mine]
    assert "别人的导入" not in response.content.decode()


def test_list_for_who_sees_all_names_the_starters(make_job, client, account):
    make_job()
    client.force_login(account("zhao", "jobs.see_all"))
    assert "wang先生" in client.get(reverse("job-list")).content.decode()


def test_list_by_state_counts_dead_workers_as_interrupted(make_job, look):
    make_job("running")
    dead = make_job("running", heartbeat_at=timezone.now() - timedelta(seconds=20))
    response = look("job-list", state="interrupted")
    assert [card.job for card in response.context["cards"]] == [dead]
    assert [card.label for card in response.context["cards"]] == ["已中断"]


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_the_same_number_of_questions(make_job, client, account, rows, django_assert_num_queries):
    client.force_login(account("zhao", "jobs.see_all"))
    for number in range(rows):
        make_job(by=account(f"u{number}"))
    client.get(reverse("job-list"))
    with django_assert_num_queries(5):
        client.get(reverse("job-list"))


def test_list_empty_says_so(look):
    assert "还没有任务" in look("job-list").content.decode()
    assert "没有这种状态的任务" in look("job-list", state="done").content.decode()


def test_pages_need_a_login(client, make_job):
    job = make_job()
    for name in ("job-detail", "job-progress"):
        response = client.get(reverse(name, args=[job.pk]))
        assert response.status_code == 302
    for name in ("job-resume", "job-abandon", "job-cancel"):
        assert client.post(reverse(name, args=[job.pk])).status_code == 302
    job.refresh_from_db()
    assert job.state == "queued"


def test_pages_of_other_people_are_as_if_they_did_not_exist(client, make_job, account):
    job = make_job()
    client.force_login(account("li"))
    for name in ("job-detail", "job-progress"):
        assert client.get(reverse(name, args=[job.pk])).status_code == 404
    for name in ("job-resume", "job-abandon", "job-cancel"):
        assert client.post(reverse(name, args=[job.pk])).status_code == 404


def test_detail_of_a_running_job_polls(make_job, look):
    job = make_job("running", done=3, total=12, phase="检查")
    text = look("job-detail", job.pk).content.decode()
    assert f'hx-get="{reverse("job-progress", args=[job.pk])}"' in text
    assert 'value="25"' in text
    assert "取消任务" in text and "继续</button>" not in text


def test_progress_of_a_running_job_goes_on_polling(make_job, look):
    response = look("job-progress", make_job("running", done=3, total=12).pk)
    assert "HX-Refresh" not in response.headers
    assert "hx-trigger" in response.content.decode()


def test_progress_reloads_the_page_when_the_job_has_stopped(make_job, look):
    job = make_job("running", heartbeat_at=timezone.now() - timedelta(seconds=20))
    response = look("job-progress", job.pk)
    assert response.headers["HX-Refresh"] == "true"
    assert "hx-trigger" not in response.content.decode()
    assert "已中断" in response.content.decode()


def test_detail_of_an_interrupted_job_offers_both_ways(make_job, look):
    job = make_job("running", heartbeat_at=timezone.now() - timedelta(seconds=20))
    text = look("job-detail", job.pk).content.decode()
    assert "继续</button>" in text and "放弃</button>" in text
    job.refresh_from_db()
    assert job.state == "running"


def test_detail_of_a_failed_job_shows_sentence_and_error_id(make_job, look):
    job = make_job("failed", finished_at=timezone.now(), failure="文件有密码。", error_id="AB12CD34")
    text = look("job-detail", job.pk).content.decode()
    assert "文件有密码。" in text and "AB12CD34" in text


def test_detail_of_a_done_job_leads_to_its_result_and_filters_rows(make_job, look):
    job = make_job("done")
    message = {"column": "C", "header": "信用代码", "message": "第18位校验码不符"}
    JobRow.objects.create(job=job, number=5, outcome="created", label="甲厂")
    JobRow.objects.create(job=job, number=6, outcome="rejected", label="乙厂", messages=[message])
    text = look("job-detail", job.pk).content.decode()
    assert f"/probe/{job.pk}/" in text
    response = look("job-detail", job.pk, outcome="rejected")
    assert [row.number for row in response.context["page_obj"]] == [6]
    assert "第18位校验码不符" in response.content.decode()


def test_buttons_act_and_say_so(make_job, look, client):
    job = make_job("interrupted")
    response = client.post(reverse("job-resume", args=[job.pk]), follow=True)
    assert response.status_code == 200
    job.refresh_from_db()
    assert (job.state, job.attempt) == ("queued", 2)
    assert "任务已重新排队。" in response.content.decode()
    client.post(reverse("job-cancel", args=[job.pk]))
    job.refresh_from_db()
    assert job.state == "cancelled"
    response = client.post(reverse("job-abandon", args=[job.pk]), follow=True)
    assert "只有已中断的任务可以放弃" in response.content.decode()


def test_buttons_do_nothing_on_get(make_job, look):
    assert look("job-cancel", make_job().pk).status_code == 405


@pytest.mark.parametrize(
    ("kind", "sentence"), [("probe.count", "没有写入任何数据。"), ("probe.piecewise", "做完的仍算做完。")]
)
def test_a_kind_says_what_stays_of_a_job_that_stopped(make_job, look, client, kind, sentence):
    job = make_job("running", kind=kind)
    assert ("取消后:做完的仍算做完。" in look("job-detail", job.pk).content.decode()) == (kind == "probe.piecewise")
    job = make_job("running", kind=kind, heartbeat_at=timezone.now() - timedelta(seconds=20))
    assert f"程序中途停止。{sentence}点“继续”" in look("job-detail", job.pk).content.decode()
    page = client.post(reverse("job-abandon", args=[job.pk]), follow=True).content.decode()
    assert f"任务已放弃。{sentence}" in page
    queued = make_job(kind=kind)
    client.post(reverse("job-cancel", args=[queued.pk]))
    assert sentence in look("job-detail", queued.pk).content.decode()
