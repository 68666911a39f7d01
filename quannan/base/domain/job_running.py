"""The worker's side of a job: take the lease, beat, report, and commit only under the lease."""

import json
import logging
import threading
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pghistory
from django.core.exceptions import ValidationError
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from quannan.base.bulk import copy_rows
from quannan.base.errors import Refused
from quannan.base.jobs import JobKind, job_kind, stopped_sentence
from quannan.base.models import Job, JobRow, JobState
from quannan.base.models.job import HEARTBEAT_EVERY

logger = logging.getLogger("quannan.jobs")

REPORT_EVERY = 0.5  # seconds between two looks at the progress


class LeaseLost(Exception):
    """Another attempt owns the job, or it was taken away: this one must not commit."""


class JobCancelled(Exception):
    """The user has asked to stop; nothing of the work may be kept."""


@dataclass
class Progress:
    done: int = 0
    total: int | None = None
    phase: str = ""


class Pulse:
    """Writes heartbeat and progress, and hears about cancelling and lost leases."""

    def __init__(self, job_id: uuid.UUID, lease: uuid.UUID) -> None:
        self.job_id = job_id
        self.lease = lease
        self.progress = Progress()
        self.cancelled = False
        self.lost = False

    def __enter__(self) -> "Pulse":
        return self

    def __exit__(self, *exc_info: object) -> None:
        """Nothing to stop: beats are written by whoever reports."""

    def report(self, progress: Progress) -> None:
        self.progress = progress
        self.beat()

    def beat(self) -> None:
        """One heartbeat with the progress as it stands."""
        mine = Job.objects.filter(pk=self.job_id, lease=self.lease, state=JobState.RUNNING)
        progress = self.progress
        alive = mine.update(
            heartbeat_at=timezone.now(),
            done=progress.done,
            total=progress.total,
            phase=progress.phase,
        )
        if not alive:
            self.lost = True
        elif mine.filter(cancel_requested_at__isnull=False).exists():
            self.cancelled = True


class ThreadPulse(Pulse):
    """Beats from a thread with its own connection.

    So a long statement does not stop the heart, progress made inside a transaction is
    seen by everybody, and the transaction of the work does not lock the job's row.
    """

    def __init__(self, job_id: uuid.UUID, lease: uuid.UUID) -> None:
        super().__init__(job_id, lease)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"pulse-{job_id}", daemon=True)

    def __enter__(self) -> "Pulse":
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._stop.set()
        self._thread.join(timeout=HEARTBEAT_EVERY.total_seconds())

    def report(self, progress: Progress) -> None:
        self.progress = progress

    def _run(self) -> None:
        written = self.progress
        waited = 0.0
        try:
            while not self._stop.wait(REPORT_EVERY) and not self.lost:
                waited += REPORT_EVERY
                reported = self.progress
                if reported is written and waited < HEARTBEAT_EVERY.total_seconds():
                    continue
                try:
                    self.beat()
                except (OperationalError, InterfaceError):
                    # The database is away: the next beat tries a new connection.
                    logger.warning("missed a heartbeat of job %s", self.job_id)
                    connection.close()
                else:
                    written = reported
                waited = 0.0
        finally:
            connection.close()


@dataclass
class Finish:
    """What a finished job hands over: JSON for the result."""

    result: dict[str, Any] = field(default_factory=dict)


class JobRun:
    """What a handler holds while it works."""

    def __init__(self, job: Job, pulse: Pulse) -> None:
        self.job = job
        self.params: dict[str, Any] = job.params
        self.by = job.created_by
        self.finished = False
        self._pulse = pulse

    def progress(self, done: int, total: int | None = None, phase: str | None = None) -> None:
        """Report rows done of ``total`` (None keeps the last known one) and the step's name.

        Call it often, it is cheap. Raises JobCancelled or LeaseLost when the work must stop.
        """
        last = self._pulse.progress
        total = last.total if total is None else total
        self._pulse.report(
            Progress(
                done=done if total is None else min(done, total),
                total=total,
                phase=last.phase if phase is None else phase[:80],
            )
        )
        if self._pulse.lost:
            raise LeaseLost
        if self._pulse.cancelled:
            raise JobCancelled

    def phase(self, name: str, total: int | None = None) -> None:
        """Begin a step: ``name`` in Chinese, ``total`` rows if known; counting starts at 0."""
        self._pulse.progress = Progress()
        self.progress(0, total, name)

    def assert_lease(self) -> None:
        """Raise LeaseLost unless this attempt still owns the job; does not lock."""
        if not Job.objects.filter(pk=self.job.pk, lease=self.job.lease).exists():
            raise LeaseLost

    def add_rows(self, rows: Iterable[JobRow]) -> int:
        """Store row results by COPY, inside ``finishing``; returns how many.

        ``job`` is filled in; rows are taken one by one, so a generator keeps memory flat.
        """
        return copy_rows(
            JobRow,
            ("job_id", "number", "outcome", "label", "messages"),
            (
                (
                    self.job.pk,
                    row.number,
                    str(row.outcome),
                    row.label[:200],
                    json.dumps(row.messages, ensure_ascii=False),
                )
                for row in rows
            ),
        )

    @contextmanager
    def finishing(self) -> Iterator[Finish]:
        """One transaction for the work and for the word 已完成.

        The job's row is locked only at the end, so the heart keeps beating. If the lease
        is lost or cancelling was asked for, everything inside is undone.
        """
        finish = Finish()
        with transaction.atomic():
            yield finish
            job = (
                Job.objects.select_for_update(of=("self",))
                .filter(pk=self.job.pk, lease=self.job.lease, state=JobState.RUNNING)
                .first()
            )
            if job is None:
                raise LeaseLost
            if job.cancel_requested_at is not None:
                raise JobCancelled
            progress = self._pulse.progress
            Job.objects.filter(pk=job.pk).update(
                state=JobState.DONE,
                lease=None,
                finished_at=timezone.now(),
                result=finish.result,
                done=progress.total if progress.total is not None else progress.done,
                total=progress.total,
                phase="",
            )
        self.finished = True


def run_job(*, job_id: str | uuid.UUID, attempt: int, worker: str, now: datetime) -> bool:
    """Take the job's lease and run its handler to one of its ends.

    Returns False without doing anything if the job is not queued for this attempt: a second
    message, or one from before 继续. Never raises for the handler's failure, which is stored
    on the row: the sentence for what the user can mend, else an error number whose details
    stand in the log.
    """
    lease = uuid.uuid4()
    claimed = Job.objects.filter(pk=job_id, state=JobState.QUEUED, attempt=attempt).update(
        state=JobState.RUNNING,
        lease=lease,
        worker=worker[:120],
        started_at=now,
        heartbeat_at=now,
    )
    if not claimed:
        return False
    job = Job.objects.select_related("created_by").get(pk=job_id)
    refusals: tuple[type[Exception], ...] = (ValidationError, Refused)
    try:
        kind = job_kind(job.kind)
        refusals += kind.refusals
        _work(job, kind)
    except LeaseLost:
        logger.warning("job %s lost its lease, attempt %s wrote nothing", job.pk, attempt)
    except JobCancelled:
        _end(job, JobState.CANCELLED)
    except refusals as refusal:
        _end(job, JobState.FAILED, failure=_sentence(refusal))
    except Exception:  # the one place where a job ends: whatever happened is kept on the row
        error_id = uuid.uuid4().hex[:8].upper()
        logger.exception("job %s failed, error %s", job.pk, error_id)
        _end(
            job,
            JobState.FAILED,
            failure=f"程序在处理时出错。{stopped_sentence(job.kind)}请把错误编号告诉系统管理员,排除后点“继续”。",
            error_id=error_id,
        )
    return True


def _work(job: Job, kind: JobKind) -> None:
    assert job.lease is not None
    # Inside somebody's transaction the row is invisible to a second connection.
    pulse_class = Pulse if connection.in_atomic_block else ThreadPulse
    run = JobRun(job, pulse_class(job.pk, job.lease))
    history = {"job": str(job.pk), "user": job.created_by_id}
    with run._pulse, pghistory.context(**history):
        result = kind.run(run)
        if not run.finished:
            with run.finishing() as finish:
                finish.result = result or {}


def _end(job: Job, state: JobState, *, failure: str = "", error_id: str = "") -> None:
    if not connection.in_atomic_block:
        # The handler may have died of its connection; the last word needs a sound one.
        connection.close_if_unusable_or_obsolete()
    Job.objects.filter(pk=job.pk, lease=job.lease, state=JobState.RUNNING).update(
        state=state,
        lease=None,
        finished_at=timezone.now(),
        failure=failure,
        error_id=error_id,
    )


def _sentence(refusal: Exception) -> str:
    if isinstance(refusal, ValidationError):
        return "".join(refusal.messages)
    return str(refusal)
