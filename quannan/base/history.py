"""History by trigger: every insert, change and deletion of a tracked table is kept, raw and bulk writes included."""

import pghistory
import pgtrigger


def tracked():
    """The class decorator that keeps a model's history.

    The triggers run once per statement, so that a workbook of 20,000 rows pays for a few statements and not for
    20,000 calls.
    """
    return pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        level=pgtrigger.Statement,
    )
