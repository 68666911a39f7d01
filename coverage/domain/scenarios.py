"""Writing scenarios: kept, shared, copied, ticked. None of it touches the register or its figures."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction

from coverage.domain.assumptions import Assumptions, check_rules, rules_under
from coverage.domain.what_if import rules_on
from coverage.models import Scenario, ScenarioTick, Sharing
from orgs.domain.acting import locked, require_text
from orgs.domain.refusals import NotAllowed, StaleRecord
from orgs.lines import LINES
from orgs.models import Unit
from orgs.permissions import may_use_scenarios, scope_for
from quannan.base.domain import audit
from quannan.base.errors import Refused

# A scenario of more is no scenario: then a standard is meant, not a list.
MOST_TICKS = 20_000
NOT_YOURS = "这份推演由别人建立,只能查看。要改,请先“另存为我的”。"
NO_SCENARIOS = "您的角色不能使用情景推演。如工作需要,请联系系统管理员调整角色。"
NO_NAME = "请给推演起一个名称。"

audit.name_actions(
    {
        "scenario.create": "建立情景推演",
        "scenario.change": "修改情景推演",
        "scenario.copy": "另存情景推演",
        "scenario.delete": "删除情景推演",
    }
)
audit.name_details({"ticks": "假定组建", "shared": "给谁看"})


def create_scenario(
    *, name: str, note: str = "", shared: str = Sharing.PRIVATE, as_of: date, by: Any, now: datetime
) -> Scenario:
    """Begins a scenario without assumptions.

    Args:
        name: at most 60 characters.
        note: at most 300 characters.
        shared: code of `Sharing`.
        as_of: the day compared with.
        by: the acting User, who becomes its owner.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act.
        ValidationError: by field.
    """
    _require_use(by)
    scenario = Scenario(
        name=require_text(name, "name", NO_NAME, 60),
        note=note.strip()[:300],
        owner=by,
        shared=shared,
        unit=_unit_of(by),
        as_of=as_of,
        created_at=now,
        updated_at=now,
    )
    scenario.validate_constraints()
    with transaction.atomic():
        scenario.save(force_insert=True)
        audit.record(action="scenario.create", by=by, now=now, obj=scenario, detail={"shared": scenario.shared})
    return scenario


def change_scenario(
    *, scenario: Scenario, version: int, name: str, note: str, shared: str, as_of: date, by: Any, now: datetime
) -> Scenario:
    """Changes what a scenario is called, who sees it and the day it is compared with.

    “本单位” is the unit whose office its owner is now, not when it was begun.

    Args:
        scenario: the row.
        version: the version the actor had opened.
        name: at most 60 characters.
        note: at most 300 characters.
        shared: code of `Sharing`.
        as_of: the day compared with.
        by: the acting User.
        now: the clock.

    Raises:
        NotAllowed: it is somebody else's.
        StaleRecord: it was changed meanwhile.
        ValidationError: by field.
    """
    _require_owner(scenario, by)
    wanted = {
        "name": require_text(name, "name", NO_NAME, 60),
        "note": note.strip()[:300],
        "shared": shared,
        "as_of": as_of,
    }
    with transaction.atomic():
        row = _fresh(scenario, version, wanted)
        for field, value in wanted.items():
            setattr(row, field, value)
        row.unit = _unit_of(by)
        row.validate_constraints()
        _saved(row, now)
        audit.record(action="scenario.change", by=by, now=now, obj=row, detail={"shared": row.shared})
    return row


def assume(*, scenario: Scenario, version: int, assumptions: Assumptions, by: Any, now: datetime) -> Scenario:
    """Gives a scenario other rules, milestones or another day in place of those it had.

    Args:
        scenario: the row.
        version: the version the actor had opened.
        assumptions: all of them.
        by: the acting User.
        now: the clock.

    Raises:
        NotAllowed: it is somebody else's.
        StaleRecord: it was changed meanwhile.
        ValidationError: where rules could not be like that.
    """
    _require_owner(scenario, by)
    check_rules(*rules_under(assumptions, *rules_on(assumptions.as_of or scenario.as_of)))
    with transaction.atomic():
        row = _fresh(scenario, version, {})
        row.changes = assumptions.as_json()
        _saved(row, now)
    return row


def refuse_too_many(count: int) -> None:
    """Refuses more candidates than a scenario may hold, before they are read.

    Args:
        count: how many organizations would be ticked.

    Raises:
        Refused: there are too many.
    """
    if count > MOST_TICKS:
        raise Refused(
            f"一份推演最多假定组建{MOST_TICKS}个,选中的有{count}家。请用条件缩小范围,或改用“改设定”调整标准。"
        )


def tick(*, scenario: Scenario, pairs: Iterable[tuple[int, str]], by: Any, now: datetime) -> int:
    """Assumes bodies built; those ticked before stay.

    Args:
        scenario: the row.
        pairs: organization keys in the actor's sight, and lines.
        by: the acting User.
        now: the clock.

    Returns:
        How many were added.

    Raises:
        NotAllowed: it is somebody else's.
        Refused: there would be too many.
    """
    _require_owner(scenario, by)
    wanted = {(key, line) for key, line in pairs if line in LINES}
    with transaction.atomic():
        row = locked(scenario)
        there = set(row.ticks.order_by().values_list("organization_id", "line"))
        new = sorted(wanted - there)
        if len(there) + len(new) > MOST_TICKS:
            raise Refused(
                f"一份推演最多假定组建{MOST_TICKS}个,现有{len(there)}个,这次要加{len(new)}个。"
                "请用条件缩小范围,或改用“改设定”调整标准。"
            )
        ScenarioTick.objects.bulk_create(
            (ScenarioTick(scenario=row, organization_id=key, line=line) for key, line in new), batch_size=2000
        )
        if new:
            _saved(row, now)
    return len(new)


def untick(*, scenario: Scenario, keys: Iterable[int] | None, by: Any, now: datetime) -> int:
    """Takes ticks out again.

    Args:
        scenario: the row.
        keys: keys of ticks, None for all of them.
        by: the acting User.
        now: the clock.

    Returns:
        How many were taken out.

    Raises:
        NotAllowed: it is somebody else's.
    """
    _require_owner(scenario, by)
    with transaction.atomic():
        row = locked(scenario)
        ticks = row.ticks.all() if keys is None else row.ticks.filter(pk__in=list(keys))
        count, _ = ticks.delete()
        if count:
            _saved(row, now)
    return count


def copy_scenario(*, scenario: Scenario, visible: Iterable[int], by: Any, now: datetime) -> Scenario:
    """Makes the actor's own copy of a scenario in sight, kept to the actor alone.

    Args:
        scenario: the row.
        visible: keys of the organizations ticked that the actor may see; ticks of others are not copied.
        by: the acting User.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act.
    """
    _require_use(by)
    kept = set(visible)
    with transaction.atomic():
        copied = Scenario.objects.create(
            name=f"{scenario.name[:56]}(副本)",
            note=scenario.note,
            owner=by,
            unit=_unit_of(by),
            as_of=scenario.as_of,
            changes=scenario.changes,
            created_at=now,
            updated_at=now,
        )
        ScenarioTick.objects.bulk_create(
            ScenarioTick(scenario=copied, organization_id=key, line=line)
            for key, line in scenario.ticks.values_list("organization_id", "line")
            if key in kept
        )
        audit.record(action="scenario.copy", by=by, now=now, obj=copied, detail={"from": scenario.pk})
    return copied


def delete_scenario(*, scenario: Scenario, by: Any, now: datetime) -> None:
    """Deletes a scenario with its ticks; no fact hangs on it.

    Args:
        scenario: the row.
        by: the acting User.
        now: the clock.

    Raises:
        NotAllowed: it is somebody else's.
    """
    _require_owner(scenario, by)
    with transaction.atomic():
        row = locked(scenario)
        audit.record(action="scenario.delete", by=by, now=now, obj=row, detail={"ticks": row.ticks.count()})
        row.delete()


def _require_use(by: Any) -> None:
    if not may_use_scenarios(by):
        raise NotAllowed(NO_SCENARIOS)


def _require_owner(scenario: Scenario, by: Any) -> None:
    _require_use(by)
    if scenario.owner_id != by.pk:
        raise NotAllowed(NOT_YOURS)


def _unit_of(by: Any) -> Unit | None:
    """The unit whose office the account is; None for accounts of the whole county."""
    paths = scope_for(by, "scenarios.use").unit_paths
    return Unit.objects.filter(path=paths[0]).first() if paths else None


def _fresh(scenario: Scenario, version: int, wanted: dict[str, Any]) -> Scenario:
    row = locked(scenario)
    if row.version != version:
        mine = {name: (getattr(row, name), value) for name, value in wanted.items() if getattr(row, name) != value}
        raise StaleRecord(row, {}, mine)
    return row


def _saved(row: Scenario, now: datetime) -> None:
    row.version += 1
    row.updated_at = now
    row.save()
