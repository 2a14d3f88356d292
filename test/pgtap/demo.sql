-- The demo's generated complaints, and its league table against plain SQL over their rows
\set zone Asia/Shanghai
\set period [2023-01-01,2023-10-01)
BEGIN;
SELECT plan(17);

SET jit = off;
SET timezone = 'America/New_York';
SET datestyle = 'SQL, DMY';
SET intervalstyle = 'sql_standard';
\ir ../demo/schema.sql
\ir ../demo/complaints.sql
SET timezone = :'zone';
SET datestyle = 'ISO, YMD';
\ir ../demo/cards.sql
\ir ../demo/lists.sql

SELECT is(md5(string_agg(complaint::text, ' ' ORDER BY id COLLATE "C")), '3bdec0d4a347f759152db6b535c255a9', 'the same rows under any setting, on any server')
FROM complaint;
SELECT results_eq(
	'SELECT count(*), count(DISTINCT region), count(DISTINCT office), count(DISTINCT station), count(DISTINCT credit_code) FROM complaint',
	'VALUES (120786::bigint, 9::bigint, 81::bigint, 205::bigint, 2593::bigint)', 'complaints, bureaus, offices, stations, enterprises');
SELECT results_eq(
	'SELECT count(*) FILTER (WHERE concluded IS NULL), count(escalated), count(escalated) - count(cleared) FROM complaint',
	'VALUES (3108::bigint, 304::bigint, 7::bigint)', 'not concluded, escalated, escalated and open');

-- The report's own figures
CREATE TEMP VIEW in_period AS SELECT * FROM complaint WHERE concluded::date <@ daterange '[2023-01-01,2023-10-01)';
SELECT is(settlement_rate(outcome), '2587/3506', 'settled online') FROM in_period;
SELECT is(percent(settlement_rate(outcome)), 73.79, 'settled online, percent') FROM in_period;
SELECT is(settlement_rate(outcome) FILTER (WHERE NOT odr), '0/0', 'all that settle do so online') FROM complaint;
SELECT is(describe(delta((change).volume, (change).baseline_volume)), '增长300.00%(翻两番)', 'converted cases')
FROM (SELECT yoy(trend(received, NULL, :'zone') FILTER (WHERE converted), :'period') AS change FROM complaint) AS converted;

-- What the cards must say: each date of a row, and what it counts to
CREATE TEMP TABLE slow AS
WITH event AS (
	SELECT region, received AS at, 1 AS volume, NULL::boolean AS mediated, NULL::boolean AS satisfied FROM complaint
	UNION ALL
	SELECT region, concluded, 0,
		CASE WHEN outcome IN ('mediated', 'failed') THEN outcome = 'mediated' END,
		satisfaction IN ('very_satisfied', 'satisfied', 'fairly_satisfied') FROM complaint
), year AS (
	SELECT region, extract(year FROM at) AS year, sum(volume) AS volume,
		count(*) FILTER (WHERE mediated) AS mediated, count(mediated) AS decided,
		count(*) FILTER (WHERE satisfied) AS satisfied, count(satisfied) AS answered
	FROM event
	WHERE extract(month FROM at) < 10
	GROUP BY GROUPING SETS ((region, year), (year))
)
SELECT new.region, new.volume, old.volume AS old_volume, new.mediated, new.decided, old.mediated AS old_mediated,
	old.decided AS old_decided, new.satisfied, new.answered, old.satisfied AS old_satisfied, old.answered AS old_answered, open,
	(new.volume < old.volume)::int + (new.mediated * old.decided > old.mediated * new.decided)::int
		+ (new.satisfied * old.answered > old.satisfied * new.answered)::int + (open = 0)::int AS goals
FROM year AS new, year AS old, LATERAL (
	SELECT count(*) AS open FROM complaint
	WHERE escalated IS NOT NULL AND cleared IS NULL AND (new.region IS NULL OR complaint.region = new.region)
) AS petitions
WHERE new.year = 2023 AND old.year = 2022 AND new.region IS NOT DISTINCT FROM old.region;

SELECT results_eq($$
	SELECT region, (volume).volume, (volume).baseline_volume,
		hits((mediation).rate), total((mediation).rate), hits((mediation).baseline_rate), total((mediation).baseline_rate),
		hits((satisfaction).rate), total((satisfaction).rate), hits((satisfaction).baseline_rate), total((satisfaction).baseline_rate),
		open_escalations, goals_met
	FROM league ORDER BY region COLLATE "C" $$,
	'SELECT * FROM slow ORDER BY region COLLATE "C"', 'bureaus and city: all counts and goals');
SELECT results_eq(
	'SELECT region, rank FROM league WHERE region IS NOT NULL ORDER BY rank',
	$$ SELECT region, rank() OVER (ORDER BY goals DESC, mediated::numeric / decided DESC) AS rank FROM slow
	WHERE region IS NOT NULL ORDER BY rank $$, 'ranks');
SELECT is(array_agg(region || goals_met ORDER BY rank), '{天台4,临海4,黄岩3,椒江3,玉环3,三门2,仙居2,温岭1,路桥1}', 'order')
FROM league WHERE region IS NOT NULL;
SELECT is(percent((mediation).rate), 66.28, 'mediation of the city') FROM league WHERE region IS NULL;
SELECT is((SELECT rollup(card) FROM county_card),
	scorecard(received, concluded, mediated(outcome), satisfied(satisfaction), escalated, cleared, :'zone'),
	'the cards of the bureaus make up the city''s') FROM complaint;

-- The lists and surges
SELECT is((SELECT rollup(enterprises) FROM batch), (SELECT tally(concat_ws(' ', credit_code, enterprise)) FROM complaint), 'the quarters'' tallies make up all');
SELECT results_eq('SELECT lower(quarter), count(*), sum(count) FROM listing GROUP BY quarter ORDER BY quarter', $$
	SELECT quarter::date, count(*), sum(n) FROM (
		SELECT date_trunc('quarter', received AT TIME ZONE 'Asia/Shanghai') AS quarter, credit_code, count(*) AS n FROM complaint GROUP BY 1, 2
	) AS firm
	WHERE n >= 40 AND quarter >= '2022-10-01' GROUP BY quarter ORDER BY quarter $$, 'four batches');
SELECT is(count(*) || ' ' || count(DISTINCT key), '284 97', 'listings, and enterprises in them') FROM listing;
SELECT results_eq('SELECT l.count, count(*) FROM (SELECT tally(key) AS times FROM listing) AS s, at_least(times, 1) AS l GROUP BY l.count ORDER BY l.count DESC',
	'VALUES (4::bigint, 51::bigint), (3, 11), (2, 12), (1, 23)', 'listed again');
SELECT results_eq('SELECT region, string_agg(to_char(day, ''MM-DD''), '' '' ORDER BY day) FROM surge GROUP BY region',
	$$ VALUES ('路桥', '03-02 03-03 06-12 06-13 06-14 06-15 06-16') $$, 'the surge of June is told on its first day');

SELECT * FROM finish();
ROLLBACK;
