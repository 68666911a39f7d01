"""Reads of people: who is meant by a name, one person's page, the talent pool, workers, an organization's people."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q

from orgs.lines import LINES, Line
from orgs.models import (
    Appointment,
    Branch,
    BranchMembership,
    Candidate,
    Instructor,
    Liaison,
    Organization,
    Owner,
    Person,
    ProfessionalWorker,
)
from orgs.permissions import may_edit_line, may_edit_talent, may_reveal_person
from orgs.queries import codes, search_condition
from orgs.queries_branches import name_of, standing, standing_branch
from orgs.queries_posts import Post, bodies_in_words, in_words
from orgs.validators import normalise_code, normalise_name
from quannan.base.encryption import mask_phone

# So many of one name are offered; nobody reads more.
NAMESAKES = 20
# So many bodies are offered at once; a longer result asks for more of the name.
BODIES = 50
ELSEWHERE = "管理范围以外的单位"


def namesakes(user: Any, name: str, on: date) -> list[Person]:
    """People in the account's sight who bear a name, for choosing whom is meant.

    Args:
        user: the signed-in User.
        name: as typed; blank finds nobody.
        on: the day whose placements count.
    """
    text = name.strip()
    text = text if text.isascii() else "".join(text.split())
    if not text:
        return []
    rows = Person.objects.visible_to(user, on).filter(name=text).select_related("organization", "unit")
    return list(rows.order_by("pk")[:NAMESAKES])


def organization_meant(user: Any, text: str, on: date) -> Organization | None:
    """The one organization in the account's sight that bears a code or a whole name; None where none or several do.

    Args:
        user: the signed-in User.
        text: unified social credit code, old code or 单位名称.
        on: the day whose placements count.
    """
    code = normalise_code(text)
    rows = Organization.objects.visible_to(user, on).standing()
    found = list(rows.filter(Q(uscc=code) | Q(old_code=code) | Q(name_key=normalise_name(text)))[:2])
    return found[0] if len(found) == 1 else None


def lines_edited(user: Any) -> list[str]:
    """The lines whose bodies an account may edit, in their order.

    Args:
        user: the signed-in User.
    """
    return [line for line in LINES if may_edit_line(user, line)]


def bodies_to_lead(user: Any, on: date, lines: Iterable[str], text: str) -> dict[int, str]:
    """Bodies that stand on a day, found by their own or a member's name, with what they are called; at most `BODIES`.

    Args:
        user: the signed-in User.
        on: the day, inclusive.
        lines: codes of the lines.
        text: part of the name of the body or of an organization, a code, pinyin initials.
    """
    if not text.strip():
        return {}
    held = BranchMembership.objects.filter(
        search_condition(text, "organization__"),
        branch=OuterRef("pk"),
        period__contains=on,
        organization__in=Organization.objects.visible_to(user, on),
    )
    rows = Branch.objects.visible_to(user, on).filter(standing(on), line__in=list(lines))
    rows = rows.filter(Exists(held) | Q(name_key__contains=normalise_name(text)))
    ids = list(rows.order_by("line", "pk").values_list("pk", flat=True)[:BODIES])
    words = bodies_in_words(ids, user, on)
    return {pk: f"{words[pk].branch.get_line_display()}:{words[pk].name}" for pk in ids}


def member_of_body(branch: Branch, user: Any, on: date) -> str:
    """The name of the one organization a body covers, "" where it covers several or one out of sight.

    Args:
        branch: in the account's sight.
        user: the signed-in User.
        on: the day, inclusive.
    """
    held = BranchMembership.objects.filter(branch=branch, period__contains=on, organization__merged_into=None)
    names = list(held.values_list("organization__name", flat=True)[:2])
    seen = held.filter(organization__in=Organization.objects.visible_to(user, on)).exists()
    return names[0] if len(names) == 1 and seen else ""


@dataclass(frozen=True)
class Duty:
    """One duty beside a person's posts: what, at whom, from when, until when."""

    what: str
    where: str
    organization_id: int | None
    since: date
    last_day: date | None
    employment_id: int | None = None


def last_day(period: Any) -> date | None:
    """至, the last day included; None where it goes on."""
    return period.upper - timedelta(days=1) if period.upper else None


def posts_of_person(person: Person, user: Any, on: date) -> list[Post]:
    """Someone's posts in bodies in the account's sight, the latest first, those of the past and to come included.

    Args:
        person: in the account's sight.
        user: the signed-in User.
        on: the day on which bodies are called by their names.
    """
    rows = Appointment.objects.visible_to(user, on).filter(person=person).select_related("person", "branch")
    return in_words(rows.order_by("-period", "pk"), on, user, with_others=False)


def duties_of_person(person: Person, user: Any, on: date) -> list[Duty]:
    """Someone's work as instructor, 挂点 leader or professional worker, within the account's sight; three queries.

    Args:
        person: in the account's sight.
        user: the signed-in User.
        on: the day whose placements count.
    """
    found = []
    for what, model in (("党建工作指导员", Instructor), ("挂点联系", Liaison)):
        for row in model.objects.visible_to(user, on).filter(person=person).select_related("organization"):
            found.append(Duty(what, row.organization.name, row.organization_id, row.period.lower, last_day(row.period)))
    workers = ProfessionalWorker.objects.visible_to(user, on).filter(person=person)
    for worker in workers.select_related("unit", "organization"):
        where = worker.unit.name
        found.append(Duty("职业党群干部", where, None, worker.period.lower, last_day(worker.period), worker.pk))
    return sorted(found, key=lambda duty: duty.since, reverse=True)


def entry_of_person(person: Person, user: Any) -> Candidate | None:
    """Someone's entry in the talent pool, for accounts that keep it.

    Args:
        person: in the account's sight.
        user: the signed-in User.
    """
    return Candidate.objects.filter(person=person).first() if may_edit_talent(user) else None


def places_of(people: Iterable[Person], user: Any, on: date) -> dict[int, str]:
    """Where people work, in words, by id; an organization out of the account's sight is not named. One query.

    Args:
        people: with organization and unit read along.
        user: the signed-in User.
        on: the day whose placements count.
    """
    people = list(people)
    ids = {person.organization_id for person in people if person.organization_id}
    seen = set(Organization.objects.visible_to(user, on).filter(pk__in=ids).values_list("pk", flat=True)) if ids else ()
    found = {}
    for person in people:
        if person.organization:
            found[person.pk] = person.organization.name if person.organization_id in seen else ELSEWHERE
        else:
            found[person.pk] = person.workplace or (person.unit.name if person.unit else "")
    return found


@dataclass(frozen=True)
class Place:
    """A post of a body as pages of bodies and organizations show it, with whether a head is wanting."""

    branch_id: int
    line: str
    name: str
    posts: list[Post]
    has_head: bool
    may_edit: bool


def people_of_branch(branch: Branch, user: Any, as_of: date) -> list[Post]:
    """Who held a post of a body on a day, the head first.

    Args:
        branch: the body, already checked for visibility.
        user: the signed-in User.
        as_of: the day, inclusive.
    """
    rows = (
        Appointment.objects.filter(standing_branch(as_of), branch=branch, period__contains=as_of)
        .select_related("person", "branch")
        .order_by("-is_head", "post", "pk")
    )
    return in_words(rows, as_of, user)


@dataclass(frozen=True)
class Team:
    """队伍 of an organization on a day: its bodies with their posts, and its owners."""

    bodies: list[Place]
    owners: list["OwnerRow"]
    may_reveal: bool


def team_of(organization: Organization, user: Any, as_of: date) -> Team:
    """The people of an organization on a day; a fixed number of queries.

    Args:
        organization: already checked for visibility.
        user: the signed-in User.
        as_of: the day, inclusive.
    """
    return Team(
        bodies_of_organization(organization, user, as_of),
        owners_of(organization, as_of),
        may_reveal_person(user),
    )


def bodies_of_organization(organization: Organization, user: Any, as_of: date) -> list[Place]:
    """The bodies that cover an organization on a day, each with who holds its posts; a fixed number of queries.

    Args:
        organization: already checked for visibility.
        user: the signed-in User.
        as_of: the day, inclusive.
    """
    rows = (
        Branch.objects.visible_to(user, as_of)
        .filter(
            standing(as_of),
            pk__in=BranchMembership.objects.filter(organization=organization, period__contains=as_of).values("branch"),
        )
        .prefetch_related(
            Prefetch(
                "appointments",
                Appointment.objects.filter(period__contains=as_of)
                .select_related("person", "branch")
                .order_by("-is_head", "pk"),
                to_attr="serving",
            )
        )
    )
    branches = sorted(rows, key=lambda b: (LINES.index(b.line), b.founded_on, b.pk))
    words = bodies_in_words((b.pk for b in branches), user, as_of)
    posts = {post.pk: post for post in in_words([row for b in branches for row in b.serving], as_of, user)}
    lines = lines_edited(user)
    return [
        Place(
            b.pk,
            b.line,
            words[b.pk].name if b.name else name_of(b, words[b.pk].form_word, organization.name),
            [posts[row.pk] for row in b.serving],
            any(row.is_head for row in b.serving),
            b.line in lines,
        )
        for b in branches
    ]


@dataclass(frozen=True)
class OwnerRow:
    """One owner as the page shows it; the phone is masked.

    Attributes:
        hint: said where the head of the organization's party body bears the same name; never a finding.
    """

    row: Owner
    role: str
    phone: str
    last_day: date | None
    hint: str

    @property
    def key(self) -> str:
        """The row's key as text, for naming its dialog."""
        return str(self.row.pk)


def owners_of(organization: Organization, as_of: date) -> list[OwnerRow]:
    """The owners of an organization, those of the day first; two queries.

    Args:
        organization: already checked for visibility.
        as_of: the day, inclusive.
    """
    roles = codes("owner_role")
    secretaries = set(
        Appointment.objects.filter(
            standing_branch(as_of),
            is_head=True,
            period__contains=as_of,
            branch__line=Line.PARTY,
            branch__memberships__organization=organization,
            branch__memberships__period__contains=as_of,
        ).values_list("person__name", flat=True)
    )
    rows = sorted(
        organization.owners.all(),
        key=lambda row: (as_of not in row.period, list(roles).index(row.role) if row.role in roles else 99, row.pk),
    )
    return [
        OwnerRow(
            row,
            roles.get(row.role, row.role),
            mask_phone(row.phone),
            last_day(row.period),
            "与党组织书记姓名相同,请核对是否兼任" if as_of in row.period and row.name in secretaries else "",
        )
        for row in rows
    ]
