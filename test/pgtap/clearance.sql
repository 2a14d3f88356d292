-- clearance against the same questions asked of the rows
BEGIN;
SELECT plan(73);
\ir ../helper/helper.sql
SET LOCAL timezone = 'America/New_York';

-- Worked figures: [1,5) [3,9) [12,) in days of January 2023

CREATE TABLE january (opened timestamptz, cleared timestamptz);
INSERT INTO january VALUES
	('2023-01-01 00:00Z', '2023-01-05 00:00Z'), ('2023-01-03 00:00Z', '2023-01-09 00:00Z'), ('2023-01-12 00:00Z', NULL);
CREATE TABLE worked AS SELECT clearance(opened, cleared) AS c FROM january;

SELECT is(c::text, '{[2023-01-01T00:00:00Z,2023-01-05T00:00:00Z),[2023-01-03T00:00:00Z,2023-01-09T00:00:00Z),[2023-01-12T00:00:00Z,)}', 'text') FROM worked;
SELECT is(open_count(c, '2023-01-04 00:00Z'), 2::bigint, 'open at 4') FROM worked;
SELECT is(clear_since(c, '2023-01-10 00:00Z'), '2023-01-09 00:00Z'::timestamptz, 'clear since the 9th at 10') FROM worked;
SELECT is(is_clear(c, '2023-01-12 00:00Z'), false, 'not clear at 12') FROM worked;
SELECT is(clear_since(c, '2023-01-12 00:00Z'), NULL, 'clear since no time at 12') FROM worked;
SELECT is(peak_open(c), 2::bigint, 'peak') FROM worked;
SELECT is(open_periods(c), '{[2023-01-01 00:00Z,2023-01-09 00:00Z),[2023-01-12 00:00Z,)}'::tstzmultirange, 'open periods') FROM worked;

-- Answers at the defaults are those at now()
SELECT is(opened_count(c), 3::bigint, 'opened by now') FROM worked;
SELECT is(cleared_count(c), 2::bigint, 'cleared by now') FROM worked;
SELECT is(open_count(c), 1::bigint, 'open now') FROM worked;
SELECT is(is_clear(c), false, 'clear now') FROM worked;
SELECT is(clear_since(c), NULL, 'clear since now') FROM worked;
SELECT is(overdue_count(c, '1 year'), 1::bigint, 'overdue now') FROM worked;
SELECT is(on_time_rate(c, '5 days'), '1/3', 'on time by now') FROM worked;
SELECT is(time_to_clear(c), '6 days', 'the median by now') FROM worked;

-- No interval at all
SELECT is(c::text, '{}', 'no rows') FROM (SELECT clearance(opened, cleared) AS c FROM january WHERE false) AS none;
SELECT is(c::text, '{}', 'rows without opened') FROM (SELECT clearance(NULL, cleared) AS c FROM january) AS none;
SELECT results_eq($$ SELECT opened_count(c), cleared_count(c), open_count(c), is_clear(c), clear_since(c), peak_open(c), open_periods(c),
		open_time(c, '(,)'), overdue_count(c, '1 day'), on_time_rate(c, '1 day'), time_to_clear(c),
		zero_check_rate(c, '2023-01-01', '2023-01-03', '1 day') FROM (VALUES (clearance '{}')) AS v (c) $$,
	$$ VALUES (0::bigint, 0::bigint, 0::bigint, true, '-infinity'::timestamptz, 0::bigint, '{}'::tstzmultirange,
		'0'::interval, 0::bigint, '0/0'::rate, NULL::interval, '3/3'::rate) $$, 'answers of the empty clearance');
SELECT is(opened_count(NULL::clearance), NULL, 'of NULL');

-- 1,500 cases of up to 12 rows, and what to ask of them: random instants and all that matter

\ir ../helper/clearance.sql
CREATE TABLE probes AS
	SELECT DISTINCT id, c, at FROM cases,
		LATERAL (SELECT opened FROM rows WHERE rows.id = cases.id UNION SELECT cleared FROM rows WHERE rows.id = cases.id UNION VALUES (first + (last - first) * random())) AS i (instant),
		LATERAL (VALUES (instant), (instant - interval '1 microsecond'), (instant + interval '1 microsecond'), ('infinity'), ('-infinity')) AS p (at)
	WHERE instant IS NOT NULL;
SELECT cmp_ok(count(*), '>=', 1500::bigint, 'cases') FROM cases;
SELECT cmp_ok(count(*), '>', 20000::bigint, 'probes') FROM probes;
SELECT cmp_ok(count(*), '>', 100::bigint, 'empty intervals among them') FROM rows WHERE opened = cleared;

SELECT is(wrong('opened_count(c, at)', 'SELECT count(*) FROM rows WHERE id = asked.id AND opened <= at'), 0::bigint, 'opened_count');
SELECT is(wrong('cleared_count(c, at)', 'SELECT count(*) FROM rows WHERE id = asked.id AND cleared <= at'), 0::bigint, 'cleared_count');
SELECT is(wrong('open_count(c, at)', 'SELECT count(*) FROM rows WHERE id = asked.id AND opened <= at AND (cleared <= at) IS NOT TRUE'), 0::bigint, 'open_count');
SELECT is(wrong('is_clear(c, at)', 'SELECT NOT EXISTS (SELECT FROM rows WHERE id = asked.id AND opened <= at AND (cleared <= at) IS NOT TRUE)'), 0::bigint, 'is_clear');
SELECT is(wrong('clear_since(c, at)',
	$$ SELECT coalesce(max(cleared) FILTER (WHERE opened < cleared), '-infinity') FROM rows WHERE id = asked.id AND opened <= at
		HAVING bool_and(cleared <= at AND cleared IS NOT NULL) IS NOT false $$), 0::bigint, 'clear_since');

-- overdue and on time, by intervals that follow the time zone and such that do not

CREATE TABLE terms AS
	SELECT probes.*, (ARRAY['0', '2 hours', '3 seconds', '4 microseconds', '2 days', '1 mon', '1 mon 2 days 03:00', '200 days', '-1 day']::interval[])[1 + floor(random() * 9)] AS allowed
	FROM probes WHERE random() < 0.2;
SELECT is(wrong('overdue_count(c, allowed, at)',
	'SELECT count(*) FROM rows WHERE id = asked.id AND opened <= at AND (cleared <= at) IS NOT TRUE AND opened < at - allowed', 'terms'), 0::bigint, 'overdue_count');
SELECT is(wrong('on_time_rate(c, allowed, at)',
	'SELECT rate(coalesce(cleared <= opened + allowed, false)) FROM rows WHERE id = asked.id AND opened + allowed <= at', 'terms'), 0::bigint, 'on_time_rate');
SELECT is(provolatile::text, 's', proname || ' follows the time zone') FROM pg_proc WHERE proname IN ('overdue_count', 'on_time_rate', 'zero_check_rate');
SELECT is(on_time_rate(c, '1 day', '2023-03-20 00:00Z'), '1/1', 'a day over the change to daylight saving')
FROM (VALUES (clearance '{[2023-03-11 12:00-05,2023-03-12 12:00-04)}')) AS v (c);
SELECT is(on_time_rate(c, '23 hours', '2023-03-20 00:00Z'), '1/1', 'is 23 hours')
FROM (VALUES (clearance '{[2023-03-11 12:00-05,2023-03-12 12:00-04)}')) AS v (c);

-- peak and open time, in ranges of every kind

CREATE TABLE ranges AS
	SELECT id, c, tstzrange(least(a, b), greatest(a, b), bounds) AS within
	FROM (SELECT p.id, c, p.at AS a, q.at AS b, row_number() OVER (PARTITION BY p.id ORDER BY random()) AS n,
			(ARRAY['[)', '[]', '(]', '()'])[1 + floor(random() * 4)] AS bounds
		FROM probes AS p JOIN probes AS q USING (id, c)) AS pairs WHERE n <= 6
	UNION ALL SELECT id, c, within FROM cases, (VALUES (tstzrange(NULL, NULL)), (tstzrange(now(), NULL)), (tstzrange(NULL, '2023-03-10 00:00Z', '(]')), ('empty')) AS r (within);
SELECT cmp_ok(count(*), '>', 10000::bigint, 'ranges') FROM ranges;
SELECT is(wrong('peak_open(c, within)',
	$$ SELECT coalesce(max((SELECT count(*) FROM rows WHERE id = asked.id AND opened <= t AND (cleared <= t) IS NOT TRUE)), 0)
		FROM (SELECT opened FROM rows WHERE id = asked.id UNION VALUES (lower(within)), (lower(within) + interval '1 microsecond')) AS candidate (t) WHERE t <@ within $$,
	'ranges'), 0::bigint, 'peak_open');
SELECT is(peak_open(c, '[infinity,infinity]'), 1::bigint, 'peak_open at the end of time') FROM worked;
SELECT is(peak_open(c, '(infinity,)'), 0::bigint, 'peak_open after it') FROM worked;
SELECT is(wrong('peak_open(c)', $$ SELECT peak_open(c, '(,)') $$, 'cases'), 0::bigint, 'peak_open at any time');
SELECT is(wrong('open_periods(c)', $$ SELECT coalesce(range_agg(tstzrange(opened, cleared)), '{}') FROM rows WHERE id = asked.id $$, 'cases'), 0::bigint, 'open_periods');
SELECT is(wrong('CASE WHEN endless THEN NULL ELSE open_time(c, within) END',
	$$ SELECT CASE WHEN NOT endless THEN coalesce(justify_hours(sum(upper(r) - lower(r)) FILTER (WHERE NOT endless)), '0') END FROM unnest(open_periods(c) * within::tstzmultirange) AS r $$,
	$$ (SELECT *, coalesce(upper_inf(range_merge(open_periods(c) * within::tstzmultirange)) OR upper(range_merge(open_periods(c) * within::tstzmultirange)) = 'infinity', false) AS endless FROM ranges) $$),
	0::bigint, 'open_time');
SELECT throws_ok($$ SELECT open_time(c, '[2023-01-01,)') FROM worked $$, '22023', 'open time is infinite');
SELECT throws_ok($$ SELECT open_time(c, '[2023-01-01,infinity)') FROM worked $$, '22023', 'open time is infinite');
SELECT is(open_time(c, '(,2023-01-12 00:00Z]'), '8 days', 'open time up to an end') FROM worked;
SELECT throws_ok($$ SELECT open_time('{[4714-11-24T00:00:00Z BC,294276-12-31T23:59:59Z)}', '(,)') $$, '22008', 'interval out of range');

-- time to clear: Kaplan-Meier in numeric, and R's survival package (test/oracle/clearance.R)

CREATE AGGREGATE product(numeric) (SFUNC = numeric_mul, STYPE = numeric, INITCOND = '1');
CREATE TABLE quantiles AS
	SELECT *, CASE WHEN random() < 0.5 THEN round(random()::numeric, 1) ELSE random()::numeric END AS fraction
	FROM probes WHERE isfinite(at) AND random() < 0.3;
SELECT cmp_ok(count(*), '>', 4000::bigint, 'quantiles') FROM quantiles;
SELECT is(wrong('time_to_clear(c, fraction::float8, at)', $$
	SELECT justify_hours(min(elapsed)) FROM (
		SELECT elapsed, product(CASE WHEN at_risk = 0 THEN 1 ELSE 1 - cleared::numeric(60, 50) / at_risk END) OVER (ORDER BY elapsed) AS survival FROM (
			SELECT elapsed, count(*) FILTER (WHERE event) AS cleared, sum(count(*)) OVER (ORDER BY elapsed DESC) AS at_risk FROM (
				SELECT CASE WHEN cleared <= at THEN cleared ELSE at END - opened AS elapsed, cleared IS NOT NULL AND cleared <= at AS event
				FROM rows WHERE id = asked.id AND opened <= at) AS spells GROUP BY elapsed) AS steps) AS curve
	WHERE survival <= 1 - fraction + 1e-9 $$, '(SELECT * FROM quantiles WHERE fraction > 0)'), 0::bigint, 'time_to_clear');
SELECT is(time_to_clear(c, 0, '2023-01-20 00:00Z'), '0', 'nothing needs no time') FROM worked;
SELECT is(time_to_clear(c, 1, '2023-01-20 00:00Z'), NULL, 'all is not reached while one is open') FROM worked;
SELECT is(time_to_clear(c, 0.5, 'infinity'), '6 days', 'at the end of time the open one is still open') FROM worked;
SELECT is(time_to_clear(c, 0.5, '-infinity'), NULL, 'nothing opened') FROM worked;
SELECT throws_ok(format('SELECT time_to_clear(c, %L) FROM worked', fraction), '22023', 'fraction out of range: ' || shown)
FROM (VALUES ('-0.1', '-0.1'), ('1.5', '1.5'), ('NaN', 'NaN'), ('Infinity', 'Infinity')) AS bad (fraction, shown);

CREATE TABLE studies (name text, times int[], events int[], quantiles int[]);
INSERT INTO studies VALUES
	('aml', '{9,13,13,18,23,28,31,34,45,48,161,5,5,8,8,12,16,23,27,30,33,43,45}', '{1,1,0,1,1,0,1,1,0,1,0,1,1,1,1,1,0,1,1,1,1,1,1}', '{5,8,12,27,31,43,48,NULL,NULL}'),
	('ovarian', '{59,115,156,421,431,448,464,475,477,563,638,744,769,770,803,855,1040,1106,1129,1206,1227,268,329,353,365,377}', '{1,1,1,0,1,0,1,1,0,1,1,0,0,0,0,0,0,0,0,0,0,1,1,1,1,0}', '{59,156,365,638,NULL,NULL,NULL,NULL,NULL}'),
	('veteran', '{72,411,228,126,118,10,82,110,314,100,42,8,144,25,11,30,384,4,54,13,123,97,153,59,117,16,151,22,56,21,18,139,20,31,52,287,18,51,122,27,54,7,63,392,10,8,92,35,117,132,12,162,3,95,177,162,216,553,278,12,260,200,156,182,143,105,103,250,100,999,112,87,231,242,991,111,1,587,389,33,25,357,467,201,1,30,44,283,15,25,103,21,13,87,2,20,7,24,99,8,99,61,25,95,80,51,29,24,18,83,31,51,90,52,73,8,36,48,7,140,186,84,19,45,80,52,164,19,53,15,43,340,133,111,231,378,49}', '{1,1,1,1,1,1,1,1,1,0,1,1,1,0,1,1,1,1,1,1,0,0,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,0,1,1,1,1,1,1,1,0,0,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,0,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,0,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1}', '{1,10,25,80,110,162,340,991,999}'),
	('lung', '{306,455,1010,210,883,1022,310,361,218,166,170,654,728,71,567,144,613,707,61,88,301,81,624,371,394,520,574,118,390,12,473,26,533,107,53,122,814,965,93,731,460,153,433,145,583,95,303,519,643,765,735,189,53,246,689,65,5,132,687,345,444,223,175,60,163,65,208,821,428,230,840,305,11,132,226,426,705,363,11,176,791,95,196,167,806,284,641,147,740,163,655,239,88,245,588,30,179,310,477,166,559,450,364,107,177,156,529,11,429,351,15,181,283,201,524,13,212,524,288,363,442,199,550,54,558,207,92,60,551,543,293,202,353,511,267,511,371,387,457,337,201,404,222,62,458,356,353,163,31,340,229,444,315,182,156,329,364,291,179,376,384,268,292,142,413,266,194,320,181,285,301,348,197,382,303,296,180,186,145,269,300,284,350,272,292,332,285,259,110,286,270,81,131,225,269,225,243,279,276,135,79,59,240,202,235,105,224,239,237,173,252,221,185,92,13,222,192,183,211,175,197,203,116,188,191,105,174,177}', '{1,1,0,1,1,0,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,0,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,0,1,1,0,1,1,1,1,1,1,1,1,1,1,1,0,1,0,1,1,1,0,1,1,1,1,1,0,1,1,1,1,1,0,1,1,1,1,1,0,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,0,0,1,1,1,0,1,0,1,1,1,1,1,0,1,1,0,0,1,1,1,1,1,0,0,1,1,1,0,1,1,0,0,1,0,1,0,0,1,1,1,1,0,1,1,0,0,0,1,1,1,0,0,0,1,0,0,0,1,0,1,1,1,1,1,0,1,0,0,0,0,1,1,1,0,0,0,1,0,1,0,0,0,0,0,0,1,0,0,1,0,0,0,0,1,0,0,0,0,0}', '{11,79,170,310,371,550,735,NULL,NULL}'),
	('uncensored', '{1,2,3,4,5,6,7,8,9,10}', '{1,1,1,1,1,1,1,1,1,1}', '{1,1,3,5,6,8,9,10,10}');
SELECT is(array_agg(time_to_clear(c, fraction, '2024-01-01 00:00Z') ORDER BY fraction), array_agg(make_interval(days => quantile) ORDER BY fraction), 'as R: ' || name)
FROM (SELECT name, quantiles, clearance('2024-01-01 00:00Z'::timestamptz - time * interval '24 hours' - event * interval '48000 hours',
		CASE WHEN event = 1 THEN '2024-01-01 00:00Z'::timestamptz - interval '48000 hours' END) AS c
	FROM studies, unnest(times, events) AS u (time, event) GROUP BY name, quantiles) AS study,
	unnest(quantiles, '{0.01,0.1,0.25,0.5,0.6,0.75,0.9,0.99,1}'::float8[]) AS q (quantile, fraction)
GROUP BY name ORDER BY name;

-- checkpoints

CREATE TABLE checks AS
	SELECT id, c, least(a, b) AS since, greatest(a, b) AS until, steps.step FROM (
		SELECT p.id, p.c, p.at AS a, q.at AS b, row_number() OVER (PARTITION BY p.id ORDER BY random()) AS n
		FROM probes AS p JOIN probes AS q USING (id) WHERE isfinite(p.at) AND isfinite(q.at)) AS pairs,
		LATERAL (SELECT step FROM (VALUES (greatest(a, b) - least(a, b)), ('1 day'), ('1 mon'), ('7 hours'), ('0.5 seconds'), ('1 mon -3 days')) AS s (step)
			WHERE (greatest(a, b) - least(a, b)) / 50 < step) AS steps WHERE n <= 3 AND step > '0';
SELECT cmp_ok(count(*), '>', 5000::bigint, 'series of checkpoints') FROM checks;
SELECT is(wrong('zero_check_rate(c, since, until, step)', $$
	SELECT rate(NOT EXISTS (SELECT FROM rows WHERE id = asked.id AND opened <= t AND (cleared <= t) IS NOT TRUE))
	FROM generate_series(since, until, step) AS t $$, 'checks'), 0::bigint, 'zero_check_rate');
SELECT is(zero_check_rate(c, '2023-01-02', '2023-01-01', '1 day'), '0/0', 'an end before the beginning') FROM worked;
SELECT is(zero_check_rate(c, '2023-01-31 00:00Z', '2023-04-30 00:00Z', '1 mon'), '4/4', 'ends of months') FROM (VALUES (clearance '{}')) AS v (c);
SELECT throws_ok(format('SELECT zero_check_rate(c, %L, %L, %L) FROM worked', since, until, step), '22023', message)
FROM (VALUES ('2023-01-01', '2023-01-02', '0', 'step between checkpoints must be positive: 00:00:00'), ('2023-01-01', '2023-01-02', '-1 day', 'step between checkpoints must be positive: -1 days'),
	('-infinity', '2023-01-02', '1 day', 'checkpoints need a finite beginning and end'), ('2023-01-01', 'infinity', '1 day', 'checkpoints need a finite beginning and end'),
	('2023-01-31', '2023-05-02', '1 mon -29 days', 'step between checkpoints does not lead forward')) AS bad (since, until, step, message);

SELECT is(on_time_rate('{[2023-01-01T00:00:00Z,),[2023-01-01T00:00:00Z,2023-02-01T00:00:00Z)}', a::interval, '2024-01-01Z')::text, want, 'on time within ' || a)
FROM (VALUES ('300000 years', '0/0'), ('2000000000 days', '0/0'), ('1 month', '1/2'), ('1 day', '0/2')) AS v (a, want);
SELECT * FROM finish();
ROLLBACK;
