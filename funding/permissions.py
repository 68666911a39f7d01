"""Who may do what with funds: one predicate per act; which rows is the affair of the scope."""

from django.db.models import Q

from orgs.lines import LINES
from orgs.models import Organization
from orgs.permissions import Scope, lines_given, may_export_register, scope_in_line


def may_see_funds(user) -> bool:
    """May open entries, the check of 四(三) and the standards, within the account's sight."""
    return user.can("funds.view")


def may_edit_funds(user) -> bool:
    """May record entries of at least one line."""
    return bool(fund_lines(user))


def may_keep_fund_standards(user) -> bool:
    """Sets how much a member is to have in a year: the owner office."""
    return user.can("funds.standards")


def may_export_funds(user) -> bool:
    """May take entries and the check away as workbooks."""
    return may_see_funds(user) and may_export_register(user)


def fund_lines(user) -> list[str]:
    """The lines whose entries an account may record and correct, in the order of the lines.

    A department answers for its own lines; a role without lines for all of them.

    Args:
        user: the signed-in User.
    """
    found: set[str] = set()
    for assignment in user.assignments if user.can("funds.edit") else ():
        if "funds.edit" in assignment.role.capabilities:
            found.update(lines_given(assignment))
    return [line for line in LINES if line in found]


def fund_scope(user, line: str) -> Scope:
    """The scope of those roles alone that may record entries of a line.

    Args:
        user: the signed-in User.
        line: code of `Line`.
    """
    return scope_in_line(user, "funds.edit", line)


def editable_entries(user) -> Q:
    """The condition on entries that an account may correct and cancel: its lines, each within the scope of its roles.

    Args:
        user: the signed-in User.
    """
    condition = Q(pk__in=())
    scopes = {line: fund_scope(user, line) for line in fund_lines(user)}
    for scope in set(scopes.values()):
        lines = [line for line, own in scopes.items() if own == scope]
        standing = Organization.objects.standing().filter(scope.organizations_q())
        condition |= Q(line__in=lines, organization__in=standing)
    return condition
