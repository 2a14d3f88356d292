-- rate as the state of its aggregates: any split, plan and way through a table gives the same rate
BEGIN;
SELECT plan(86);
\ir ../helper/helper.sql
\ir ../helper/plan.sql
SET LOCAL jit = off;

-- rows in three partitions, one of which has only NULLs; bodies 0 to 9 have only NULLs too
SELECT setseed(0.17);
CREATE TABLE row_of (id int, body int, part int, hit boolean) PARTITION BY LIST (part);
CREATE TABLE row_of_0 PARTITION OF row_of FOR VALUES IN (0);
CREATE TABLE row_of_1 PARTITION OF row_of FOR VALUES IN (1);
CREATE TABLE row_of_2 PARTITION OF row_of FOR VALUES IN (2);
INSERT INTO row_of
SELECT id, body, part, CASE WHEN body >= 10 AND part < 2 AND random() < 0.8 THEN random() < 0.3 END
FROM (SELECT id, (id * 7919) % 1100 AS body, (random() * 2)::int AS part FROM generate_series(1, 8000) AS id) AS r;
ANALYZE row_of;


-- {no rows, all NULL, some NULL} in each way to run an aggregate

CREATE TABLE ways (name text, query text);
INSERT INTO ways VALUES
	('plain', 'SELECT rate(hit) FROM row_of WHERE %s'),
	('FILTER', 'SELECT rate(hit) FILTER (WHERE %s) FROM row_of'),
	('rollup', 'SELECT rollup(r) FROM (SELECT rate(hit) AS r FROM row_of WHERE %s GROUP BY body) AS bodies'),
	('rollup with FILTER', 'SELECT rollup(r) FROM (SELECT rate(hit) FILTER (WHERE %s) AS r FROM row_of GROUP BY body) AS bodies'),
	('grouping sets', 'SELECT rollup(r) FROM (SELECT rate(hit) AS r, grouping(part) AS g FROM row_of WHERE %s GROUP BY GROUPING SETS ((part), ())) AS s WHERE g = 1'),
	('window', 'SELECT rollup(DISTINCT r) FROM (SELECT rate(hit) FILTER (WHERE %s) OVER () AS r FROM row_of) AS frames');
CREATE TABLE conditions (name text, condition text);
INSERT INTO conditions VALUES ('no rows', 'body < 0'), ('all NULL', 'body < 10'), ('one partition NULL', 'part = 2'), ('some NULL', 'body > 5');
CREATE VIEW cases AS
SELECT w.name, c.name AS condition, format(query, condition) AS query,
	format('SELECT rate(count(*) FILTER (WHERE hit), count(hit)) FROM row_of WHERE %s', condition) AS slow
FROM ways AS w, conditions AS c;

SET max_parallel_workers_per_gather = 0;
CREATE TABLE known AS SELECT condition, answer(min(slow)) AS known FROM cases GROUP BY condition;
SELECT bag_eq('TABLE known', 'SELECT name, CASE WHEN name = ''some NULL'' THEN (SELECT ''('' || count(*) FILTER (WHERE hit) || ''/'' || count(hit) || '')'' FROM row_of WHERE body > 5)
	ELSE ''(0/0)'' END FROM conditions', 'what is known');
SELECT is(answer(query), known, name || ': ' || condition) FROM cases JOIN known USING (condition);

SET enable_partitionwise_aggregate = on;
SELECT matches(plan_of('SELECT rate(hit) FROM row_of'), 'Finalize Aggregate.*Append.*Partial Aggregate.*Partial Aggregate.*Partial Aggregate', 'a plan by partitions');
SELECT is(answer(query), known, 'by partitions, ' || name || ': ' || condition) FROM cases JOIN known USING (condition);
RESET enable_partitionwise_aggregate;

SET max_parallel_workers_per_gather = 2;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET parallel_leader_participation = off;
SELECT ok(launched('SELECT rate(hit) FROM row_of'), 'a parallel plan that runs in parallel');
SELECT matches(plan_of('SELECT part, rate(hit) FROM row_of GROUP BY part'), 'Finalize .*Gather.*Partial ', 'groups in parallel');
SELECT is(answer(query), known, 'in parallel, ' || name || ': ' || condition) FROM cases JOIN known USING (condition) WHERE name IN ('plain', 'FILTER', 'rollup') AND condition <> 'one partition NULL';
SELECT is(answer('SELECT body, rate(hit) FROM row_of GROUP BY body'), answer('SELECT body, rate(count(*) FILTER (WHERE hit), count(hit)) FROM row_of GROUP BY body'), 'in parallel, 1,100 groups');
SET max_parallel_workers_per_gather = 0;

-- any split, any tree, any order: 1,000 cases of up to 12 rates

CREATE TABLE leaf AS
SELECT id, (random() * 4)::int AS a, (random() * 2)::int AS b, n, CASE WHEN n % 5 <> 0 THEN rate(floor(random() * total)::int8, total) END AS r
FROM (SELECT id, n, floor(2 ^ (random() * 50))::int8 - 1 AS total FROM generate_series(1, 1000) AS id, generate_series(1, id % 13) AS n) AS t;
CREATE TABLE whole AS SELECT id, rate(sum(hits(r))::int8, sum(total(r))::int8) AS r FROM leaf WHERE r IS NOT NULL GROUP BY id;
SELECT is_empty('SELECT id FROM whole JOIN (SELECT id, rollup(r) AS again FROM (SELECT id, b, rollup(r) AS r FROM (SELECT id, a, b, rollup(r) AS r FROM leaf GROUP BY id, a, b) AS t GROUP BY id, b) AS t GROUP BY id) AS u
	USING (id) WHERE r IS DISTINCT FROM again', 'random trees');
SELECT is_empty('SELECT id FROM whole JOIN (SELECT id, rollup(r ORDER BY random()) AS again FROM leaf GROUP BY id) AS u USING (id) WHERE r IS DISTINCT FROM again', 'random orders');
SELECT is_empty('SELECT id FROM whole JOIN (SELECT id, fresh(''rollup(rate)'', r)::rate AS again FROM leaf GROUP BY id) AS u USING (id) WHERE r IS DISTINCT FROM again', 'rollup with a new FmgrInfo for each row');
SELECT is_empty('SELECT id FROM whole JOIN (SELECT id, fresh_combine(''rollup(rate)'', r::text)::rate AS again FROM leaf GROUP BY id) AS u USING (id) WHERE r IS DISTINCT FROM again', 'rates combined from their text');
SELECT is_empty('SELECT id FROM whole JOIN (SELECT id, fresh_combine(''rate(boolean)'', r::text)::rate AS again FROM (SELECT id, a, rollup(r) AS r FROM leaf GROUP BY id, a) AS t GROUP BY id) AS u
	USING (id) WHERE r IS DISTINCT FROM again', 'partial states combined from their text');
SELECT is_empty('SELECT id FROM whole JOIN leaf USING (id) WHERE leaf.r IS NOT NULL AND merge(unmerge(whole.r, leaf.r), leaf.r) <> whole.r', 'unmerge takes one back');

-- frames that shrink, jump and are empty, over rows and over rates

SELECT is(answer(format('SELECT id, rate(hit) OVER w FROM row_of WHERE id <= 2000 WINDOW w AS (PARTITION BY body %% 3 ORDER BY id %s)', frame)),
	answer(format('SELECT id, rate(count(*) FILTER (WHERE hit) OVER w, count(hit) OVER w) FROM row_of WHERE id <= 2000 WINDOW w AS (PARTITION BY body %% 3 ORDER BY id %s)', frame)), 'rows: ' || frame)
FROM (VALUES ('ROWS BETWEEN 9 PRECEDING AND 5 PRECEDING'), ('ROWS BETWEEN 3 FOLLOWING AND 8 FOLLOWING'), ('RANGE BETWEEN 50 PRECEDING AND 20 FOLLOWING'),
	('GROUPS BETWEEN 7 PRECEDING AND CURRENT ROW'), ('ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING'), ('ROWS BETWEEN 2 PRECEDING AND 2 FOLLOWING EXCLUDE CURRENT ROW')) AS v (frame);
SELECT is(answer(format('SELECT id, n, rollup(r) OVER w FROM leaf WHERE id <= 300 WINDOW w AS (PARTITION BY id %% 7 ORDER BY id, n %s)', frame)),
	answer(format('SELECT id, n, rate(coalesce(sum(hits(r)) OVER w, 0)::int8, coalesce(sum(total(r)) OVER w, 0)::int8) FROM leaf WHERE id <= 300 WINDOW w AS (PARTITION BY id %% 7 ORDER BY id, n %s)', frame)), 'rates: ' || frame)
FROM (VALUES ('ROWS BETWEEN 4 PRECEDING AND CURRENT ROW'), ('ROWS BETWEEN 9 PRECEDING AND 8 PRECEDING'), ('GROUPS BETWEEN CURRENT ROW AND 3 FOLLOWING')) AS v (frame);

-- counts past int64

SELECT throws_ok($$ SELECT fresh_combine('rate(boolean)', r) FROM unnest('{9223372036854775807/9223372036854775807,1/1}'::text[]) AS r $$, '22003', 'rate out of range', 'combining');
SELECT throws_ok($$ SELECT rollup(r) OVER (ORDER BY n ROWS 1 PRECEDING) FROM unnest('{0/9223372036854775807,0/1}'::rate[]) WITH ORDINALITY AS u (r, n) $$, '22003', 'rate out of range', 'in a frame');
SELECT is((SELECT array_agg(r ORDER BY n) FROM (SELECT n, rollup(r) OVER (ORDER BY n ROWS CURRENT ROW) AS r FROM unnest('{7/9223372036854775807,0/1}'::rate[]) WITH ORDINALITY AS u (r, n)) AS f),
	'{7/9223372036854775807,0/1}', 'what leaves a frame makes room');

-- through tables and files

CREATE TABLE stored AS SELECT r FROM whole UNION ALL SELECT r FROM leaf UNION ALL VALUES ('0/0'::rate), ('9223372036854775807/9223372036854775807'), ('0/9223372036854775807');
CREATE FUNCTION through(format text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	file text := format('%s/rate_%s', current_setting('data_directory'), format);
	result text;
BEGIN
	EXECUTE format('COPY stored TO PROGRAM %L (FORMAT %s)', format('cat >%I', file), format);
	CREATE TEMP TABLE back (r rate);
	EXECUTE format('COPY back FROM PROGRAM %L (FORMAT %s)', format('cat %I && rm %1$I', file), format);
	SELECT string_agg(r::text, ' ' ORDER BY r) INTO result FROM back;
	DROP TABLE back;
	RETURN result;
END $$;
SELECT is(through(format), (SELECT string_agg(r::text, ' ' ORDER BY r) FROM stored), 'COPY ' || format) FROM unnest('{text,csv,binary}'::text[]) AS format;
CREATE FUNCTION texts(datestyle text, extra_float_digits text) RETURNS text LANGUAGE sql AS $$
	SELECT set_config('datestyle', $1, true), set_config('extra_float_digits', $2, true);
	SELECT md5(string_agg(r::text, '|' ORDER BY r)) FROM stored;
$$;
SELECT is(count(DISTINCT texts(d, f)), 1::bigint, 'text is the same under any setting') FROM unnest('{SQL\,DMY,ISO\,YMD}'::text[]) AS d, unnest('{-15,3}'::text[]) AS f;

CREATE FUNCTION grouped(way text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('enable_hashagg', (way = 'HashAggregate')::text, true), set_config('enable_sort', (way <> 'HashAggregate')::text, true);
	RETURN way || (plan_of('SELECT r, count(*) FROM stored GROUP BY r') ~ ('^' || way)) || answer('SELECT r, count(*) FROM stored GROUP BY r');
END $$;
SELECT is(grouped(way), way || true || answer('SELECT r::text, count(*) FROM stored GROUP BY r::text'), way) FROM unnest('{HashAggregate,GroupAggregate}'::text[]) AS way;

SELECT * FROM finish();
ROLLBACK;
