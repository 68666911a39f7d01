"""The county's own workbook, from the file in a clerk's hand to one organization behind a figure."""

from pathlib import Path

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from coverage.domain.spans import drain_marks
from orgs.models import Organization
from quannan.base.domain.job_running import run_job
from quannan.base.events import announce
from quannan.base.models import Job
from tests import factories as make

WORKBOOK = Path(__file__).resolve().parents[1] / "data" / "register-2011.xlsx"


@pytest.fixture
def empty_county(transactional_db):
    """Reference data and nobody in the register."""
    make.reference()
    announce("reference.load")


def work(kind):
    """Does the waiting job of a kind as a worker does."""
    job = Job.objects.get(kind=kind)
    run_job(job_id=job.pk, attempt=job.attempt, worker="w", now=timezone.now())
    job.refresh_from_db()
    assert (job.state, job.failure) == ("done", "")


def test_workbook_travels_from_upload_to_the_organizations_behind_a_figure(
    empty_county, signed_in, live_server, tmp_path
):
    page = signed_in(make.owner())
    page.goto(live_server.url + reverse("import-list"))
    page.set_input_files("input[type=file]", WORKBOOK)
    page.click("button:has-text('上传并检查')")
    page.wait_for_selector("text=排队中")
    work("base.import_check")
    page.wait_for_selector("button:has-text('写入台账')")
    page.click("a:has-text('拒绝')")
    page.wait_for_selector("text=C503")
    assert page.locator("main table tbody tr:has-text('拒绝')").count() == 15

    work("base.import_mark")
    page.reload()
    with page.expect_download() as waiting:
        page.click("a:has-text('取回标注')")
    marked = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(marked)
    sheet = openpyxl.load_workbook(marked).worksheets[0]
    assert sheet["C503"].fill.fill_type == "solid"
    assert "校验码" in sheet["C503"].comment.text

    page.click("button:has-text('写入台账')")
    page.wait_for_selector("text=排队中")
    work("base.import_write")
    page.wait_for_selector("text=已写入台账")
    assert Organization.objects.count() == 486
    drain_marks()

    page.goto(f"{live_server.url}{reverse('coverage-dashboard')}?as_of=2011-06-30")
    card = page.locator(".line-union").first
    assert "61.8%" in card.inner_text().replace("\n", "")
    card.locator("a:has-text('191')").first.click()
    page.wait_for_selector("text=共 191 家")
    page.locator("main table tbody a").first.click()
    page.wait_for_selector(".verdict.line-union")
    assert "已建" in page.inner_text(".verdict.line-union")
