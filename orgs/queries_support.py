"""Reads of instructors and liaisons, and of all that helps one organization."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Count,
    DateField,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)

from orgs.domain.liaisons import may_keep_liaison
from orgs.lines import MASS_LINES, Line
from orgs.models import (
    BranchMembership,
    Instructor,
    Liaison,
    MemberSearch,
    Organization,
    Placement,
    Recommendation,
)
from orgs.models.codes import CodeList
from orgs.models.support import LiaisonKind, RecommendationStage
from orgs.permissions import may_edit_support, may_recommend, may_record_searches, may_see_recommendations
from orgs.queries import codes
from orgs.queries_recommendations import CountRow, counts_of, recommendations_at

NEVER = Q(pk__in=())


def unit_name(as_of: date, organization: str = "organization") -> Subquery:
    """The unit an organization stands under on a day, by its name.

    Args:
        as_of: the day.
        organization: lookup path to the organization's key.
    """
    held = Placement.objects.filter(organization=OuterRef(organization), period__contains=as_of)
    return Subquery(held.values("unit__name")[:1])


def under_unit(rows: QuerySet, path: str, as_of: date, *, own: bool = False) -> QuerySet:
    """Rows of organizations that stand in a unit's subtree on a day.

    Args:
        rows: rows with `organization`, or organizations themselves.
        path: the unit's path.
        as_of: the day.
        own: without the units below it.
    """
    key = "pk" if rows.model is Organization else "organization"
    which = {"unit__path": path} if own else {"unit__path__startswith": path}
    return rows.filter(Exists(Placement.objects.filter(organization=OuterRef(key), period__contains=as_of, **which)))


def party_body(as_of: date, organization: str = "organization") -> Exists:
    """Whether a party body covers an organization on a day.

    Args:
        as_of: the day.
        organization: lookup path to the organization's key.
    """
    return Exists(
        BranchMembership.objects.filter(
            Q(branch__dissolved_on=None) | Q(branch__dissolved_on__gt=as_of),
            organization=OuterRef(organization),
            branch__line=Line.PARTY,
            branch__founded_on__lte=as_of,
            period__contains=as_of,
        )
    )


def instructors_at(user, as_of: date) -> QuerySet[Instructor]:
    """Instructors at work on a day; one row is one person at one organization.

    Args:
        user: the signed-in User.
        as_of: the day.
    """
    return (
        Instructor.objects.visible_to(user, as_of)
        .filter(period__contains=as_of)
        .select_related("person", "organization", "sent_by")
        .annotate(unit_at=unit_name(as_of), has_party=party_body(as_of), on=Value(as_of, output_field=DateField()))
    )


def assignable_organizations(user, as_of: date) -> QuerySet[Organization]:
    """Organizations an instructor can be sent to, with who is there already.

    Args:
        user: the signed-in User.
        as_of: the day.
    """
    there = Instructor.objects.filter(organization=OuterRef("pk"), period__contains=as_of)
    return (
        Organization.objects.visible_to(user, as_of)
        .registered_at(as_of)
        .annotate(
            unit_at=unit_name(as_of, "pk"),
            has_party=party_body(as_of, "pk"),
            instructor_names=ArraySubquery(there.order_by("period", "pk").values("person__name")),
            on=Value(as_of, output_field=DateField()),
        )
    )


def helped(as_of: date) -> Exists:
    """Whether an instructor is at an organization on a day.

    Args:
        as_of: the day.
    """
    return Exists(Instructor.objects.filter(organization=OuterRef("pk"), period__contains=as_of))


def liaisons_at(user, as_of: date) -> QuerySet[Liaison]:
    """Liaisons in force on a day; `keeps` says which of them the account may end.

    Args:
        user: the signed-in User.
        as_of: the day.
    """
    kept = NEVER
    if may_edit_support(user):
        kept = Q(kind__in=[kind for kind in LiaisonKind.values if may_keep_liaison(user, kind)])
    return (
        Liaison.objects.visible_to(user, as_of)
        .filter(period__contains=as_of)
        .select_related("person", "organization")
        .annotate(
            unit_at=unit_name(as_of),
            on=Value(as_of, output_field=DateField()),
            keeps=ExpressionWrapper(kept, output_field=BooleanField()),
        )
    )


@dataclass(frozen=True)
class Tied:
    """One line of the overview above the liaisons.

    Attributes:
        code: of the department, "" for 挂点单位.
        label: what the user reads.
        who: leaders or units tied.
        organizations: organizations that have one.
    """

    code: str
    label: str
    who: int
    organizations: int


def tied_overview(rows: QuerySet[Liaison], departments: dict[str, str]) -> list[Tied]:
    """How many leaders of each department are tied, and to how many organizations; units last. One query.

    Args:
        rows: liaisons as `liaisons_at` gives them, filtered or not.
        departments: labels by code.
    """
    counted = {
        (row["kind"], row["department"]): row
        for row in rows.order_by()
        .values("kind", "department")
        .annotate(
            leaders=Count("person", distinct=True),
            units=Count("unit_name", distinct=True),
            organizations=Count("organization", distinct=True),
        )
    }

    def line(kind: str, code: str, label: str, counted_by: str) -> Tied:
        row = counted.get((kind, code))
        return Tied(code, label, row[counted_by] if row else 0, row["organizations"] if row else 0)

    found = [line(LiaisonKind.LEADER, code, label, "leaders") for code, label in departments.items()]
    return [*found, line(LiaisonKind.UNIT, "", LiaisonKind.UNIT.label, "units")]


def last_day(row: Instructor | Liaison) -> date | None:
    """至: the last day included, None while it goes on.

    Args:
        row: anything with `period`.
    """
    return row.period.upper - timedelta(days=1) if row.period.upper else None


@dataclass(frozen=True)
class Helped:
    """What one organization has of instructors, liaisons, 推优 and 排查, as far as the account may see it.

    Attributes:
        instructors: (row, last day), those begun by the day, the latest first.
        liaisons: (row, last day, department), likewise.
        recommendations: those whose names the account may read.
        counts: all of them as counts by line.
        searches: visits whose counts the account may see.
        sees_recommendations: whether 推优 is shown at all.
        may_tie_leader: whether the account ties leaders.
        may_recommend: whether it records 推优 of any line.
        may_search: whether it records 排查.
    """

    instructors: Sequence[tuple[Instructor, date | None]]
    liaisons: Sequence[tuple[Liaison, date | None, str]]
    recommendations: Sequence[Recommendation]
    counts: Sequence[CountRow]
    searches: Sequence[MemberSearch]
    sees_recommendations: bool
    may_tie_leader: bool
    may_recommend: bool
    may_search: bool

    @property
    def stages(self) -> list[str]:
        """Labels of the stages, in the order of the counts."""
        return [str(label) for label in RecommendationStage.labels]

    @property
    def total(self) -> int:
        """How many rows the tab announces."""
        return len(self.instructors) + len(self.liaisons) + sum(row.total for row in self.counts)


def support_of(organization: Organization, user, as_of: date) -> Helped:
    """All that helps one organization, up to a day; five queries and the code list.

    Args:
        organization: already checked for visibility.
        user: the signed-in User; names and counts of 排查 are limited to what it may see.
        as_of: the day.
    """
    departments = codes(CodeList.LIAISON_DEPARTMENT)
    begun = Q(organization=organization, period__startswith__lte=as_of)
    instructors = (
        Instructor.objects.visible_to(user, as_of)
        .filter(begun)
        .select_related("person", "sent_by")
        .order_by("-period", "-pk")
    )
    liaisons = Liaison.objects.visible_to(user, as_of).filter(begun).select_related("person").order_by("-period", "-pk")
    recommendations = recommendations_at(user, as_of).filter(organization=organization)
    searches = MemberSearch.objects.visible_to(user, as_of).filter(organization=organization, visited_on__lte=as_of)
    shown = may_see_recommendations(user)
    return Helped(
        [(row, last_day(row)) for row in instructors],
        [(row, last_day(row), departments.get(row.department, row.department)) for row in liaisons],
        list(recommendations.named_to(user).order_by("-recommended_on", "-pk")) if shown else [],
        counts_of(recommendations) if shown else [],
        list(searches.select_related("unit")),
        sees_recommendations=shown,
        may_tie_leader=may_edit_support(user) and may_keep_liaison(user, LiaisonKind.LEADER),
        may_recommend=any(may_recommend(user, line) for line in MASS_LINES),
        may_search=may_record_searches(user),
    )
