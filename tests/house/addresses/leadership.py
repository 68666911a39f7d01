"""Changes of leaders with opinions, and cases of dismissed leaders."""

from typing import Any

from tests import makers_leadership as make
from tests.house.addresses.table import CONFIRMS, EDITS_BODIES, EXPORTS, REVEALS, Address, act, form
from tests.house.world import World

# Accounts of organizations see neither a change nor a case, not even their own.
SEES_CHANGES = EXPORTS
SEES_CASES = REVEALS
# The owner office, and the department whose line is the union.
EDITS_CASES = CONFIRMS


def of_change(**more: Any) -> dict[str, Any]:
    return {"own": lambda t: [t.change.pk], "foreign": lambda t: [t.foreign_change.pk], **more}


def of_case(**more: Any) -> dict[str, Any]:
    return {"own": lambda t: [t.case.pk], "foreign": lambda t: [t.foreign_case.pk], **more}


ADDRESSES: dict[str, Address] = {
    "leader-change-list": Address(SEES_CHANGES),
    "leader-change-export": Address(SEES_CHANGES),
    "leader-change-detail": Address(SEES_CHANGES, **of_change()),
    "leader-change-request": form(EDITS_BODIES, lambda t: [t.change.branch_id], lambda t: [t.foreign_change.branch_id]),
    "leader-change-effect": form(EDITS_BODIES, **of_change()),
    "leader-change-withdraw": form(EDITS_BODIES, **of_change()),
    "opinion-give": form(
        EDITS_BODIES,
        lambda t: [t.change.pk, t.change.opinions.get(body="superior").pk],
        lambda t: [t.foreign_change.pk, t.foreign_change.opinions.get(body="superior").pk],
    ),
    "case-list": Address(SEES_CASES),
    "case-export": Address(SEES_CASES),
    "case-open": form(EDITS_CASES),
    "case-detail": Address(SEES_CASES, **of_case()),
    "case-correct": form(EDITS_CASES, **of_case()),
    "case-measure": form(EDITS_CASES, **of_case()),
    "case-measure-correct": form(
        EDITS_CASES, lambda t: [t.case.pk, t.measure.pk], lambda t: [t.foreign_case.pk, t.foreign_measure.pk]
    ),
    "case-close": form(EDITS_CASES, **of_case()),
    "case-reopen": form(EDITS_CASES, **of_case()),
    "complainant-reveal": act(EDITS_CASES, **of_case()),
}


def things(world: World) -> dict[str, Any]:
    """What the addresses above are asked about."""
    by = world.accounts["owner_office"]
    union = world.own.memberships.get(branch__line="union", branch__composition="own").branch
    women = world.foreign.memberships.get(branch__line="women", branch__composition="own").branch
    change = make.change(union, by, successor=make.person("甲地接任人", world.own))
    foreign = make.change(women, by, successor=make.person("乙地接任人", world.foreign), unit=world.theirs)
    for row in (change, foreign):
        make.answer(row, "union", world.accounts["line_department"], "disagree")
    case, foreign_case = make.case(world.own, by), make.case(world.foreign, by)
    return {
        "change": change,
        "foreign_change": foreign,
        "case": case,
        "foreign_case": foreign_case,
        "measure": make.measure(case, by),
        "foreign_measure": make.measure(foreign_case, by),
    }
