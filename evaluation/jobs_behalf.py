"""The job that checks or files a workbook of reports filed on behalf."""

from collections import Counter

from django.urls import reverse
from django.utils import timezone

from evaluation.domain.behalf import ALL, BEHALF, CHECK, NO_BEHALF, file_rows
from evaluation.models import Round
from quannan.base.attachments import local_path
from quannan.base.domain.job_running import JobRun
from quannan.base.errors import Refused
from quannan.base.jobs import job_handler
from quannan.base.models import Attachment, Job, JobRow, RowOutcome
from quannan.base.workbook.source import WorkbookRefused


def behalf_page(job: Job) -> str:
    """Where the job leads its user."""
    return reverse("report-behalf-result", args=[job.pk])


@job_handler(BEHALF, result_url=behalf_page, refusals=(WorkbookRefused,))
def file_on_behalf(run: JobRun) -> None:
    """Checks every row, or files them, with the outcome of each kept."""
    if run.by is None:
        raise Refused(NO_BEHALF)
    row = Round.objects.select_related("form").get(pk=run.params["round"])
    mode = run.params["mode"]
    run.phase("逐行检查" if mode == CHECK else "逐行报送")
    with run.finishing() as finish:
        with local_path(Attachment.objects.get(pk=run.params["attachment"])) as path:
            found = file_rows(path=path, round_=row, mode=mode, by=run.by, now=timezone.now(), progress=run.progress)
        faulty = sum(bool(one.faults) for one in found)
        nothing = mode == ALL and faulty > 0
        outcomes = {
            one.number: RowOutcome.REJECTED if one.faults else RowOutcome.SKIPPED if nothing else RowOutcome.UPDATED
            for one in found
        }
        run.add_rows(
            JobRow(
                number=one.number,
                outcome=outcomes[one.number],
                label=one.label[:200],
                messages=[
                    {
                        "severity": "error", "code": "", "field": "", "column": fault.column, "header": fault.header,
                        "shown": "", "message": fault.sentence,
                    }
                    for fault in one.faults
                ] or _said(one.receipt),
            )
            for one in found
        )  # fmt: skip
        finish.result = {"rows": len(found), "faulty": faulty, **Counter(str(outcome) for outcome in outcomes.values())}


def _said(receipt: str) -> list[dict[str, str]]:
    if not receipt:
        return []
    return [
        {
            "severity": "info", "code": "", "field": "", "column": "", "header": "", "shown": "",
            "message": f"已报送,回执 {receipt}",
        }
    ]  # fmt: skip
