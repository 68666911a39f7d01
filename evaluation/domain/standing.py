"""What the register says of one organization on a day, in the form's own codes: to compare an answer with, to write to."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q

from evaluation.domain.values import Stored
from orgs.domain.figures import COUNTS
from orgs.models import (
    Appointment,
    BranchForm,
    BranchMembership,
    EstablishmentPlan,
    Exclusion,
    Figures,
    Organization,
)
from orgs.models.bodies import BodyForm, Branch, Composition

NOWHERE: tuple[Stored, date | None] = ("", None)


@dataclass(frozen=True)
class BodyAt:
    """A body that covers the organization on the day.

    Attributes:
        membership: the coverage, with its branch.
        form: the form it has that day.
    """

    membership: BranchMembership
    form: BodyForm

    @property
    def branch(self) -> Branch:
        """The body."""
        return self.membership.branch

    @property
    def own(self) -> bool:
        """Whether it covers this organization alone."""
        return self.branch.composition == Composition.OWN


@dataclass
class Standing:
    """The register's facts of one organization on a day.

    Attributes:
        organization: whose.
        day: the day, inclusive.
        figures: field of COUNTS → (value, the day it is of): the last one known up to the day.
        bodies: line → the body that covers it that day; its own before a joint one.
        later: line → the first day of a coverage that begins after the day.
        heads: branch's key → the appointment of the head serving now.
        plan: 未建原因 of the party's line in force that day.
        state: code of the operating state.
        state_since: since when, None where it is the normal one.
    """

    organization: Organization
    day: date
    figures: dict[str, tuple[int | Decimal, date]] = field(default_factory=dict)
    bodies: dict[str, BodyAt] = field(default_factory=dict)
    later: dict[str, date] = field(default_factory=dict)
    heads: dict[int, Appointment] = field(default_factory=dict)
    plan: EstablishmentPlan | None = None
    state: str = "normal"
    state_since: date | None = None

    def value_of(self, source: str) -> tuple[Stored, date | None]:
        """The register's value for a question's source, as an answer is stored, and since when it is so.

        Args:
            source: a question's source, such as "bodies.party.form".

        Returns:
            ("", None) where the register says nothing.
        """
        place, _, rest = source.partition(".")
        if place == "organization":
            if rest == "operating_state":
                return self.state, self.state_since
            return getattr(self.organization, rest, "") or "", None
        if place == "figures":
            return self._figure(rest)
        if place == "plans":
            return (self.plan.reason, self.plan.period.lower) if self.plan else NOWHERE
        line, _, what = rest.partition(".")
        if place == "bodies":
            return self._body(line, what)
        return self._post(line, what) if place == "posts" else NOWHERE

    def head_of(self, line: str) -> Appointment | None:
        """The head serving now in the body of a line.

        Args:
            line: code of `Line`.
        """
        body = self.bodies.get(line)
        return self.heads.get(body.branch.pk) if body else None

    def _figure(self, name: str) -> tuple[Stored, date | None]:
        if name not in self.figures:
            return NOWHERE
        value, day = self.figures[name]
        return (value if isinstance(value, int) else format(value.normalize(), "f")), day

    def _body(self, line: str, what: str) -> tuple[Stored, date | None]:
        body = self.bodies.get(line)
        if what == "has":
            return ("yes", body.membership.period.lower) if body else ("no", None)
        if body is None:
            return NOWHERE
        branch = body.branch
        told: dict[str, Stored] = {
            "composition": branch.composition,
            "form": body.form.code,
            "founded_on": branch.founded_on.isoformat(),
        }
        return told.get(what, ""), branch.founded_on

    def _post(self, line: str, what: str) -> tuple[Stored, date | None]:
        head = self.head_of(line)
        if head is None:
            return NOWHERE
        full_time = {True: "yes", False: "no"}.get(head.is_full_time, "") if head.is_full_time is not None else ""
        told: dict[str, Stored] = {
            "head": head.person.name,
            "from": head.period.lower.isoformat(),
            "source": head.source,
            "full_time": full_time,
        }
        return told.get(what, ""), head.period.lower


def standing_of(organization: Organization, day: date) -> Standing:
    """Reads the register of one organization on a day: six queries.

    Args:
        organization: already checked for visibility.
        day: inclusive.
    """
    standing = Standing(organization, day)
    for row in Figures.objects.filter(organization=organization, as_of__lte=day).order_by("-as_of"):
        for name in COUNTS:
            value = getattr(row, name)
            if value is not None and name not in standing.figures:
                standing.figures[name] = (value, row.as_of)
    _read_bodies(standing)
    plans = EstablishmentPlan.objects.filter(organization=organization, line="party", period__contains=day)
    standing.plan = plans.first()
    excluded = Exclusion.objects.filter(organization=organization, period__contains=day).first()
    if organization.closed_on and organization.closed_on <= day:
        standing.state, standing.state_since = organization.closed_state, organization.closed_on
    elif excluded:
        standing.state, standing.state_since = excluded.state, excluded.period.lower
    return standing


def _read_bodies(standing: Standing) -> None:
    day = standing.day
    alive = Q(branch__dissolved_on=None) | Q(branch__dissolved_on__gt=day)
    rows = list(
        BranchMembership.objects.filter(
            alive,
            Q(period__contains=day) | Q(period__startswith__gt=day),
            organization=standing.organization,
            branch__refused_at=None,
        )
        .order_by("pk")
        .select_related("branch")
    )
    rows.sort(key=lambda row: (row.branch.composition != Composition.OWN, row.period.lower, row.pk))
    forms = _forms_on({row.branch_id for row in rows}, day)
    for row in rows:
        line = row.branch.line
        if row.period.lower > day:
            standing.later.setdefault(line, row.period.lower)
        elif (form := forms.get(row.branch_id)) is not None and form.is_body:
            standing.bodies.setdefault(line, BodyAt(row, form))
    branches = [body.branch.pk for body in standing.bodies.values()]
    serving = Appointment.objects.filter(branch__in=branches, is_head=True, period__upper_inf=True)
    standing.heads = {row.branch_id: row for row in serving.select_related("person").order_by("pk")}


def _forms_on(branch_ids: set[int], day: date) -> dict[int, Any]:
    held = BranchForm.objects.filter(branch__in=branch_ids, period__contains=day).select_related("form")
    return {row.branch_id: row.form for row in held.order_by("pk")}
