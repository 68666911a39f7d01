"""Acts of coverage that need two capabilities at once."""

from typing import Any

from orgs.permissions import may_export_register, may_see_publications


def may_export_publications(user: Any) -> bool:
    """May take published figures away as workbooks, within the account's sight.

    Args:
        user: the signed-in User.
    """
    return may_see_publications(user) and may_export_register(user)
