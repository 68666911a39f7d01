"""分类指导 (三(一)1): the class of an organization on a day, from what the register knows, with its reasons.

A: a party body covers it, confirmed, within its term, its head in post, and nothing speaks against its work. B: one
covers it and something of that is wanting. C: none covers it yet. What speaks against its work — activities, funds, the
last assessment — is known to the apps above: they say so by `speaks_against`. An excluded organization has no class. Where somebody gave another class with a reason,
that one is in force and the computed one is shown beside it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When

from coverage.models import BUILT, GuidanceOverride, Span
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


@dataclass(frozen=True)
class Ground:
    """One thing that speaks against the work of a party body (三(一)1: 成效不明显). What is not known never does.

    Attributes:
        holds: the condition on spans of a day.
        words: the reason of those organizations of which it holds, by key; one query.
        said: how its reason begins.
        cure: what it calls for.
    """

    holds: Callable[[date], Q]
    words: Callable[[list[int], date], dict[int, str]]
    said: str
    cure: str


_grounds: dict[str, Ground] = {}


def speaks_against(name: str, ground: Ground) -> None:
    """Lets an app above say what speaks against the work of party bodies; the same name twice counts once.

    Args:
        name: which ground it is.
        ground: what it says.
    """
    _grounds[name] = ground


def grounds() -> list[Ground]:
    """What can speak against the work of a party body, in a fixed order."""
    return [_grounds[name] for name in sorted(_grounds)]


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


def overrides_at(as_of: date) -> QuerySet[GuidanceOverride]:
    """Overrides in force on a day, of the organization of an outer row.

    Args:
        as_of: the day.
    """
    return GuidanceOverride.objects.filter(organization=OuterRef("organization"), period__contains=as_of).order_by()


def computed_condition(letter: str, as_of: date) -> Q:
    """Which spans of a day are of one class by what the register knows, whatever was decided about it.

    Args:
        letter: A, B or C.
        as_of: the day of the spans.
    """
    if letter == "C":
        return Q(excluded=False) & ~Q(party_state__in=BUILT_STATES)
    built = Q(excluded=False, party_state__in=BUILT_STATES)
    nothing_wanting = Q(Exists(_in_order(as_of).filter(organization=OuterRef("organization"))))
    for ground in grounds():
        nothing_wanting &= ~ground.holds(as_of)
    return built & (nothing_wanting if letter == "A" else ~nothing_wanting)


def class_condition(letter: str, as_of: date) -> Q:
    """Which spans of a day are of one class, the given class before the computed one.

    Args:
        letter: A, B or C.
        as_of: the day of the spans.
    """
    given = overrides_at(as_of)
    computed = ~Q(Exists(given)) & computed_condition(letter, as_of)
    return Q(excluded=False) & (Q(Exists(given.filter(letter=letter))) | computed)


def with_class(spans: QuerySet[Span], as_of: date) -> QuerySet[Span]:
    """Spans with their class beside them as `guidance`, "" for excluded ones.

    Args:
        spans: spans of the day.
        as_of: the day.
    """
    given = overrides_at(as_of)
    return spans.annotate(
        guidance=Case(
            When(excluded=True, then=Value("")),
            When(Exists(given), then=Subquery(given.values("letter")[:1])),
            When(computed_condition("C", as_of), then=Value("C")),
            When(computed_condition("A", as_of), then=Value("A")),
            default=Value("B"),
            output_field=CharField(),
        )
    )


@dataclass(frozen=True)
class Guidance:
    """The class of one organization on a day.

    Attributes:
        computed: A, B or C, by what the register knows.
        reasons: what makes it so, in words.
        given: the override in force, None where the computed class holds.
    """

    computed: str
    reasons: tuple[str, ...]
    given: GuidanceOverride | None = None

    @property
    def letter(self) -> str:
        """The class in force."""
        return self.given.letter if self.given else self.computed

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

    At most four queries — the override, party bodies, their elections, their heads — and one for each ground.

    Args:
        organization: which one.
        as_of: the day.
        span: its span of the day.
    """
    if span is None:
        return None
    return guidance_of_many([span], as_of).get(organization.pk)


def guidance_of_many(spans: Iterable[Span], as_of: date) -> dict[int, Guidance]:
    """Classes with their reasons by organization, at most four queries and one for each ground; excluded organizations have none.

    Args:
        spans: spans of the day.
        as_of: the day.
    """
    spans = [span for span in spans if not span.excluded]
    ids = [span.organization_id for span in spans]
    rows = GuidanceOverride.objects.filter(organization__in=ids, period__contains=as_of) if ids else ()
    given = {row.organization_id: row for row in rows}
    led = [span.organization_id for span in spans if span.party_state in BUILT_STATES]
    wants = _wants(led, as_of) if led else {}
    against: dict[int, tuple[str, ...]] = {}
    for ground in grounds() if led else ():
        for pk, words in ground.words(led, as_of).items():
            against[pk] = (*against.get(pk, ()), words)
    found = {}
    for span in spans:
        pk = span.organization_id
        if span.party_state not in BUILT_STATES:
            found[pk] = Guidance("C", ("还没有党组织覆盖",), given.get(pk))
        elif least := (*min(wants.get(pk, ()), key=len, default=()), *against.get(pk, ())):
            found[pk] = Guidance("B", least, given.get(pk))
        else:
            found[pk] = Guidance("A", ("党组织已确认,在任期内,书记在任",), given.get(pk))
    return found


def _wants(organization_ids: list[int], as_of: date) -> dict[int, list[tuple[str, ...]]]:
    """What is wanting of each party body that covers an organization, in words."""
    rows = list(
        party_coverage(as_of).filter(organization__in=organization_ids).select_related("branch").order_by("branch_id")
    )
    bodies = {row.branch_id for row in rows}
    last: dict[int, Election] = {}
    for election in Election.objects.filter(branch__in=bodies, held_on__lte=as_of).order_by("held_on"):
        last[election.branch_id] = election
    heads = set(
        Appointment.objects.filter(branch__in=bodies, is_head=True, period__contains=as_of)
        .order_by("branch_id")
        .values_list("branch_id", flat=True)
    )
    found: dict[int, list[tuple[str, ...]]] = {}
    for row in rows:
        confirmed = row.branch.confirmed_at is not None
        told = tuple(_wanting(confirmed, last.get(row.branch_id), row.branch_id in heads, as_of))
        found.setdefault(row.organization_id, []).append(told)
    return found


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
