"""The jobs of coverage: a bulk edit, and a freezing, of more organizations than a request should wait for."""

from collections import Counter
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone

from coverage.domain.bulk_effects import perform_bulk
from coverage.domain.publications import NO_FREEZE, freeze
from coverage.forms_bulk import FORMS, values_of
from orgs.domain.bulk_edit import Outcome
from orgs.models import Organization
from quannan.base.domain.job_running import JobRun
from quannan.base.errors import Refused
from quannan.base.jobs import job_handler
from quannan.base.models import Job, JobRow, RowOutcome

CHANGED_MEANWHILE = "预览之后台账有变动,没有写入任何更改。请回到组织台账重新选择并预览。"
OUTCOMES = {
    Outcome.CHANGED: RowOutcome.UPDATED,
    Outcome.UNCHANGED: RowOutcome.UNCHANGED,
    Outcome.REFUSED: RowOutcome.REJECTED,
}


@job_handler("coverage.bulk_edit")
def bulk_edit(run: JobRun) -> None:
    """Does the bulk edit that was previewed, all in one transaction with the results of its rows."""
    act, ids = run.params["act"], run.params["ids"]
    form = FORMS[act](run.params["data"])
    if run.by is None or not form.is_valid():
        raise Refused(CHANGED_MEANWHILE)
    organizations = list(Organization.objects.filter(pk__in=ids).order_by("sort_key", "pk"))
    run.phase("逐家更改", len(organizations))
    with run.finishing() as finish:
        rows = perform_bulk(
            organizations=organizations,
            act=act,
            values=values_of(form),
            mark=run.params["mark"],
            by=run.by,
            now=timezone.now(),
            progress=run.progress,
        )
        if rows is None:
            raise Refused(CHANGED_MEANWHILE)
        run.add_rows(
            JobRow(
                number=number,
                outcome=OUTCOMES[row.outcome],
                label=row.organization.name,
                messages=[_message(row.sentence)] if row.sentence else [],
            )
            for number, row in enumerate(rows, start=1)
        )
        finish.result = dict(Counter(str(OUTCOMES[row.outcome]) for row in rows))


def _message(sentence: str) -> dict[str, Any]:
    return {
        "severity": "error", "code": "", "field": "", "column": "", "header": "不能改", "shown": "", "message": sentence,
    }  # fmt: skip


def _publication_page(job: Job) -> str:
    return reverse("publication-detail", args=[job.result["publication"]]) if job.result else ""


@job_handler("coverage.freeze", result_url=_publication_page)
def freeze_figures(run: JobRun) -> None:
    """Freezes the figures that were looked at, and leads to the publication."""
    if run.by is None:
        raise Refused(NO_FREEZE)
    run.phase("定稿")
    with run.finishing() as finish:
        given = run.params | {"as_of": date.fromisoformat(run.params["as_of"])}
        row = freeze(**given, by=run.by, now=timezone.now())
        finish.result = {"publication": row.pk, "organizations": row.organizations}
