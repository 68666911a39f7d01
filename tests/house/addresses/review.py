"""The review of annual reports, and corrections."""

from typing import Any

from evaluation.models import Comment
from tests import makers_reports as make
from tests.factories import NOW
from tests.house.addresses.table import EDITS, Address, act, form
from tests.house.world import World

FILES = frozenset({"owner_office", "unit_office", "secretary", "filer"})


def _of(name: str) -> dict[str, Any]:
    return {
        "own": lambda t: [getattr(t, name).pk],
        "foreign": lambda t: [getattr(t, f"foreign_{name}").pk],
    }


ADDRESSES: dict[str, Address] = {
    "review-queue": Address(EDITS),
    "review-export": Address(EDITS),
    "review-workload": Address(EDITS),
    "review-workload-export": Address(EDITS),
    "review-bulk": act(EDITS),
    "review-detail": Address(EDITS, **_of("filed_report")),
    "review-open": act(EDITS, **_of("filed_report")),
    "review-comment": act(EDITS, **_of("filed_report")),
    "review-uncomment": act(EDITS, **_of("report_comment")),
    "review-settle": act(EDITS, **_of("report_comment")),
    "review-return": act(EDITS, **_of("filed_report")),
    "review-accept": act(EDITS, **_of("filed_report")),
    "report-correct": form(FILES, **_of("filed_report")),
    "report-correction-drop": act(FILES, **_of("filed_report")),
}


def things(world: World) -> dict[str, Any]:
    """What the addresses above are asked about."""
    round_ = make.round_(2011)
    made: dict[str, Any] = {}
    for prefix, organization in (("", world.own), ("foreign_", world.foreign)):
        report = make.opened(make.report(organization, round_))
        made[f"{prefix}filed_report"] = report
        made[f"{prefix}report_comment"] = Comment.objects.create(
            report=report,
            submission=report.submission,
            question="employees",
            stage="unit",
            text="请核对",
            made_at=NOW,
            made_by_name="审核人",
        )
    return made
