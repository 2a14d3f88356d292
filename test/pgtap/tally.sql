-- tally against GROUP BY key
\getenv folder CM_DATA
\set found `test -r "$CM_DATA/cfpb_complaints.csv" && echo on || echo off`
-- the keys of a database in another encoding; its clients speak UTF-8
SET client_encoding = 'UTF8';
\set encoding EUC_CN
\set ask '(SELECT tally(key) || $$ $$ || encode(tally_send(tally(key)), $$hex$$) || $$ $$ || (tally(key)::text::tally = tally(key)) FROM unnest(ARRAY[$$椒江$$, $$阿$$, $$椒江$$]) AS key)'
\ir ../helper/encoding.sql
\set euc_cn :answer

BEGIN;
SELECT * FROM no_plan();
SELECT is(:'euc_cn'::text, format('{"椒江":2,"阿":1} %s true', '0100000000' || '0000000000000003' || '0000000000000000' || '00000002'
	|| '00000003e998bf' || '0000000000000001' || '00000006e6a492e6b19f' || '0000000000000002'), 'EUC_CN');
\ir ../helper/helper.sql
\ir ../helper/stored.sql
\ir ../helper/plan.sql

-- The slow way: keys of rows as the text of a tally
CREATE FUNCTION slow(keys text[]) RETURNS text LANGUAGE sql BEGIN ATOMIC
	SELECT '{' || coalesce(string_agg(to_json(key) || ':' || n, ',' ORDER BY n DESC, key COLLATE "C"), '') || '}'
	FROM (SELECT key, count(*) AS n FROM unnest(keys) AS key WHERE key IS NOT NULL GROUP BY key) AS counts;
END;

-- 1,200 groups of 0 to 400 rows with few keys or many: ASCII, Latin, Cyrillic, Chinese and beyond the basic plane, quoted and
-- not, empty, of 1 kB, with long common beginnings, and as other keys begin
SELECT setseed(0.4);
CREATE TABLE row_of AS
SELECT id, part, CASE
	WHEN kind > 0.98 THEN NULL
	WHEN kind > 0.96 THEN ''
	WHEN kind > 0.9 THEN left(repeat('路桥区消费者', 200), n % 341)
	WHEN kind > 0.85 THEN rpad('共同', 500 + n % 3, 'x')
	WHEN kind > 0.7 THEN '91331002MA2' || lpad(n::text, 7, '0')
	WHEN kind > 0.6 THEN (ARRAY['"', '\', E'\n\t\r\b\f', E'\u0001\u001f', '/', '}/10:20:3', '{"a":1}', U&'\007F', '''', ' '])[1 + n % 10] || n / 10 % 3
	WHEN kind > 0.5 THEN chr(128512 + n % 50) || chr(131072 + n % 7)
	WHEN kind > 0.4 THEN chr(1072 + n % 32) || chr(945 + n % 20) || chr(224 + n % 20) || chr(1488 + n % 9) || chr(12354 + n % 40) || chr(44032 + n)
	WHEN kind > 0.2 THEN chr(19968 + n) || chr(36864 - n)
	ELSE n::text END AS key
FROM (SELECT id, random() AS kind, (random() ^ 3 * (ARRAY[1, 5, 30, 2000])[1 + id % 4])::int AS n, (random() * 4)::int AS part
	FROM generate_series(1, 1200) AS id, generate_series(1, (id * 7919) % 401)) AS r;
INSERT INTO row_of SELECT 1201, 0, repeat('键', 341) || i % 2 FROM generate_series(1, 5) AS i;
ANALYZE row_of;
CREATE TABLE expected AS SELECT id, slow(array_agg(key)) AS text FROM row_of GROUP BY id;
CREATE TABLE tallies AS SELECT id, tally(key) AS t FROM row_of GROUP BY id;
CREATE INDEX ON tallies (id);

SELECT cmp_ok(count(*), '>=', 1000::bigint, 'a thousand cases') FROM tallies;
SELECT is(max(octet_length(key)), 1024, 'keys up to 1 kB') FROM row_of;
SELECT is_empty('SELECT id FROM tallies JOIN expected USING (id) WHERE t::text <> text', 'tally(key)');

-- accessors

CREATE TABLE counted AS SELECT id, key, count(*) AS n,
	row_number() OVER (PARTITION BY id ORDER BY count(*) DESC, key COLLATE "C") AS rank FROM row_of WHERE key IS NOT NULL GROUP BY id, key;
CREATE INDEX ON counted (id);
SELECT is_empty('SELECT id FROM tallies WHERE total(t) <> (SELECT coalesce(sum(n), 0) FROM counted AS c WHERE c.id = tallies.id) OR distinct_keys(t) <> (SELECT count(*) FROM counted AS c WHERE c.id = tallies.id)
	OR max_error(t) <> 0 OR NOT is_exact(t)', 'total, distinct_keys, max_error, is_exact');
SELECT is_empty('SELECT id FROM tallies JOIN counted USING (id) WHERE id < 300 AND frequency(t, key) <> n', 'frequency');
SELECT is((SELECT sum(frequency(t, 'no such key') + frequency(t, left(repeat('路桥区消费者', 200), 341) || '者')) FROM tallies), 0::numeric, 'frequency of other keys');
SELECT is_empty('(SELECT id, top.rank, top.key, top.count, top.share FROM tallies, top(t, id % 12))
	EXCEPT (SELECT id, rank, key, n, share FROM (SELECT id, rank, key, n, rate(n, (sum(n) OVER (PARTITION BY id))::bigint) AS share FROM counted) AS c WHERE rank <= id % 12)', 'top');
SELECT is((SELECT count(*) FROM tallies, top(t, id % 12)), (SELECT count(*) FROM counted WHERE rank <= id % 12), 'top leaves out none');
SELECT is_empty('SELECT k FROM generate_series(1, 3000, 271) AS k, (SELECT rollup(t) AS t FROM tallies) AS s WHERE (SELECT string_agg(key, ''|'' ORDER BY rank) FROM top(t, k))
	IS DISTINCT FROM (SELECT string_agg(key, ''|'' ORDER BY n DESC, key COLLATE "C") FROM (SELECT key, sum(n) AS n FROM counted GROUP BY key ORDER BY 2 DESC, key COLLATE "C" LIMIT k) AS c)', 'top of very many');
SELECT is_empty('SELECT k FROM (SELECT rollup((''{"k'' || lpad(i::text, 6, ''0'') || ''":'' || greatest(i, 20001 - i) || ''}'')::tally) AS t FROM generate_series(1, 20000) AS i) AS v, unnest(''{1,2,3,100,19999,20000}''::int[]) AS k
	WHERE hits(share(t, k)) <> (SELECT sum(n) FROM (SELECT greatest(i, 20001 - i) AS n FROM generate_series(1, 20000) AS i ORDER BY 1 DESC LIMIT k) AS largest)', 'share where counts fall and rise');
SELECT is((SELECT string_agg(format('%s%s%s', id, key, rank), '|' ORDER BY place) FROM (SELECT id, top.rank, top.key, row_number() OVER () AS place FROM tallies, top(t, 5) WHERE id = 1000) AS s),
	(SELECT string_agg(format('%s%s%s', id, key, rank), '|' ORDER BY rank) FROM counted WHERE id = 1000 AND rank <= 5), 'top comes in its order');
SELECT is_empty('(SELECT id, a.rank, a.key, a.count FROM tallies, at_least(t, id % 7 - 1) AS a) EXCEPT (SELECT id, rank, key, n FROM counted WHERE n >= id % 7 - 1)', 'at_least');
SELECT is((SELECT count(*) FROM tallies, at_least(t, id % 7 - 1)), (SELECT count(*) FROM counted WHERE n >= id % 7 - 1), 'at_least leaves out none');
SELECT is_empty('SELECT id FROM tallies, generate_series(0, 9) AS k WHERE id < 400 AND share(t, k) <> rate((SELECT coalesce(sum(n), 0)::bigint FROM counted AS c WHERE c.id = tallies.id AND rank <= k), total(t))', 'share');
SELECT is_empty('SELECT id FROM tallies WHERE abs(hhi(t) - (SELECT sum((n / total(t)::float8) ^ 2) FROM counted AS c WHERE c.id = tallies.id)) > 1e-12', 'hhi');
SELECT is(hhi('{"a":1,"b":1,"c":1,"d":1}'), 0.25::float8, 'hhi of four that are equal');
SELECT is(hhi('{"a":7}'), 1::float8, 'hhi of one');
SELECT is(hhi('{"a":9000000000000000000,"b":1}'), 1::float8, 'hhi far past int4');
SELECT is(hhi('{}'), NULL, 'hhi of none');
SELECT is(share('{}', 3), '0/0', 'share of none');
SELECT is_empty('SELECT * FROM top(''{}'', 3) UNION ALL SELECT * FROM at_least(''{}'', 0) UNION ALL SELECT * FROM top(''{"a":1}'', 0)', 'no keys');

-- the CFPB extract

\if :found
CREATE TABLE cfpb (received text, product text, sub_product text, issue text, sub_issue text, company text, state text, zip text, consent text, via text, sent text, response text, timely text, disputed text);
\set command '\\copy cfpb FROM ' :folder '/cfpb_complaints.csv (FORMAT csv, HEADER)'
:command
SELECT is(count(*), 3186::bigint, 'CFPB: rows') FROM cfpb;
SELECT is((SELECT tally(company) FROM cfpb)::text, (SELECT slow(array_agg(company)) FROM cfpb), 'CFPB: companies');
SELECT is((SELECT tally(issue) FROM cfpb)::text, (SELECT slow(array_agg(issue)) FROM cfpb), 'CFPB: issues');
SELECT results_eq('SELECT top.rank, top.key, top.count FROM (SELECT tally(company) AS t FROM cfpb) AS s, top(t, 10)',
	'SELECT row_number() OVER (ORDER BY count(*) DESC, company COLLATE "C")::int, company, count(*) FROM cfpb GROUP BY company ORDER BY 1 LIMIT 10', 'CFPB: the ten companies most complained about');
SELECT is((SELECT rollup(t) FROM (SELECT tally(company) AS t FROM cfpb GROUP BY state, product) AS s), (SELECT tally(company) FROM cfpb), 'CFPB: companies, merged from states and products');
SELECT is_empty('SELECT state FROM (SELECT state, tally(issue)::text AS t, slow(array_agg(issue)) AS s FROM cfpb GROUP BY state) AS g WHERE t <> s', 'CFPB: issues by states');
\else
SELECT skip('no cfpb_complaints.csv in the folder $CM_DATA');
\endif

-- columns of all types that are strings

CREATE DOMAIN firm AS text;
CREATE TABLE typed AS SELECT k AS t, k::varchar AS v, k::varchar(20) AS v20, k::char(5) AS c, k::name AS n, k::firm AS f, k::text COLLATE "C" AS l
	FROM unnest('{a,"{\"a\":5}",a,b,NULL}'::text[]) AS k;
SELECT is(tally(v)::text || tally(v20) || tally(n) || tally(f) || tally(l), repeat(tally(t)::text, 5), 'varchar, name, a domain, a collation') FROM typed;
SELECT is(tally(c)::text, '{"a":2,"b":1}', 'char(5), without its blanks') FROM typed WHERE t NOT LIKE '{%';
SELECT is(tally(v)::text, '{}', 'a varchar that is always NULL') FROM typed WHERE t IS NULL;
SELECT is('{"a":5}'::varchar::tally::text || '{"a":5}'::char(9)::tally || '{"a":5}'::name::tally || '{"a":5}'::firm::tally, repeat('{"a":5}', 4), 'casts read the text form');
SELECT throws_ok('SELECT ''x''::varchar::tally', '22P02', NULL, 'or say that it is none');
SELECT throws_ok('SELECT trend(v) FROM typed', '42883', NULL, 'trend(varchar) is no cast');
SELECT throws_ok('SELECT rate(v) FROM typed', '42883', NULL, 'rate(varchar) is no cast');
SELECT is('{2023-01-01:7}'::varchar::trend::text || '1/2'::char(4)::rate, '{2023-01-01:7}1/2', 'their casts read their text forms');

-- no rows, NULL rows

SELECT is((SELECT tally(key) FROM row_of WHERE false)::text || (SELECT tally(key, 5) FROM row_of WHERE false), '{}{}', 'no rows');
SELECT is(tally(NULL::text)::text || tally(NULL, 5), '{}{}', 'NULL keys');
SELECT is((SELECT rollup(t) FROM tallies WHERE false)::text || (SELECT rollup(NULL::tally))::text, '{}{}', 'rollup of nothing');
SELECT is(merge(t, NULL), NULL, 'merge with NULL') FROM tallies LIMIT 1;
SELECT is(tally(key) FILTER (WHERE id = 7), (SELECT t FROM tallies WHERE id = 7), 'FILTER') FROM row_of;

-- any split, order and tree gives the same bytes

CREATE TABLE parts AS SELECT id, part, tally(key) AS t FROM row_of GROUP BY id, part;
SELECT is_empty('SELECT id FROM (SELECT id, rollup(t ORDER BY random()) AS r FROM parts GROUP BY id) AS s JOIN tallies USING (id) WHERE r <> t OR r::text <> t::text', 'rollup of parts');
SELECT is_empty('SELECT id FROM (SELECT id, rollup(r) AS r FROM (SELECT id, rollup(t) AS r FROM parts GROUP BY id, part % 2) AS half GROUP BY id) AS s JOIN tallies USING (id) WHERE r <> t', 'rollup of rollups');
SELECT is_empty('SELECT a.id FROM tallies AS a JOIN tallies AS b ON b.id = 1201 - a.id WHERE merge(a.t, b.t) <> merge(b.t, a.t) OR unmerge(merge(a.t, b.t), b.t) <> a.t
	OR merge(merge(a.t, b.t), a.t) <> merge(a.t, merge(b.t, a.t)) OR merge(a.t, ''{}'') <> a.t OR merge(''{}'', a.t) <> a.t OR unmerge(a.t, a.t) <> ''{}'' OR unmerge(a.t, ''{}'') <> a.t',
	'merge commutes and associates, unmerge takes back');
SELECT is((SELECT rollup(t) FROM tallies)::text, (SELECT slow(array_agg(key)) FROM row_of), 'all of them');

-- grouped, distinct, in frames

SELECT results_eq('SELECT id % 3, part, tally(key) FROM row_of WHERE id < 100 GROUP BY GROUPING SETS ((id % 3), (part), ()) ORDER BY 1, 2',
	'SELECT id % 3, NULL::int, tally(key) FROM row_of WHERE id < 100 GROUP BY 1 UNION ALL SELECT NULL, part, tally(key) FROM row_of WHERE id < 100 GROUP BY part
	UNION ALL SELECT NULL, NULL, tally(key) FROM row_of WHERE id < 100 ORDER BY 1, 2', 'grouping sets');
SELECT is((SELECT tally(DISTINCT key) FROM row_of)::text, (SELECT slow(array_agg(DISTINCT key)) FROM row_of), 'DISTINCT');
SELECT is_empty($$ SELECT * FROM (SELECT tally(key) OVER w AS moved, array_agg(key) OVER w AS keys FROM row_of WHERE id BETWEEN 8 AND 40
	WINDOW w AS (PARTITION BY id ORDER BY key COLLATE "C", part ROWS BETWEEN 20 PRECEDING AND 3 FOLLOWING)) AS f WHERE moved::text <> slow(keys) $$, 'moving frames of rows');
SELECT is_empty($$ SELECT * FROM (SELECT tally(key) OVER w AS moved, array_agg(key) OVER w AS keys FROM row_of WHERE id BETWEEN 1000 AND 1003
	WINDOW w AS (PARTITION BY id ORDER BY part ROWS BETWEEN 300 PRECEDING AND CURRENT ROW)) AS f WHERE moved::text <> slow(keys) $$, 'moving frames of many keys');
SELECT is_empty($$ SELECT * FROM (SELECT rollup(t) OVER w AS moved, array_agg(t) OVER w AS ts FROM tallies WHERE id < 300
	WINDOW w AS (ORDER BY id ROWS BETWEEN 2 PRECEDING AND 1 FOLLOWING)) AS f WHERE moved <> (SELECT rollup(t) FROM unnest(ts) AS t) $$, 'moving frames of states');
SELECT is_empty($$ SELECT * FROM (SELECT rollup(t) OVER w AS moved, array_agg(t) OVER w AS ts FROM (SELECT id, tally(key, 10000) AS t FROM row_of WHERE id < 50 GROUP BY id) AS s
	WINDOW w AS (ORDER BY id ROWS BETWEEN 2 PRECEDING AND 1 FOLLOWING)) AS f WHERE moved <> (SELECT rollup(t) FROM unnest(ts) AS t) $$, 'frames of states with a capacity begin anew');
SELECT is_empty($$ SELECT * FROM (SELECT at, tally(key) OVER w AS moved, array_agg(key) OVER w AS keys
		FROM (SELECT 0 AS at, 'burst' || i AS key FROM generate_series(1, 2000) AS i UNION ALL SELECT i, 'k' || i % 7 FROM generate_series(1, 300) AS i) AS r
	WINDOW w AS (ORDER BY at GROUPS BETWEEN 10 PRECEDING AND CURRENT ROW)) AS f WHERE at > 8 AND moved::text <> slow(keys) $$, 'frames behind a burst of keys');
SELECT is((SELECT total(tally(key)) || ' ' || hhi(tally(key)) || tally(key) FROM row_of WHERE id = 40),
	(SELECT total(t) || ' ' || hhi(t) || t FROM tallies WHERE id = 40), 'accessors share the state');
SELECT is((SELECT count(*) FROM (SELECT DISTINCT t FROM tallies) AS d), (SELECT count(DISTINCT t::text) FROM tallies), 'DISTINCT tallies');
SELECT is_empty('SELECT FROM tallies AS a, tallies AS b WHERE a.id < 40 AND b.id < 40 AND ((a.t = b.t) <> (a.t::text = b.t::text) OR (a.t <> b.t) = (a.t = b.t) OR (a.t < b.t) <> (b.t > a.t)
	OR (a.t <= b.t) = (a.t > b.t) OR (a.t = b.t AND (tally_hash(a.t), tally_hash_extended(a.t, 7)) <> (tally_hash(b.t), tally_hash_extended(b.t, 7))))', 'operators');

-- parallel, hashed and sorted

CREATE TABLE hashed AS SELECT id, NULL::tally AS t FROM tallies WHERE false;
SET enable_sort = off;
INSERT INTO hashed SELECT id, tally(key) FROM row_of GROUP BY id;
RESET enable_sort;
SET enable_hashagg = off;
SELECT is_empty('SELECT id FROM (SELECT id, tally(key) AS s FROM row_of GROUP BY id) AS sorted JOIN tallies USING (id) JOIN hashed USING (id) WHERE s <> tallies.t OR hashed.t <> s', 'hashed and sorted groups');
RESET enable_hashagg;
SET parallel_setup_cost = 0;
SET min_parallel_table_scan_size = 0;
SELECT ok(launched('SELECT tally(key) FROM row_of') AND launched('SELECT id, tally(key) FROM row_of GROUP BY id') AND launched('SELECT rollup(t) FROM parts'), 'parallel plans');
CREATE TABLE whole AS SELECT (SELECT rollup(t) FROM tallies) AS t;
SELECT is(answer('SELECT tally(key) FROM row_of'), answer('TABLE whole'), 'in parallel');
SELECT is(answer('SELECT id, tally(key) FROM row_of GROUP BY id'), answer('SELECT id, t FROM tallies'), 'in parallel, by groups');
SELECT is(answer('SELECT rollup(t) FROM parts'), answer('TABLE whole'), 'rollup in parallel');

-- with a capacity: Zipf's law over a million rows, of which 100,000 keys

CREATE TABLE zipf AS SELECT 'k' || least((0.5 / random()) ^ 1.1, 100000)::int AS key, (random() * 12)::int AS part FROM generate_series(1, 1000000);
ANALYZE zipf;
CREATE TABLE truth AS SELECT key, count(*) AS n FROM zipf GROUP BY key;
CREATE TABLE bounded (made text, capacity int, t tally);
INSERT INTO bounded SELECT 'rows', capacity, t FROM unnest('{1,2,10,100,1000,1000000}'::int[]) AS capacity, LATERAL (SELECT tally(key, capacity) AS t FROM zipf) AS z;
INSERT INTO bounded SELECT 'in order', 100, tally(key, 100) FROM (SELECT key FROM zipf ORDER BY key) AS z;
INSERT INTO bounded SELECT 'rare first', 100, tally(key, 100) FROM (SELECT key FROM zipf JOIN truth USING (key) ORDER BY n, key) AS z;
INSERT INTO bounded SELECT 'merged', capacity, t FROM unnest('{1,10,100,1000}'::int[]) AS capacity, LATERAL (SELECT rollup(t) AS t FROM (SELECT tally(key, capacity) AS t FROM zipf GROUP BY part) AS p) AS z;
INSERT INTO bounded SELECT 'merged twice', 100, rollup(t) FROM (SELECT rollup(t) AS t FROM (SELECT part, left(key, 3) AS k, tally(key, 100) AS t FROM zipf GROUP BY 1, 2) AS p GROUP BY part) AS q;
SELECT ok(launched('SELECT tally(key, 100) FROM zipf'), 'a parallel plan with a capacity');
CREATE TABLE parallel AS SELECT tally(key, 100) AS t FROM zipf;
INSERT INTO bounded SELECT 'parallel', 100, t FROM parallel;

SELECT is_empty('SELECT made FROM bounded WHERE total(t) <> 1000000 OR distinct_keys(t) > capacity OR max_error(t) > total(t) / (capacity + 1)', 'total, capacity and error');
SELECT is_empty('SELECT made FROM bounded, LATERAL (SELECT max_error(t)) AS e (error), top(t, 2000000) JOIN truth USING (key) WHERE count < n OR count > n + error', 'no count is too low, nor too high by more than the error');
SELECT is_empty('SELECT made FROM bounded, LATERAL (SELECT total(t) / capacity AS least) AS l, LATERAL (SELECT key FROM truth WHERE n > least EXCEPT SELECT key FROM top(t, 2000000)) AS missing', 'every key above total/capacity is there');
SELECT is_empty('SELECT made FROM bounded, LATERAL (SELECT max_error(t)) AS e (error), LATERAL (SELECT key FROM truth WHERE n > error EXCEPT SELECT key FROM top(t, 2000000)) AS missing', 'none that is not occurred more often than the error');
SELECT results_eq('SELECT made, capacity FROM bounded WHERE is_exact(t)', 'VALUES (''rows'', 1000000)', 'exact where the capacity sufficed');
SELECT is((SELECT regexp_replace(t::text, '/1000000:1000000:0$', '') FROM bounded WHERE capacity = 1000000), (SELECT tally(key) FROM zipf)::text, 'with the counts of the exact one');
SELECT is_empty('SELECT made FROM bounded WHERE t::text::tally <> t OR recv_bytes(''tally'', tally_send(t)) <> t::text', 'text and binary with a capacity');
SELECT is_empty('SELECT made FROM bounded WHERE merge(t, ''{}'') <> t OR merge(''{}'', t) <> t OR unmerge(t, ''{}'') <> t', 'the empty state has no capacity yet');
RESET parallel_setup_cost;
RESET min_parallel_table_scan_size;

-- 100,000 small groups in little memory
SET work_mem = '1MB';
SELECT is(sum(total(t)), 300000::numeric, '100,000 groups') FROM (SELECT tally((g % 7)::text) AS t FROM generate_series(1, 300000) AS g GROUP BY g % 100000) AS s;
RESET work_mem;

-- as on Citus

SELECT is_empty('SELECT id FROM (SELECT id, fresh(''tally(text)'', key)::tally AS f FROM row_of GROUP BY id) AS s JOIN tallies USING (id) WHERE f <> t', 'a new FmgrInfo for each row');
SELECT is_empty('SELECT id FROM (SELECT id, fresh(''tally(text, integer)'', key, 5000) AS f FROM row_of GROUP BY id) AS s JOIN tallies USING (id) WHERE f <> CASE WHEN total(t) = 0 THEN ''{}'' ELSE t::text || ''/5000:'' || total(t) || '':0'' END', 'with a capacity');
SELECT is_empty('SELECT id FROM (SELECT id, fresh_combine(''tally(text)'', t::text)::tally AS f FROM parts GROUP BY id) AS s JOIN tallies USING (id) WHERE f <> t', 'partial states as text');

-- stored, read back, shown

SELECT is_empty('SELECT id FROM tallies WHERE t::text::tally <> t', 'text is exact');
SELECT is_empty('SELECT id FROM tallies WHERE t::text::jsonb <> (SELECT coalesce(jsonb_object_agg(key, n), ''{}'') FROM counted AS c WHERE c.id = tallies.id)', 'text is JSON');
SELECT is_empty('SELECT id FROM tallies WHERE (SELECT jsonb_object_agg(key, value)::text FROM jsonb_each(t::text::jsonb))::tally <> t', 'JSON in another order is read');
SELECT is_empty('SELECT id FROM tallies WHERE recv_bytes(''tally'', tally_send(t)) <> t::text', 'binary is exact');
SELECT is(through('SELECT id, t FROM tallies', 'tally', 'text'), 0::bigint, 'COPY text');
SELECT is(through('SELECT id, t FROM tallies', 'tally', 'binary'), 0::bigint, 'COPY binary');
CREATE TABLE stored (kind text, t tally);
CREATE FUNCTION store(storage text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('ALTER TABLE stored ALTER t SET STORAGE %s', storage);
	INSERT INTO stored SELECT storage, tally(md5((g % 9000)::text)) FROM generate_series(1, 40000) AS g;
	RETURN (SELECT rollup(t) = whole AND bool_and(t = whole AND unmerge(t, t) = '{}' AND merge(t, t) = merge(whole, whole) AND total(t) = 40000 AND frequency(t, md5('8')) = 5)
		FROM stored, (SELECT tally(md5((g % 9000)::text)) AS whole FROM generate_series(1, 40000) AS g) AS w WHERE kind = storage GROUP BY whole);
END $$;
SELECT ok(store('external'), 'toasted');
SELECT ok(store('extended'), 'compressed');
SELECT ok(store('main'), 'compressed in the row if possible');
CREATE TABLE toasted_key AS SELECT key FROM row_of WHERE octet_length(key) > 900 ORDER BY key LIMIT 50;
ALTER TABLE toasted_key ALTER key SET STORAGE external;
SELECT is((SELECT tally(key) FROM toasted_key)::text, (SELECT slow(array_agg(key)) FROM toasted_key), 'keys of toasted rows');

-- small: a million keys of 18 characters, as credit codes are

CREATE TABLE code AS SELECT '9' || (ARRAY['1', '2', '3'])[1 + g % 3] || lpad((330000 + g % 89 * 100)::text, 6, '0') || 'MA' || upper(substr(md5(g::text), 1, 8)) AS code FROM generate_series(1, 1000000) AS g;
SELECT is(min(length(code)) || ' ' || max(length(code)), '18 18', 'codes of 18 characters') FROM code;
CREATE TABLE code_tally AS SELECT tally(code) AS t, count(DISTINCT code) AS n FROM code;
SELECT is(distinct_keys(t), n, 'counted') FROM code_tally;
SELECT cmp_ok(n, '>', 999000::bigint, 'a million of them') FROM code_tally;
SELECT cmp_ok(pg_column_size(merge(t, '{}')) / n, '<', 24::bigint, 'bytes a key') FROM code_tally;
SELECT is_empty('(SELECT key, count FROM code_tally, top(t, 2000000)) EXCEPT (SELECT code, count(*) FROM code GROUP BY code)', 'all of them exact');

-- an aggregate of one's own that forgot the final function: other bytes, the same answers
CREATE AGGREGATE raw(tally) (SFUNC = merge, STYPE = tally, INITCOND = '{}');
CREATE TABLE raw AS SELECT id, raw(t) AS r FROM parts GROUP BY id;
SELECT is_empty('SELECT id FROM raw JOIN tallies USING (id) WHERE r::text <> t::text OR merge(r, ''{}'') <> t OR share(r, 3) <> share(t, 3)', 'the state without the final function');

CREATE AGGREGATE without(tally) (SFUNC = unmerge, STYPE = tally, FINALFUNC = tally_final);
CREATE AGGREGATE own(text) (SFUNC = tally_accum, STYPE = tally, FINALFUNC = tally_final, MSFUNC = tally_accum, MINVFUNC = tally_accum_inv, MSTYPE = tally, MFINALFUNC = tally_final);
SELECT is(string_agg(t::text, ' ' ORDER BY n), '{} {} {"a":1} {"a":1}', 'an aggregate of one''s own without an initial state')
FROM (SELECT n, own(k) OVER (ORDER BY n ROWS 1 PRECEDING) AS t FROM (VALUES (1, NULL), (2, NULL), (3, 'a'), (4, NULL)) AS v (n, k)) AS s;
SELECT throws_ok('SELECT without(t) FROM (SELECT tally(key, 5) AS t FROM row_of GROUP BY id) AS s', '0A000', NULL, 'tallies with a capacity are not taken away, in an aggregate either');
SELECT throws_ok(format('SELECT stored_text(''tally'', %L)', bytes), 'XX001', NULL, 'stored bytes that are no tally: ' || bytes)
FROM unnest(ARRAY['\x', '\x01', '\x02000000', '\x0100000000', '\x6301000000', '\x01010000', '\x01020000', '\x0100000000ffffffff0701016101', '\x01010000' || repeat('ff', 80), '\x01000000000101000200610001']) AS bytes;

-- by hand: the value passed stays as it was

CREATE FUNCTION by_hand(state tally) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	before text := state::text;
	after tally := tally_accum(state, 'x');
BEGIN
	PERFORM merge(state, after), unmerge(after, state), rollup(s) FROM unnest(ARRAY[state, after]) AS s;
	RETURN state::text = before AND unmerge(after, state) = '{"x":1}' AND tally_accum_inv(after, 'x') = state;
END $$;
SELECT is_empty('SELECT id FROM tallies WHERE NOT by_hand(t)', 'no call outside an aggregate changes its argument');

-- corrupted bytes: an error of the right class, or a value whose text reads back

CREATE TABLE sent AS SELECT tally_send(t) AS bytes FROM (VALUES ('{}'::tally), ('{"Acme":300,"Ajax":3,"Ajay":3,"键":1}'), ('{"a":9,"b":7}/2:30:3'), ('{}/5:0:0')) AS v (t)
	UNION ALL (SELECT tally_send(t) FROM tallies WHERE pg_column_size(t) < 200 ORDER BY id LIMIT 5);
SELECT results_eq('SELECT DISTINCT received(''tally'', bytes) FROM sent', ARRAY['valid'], 'as sent');
SELECT results_eq('SELECT DISTINCT received(''tally'', substr(bytes, 1, n)) FROM sent, generate_series(0, length(bytes) - 1) AS n', ARRAY['refused'], 'truncated');
SELECT results_eq('SELECT DISTINCT received(''tally'', bytes || ''\x00'') FROM sent', ARRAY['refused'], 'with more behind it');
SELECT results_eq('SELECT DISTINCT received(''tally'', set_byte(bytes, n, (get_byte(bytes, n) + d) % 256)) FROM sent, generate_series(0, length(bytes) - 1) AS n, unnest(''{1,2,7,64,127,128,255}''::int[]) AS d ORDER BY 1',
	ARRAY['refused', 'valid'], 'corrupted at every byte');
SELECT results_eq('SELECT DISTINCT received(''tally'', bytes) FROM (SELECT (SELECT decode(string_agg(lpad(to_hex((random() * 255)::int), 2, ''0''), ''''), ''hex'') FROM generate_series(1, 1 + i % 40)) AS bytes
	FROM generate_series(1, 3000) AS i) AS noise', ARRAY['refused'], 'noise');
SELECT is(received('tally', ('\x01' || repeat('00', 20) || 'ffffffff')::bytea), 'refused', 'a negative number of keys');

SELECT throws_ok('SELECT (''{"'' || repeat(''x'', 1025) || ''":1}'')::tally', '22P02', NULL, 'a key above 1 kB in text');
SELECT throws_ok('SELECT ''{a:1}''::tally', '22P02', NULL, 'text that is no JSON');
SELECT throws_ok('SELECT repeat(''{"a":'', 100000)::tally', '22P02', NULL, 'a long text');

SELECT current_setting('server_version_num')::int >= 160000 AS soft \gset
\if :soft
SELECT is(pg_input_is_valid('{"a":0}', 'tally'), false, 'a soft error');
SELECT is(pg_input_is_valid('{"a":}', 'tally'), false, 'a soft error from the JSON reader');
SELECT is((pg_input_error_info('{"a":1,"a":1}', 'tally')).sql_error_code, '22P02', 'with its class');
\endif

SELECT * FROM finish();
ROLLBACK;
