"""Who may do what with activities: one predicate per act, and how far an account may record for one line."""

from orgs.lines import LINES
from orgs.permissions import Scope, may_export_register, scope_for, scope_where


def may_see_activities(user) -> bool:
    """May open activities of the organizations in sight."""
    return user.can("activities.view")


def may_record_activities(user) -> bool:
    """May record activities of at least one line."""
    return user.can("activities.edit") and bool(lines_to_record(user))


def may_keep_programmes(user) -> bool:
    """Keeps the lists of programmes and kinds: the owner office."""
    return user.can("activities.programmes")


def may_export_activities(user) -> bool:
    """May take lists of activities away as workbooks."""
    return may_see_activities(user) and may_export_register(user)


def may_import_activities(user) -> bool:
    """May hand in 活动表 as a workbook: the offices; a single organization records on the page."""
    scope = scope_for(user, "activities.edit")
    return may_record_activities(user) and (scope.county or bool(scope.unit_paths))


def sees_all_activity_imports(user) -> bool:
    """Keeps activities of the whole county in every line, and so sees everybody's imports of them."""
    return set(lines_to_record(user)) == set(LINES) and scope_for(user, "activities.edit").county


def scope_to_record(user, line: str) -> Scope:
    """How far an account may record activities of a line: a line department has its own lines only.

    Args:
        user: the signed-in User.
        line: code of `Line`.
    """
    return scope_where(user, lambda assignment: _records(assignment, line))


def lines_to_record(user) -> tuple[str, ...]:
    """The lines of which an account may record activities anywhere, in the order of the lines.

    Args:
        user: the signed-in User.
    """
    return tuple(line for line in LINES if not scope_to_record(user, line).nothing)


def _records(assignment, line: str) -> bool:
    given = assignment.role.capabilities
    # Who keeps bodies of its own lines alone keeps those lines' activities alone.
    bound = "bodies.edit_line" in given and "register.edit" not in given
    return "activities.edit" in given and (not bound or line in assignment.lines)
