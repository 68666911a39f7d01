"""Writing accounts: who gets one, with which roles, and when it is taken back."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from orgs.domain.acting import acting, locked, require_text
from orgs.domain.refusals import NotAllowed
from orgs.lines import Line
from orgs.models import Organization, Role, RoleAssignment, Unit, User
from orgs.models.accounts import ScopeKind
from orgs.permissions import may_manage_accounts
from quannan.base.domain import audit
from quannan.base.events import announce

# No I, l, 1, O, 0: a one-time password is read from paper or over the telephone.
LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
LENGTH = 14


@dataclass(frozen=True)
class Grant:
    """A role to give, and for what.

    Attributes:
        role_code: code of the role.
        unit: for roles that see a unit's subtree.
        organization: for roles that see one organization.
        lines: codes of `Line`, for roles that edit lines.
    """

    role_code: str
    unit: Unit | None = None
    organization: Organization | None = None
    lines: tuple[str, ...] = ()


def create_account(
    *, username: str, name: str, grants: list[Grant], is_demo: bool = False, by: Any, now: datetime
) -> tuple[User, str]:
    """Makes an account with a one-time password, which must be changed at the first login.

    Args:
        username: login name: letters, digits and @ . + - _.
        name: 姓名.
        grants: its roles, at least one.
        is_demo: whether the account belongs to 演示数据.
        by: the acting User, None for the system.
        now: the clock.

    Returns:
        The account, and the password in plain text: it is shown once and kept nowhere.

    Raises:
        NotAllowed: the actor may not manage accounts.
        ValidationError: by field.
    """
    _require_manager(by)
    username = require_text(username, "username", "请填写登录名。", 150)
    name = require_text(name, "name", "请填写姓名。", 64)
    if not grants:
        sentence = "请至少选择一个角色,没有角色的账号什么也看不到。"
        raise ValidationError({"role": ValidationError(sentence, code="required")})
    if User.objects.filter(username__iexact=username).exists():
        raise ValidationError({"username": ValidationError("这个登录名已有人使用,请换一个。", code="duplicate")})
    with acting(by):
        password = _new_password()
        user = User(username=username, name=name, must_change_password=True, is_demo=is_demo)
        user.set_password(password)
        try:
            user.full_clean(validate_unique=False)
        except ValidationError as error:
            sentence = "登录名只能用字母、数字和 @ . + - _ 这几个符号,请更改。"
            raise ValidationError({"username": ValidationError(sentence, code="bad_username")}) from error
        user.save(force_insert=True)
        for grant in grants:
            _assign(user, grant)
        _tell("account.create", user, {"roles": [grant.role_code for grant in grants]}, by, now)
    return user, password


def assign_role(*, user: User, grant: Grant, by: Any, now: datetime) -> RoleAssignment:
    """Gives an account one more role.

    Args:
        user: whose account; not the actor's own.
        grant: the role, and for what.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: the actor may not manage accounts, or means the own one.
        ValidationError: a scope that does not fit the role, or the same role again.
    """
    _require_manager(by, user)
    with acting(by):
        locked(user)
        assignment = _assign(user, grant)
        _tell("account.assign_role", user, _worded(assignment), by, now)
    _forget(user)
    return assignment


def remove_role(*, assignment: RoleAssignment, by: Any, now: datetime) -> None:
    """Takes a role back; the history keeps that it was held.

    Args:
        assignment: which one; not one of the actor's own.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: the actor may not manage accounts, or means the own one.
        ValidationError: nobody would be left to manage accounts.
    """
    _require_manager(by, assignment.user)
    with acting(by):
        user = locked(assignment.user)
        detail = _worded(assignment)
        assignment.delete()
        _refuse_nobody_left()
        _tell("account.remove_role", user, detail, by, now)
    _forget(assignment.user)


def disable_account(*, user: User, reason: str, by: Any, now: datetime) -> User:
    """Shuts an account; its sessions end with the next request. Rows it wrote keep its name.

    Args:
        user: whose account; not the actor's own.
        reason: why.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: the actor may not manage accounts, or means the own one.
        ValidationError: shut already; nobody would be left to manage accounts; no reason.
    """
    _require_manager(by, user)
    reason = require_text(reason, "reason", "请写明停用的理由。")
    with acting(by, reason):
        row = locked(user)
        if not row.is_active:
            raise ValidationError("这个账号已经停用。", code="disabled")
        row.is_active = False
        row.save(update_fields=["is_active"])
        _refuse_nobody_left()
        _tell("account.disable", row, {"reason": reason}, by, now)
    return row


def enable_account(*, user: User, by: Any, now: datetime) -> User:
    """Opens a shut account again, with the roles it had.

    Args:
        user: whose account; not the actor's own.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: the actor may not manage accounts, or means the own one.
        ValidationError: it is not shut.
    """
    _require_manager(by, user)
    with acting(by):
        row = locked(user)
        if row.is_active:
            raise ValidationError("这个账号正在使用,不用启用。", code="enabled")
        row.is_active = True
        row.save(update_fields=["is_active"])
        _tell("account.enable", row, {}, by, now)
    return row


def reset_password(*, user: User, by: Any, now: datetime) -> str:
    """Replaces a forgotten password by a one-time one; open sessions of the account end.

    Args:
        user: whose account.
        by: the acting User, None for the system.
        now: the clock.

    Returns:
        The new password in plain text: it is shown once and kept nowhere.

    Raises:
        NotAllowed: the actor may not manage accounts, or means the own one.
    """
    _require_manager(by, user)
    with acting(by):
        row = locked(user)
        password = _new_password()
        row.set_password(password)
        row.must_change_password = True
        row.save(update_fields=["password", "must_change_password"])
        _tell("account.reset_password", row, {}, by, now)
        announce("account.password_changed", user_id=row.pk)
    return password


def _require_manager(by: Any, user: User | None = None) -> None:
    if by is None:
        return
    if not may_manage_accounts(by):
        raise NotAllowed("您的角色不能管理账号。如工作需要,请联系系统管理员。")
    if user is not None and user.pk == by.pk:
        raise NotAllowed("不能更改自己的账号和角色,请由另一位管理员办理;改密码请用“修改密码”。")


def _assign(user: User, grant: Grant) -> RoleAssignment:
    role = Role.objects.filter(code=grant.role_code).first()
    if role is None:
        raise ValidationError({"role": ValidationError("没有这个角色,请从列表里选。", code="unknown_role")})
    _check_fits(role, grant)
    assignment = RoleAssignment(
        user=user, role=role, unit=grant.unit, organization=grant.organization, lines=sorted(set(grant.lines))
    )
    assignment.validate_constraints()
    assignment.save(force_insert=True)
    return assignment


def _check_fits(role: Role, grant: Grant) -> None:
    """A role without its scope would see nothing, one with a foreign scope would say what does not hold."""
    problems = {}
    wants_lines = "bodies.edit_line" in role.capabilities
    for field, wanted, given, noun in (
        ("unit", role.scope == ScopeKind.UNIT, grant.unit, "主管党(工)委"),
        ("organization", role.scope == ScopeKind.ORGANIZATION, grant.organization, "组织"),
        ("lines", wants_lines, grant.lines, "条线"),
    ):
        if wanted and not given:
            problems[field] = ValidationError(f"“{role.name}”须指明{noun},请选择。", code="required")
        elif given and not wanted:
            problems[field] = ValidationError(f"“{role.name}”不分{noun},请把{noun}留空。", code="not_wanted")
    if set(grant.lines) - set(Line.values):
        problems["lines"] = ValidationError(f"条线只能选:{'、'.join(Line.labels)}。", code="unknown_line")
    if problems:
        raise ValidationError(problems)


def _refuse_nobody_left() -> None:
    managers = User.objects.filter(is_active=True, role_assignments__role__capabilities__contains=["accounts.manage"])
    if not managers.exists():
        raise ValidationError("这是最后一个能管理账号的人。请先让另一个账号有这个权限,再办理。", code="last_manager")


def _new_password() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def _worded(assignment: RoleAssignment) -> dict[str, Any]:
    return {
        "role": assignment.role.code,
        "unit": assignment.unit.code if assignment.unit else "",
        "organization": assignment.organization_id or "",
        "lines": assignment.lines,
    }


def _tell(action: str, obj: models.Model, detail: dict[str, Any], by: Any, now: datetime) -> None:
    audit.record(action=action, by=by, now=now, obj=obj, detail=detail)


def _forget(user: User) -> None:
    """Drops what the instance at hand remembers of its roles."""
    for name in ("assignments", "capabilities", "_scope"):
        user.__dict__.pop(name, None)
