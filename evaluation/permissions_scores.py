"""Who may do what with 考核: one predicate per act; which rows is the affair of the scope."""

from orgs.lines import LINES
from orgs.permissions import may_export_register


def may_see_assessments(user) -> bool:
    """May open schemes, assessments and their results within the scope."""
    return user.can("assessments.view")


def may_have_own_assessments(user) -> bool:
    """Has 本组织考核: rates its own organizations and sees their confirmed results."""
    return user.can("assessments.own")


def may_open_assessments(user) -> bool:
    """Opens single assessments: the offices, and who rates its own organization."""
    return may_see_assessments(user) or may_have_own_assessments(user)


def may_rate_as_unit(user) -> bool:
    """Rates organizations for the superior party committee, and units for themselves."""
    return user.can("assessments.rate_unit")


def may_rate_as_county(user) -> bool:
    """Rates for the county; a line's department the indicators of its lines."""
    return user.can("assessments.rate_county")


def may_rate_many(user) -> bool:
    """Rates more than its own organizations: for a unit or for the county."""
    return may_rate_as_unit(user) or may_rate_as_county(user)


def may_rate(user) -> bool:
    """Rates at all."""
    return may_have_own_assessments(user) or may_rate_many(user)


def may_keep_schemes(user) -> bool:
    """Makes, opens and closes schemes."""
    return user.can("assessments.schemes")


def may_confirm_assessments(user) -> bool:
    """Confirms results and opens them again."""
    return user.can("assessments.confirm")


def may_export_assessments(user) -> bool:
    """May take lists of results away as workbooks."""
    return may_see_assessments(user) and may_export_register(user)


def lines_rated(user) -> frozenset[str]:
    """Lines whose indicators an account rates for the county; "" stands for indicators of no line.

    Whoever confirms results rates everything, a line's department what belongs to its lines.

    Args:
        user: the signed-in User.
    """
    lines: set[str] = set()
    for assignment in user.assignments if user.is_active else ():
        given = assignment.role.capabilities
        if "assessments.rate_county" not in given:
            continue
        lines |= {"", *LINES} if "assessments.confirm" in given else set(assignment.lines)
    return frozenset(lines)
