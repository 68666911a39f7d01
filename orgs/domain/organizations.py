"""Writing organizations: entered, corrected, closed, opened again."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange

from orgs.domain.acting import (
    acting,
    label_of,
    locked,
    refuse_future,
    require_register_edit,
    require_text,
    require_unit,
    tell,
)
from orgs.domain.naming import NAME_LENGTH, naming_fields
from orgs.domain.refusals import NotAllowed
from orgs.domain.stale import refuse_stale
from orgs.models import Code, Organization, Placement, Unit
from orgs.models.codes import CodeList
from orgs.models.organization import Kind
from orgs.permissions import may_edit_register, scope_for
from orgs.validators import normalise_code, validate_old_code, validate_uscc

FACTS = (
    "name",
    "former_names",
    "uscc",
    "old_code",
    "kind",
    "registration_type",
    "industry",
    "registered_on",
    "registered_precision",
    "contact_name",
    "contact_phone",
    "remark",
)
# Whoever changes one of these says why: they decide which organization it is and from when it counts.
IDENTITY = ("name", "uscc", "old_code", "kind", "registered_on")
# Kept encrypted: the audit trail says that they changed, not to what.
SECRET = ("contact_name", "contact_phone")


def create_organization(
    *,
    name: str,
    unit: Unit,
    kind: str,
    registered_on: date,
    uscc: str | None = None,
    old_code: str | None = None,
    registration_type: str = "",
    industry: str = "",
    registered_precision: str = "day",
    former_names: Iterable[str] = (),
    contact_name: str = "",
    contact_phone: str = "",
    remark: str = "",
    is_demo: bool = False,
    by: Any,
    now: datetime,
) -> Organization:
    """Enters an organization and places it under its unit from the beginning.

    Args:
        name: 单位名称.
        unit: 主管党(工)委, within the actor's scope.
        kind: code of `Kind`.
        registered_on: day of registration; month or year alone is taken as its first day.
        uscc: unified social credit code, None when it has none yet.
        old_code: code from before 2015, None when there is none.
        registration_type: code of list registration_type that fits the kind, "" unknown.
        industry: section of GB/T 4754, "" unknown.
        registered_precision: code of `Precision`.
        former_names: 曾用名.
        contact_name: 联系人, kept encrypted.
        contact_phone: 联系电话, kept encrypted.
        remark: free text.
        is_demo: whether the row belongs to 演示数据.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act, or the unit is out of scope.
        ValidationError: by field; among them a code that is taken, and a namesake when there is no code at all.
    """
    if by is not None and not may_edit_register(by):
        raise NotAllowed("您的角色不能新增组织。如工作需要,请联系系统管理员调整角色。")
    require_unit(unit, by, scope_for(by, "register.edit"))
    facts = {
        "name": name,
        "former_names": list(former_names),
        "uscc": uscc,
        "old_code": old_code,
        "kind": kind,
        "registration_type": registration_type,
        "industry": industry,
        "registered_on": registered_on,
        "registered_precision": registered_precision,
        "contact_name": contact_name,
        "contact_phone": contact_phone,
        "remark": remark,
    }
    with acting(by):
        organization = Organization(**_clean(facts), is_demo=is_demo)
        check_facts(organization, by, now)
        organization.save(force_insert=True)
        Placement.objects.create(organization=organization, unit=unit, period=DateRange(None, None))
        require_register_edit(organization, by, now)
        tell(
            action="organization.create",
            obj=organization,
            detail={"unit": unit.code, "uscc": organization.uscc or "", "registered_on": str(registered_on)},
            organization_ids=[organization.pk],
            by=by,
            now=now,
        )
    return organization


def correct_organization(
    *, organization: Organization, version: int, changes: dict[str, Any], reason: str = "", by: Any, now: datetime
) -> Organization:
    """Changes an organization's own facts; a new name keeps the old one among the former names.

    Args:
        organization: which one.
        version: the version the actor had opened.
        changes: field → new value, fields of `FACTS`; those that equal the stored value are left alone.
        reason: why; required when a name, code, kind or registration date changes.
        by: the acting User, None for the system.
        now: the clock.

    Returns:
        The organization as it stands now; unchanged, with no trace, when nothing differs.

    Raises:
        NotAllowed: no role gives the act, or the organization is out of scope.
        StaleRecord: somebody else changed it since that version.
        ValidationError: by field.
    """
    require_register_edit(organization, by, now)
    if unknown := set(changes) - set(FACTS):
        raise ValueError(f"not a fact of an organization: {sorted(unknown)}")
    with acting(by, reason):
        row = locked(organization)
        wanted = _clean(changes)
        refuse_stale(row, version, wanted)
        before = {name: getattr(row, name) for name in wanted}
        wanted = {name: value for name, value in wanted.items() if before[name] != value}
        if not wanted:
            return row
        if any(before[name] not in (None, "") and name in IDENTITY for name in wanted):
            require_text(reason, "reason", "更改名称、代码、类别或登记日期须写明理由。")
        if "name" in wanted and "former_names" not in wanted and row.name not in row.former_names:
            wanted["former_names"] = [*row.former_names, row.name]
            before["former_names"] = row.former_names
        for name, value in wanted.items():
            setattr(row, name, value)
        row.version += 1
        check_facts(row, by, now)
        row.save()
        require_register_edit(row, by, now)
        tell(
            action="organization.correct",
            obj=row,
            detail={
                "changes": {
                    name: "已更改" if name in SECRET else [_plain(before[name]), _plain(value)]
                    for name, value in wanted.items()
                },
                "reason": reason,
            },
            organization_ids=[row.pk],
            by=by,
            now=now,
        )
    return row


def close_organization(
    *, organization: Organization, state: str, on: date, reason: str, by: Any, now: datetime
) -> Organization:
    """Closes an organization (注销, 迁出): from that day it is out of the base (coverage.md, Base).

    Args:
        organization: which one.
        state: code of list operating_state whose effect is to close.
        on: closed_on, the first day it no longer counts.
        reason: why, or on which paper.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act, or the organization is out of scope.
        ValidationError: already closed; a state that does not close; a day in the future or not after registration.
    """
    require_register_edit(organization, by, now)
    reason = require_text(reason, "reason", "请写明注销或迁出的依据。")
    check_state(state, "close", "closed_state")
    refuse_future(on, "closed_on", "注销或迁出日期", now)
    with acting(by, reason):
        row = locked(organization)
        if row.closed_on:
            sentence = f"这家组织已于{row.closed_on}注销或迁出。日期有误时,请先恢复,再重新登记。"
            raise ValidationError(sentence, code="closed")
        row.closed_on, row.closed_state, row.closed_precision = on, state, "day"
        row.version += 1
        row.validate_constraints()
        row.save()
        tell(
            action="organization.close",
            obj=row,
            detail={"state": state, "on": str(on), "reason": reason},
            organization_ids=[row.pk],
            by=by,
            now=now,
        )
    return row


def reopen_organization(*, organization: Organization, reason: str, by: Any, now: datetime) -> Organization:
    """Takes a closing back, as if it had not been entered; the history keeps both.

    Args:
        organization: which one.
        reason: why.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives the act, or the organization is out of scope.
        ValidationError: it is not closed, or no reason was given.
    """
    require_register_edit(organization, by, now)
    reason = require_text(reason, "reason", "请写明为什么恢复。")
    with acting(by, reason):
        row = locked(organization)
        if not row.closed_on:
            raise ValidationError("这家组织没有注销或迁出,不用恢复。", code="not_closed")
        was = {"state": row.closed_state, "on": str(row.closed_on)}
        row.closed_on, row.closed_state, row.closed_precision = None, "", ""
        row.version += 1
        row.save()
        tell(
            action="organization.reopen",
            obj=row,
            detail={**was, "reason": reason},
            organization_ids=[row.pk],
            by=by,
            now=now,
        )
    return row


def check_state(state: str, effect: str, field: str) -> None:
    """Refuses an operating state that does not have the effect wanted.

    Args:
        state: code of list operating_state.
        effect: "close" or "exclude".
        field: the form field the sentence belongs to.

    Raises:
        ValidationError: names the states that would do.
    """
    rows = Code.objects.filter(list_name=CodeList.OPERATING_STATE, data__effect=effect, is_active=True)
    fitting = {row.code: row.label for row in rows}
    if state not in fitting:
        sentence = f"这里的经营状态只能选:{'、'.join(fitting.values())}。"
        raise ValidationError({field: ValidationError(sentence, code="bad_state")})


def _clean(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts as they are stored: codes normalised, blank codes null, texts stripped."""
    cleaned = {}
    for name, value in facts.items():
        if name in ("uscc", "old_code"):
            value = normalise_code(value or "") or None
        elif name == "former_names":
            value = list(dict.fromkeys(text for other in value if (text := other.strip())))
        elif isinstance(value, str):
            value = value.strip()
        cleaned[name] = value
    return cleaned


def check_facts(organization: Organization, by: Any, now: datetime) -> None:
    """Fills the derived columns and gathers every problem of the row, by field.

    Args:
        organization: the row about to be saved.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        ValidationError: by field.
    """
    row = organization
    for name, value in naming_fields(row.name, row.former_names, row.uscc, row.old_code).items():
        setattr(row, name, value)
    problems: dict[str, Any] = {}

    def gather(field: str, check, *arguments: Any) -> None:
        try:
            check(*arguments)
        except ValidationError as error:
            problems.setdefault(field, error)

    if not row.name:
        problems["name"] = ValidationError("请填写单位名称。", code="required")
    for field, names in (("name", [row.name]), ("former_names", row.former_names)):
        if any(len(name) > NAME_LENGTH for name in names):
            sentence = f"{label_of(Organization, field)}最多{NAME_LENGTH}个字,请按登记证照填写。"
            problems[field] = ValidationError(sentence, code="too_long")
    if row.kind not in Kind.values:
        problems["kind"] = ValidationError(f"单位类别只能选:{'、'.join(Kind.labels)}。", code="bad_kind")
    if row.uscc:
        gather("uscc", validate_uscc, row.uscc)
    if row.old_code:
        gather("old_code", validate_old_code, row.old_code)
    for field in ("uscc", "old_code"):
        gather(field, _code_is_free, row, field, by)
    gather("registration_type", _check_listed, row, "registration_type", CodeList.REGISTRATION_TYPE)
    gather("industry", _check_listed, row, "industry", CodeList.INDUSTRY)
    if row.registered_on:
        gather("registered_on", _not_future, row.registered_on, now)
    else:
        problems["registered_on"] = ValidationError("请填写登记日期,只知道年月时填当月第一天。", code="required")
    if not problems:
        if not row.uscc and not row.old_code:
            gather("name", _no_namesake, row)
    if not problems:
        row.validate_constraints()
    if problems:
        raise ValidationError(problems)


def _not_future(day: date, now: datetime) -> None:
    try:
        refuse_future(day, "registered_on", "登记日期", now)
    except ValidationError as error:
        raise error.error_dict["registered_on"][0] from None


def _code_is_free(row: Organization, field: str, by: Any) -> None:
    value = getattr(row, field)
    if not value:
        return
    other = Organization.objects.filter(**{field: value}).exclude(pk=row.pk).select_related("merged_into").first()
    if other is None:
        return
    # A merged record keeps a code that differs from that of the organization it went into.
    other = other.merged_into or other
    if other.pk == row.pk:
        raise ValidationError("这个代码属于已并入本组织的记录;要改用它,请先撤回合并,再合并时选用它。", code="duplicate")
    label = label_of(Organization, field)
    if by is None or Organization.objects.visible_to(by).filter(pk=other.pk).exists():
        raise ValidationError(f"{label}已由“{other.name}”使用,请核对代码,或打开那家组织修改。", code="duplicate")
    raise ValidationError(
        f"{label}已在别的主管党(工)委登记,请核对代码;确属本单位的,请联系两新工委办公室划转。", code="duplicate"
    )


def _no_namesake(row: Organization) -> None:
    namesakes = Organization.objects.standing().filter(name_key=row.name_key, closed_on=None).exclude(pk=row.pk)
    if namesakes.exists():
        raise ValidationError("台账里已有同名组织。请填写统一社会信用代码,以便区分。", code="duplicate")


def _check_listed(row: Organization, field: str, list_name: CodeList) -> None:
    value = getattr(row, field)
    if not value:
        return
    code = Code.objects.filter(list_name=list_name, code=value).first()
    label = label_of(Organization, field)
    if code is None:
        raise ValidationError(f"{label}不在代码表中,请从列表里选。", code="not_listed")
    if (kind := code.data.get("kind")) and kind != row.kind:
        raise ValidationError(
            f"“{code.label}”属于{Kind(kind).label},与单位类别不符,请改其中一项。", code="kind_differs"
        )


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, date) else value
