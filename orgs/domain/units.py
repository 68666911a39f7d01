"""Finding the unit that a workbook or a register names in words."""

import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from orgs.models import Unit

_SUFFIX = re.compile(r"(党工委|党委|党总支)$")


@dataclass(frozen=True)
class UnitFacts:
    """What an import needs of a unit."""

    id: int
    name: str
    path: str


def unit_key(text: str) -> str:
    """A unit's name as it is compared: without spaces, 中共, 党委/党工委/党总支 and a final 镇 or 乡.

    Args:
        text: the name as written.
    """
    key = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).removeprefix("中共")
    key = _SUFFIX.sub("", key.replace("党(工)委", "党工委"))
    return key[:-1] if len(key) > 2 and key[-1] in "镇乡" else key


class UnitResolver:
    """Resolves names of units, only on a unique exact match; the nearest name is offered, never taken."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self.units: dict[int, UnitFacts] = {}
        self._by_key: dict[str, set[int]] = defaultdict(set)
        self._names: list[str] = []
        for unit in units:
            self.units[unit.pk] = UnitFacts(unit.pk, unit.name, unit.path)
            self._names.append(unit.name)
            for name in (unit.name, *unit.aliases):
                self._by_key[unit_key(name)].add(unit.pk)

    @classmethod
    def load(cls) -> "UnitResolver":
        """All units in use; one query."""
        return cls(Unit.objects.filter(is_active=True))

    def resolve(self, text: str) -> UnitFacts | None:
        """The one unit of that name, alias or short form; None when there is none or several.

        Args:
            text: the unit's name as written.
        """
        found = self._by_key.get(unit_key(text), set())
        return self.units[next(iter(found))] if len(found) == 1 else None

    def nearest(self, text: str) -> str | None:
        """The unit's name that looks most like the text, to be offered; None when nothing does.

        Args:
            text: the unit's name as written.
        """
        keys = {unit_key(name): name for name in self._names}
        near = difflib.get_close_matches(unit_key(text), list(keys), n=1, cutoff=0.3)
        return keys[near[0]] if near else None
