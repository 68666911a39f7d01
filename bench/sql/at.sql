-- One date by hand: every count of every unit, scale and key at :'day', out of the spans that hold then.
SELECT unit_id, scale, is_key,
    count(*) FILTER (WHERE NOT excluded) AS base,
    count(*) FILTER (WHERE excluded) AS excluded,
    count(*) FILTER (WHERE live) AS known,
    count(*) FILTER (WHERE live AND assumed) AS assumed,
    count(*) FILTER (WHERE live AND work) AS work,
    count(*) FILTER (WHERE live AND party_state IN (1, 2, 3)) AS party_eligible,
    count(*) FILTER (WHERE live AND party_state IN (1, 2)) AS party_covered,
    count(*) FILTER (WHERE live AND party_state IN (9, 10)) AS party_unknown,
    count(*) FILTER (WHERE live AND party_state IN (4, 5)) AS party_voluntary,
    count(*) FILTER (WHERE live AND party_state = 2) AS party_unconfirmed,
    count(*) FILTER (WHERE live AND union_state IN (1, 2, 3)) AS union_eligible,
    count(*) FILTER (WHERE live AND union_state IN (1, 2)) AS union_covered,
    count(*) FILTER (WHERE live AND union_state IN (9, 10)) AS union_unknown,
    count(*) FILTER (WHERE live AND union_state IN (4, 5)) AS union_voluntary,
    count(*) FILTER (WHERE live AND union_state = 2) AS union_unconfirmed,
    count(*) FILTER (WHERE live AND league_state IN (1, 2, 3)) AS league_eligible,
    count(*) FILTER (WHERE live AND league_state IN (1, 2)) AS league_covered,
    count(*) FILTER (WHERE live AND league_state IN (9, 10)) AS league_unknown,
    count(*) FILTER (WHERE live AND league_state IN (4, 5)) AS league_voluntary,
    count(*) FILTER (WHERE live AND league_state = 2) AS league_unconfirmed,
    count(*) FILTER (WHERE live AND women_state IN (1, 2, 3)) AS women_eligible,
    count(*) FILTER (WHERE live AND women_state IN (1, 2)) AS women_covered,
    count(*) FILTER (WHERE live AND women_state IN (9, 10)) AS women_unknown,
    count(*) FILTER (WHERE live AND women_state IN (4, 5)) AS women_voluntary,
    count(*) FILTER (WHERE live AND women_state = 2) AS women_unconfirmed,
    count(*) FILTER (WHERE live AND women_workers_state IN (1, 2, 3)) AS women_workers_eligible,
    count(*) FILTER (WHERE live AND women_workers_state IN (1, 2)) AS women_workers_covered,
    count(*) FILTER (WHERE live AND women_workers_state IN (9, 10)) AS women_workers_unknown,
    count(*) FILTER (WHERE live AND women_workers_state IN (4, 5)) AS women_workers_voluntary,
    count(*) FILTER (WHERE live AND women_workers_state = 2) AS women_workers_unconfirmed,
    count(*) FILTER (WHERE live AND mechanism_state IN (1, 2, 3)) AS mechanism_eligible,
    count(*) FILTER (WHERE live AND mechanism_state IN (1, 2)) AS mechanism_covered,
    count(*) FILTER (WHERE live AND mechanism_state IN (9, 10)) AS mechanism_unknown,
    count(*) FILTER (WHERE live AND mechanism_state IN (4, 5)) AS mechanism_voluntary,
    count(*) FILTER (WHERE live AND mechanism_state = 2) AS mechanism_unconfirmed,
    count(*) FILTER (WHERE live AND all_state IN (1, 2, 3)) AS all_eligible,
    count(*) FILTER (WHERE live AND all_state IN (1, 2)) AS all_covered,
    count(*) FILTER (WHERE live AND all_state IN (9, 10)) AS all_unknown,
    count(*) FILTER (WHERE live AND all_state IN (4, 5)) AS all_voluntary,
    count(*) FILTER (WHERE live AND all_state = 2) AS all_unconfirmed
FROM (SELECT *, known_figures AND NOT excluded AS live FROM bare_span WHERE period @> date :'day') s
GROUP BY unit_id, scale, is_key;

-- And what the milestones stood at on their due dates, out of the deltas up to each.
SELECT m.due_on, d.scale, d.is_key, sum(d.known) AS known, sum(d.work) AS work,
    sum(d.union_eligible) AS union_eligible, sum(d.union_covered) AS union_covered,
    sum(d.league_eligible) AS league_eligible, sum(d.league_covered) AS league_covered,
    sum(d.women_eligible) AS women_eligible, sum(d.women_covered) AS women_covered,
    sum(d.mechanism_eligible) AS mechanism_eligible, sum(d.mechanism_covered) AS mechanism_covered
FROM (SELECT DISTINCT due_on FROM coverage_milestone WHERE is_active AND due_on < date :'day') m
JOIN bare_delta d ON d.day <= m.due_on
GROUP BY m.due_on, d.scale, d.is_key;
