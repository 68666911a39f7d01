"""Writing what an import of activities has planned, all of it in one transaction, or nothing."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import Q

from activities.domain.import_plan import ActivityPlan, ActivityRow, HeldFacts
from activities.models import Activity, ActivitySource, Participation, title_key_of
from orgs.domain.refusals import constraints_speak
from quannan.base.bulk import copy_rows, reserve_ids, update_rows
from quannan.base.errors import Refused

# Two imports at once would both find an activity missing and both record it.
_LOCK = 360_729_021
_FACTS = tuple(name for name in HeldFacts._fields if name != "others")
_NEW = ("id", "organization", "line", *(name.removesuffix("_id") for name in _FACTS), "title_key", "recorded_by")
_BATCH = 1000
_NAMED = 5


class ChangedMeanwhile(Refused):
    """Rows whose activities somebody corrected or cancelled on the page while the file was being checked."""

    def __init__(self, rows: list[ActivityRow]) -> None:
        named = "、".join(f"第{row.number}行({row.name})" for row in rows[:_NAMED])
        more = f"等{len(rows)}行" if len(rows) > _NAMED else ""
        super().__init__(
            f"{named}{more}的活动在检查表格时被人更正或撤销了,为免覆盖,整张表没有写入。请重新检查后再写入。"
        )


def lock_activities() -> None:
    """Let no second import of activities begin before this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def apply_activities(
    plan: ActivityPlan, *, by: Any, now: dt.datetime, progress: Callable[[int, int], None] | None = None
) -> None:
    """Write a plan made in the same transaction, under the lock of the imports of activities.

    Args:
        plan: what to write.
        by: the importing User, None for the command line.
        now: the moment of writing.
        progress: called with (steps done, steps); whatever it raises undoes everything.

    Raises:
        ChangedMeanwhile: somebody has corrected or cancelled one of the activities since the plan was made.
        ValidationError: somebody has recorded the same activity since the plan was made.
    """
    with constraints_speak():
        for done, step in enumerate((_changed, _new)):
            if progress is not None:
                progress(done, 2)
            step(plan, by, now)
        if progress is not None:
            progress(2, 2)


def _new(plan: ActivityPlan, by: Any, now: dt.datetime) -> None:
    made = [row.new for row in plan.rows if row.new is not None]
    if not made:
        return
    ids = list(reserve_ids(Activity, len(made)))
    account = by.pk if by is not None else None
    copy_rows(
        Activity,
        _NEW,
        (
            (pk, one.organization_id, one.line, *one.facts[:-1], title_key_of(one.facts.title), account)
            for pk, one in zip(ids, made, strict=True)
        ),
        {
            "source": ActivitySource.IMPORT.value,
            "created_at": now,
            "updated_at": now,
            "version": 1,
            "cancelled_by_name": "",
            "cancel_reason": "",
        },
    )
    copy_rows(
        Participation,
        ("activity", "organization"),
        ((pk, other) for pk, one in zip(ids, made, strict=True) for other in sorted(one.facts.others)),
    )


def _refuse_changed(plan: ActivityPlan) -> None:
    """Locks what is to be changed; the plan read it unlocked, and a page's correction does not wait for imports."""
    planned = {row.changed.id: row for row in plan.rows if row.changed is not None}
    if not planned:
        return
    rows = Activity.objects.select_for_update(of=("self",)).filter(pk__in=planned).order_by("pk")
    standing = dict(rows.filter(cancelled_at=None).values_list("pk", "version"))
    since = [row for pk, row in planned.items() if row.changed and standing.get(pk) != row.changed.version]
    if since:
        raise ChangedMeanwhile(since)


def _changed(plan: ActivityPlan, by: Any, now: dt.datetime) -> None:
    changed = [row.changed for row in plan.rows if row.changed is not None]
    _refuse_changed(plan)
    update_rows(
        Activity,
        (*(name.removesuffix("_id") for name in _FACTS), "title_key", "version", "updated_at"),
        ((one.id, *one.facts[:-1], title_key_of(one.facts.title), one.version + 1, now) for one in changed),
    )
    gone = [(one.id, other) for one in changed for other in one.before.others - one.facts.others]
    for start in range(0, len(gone), _BATCH):
        condition = Q(pk__in=())
        for activity, other in gone[start : start + _BATCH]:
            condition |= Q(activity_id=activity, organization_id=other)
        Participation.objects.filter(condition).delete()
    copy_rows(
        Participation,
        ("activity", "organization"),
        ((one.id, other) for one in changed for other in sorted(one.facts.others - one.before.others)),
    )
