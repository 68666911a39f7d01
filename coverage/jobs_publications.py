"""The jobs of large publications: checking a digest, comparing, and writing the whole as a workbook."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from coverage.domain.kept_results import COMPARE, NOT_YOURS, VERIFY, WORKBOOK, keep_result, written
from coverage.domain.publications import check_digest, seen_mark
from coverage.exports_publications import publication_file
from coverage.models import Publication
from coverage.permissions import may_export_publications
from coverage.queries_publications import difference_page, publication_asked, publications
from orgs.models import Unit
from orgs.permissions import may_see_publications
from orgs.queries_list import visible_unit
from quannan.base.domain.job_running import JobRun
from quannan.base.errors import Refused
from quannan.base.jobs import job_handler
from quannan.base.models import Job


def _publication_page(job: Job) -> str:
    if job.result is None:
        return ""
    return (
        f"{reverse('publication-detail', args=[job.params['publication']])}?{urlencode({'unit': job.params['unit']})}"
    )


def _differences_page(job: Job) -> str:
    if job.result is None:
        return ""
    asked = {name: job.params[name] for name in ("publication", "against", "unit")}
    return f"{reverse('publication-differences')}?{urlencode(asked)}"


def _asked(run: JobRun, may: Any) -> tuple[Publication, Unit | None]:
    if run.by is None or not may(run.by):
        raise Refused(NOT_YOURS)
    return publications().get(pk=run.params["publication"]), visible_unit(run.by, run.params["unit"])


@job_handler(VERIFY, result_url=_publication_page)
def verify_digest(run: JobRun) -> dict[str, Any]:
    """Works the digest of a publication out again."""
    publication, _ = _asked(run, may_see_publications)
    run.phase("重算摘要")
    check = check_digest(publication)
    return {"agrees": check.agrees, "found": check.found}


@job_handler(COMPARE, result_url=_differences_page)
def compare_sides(run: JobRun) -> None:
    """Compares a publication with another one or with the register, and keeps what differs."""
    publication, unit = _asked(run, may_see_publications)
    against = publication_asked(run.params["against"]) if run.params["against"].isdecimal() else None
    run.phase("逐家比较")
    page = difference_page(publication, against, user=run.by, unit=unit)
    with run.finishing() as finish:
        kept = keep_result(
            kind=COMPARE,
            name=f"数字差异-{publication.pk}.json",
            file=written(page.comparison.differences),
            by=run.by,
            now=timezone.now(),
        )
        finish.result = {"attachment": str(kept.pk), "seen": seen_mark(page.new)}


@job_handler(WORKBOOK, result_url=_publication_page)
def write_workbook(run: JobRun) -> None:
    """Writes the whole publication as a workbook, as far as the account sees."""
    publication, unit = _asked(run, may_export_publications)
    run.phase("写入工作簿")
    file = publication_file(publication, user=run.by, unit=unit, now=timezone.now())
    with run.finishing() as finish:
        name = f"上报数字-{publication.as_of}-{publication.pk}.xlsx"
        kept = keep_result(kind=WORKBOOK, name=name, file=file, by=run.by, now=timezone.now())
        finish.result = {"attachment": str(kept.pk)}
