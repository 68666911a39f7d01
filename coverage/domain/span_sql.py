"""The one statement that turns the register into spans, and spans into daily deltas.

Everything is worked out by PostgreSQL from the register's dated rows. For each organization the days on which anything
that matters changes are gathered (`cuts`); on each of them the figures, unit, exclusion, bodies and standards in force
are looked up and worded as one `State` per line (coverage.md, "At a date t"); equal neighbours are merged.
The full rebuild, the change of a few organizations and the nightly comparison run the same text; only the target and
the restriction differ.
"""

import json
from collections.abc import Iterable, Sequence

from coverage.models import (
    BUILT,
    COVERED,
    DELTA_COLUMNS,
    ELIGIBLE,
    MEASURED,
    STATE_COLUMNS,
    UNKNOWN,
    VOLUNTARY,
    ScaleRule,
    Standard,
    State,
)
from orgs.lines import LINES, MASS_LINES
from orgs.models.organization import HEAD_COUNTS

SPAN_COLUMNS = (
    "organization_id",
    "unit_id",
    "kind",
    "industry",
    "period",
    "excluded",
    "known_figures",
    "assumed",
    "scale",
    "is_key",
    "work",
    *STATE_COLUMNS.values(),
)

CELL_COLUMNS = ("day", "unit_id", "kind", "scale", "is_key")

# What rules are read from: the tables, or what `overlay()` puts in their place.
STANDARDS, SCALE_RULES = "coverage_standard", "coverage_scalerule"
OTHER_STANDARDS, OTHER_SCALE_RULES = "other_standard", "other_scalerule"

# The organizations worked out: those in the parameter `ids` (bigint[]), or those from `first` to `last`.
THESE = "= ANY(%(ids)s::bigint[])"
WITHIN = "BETWEEN %(first)s AND %(last)s"


def _codes(states) -> str:
    return "(" + ", ".join(str(int(s)) for s in states) + ")"


def _measure(line: str) -> str:
    """The head-count the line's standard looks at; above_scale counts as 1, below as 0, unknown as null."""
    counts = " ".join(f"WHEN '{c}' THEN f.{c}" for c in HEAD_COUNTS)
    return f"CASE r.{line}_measure {counts} WHEN 'above_scale' THEN g.scale::int END"


def _state(line: str) -> str:
    """One line's state on one day: the count against the thresholds in force, and whether a body covers."""
    built, confirmed, count = f"(v.{line} @> c.day)", f"(v.{line}_confirmed @> c.day)", f"n.{line}"
    return f"""CASE
        WHEN r.{line}_obliged IS NULL THEN
            CASE WHEN {confirmed} THEN {State.VOLUNTARY} WHEN {built} THEN {State.VOLUNTARY_UNCONFIRMED}
                 ELSE {State.NOT_APPLICABLE} END
        WHEN {count} IS NULL THEN CASE WHEN {built} THEN {State.UNKNOWN_BUILT} ELSE {State.UNKNOWN} END
        WHEN {count} >= r.{line}_obliged THEN
            CASE WHEN {confirmed} THEN {State.COVERED} WHEN {built} THEN {State.COVERED_UNCONFIRMED}
                 ELSE {State.GAP} END
        WHEN {confirmed} THEN {State.VOLUNTARY}
        WHEN {built} THEN {State.VOLUNTARY_UNCONFIRMED}
        WHEN {count} >= r.{line}_permitted THEN {State.PERMITTED}
        ELSE CASE WHEN {count} = 0 OR r.{line}_permitted IS NULL THEN r.{line}_zero ELSE {State.NOT_YET} END
    END"""


def _all_state() -> str:
    """群团全建 over union, league and women, in the order coverage.md gives: gap, unknown, covered."""

    def any_of(states):
        return "(" + " OR ".join(f"s.{line} IN {_codes(states)}" for line in MASS_LINES) + ")"

    return f"""CASE
        WHEN {any_of([State.GAP])} THEN {State.GAP}
        WHEN {any_of(UNKNOWN)} THEN {State.UNKNOWN}
        WHEN {any_of([State.COVERED_UNCONFIRMED])} THEN {State.COVERED_UNCONFIRMED}
        WHEN {any_of(COVERED)} THEN {State.COVERED}
        ELSE {State.NOT_APPLICABLE}
    END"""


def _above_scale() -> str:
    """规模以上 (二(三)) by the rule in force: true, false or null."""
    return """(f.employees >= r.employees_with_revenue AND f.annual_revenue_yuan >= r.revenue_yuan)
                OR f.employees >= r.employees_alone"""


def overlay() -> str:
    """CTEs of the shape of coverage_standard and coverage_scalerule, read from the parameters of `overlay_parameters`."""
    return f"""
    {OTHER_STANDARDS} AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(%(standards)s::jsonb) AS s(
            line text, measure text, obliged_from integer, permitted_from integer, zero_state integer, period daterange
        )
    ),
    {OTHER_SCALE_RULES} AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(%(scale_rules)s::jsonb) AS s(
            employees_with_revenue integer, revenue_yuan numeric, employees_alone integer, period daterange
        )
    ),"""


def overlay_parameters(standards: Iterable[Standard], scale_rules: Iterable[ScaleRule]) -> dict[str, str]:
    """The parameters that `overlay()` reads.

    Args:
        standards: rows that stand in for coverage_standard, saved or not, at most one a line on any day.
        scale_rules: rows that stand in for coverage_scalerule.
    """

    def period(row: Standard | ScaleRule) -> str:
        return f"[{row.period.lower or ''},{row.period.upper or ''})"

    of_standard = ("line", "measure", "obliged_from", "permitted_from", "zero_state")
    of_scale = ("employees_with_revenue", "employees_alone")
    return {
        "standards": json.dumps(
            [{**{name: getattr(row, name) for name in of_standard}, "period": period(row)} for row in standards]
        ),
        "scale_rules": json.dumps(
            [
                {
                    **{name: getattr(row, name) for name in of_scale},
                    "revenue_yuan": str(row.revenue_yuan),
                    "period": period(row),
                }
                for row in scale_rules
            ]
        ),
    }


def _rules(other: bool) -> str:
    """Periods in which no standard changes, with each line's thresholds beside one another: a handful of rows."""
    standards, scale_rules = (OTHER_STANDARDS, OTHER_SCALE_RULES) if other else (STANDARDS, SCALE_RULES)
    columns = ",\n            ".join(
        f"{line}_s.measure AS {line}_measure, {line}_s.obliged_from AS {line}_obliged, "
        f"{line}_s.permitted_from AS {line}_permitted, {line}_s.zero_state AS {line}_zero"
        for line in LINES
    )
    joins = "\n        ".join(
        f"LEFT JOIN {standards} {line}_s ON {line}_s.line = '{line}' AND {line}_s.period @> k.day" for line in LINES
    )
    before = overlay() if other else ""
    return f"""{before}
    rule_cuts AS (
        SELECT '-infinity'::date AS day
        UNION SELECT lower(period) FROM {standards} WHERE NOT lower_inf(period)
        UNION SELECT upper(period) FROM {standards} WHERE NOT upper_inf(period)
        UNION SELECT lower(period) FROM {scale_rules} WHERE NOT lower_inf(period)
        UNION SELECT upper(period) FROM {scale_rules} WHERE NOT upper_inf(period)
    ),
    rules AS MATERIALIZED (
        SELECT k.day, k.until,
            z.employees_with_revenue, z.revenue_yuan, z.employees_alone,
            {columns}
        FROM (SELECT day, lead(day, 1, 'infinity'::date) OVER (ORDER BY day) AS until FROM rule_cuts) k
        LEFT JOIN {scale_rules} z ON z.period @> k.day
        {joins}
    )"""


def _cuts(of: str) -> str:
    """Every day on which anything that matters may change for an organization."""
    return f"""SELECT id AS organization_id, registered_on AS day FROM o
        UNION SELECT organization_id, as_of FROM orgs_figures {of}
        UNION SELECT organization_id, lower(period) FROM orgs_placement {of}
        UNION SELECT organization_id, lower(period) FROM orgs_exclusion {of}
        UNION SELECT organization_id, upper(period) FROM orgs_exclusion {of}
        UNION SELECT organization_id, lower(p) FROM member
        UNION SELECT organization_id, upper(p) FROM member
        UNION SELECT organization_id, lower(p) FROM instructor
        UNION SELECT organization_id, upper(p) FROM instructor
        UNION SELECT o.id, r.day FROM o CROSS JOIN unnest((SELECT array_agg(day) FROM rules)) r(day)"""


def spans_select(*, only: str = "", one_day: bool = False, other_rules: bool = False) -> str:
    """The SELECT that yields the rows of the span table, in the order of SPAN_COLUMNS.

    Args:
        only: THESE or WITHIN, where not everybody is worked out.
        one_day: only the state on the parameter `day`, one row for each organization registered and not closed on it.
        other_rules: standards and scale rules are those of `overlay_parameters`, not those of the tables.
    """
    own = f"AND o.id {only}" if only else ""
    of = f"WHERE organization_id {only}" if only else ""
    member = f"AND m.organization_id {only}" if only else ""
    head_counts = ", ".join(HEAD_COUNTS)
    known = " OR ".join(f"f.{c} IS NOT NULL" for c in HEAD_COUNTS)
    cover = ",\n            ".join(
        f"range_agg(p) FILTER (WHERE line = '{line}' AND is_body) AS {line}, "
        f"range_agg(p) FILTER (WHERE line = '{line}' AND is_body AND confirmed) AS {line}_confirmed"
        for line in LINES
    )
    counts = ", ".join(f"{_measure(line)} AS {line}" for line in LINES)
    states = ",\n            ".join(f"{_state(line)} AS {line}" for line in LINES)
    signature = " + ".join(f"s.{line} * {16**i}::bigint" for i, line in enumerate(LINES))
    cuts = "SELECT id AS organization_id, %(day)s::date AS day FROM o" if one_day else _cuts(of)
    return f"""
    WITH {_rules(other_rules)},
    o AS (
        SELECT o.id, o.kind, o.industry, o.registered_on, o.closed_on FROM orgs_organization o
        WHERE o.merged_into_id IS NULL {own}
    ),
    member AS MATERIALIZED (
        SELECT m.organization_id, b.line, bf.is_body, b.confirmed_at IS NOT NULL AS confirmed, x.p
        FROM orgs_branchmembership m
        JOIN orgs_branch b ON b.id = m.branch_id
        JOIN orgs_branchform fm ON fm.branch_id = b.id
        JOIN orgs_bodyform bf ON bf.id = fm.form_id
        CROSS JOIN LATERAL (SELECT m.period * fm.period * daterange(b.founded_on, b.dissolved_on) AS p) x
        WHERE NOT isempty(x.p) {member}
    ),
    instructor AS MATERIALIZED (
        SELECT organization_id, period AS p FROM orgs_instructor {of}
    ),
    helped AS (
        SELECT organization_id, range_agg(p) AS periods FROM instructor GROUP BY organization_id
    ),
    cover AS (
        SELECT organization_id,
            {cover},
            range_agg(p) FILTER (WHERE line <> 'mechanism') AS work
        FROM member GROUP BY organization_id
    ),
    away AS (
        SELECT organization_id, range_agg(period) AS periods FROM orgs_exclusion {of} GROUP BY organization_id
    ),
    figures AS (
        SELECT organization_id, as_of, annual_revenue_yuan, {head_counts},
            lead(as_of) OVER w AS until, lag(as_of) OVER w IS NULL AS is_first
        FROM orgs_figures {of}
        WINDOW w AS (PARTITION BY organization_id ORDER BY as_of)
    ),
    cuts AS (
        {cuts}
    ),
    states AS (
        SELECT o.id AS organization_id, o.kind, o.industry, o.closed_on, c.day, pl.unit_id,
            coalesce(a.periods @> c.day, FALSE) AS excluded,
            coalesce({known}, FALSE) AS known_figures,
            coalesce(c.day < f.as_of AND ({known}), FALSE) AS assumed,
            coalesce(v.work @> c.day, FALSE) OR coalesce(h.periods @> c.day, FALSE) AS work,
            g.scale,
            {states}
        FROM cuts c
        JOIN o ON o.id = c.organization_id AND c.day >= o.registered_on AND (o.closed_on IS NULL OR c.day < o.closed_on)
        JOIN orgs_placement pl ON pl.organization_id = o.id AND pl.period @> c.day
        JOIN rules r ON r.day <= c.day AND c.day < r.until
        LEFT JOIN figures f ON f.organization_id = o.id
            AND (f.is_first OR f.as_of <= c.day) AND (f.until IS NULL OR c.day < f.until)
        LEFT JOIN cover v ON v.organization_id = o.id
        LEFT JOIN helped h ON h.organization_id = o.id
        LEFT JOIN away a ON a.organization_id = o.id
        CROSS JOIN LATERAL (
            SELECT {_above_scale()} AS scale
        ) g
        CROSS JOIN LATERAL (SELECT {counts}) n
        -- Kept apart, so that each state is worked out once and not again for every use of it below.
        OFFSET 0
    ),
    worded AS (
        SELECT s.*,
            s.scale IS TRUE AND s.party IN {_codes(BUILT)} AS is_key,
            {_all_state()} AS "all",
            {signature}
                + (s.excluded::int + s.known_figures::int * 2 + s.assumed::int * 4 + s.work::int * 8
                + coalesce(s.scale::int, 2) * 16) * {16 ** len(LINES)}::bigint AS signature
        FROM states s
    ),
    marked AS (
        SELECT w.*,
            signature IS DISTINCT FROM lag(signature) OVER past
                OR unit_id IS DISTINCT FROM lag(unit_id) OVER past AS begins
        FROM worded w
        WINDOW past AS (PARTITION BY organization_id ORDER BY day)
    )
    SELECT organization_id, unit_id, kind, industry,
        daterange(day, lead(day, 1, closed_on) OVER (PARTITION BY organization_id ORDER BY day)) AS period,
        excluded, known_figures, assumed, scale, is_key, work,
        {", ".join(f'"{line}" AS {line}_state' for line in MEASURED)}
    FROM marked WHERE begins
    """


def spans_insert(*, target: str = "coverage_span", only: str = "") -> str:
    """INSERT … SELECT of all spans, or of some organizations'.

    Args:
        target: the table written, of the shape of coverage_span.
        only: see `spans_select`.
    """
    return f"INSERT INTO {target} ({', '.join(SPAN_COLUMNS)}) {spans_select(only=only)}"


def _delta_counts(sign: str) -> str:
    """The aggregates of DELTA_COLUMNS over span bounds, each bound weighted +1 (begins) or -1 (ends)."""
    conditions = {
        "organizations": "NOT excluded",
        "excluded": "excluded",
        "known": "live",
        "unknown_scale": "live AND scale IS NULL",
        "assumed": "live AND assumed",
        "work": "live AND work",
    }
    of_measure = {
        "eligible": ELIGIBLE,
        "covered": COVERED,
        "unknown": UNKNOWN,
        "voluntary": VOLUNTARY,
        "unconfirmed": (State.COVERED_UNCONFIRMED,),
    }
    for line in MEASURED:
        for measure, states in of_measure.items():
            conditions[f"{line}_{measure}"] = f"live AND {line}_state IN {_codes(states)}"
    return ",\n        ".join(
        f"coalesce(sum({sign}) FILTER (WHERE {conditions[column]}), 0) AS {column}" for column in DELTA_COLUMNS
    )


def deltas_select(*, source: str) -> str:
    """Per cell and day, by how much every count changes, out of span rows.

    Args:
        source: a table or CTE of span rows with a column `weight` (+1 for rows that come, -1 for rows that go).
    """
    return f"""
    SELECT e.day, unit_id, kind, scale, is_key,
        {_delta_counts("weight * e.sign")}
    FROM (SELECT *, known_figures AND NOT excluded AS live FROM {source}) s
    CROSS JOIN LATERAL (VALUES (lower(period), 1), (upper(period), -1)) e(day, sign)
    WHERE e.day IS NOT NULL
    GROUP BY e.day, unit_id, kind, scale, is_key
    """


def cells_select(*, source: str) -> str:
    """Per cell (unit × scale × key) the counts of DELTA_COLUMNS, out of span rows of one day.

    Args:
        source: a table or subselect of span rows.
    """
    return f"""
    SELECT unit_id, scale, is_key,
        {_delta_counts("1")}
    FROM (SELECT *, known_figures AND NOT excluded AS live FROM {source}) s
    GROUP BY unit_id, scale, is_key
    """


def boundaries_select(lines: Sequence[str]) -> str:
    """One row per standard and count: the state of a line without a body, worked out as for any organization.

    The n-th line is read on the day `day_n`, with the head-counts in `counts_n`.

    Args:
        lines: the line of each standard asked about; the same line may come several times.
    """
    parts = []
    for n, line in enumerate(lines):
        parts.append(
            f"""SELECT {n} AS number, n.{line} AS count, {_state(line)} AS state
            FROM (SELECT %(day_{n})s::date AS day) c
            JOIN rules r ON r.day <= c.day AND c.day < r.until
            CROSS JOIN unnest(%(counts_{n})s::integer[]) AS n("{line}")
            CROSS JOIN (SELECT NULL::datemultirange AS "{line}", NULL::datemultirange AS {line}_confirmed) v"""
        )
    return f"WITH {_rules(other=False)} {' UNION ALL '.join(parts)} ORDER BY 1, 2"


def scale_boundaries_select(rules: int) -> str:
    """One row per rule of scale and pair of employees and revenue: above scale, below, or null.

    The n-th rule is read on the day `day_n`, with the pairs in `employees_n` and `revenues_n`.

    Args:
        rules: how many rules are asked about.
    """
    parts = [
        f"""SELECT {n} AS number, f.place, {_above_scale()} AS scale
        FROM rules r
        CROSS JOIN unnest(%(employees_{n})s::integer[], %(revenues_{n})s::numeric[])
            WITH ORDINALITY AS f(employees, annual_revenue_yuan, place)
        WHERE r.day <= %(day_{n})s::date AND %(day_{n})s::date < r.until"""
        for n in range(rules)
    ]
    return f"WITH {_rules(other=False)} {' UNION ALL '.join(parts)} ORDER BY 1, 2"


def deltas_insert(*, target: str = "coverage_delta", source: str = "coverage_span") -> str:
    """INSERT of all deltas out of a whole span table.

    Args:
        target: the table written, of the shape of coverage_delta.
        source: the span table read.
    """
    columns = ", ".join((*CELL_COLUMNS, *DELTA_COLUMNS))
    return f"INSERT INTO {target} ({columns}) {deltas_select(source=f'(SELECT *, 1 AS weight FROM {source}) whole')}"


def refresh_statement() -> str:
    """One statement for the organizations in `ids`: their old spans go, new ones come, the deltas follow both."""
    span_columns = ", ".join(SPAN_COLUMNS)
    columns = ", ".join((*CELL_COLUMNS, *DELTA_COLUMNS))
    sums = ", ".join(f"{c} = d.{c} + excluded.{c}" for c in DELTA_COLUMNS)
    return f"""
    WITH gone AS (
        DELETE FROM coverage_span WHERE organization_id {THESE} RETURNING {span_columns}
    ),
    come AS (
        {spans_insert(only=THESE)} RETURNING {span_columns}
    ),
    moved AS (
        SELECT {span_columns}, -1 AS weight FROM gone UNION ALL SELECT {span_columns}, 1 FROM come
    )
    INSERT INTO coverage_delta AS d ({columns})
    {deltas_select(source="moved")}
    ON CONFLICT (day, unit_id, kind, scale, is_key) DO UPDATE SET {sums}
    """
