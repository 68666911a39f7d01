"""Who should file for an organization, whose accounts an office may touch, and what an end leaves behind."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When

from evaluation.models import FilerRole, FilingAccess, Submission
from evaluation.permissions import may_file, may_keep_filers
from orgs.domain.acting import day_of, require_visible
from orgs.domain.refusals import NotAllowed
from orgs.lines import Line
from orgs.models import BranchForm, BranchMembership, Organization, Role, RoleAssignment, User
from orgs.models.bodies import Composition
from orgs.permissions import scope_for

CAPABILITY = "reports.accounts"
FILING_ROLES = (FilerRole.SECRETARY.value, FilerRole.FILER.value)
FORMER = "former_filer"
# Accounts with any other role belong to 账号 in 系统管理: whoever resets an account can log in with it.
OURS = (*FILING_ROLES, FORMER)
# Two weeks: slips are handed out at a township's meeting or on the next visit, and a lost one is soon worth nothing.
CODE_DAYS = 14
# A week after the slip was made nobody has logged in: the office asks.
OVERDUE_DAYS = 7
CONTACT_WORD = "联络员"

NOT_KEEPER = "您的角色不能办理填报账号。如工作需要,请联系系统管理员调整角色。"
OTHER_ROLES = "账号“{username}”还有其他角色,不能在这里办理,请联系系统管理员在“账号”里办理。"
REACHES_FURTHER = "账号“{username}”还为您管理范围以外的组织填报,请联系两新工委办公室办理。"
SHUT = "账号“{username}”已停用。请联系系统管理员启用,或办理移交。"


@dataclass(frozen=True)
class Head:
    """The head of the party body that covers an organization.

    Attributes:
        organization_id: whose.
        branch_id: the body.
        own: the body covers this organization alone.
        person_id: the head.
        name: the head's name.
    """

    organization_id: int
    branch_id: int
    own: bool
    person_id: int
    name: str


@dataclass(frozen=True)
class Suggestion:
    """Who should file for an organization, and why.

    Attributes:
        organization: whose reports.
        role: code of `FilerRole`.
        name: the holder's name.
        head: the head who files, None for a 企业联络员.
    """

    organization: Organization
    role: str
    name: str
    head: Head | None = None

    @property
    def why(self) -> str:
        """The rule that led to it, in words."""
        if self.head is None:
            return "没有党组织或没有书记,由企业联络员填报"
        return "本组织党组织书记" if self.head.own else "联合党组织书记,各成员单位同用一个账号"


def party_heads(on: date) -> QuerySet[BranchMembership]:
    """Coverage by standing party bodies that have a head on a day, an organization's own body first.

    Args:
        on: the day.
    """
    alone = Q(branch__composition__in=[Composition.OWN, Composition.FUNCTIONAL])
    counted = BranchForm.objects.filter(branch=OuterRef("branch"), period__contains=on, form__is_body=True)
    covers: Any = BranchMembership.objects.filter(
        Exists(counted),
        Q(branch__dissolved_on=None) | Q(branch__dissolved_on__gt=on),
        period__contains=on,
        branch__line=Line.PARTY,
        branch__founded_on__lte=on,
        branch__appointments__is_head=True,
        branch__appointments__period__contains=on,
    )
    rows: QuerySet[BranchMembership] = covers.annotate(
        joint=Case(When(alone, then=Value(0)), default=Value(1), output_field=IntegerField()),
        person=F("branch__appointments__person"),
        person_name=F("branch__appointments__person__name"),
    ).order_by("organization", "joint", "branch__founded_on", "branch")
    return rows


def heads_of(organization_ids: Collection[int], on: date) -> dict[int, Head]:
    """The head who files for each organization, where there is one; one query.

    Args:
        organization_ids: which.
        on: the day.
    """
    rows: Any = party_heads(on).filter(organization__in=organization_ids)
    found: dict[int, Head] = {}
    for pk, branch, joint, person, name in rows.values_list(
        "organization_id", "branch_id", "joint", "person", "person_name"
    ):
        found.setdefault(pk, Head(pk, branch, not joint, person, name))
    return found


def suggest_filers(organizations: Collection[Organization], on: date) -> list[Suggestion]:
    """Who should file for each organization, in the order given; one query.

    The head of its own party body; else that of a joint one that covers it, the same person for all members; else
    its contact person as 企业联络员.

    Args:
        organizations: with their contact names.
        on: the day.
    """
    heads = heads_of([row.pk for row in organizations], on)
    return [_suggestion(row, heads.get(row.pk)) for row in organizations]


def suggested_filer(organization: Organization, on: date) -> Suggestion:
    """Who should file for one organization.

    Args:
        organization: which.
        on: the day.
    """
    return suggest_filers([organization], on)[0]


def _suggestion(organization: Organization, head: Head | None) -> Suggestion:
    if head is None:
        return Suggestion(organization, FilerRole.FILER.value, (organization.contact_name or CONTACT_WORD)[:64])
    return Suggestion(organization, FilerRole.SECRETARY.value, head.name, head)


def running_access() -> QuerySet[FilingAccess]:
    """The accounts that file now: those whose time has no end."""
    return FilingAccess.objects.filter(period__upper_inf=True)


def own_accesses(user: Any) -> list[FilingAccess]:
    """What an account files for, by the organizations' names.

    Args:
        user: the signed-in User.
    """
    return list(running_access().filter(user=user).select_related("organization", "user"))


def offices_only() -> Q:
    """The condition on accounts that have a role beyond filing, or rights of the framework."""
    beyond = RoleAssignment.objects.filter(user=OuterRef("pk")).exclude(role__code__in=OURS)
    return Exists(beyond) | Q(is_superuser=True) | Q(is_staff=True)


def usable_accounts(by: Any, now: datetime) -> QuerySet[User]:
    """Accounts that file and do nothing else, all of whose organizations the actor reaches.

    Args:
        by: the acting User, None for the system.
        now: the clock.
    """
    accounts = User.objects.filter(is_active=True).exclude(offices_only())
    if by is None:
        return accounts
    beyond = RoleAssignment.objects.filter(user=OuterRef("pk"), organization__isnull=False)
    return accounts.exclude(Exists(beyond.exclude(organization__in=_reached(by, now))))


def require_keeper(organizations: Iterable[Organization], by: Any, now: datetime) -> None:
    """Refuses whoever may not keep the filers' accounts of these organizations.

    Args:
        organizations: which.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act, or one of them is out of scope.
    """
    if by is None:
        return
    if not may_keep_filers(by):
        raise NotAllowed(NOT_KEEPER)
    require_visible(organizations, by, now, scope_for(by, CAPABILITY))


def require_account(user: User, by: Any, now: datetime) -> None:
    """Refuses an account that does more than file, or files for organizations beyond the actor's reach.

    Args:
        user: whose account is to be changed.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: it is no account of a filer, or not within the actor's reach.
    """
    if User.objects.filter(offices_only(), pk=user.pk).exists():
        raise NotAllowed(OTHER_ROLES.format(username=user.username))
    if by is not None:
        given = RoleAssignment.objects.filter(user=user, organization__isnull=False)
        served = running_access().filter(user=user)
        reached = _reached(by, now)
        if given.exclude(organization__in=reached).exists() or served.exclude(organization__in=reached).exists():
            raise NotAllowed(REACHES_FURTHER.format(username=user.username))


def is_own_hand_over(access: FilingAccess, by: Any) -> bool:
    """Whether the holder hands over the own account.

    Args:
        access: the running access.
        by: the acting User, None for the system.
    """
    return by is not None and access.user_id == by.pk and may_file(by)


def _reached(by: Any, now: datetime) -> QuerySet[Organization]:
    return Organization.objects.standing().filter(scope_for(by, CAPABILITY).organizations_q(day_of(now)))


def expires_on(now: datetime) -> date:
    """The last day of a code made now.

    Args:
        now: the clock.
    """
    return day_of(now) + timedelta(days=CODE_DAYS)


def filing_role(code: str) -> Role:
    """The role of a filer.

    Args:
        code: one of `FilerRole`.

    Raises:
        ValidationError: another code.
    """
    if code not in FILING_ROLES:
        raise ValidationError({"role": ValidationError("请选择党组织书记或企业联络员。", code="required")})
    return Role.objects.get(code=code)


def retire(user: User, organizations: Collection[Organization]) -> bool:
    """Takes the filing of organizations from an account; what it signed stays readable to it.

    An account left without any role is shut. The caller holds the transaction.

    Args:
        user: locked.
        organizations: for which it filed.

    Returns:
        Whether the account was shut.
    """
    own = RoleAssignment.objects.filter(user=user)
    for assignment in own.filter(role__code__in=FILING_ROLES, organization__in=organizations):
        assignment.delete()
    if Submission.objects.filter(submitted_by=user, report__organization__in=organizations).exists():
        RoleAssignment.objects.get_or_create(user=user, role=Role.objects.get(code=FORMER))
    forget_roles(user)
    if own.exists() or not user.is_active:
        return False
    user.is_active = False
    user.save(update_fields=["is_active"])
    return True


def forget_roles(user: User) -> None:
    """Drops what the instance at hand remembers of its roles.

    Args:
        user: an instance whose assignments have changed.
    """
    for name in ("assignments", "capabilities", "_scope"):
        user.__dict__.pop(name, None)
