"""The statements behind 信息统计表 (F4): bodies by form and composition at a date, and what each kind of them covers.

Counts and the lists behind them are read out of the one statement `MEMBERS`. A body counts once, in the unit of its
first member: of the organizations of the base that it covers on the day, the one covered longest. What is covered
counts under each organization's own unit. So rows add up to the county either way.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from coverage.domain.figures import COUNTY
from orgs.lines import Line
from orgs.models import Unit
from orgs.models.bodies import Composition
from orgs.permissions import scope_of

STATISTICS_LINES = (Line.PARTY.value, Line.UNION.value, Line.LEAGUE.value, Line.WOMEN.value)
JOINT = (Composition.JOINT_AREA, Composition.JOINT_INDUSTRY)

# The columns 党委, 总支 and 支部, and the forms that count in each; every other form is 其他.
LEVELS = {
    "committee": ("党委", ("party_committee",)),
    "general": ("党总支", ("party_general",)),
    "branch": ("党支部", ("party_branch", "party_joint")),
}
OTHER_LEVEL = "other_level"
# How an organization is covered; one that several bodies of a line cover counts where it stands first.
WAYS = {"own": "单独建", "joint": "联合建", "other": "其他方式"}
PROVISIONAL = "provisional"


def _texts(values: Iterable[str]) -> str:
    return "(" + ", ".join(f"'{value}'" for value in values) + ")"


# One row for each body and organization of the base that it covers on the day, with the day as its one parameter.
MEMBERS = f"""
    SELECT m.branch_id, m.organization_id, s.unit_id, b.line, b.is_provisional, f.code AS form, f.is_body,
        CASE WHEN b.composition = '{Composition.OWN}' THEN 1 WHEN b.composition IN {_texts(JOINT)} THEN 2 ELSE 3 END
            AS way,
        row_number() OVER (PARTITION BY m.branch_id ORDER BY lower(m.period), m.id) AS place
    FROM (SELECT %s::date AS day) t
    JOIN orgs_branchmembership m ON m.period @> t.day
    JOIN orgs_branch b ON b.id = m.branch_id AND daterange(b.founded_on, b.dissolved_on) @> t.day
    JOIN coverage_span s ON s.organization_id = m.organization_id AND s.period @> t.day AND NOT s.excluded
    LEFT JOIN orgs_branchform h ON h.branch_id = b.id AND h.period @> t.day
    LEFT JOIN orgs_bodyform f ON f.id = h.form_id
    WHERE b.line IN {_texts(STATISTICS_LINES)}
"""
# 组织员 and the like are work coverage, not bodies; a body without a form on the day is counted, and told.
COUNTED = "place = 1 AND is_body IS NOT FALSE"
_ALL_LEVELS = tuple(code for _, codes in LEVELS.values() for code in codes)
# Each column of bodies as (label, condition).
BODY_MEASURES: dict[str, tuple[str, str]] = {
    "bodies": ("组织数", "NOT is_provisional"),
    **{level: (label, f"NOT is_provisional AND form IN {_texts(forms)}") for level, (label, forms) in LEVELS.items()},
    OTHER_LEVEL: ("其他形式", f"NOT is_provisional AND (form IS NULL OR form NOT IN {_texts(_ALL_LEVELS)})"),
    **{way: (label, f"NOT is_provisional AND way = {number}") for number, (way, label) in enumerate(WAYS.items(), 1)},
    PROVISIONAL: ("待归并", "is_provisional"),
}


@dataclass(frozen=True)
class Sight:
    """The rows of MEMBERS that an account and a unit's subtree let through: a condition and its parameters."""

    condition: str
    parameters: tuple[Any, ...]


def sight_of(user: Any, unit: Unit | None = None, *, code: str = "", below: str = "") -> Sight:
    """What may be counted.

    Args:
        user: a User, or None for the whole county.
        unit: restricts to this unit and those below it.
        code: restricts to organizations directly under the unit of this code.
        below: restricts to the subtree of this path.
    """
    scope = COUNTY if user is None else scope_of(user)
    conditions: list[str] = ["TRUE"]
    parameters: list[Any] = []
    if not scope.county:
        conditions.append(
            "(unit_id IN (SELECT id FROM orgs_unit WHERE path LIKE ANY(%s)) OR organization_id = ANY(%s))"
        )
        parameters += [[f"{path}%" for path in scope.unit_paths], sorted(scope.organization_ids)]
    for path in filter(None, (unit.path if unit else "", below)):
        conditions.append("unit_id IN (SELECT id FROM orgs_unit WHERE path LIKE %s)")
        parameters.append(f"{path}%")
    if code:
        conditions.append("unit_id IN (SELECT id FROM orgs_unit WHERE code = %s)")
        parameters.append(code)
    return Sight(" AND ".join(conditions), tuple(parameters))


def _rows(statement: str, parameters: list[Any]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def _grouped(what: str, source: str, parameters: list[Any]) -> list[tuple]:
    """Counts by unit and line, and by line alone, where the unit is None."""
    return _rows(
        f"SELECT unit_id, line, {what} FROM ({source}) counted GROUP BY GROUPING SETS ((unit_id, line), (line))",
        parameters,
    )


def body_counts(as_of: date, sight: Sight) -> list[tuple[int | None, str, dict[str, int]]]:
    """Bodies by unit and line, and by line alone: (unit id or None, line, counts by key of BODY_MEASURES); one query.

    Args:
        as_of: the date, inclusive.
        sight: what may be counted.
    """
    counts = ", ".join(f"count(*) FILTER (WHERE {condition})" for _, condition in BODY_MEASURES.values())
    source = f"SELECT * FROM ({MEMBERS}) member WHERE {COUNTED} AND {sight.condition}"
    return [
        (unit, line, dict(zip(BODY_MEASURES, values, strict=True)))
        for unit, line, *values in _grouped(counts, source, [as_of, *sight.parameters])
    ]


def _ways(sight: Sight) -> str:
    """Organizations in sight that a body covers, by line, with the first of the ways in which."""
    return (
        f"SELECT organization_id, unit_id, line, min(way) AS way FROM ({MEMBERS}) member"
        f" WHERE is_body IS NOT FALSE AND {sight.condition} GROUP BY organization_id, unit_id, line"
    )


def covered_counts(as_of: date, sight: Sight) -> list[tuple[int | None, str, dict[str, int]]]:
    """Covered organizations by unit and line, and by line alone, with counts by key of WAYS; one query.

    Args:
        as_of: the date, inclusive.
        sight: what may be counted.
    """
    counts = ", ".join(f"count(*) FILTER (WHERE way = {number})" for number in range(1, len(WAYS) + 1))
    return [
        (unit, line, dict(zip(WAYS, values, strict=True)))
        for unit, line, *values in _grouped(counts, _ways(sight), [as_of, *sight.parameters])
    ]


def elsewhere_counts(as_of: date, sight: Sight) -> dict[str, int]:
    """Bodies by line that cover an organization in sight while their first member stands out of sight; one query.

    Args:
        as_of: the date, inclusive.
        sight: what may be counted.
    """
    found = _rows(
        f"WITH member AS ({MEMBERS}) SELECT line, count(DISTINCT branch_id) FROM member"
        f" WHERE is_body IS NOT FALSE AND {sight.condition}"
        f" AND branch_id NOT IN (SELECT branch_id FROM member WHERE place = 1 AND {sight.condition}) GROUP BY line",
        [as_of, *sight.parameters, *sight.parameters],
    )
    return dict.fromkeys(STATISTICS_LINES, 0) | dict(found)


def counted_bodies(as_of: date, sight: Sight, measure: str) -> list[int]:
    """The keys of the bodies behind a number of the form; one query.

    Args:
        as_of: the date, inclusive.
        sight: what was counted.
        measure: a key of BODY_MEASURES.
    """
    condition = f"{COUNTED} AND ({BODY_MEASURES[measure][1]}) AND {sight.condition}"
    found = _rows(f"SELECT branch_id FROM ({MEMBERS}) member WHERE {condition}", [as_of, *sight.parameters])
    return [key for (key,) in found]


def covered_organizations(as_of: date, sight: Sight, line: str, way: str) -> list[int]:
    """The keys of the organizations covered in one way, as the form counts them; one query.

    Args:
        as_of: the date, inclusive.
        sight: what was counted.
        line: code of `Line`.
        way: a key of WAYS.
    """
    found = _rows(
        f"SELECT organization_id FROM ({_ways(sight)}) covered WHERE line = %s AND way = %s",
        [as_of, *sight.parameters, line, list(WAYS).index(way) + 1],
    )
    return [key for (key,) in found]
