"""Keeping 活动载体 and 活动类别: added, reworded while unused, ended; an entry in use keeps its wording."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange

from activities.models import Activity, ActivityKind, Programme
from activities.models.programmes import NAME_LENGTH
from activities.permissions import may_keep_programmes
from orgs.domain.acting import acting, locked, require_text
from orgs.domain.refusals import NotAllowed
from orgs.lines import Line
from orgs.permissions import first_day_after
from quannan.base.domain import audit

NOT_YOURS = "活动载体和类别由两新工委办公室维护,您的角色不能修改。"
IN_USE = "已有 {} 项活动用了“{}”,名称和条线不能再改;说法有变的,请结束这一项,再新增一项。"
CLAUSE_LENGTH = 200

Entry = Programme | ActivityKind


def add_programme(
    *, name: str, line: str = "", clause: str = "", from_: date | None = None, by: Any, now: datetime
) -> Programme:
    """Adds a programme.

    Args:
        name: what it is called, once in a line at a time.
        line: code of `Line`, "" for all lines.
        clause: where it is written.
        from_: first day, None for always.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: the lists are not the actor's.
        ValidationError: by field.
    """
    _require_keeper(by)
    row = Programme(line=_line(line), clause=clause.strip()[:CLAUSE_LENGTH])
    return _add(row, name, from_, "programme.add", by, now)


def add_kind(*, name: str, from_: date | None = None, by: Any, now: datetime) -> ActivityKind:
    """Adds a kind of activity.

    Args:
        name: what it is called, once at a time.
        from_: first day, None for always.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: the lists are not the actor's.
        ValidationError: by field.
    """
    _require_keeper(by)
    return _add(ActivityKind(), name, from_, "activity_kind.add", by, now)


def correct_entry(*, entry: Entry, name: str, line: str = "", clause: str = "", by: Any, now: datetime) -> Entry:
    """Rewords an entry that no activity uses; the clause of a programme may be put right at any time.

    Args:
        entry: a Programme or an ActivityKind.
        name: the new name.
        line: of a programme, code of `Line` or "" for all.
        clause: of a programme, where it is written.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: the lists are not the actor's.
        ValidationError: by field; it is used.
    """
    _require_keeper(by)
    name = require_text(name, "name", "请填写名称。", NAME_LENGTH)
    with acting(by):
        row = locked(entry)
        wanted: dict[str, Any] = {"name": name}
        if isinstance(row, Programme):
            wanted |= {"line": _line(line), "clause": clause.strip()[:CLAUSE_LENGTH]}
        changed = {field: value for field, value in wanted.items() if getattr(row, field) != value}
        if not changed:
            return row
        if set(changed) - {"clause"} and (uses := Activity.objects.filter(**{_field(row): row}).count()):
            raise ValidationError({"name": ValidationError(IN_USE.format(uses, row.name), code="in_use")})
        before = {field: getattr(row, field) for field in changed}
        for field, value in changed.items():
            setattr(row, field, value)
        row.validate_constraints()
        row.save()
        _tell(row, "correct", {"changes": {f: [before[f], changed[f]] for f in changed}}, by, now)
    return row


def end_entry(*, entry: Entry, last_day: date, reason: str, by: Any, now: datetime) -> Entry:
    """Ends an entry: activities held later cannot name it; those that do keep it.

    Args:
        entry: a Programme or an ActivityKind without an end.
        last_day: its last day, included.
        reason: why.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: the lists are not the actor's.
        ValidationError: by field; it has an end already, or activities after the day use it.
    """
    _require_keeper(by)
    reason = require_text(reason, "reason", "请写明结束的原因。")
    with acting(by, reason):
        row = locked(entry)
        if row.period.upper is not None:
            raise ValidationError(f"“{row.name}”已经用到{row.last_day}为止,不用再结束。", code="ended")
        if row.period.lower is not None and last_day < row.period.lower:
            sentence = f"最后一天不能早于开始使用的日期({row.period.lower}),请核对。"
            raise ValidationError({"last_day": ValidationError(sentence, code="bad_day")})
        later = Activity.objects.held().filter(held_on__gt=last_day, **{_field(row): row}).order_by("-held_on")
        if (last := later.first()) is not None:
            sentence = f"{last.held_word}的活动“{last.title}”还用着它,最后一天不能早于那一天。"
            raise ValidationError({"last_day": ValidationError(sentence, code="in_use")})
        row.period = DateRange(row.period.lower, first_day_after(last_day))
        row.save(update_fields=["period"])
        _tell(row, "end", {"last_day": str(last_day), "reason": reason}, by, now)
    return row


def _require_keeper(by: Any) -> None:
    if by is not None and not may_keep_programmes(by):
        raise NotAllowed(NOT_YOURS)


def _line(line: str) -> str:
    if line and line not in Line.values:
        raise ValidationError({"line": ValidationError("请从条线的列表中选择。", code="unknown_line")})
    return line


def _add(row: Any, name: str, from_: date | None, action: str, by: Any, now: datetime) -> Any:
    row.name = require_text(name, "name", "请填写名称。", NAME_LENGTH)
    row.period = DateRange(from_, None)
    model = type(row)
    with acting(by):
        last = model.objects.order_by("-order").first()
        row.order = last.order + 1 if last else 0
        row.validate_constraints()
        row.save(force_insert=True)
        audit.record(action=action, by=by, now=now, obj=row, detail={"name": row.name, "from": str(from_ or "")})
    return row


def _field(row: Entry) -> str:
    return "programme" if isinstance(row, Programme) else "kind"


def _tell(row: Entry, verb: str, detail: dict[str, Any], by: Any, now: datetime) -> None:
    noun = "programme" if isinstance(row, Programme) else "activity_kind"
    audit.record(action=f"{noun}.{verb}", by=by, now=now, obj=row, detail={"name": row.name} | detail)
