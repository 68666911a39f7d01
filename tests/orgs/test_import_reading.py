"""The reading of a header put right on its page, and what an import would move, told before it is written."""

from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from coverage.domain.spans import drain_marks, verify
from coverage.models import DirtyMark
from orgs.models import Organization
from quannan.base.domain.job_running import run_job
from quannan.base.events import announce
from quannan.base.models import HeaderMemory, ImportRun, Job
from tests.factories import owner, township, uscc
from tests.orgs.import_workbooks import row, workbook

pytestmark = pytest.mark.django_db

OWN_WORDS = ["户名", "统一社会信用代码", "归口", "单位类别", "登记日期", "在岗", "其中女"]
COLUMNS = {"column_A": "name", "column_B": "uscc", "column_C": "unit", "column_D": "kind", "column_E": "registered_on",
           "column_F": "employees", "column_G": "women"}  # fmt: skip
WHERE = {"sheet": "Sheet", "first": "2", "last": "2"}


@pytest.fixture
def office(client):
    user = owner()
    client.force_login(user)
    return user


def own_words(*names):
    book = openpyxl.Workbook()
    page = book.active
    page.append(["截止日期:2011年6月30日"])
    page.append(OWN_WORDS)
    for number, name in enumerate(names or ("全南县甲厂", "全南县乙厂"), 1):
        page.append([name, uscc(number), "城厢镇", "非公有制企业", "2009-03-01", 40, 12])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def work(job):
    run_job(job_id=job.pk, attempt=job.attempt, worker="w", now=timezone.now())
    job.refresh_from_db()
    return job


def uploaded(client, content, name="户数表.xlsx"):
    client.post(reverse("import-list"), {"kind": "F0", "file": SimpleUploadedFile(name, content)})
    return ImportRun.objects.order_by("-created_at", "id").first()


def correct(client, found, **changes):
    response = client.post(reverse("import-reading", args=[found.pk]), WHERE | COLUMNS | changes)
    found.refresh_from_db()
    return response


def test_file_in_an_offices_own_words_is_put_right_and_checked_anew(client, office):
    found = uploaded(client, own_words())
    assert work(found.check_job).state == "failed"
    assert "手工指定表头" in client.get(reverse("import-detail", args=[found.pk])).content.decode()
    page = client.get(reverse("import-reading", args=[found.pk]), WHERE)
    assert "户名" in page.content.decode() and "全南县甲厂" in page.content.decode()
    assert correct(client, found).status_code == 302
    assert work(found.check_job).failure == ""
    found.refresh_from_db()
    assert (found.check_result["accepted"], found.reading["origin"]) == (2, "corrected")
    assert "按手工指定的读法" in client.get(reverse("import-detail", args=[found.pk])).content.decode()


def test_correction_is_remembered_for_the_next_file_and_for_everybody(client, office):
    correct(client, work_failed(uploaded(client, own_words())))
    assert HeaderMemory.objects.get().corrected_by == office
    client.force_login(township())
    found = uploaded(client, own_words("全南县丙厂"))
    assert work(found.check_job).failure == ""
    found.refresh_from_db()
    assert (found.check_result["accepted"], found.reading["origin"]) == (1, "remembered")


def work_failed(found):
    assert work(found.check_job).state == "failed"
    return found


def test_correcting_again_replaces_what_was_remembered(client, office):
    found = work_failed(uploaded(client, own_words()))
    correct(client, found)
    work(found.check_job)
    correct(client, found, column_G="")
    memory = HeaderMemory.objects.get()
    assert memory.fields["其中女"] == ""
    assert memory.fields["在岗"] == "employees"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"column_A": ""}, "还没有指定必须有的列:单位名称"),
        ({"column_G": "employees"}, "“从业人员情况/从业人员数”选给了不止一列"),
        ({"column_G": "nothing"}, "nothing"),
    ],
)
def test_correction_that_cannot_be_is_refused_and_kept_on_the_page(client, office, changes, sentence):
    found = work_failed(uploaded(client, own_words()))
    response = correct(client, found, **changes)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not HeaderMemory.objects.exists()
    assert Job.objects.filter(kind="base.import_check").count() == 1


def test_only_who_uploaded_corrects(client, office):
    found = work_failed(uploaded(client, own_words()))
    client.force_login(owner())
    page = client.get(reverse("import-reading", args=[found.pk]))
    assert "由上传人更正读法" in page.content.decode() and "重新检查</button>" not in page.content.decode()
    assert "由别人上传" in correct(client, found).content.decode()
    assert not HeaderMemory.objects.exists()


def test_written_import_is_not_read_otherwise_any_more(client, office):
    found = uploaded(client, workbook([row(1)]))
    work(found.check_job)
    client.post(reverse("import-write", args=[found.pk]), {"mode": "all"})
    found.refresh_from_db()
    work(found.write_job)
    response = client.post(
        reverse("import-reading", args=[found.pk]),
        {"sheet": "摸底表", "first": 3, "last": 4, "column_B": "name", "column_C": "uscc", "column_D": "unit"},
    )
    assert "已经写入或正在写入,读法不能再改" in response.content.decode()


def test_file_that_cannot_be_opened_leads_back_with_its_sentence(client, office):
    found = uploaded(client, b"plain text, no workbook", "假.xlsx")
    response = client.get(reverse("import-reading", args=[found.pk]), follow=True)
    assert "内容却是纯文本" in response.content.decode()


def test_effects_are_what_writing_then_moves_and_nothing_stays(client, office):
    announce("reference.load")
    drain_marks()
    found = uploaded(client, workbook([row(1), row(2), row(3, **{"工会/组织形式": "无", "工会/成立时间": None})]))
    work(found.check_job)
    found.refresh_from_db()
    assert "正在核算对覆盖率的影响" in client.get(reverse("import-detail", args=[found.pk])).content.decode()
    assert work(found.effects_job).failure == ""
    found.refresh_from_db()
    union = {line["label"]: (line["before"], line["after"]) for line in found.effects["lines"]}["工会"]
    assert (found.effects["base"], union) == ([0, 3], ([0, 0, None], [2, 3, 66.7]))
    assert not Organization.objects.exists() and not DirtyMark.objects.exists()
    text = client.get(reverse("import-detail", args=[found.pk])).content.decode()
    assert "66.7" in text and "0 → 3 家" in text
    client.post(reverse("import-write", args=[found.pk]), {"mode": "all"})
    found.refresh_from_db()
    work(found.write_job)
    drain_marks()
    assert verify().differences == []


def test_effects_are_not_reckoned_where_nothing_would_be_written(client, office):
    found = uploaded(client, workbook([row(1, 单位名称=None)]))
    work(found.check_job)
    found.refresh_from_db()
    assert found.effects_job is None
    assert not Job.objects.filter(kind="base.import_effects").exists()


def test_wrong_form_is_told_by_its_looks(client, office):
    book = openpyxl.Workbook()
    book.active.append(["类别", "张数"])
    out = BytesIO()
    book.save(out)
    found = work_failed(uploaded(client, out.getvalue()))
    assert "它看起来像" not in found.check_job.failure


def test_contacts_are_masked_beside_their_columns(client, office):
    book = openpyxl.Workbook()
    book.active.append(["截止日期:2011年6月30日"])
    book.active.append(["单位名称", "统一社会信用代码", "主管党(工)委", "联系人", "联系电话"])
    book.active.append(["全南县甲厂", uscc(1), "城厢镇", "王小明", "0797-2612345"])
    out = BytesIO()
    book.save(out)
    found = uploaded(client, out.getvalue())
    text = client.get(reverse("import-reading", args=[found.pk])).content.decode()
    assert "王小明" not in text and "2612345" not in text and "(已遮盖)" in text
