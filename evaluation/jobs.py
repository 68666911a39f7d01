"""The jobs of annual reports."""

from django.utils import timezone

from evaluation.domain.review_many import accept_many, plan_many
from evaluation.models import Stage
from quannan.base.domain.job_running import JobRun
from quannan.base.jobs import job_handler
from quannan.base.models import JobRow, RowOutcome


@job_handler("evaluation.accept_many")
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
