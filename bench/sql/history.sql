-- After make.sql: what fifteen years of keeping the register leave behind. Figures of every year to 2023, elections
-- every three years with a head for each term, and the events that the history keeps of all of it.
-- Run like make.sql, and like it without chance.

CREATE FUNCTION pg_temp.draw(i bigint, seed bigint, below bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT (hashint8extended(i, seed) & 1073741823) % below $$;

TRUNCATE orgs_organizationevent, orgs_placementevent, orgs_figuresevent, orgs_branchevent, orgs_branchmembershipevent,
    orgs_electionevent, orgs_appointmentevent, orgs_personevent;

INSERT INTO orgs_figures (organization_id, as_of, as_of_precision, employees, women, league_members, full_members,
    probationary_members, union_members, annual_revenue_yuan, source, note, created_at)
SELECT f.organization_id, make_date(year, 6, 30), 'day', n.employees, least(f.women, n.employees),
    least(f.league_members, n.employees), least(f.full_members, n.employees), f.probationary_members, NULL,
    f.annual_revenue_yuan, 'manual', '', now()
FROM orgs_figures f
JOIN orgs_organization o ON o.id = f.organization_id AND o.closed_on IS NULL
CROSS JOIN generate_series(2013, 2023) year
CROSS JOIN LATERAL (
    SELECT greatest(1, f.employees + pg_temp.draw(f.organization_id * 100 + year - 2000, 41, 21)::int - 10) AS employees
) n
WHERE f.as_of = date '2012-06-30';

-- One person a body and term; the term is three years, one body in five holds its elections late.
INSERT INTO orgs_person (name, search_text, sort_key, organization_id, workplace, phone, political_status, is_demo,
    version, created_at)
SELECT '测量人' || b.id, ' 测量 量人 测量人' || b.id || ' clr ', lpad(b.id::text, 10, '0'), m.organization_id, '', '', '',
    FALSE, 1, now()
FROM orgs_branch b
CROSS JOIN LATERAL (
    SELECT organization_id FROM orgs_branchmembership WHERE branch_id = b.id ORDER BY id LIMIT 1
) m
WHERE b.line IN ('party', 'union');

INSERT INTO orgs_election (branch_id, held_on, held_precision, term_years, due_on, approval, extended_to, extended_on,
    extension_approver, extension_reason, rule_source, note, version, created_at)
SELECT b.id, h.held_on, 'day', 3, (h.held_on + interval '3 years')::date, '', NULL, NULL, '', '', '测量', '', 1, now()
FROM orgs_branch b
CROSS JOIN generate_series(0, 4) term
CROSS JOIN LATERAL (
    SELECT (b.founded_on + make_interval(years => 3 * term)
        + CASE WHEN pg_temp.draw(b.id, 42, 5) = 0 THEN interval '100 days' ELSE interval '0' END)::date AS held_on
) h
WHERE b.line IN ('party', 'union') AND (b.dissolved_on IS NULL OR h.held_on < b.dissolved_on);

INSERT INTO orgs_appointment (branch_id, person_id, post, is_head, period, precision, source, is_full_time, end_reason,
    created_at)
SELECT b.id, p.id, CASE b.line WHEN 'party' THEN 'party.secretary' ELSE 'union.chair' END, TRUE,
    daterange(b.founded_on, b.dissolved_on), 'day', 'employee', FALSE, '', now()
FROM orgs_branch b
JOIN orgs_person p ON p.name = '测量人' || b.id
WHERE b.line IN ('party', 'union') AND (b.dissolved_on IS NULL OR b.dissolved_on > b.founded_on);

-- An event for each row as it was entered, and three later changes of each organization.
INSERT INTO orgs_figuresevent (pgh_created_at, pgh_label, pgh_obj_id, id, as_of, as_of_precision, employees, women,
    league_members, full_members, probationary_members, union_members, annual_revenue_yuan, payroll_yuan, source, note,
    created_at, organization_id)
SELECT f.as_of + interval '30 days', 'insert', f.id, f.id, f.as_of, f.as_of_precision, f.employees, f.women,
    f.league_members, f.full_members, f.probationary_members, f.union_members, f.annual_revenue_yuan, f.payroll_yuan,
    f.source, f.note, f.created_at, f.organization_id
FROM orgs_figures f;

INSERT INTO orgs_organizationevent (pgh_created_at, pgh_label, pgh_obj_id, id, uscc, old_code, name, name_key,
    former_names, search_text, sort_key, kind, registration_type, industry, registered_on, registered_precision,
    closed_on, closed_precision, closed_state, contact_name, contact_phone, remark, is_demo, version, created_at,
    updated_at, merged_into_id)
SELECT timestamptz '2009-07-30' + make_interval(years => 4 * turn), CASE turn WHEN 0 THEN 'insert' ELSE 'update' END,
    o.id, o.id, o.uscc, o.old_code, o.name, o.name_key, o.former_names, o.search_text, o.sort_key, o.kind,
    o.registration_type, o.industry, o.registered_on, o.registered_precision, o.closed_on, o.closed_precision,
    o.closed_state, o.contact_name, o.contact_phone, CASE turn WHEN 3 THEN o.remark ELSE '第' || turn || '次' END,
    o.is_demo, turn + 1, o.created_at, o.updated_at, o.merged_into_id
FROM orgs_organization o
CROSS JOIN generate_series(0, 3) turn;

INSERT INTO orgs_branchevent (pgh_created_at, pgh_label, pgh_obj_id, id, line, name, name_key, composition, founded_on,
    founded_precision, dissolved_on, dissolved_reason, is_provisional, confirmed_at, source, is_demo, version,
    created_at, approval)
SELECT b.founded_on + interval '30 days', 'insert', b.id, b.id, b.line, b.name, b.name_key, b.composition, b.founded_on,
    b.founded_precision, b.dissolved_on, b.dissolved_reason, b.is_provisional, b.confirmed_at, b.source, b.is_demo,
    b.version, b.created_at, b.approval
FROM orgs_branch b;

VACUUM (ANALYZE) orgs_figures, orgs_person, orgs_election, orgs_appointment, orgs_figuresevent, orgs_organizationevent,
    orgs_branchevent;
