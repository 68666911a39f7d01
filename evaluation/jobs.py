"""The jobs of annual reports."""

from django.urls import reverse
from django.utils import timezone

from evaluation.domain.rounds import OPENING, open_round, organizations_of
from evaluation.models import Round
from orgs.domain.acting import day_of
from quannan.base.domain.job_running import JobRun
from quannan.base.errors import Refused
from quannan.base.jobs import job_handler
from quannan.base.models import Job

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
