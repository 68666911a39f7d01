-- Spans as one writes them by hand, for everybody (TRUE) or for the organization :one.
-- States as coverage.md words them: 1 已建, 2 已建(待确认), 3 应建未建, 4 自愿已建, 5 自愿已建(待确认), 6 可建,
-- 7 暂不具备, 8 不适用, 9 数据不足, 10 数据不足(已建).
WITH rule_day AS (
    SELECT DISTINCT coalesce(lower(period), '-infinity'::date) AS day FROM coverage_standard
    UNION SELECT upper(period) FROM coverage_standard WHERE NOT upper_inf(period)
),
rule AS MATERIALIZED (
    SELECT day, coalesce(lead(day) OVER (ORDER BY day), 'infinity'::date) AS until, r.*
    FROM rule_day
    CROSS JOIN LATERAL (
        SELECT
            max(obliged_from) FILTER (WHERE line = 'party') AS party, max(permitted_from) FILTER (WHERE line = 'party') AS party_may,
            max(obliged_from) FILTER (WHERE line = 'union') AS "union", max(permitted_from) FILTER (WHERE line = 'union') AS union_may,
            max(obliged_from) FILTER (WHERE line = 'league') AS league, max(permitted_from) FILTER (WHERE line = 'league') AS league_may,
            max(obliged_from) FILTER (WHERE line = 'women') AS women, max(permitted_from) FILTER (WHERE line = 'women') AS women_may,
            max(obliged_from) FILTER (WHERE line = 'women_workers') AS ww, max(permitted_from) FILTER (WHERE line = 'women_workers') AS ww_may
        FROM coverage_standard WHERE period @> rule_day.day
    ) r
),
organization AS (
    SELECT id, kind, industry, registered_on, closed_on FROM orgs_organization WHERE (:everybody OR id = :one)
),
member AS MATERIALIZED (
    SELECT m.organization_id, b.line, bf.is_body, b.confirmed_at IS NOT NULL AS confirmed,
        m.period * f.period * daterange(b.founded_on, b.dissolved_on) AS period
    FROM orgs_branchmembership m
    JOIN orgs_branch b ON b.id = m.branch_id
    JOIN orgs_branchform f ON f.branch_id = b.id
    JOIN orgs_bodyform bf ON bf.id = f.form_id
    WHERE NOT isempty(m.period * f.period * daterange(b.founded_on, b.dissolved_on)) AND (:everybody OR m.organization_id = :one)
),
body AS (
    SELECT organization_id,
        range_agg(period) FILTER (WHERE line = 'party' AND is_body) AS party,
        range_agg(period) FILTER (WHERE line = 'party' AND is_body AND confirmed) AS party_sure,
        range_agg(period) FILTER (WHERE line = 'union' AND is_body) AS "union",
        range_agg(period) FILTER (WHERE line = 'union' AND is_body AND confirmed) AS union_sure,
        range_agg(period) FILTER (WHERE line = 'league' AND is_body) AS league,
        range_agg(period) FILTER (WHERE line = 'league' AND is_body AND confirmed) AS league_sure,
        range_agg(period) FILTER (WHERE line = 'women' AND is_body) AS women,
        range_agg(period) FILTER (WHERE line = 'women' AND is_body AND confirmed) AS women_sure,
        range_agg(period) FILTER (WHERE line = 'women_workers' AND is_body) AS ww,
        range_agg(period) FILTER (WHERE line = 'women_workers' AND is_body AND confirmed) AS ww_sure,
        range_agg(period) FILTER (WHERE line = 'mechanism' AND is_body) AS mechanism,
        range_agg(period) FILTER (WHERE line = 'mechanism' AND is_body AND confirmed) AS mechanism_sure,
        range_agg(period) FILTER (WHERE line <> 'mechanism') AS work
    FROM member GROUP BY organization_id
),
away AS (
    SELECT organization_id, range_agg(period) AS periods FROM orgs_exclusion WHERE (:everybody OR organization_id = :one)
    GROUP BY organization_id
),
figures AS (
    SELECT organization_id, as_of, employees, women, league_members, full_members, annual_revenue_yuan AS revenue,
        coalesce(employees, women, league_members, full_members, probationary_members, union_members) IS NOT NULL AS known,
        CASE WHEN lag(as_of) OVER w IS NULL THEN '-infinity'::date ELSE as_of END AS first,
        coalesce(lead(as_of) OVER w, 'infinity'::date) AS until
    FROM orgs_figures WHERE (:everybody OR organization_id = :one)
    WINDOW w AS (PARTITION BY organization_id ORDER BY as_of)
),
day AS (
    SELECT id AS organization_id, registered_on AS day FROM organization
    UNION SELECT organization_id, as_of FROM orgs_figures WHERE (:everybody OR organization_id = :one)
    UNION SELECT organization_id, lower(period) FROM orgs_placement WHERE (:everybody OR organization_id = :one)
    UNION SELECT organization_id, unnest(ARRAY[lower(period), upper(period)]) FROM orgs_exclusion WHERE (:everybody OR organization_id = :one)
    UNION SELECT organization_id, unnest(ARRAY[lower(period), upper(period)]) FROM member
    UNION SELECT id, r.day FROM organization, unnest((SELECT array_agg(day) FROM rule)) r(day)
),
situation AS (
    SELECT o.id, o.kind, o.industry, o.closed_on, d.day, p.unit_id,
        coalesce(a.periods @> d.day, FALSE) AS excluded, coalesce(f.known, FALSE) AS known,
        coalesce(f.known AND d.day < f.as_of, FALSE) AS assumed, coalesce(b.work @> d.day, FALSE) AS work,
        f.employees >= 50 AND f.revenue >= 5000000 OR f.employees >= 100 AS scale,
        CASE WHEN full_members IS NULL THEN CASE WHEN b.party @> d.day THEN 10 ELSE 9 END
            WHEN b.party_sure @> d.day THEN CASE WHEN full_members >= r.party THEN 1 ELSE 4 END
            WHEN b.party @> d.day THEN CASE WHEN full_members >= r.party THEN 2 ELSE 5 END
            WHEN full_members >= r.party THEN 3 WHEN full_members >= r.party_may THEN 6 ELSE 7 END AS party,
        CASE WHEN employees IS NULL THEN CASE WHEN b."union" @> d.day THEN 10 ELSE 9 END
            WHEN b.union_sure @> d.day THEN CASE WHEN employees >= r."union" THEN 1 ELSE 4 END
            WHEN b."union" @> d.day THEN CASE WHEN employees >= r."union" THEN 2 ELSE 5 END
            WHEN employees >= r."union" THEN 3 WHEN employees >= r.union_may THEN 6 ELSE 7 END AS "union",
        CASE WHEN league_members IS NULL THEN CASE WHEN b.league @> d.day THEN 10 ELSE 9 END
            WHEN b.league_sure @> d.day THEN CASE WHEN league_members >= r.league THEN 1 ELSE 4 END
            WHEN b.league @> d.day THEN CASE WHEN league_members >= r.league THEN 2 ELSE 5 END
            WHEN league_members >= r.league THEN 3 WHEN league_members >= r.league_may THEN 6 ELSE 7 END AS league,
        CASE WHEN f.women IS NULL THEN CASE WHEN b.women @> d.day THEN 10 ELSE 9 END
            WHEN b.women_sure @> d.day THEN CASE WHEN f.women >= r.women THEN 1 ELSE 4 END
            WHEN b.women @> d.day THEN CASE WHEN f.women >= r.women THEN 2 ELSE 5 END
            WHEN f.women >= r.women THEN 3 WHEN f.women >= r.women_may THEN 6 ELSE 8 END AS women,
        CASE WHEN f.women IS NULL THEN CASE WHEN b.ww @> d.day THEN 10 ELSE 9 END
            WHEN b.ww_sure @> d.day THEN CASE WHEN f.women >= r.ww THEN 1 ELSE 4 END
            WHEN b.ww @> d.day THEN CASE WHEN f.women >= r.ww THEN 2 ELSE 5 END
            WHEN f.women >= r.ww THEN 3 WHEN f.women >= r.ww_may THEN 6 ELSE 8 END AS ww,
        b.mechanism @> d.day AS mechanism_built, b.mechanism_sure @> d.day AS mechanism_sure
    FROM day d
    JOIN organization o ON o.id = d.organization_id AND d.day >= o.registered_on
        AND (o.closed_on IS NULL OR d.day < o.closed_on)
    JOIN orgs_placement p ON p.organization_id = d.organization_id AND p.period @> d.day
    JOIN rule r ON r.day <= d.day AND d.day < r.until
    LEFT JOIN figures f ON f.organization_id = d.organization_id AND f.first <= d.day AND d.day < f.until
    LEFT JOIN body b ON b.organization_id = d.organization_id
    LEFT JOIN away a ON a.organization_id = d.organization_id
    OFFSET 0
),
whole AS (
    SELECT *, scale IS TRUE AND party IN (1, 2, 4, 5, 10) AS is_key,
        CASE WHEN scale IS NULL THEN CASE WHEN mechanism_built THEN 10 ELSE 9 END
            WHEN mechanism_sure THEN CASE WHEN scale THEN 1 ELSE 4 END
            WHEN mechanism_built THEN CASE WHEN scale THEN 2 ELSE 5 END
            WHEN scale THEN 3 ELSE 8 END AS mechanism,
        CASE WHEN 3 IN ("union", league, women) THEN 3
            WHEN greatest("union", league, women) >= 9 THEN 9
            WHEN 2 IN ("union", league, women) THEN 2
            WHEN 1 IN ("union", league, women) THEN 1 ELSE 8 END AS "all"
    FROM situation
),
change AS (
    SELECT *, (unit_id, excluded, known, assumed, work, scale, party, "union", league, women, ww, mechanism)
        IS DISTINCT FROM lag((unit_id, excluded, known, assumed, work, scale, party, "union", league, women, ww, mechanism))
        OVER (PARTITION BY id ORDER BY day) AS begins
    FROM whole
)
SELECT id AS organization_id, unit_id, kind, industry,
    daterange(day, lead(day, 1, closed_on) OVER (PARTITION BY id ORDER BY day)) AS period,
    excluded, known AS known_figures, assumed, scale, is_key, work, party AS party_state, "union" AS union_state,
    league AS league_state, women AS women_state, ww AS women_workers_state, mechanism AS mechanism_state,
    "all" AS all_state
FROM change WHERE begins
