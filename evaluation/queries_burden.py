"""填报负担: how many questions were asked of each kind of organization, how many were known, how long it took."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from coverage.domain.rates import percent
from evaluation.models import AnnualReport
from orgs.models.organization import Kind

# A version's JSON is taken apart as a whole, never question by question: three rounds of a county are half a million
# pairs of version and question, and looking each up, with a sort of the wide pairs on disk, took two seconds. Instead
# `gone` names the few questions of the form that were not asked (of other kinds or years, or whose condition fails;
# one row of `condition` stands for all questions with the same condition), they are taken out, and the rest is counted.
SQL = """
WITH version AS MATERIALIZED (
    SELECT r.id, r.round_id, r.year, o.kind, round.form_id, r.same, s.known #> '{{}}' AS known,
        s.answers #> '{{}}' AS answers, s.changed, EXTRACT(EPOCH FROM r.first_submitted_at - r.started_at) / 60 AS minutes
    FROM evaluation_annualreport r
    JOIN evaluation_submission s ON s.id = COALESCE(r.submission_id, r.accepted_submission_id)
    JOIN evaluation_round round ON round.id = r.round_id
    JOIN orgs_organization o ON o.id = r.organization_id
    WHERE r.id IN ({seen})
), condition AS (
    SELECT g.round_id, g.kind, q.depends_on, to_jsonb(q.depends_values) AS wanted, fits.now AS fits,
        count(*) AS questions, string_agg(q.code, ' ') AS codes
    FROM (SELECT DISTINCT round_id, kind, form_id, year FROM version) g
    JOIN evaluation_section section ON section.form_id = g.form_id
    JOIN evaluation_question q ON q.section_id = section.id
    CROSS JOIN LATERAL (
        SELECT g.year BETWEEN COALESCE(q.from_year, g.year) AND COALESCE(q.to_year, g.year)
            AND (q.of_kinds = '{{}}' OR g.kind = ANY(q.of_kinds)) AS now
    ) fits
    GROUP BY g.round_id, g.kind, q.depends_on, q.depends_values, fits.now
), form AS MATERIALIZED (
    SELECT round_id, kind, sum(questions) AS questions,
        COALESCE(array_agg(depends_on) FILTER (WHERE fits AND depends_on <> ''), '{{}}') AS depends_on,
        COALESCE(array_agg(wanted) FILTER (WHERE fits AND depends_on <> ''), '{{}}') AS wanted,
        COALESCE(array_agg(codes) FILTER (WHERE fits AND depends_on <> ''), '{{}}') AS codes,
        string_agg(codes, ' ') FILTER (WHERE NOT fits) AS unfit
    FROM condition GROUP BY round_id, kind
), part AS MATERIALIZED (
    SELECT section.form_id, section.code, string_agg(q.code, ' ') AS codes
    FROM evaluation_section section JOIN evaluation_question q ON q.section_id = section.id
    GROUP BY section.id
), counted AS (
    SELECT v.round_id, v.kind, v.minutes, f.questions - cardinality(gone.codes) AS asked,
        jsonb_array_length(rest.changed) AS changed,
        -- What is known as nothing, "", [] or null, is not known.
        jsonb_array_length(told.v - '') - CASE WHEN told.v @> '[null]' OR told.v @> '[[]]'
            THEN (SELECT count(*) FROM jsonb_array_elements(told.v) one WHERE one IN ('null', '[]')) ELSE 0
        END AS known,
        CASE WHEN v.same = '{{}}' THEN 0 ELSE (
            SELECT jsonb_array_length(jsonb_path_query_array(
                rest.known - COALESCE(string_to_array(string_agg(part.codes, ' '), ' '), '{{}}')
                    - ARRAY(SELECT jsonb_array_elements_text(rest.changed)),
                '$.*.v'))
            FROM part WHERE part.form_id = v.form_id AND NOT v.same ? part.code
        ) END AS same,
        CASE WHEN jsonb_path_exists(v.answers, '$.* ? (@ == null)')
            THEN jsonb_array_length(jsonb_path_query_array(v.answers - gone.codes, '$.* ? (@ == null)')) ELSE 0
        END AS unknown
    FROM version v
    JOIN form f ON f.round_id = v.round_id AND f.kind = v.kind
    -- OFFSET 0: worked out once for each version, not wherever it is named.
    CROSS JOIN LATERAL (
        SELECT COALESCE(string_to_array(concat_ws(' ', f.unfit, string_agg(c.codes, ' ')), ' '), '{{}}') AS codes
        FROM unnest(f.depends_on, f.wanted, f.codes) AS c (depends_on, wanted, codes)
        WHERE (c.wanted ? (v.answers ->> c.depends_on)) IS NOT TRUE
        OFFSET 0
    ) gone
    CROSS JOIN LATERAL (
        SELECT CASE WHEN v.known ?| gone.codes THEN v.known - gone.codes ELSE v.known END AS known,
            CASE WHEN v.changed ?| gone.codes THEN v.changed - gone.codes ELSE v.changed END AS changed
        OFFSET 0
    ) rest
    CROSS JOIN LATERAL (SELECT jsonb_path_query_array(rest.known, '$.*.v') AS v OFFSET 0) told
    OFFSET 0
)
SELECT round_id, kind, count(*), percentile_disc(0.5) WITHIN GROUP (ORDER BY asked), sum(asked), sum(known), sum(same),
    sum(changed), sum(unknown), count(minutes), percentile_cont(0.5) WITHIN GROUP (ORDER BY minutes)
FROM counted
GROUP BY round_id, kind
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
