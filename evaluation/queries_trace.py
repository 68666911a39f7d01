"""What became of an organization's annual reports in the register: each entry written with a way to its row."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.urls import reverse

from evaluation.models import AnnualReport, ReportState, ReportStep, StepKind
from evaluation.permissions import may_open_reports
from evaluation.queries_filing import Tag, state_tag
from orgs.domain.acting import day_of
from orgs.models import (
    Appointment,
    Branch,
    BranchMembership,
    EstablishmentPlan,
    Figures,
    LeaderChange,
)
from orgs.permissions import may_see_register

# The tab of the organization page that shows a row of this model.
TABS = {Figures: "figures", EstablishmentPlan: "plans", LeaderChange: "people"}
# These belong to a body and are shown on its page.
OF_A_BODY = {Branch: "pk", Appointment: "branch_id", BranchMembership: "branch_id"}
# Words of what a step keeps besides; what stands here alone is shown.
KEPT = {"answer_by": "最迟报回", "comments": "意见(条)"}


@dataclass
class Trace:
    """What one acceptance wrote and left.

    Attributes:
        written: each {"what", "words", "href"}; href is "" where the row is gone or out of sight.
        left: each {"what", "why"}.
    """

    written: list[dict[str, str]] = field(default_factory=list)
    left: list[dict[str, str]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.written or self.left)


@dataclass
class Told:
    """One report of an organization as its page tells of it.

    Attributes:
        pk: the report's key.
        year: its year.
        round: the round's name.
        tag: where it stands.
        receipt: of the version accepted last, else of the one filed last; "" before the first.
        accepted_on: day of the county's acceptance, None before it.
        trace: what the last acceptance wrote.
    """

    pk: int
    year: int
    round: str
    tag: Tag
    receipt: str
    accepted_on: date | None
    trace: Trace


def reports_of(organization_id: int, user: Any) -> list[Told] | None:
    """The annual reports of an organization, the newest first; None for who opens no reports.

    Args:
        organization_id: whose.
        user: the signed-in User.
    """
    if not may_open_reports(user):
        return None
    rows = AnnualReport.objects.visible_to(user).filter(organization=organization_id)
    rows = list(rows.select_related("round", "submission", "accepted_submission").order_by("-year", "-pk"))
    steps = ReportStep.objects.filter(report__organization=organization_id, kind=StepKind.WRITTEN)
    last = {step.report_id: step for step in steps.order_by("report_id", "-at", "-pk").distinct("report_id")}
    traces = _traces(last.values(), organization_id, user)
    told = []
    for row in rows:
        version = row.accepted_submission or row.submission
        accepted = row.accepted_at if row.state == ReportState.ACCEPTED else None
        step = last.get(row.pk)
        told.append(
            Told(
                row.pk,
                row.year,
                row.round.name,
                state_tag(row),
                version.receipt if version else "",
                day_of(accepted) if accepted else None,
                traces[step.pk] if step else Trace(),
            )
        )
    return told


def trace_of(report: AnnualReport, user: Any) -> Trace:
    """What the last acceptance of a report wrote to the register and left, empty before one.

    Args:
        report: the report.
        user: the signed-in User, whose sight decides on the links.
    """
    step = ReportStep.objects.filter(report=report, kind=StepKind.WRITTEN).order_by("-at", "-pk").first()
    return _traces([step], report.organization_id, user)[step.pk] if step else Trace()


def kept_words(step: ReportStep) -> list[tuple[str, Any]]:
    """What a step keeps besides its text, with its words.

    Args:
        step: one step of a report's life.
    """
    words = [(word, step.detail[key]) for key, word in KEPT.items() if step.detail.get(key)]
    if step.kind == StepKind.WRITTEN:
        words += [("写入(项)", len(step.detail.get("written", []))), ("需另办(项)", len(step.detail.get("left", [])))]
    return words


def _traces(steps: Iterable[ReportStep], organization_id: int, user: Any) -> dict[int, Trace]:
    """The traces of an organization's steps by their keys: one query for each model that was written."""
    steps = list(steps)
    keys: dict[str, set[int]] = defaultdict(set)
    for step in steps:
        for one in step.detail.get("written", []):
            keys[one["model"]].add(one["pk"])
    places = _places(keys, organization_id, user)
    return {
        step.pk: Trace(
            [
                {"what": one["what"], "words": one["words"], "href": places.get((one["model"], one["pk"]), "")}
                for one in step.detail.get("written", [])
            ],
            list(step.detail.get("left", [])),
        )
        for step in steps
    }


def _places(keys: dict[str, set[int]], organization_id: int, user: Any) -> dict[tuple[str, int], str]:
    """Where each row that still exists is shown."""
    if not may_see_register(user):
        return {}
    page = reverse("organization-detail", args=[organization_id])
    found = {("orgs.Organization", organization_id): page}
    for model, tab in TABS.items():
        label = model._meta.label
        if wanted := keys.get(label):
            standing = model._default_manager.filter(pk__in=wanted).values_list("pk", flat=True)
            found |= {(label, pk): f"{page}?tab={tab}" for pk in standing}
    seen = Branch.objects.visible_to(user).values("pk")
    for model, path in OF_A_BODY.items():
        label = model._meta.label
        if wanted := keys.get(label):
            rows = model._default_manager.filter(pk__in=wanted).filter(**{f"{path}__in": seen}).values_list("pk", path)
            found |= {(label, pk): reverse("branch-detail", args=[branch]) for pk, branch in rows}
    return found
