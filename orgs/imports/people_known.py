"""Which registered organization a row of the staff forms means, and how far the importing account may write."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import connection

from orgs.domain.acting import OUT_OF_SCOPE
from orgs.models import Organization
from orgs.permissions import Scope
from orgs.validators import normalise_code, normalise_name, validate_old_code, validate_uscc
from quannan.base.workbook.declare import Problem, Row


class Known(NamedTuple):
    """An organization as the register has it."""

    id: int
    name: str
    former_names: list[str]
    kind: str
    registered_on: dt.date
    closed_on: dt.date | None

    def is_called(self, name: str) -> bool:
        """Whether it bears or bore this name."""
        key = normalise_name(name)
        return any(key == normalise_name(own) for own in (self.name, *self.former_names))


class OrganizationMaps:
    """The organizations that some thousands of rows name, and which of them lie in which scope."""

    def __init__(self, day: dt.date) -> None:
        """
        Args:
            day: the day whose placements count.
        """
        self.day = day
        self._by_code: dict[str, Known] = {}
        self._by_name: dict[str, dict[int, Known]] = {}
        self._within: dict[Scope, frozenset[int]] = {}

    def load(self, codes: Iterable[str], names: Iterable[str]) -> set[int]:
        """Load whoever bears one of these codes or names, in place of the last; one query. Gives their keys."""
        self._by_code = {}
        by_name: dict[str, dict[int, Known]] = defaultdict(dict)
        found = {"codes": sorted(set(codes)), "names": sorted({normalise_name(name) for name in names} - {""})}
        for uscc, old_code, key, merged, *row in _rows(_ORGANIZATIONS, found):
            known = Known(*row)
            for code in (uscc, old_code):
                if code:
                    self._by_code[code] = known
            if not merged:
                by_name[key][known.id] = known
        self._by_name = dict(by_name)
        ids = {known.id for known in self._by_code.values()}
        return ids | {identity for known in self._by_name.values() for identity in known}

    def look_within(self, scopes: Iterable[Scope | None], ids: Iterable[int]) -> None:
        """Load which of the organizations lie in each scope; one query for every scope short of the county."""
        self._within = {}
        wanted = sorted(set(ids))
        for scope in {scope for scope in scopes if scope is not None and not scope.county}:
            rows = Organization.objects.standing().filter(scope.organizations_q(self.day), pk__in=wanted)
            self._within[scope] = frozenset(rows.order_by().values_list("pk", flat=True))

    def within(self, scope: Scope | None, identity: int) -> bool:
        """Whether an organization lies in a scope; None is the command line's, which has no bounds."""
        return scope is None or scope.county or identity in self._within.get(scope, ())

    def meant(self, text: str, scope: Scope | None) -> list[Known]:
        """Organizations in the scope that bear a code or a whole name."""
        by_code = self._by_code.get(normalise_code(text))
        found = [by_code] if by_code else list(self._by_name.get(normalise_name(text), {}).values())
        return [known for known in found if self.within(scope, known.id)]

    def of_row(self, row: Row, scope: Scope | None) -> tuple[Known | None, list[Problem]]:
        """The organization of a row: by its code, else by a name that only one in the scope bears."""
        code, name = row["uscc"], row["name"]
        if isinstance(code, str):
            return self._of_code(row, code, scope)
        if not isinstance(name, str):
            # A refused code has its own fault already.
            missing = row.error("name", "missing_name", "没有填单位名称,请填全称,或填统一社会信用代码。")
            return None, [missing] if name is None and code is None else []
        found = [
            known for known in self._by_name.get(normalise_name(name), {}).values() if self.within(scope, known.id)
        ]
        if len(found) == 1:
            return found[0], []
        if found:
            sentence = f"您的范围内有{len(found)}家组织叫这个名称,请填统一社会信用代码。"
            return None, [row.error("name", "ambiguous_name", sentence)]
        sentence = "您的范围内没有这个名称的组织,请按登记证照填写全称,或填统一社会信用代码。"
        return None, [row.error("name", "unknown_organization", sentence)]

    def _of_code(self, row: Row, code: str, scope: Scope | None) -> tuple[Known | None, list[Problem]]:
        known = self._by_code.get(code)
        if known is None:
            return None, [_unknown_code(row, code)]
        if not self.within(scope, known.id):
            return None, [row.error("uscc", "out_of_scope", OUT_OF_SCOPE)]
        name = row["name"]
        if isinstance(name, str) and not known.is_called(name):
            sentence = f"这个代码在台账中是“{known.name}”,与表中的单位名称不同,请核对。"
            return known, [row.error("name", "code_and_name_differ", sentence)]
        return known, []


def _unknown_code(row: Row, code: str) -> Problem:
    try:
        (validate_uscc if len(code) == 18 else validate_old_code)(code)
    except ValidationError as error:
        return row.error("uscc", "bad_uscc", f"{error.messages[0]}。")
    sentence = "台账中没有这个代码的组织,请对照登记证照核对;还没有录入台账的,请先新增组织。"
    return row.error("uscc", "unknown_organization", sentence)


def _rows(statement: str, parameters: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        while batch := cursor.fetchmany(5000):
            yield from batch


# The code of a record that was merged into another one speaks of that one; its name does not.
_ORGANIZATIONS = """
    SELECT c.uscc, c.old_code, c.name_key, c.merged_into_id IS NOT NULL,
           o.id, o.name, o.former_names, o.kind, o.registered_on, o.closed_on
    FROM orgs_organization c JOIN orgs_organization o ON o.id = coalesce(c.merged_into_id, c.id)
    WHERE c.uscc = ANY(%(codes)s) OR c.old_code = ANY(%(codes)s) OR c.name_key = ANY(%(names)s)
"""
