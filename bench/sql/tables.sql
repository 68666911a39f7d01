-- The bare statements' own tables: the same columns and indexes as the program's.
DROP TABLE IF EXISTS bare_span, bare_delta;
CREATE TABLE bare_span (LIKE coverage_span INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING CONSTRAINTS);
ALTER TABLE bare_span ADD PRIMARY KEY (id);
CREATE INDEX bare_span_organization ON bare_span (organization_id);
CREATE INDEX bare_span_period ON bare_span USING gist (period);
CREATE TABLE bare_delta (LIKE coverage_delta INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING CONSTRAINTS);
ALTER TABLE bare_delta ADD PRIMARY KEY (id);
ALTER TABLE bare_delta ADD UNIQUE NULLS NOT DISTINCT (day, unit_id, kind, scale, is_key);
