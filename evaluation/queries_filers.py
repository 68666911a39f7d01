"""Who files: the organizations with their accounts, and the slips as they are printed."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from evaluation.domain.filers import CAPABILITY, OVERDUE_DAYS, party_heads, running_access
from evaluation.models import AnnualReport, FilerRole, FilingAccess
from orgs.domain.acting import day_of
from orgs.domain.one_time import in_groups
from orgs.models import Organization, Placement
from orgs.permissions import scope_for

NO_ACCOUNT, UNPRINTED, PRINTED, LOGGED_IN, EXPIRED = "无账号", "未打印", "已打印", "已登录", "已过期"


def in_reach(user: Any, now: datetime) -> QuerySet[Organization]:
    """The organizations whose filers' accounts an account keeps.

    Args:
        user: the signed-in User.
        now: the clock.
    """
    return Organization.objects.standing().filter(scope_for(user, CAPABILITY).organizations_q(day_of(now)))


def accesses_in_reach(user: Any, now: datetime) -> QuerySet[FilingAccess]:
    """The accounts that file now for what an account reaches.

    Args:
        user: the signed-in User.
        now: the clock.
    """
    return running_access().filter(organization__in=in_reach(user, now)).select_related("organization", "user")


def filing_organizations(user: Any, now: datetime) -> QuerySet[Organization]:
    """Organizations in reach that report in a running round or have an account, with what the list sorts by.

    Args:
        user: the signed-in User.
        now: the clock.
    """
    today = day_of(now)
    own = running_access().filter(organization=OuterRef("pk"))
    reports = AnnualReport.objects.filter(
        organization=OuterRef("pk"), round__opened_at__isnull=False, round__county_due_on__gte=today
    )
    placed = Placement.objects.filter(organization=OuterRef("pk"), period__contains=today)
    heads: Any = party_heads(today).filter(organization=OuterRef("pk"))
    return (
        in_reach(user, now)
        .filter(Exists(own) | Exists(reports))
        .annotate(
            unit_name=Subquery(placed.values("unit__name")[:1]),
            issued=Subquery(own.values("issued_at")[:1]),
            username=Subquery(own.values("user__username")[:1]),
            head_name=Subquery(heads.values("person_name")[:1]),
        )
    )


def never_in() -> Q:
    """The condition on accesses whose one-time code has not been used for a login."""
    unseen = Q(user__last_login__isnull=True) | Q(user__last_login__lt=F("issued_at"))
    return Q(code_expires_on__isnull=False) & unseen


def expired(today: date) -> Q:
    """The condition on accesses whose code has expired unused.

    Args:
        today: the day.
    """
    return Q(code_expires_on__lt=today)


def overdue(now: datetime) -> Q:
    """The condition on accesses issued longer ago than a first login should take.

    Args:
        now: the clock.
    """
    return never_in() & Q(issued_at__lt=now - timedelta(days=OVERDUE_DAYS))


def changed_head(today: date) -> QuerySet[FilingAccess]:
    """Running accesses of a secretary where the party body's head today has another name.

    Args:
        today: the day.
    """
    heads: Any = party_heads(today).filter(organization=OuterRef("organization"))
    named = running_access().filter(role=FilerRole.SECRETARY).annotate(head=Subquery(heads.values("person_name")[:1]))
    return named.filter(head__isnull=False).exclude(head=F("user__name"))


@dataclass(frozen=True)
class Counts:
    """What needs the office's hand.

    Attributes:
        bare: organizations without an account.
        overdue: accounts nobody has logged in to in time, counted by organization.
        expired: codes expired unused, by organization.
        changed: organizations whose secretary has changed.
    """

    bare: int
    overdue: int
    expired: int
    changed: int


def counts_of(rows: QuerySet[Organization], now: datetime) -> Counts:
    """The counts above the list; three queries.

    Args:
        rows: as `filing_organizations` gives them.
        now: the clock.
    """
    today = day_of(now)
    found = (
        running_access()
        .filter(organization__in=rows.values("pk"))
        .aggregate(late=Count("pk", filter=overdue(now)), over=Count("pk", filter=expired(today)), n=Count("pk"))
    )
    changed = changed_head(today).filter(organization__in=rows.values("pk")).count()
    return Counts(rows.count() - found["n"], found["late"], found["over"], changed)


def state_of(access: FilingAccess | None, today: date) -> str:
    """What has become of the code, in words.

    Args:
        access: the running one, with its user; None where there is none.
        today: the day.
    """
    if access is None:
        return NO_ACCOUNT
    if access.code_expires_on is None:
        return LOGGED_IN
    if access.code_expires_on < today:
        return EXPIRED
    if access.user.last_login and access.user.last_login >= access.issued_at:
        return LOGGED_IN
    return PRINTED if access.printed_at else UNPRINTED


def with_accounts(rows: Iterable[Any], now: datetime) -> list[Any]:
    """The same rows, each with `access`, `state`, `first_login`, `late` and `changed`; one query.

    Args:
        rows: as `filing_organizations` gives them.
        now: the clock.
    """
    rows, today = list(rows), day_of(now)
    accesses: Any = running_access().filter(organization__in=[row.pk for row in rows]).select_related("user")
    of = {access.organization_id: access for access in accesses}
    for row in rows:
        row.access = access = of.get(row.pk)
        row.state = state_of(access, today)
        row.late = row.changed = False
        row.first_login = None
        if access:
            last = access.user.last_login
            row.first_login = last if last and last >= access.issued_at else None
            waits = access.code_expires_on is not None and row.first_login is None
            row.late = waits and access.issued_at < now - timedelta(days=OVERDUE_DAYS)
            led = access.role == FilerRole.SECRETARY and row.head_name
            row.changed = bool(led and row.head_name != access.user.name)
    return rows


@dataclass(frozen=True)
class Slip:
    """One account's slip.

    Attributes:
        name: the holder's.
        username: login name.
        organizations: for which it files, by name.
        groups: the code in groups of four.
        until: the code's last day.
    """

    name: str
    username: str
    organizations: list[str]
    groups: list[str]
    until: date


def slips_of(accesses: Collection[FilingAccess]) -> list[Slip]:
    """One slip for each account, in the order of the organizations.

    Args:
        accesses: whose codes are still kept, with organization and user.
    """
    slips: dict[int, Slip] = {}
    for row in accesses:
        if row.code and row.code_expires_on:
            slip = Slip(row.user.name, row.user.username, [], in_groups(row.code), row.code_expires_on)
            slips.setdefault(row.user_id, slip).organizations.append(row.organization.name)
    return list(slips.values())
