"""Which person a row of the staff forms means, and what it says of their phone and political status.

The same name in the same organization, or kept by the same unit, is the same person; of several the phone tells. What
is masked everywhere else is masked in every message here.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from orgs.domain.people import NOT_YOURS, OUT_OF_SIGHT, PHONE, kept_among, tidy_name
from orgs.domain.people_plan import NewPerson, PeoplePlan, Who
from orgs.domain.units import UnitResolver
from orgs.imports.people_known import OrganizationMaps
from orgs.models import Code, Person, Unit, User
from orgs.models.codes import CodeList
from orgs.permissions import Scope, scope_of
from quannan.base.encryption import MASK, mask_phone
from quannan.base.imports import Change
from quannan.base.workbook.cells import CLEAR, Raw, Text, fold, normal
from quannan.base.workbook.cells import shown as as_shown
from quannan.base.workbook.declare import Problem, Row

HIDDEN = "(已遮盖)"
PERSONAL = ("phone", "political_status", "workplace")
_LABELS = {name: str(getattr(Person._meta.get_field(name), "verbose_name", name)) for name in PERSONAL}


def personal(raw: Raw) -> str:
    """A cell that no message may repeat: it is never refused by its cleaner, only by a check that masks it."""
    return normal(raw if isinstance(raw, str) else as_shown(raw))


_text = Text(120)


def workplace(raw: Raw) -> str:
    """Where somebody works, in words."""
    return _text(raw)


class Home(NamedTuple):
    """Where a person belongs: an organization of the register, or a unit with a workplace in words."""

    organization_id: int | None
    unit_id: int | None
    workplace: str = ""


@dataclass
class KnownPerson:
    """A person on record; ``phone`` and ``political_status`` in plain text, as the file has left them so far."""

    id: int
    name: str
    organization_id: int | None
    unit_id: int | None
    workplace: str
    phone: str
    political_status: str
    visible: bool
    kept: bool

    def at(self, home: Home) -> bool:
        """Whether they belong there; who works in an organization is looked for in it alone."""
        if home.organization_id is not None:
            return self.organization_id == home.organization_id
        return self.organization_id is None and self.unit_id == home.unit_id


class Meant(NamedTuple):
    """Who a row means, and what becomes known of them; the facts in plain text."""

    who: Who
    facts: dict[str, str]
    changes: list[Change]


class PeopleMaps:
    """The people whom some thousands of rows name, and those whom earlier rows of the file have named anew."""

    def __init__(self, by: User | None, day: dt.date, units: UnitResolver, codes: Iterable[Code]) -> None:
        """
        Args:
            by: the importing account, None for the command line.
            day: the day whose placements count.
            units: the units in use.
            codes: the code lists in use.
        """
        self.by, self.day, self.units = by, day, units
        self.sight: Scope | None = scope_of(by) if by is not None else None
        self.plan = PeoplePlan()
        stages = [code for code in codes if code.list_name == CodeList.PERSON_STAGE]
        self._stages = {fold(name): code.code for code in stages for name in (code.label, *code.aliases)}
        self._stage_labels = [code.label for code in stages]
        kept = Unit.objects.visible_to(by) if by is not None else Unit.objects.all()
        first = kept.order_by("path").first()
        self.home_unit_id = first.pk if first is not None else None
        self._named: dict[str, list[KnownPerson]] = {}
        self._by_id: dict[int, KnownPerson] = {}
        self._new: dict[tuple[str, int | None, int | None], NewPerson] = {}

    def load(self, names: Iterable[str]) -> None:
        """Load everybody of these names, in place of the last; a fixed number of queries."""
        wanted = sorted(set(names))
        rows = list(
            Person.objects.filter(name__in=wanted)
            .order_by("pk")
            .values_list("pk", "name", "organization_id", "unit_id", "workplace", "phone", "political_status")
        )
        every = {pk for pk, *_ in rows}
        visible, kept = every, every
        if self.by is not None:
            seen = Person.objects.visible_to(self.by, self.day).filter(name__in=wanted)
            visible = set(seen.order_by().values_list("pk", flat=True))
            kept = visible & kept_among(self.by, every, self.day)
        self._named, self._by_id = {}, {}
        for pk, name, organization, unit, place, phone, status in rows:
            person = KnownPerson(pk, name, organization, unit, place, phone, status, pk in visible, pk in kept)
            for field, value in self.plan.corrected.get(pk, {}).items():
                setattr(person, field, value)
            self._named.setdefault(name, []).append(person)
            self._by_id[pk] = person

    def named(self, name: str) -> list[KnownPerson]:
        """Everybody on record of that name."""
        return self._named.get(name, [])

    def home_of(self, text: str, organizations: OrganizationMaps) -> Home | None:
        """What 工作单位 means: a unit, an organization in sight, else words; None where several bear the name."""
        unit = self.units.resolve(text)
        if unit is not None:
            return Home(None, unit.id)
        found = organizations.meant(text, self.sight)
        if len(found) > 1:
            return None
        return Home(found[0].id, None) if found else Home(None, self.home_unit_id, text)

    def may_enter_at(self, home: Home, organizations: OrganizationMaps) -> bool:
        """Whether the account may enter somebody who belongs there (`orgs.domain.people.add_person`)."""
        if self.sight is None or self.sight.county:
            return True
        if home.organization_id is not None:
            return organizations.within(self.sight, home.organization_id)
        unit = self.units.units.get(home.unit_id or 0)
        return unit is not None and unit.path.startswith(self.sight.unit_paths or ("?",))

    def meant(
        self, row: Row, name: str, candidates: list[KnownPerson], home: Home, organizations: OrganizationMaps
    ) -> tuple[Meant | None, list[Problem]]:
        """Who a row means: one of the candidates, somebody an earlier row named, or somebody new.

        Args:
            row: with the fields person, phone and political_status.
            name: the name as it is stored.
            candidates: people on record who may be meant.
            home: where somebody new belongs.
            organizations: for the scope of the home.
        """
        several = self._by_phone(row, candidates) if len(candidates) > 1 else candidates
        if len(several) > 1:
            sentence = (
                f"台账中有{len(several)}位“{name}”可能是这一位,请在“工作单位”和“联系电话”中写明;"
                "仍分不清的请在页面上逐条登记。"
            )
            return None, [row.error("person", "ambiguous_person", sentence)]
        known: KnownPerson | NewPerson | None
        if several:
            known = several[0]
            if not known.visible:
                return None, [row.error("person", "out_of_sight", OUT_OF_SIGHT)]
        else:
            known = self._new.get((name, home.organization_id, home.unit_id))
            if known is None and not self.may_enter_at(home, organizations):
                sentence = "这个工作单位不在您的管理范围内,请由它所属的主管党(工)委录入这个人。"
                return None, [row.error("workplace", "out_of_scope", sentence)]
        facts: dict[str, str] = {}
        problems = [*self._phone(row, name, known, facts), *self._status(row, known, facts)]
        if home.workplace:
            problems += self._workplace(row, home.workplace, known, facts)
        if known is None:
            new = NewPerson(name, home.organization_id, home.unit_id, row=row.number)
            return Meant(new, facts, []), problems
        changes = [
            Change(_LABELS[field], _masked(field, getattr(known, field)), _masked(field, value))
            for field, value in facts.items()
        ]
        if isinstance(known, NewPerson):
            return Meant(known, facts, changes), problems
        if facts and not known.kept:
            problems += [row.warning(field, "not_yours", NOT_YOURS, shown="") for field in facts]
            facts, changes = {}, []
        return Meant(known.id, facts, changes), problems

    def take(self, meant: Meant) -> None:
        """Remember what an accepted row says of a person, for the rows after it and for the plan."""
        who = meant.who
        if isinstance(who, NewPerson):
            key = (who.name, who.organization_id, who.unit_id)
            if key not in self._new:
                self.plan.new.append(who)
                self._new[key] = who
            for field, value in meant.facts.items():
                setattr(who, field, value)
            return
        if not meant.facts:
            return
        self.plan.corrected.setdefault(who, {}).update(meant.facts)
        for field, value in meant.facts.items():
            setattr(self._by_id[who], field, value)

    def _by_phone(self, row: Row, candidates: list[KnownPerson]) -> list[KnownPerson]:
        phone = row["phone"]
        if not isinstance(phone, str):
            return candidates
        alike = [person for person in candidates if person.phone and _same_phone(phone, person.phone)]
        return alike if len(alike) == 1 else candidates

    def _phone(
        self, row: Row, name: str, known: KnownPerson | NewPerson | None, facts: dict[str, str]
    ) -> Iterator[Problem]:
        said, before = row["phone"], known.phone if known is not None else ""
        if said is CLEAR:
            if before:
                facts["phone"] = ""
            return
        if not isinstance(said, str) or (before and _same_phone(said, before)):
            return
        if MASK in said:
            sentence = "这是遮盖后的电话,与台账中的不同,没有导入。需要更正的请填写完整的号码。"
            yield row.warning("phone", "masked_contact", sentence, shown=said)
        elif len(said) > PHONE:
            sentence = f"电话最多写{PHONE}个字,请只留一个号码。"
            yield row.error("phone", "too_long", sentence, shown=HIDDEN)
        elif before:
            where = f"第{known.row}行" if isinstance(known, NewPerson) else "台账中"
            sentence = (
                f"{where}的“{name}”电话是{mask_phone(before)},与这一行不同,是同一位吗?是同一位、换了号码的,"
                "请先在人员资料中更正电话;另有其人的,请在页面上逐条登记,选“同名的另一个人”。"
            )
            yield row.error("phone", "phone_differs", sentence, shown=mask_phone(said))
        else:
            facts["phone"] = said

    def _status(self, row: Row, known: KnownPerson | NewPerson | None, facts: dict[str, str]) -> Iterator[Problem]:
        said, before = row["political_status"], known.political_status if known is not None else ""
        if said is CLEAR:
            if before:
                facts["political_status"] = ""
            return
        if not isinstance(said, str) or said == HIDDEN:
            return
        code = self._stages.get(fold(said))
        if code is None:
            sentence = f"政治面貌只能选:{'、'.join(self._stage_labels)}。"
            yield row.error("political_status", "unknown_code", sentence, shown=HIDDEN)
        elif code != before:
            facts["political_status"] = code

    def _workplace(
        self, row: Row, said: str, known: KnownPerson | NewPerson | None, facts: dict[str, str]
    ) -> Iterator[Problem]:
        """One unit keeps people of many workplaces: of the same name they are one only where the phone says so."""
        before = known.workplace if known is not None else ""
        if not before:
            facts["workplace"] = said
            return
        if fold(before) == fold(said):
            return
        phone = row["phone"]
        if known is not None and known.phone and isinstance(phone, str) and _same_phone(phone, known.phone):
            sentence = f"台账中这个人的工作单位是“{before}”,没有改动;确有变动的请在人员资料中更正。"
            yield row.warning("workplace", "workplace_differs", sentence)
            return
        sentence = (
            f"已有的同名的人工作单位是“{before}”,与这一行不同,是同一位吗?是同一位、换了单位的,请先在人员资料中更正;"
            "另有其人的,请在页面上逐条登记,选“同名的另一个人”。"
        )
        yield row.error("workplace", "workplace_differs", sentence)


def row_person(row: Row) -> str:
    """The row's name as it is stored, "" where there is none."""
    return tidy_name(row["person"]) if isinstance(row["person"], str) else ""


def _same_phone(said: str, stored: str) -> bool:
    """The same number, however it is spaced, or the mask of it."""
    if MASK in said:
        return normal(mask_phone(stored)) == said
    return re.sub(r"[\s\-—]", "", normal(stored)) == re.sub(r"[\s\-—]", "", said)


def _masked(field: str, value: str) -> str:
    if field == "phone":
        return mask_phone(value)
    return value if field == "workplace" or not value else HIDDEN
