-- scorecard and verdict, against the same aggregates one by one and against counting by hand
BEGIN;
SELECT plan(65);
\ir ../helper/helper.sql
\ir ../helper/plan.sql
SET timezone = 'Asia/Shanghai';

-- 1,000 bodies with 0 to 60 complaints each, any field unknown now and then; three bodies have only unknown ones
SELECT setseed(0.21);
CREATE TABLE complaint AS
SELECT body, received, received + random() * interval '90 days' AS concluded, random() < 0.7 AS mediated, random() < 0.9 AS satisfied,
	received + random() * interval '20 days' AS escalated, received + (20 + random() * 60) * interval '1 day' AS cleared
FROM (SELECT body, '2022-01-01'::timestamptz + random() * interval '2 years' AS received
	FROM generate_series(1, 1000) AS body, generate_series(1, body % 61)) AS r;
UPDATE complaint SET received = NULL WHERE random() < 0.02;
UPDATE complaint SET concluded = NULL WHERE random() < 0.1;
UPDATE complaint SET mediated = NULL WHERE random() < 0.1;
UPDATE complaint SET satisfied = NULL WHERE random() < 0.5;
UPDATE complaint SET escalated = NULL WHERE random() < 0.8;
UPDATE complaint SET cleared = NULL WHERE random() < 0.2;
INSERT INTO complaint SELECT body FROM generate_series(1001, 1003) AS body, generate_series(1, 3);
ANALYZE complaint;
CREATE TABLE card AS
SELECT body, scorecard(received, concluded, mediated, satisfied, escalated, cleared, 'Asia/Shanghai') AS card FROM complaint GROUP BY body;

-- its parts are the same aggregates called one by one

SELECT results_eq('SELECT body, volume_trend(card), mediation_trend(card), satisfaction_trend(card), escalations(card) FROM card ORDER BY body',
	'SELECT body, trend(received, NULL, ''Asia/Shanghai''), trend(concluded, mediated, ''Asia/Shanghai''),
		trend(concluded, satisfied, ''Asia/Shanghai''), clearance(escalated, cleared) FROM complaint GROUP BY body ORDER BY body',
	'parts');
SELECT is(scorecard(received, concluded, mediated, satisfied, escalated, cleared),
	scorecard(received, concluded, mediated, satisfied, escalated, cleared, 'Asia/Shanghai'), 'without a zone the session''s') FROM complaint;
SET timezone = 'America/New_York';
SELECT is(scorecard(received, concluded, mediated, satisfied, escalated, cleared),
	scorecard(received, concluded, mediated, satisfied, escalated, cleared, 'America/New_York'), 'another session''s') FROM complaint;
SELECT isnt(scorecard(received, concluded, mediated, satisfied, escalated, cleared),
	scorecard(received, concluded, mediated, satisfied, escalated, cleared, 'Asia/Shanghai'), 'which has other days') FROM complaint;
SET timezone = 'Asia/Shanghai';

-- no rows, NULL rows

SELECT is(scorecard(received, concluded, mediated, satisfied, escalated, cleared)::text, '{}{}', 'no rows') FROM complaint WHERE false;
SELECT is(scorecard(received, concluded, mediated, satisfied, escalated, cleared)::text, '{}{}', 'only NULLs') FROM complaint WHERE body > 1000;
SELECT is(scorecard(received, concluded, mediated, satisfied, escalated, cleared) FILTER (WHERE body = 5), (SELECT card FROM card WHERE body = 5),
	'FILTER') FROM complaint;
SELECT is(rollup(card)::text, '{}{}', 'rollup of none') FROM card WHERE false;
SELECT is(rollup(NULL::scorecard)::text, '{}{}', 'rollup of NULL');
SELECT is(merge('{}{}', card), card, 'the empty one changes nothing') FROM card WHERE body = 60;

-- any split and order gives the same bytes

CREATE TABLE whole AS SELECT scorecard(received, concluded, mediated, satisfied, escalated, cleared, 'Asia/Shanghai') AS card FROM complaint;
SELECT is(rollup(card.card), whole.card, 'rollup of the bodies') FROM card, whole GROUP BY whole.card;
SELECT is(rollup(card.card ORDER BY random()), whole.card, 'in another order') FROM card, whole GROUP BY whole.card;
SELECT is(rollup(part), whole.card, 'rollup of rollups')
FROM (SELECT rollup(card) AS part FROM card GROUP BY body % 7) AS parts, whole GROUP BY whole.card;
SELECT is((SELECT count(*) FROM generate_series(1, 1000) AS i, LATERAL (
	SELECT rollup(part) AS card FROM (
		SELECT scorecard(received, concluded, mediated, satisfied, escalated, cleared, 'Asia/Shanghai') AS part
		FROM complaint WHERE body = i GROUP BY floor(random() * 5)) AS parts) AS again
	WHERE again.card IS DISTINCT FROM coalesce((SELECT card FROM card WHERE body = i), '{}{}')), 0::bigint, 'random splits of the rows');
SELECT is((SELECT count(*) FROM card AS a JOIN card AS b ON b.body = a.body + 1
	WHERE merge(a.card, b.card) <> merge(b.card, a.card) OR unmerge(merge(a.card, b.card), b.card) <> a.card
		OR merge(merge(a.card, b.card), a.card) <> merge(a.card, merge(b.card, a.card))), 0::bigint,
	'merge commutes and associates, unmerge takes back');
SELECT is(unmerge(card, card)::text, '{}{}', 'nothing is left') FROM whole;

-- rows on days that are there already: at the end of int8, back and forth, far from each other

CREATE AGGREGATE from_the_end(timestamptz, timestamptz, boolean, boolean, timestamptz, timestamptz, text) (
	SFUNC = scorecard_accum, STYPE = scorecard, FINALFUNC = scorecard_final,
	INITCOND = '{2023-01-01:9223372036854775806:300(1/2)(3/4),2023-01-02:5:9223372036854775806(1/2)(3/4)}{}');
SELECT is(from_the_end(received, concluded, mediated, satisfied, NULL, NULL, 'Asia/Shanghai')::text,
	'{2023-01-01:9223372036854775807:301(2/3)(3/4),2023-01-02:5:9223372036854775807(1/2)(3/5)}{}', 'the last row that int8 holds')
FROM (VALUES ('2023-01-01 09:00+08'::timestamptz, '2023-01-01 10:00+08'::timestamptz, true, NULL), (NULL, '2023-01-02 10:00+08', NULL, false)) AS v (received, concluded, mediated, satisfied);
SELECT throws_ok($$ SELECT from_the_end('2023-01-01 09:00+08', NULL, NULL, NULL, NULL, NULL, 'Asia/Shanghai') FROM generate_series(1, 2) $$, '22003', 'scorecard out of range');
SELECT throws_ok($$ SELECT from_the_end(NULL, '2023-01-02 09:00+08', NULL, NULL, NULL, NULL, 'Asia/Shanghai') FROM generate_series(1, 2) $$, '22003', 'scorecard out of range');
CREATE AGGREGATE past_32_bits(timestamptz, timestamptz, boolean, boolean, timestamptz, timestamptz, text) (
	SFUNC = scorecard_accum, STYPE = scorecard, FINALFUNC = scorecard_final, INITCOND = '{2023-01-01:4294967293:4294967293(1/2)(3/4)}{}');
SELECT is(volume_trend(card)::text || volume(mediation_trend(card), '[2023-01-01,2023-01-02)') || rate(satisfaction_trend(card), '[2023-01-01,2023-01-02)'), received, 'rows across the end of four bytes')
FROM (VALUES (5, '{2023-01-01:4294967298' || (SELECT string_agg(format(',2023-01-%s:1', to_char(i, 'FM00')), '' ORDER BY i) FROM generate_series(2, 31) AS i) || '}42949672988/9')) AS v (n, received),
	LATERAL (SELECT past_32_bits(at, at, true, true, NULL, NULL, 'UTC') AS card
		FROM (SELECT '2023-01-01 12:00Z'::timestamptz + i * interval '1 day' AS at FROM generate_series(1, 30) AS i UNION ALL SELECT '2023-01-01 12:00Z' FROM generate_series(1, n) ORDER BY at DESC) AS r) AS c;
SELECT is(scorecard('1950-01-01 12:00Z'::timestamptz + g % 2 * interval '26663 days', '2023-01-01 12:00Z'::timestamptz - g % 2 * interval '26663 days',
		CASE WHEN g % 4 > 0 THEN g % 3 = 0 END, CASE WHEN g % 4 = 0 THEN g % 3 = 0 END, NULL, NULL, 'UTC')::text,
	'{1950-01-01:500:500(167/500)(0/0),2023-01-01:500:500(83/250)(83/250)}{}', 'two days in turn')
FROM generate_series(1, 1000) AS g;

-- stored, read back, shown

SELECT is((SELECT count(*) FROM card WHERE card::text::scorecard <> card OR card::text::scorecard::text <> card::text), 0::bigint, 'text is exact');
CREATE FUNCTION texts(datestyle text, timezone text, intervalstyle text, extra_float_digits text) RETURNS text LANGUAGE sql AS $$
	SELECT set_config('datestyle', $1, true), set_config('timezone', $2, true), set_config('intervalstyle', $3, true),
		set_config('extra_float_digits', $4, true);
	SELECT md5(string_agg(card::text, '|' ORDER BY body)) || bool_and(card::text::scorecard = card) FROM card;
$$;
SELECT is(count(DISTINCT texts(d, z, i, f)), 1::bigint, 'text is the same under any setting')
FROM unnest('{SQL\,DMY,Postgres\,MDY,German,ISO\,YMD}'::text[]) AS d, unnest('{UTC,Asia/Shanghai,America/New_York}'::text[]) AS z,
	unnest('{postgres,iso_8601}'::text[]) AS i, unnest('{-15,3}'::text[]) AS f;
SET datestyle = ISO;
SET timezone = 'Asia/Shanghai';

CREATE FUNCTION through(format text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	file text := format('/tmp/cm_%s_%s', pg_backend_pid(), format);
	differing bigint;
BEGIN
	EXECUTE format('COPY card TO PROGRAM %L (FORMAT %s)', 'cat >' || file, format);
	CREATE TABLE back (LIKE card);
	EXECUTE format('COPY back FROM PROGRAM %L (FORMAT %s)', 'cat ' || file || ' && rm ' || file, format);
	SELECT count(*) INTO differing FROM card FULL JOIN back USING (body) WHERE card.card IS DISTINCT FROM back.card;
	DROP TABLE back;
	RETURN differing;
END $$;
SELECT is(through('text'), 0::bigint, 'COPY text');
SELECT is(through('binary'), 0::bigint, 'COPY binary');

CREATE TABLE stored (kind text, card scorecard);
CREATE FUNCTION store(storage text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('ALTER TABLE stored ALTER card SET STORAGE %s', storage);
	INSERT INTO stored SELECT storage, card FROM whole;
	RETURN (SELECT rollup(s.card) = (SELECT card FROM whole) AND bool_and(s.card = whole.card AND volume_trend(s.card) = volume_trend(whole.card)
			AND merge(s.card, s.card) = merge(whole.card, whole.card))
		FROM stored AS s, whole WHERE s.kind = storage);
END $$;
SELECT ok(store('external'), 'toasted');
SELECT ok(store('extended'), 'compressed and toasted');
SELECT ok(store('main'), 'compressed');
SELECT is((SELECT count(*) FROM card WHERE pg_column_size(card) < 127 AND merge(card, '{}{}') <> card), 0::bigint, 'short headers');
SELECT cmp_ok(pg_column_size(card), '<=', (SELECT 12 * opened_count(escalations(card), 'infinity') + 8 * 820 FROM whole)::int, 'a small state') FROM whole;

-- grouped, distinct, in frames

CREATE TABLE few AS SELECT body, received, body % 3 AS third FROM complaint WHERE body < 30;
CREATE FUNCTION answer(enabled text, query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	PERFORM set_config('enable_hashagg', CASE enabled WHEN 'hash' THEN 'on' ELSE 'off' END, true),
		set_config('enable_sort', CASE enabled WHEN 'hash' THEN 'off' ELSE 'on' END, true);
	EXECUTE query INTO result;
	RETURN result;
END $$;
SELECT is(answer('hash', q), answer('sort', q), 'hashed and sorted groups')
FROM (VALUES ($$ SELECT string_agg(third || ' ' || c::text, ',' ORDER BY third) FROM (SELECT third, scorecard(received, received, true, NULL, received, NULL) AS c FROM few GROUP BY third) AS s $$)) AS v (q);
SELECT is(answer('hash', q), answer('sort', q), 'grouped by a scorecard')
FROM (VALUES ($$ SELECT string_agg(card::text || n, ',' ORDER BY card::text) FROM (SELECT card, count(*) AS n FROM card GROUP BY card) AS s $$)) AS v (q);
RESET enable_hashagg;
RESET enable_sort;
SELECT results_eq('SELECT third, body, scorecard(received, received, true, NULL, received, NULL) FROM few GROUP BY GROUPING SETS ((third), (body), ()) ORDER BY 1, 2',
	'SELECT third, NULL::int AS body, scorecard(received, received, true, NULL, received, NULL) FROM few GROUP BY third UNION ALL
	SELECT NULL, body, scorecard(received, received, true, NULL, received, NULL) FROM few GROUP BY body UNION ALL
	SELECT NULL, NULL, scorecard(received, received, true, NULL, received, NULL) FROM few ORDER BY 1, 2', 'grouping sets');
SELECT is((SELECT scorecard(DISTINCT received, NULL, NULL, NULL, NULL, NULL) FROM (SELECT received FROM few UNION ALL SELECT received FROM few) AS twice),
	(SELECT scorecard(received, NULL, NULL, NULL, NULL, NULL) FROM few), 'DISTINCT');
SELECT is((SELECT count(*) FROM (
	SELECT scorecard(received, received, true, NULL, received, NULL) OVER frame AS moved, array_agg(received) OVER frame AS rows
	FROM few WINDOW frame AS (ORDER BY received, body ROWS BETWEEN 5 PRECEDING AND 2 FOLLOWING)) AS f
	WHERE moved <> (SELECT scorecard(r, r, true, NULL, r, NULL) FROM unnest(rows) AS r)), 0::bigint, 'window frames of rows');
SELECT is((SELECT count(*) FROM (
	SELECT rollup(card) OVER frame AS moved, array_agg(card) OVER frame AS cards
	FROM card WINDOW frame AS (ORDER BY body ROWS BETWEEN 3 PRECEDING AND CURRENT ROW)) AS f
	WHERE moved <> (SELECT rollup(c) FROM unnest(cards) AS c)), 0::bigint, 'window frames of states');
SELECT is((SELECT count(*) FROM card AS a, card AS b WHERE a.body < 60 AND b.body < 60
	AND ((a.card = b.card) <> (a.card::text = b.card::text) OR (a.card < b.card) <> (b.card > a.card) OR (a.card <= b.card) <> NOT (a.card > b.card)
		OR (a.card = b.card AND scorecard_hash(a.card) <> scorecard_hash(b.card)))), 0::bigint, 'operators');

-- parallel

SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
ALTER TABLE complaint SET (parallel_workers = 2);
\set of_all 'SELECT scorecard(received, concluded, mediated, satisfied, escalated, cleared, $$Asia/Shanghai$$) FROM complaint'
\set of_each 'SELECT body, scorecard(received, concluded, mediated, satisfied, escalated, cleared, $$Asia/Shanghai$$) FROM complaint GROUP BY body'
SELECT ok(launched(:'of_all') AND launched(:'of_each'), 'parallel plans');
SELECT is(answer(:'of_all'), answer('TABLE whole'), 'in parallel');
SELECT is(answer(:'of_each'), answer('SELECT body, card FROM card'), 'in parallel, by groups');
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;

-- as on Citus: each row with a new FmgrInfo, partial states as text

SELECT results_eq('SELECT body, fresh(''scorecard(timestamptz, timestamptz, boolean, boolean, timestamptz, timestamptz, text)'',
		received, concluded, mediated, satisfied, escalated, cleared, ''Asia/Shanghai''::text)::scorecard FROM complaint GROUP BY body ORDER BY body',
	'SELECT body, card FROM card ORDER BY body', 'a new FmgrInfo for each row');
SELECT is(fresh_combine('scorecard(timestamptz, timestamptz, boolean, boolean, timestamptz, timestamptz, text)', card.card::text)::scorecard, whole.card,
	'partial states as text') FROM card, whole GROUP BY whole.card;

-- by hand: the value passed stays as it was

CREATE FUNCTION by_hand(state scorecard) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	before text := state::text;
	after scorecard := scorecard_accum(state, '2023-01-01', '2023-01-01', true, false, '2023-01-01', NULL);
BEGIN
	PERFORM merge(state, state), unmerge(state, state);
	RETURN (state::text = before) || ' ' || (after <> state);
END $$;
SELECT is((SELECT count(*) FROM card WHERE by_hand(card) <> 'true true'), 0::bigint, 'no call outside an aggregate changes its argument');
SELECT is(scorecard_accum('{}{}', '2023-01-01', '2023-01-02', true, false, '2023-01-03', NULL)::text,
	'{2023-01-01:1,2023-01-02:0:1(1/1)(0/1)}{[2023-01-02T16:00:00Z,)}', 'a transition by hand');
SELECT is(scorecard_accum(NULL, '2023-01-01', NULL, NULL, NULL, NULL, NULL), NULL, 'on no state');

-- verdict against counting the rows

CREATE TABLE judged AS
SELECT body, p.period, p.baseline, v.*, v IS NULL AS missing
FROM card, (VALUES (daterange('2023-01-01', '2023-10-01'), daterange('2022-01-01', '2022-10-01')), ('[2023-03-01,2023-04-01)', '[2022-03-01,2022-04-01)'),
	('[2022-05-04,2022-07-19)', '[2021-05-04,2021-07-19)')) AS p (period, baseline), verdict(card, p.period) AS v;
CREATE TABLE counted AS
SELECT body, period, baseline, count(*) FILTER (WHERE received::date <@ period) AS now, count(*) FILTER (WHERE received::date <@ baseline) AS before,
	count(*) FILTER (WHERE concluded::date <@ period AND mediated) AS mediated_now, count(*) FILTER (WHERE concluded::date <@ period AND mediated IS NOT NULL) AS decided_now,
	count(*) FILTER (WHERE concluded::date <@ baseline AND mediated) AS mediated_before, count(*) FILTER (WHERE concluded::date <@ baseline AND mediated IS NOT NULL) AS decided_before,
	count(*) FILTER (WHERE concluded::date <@ period AND satisfied) AS satisfied_now, count(*) FILTER (WHERE concluded::date <@ period AND satisfied IS NOT NULL) AS answered_now,
	count(*) FILTER (WHERE concluded::date <@ baseline AND satisfied) AS satisfied_before, count(*) FILTER (WHERE concluded::date <@ baseline AND satisfied IS NOT NULL) AS answered_before,
	count(*) FILTER (WHERE escalated < upper(period) AND (cleared > upper(period) OR cleared IS NULL)) AS open
FROM complaint, (SELECT DISTINCT period, baseline FROM judged) AS p GROUP BY body, period, baseline;
SELECT is(count(*), 3 * (SELECT count(*) FROM card), 'as many verdicts as bodies and periods') FROM judged JOIN counted USING (body, period);
SELECT is(count(*) FILTER (WHERE volume IS DISTINCT FROM ROW(now, before, '0/0', '0/0')::delta), 0::bigint, 'volume') FROM judged JOIN counted USING (body, period);
SELECT is(count(*) FILTER (WHERE (mediation).rate IS DISTINCT FROM rate(mediated_now, decided_now)
	OR (mediation).baseline_rate IS DISTINCT FROM rate(mediated_before, decided_before)), 0::bigint, 'mediation') FROM judged JOIN counted USING (body, period);
SELECT is(count(*) FILTER (WHERE (satisfaction).rate IS DISTINCT FROM rate(satisfied_now, answered_now)
	OR (satisfaction).baseline_rate IS DISTINCT FROM rate(satisfied_before, answered_before)), 0::bigint, 'satisfaction') FROM judged JOIN counted USING (body, period);
SELECT is(count(*) FILTER (WHERE open_escalations <> open OR escalations_clear <> (open = 0)), 0::bigint, 'escalations') FROM judged JOIN counted USING (body, period);
SELECT is(count(*) FILTER (WHERE volume_down IS DISTINCT FROM (now::numeric < nullif(before, 0) AND nullif(now, 0) IS NOT NULL)
	AND volume_down IS DISTINCT FROM (SELECT now < before WHERE now > 0 AND before > 0)), 0::bigint, 'down is strictly less') FROM judged JOIN counted USING (body, period);
SELECT is(count(*) FILTER (WHERE mediation_up IS DISTINCT FROM
	(SELECT mediated_now = decided_now OR mediated_now::numeric / decided_now > mediated_before::numeric / decided_before WHERE decided_now > 0 AND decided_before > 0)), 0::bigint,
	'up is strictly more, or all') FROM judged JOIN counted USING (body, period);
SELECT is(count(*) FILTER (WHERE satisfaction_up IS DISTINCT FROM
	(SELECT satisfied_now = answered_now OR satisfied_now::numeric / answered_now > satisfied_before::numeric / answered_before WHERE answered_now > 0 AND answered_before > 0)), 0::bigint,
	'satisfaction likewise') FROM judged JOIN counted USING (body, period);
SELECT is(count(*) FILTER (WHERE goals_met <> coalesce(volume_down, false)::int + coalesce(mediation_up, false)::int + coalesce(satisfaction_up, false)::int
	+ escalations_clear::int), 0::bigint, 'goals met') FROM judged;

-- verdict by the letter

SELECT results_eq($$ SELECT volume_down, mediation_up, satisfaction_up, escalations_clear, goals_met FROM verdict(
	'{2022-01-05:5:4(3/4)(4/4),2023-01-05:5:4(3/4)(4/4)}{}', '[2023-01-01,2024-01-01)') $$,
	'VALUES (false, false, true, true, 2)', 'as many is not down, as high is not up, unless at 100 %');
SELECT results_eq($$ SELECT volume_down, mediation_up, satisfaction_up, escalations_clear, goals_met FROM verdict(
	'{2022-01-05:0:4(3/4)(0/0),2023-01-05:5:4(4/4)(4/4)}{[2023-12-31T15:59:59.999999Z,)}', '[2023-01-01,2024-01-01)') $$,
	'VALUES (NULL::boolean, true, NULL::boolean, false, 1)', 'a goal without data on a side is NULL');
SELECT results_eq($$ SELECT z, open_escalations FROM unnest('{Asia/Shanghai,UTC}'::text[]) AS z,
	verdict('{}{[2023-12-31T18:00:00Z,2024-03-01T00:00:00Z)}', '[2023-01-01,2024-01-01)', zone => z) $$,
	$$ VALUES ('Asia/Shanghai', 0::int8), ('UTC', 1) $$, 'judged at midnight of the zone');
SELECT is((SELECT open_escalations FROM verdict(scorecard(NULL, NULL, NULL, NULL, now() - interval '1 day', CASE WHEN i > 1 THEN now() + interval '1 day' END),
	daterange(current_date - 10, current_date + 10))), 2::int8, 'and now while the period lasts') FROM generate_series(1, 2) AS i HAVING true;
SELECT is(open_escalations, open::int8, 'an escalation ' || of) FROM (VALUES ('[2023-09-30T15:59:59.999999Z,)', 1, 'of the last microsecond'), ('[2023-09-30T16:00:00Z,)', 0, 'of the 1st is the next month''s'),
	('[2023-09-05T00:00:00Z,2023-09-30T16:00:00Z)', 0, 'cleared at midnight is cleared')) AS v (i, open, of),
	verdict(('{}{' || i || '}')::scorecard, '[2023-09-01,2023-10-01)', zone => 'Asia/Shanghai');
SELECT is((SELECT open_escalations FROM verdict('{}{[2023-07-01T00:00:00Z,2023-07-31T22:30:00Z)}', '[2023-07-01,2023-08-01)', zone => coalesce((SELECT name FROM pg_timezone_names WHERE name = 'CET'), 'Europe/Brussels'))), 1::int8, 'midnight of a zone whose name is an abbreviation too');
SELECT is((SELECT open_escalations FROM verdict('{}{[2023-03-01T00:00:00Z,2023-04-02T13:30:00Z),[2023-03-01T00:00:00Z,2023-04-02T13:30:00.000001Z)}', '[2023-03-01,2023-04-03)', zone => 'Australia/Lord_Howe')), 1::int8, 'midnight after clocks changed by half an hour');
SAVEPOINT altered;
ALTER TYPE verdict ADD ATTRIBUTE more int;
SELECT throws_ok($$ SELECT verdict('{}{}', '[2023-07-01,2023-08-01)') $$, '42804', 'type verdict is not as it was installed');
ROLLBACK TO altered;
SELECT is((SELECT (volume).baseline_volume FROM verdict('{2023-02-28:3,2024-02-28:1,2024-02-29:1}{}', '[2024-02-28,2024-02-29)')), 3::int8, 'a leap year');

SELECT * FROM finish();
ROLLBACK;
