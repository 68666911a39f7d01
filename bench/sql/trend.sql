-- Sixty ends of months up to :'day' by hand: running sums of the daily deltas.
WITH month AS (
    SELECT (date_trunc('month', date :'day') - make_interval(months => m - 1))::date - 1 AS day
    FROM generate_series(1, 59) m UNION SELECT date :'day'
),
step AS (
    SELECT (SELECT min(month.day) FROM month WHERE month.day >= d.day) AS day,
        sum(party_eligible) AS party_eligible,
        sum(party_covered) AS party_covered,
        sum(union_eligible) AS union_eligible,
        sum(union_covered) AS union_covered,
        sum(league_eligible) AS league_eligible,
        sum(league_covered) AS league_covered,
        sum(women_eligible) AS women_eligible,
        sum(women_covered) AS women_covered,
        sum(women_workers_eligible) AS women_workers_eligible,
        sum(women_workers_covered) AS women_workers_covered,
        sum(mechanism_eligible) AS mechanism_eligible,
        sum(mechanism_covered) AS mechanism_covered,
        sum(all_eligible) AS all_eligible,
        sum(all_covered) AS all_covered
    FROM (
        SELECT day,
            sum(party_eligible) AS party_eligible,
            sum(party_covered) AS party_covered,
            sum(union_eligible) AS union_eligible,
            sum(union_covered) AS union_covered,
            sum(league_eligible) AS league_eligible,
            sum(league_covered) AS league_covered,
            sum(women_eligible) AS women_eligible,
            sum(women_covered) AS women_covered,
            sum(women_workers_eligible) AS women_workers_eligible,
            sum(women_workers_covered) AS women_workers_covered,
            sum(mechanism_eligible) AS mechanism_eligible,
            sum(mechanism_covered) AS mechanism_covered,
            sum(all_eligible) AS all_eligible,
            sum(all_covered) AS all_covered
        FROM bare_delta WHERE day <= date :'day' GROUP BY day
    ) d
    GROUP BY 1
)
SELECT month.day,
    sum(party_eligible) OVER past AS party_eligible,
    sum(party_covered) OVER past AS party_covered,
    sum(union_eligible) OVER past AS union_eligible,
    sum(union_covered) OVER past AS union_covered,
    sum(league_eligible) OVER past AS league_eligible,
    sum(league_covered) OVER past AS league_covered,
    sum(women_eligible) OVER past AS women_eligible,
    sum(women_covered) OVER past AS women_covered,
    sum(women_workers_eligible) OVER past AS women_workers_eligible,
    sum(women_workers_covered) OVER past AS women_workers_covered,
    sum(mechanism_eligible) OVER past AS mechanism_eligible,
    sum(mechanism_covered) OVER past AS mechanism_covered,
    sum(all_eligible) OVER past AS all_eligible,
    sum(all_covered) OVER past AS all_covered
FROM month LEFT JOIN step USING (day)
WINDOW past AS (ORDER BY month.day)
ORDER BY month.day;
