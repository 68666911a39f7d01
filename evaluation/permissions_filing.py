"""Who may open the pages of filling in and filing."""


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
