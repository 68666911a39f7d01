"""Reading what the checks compare a report with."""

from datetime import date, datetime
from typing import Any

from coverage.models import Measure, Standard
from evaluation.domain.checks import Context, FormSize, OpenDifference
from evaluation.domain.values import Stored
from evaluation.models import AnnualReport, Submission
from orgs.domain.acting import day_of
from orgs.models import BodyForm, BranchMembership, Code, Discrepancy
from orgs.models.codes import CodeList
from orgs.models.reconciliation import DiscrepancyKind, DiscrepancyState

COMPARED = ("name", "registration_type", "industry")


def context_of(report: AnnualReport, now: datetime) -> Context:
    """What a report is checked against: six queries.

    Args:
        report: with its organization and round.
        now: the clock.
    """
    as_of = report.round.as_of
    last = last_year_of(report)
    return Context(
        registered_on=report.organization.registered_on,
        as_of=as_of,
        today=day_of(now),
        differences=_differences(report.organization_id),
        compositions=_compositions(report.organization_id, as_of),
        forms=_forms(),
        own_from=_own_from(as_of),
        last=last.answers if last else {},
        last_year=last.report.year if last else None,
    )


def last_year_of(report: AnnualReport) -> Submission | None:
    """The latest version the organization filed for an earlier year, with its report.

    Args:
        report: this year's.
    """
    rows = Submission.objects.filter(report__organization=report.organization_id, report__year__lt=report.year)
    return rows.select_related("report").order_by("-report__year", "-number").first()


def last_answer(last: Submission | None, code: str) -> Stored:
    """What was answered last year; "" where nothing was.

    Args:
        last: the version of last year.
        code: the question's.
    """
    value: Any = last.answers.get(code, "") if last else ""
    return value


def _differences(organization_id: int) -> tuple[OpenDifference, ...]:
    rows = Discrepancy.objects.filter(
        organization=organization_id,
        state=DiscrepancyState.OPEN,
        kind__in=(DiscrepancyKind.CHANGED, DiscrepancyKind.GONE),
    ).order_by("id")
    found = rows.values_list("kind", "field", "theirs", "reconciliation__source", "reconciliation__as_of")
    if not found:
        return ()
    names = dict(Code.objects.filter(list_name=CodeList.REGISTER_SOURCE).values_list("code", "label"))
    return tuple(
        OpenDifference(kind, field, theirs, names.get(source, source), as_of)
        for kind, field, theirs, source, as_of in found
        if kind == DiscrepancyKind.GONE or field in COMPARED
    )


def _compositions(organization_id: int, as_of: date) -> dict[str, str]:
    rows = BranchMembership.objects.filter(organization=organization_id, period__contains=as_of)
    return dict(rows.order_by("branch__line", "-id").values_list("branch__line", "branch__composition"))


def _forms() -> dict[str, FormSize]:
    return {
        form.code: FormSize(form.line, form.label, form.is_joint, form.is_body, form.min_count, form.max_count)
        for form in BodyForm.objects.order_by("line", "order")
    }


def _own_from(as_of: date) -> dict[str, int]:
    """From how many employees a body of its own is due, of the standards that look at the employees."""
    rows = Standard.objects.filter(period__contains=as_of, measure=Measure.EMPLOYEES).order_by("line")
    return dict(rows.values_list("line", "obliged_from"))
