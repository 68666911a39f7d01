"""撤回这次导入 through its pages: what it would do, doing it, what stays and why, and doing it again."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from coverage.domain.spans import drain_marks, verify
from orgs.models import Figures, Organization
from quannan.base.domain.job_running import run_job
from quannan.base.models import AuditEntry, ImportRun, Job
from tests.factories import account, owner, township
from tests.orgs.import_workbooks import row, workbook
from tests.orgs.imports.undoing import without_context

pytestmark = pytest.mark.django_db


def work(job):
    run_job(job_id=job.pk, attempt=job.attempt, worker="w", now=timezone.now())
    without_context()
    job.refresh_from_db()
    assert (job.state, job.failure) == ("done", "")
    return job


def written(client, user, *rows):
    client.force_login(user)
    client.post(
        reverse("import-list"), {"kind": "F0", "file": SimpleUploadedFile("城厢镇摸底表.xlsx", workbook(list(rows)))}
    )
    found = ImportRun.objects.order_by("-created_at", "id").first()
    work(found.check_job)
    client.post(reverse("import-write", args=[found.pk]), {"mode": "all"})
    found.refresh_from_db()
    work(found.write_job)
    found.refresh_from_db()
    return found


def look(client, found):
    return client.get(reverse("import-detail", args=[found.pk]))


def undo(client, found):
    response = client.post(reverse("import-undo", args=[found.pk]), follow=True)
    found.refresh_from_db()
    return response


def undone(client, found):
    undo(client, found)
    work(found.undo_job)
    found.refresh_from_db()
    return found


def test_written_import_is_taken_back_whole(client):
    office = owner()
    found = written(client, office, row(1), row(2))
    assert "撤回这次导入" in look(client, found).content.decode()
    page = client.get(reverse("import-undo", args=[found.pk]))
    assert (len(page.context["preview"].undone), len(page.context["preview"].refused)) == (2, 0)
    undone(client, found)
    assert not Organization.objects.exists()
    assert (found.undo_result["undone"], found.undo_result["refused"]) == (2, 0)
    text = look(client, found).content.decode()
    assert "已全部撤回" in text and "撤回这次导入" not in text
    assert AuditEntry.objects.get(action="register.undo_import").actor_name == office.name
    drain_marks()
    assert verify().differences == []


def test_row_edited_since_stays_with_its_reason_and_goes_once_it_is_free(client):
    office = owner()
    found = written(client, office, row(1), row(2))
    edited = Organization.objects.get(name="全南县试验1厂")
    Figures.objects.filter(organization=edited).update(employees=41)
    page = client.get(reverse("import-undo", args=[found.pk]))
    assert [subject.name for subject in page.context["preview"].refused] == ["全南县试验1厂"]
    assert "年度数字" in page.content.decode()
    undone(client, found)
    assert list(Organization.objects.values_list("name", flat=True)) == ["全南县试验1厂"]
    text = look(client, found).content.decode()
    assert "部分撤回" in text and "全南县试验1厂" in text and "撤回这次导入" in text


def test_only_who_uploaded_or_sees_all_takes_back(client):
    found = written(client, township(), row(1))
    client.force_login(township())
    assert client.get(reverse("import-undo", args=[found.pk])).status_code == 404
    client.force_login(account("leader"))
    assert client.post(reverse("import-undo", args=[found.pk])).status_code == 403
    client.force_login(owner())
    assert client.get(reverse("import-undo", args=[found.pk])).status_code == 200
    undone(client, found)
    assert not Organization.objects.exists()


def test_import_that_is_not_written_or_is_being_taken_back_is_not_taken_back_again(client):
    office = owner()
    found = written(client, office, row(1))
    undo(client, found)
    assert "现在不能撤回" in undo(client, found).content.decode()
    assert Job.objects.filter(kind="base.import_undo").count() == 1
    unwritten = ImportRun.objects.create(form="F0", attachment=found.attachment, created_by=office)
    response = client.get(reverse("import-undo", args=[unwritten.pk]), follow=True)
    assert "现在不能撤回" in response.content.decode()


def test_role_taken_away_meanwhile_takes_nothing_back(client):
    user = township()
    found = written(client, user, row(1))
    undo(client, found)
    user.role_assignments.all().delete()
    job = found.undo_job
    run_job(job_id=job.pk, attempt=job.attempt, worker="w", now=timezone.now())
    job.refresh_from_db()
    assert job.state == "failed" and "不能撤回" in job.failure
    assert Organization.objects.count() == 1


def test_queries_of_the_preview_do_not_grow_with_rows(client):
    office = owner()
    few, many = written(client, office, row(1), row(2)), written(client, office, *(row(n) for n in range(10, 30)))
    for found in (few, many):
        client.get(reverse("import-undo", args=[found.pk]))
    counts = []
    for found in (few, many):
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("import-undo", args=[found.pk]))
        counts.append(len(asked))
    assert counts[0] == counts[1]
