"""Keeping the derived spans and deltas in step with the register.

Writers' tables mark organizations dirty by trigger, in the writer's own transaction; `drain_marks` brings the marked
ones up to date, `rebuild` all of them, and `verify` builds everything beside the live tables and reports what differs.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from coverage.domain.span_sql import SPAN_COLUMNS, WITHIN, deltas_insert, refresh_statement, spans_insert
from coverage.models import DELTA_COLUMNS, DirtyMark, RebuildCheck
from orgs.models import Branch, BranchForm, BranchMembership, Exclusion, Figures, Organization, Placement
from quannan.base.planner import analyze

# One writer of spans at a time; the number only has to differ from other advisory locks of this database.
SPAN_LOCK = 360729_01

# So many organizations are worked out at a time: what they need fits in memory, and the cost grows with their number.
PART = 20_000

# A change of more organizations was a workbook: the planner must hear of its rows before they are joined.
ANALYZE_FROM = 1_000
# The tables that spans are made of.
SOURCES = (Organization, Placement, Figures, Exclusion, Branch, BranchForm, BranchMembership)

# Up to so many organizations a change is worked in within the request that made it; above, by the worker.
INLINE_LIMIT = 200


@dataclass
class Verification:
    """What a rebuild beside the live tables found.

    Attributes:
        spans: how many spans the rebuild gave.
        differences: one entry per differing row: table, side ("live" or "rebuilt"), organization or cell.
    """

    spans: int = 0
    differences: list[dict] = field(default_factory=list)


def _lock(cursor) -> None:
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SPAN_LOCK])


def _fill(cursor, target: str) -> int:
    """Works out everybody's spans into an empty table, part by part; returns how many there are.

    An organization's spans depend on that organization alone, so the parts give what one statement over all would.
    """
    cursor.execute(
        "SELECT min(id), max(id), count(*) FROM (SELECT id, (row_number() OVER (ORDER BY id) - 1) / %s AS part"
        " FROM orgs_organization) numbered GROUP BY part ORDER BY part",
        [PART],
    )
    count, parts = 0, cursor.fetchall()
    if sum(size for _, _, size in parts) > ANALYZE_FROM:
        analyze(*SOURCES)
    for first, last, _ in parts:
        cursor.execute(spans_insert(target=target, only=WITHIN), {"first": first, "last": last})
        count += cursor.rowcount
    return count


def rebuild() -> int:
    """Works out the spans and deltas of every organization anew; marks pending by then are settled with it.

    Returns:
        The number of spans.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        _lock(cursor)
        # Emptied tables are written without row-by-row upkeep of the period index, then the index is made at once.
        cursor.execute("DELETE FROM coverage_dirtymark")
        cursor.execute("TRUNCATE coverage_span, coverage_delta")
        cursor.execute("DROP INDEX IF EXISTS coverage_span_period")
        count = _fill(cursor, "coverage_span")
        cursor.execute("CREATE INDEX coverage_span_period ON coverage_span USING gist (period)")
        cursor.execute(deltas_insert())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE coverage_span, coverage_delta")
    return count


def refresh(organization_ids) -> None:
    """Brings some organizations' spans and the deltas up to date, in one statement for each 20,000 of them.

    Args:
        organization_ids: ids of organizations; ones that no longer exist simply lose their spans.
    """
    ids = sorted(set(organization_ids))
    if not ids:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        _lock(cursor)
        if len(ids) > ANALYZE_FROM:
            analyze(*SOURCES)
        for start in range(0, len(ids), PART):
            cursor.execute(refresh_statement(), {"ids": ids[start : start + PART]})


def drain_marks(*, wait: bool = True) -> int:
    """Settles all dirty marks that are committed by now.

    Args:
        wait: whether to queue behind another writer of spans; without it, nothing is done while one is at work.

    Returns:
        How many organizations were brought up to date; -1 when everything was rebuilt or another writer was at work.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        if wait:
            _lock(cursor)
        else:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SPAN_LOCK])
            if not cursor.fetchone()[0]:
                return -1
        cursor.execute("DELETE FROM coverage_dirtymark RETURNING organization_id")
        ids = {row[0] for row in cursor.fetchall()}
        if None in ids:
            rebuild()
            return -1
        refresh(ids)
        return len(ids)


def pending_marks() -> int:
    """How many organizations wait to be worked in; all of them when a rule changed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT organization_id), bool_or(organization_id IS NULL) FROM coverage_dirtymark"
        )
        some, everything = cursor.fetchone()
        if everything:
            cursor.execute("SELECT count(*) FROM orgs_organization")
            return max(1, cursor.fetchone()[0])
    return some


def has_pending_marks() -> bool:
    """Whether any figure shown now may miss a change that was already saved."""
    return DirtyMark.objects.exists()


def verify(limit: int = 50) -> Verification:
    """Builds all spans and deltas beside the live tables and lists what differs.

    Organizations with pending marks are left out: they are known to be behind. No span can be written meanwhile.

    Args:
        limit: how many differing rows are listed at most per table and side.
    """
    result = Verification()
    span_columns, cells = ", ".join(SPAN_COLUMNS), "day, unit_id, kind, scale, is_key"
    some_count = " OR ".join(f"{c} <> 0" for c in DELTA_COLUMNS)
    delta_columns = f"{cells}, {', '.join(DELTA_COLUMNS)}"
    with transaction.atomic(), connection.cursor() as cursor:
        _lock(cursor)
        cursor.execute("CREATE TEMP TABLE rebuilt_span (LIKE coverage_span) ON COMMIT DROP")
        cursor.execute("CREATE TEMP TABLE rebuilt_delta (LIKE coverage_delta INCLUDING DEFAULTS) ON COMMIT DROP")
        cursor.execute("ALTER TABLE rebuilt_span DROP COLUMN id")
        cursor.execute("ALTER TABLE rebuilt_delta DROP COLUMN id")
        result.spans = _fill(cursor, "rebuilt_span")
        marked = (
            "organization_id NOT IN (SELECT organization_id FROM coverage_dirtymark WHERE organization_id IS NOT NULL)"
            " AND NOT EXISTS (SELECT FROM coverage_dirtymark WHERE organization_id IS NULL)"
        )
        for side, mine, other in (
            ("live", "coverage_span", "rebuilt_span"),
            ("rebuilt", "rebuilt_span", "coverage_span"),
        ):
            cursor.execute(
                f"SELECT organization_id, period::text FROM (SELECT {span_columns} FROM {mine} WHERE {marked}"
                f" EXCEPT ALL SELECT {span_columns} FROM {other} WHERE {marked}) d ORDER BY 1, 2 LIMIT %s",
                [limit],
            )
            result.differences += [
                {"table": "span", "side": side, "organization": o, "period": p} for o, p in cursor.fetchall()
            ]
        # Deltas must be the sum of the live spans' own bounds: that is what figures are read from.
        cursor.execute(deltas_insert(target="rebuilt_delta", source="coverage_span"))
        for side, mine, other in (
            ("live", "coverage_delta", "rebuilt_delta"),
            ("rebuilt", "rebuilt_delta", "coverage_delta"),
        ):
            cursor.execute(
                f"SELECT day, unit_id FROM (SELECT {delta_columns} FROM {mine} WHERE {some_count}"
                f" EXCEPT ALL SELECT {delta_columns} FROM {other} WHERE {some_count}) d ORDER BY 1, 2 LIMIT %s",
                [limit],
            )
            result.differences += [
                {"table": "delta", "side": side, "day": str(d), "unit": u} for d, u in cursor.fetchall()
            ]
        cursor.execute("DROP TABLE rebuilt_span, rebuilt_delta")
    return result


def record_verification(*, now: datetime) -> RebuildCheck:
    """Runs `verify` and keeps its result for the system page.

    Args:
        now: when it began, aware.
    """
    drain_marks()
    result = verify()
    return RebuildCheck.objects.create(
        started_at=now,
        finished_at=timezone.now(),
        spans=result.spans,
        differences=len(result.differences),
        detail=result.differences[:100],
    )
