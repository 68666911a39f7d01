"""The job of 登记名册核对: read a register, compare it, keep the findings."""

from collections import Counter
from collections.abc import Iterator

from django.urls import reverse

from orgs.domain.acting import day_of
from orgs.domain.reconciliation import CHECK, NO_HANDING_IN, claim_of, keep_comparison
from orgs.imports.registers import CheckedRegister, check_register
from orgs.models import Code, Reconciliation
from orgs.models.codes import CodeList
from orgs.models.organization import Kind
from orgs.permissions import may_hand_in_registers
from quannan.base.attachments import local_path
from quannan.base.domain.job_running import JobRun
from quannan.base.errors import Refused
from quannan.base.jobs import job_handler
from quannan.base.models import Job, JobRow, RowOutcome
from quannan.base.workbook.check import SKIP_WORDS

WHOLE_ROW = "整行"


def reconciliation_page(job: Job) -> str:
    """Where the job leads its user."""
    return reverse("reconciliation-detail", args=[job.params["reconciliation"]])


@job_handler(CHECK, result_url=reconciliation_page)
def check_reconciliation(run: JobRun) -> None:
    """Read the register and keep what differs; nothing of ours is changed."""
    # With a role taken away meanwhile the comparison would reach further than the account.
    if run.by is None or not may_hand_in_registers(run.by):
        raise Refused(NO_HANDING_IN)
    found = Reconciliation.objects.select_related("attachment", "unit", "created_by").get(
        pk=run.params["reconciliation"]
    )
    source = Code.objects.filter(list_name=CodeList.REGISTER_SOURCE, code=found.source).first()
    run.phase("打开文件")
    with local_path(found.attachment) as path:
        result = check_register(
            path,
            claim=claim_of(found),
            today=day_of(found.created_at),
            default_kind=found.kind or (source.data.get("kind") if source else "") or Kind.ENTERPRISE.value,
            default_unit=found.unit,
            progress=run.progress,
        )
    run.phase("保存差异")
    with run.finishing() as finish:
        run.add_rows(rows_to_look_at(result))
        columns = Counter(problem.header or WHOLE_ROW for problem in result.checked.problems())
        finish.result = keep_comparison(
            found=found,
            comparison=result.comparison,
            reading=result.checked.reading.as_dict(),
            summary={**result.summary(), "columns": dict(columns.most_common())},
        )


def rows_to_look_at(result: CheckedRegister) -> Iterator[JobRow]:
    """The rows with an error or a remark, and those that were passed over: the others say nothing more."""
    for row in result.checked.rows:
        if row.problems:
            messages = [{**problem.as_dict(), "header": problem.header or WHOLE_ROW} for problem in row.problems]
            outcome = RowOutcome.UNCHANGED if row.accepted else RowOutcome.REJECTED
            yield JobRow(number=row.number, outcome=outcome, label=row.label, messages=messages)
    for skipped in result.checked.skipped:
        message = {"severity": "skipped", "code": "", "field": "", "column": "", "shown": "", "message": ""}
        messages = [message | {"header": SKIP_WORDS[skipped.reason]}]
        yield JobRow(number=skipped.row, outcome=RowOutcome.SKIPPED, label=skipped.text, messages=messages)
