-- Text forms, errors and plans of rate
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS complaint_metrics;
RESET client_min_messages;
\pset format unaligned
\pset tuples_only on

SELECT '0/0'::rate, '73/100'::rate, ' 73 / 100 '::rate, '007/010'::rate, '9223372036854775807/9223372036854775807'::rate;

-- what is no rate
SELECT ''::rate;
SELECT '73'::rate;
SELECT '/'::rate;
SELECT '73/'::rate;
SELECT '/100'::rate;
SELECT '100/73'::rate;
SELECT '-1/2'::rate;
SELECT '+1/2'::rate;
SELECT '1/-2'::rate;
SELECT '1/2/3'::rate;
SELECT '1/2 3'::rate;
SELECT '1/2 1/2'::rate;
SELECT '1//2'::rate;
SELECT '99999999999999999999999999999999/1'::rate;
SELECT '1 1/2'::rate;
SELECT '1.5/2'::rate;
SELECT '73%'::rate;
SELECT '0/9223372036854775808'::rate;
SELECT '１/２'::rate;

SELECT rate(3, 2);
SELECT rate(-1, 2);
SELECT rate(0, -1);
SELECT rate(NULL, 2) IS NULL;

-- counts past int64 are an error, not a wrap
SELECT merge('1/9223372036854775807'::rate, '0/1');
SELECT rollup(r) FROM unnest('{9223372036854775807/9223372036854775807,1/1}'::rate[]) AS r;
SELECT rate_accum('0/9223372036854775807', false);
SELECT unmerge('1/2'::rate, '2/2');
SELECT unmerge('1/2'::rate, '0/2');
SELECT unmerge('1/2'::rate, '0/3');
SELECT percent('1/3'::rate, -1);
SELECT percent('1/3'::rate, 1001);

-- casts are explicit
SELECT '1/4'::rate::float8, '1/4'::rate::numeric, '1/4'::rate::jsonb, '1/4'::rate::text;
SELECT '0/0'::rate::float8 IS NULL, '0/0'::rate::numeric IS NULL, '0/0'::rate::jsonb;

-- plans
CREATE TABLE rate_rows (r rate, hit boolean);
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
EXPLAIN (COSTS OFF) SELECT rate(hit), rollup(r) FROM rate_rows;
SET max_parallel_workers_per_gather = 0;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
CREATE INDEX rate_rows_btree ON rate_rows (r);
CREATE INDEX rate_rows_hash ON rate_rows USING hash (r);
EXPLAIN (COSTS OFF) SELECT r FROM rate_rows WHERE r > '1/2' ORDER BY r;
DROP INDEX rate_rows_btree;
EXPLAIN (COSTS OFF) SELECT r FROM rate_rows WHERE r = '1/2';
DROP TABLE rate_rows;
