"""A person changes the own password."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from orgs.domain.acting import acting, locked
from orgs.models import User
from quannan.base.domain import audit
from quannan.base.events import announce


def change_own_password(*, user: User, password: str, now: datetime) -> User:
    """Replaces the own password; a one-time password is thereby used up.

    Args:
        user: whose, and who acts.
        password: the new one, in plain text.
        now: the clock.

    Raises:
        ValidationError: the new password is too weak, or the same as before.
    """
    validate_password(password, user)
    with acting(user):
        row = locked(user)
        if row.check_password(password):
            raise ValidationError({"new_password1": "新密码与原密码相同,请换一个。"})
        row.set_password(password)
        row.must_change_password = False
        row.save(update_fields=["password", "must_change_password"])
        audit.record(action="account.own_password", by=user, now=now, obj=row, detail={})
        announce("account.password_changed", user_id=row.pk)
    return row
