"""Reads of elections and terms: the state of every body's term on a day, and how many end when."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, CharField, DateField, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse

from orgs.domain.terms import AHEAD, SOON_MONTHS, WINDOWS, TermState, ends_on, plus_months, state_of
from orgs.lines import LINES, Line
from orgs.models import Appointment, Branch, BranchForm, BranchMembership, Election, Organization, TermRule
from orgs.permissions import may_edit_line
from orgs.queries_branches import BodyRow, bodies_at, body_rows, standing, with_words
from orgs.queries_waiting import Waiting

# What has run out: overdue, extended or not.
LATE = (TermState.OVERDUE, TermState.EXCEEDED)


def electing_bodies(user, as_of: date) -> QuerySet[Branch]:
    """Bodies of the day that elect somebody and cover an organization in sight.

    一会三组, a lone 组织员 and a lone 女工委员 elect nobody.

    Args:
        user: the signed-in User.
        as_of: the day, inclusive.
    """
    # Not correlated: the sight is worked out once, however many bodies there are.
    members = BranchMembership.objects.filter(
        period__contains=as_of, organization__in=Organization.objects.visible_to(user, as_of)
    )
    forms = BranchForm.objects.filter(period__contains=as_of, form__is_body=True)
    return (
        Branch.objects.filter(standing(as_of), grouped_into=None)
        .exclude(line=Line.MECHANISM)
        .filter(pk__in=members.values("branch"))
        .filter(pk__in=forms.values("branch"))
    )


def bodies_with_terms(user, as_of: date) -> QuerySet[Branch]:
    """Electing bodies in sight with the state of their term and what the list is sorted by.

    Args:
        user: the signed-in User.
        as_of: the day, inclusive.
    """
    return with_terms(with_words(electing_bodies(user, as_of), user, as_of), as_of)


def with_terms(branches: QuerySet[Branch], as_of: date) -> QuerySet[Branch]:
    """Bodies with their last election up to a day and its state; the same as `orgs.domain.terms.state_of`.

    Adds `election_id`, `term_held_on`, `term_due_on`, `term_ends_on` (an extension counts from its approval) and
    `term_state` (a TermState).

    Args:
        branches: bodies.
        as_of: the day, inclusive.
    """
    extended = Q(extended_on__isnull=False, extended_on__lte=as_of)
    last = (
        Election.objects.filter(branch=OuterRef("pk"), held_on__lte=as_of)
        .order_by("-held_on")
        .annotate(last_day=Case(When(extended, then=F("extended_to")), default=F("due_on"), output_field=DateField()))
        .annotate(
            state=Case(
                When(extended & Q(last_day__gte=as_of), then=Value(TermState.EXTENDED)),
                When(extended, then=Value(TermState.EXCEEDED)),
                When(last_day__lt=as_of, then=Value(TermState.OVERDUE)),
                When(last_day__lte=plus_months(as_of, SOON_MONTHS), then=Value(TermState.DUE)),
                default=Value(TermState.IN_ORDER),
                output_field=CharField(),
            )
        )
    )
    return branches.annotate(
        election_id=Subquery(last.values("pk")[:1]),
        term_held_on=Subquery(last.values("held_on")[:1]),
        term_due_on=Subquery(last.values("due_on")[:1]),
        term_ends_on=Subquery(last.values("last_day")[:1]),
        term_state=Coalesce(Subquery(last.values("state")[:1]), Value(TermState.NONE), output_field=CharField()),
    )


# Shape and tone beside the word, so that colour never stands alone.
TONES = {
    TermState.IN_ORDER: ("✓", "met"),
    TermState.DUE: ("○", "due"),
    TermState.OVERDUE: ("▲", "late"),
    TermState.EXTENDED: ("→", "due"),
    TermState.EXCEEDED: ("▲", "late"),
    TermState.NONE: ("?", "na"),
}


@dataclass(frozen=True)
class TermTag:
    """A state of a term as the pages draw it."""

    state: TermState

    @property
    def word(self) -> str:
        return str(self.state.label)

    @property
    def shape(self) -> str:
        return TONES[self.state][0]

    @property
    def tone(self) -> str:
        return TONES[self.state][1]


@dataclass(frozen=True)
class TermRow:
    """One body as the calendar lists it.

    Attributes:
        body: the body with its form, members and units on the day.
        election: the last one up to the day, None where none is recorded.
        state: of the term on the day.
        ends_on: last day of the term as known on the day.
        head: who leads it on the day, "" where nobody is recorded.
    """

    body: BodyRow
    election: Election | None
    state: TermState
    ends_on: date | None
    head: str = ""

    @property
    def pk(self) -> int:
        return self.body.pk

    @property
    def branch(self) -> Branch:
        return self.body.branch

    @property
    def tag(self) -> TermTag:
        return TermTag(self.state)

    @property
    def extended_to(self) -> date | None:
        """The last day of an extension that had been approved by the day."""
        return self.ends_on if self.state in (TermState.EXTENDED, TermState.EXCEEDED) else None


def term_rows(branches: Iterable[Branch], *, user, as_of: date) -> list[TermRow]:
    """Bodies with form, members, election and head beside them: a fixed number of queries whatever their number.

    Args:
        branches: as `bodies_with_terms` gives them.
        user: the signed-in User; organizations out of sight are not named.
        as_of: the day, inclusive.
    """
    bodies = body_rows(branches, user, as_of)
    elections = Election.objects.in_bulk([row.branch.election_id for row in bodies if row.branch.election_id])
    heads = _heads_of([row.pk for row in bodies], as_of)
    rows = []
    for body in bodies:
        last = elections.get(body.branch.election_id)
        known = ends_on(last, as_of) if last else None
        rows.append(TermRow(body, last, state_of(last, as_of), known, heads.get(body.pk, "")))
    return rows


def _heads_of(branch_ids: list[int], as_of: date) -> dict[int, str]:
    serving = Appointment.objects.filter(branch__in=branch_ids, is_head=True, period__contains=as_of)
    found: dict[int, list[str]] = {}
    for branch_id, name in serving.order_by("period", "pk").values_list("branch_id", "person__name"):
        found.setdefault(branch_id, []).append(name)
    return {branch_id: "、".join(names) for branch_id, names in found.items()}


@dataclass(frozen=True)
class Month:
    """One month of the calendar: how many terms end in it."""

    first: date
    count: int

    @property
    def code(self) -> str:
        return self.first.strftime("%Y-%m")


@dataclass(frozen=True)
class Calendar:
    """What the calendar says above its list.

    Attributes:
        months: the month of the day and those after it.
        windows: (months ahead, how many terms end from the day on within them).
        states: (state as a tag, how many bodies).
    """

    months: list[Month]
    windows: list[tuple[int, int]]
    states: list[tuple[TermTag, int]]


def last_elections(branches: QuerySet[Branch], as_of: date) -> list[Election]:
    """The last election of each body up to a day, without what only its page shows; one query.

    Args:
        branches: bodies.
        as_of: the day, inclusive.
    """
    rows = Election.objects.filter(branch__in=branches.order_by().values("pk"), held_on__lte=as_of)
    return list(
        rows.order_by("branch_id", "-held_on")
        .distinct("branch_id")
        .only("branch_id", "held_on", "due_on", "extended_on", "extended_to")
    )


def calendar_of(branches: QuerySet[Branch], as_of: date) -> Calendar:
    """How many terms end in each of the coming months, within 6, 3 and 1 months, and how many are in which state.

    Two queries. A term that ends counts on its last day as known on the day: an extended one on its new last day.

    Args:
        branches: as `bodies_with_terms` gives them.
        as_of: the day, inclusive.
    """
    elections = last_elections(branches, as_of)
    states = Counter(state_of(election, as_of) for election in elections)
    states[TermState.NONE] = branches.order_by().count() - len(elections)
    ends = [ends_on(election, as_of) for election in elections]
    by_month = Counter((day.year, day.month) for day in ends)
    months = [plus_months(as_of.replace(day=1), n) for n in range(AHEAD)]
    return Calendar(
        [Month(month, by_month[month.year, month.month]) for month in months],
        [(n, sum(as_of <= day <= plus_months(as_of, n) for day in ends)) for n in WINDOWS],
        [(TermTag(state), states[state]) for state in TermState],
    )


def name_for(branch: Branch, user, as_of: date) -> str:
    """What a body is called before an account: by its own name, or by a member in sight and its form.

    Args:
        branch: already checked for visibility.
        user: the signed-in User.
        as_of: the day.
    """
    (row,) = body_rows(bodies_at(user, as_of).filter(pk=branch.pk), user, as_of)
    return row.name


@dataclass(frozen=True)
class BranchTerms:
    """The elections of one body as its page shows them.

    Attributes:
        state: on the day.
        ends_on: last day of the running term as known on the day.
        elections: all that are recorded up to the day, the latest first.
        later: how many are recorded after the day.
        electing: False for 一会三组 and the like, which elect nobody.
    """

    branch: Branch
    state: TermState
    ends_on: date | None
    elections: list[Election]
    later: int
    electing: bool

    @property
    def last(self) -> Election | None:
        return self.elections[0] if self.elections else None

    @property
    def tag(self) -> TermTag:
        return TermTag(self.state)


def terms_of(branch: Branch, as_of: date) -> BranchTerms:
    """The elections of a body and the state of its term on a day: two queries.

    Args:
        branch: already checked for visibility.
        as_of: the day, inclusive.
    """
    known = list(Election.objects.filter(branch=branch).order_by("-held_on", "-pk"))
    until = [election for election in known if election.held_on <= as_of]
    last = until[0] if until else None
    form = BranchForm.objects.filter(branch=branch, period__contains=as_of).select_related("form").first()
    electing = branch.line != Line.MECHANISM and (form is None or form.form.is_body)
    return BranchTerms(
        branch, state_of(last, as_of), ends_on(last, as_of) if last else None, until, len(known) - len(until), electing
    )


def waiting_terms(user, as_of: date) -> list[Waiting]:
    """Terms that have run out or end within a month, of the lines the account keeps: one query.

    Args:
        user: the signed-in User.
        as_of: the working date.
    """
    lines = [line for line in LINES if may_edit_line(user, line) and line != Line.MECHANISM]
    if not lines:
        return []
    elections = last_elections(electing_bodies(user, as_of).filter(line__in=lines), as_of)
    late = [ends_on(election, as_of) for election in elections if state_of(election, as_of) in LATE]
    month = plus_months(as_of, 1)
    soon = [day for election in elections if as_of <= (day := ends_on(election, as_of)) <= month]
    line = f"&line={lines[0]}" if len(lines) == 1 else ""
    address = f"{reverse('term-calendar')}?as_of={as_of}{line}"
    done = "登记换届,或经批准登记延期"
    waiting = []
    if late:
        text = f"{len(late)} 个党群组织任期已过,还没有换届"
        waiting.append(Waiting(text, done, f"{address}&state=late", "查看名单", min(late), True))
    if soon:
        text = f"{len(soon)} 个党群组织的任期在1个月内届满"
        waiting.append(Waiting(text, done, f"{address}&within=1", "查看名单", min(soon)))
    return waiting


def term_rules() -> list[TermRule]:
    """All rules of terms, by line, level and date."""
    rules = list(TermRule.objects.order_by("level", "period"))
    return sorted(rules, key=lambda rule: LINES.index(rule.line))


def elections_of_line(line: str) -> int:
    """How many elections of a line are recorded; whatever rule comes, they keep their terms.

    Args:
        line: code of `Line`.
    """
    return Election.objects.filter(branch__line=line).count()
