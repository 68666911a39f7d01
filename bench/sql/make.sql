-- Makes :n organizations with four yearly figures each, bodies on four lines, closures, exclusions and moves.
-- Set-based and without chance: every value comes from a hash of the organization's number and a seed.
-- Run as superuser with session_replication_role = replica, so that triggers and foreign keys cost nothing here.

CREATE FUNCTION pg_temp.draw(i bigint, seed bigint, below bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT (hashint8extended(i, seed) & 1073741823) % below $$;

TRUNCATE orgs_organization, orgs_placement, orgs_figures, orgs_exclusion, orgs_branch, orgs_branchform,
    orgs_branchmembership, coverage_span, coverage_delta, coverage_dirtymark RESTART IDENTITY CASCADE;

INSERT INTO orgs_organization (id, name, name_key, former_names, search_text, sort_key, kind, registration_type,
    industry, registered_on, registered_precision, closed_on, closed_precision, closed_state, contact_name,
    contact_phone, remark, is_demo, version, created_at, updated_at)
SELECT i, '测量组织' || i, '测量组织' || i, '{}', ' 测量 量组 组织 测量组织' || i || ' ', lpad(i::text, 10, '0'),
    CASE WHEN pg_temp.draw(i, 1, 20) = 0 THEN 'social' ELSE 'enterprise' END, '',
    chr(65 + pg_temp.draw(i, 2, 19)::int),
    date '2004-01-01' + pg_temp.draw(i, 3, 1900)::int, 'day',
    CASE WHEN pg_temp.draw(i, 4, 25) = 0 THEN date '2010-01-01' + pg_temp.draw(i, 5, 1000)::int END, 'day',
    CASE WHEN pg_temp.draw(i, 4, 25) = 0 THEN 'deregistered' ELSE '' END,
    '', '', '', FALSE, 1, now(), now()
FROM generate_series(1, :n) i;

-- One in thirty moves to another unit on the way.
INSERT INTO orgs_placement (organization_id, unit_id, period)
SELECT i, u.ids[1 + pg_temp.draw(i, 6, cardinality(u.ids))], daterange(NULL, m.moved_on)
FROM generate_series(1, :n) i
CROSS JOIN (SELECT array_agg(id ORDER BY id) AS ids FROM orgs_unit WHERE parent_id IS NOT NULL) u
CROSS JOIN LATERAL (SELECT CASE WHEN pg_temp.draw(i, 7, 30) = 0
    THEN date '2010-06-01' + pg_temp.draw(i, 8, 700)::int END AS moved_on) m;

INSERT INTO orgs_placement (organization_id, unit_id, period)
SELECT p.organization_id, u.ids[1 + pg_temp.draw(p.organization_id, 9, cardinality(u.ids))],
    daterange(upper(p.period), NULL)
FROM orgs_placement p
CROSS JOIN (SELECT array_agg(id ORDER BY id) AS ids FROM orgs_unit WHERE parent_id IS NOT NULL) u
WHERE NOT upper_inf(p.period);

-- One row in fifty has no number at all, others lack one of them.
INSERT INTO orgs_figures (organization_id, as_of, as_of_precision, employees, women, league_members, full_members,
    probationary_members, union_members, annual_revenue_yuan, source, note, created_at)
SELECT i, make_date(year, 6, 30), 'day',
    CASE WHEN gap > 1 THEN e.employees END,
    CASE WHEN gap NOT IN (0, 2) THEN e.employees * pg_temp.draw(key, 13, 60) / 100 END,
    CASE WHEN gap NOT IN (0, 3) THEN e.employees * pg_temp.draw(key, 14, 20) / 100 END,
    CASE WHEN gap NOT IN (0, 4) THEN e.employees * pg_temp.draw(key, 15, 12) / 100 END,
    CASE WHEN gap > 0 THEN pg_temp.draw(key, 16, 2) END, NULL,
    CASE WHEN gap NOT IN (0, 5, 6, 7) THEN e.employees * (20000 + pg_temp.draw(key, 17, 200000)) END,
    'manual', '', now()
FROM generate_series(1, :n) i
CROSS JOIN generate_series(2009, 2012) year
CROSS JOIN LATERAL (SELECT i * 10 + year - 2009 AS key) k
CROSS JOIN LATERAL (SELECT pg_temp.draw(key, 10, 50) AS gap) g
CROSS JOIN LATERAL (SELECT 1 + pg_temp.draw(i, 11, 120) * pg_temp.draw(i, 18, 3) / 2
    + pg_temp.draw(key, 12, 10) AS employees) e;

INSERT INTO orgs_exclusion (organization_id, state, period, reason, approver, created_at)
SELECT i, 'suspended', daterange(x.first, CASE WHEN pg_temp.draw(i, 21, 3) > 0 THEN x.first + 200 END),
    '停产', '测量', now()
FROM generate_series(1, :n) i
CROSS JOIN LATERAL (SELECT date '2010-03-01' + pg_temp.draw(i, 20, 800)::int AS first) x
WHERE pg_temp.draw(i, 19, 25) = 0;

-- Four lines; one body in eight is joint and covers the two organizations that follow as well.
INSERT INTO orgs_branch (id, line, name, name_key, composition, founded_on, founded_precision, dissolved_on,
    dissolved_reason, is_provisional, confirmed_at, source, is_demo, version, created_at)
SELECT (i - 1) * 4 + line.number, line.code, '', '',
    CASE WHEN pg_temp.draw(key, 31, 8) = 0 THEN 'joint_area' ELSE 'own' END, b.founded_on, 'day',
    CASE WHEN pg_temp.draw(key, 32, 40) = 0 THEN b.founded_on + 400 END, '', FALSE,
    CASE WHEN pg_temp.draw(key, 33, 10) > 0 THEN timestamptz '2012-12-31' END, 'manual', FALSE, 1, now()
FROM generate_series(1, :n) i
CROSS JOIN (VALUES (1, 'party'), (2, 'union'), (3, 'league'), (4, 'women')) line(number, code)
CROSS JOIN LATERAL (SELECT i * 10 + line.number AS key) k
CROSS JOIN LATERAL (SELECT date '2008-06-01' + pg_temp.draw(key, 34, 1600)::int AS founded_on) b
WHERE pg_temp.draw(key, 30, 100) < 55;

INSERT INTO orgs_branchform (branch_id, form_id, period)
SELECT b.id, f.id, daterange(NULL, NULL)
FROM orgs_branch b
JOIN orgs_bodyform f ON f.code = CASE b.line
    WHEN 'party' THEN CASE b.composition WHEN 'own' THEN 'party_branch' ELSE 'party_joint' END
    WHEN 'union' THEN CASE b.composition WHEN 'own'
        THEN CASE pg_temp.draw(b.id, 35, 20) WHEN 0 THEN 'union_organizer' ELSE 'union_committee' END
        ELSE 'union_joint' END
    WHEN 'league' THEN CASE b.composition WHEN 'own' THEN 'league_branch' ELSE 'league_joint' END
    ELSE 'women_committee' END;

INSERT INTO orgs_branchmembership (organization_id, branch_id, period, from_precision, to_precision, end_reason,
    source, created_at)
SELECT m.organization_id, b.id,
    daterange(b.founded_on + m.later * 30, CASE WHEN pg_temp.draw(b.id + m.later, 36, 30) = 0
        THEN b.founded_on + 600 END),
    'day', 'day', '', 'manual', now()
FROM orgs_branch b
CROSS JOIN LATERAL (
    SELECT (b.id - 1) / 4 + 1 + later AS organization_id, later
    FROM generate_series(0, CASE b.composition WHEN 'own' THEN 0 ELSE 2 END) later
) m
WHERE m.organization_id <= :n;

SELECT setval(pg_get_serial_sequence('orgs_organization', 'id'), :n);
SELECT setval(pg_get_serial_sequence('orgs_branch', 'id'), (SELECT max(id) FROM orgs_branch));

VACUUM (ANALYZE) orgs_organization, orgs_placement, orgs_figures, orgs_exclusion, orgs_branch, orgs_branchform,
    orgs_branchmembership;
