"""One act on many organizations: each is done or refused by the rule of the single act, none stops the others."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction

from orgs.domain.acting import require_text
from orgs.domain.exclusions import end_exclusion, exclude_organization
from orgs.domain.organizations import correct_organization
from orgs.domain.placements import move_organization
from orgs.domain.refusals import NotAllowed
from orgs.models import Organization
from orgs.permissions import may_bulk_edit
from quannan.base.errors import Refused

# What can be changed of many organizations at once: facts that several can share.
SHARED_FACTS = ("kind", "registration_type", "industry")


class Act(models.TextChoices):
    MOVE = "move", "划转到另一主管党(工)委"
    EXCLUDE = "exclude", "剔除"
    INCLUDE = "include", "结束剔除"
    FACTS = "facts", "更改类别、登记类型或行业"


class Outcome(models.TextChoices):
    CHANGED = "changed", "将改"
    UNCHANGED = "unchanged", "无变化"
    REFUSED = "refused", "不能改"


@dataclass(frozen=True)
class BulkRow:
    """What becomes of one organization; `sentence` says why where it is not changed."""

    organization: Organization
    outcome: Outcome
    sentence: str = ""


def apply_bulk(
    *,
    organizations: Iterable[Organization],
    act: str,
    values: dict[str, Any],
    by: Any,
    now: datetime,
    progress: Callable[[int], object] = lambda done: None,
) -> list[BulkRow]:
    """Does one act on each of many organizations, inside the caller's transaction or one of its own.

    Args:
        organizations: which ones.
        act: code of `Act`.
        values: of a move unit (Unit), on (date); of an exclusion state, from_, last_day, approver; of its end last_day;
            of facts any of `SHARED_FACTS`, "" leaves a fact as it is; of all of them reason.
        by: the acting User.
        now: the clock.
        progress: told how many are done.

    Returns:
        One row for each organization, in the order given.

    Raises:
        NotAllowed: no role gives bulk edits.
        ValidationError: no reason.
    """
    if by is None or not may_bulk_edit(by):
        raise NotAllowed("您的角色不能批量更改台账。如工作需要,请联系系统管理员调整角色。")
    values = values | {"reason": require_text(values.get("reason", ""), "reason", "请写明为什么批量更改。")}
    one = ACTS[Act(act)]
    rows = []
    with transaction.atomic():
        for done, organization in enumerate(organizations, start=1):
            try:
                with transaction.atomic():
                    changed = one(organization, values, by, now)
            except ValidationError as error:
                rows.append(BulkRow(organization, Outcome.REFUSED, "".join(error.messages)))
            except Refused as refusal:
                rows.append(BulkRow(organization, Outcome.REFUSED, refusal.sentence))
            else:
                rows.append(BulkRow(organization, Outcome.CHANGED if changed else Outcome.UNCHANGED))
            progress(done)
    return rows


def _move(organization: Organization, values: dict[str, Any], by: Any, now: datetime) -> bool:
    current = organization.placements.filter(period__upper_inf=True).order_by("pk").first()
    if current is not None and current.unit_id == values["unit"].pk:
        return False
    move_organization(
        organization=organization, unit=values["unit"], on=values["on"], reason=values["reason"], by=by, now=now
    )
    return True


def _exclude(organization: Organization, values: dict[str, Any], by: Any, now: datetime) -> bool:
    exclude_organization(
        organization=organization,
        state=values["state"],
        from_=values["from_"],
        last_day=values.get("last_day"),
        reason=values["reason"],
        approver=values["approver"],
        by=by,
        now=now,
    )
    return True


def _include(organization: Organization, values: dict[str, Any], by: Any, now: datetime) -> bool:
    day: date = values["last_day"]
    exclusion = organization.exclusions.filter(period__contains=day).order_by("pk").first()
    if exclusion is None:
        raise ValidationError(f"{day}这一天不在剔除中,不用结束。", code="not_excluded")
    end_exclusion(exclusion=exclusion, last_day=day, reason=values["reason"], by=by, now=now)
    return True


def _facts(organization: Organization, values: dict[str, Any], by: Any, now: datetime) -> bool:
    changes = {name: values[name] for name in SHARED_FACTS if values.get(name)}
    written = correct_organization(
        organization=organization,
        version=organization.version,
        changes=changes,
        reason=values["reason"],
        by=by,
        now=now,
    )
    return written.version != organization.version


ACTS: dict[Act, Callable[[Organization, dict[str, Any], Any, datetime], bool]] = {
    Act.MOVE: _move,
    Act.EXCLUDE: _exclude,
    Act.INCLUDE: _include,
    Act.FACTS: _facts,
}
