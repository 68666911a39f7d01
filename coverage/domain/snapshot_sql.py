"""What one organization is on a day with all it was counted from: the rows a publication freezes, and live ones beside.

Freezing and comparing read the same statement, so a publication compared with an unchanged register shows no difference.
"""

from datetime import date

from coverage.models import DELTA_COLUMNS, STATE_COLUMNS
from orgs.models.organization import HEAD_COUNTS

CELL = ("unit_id", "kind", "scale", "is_key")
NUMBERS = (*HEAD_COUNTS, "annual_revenue_yuan")
# What makes two rows of one organization differ; names and bodies' names are told, not compared.
COMPARED = (
    "unit_id",
    "kind",
    "excluded",
    "known_figures",
    "assumed",
    "scale",
    "is_key",
    "work",
    *NUMBERS,
    *STATE_COLUMNS.values(),
)
COLUMNS = (
    "organization_id",
    "name",
    "sort_key",
    "code",
    "unit_name",
    "industry",
    "registered_on",
    "exclusion",
    "figures_as_of",
    "bodies",
    *COMPARED,
)
# What a comparison reads of each side.
TOLD = ("name", "sort_key", "code", "unit_name", "figures_as_of", *COMPARED)

_BODIES = """(
        SELECT organization_id, jsonb_object_agg(line, names) AS bodies
        FROM (
            SELECT m.organization_id, b.line,
                jsonb_agg(coalesce(nullif(b.name, ''), bf.label) ORDER BY b.founded_on, b.id) AS names
            FROM orgs_branchmembership m
            JOIN orgs_branch b ON b.id = m.branch_id
            JOIN orgs_branchform fm ON fm.branch_id = b.id AND fm.period @> %(day)s::date
            JOIN orgs_bodyform bf ON bf.id = fm.form_id
            WHERE m.period @> %(day)s::date AND b.founded_on <= %(day)s
                AND (b.dissolved_on IS NULL OR b.dissolved_on > %(day)s)
            GROUP BY m.organization_id, b.line
        ) lines
        GROUP BY organization_id
    )"""


def snapshot_select(*, bodies: bool = True, scope: str = "") -> str:
    """The SELECT of every organization registered and not closed on the parameter `day`, in the order of COLUMNS.

    Args:
        bodies: whether names of the covering bodies are wanted.
        scope: a condition on the span `s`, such as “s.unit_id = ANY(…)”.
    """
    numbers = ", ".join(f"f.{name}" for name in NUMBERS)
    own = {
        "name": "o.name",
        "sort_key": "o.sort_key",
        "code": "coalesce(o.uscc, o.old_code, '')",
        "unit_name": "u.name",
        "registered_on": "o.registered_on",
        "exclusion": "CASE WHEN s.excluded THEN x.exclusion END",
        "figures_as_of": "f.as_of",
        "bodies": "coalesce(v.bodies, '{}'::jsonb)" if bodies else "'{}'::jsonb",
        **{name: f"f.{name}" for name in NUMBERS},
    }
    columns = ",\n        ".join(f"{own.get(name, f's.{name}')} AS {name}" for name in COLUMNS)
    return f"""
    SELECT {columns}
    FROM coverage_span s
    JOIN orgs_organization o ON o.id = s.organization_id
    JOIN orgs_unit u ON u.id = s.unit_id
    LEFT JOIN LATERAL (
        SELECT as_of, {numbers} FROM orgs_figures f WHERE f.organization_id = s.organization_id
        ORDER BY f.as_of <= %(day)s DESC, CASE WHEN f.as_of <= %(day)s THEN f.as_of END DESC, f.as_of LIMIT 1
    ) f ON TRUE
    LEFT JOIN LATERAL (
        SELECT jsonb_build_object('state', e.state, 'label', coalesce(c.label, e.state), 'reason', e.reason,
            'approver', e.approver, 'from', lower(e.period)) AS exclusion
        FROM orgs_exclusion e LEFT JOIN orgs_code c ON c.list_name = 'operating_state' AND c.code = e.state
        WHERE s.excluded AND e.organization_id = s.organization_id AND e.period @> %(day)s::date
    ) x ON TRUE
    {f"LEFT JOIN {_BODIES} v ON v.organization_id = s.organization_id" if bodies else ""}
    WHERE s.period @> %(day)s::date{f" AND {scope}" if scope else ""}
    """


def freeze_organizations() -> str:
    """INSERT … SELECT of the organizations of `day` into the publication `publication`."""
    columns = ", ".join(COLUMNS)
    return (
        f"INSERT INTO coverage_publishedorganization (publication_id, {columns})"
        f" SELECT %(publication)s, {columns} FROM ({snapshot_select()}) rows"
    )


def freeze_cells() -> str:
    """INSERT … SELECT of the cells of every day in `days` into the publication `publication`, out of the deltas."""
    cell, counts = ", ".join(CELL), ", ".join(DELTA_COLUMNS)
    sums = ", ".join(f"sum({name})" for name in DELTA_COLUMNS)
    some = " OR ".join(f"sum({name}) <> 0" for name in DELTA_COLUMNS)
    return (
        f"INSERT INTO coverage_publishedcell (publication_id, day, {cell}, {counts})"
        f" SELECT %(publication)s, k.day, {cell}, {sums} FROM unnest(%(days)s::date[]) k(day)"
        f" JOIN coverage_delta d ON d.day <= k.day GROUP BY k.day, {cell} HAVING {some}"
    )


def frozen_select(parameter: str, *, scope: str = "") -> str:
    """The SELECT of the rows of a publication that a comparison reads.

    Args:
        parameter: name of the parameter with its key.
        scope: a condition on the row `s`.
    """
    columns = ", ".join(f"s.{name}" for name in ("organization_id", *TOLD))
    condition = f" AND {scope}" if scope else ""
    return f"SELECT {columns} FROM coverage_publishedorganization s WHERE s.publication_id = %({parameter})s{condition}"


def differing_select(old: str, new: str) -> str:
    """The organizations that two sides do not show alike: key, the old side's columns TOLD, then the new side's.

    Args:
        old: a SELECT with organization_id and the columns TOLD.
        new: another.
    """
    sides = ", ".join(f"{side}.{name}" for side in ("a", "b") for name in TOLD)
    pair = [", ".join(f"{side}.{name}" for name in COMPARED) for side in ("a", "b")]
    return f"""
    SELECT coalesce(a.organization_id, b.organization_id), a.organization_id IS NOT NULL,
        b.organization_id IS NOT NULL, {sides}
    FROM ({old}) a FULL JOIN ({new}) b ON a.organization_id = b.organization_id
    WHERE a.organization_id IS NULL OR b.organization_id IS NULL OR ({pair[0]}) IS DISTINCT FROM ({pair[1]})
    """


def due_days(as_of: date, due_dates: list[date]) -> list[date]:
    """The days a publication keeps cells of: its own, and every due date before it.

    Args:
        as_of: the date published.
        due_dates: of the milestones in use.
    """
    return sorted({as_of, *(day for day in due_dates if day < as_of)})
