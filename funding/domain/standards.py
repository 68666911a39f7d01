"""Another version of 人均活动经费标准 (四(三)), seen before it is saved; what holds up to today stays as it is."""

import hashlib
import json
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange

from coverage.models import Span
from funding.domain.adequacy import Reading, Tally, Verdict, judged, standard_on, tallies, total_of
from funding.models import FundStandard
from funding.permissions import may_keep_fund_standards
from funding.validators import CENT, TOO_FINE
from orgs.domain.acting import acting, day_of, require_text
from orgs.domain.refusals import NotAllowed
from quannan.base.domain import audit

NOT_YOURS = "经费标准由两新工委办公室维护,您的角色不能修改。"
NO_CLAUSE = "请写明依据的条款或文件。"
CLAUSE_LENGTH = 64
# What numeric(10, 2) holds.
MOST_YEARLY = Decimal("99999999.99")
FACTS = ("yearly_yuan_per_member", "counts", "clause", "reading")


@dataclass(frozen=True)
class Moved:
    """One organization whose verdict another standard would change.

    ``before`` is None where no standard is in force on the day.
    """

    organization_id: int
    name: str
    before: Verdict | None
    after: Verdict


@dataclass(frozen=True)
class StandardPreview:
    """What another version would say of one day's figures and entries, which stay as they are.

    Attributes:
        day: the working day.
        before: how many have which verdict as it is, None where no standard is in force on the day.
        after: how many would have.
        moved: organizations with another verdict, by name.
        mark: what was shown, in short.
    """

    day: date
    before: Tally | None
    after: Tally
    moved: list[Moved]
    mark: str


def version_of(*, from_: date, facts: dict[str, Any]) -> FundStandard:
    """A version to be previewed or saved, not saved yet.

    Args:
        from_: its first day.
        facts: columns of `FACTS`.
    """
    return FundStandard(period=DateRange(from_, None), **facts)


def preview_standard(*, new: FundStandard, as_of: date, by: Any, now: datetime) -> StandardPreview:
    """What a version would change, tried on the working day; nothing is written.

    It begins today or later, and of days to come nothing is registered: therefore its numbers are held against those
    of the working day.

    Args:
        new: as `version_of` gives it.
        as_of: the working day.
        by: the acting User, whose sight the figures are of.
        now: the clock.

    Raises:
        NotAllowed: standards are not the actor's.
        ValidationError: the version cannot stand.
    """
    _require_keeper(by)
    _placed(new, now)
    return _preview(new, as_of, by)


def save_standard(*, new: FundStandard, as_of: date, mark: str, by: Any, now: datetime) -> FundStandard | None:
    """Saves a version as it was previewed: the one before it ends the day before.

    Args:
        new: as `version_of` gives it.
        as_of: the working day of the preview.
        mark: of the preview.
        by: the acting User.
        now: the clock.

    Returns:
        The saved row; None when standards, figures or entries have changed since the preview.

    Raises:
        NotAllowed: standards are not the actor's.
        ValidationError: by field.
    """
    _require_keeper(by)
    with acting(by, f"{new.clause} 换版"):
        version, ended = _placed(new, now, lock=True)
        if _preview(new, as_of, by).mark != mark:
            return None
        if ended is not None:
            ended.save(update_fields=["period"])
        version.save()
        audit.record(
            action="fund_standard.version",
            by=by,
            now=now,
            obj=version,
            detail={
                "from": str(version.period.lower),
                "yearly_yuan_per_member": str(version.yearly_yuan_per_member),
                "counts": version.counts,
            },
        )
    return version


def _placed(new: FundStandard, now: datetime, *, lock: bool = False) -> tuple[FundStandard, FundStandard | None]:
    """The version in its place among the others, and the one that ends for it.

    Raises:
        ValidationError: by field; it would begin before today, or its numbers cannot stand.
    """
    first, today = new.period.lower, day_of(now)
    if first < today:
        sentence = f"施行日期不能早于今天({today}):新标准只管以后,已经过去的日子按当时的标准。"
        raise ValidationError({"from_": ValidationError(sentence, code="past")})
    require_text(new.clause, "clause", NO_CLAUSE, CLAUSE_LENGTH)
    if not new.yearly_yuan_per_member > 0:
        sentence = "每名党员每年的经费标准应大于0。"
        raise ValidationError({"yearly_yuan_per_member": ValidationError(sentence, code="not_above_zero")})
    if new.yearly_yuan_per_member > MOST_YEARLY:
        sentence = f"每名党员每年的经费标准不能超过{MOST_YEARLY}元,请核对单位是“万元”还是“元”。"
        raise ValidationError({"yearly_yuan_per_member": ValidationError(sentence, code="too_much")})
    if new.yearly_yuan_per_member != new.yearly_yuan_per_member.quantize(CENT):
        raise ValidationError({"yearly_yuan_per_member": ValidationError(TOO_FINE, code="too_fine")})
    rows = FundStandard.objects.order_by("period")
    there = list(rows.select_for_update() if lock else rows)
    later = [row.period.lower for row in there if row.period.lower > first]
    version = copy(new)
    version.period = DateRange(first, min(later, default=None))
    old = next((row for row in there if first in row.period), None)
    if old is None:
        return version, None
    if old.period.lower == first:
        if first <= today:
            sentence = f"从{first}起施行的一版已经有了,不能用另一版盖掉它。请换一个施行日期。"
            raise ValidationError({"from_": ValidationError(sentence, code="same_day")})
        # It has not begun: nothing that holds is rewritten.
        version.pk = old.pk
        return version, None
    old.period = DateRange(old.period.lower, first)
    return version, old


def _preview(new: FundStandard, as_of: date, by: Any) -> StandardPreview:
    spans = Span.objects.all() if by is None else Span.objects.visible_to(by)
    held = standard_on(as_of)
    after_rows = judged(spans, Reading(as_of.year, as_of, new))
    after = dict(after_rows.values_list("organization_id", "verdict"))
    before: dict[int, str] = {}
    tally = None
    if held is not None:
        before_rows = judged(spans, Reading(as_of.year, as_of, held))
        before, tally = (
            dict(before_rows.values_list("organization_id", "verdict")),
            total_of(tallies(before_rows).values()),
        )
    named = dict(after_rows.order_by().values_list("organization_id", "organization__name"))
    moved = [
        Moved(pk, named[pk], Verdict(before[pk]) if pk in before else None, Verdict(after[pk]))
        for pk in after_rows.order_by("organization__sort_key", "organization_id").values_list(
            "organization_id", flat=True
        )
        if before.get(pk) != after[pk]
    ]
    said = {
        "new": [str(new.period), *(str(getattr(new, name)) for name in FACTS)],
        "there": [[str(row.pk), str(row.period), str(row.yearly_yuan_per_member), row.counts] for row in _all()],
        "moved": [[one.organization_id, one.before, one.after] for one in moved],
        "day": str(as_of),
    }
    mark = hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()
    return StandardPreview(as_of, tally, total_of(tallies(after_rows).values()), moved, mark)


def _all() -> list[FundStandard]:
    return list(FundStandard.objects.order_by("period"))


def _require_keeper(by: Any) -> None:
    if by is not None and not may_keep_fund_standards(by):
        raise NotAllowed(NOT_YOURS)
