"""What jobs have found of publications, as their pages show it: a checked digest, a comparison, a workbook."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from coverage.domain.kept_results import COMPARE, VERIFY, WORKBOOK, read
from coverage.domain.publications import seen_mark
from coverage.models import Publication
from coverage.queries_publications import DifferencePage, difference_page
from orgs.models import Unit
from quannan.base.models import Attachment, Job, JobState

# More organizations than this are worked through by a job while the user goes on.
INLINE = 3000


def is_large(publication: Publication) -> bool:
    """Whether a publication holds so many organizations that a page should not wait for all of them.

    Args:
        publication: which one.
    """
    return publication.organizations > INLINE


@dataclass(frozen=True)
class Made:
    """A job's result, or the job that is still at it.

    Attributes:
        job: the latest one.
        attachment: the file it kept, None while it runs and where a later one has replaced it.
    """

    job: Job
    attachment: Attachment | None = None

    @property
    def at(self) -> datetime | None:
        return self.job.finished_at

    @property
    def running(self) -> bool:
        return self.job.state in (JobState.QUEUED, JobState.RUNNING)


def latest_check(publication: Publication) -> Job | None:
    """The last check of a publication's digest by a job, whoever asked for it, None without any.

    Args:
        publication: which one.
    """
    done = Job.objects.filter(kind=VERIFY, state=JobState.DONE, params__publication=publication.pk)
    return done.select_related("created_by").order_by("-finished_at").first()


def made_file(user: Any, params: dict[str, Any]) -> Made | None:
    """The workbook an account had made, or is having made: two queries.

    Args:
        user: the signed-in User.
        params: as `params_of` gives them.
    """
    return _made(WORKBOOK, user, params)


def made_comparison(user: Any, params: dict[str, Any]) -> Made | None:
    """The comparison an account had made, or is having made: two queries.

    Args:
        user: the signed-in User.
        params: as `params_of` gives them.
    """
    return _made(COMPARE, user, params)


def _made(kind: str, user: Any, params: dict[str, Any]) -> Made | None:
    states = (JobState.QUEUED, JobState.RUNNING, JobState.DONE)
    jobs = Job.objects.filter(kind=kind, created_by=user, params=params, state__in=states)
    job = jobs.order_by("-created_at", "pk").first()
    if job is None:
        return None
    kept = Attachment.objects.filter(pk=job.result["attachment"], purpose=kind).first() if job.result else None
    return Made(job, kept)


@dataclass(frozen=True)
class KeptComparison:
    """A comparison as a job made it.

    Attributes:
        page: what the page shows.
        at: when it was made.
        moved: whether the figures of today's register are others since.
    """

    page: DifferencePage
    at: datetime | None
    moved: bool


def kept_comparison(
    made: Made, publication: Publication, against: Publication | None, *, user: Any, unit: Unit | None
) -> KeptComparison | None:
    """The page of a comparison that a job has made; None where its file is there no more.

    Args:
        made: with its file.
        publication: which one.
        against: another one; None for the register now.
        user: the signed-in User.
        unit: restricts to this unit and those below it.
    """
    if made.attachment is None:
        return None
    with made.attachment.file.open("rb") as file:
        differences = read(file.read())
    page = difference_page(publication, against, user=user, unit=unit, differences=differences)
    return KeptComparison(page, made.at, against is None and seen_mark(page.new) != made.job.result["seen"])
