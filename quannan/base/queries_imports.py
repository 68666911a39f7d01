"""What the pages of 导入 read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from quannan.base.domain.import_runs import may_undo
from quannan.base.imports import ImportKind, import_kind
from quannan.base.models import ImportRun, Job, JobRow, JobState, RowOutcome
from quannan.base.queries import JobCard, job_card

WARNED = "warned"
CHECKING, PREVIEW, WRITING, WRITTEN, UNDOING, UNDONE = "checking", "preview", "writing", "written", "undoing", "undone"
COUNTS = ("rows", "accepted", "created", "updated", "unchanged", "rejected", "warnings", "skipped")
STEPS = {CHECKING: "检查", PREVIEW: "核对与选择", WRITING: "写入", WRITTEN: "结果"}
STAGES = {**STEPS, UNDOING: "撤回", UNDONE: "已撤回"}


@dataclass(frozen=True)
class ImportView:
    """One import as its page shows it.

    Attributes:
        found: the import.
        kind: which form it is.
        stage: how far it is: checking, preview, writing, written, undoing or undone.
        job: the job that page is about, None while nothing runs.
        marking: the job that marks the faulty cells, None when there is none or it has done its work.
        counts: rows by outcome, as checked or as written.
        measuring: the job that reckons the effects, None when there is none or it has done its work.
        rows_job: the job whose row results are shown, None before there are any.
        user: the account that looks.
        mine: whether this account uploaded it and so decides.
    """

    found: ImportRun
    kind: ImportKind
    stage: str
    job: JobCard | None
    marking: JobCard | None
    measuring: JobCard | None
    counts: dict[str, int | None]
    rows_job: Job | None
    user: Any
    mine: bool

    @property
    def steps(self) -> list[tuple[str, str]]:
        """(word, state) of the four steps; state is done, current or waiting."""
        order = list(STEPS)
        at = order.index(self.stage) if self.stage in STEPS else len(order) - 1
        return [
            (STEPS[name], "done" if number < at else "current" if number == at else "waiting")
            for number, name in enumerate(order)
        ]

    @property
    def may_correct(self) -> bool:
        """Whether the reading of the header may be put right now: not while it is checked, not once it is written."""
        stopped = self.stage == CHECKING and self.job is not None and not self.job.live
        return self.mine and (self.stage == PREVIEW or stopped)

    @property
    def may_undo(self) -> bool:
        """Whether the import may be taken back by the account that looks."""
        return may_undo(self.found, self.user)

    @property
    def fields(self) -> list[tuple[str, str, str]]:
        """(letters, heading, what it is read as) of every column that is read."""
        labels = {column.field: column.label for column in self.kind.form().columns}
        places = self.found.reading.get("places", ())
        return [(place["letters"], place["path"], labels.get(place["field"], place["field"])) for place in places]

    @property
    def links(self) -> list[tuple[str, str]]:
        """(words, address) to where the result is to be seen."""
        return self.kind.links(self.found.as_of) if self.kind.links and self.found.as_of else []


def imports_for(user) -> QuerySet[ImportRun]:
    """Imports the account may see, newest first."""
    return (
        ImportRun.objects.visible_to(user)
        .select_related(
            "attachment",
            "marked_copy",
            "created_by",
            "check_job__created_by",
            "effects_job__created_by",
            "write_job__created_by",
            "undo_job__created_by",
        )
        .order_by("-created_at", "id")
    )


def stage_of(found: ImportRun) -> str:
    """How far an import is, from the states of its jobs."""
    if found.check_job is None or found.check_job.state != JobState.DONE:
        return CHECKING
    if found.write_job is None or found.write_job.state in (JobState.CANCELLED, JobState.ABANDONED):
        return PREVIEW
    if found.write_job.state != JobState.DONE:
        return WRITING
    if found.undo_job is None or found.undo_job.state in (JobState.CANCELLED, JobState.ABANDONED):
        return WRITTEN
    return UNDONE if found.undo_job.state == JobState.DONE else UNDOING


def at_stage(rows: QuerySet[ImportRun], stage: str) -> QuerySet[ImportRun]:
    """The imports that have reached a stage, by the same words as `stage_of`.

    Args:
        rows: imports.
        stage: code of `STAGES`.
    """
    stopped = [JobState.CANCELLED, JobState.ABANDONED]
    checked = Q(check_job__state=JobState.DONE)
    chosen = checked & Q(write_job__isnull=False) & ~Q(write_job__state__in=stopped)
    written = chosen & Q(write_job__state=JobState.DONE)
    undoing = written & Q(undo_job__isnull=False) & ~Q(undo_job__state__in=stopped)
    undone = undoing & Q(undo_job__state=JobState.DONE)
    conditions = {
        CHECKING: ~checked | Q(check_job=None),
        PREVIEW: checked & ~chosen,
        WRITING: chosen & ~written,
        WRITTEN: written & ~undoing,
        UNDOING: undoing & ~undone,
        UNDONE: undone,
    }
    return rows.filter(conditions[stage])


@dataclass(frozen=True)
class ImportRow:
    """One import as the list shows it.

    Attributes:
        found: the import.
        kind: which form it is.
        stage: how far it is, in words.
        card: the job the stage is about, None where there is none any more.
        counts: rows by outcome.
    """

    found: ImportRun
    kind: ImportKind
    stage: str
    card: JobCard | None
    counts: dict[str, int | None]

    @property
    def pk(self) -> Any:
        return self.found.pk


def listed_imports(rows: Iterable[ImportRun], user: Any, now: datetime) -> list[ImportRow]:
    """Imports as the list shows them; no query.

    Args:
        rows: as `imports_for` gives them.
        user: the account that looks.
        now: the clock.
    """
    made = []
    for found in rows:
        stage = stage_of(found)
        jobs = {WRITING: found.write_job, WRITTEN: found.write_job, UNDOING: found.undo_job, UNDONE: found.undo_job}
        job = jobs.get(stage, found.check_job)
        card = job_card(job, user, now) if job is not None else None
        made.append(ImportRow(found, import_kind(found.form), STAGES[stage], card, counts_of(found, stage)))
    return made


def counts_of(found: ImportRun, stage: str) -> dict[str, int | None]:
    """Rows by outcome, as written once written, else as checked; None where not known yet."""
    kept = found.write_result if stage in (WRITTEN, UNDOING, UNDONE) else found.check_result
    return {name: kept.get(name) for name in COUNTS}


def import_view(found: ImportRun, user, now: datetime) -> ImportView:
    """An import as ``user`` sees it at ``now``; one more query while the marking runs."""
    stage = stage_of(found)
    shown = {CHECKING: found.check_job, WRITING: found.write_job, UNDOING: found.undo_job}.get(stage)
    measuring = found.effects_job if found.effects is None else None
    return ImportView(
        found=found,
        kind=import_kind(found.form),
        stage=stage,
        job=job_card(shown, user, now) if shown is not None else None,
        marking=_marking(found, user, now),
        measuring=job_card(measuring, user, now) if measuring is not None else None,
        counts=counts_of(found, stage),
        rows_job=found.check_job if stage == PREVIEW else found.write_job if stage in (WRITTEN, UNDONE) else None,
        user=user,
        mine=found.created_by_id == user.pk,
    )


def _marking(found: ImportRun, user, now: datetime) -> JobCard | None:
    number = found.check_result.get("mark_job")
    if number is None or found.marked_copy_id is not None:
        return None
    job = Job.objects.visible_to(user).filter(pk=number).select_related("created_by").first()
    return job_card(job, user, now) if job is not None else None


def rows_for(job: Job, *, outcome: str = "", column: str = "") -> QuerySet[JobRow]:
    """Row results of an import's job in the order of the file.

    Args:
        job: a job of an import the caller may see.
        outcome: a RowOutcome, "warned" for rows with a warning, "" for all.
        column: header path whose problems are asked for, "" for all.
    """
    rows = job.rows.order_by("number")
    if outcome in RowOutcome.values:
        rows = rows.filter(outcome=outcome)
    elif outcome == WARNED:
        rows = rows.filter(messages__contains=[{"severity": "warning"}])
    if column:
        wanted = Q()
        for severity in ("error", "warning"):
            wanted |= Q(messages__contains=[{"header": column, "severity": severity}])
        rows = rows.filter(wanted)
    return rows


def refused_rows(found: ImportRun) -> QuerySet[JobRow]:
    """Rows that the last taking back of an import left as they are, with the reasons; by name."""
    return JobRow.objects.filter(job_id=found.undo_job_id).order_by("number")


def earlier_writes(found: ImportRun) -> QuerySet[ImportRun]:
    """Imports of the very same file as the same form that were written before, newest first."""
    return (
        ImportRun.objects.filter(
            form=found.form, attachment__sha256=found.attachment.sha256, write_job__state=JobState.DONE
        )
        .exclude(pk=found.pk)
        .select_related("created_by", "write_job")
        .order_by("-created_at", "id")
    )
