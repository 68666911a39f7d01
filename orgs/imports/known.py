"""Forms that only speak of organizations the register has: found by code, else by name; none is added.

A name counts as well where it is a former one, and only where a single organization in the account's scope bears it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q

from orgs.domain.units import UnitResolver
from orgs.imports.checks import (
    check_code,
    check_dates,
    check_form_and_date,
    check_founded_after_registration,
    check_identity,
    check_large_change,
    check_masked,
    check_money_fits,
    check_parts,
    check_size,
    check_unlisted,
    check_women_workers_need_union,
    known_organization,
    row_codes,
)
from orgs.imports.form import identity_columns, register_form
from orgs.imports.maps import CodeLists, KnownOrganization, RegisterMaps
from orgs.imports.nearest import NearestName
from orgs.imports.planning import More, Planner
from orgs.imports.run import RegisterImporter
from orgs.models import Organization, Unit
from orgs.permissions import Scope, scope_for
from orgs.validators import normalise_name, validate_old_code, validate_uscc
from quannan.base.imports import Ask
from quannan.base.workbook.cells import FuzzyDate
from quannan.base.workbook.declare import Column, Problem, Row
from quannan.base.workbook.headers import Reading


@dataclass
class KnownMaps(RegisterMaps):
    """The register as a form of known organizations needs it.

    ``paths``: unit id → path, units out of use included. ``former``: compared former name → organizations.
    ``renames``: whether a row found by its code may bring a new name.
    """

    paths: dict[int, str] = field(default_factory=dict)
    former: dict[str, set[int]] = field(default_factory=dict)
    renames: bool = False
    # Of the rows loaded last: row number → organizations in scope that bear its name.
    namesakes: dict[int, list[KnownOrganization]] = field(default_factory=dict)
    _nearest: NearestName | None = None

    @classmethod
    def open(cls, as_of: dt.date, lists: CodeLists, scope: Scope | None, **more: Any) -> KnownMaps:
        """Two queries besides the units: joint bodies are loaded by who plans bodies.

        Args:
            as_of: the date of the form.
            lists: forms and codes in use.
            scope: how far the importing account may write; None for the command line.
            more: further fields.
        """
        former: dict[str, set[int]] = defaultdict(set)
        renamed = Organization.objects.standing().exclude(former_names=[])
        for identity, names in renamed.order_by().values_list("pk", "former_names"):
            for name in names:
                former[normalise_name(name)].add(identity)
        paths = dict(Unit.objects.order_by().values_list("pk", "path"))
        return cls(as_of, lists, UnitResolver.load(), scope, paths=paths, former=dict(former), **more)

    def load_rows(self, rows: list[Row]) -> None:
        """Load what is known of the organizations these rows speak of, in place of the last; five queries."""
        keys = {row.number: normalise_name(row["name"]) for row in rows if isinstance(row["name"], str)}
        codes = sorted({code for row in rows for code in row_codes(row)})
        by_code: dict[str, int] = {}
        by_name: dict[str, set[int]] = defaultdict(set)
        bearing = Q(uscc__in=codes) | Q(old_code__in=codes)
        # A merged record's code and name speak of the one it went into.
        found = Organization.objects.filter(bearing | Q(name_key__in=set(keys.values()))).order_by("pk")
        wanted = set(codes)
        for own, kept, uscc, old_code, key in found.values_list("pk", "merged_into_id", "uscc", "old_code", "name_key"):
            by_name[key].add(kept or own)
            by_code |= {code: kept or own for code in (uscc, old_code) if code in wanted}
        for key in set(keys.values()) & self.former.keys():
            by_name[key] |= self.former[key]
        ids = sorted({*by_code.values(), *(one for some in by_name.values() for one in some)})
        known = {one.id: one for one in self.load_these(ids)}
        self.organizations |= {code: known[one] for code, one in by_code.items()}
        self.matched, self.namesakes = {}, {}
        for row in rows:
            self._match(row, [known[one] for one in sorted(by_name.get(keys.get(row.number, ""), ()))])

    def _match(self, row: Row, bearing: list[KnownOrganization]) -> None:
        """By a code; by the name only where no code speaks against it."""
        codes = row_codes(row)
        if any(self.organization(code) for code in codes):
            return
        namesakes = [known for known in bearing if self.in_scope(known)]
        self.namesakes[row.number] = namesakes
        fitting = [
            known
            for known in namesakes
            if not any(row.known(field) and getattr(known, field) for field in ("uscc", "old_code"))
        ]
        if len(namesakes) == 1 and fitting and all(_lawful(code) for code in codes):
            self.matched[row.number] = fitting[0]

    def in_scope(self, known: KnownOrganization) -> bool:
        """Whether the importing account may write of the organization as of the form's date."""
        if self.scope is None or self.scope.county or known.id in self.scope.organization_ids:
            return True
        placement = self.placement(known.id)
        path = self.paths.get(placement.unit_id, "") if placement else ""
        return bool(self.scope.unit_paths) and path.startswith(self.scope.unit_paths)

    def nearest(self, name: str) -> str | None:
        """The name in scope that looks most like this one; one query for a whole file."""
        if self._nearest is None:
            rows = Organization.objects.standing()
            if self.scope is not None:
                rows = rows.filter(self.scope.organizations_q(self.as_of))
            self._nearest = NearestName(rows.order_by("pk").values_list("name", flat=True))
        return self._nearest.to(name)


def _lawful(value: str) -> bool:
    for rule in (validate_uscc, validate_old_code):
        try:
            rule(value)
        except ValidationError:
            continue
        return True
    return False


def check_codes(row: Row, maps: KnownMaps) -> Iterable[Problem]:
    """As for every form, but a name may stand in for the code."""
    return (problem for problem in check_code(row, maps) if problem.code != "missing_code")


def check_known(row: Row, maps: KnownMaps) -> Iterable[Problem]:
    """The row has to speak of one organization that the register has."""
    if known_organization(row, maps) is not None or not row.known("name"):
        return
    codes = row_codes(row)
    if not all(_lawful(code) for code in codes):
        return
    namesakes = maps.namesakes.get(row.number, [])
    at = "uscc" if codes and row.has_column("uscc") else "name"
    if len(namesakes) > 1:
        yield row.error(
            at,
            "ambiguous_name",
            f"台账里有{len(namesakes)}家叫这个名称的组织,分不清是哪一家,请填写统一社会信用代码。",
        )
    elif namesakes and codes:
        yield row.error(
            at,
            "code_differs",
            f"台账里没有这个代码;同名的“{namesakes[0].name}”代码是{namesakes[0].uscc or namesakes[0].old_code},"
            "请对照登记证照核对。",
        )
    else:
        near = maps.nearest(row["name"])
        hint = f"是否“{near}”?" if near else ""
        yield row.error(at, "unknown_organization", f"台账里没有这家组织。{hint}新的组织请先用摸底表新增,再导入本表。")


def check_scope(row: Row, maps: KnownMaps) -> Iterable[Problem]:
    """Without a column for the unit, the organization's placement on the date decides."""
    known = known_organization(row, maps)
    if known is not None and not maps.in_scope(known):
        at = "uscc" if row.has_column("uscc") else "name"
        yield row.error(at, "out_of_scope", "台账中这家组织不在您的管理范围,请先由两新工委办公室划转。")


def check_life(row: Row, maps: KnownMaps) -> Iterable[Problem]:
    if known_organization(row, maps) is not None:
        yield from check_identity(row, maps)


def check_name(row: Row, maps: KnownMaps) -> Iterable[Problem]:
    """A former name is understood and never brought back; a form that does not rename leaves every name alone."""
    known = known_organization(row, maps)
    name = row["name"]
    if known is None or not isinstance(name, str) or normalise_name(name) == normalise_name(known.name):
        return
    if known.id in maps.former.get(normalise_name(name), ()):
        row["name"] = known.name
        yield row.warning("name", "former_name", f"这是曾用名,台账中现名为“{known.name}”,名称没有改动。")
    elif not maps.renames:
        row["name"] = known.name
        yield row.warning(
            "name", "name_differs", f"台账中这个代码是“{known.name}”,名称没有改动。请核对;更名的请在台账中更正。"
        )


def check_founded(row: Row, maps: KnownMaps) -> Iterable[Problem]:
    """The form says neither when the organization was registered nor why a body may be older: the register does."""
    known = known_organization(row, maps)
    if known is None:
        return
    said = row["registered_on"], row["remark"]
    row["registered_on"], row["remark"] = _as_known(known), known.remark
    problems = list(check_founded_after_registration(row, maps))
    row["registered_on"], row["remark"] = said
    yield from problems


def _as_known(known: KnownOrganization) -> FuzzyDate:
    day = known.registered_on
    parts = {"year": (day.year,), "month": (day.year, day.month)}
    return FuzzyDate(*parts.get(known.registered_precision, (day.year, day.month, day.day)))


def check_once(row: Row, maps: KnownMaps) -> Iterable[Problem]:
    """Two rows of one organization, however each of them names it."""
    known = known_organization(row, maps)
    found = maps.seen.earlier(known.id, row) if known is not None else None
    if found is None:
        return
    earlier, differs = found
    at = "uscc" if row.known("uscc") else "name"
    yield row.error(
        at,
        "duplicate",
        f"与第{earlier.number}行是同一家组织,以第{earlier.number}行为准。请删去多余的一行。",
    )
    if differs:
        earlier.report(
            earlier.warning(at, "differs_from_later", f"与第{row.number}行不一致,请核对", shown=row.shown(at))
        )


BEFORE = (check_codes, check_known, check_scope, check_life, check_name, check_unlisted, check_masked)
AFTER = (
    check_parts,
    check_dates,
    check_form_and_date,
    check_founded,
    check_size,
    check_women_workers_need_union,
    check_large_change,
    check_money_fits,
    # Last: it compares what the other checks have made of both rows.
    check_once,
)
KNOWN_CHECKS = (*BEFORE, *AFTER)

HOW_FOUND = (
    "只能填台账里已有的组织:填了代码的按代码找,没有填的按名称(曾用名也可)找,同名的须填代码。新的组织请先用摸底表新增。"
)


def naming_columns(lists: CodeLists, label: str = "单位名称") -> list[Column]:
    """序号, the name under its heading, and the codes, none of which a file has to have.

    Args:
        lists: codes in use.
        label: the heading over the names in the official form.
    """
    found = {column.field: column for column in identity_columns(lists)}
    name = found["name"]
    names = tuple(text for text in (name.label, *name.names, "名称") if text != label)
    return [
        found["ordinal"],
        replace(name, label=label, names=names),
        replace(found["uscc"], required=False, note="不填的按名称找;同名的必须填。请把整列设为文本格式后再粘贴。"),
        found["old_code"],
    ]


def register_fields(lists: CodeLists) -> tuple[str, ...]:
    """Every field that the checks and the planner of the register ask a row for.

    Args:
        lists: codes in use.
    """
    return register_form(lists).fields


class KnownImporter(RegisterImporter):
    """A file whose rows speak of organizations that the register has."""

    context: KnownMaps
    renames = False

    def begin(self, ask: Ask, reading: Reading) -> None:
        scope = scope_for(ask.by, "register.import") if ask.by is not None else None
        self.context = self.maps(ask.as_of, scope)
        self.context.load_joint()
        self._planner = Planner(self.context, self.source, ask.answers, self.more())
        self.plan = self._planner.plan

    def maps(self, as_of: dt.date, scope: Scope | None) -> KnownMaps:
        """What the checks are handed."""
        return KnownMaps.open(as_of, self.lists, scope, renames=self.renames)

    def more(self) -> More | None:
        """Plans what the form says besides."""
        return None

    def load(self, rows: list[Row]) -> None:
        self.context.load_rows(rows)
