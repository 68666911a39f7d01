"""Reads of 负责人调整: which changes an account sees at a date, what was answered by then, and what waits for whom."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils import timezone

from orgs.domain.leader_changes import ANSWER_DAYS, ready_on
from orgs.models import Branch, BranchMembership, LeaderChange, Opinion, Organization, Placement
from orgs.models.codes import CodeList
from orgs.models.leadership import ChangeState, Verdict
from orgs.permissions import may_edit_line, may_give_opinion, may_see_leader_changes, scope_for, scope_of
from orgs.queries import codes
from orgs.queries_branches import forms_of, name_of
from orgs.queries_waiting import Waiting

GIVEN = (Verdict.AGREE, Verdict.DISAGREE)
WAITS = "等待答复"


def end_of(day: date) -> datetime:
    """The first moment after a day in Asia/Shanghai.

    Args:
        day: the day.
    """
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


def changes_at(user: Any, as_of: date) -> QuerySet[LeaderChange]:
    """Changes asked for by a date that the account may see, as they stood then.

    Each bears `state_at`, `asked`, `given` and `against`: the state, how many bodies were asked, how many had
    answered, and how many of them disagreed.

    Args:
        user: the signed-in User.
        as_of: the working date, inclusive.
    """
    until = end_of(as_of)
    answered = Q(opinions__given_at__lt=until)
    state = Case(
        When(decided_at__gte=until, then=Value(ChangeState.OPEN.value)), default=F("state"), output_field=CharField()
    )
    return (
        LeaderChange.objects.visible_to(user, as_of)
        .filter(requested_on__lte=as_of)
        .select_related("branch", "leaving__person", "successor", "requested_by")
        .annotate(
            state_at=state,
            asked=Count("opinions"),
            given=Count("opinions", filter=answered & Q(opinions__verdict__in=GIVEN)),
            against=Count("opinions", filter=answered & Q(opinions__verdict=Verdict.DISAGREE)),
        )
    )


def proposed_due(today: date) -> date:
    """The last day for answers that a new request proposes.

    Args:
        today: the day of the request.
    """
    return today + timedelta(days=ANSWER_DAYS)


def first_member(user: Any, branch: Branch) -> Organization | None:
    """The longest-standing member of a body in the account's sight, None where it has none.

    Args:
        user: the signed-in User.
        branch: the body.
    """
    rows = Organization.objects.visible_to(user).filter(memberships__branch=branch)
    return rows.order_by("memberships__period", "pk").first()


def awaited_from(user: Any) -> Q:
    """The condition on opinions not given yet for whose body the account speaks.

    Args:
        user: the signed-in User.
    """
    mine = Q(pk__in=())
    if user.can("opinions.owner"):
        mine |= Q(line="", unit=None)
    if lines := scope_for(user, "opinions.line").lines:
        mine |= Q(line__in=lines)
    for path in scope_for(user, "opinions.unit").unit_paths:
        mine |= Q(unit__path__startswith=path)
    return mine & Q(verdict="", change__state=ChangeState.OPEN)


def ready_by(as_of: date) -> Q:
    """The condition on rows of `changes_at`: open, and answered by all or past the last day for answers.

    Args:
        as_of: the working date.
    """
    return Q(state_at=ChangeState.OPEN) & (Q(given=F("asked")) | Q(answers_due_on__lt=as_of))


@dataclass
class ChangeRow:
    """One change as lists and exports tell it.

    Attributes:
        change: the row, with what `changes_at` adds.
        body: what the body is called.
        unit: the unit of its first member in sight.
        post: the post in words.
    """

    change: LeaderChange
    body: str
    unit: str
    post: str
    as_of: date

    @property
    def pk(self) -> int:
        return self.change.pk

    @property
    def line(self) -> str:
        return self.change.branch.get_line_display()

    @property
    def leaving(self) -> str:
        return self.change.leaving.person.name if self.change.leaving else ""

    @property
    def successor(self) -> str:
        return self.change.successor.name if self.change.successor else ""

    @property
    def is_open(self) -> bool:
        return self.change.state_at == ChangeState.OPEN

    @property
    def late(self) -> bool:
        return self.is_open and self.change.given < self.change.asked and self.change.answers_due_on < self.as_of

    @property
    def state(self) -> str:
        return str(ChangeState(self.change.state_at).label)

    @property
    def answers(self) -> str:
        """How many of the bodies asked have answered, and how many disagree."""
        told = f"{self.change.given}/{self.change.asked}"
        return f"{told},不同意 {self.change.against}" if self.change.against else told

    @property
    def effective_on(self) -> date | None:
        return None if self.is_open else self.change.effective_on


def change_rows(changes: Iterable[LeaderChange], user: Any, as_of: date) -> list[ChangeRow]:
    """Changes with their bodies' names, units and posts in words; three queries, however many they are.

    Args:
        changes: out of `changes_at`.
        user: the signed-in User.
        as_of: the working date.
    """
    changes = list(changes)
    ids = {change.branch_id for change in changes}
    forms = forms_of(ids, as_of)
    held = (
        BranchMembership.objects.filter(branch__in=ids, organization__in=Organization.objects.visible_to(user, as_of))
        .order_by("period", "organization_id")
        .values_list("branch_id", "organization_id", "organization__name")
    )
    members: dict[int, tuple[int, str]] = {}
    for branch_id, organization_id, name in held:
        members.setdefault(branch_id, (organization_id, name))
    placed = Placement.objects.filter(
        organization__in=[organization_id for organization_id, _ in members.values()], period__contains=as_of
    )
    units = dict(placed.values_list("organization_id", "unit__name"))
    posts = codes(CodeList.POST)
    rows = []
    for change in changes:
        organization_id, name = members.get(change.branch_id, (0, ""))
        form = forms.get(change.branch_id)
        body = name_of(change.branch, form.label if form else "", name)
        rows.append(ChangeRow(change, body, units.get(organization_id, ""), posts.get(change.post, change.post), as_of))
    return rows


@dataclass
class Answer:
    """One opinion as the page of a change shows it."""

    opinion: Opinion
    body: str
    may_give: bool = False

    @property
    def word(self) -> str:
        return str(Verdict(self.opinion.verdict).label) if self.opinion.verdict else WAITS

    @property
    def tone(self) -> str:
        return {"agree": "met", "disagree": "late", "no_answer": "na"}.get(self.opinion.verdict, "due")

    @property
    def shape(self) -> str:
        return {"agree": "✓", "disagree": "✕", "no_answer": "–"}.get(self.opinion.verdict, "…")


@dataclass
class Said:
    """One earlier or present answer in the history of opinions."""

    at: datetime
    body: str
    word: str
    reason: str
    who: str


@dataclass
class ChangePage:
    """What the page of one change shows.

    Attributes:
        answers: the bodies asked and what they say.
        said: everything that was ever answered, the latest first.
        may_decide: the account may put it into effect or withdraw it today.
        ready: it may take effect today as far as the answers go.
        ready_on: the first day on which it may take effect, as things stand.
    """

    row: ChangeRow
    answers: list[Answer]
    said: list[Said] = field(default_factory=list)
    may_decide: bool = False
    ready: bool = False
    ready_on: date | None = None

    @property
    def awaited(self) -> list[str]:
        return [answer.body for answer in self.answers if not answer.opinion.verdict]

    @property
    def dissent(self) -> bool:
        return any(answer.opinion.verdict == Verdict.DISAGREE for answer in self.answers)


def change_page(user: Any, change: LeaderChange, as_of: date, today: date) -> ChangePage:
    """A change with its opinions as they are now, and all that were given before.

    Args:
        user: the signed-in User; the change is known to be visible.
        change: out of `changes_at`.
        as_of: the working date, for the names of units.
        today: the day acts would be done on.
    """
    labels = codes(CodeList.OPINION_BODY)
    opinions = list(Opinion.objects.filter(change=change).select_related("unit", "given_by").order_by("id"))
    is_open = change.state == ChangeState.OPEN
    answers = [
        Answer(
            opinion,
            labels.get(opinion.body, opinion.body) + (f"({opinion.unit.name})" if opinion.unit else ""),
            is_open and may_give_opinion(user, opinion),
        )
        for opinion in opinions
    ]
    ready = ready_on(change, opinions)
    return ChangePage(
        change_rows([change], user, as_of)[0],
        answers,
        _said(change, {answer.opinion.pk: answer.body for answer in answers}),
        is_open and may_edit_line(user, change.branch.line),
        is_open and ready <= today,
        ready,
    )


def _said(change: LeaderChange, bodies: dict[int, str]) -> list[Said]:
    history: Any = Opinion._meta.get_field("events").related_model
    rows = history.objects.filter(change_id=change.pk).exclude(verdict="").select_related("given_by")
    return [
        Said(
            row.given_at,
            bodies.get(row.pgh_obj_id, row.body),
            str(Verdict(row.verdict).label),
            row.reason,
            str(row.given_by) if row.given_by else "系统",
        )
        for row in rows.order_by("-pgh_id")
    ]


def counts_of(rows: QuerySet[LeaderChange], as_of: date) -> str:
    """The counts above the list in words; one query.

    Args:
        rows: the rows of the list.
        as_of: the working date.
    """
    states = list(rows.order_by().values_list("state_at", "given", "asked", "answers_due_on"))
    open_ones = [row for row in states if row[0] == ChangeState.OPEN]
    late = sum(1 for _, given, asked, due in open_ones if given < asked and due < as_of)
    return f"征求意见中 {len(open_ones)} 件,其中已过截止日期未答复齐 {late} 件"


def changes_waiting(user: Any, as_of: date) -> list[Waiting]:
    """Opinions that this account owes, and changes it may put into effect; at most one query.

    Args:
        user: the signed-in User.
        as_of: the working date.
    """
    if not may_see_leader_changes(user) or scope_of(user).nothing:
        return []
    mine = Count("opinions", filter=Q(opinions__in=Opinion.objects.filter(awaited_from(user))))
    found = changes_at(user, as_of).filter(state=ChangeState.OPEN).annotate(mine=mine).order_by("answers_due_on", "id")
    rows = list(found)
    address = reverse("leader-change-list")
    waiting = []
    if owed := [row for row in rows if row.mine]:
        due = owed[0].answers_due_on
        waiting.append(
            Waiting(
                f"{len(owed)} 件负责人调整等您的意见",
                "写明同意,或不同意和理由",
                f"{address}?waiting=mine",
                "去答复",
                due,
                due < as_of,
            )
        )
    if ready := [
        row
        for row in rows
        if (row.given == row.asked or row.answers_due_on < as_of) and may_edit_line(user, row.branch.line)
    ]:
        waiting.append(
            Waiting(
                f"{len(ready)} 件负责人调整意见已齐或已到期,可以办结",
                "办理生效,或撤回并写明理由",
                f"{address}?waiting=ready",
                "去办理",
            )
        )
    return waiting
