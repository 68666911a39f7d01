"""What coverage does when the register announces a change: nothing to the facts, only its own derived rows.

It also measures what an import of the register would move, and tells the register which organizations are 规模以上.
"""

from django.db import transaction

from coverage.domain import demo_gaps  # noqa: F401 - subscribes to the end of the demo
from coverage.domain.import_effects import effects_of_import
from coverage.domain.scale import scale_rule_on
from coverage.models import GapAssignment, GuidanceMeasure, GuidanceOverride, Supervision
from orgs.domain.ledger import tells_scale
from orgs.domain.moving import Move, moves_along, same_meanwhile
from quannan.base.events import subscribe
from quannan.base.imports import measures_imports

measures_imports("coverage")(effects_of_import)
tells_scale(scale_rule_on)
moves_along(
    Move(GapAssignment, "缺口分派", same_meanwhile("line")),
    Move(Supervision, "挂牌督办", same_meanwhile("line")),
    Move(GuidanceOverride, "分类调整", same_meanwhile()),
    Move(GuidanceMeasure, "指导措施"),
)


@subscribe("register.changed")
def bring_figures_up_to_date(**payload: object) -> None:
    """Settles the marks the change left, once it is committed, so that the next page is right."""
    from coverage.tasks import settle

    transaction.on_commit(settle, robust=True)


@subscribe("reference.load")
def load_rules(**payload: object) -> None:
    """Adds the seed standards, scale rule and milestones."""
    from coverage.domain.reference import load_reference

    load_reference()
