-- One organization's head-count changes and everything derived from it follows, by hand, as one transaction.
BEGIN;
UPDATE orgs_figures SET employees = employees + :more
WHERE organization_id = :one AND as_of = (SELECT max(as_of) FROM orgs_figures WHERE organization_id = :one);
DELETE FROM coverage_dirtymark WHERE organization_id = :one;
WITH gone AS (DELETE FROM bare_span WHERE organization_id = :one RETURNING *),
come AS (
INSERT INTO bare_span (organization_id, unit_id, kind, industry, period, excluded, known_figures, assumed, scale,
    is_key, work, party_state, union_state, league_state, women_state, women_workers_state, mechanism_state, all_state)
\i spans_select.sql
RETURNING *
),
bare_moved AS (SELECT *, -1 AS weight FROM gone UNION ALL SELECT *, 1 FROM come)
INSERT INTO bare_delta AS d (day, unit_id, kind, scale, is_key, {delta_columns})
\i deltas_select.sql
ON CONFLICT (day, unit_id, kind, scale, is_key) DO UPDATE SET {delta_sums};
COMMIT;
