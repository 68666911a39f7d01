"""What an import would move: it is written, the rates are read, and it is undone by who asked."""

from collections.abc import Callable
from datetime import date
from typing import Any

from coverage.domain.figures import Report, report
from coverage.domain.spans import drain_marks
from coverage.models import LINE_LABELS, MEASURED, Population


def effects_of_import(*, write: Callable[[], None], as_of: date, by: Any) -> dict[str, Any]:
    """The lines whose counts or rates an import moves at its date, in the sight of an account.

    Everything it writes, spans included, is for the caller's transaction to undo.

    Args:
        write: writes the import.
        as_of: the date whose rates are compared, inclusive.
        by: the account whose organizations are counted.

    Returns:
        JSON: ``base`` [before, after]; ``lines`` [{"label", "before" [covered, eligible, rate], "after"}].
    """
    # Marks that others have left would otherwise be told as this import's effect.
    drain_marks()
    before = report(user=by, as_of=as_of)
    write()
    drain_marks()
    after = report(user=by, as_of=as_of)
    return {"base": [before.base.organizations, after.base.organizations], "lines": _moved(before, after)}


def _moved(before: Report, after: Report) -> list[dict[str, Any]]:
    moved = []
    for line in MEASURED:
        was, now = (told.populations[Population.ALL].lines[line] for told in (before, after))
        if (was.covered, was.eligible) != (now.covered, now.eligible):
            moved.append(
                {
                    "label": LINE_LABELS[line],
                    "before": [was.covered, was.eligible, was.rate],
                    "after": [now.covered, now.eligible, now.rate],
                }
            )
    return moved
