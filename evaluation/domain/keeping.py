"""Who keeps rounds and forms: they are the whole county's, so a role of a part of it does not suffice."""

from typing import Any

from evaluation.permissions import may_keep_rounds
from orgs.domain.refusals import NotAllowed
from orgs.permissions import scope_for

NO_ROUNDS = "年报批次和年报表由两新工委办公室维护,您的角色不能修改。"


def require_rounds(by: Any) -> None:
    """Refuses whoever may not keep rounds and forms.

    Args:
        by: the acting User, None for the system.

    Raises:
        NotAllowed: no role of the whole county gives the act.
    """
    if by is not None and not (may_keep_rounds(by) and scope_for(by, "reports.rounds").county):
        raise NotAllowed(NO_ROUNDS)
