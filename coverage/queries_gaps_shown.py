"""What an organization's page and the workbench tell of gaps that were handed out."""

from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.db.models import Count, Min, Q, QuerySet
from django.urls import reverse

from coverage.domain.climbing import climbed_condition
from coverage.models import GapAssignment, Span, Supervision
from coverage.queries_gaps import Gap, around_of, assignments_at, gap_of, struck_days
from orgs.lines import LINES
from orgs.models import Organization, Unit
from orgs.permissions import may_assign_gaps, scope_for
from orgs.queries_waiting import Waiting

DONE, URGE = "组织建成并登记后自动销号", "督促责任单位建成,或改派、调整期限"


@dataclass(frozen=True)
class AssignmentShown:
    """One assignment on an organization's page.

    Attributes:
        assignment: the row.
        gap: what has become of its line on the day, of one in force; None of an earlier one.
        last_day: the last day it held, None while it goes on.
    """

    assignment: GapAssignment
    gap: Gap | None
    last_day: date | None

    @property
    def outcome(self) -> str:
        if self.gap is not None:
            return self.gap.outcome
        return self.assignment.end_reason or "已撤回"


def assignments_shown(organization: Organization, span: Span | None, as_of: date) -> list[AssignmentShown]:
    """Assignments that began by a day, those in force first: at most nine queries.

    Args:
        organization: already checked for visibility.
        span: of the day, None where the organization has none.
        as_of: the day.
    """
    rows = list(
        organization.gap_assignments.filter(period__startswith__lte=as_of).select_related("unit").order_by("-period")
    )
    if not rows:
        return []
    around = around_of([organization.pk], as_of, LINES)
    struck = struck_days([organization.pk], as_of, date.min + timedelta(days=1)) if span else {}
    found = []
    for row in rows:
        gap = None
        if as_of in row.period:
            gap = gap_of(span, row.line, as_of, around) if span else Gap(row.line, None, "", as_of)
            gap.struck_on = struck.get((organization.pk, row.line))
        last = row.period.upper - timedelta(days=1) if row.period.upper else None
        found.append(AssignmentShown(row, gap, last))
    return sorted(found, key=lambda one: one.gap is None)


def supervisions_shown(organization: Organization, as_of: date) -> list[Supervision]:
    """挂牌督办 that began by a day, the latest first.

    Args:
        organization: already checked for visibility.
        as_of: the day.
    """
    return list(organization.supervisions.filter(period__startswith__lte=as_of).order_by("-period"))


def waiting_gaps(user, as_of: date) -> list[Waiting]:
    """What the gap list has waiting for an account that hands out gaps: three queries at most.

    Args:
        user: the signed-in User.
        as_of: the working date.
    """
    if not may_assign_gaps(user):
        return []
    scope = scope_for(user, "gaps.assign")
    units = list(Unit.objects.order_by("order", "code"))
    own = [unit for unit in units if unit.path in scope.unit_paths]
    if scope.county:
        own = [unit for unit in units if unit.parent_id is None]
    if not own:
        return []
    # The organizations of the list that the links open, so that both count the same.
    listed = Span.objects.visible_to(user).at(as_of).in_base().order_by().values("organization")
    late, asked = Q(due_on__lt=as_of), {}
    for unit in own:
        mine = Q(unit=unit)
        conditions = {"late": mine & late, "climbed": climbed_condition(unit, as_of, units), "mine": mine & ~late}
        for name, condition in conditions.items():
            asked[f"{name}_{unit.pk}"] = Count("organization", filter=condition, distinct=True)
            asked[f"{name}_due_{unit.pk}"] = Min("due_on", filter=condition)
    n = assignments_at(as_of, LINES).filter(organization__in=listed).aggregate(**asked)
    found = []
    for unit in own:
        kinds = (
            ("late", f"{unit.name}负责的", "逾期", DONE, {"responsible": unit.code, "deadline": "overdue"}),
            ("climbed", "下属单位的", f"逾期,已上报至{unit.name}", URGE, {"climbed": unit.code}),
            ("mine", f"{unit.name}负责的", "待建", DONE, {"responsible": unit.code, "deadline": "running"}),
        )
        for name, whose, what, done, query in kinds:
            count, due = n[f"{name}_{unit.pk}"], n[f"{name}_due_{unit.pk}"]
            if count:
                words = f"{whose}缺口有 {count} 家{what}"
                found.append(_waits(words, done, query, as_of, due, late=name != "mine"))
    return found


def _waits(text: str, done: str, query: dict[str, str], as_of: date, due: date | None, *, late: bool) -> Waiting:
    # Whatever unit and line the account works in: the count is of all.
    query = query | {"unit": "", "line": "", "as_of": as_of.isoformat()}
    url = f"{reverse('gap-list')}?{urlencode(query)}"
    return Waiting(text, done, url, "看名单", due, late)


def assignable_units(user) -> QuerySet[Unit]:
    """The units to which an account may hand gaps: those in the scope of the role that gives the act.

    Args:
        user: the signed-in User.
    """
    return Unit.objects.filter(scope_for(user, "gaps.assign").units_q(), is_active=True).order_by("order", "code")
