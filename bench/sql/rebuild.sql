-- The whole rebuild by hand, as one transaction; the period index is made after the rows.
BEGIN;
TRUNCATE bare_span, bare_delta;
DROP INDEX bare_span_period;
INSERT INTO bare_span (organization_id, unit_id, kind, industry, period, excluded, known_figures, assumed, scale,
    is_key, work, party_state, union_state, league_state, women_state, women_workers_state, mechanism_state, all_state)
\i spans_select.sql
;
CREATE INDEX bare_span_period ON bare_span USING gist (period);
INSERT INTO bare_delta (day, unit_id, kind, scale, is_key, {delta_columns})
WITH bare_moved AS (SELECT *, 1 AS weight FROM bare_span)
\i deltas_select.sql
;
COMMIT;
ANALYZE bare_span, bare_delta;
