"""The jobs of annual reports."""

from django.urls import reverse
from django.utils import timezone

from evaluation.domain.review_many import accept_many, plan_many
from evaluation.domain.rounds import OPENING, open_round, organizations_of
from evaluation.models import Round, Stage
from orgs.domain.acting import day_of
from quannan.base.domain.job_running import JobRun
from quannan.base.errors import Refused
from quannan.base.jobs import job_handler
from quannan.base.models import Job, JobRow, RowOutcome

GONE = "这个批次已不在,没有启动。"


def _round_page(job: Job) -> str:
    return reverse("round-detail", args=[job.params["round"]])


@job_handler(OPENING, result_url=_round_page)
def open_a_round(run: JobRun) -> None:
    """Opens a round with a prefilled report for each of its organizations, all in one transaction."""
    row = Round.objects.filter(pk=run.params["round"]).first()
    if row is None or run.by is None:
        raise Refused(GONE)
    now = timezone.now()
    run.phase("生成年报", organizations_of(row, day_of(now)).count())
    with run.finishing() as finish:
        opened = open_round(round_=row, by=run.by, now=now, progress=run.progress)
        finish.result = {"reports": opened.reports, "skipped": opened.skipped}


@job_handler("evaluation.accept_many", stopped="已经通过的年报仍算通过,没有轮到的还在待审清单里。")
def accept_reports(run: JobRun) -> None:
    """Accepts the reports that were previewed, each in a transaction of its own.

    One transaction for all would hold the audit trail for minutes; what has been accepted stays when it is cancelled.
    """
    stage, now = Stage(run.params["stage"]), timezone.now()
    chosen = plan_many(report_ids=run.params["ids"], stage=stage, by=run.by, now=now)
    run.phase("逐份通过", len(chosen))
    done = accept_many(chosen=chosen, stage=stage, progress=run.progress, by=run.by, now=now)
    with run.finishing() as finish:
        run.add_rows(
            JobRow(
                number=number,
                outcome=RowOutcome.REJECTED if one.sentence else RowOutcome.UPDATED,
                label=one.report.organization.name,
                messages=[
                    {
                        "severity": "error", "code": "", "field": "", "column": "", "header": "没有通过", "shown": "",
                        "message": one.sentence,
                    }
                ] if one.sentence else [],
            )
            for number, one in enumerate(done, start=1)
        )  # fmt: skip
        refused = sum(bool(one.sentence) for one in done)
        finish.result = {str(RowOutcome.UPDATED): len(done) - refused, str(RowOutcome.REJECTED): refused}
