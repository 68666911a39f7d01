"""Kinds of job for the tests; also loaded by the real worker that a test kills."""

import time

from django.core.exceptions import ValidationError
from django.db import connection

from quannan.base.domain import audit
from quannan.base.jobs import job_handler
from quannan.base.models import JobRow, RowOutcome


class WorkbookTrouble(Exception):
    """Stands for an app's own refusal."""


@job_handler("probe.count", result_url=lambda job: f"/probe/{job.pk}/")
def count(run):
    """Reports every step and writes a row for each, all in one transaction."""
    steps = run.params["steps"]
    run.phase("数数", total=steps)
    with run.finishing() as finish:
        for number in range(1, steps + 1):
            run.progress(number)
        run.add_rows(
            JobRow(number=number, outcome=RowOutcome.CREATED, label=f"第{number}个") for number in range(1, steps + 1)
        )
        finish.result = {"steps": steps}


@job_handler("probe.piecewise", stopped="做完的仍算做完。")
def piecewise(run):
    """What it has done stays."""


@job_handler("probe.plain")
def plain(run):
    return {"seen": run.params}


@job_handler("probe.sentence")
def sentence(run):
    raise ValidationError("第3行缺少单位名称,请补上。")


@job_handler("probe.refusal", refusals=(WorkbookTrouble,))
def refusal(run):
    raise WorkbookTrouble("文件有密码,请去掉密码后再上传。")


@job_handler("probe.crash")
def crash(run):
    raise RuntimeError("secret detail")


@job_handler("probe.long_statement")
def long_statement(run):
    """Writes, then sits in one long statement inside the transaction, then finishes."""
    run.phase("写入", total=2)
    with run.finishing() as finish:
        run.progress(1)
        audit.record(action="probe.write", by=None, detail={"job": str(run.job.pk)}, now=run.job.created_at)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(%s)", [run.params["seconds"]])
        run.progress(2)
        finish.result = {"slept": run.params["seconds"]}


@job_handler("probe.wait")
def wait(run):
    """Waits in small steps until told to stop."""
    for step in range(run.params["steps"]):
        run.progress(step, run.params["steps"])
        time.sleep(0.05)
    return {}
