"""The record of imports: filtered, exported, and at every stage called what its own page calls it."""

import io
from itertools import product
from uuid import uuid4

import openpyxl
import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from quannan.base.domain.attachments import store_attachment
from quannan.base.domain.import_runs import ORIGINAL
from quannan.base.models import ImportRun, Job
from quannan.base.queries_imports import STAGES, at_stage, imports_for, stage_of
from tests.factories import owner, township

pytestmark = pytest.mark.django_db

STATES = [None, "queued", "done", "failed", "cancelled", "abandoned", "interrupted"]


def job(state, by):
    if state is None:
        return None
    now = timezone.now()
    ended = now if state in ("done", "failed", "cancelled", "abandoned") else None
    return Job.objects.create(
        kind="base.import_check",
        title="检查",
        params={"import": str(uuid4())},
        created_by=by,
        created_at=now,
        sent_at=now,
        state=state,
        finished_at=ended,
        failure="没有成功" if state == "failed" else "",
        result={} if state == "done" else None,
    )


@pytest.fixture
def handed_in():
    def make(by, name="表.xlsx", form="F0", check="done", write=None, undo=None):
        file = store_attachment(
            file=ContentFile(name.encode()),
            name=name,
            purpose=ORIGINAL,
            allowed={"xlsx"},
            max_bytes=1000,
            by=by,
            now=timezone.now(),
        )
        jobs = {"check_job": job(check, by), "write_job": job(write, by), "undo_job": job(undo, by)}
        return ImportRun.objects.create(form=form, attachment=file, created_by=by, **jobs)

    return make


def exported(client, **query):
    response = client.get(reverse("import-export"), query)
    rows = list(openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).active.values)
    head = next(at for at, row in enumerate(rows) if row[0] == "文件")
    return [row[:4] for row in rows[head + 1 :] if row[0]]


def test_filter_by_stage_finds_what_the_page_calls_so(handed_in):
    by = owner()
    made = [
        handed_in(by, check=check, write=write, undo=undo) for check, write, undo in product(STATES, STATES, STATES)
    ]
    wanted = {stage: {run.pk for run in made if stage_of(run) == stage} for stage in STAGES}
    found = {stage: {run.pk for run in at_stage(imports_for(by), stage)} for stage in STAGES}
    assert found == wanted
    assert all(wanted.values())


def test_list_is_filtered_and_exported_alike(client, handed_in):
    by = owner()
    handed_in(by, "城厢镇.xlsx")
    handed_in(by, "金龙镇.xlsx", form="F1", write="done")
    client.force_login(by)
    page = client.get(reverse("import-list"), {"form": "F1"})
    assert [row.cells[0].value for row in page.context["rows"]] == ["金龙镇.xlsx"]
    assert exported(client, form="F1") == [("金龙镇.xlsx", "非公有制经济组织工作台账", None, "结果")]
    assert exported(client, stage="preview") == [("城厢镇.xlsx", "摸底表", None, "核对与选择")]
    assert [row[0] for row in exported(client, q="厢")] == ["城厢镇.xlsx"]


def test_unit_lists_and_exports_its_own_alone(client, handed_in):
    handed_in(owner(), "县里.xlsx")
    unit = township()
    handed_in(unit, "镇里.xlsx")
    client.force_login(unit)
    assert [row[0] for row in exported(client)] == ["镇里.xlsx"]


def test_queries_do_not_grow_with_imports(client, handed_in):
    by = owner()
    client.force_login(by)
    counts = []
    for number in range(3):
        handed_in(by, f"{number}.xlsx", write="done")
        client.get(reverse("import-list"))
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("import-list"))
        counts.append(len(asked))
    assert counts[0] == counts[2]
