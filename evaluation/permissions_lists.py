"""Acts on lists of reports that need two capabilities at once."""

from typing import Any

from evaluation.permissions import may_file_for_others, may_see_reports
from orgs.permissions import may_export_register


def may_export_reports(user: Any) -> bool:
    """May take lists of reports away as workbooks, within the account's sight.

    Args:
        user: the signed-in User.
    """
    return may_see_reports(user) and may_export_register(user)


def may_grant_late(user: Any) -> bool:
    """May let organizations file after the deadline, and sees who has not filed.

    Args:
        user: the signed-in User.
    """
    return may_see_reports(user) and may_file_for_others(user)
