"""Rounds: planned, corrected, opened with everybody's prefilled report, their days moved, latecomers added."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet

from evaluation.domain.keeping import require_rounds
from evaluation.domain.prefill import known_values
from evaluation.domain.reminders import announce_changes
from evaluation.domain.sheet import read_form
from evaluation.domain.submissions import name_of
from evaluation.models import AnnualReport, Round, RoundChange
from orgs.domain.acting import acting, day_of, locked, require_text
from orgs.domain.stale import refuse_stale
from orgs.models import Exclusion, Organization
from quannan.base.bulk import copy_rows
from quannan.base.domain import audit
from quannan.base.domain.jobs import start_job
from quannan.base.errors import Refused
from quannan.base.models import Job, JobState

ALREADY_OPEN = "这个批次已经启动,不能再启动一次。新增的组织请用“补充新组织”。"
NOT_OPEN = "这个批次还没有启动,请先启动。"
PLANNED_DATES = "这个批次还没有启动,日期直接在“修改”里改。"
NOTHING_MOVED = "四个日期都没有改动。请改好要改的日期再保存。"
NO_QUESTIONS = "这张表在 {year} 年度没有要问的问题,请换一张表或改问题的年度。"
# Days that may be moved once a round is open, also after they have passed; the figures' day may not.
DATES = {
    "opens_on": "开始填报",
    "closes_on": "填报截止",
    "unit_due_on": "单位审核截止",
    "county_due_on": "县审核截止",
}
# What may still be corrected once a round is open.
WORDS = ("name", "notice", "reminder_days", "answer_days", "correction_days")
FACTS = ("year", "form", "of_kinds", "as_of", *DATES, *WORDS, "second_certifier")
# Progress is told so often.
BATCH = 500
# The kind of job that opens a round.
OPENING = "evaluation.open_round"
OPENING_ALREADY = "这个批次正在启动,请稍候。"
_EMPTY = dict.fromkeys(("saved_by_name", "submitted_by_name", "opened_by_name", "returned_by_name", "return_comment", "unit_accepted_by_name", "accepted_by_name", "correction_reason", "late_reason", "late_granted_by_name"), "")  # fmt: skip

audit.name_actions({"round.add": "补充年报批次的组织"})
audit.name_details({"reports": "年报", "skipped": "已在别的批次", "moved": "日期更改"})

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Opened:
    """What an opening, or a look for latecomers, made.

    Attributes:
        reports: reports made.
        skipped: organizations that already file in another round of the year.
    """

    reports: int
    skipped: int


def plan_round(*, facts: dict[str, Any], by: Any, now: datetime, is_demo: bool = False) -> Round:
    """Plans a round; nobody is asked before it is opened.

    Args:
        facts: FACTS of Round by name; days inclusive.
        by: the acting User, None for the system.
        now: the clock.
        is_demo: whether it goes with the demo county.

    Raises:
        NotAllowed: no role gives the act.
        ValidationError: the days are out of order, or the year has a round of that name.
    """
    require_rounds(by)
    row = Round(**_checked(facts), is_demo=is_demo)
    row.validate_constraints()
    with acting(by):
        row.save(force_insert=True)
        audit.record(action="round.plan", by=by, now=now, obj=row, detail={"year": row.year})
    return row


def correct_round(*, round_: Round, version: int, facts: dict[str, Any], by: Any, now: datetime) -> Round:
    """Corrects a round: all of it before it is opened, afterwards its words and windows alone.

    Args:
        round_: the row.
        version: the version the actor had opened.
        facts: of FACTS before the opening, of WORDS afterwards; others are refused.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act.
        StaleRecord: it was changed meanwhile.
        Refused: something is to be changed that an open round keeps.
        ValidationError: by field.
    """
    require_rounds(by)
    with acting(by):
        row = locked(round_)
        if row.opened_at is not None and set(facts) - set(WORDS):
            raise Refused("批次已经启动,年度、表、组织类别和数字截至日期不能再改;四个日期请用“改日期”,并写明理由。")
        wanted = _checked(facts)
        refuse_stale(row, version, wanted)
        for name, value in wanted.items():
            setattr(row, name, value)
        row.validate_constraints()
        row.version += 1
        row.save()
        audit.record(action="round.correct", by=by, now=now, obj=row, detail={"year": row.year})
    return row


def organizations_of(round_: Round, today: date) -> QuerySet[Organization]:
    """Who files in a round: in the register at its as-of date, of its kinds, neither excluded then nor closed by now.

    Args:
        round_: opened or not.
        today: the day of asking in Asia/Shanghai; whoever has closed by then has nobody left to file.
    """
    excluded = Exclusion.objects.filter(organization=OuterRef("pk"), period__contains=round_.as_of)
    rows: QuerySet[Organization] = (
        Organization.objects.registered_at(round_.as_of)
        .filter(Q(closed_on=None) | Q(closed_on__gt=today), ~Exists(excluded), kind__in=round_.of_kinds)
        .order_by("sort_key", "pk")
    )
    return rows


def open_round(*, round_: Round, by: Any, now: datetime, progress: Progress | None = None) -> Opened:
    """Opens a round: from now on dated, with a prefilled report for each of its organizations.

    Organizations that another round of the year holds are left to it and counted.

    Args:
        round_: a planned round.
        by: the acting User, None for the system.
        now: the clock.
        progress: told how many reports are made.

    Raises:
        NotAllowed: no role gives the act.
        Refused: it is open already, or its form asks nothing in its year.
    """
    require_rounds(by)
    with acting(by):
        row = _alone_in_its_year(round_)
        if row.opened_at is not None:
            raise Refused(ALREADY_OPEN)
        row.opened_at, row.opened_by_name = now, name_of(by)
        row.version += 1
        row.save()
        opened = _make_reports(row, now, progress)
        detail = {"year": row.year, "reports": opened.reports, "skipped": opened.skipped}
        audit.record(action="round.open", by=by, now=now, obj=row, detail=detail)
    return opened


def start_opening(*, round_: Round, by: Any, now: datetime) -> Job:
    """Puts the opening of a round in the queue; it is opened by a job that tells its progress.

    Args:
        round_: a planned round.
        by: the acting User.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act.
        Refused: it is open already, or about to be.
    """
    require_rounds(by)
    with acting(by):
        row = locked(round_)
        if row.opened_at is not None:
            raise Refused(ALREADY_OPEN)
        job = opening_of(row)
        if job is not None and job.shown_state(now) in (JobState.QUEUED, JobState.RUNNING, JobState.INTERRUPTED):
            raise Refused(OPENING_ALREADY)
        return start_job(kind=OPENING, title=f"启动“{row.name}”", params={"round": row.pk}, by=by, now=now)


def opening_of(round_: Round) -> Job | None:
    """The latest job that was to open a round.

    Args:
        round_: the row.
    """
    return Job.objects.filter(kind=OPENING, params__round=round_.pk).order_by("-created_at", "-pk").first()


def add_latecomers(*, round_: Round, by: Any, now: datetime) -> Opened:
    """Gives organizations found since the opening their report; does nothing where there are none.

    Args:
        round_: an opened round.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act.
        Refused: it is not open.
    """
    require_rounds(by)
    with acting(by):
        row = _alone_in_its_year(round_)
        if row.opened_at is None:
            raise Refused(NOT_OPEN)
        added = _make_reports(row, now, None)
        if added.reports:
            detail = {"year": row.year, "reports": added.reports}
            audit.record(action="round.add", by=by, now=now, obj=row, detail=detail)
    return added


def add_latecomers_everywhere(*, now: datetime) -> int:
    """Every night: the same for all rounds whose filing has not ended.

    Args:
        now: the clock.

    Returns:
        How many reports were made.
    """
    going = Round.objects.filter(opened_at__isnull=False, closes_on__gte=day_of(now)).order_by("year", "pk")
    return sum(add_latecomers(round_=row, by=None, now=now).reports for row in going)


def move_dates(*, round_: Round, days: dict[str, date], reason: str, by: Any, now: datetime) -> list[RoundChange]:
    """Moves days of an open round, logs each, and tells everybody in it; days that have passed may be moved as well.

    Args:
        round_: an opened round.
        days: of DATES; those left as they are count for nothing.
        reason: shown to everybody in the round.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act.
        Refused: it is not open yet.
        ValidationError: no reason, nothing moved, or the days would be out of order.
    """
    require_rounds(by)
    with acting(by, reason):
        row = locked(round_)
        if row.opened_at is None:
            raise Refused(PLANNED_DATES)
        text = require_text(reason, "reason", "请写明为什么改日期,填报人都会看到。")
        moved = {name: day for name, day in days.items() if name in DATES and day != getattr(row, name)}
        if not moved:
            raise ValidationError(NOTHING_MOVED, code="nothing_moved")
        changes = [
            RoundChange(
                round=row, field=name, before=getattr(row, name), after=day, reason=text, changed_at=now,
                changed_by=by, changed_by_name=name_of(by),
            )
            for name, day in moved.items()
        ]  # fmt: skip
        for name, day in moved.items():
            setattr(row, name, day)
        row.validate_constraints()
        row.version += 1
        row.save()
        RoundChange.objects.bulk_create(changes)
        detail = {"moved": {change.field: [str(change.before), str(change.after)] for change in changes}}
        announce_changes(row, now)
        audit.record(action="round.move_date", by=by, now=now, obj=row, detail=detail)
    return changes


def _checked(facts: dict[str, Any]) -> dict[str, Any]:
    checked = dict(facts)
    if "name" in checked:
        checked["name"] = require_text(checked["name"], "name", "请填写批次名称。", 80)
    if "reminder_days" in checked:
        checked["reminder_days"] = sorted(set(checked["reminder_days"]), reverse=True)
    return checked


def _alone_in_its_year(round_: Round) -> Round:
    """The round locked together with the others of its year, so that two never give one organization two reports."""
    rows = Round.objects.select_for_update(of=("self",)).filter(year=round_.year).order_by("pk")
    return next(row for row in rows if row.pk == round_.pk)


def _make_reports(row: Round, now: datetime, progress: Progress | None) -> Opened:
    read = read_form(row.form)
    if not any(q.asked_of(kind, row.year) for q in read.by_code.values() for kind in row.of_kinds):
        raise Refused(NO_QUESTIONS.format(year=row.year))
    wanted = dict(organizations_of(row, day_of(now)).values_list("pk", "kind"))
    held = dict(
        AnnualReport.objects.filter(year=row.year, organization__in=wanted).values_list("organization", "round")
    )
    missing = {key: kind for key, kind in wanted.items() if key not in held}
    made = 0

    def rows() -> Iterator[tuple[Any, ...]]:
        nonlocal made
        for key, value in known.items():
            yield key, json.dumps(value, ensure_ascii=False)
            made += 1
            if progress and made % BATCH == 0:
                progress(made)

    known = known_values(organization_ids=missing, kinds=missing, read=read, year=row.year, as_of=row.as_of)
    same = {
        "round_id": row.pk, "year": row.year, "state": "draft", "answers": "{}", "remarks": "{}", "same": "{}",
        "created_at": now, "version": 1, **_EMPTY,
    }  # fmt: skip
    if missing:
        copy_rows(AnnualReport, ("organization_id", "known"), rows(), same)
    return Opened(len(missing), sum(1 for other in held.values() if other != row.pk))
