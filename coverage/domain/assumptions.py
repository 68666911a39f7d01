"""What a scenario assumes: other thresholds, another rule of scale, other milestones, another date; never saved as facts."""

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from psycopg2.extras import DateRange

from coverage.models import Milestone, ScaleRule, Standard, State
from orgs.lines import LINES

ALWAYS = DateRange(None, None)
MOST = 1_000_000
UNREADABLE = "推演的设定读不出来,请到“改设定”里重新填写。"

STANDARD_FIELDS = ("obliged_from", "permitted_from", "zero_state")
SCALE_FIELDS = ("employees_with_revenue", "revenue_yuan", "employees_alone")
MILESTONE_FIELDS = ("target", "due_on")


@dataclass(frozen=True)
class Assumptions:
    """What is assumed otherwise than it is; empty where everything stays.

    Attributes:
        as_of: the day reckoned, None for the scenario's own.
        standards: line → obliged_from, permitted_from (a count, or None for “not permitted”), zero_state.
        scale: employees_with_revenue, revenue_yuan, employees_alone.
        milestones: code → target (percent), due_on.
    """

    as_of: date | None = None
    standards: dict[str, dict[str, int | None]] = field(default_factory=dict)
    scale: dict[str, Any] = field(default_factory=dict)
    milestones: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def other_rules(self) -> bool:
        """Whether a standard or the rule of scale is another: then every organization is worked out anew."""
        return bool(self.standards or self.scale)

    @property
    def nothing(self) -> bool:
        return not (self.as_of or self.other_rules or self.milestones)

    def as_json(self) -> dict[str, Any]:
        """As the row of a scenario keeps it; `read_assumptions` reads it back."""
        told: dict[str, Any] = {}
        if self.as_of:
            told["as_of"] = self.as_of.isoformat()
        if self.standards:
            told["standards"] = self.standards
        if self.scale:
            told["scale"] = {k: str(v) if isinstance(v, Decimal) else v for k, v in self.scale.items()}
        if self.milestones:
            told["milestones"] = {
                code: {name: str(value) for name, value in said.items()} for code, said in self.milestones.items()
            }
        return told


def read_assumptions(raw: Any) -> Assumptions:
    """Reads what a scenario keeps, and refuses what has another shape.

    Args:
        raw: decoded JSON: as_of (ISO date), standards, scale, milestones, each optional.

    Raises:
        ValidationError: on an unknown key, line or field, or a value out of range.
    """
    said = _mapping(raw, ("as_of", "standards", "scale", "milestones"))
    standards = {}
    for line, changes in _mapping(said.get("standards", {}), LINES).items():
        changes = _mapping(changes, STANDARD_FIELDS)
        found: dict[str, int | None] = {
            name: _count(changes[name]) for name in ("obliged_from", "zero_state") if name in changes
        }
        if "permitted_from" in changes:
            value = changes["permitted_from"]
            found["permitted_from"] = None if value is None else _count(value)
        if found.get("zero_state", State.NOT_YET) not in (State.NOT_YET, State.NOT_APPLICABLE):
            raise ValidationError(UNREADABLE, code="unreadable")
        if found:
            standards[line] = found
    scale: dict[str, Any] = {}
    for name, value in _mapping(said.get("scale", {}), SCALE_FIELDS).items():
        scale[name] = _amount(value) if name == "revenue_yuan" else _count(value)
    milestones = {}
    for code, changes in _mapping(said.get("milestones", {})).items():
        changes = _mapping(changes, MILESTONE_FIELDS)
        told: dict[str, Any] = {}
        if "target" in changes:
            told["target"] = _amount(changes["target"])
            if not 0 < told["target"] <= 100:
                raise ValidationError("目标应大于0、不超过100。", code="target")
        if "due_on" in changes:
            told["due_on"] = _day(changes["due_on"])
        if told:
            milestones[code] = told
    as_of = _day(said["as_of"]) if said.get("as_of") else None
    return Assumptions(as_of, standards, scale, milestones)


def rules_under(
    assumptions: Assumptions, standards: Iterable[Standard], scale_rules: Iterable[ScaleRule]
) -> tuple[list[Standard], list[ScaleRule]]:
    """The rules of one day as they would be: what is not assumed otherwise stays.

    Args:
        assumptions: what is assumed.
        standards: those in force on the day; a line without one stays without.
        scale_rules: those in force on the day, at most one.

    Raises:
        ValidationError: where a rule could not be kept like that, such as permitted above obliged.
    """
    return (
        [_changed(row, assumptions.standards.get(row.line, {})) for row in standards],
        [_changed(row, assumptions.scale) for row in scale_rules],
    )


def check_rules(standards: Iterable[Standard], scale_rules: Iterable[ScaleRule]) -> None:
    """Refuses rules that could not be kept as rows.

    Args:
        standards: rows, saved or not.
        scale_rules: rows, saved or not.

    Raises:
        ValidationError: with the sentence of the constraint.
    """
    for row in standards:
        if row.obliged_from < 1:
            raise ValidationError(f"{row.get_line_display()}:应建人数至少为1。", code="obliged")
        if row.permitted_from is not None and row.permitted_from > row.obliged_from:
            raise ValidationError(f"{row.get_line_display()}:可建人数不能大于应建人数。", code="permitted")
    for rule in scale_rules:
        if rule.employees_alone < rule.employees_with_revenue:
            raise ValidationError("规模以上:单用的人数不能小于与营收并用的人数。", code="scale")


def milestone_under(milestone: Milestone, assumptions: Assumptions) -> Milestone:
    """The milestone with another target or due date, unsaved.

    Args:
        milestone: the row.
        assumptions: what is assumed.
    """
    other = copy(milestone)
    for name, value in assumptions.milestones.get(milestone.code, {}).items():
        setattr(other, name, value)
    return other


def _changed(row, values: Mapping[str, Any]):
    other = copy(row)
    other.period = ALWAYS
    for name, value in values.items():
        setattr(other, name, value)
    return other


def _mapping(raw: Any, known: Iterable[str] | None = None) -> dict[str, Any]:
    if not isinstance(raw, dict) or (known is not None and set(raw) - set(known)):
        raise ValidationError(UNREADABLE, code="unreadable")
    return raw


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST:
        raise ValidationError(f"人数应为0到{MOST}之间的整数。", code="count")
    return value


def _amount(value: Any) -> Decimal:
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        raise ValidationError(UNREADABLE, code="unreadable") from None
    if not found.is_finite() or found < 0:
        raise ValidationError("金额和目标不能是负数。", code="amount")
    return found


def _day(value: Any) -> date:
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        raise ValidationError("日期应写成 2011-06-30 这样。", code="day") from None
