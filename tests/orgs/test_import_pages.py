"""导入 through its pages: upload, check, preview, choose, write, result."""

from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from orgs.models import BranchMembership, Organization
from quannan.base.domain import jobs
from quannan.base.domain.job_running import run_job
from quannan.base.models import AuditEntry, ImportRun, Job, JobRow
from tests.factories import account, owner, township
from tests.orgs.import_workbooks import row, workbook

pytestmark = pytest.mark.django_db

GOOD = [row(1), row(2), row(3)]
FAULTY = [row(1), row(2, **{"从业人员情况/其中:女性": 41, "从业人员情况/团员数": "约5"}), row(3)]


@pytest.fixture
def office(client):
    user = owner()
    client.force_login(user)
    return user


@pytest.fixture
def upload(client):
    def post(content, name="城厢镇摸底表.xlsx", **fields):
        return client.post(reverse("import-list"), {"kind": "F0", "file": SimpleUploadedFile(name, content), **fields})

    return post


def work(job):
    """Do the job as a worker does."""
    run_job(job_id=job.pk, attempt=job.attempt, worker="w", now=timezone.now())
    job.refresh_from_db()
    return job


def checked(upload, rows):
    upload(workbook(rows))
    found = ImportRun.objects.order_by("-created_at", "id").first()
    assert work(found.check_job).failure == ""
    found.refresh_from_db()
    return found


def look(client, found, **query):
    return client.get(reverse("import-detail", args=[found.pk]), query)


def write(client, found, **fields):
    response = client.post(reverse("import-write", args=[found.pk]), fields, follow=True)
    found.refresh_from_db()
    return response


def test_upload_keeps_the_file_and_queues_the_check(client, office, upload):
    content = workbook(GOOD)
    response = upload(content)
    found = ImportRun.objects.get()
    assert response.url == reverse("import-detail", args=[found.pk])
    assert (found.created_by, found.attachment.original_name) == (office, "城厢镇摸底表.xlsx")
    with found.attachment.file.open("rb") as stored:
        assert stored.read() == content
    assert (found.check_job.kind, found.check_job.state) == ("base.import_check", "queued")
    text = look(client, found).content.decode()
    assert "hx-trigger" in text and "排队中" in text
    assert b"".join(client.get(reverse("attachment-download", args=[found.attachment_id])).streaming_content) == content


@pytest.mark.parametrize(
    ("name", "content", "fields", "sentence"),
    [
        ("a.pdf", b"%PDF", {}, "请上传 .csv、.et、.xls、.xlsx 文件"),
        ("a.xlsx", b"", {}, "空文件"),
        ("a.xlsx", b"PK", {"as_of": "2011-13-01"}, "日期应写成 2011-06-30 这样。"),
        ("a.xlsx", b"PK", {"as_of": "2099-01-01"}, "晚于今天"),
    ],
)
def test_upload_refused_says_why(client, office, upload, name, content, fields, sentence):
    response = upload(content, name, **fields)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not ImportRun.objects.exists()
    assert not Job.objects.exists()


def test_check_changes_nothing_and_shows_what_would(client, office, upload):
    found = checked(upload, FAULTY)
    assert Organization.objects.count() == 0
    response = look(client, found)
    view = response.context["view"]
    assert view.stage == "preview"
    assert {name: view.counts[name] for name in ("rows", "created", "rejected", "unchanged")} == {
        "rows": 3,
        "created": 2,
        "rejected": 1,
        "unchanged": 0,
    }
    text = response.content.decode()
    assert "H6" in text and "I6" in text and "约5" in text
    assert "截至 2011-06-30" in text
    assert "摸底表" in text and "从业人员情况/其中:女性" in text


def test_check_filters_rows_by_outcome_and_by_column(client, office, upload):
    found = checked(upload, FAULTY)

    def numbers(**query):
        return [row.number for row in look(client, found, **query).context["page_obj"]]

    # What has to be mended comes first.
    assert numbers() == numbers(outcome="rejected") == [6]
    assert numbers(outcome="all") == numbers(outcome="") == [5, 6, 7]
    assert numbers(outcome="created") == [5, 7]
    assert numbers(column="从业人员情况/团员数") == [6]
    assert numbers(column="单位名称") == []


def test_check_refused_file_says_its_sentence(client, office, upload):
    upload(b"plain text, no workbook", "假.xlsx")
    found = ImportRun.objects.get()
    job = work(found.check_job)
    assert (job.state, job.error_id) == ("failed", "")
    text = look(client, found).content.decode()
    assert job.failure in text
    assert "没有写入任何数据" not in job.failure


def test_check_without_a_date_asks_for_one(client, office, upload):
    upload(workbook(GOOD, title="城厢镇"))
    job = work(ImportRun.objects.get().check_job)
    assert "截止日期" in job.failure


def test_rejected_rows_leave_only_the_good_rows_to_choose(client, office, upload):
    found = checked(upload, FAULTY)
    assert [value for value, _ in look(client, found).context["form"].fields["mode"].choices] == ["valid"]
    assert write(client, found, mode="all").status_code == 422
    assert found.write_job is None


def test_write_good_rows_only(client, office, upload):
    found = checked(upload, FAULTY)
    write(client, found, mode="valid")
    job = work(found.write_job)
    assert job.state == "done", job.failure
    found.refresh_from_db()
    assert Organization.objects.count() == 2
    assert (found.write_result["created"], found.write_result["rejected"]) == (2, 1)
    response = look(client, found)
    assert response.context["view"].stage == "written"
    assert "已写入台账" in response.content.decode()
    assert list(JobRow.objects.filter(job=job).order_by("number").values_list("number", "outcome")) == [
        (5, "created"),
        (6, "rejected"),
        (7, "created"),
    ]
    assert AuditEntry.objects.filter(action="register.import", actor=office).count() == 1


def test_write_all_then_the_same_file_again_is_unchanged(client, office, upload):
    found = checked(upload, GOOD)
    write(client, found, mode="all")
    work(found.write_job)
    again = checked(upload, GOOD)
    again.attachment.refresh_from_db()
    assert (again.check_result["unchanged"], again.check_result["created"]) == (3, 0)
    write(client, again, mode="all")
    work(again.write_job)
    assert Organization.objects.count() == 3


def test_same_file_is_recognised(client, office, upload):
    content = workbook(GOOD)
    for _ in range(2):
        upload(content)
    first, second = ImportRun.objects.order_by("created_at", "id")
    for found in (first, second):
        work(found.check_job)
    write(client, first, mode="all")
    work(first.write_job)
    text = look(client, second).content.decode()
    assert "同一份文件已由" in text and reverse("import-detail", args=[first.pk]) in text


def test_preview_shows_changes_field_by_field(client, office, upload):
    found = checked(upload, GOOD)
    write(client, found, mode="all")
    work(found.write_job)
    changed = checked(upload, [row(1, **{"从业人员情况/从业人员数": 52}), row(2), row(3)])
    assert (changed.check_result["updated"], changed.check_result["unchanged"]) == (1, 2)
    text = look(client, changed, outcome="updated").content.decode()
    assert "40 → 52" in text


def test_write_all_refuses_when_the_register_has_moved_on(client, office, upload):
    found = checked(upload, GOOD)
    write(client, found, mode="all")
    ImportRun.objects.filter(pk=found.pk).update(check_result=found.check_result)
    faulty = workbook(FAULTY)
    with open(found.attachment.file.path, "wb") as stored:
        stored.write(faulty)
    job = work(found.write_job)
    assert job.state == "failed"
    assert "没有写入" in job.failure
    assert Organization.objects.count() == 0


def test_none_in_the_form_ends_a_body_only_when_confirmed(client, office, upload):
    found = checked(upload, GOOD)
    write(client, found, mode="all")
    work(found.write_job)
    gone = {"工会/组织形式": "无", "工会/成立时间": None}
    asked = checked(upload, [row(1, **gone), row(2, **gone), row(3)])
    assert [question["row"] for question in asked.check_result["questions"]] == [5, 6]
    assert "确认结束" in look(client, asked).content.decode()
    write(client, asked, mode="all", answers=["5:union"])
    job = work(asked.write_job)
    assert job.state == "done", job.failure
    open_ended = BranchMembership.objects.filter(branch__line="union", period__endswith=None)
    assert sorted(open_ended.values_list("organization__name", flat=True)) == ["全南县试验2厂", "全南县试验3厂"]


def test_write_twice_is_refused(client, office, upload):
    found = checked(upload, GOOD)
    write(client, found, mode="all")
    first = found.write_job
    response = write(client, found, mode="all")
    assert found.write_job == first
    assert "已经写入或正在写入" in response.content.decode()
    work(first)
    assert "已经写入或正在写入" in write(client, found, mode="all").content.decode()


def test_write_before_the_check_is_done_is_refused(client, office, upload):
    upload(workbook(GOOD))
    found = ImportRun.objects.get()
    assert "还没有检查完" in write(client, found, mode="all").content.decode()
    assert found.write_job is None


def test_cancelled_write_can_be_chosen_again(client, office, upload):
    found = checked(upload, GOOD)
    write(client, found, mode="all")
    jobs.cancel_job(job=found.write_job, by=office, now=timezone.now())
    response = look(client, found)
    assert response.context["view"].stage == "preview"
    write(client, found, mode="all")
    work(found.write_job)
    assert Organization.objects.count() == 3


def test_interrupted_write_offers_continue_here(client, office, upload):
    found = checked(upload, GOOD)
    write(client, found, mode="all")
    Job.objects.filter(pk=found.write_job_id).update(state="interrupted")
    text = look(client, found).content.decode()
    assert "已中断" in text and "继续</button>" in text
    here = reverse("import-detail", args=[found.pk])
    response = client.post(reverse("job-resume", args=[found.write_job_id]), {"next": here})
    assert response.url == here
    found.write_job.refresh_from_db()
    work(found.write_job)
    assert look(client, found).context["view"].stage == "written"


def test_button_does_not_lead_to_strangers(client, office, upload):
    upload(workbook(GOOD))
    job = ImportRun.objects.get().check_job
    response = client.post(reverse("job-cancel", args=[job.pk]), {"next": "https://example.org/"})
    assert response.url == reverse("job-detail", args=[job.pk])


def test_unit_office_has_rows_of_other_units_rejected(client, upload):
    client.force_login(township())
    found = checked(upload, [row(1), row(2, **{"主管党(工)委": "金龙镇"})])
    assert (found.check_result["created"], found.check_result["rejected"]) == (1, 1)
    assert "不在您的管理范围" in look(client, found).content.decode()


def test_imports_of_others_are_as_if_they_did_not_exist(client, office, upload):
    found = checked(upload, GOOD)
    client.force_login(township())
    assert look(client, found).status_code == 404
    assert client.post(reverse("import-write", args=[found.pk]), {"mode": "all"}).status_code == 404
    assert client.get(reverse("attachment-download", args=[found.attachment_id])).status_code == 404
    assert client.get(reverse("import-list")).context["rows"] == []


def test_county_sees_the_import_of_a_unit_but_does_not_decide(client, upload):
    client.force_login(township())
    found = checked(upload, GOOD)
    client.force_login(owner())
    response = look(client, found)
    assert "由上传人" in response.content.decode() and "写入台账</button>" not in response.content.decode()
    assert "由别人上传" in write(client, found, mode="all").content.decode()
    assert found.write_job is None


@pytest.mark.parametrize("role", ["line_department", "secretary"])
def test_roles_with_forms_of_their_own_import_no_register(client, office, upload, role):
    found = checked(upload, GOOD)
    client.force_login(account(role))
    assert "摸底表" not in client.get(reverse("import-list")).content.decode()
    assert upload(workbook(GOOD)).status_code == 422
    assert look(client, found).status_code == 404
    assert write(client, found, mode="all").status_code == 404
    assert client.get(reverse("import-template", args=["F0"])).status_code == 404
    assert ImportRun.objects.count() == 1


@pytest.mark.parametrize("role", ["filer", "leader", "auditor", "technician"])
def test_roles_without_import_are_refused(client, office, upload, role):
    found = checked(upload, GOOD)
    client.force_login(account(role))
    assert client.get(reverse("import-list")).status_code == 403
    assert upload(workbook(GOOD)).status_code == 403
    assert look(client, found).status_code == 403
    assert write(client, found, mode="all").status_code == 403
    assert client.get(reverse("import-template", args=["F0"])).status_code == 403
    assert ImportRun.objects.count() == 1


def test_check_of_someone_whose_role_was_taken_away(client, office, upload):
    upload(workbook(GOOD))
    office.role_assignments.all().delete()
    job = work(ImportRun.objects.get().check_job)
    assert (job.state, Organization.objects.count()) == ("failed", 0)
    assert "已不能导入" in job.failure


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_the_same_number_of_questions(client, office, upload, rows, django_assert_max_num_queries):
    for _ in range(rows):
        upload(workbook(GOOD))
    client.get(reverse("import-list"))
    with django_assert_max_num_queries(12) as questions:
        client.get(reverse("import-list"))
    assert len([q for q in questions.captured_queries if "base_importrun" in q["sql"]]) == 2


def test_template_can_be_filled_and_read_again(client, office, upload):
    content = b"".join(client.get(reverse("import-template", args=["F0"])).streaming_content)
    assert openpyxl.load_workbook(BytesIO(content)).sheetnames
    upload(content, as_of="2011-06-30")
    job = work(ImportRun.objects.get().check_job)
    assert (job.state, job.failure) == ("done", "")
    assert job.result["rows"] == 0


def test_faulty_cells_come_back_marked(client, office, upload):
    found = checked(upload, FAULTY)
    work(Job.objects.get(kind="base.import_mark"))
    found.refresh_from_db()
    assert found.marked_copy.original_name == "城厢镇摸底表-问题标注.xlsx"
    content = b"".join(client.get(reverse("attachment-download", args=[found.marked_copy_id])).streaming_content)
    sheet = openpyxl.load_workbook(BytesIO(content))["摸底表"]
    assert sheet["H6"].comment is not None and sheet["I6"].comment is not None
    assert sheet["H5"].comment is None
    assert "取回标注了问题的文件" in look(client, found).content.decode()


def test_faultless_form_is_not_marked(client, office, upload):
    checked(upload, GOOD)
    assert not Job.objects.filter(kind="base.import_mark").exists()
