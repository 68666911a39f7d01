"""Who may do what with annual reports: one predicate per act; which rows is the affair of the scope."""

from orgs.models import Organization
from orgs.permissions import may_export_register, scope_for


def may_see_reports(user) -> bool:
    """May open rounds and reports within the scope."""
    return user.can("reports.view")


def may_keep_rounds(user) -> bool:
    """Opens rounds, moves their dates, keeps the forms: the owner office."""
    return user.can("reports.rounds")


def may_file(user) -> bool:
    """Files for organizations of its own: secretary or 企业联络员."""
    return user.can("reports.file")


def may_file_for_others(user) -> bool:
    """Files on behalf of organizations of its subtree, and lets them file late."""
    return user.can("reports.file_for")


def may_review_unit(user) -> bool:
    """Reviews for the superior party committee."""
    return user.can("reports.review_unit")


def may_review_county(user) -> bool:
    """Reviews for the county."""
    return user.can("reports.review_county")


def may_keep_filers(user) -> bool:
    """Gives accounts to filers, resets and hands them over, within the scope."""
    return user.can("reports.accounts")


def may_open_reports(user) -> bool:
    """Opens reports: the offices that see them, and who files them."""
    return user.can("reports.view") or user.can("reports.file")


def may_open_versions(user) -> bool:
    """Opens versions as filed and their receipts: whoever opens reports, and who once signed some."""
    return may_open_reports(user) or user.can("reports.signed")


def may_have_own_reports(user) -> bool:
    """Has 我的年报: files reports, or once signed some."""
    return user.can("reports.file") or user.can("reports.signed")


def may_fill_reports(user) -> bool:
    """Fills reports in: for its own organization, or on behalf of those of its subtree."""
    return user.can("reports.file") or user.can("reports.file_for")


def may_export_reports(user) -> bool:
    """May take lists of reports away as workbooks, within the account's sight.

    Args:
        user: the signed-in User.
    """
    return may_see_reports(user) and may_export_register(user)


def may_grant_late(user) -> bool:
    """May let organizations file after the deadline, and sees who has not filed.

    Args:
        user: the signed-in User.
    """
    return may_see_reports(user) and may_file_for_others(user)


def reaches(user, capability: str, organization: Organization) -> bool:
    """Whether the roles that give a capability reach an organization today.

    Args:
        user: the signed-in User.
        capability: such as "reports.file".
        organization: which one.
    """
    scope = scope_for(user, capability)
    return Organization.objects.standing().filter(scope.organizations_q(), pk=organization.pk).exists()
