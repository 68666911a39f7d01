"""四清: handing gaps to units with a leader and a deadline, and 挂牌督办.

A gap is struck off (销号) when spans say that the body exists; no act writes that, and none can forget it.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Case, F, Func, Q, Value, When

from coverage.domain.gaps_opened import held, refuse_other
from coverage.models import BUILT, STATE_COLUMNS, GapAssignment, Span, State, Supervision
from orgs.domain.acting import (
    OUT_OF_SCOPE,
    acting,
    day_of,
    refuse_future,
    require_text,
    require_unit,
    require_visible,
    tell,
)
from orgs.domain.refusals import NotAllowed
from orgs.lines import LINES, Line
from orgs.models import Organization, Unit, User
from orgs.permissions import Scope, may_assign_gaps, may_supervise_gaps, scope_for
from quannan.base.domain.audit import name_actions
from quannan.base.errors import Refused

LEADER_LENGTH, STEP_LENGTH, LEVEL_LENGTH = 40, 200, 40
REPLACED = "改派"
WITHDRAWN = "这份分派已被撤回,不用再办。"
CHANGED = "预览之后情况有变动,没有写入。下面是按现在的台账重新核对的结果,请再看一遍。"
COUNTYS_OWN = "这份分派由县里下达,责任单位和期限由两新工委办公室调整;您可以更新下一步。"

name_actions(
    {
        "gap.assign": "分派缺口",
        "gap.withdraw": "撤回缺口分派",
        "gap.step": "更新缺口的下一步",
        "gap.supervise": "挂牌督办",
        "gap.unsupervise": "摘牌",
    }
)


class Assigned:
    """What becomes of one gap in an act of handing out."""

    NEW = "new"
    REPLACED = "replaced"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True)
class AssignRow:
    """What becomes, or became, of one gap.

    Attributes:
        organization_id: the organization's key.
        line: code of `Line`.
        outcome: one of `Assigned`.
        name: the organization's name, "" where it is out of the actor's scope.
        unit: the responsible unit, None where refused.
        before: the assignment that this one follows, None where there was none.
        sentence: why it is refused, or what is replaced; "" otherwise.
    """

    organization_id: int
    line: str
    outcome: str
    name: str = ""
    unit: Unit | None = None
    before: GapAssignment | None = None
    sentence: str = ""

    @property
    def line_label(self) -> str:
        return str(Line(self.line).label)

    @property
    def writes(self) -> bool:
        return self.outcome in (Assigned.NEW, Assigned.REPLACED)


class PlanChanged(Refused):
    """What would be written is no longer what the preview showed; nothing was written."""


def mark_of(rows: Iterable[AssignRow], as_of: date) -> str:
    """What a preview showed, in short: the day, and of each gap the unit and the assignment that is followed.

    Args:
        rows: as `plan_assignments` gives them.
        as_of: the day from which they are to hold.
    """
    told = sorted(
        (
            row.organization_id,
            row.line,
            row.outcome,
            row.sentence,
            row.unit.pk if row.unit else 0,
            (row.before.pk, row.before.version) if row.before else (0, 0),
        )
        for row in rows
    )
    return hashlib.sha256(repr((as_of, told)).encode()).hexdigest()[:16]


def plan_assignments(
    *,
    pairs: Iterable[tuple[int, str]],
    unit: Unit | None,
    leader: str,
    due_on: date,
    next_step: str,
    by: User,
    now: datetime,
    as_of: date,
) -> list[AssignRow]:
    """What `assign_gaps` would do, and nothing written; the same arguments and the same errors.

    Args:
        pairs: (organization id, line).
        unit: who is responsible; None for each organization's own unit at as_of.
        leader: who leads it, in words.
        due_on: the last day on which the body may still be founded in time.
        next_step: what is done next, may be "".
        by: the acting User, None for the system.
        now: the clock.
        as_of: the day from which it holds, and on which the gap must exist.

    Raises:
        NotAllowed: no role gives the act, or the unit is out of scope.
        ValidationError: by field: no leader, a deadline before as_of, as_of in the future.
    """
    scope = _checked(unit, leader, due_on, next_step, by, now, as_of)
    return _rows(list(dict.fromkeys(pairs)), unit, leader.strip(), due_on, next_step.strip(), scope, now, as_of)


def assign_gaps(
    *,
    pairs: Iterable[tuple[int, str]],
    unit: Unit | None,
    leader: str,
    due_on: date,
    next_step: str,
    by: User,
    now: datetime,
    as_of: date,
    mark: str | None = None,
    opened: tuple[int, int] | None = None,
) -> list[AssignRow]:
    """Hands gaps to a unit; an assignment that is open ends where the new one begins.

    Only what is 应建未建 at as_of and within the actor's scope is assigned; the rest comes back refused with a
    sentence. An assignment given by the county is not replaced by a unit. A constant number of statements.

    Args:
        pairs: (organization id, line).
        unit: who is responsible; None for each organization's own unit at as_of.
        leader: who leads it, in words.
        due_on: the last day on which the body may still be founded in time.
        next_step: what is done next, may be "".
        by: the acting User, None for the system.
        now: the clock.
        as_of: the day from which it holds, and on which the gap must exist.
        mark: `mark_of` the preview that the actor confirms, None where there was none.
        opened: of one gap, key and version of the running assignment the actor had opened, (0, 0) where there was
            none; None where nobody opened one.

    Returns:
        One row per pair, in the order given.

    Raises:
        NotAllowed: no role gives the act, or the unit is out of scope.
        PlanChanged: the preview no longer holds.
        StaleRecord: the assignment that runs is not the one that was opened.
        ValidationError: by field: no leader, a deadline before as_of, as_of in the future.
    """
    scope = _checked(unit, leader, due_on, next_step, by, now, as_of)
    wanted, leader, next_step = list(dict.fromkeys(pairs)), leader.strip(), next_step.strip()
    with acting(by):
        # Two acts on the same gaps wait for one another.
        ids = sorted({pk for pk, _ in wanted})
        list(Organization.objects.standing().filter(pk__in=ids).order_by("pk").select_for_update(of=("self",)))
        rows = _rows(wanted, unit, leader, due_on, next_step, scope, now, as_of, lock=True)
        if mark is not None and mark != mark_of(rows, as_of):
            raise PlanChanged(CHANGED)
        # Out of scope it is refused by its own sentence.
        if opened is not None and rows[0].name:
            asked = {"unit": rows[0].unit or unit, "leader": leader, "due_on": due_on, "next_step": next_step}
            refuse_other(GapAssignment, _running(rows[0]), *opened, asked)
        written = [row for row in rows if row.writes]
        facts = {
            "leader": leader,
            "due_on": due_on,
            "next_step": next_step,
            "by_county": scope.county,
            "assigned_by": by,
            "assigned_at": now,
        }
        _write(written, facts, as_of)
        if written:
            first = Organization.objects.standing().get(pk=written[0].organization_id)
            told = {
                "from": str(as_of),
                "due_on": str(due_on),
                "leader": leader,
                "gaps": dict(Counter(row.line for row in written)),
                "organizations": sorted({row.organization_id for row in written}),
            }
            tell(action="gap.assign", obj=first, detail=told, organization_ids=[], by=by, now=now)
    return rows


def _checked(
    unit: Unit | None, leader: str, due_on: date, next_step: str, by: User | None, now: datetime, as_of: date
) -> Scope:
    """The scope in which the actor hands out gaps; every sentence on the fields at once."""
    scope = _scope(by, "gaps.assign")
    if by is not None and not may_assign_gaps(by):
        raise NotAllowed("您的角色不能分派缺口。请由两新工委办公室或主管党(工)委分派。")
    if unit is not None:
        require_unit(unit, by, scope)
    refuse_future(as_of, "as_of", "分派的起始日期", now)
    errors: dict[str, ValidationError] = {}
    for name, text, sentence, length in (
        ("leader", leader, "请填写责任领导。", LEADER_LENGTH),
        ("next_step", next_step or "-", "", STEP_LENGTH),
    ):
        try:
            require_text(text, name, sentence, length)
        except ValidationError as error:
            errors[name] = error.error_dict[name][0]
    if due_on < as_of:
        sentence = f"期限不能早于分派的起始日期({as_of}),请核对。"
        errors["due_on"] = ValidationError(sentence, code="bad_day")
    if errors:
        raise ValidationError(errors)
    return scope


def _scope(by: User | None, capability: str) -> Scope:
    return Scope(True, (), frozenset(), frozenset()) if by is None else scope_for(by, capability)


def _rows(
    pairs: list[tuple[int, str]],
    unit: Unit | None,
    leader: str,
    due_on: date,
    next_step: str,
    scope: Scope,
    now: datetime,
    as_of: date,
    *,
    lock: bool = False,
) -> list[AssignRow]:
    """What becomes of each pair: four queries whatever their number; with the running assignments locked to write."""
    ids = {pk for pk, _ in pairs}
    names = dict(
        Organization.objects.standing().filter(scope.organizations_q(day_of(now)), pk__in=ids).values_list("pk", "name")
    )
    spans = {span.organization_id: span for span in Span.objects.at(as_of).filter(organization__in=ids)}
    units = {u.pk: u for u in Unit.objects.filter(pk__in={span.unit_id for span in spans.values()})}
    running: dict[tuple[int, str], GapAssignment] = {}
    rows = GapAssignment.objects.filter(organization__in=ids).filter(
        Q(period__upper_inf=True) | Q(period__endswith__gt=as_of)
    )
    if lock:
        # Withdrawing and the next step wait, or are waited for.
        rows = rows.select_for_update(of=("self",))
    for row in rows.select_related("unit").order_by("-period"):
        running[row.organization_id, row.line] = row
    found = []
    for pk, line in pairs:
        name, span, before = names.get(pk), spans.get(pk), running.get((pk, line))
        if name is None:
            found.append(AssignRow(pk, line, Assigned.REFUSED, sentence=OUT_OF_SCOPE))
            continue
        meant = unit or (units[span.unit_id] if span else None)
        sentence = _no_gap(span, line, as_of) or _not_theirs(meant, before, scope, as_of)
        if sentence:
            found.append(AssignRow(pk, line, Assigned.REFUSED, name, before=before, sentence=sentence))
            continue
        if before is None:
            found.append(AssignRow(pk, line, Assigned.NEW, name, meant))
            continue
        same = (before.unit_id, before.leader, before.due_on, before.next_step) == (
            meant and meant.pk,
            leader,
            due_on,
            next_step,
        )
        words = "" if same else f"原由{before.unit}负责({before.leader}),期限 {before.due_on}"
        found.append(AssignRow(pk, line, Assigned.SAME if same else Assigned.REPLACED, name, meant, before, words))
    return found


def _running(row: AssignRow) -> GapAssignment | None:
    return row.before if row.before is not None and row.before.period.upper is None else None


def _no_gap(span: Span | None, line: str, as_of: date) -> str:
    """Why there is nothing to hand out, "" where there is a gap."""
    if line not in LINES:
        return "没有这条条线。"
    label = Line(line).label
    if span is None:
        return f"{as_of}不在册,没有应建未建的组织。"
    if span.excluded:
        return f"{as_of}正在剔除,不计应建;恢复正常经营后再分派。"
    state = getattr(span, STATE_COLUMNS[line])
    if state in BUILT:
        return f"{label}已建,不用分派。"
    if state != State.GAP:
        word = State(state).label if state else "尚未算出结论"
        return f"{label}不是应建未建({word}),不用分派。"
    return ""


def _not_theirs(unit: Unit | None, before: GapAssignment | None, scope: Scope, as_of: date) -> str:
    if before is not None:
        if before.period.lower > as_of:
            return f"现有的分派起自{before.period.lower},晚于{as_of};请把截至日期改到那一天以后再分派。"
        if before.period.upper is not None:
            return f"{as_of}以后还有分派记录(到{before.period.upper}前一天);请把截至日期改到那以后再分派。"
        if before.by_county and not scope.county:
            return COUNTYS_OWN
    if unit is not None and not scope.county and not any(unit.path.startswith(path) for path in scope.unit_paths):
        return f"{as_of}由{unit.name}主管,不在您的管理范围内;请另选本单位或下属单位负责。"
    return ""


def _write(rows: list[AssignRow], facts: dict[str, Any], as_of: date) -> None:
    """Ends, corrects and adds: three statements. What began on the very day is corrected."""
    corrected = [row for row in rows if row.before is not None and row.before.period.lower == as_of]
    ended = [row.before.pk for row in rows if row.before is not None and row.before.period.lower < as_of]
    if ended:
        GapAssignment.objects.filter(pk__in=ended).update(period=_until(as_of), end_reason=REPLACED)
    if corrected:
        by_unit: dict[int, list[int]] = {}
        for row in corrected:
            if row.unit is not None and row.before is not None:
                by_unit.setdefault(row.unit.pk, []).append(row.before.pk)
        unit = Case(*[When(pk__in=pks, then=Value(key)) for key, pks in by_unit.items()])
        keys = [pk for pks in by_unit.values() for pk in pks]
        GapAssignment.objects.filter(pk__in=keys).update(unit=unit, version=F("version") + 1, **facts)
    begun = {(row.organization_id, row.line) for row in corrected}
    GapAssignment.objects.bulk_create(
        GapAssignment(
            organization_id=row.organization_id,
            line=row.line,
            period=DateRange(as_of, None),
            unit=row.unit,
            version=row.before.version + 1 if row.before is not None else 1,
            **facts,
        )
        for row in rows
        if (row.organization_id, row.line) not in begun
    )


def _until(day: date) -> Func:
    """The row's period, ended before a day."""
    field = GapAssignment._meta.get_field("period")
    return Func(Func(F("period"), function="lower"), Value(day), function="daterange", output_field=field)


def withdraw_assignment(
    *,
    assignment: GapAssignment,
    on: date,
    reason: str,
    version: int,
    by: Any,
    now: datetime,
    opened: int | None = None,
) -> None:
    """Ends an assignment without another one after it.

    One that is withdrawn on the day it began never held: its row goes, its history stays.

    Args:
        assignment: an open one, within the actor's scope.
        on: the first day on which it holds no more.
        reason: why.
        version: the version the actor had opened.
        by: the acting User, None for the system.
        now: the clock.
        opened: key of the assignment the actor had opened, that of `assignment` where left out.

    Raises:
        NotAllowed: no role gives the act, out of scope, or given by the county to whom is not the county.
        StaleRecord: changed since.
        ValidationError: no reason; a day before it began or in the future; ended already.
    """
    scope = _require_assigner(assignment, by, now)
    reason = require_text(reason, "reason", "请写明撤回的理由。")
    refuse_future(on, "on", "撤回日期", now)
    with acting(by, reason):
        row = held(assignment, WITHDRAWN)
        if row.by_county and not scope.county:
            raise NotAllowed(COUNTYS_OWN)
        refuse_other(GapAssignment, row, row.pk if opened is None else opened, version, {"end_reason": reason})
        _refuse_ended(row)
        if on < row.period.lower:
            sentence = f"撤回日期不能早于分派的起始日期({row.period.lower}),请核对。"
            raise ValidationError({"on": ValidationError(sentence, code="bad_day")})
        detail = {"line": row.line, "organization": row.organization_id, "on": str(on), "reason": reason}
        if on == row.period.lower:
            row.delete()
        else:
            row.period, row.end_reason = DateRange(row.period.lower, on), reason
            row.version += 1
            row.save(update_fields=["period", "end_reason", "version"])
        tell(action="gap.withdraw", obj=row.organization, detail=detail, organization_ids=[], by=by, now=now)


def set_next_step(
    *, assignment: GapAssignment, next_step: str, version: int, by: Any, now: datetime, opened: int | None = None
) -> GapAssignment:
    """Writes what is done next; whoever works the gap may, also where the county set the deadline.

    Args:
        assignment: an open one, within the actor's scope.
        next_step: what is done next.
        version: the version the actor had opened.
        by: the acting User, None for the system.
        now: the clock.
        opened: key of the assignment the actor had opened, that of `assignment` where left out.

    Raises:
        NotAllowed: no role gives the act, or out of scope.
        StaleRecord: changed since.
        ValidationError: nothing written, too long, or ended already.
    """
    _require_assigner(assignment, by, now)
    next_step = require_text(next_step, "next_step", "请填写下一步做什么。", STEP_LENGTH)
    with acting(by):
        row = held(assignment, WITHDRAWN)
        refuse_other(GapAssignment, row, row.pk if opened is None else opened, version, {"next_step": next_step})
        _refuse_ended(row)
        row.next_step = next_step
        row.version += 1
        row.save(update_fields=["next_step", "version"])
        detail = {"line": row.line, "organization": row.organization_id}
        tell(action="gap.step", obj=row.organization, detail=detail, organization_ids=[], by=by, now=now)
    return row


def _require_assigner(assignment: GapAssignment, by: Any, now: datetime) -> Scope:
    if by is not None and not may_assign_gaps(by):
        raise NotAllowed("您的角色不能办理缺口分派。请由两新工委办公室或主管党(工)委办理。")
    scope = _scope(by, "gaps.assign")
    require_visible([assignment.organization], by, now, scope)
    return scope


def _refuse_ended(row: GapAssignment) -> None:
    if row.period.upper is not None:
        raise ValidationError(f"这份分派已于{row.period.upper}起不再有效,不用再办。", code="ended")


@dataclass(frozen=True)
class Supervised:
    """What an act of 挂牌 or 摘牌 did.

    Attributes:
        written: how many were put under it, or taken off.
        unchanged: how many were as wanted already.
    """

    written: int
    unchanged: int


def supervise(
    *,
    organization_ids: Iterable[int],
    line: str,
    level: str,
    reason: str,
    from_: date,
    by: Any,
    now: datetime,
) -> Supervised:
    """挂牌督办 of organizations, as a whole or for one line; those under it already stay as they are.

    Args:
        organization_ids: keys, all within the actor's scope.
        line: code of `Line`, "" for the whole organization.
        level: whose 挂牌 it is, in words: 县级, 乡镇级.
        reason: why.
        from_: first day, not in the future.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act, or one is out of scope.
        ValidationError: by field; among them a later 挂牌 that stands in the way.
    """
    rows, scope = _supervisable(organization_ids, by)
    if line and line not in LINES:
        raise ValidationError({"line": ValidationError("请从列表里选择条线。", code="bad_line")})
    level = require_text(level, "level", "请填写挂牌级别,例如 县级。", LEVEL_LENGTH)
    reason = require_text(reason, "reason", "请写明挂牌督办的理由。")
    refuse_future(from_, "from_", "挂牌日期", now)
    require_visible(rows, by, now, scope)
    with acting(by, reason):
        list(
            Organization.objects.standing()
            .filter(pk__in=[row.pk for row in rows])
            .select_for_update(of=("self",))
            .order_by("pk")
        )
        standing = Supervision.objects.filter(organization__in=rows, line=line, period__contains=from_)
        already = set(standing.values_list("organization_id", flat=True))
        new = [row for row in rows if row.pk not in already]
        Supervision.objects.bulk_create(
            Supervision(
                organization=row,
                line=line,
                period=DateRange(from_, None),
                level=level,
                reason=reason,
                started_by=by,
            )
            for row in new
        )
        if new:
            detail = {"line": line, "level": level, "from": str(from_), "organizations": [row.pk for row in new]}
            tell(action="gap.supervise", obj=new[0], detail=detail, organization_ids=[], by=by, now=now)
    return Supervised(len(new), len(already))


def end_supervision(
    *, organization_ids: Iterable[int], last_day: date, reason: str, by: Any, now: datetime
) -> Supervised:
    """摘牌: ends every 挂牌 that has no end yet, of whichever line.

    Args:
        organization_ids: keys, all within the actor's scope.
        last_day: the last day it holds, included; not in the future.
        reason: why it is over.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act, or one is out of scope.
        ValidationError: by field; among them a last day before one of them began.
    """
    rows, scope = _supervisable(organization_ids, by)
    reason = require_text(reason, "reason", "请写明摘牌的理由。")
    refuse_future(last_day, "last_day", "摘牌日期", now)
    require_visible(rows, by, now, scope)
    with acting(by, reason):
        running = Supervision.objects.filter(organization__in=rows, period__upper_inf=True)
        found = list(running.select_related("organization").select_for_update(of=("self",)).order_by("pk"))
        late = [row for row in found if row.period.lower > last_day]
        if late:
            first = max(late, key=lambda row: row.period.lower)
            many = f"等 {len(late)} 项" if len(late) > 1 else ""
            sentence = f"{first.organization.name}{many}的挂牌起自{first.period.lower},摘牌日期不能早于这一天,请核对。"
            raise ValidationError({"last_day": ValidationError(sentence, code="bad_day")})
        for row in found:
            row.period = DateRange(row.period.lower, date.fromordinal(last_day.toordinal() + 1))
            row.end_reason = reason
            row.version += 1
        Supervision.objects.bulk_update(found, ["period", "end_reason", "version"])
        touched = {row.organization_id for row in found}
        if found:
            detail = {"last_day": str(last_day), "organizations": sorted(touched), "reason": reason}
            tell(
                action="gap.unsupervise", obj=found[0].organization, detail=detail, organization_ids=[], by=by, now=now
            )
    return Supervised(len(touched), len(rows) - len(touched))


def _supervisable(organization_ids: Iterable[int], by: Any) -> tuple[list[Organization], Scope]:
    if by is not None and not may_supervise_gaps(by):
        raise NotAllowed("您的角色不能挂牌督办。请由两新工委办公室办理。")
    rows = list(Organization.objects.standing().filter(pk__in=set(organization_ids)).order_by("pk"))
    if not rows:
        raise ValidationError("请先勾选要办理的组织。", code="nobody")
    return rows, _scope(by, "gaps.supervise")
