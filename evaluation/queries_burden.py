"""填报负担: how many questions were asked of each kind of organization, how many were known, how long it took."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from coverage.domain.rates import percent
from evaluation.models import AnnualReport
from orgs.models.organization import Kind

# Each version's JSON is unpacked once (`|| '{}'`), then looked into for every question.
SQL = """
WITH version AS MATERIALIZED (
    SELECT r.id, r.round_id, r.year, o.kind, round.form_id, r.same || '{{}}'::jsonb AS same,
        s.known || '{{}}'::jsonb AS known, s.answers || '{{}}'::jsonb AS answers, s.changed,
        EXTRACT(EPOCH FROM r.first_submitted_at - r.started_at) / 60 AS minutes
    FROM evaluation_annualreport r
    JOIN evaluation_submission s ON s.id = COALESCE(r.submission_id, r.accepted_submission_id)
    JOIN evaluation_round round ON round.id = r.round_id
    JOIN orgs_organization o ON o.id = r.organization_id
    WHERE r.id IN ({seen})
), asked AS (
    SELECT v.id,
        count(*) AS asked,
        count(*) FILTER (WHERE v.known -> q.code -> 'v' NOT IN ('""', '[]', 'null')) AS known,
        count(*) FILTER (WHERE v.same ? section.code AND v.known ? q.code AND NOT v.changed ? q.code) AS same,
        count(*) FILTER (WHERE v.changed ? q.code) AS changed,
        count(*) FILTER (WHERE v.answers -> q.code = 'null') AS unknown
    FROM version v
    JOIN evaluation_section section ON section.form_id = v.form_id
    JOIN evaluation_question q ON q.section_id = section.id
    WHERE v.year BETWEEN COALESCE(q.from_year, v.year) AND COALESCE(q.to_year, v.year)
        AND (q.of_kinds = '{{}}' OR v.kind = ANY(q.of_kinds))
        AND (q.depends_on = '' OR v.answers ->> q.depends_on = ANY(q.depends_values))
    GROUP BY v.id
)
SELECT v.round_id, v.kind, count(*), percentile_disc(0.5) WITHIN GROUP (ORDER BY a.asked),
    sum(a.asked), sum(a.known), sum(a.same), sum(a.changed), sum(a.unknown),
    count(v.minutes), percentile_cont(0.5) WITHIN GROUP (ORDER BY v.minutes)
FROM version v JOIN asked a ON a.id = v.id
GROUP BY v.round_id, v.kind
"""


@dataclass(frozen=True)
class Burden:
    """What one round asked of one kind of organization, over the versions that stand now.

    Attributes:
        round_id: the round's key.
        kind: code of `Kind`.
        reports: how many filed reports it is of.
        median: the median of the questions asked of one.
        asked: questions asked, summed over the reports; the base of the shares.
        known: of them known when the round opened.
        same: of them confirmed as 无变化.
        changed: of them answered otherwise than was known.
        unknown: of them answered 不清楚.
        timed: reports with a beginning and a first filing.
        minutes: the median from one to the other, None where there is none.
    """

    round_id: int
    kind: str
    reports: int
    median: int
    asked: int
    known: int
    same: int
    changed: int
    unknown: int
    timed: int
    minutes: float | None

    @property
    def kind_label(self) -> str:
        return str(Kind(self.kind).label)

    @property
    def shares(self) -> list[tuple[str, int, float | None]]:
        """(what, n, percent of the questions asked)."""
        named = (("已知", self.known), ("无变化", self.same), ("有变化", self.changed), ("不清楚", self.unknown))
        return [(word, n, percent(n, self.asked)) for word, n in named]


def burdens(user: Any) -> list[Burden]:
    """Every round and kind in an account's sight: one query over all filed reports.

    Args:
        user: the signed-in User.
    """
    seen, parameters = AnnualReport.objects.visible_to(user).order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(SQL.format(seen=seen), parameters)
        rows = cursor.fetchall()
    found = [Burden(*row[:3], *(int(n) for n in row[3:9]), row[9], _number(row[10])) for row in rows]
    return sorted(found, key=lambda one: (one.round_id, one.kind))


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
