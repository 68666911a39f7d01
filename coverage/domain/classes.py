"""分类指导 (三(一)1): the class of an organization on a day, from what the register knows, with its reasons.

A: a party body covers it, confirmed, within its term, its head in post. B: one covers it and something of that is
wanting. C: none covers it yet. An excluded organization has no class.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When

from coverage.models import BUILT, Span
from orgs.domain.terms import ends_on
from orgs.lines import Line
from orgs.models import Appointment, BranchForm, BranchMembership, Election, Organization

CLAUSE = "三(一)1"
LABELS = {
    "A": "A 类:规范提高",
    "B": "B 类:健全提升",
    "C": "C 类:先群后党",
}
ADVICE = {
    "A": "巩固规范,可培育为示范点。",
    "B": "选好书记,选派指导员,落实挂点联系。",
    "C": "排查党员,选派党建工作指导员,先建工会、共青团和妇女组织,条件成熟再建党组织。",
}
BUILT_STATES = [int(state) for state in BUILT]


def party_coverage(as_of: date) -> QuerySet[BranchMembership]:
    """Coverages by party bodies that hold on a day, of whichever organization.

    Args:
        as_of: the day.
    """
    form = BranchForm.objects.filter(branch=OuterRef("branch"), period__contains=as_of, form__is_body=True)
    return (
        BranchMembership.objects.filter(period__contains=as_of, branch__line=Line.PARTY, branch__founded_on__lte=as_of)
        .filter(Q(branch__dissolved_on=None) | Q(branch__dissolved_on__gt=as_of))
        .filter(Exists(form))
    )


def _in_order(as_of: date) -> QuerySet[BranchMembership]:
    """Coverages by party bodies of which nothing is wanting."""
    last = Election.objects.filter(branch=OuterRef("branch"), held_on__lte=as_of).order_by("-held_on")
    end = Case(When(extended_on__lte=as_of, then=F("extended_to")), default=F("due_on"))
    head = Appointment.objects.filter(branch=OuterRef("branch"), is_head=True, period__contains=as_of)
    return (
        party_coverage(as_of)
        .filter(branch__confirmed_at__isnull=False)
        .alias(_end=Subquery(last.annotate(_e=end).values("_e")[:1]))
        .filter(_end__gte=as_of)
        .filter(Exists(head))
    )


def class_condition(letter: str, as_of: date) -> Q:
    """Which spans of a day are of one class.

    Args:
        letter: A, B or C.
        as_of: the day of the spans.
    """
    if letter == "C":
        return Q(excluded=False) & ~Q(party_state__in=BUILT_STATES)
    built = Q(excluded=False, party_state__in=BUILT_STATES)
    nothing_wanting = Q(Exists(_in_order(as_of).filter(organization=OuterRef("organization"))))
    return built & (nothing_wanting if letter == "A" else ~nothing_wanting)


def with_class(spans: QuerySet[Span], as_of: date) -> QuerySet[Span]:
    """Spans with their class beside them as `guidance`, "" for excluded ones.

    Args:
        spans: spans of the day.
        as_of: the day.
    """
    return spans.annotate(
        guidance=Case(
            When(excluded=True, then=Value("")),
            When(class_condition("C", as_of), then=Value("C")),
            When(class_condition("A", as_of), then=Value("A")),
            default=Value("B"),
            output_field=CharField(),
        )
    )


@dataclass(frozen=True)
class Guidance:
    """The class of one organization on a day.

    Attributes:
        letter: A, B or C.
        reasons: what makes it so, in words.
    """

    letter: str
    reasons: tuple[str, ...]

    @property
    def label(self) -> str:
        return LABELS[self.letter]

    @property
    def advice(self) -> str:
        return ADVICE[self.letter]

    @property
    def clause(self) -> str:
        return CLAUSE


def guidance_of(organization: Organization, as_of: date, span: Span | None) -> Guidance | None:
    """The class of an organization with its reasons; None outside its life and while it is excluded.

    At most three queries: party bodies, their elections, their heads.

    Args:
        organization: which one.
        as_of: the day.
        span: its span of the day.
    """
    if span is None or span.excluded:
        return None
    if span.party_state not in BUILT_STATES:
        return Guidance("C", ("还没有党组织覆盖",))
    rows = list(party_coverage(as_of).filter(organization=organization).select_related("branch").order_by("branch_id"))
    bodies = [row.branch_id for row in rows]
    last: dict[int, Election] = {}
    for election in Election.objects.filter(branch__in=bodies, held_on__lte=as_of).order_by("held_on"):
        last[election.branch_id] = election
    heads = set(
        Appointment.objects.filter(branch__in=bodies, is_head=True, period__contains=as_of)
        .order_by("branch_id")
        .values_list("branch_id", flat=True)
    )
    wants = [
        tuple(_wanting(row.branch.confirmed_at is not None, last.get(row.branch_id), row.branch_id in heads, as_of))
        for row in rows
    ]
    least = min(wants, key=len, default=())
    if least:
        return Guidance("B", least)
    return Guidance("A", ("党组织已确认,在任期内,书记在任",))


def _wanting(confirmed: bool, election: Election | None, has_head: bool, as_of: date) -> list[str]:
    found = []
    if not confirmed:
        found.append("党组织待确认")
    if election is None:
        found.append("没有换届选举记录")
    elif (end := ends_on(election, as_of)) < as_of:
        found.append(f"本届任期已于{end}届满,自{end + timedelta(days=1)}起逾期")
    if not has_head:
        found.append("没有登记在任的书记")
    return found
