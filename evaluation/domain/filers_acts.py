"""What becomes of a filer's account: a new code, a hand-over, an end, a printed slip, the first login, the expiry."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from axes.utils import reset as forget_failed_logins
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password
from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange

from evaluation.domain.filers import (
    SHUT,
    expires_on,
    filing_role,
    forget_roles,
    is_own_hand_over,
    require_account,
    require_keeper,
    retire,
    running_access,
    suggested_filer,
)
from evaluation.domain.filers_issue import free_or, hashed_code, new_access, new_user
from evaluation.domain.submissions import name_of
from evaluation.models import FilingAccess
from orgs.domain.acting import acting, day_of, locked, require_text
from orgs.domain.refusals import NotAllowed
from orgs.models import RoleAssignment, User
from orgs.permissions import scope_for
from quannan.base.domain import audit

ENDED = "这个填报账号已结束,请回到填报账号列表查看现在的账号。"
SAME_NAME = "继任者与现填报人同名。人没有换、只是忘了密码的,请办理重置;确是另一人的,请在姓名后注明以示区别。"
NOT_OWN = "您的账号还为别的组织填报,移交请联系主管党(工)委办理。"
NO_SLIP = "没有可打印的登录码:所选组织还没有账号,或填报人已登录,或登录码已过期。忘了密码或过期的,请先重置。"


def accesses_of(user: User) -> list[FilingAccess]:
    """All that an account files for now, by the organizations' names.

    Args:
        user: whose account.
    """
    return list(running_access().filter(user=user).select_related("organization", "user"))


def reset_access(*, access: FilingAccess, by: Any, now: datetime) -> list[FilingAccess]:
    """Replaces a filer's password by a new one-time code, ends its open sessions and lifts a lock-out.

    Args:
        access: a running one; the code counts for all that its account files for.
        by: the acting User, None for the system.
        now: the clock.

    Returns:
        The account's accesses, each with the new code.

    Raises:
        NotAllowed: no role gives the act, the organization is out of scope, or the account does more than file.
        ValidationError: the access has ended, or the account is shut.
    """
    _require_office(access, by, now)
    code = hashed_code()
    return _reset(access.user, code, by, now)


def reset_many(
    *,
    accesses: Collection[FilingAccess],
    by: Any,
    now: datetime,
    progress: Callable[[int, int], object] | None = None,
) -> int:
    """Resets several accounts, each once, however many organizations it files for; all or none.

    Args:
        accesses: running ones.
        by: the acting User, None for the system.
        now: the clock.
        progress: called with (codes made, of how many).

    Returns:
        How many accounts have a new code.

    Raises:
        NotAllowed, ValidationError: as `reset_access`.
    """
    codes = prepare_reset(accesses=accesses, by=by, now=now, progress=progress)
    return store_reset(codes=codes, by=by, now=now)


def prepare_reset(
    *,
    accesses: Collection[FilingAccess],
    by: Any,
    now: datetime,
    progress: Callable[[int, int], object] | None = None,
) -> list[tuple[User, tuple[str, str]]]:
    """Checks, and hashes one code for each account; nothing is written.

    Args:
        accesses: running ones.
        by: the acting User, None for the system.
        now: the clock.
        progress: called with (codes made, of how many).

    Raises:
        NotAllowed, ValidationError: as `reset_access`.
    """
    for access in accesses:
        _require_office(access, by, now)
    users = list({access.user_id: access.user for access in accesses}.values())
    codes = []
    for user in users:
        codes.append((user, hashed_code()))
        if progress:
            progress(len(codes), len(users))
    return codes


def store_reset(*, codes: Sequence[tuple[User, tuple[str, str]]], by: Any, now: datetime) -> int:
    """Writes the codes of `prepare_reset`, in one transaction.

    Args:
        codes: account and (code, its hash).
        by: the acting User, None for the system.
        now: the clock.

    Returns:
        How many accounts have a new code.
    """
    with acting(by):
        for user, code in codes:
            _reset(user, code, by, now)
    return len(codes)


def _reset(user: User, code: tuple[str, str], by: Any, now: datetime) -> list[FilingAccess]:
    with acting(by):
        row = locked(user)
        # Looked at again under the lock: a role given meanwhile makes it somebody else's affair.
        require_account(row, by, now)
        if not row.is_active:
            raise ValidationError(SHUT.format(username=row.username), code="disabled")
        row.password, row.must_change_password = code[1], True
        row.save(update_fields=["password", "must_change_password"])
        accesses = accesses_of(row)
        for access in accesses:
            access.code, access.code_expires_on, access.printed_at = code[0], expires_on(now), None
            access.issued_at, access.issued_by_name = now, name_of(by)
            access.version += 1
            access.save()
        forget_failed_logins(username=row.username)
        audit.record(action="filer.reset", by=by, now=now, obj=row, detail={})
    return accesses


def end_access(*, access: FilingAccess, reason: str, by: Any, now: datetime) -> FilingAccess:
    """Takes an organization from the account that filed for it; nobody follows.

    Args:
        access: a running one.
        reason: why.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: as `reset_access`.
        ValidationError: no reason; ended already.
    """
    _require_office(access, by, now)
    reason = require_text(reason, "reason", "请写明收回的理由。")
    with acting(by, reason):
        user = locked(access.user)
        require_account(user, by, now)
        row = _running(access)
        _close(row, reason, now)
        shut = retire(user, [row.organization])
        audit.record(action="filer.end", by=by, now=now, obj=row, detail={"reason": reason, "shut": shut})
    return row


def hand_over(
    *,
    access: FilingAccess,
    successor_name: str,
    role: str,
    reason: str,
    same_username: bool = False,
    by: Any,
    now: datetime,
) -> list[FilingAccess]:
    """移交: the account stops filing today, and the successor gets one of the own, with a slip; one transaction.

    All organizations go over for which the account files: a joint branch has one secretary. The old account keeps
    what it signed, as 原填报人; where it signed nothing and has no other role, it is shut. The holder may do it, and
    the office. The new slip is the answer to this act and so counts as printed.

    Args:
        access: a running one.
        successor_name: 姓名.
        role: code of `FilerRole`.
        reason: why.
        same_username: the successor takes the login name; the old account gets its own number behind it.
        by: the acting User, None for the system.
        now: the clock.

    Returns:
        The successor's accesses, each with the code.

    Raises:
        NotAllowed: neither the holder nor an office that reaches all of it; the account does more than file.
        ValidationError: by field; ended already.
    """
    own = is_own_hand_over(access, by)
    if own:
        _require_own(access, by)
    else:
        _require_office(access, by, now)
    name = require_text(successor_name, "successor_name", "请填写继任者姓名。", 40)
    given = filing_role(role)
    reason = require_text(reason, "reason", "请写明移交的理由。")
    if name == access.user.name:
        raise ValidationError({"successor_name": ValidationError(SAME_NAME, code="same_person")})
    code = hashed_code()
    with acting(by, reason):
        old = locked(access.user)
        if not own:
            require_account(old, by, now)
        _running(access)
        ended = accesses_of(old)
        organizations = [row.organization for row in ended]
        username = _successors_login(old, ended[0], same_username, now)
        for row in ended:
            _close(row, reason, now)
        new = new_user(name, username, code, *organizations)
        new.save(force_insert=True)
        shut = retire(old, organizations)
        RoleAssignment.objects.bulk_create(
            RoleAssignment(user=new, role=given, organization=organization) for organization in organizations
        )
        begun = [
            new_access(organization, new, role, (code[0], expires_on(now)), by, now) for organization in organizations
        ]
        for fresh in begun:
            fresh.printed_at = now
            fresh.save(force_insert=True)
            audit.record(
                action="filer.hand_over",
                by=by,
                now=now,
                obj=fresh,
                detail={"from": old.username, "to": new.username, "reason": reason, "shut": shut},
            )
    forget_roles(access.user)
    if own:
        forget_roles(by)
    return begun


def _successors_login(old: User, access: FilingAccess, same: bool, now: datetime) -> str:
    """The successor's login name; where it is the old one, that account is renamed first."""
    if not same:
        return free_or("", suggested_filer(access.organization, day_of(now)))
    username = old.username
    old.username = f"{username[:130]}.{old.pk}"
    old.save(update_fields=["username"])
    return username


def _close(access: FilingAccess, reason: str, now: datetime) -> None:
    """Ends an access with yesterday, so that another may begin today; of one begun today only the history stays."""
    today = day_of(now)
    if access.period.lower >= today:
        access.delete()
        return
    access.period = DateRange(access.period.lower, today)
    access.code, access.code_expires_on, access.end_reason = "", None, reason
    access.version += 1
    access.save()


def _running(access: FilingAccess) -> FilingAccess:
    row = running_access().filter(pk=access.pk).select_related("organization", "user").first()
    if row is None:
        raise ValidationError(ENDED, code="ended")
    return row


def _require_office(access: FilingAccess, by: Any, now: datetime) -> None:
    require_keeper([access.organization], by, now)
    if access.period.upper is not None:
        raise ValidationError(ENDED, code="ended")
    require_account(access.user, by, now)


def _require_own(access: FilingAccess, by: Any) -> None:
    if access.period.upper is not None:
        raise ValidationError(ENDED, code="ended")
    reached = scope_for(by, "reports.file").organization_ids
    if not {row.organization_id for row in accesses_of(access.user)} <= reached:
        raise NotAllowed(NOT_OWN)


def printable(accesses: Collection[FilingAccess], now: datetime) -> list[FilingAccess]:
    """Those whose code can still be printed: neither used nor expired.

    Args:
        accesses: running ones.
        now: the clock.
    """
    today = day_of(now)
    return [row for row in accesses if row.code and row.code_expires_on and row.code_expires_on >= today]


def mark_printed(*, accesses: Collection[FilingAccess], by: Any, now: datetime) -> list[FilingAccess]:
    """Notes that slips are printed now; they may be printed again while the code is kept.

    Args:
        accesses: running ones.
        by: the acting User, None for the system.
        now: the clock.

    Returns:
        All that stands on the slips: with each account, all it files for within the actor's reach.

    Raises:
        NotAllowed: no role gives the act, or one of them is out of scope, or an account does more than file.
        ValidationError: there is nothing to print.
    """
    require_keeper([row.organization for row in accesses], by, now)
    users = {row.user_id: row.user for row in printable(accesses, now)}
    if not users:
        raise ValidationError(NO_SLIP, code="nothing_to_print")
    for user in users.values():
        require_account(user, by, now)
    with acting(by):
        rows = running_access().filter(user__in=users).select_related("organization", "user")
        shown = printable(list(rows.order_by("organization__sort_key", "organization_id")), now)
        running_access().filter(pk__in=[row.pk for row in shown]).update(printed_at=now)
        audit.record(
            action="filer.print", by=by, now=now, detail={"organizations": [row.organization_id for row in shown]}
        )
    return shown


def forget_code(*, user_id: int) -> int:
    """An own password has taken the code's place, or an administrator's: the code is used up.

    Args:
        user_id: whose account.

    Returns:
        How many accesses kept one.
    """
    kept = FilingAccess.objects.filter(user=user_id, code_expires_on__isnull=False)
    return kept.update(code="", code_expires_on=None)


def logged_in(*, user: User, now: datetime) -> bool:
    """The first login with a one-time code: no slip can be printed any more; an expired code lets nobody in.

    Args:
        user: who has just signed in.
        now: the clock.

    Returns:
        Whether the account may stay signed in.
    """
    if not user.must_change_password:
        return True
    kept = running_access().filter(user=user, code_expires_on__isnull=False)
    last = kept.values_list("code_expires_on", flat=True).first()
    if last is None:
        return True
    kept.update(code="")
    if last >= day_of(now):
        return True
    # The session was begun with the old hash, and ends with it.
    User.objects.filter(pk=user.pk).update(password=make_password(None))
    return False


def expire_codes(*, now: datetime) -> int:
    """Wipes codes whose last day has passed, and shuts their one-time passwords; idempotent.

    Args:
        now: the clock.

    Returns:
        How many accounts must be reset before they can log in.
    """
    over = running_access().filter(code_expires_on__lt=day_of(now))
    with acting(None):
        waiting = User.objects.select_for_update().filter(pk__in=over.values("user"), must_change_password=True)
        users = list(waiting.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX).order_by("pk"))
        for user in users:
            user.password = make_password(None)
        User.objects.bulk_update(users, ["password"], batch_size=500)
        over.filter(user__in=users).update(code="")
    return len(users)
