"""Writing people: entered once, corrected, and their phone and political status shown one at a time for a reason."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from orgs.domain.acting import acting, day_of, locked, require_text, require_unit, require_visible, tell
from orgs.domain.naming import naming_fields
from orgs.domain.refusals import NotAllowed
from orgs.domain.stale import refuse_stale
from orgs.models import Appointment, Candidate, Code, Organization, Person, ProfessionalWorker, Unit
from orgs.models.codes import CodeList
from orgs.permissions import (
    Scope,
    may_edit_some_line,
    may_edit_support,
    may_edit_talent,
    may_reveal_person,
    scope_for,
)
from orgs.validators import normalise_name
from quannan.base.domain import audit

PERSON_NAME = 40
WORKPLACE = 120
PHONE = 32
SORT_KEY = 200
# What a correction may change; the rest follows from these.
CORRECTABLE = ("name", "organization", "unit", "workplace", "phone", "political_status")
NOT_YOURS = "您的角色不能修改这个人的资料,请由其工作单位的主管党(工)委或两新工委办公室办理。"
OUT_OF_SIGHT = "这个人不在您的管理范围内,请由其工作单位的主管党(工)委或两新工委办公室办理。"


@dataclass(frozen=True)
class Secrets:
    """What is masked everywhere else: 联系电话 and the label of 政治面貌, "" where not known."""

    phone: str
    political_status: str


@dataclass(frozen=True)
class Newcomer:
    """Somebody typed anew in the form of another act; the fields are those of `add_person`."""

    name: str
    organization: Organization | None = None
    unit: Unit | None = None
    workplace: str = ""
    phone: str = ""
    political_status: str = ""
    distinct: bool = False


def settled(person: Person | Newcomer, *, by: Any, now: datetime) -> Person:
    """The row of a person; somebody typed anew is entered, in the transaction of the act that names them.

    Args:
        person: on record, or typed anew.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: someone on record is out of sight, or the actor may enter nobody.
        ValidationError: by field, as `add_person`.
    """
    if isinstance(person, Newcomer):
        return add_person(**vars(person), by=by, now=now)
    require_people([person], by, now)
    return person


def same_people(name: str, *, organization: Organization | None = None, unit: Unit | None = None) -> QuerySet[Person]:
    """People on record who may be the one meant: the same name, and the same organization or unit.

    Args:
        name: 姓名 as typed.
        organization: the organization they work in, if any.
        unit: the unit that keeps them, looked at where no organization is given.
    """
    rows = Person.objects.filter(name=tidy_name(name))
    if organization is not None:
        return rows.filter(organization=organization)
    return rows.filter(organization=None, unit=unit)


def add_person(
    *,
    name: str,
    organization: Organization | None = None,
    unit: Unit | None = None,
    workplace: str = "",
    phone: str = "",
    political_status: str = "",
    distinct: bool = False,
    is_demo: bool = False,
    by: Any,
    now: datetime,
) -> Person:
    """Enters a person who is to hold a post, to help an organization or to stand in the talent pool.

    Args:
        name: 姓名.
        organization: the organization of the register they work in, within the actor's sight.
        unit: the unit that keeps them; one of the two is needed.
        workplace: where else they work, in words.
        phone: 联系电话, kept encrypted.
        political_status: code of the list person_stage, kept encrypted; "" where no duty needs it.
        distinct: said by the actor after seeing that somebody of this name and workplace is on record.
        is_demo: whether the row belongs to 演示数据.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: no role gives it, or organization or unit are out of scope.
        ValidationError: by field; code same_person on `name` where such a person is on record.
    """
    if by is not None and not (may_edit_some_line(by) or may_edit_talent(by) or may_edit_support(by)):
        raise NotAllowed("您的角色不能录入人员。如工作需要,请联系系统管理员调整角色。")
    facts = _checked(
        {
            "name": name,
            "organization": organization,
            "unit": unit,
            "workplace": workplace,
            "phone": phone,
            "political_status": political_status,
        },
        by,
        now,
    )
    if not distinct and same_people(name, organization=organization, unit=unit).exists():
        raise ValidationError({"name": _same(name)})
    with acting(by):
        person = Person(**facts, **person_naming(facts["name"]), is_demo=is_demo)
        person.save(force_insert=True)
        tell(action="person.add", obj=person, detail={}, organization_ids=_ids(organization), by=by, now=now)
    return person


def correct_person(
    *, person: Person, version: int, changes: dict[str, Any], reason: str = "", by: Any, now: datetime
) -> Person:
    """Corrects what is known of a person.

    Args:
        person: whom.
        version: the version the actor had opened.
        changes: field → new value, fields of CORRECTABLE only.
        reason: required where the name changes.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: the person is out of scope, or holds posts of lines that are not the actor's.
        StaleRecord: somebody else has saved since.
        ValidationError: by field.
    """
    require_keeper(person, by, now)
    wanted = {name: value for name, value in changes.items() if name in CORRECTABLE}
    with acting(by, reason.strip()):
        row = locked(person)
        columns = {
            ("organization_id" if n == "organization" else "unit_id" if n == "unit" else n): v
            for n, v in wanted.items()
        }
        refuse_stale(row, version, {n: getattr(v, "pk", v) for n, v in columns.items()})
        merged = {name: wanted.get(name, getattr(row, name)) for name in CORRECTABLE}
        # What stays where it is was lawful when it was entered; only what moves must be in scope.
        facts = _checked(merged, by, now, unmoved=(row.organization_id, row.unit_id))
        if facts["name"] != row.name:
            require_text(reason, "reason", "改姓名须写明理由,如“原录入有误”。")
        changed = [name for name in CORRECTABLE if facts[name] != getattr(row, name)]
        if not changed:
            return row
        for name in changed:
            setattr(row, name, facts[name])
        for name, value in person_naming(row.name).items():
            setattr(row, name, value)
        row.version += 1
        row.save()
        tell(
            action="person.correct",
            obj=row,
            detail={"fields": changed},
            organization_ids=_ids(row.organization),
            by=by,
            now=now,
        )
    return row


def reveal_person(*, person: Person, reason: str, by: Any, now: datetime) -> Secrets:
    """Hands out one person's phone and political status in plain text, after writing down who asked and why.

    Args:
        person: whom, within the actor's sight.
        reason: what it is needed for.
        by: the acting User; the system has no use for it.
        now: the clock.

    Raises:
        NotAllowed: the actor's roles do not give it, or the person is out of scope.
        ValidationError: no reason, or nothing on record.
    """
    if by is None or not may_reveal_person(by):
        raise NotAllowed("您的角色不能查看联系电话和政治面貌。如工作需要,请联系系统管理员调整角色。")
    if not Person.objects.within(scope_for(by, "people.reveal"), day_of(now)).filter(pk=person.pk).exists():
        raise NotAllowed(OUT_OF_SIGHT)
    reason = require_text(reason, "reason", "请写明查看的用途,查看会记入审计日志。")
    with transaction.atomic():
        row = Person.objects.get(pk=person.pk)
        if not row.phone and not row.political_status:
            raise ValidationError("没有登记这个人的联系电话和政治面貌。", code="nothing")
        audit.record(action="person.reveal", by=by, now=now, obj=row, detail={"reason": reason})
    return Secrets(row.phone, _stages().get(row.political_status, row.political_status))


def require_people(people: Iterable[Person], by: Any, now: datetime) -> None:
    """Refuses people the actor may not see today.

    Args:
        people: the people acted upon.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: one of them is out of sight.
    """
    wanted = {person.pk for person in people}
    if by is not None and Person.objects.visible_to(by, day_of(now)).filter(pk__in=wanted).count() < len(wanted):
        raise NotAllowed(OUT_OF_SIGHT)


def may_keep_person(user: Any, person: Person, on: Any = None) -> bool:
    """Whether an account may correct a person: the home lies in its scope, and the posts in its lines.

    Keepers of the register correct whoever works in their scope. A line department corrects those who are known for
    its own lines alone.

    Args:
        user: the signed-in User.
        person: whom.
        on: the day whose placements count (date); today where left out.
    """
    return person.pk in kept_among(user, {person.pk}, on)


def kept_among(user: Any, people: Collection[int], on: Any = None) -> set[int]:
    """Whom of these an account may correct, by the rule of `may_keep_person`; five queries at most.

    Args:
        user: the signed-in User.
        people: keys of Person.
        on: the day whose placements count (date); today where left out.
    """
    found = _at_home(people, scope_for(user, "register.edit"), on)
    scope = scope_for(user, "bodies.edit_line")
    if not scope.lines:
        return found
    others = _at_home(set(people) - found, scope, on)
    lines: dict[int, set[str]] = {}
    posts = Appointment.objects.filter(person__in=others).order_by().values_list("person_id", "branch__line").distinct()
    for person, line in posts:
        lines.setdefault(person, set()).add(line)
    for model in (Candidate, ProfessionalWorker):
        for person, some in model.objects.filter(person__in=others).values_list("person_id", "lines").order_by("pk"):
            lines.setdefault(person, set()).update(some)
    return found | {person for person, known_for in lines.items() if known_for and known_for <= scope.lines}


def _at_home(people: Collection[int], scope: Scope, on: Any) -> set[int]:
    if scope.nothing or not people:
        return set()
    home = Person.objects.filter(pk__in=people)
    if not scope.county:
        organizations = Organization.objects.standing().filter(scope.organizations_q(on))
        home = home.filter(scope.units_q("unit__")) | home.filter(organization__in=organizations)
    return set(home.order_by().values_list("pk", flat=True))


def require_keeper(person: Person, by: Any, now: datetime) -> None:
    """Refuses whoever may not correct this person.

    Args:
        person: whom.
        by: the acting User, None for the system.
        now: the clock.

    Raises:
        NotAllowed: out of sight, or not the actor's to keep.
    """
    require_people([person], by, now)
    if by is not None and not may_keep_person(by, person, day_of(now)):
        raise NotAllowed(NOT_YOURS)


def _checked(
    facts: dict[str, Any], by: Any, now: datetime, unmoved: tuple[int | None, int | None] = (None, None)
) -> dict[str, Any]:
    """The facts as they are stored."""
    name = require_text(tidy_name(facts["name"]), "name", "请填写姓名。", PERSON_NAME)
    organization, unit = facts["organization"], facts["unit"]
    if organization is None and unit is None:
        sentence = "请写明这个人在哪家组织工作,或由哪个单位管理。"
        raise ValidationError({"organization": ValidationError(sentence, code="required")})
    if organization is not None and organization.pk != unmoved[0]:
        require_visible([organization], by, now)
    if unit is not None and unit.pk != unmoved[1]:
        require_unit(unit, by)
    status = facts["political_status"] or ""
    if status and status not in _stages():
        sentence = f"政治面貌只能选:{'、'.join(_stages().values())}。"
        raise ValidationError({"political_status": ValidationError(sentence, code="unknown_code")})
    found = {"name": name, "organization": organization, "unit": unit, "political_status": status}
    for field, length in (("workplace", WORKPLACE), ("phone", PHONE)):
        text = (facts[field] or "").strip()
        found[field] = require_text(text, field, "", length) if text else ""
    return found


def _stages() -> dict[str, str]:
    return dict(Code.objects.filter(list_name=CodeList.PERSON_STAGE).values_list("code", "label"))


def tidy_name(name: str) -> str:
    """The name as it is stored.

    Args:
        name: 姓名 as typed.
    """
    # 王 明 and 王明 are one person; the dot of 阿依古丽·买买提 stays, and so do the spaces of a foreign name.
    text = (name or "").strip()
    return text if text.isascii() else "".join(text.split())


def person_naming(name: str) -> dict[str, str]:
    """The columns of Person that follow from the name.

    Args:
        name: the name as it is stored.
    """
    derived = naming_fields(name, (), None, None)
    return {"search_text": derived["search_text"], "sort_key": derived["sort_key"][:SORT_KEY]}


def _same(name: str) -> ValidationError:
    sentence = f"这个单位已有一位“{normalise_name(name) or name}”。同一个人的,请从已有人员中选;确实另有其人的,请勾选“同名的另一个人”。"
    return ValidationError(sentence, code="same_person")


def _ids(organization: Organization | None) -> list[int]:
    return [organization.pk] if organization is not None else []
