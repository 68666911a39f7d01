"""The reviewers' queue, and one report as its reviewer reads it: the difference first."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Func, IntegerField, OuterRef, QuerySet, Subquery

from evaluation.domain.reviewers import (
    CAPABILITY,
    left_to_county,
    own_condition,
    own_sentence,
    stage_of,
    stages_of,
    unit_steps_by,
)
from evaluation.domain.sheet import NOTHING, Sheet, read_form
from evaluation.domain.standing import standing_of
from evaluation.models import AnnualReport, Comment, ReportState, Round, Stage
from orgs.domain.acting import day_of
from orgs.models import Organization, Placement
from orgs.permissions import scope_for


def _length(path: str) -> Func:
    return Func(F(path), function="jsonb_array_length", output_field=IntegerField())


def waiting_for(user: Any, stage: Stage, now: datetime) -> QuerySet[AnnualReport]:
    """What waits for an account at one step: within the scope of that step's role, and not what it filed itself.

    Args:
        user: the signed-in User.
        stage: the step.
        now: the clock.
    """
    today = day_of(now)
    scope = scope_for(user, CAPABILITY[stage])
    seen = Organization.objects.standing().filter(scope.organizations_q(today))
    state = ReportState.SUBMITTED if stage == Stage.UNIT else ReportState.UNIT_ACCEPTED
    placed = Placement.objects.filter(organization=OuterRef("organization"), period__contains=today)
    return (
        AnnualReport.objects.filter(state=state, organization__in=seen)
        .exclude(pk__in=AnnualReport.objects.filter(own_condition(stage, user), state=state).values("pk"))
        .select_related("organization", "round", "submission")
        .annotate(
            n_changed=_length("submission__changed"),
            n_flags=_length("submission__flags"),
            waits_since=F("submitted_at") if stage == Stage.UNIT else F("unit_accepted_at"),
            unit_name=Subquery(placed.values("unit__name")[:1]),
        )
    )


@dataclass(frozen=True)
class Share:
    """How the unit's step is shared between an account that reaches the whole county and the units.

    Attributes:
        own: reports no unit's account can review, which wait for this account alone.
        every: all reports that wait for the step.
    """

    own: int
    every: int


def shares_step(user: Any, stage: Stage) -> bool:
    """Whether others have a share in what waits for the account: the owner office's unit step.

    Args:
        user: the signed-in User.
        stage: the step.
    """
    return stage == Stage.UNIT and scope_for(user, CAPABILITY[stage]).county


def share_of(user: Any, stage: Stage, now: datetime) -> Share | None:
    """How many of the waiting reports are the account's own affair, None where all of them are: one query.

    Args:
        user: the signed-in User.
        stage: the step.
        now: the clock.
    """
    if not shares_step(user, stage):
        return None
    counts = waiting_for(user, stage, now).aggregate(
        own=Count("pk", filter=left_to_county(day_of(now))), every=Count("pk")
    )
    return Share(**counts)


def own_share(rows: QuerySet[AnnualReport], user: Any, stage: Stage, now: datetime) -> QuerySet[AnnualReport]:
    """Of the waiting reports those that are the account's own affair; all of them where no unit shares the step.

    Args:
        rows: as `waiting_for` gives them.
        user: the signed-in User.
        stage: the step.
        now: the clock.
    """
    return rows.filter(left_to_county(day_of(now))) if shares_step(user, stage) else rows


def readable(user: Any) -> QuerySet[AnnualReport]:
    """The filed reports an account may open as a reviewer, whatever their state.

    Args:
        user: the signed-in User.
    """
    rows = AnnualReport.objects.none()
    for stage in stages_of(user):
        seen = Organization.objects.standing().filter(scope_for(user, CAPABILITY[stage]).organizations_q())
        rows = rows | AnnualReport.objects.filter(organization__in=seen)
    return rows.filter(first_submitted_at__isnull=False)


def comments_readable(user: Any) -> QuerySet[Comment]:
    """The comments on the reports an account may open as a reviewer, with their report.

    Args:
        user: the signed-in User.
    """
    return Comment.objects.filter(report__in=readable(user)).select_related("report")


def round_choices() -> list[tuple[str, str]]:
    """Every round as a filter offers it, the newest year first."""
    return [(str(pk), name) for pk, name in Round.objects.order_by("-year", "pk").values_list("pk", "name")]


@dataclass
class Line:
    """One answer as the reviewer reads it.

    Attributes:
        code: the question's.
        label: the question.
        section: the section's title.
        before: the last accepted answer, or what was known, in words.
        after: the answer, in words; "" where there is none.
        source: where the value before is from, with its day.
        register: what the register says now where it says otherwise, "" where it agrees or is silent.
        flags: the checks that spoke, each {"text", "remark"}.
        comments: what was said about it, the oldest first.
    """

    code: str
    label: str
    section: str
    before: str
    after: str
    source: str
    register: str
    flags: list[dict[str, str]] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)


@dataclass
class Difference:
    """A report as its reviewer reads it.

    Attributes:
        flagged: answers on which a check spoke.
        changed: the other answers that differ from before.
        open: answers that are 不清楚 or lacking.
        same: (section's title, its unchanged answers).
        comments: how many comments nobody has settled.
        here: how many of them are on the version shown.
    """

    flagged: list[Line] = field(default_factory=list)
    changed: list[Line] = field(default_factory=list)
    open: list[Line] = field(default_factory=list)
    same: list[tuple[str, list[Line]]] = field(default_factory=list)
    comments: int = 0
    here: int = 0


def difference_of(report: AnnualReport) -> Difference:
    """The version filed beside what was accepted last or known, and beside the register.

    Args:
        report: filed, with organization, round, submission and accepted_submission.
    """
    submission = report.submission or report.accepted_submission
    if submission is None:
        return Difference()
    sheet = Sheet(
        read_form(report.round.form), report.organization.kind, report.year, submission.known, submission.answers
    )
    before = _before(report, submission.pk)
    standing = standing_of(report.organization, report.round.as_of)
    comments = list(Comment.objects.filter(report=report).order_by("made_at", "pk"))
    found = Difference()
    found.comments = sum(row.settled_at is None for row in comments)
    found.here = sum(row.settled_at is None and row.submission_id == submission.pk for row in comments)
    for section, _ in sheet.read.sections:
        same: list[Line] = []
        for question in sheet.asked(section):
            code = question.code
            value = submission.answers.get(code, "")
            was = before[code] if before is not None and code in before else sheet.known_value(code)
            told = submission.known.get(code, {})
            source = "上次通过" if before is not None and code in before else f"{told.get('w', '')} {told.get('d', '')}"
            now, since = standing.value_of(question.source) if question.source else ("", None)
            register = ""
            if now not in NOTHING and value not in NOTHING and now != value and now != was:
                register = f"台账现为 {sheet.words(code, now)}{f'({since} 起)' if since else ''}"
            line = Line(
                code,
                question.label,
                section.title,
                sheet.words(code, was),
                sheet.words(code, value),
                source.strip(),
                register,
                [flag for flag in submission.flags if flag["question"] == code],
                [row for row in comments if row.question == code],
            )
            if line.flags:
                found.flagged.append(line)
            elif code in submission.changed and value is not None:
                found.changed.append(line)
            elif value is None or value in NOTHING:
                found.open.append(line)
            else:
                same.append(line)
        if same:
            found.same.append((section.title, same))
    return found


def _before(report: AnnualReport, shown: int) -> dict[str, Any] | None:
    accepted = report.accepted_submission
    if accepted is None:
        return None
    if accepted.pk != shown:
        return dict(accepted.answers)
    earlier = report.submissions.filter(number__lt=accepted.number, is_correction=False).order_by("-number").first()
    return dict(earlier.answers) if earlier is not None and accepted.is_correction else None


def did_unit_step(report: AnnualReport, user: Any) -> bool:
    """Whether the account gave the unit's acceptance that stands.

    Args:
        report: the report.
        user: the signed-in User.
    """
    return bool(unit_steps_by(user).filter(report=report).exists())


def step_waited_for(report: AnnualReport, user: Any) -> Stage | None:
    """The step a report waits for, if the account may do it.

    Args:
        report: with its organization.
        user: the signed-in User.
    """
    stage = stage_of(report)
    if stage is None or stage not in stages_of(user):
        return None
    if own_sentence(report, stage, user, did_unit_step=did_unit_step(report, user)):
        return None
    return stage


def next_waiting(user: Any, stage: Stage, now: datetime, after: AnnualReport) -> AnnualReport | None:
    """The report that has waited longest for an account at a step, of its own share while it works through that.

    Args:
        user: the signed-in User.
        stage: the step.
        now: the clock.
        after: the report just decided; one outside the account's own share was chosen among all.
    """
    rows = waiting_for(user, stage, now)
    if own_share(AnnualReport.objects.filter(pk=after.pk), user, stage, now).exists():
        rows = own_share(rows, user, stage, now)
    return rows.order_by("waits_since", "pk").first()


def with_days(rows: Iterable[Any], now: datetime) -> Iterable[Any]:
    """The same rows, each with `days`, how long it has waited.

    Args:
        rows: as `waiting_for` gives them.
        now: the clock.
    """
    today = day_of(now)
    for row in rows:
        row.days = (today - day_of(row.waits_since)).days
        yield row
