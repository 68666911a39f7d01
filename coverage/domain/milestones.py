"""Writing milestones and their split to units: who may, what must hold, and why a past one was changed."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange

from coverage.domain.figures import units_on
from coverage.models import Milestone, MilestoneShare
from orgs.domain.acting import acting, day_of, locked, refuse_future, require_text
from orgs.domain.refusals import NotAllowed
from orgs.domain.stale import refuse_stale
from orgs.lines import LINES
from orgs.models import Unit
from orgs.permissions import may_edit_standards
from quannan.base.domain import audit

NOT_YOURS = "目标节点由两新工委办公室维护,您的角色不能修改。"
PAST_NEEDS_REASON = "这个节点已经到期,改目标、到期日、范围或条线会改变当时是否达到,请写明理由。"
NEW_DAY_NEEDS_REASON = "改成的到期日已到,会改变当时是否达到,请写明理由。"
# What decides whether a milestone is met.
DECISIVE = ("due_on", "target", "population", "lines")
COLUMNS = ("name", "due_on", "target", "population", "lines", "event", "clause", "reading")

audit.name_actions(
    {
        "milestone.create": "新增目标节点",
        "milestone.change": "修改目标节点",
        "milestone.retire": "停用目标节点",
        "milestone.restore": "恢复目标节点",
        "milestone.split": "分解目标节点",
    }
)


def unsaved_milestone(said: Mapping[str, Any]) -> Milestone:
    """A milestone as it would be, to look at before it is saved.

    Args:
        said: values of COLUMNS; lines in any order.
    """
    row = Milestone(**{name: said[name] for name in COLUMNS})
    row.lines = [line for line in LINES if line in said["lines"]]
    return row


def create_milestone(*, said: Mapping[str, Any], by: Any, now: datetime) -> Milestone:
    """Adds a milestone.

    Args:
        said: values of COLUMNS (target in percent).
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: milestones are not the actor's.
        ValidationError: by field.
    """
    _require_keeper(by)
    row = unsaved_milestone(said)
    with acting(by):
        row.code = _free_code(row)
        row.full_clean()
        row.save(force_insert=True)
        audit.record(action="milestone.create", by=by, now=now, obj=row, detail=_detail(row))
    return row


def change_milestone(
    *, milestone: Milestone, version: int, said: Mapping[str, Any], reason: str, by: Any, now: datetime
) -> Milestone:
    """Changes a milestone; what it was stays in its history.

    Args:
        milestone: the row.
        version: the version the actor had opened.
        said: values of COLUMNS (target in percent).
        reason: why; required where what decides it changes and the old or the new due date has come.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: milestones are not the actor's.
        StaleRecord: somebody else changed it meanwhile.
        ValidationError: by field.
    """
    _require_keeper(by)
    wanted = {name: getattr(unsaved_milestone(said), name) for name in COLUMNS}
    with acting(by, reason):
        row = locked(milestone)
        refuse_stale(row, version, wanted)
        decisive = any(getattr(row, name) != wanted[name] for name in DECISIVE)
        if decisive and min(row.due_on, wanted["due_on"]) <= day_of(now):
            was_due = row.due_on <= day_of(now)
            require_text(reason, "change_reason", PAST_NEEDS_REASON if was_due else NEW_DAY_NEEDS_REASON)
        for name, value in wanted.items():
            setattr(row, name, value)
        row.version += 1
        row.full_clean()
        row.save()
        audit.record(
            action="milestone.change", by=by, now=now, obj=row, detail={**_detail(row), "reason": reason.strip()}
        )
    return row


def retire_milestone(*, milestone: Milestone, reason: str, by: Any, now: datetime) -> Milestone:
    """Takes a milestone out of use; it stays readable and can be restored.

    Args:
        milestone: the row, in use.
        reason: why.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: milestones are not the actor's.
        ValidationError: no reason, or it is not in use.
    """
    return _switch(milestone, reason, by, now, active=False)


def restore_milestone(*, milestone: Milestone, reason: str, by: Any, now: datetime) -> Milestone:
    """Takes a retired milestone into use again.

    Args:
        milestone: the row, retired.
        reason: why.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: milestones are not the actor's.
        ValidationError: no reason, or it is in use.
    """
    return _switch(milestone, reason, by, now, active=True)


def _switch(milestone: Milestone, reason: str, by: Any, now: datetime, *, active: bool) -> Milestone:
    _require_keeper(by)
    reason = require_text(reason, "change_reason", "请写明理由。")
    with acting(by, reason):
        row = locked(milestone)
        if row.is_active == active:
            raise ValidationError("这个节点已在使用中。" if active else "这个节点已经停用。", code="unchanged")
        row.is_active, row.version = active, row.version + 1
        row.save(update_fields=["is_active", "version"])
        action = "milestone.restore" if active else "milestone.retire"
        audit.record(action=action, by=by, now=now, obj=row, detail={"code": row.code, "reason": reason})
    return row


def split_milestone(
    *,
    milestone: Milestone,
    version: int,
    from_: date,
    counts: Mapping[tuple[str, int], int],
    by: Any,
    now: datetime,
    is_demo: bool = False,
) -> Sequence[MilestoneShare]:
    """Sets every unit's share from a day on; the former split ends the day before and stays readable.

    What is gained counts from the end of that day, for all units alike: so all shares begin together.

    Args:
        milestone: in use.
        version: the version of the milestone the actor had opened; a split makes another.
        from_: the day the split is made from, not to come.
        counts: organizations to be brought to a body, by line and key of the unit; zeros are kept as zeros.
        by: the acting User, None for the system.
        now: the clock.
        is_demo: whether the rows belong to the demo county.

    Raises:
        NotAllowed: milestones are not the actor's.
        StaleRecord: somebody else changed or split it meanwhile.
        ValidationError: it is retired, a day to come, a share larger than the unit's gap, a later split that stands.
    """
    _require_keeper(by)
    refuse_future(from_, "from_", "分解日期", now)
    with acting(by, f"分解到单位,从 {from_} 起"):
        row = locked(milestone)
        if not row.is_active:
            raise ValidationError("这个节点已经停用,请先恢复再分解。", code="retired")
        refuse_stale(row, version, {})
        _check_gaps(row, from_, counts)
        mine = MilestoneShare.objects.filter(milestone=row)
        if mine.filter(period__startswith__gt=from_).exists():
            raise ValidationError({"from_": ValidationError("这一天之后已经重新分解过,请用更晚的日期。", code="later")})
        mine.filter(period__startswith=from_).delete()
        for old in mine.filter(period__endswith=None).select_for_update():
            old.period = DateRange(old.period.lower, from_)
            old.save(update_fields=["period"])
        made = MilestoneShare.objects.bulk_create(
            MilestoneShare(
                milestone=row, unit_id=unit, line=line, count=count, period=DateRange(from_, None), is_demo=is_demo
            )
            for (line, unit), count in sorted(counts.items())
        )
        if not is_demo:  # The demo leaves no trace at rows that are not its own.
            row.version += 1
            row.save(update_fields=["version"])
        detail = {"code": row.code, "from": from_.isoformat(), "count": sum(counts.values())}
        audit.record(action="milestone.split", by=by, now=now, obj=row, detail=detail)
    return made


def _check_gaps(milestone: Milestone, from_: date, counts: Mapping[tuple[str, int], int]) -> None:
    """A unit cannot build more than it lacks: every share against the unit's gap on the day."""
    found = units_on(user=None, days=[from_], lines=milestone.lines)
    names = dict(Unit.objects.filter(pk__in={unit for _, unit in counts}).values_list("pk", "name"))
    errors: dict[str, ValidationError] = {}
    for (line, unit), count in counts.items():
        gap = found[unit][0][milestone.population][line].gap if unit in found and line in milestone.lines else 0
        if count > gap:
            sentence = f"{names.get(unit, '这个单位')}应建未建 {gap} 家,不能分 {count} 家,请改小。"
            errors[f"{line}-{unit}"] = ValidationError(sentence, code="more_than_gap")
    if errors:
        raise ValidationError(errors)


def _require_keeper(by: Any) -> None:
    if by is not None and not may_edit_standards(by):
        raise NotAllowed(NOT_YOURS)


def _free_code(row: Milestone) -> str:
    """The first code of the due date that no milestone bears: all-20111231, all-20111231-2."""
    stem = f"{row.population.replace('_', '-')}-{row.due_on:%Y%m%d}"
    taken = set(Milestone.objects.filter(code__startswith=stem).values_list("code", flat=True))
    names = [stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)


def _detail(row: Milestone) -> dict[str, Any]:
    return {
        "code": row.code,
        "due_on": row.due_on.isoformat(),
        "target": str(Decimal(row.target)),
        "population": row.population,
        "lines": list(row.lines),
    }
