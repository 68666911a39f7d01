"""What annual reports do when the apps below announce something."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.utils import timezone

from evaluation.domain import (  # noqa: F401 - they name acts, load and clear the demo, and move along
    actions,
    demo_clear,
    demo_filers,
    demo_reports,
    demo_scores,
    guidance,
    merging,
    scores_import,
)
from evaluation.domain.filers_acts import forget_code, logged_in
from evaluation.domain.reference import load_reference
from quannan.base.events import subscribe


@subscribe("reference.load")
def load_forms(**payload: object) -> None:
    """Loads the seed form.

    Args:
        payload: nothing that is needed here.
    """
    load_reference()


EXPIRED = "这个登录码已过期,不能再用。请联系主管党(工)委重新发放。"


@subscribe("account.password_changed")
def forget_filers_code(*, user_id: int, **payload: object) -> None:
    """The one-time code is used up with the first own password.

    Args:
        user_id: whose password it is.
        payload: nothing that is needed here.
    """
    forget_code(user_id=user_id)


def take_login(*, request: Any, user: Any, **payload: object) -> None:
    """A login with a one-time code: its slip cannot be printed again, and after its last day it opens nothing.

    Args:
        request: the login's.
        user: who signed in.
        payload: what else the framework tells.
    """
    if not logged_in(user=user, now=timezone.now()):
        messages.error(request, EXPIRED)


# The framework's own word about a login; nothing between our apps goes this way.
user_logged_in.connect(take_login, dispatch_uid="evaluation.take_login")
