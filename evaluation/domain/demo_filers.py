"""Filers' accounts of the demo county: some in use, some printed and waiting, some overdue or expired."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from evaluation.domain.filers import FILING_ROLES, expires_on, heads_of, running_access
from evaluation.domain.filers_issue import Prepared, Way, hashed_code, new_access, plan_issue, store_issue
from evaluation.models import FilerRole, FilingAccess
from orgs.domain.acting import day_of
from orgs.domain.demo import ACCOUNTS
from orgs.models import Organization, RoleAssignment, User
from quannan.base.events import subscribe

LED, OTHERS, CHANGED = 12, 10, 2
# Days since the account was issued; past the seventh without login it is overdue, past the fourteenth expired.
AGES = (1, 3, 9, 10, 20)
FORMER_HEAD = "钟前任"


@subscribe("demo.load")
def load_demo_filers(now: datetime | None = None, **payload: object) -> None:
    """Gives the demo's accounts of secretary and 企业联络员 their access, and some organizations an account.

    Args:
        now: the moment of the act; the clock's where left out.
        payload: what else is announced.
    """
    now = now or timezone.now()
    if FilingAccess.objects.filter(organization__is_demo=True).exists():
        return
    taken = _accesses_of_accounts(now)
    organizations = _chosen(taken, now)
    plan = plan_issue(organizations=organizations, by=None, now=now)
    # One code for all: hashing is slow by design, and the demo's passwords are no secret.
    code = hashed_code()
    codes = {one.key: code for one in plan if one.way == Way.NEW}
    store_issue(prepared=Prepared(plan, codes), by=None, now=now)
    _age(organizations, now)


def _accesses_of_accounts(now: datetime) -> set[int]:
    """The published accounts file for their organization; the first of two for the same one."""
    given = RoleAssignment.objects.filter(
        user__is_demo=True, role__code__in=FILING_ROLES, organization__is_demo=True
    ).select_related("user", "role", "organization")
    taken: set[int] = set()
    for row in given.order_by("role__order", "pk"):
        organization = row.organization
        if organization is not None and organization.pk not in taken:
            new_access(organization, row.user, row.role.code, None, None, now).save(force_insert=True)
            taken.add(organization.pk)
    return taken


def _chosen(taken: set[int], now: datetime) -> list[Organization]:
    rows = list(Organization.objects.standing().filter(is_demo=True).exclude(pk__in=taken).order_by("pk"))
    heads = heads_of([row.pk for row in rows], day_of(now))
    led = [row for row in rows if row.pk in heads and heads[row.pk].own]
    others = [row for row in rows if row.pk not in heads]
    return [*led[:LED], *others[:OTHERS]]


def _age(organizations: Sequence[Organization], now: datetime) -> None:
    """Makes the accounts as old as accounts are in an office: every third is in use, with the published password."""
    accesses = running_access().filter(organization__in=organizations, user__is_demo=True).select_related("user")
    password = User.objects.filter(username=ACCOUNTS[0].username).values_list("password", flat=True).first()
    moved: set[int] = set()
    for i, access in enumerate(accesses.order_by("organization_id")):
        issued = now - timedelta(days=AGES[i % len(AGES)])
        access.issued_at, access.period = issued, DateRange(day_of(issued), None)
        access.issued_by_name = "主管党(工)委"
        access.printed_at = issued if i % 4 else None
        user: User = access.user
        if i % 3 == 0:
            access.code, access.code_expires_on, access.printed_at = "", None, issued
            user.last_login, user.must_change_password = now - timedelta(hours=2), False
            user.password = password or user.password
        elif access.code:
            access.code_expires_on = expires_on(issued)
        if access.role == FilerRole.SECRETARY and len(moved) < CHANGED:
            moved.add(user.pk)
            user.name = FORMER_HEAD
        user.save(update_fields=["name", "password", "last_login", "must_change_password"])
        access.save()
