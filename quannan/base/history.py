"""History by trigger: every insert, change and deletion of a tracked table is kept, raw and bulk writes included."""

import pghistory
import pgtrigger


def tracked(*, exclude: tuple[str, ...] = ()):
    """The class decorator that keeps a model's history.

    Args:
        exclude: columns that are not kept, such as drafts saved every few seconds whose versions stand elsewhere; a
            change of these alone makes no row.

    The triggers run once per statement, so that a workbook of 20,000 rows pays for a few statements and not for
    20,000 calls.
    """
    return pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        exclude=list(exclude) or None,
        level=pgtrigger.Statement,
    )
