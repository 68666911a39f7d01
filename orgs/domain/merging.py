"""Merging two records of one organization into one, and taking it back.

The absorbed record is kept with its own history; its dated rows go over to the kept one. What the kept record has
already (figures of the same day, a body of its own of the same line …) stays with the absorbed one, where nothing
counts it: exclusions and transfers as well, for a record is often excluded because it is the double. `moved` notes
every row and every value that changed, so that undoing restores just these.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from orgs.domain.acting import acting, label_of, require_register_edit, require_text, tell
from orgs.domain.moving import MOVES, Move, clashing
from orgs.domain.naming import naming_fields
from orgs.domain.organizations import SECRET, check_facts
from orgs.domain.refusals import NotAllowed
from orgs.models import Organization, OrganizationMerge
from orgs.permissions import may_merge

# Facts for which the actor chooses between two values; a blank one is filled from the other record.
CHOSEN = (
    "name",
    "uscc",
    "old_code",
    "kind",
    "registration_type",
    "industry",
    "registered_on",
    "contact_name",
    "contact_phone",
    "remark",
)
# Goes with the fact beside it.
ALONG = {"registered_on": ("registered_precision",)}
UNIQUE = ("uscc", "old_code")


@dataclass(frozen=True)
class Portion:
    """Rows of one kind that a merge would move, and that it would leave."""

    move: Move
    moved: tuple[int, ...]
    left: tuple[int, ...]


def portions_of(kept: Organization, absorbed: Organization) -> list[Portion]:
    """What a merge would move and what it would leave with the absorbed record: two queries a kind of row.

    Args:
        kept: the record that stays.
        absorbed: the record that goes into it.
    """
    found = []
    for move in MOVES:
        theirs = list(move.rows(absorbed))
        ours = list(move.rows(kept)) if theirs and move.clash else []
        left = clashing(move, ours, theirs)
        found.append(Portion(move, tuple(r.pk for r in theirs if r.pk not in left), tuple(sorted(left))))
    return found


def merge_organizations(
    *,
    kept: Organization,
    absorbed: Organization,
    reason: str,
    choices: Mapping[str, str] | None = None,
    versions: Mapping[int, int] | None = None,
    by: Any,
    now: datetime,
) -> OrganizationMerge:
    """Merges one record into another.

    Args:
        kept: the record that stays.
        absorbed: the record that goes into it; it leaves every list and the base, its page refers to the kept one.
        reason: why they are one organization.
        choices: field of `CHOSEN` → "absorbed" where the absorbed record's value is the right one; else the kept
            record's value stays, and where that is blank the other fills it.
        versions: the versions the actor had compared, by organization id; None skips the check.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act, or one of the two is out of scope.
        ValidationError: one record twice; merged already; demo and real; changed since; no reason; facts that do not
            go together.
    """
    _require_merge(by)
    for organization in (kept, absorbed):
        require_register_edit(organization, by, now)
    reason = require_text(reason, "reason", "请写明为什么认定是同一家。")
    if kept.pk == absorbed.pk:
        raise ValidationError("请选择两家不同的组织合并。", code="same")
    with acting(by, reason):
        row, gone = _both_locked(kept, absorbed)
        _refuse_unfit(row, gone, versions)
        portions = portions_of(row, gone)
        wanted = _facts(row, gone, choices or {})
        moved: dict[str, Any] = {
            "rows": {p.move.label: list(p.moved) for p in portions if p.moved},
            "left": {p.move.label: list(p.left) for p in portions if p.left},
            "former_names": _names_gained(row, gone, wanted),
            "earlier": list(Organization.objects.filter(merged_into=gone).values_list("pk", flat=True)),
        }
        # Codes change places, so that a form with either of them still finds the organization.
        given = {name: getattr(row, name) for name in UNIQUE if name in wanted}
        moved["absorbed"] = _note(gone, given)
        moved["kept"] = _note(row, wanted)
        gone.merged_into = row
        _without_codes(gone, given)
        wanted["former_names"] = [*row.former_names, *moved["former_names"]]
        for name, value in wanted.items():
            setattr(row, name, value)
        row.version += 1
        check_facts(row, by, now)
        row.save()
        _write(gone, given)
        for portion in portions:
            portion.move.model.objects.filter(pk__in=portion.moved).update(**{portion.move.field: row})
        Organization.objects.filter(pk__in=moved["earlier"]).update(merged_into=row)
        merge = OrganizationMerge.objects.create(
            kept=row, absorbed=gone, reason=reason, moved=moved, merged_by=by, merged_at=now
        )
        tell(
            action="organization.merge",
            obj=row,
            detail={
                "absorbed": gone.pk,
                "moved": {p.move.label: len(p.moved) for p in portions if p.moved and not p.move.untold},
                "left": {p.move.label: len(p.left) for p in portions if p.left and not p.move.untold},
                "reason": reason,
            },
            organization_ids=[row.pk, gone.pk],
            by=by,
            now=now,
        )
    return merge


def undo_merge(*, merge: OrganizationMerge, reason: str, by: Any, now: datetime) -> OrganizationMerge:
    """Takes a merge back: every row that moved goes back, every value that changed is as before.

    What was entered for the kept organization since stays with it.

    Args:
        merge: one that stands.
        reason: why they are two organizations after all.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act, or the kept organization is out of scope.
        ValidationError: undone already; the kept record was merged on; no reason; or a sentence for each row or value
            that somebody has changed since, in which case nothing is undone.
    """
    _require_merge(by)
    require_register_edit(merge.kept, by, now)
    reason = require_text(reason, "reason", "请写明为什么撤回合并。")
    with acting(by, reason):
        row, gone = _both_locked(merge.kept, merge.absorbed)
        act = OrganizationMerge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
        if act.undone_at:
            raise ValidationError("这次合并已经撤回,不用再办。", code="undone")
        problems = _changed_since(act, row)
        if problems:
            raise ValidationError([ValidationError(sentence, code="changed") for sentence in problems])
        moved = act.moved
        gone.merged_into = None
        _without_codes(gone, moved["absorbed"])
        _write(row, _before(moved["kept"]), dropped=moved["former_names"])
        _write(gone, _before(moved["absorbed"]))
        for move in MOVES:
            move.model.objects.filter(pk__in=moved["rows"].get(move.label, ())).update(**{move.field: gone})
        Organization.objects.filter(pk__in=moved["earlier"], merged_into=row).update(merged_into=gone)
        act.undone_by, act.undone_at = by, now
        act.save(update_fields=["undone_by", "undone_at"])
        tell(
            action="organization.undo_merge",
            obj=row,
            detail={"absorbed": gone.pk, "reason": reason},
            organization_ids=[row.pk, gone.pk],
            by=by,
            now=now,
        )
    return act


def _require_merge(by: Any) -> None:
    if by is not None and not may_merge(by):
        raise NotAllowed("您的角色不能合并组织。请由所属主管党(工)委或两新工委办公室办理。")


def _both_locked(kept: Organization, absorbed: Organization) -> tuple[Organization, Organization]:
    """Both rows, locked in the order of their keys, so that two opposite merges do not wait for one another."""
    rows = Organization.objects.select_for_update(of=("self",)).filter(pk__in=[kept.pk, absorbed.pk]).order_by("pk")
    found = {row.pk: row for row in rows}
    return found[kept.pk], found[absorbed.pk]


def _refuse_unfit(kept: Organization, absorbed: Organization, versions: Mapping[int, int] | None) -> None:
    for row in (kept, absorbed):
        if row.merged_into_id:
            raise ValidationError(f"“{row.name}”已经并入别的组织,请打开并入后的组织再办。", code="merged")
        if versions is not None and versions.get(row.pk) != row.version:
            raise ValidationError(f"您打开之后,“{row.name}”有过修改,请重新打开这一页,核对后再合并。", code="stale")
    if kept.is_demo != absorbed.is_demo:
        raise ValidationError("演示数据和正式数据不能合并,请选择同一类的两家。", code="demo")


def _facts(kept: Organization, absorbed: Organization, choices: Mapping[str, str]) -> dict[str, Any]:
    """The kept record's facts that change."""
    if unknown := set(choices) - set(CHOSEN):
        raise ValueError(f"nothing to choose: {sorted(unknown)}")
    wanted: dict[str, Any] = {}
    for name in CHOSEN:
        ours, theirs = getattr(kept, name), getattr(absorbed, name)
        if theirs and ours != theirs and (choices.get(name) == "absorbed" or not ours):
            wanted[name] = theirs
            wanted |= {also: getattr(absorbed, also) for also in ALONG.get(name, ())}
    return wanted


def _names_gained(kept: Organization, absorbed: Organization, wanted: Mapping[str, Any]) -> list[str]:
    """Names the kept record gains among its former ones: the other's, and its own where it takes the other's."""
    now_called = wanted.get("name", kept.name)
    names = dict.fromkeys([kept.name, absorbed.name, *absorbed.former_names])
    return [name for name in names if name != now_called and name not in kept.former_names]


def _note(row: Organization, wanted: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Field → [value before, value after] as they are stored: encrypted where the column is."""
    return {name: [_stored(name, getattr(row, name)), _stored(name, value)] for name, value in wanted.items()}


def _before(note: Mapping[str, list[Any]]) -> dict[str, Any]:
    return {name: _read(name, values[0]) for name, values in note.items()}


def _stored(name: str, value: Any) -> Any:
    if name in SECRET:
        return _column(name).get_prep_value(value)
    return value if value is None else str(value)


def _read(name: str, stored: Any) -> Any:
    column = _column(name)
    return column.from_db_value(stored, None, None) if name in SECRET else column.to_python(stored)


def _column(name: str) -> Any:
    return Organization._meta.get_field(name)


def _without_codes(row: Organization, codes: Iterable[str]) -> None:
    """Takes codes off a record for the moment in which the other one takes them."""
    Organization.objects.filter(pk=row.pk).update(merged_into=row.merged_into, **dict.fromkeys(codes))


def _write(row: Organization, facts: Mapping[str, Any], dropped: list[str] | None = None) -> None:
    """Saves facts that stood in the register before, with the columns that follow from them."""
    for name, value in facts.items():
        setattr(row, name, value)
    row.former_names = [name for name in row.former_names if name not in (dropped or ())]
    for name, value in naming_fields(row.name, row.former_names, row.uscc, row.old_code).items():
        setattr(row, name, value)
    row.version += 1
    row.save()


def _changed_since(act: OrganizationMerge, kept: Organization) -> list[str]:
    """A sentence for everything that stands in the way of undoing."""
    if kept.merged_into_id:
        return [f"“{kept.name}”后来又并入了别的组织,请先撤回那次合并。"]
    found = []
    for name, (_, after) in act.moved["kept"].items():
        if name in UNIQUE or name == "name":
            same = _read(name, after) == getattr(kept, name)
            if not same:
                found.append(f"合并后又改过{label_of(Organization, name)},请先改回合并时的“{after}”,再撤回。")
        elif _read(name, after) != getattr(kept, name):
            found.append(f"合并后又改过{label_of(Organization, name)},请先改回合并时的内容,再撤回。")
    for move in MOVES:
        ids = act.moved["rows"].get(move.label, ())
        elsewhere = move.model.objects.filter(pk__in=ids).exclude(**{move.field: kept})
        gone = 0 if move.may_vanish else len(ids) - move.model.objects.filter(pk__in=ids).count()
        if move.untold and (gone or elsewhere.exists()):
            found.append("合并后有只给部分人看的记录改动过,请联系两新工委办公室核对后再撤回。")
            continue
        found += [f"{move.words}“{row}”合并后已归到别的组织,请先改回,再撤回。" for row in elsewhere.order_by("pk")]
        if gone:
            found.append(f"合并后有 {gone} 条{move.words}已删除,不能再还给原来的记录,请补录后联系两新工委办公室。")
    return found
