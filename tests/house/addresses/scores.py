"""Schemes, assessments and their results."""

from typing import Any

from tests import makers_scores as make
from tests.house.addresses.table import EXPORTS, Address, act, form
from tests.house.world import World

KEEPS = frozenset({"owner_office"})
RATES = frozenset({"owner_office", "line_department", "unit_office"})
OWN = frozenset({"secretary"})
SHEETS = EXPORTS | OWN
AS_UNIT = frozenset({"owner_office", "unit_office"})


def of_scheme(things: Any) -> list[Any]:
    return [things.draft_scheme.pk]


def of_indicator(things: Any) -> list[Any]:
    return [things.draft_indicator.pk]


def of_sheet(things: Any) -> list[Any]:
    return [things.sheet.pk]


def of_foreign_sheet(things: Any) -> list[Any]:
    return [things.foreign_sheet.pk]


ADDRESSES: dict[str, Address] = {
    "scheme-list": Address(EXPORTS),
    "scheme-create": form(KEEPS),
    "scheme-detail": Address(EXPORTS, of_scheme),
    "scheme-edit": form(KEEPS, of_scheme),
    "scheme-copy": form(KEEPS, of_scheme),
    "scheme-bands": form(KEEPS, of_scheme, answer=frozenset({200, 302})),
    "scheme-open": form(KEEPS, of_scheme, answer=frozenset({200, 302, 422})),
    "scheme-close": form(KEEPS, of_scheme),
    "indicator-add": form(KEEPS, of_scheme),
    "indicator-edit": form(KEEPS, of_indicator),
    "indicator-move": act(KEEPS, of_indicator),
    "indicator-remove": form(KEEPS, of_indicator, answer=frozenset({200, 302})),
    "assessment-list": Address(EXPORTS),
    "assessment-export": Address(EXPORTS),
    "assessment-form": Address(RATES),
    "assessment-confirm": act(KEEPS),
    "assessment-summary": Address(EXPORTS),
    "assessment-summary-export": Address(EXPORTS),
    "assessment-detail": Address(SHEETS, of_sheet, of_foreign_sheet),
    "assessment-print": Address(SHEETS, of_sheet, of_foreign_sheet),
    "assessment-rate": form(
        AS_UNIT,
        lambda t: [t.sheet.pk, "unit"],
        lambda t: [t.foreign_sheet.pk, "unit"],
        misses=frozenset({"line_department", "secretary"}),
    ),
    "assessment-reopen": form(KEEPS, of_sheet),
    "my-assessment-list": Address(OWN),
    "api-assessments": Address(SHEETS, stranger=401),
    # What is not confirmed yet is told to raters alone.
    "api-assessment": Address(
        RATES, of_sheet, of_foreign_sheet, stranger=401, misses=frozenset({"leader", "secretary"})
    ),
}


def things(world: World) -> dict[str, Any]:
    """An open scheme with a rated sheet in each unit, and a draft."""
    scheme = make.opened(name="2010 年启动的考核")
    sheet, foreign = make.sheet(scheme, world.own), make.sheet(scheme, world.foreign)
    make.rated(sheet)
    make.rated(foreign)
    draft = make.scheme(name="2011 年草拟的考核", year=2011)
    return {
        "sheet": sheet,
        "foreign_sheet": foreign,
        "draft_scheme": draft,
        "draft_indicator": make.indicator(draft, "1.1"),
    }
