"""Writing 年度数字: the head-counts and money of one organization as of a day."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from orgs.domain.acting import acting, label_of, locked, refuse_future, require_register_edit, require_text, tell
from orgs.domain.refusals import StaleRecord
from orgs.models import Figures, Organization
from orgs.models.organization import HEAD_COUNTS
from orgs.validators import validate_amount, validate_head_count

MONEY = ("annual_revenue_yuan", "payroll_yuan")
COUNTS = (*HEAD_COUNTS, *MONEY)


def record_figures(
    *,
    organization: Organization,
    as_of: date,
    counts: dict[str, int | Decimal | None],
    source: str = "manual",
    reason: str = "",
    seen: dict[str, int | Decimal | None] | None = None,
    by: Any,
    now: datetime,
) -> Figures:
    """Enters the figures of a day, or corrects those already there.

    Args:
        organization: which one.
        as_of: the day the figures hold for.
        counts: field of `COUNTS` → value (persons, yuan); None is not known, which is not 0. A new row takes fields
            left out as not known, a correction leaves them as they are.
        source: code of list figures_source.
        reason: why; required when a stored row is corrected, and when any head-count is smaller than
            the time before.
        seen: what the actor's page showed for that day, to notice somebody else's correction; None skips the check.
        by: the acting User, None for the system.
        now: the clock.

    Returns:
        The row; unchanged, with no trace, when nothing differs.

    Raises:
        NotAllowed: no role gives the act, or the organization is out of scope.
        StaleRecord: the stored row differs from `seen`.
        ValidationError: by field.
    """
    require_register_edit(organization, by, now)
    if unknown := set(counts) - set(COUNTS):
        raise ValueError(f"not a figure: {sorted(unknown)}")
    _check_values(counts)
    refuse_future(as_of, "as_of", "截至日期", now)
    reason = reason.strip()
    with acting(by, reason):
        owner = locked(organization)
        _check_day(owner, as_of)
        stored = Figures.objects.select_for_update(of=("self",)).filter(organization=owner, as_of=as_of).first()
        _refuse_stale(stored, seen, counts)
        row = stored or Figures(organization=owner, as_of=as_of)
        before = {name: getattr(row, name) for name in counts}
        changed = {name: value for name, value in counts.items() if before[name] != value}
        if stored and not changed:
            return stored
        if stored:
            require_text(reason, "reason", "这一天的数字已经录入,更正须写明理由。")
        for name, value in changed.items():
            setattr(row, name, value)
        _ask_why_fewer(row, reason)
        row.source = source
        row.note = reason or row.note
        row.validate_constraints()
        row.save()
        tell(
            action="figures.correct" if stored else "figures.record",
            obj=owner,
            detail={
                "as_of": str(as_of),
                "changes": {name: [_plain(before[name]), _plain(value)] for name, value in changed.items()},
                "reason": reason,
            },
            organization_ids=[owner.pk],
            by=by,
            now=now,
        )
    return row


def _check_values(counts: dict[str, Any]) -> None:
    problems = {}
    for name, value in counts.items():
        label = label_of(Figures, name)
        try:
            if name in MONEY:
                validate_amount(value, label)
            else:
                validate_head_count(value, label)
        except ValidationError as error:
            problems[name] = error
    if problems:
        raise ValidationError(problems)


def _check_day(organization: Organization, as_of: date) -> None:
    sentence = ""
    if as_of < organization.registered_on:
        sentence = f"截至日期不能早于登记日期({organization.registered_on}),请核对。"
    elif organization.closed_on and as_of >= organization.closed_on:
        sentence = f"这家组织已于{organization.closed_on}注销或迁出,截至日期应早于这一天。"
    if sentence:
        raise ValidationError({"as_of": ValidationError(sentence, code="bad_day")})


def _refuse_stale(stored: Figures | None, seen: dict[str, Any] | None, counts: dict[str, Any]) -> None:
    if seen is None:
        return
    now = {name: getattr(stored, name) if stored else None for name in seen}
    if now != seen:
        raise StaleRecord(
            stored,
            {name: (seen[name], now[name]) for name in seen if seen[name] != now[name]},
            {name: (seen.get(name), value) for name, value in counts.items() if seen.get(name) != value},
        )


def _ask_why_fewer(row: Figures, reason: str) -> None:
    """A head-count that goes down may lift a duty, so it is never silent; each is compared with the last one known."""
    earlier = list(Figures.objects.filter(organization=row.organization, as_of__lt=row.as_of).order_by("-as_of"))
    for name in HEAD_COUNTS:
        count = getattr(row, name)
        before = next((one for one in earlier if getattr(one, name) is not None), None)
        if count is None or before is None or count >= getattr(before, name):
            continue
        known = getattr(before, name)
        require_text(reason, "reason", f"{label_of(Figures, name)}比{before.as_of}的{known}人少,请写明原因。")


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value
