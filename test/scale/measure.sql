-- What states weigh and cost, for the arithmetic in docs/distributed.md: a year of :counties counties with :rows complaints in all.
\set QUIET on
SET client_min_messages = warning;
SET jit = off;
SET max_parallel_workers_per_gather = 0; -- a core
SET timezone = 'Asia/Shanghai';
CREATE EXTENSION complaint_metrics;

-- 27 complaints a day in the mean county, 1 in 100 escalated, 2,000 enterprises a county
CREATE TABLE complaint AS
SELECT 1 + n % :counties AS county, format('企业%s有限公司', n % :counties * 10000 + (random() * random() * 2000)::int) AS enterprise,
	at AS received, at + random() * interval '50 days' AS concluded,
	(ARRAY['mediated', 'mediated', 'failed', 'withdrawn', 'settled'])[1 + (random() * 4)::int]::mediation_outcome AS outcome,
	(ARRAY['very_satisfied', 'satisfied', 'neutral', 'dissatisfied', NULL])[1 + (random() * 4)::int]::satisfaction AS answer,
	CASE WHEN n % 100 = 1 THEN at + interval '20 days' END AS escalated,
	CASE WHEN n % 100 = 1 THEN at + interval '20 days' + random() * interval '20 days' END AS cleared
FROM generate_series(1, :rows) AS n, LATERAL (SELECT timestamptz '2023-01-01' + random() * interval '365 days' + n * interval '0' AS at) AS t;
ANALYZE complaint;

CREATE TABLE state (county int, trend trend, clearance clearance, tally tally, scorecard scorecard);
ALTER TABLE state ALTER trend SET STORAGE EXTERNAL, ALTER clearance SET STORAGE EXTERNAL, ALTER tally SET STORAGE EXTERNAL,
	ALTER scorecard SET STORAGE EXTERNAL; -- sizes as they are, not compressed
INSERT INTO state
SELECT county, trend(received, mediated(outcome), 'Asia/Shanghai') AS trend, clearance(escalated, cleared), tally(enterprise),
	scorecard(received, concluded, mediated(outcome), satisfied(answer), escalated, cleared, 'Asia/Shanghai')
FROM complaint GROUP BY county;

-- The shortest of five runs, in milliseconds
CREATE FUNCTION clocked(query text) RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE
	began timestamptz;
	shortest interval;
BEGIN
	FOR run IN 1 .. 5 LOOP
		began := clock_timestamp();
		EXECUTE query;
		shortest := least(shortest, clock_timestamp() - began);
	END LOOP;
	RETURN extract(epoch FROM shortest) * 1000;
END $$;

\pset footer off
\echo
\echo # Rows: what they weigh
SELECT count(*) AS rows, pg_size_pretty(pg_relation_size('complaint')) AS "on disk", pg_relation_size('complaint') / count(*) AS "bytes a row" FROM complaint;

\echo
\echo # Rows: the transition, one core, :rows rows in :counties groups
SELECT name, round(ms) AS ms, round(ms * 1000000 / :rows) AS "ns a row"
FROM (VALUES (0, 'count', 'count(cleared)'), (1, 'rate', 'rate(escalated IS NULL)'),
	(2, 'trend', 'trend(received, mediated(outcome), ''Asia/Shanghai'')'), (3, 'clearance', 'clearance(escalated, cleared)'),
	(4, 'tally', 'tally(enterprise)'),
	(5, 'scorecard', 'scorecard(received, concluded, mediated(outcome), satisfied(answer), escalated, cleared, ''Asia/Shanghai'')'))
	AS asked (nth, name, call), clocked(format('SELECT count(x) FROM (SELECT %s AS x FROM complaint GROUP BY county OFFSET 0) AS s', call)) AS ms
ORDER BY nth;

\echo
\echo # States of a county and a year, the mean of :counties; a part is a day, an interval, a key
CREATE TABLE text_of (trend text, clearance text, tally text, scorecard text);
ALTER TABLE text_of ALTER trend SET STORAGE EXTERNAL, ALTER clearance SET STORAGE EXTERNAL, ALTER tally SET STORAGE EXTERNAL,
	ALTER scorecard SET STORAGE EXTERNAL;
INSERT INTO text_of SELECT trend, clearance, tally, scorecard FROM state;

CREATE FUNCTION weigh(name text, count text, OUT states numeric, OUT parts numeric, OUT stored numeric, OUT written numeric,
	OUT out_ms numeric, OUT in_ms numeric, OUT rollup_ms numeric)
LANGUAGE plpgsql AS $$
DECLARE
	bare numeric := clocked(format('SELECT sum(pg_column_size(%1$I)) FROM state', name)); -- reads the rows and no more
BEGIN
	EXECUTE format('SELECT count(*), sum(%2$s), sum(pg_column_size(%1$I)), sum(octet_length(%1$I::text)) FROM state', name, count)
	INTO states, parts, stored, written;
	out_ms := clocked(format('SELECT sum(octet_length(%1$I::text)) FROM state', name)) - bare;
	in_ms := clocked(format('SELECT count(%1$I::%1$I) FROM text_of', name))
		- clocked(format('SELECT sum(octet_length(%1$I)) FROM text_of', name));
	rollup_ms := clocked(format('SELECT rollup(%1$I) FROM state', name)) - bare;
END $$;
SELECT name, round(parts / states) AS parts, round(stored / states) AS "stored bytes", round(written / states) AS "text bytes",
	round(stored / parts, 1) AS "stored a part", round(written / parts, 1) AS "text a part",
	round(1000 * out_ms / states) AS "out us", round(1000 * in_ms / states) AS "in us", round(1000 * rollup_ms / states) AS "rollup us",
	round(1000000 * out_ms / parts) AS "out ns a part", round(1000000 * in_ms / parts) AS "in ns a part"
FROM (VALUES (1, 'trend', '(SELECT count(*) FROM series(trend, ''day''))'), (2, 'clearance', 'opened_count(clearance, ''infinity'')'),
	(3, 'tally', 'distinct_keys(tally)'), (4, 'scorecard', '(last_day(mediation_trend(scorecard)) - first_day(volume_trend(scorecard)) + 1)'))
	AS asked (nth, name, count), weigh(name, count)
ORDER BY nth;

\echo
\echo # Dashboards of 3,000 counties from stored scorecards of a year, one core
CREATE TABLE bureau AS
SELECT n * 1000000 + county AS county, (n * 1000000 + county) % 34 AS province, scorecard AS card
FROM state, generate_series(1, 3000 / :counties) AS n;
ANALYZE bureau;
SELECT count(*) AS counties, pg_size_pretty(pg_total_relation_size('bureau')) AS "on disk" FROM bureau;
SELECT what, round(clocked(query)) AS ms
FROM (VALUES (1, 'four goals of each of 3,000 counties, of a month',
		'SELECT county, v.* FROM bureau, verdict(card, period(''month'', ''2023-09-01''), zone => ''Asia/Shanghai'') AS v'),
	(2, 'four goals of each of 34 provinces',
		'SELECT province, v.* FROM (SELECT province, rollup(card) AS card FROM bureau GROUP BY province) AS p, '
		|| 'verdict(card, period(''month'', ''2023-09-01''), zone => ''Asia/Shanghai'') AS v'),
	(3, 'four goals of the nation',
		'SELECT v.* FROM (SELECT rollup(card) AS card FROM bureau) AS p, verdict(card, period(''month'', ''2023-09-01''), zone => ''Asia/Shanghai'') AS v'))
	AS dashboard (nth, what, query)
ORDER BY nth;
SELECT octet_length(rollup(card)::text) AS "text bytes of the nation's scorecard", pg_column_size(rollup(card)) AS "bytes" FROM bureau;
