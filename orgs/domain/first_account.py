"""The account with which an installation without accounts is entered for the first time."""

import secrets
from datetime import datetime

from django.db import transaction

from orgs.models import Role, RoleAssignment, User
from quannan.base.domain import audit

USERNAME = "admin"
# Letters and figures that cannot be taken for one another when read off a screen.
LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789"


@transaction.atomic
def create_first_account(*, now: datetime) -> str | None:
    """Creates the owner office's administrator where nobody can manage accounts; nothing otherwise.

    Args:
        now: the moment of the act, for the audit trail.

    Returns:
        The password, to be shown once and changed at the first login; None where there is such an account.
    """
    managers = RoleAssignment.objects.filter(role__capabilities__contains=["accounts.manage"], user__is_active=True)
    if managers.exists() or User.objects.filter(username=USERNAME).exists():
        return None
    password = "".join(secrets.choice(LETTERS) for _ in range(14))
    user = User(username=USERNAME, name="首任管理员", must_change_password=True)
    user.set_password(password)
    user.save()
    RoleAssignment.objects.create(user=user, role=Role.objects.get(code="owner_office"))
    audit.record(action="account.first", by=None, obj=user, detail={}, now=now)
    return password
