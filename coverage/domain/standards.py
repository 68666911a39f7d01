"""Another version of a standard or of the rule of scale, seen before it is saved; no version rewrites another's days."""

import hashlib
import json
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from psycopg2.extras import DateRange

from coverage.domain.figures import Report, report
from coverage.domain.what_if import Moved, moved_by_rules, report_under_rules, spans_moved
from coverage.models import ScaleRule, Standard
from orgs.domain.acting import acting, day_of, require_text, tell
from orgs.domain.refusals import NotAllowed, StaleRecord
from orgs.permissions import may_edit_standards
from quannan.base.domain import audit

Rule = Standard | ScaleRule

NOT_YOURS = "标准由两新工委办公室维护,您的角色不能修改。"
NO_CLAUSE = "请写明依据的条款或文件。"
STANDARD_FACTS = (
    "measure",
    "obliged_from",
    "permitted_from",
    "zero_state",
    "own_body_from",
    "clause",
    "reading",
    "rungs",
)
WORDS_OF_VERSION = ("clause", "reading", "rungs")
SCALE_FACTS = ("employees_with_revenue", "revenue_yuan", "employees_alone", "clause", "reading")

audit.name_actions({"standard.version": "标准换版", "standard.reword": "修改标准的依据和口径说明"})
audit.name_details({"line": "条线", "from": "施行日期", "spans": "改变的历史区间"})


@dataclass
class RulePreview:
    """What another version would change on one day.

    Attributes:
        day: the working day, or the version's first day where that comes later.
        before: the figures of the day as they are.
        after: as they would be.
        moved: organizations with another verdict, in the order of their keys.
        spans: how many spans of all time would differ, None for a version that begins today or later.
        mark: what was shown, in short.
    """

    day: date
    before: Report
    after: Report
    moved: list[Moved]
    spans: int | None
    mark: str


@dataclass
class _Versions:
    """All rules as they would stand: what ends, and the new row."""

    standards: list[Standard]
    scale_rules: list[ScaleRule]
    ended: Rule | None
    new: Rule
    there: list[Rule] = field(default_factory=list)


def version_of(*, line: str, from_: date, facts: dict[str, Any]) -> Rule:
    """A version to be previewed or saved, not saved yet.

    Args:
        line: a line code, or "" for the rule of scale.
        from_: its first day.
        facts: columns of STANDARD_FACTS or SCALE_FACTS.
    """
    period = DateRange(from_, None)
    return Standard(line=line, period=period, **facts) if line else ScaleRule(period=period, **facts)


def preview_version(*, new: Rule, as_of: date, by: Any, now: datetime) -> RulePreview:
    """What a version would change; nothing is written.

    Args:
        new: as `version_of` gives it.
        as_of: the working day.
        by: the acting User, whose sight the figures are of.
        now: the clock.

    Raises:
        NotAllowed: standards are not the actor's.
        ValidationError: the version cannot stand.
    """
    _require_editor(by)
    versions = _versions(new, now, lock=False)
    day = max(as_of, new.period.lower)
    standards, scale_rules = versions.standards, versions.scale_rules
    moved = moved_by_rules(user=by, day=day, standards=standards, scale_rules=scale_rules)
    return RulePreview(
        day=day,
        before=report(user=by, as_of=day),
        after=report_under_rules(user=by, day=day, standards=standards, scale_rules=scale_rules),
        moved=moved,
        spans=(spans_moved(standards=standards, scale_rules=scale_rules) if new.period.lower < day_of(now) else None),
        mark=_mark(versions, day, moved),
    )


def save_version(*, new: Rule, as_of: date, mark: str, reason: str = "", by: Any, now: datetime) -> Rule | None:
    """Saves a version as it was previewed: the one before it ends the day before.

    The trigger on the rules' tables marks everybody dirty; the worker works the figures in.

    Args:
        new: as `version_of` gives it.
        as_of: the working day of the preview.
        mark: of the preview.
        reason: why it begins before today; needed then.
        by: the acting User.
        now: the clock.

    Returns:
        The saved row; None when rules or register have changed since the preview.

    Raises:
        NotAllowed: standards are not the actor's.
        ValidationError: by field.
    """
    _require_editor(by)
    first: date = new.period.lower
    if first < day_of(now):
        reason = require_text(reason, "change_reason", "这一版从今天以前开始,会改变过去的数字,请写明理由。")
    with acting(by, reason or f"{new.clause} 换版"):
        versions = _versions(new, now, lock=True)
        day = max(as_of, first)
        moved = moved_by_rules(user=by, day=day, standards=versions.standards, scale_rules=versions.scale_rules)
        if _mark(versions, day, moved) != mark:
            return None
        if versions.ended is not None and versions.ended.pk != versions.new.pk:
            versions.ended.save(update_fields=["period"])
        versions.new.save()
        detail = {"line": getattr(new, "line", "scale"), "from": str(first), "organizations": len(moved)}
        if reason:
            detail["reason"] = reason
        tell(action="standard.version", obj=versions.new, detail=detail, organization_ids=[], by=by, now=now)
    return versions.new


def words_mark(rule: Any) -> str:
    """The same for the same words and forms by size of a version.

    Args:
        rule: a Standard or ScaleRule, or one of its past states.
    """
    words = [getattr(rule, name) for name in WORDS_OF_VERSION if hasattr(rule, name)]
    return hashlib.sha256(json.dumps(words, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:16]


def reword_rule(
    *,
    rule: Rule,
    seen: str,
    clause: str,
    reading: str,
    rungs: list[dict[str, Any]] | None = None,
    by: Any,
    now: datetime,
) -> Rule:
    """Changes the words of a version, and the forms by size; no verdict depends on them.

    Args:
        rule: the row.
        seen: `words_mark` of the words the actor had opened.
        clause: where it is written.
        reading: how unclear places are read.
        rungs: forms by size, None to keep them.
        by: the acting User.
        now: the clock.

    Raises:
        NotAllowed: standards are not the actor's.
        StaleRecord: somebody else changed the words meanwhile.
        ValidationError: by field.
    """
    _require_editor(by)
    wanted: dict[str, Any] = {
        "clause": require_text(clause, "clause", NO_CLAUSE, 64),
        "reading": reading.strip(),
    }
    if rungs is not None and isinstance(rule, Standard):
        wanted["rungs"] = rungs
    with acting(by, f"{wanted['clause']} 口径说明"):
        row = type(rule).objects.select_for_update().get(pk=rule.pk)
        if words_mark(row) != seen:
            raise _stale_words(row, seen, wanted)
        for name, value in wanted.items():
            setattr(row, name, value)
        row.save()
        detail = {"line": getattr(row, "line", "scale"), "from": str(row.period.lower or "")}
        tell(action="standard.reword", obj=row, detail=detail, organization_ids=[], by=by, now=now)
    return row


def _stale_words(row: Rule, seen: str, wanted: dict[str, Any]) -> StaleRecord:
    """What others changed since the words that bear the mark, as far as the history still has them."""
    history: Any = type(row)._meta.get_field("events").related_model
    past = history.objects.filter(pgh_obj_id=row.pk).order_by("-pgh_id")
    base: Any = next((one for one in past if words_mark(one) == seen), row)
    pairs = {name: (getattr(base, name), getattr(row, name)) for name in wanted}
    theirs = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
    mine = {name: (getattr(base, name), value) for name, value in wanted.items() if getattr(base, name) != value}
    return StaleRecord(row, theirs, mine)


def _versions(new: Rule, now: datetime, *, lock: bool) -> _Versions:
    """The rules with another version among them.

    Raises:
        ValidationError: it would rewrite the days of one that has begun, or its numbers cannot stand.
    """
    standards, scales = Standard.objects.order_by("line", "period"), ScaleRule.objects.order_by("period")
    if lock:
        standards, scales = standards.select_for_update(), scales.select_for_update()
    all_standards, all_scales = list(standards), list(scales)
    is_standard, line = isinstance(new, Standard), getattr(new, "line", "")
    mine: list[Any] = [row for row in all_standards if row.line == line] if is_standard else list(all_scales)
    version: Any = copy(new)
    first: date = new.period.lower
    old = next((row for row in mine if first in row.period), None)
    later = [row.period.lower for row in mine if row.period.lower is not None and row.period.lower > first]
    version.period = DateRange(first, min(later, default=None))
    ended = None
    if old is not None and old.period.lower == first:
        if first <= day_of(now):
            sentence = f"从{first}起施行的一版已经有了,不能用另一版盖掉它。请换一个施行日期。"
            raise ValidationError({"from_": ValidationError(sentence, code="same_day")})
        # It has not begun: no day is rewritten.
        version.pk = old.pk
        rows = [version if row is old else row for row in mine]
    else:
        if old is not None:
            ended = copy(old)
            ended.period = DateRange(old.period.lower, first)
        rows = [ended if row is old else row for row in mine] + [version]
    version.clean_fields(exclude=["period"])
    for constraint in version._meta.constraints:
        if "one_at_a_time" not in constraint.name:
            constraint.validate(type(version), version)
    return _Versions(
        standards=[row for row in all_standards if row.line != line] + rows if is_standard else all_standards,
        scale_rules=all_scales if is_standard else rows,
        ended=ended,
        new=version,
        there=[*all_standards, *all_scales],
    )


def _mark(versions: _Versions, day: date, moved: Iterable[Moved]) -> str:
    """The same for the same version, beside the same rules, with the same verdicts changed on the same day."""

    def words(row: Rule) -> list[str]:
        names = STANDARD_FACTS if isinstance(row, Standard) else SCALE_FACTS
        return [str(row.pk), str(row.period), *(str(getattr(row, name)) for name in names)]

    said = {
        "day": str(day),
        "new": words(versions.new),
        "there": [words(row) for row in versions.there],
        "moved": [
            (one.organization_id, [int(s) for s in (*one.before.values(), *one.after.values())]) for one in moved
        ],
    }
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def _require_editor(by: Any) -> None:
    if by is not None and not may_edit_standards(by):
        raise NotAllowed(NOT_YOURS)
