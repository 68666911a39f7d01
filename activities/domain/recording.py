"""Writing activities: recorded, corrected, cancelled with a reason; nothing is deleted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError

from activities.domain.rules import (
    ITSELF,
    NO_EDIT,
    NOT_IN_REACH,
    NOT_YOUR_LINE,
    TWICE,
    covering_bodies,
    day_fault,
    entry_fault,
    gathered,
    line_fault,
    members_then,
    number_faults,
    standing_fault,
    twin_of,
)
from activities.models import Activity, ActivityKind, ActivitySource, Participation, Programme, title_key_of
from activities.models.activities import CONTENT_LENGTH, NOTE_LENGTH, PRECISIONS, TITLE_LENGTH
from activities.permissions import may_record_activities, scope_to_record
from orgs.domain.acting import acting, day_of, label_of, locked, require_text, require_visible
from orgs.domain.refusals import NotAllowed
from orgs.domain.stale import refuse_stale
from orgs.lines import Line, stored_range
from orgs.models import Branch, Organization
from quannan.base.domain import audit
from quannan.base.events import announce

PLACE_LENGTH = 120
MOST_OTHERS = 60
CORRECT_REASON = "更正已登记的内容须写明理由;只是补填空着的项不用写。"
LENGTHS = {"title": TITLE_LENGTH, "place": PLACE_LENGTH, "content": CONTENT_LENGTH, "note": NOTE_LENGTH}


@dataclass(frozen=True)
class ActivityFacts:
    """What is said of an activity besides its host and line; None is not known, which is not 0.

    Attributes:
        kind: 类别.
        title: 活动名称.
        held_on: the day; of a month or a year its first day.
        held_precision: day, month or year.
        last_on: last day, None where it was over the same day.
        branch: the body that held it, None where it is not said.
        programme: 活动载体, None for none.
        place: where.
        attendees: how many people took part.
        members: of them party members.
        content: what was done.
        note: 备注.
        others: the other organizations that took part.
    """

    kind: ActivityKind
    title: str
    held_on: date
    held_precision: str = "day"
    last_on: date | None = None
    branch: Branch | None = None
    programme: Programme | None = None
    place: str = ""
    attendees: int | None = None
    members: int | None = None
    content: str = ""
    note: str = ""
    others: tuple[Organization, ...] = field(default=())

    @property
    def days(self) -> tuple[date, date]:
        """First and last day on which it can have been held."""
        return stored_range(self.held_on, self.held_precision)

    @property
    def columns(self) -> dict[str, Any]:
        """Column → value, without the other organizations."""
        return {name: getattr(self, name) for name in COLUMNS}


COLUMNS = tuple(one.name for one in fields(ActivityFacts) if one.name != "others")


def facts_of(activity: Activity) -> ActivityFacts:
    """What stands of an activity now; of those that took part all, whoever asks.

    Args:
        activity: a stored one.
    """
    parts = activity.participations.named().select_related("organization").order_by("organization__sort_key", "pk")
    others = tuple(part.organization for part in parts)
    return ActivityFacts(others=others, **{name: getattr(activity, name) for name in COLUMNS})


def record_activity(*, organization: Organization, line: str, facts: ActivityFacts, by: Any, now: datetime) -> Activity:
    """Records one activity of a line at an organization (三(三)、四(一)).

    Args:
        organization: the host, within the actor's scope for the line.
        line: code of `Line`.
        facts: what is said of it.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act for this line, or the host is out of scope.
        ValidationError: by field, all that is wrong at once.
    """
    require_recording(organization, line, by, now)
    with acting(by):
        host = locked(organization)
        settled = _checked(host, line, facts, None, by, now)
        row = Activity(
            organization=host,
            line=line,
            title_key=title_key_of(settled.title),
            source=ActivitySource.PAGE,
            recorded_by=by,
            created_at=now,
            updated_at=now,
            **settled.columns,
        )
        row.save(force_insert=True)
        _set_others(row, settled.others)
        _tell("activity.record", row, {"line": line, "held_on": str(row.held_on), "title": row.title}, by, now)
    return row


def correct_activity(
    *, activity: Activity, version: int, changes: Mapping[str, Any], reason: str = "", by: Any, now: datetime
) -> Activity:
    """Changes what is said of an activity; host and line stay: who got those wrong cancels and records anew.

    Args:
        activity: which one, not cancelled.
        version: the version the actor had opened.
        changes: field of `ActivityFacts` → new value.
        reason: why; required as soon as something that was filled in changes.
        by: the acting User, None for the system.
        now: the clock.

    Returns:
        The activity as it stands now; unchanged, with no trace, when nothing differs.

    Raises:
        NotAllowed: no role gives the act for its line, or the host is out of scope.
        StaleRecord: somebody else has saved since.
        ValidationError: by field; it was cancelled.
    """
    require_recording(activity.organization, activity.line, by, now)
    reason = reason.strip()
    with acting(by, reason):
        row = locked(activity)
        refuse_stale(row, version, {name: value for name, value in changes.items() if name != "others"})
        _require_standing(row)
        before = facts_of(row)
        wanted = _checked(locked(row.organization), row.line, replace(before, **changes), row, by, now)
        changed = {name for name in (*COLUMNS, "others") if _value(before, name) != _value(wanted, name)}
        if not changed:
            return row
        if any(_value(before, name) not in (None, "", frozenset()) for name in changed - {"held_precision"}):
            require_text(reason, "reason", CORRECT_REASON)
        for name in changed & set(COLUMNS):
            setattr(row, name, getattr(wanted, name))
        row.title_key = title_key_of(row.title)
        row.version += 1
        row.updated_at = now
        row.save()
        if "others" in changed:
            _set_others(row, wanted.others)
        detail = {
            "changes": {
                label_of(Activity, name) if name != "others" else "共同参加的组织": [
                    _plain(before, name),
                    _plain(wanted, name),
                ]
                for name in sorted(changed)
            },
            "reason": reason,
        }
        _tell("activity.correct", row, detail, by, now)
    return row


def cancel_activity(*, activity: Activity, version: int, reason: str, by: Any, now: datetime) -> Activity:
    """Takes an activity out of every count; it stays readable with the reason.

    Args:
        activity: which one, not cancelled.
        version: the version the actor had opened.
        reason: why.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act for its line, or the host is out of scope.
        StaleRecord: somebody else has saved since.
        ValidationError: cancelled already, or no reason.
    """
    require_recording(activity.organization, activity.line, by, now)
    reason = require_text(reason, "reason", "请写明撤销的理由,例如重复登记、没有开展。")
    with acting(by, reason):
        row = locked(activity)
        _require_standing(row)
        refuse_stale(row, version, {})
        row.cancelled_at = row.updated_at = now
        row.cancelled_by_name = str(by)[:120] if by is not None else "系统"
        row.cancel_reason = reason
        row.version += 1
        row.save()
        _tell("activity.cancel", row, {"reason": reason}, by, now)
    return row


def require_recording(organization: Organization, line: str, by: Any, now: datetime) -> None:
    """Refuses whoever may not record activities of this line at this organization.

    Args:
        organization: the host.
        line: code of `Line`.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act, not for this line, or the organization is out of scope.
        ValidationError: there is no such line.
    """
    if line not in Line.values:
        raise ValidationError({"line": ValidationError("请从条线的列表中选择。", code="unknown_line")})
    if by is None:
        return
    if not may_record_activities(by):
        raise NotAllowed(NO_EDIT)
    scope = scope_to_record(by, line)
    if scope.nothing:
        raise NotAllowed(NOT_YOUR_LINE.format(Line(line).label))
    require_visible([organization], by, now, scope)


def _require_standing(row: Activity) -> None:
    if row.cancelled_at is not None:
        raise ValidationError("这项活动已经撤销,不能再改;确实开展过的,请重新登记。", code="cancelled")


def _checked(
    host: Organization, line: str, facts: ActivityFacts, row: Activity | None, by: Any, now: datetime
) -> ActivityFacts:
    """The facts as they are stored, every fault said at once."""
    texts: dict[str, Any] = {name: (getattr(facts, name) or "").strip() for name in LENGTHS}
    others = tuple({one.pk: one for one in facts.others}.values())
    facts = replace(facts, others=others, **texts)
    faults: list[Mapping[str, str]] = [_text_faults(facts), number_faults(facts.attendees, facts.members)]
    if facts.held_precision not in dict(PRECISIONS):
        faults.append({"held_on": "开展日期请写到日、到月或到年。"})
    days = facts.days
    # Of a month or a year the first day is stored, whatever day of it was given.
    facts = replace(facts, held_on=days[0])
    faults.append(day_fault(days, facts.last_on, day_of(now)))
    faults.append({"held_on": standing_fault(host.name, host.registered_on, host.closed_on, days)})
    faults.append({"kind": _entry(facts.kind, row.kind_id if row else None, days, "类别")})
    if facts.programme is not None:
        held = row.programme_id if row else None
        fault = line_fault(facts.programme, line) or _entry(facts.programme, held, days, "活动载体")
        faults.append({"programme": fault})
    faults.append({"branch": _branch_fault(host, line, facts, row)})
    faults.append({"others": _others_fault(host, facts, row, by, now)})
    key = title_key_of(facts.title)
    twin = twin_of(
        organization_id=host.pk, line=line, held_on=facts.held_on, title_key=key, but=row.pk if row else None
    )
    faults.append({"title": TWICE.format(twin.pk) if twin else ""})
    if errors := gathered(faults):
        raise ValidationError(errors)
    return facts


def _text_faults(facts: ActivityFacts) -> dict[str, str]:
    found = {"title": "" if title_key_of(facts.title) else "请填写活动名称。"}
    for name, most in LENGTHS.items():
        if len(text := getattr(facts, name)) > most:
            found[name] = f"{label_of(Activity, name)}最多写{most}个字,现有{len(text)}个,请缩短。"
    return found


def _entry(entry: ActivityKind | Programme, held: int | None, days: tuple[date, date], noun: str) -> str:
    """An entry that the activity has already is not asked again."""
    return "" if entry.pk == held else entry_fault(entry, days, noun)


def _branch_fault(host: Organization, line: str, facts: ActivityFacts, row: Activity | None) -> str:
    branch = facts.branch
    if branch is None or (row is not None and row.branch_id == branch.pk and row.held_on == facts.held_on):
        return ""
    if covering_bodies(host.pk, line, facts.days).filter(pk=branch.pk).exists():
        return ""
    return f"所选的党群组织当时没有覆盖“{host.name}”,或不属于{Line(line).label},请另选或留空。"


def _others_fault(host: Organization, facts: ActivityFacts, row: Activity | None, by: Any, now: datetime) -> str:
    if len(facts.others) > MOST_OTHERS:
        return f"共同参加的组织一次最多写{MOST_OTHERS}家,现有{len(facts.others)}家,请核对。"
    kept = set(row.participations.named().values_list("organization_id", flat=True)) if row else set()
    new = [one for one in facts.others if one.pk not in kept]
    if any(one.pk == host.pk for one in new):
        return ITSELF.format(host.name)
    within = reachable(new, facts.branch, facts.days, by, now)
    for one in new:
        if one.pk not in within:
            return NOT_IN_REACH.format(one.name)
        if fault := standing_fault(one.name, one.registered_on, one.closed_on, facts.days):
            return fault
    return ""


def reachable(
    organizations: Iterable[Organization], branch: Branch | None, days: tuple[date, date], by: Any, now: datetime
) -> set[int]:
    """Which of these an account may name as taking part: those in sight, and the members of the body that held it.

    Args:
        organizations: those asked of.
        branch: the body that held the activity, None where it is not said.
        days: first and last day on which it can have been held.
        by: the acting User, None for the system, which reaches all.
        now: the clock.

    Returns:
        Their keys.
    """
    wanted = [one.pk for one in organizations]
    if by is None or not wanted:
        return set(wanted)
    seen = Organization.objects.visible_to(by, day_of(now)).filter(pk__in=wanted)
    found = set(seen.order_by().values_list("pk", flat=True))
    if branch is not None:
        members = members_then(branch.pk, days).filter(organization__in=wanted)
        found |= set(members.values_list("organization_id", flat=True))
    return found


def _set_others(row: Activity, others: Iterable[Organization]) -> None:
    wanted = {one.pk for one in others}
    # What a merge left behind is not looked at: taking the merge back finds it as it was.
    held = dict(row.participations.named().values_list("organization_id", "pk"))
    row.participations.filter(pk__in=[pk for one, pk in held.items() if one not in wanted]).delete()
    Participation.objects.bulk_create(
        Participation(activity=row, organization_id=one) for one in sorted(wanted - set(held))
    )


def _value(facts: ActivityFacts, name: str) -> Any:
    if name == "others":
        return frozenset(one.pk for one in facts.others)
    return getattr(facts, name)


def _plain(facts: ActivityFacts, name: str) -> Any:
    if name == "others":
        return "、".join(one.name for one in facts.others)
    value = getattr(facts, name)
    return value if value is None or isinstance(value, int) else str(value)


def _tell(action: str, row: Activity, detail: dict[str, Any], by: Any, now: datetime) -> None:
    audit.record(action=action, by=by, now=now, obj=row, detail={"organization": row.organization_id} | detail)
    others = row.participations.order_by("pk").values_list("organization_id", flat=True)
    announce("activities.changed", organization_ids=[row.organization_id, *others])
