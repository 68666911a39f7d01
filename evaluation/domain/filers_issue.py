"""Giving filers their accounts: planned for the page, hashed outside the transaction, written in one."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange

from evaluation.domain.filers import (
    FILING_ROLES,
    Suggestion,
    expires_on,
    filing_role,
    party_heads,
    require_keeper,
    retire,
    running_access,
    suggest_filers,
    suggested_filer,
    usable_accounts,
)
from evaluation.domain.submissions import name_of
from evaluation.models import FilerRole, FilingAccess
from orgs.domain.acting import acting, day_of, locked, require_text
from orgs.domain.one_time import new_code
from orgs.models import Organization, Role, RoleAssignment, User
from quannan.base.domain import audit

# chars 9 to 17 of 统一社会信用代码: the subject's own number, which stands on its licence.
SUBJECT = slice(8, 17)
PREFIXES = {"enterprise": "qy", "social": "sh"}
JOINT_PREFIX = "lh"
HAS_ACCOUNT = "“{name}”已有填报账号({username}),换人请办理移交,忘了密码请重置。"
TAKEN_NAME = "这个登录名已有人使用,请换一个。"


class Way(StrEnum):
    """How an organization comes to its account."""

    NEW = "new"
    TAKEN_OVER = "taken_over"
    JOINED = "joined"
    HAS = "has"


@dataclass(frozen=True)
class Planned:
    """What issuing would do for one organization.

    Attributes:
        suggestion: who should file.
        way: how it comes to the account.
        account: the standing account for all ways but NEW.
        username: login name, of the new account too.
        key: organizations with the same key get the same new account.
    """

    suggestion: Suggestion
    way: Way
    account: User | None
    username: str
    key: tuple[str, int]


@dataclass(frozen=True)
class Prepared:
    """A plan with its codes, hashed and ready to be written: hashing is slow by design and needs no transaction.

    Attributes:
        plan: one entry an organization.
        codes: key of a new account → (code, its hash).
    """

    plan: Sequence[Planned]
    codes: dict[tuple[str, int], tuple[str, str]]


@dataclass(frozen=True)
class Issued:
    """How many were given what.

    Attributes:
        organizations: those that now have an account and had none.
        accounts: new accounts, each with a slip.
        taken_over: organizations whose standing account files now.
        had: organizations passed over, since they had an account.
    """

    organizations: int
    accounts: int
    taken_over: int
    had: int


def plan_issue(*, organizations: Collection[Organization], by: Any, now: datetime) -> list[Planned]:
    """What issuing accounts would do, for each organization in the order given; a fixed number of queries.

    Args:
        organizations: whose reports.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act, or one of them is out of scope.
    """
    require_keeper(organizations, by, now)
    today = day_of(now)
    suggestions = suggest_filers(organizations, today)
    ids = [row.pk for row in organizations]
    running = {a.organization_id: a.user for a in running_access().filter(organization__in=ids).select_related("user")}
    standing = _standing_accounts(ids, by, now)
    joined = _accounts_of_bodies(suggestions, by, now)
    given: dict[tuple[str, int], User] = {}
    for one in suggestions:
        # A standing account of the very person files for all that this person leads.
        account = standing.get((one.organization.pk, one.role))
        if one.head and account and account.name == one.name:
            given.setdefault(_key(one), account)
    names = _Names()
    return [_planned(one, running, standing, {**joined, **given}, names) for one in suggestions]


def _planned(
    one: Suggestion,
    running: dict[int, User],
    standing: dict[tuple[int, str], User],
    led: dict[tuple[str, int], User],
    names: "_Names",
) -> Planned:
    key, pk = _key(one), one.organization.pk
    if account := running.get(pk):
        return Planned(one, Way.HAS, account, account.username, key)
    if account := standing.get((pk, one.role)):
        return Planned(one, Way.TAKEN_OVER, account, account.username, key)
    if account := led.get(key):
        return Planned(one, Way.JOINED, account, account.username, key)
    return Planned(one, Way.NEW, None, names.of(one), key)


def _key(one: Suggestion) -> tuple[str, int]:
    return ("person", one.head.person_id) if one.head else ("organization", one.organization.pk)


def _standing_accounts(ids: Collection[int], by: Any, now: datetime) -> dict[tuple[int, str], User]:
    """Accounts that hold the role for an organization already: (organization, role) → account, the oldest first."""
    rows = RoleAssignment.objects.filter(
        organization__in=ids, role__code__in=FILING_ROLES, user__in=usable_accounts(by, now)
    ).select_related("user", "role")
    found: dict[tuple[int, str], User] = {}
    for row in rows.order_by("user_id"):
        found.setdefault((row.organization_id or 0, row.role.code), row.user)
    return found


def _accounts_of_bodies(suggestions: Collection[Suggestion], by: Any, now: datetime) -> dict[tuple[str, int], User]:
    """Accounts in which a body's head already files for other members: key → account."""
    heads = {one.head.branch_id: one.head for one in suggestions if one.head}
    members = party_heads(day_of(now)).filter(branch__in=heads)
    body_of = dict(members.values_list("organization_id", "branch_id"))
    rows = running_access().filter(
        organization__in=body_of, role=FilerRole.SECRETARY, user__in=usable_accounts(by, now)
    )
    found: dict[tuple[str, int], User] = {}
    for row in rows.select_related("user").order_by("pk"):
        head = heads[body_of[row.organization_id]]
        if row.user.name == head.name:
            found.setdefault(("person", head.person_id), row.user)
    return found


class _Names:
    """Login names for new accounts, readable and unlike all others whatever their case; one query when first asked."""

    def __init__(self) -> None:
        self._taken: set[str] | None = None
        self._of_key: dict[tuple[str, int], str] = {}

    def of(self, one: Suggestion) -> str:
        key = _key(one)
        if key not in self._of_key:
            self._of_key[key] = self.free(login_name(one))
        return self._of_key[key]

    def free(self, wished: str) -> str:
        if self._taken is None:
            self._taken = {name.lower() for name in User.objects.values_list("username", flat=True)}
        name, number = wished, 2
        while name.lower() in self._taken:
            name, number = f"{wished}-{number}", number + 1
        self._taken.add(name.lower())
        return name


def login_name(one: Suggestion) -> str:
    """The login name wished for: the subject's number on the licence, or the joint body's number.

    Args:
        one: who files.
    """
    if one.head and not one.head.own:
        return f"{JOINT_PREFIX}{one.head.branch_id:05d}"
    prefix = PREFIXES[one.organization.kind]
    uscc = one.organization.uscc
    return f"{prefix}{uscc[SUBJECT]}" if uscc else f"{prefix}{one.organization.pk:06d}"


def free_login_name(wished: str) -> str:
    """A login name nobody has: the one wished for, or the same with a number.

    Args:
        wished: as `login_name` gives it.
    """
    return _Names().free(wished)


def hashed_code() -> tuple[str, str]:
    """A fresh code and its hash, by the installation's own hasher: a fifth of a second and 100 MiB each."""
    code = new_code()
    return code, make_password(code)


def prepare_issue(
    *,
    organizations: Collection[Organization],
    by: Any,
    now: datetime,
    progress: Callable[[int, int], object] | None = None,
) -> Prepared:
    """Plans, and hashes one code for each new account; nothing is written.

    Args:
        organizations: whose reports.
        by: the acting User, None for the system.
        now: the clock.
        progress: called with (codes made, of how many).

    Raises:
        NotAllowed: no role gives the act, or one of them is out of scope.
    """
    plan = plan_issue(organizations=organizations, by=by, now=now)
    keys = list(dict.fromkeys(one.key for one in plan if one.way == Way.NEW))
    codes: dict[tuple[str, int], tuple[str, str]] = {}
    for key in keys:
        codes[key] = hashed_code()
        if progress:
            progress(len(codes), len(keys))
    return Prepared(plan, codes)


def store_issue(*, prepared: Prepared, by: Any, now: datetime) -> Issued:
    """Writes accounts, roles and accesses of a plan, in one transaction.

    Args:
        prepared: as `prepare_issue` gives it.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: an organization has left the actor's reach meanwhile.
        ValidationError: somebody else has given one of them an account, or taken a login name, meanwhile.
    """
    meant = [one for one in prepared.plan if one.way != Way.HAS]
    require_keeper([one.suggestion.organization for one in meant], by, now)
    with acting(by):
        users = _new_users(meant, prepared.codes)
        User.objects.bulk_create(users.values())
        accounts = [users[one.key] if one.account is None else one.account for one in meant]
        roles = {role.code: role for role in Role.objects.filter(code__in=FILING_ROLES)}
        RoleAssignment.objects.bulk_create(
            (
                RoleAssignment(user=account, role=roles[one.suggestion.role], organization=one.suggestion.organization)
                for one, account in zip(meant, accounts, strict=True)
            ),
            ignore_conflicts=True,
        )
        kept = _codes_kept([account for one, account in zip(meant, accounts, strict=True) if one.account], now)
        fresh = {key: (code, expires_on(now)) for key, (code, _) in prepared.codes.items()}
        FilingAccess.objects.bulk_create(
            new_access(
                one.suggestion.organization,
                account,
                one.suggestion.role,
                fresh.get(one.key) if one.account is None else kept.get(account.pk),
                by,
                now,
            )
            for one, account in zip(meant, accounts, strict=True)
        )
        issued = Issued(
            organizations=len(meant),
            accounts=len(users),
            taken_over=sum(one.way == Way.TAKEN_OVER for one in meant),
            had=len(prepared.plan) - len(meant),
        )
        if meant:
            audit.record(
                action="filer.issue_many",
                by=by,
                now=now,
                detail={
                    "organizations": [one.suggestion.organization.pk for one in meant],
                    "accounts": len(users),
                    "taken_over": issued.taken_over,
                },
            )
    return issued


def issue_many(
    *,
    organizations: Collection[Organization],
    by: Any,
    now: datetime,
    progress: Callable[[int, int], object] | None = None,
) -> Issued:
    """Gives each organization without one the account that `plan_issue` says.

    Args:
        organizations: whose reports.
        by: the acting User, None for the system.
        now: the clock.
        progress: called with (codes made, of how many); hashing takes the time.

    Raises:
        NotAllowed: no role gives the act, or one of them is out of scope.
        ValidationError: somebody else was quicker.
    """
    prepared = prepare_issue(organizations=organizations, by=by, now=now, progress=progress)
    return store_issue(prepared=prepared, by=by, now=now)


def issue_access(
    *, organization: Organization, role: str, holder_name: str, username: str = "", by: Any, now: datetime
) -> FilingAccess:
    """Gives one organization an account for a person named by the office.

    An account that holds the role for this organization under the same name is taken over without a new code; one
    under another name no longer files for it.

    Args:
        organization: whose reports.
        role: code of `FilerRole`.
        holder_name: 姓名.
        username: login name; one derived from the organization where left out.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act, or it is out of scope.
        ValidationError: by field; it has an account already.
    """
    require_keeper([organization], by, now)
    given = filing_role(role)
    name = require_text(holder_name, "holder_name", "请填写填报人姓名。", 40)
    if running := running_access().filter(organization=organization).select_related("user").first():
        raise ValidationError(
            HAS_ACCOUNT.format(name=organization.name, username=running.user.username), code="has_account"
        )
    standing = list(_standing_accounts([organization.pk], by, now).values())
    with acting(by):
        same = next((user for user in standing if user.name == name and not username.strip()), None)
        for other in standing:
            if other != same:
                retire(locked(other), [organization])
        code = None if same else hashed_code()
        one = suggested_filer(organization, day_of(now))
        user = same or new_user(name, free_or(username, one), code, organization)
        if user.pk is None:
            user.save(force_insert=True)
        RoleAssignment.objects.get_or_create(user=user, role=given, organization=organization)
        access = new_access(organization, user, role, (code[0], expires_on(now)) if code else None, by, now)
        access.save(force_insert=True)
        audit.record(
            action="filer.issue", by=by, now=now, obj=access, detail={"role": role, "taken_over": same is not None}
        )
    return access


def free_or(username: str, one: Suggestion) -> str:
    """The login name asked for, or a free one derived from the organization.

    Args:
        username: what was typed, "" for a derived one.
        one: who should file.

    Raises:
        ValidationError: taken, or not made of what login names are made of.
    """
    asked = username.strip()
    if not asked:
        return free_login_name(login_name(one))
    if User.objects.filter(username__iexact=asked).exists():
        raise ValidationError({"username": ValidationError(TAKEN_NAME, code="duplicate")})
    try:
        User._meta.get_field("username").run_validators(asked)
    except ValidationError as error:
        sentence = "登录名只能用字母、数字和 @ . + - _ 这几个符号,请更改。"
        raise ValidationError({"username": ValidationError(sentence, code="bad_username")}) from error
    return asked


def new_user(name: str, username: str, code: tuple[str, str] | None, *organizations: Organization) -> User:
    """An account not yet stored, which must replace its one-time code at the first login.

    Args:
        name: 姓名.
        username: free.
        code: (code, its hash).
        organizations: whose reports; those of the demo have an account of the demo.
    """
    return User(
        username=username,
        name=name,
        password=code[1] if code else make_password(None),
        must_change_password=True,
        is_demo=all(row.is_demo for row in organizations),
    )


def _new_users(meant: Sequence[Planned], codes: dict[tuple[str, int], tuple[str, str]]) -> dict[tuple[str, int], User]:
    served: dict[tuple[str, int], list[Planned]] = {}
    for one in meant:
        if one.way == Way.NEW:
            served.setdefault(one.key, []).append(one)
    return {
        key: new_user(
            rows[0].suggestion.name, rows[0].username, codes[key], *(one.suggestion.organization for one in rows)
        )
        for key, rows in served.items()
    }


def _codes_kept(accounts: Collection[User], now: datetime) -> dict[int, tuple[str, date]]:
    """Codes that are still waiting for the first login: a further organization stands on the same slip."""
    rows = running_access().filter(user__in=accounts, code_expires_on__gte=day_of(now))
    return {row.user_id: (row.code, row.code_expires_on) for row in rows if row.code and row.code_expires_on}


def new_access(
    organization: Organization, user: User, role: str, code: tuple[str, date] | None, by: Any, now: datetime
) -> FilingAccess:
    """An access from today on, not yet stored.

    Args:
        organization: whose reports.
        user: who files.
        role: code of `FilerRole`.
        code: the one-time code and its last day; None where the account has its own password.
        by: the acting User, None for the system.
        now: the clock.
    """
    return FilingAccess(
        organization=organization,
        user=user,
        role=role,
        period=DateRange(day_of(now), None),
        issued_at=now,
        issued_by_name=name_of(by),
        code=code[0] if code else "",
        code_expires_on=code[1] if code else None,
    )
