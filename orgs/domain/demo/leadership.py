"""Changes of leaders in each state and two cases of dismissed leaders of the demo county."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from orgs.domain.leader_changes import ANSWER_DAYS
from orgs.models import (
    Appointment,
    Branch,
    CaseMeasure,
    Code,
    DismissalCase,
    LeaderChange,
    Opinion,
    Organization,
    Person,
    Placement,
    User,
)
from orgs.models.codes import CodeList
from orgs.models.leadership import ChangeState, Verdict

# The unit offices that have an account in the demo, by their code.
OFFICES = {"36072901": "chengxiang", "36072910": "gongyeyuan"}
SPEAKS = {"union": "union", "league": "league", "women": "women"}
LINES = ("party", "union", "league", "women")


@dataclass(frozen=True)
class Story:
    """How one change went.

    Attributes:
        asked_on: the day of the request.
        answered: bodies that have answered.
        against: those of them that disagree, with their reason.
        state: how it stands.
    """

    asked_on: date
    answered: tuple[str, ...] = ()
    against: tuple[tuple[str, str], ...] = ()
    state: str = ChangeState.OPEN


EVERYBODY = ("two_new", "superior", "union", "league", "women")
RUNNING = (
    Story(date(2011, 6, 27)),
    Story(date(2011, 6, 24), ("two_new", "superior", "women")),
    Story(date(2011, 6, 10), ("two_new", "union")),
    Story(date(2011, 6, 20), EVERYBODY),
    Story(date(2011, 6, 17), EVERYBODY, (("union", "任期未满,且职工代表大会没有讨论过"),)),
    Story(date(2011, 5, 12), ("two_new", "superior"), state=ChangeState.WITHDRAWN),
)
# So many heads that followed another one came by a change that is on record.
FOLLOWED = 4
REASONS = ("工作调动", "本人提出辞去职务", "到龄退休", "调往县城工作")


def write_leadership(organizations: Sequence[Organization], users: Sequence[User]) -> None:
    """Writes changes of leaders in each state, with opinions, and two cases; always the same ones.

    Args:
        organizations: the rows written for the county's organizations, in order.
        users: the demo's accounts.
    """
    accounts = {user.username: user for user in users}
    units = _offices(organizations)
    heads = _heads(units)
    successors = list(Person.objects.filter(is_demo=True, candidate__status="available").order_by("pk")[: len(RUNNING)])
    made: list[tuple[LeaderChange, Story]] = []
    taken: set[int] = set()
    for number, (story, successor) in enumerate(zip(RUNNING, successors, strict=False)):
        line = LINES[number % len(LINES)]
        leaving = next((h for h in heads if h.branch.line == line and h.branch_id not in taken), None)
        if leaving is None:
            continue
        taken.add(leaving.branch_id)
        made.append((_change(leaving, successor, story, REASONS[number % len(REASONS)], accounts), story))
    for before, after in _successions(units, taken):
        asked = after.period.lower - timedelta(days=ANSWER_DAYS + 5)
        story = Story(asked, EVERYBODY, state=ChangeState.EFFECTIVE)
        change = _change(before, after.person, story, before.end_reason or REASONS[0], accounts)
        change.effective_on = after.period.lower
        made.append((change, story))
    LeaderChange.objects.bulk_create(change for change, _ in made)
    asked_bodies = list(Code.objects.filter(list_name=CodeList.OPINION_BODY, is_active=True).order_by("order"))
    Opinion.objects.bulk_create(
        _opinion(change, story, body, units[change.branch_id], accounts)
        for change, story in made
        for body in asked_bodies
    )
    _write_cases(units, taken, accounts)


def _offices(organizations: Sequence[Organization]) -> dict[int, tuple[int, str, int]]:
    """Body → (unit, its office's account, organization), for bodies of one organization under such a unit."""
    placed = Placement.objects.filter(
        organization__in=[row.pk for row in organizations], unit__code__in=OFFICES, period__upper_inf=True
    ).values_list("organization_id", "unit_id", "unit__code")
    units = {organization: (unit, OFFICES[code]) for organization, unit, code in placed}
    bodies = Branch.objects.filter(
        is_demo=True, composition="own", dissolved_on=None, memberships__organization__in=units
    ).values_list("pk", "memberships__organization")
    return {branch: (*units[organization], organization) for branch, organization in bodies}


def _heads(units: dict[int, tuple[int, str, int]]) -> list[Appointment]:
    rows = Appointment.objects.filter(branch__in=units, is_head=True, period__upper_inf=True)
    return list(rows.filter(period__startswith__lt=date(2011, 1, 1)).select_related("branch").order_by("pk"))


def _successions(units: dict[int, tuple[int, str, int]], taken: set[int]) -> list[tuple[Appointment, Appointment]]:
    """Heads that followed another one from the same day on, the first few."""
    rows = Appointment.objects.filter(branch__in=units, is_head=True).exclude(branch__in=taken)
    found, before = [], None
    for row in rows.select_related("branch", "person").order_by("branch_id", "period"):
        if before is not None and before.branch_id == row.branch_id and before.period.upper == row.period.lower:
            found.append((before, row))
        before = row
    found.sort(key=lambda pair: pair[1].period.lower, reverse=True)
    return found[:FOLLOWED]


def _noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))


def _change(
    leaving: Appointment, successor: Person, story: Story, reason: str, accounts: dict[str, User]
) -> LeaderChange:
    decided = None if story.state == ChangeState.OPEN else _noon(story.asked_on + timedelta(days=ANSWER_DAYS + 5))
    return LeaderChange(
        branch=leaving.branch,
        leaving=leaving,
        successor=successor,
        post=leaving.post,
        source="employee",
        reason=reason,
        state=story.state,
        requested_on=story.asked_on,
        answers_due_on=story.asked_on + timedelta(days=ANSWER_DAYS),
        withdrawn_reason="本人同意留任" if story.state == ChangeState.WITHDRAWN else "",
        requested_by=accounts["owner"],
        decided_by=accounts["owner"] if decided else None,
        decided_at=decided,
    )


def _opinion(
    change: LeaderChange, story: Story, body: Code, office: tuple[int, str, int], accounts: dict[str, User]
) -> Opinion:
    by = body.data.get("by")
    opinion = Opinion(
        change=change,
        body=body.code,
        unit_id=office[0] if by == "unit" else None,
        line=body.data.get("line", "") if by == "line" else "",
    )
    if body.code in story.answered:
        against = dict(story.against)
        opinion.verdict = Verdict.DISAGREE if body.code in against else Verdict.AGREE
        opinion.reason = against.get(body.code, "")
        name = office[1] if by == "unit" else SPEAKS.get(opinion.line, "owner")
        opinion.given_by, opinion.given_at = accounts[name], _noon(story.asked_on + timedelta(days=2))
    return opinion


def _write_cases(units: dict[int, tuple[int, str, int]], taken: set[int], accounts: dict[str, User]) -> None:
    """Two cases in organizations with a union: one open, one closed."""
    unions = Branch.objects.filter(pk__in=units, line="union", founded_on__lt=date(2010, 1, 1)).exclude(pk__in=taken)
    owners = list(dict.fromkeys(units[pk][2] for pk in unions.order_by("pk").values_list("pk", flat=True)))[2:4]
    union, told = accounts["union"], "因要求企业补缴职工社会保险费、支付加班工资,被企业解除劳动合同"
    stories = (
        (date(2010, 9, 6), "钟远芳", date(2011, 3, 15), "已到另一家企业上班,企业补发了工资"),
        (date(2011, 5, 23), "廖建生", None, ""),
    )
    cases = DismissalCase.objects.bulk_create(
        DismissalCase(
            organization_id=owner,
            person_name=name,
            post="工会主席",
            dismissed_on=day,
            circumstances=told,
            closed_on=closed,
            outcome=outcome,
            opened_by=union,
            opened_at=_noon(day + timedelta(days=3)),
        )
        for owner, (day, name, closed, outcome) in zip(owners, stories, strict=False)
    )
    CaseMeasure.objects.bulk_create(
        CaseMeasure(
            case=case,
            kind=kind,
            done_on=case.dismissed_on + timedelta(days=days),
            text=text,
            aid_yuan=Decimal(aid) if aid else None,
            recorded_by=union,
        )
        for case in cases
        for days, kind, text, aid in (
            (7, "mediation", "与企业协商恢复劳动关系", ""),
            (14, "aid", "困难补助", "2000"),
            (30, "placement", "推荐到园区企业应聘", ""),
        )
    )
