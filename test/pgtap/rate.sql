-- rate against counting by hand and numeric arithmetic
BEGIN;
SELECT plan(72);
\ir ../helper/helper.sql

-- figures from DESIGN: a hand calculation, and official reports

SELECT is(percent(r::rate, d), want::numeric, r || ' to ' || d || ' digits')
FROM (VALUES ('2583/3500', 2, '73.80'), ('2587/3506', 2, '73.79'), ('1/8', 0, '13'), ('2/3', 2, '66.67'), ('0/0', 2, NULL), ('19/110', 2, '17.27'),
	('409/1029', 2, '39.75'), ('92/241', 2, '38.17'), ('180/241', 2, '74.69'), ('24165/29186', 1, '82.8'), ('600/3183', 2, '18.85'),
	('1/1', 2, '100.00'), ('0/5', 2, '0.00'), ('1/200', 0, '1'), ('1/400', 1, '0.3'), ('1/1000000', 2, '0.00')) AS v (r, d, want);
SELECT is(percent(rate(2583, 3500)), 73.80, 'two digits by default');
SELECT is(percent('73/100')::text, '73.00', 'as many digits as asked');
SELECT is(rollup(r)::text || ' ' || percent(rollup(r)), '19/110 17.27', 'rolled up, not averaged') FROM unnest('{9/10,10/100}'::rate[]) AS r;
SELECT ok('1/2'::rate < '2/4' AND '2/4'::rate < '3/4', 'by ratio, then by total');
SELECT ok('0/0'::rate < '0/1' AND '0/1'::rate < '0/2' AND '0/9'::rate < '1/9223372036854775807', 'the empty one below everything');
SELECT is(hits('73/100') || ' ' || total('73/100'::rate) || ' ' || ratio('73/100'), '73 100 0.73', 'parts');

-- 2,000 rates of every size, many of them close to each other

SELECT setseed(0.9);
CREATE TABLE rates AS
SELECT id, rate(floor(total * random())::int8, total) AS r FROM (SELECT id, floor(2 ^ (random() * 62))::int8 AS total FROM generate_series(1, 1500) AS id) AS t
UNION ALL SELECT 1500 + id, rate(id % 4, 1 + id % 4 + id % 7) FROM generate_series(1, 400) AS id
UNION ALL SELECT 1900 + id, rate(9223372036854775806 - id, 9223372036854775807 - id % 3) FROM generate_series(1, 90) AS id
UNION ALL SELECT 1990 + id, '0/0' FROM generate_series(1, 10) AS id;

SELECT is_empty('SELECT r, d FROM rates, unnest(''{0,1,2,5,17}''::int[]) AS d WHERE total(r) > 0
	AND (percent(r, d) * 10 ^ d::numeric <> div(2 * hits(r)::numeric * 10 ^ (d + 2)::numeric + total(r), 2 * total(r)::numeric) OR scale(percent(r, d)) <> d)',
	'percent rounds once, half away from zero');

-- halves, and quotients so close to one that a division rounded before would reach it
CREATE TABLE close AS
SELECT rate(CASE WHEN k % 2 = 0 THEN h ELSE greatest(h - 1, 0) END, total) AS r, digits
FROM (SELECT k, digits, total, floor((2 * floor(random() * 50 * 10 ^ digits) + 1)::numeric * total / (200 * 10 ^ digits::numeric))::int8 AS h
	FROM (SELECT k, (random() * 6)::int AS digits, CASE WHEN k % 3 = 0 THEN (200 * 10 ^ (random() * 12)::int)::int8 ELSE 9223372036854775807 - floor(random() * 1e15)::int8 END AS total
		FROM generate_series(1, 3000) AS k) AS t) AS h;
SELECT is_empty('SELECT r, digits FROM close WHERE percent(r, digits) * 10 ^ digits::numeric <> div(2 * hits(r)::numeric * 10 ^ (digits + 2)::numeric + total(r), 2 * total(r)::numeric)', 'percent at and beside halves');
SELECT cmp_ok(count(*), '>', 100::bigint, 'which rounding a division gets wrong') FROM close WHERE percent(r, digits) <> round(100 * hits(r)::numeric / total(r), digits);
SELECT is(percent('1/3', 1000)::text, repeat('3', 2) || '.' || repeat('3', 1000), 'a thousand digits');

CREATE TABLE pairs AS SELECT a.r AS a, b.r AS b FROM rates AS a, generate_series(0, 3) AS k JOIN rates AS b ON true WHERE b.id = (a.id * 7919 + k * 13) % 2000 + 1
	UNION ALL SELECT a.r, b.r FROM rates AS a JOIN rates AS b ON b.id BETWEEN a.id AND a.id + 2 WHERE a.id > 1500;
SELECT is_empty('SELECT a, b FROM pairs, LATERAL (SELECT CASE WHEN total(a) = 0 OR total(b) = 0 THEN sign(total(a)::numeric - total(b))
		ELSE coalesce(nullif(sign(hits(a)::numeric * total(b) - hits(b)::numeric * total(a)), 0), sign(total(a)::numeric - total(b))) END AS want) AS w
	WHERE sign(rate_cmp(a, b)) <> want OR (a < b) <> (want < 0) OR (a <= b) <> (want <= 0) OR (a = b) <> (want = 0) OR (a <> b) <> (want <> 0) OR (a >= b) <> (want >= 0) OR (a > b) <> (want > 0)
		OR (want = 0 AND (rate_hash(a), rate_hash_extended(a, 5)) <> (rate_hash(b), rate_hash_extended(b, 5)))', 'order by cross-multiplication');
SELECT cmp_ok(count(*), '>', 1000::bigint, 'of many pairs') FROM pairs;
SELECT is((SELECT count(*) FROM (SELECT DISTINCT r FROM rates) AS d), (SELECT count(DISTINCT r::text) FROM rates), 'DISTINCT');
SELECT is_empty('SELECT a, b FROM (SELECT r AS b, lag(r) OVER (ORDER BY r) AS a FROM rates) AS s WHERE total(a) > 0
	AND (hits(a)::numeric * total(b), total(a)) > (hits(b)::numeric * total(a), total(b))', 'ORDER BY');
SELECT is_empty('SELECT r FROM rates WHERE rate_hash_extended(r, 0) & 4294967295 <> rate_hash(r)::int8 & 4294967295', 'both hashes agree');

-- by an index, the same rows as by their text
CREATE FUNCTION found(method text, operator text) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
	line text;
	plan text := '';
	differing bigint;
BEGIN
	EXECUTE format('CREATE INDEX found_index ON rates USING %s (r)', method);
	ANALYZE rates;
	PERFORM set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true);
	FOR line IN EXECUTE format('EXPLAIN (COSTS OFF) SELECT * FROM rates AS a JOIN rates AS b ON b.r %s a.r', operator) LOOP
		plan := plan || line;
	END LOOP;
	EXECUTE format('SELECT count(*) FROM (SELECT id, (SELECT count(*) FROM rates AS b WHERE b.r %1$s a.r) AS by_index FROM rates AS a WHERE id %% 20 = 0 OR id > 1950) AS s
		JOIN (SELECT a.id, count(*) FILTER (WHERE b.r + 0 %1$s a.r + 0) AS by_scan FROM numbered AS a, numbered AS b WHERE a.id %% 20 = 0 OR a.id > 1950 GROUP BY a.id) AS t USING (id)
		WHERE by_index <> by_scan', operator) INTO differing;
	PERFORM set_config('enable_seqscan', 'on', true), set_config('enable_hashjoin', 'on', true), set_config('enable_mergejoin', 'on', true);
	DROP INDEX found_index;
	RETURN ARRAY[(plan ~ 'Index (Only )?Scan using found_index|Bitmap Index Scan on found_index')::text, differing::text];
END $$;
CREATE TABLE numbered AS SELECT id, dense_rank() OVER (ORDER BY CASE WHEN total(r) = 0 THEN -1 ELSE round(hits(r) / total(r)::numeric, 40) END, total(r)) AS r FROM rates;
SELECT is(found(m, o), '{true,0}', m || ' index for ' || o) FROM (VALUES ('btree', '='), ('btree', '<'), ('btree', '>='), ('hash', '=')) AS v (m, o);

CREATE FUNCTION joined(way text) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('enable_' || w, CASE WHEN w = way THEN 'on' ELSE 'off' END, true) FROM unnest('{hashjoin,mergejoin,nestloop}'::text[]) AS w;
	RETURN (SELECT count(*) FROM rates AS a JOIN rates AS b USING (r));
END $$;
SELECT is(joined(way), (SELECT count(*) FROM rates AS a JOIN rates AS b ON a.r::text = b.r::text), way) FROM unnest('{hashjoin,mergejoin,nestloop}'::text[]) AS way;
SELECT set_config('enable_' || w, 'on', true) FROM unnest('{hashjoin,mergejoin,nestloop}'::text[]) AS w \g /dev/null
SELECT is_empty('SELECT r FROM rates WHERE r::text::rate <> r OR recv_bytes(''rate'', rate_send(r)) <> r::text OR hits(r) || ''/'' || total(r) <> r::text', 'text and binary are exact');
SELECT is_empty('SELECT r FROM rates WHERE total(r) > 0 AND (abs(r::float8 - hits(r)::float8 / total(r)) > 0 OR r::numeric <> hits(r)::numeric / total(r) OR r::jsonb <> jsonb_build_object(''hits'', hits(r), ''total'', total(r)))', 'casts');
SELECT is_empty('SELECT a, b FROM pairs WHERE total(a)::numeric + total(b) <= 9223372036854775807
	AND (merge(a, b) <> rate(hits(a) + hits(b), total(a) + total(b)) OR merge(a, b) <> merge(b, a) OR unmerge(merge(a, b), b) <> a)', 'merge and unmerge');

-- rows: counted in groups, frames, parts; in parallel: rate_state.sql

CREATE TABLE row_of AS SELECT id, id % 97 AS body, CASE WHEN random() < 0.8 THEN random() < 0.3 END AS hit FROM generate_series(1, 5000) AS id;
INSERT INTO row_of SELECT 5000 + id, 97, NULL FROM generate_series(1, 5) AS id;
CREATE TABLE counted AS SELECT body, rate(count(*) FILTER (WHERE hit), count(hit)) AS r FROM row_of GROUP BY body;
ANALYZE row_of;
SELECT is_empty('SELECT body FROM (SELECT body, rate(hit) AS s FROM row_of GROUP BY body) AS g JOIN counted USING (body) WHERE s <> r', 'groups');
SELECT is((SELECT rate(hit) FROM row_of WHERE false)::text || (SELECT rate(NULL::boolean)) || (SELECT r FROM counted WHERE body = 97), '0/00/00/0', 'no rows and NULL rows');
SELECT is(rate(hit) FILTER (WHERE body = 3), (SELECT r FROM counted WHERE body = 3), 'FILTER') FROM row_of;
SELECT is((SELECT rollup(r) FROM counted), (SELECT rate(hit) FROM row_of), 'rollup');
SELECT is((SELECT rollup(r) FROM counted WHERE false)::text || (SELECT rollup(NULL::rate)), '0/00/0', 'rollup of nothing');
SELECT is_empty('SELECT body FROM (SELECT body, rollup(s) AS s FROM (SELECT body, rate(hit) AS s FROM row_of GROUP BY body, (random() * 3)::int) AS part GROUP BY body) AS g JOIN counted USING (body) WHERE s <> r', 'random splits');
SELECT is_empty('SELECT * FROM (SELECT rate(hit) OVER w AS moved, array_agg(hit) OVER w AS hits FROM row_of WINDOW w AS (ORDER BY id ROWS BETWEEN 9 PRECEDING AND 3 FOLLOWING)) AS f
	WHERE moved <> (SELECT rate(count(*) FILTER (WHERE h), count(h)) FROM unnest(hits) AS h)', 'moving frames of rows');
SELECT is_empty('SELECT * FROM (SELECT rollup(r) OVER w AS moved, array_agg(r) OVER w AS rs FROM (SELECT id, r FROM rates WHERE id BETWEEN 1500 AND 1900 OR total(r) < 1e15) AS s
		WINDOW w AS (ORDER BY id ROWS BETWEEN 4 PRECEDING AND 1 PRECEDING)) AS f
	WHERE rs IS NOT NULL AND moved <> (SELECT rate(sum(hits(x))::int8, sum(total(x))::int8) FROM unnest(rs) AS x)', 'moving frames of rates');
SELECT results_eq('SELECT body, id % 2, rate(hit) FROM row_of WHERE body < 4 GROUP BY CUBE (body, id % 2) ORDER BY 1, 2',
	'SELECT body, id % 2, rate(count(*) FILTER (WHERE hit), count(hit)) FROM row_of WHERE body < 4 GROUP BY CUBE (body, id % 2) ORDER BY 1, 2', 'cube');
SELECT is((SELECT rate(DISTINCT hit) FROM row_of), '1/2', 'DISTINCT hits');
SELECT is((SELECT percent(rate(hit)) || ' ' || ratio(rate(hit))::numeric(9, 8) FROM row_of), (SELECT round(100 * avg(hit::int), 2) || ' ' || avg(hit::int)::numeric(9, 8) FROM row_of), 'two accessors of one state');
SELECT is_empty('SELECT body FROM (SELECT body, fresh(''rate(boolean)'', hit)::rate AS s FROM row_of GROUP BY body) AS g JOIN counted USING (body) WHERE s <> r', 'a new FmgrInfo for each row');
SELECT is(fresh_combine('rate(boolean)', r::text), rollup(r)::text, 'partial states as text') FROM counted;

SELECT throws_ok(q, '42883', NULL, 'no ' || q) FROM unnest(ARRAY[$$SELECT '1/4'::rate + '1/4'::rate$$, $$SELECT avg('1/4'::rate)$$, $$SELECT round('1/4'::rate, 1)$$]) AS q;

SELECT is((SELECT array_agg(DISTINCT castcontext::text) FROM pg_cast WHERE castsource = 'rate'::regtype OR casttarget = 'rate'::regtype), '{e}', 'casts are explicit');
CREATE TABLE numbers (n numeric, f float8, j jsonb);
SELECT throws_ok(format('INSERT INTO numbers (%s) SELECT r FROM rates', c), '42804', NULL, 'no assignment to ' || c) FROM unnest('{n,f,j}'::text[]) AS c;

-- text from outside: 3,000 random ones, each refused or read as what it says

CREATE FUNCTION readable(t text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN t::rate;
EXCEPTION WHEN invalid_text_representation THEN
	RETURN 'refused';
END $$;
CREATE TABLE texts AS
SELECT (SELECT string_agg((ARRAY['0', '1', '9', '12', '73', '/', '/', ' ', '-', '+', '.', 'e', E'\t', '9223372036854775807', '9223372036854775808', '１', '%'])[1 + floor(random() * CASE WHEN i > 0 AND id % 2 = 0 THEN 8 ELSE 17 END)], '')
	FROM generate_series(1, 1 + id % 5) AS i) AS t FROM generate_series(1, 3000) AS id;
CREATE FUNCTION expected(t text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN m[1]::numeric <= m[2]::numeric AND m[2]::numeric <= 9223372036854775807 THEN m[1]::numeric || '/' || m[2]::numeric ELSE 'refused' END
	FROM (SELECT regexp_match(t, '^[ \t]*([0-9]+)[ \t]*/[ \t]*([0-9]+)[ \t]*$') AS m) AS s
$$;
SELECT is_empty('SELECT t, readable(t), expected(t) FROM texts WHERE readable(t) <> expected(t)', 'random texts');
SELECT results_eq('SELECT DISTINCT readable(t) = ''refused'' FROM texts ORDER BY 1', ARRAY[false, true], 'some read, some refused');

-- bytes from outside

CREATE FUNCTION received(bytes bytea) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	result := recv_bytes('rate', bytes);
	RETURN CASE WHEN result::rate::text = result THEN 'valid' END;
EXCEPTION WHEN invalid_binary_representation OR protocol_violation THEN
	RETURN 'refused';
END $$;
SELECT results_eq('SELECT DISTINCT received(substr(rate_send(''73/100''), 1, n)) FROM generate_series(0, 15) AS n', ARRAY['refused'], 'truncated');
SELECT is(received(rate_send('73/100') || '\x00'), 'refused', 'with more behind it');
SELECT results_eq('SELECT DISTINCT received(set_byte(rate_send(''73/100''), n, b)) FROM generate_series(0, 15) AS n, generate_series(0, 255) AS b ORDER BY 1', ARRAY['refused', 'valid'], 'corrupted at every byte');
SELECT results_eq('SELECT DISTINCT received(substr(decode(md5(n::text) || md5(n || ''x''), ''hex''), 1, n % 20)) FROM generate_series(1, 2000) AS n ORDER BY 1', ARRAY['refused', 'valid'], 'random bytes');
SELECT throws_ok('SELECT convert_from(''\x31c32f32'', ''UTF8'')::rate', '22021', NULL, 'what is not UTF-8');
SELECT throws_ok('SELECT repeat(''1'', 1000000)::rate', '22P02', NULL, 'a long text');

-- a call by hand leaves its argument as it was

CREATE FUNCTION by_hand(state rate) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	after rate := rate_accum(state, true);
BEGIN
	PERFORM merge(state, state), unmerge(state, state), rate_accum_inv(after, true);
	RETURN state || ' ' || after;
END $$;
SELECT is(by_hand('3/4'), '3/4 4/5', 'no call outside an aggregate changes its argument');

SELECT current_setting('server_version_num')::int >= 160000 AS soft \gset
\if :soft
SELECT is_empty('SELECT t FROM texts WHERE pg_input_is_valid(t, ''rate'') <> (expected(t) <> ''refused'')', 'soft errors');
SELECT is((SELECT sql_error_code || ' ' || message FROM pg_input_error_info('3/2', 'rate')), '22P02 invalid input syntax for type rate: "3/2"', 'what a soft error says');
\else
SELECT skip('no soft errors before PostgreSQL 16', 2);
\endif

SELECT * FROM finish();
ROLLBACK;
