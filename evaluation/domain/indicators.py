"""指标 of a draft scheme: added, corrected, moved and removed; from the opening on they stand still."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max

from evaluation.domain.schemes import draft_of, touch
from evaluation.domain.scoring import checked_parameters
from evaluation.models import Indicator, Rule, Scheme
from orgs.domain.acting import acting, locked, require_text
from orgs.domain.stale import refuse_stale
from quannan.base.domain import audit

FACTS = ("code", "section", "name", "points", "rule", "parameters", "criteria", "line", "clause", "evidence_asked")

audit.name_actions(
    {
        "indicator.add": "新增考核指标",
        "indicator.correct": "修改考核指标",
        "indicator.move": "调整考核指标次序",
        "indicator.remove": "删去考核指标",
    }
)
audit.name_details({"indicator": "指标"})


def add_indicator(*, scheme: Scheme, facts: Mapping[str, Any], by: Any, now: datetime) -> Indicator:
    """Adds an indicator behind the others.

    Args:
        scheme: a draft.
        facts: FACTS by name.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act.
        Refused: the scheme has been opened.
        ValidationError: by field, or of the rule's parameters.
    """
    with acting(by):
        row = draft_of(scheme, by)
        last = row.indicators.aggregate(last=Max("order"))["last"] or 0
        made = Indicator(scheme=row, order=last + 1, **_checked(facts))
        made.validate_constraints()
        made.save(force_insert=True)
        touch(row)
        audit.record(action="indicator.add", by=by, now=now, obj=row, detail={"indicator": str(made)})
    return made


def correct_indicator(
    *, indicator: Indicator, version: int, facts: Mapping[str, Any], by: Any, now: datetime
) -> Indicator:
    """Corrects an indicator of a draft.

    Args:
        indicator: the row.
        version: the version the actor had opened.
        facts: FACTS by name.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act.
        Refused: the scheme has been opened, or the row was changed meanwhile (StaleRecord).
        ValidationError: by field, or of the rule's parameters.
    """
    with acting(by):
        scheme = draft_of(indicator.scheme, by)
        row, wanted = locked(indicator), _checked(facts)
        refuse_stale(row, version, wanted)
        for field, value in wanted.items():
            setattr(row, field, value)
        row.validate_constraints()
        row.version += 1
        row.save()
        touch(scheme)
        audit.record(action="indicator.correct", by=by, now=now, obj=scheme, detail={"indicator": str(row)})
    return row


def move_indicator(*, indicator: Indicator, up: bool, by: Any, now: datetime) -> None:
    """Changes place with the neighbour above or below; at the end nothing happens.

    Args:
        indicator: of a draft.
        up: whether towards the beginning.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act.
        Refused: the scheme has been opened.
    """
    with acting(by):
        scheme = draft_of(indicator.scheme, by)
        rows = list(scheme.indicators.select_for_update().order_by("order", "pk"))
        at = next(place for place, row in enumerate(rows) if row.pk == indicator.pk)
        to = at - 1 if up else at + 1
        if not 0 <= to < len(rows):
            return
        rows[at], rows[to] = rows[to], rows[at]
        for order, row in enumerate(rows, 1):
            row.order = order
        Indicator.objects.bulk_update(rows, ["order"])
        touch(scheme)
        audit.record(action="indicator.move", by=by, now=now, obj=scheme, detail={"indicator": str(indicator)})


def remove_indicator(*, indicator: Indicator, by: Any, now: datetime) -> None:
    """Takes an indicator out of a draft, which nobody has been rated by yet; the history keeps it.

    Args:
        indicator: of a draft.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act.
        Refused: the scheme has been opened.
    """
    with acting(by):
        scheme, word = draft_of(indicator.scheme, by), str(indicator)
        indicator.delete()
        touch(scheme)
        audit.record(action="indicator.remove", by=by, now=now, obj=scheme, detail={"indicator": word})


def _checked(facts: Mapping[str, Any]) -> dict[str, Any]:
    checked = {field: facts[field] for field in FACTS if field in facts}
    checked["code"] = require_text(checked.get("code", ""), "code", "请填写编号,如 1.2。", 12)
    checked["section"] = require_text(checked.get("section", ""), "section", "请填写类别,如 健全组织。", 40)
    checked["name"] = require_text(checked.get("name", ""), "name", "请填写指标名称。", 60)
    if checked["rule"] == Rule.VETO:
        checked["points"] = Decimal(0)
    if checked["points"] is None:
        raise ValidationError({"points": ValidationError("请填写分值。", code="required")})
    checked["parameters"] = checked_parameters(checked["rule"], checked["points"], checked.get("parameters") or {})
    return checked
