-- trend against GROUP BY day
BEGIN;
SELECT * FROM no_plan();
\ir ../helper/helper.sql
\ir ../helper/stored.sql
\ir ../helper/plan.sql
SET timezone = 'Asia/Shanghai';

-- The slow way: days of rows as the text of a trend
CREATE FUNCTION slow(days date[], hits boolean[]) RETURNS text LANGUAGE sql BEGIN ATOMIC
	SELECT '{' || coalesce(string_agg(format('%s:%s%s', day, volume,
		CASE WHEN decided > 0 THEN format('(%s/%s)', hits, decided) END), ',' ORDER BY day), '') || '}'
	FROM (SELECT day, count(*) AS volume, count(hit) AS decided, count(*) FILTER (WHERE hit) AS hits
		FROM unnest(days, hits) AS r (day, hit) WHERE day IS NOT NULL GROUP BY day) AS d;
END;
SET datestyle = ISO;

-- 1,200 groups of 0 to 400 rows, on few days or many, dense or far apart, before and after 2000
SELECT setseed(0.4);
CREATE TABLE row_of AS
SELECT id, at, CASE WHEN random() < 0.02 THEN NULL ELSE at::date END AS day, CASE WHEN random() < 0.7 THEN random() < 0.6 END AS hit, (random() * 4)::int AS part
FROM (SELECT id, '1999-06-01 00:00+08'::timestamptz + random() * span * interval '1 day' * CASE WHEN id % 5 = 0 THEN -10 ELSE 1 END AS at
	FROM (SELECT id, (ARRAY[1, 3, 14, 20, 300, 4096 * 40])[1 + id % 6] AS span, (id * 7919) % 401 AS n FROM generate_series(1, 1200) AS id) AS g,
		generate_series(1, n)) AS r;
ANALYZE row_of;
CREATE TABLE expected AS SELECT id, slow(array_agg(day), array_agg(hit)) AS with_hits, slow(array_agg(day), array_agg(NULL::boolean)) AS without FROM row_of GROUP BY id;
CREATE TABLE trends AS SELECT id, trend(day, hit) AS t, trend(day) AS plain FROM row_of GROUP BY id;
CREATE INDEX ON trends (id);

SELECT cmp_ok(count(*), '>=', 1000::bigint, 'a thousand cases') FROM trends;
SELECT is_empty('SELECT id FROM trends JOIN expected USING (id) WHERE t::text <> with_hits OR plain::text <> without', 'trend(date [, hit])');
SELECT is_empty('SELECT id FROM (SELECT id, trend(day::timestamp + interval ''23:59:59.999999'', hit) AS t FROM row_of GROUP BY id) AS s JOIN trends USING (id) WHERE s.t <> trends.t', 'trend(timestamp, hit)');
SELECT is_empty('SELECT id FROM (SELECT id, trend(day::timestamp) AS t FROM row_of GROUP BY id) AS s JOIN trends USING (id) WHERE s.t <> plain', 'trend(timestamp)');
SELECT is_empty('SELECT id FROM (SELECT id, trend(day::timestamptz, hit) AS t, trend(day::timestamptz) AS p FROM row_of GROUP BY id) AS s JOIN trends USING (id) WHERE s.t <> trends.t OR p <> plain', 'trend(timestamptz [, hit])');
SELECT is_empty('SELECT id FROM (SELECT id, trend(day::timestamptz, hit, ''Asia/Shanghai'') AS t FROM row_of GROUP BY id) AS s JOIN trends USING (id) WHERE s.t <> trends.t', 'trend(timestamptz, hit, zone)');

-- days by the zone, the session's or a named one; instants around every change of clocks from 1850 to 2100

CREATE TABLE instant AS
SELECT z.name, at + shift AS at
FROM (VALUES ('Asia/Shanghai'), ('America/New_York'), ('Australia/Lord_Howe'), ('Pacific/Apia'), ('Africa/Monrovia'), ('Europe/Dublin'), ('UTC'), ('Asia/Kathmandu')) AS z (name),
	LATERAL (SELECT at FROM generate_series('1850-01-01 00:00Z'::timestamptz, '2100-01-01', '15 days 7 hours') AS at
		UNION ALL SELECT (day::timestamp AT TIME ZONE z.name) FROM generate_series('1900-01-01', '2040-01-01', interval '3 days 12:00') AS day) AS i,
	unnest('{0,-0.000001,0.000001}'::interval[]) AS shift;
CREATE FUNCTION wrong_days(zone text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	n bigint;
BEGIN
	PERFORM set_config('timezone', zone, true);
	SELECT count(*) INTO n FROM (
		SELECT (trend(at, NULL, zone))::text AS named, trend(at)::text AS session, slow(array_agg((at AT TIME ZONE zone)::date), NULL) AS days
		FROM (SELECT *, row_number() OVER (ORDER BY random()) % 150 AS g FROM instant WHERE name = zone) AS i GROUP BY g) AS s
	WHERE named <> days OR session <> days;
	RETURN n;
END $$;
-- Each change of clocks to the second, found by halving what lies between two days
CREATE FUNCTION change_between(zone text, early timestamptz, late timestamptz) RETURNS timestamptz LANGUAGE plpgsql AS $$
DECLARE
	middle timestamptz;
BEGIN
	WHILE late > early + interval '1 second' LOOP
		middle := date_trunc('second', early + (late - early) / 2);
		IF (middle AT TIME ZONE zone) - (middle AT TIME ZONE 'UTC') = (early AT TIME ZONE zone) - (early AT TIME ZONE 'UTC') THEN
			early := middle;
		ELSE
			late := middle;
		END IF;
	END LOOP;
	RETURN late;
END $$;
CREATE TABLE change AS
SELECT name, change_between(name, at - interval '10 days', at) AS at
FROM (SELECT name, at, off <> lag(off) OVER (PARTITION BY name ORDER BY at) AS changed
	FROM (SELECT DISTINCT name FROM instant) AS z, generate_series('1850-01-01 00:00Z'::timestamptz, '2100-01-01', '10 days') AS at,
		LATERAL (SELECT (at AT TIME ZONE name) - (at AT TIME ZONE 'UTC') AS off) AS o) AS s
WHERE changed;
INSERT INTO instant SELECT name, at + shift FROM change, unnest('{-1 day,-0.000001,0,0.000001,1 day}'::interval[]) AS shift;
SELECT cmp_ok(count(*), '>', 900::bigint, 'changes of clocks, at each of which the day is asked for') FROM change;
SELECT is(wrong_days(name), 0::bigint, name || ': days as AT TIME ZONE gives them') FROM (SELECT DISTINCT name FROM instant) AS z ORDER BY name;
SELECT is(trend(at, NULL, 'America/New_York')::text, '{2769-11-02:1,2770-07-03:1}', 'behind the last change that the server''s table lists')
FROM (VALUES ('2000-01-01 00:00Z'::timestamptz, 'UTC'), ('2769-11-02 06:00:00Z', NULL), ('2770-07-03 04:30:00Z', NULL)) AS v (at, other)
WHERE other IS NULL OR trend_accum('{}', at, NULL, other) IS NULL;
SET timezone = 'Asia/Shanghai';
SELECT is(trend(at, NULL, 'Asia/Shanghai')::text, '{1986-05-03:1,1986-05-04:1,1991-09-14:1,1991-09-15:2}', 'Shanghai had daylight saving until 1991')
FROM unnest('{1986-05-03 15:59:59Z,1986-05-03 16:00:00Z,1991-09-14 14:59:59Z,1991-09-14 15:00:00Z,1991-09-14 16:30:00Z}'::timestamptz[]) AS at;
SELECT is(trend(at, NULL, 'America/New_York')::text, '{2023-03-11:1,2023-03-12:2,2023-03-13:1,2023-11-05:2,2023-11-06:1}', 'New York changes clocks')
FROM unnest('{2023-03-12 04:59:59Z,2023-03-12 05:00:00Z,2023-03-13 03:59:59Z,2023-03-13 04:00:00Z,2023-11-05 04:00:00Z,2023-11-06 04:59:59Z,2023-11-06 05:00:00Z}'::timestamptz[]) AS at;
SELECT is(trend(at, NULL, 'Australia/Lord_Howe')::text, '{2023-04-01:1,2023-04-02:2,2023-04-03:1}', 'Lord Howe by half an hour')
FROM unnest('{2023-04-01 12:59:59Z,2023-04-01 13:00:00Z,2023-04-02 13:29:59Z,2023-04-02 13:30:00Z}'::timestamptz[]) AS at;

CREATE FUNCTION moved(at timestamptz, zone text) RETURNS timestamptz LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('timezone', zone, true);
	RETURN at;
END $$;
SELECT is(trend(moved('2023-01-01 20:00Z', zone))::text, '{2023-01-01:2,2023-01-02:2}', 'the session''s zone may change between rows')
FROM unnest('{UTC,Asia/Shanghai,America/New_York,Asia/Tokyo}'::text[]) AS zone;
SET timezone = '+08';
SELECT is(trend('2023-01-01 20:00Z'::timestamptz)::text, '{2023-01-02:1}', 'a fixed offset');
SET timezone = 'Asia/Shanghai';
SELECT is(trend(at, NULL, zone)::text, '{2023-01-01:1,2023-01-02:2}', 'a zone for each row')
FROM (VALUES ('2023-01-01 20:00Z'::timestamptz, 'UTC'), ('2023-01-01 20:00Z', 'Asia/Shanghai'), ('2023-01-02 20:00Z', 'America/New_York')) AS v (at, zone);

CREATE TABLE zones AS SELECT name FROM pg_timezone_names WHERE name !~ '[0-9]' OR name LIKE 'Etc/%' ORDER BY hashtext(name);
SELECT is(trend(at, NULL, name), trend((at AT TIME ZONE name)::date), 'any zone after any other')
FROM zones, unnest('{2023-01-01 05:00Z,2023-03-26 00:30Z,2023-07-01 20:00Z,1911-06-01 12:00Z}'::timestamptz[]) AS at;
SELECT is(trend(at, NULL, name || ''), trend((at AT TIME ZONE name)::date), 'with names that were never stored')
FROM zones, unnest('{2023-01-01 05:00Z,2023-03-26 00:30Z,2023-07-01 20:00Z,1911-06-01 12:00Z}'::timestamptz[]) AS at;

-- no rows, NULL rows

SELECT is((SELECT trend(day, hit) FROM row_of WHERE false)::text, '{}', 'no rows');
SELECT is(trend(NULL::date, true)::text || trend(NULL::date) || trend(NULL::timestamptz, true, 'UTC') || trend(NULL::timestamp), '{}{}{}{}', 'NULL days');
SELECT is(trend('2023-01-01'::date, NULL)::text, '{2023-01-01:1}', 'a NULL hit counts to the volume');
SELECT is(trend(day, hit) FILTER (WHERE id = 7), (SELECT t FROM trends WHERE id = 7), 'FILTER') FROM row_of;
SELECT is((SELECT rollup(t) FROM trends WHERE false)::text || (SELECT rollup(NULL::trend))::text, '{}{}', 'rollup of nothing');
SELECT is(merge(t, NULL), NULL, 'merge with NULL') FROM trends LIMIT 1;

-- any split, order and tree gives the same bytes

CREATE TABLE parts AS SELECT id, part, trend(day, hit) AS t FROM row_of GROUP BY id, part;
SELECT is_empty('SELECT id FROM (SELECT id, rollup(t ORDER BY random()) AS r FROM parts GROUP BY id) AS s JOIN trends USING (id) WHERE r <> t OR r::text <> t::text', 'rollup of parts');
SELECT is_empty('SELECT id FROM (SELECT id, rollup(r) AS r FROM (SELECT id, rollup(t) AS r FROM parts GROUP BY id, part % 2) AS half GROUP BY id) AS s JOIN trends USING (id) WHERE r <> t', 'rollup of rollups');
SELECT is_empty('SELECT a.id FROM trends AS a JOIN trends AS b ON b.id = 1201 - a.id WHERE merge(a.t, b.t) <> merge(b.t, a.t) OR unmerge(merge(a.t, b.t), b.t) <> a.t
	OR merge(merge(a.t, b.t), a.plain) <> merge(a.t, merge(b.t, a.plain)) OR merge(a.t, ''{}'') <> a.t OR unmerge(a.t, a.t) <> ''{}''', 'merge commutes and associates, unmerge takes back');
SELECT is((SELECT rollup(t) FROM trends), (SELECT trend(day, hit) FROM row_of), 'all of them');
SELECT is(rollup(t)::text, '{2023-01-01:9000000000000000000(8000000000000000000/8500000000000000000)}', 'counts far past int4')
FROM (SELECT '{2023-01-01:3000000000000000000(2500000000000000000/2500000000000000000)}'::trend UNION ALL SELECT '{2023-01-01:6000000000000000000(5500000000000000000/6000000000000000000)}') AS v (t);
SELECT is(trend(d)::text, '{2023-01-01:300}', 'a byte''s worth of rows and more') FROM (SELECT '2023-01-01'::date AS d FROM generate_series(1, 300)) AS s;

-- rows on days that are there already: at the end of int8, back and forth, far from each other

CREATE AGGREGATE from_the_end(date, boolean) (SFUNC = trend_accum, STYPE = trend, FINALFUNC = trend_final,
	INITCOND = '{2023-01-01:9223372036854775806(9223372036854775805/9223372036854775805),2023-01-02:300}');
SELECT is(from_the_end(d, h)::text, '{2023-01-01:9223372036854775807(9223372036854775806/9223372036854775806),2023-01-02:302(1/2)}', 'the last row that int8 holds')
FROM (VALUES ('2023-01-02'::date, true), ('2023-01-01', true), ('2023-01-02', false)) AS v (d, h);
SELECT throws_ok($$ SELECT from_the_end('2023-01-01', NULL) FROM generate_series(1, 2) $$, '22003', 'trend out of range');
CREATE AGGREGATE past_32_bits(date, boolean) (SFUNC = trend_accum, STYPE = trend, FINALFUNC = trend_final, INITCOND = '{2023-01-01:4294967294(4294967292/4294967293)}');
SELECT is(past_32_bits(d, h)::text, '{2023-01-01:4294967301(4294967295/4294967300),2023-01-02:1' || (SELECT string_agg(format(',2023-01-%s:1', to_char(i, 'FM00')), '' ORDER BY i) FROM generate_series(3, 30) AS i) || '}', 'rows across the end of four bytes')
FROM (SELECT '2023-01-01'::date + i AS d, NULL::boolean AS h, 0 AS nth FROM generate_series(1, 29) AS i UNION ALL SELECT '2023-01-01', i < 4, i FROM generate_series(1, 7) AS i ORDER BY nth) AS v;
SELECT is(rollup(t), (SELECT ('{' || string_agg(format('%s:12884901885(4294967299/8589934590)', d::date), ',' ORDER BY d) || '}')::trend FROM generate_series('2023-01-01'::timestamp, '2023-02-09', '1 day') AS d), 'many days past four bytes, merged')
FROM unnest('{4294967295(4294967295/4294967295),4294967295(4/4294967295),4294967295}'::text[]) AS counts,
	LATERAL (SELECT ('{' || string_agg(d::date || ':' || counts, ',' ORDER BY d) || '}')::trend AS t FROM generate_series('2023-01-01'::timestamp, '2023-02-09', '1 day') AS d) AS v;
SELECT is(trend('1950-01-01'::date + g % 2 * 26663, CASE WHEN g % 4 > 0 THEN g % 3 = 0 END)::text, '{1950-01-01:500(83/250),2023-01-01:500(167/500)}', 'two days in turn')
FROM generate_series(1, 1000) AS g;
SELECT is(trend('1900-01-01'::date + g % 20 * 4096, g % 40 < 20)::text,
	(SELECT '{' || string_agg('1900-01-01'::date + i * 4096 || ':50(25/50)', ',' ORDER BY i) || '}' FROM generate_series(0, 19) AS i), 'decades apart')
FROM generate_series(1, 1000) AS g;
SELECT throws_ok($$ SELECT trend(d) FROM (SELECT '2023-01-01'::date + g % 30 AS d FROM generate_series(1, 1000) AS g UNION ALL SELECT '-infinity') AS v $$, '22008', 'an infinite date is no day of a trend');

-- grouped, distinct, in frames

SELECT results_eq('SELECT id % 3, part, trend(day, hit) FROM row_of WHERE id < 100 GROUP BY GROUPING SETS ((id % 3), (part), ()) ORDER BY 1, 2',
	'SELECT id % 3, NULL::int, trend(day, hit) FROM row_of WHERE id < 100 GROUP BY 1 UNION ALL SELECT NULL, part, trend(day, hit) FROM row_of WHERE id < 100 GROUP BY part
	UNION ALL SELECT NULL, NULL, trend(day, hit) FROM row_of WHERE id < 100 ORDER BY 1, 2', 'grouping sets');
SELECT is((SELECT trend(DISTINCT day) FROM row_of)::text, (SELECT slow(array_agg(DISTINCT day), NULL) FROM row_of), 'DISTINCT');
SELECT is_empty($$ SELECT * FROM (SELECT trend(day, hit) OVER w AS moved, array_agg(day) OVER w AS days, array_agg(hit) OVER w AS hits FROM row_of WHERE id BETWEEN 10 AND 14
	WINDOW w AS (PARTITION BY id ORDER BY day ROWS BETWEEN 20 PRECEDING AND 3 FOLLOWING)) AS f WHERE moved::text <> slow(days, hits) $$, 'window frames of rows');
SELECT is_empty($$ SELECT * FROM (SELECT rollup(t) OVER w AS moved, array_agg(t) OVER w AS ts FROM trends
	WINDOW w AS (ORDER BY id ROWS BETWEEN 2 PRECEDING AND 1 FOLLOWING)) AS f WHERE moved <> (SELECT rollup(t) FROM unnest(ts) AS t) $$, 'moving frames of states');
SELECT is((SELECT volume(trend(day, hit)) || ' ' || rate(trend(day, hit)) || trend(day, hit) FROM row_of WHERE id = 40),
	(SELECT count(day) || ' ' || rate(hit) FILTER (WHERE day IS NOT NULL) || slow(array_agg(day), array_agg(hit)) FROM row_of WHERE id = 40), 'accessors share the state');
SELECT is((SELECT count(*) FROM (SELECT DISTINCT t FROM trends) AS d), (SELECT count(DISTINCT t::text) FROM trends), 'DISTINCT trends');
SELECT is_empty('SELECT FROM trends AS a, trends AS b WHERE a.id < 40 AND b.id < 40 AND ((a.t = b.t) <> (a.t::text = b.t::text) OR (a.t <> b.t) = (a.t = b.t) OR (a.t < b.t) <> (b.t > a.t)
	OR (a.t <= b.t) = (a.t > b.t) OR (a.t = b.t AND (trend_hash(a.t), trend_hash_extended(a.t, 7)) <> (trend_hash(b.t), trend_hash_extended(b.t, 7))))', 'operators');

-- parallel, hashed and sorted

CREATE TABLE hashed AS SELECT id, NULL::trend AS t FROM trends WHERE false;
SET enable_sort = off;
INSERT INTO hashed SELECT id, trend(day, hit) FROM row_of GROUP BY id;
RESET enable_sort;
SET enable_hashagg = off;
SELECT is_empty('SELECT id FROM (SELECT id, trend(day, hit) AS s FROM row_of GROUP BY id) AS sorted JOIN trends USING (id) JOIN hashed USING (id) WHERE s <> trends.t OR hashed.t <> s', 'hashed and sorted groups');
RESET enable_hashagg;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SELECT ok(launched('SELECT trend(day, hit) FROM row_of') AND launched('SELECT id, trend(day, hit) FROM row_of GROUP BY id') AND launched('SELECT rollup(t) FROM parts'), 'parallel plans');
CREATE TABLE whole AS SELECT (SELECT rollup(t) FROM trends) AS t;
SELECT is(answer('SELECT trend(day, hit) FROM row_of'), answer('TABLE whole'), 'in parallel');
SELECT is(answer('SELECT id, trend(day, hit) FROM row_of GROUP BY id'), answer('SELECT id, t FROM trends'), 'in parallel, by groups');
SELECT is(answer('SELECT rollup(t) FROM parts'), answer('TABLE whole'), 'rollup in parallel');
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;

-- 100,000 small groups in little memory
SET work_mem = '1MB';
SELECT is(sum(volume(t)), 300000::numeric, '100,000 groups') FROM (SELECT trend('2023-01-01'::date + g % 7) AS t FROM generate_series(1, 300000) AS g GROUP BY g % 100000) AS s;
RESET work_mem;

-- as on Citus

SELECT is_empty('SELECT id FROM (SELECT id, fresh(''trend(date, boolean)'', day, hit)::trend AS f FROM row_of GROUP BY id) AS s JOIN trends USING (id) WHERE f <> t', 'a new FmgrInfo for each row');
SELECT is_empty('SELECT id FROM (SELECT id, fresh(''trend(timestamptz, boolean, text)'', day::timestamptz, hit, ''Asia/Shanghai''::text)::trend AS f FROM row_of GROUP BY id) AS s JOIN trends USING (id) WHERE f <> t', 'with a zone');
SELECT is_empty('SELECT id FROM (SELECT id, fresh_combine(''trend(date, boolean)'', t::text)::trend AS f FROM parts GROUP BY id) AS s JOIN trends USING (id) WHERE f <> t', 'partial states as text');

-- stored, read back, shown

SELECT is_empty('SELECT id FROM trends WHERE t::text::trend <> t', 'text is exact');
SELECT is_empty('SELECT id FROM trends WHERE recv_bytes(''trend'', trend_send(t)) <> t::text', 'binary is exact');
CREATE FUNCTION texts(datestyle text, timezone text, intervalstyle text, digits text) RETURNS text LANGUAGE sql AS $$
	SELECT set_config('datestyle', $1, true), set_config('timezone', $2, true), set_config('intervalstyle', $3, true), set_config('extra_float_digits', $4, true);
	SELECT md5(string_agg(t::text, '|' ORDER BY id)) || bool_and(t::text::trend = t) FROM trends;
$$;
SELECT is(count(DISTINCT texts(d, z, i, f)), 1::bigint, 'text is the same under any setting')
FROM unnest('{SQL\,DMY,Postgres\,MDY,German,ISO\,YMD}'::text[]) AS d, unnest('{UTC,America/New_York}'::text[]) AS z, unnest('{postgres,iso_8601}'::text[]) AS i, unnest('{-15,3}'::text[]) AS f;
SET datestyle = ISO;
SELECT is(through('SELECT id, t FROM trends', 'trend', 'text'), 0::bigint, 'COPY text');
SELECT is(through('SELECT id, t FROM trends', 'trend', 'binary'), 0::bigint, 'COPY binary');
CREATE TABLE stored (kind text, t trend);
CREATE FUNCTION store(storage text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('ALTER TABLE stored ALTER t SET STORAGE %s', storage);
	INSERT INTO stored SELECT storage, trend('1990-01-01'::date + (g % 9000), g % 3 = 0) FROM generate_series(1, 40000) AS g;
	RETURN (SELECT rollup(t) = whole AND bool_and(t = whole AND unmerge(t, t) = '{}' AND merge(t, t) = merge(whole, whole) AND first_day(t) = '1990-01-01' AND volume(t) = 40000)
		FROM stored, (SELECT trend('1990-01-01'::date + (g % 9000), g % 3 = 0) AS whole FROM generate_series(1, 40000) AS g) AS w WHERE kind = storage GROUP BY whole);
END $$;
SELECT ok(store('external'), 'toasted');
SELECT ok(store('extended'), 'compressed');
SELECT ok(store('main'), 'compressed in the row if possible');

-- small: at most four bytes a day for counts under 128, and a header

SELECT is_empty($$ SELECT FROM generate_series(1, 40) AS step, LATERAL (
	SELECT count(DISTINCT d) AS n, pg_column_size(trend(d)) AS volumes, pg_column_size(trend(d, h)) AS all_decided, pg_column_size(trend(d, CASE WHEN u THEN h END)) AS some_decided
	FROM (SELECT '2000-01-01'::date + i * step AS d, (i * k) % 3 = 0 AS h, k % 4 > 0 AS u FROM generate_series(1, 500) AS i, generate_series(1, 1 + i % 9) AS k) AS r) AS s
	WHERE volumes > 3 * n + 16 OR all_decided > 4 * n + 16 OR some_decided > CASE WHEN step <= 7 THEN 4 ELSE 5 END * n + 16 $$, 'bytes a day');
SELECT cmp_ok(pg_column_size(trend(d)), '<', 32, 'one row in 1970 and one in 2026') FROM (VALUES ('1970-01-01'::date), ('2026-01-01')) AS v (d);

-- by hand: the value passed stays as it was

CREATE FUNCTION by_hand(state trend) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	before text := state::text;
	after trend := trend_accum(state, '2023-01-01'::date, true);
BEGIN
	PERFORM merge(state, after), unmerge(after, state), rollup(s) FROM unnest(ARRAY[state, after]) AS s;
	RETURN state::text = before AND unmerge(after, state) = '{2023-01-01:1(1/1)}';
END $$;
SELECT is_empty('SELECT id FROM trends WHERE NOT by_hand(t)', 'no call outside an aggregate changes its argument');

-- corrupted bytes: an error of the right class, or a value whose text reads back

CREATE TABLE sent AS SELECT trend_send(t) AS bytes FROM (VALUES ('{}'::trend), ('{2023-01-01:7,2023-01-02:9(5/8),2023-01-03:9(5/8),2023-01-04:9(5/8),2024-06-01:300(2/300)}')) AS v (t)
	UNION ALL (SELECT trend_send(t) FROM trends WHERE pg_column_size(t) < 200 ORDER BY id LIMIT 5);
SELECT results_eq('SELECT DISTINCT received(''trend'', substr(bytes, 1, n)) FROM sent, generate_series(0, length(bytes) - 1) AS n', ARRAY['refused'], 'truncated');
SELECT results_eq('SELECT DISTINCT received(''trend'', bytes || ''\x00'') FROM sent', ARRAY['refused'], 'with more behind it');
SELECT results_eq('SELECT DISTINCT received(''trend'', set_byte(bytes, n, (get_byte(bytes, n) + d) % 256)) FROM sent, generate_series(0, length(bytes) - 1) AS n, unnest(''{1,2,7,64,127,128,255}''::int[]) AS d ORDER BY 1',
	ARRAY['refused', 'valid'], 'corrupted at every byte');
SELECT results_eq('SELECT DISTINCT received(''trend'', bytes) FROM (SELECT (SELECT decode(string_agg(lpad(to_hex((random() * 255)::int), 2, ''0''), ''''), ''hex'') FROM generate_series(1, 1 + i % 40)) AS bytes
	FROM generate_series(1, 3000) AS i) AS noise', ARRAY['refused'], 'noise');
SELECT is(received('trend', '\x010003000ff0ffffffffffffff0f'), 'refused', 'more days than bytes');
SELECT is(received('trend', '\x01000300ffffffffffffffffff01'), 'refused', 'as many as int8 holds');

SELECT throws_ok('SELECT convert_from(''\x7b32303233c32d30312d30313a317d'', ''UTF8'')::trend', '22021', NULL, 'what is not UTF-8');
SELECT throws_ok('SELECT repeat(''{2023-01-01:1,'', 100000)::trend', '22P02', NULL, 'a long text');

-- frames that move on over ever new days, which leave behind what they took back
CREATE TEMP TABLE by_day AS
SELECT i, format('{%s:%s(%s/%s)}', '2000-01-01'::date + i * 2 + i % 2, n, n / 3, n / 2)::trend AS t
FROM generate_series(1, 1500) AS i, LATERAL (SELECT CASE WHEN i % 100 < 50 THEN 3 ELSE 300 END + i % 7) AS v (n);
SELECT is_empty(format($$ SELECT i FROM (SELECT i, rollup(t) OVER (ORDER BY i ROWS BETWEEN %1$s PRECEDING AND CURRENT ROW) AS moved FROM by_day) AS w
	WHERE moved IS DISTINCT FROM (SELECT rollup(t) FROM by_day AS b WHERE b.i BETWEEN w.i - %1$s AND w.i) $$, size),
	format('frames of %s rows, as if each were summed up by itself', size + 1))
FROM unnest('{0,1,6,13,30,200}'::int[]) AS size;

SELECT current_setting('server_version_num')::int >= 160000 AS soft \gset
\if :soft
SELECT is(pg_input_is_valid('{2023-01-01:0}', 'trend'), false, 'a soft error');
SELECT is((pg_input_error_info('{2023-01-01:0}', 'trend')).sql_error_code, '22P02', 'with its class');
\endif

SELECT * FROM finish();
ROLLBACK;
