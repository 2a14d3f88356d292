-- the state of clearance: cut, merged, planned, stored, sent and read in every way, it is one value
BEGIN;
SELECT plan(96);
\ir ../helper/helper.sql
\ir ../helper/plan.sql
\ir ../helper/clearance.sql
CREATE TABLE worked AS SELECT clearance '{[2023-01-01 00:00Z,2023-01-05 00:00Z),[2023-01-03 00:00Z,2023-01-09 00:00Z),[2023-01-12 00:00Z,)}' AS c;

-- one value however the rows are cut and put together

CREATE TABLE parts AS SELECT id, part, clearance(opened, cleared) AS c FROM rows GROUP BY id, part;
CREATE INDEX ON parts (id);
ANALYZE parts;
SELECT is(wrong('c', 'SELECT rollup(c ORDER BY random()) FROM parts WHERE id = asked.id', 'cases'), 0::bigint, 'rollup');
SELECT is(wrong('c', 'SELECT rollup(c ORDER BY random()) FROM (SELECT rollup(c) AS c FROM parts WHERE id = asked.id GROUP BY part % 2) AS half', 'cases'), 0::bigint, 'rollup of rollups');
SELECT is(wrong('clearance_send(merge(b, a))', 'SELECT clearance_send(merge(a, b))', '(SELECT a.c AS a, b.c AS b FROM cases AS a JOIN cases AS b ON b.id = 1501 - a.id)'), 0::bigint, 'merge in either order');
SELECT is(wrong('merge(merge(a, b), d)', 'SELECT merge(a, merge(b, d))', '(SELECT a.c AS a, b.c AS b, d.c AS d FROM cases AS a JOIN cases AS b ON b.id = 1501 - a.id JOIN cases AS d ON d.id = a.id % 100 + 1)'), 0::bigint, 'merge of three');
SELECT is(wrong('unmerge(c, (SELECT coalesce(rollup(c), $${}$$) FROM parts WHERE id = asked.id AND part < 2))', 'SELECT coalesce(rollup(c), $${}$$) FROM parts WHERE id = asked.id AND part >= 2', 'cases'), 0::bigint, 'unmerge');
SELECT is(wrong('unmerge(c, c)', 'SELECT clearance $${}$$', 'cases'), 0::bigint, 'unmerge of all');
SELECT is(wrong('opened_count(merge(c, c), $$infinity$$)', 'SELECT 2 * opened_count(c, $$infinity$$)', 'cases'), 0::bigint, 'a multiset');
SELECT throws_ok($$ SELECT unmerge(c, merge(c, c)) FROM worked $$, '22003', 'clearance out of range');
SELECT throws_ok($$ SELECT unmerge(c, '{[2023-01-12 00:00Z,2023-01-13 00:00Z)}') FROM worked $$, '22003', 'clearance out of range');
SELECT is(merge(c, NULL), NULL, 'merge with NULL') FROM worked;
SELECT is(clearance_accum(c, '2023-01-02 00:00Z', '2023-01-04 00:00Z'), merge(c, '{[2023-01-02 00:00Z,2023-01-04 00:00Z)}'), 'a transition by hand leaves its argument') FROM worked;
SELECT is(clearance_accum(NULL, '2023-01-02 00:00Z', NULL), '{[2023-01-02 00:00Z,)}', 'a transition from NULL');
SELECT is(c, clearance_final(c), 'a final function by hand') FROM worked;

-- with a new FmgrInfo for each row, as Citus calls it
SELECT is(wrong('c', 'SELECT coalesce(fresh($$clearance(timestamptz,timestamptz)$$, opened, cleared)::clearance, $${}$$) FROM rows WHERE id = asked.id', 'cases'), 0::bigint, 'fresh transitions');
SELECT is(wrong('c', 'SELECT coalesce(fresh_combine($$clearance(timestamptz,timestamptz)$$, c::text)::clearance, $${}$$) FROM parts WHERE id = asked.id', 'cases'), 0::bigint, 'fresh combinations');
SELECT is(fresh('clearance(timestamptz,timestamptz)', opened, cleared)::clearance, clearance(opened, cleared), 'many fresh transitions') FROM rows;
SELECT is((SELECT fresh('rollup(clearance)', c)::clearance FROM cases), (SELECT rollup(c) FROM cases), 'many fresh rollups');

-- plans


CREATE TABLE many (part int, opened timestamptz, cleared timestamptz) PARTITION BY LIST (part);
CREATE TABLE many_0 PARTITION OF many FOR VALUES IN (0);
CREATE TABLE many_1 PARTITION OF many FOR VALUES IN (1);
CREATE TABLE many_2 PARTITION OF many FOR VALUES IN (2, 3);
INSERT INTO many SELECT part, opened + n * interval '1 hour', cleared + n * interval '1 hour' FROM rows, generate_series(1, 4) AS n;
INSERT INTO many VALUES (0, NULL, '2023-01-01'), (3, NULL, NULL);
ALTER TABLE many_0 SET (parallel_workers = 2);
ALTER TABLE many_1 SET (parallel_workers = 2);
ALTER TABLE many_2 SET (parallel_workers = 2);
ANALYZE many;
SET LOCAL max_parallel_workers_per_gather = 0;
CREATE TABLE serial AS SELECT part, clearance(opened, cleared) AS c FROM many GROUP BY part;
CREATE TABLE total AS SELECT clearance(opened, cleared) AS c FROM many;

\set by_part 'SELECT part, clearance(opened, cleared) FROM many GROUP BY part'
\set in_all 'SELECT clearance(opened, cleared) FROM many'
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 2;
SELECT matches(plan_of(:'in_all'), 'Finalize Aggregate.*Gather.*Partial Aggregate', 'a parallel plan');
SELECT ok(launched(:'in_all') AND launched(:'by_part'), 'and workers');
SELECT is(answer(:'in_all'), answer('TABLE total'), 'in parallel');
SELECT matches(plan_of(:'by_part'), 'Finalize .*Aggregate.*Gather.*Partial .*Aggregate', 'a parallel plan by group');
SELECT is(answer(:'by_part'), answer('TABLE serial'), 'by group in parallel');
SELECT is(answer('SELECT part, rollup(c) FROM (SELECT part, clearance(opened, cleared) AS c FROM many GROUP BY part, opened) AS few GROUP BY part'), answer('TABLE serial'), 'rollup by group in parallel');
SELECT is((SELECT rollup(c) FROM serial), c, 'rollup of the groups') FROM total;
SET LOCAL max_parallel_workers_per_gather = 0;
SET LOCAL enable_partitionwise_aggregate = on;
SELECT matches(plan_of(:'in_all'), 'Finalize Aggregate.*Append.*Partial Aggregate', 'a plan by partition');
SELECT results_eq(:'in_all', 'TABLE total', 'by partition');
SELECT set_eq(:'by_part', 'TABLE serial', 'by group and partition');
SET LOCAL enable_partitionwise_aggregate = off;
SET LOCAL enable_hashagg = off;
SELECT matches(plan_of(:'by_part'), 'GroupAggregate', 'a sorted plan');
SELECT set_eq(:'by_part', 'TABLE serial', 'sorted');
SET LOCAL enable_hashagg = on;
SET LOCAL enable_sort = off;
SELECT matches(plan_of(:'by_part'), 'HashAggregate', 'a hashed plan');
SELECT set_eq(:'by_part', 'TABLE serial', 'hashed');
SET LOCAL work_mem = '64kB';
SELECT is(count(*), 0::bigint, 'hashed with little memory') FROM (SELECT id, clearance(opened, cleared) AS c FROM rows GROUP BY id) AS hashed JOIN cases USING (id) WHERE hashed.c <> cases.c;
RESET work_mem;
RESET enable_sort;
SELECT set_eq('SELECT part, clearance(opened, cleared) FROM many GROUP BY GROUPING SETS ((part), ())', 'TABLE serial UNION ALL SELECT NULL, c FROM total', 'grouping sets');
SELECT results_eq('SELECT clearance(DISTINCT opened, cleared) FROM many', 'SELECT clearance(opened, cleared) FROM (SELECT DISTINCT opened, cleared FROM many) AS once', 'DISTINCT');
SELECT results_eq('SELECT clearance(opened, cleared) FILTER (WHERE part = 1) FROM many', 'SELECT c FROM serial WHERE part = 1', 'FILTER');
SELECT results_eq('SELECT clearance(opened, cleared) FILTER (WHERE false) FROM many', 'SELECT clearance $${}$$', 'FILTER of all');
SELECT results_eq('SELECT clearance(opened, cleared), clearance(opened, cleared)::text, open_count(clearance(opened, cleared), $$2023-03-10$$) FROM many',
	'SELECT c, c::text, open_count(c, $$2023-03-10$$) FROM total', 'a shared state');
SELECT is(count(*), 0::bigint, 'growing window frames')
FROM (SELECT id, opened, clearance(opened, cleared) OVER (PARTITION BY id ORDER BY opened) AS c FROM rows) AS w
WHERE c <> (SELECT clearance(opened, cleared) FROM rows WHERE id = w.id AND opened <= w.opened);
SELECT is(count(*), 0::bigint, 'window frames that grow past thousands')
FROM (SELECT DISTINCT part, clearance(opened, cleared) OVER (ORDER BY part) AS c FROM many) AS w
WHERE c <> (SELECT clearance(opened, cleared) FROM many WHERE part <= w.part);
CREATE TABLE numbered AS SELECT *, row_number() OVER (PARTITION BY id ORDER BY random()) AS n FROM rows;
CREATE INDEX ON numbered (id);
SELECT is(count(*), 0::bigint, 'moving window frames')
FROM (SELECT id, n, clearance(opened, cleared) OVER moving AS c FROM numbered WINDOW moving AS (PARTITION BY id ORDER BY n ROWS BETWEEN 3 PRECEDING AND 1 PRECEDING)) AS w
WHERE c <> (SELECT coalesce(clearance(opened, cleared), '{}') FROM numbered WHERE id = w.id AND n BETWEEN w.n - 3 AND w.n - 1);
SELECT is(count(*), 0::bigint, 'window frames of rollup')
FROM (SELECT id, part, rollup(c) OVER (PARTITION BY id ORDER BY part) AS c FROM parts) AS w
WHERE c <> (SELECT rollup(c) FROM parts WHERE id = w.id AND part <= w.part);

-- stored and read back

SELECT is(count(*), 0::bigint, 'text and back') FROM cases WHERE c::text::clearance <> c;
SELECT is(count(*), 0::bigint, 'binary and back') FROM cases WHERE recv_bytes('clearance', clearance_send(c)) <> c::text;
CREATE TABLE stored (storage text, id int, c clearance);
CREATE TABLE plain (LIKE stored); ALTER TABLE plain ALTER c SET STORAGE plain;
CREATE TABLE main (LIKE stored); ALTER TABLE main ALTER c SET STORAGE main;
CREATE TABLE external (LIKE stored); ALTER TABLE external ALTER c SET STORAGE external;
CREATE TABLE extended (LIKE stored);
CREATE TABLE large AS SELECT id / 75 AS id, rollup(c) AS c FROM cases GROUP BY 1
	UNION ALL SELECT 100, clearance('2023-01-01 00:00Z', '2023-02-01 00:00Z') FROM generate_series(1, 5000)
	UNION ALL SELECT 101, c FROM total;
INSERT INTO plain SELECT 'plain', id, c FROM cases UNION ALL SELECT 'plain', id, c FROM large WHERE id <= 5;
INSERT INTO main SELECT 'main', id, c FROM large;
INSERT INTO external SELECT 'external', id, merge(c, '{}') FROM large; -- as compressed ones stay so
INSERT INTO extended SELECT 'extended', id, c FROM large UNION ALL SELECT 'extended', -id, c FROM cases;
SELECT cmp_ok(min(pg_column_size(c)), '<', 126, 'short headers') FROM extended;
SELECT cmp_ok(max(pg_column_size(c)), '>', 8192, 'toasted') FROM external;
SELECT cmp_ok(pg_column_size(c), '<', 2000, 'compressed') FROM main WHERE id = 100;
CREATE TABLE read_back AS TABLE plain UNION ALL TABLE main UNION ALL TABLE external UNION ALL TABLE extended;
SELECT is(count(*), 0::bigint, 'read back') FROM read_back AS r JOIN (TABLE large UNION ALL SELECT -id, c FROM cases) AS l USING (id)
	WHERE r.storage <> 'plain' AND (r.c <> l.c OR r.c::text <> l.c::text OR peak_open(r.c) <> peak_open(l.c) OR merge(r.c, r.c) <> merge(l.c, l.c));
SELECT is((SELECT rollup(c) FROM external), (SELECT rollup(c) FROM large), 'rollup of toasted ones');
SELECT is((SELECT rollup(c) FROM main), (SELECT rollup(c) FROM large), 'rollup of compressed ones');
SELECT is((SELECT rollup(c) FROM main WHERE id = 100), (SELECT c FROM large WHERE id = 100), 'rollup of one compressed one');
SELECT set_eq('SELECT c, count(*) FROM extended GROUP BY c', 'SELECT c, count(*) FROM (SELECT c FROM large UNION ALL SELECT c FROM cases) AS l GROUP BY c', 'grouped');
SELECT is(count(*), 0::bigint, 'packed however it came about') FROM large WHERE clearance_send(c) <> clearance_send(c::text::clearance);

-- operators

SELECT is(count(*), 0::bigint, 'operators agree with the order')
FROM (SELECT c, dense_rank() OVER (ORDER BY c) FROM cases WHERE id % 10 = 0) AS a (a, n), (SELECT c, dense_rank() OVER (ORDER BY c) FROM cases WHERE id % 10 = 0) AS b (b, m)
WHERE ((a < b), (a <= b), (a = b), (a <> b), (a >= b), (a > b), sign(clearance_cmp(a, b))) IS DISTINCT FROM ((n < m), (n <= m), (n = m), (n <> m), (n >= m), (n > m), sign(n - m));
SELECT is(count(*), 0::bigint, 'equal when their texts are') FROM cases AS a, cases AS b WHERE a.id % 10 = 0 AND (a.c = b.c) <> (a.c::text = b.c::text);
SELECT is(count(*), 0::bigint, 'equal ones hash alike') FROM extended AS a JOIN main AS b USING (id)
WHERE clearance_hash(a.c) <> clearance_hash(b.c) OR clearance_hash_extended(a.c, 42) <> clearance_hash_extended(b.c, 42);

-- the size

SELECT cmp_ok(pg_column_size(clearance(opened, cleared)), '<=', 12 * 1000, 'at most 12 bytes an interval to the microsecond')
FROM (SELECT '2023-01-01'::timestamptz + random() * '547 days'::interval AS opened FROM generate_series(1, 1000)) AS o, LATERAL (SELECT opened + random() * '90 days'::interval AS cleared) AS c;
SELECT cmp_ok(pg_column_size(clearance(opened, cleared)), '<=', 8 * 1000, 'at most 8 to the second')
FROM (SELECT date_trunc('second', '2023-01-01'::timestamptz + random() * '547 days'::interval) AS opened FROM generate_series(1, 1000)) AS o,
	LATERAL (SELECT date_trunc('second', opened + random() * '90 days'::interval) AS cleared) AS c;

-- text under any setting

CREATE TABLE texts AS SELECT id, c::text AS text FROM cases;
CREATE TABLE settings (date_style text, zone text, interval_style text, digits int);
INSERT INTO settings VALUES ('SQL, DMY', 'Asia/Shanghai', 'sql_standard', 0), ('German', 'Australia/Lord_Howe', 'iso_8601', -15), ('Postgres, MDY', 'Asia/Kathmandu', 'postgres_verbose', 3);
CREATE FUNCTION unsettled(date_style text, zone text, interval_style text, digits int) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('datestyle', date_style, true), set_config('timezone', zone, true), set_config('intervalstyle', interval_style, true), set_config('extra_float_digits', digits::text, true);
	RETURN (SELECT count(*) FROM cases JOIN texts USING (id) WHERE c::text <> text OR text::clearance <> c);
END $$;
SELECT is(unsettled(date_style, zone, interval_style, digits), 0::bigint, format('text under %s, %s', date_style, zone)) FROM settings;
SET LOCAL timezone = 'Asia/Shanghai';
SET LOCAL datestyle = 'ISO, DMY';
SELECT is('{["1/2/2023 08:00",)}'::clearance::text, '{[2023-02-01T00:00:00Z,)}', 'foreign forms follow the settings');
RESET datestyle;
SELECT is(text::clearance::text, text, text) FROM (VALUES
	('{[4714-11-24T00:00:00Z BC,4714-11-24T00:00:00.000001Z BC)}'), ('{[0044-03-15T12:34:56.789Z BC,0001-01-01T00:00:00Z)}'), ('{[0001-12-31T23:59:59.999999Z BC,)}'),
	('{[10000-01-01T00:00:00Z,123456-12-31T23:59:59.1Z)}'), ('{[1999-12-31T23:59:59.999999Z,2000-01-01T00:00:00Z)}'), ('{[2000-02-29T00:00:00Z,294276-12-31T23:59:59.999999Z)}')) AS extreme (text);
SELECT is(count(*), 0::bigint, 'read as timestamptz reads it')
FROM (SELECT '2000-01-01 00:00Z'::timestamptz + (random() - 0.3) * interval '10000 years' FROM generate_series(1, 2000)) AS t (at)
WHERE format('{["%s",)}', at)::clearance <> clearance_accum('{}', at, NULL);

-- text that is none

CREATE FUNCTION problem(query text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE query;
	RETURN NULL;
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE;
END $$;
CREATE TABLE bad (text text, state text);
INSERT INTO bad
	SELECT text, '22P02' FROM (VALUES (''), ('{'), ('}'), ('{}}'), ('{}{}'), ('{,}'), ('{[2023-01-01,)'), ('{[2023-01-01,),}'), ('{[2023-01-01,) [2023-01-02,)}'),
		('{[2023-01-01)}'), ('{[2023-01-01,]}'), ('{(2023-01-01,)}'), ('{[,2023-01-01)}'), ('{[,)}'), ('{[2023-01-01,2023-01-02,2023-01-03)}'),
		('{[2023-01-02,2023-01-01)}'), ('{[-infinity,2023-01-01)}'), ('{[infinity,)}'), ('{[2023-01-01,-infinity)}'), ('{["2023-01-01,)}'), ('{[2023-01-01\'), ('{["2023-01-01\'),
		('NULL'), ('[2023-01-01,)')) AS b (text)
	UNION ALL SELECT text, '22007' FROM (VALUES ('{[yesterweek,)}'), ('{["",)}'), ('{[2023-01-01T00:00:00ZZ,)}'), ('{[2023-01-01,soon)}')) AS b (text)
	UNION ALL SELECT text, '22008' FROM (VALUES ('{[2023-02-29T00:00:00Z,)}'), ('{[2023-13-01T00:00:00Z,)}'), ('{[294277-01-01T00:00:00Z,)}'), ('{[999999-01-01T00:00:00Z,)}'), ('{[0000-01-01T00:00:00Z,)}'), ('{[4714-11-23T23:59:59.999999Z BC,)}'), ('{[2023-01-01T25:00:00Z,)}'), ('{[2023-01-01T00:00:61Z,)}')) AS b (text)
	UNION ALL SELECT left(c::text, -(id % 7 + 1)), '22P02' FROM cases WHERE id < 100;
SELECT set_eq($$ SELECT text, problem(format('SELECT %L::clearance', text)) FROM bad $$, 'TABLE bad', 'no clearances');
SELECT cmp_ok(count(*), '>', 120::bigint, 'so many') FROM bad;
SELECT is(problem(format('SELECT (%L || chr(%s))::clearance', '{[2023-01-01,)}', 65)), '22P02', 'text behind');
SELECT is(problem($$ SELECT convert_from('{[2023-01-01,\377)}', 'UTF8')::clearance $$), '22021', 'no UTF-8');
SELECT current_setting('server_version_num')::int >= 160000 AS soft \gset
\if :soft
SELECT is(count(*), 0::bigint, 'softly no clearances') FROM bad WHERE pg_input_is_valid(text, 'clearance');
SELECT set_eq($$ SELECT text, (pg_input_error_info(text, 'clearance')).sql_error_code FROM bad $$, 'TABLE bad', 'softly, with the same error');
SELECT is(count(*), 0::bigint, 'softly clearances') FROM texts WHERE NOT pg_input_is_valid(text, 'clearance');
\else
SELECT skip('soft errors came with PostgreSQL 16', 3);
\endif

-- bytes that are none, and the one way to write what is

-- What recv makes of bytes: an error's class, or whether they are what send writes
CREATE FUNCTION received(bytes bytea) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN CASE WHEN clearance_send(recv_bytes('clearance', bytes)::clearance) = bytes THEN 'canonical' ELSE 'another' END;
EXCEPTION WHEN invalid_binary_representation OR protocol_violation THEN
	RETURN 'refused';
END $$;
CREATE TABLE sent AS SELECT id, clearance_send(c) AS bytes FROM cases WHERE id % 50 = 12
	UNION ALL SELECT 0, clearance_send('{[4714-11-24T00:00:00Z BC,0001-01-01T00:00:00Z),[2023-01-01T00:00:00.001Z,294276-12-31T23:59:59.999Z)}');
SELECT results_eq('SELECT DISTINCT received(bytes) FROM sent', $$ VALUES ('canonical') $$, 'sent and received');
SELECT results_eq('SELECT DISTINCT received(substr(bytes, 1, n)) FROM sent, generate_series(0, length(bytes) - 1) AS n', $$ VALUES ('refused') $$, 'truncated at every byte');
SELECT results_eq($$ SELECT DISTINCT received(bytes || '\x00') FROM sent $$, $$ VALUES ('refused') $$, 'a byte too many');
SELECT is(count(*), 0::bigint, 'corrupted at every byte')
FROM sent, generate_series(0, length(bytes) - 1) AS n, generate_series(0, 7) AS bit WHERE received(set_byte(bytes, n, get_byte(bytes, n) # (1 << bit))) = 'another';
SELECT is(count(*), 0::bigint, 'overwritten at random')
FROM sent, generate_series(1, 100) AS n WHERE received(overlay(bytes PLACING substr(decode(md5(n::text), 'hex'), 1, n % 9) FROM 1 + n * 7 % length(bytes))) = 'another';
SELECT is(received(bytes), 'refused', what) FROM (VALUES
	('\x'::bytea, 'nothing'),
	('\x0202000000000000000000', 'a version to come'), ('\x01030000000000000000', 'an unknown unit'), ('\x01000000000000000000', 'a smaller unit for nothing'),
	('\x01020000000100000000', 'an interval without bytes'), ('\x0102ffffffff00000000', 'a negative count'), ('\x010200000000ffffffff', 'a negative size'),
	('\x01027fffffff7fffffff00', 'sizes beyond the message'), ('\x0102000000020000000200', 'too few bytes'), ('\x010200000001000000021f00', 'a gap of no more bytes than it has'),
	('\x010200000001000000029000', 'a gap of nine bytes'), ('\x0102000000010000000909', 'a duration of nine bytes'),
	('\x01020000000200000002000f0f', 'a byte too few'), ('\x0102000000020000000200f0', 'a tag that is none'), ('\x010200000002000000020f00', 'an open one before another'))
	AS wire (bytes, what);
SELECT is(received('\x01020000000200000002000f'), 'canonical', 'the same two in order');
SELECT * FROM finish();
ROLLBACK;
