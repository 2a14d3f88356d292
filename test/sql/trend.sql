-- Text forms, errors and plans of trend
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS complaint_metrics;
RESET client_min_messages;
\pset format unaligned
\pset tuples_only on

-- day:volume, and (hits/decided) where anything was decided
SELECT '{}'::trend;
SELECT '{2023-01-01:7,2023-01-02:9(5/8)}'::trend;
SELECT E' {\t2023-01-01 : 7 ,\n2023-01-02 : 9 ( 5 / 8 ) } '::trend;
SELECT '{4713-01-01 BC:1,0001-12-31 BC:1,0001-01-01:1,1999-12-31:1,2000-01-01:1,9999-12-31:1,10000-01-01:1,5874897-12-31:1}'::trend;
SELECT '{2023-01-01:9223372036854775807(9223372036854775807/9223372036854775807)}'::trend;

-- what is no trend
SELECT ''::trend;
SELECT '{'::trend;
SELECT '}'::trend;
SELECT '{}x'::trend;
SELECT '{}{}'::trend;
SELECT '{,}'::trend;
SELECT '{2023-01-01}'::trend;
SELECT '{2023-01-01:}'::trend;
SELECT '{2023-01-01:1,}'::trend;
SELECT '{2023-01-01:1'::trend;
SELECT '{2023-01-01:0}'::trend;
SELECT '{2023-01-01:-1}'::trend;
SELECT '{2023-01-01:1.5}'::trend;
SELECT '{2023-01-01:1(1)}'::trend;
SELECT '{2023-01-01:1(1/1}'::trend;
SELECT '{2023-01-01:1(0/0)}'::trend;
SELECT '{2023-01-01:1(1/2)}'::trend;
SELECT '{2023-01-01:2(2/1)}'::trend;
SELECT '{2023-01-01:9223372036854775808}'::trend;
SELECT '{2023-01-02:1,2023-01-01:1}'::trend;
SELECT '{2023-01-01:1,2023-01-01:1}'::trend;
SELECT '{2023-02-29:1}'::trend;
SELECT '{2023-13-01:1}'::trend;
SELECT '{2023-00-01:1}'::trend;
SELECT '{2023-1-1:1}'::trend;
SELECT '{01/02/2023:1}'::trend;
SELECT '{0000-01-01:1}'::trend;
SELECT '{4714-11-23 BC:1}'::trend;
SELECT '{5874898-01-01:1}'::trend;
SELECT '{99999999-01-01:1}'::trend;
SELECT '{infinity:1}'::trend;
SELECT '{２０２３-01-01:1}'::trend;

-- rows that cannot be counted
SELECT trend('infinity'::date);
SELECT trend('-infinity'::timestamp, true);
SELECT trend('infinity'::timestamptz);
SELECT trend('-infinity'::timestamptz, true, 'Asia/Shanghai');
SELECT trend('2023-01-01'::timestamptz, true, 'Mars/Olympus');
SELECT trend('2023-01-01'::timestamptz, true, 'CST');
SELECT trend('2023-01-01'::timestamptz, true, '+08');
SELECT trend('2023-01-01'::timestamptz, true, 'UTC+8');
SELECT trend('2023-01-01'::timestamptz, true, 'Asia/Shanghai8');
SELECT trend('2023-01-01 20:00Z'::timestamptz, true, 'Etc/GMT-8');
SELECT trend('2023-01-01'::timestamptz, true, '');
SELECT trend('2023-01-01'::timestamptz, true, repeat('x', 300));
SELECT trend('2023-01-01'::timestamptz, true, NULL);

-- counts past int64, and parts that were never in the whole
SELECT merge('{2023-01-01:9223372036854775807}'::trend, '{2023-01-01:1}');
SELECT rollup(t) FROM (VALUES ('{2023-01-01:9223372036854775807}'::trend), ('{2023-01-01:1}')) AS v (t);
SELECT trend_accum('{2023-01-01:9223372036854775807}', '2023-01-01'::date);
SELECT unmerge('{2023-01-01:1}'::trend, '{2023-01-01:2}');
SELECT unmerge('{2023-01-01:2(1/1)}'::trend, '{2023-01-01:1(0/1)}');
SELECT unmerge('{2023-01-01:2(1/1)}'::trend, '{2023-01-01:2}');
SELECT unmerge('{2023-01-01:1}'::trend, '{2023-01-02:1}');
SELECT unmerge('{}'::trend, '{2023-01-02:1}');
SELECT volume('{2023-01-01:9223372036854775807,2023-01-02:1}'::trend);
SELECT volume(t, '[2023-01-01,2023-01-02)'), volume(t, '[2023-01-02,2023-01-03)') FROM (SELECT '{2023-01-01:9223372036854775807,2023-01-02:1}'::trend) AS v (t);

-- stored bytes that are no trend, as after a crash of the disk or by a later version
CREATE FUNCTION stored(bytes bytea, first int) RETURNS trend AS 'bytea_substr_no_len' LANGUAGE internal;
SELECT stored(substr(trend_send('{2023-01-01:1}'), 1), 1);
SELECT stored(set_byte(trend_send('{2023-01-01:1}'), 0, 2), 1);
SELECT merge('{}', stored(set_byte(trend_send('{2023-01-01:1}'), 0, 2), 1));
SELECT rollup(stored(substr(trend_send('{2023-01-01:1,2023-01-02:1}'), 1, 8), 1));
SELECT merge(stored(trend_send('{2023-01-01:1}') || '\x00', 1), '{}');
SELECT merge(stored(trend_send('{2023-01-01:1}') || '\x00', 1), '{2023-01-02:1}');
SELECT trend_send(stored(trend_send('{2023-01-01:1}') || '\x00', 1));
-- of the size of the empty one
SELECT unmerge('{2023-01-01:1}', stored(set_byte(trend_send('{}'), 0, 2), 1));
SELECT rollup(t) FROM (VALUES (stored(set_byte(trend_send('{}'), 4, 1), 1)), ('{2023-01-01:1}')) AS v (t);
DROP FUNCTION stored;

-- parallel, partition-wise and in grouping sets with no further code
CREATE TABLE trend_rows (county int, at date) PARTITION BY LIST (county);
CREATE TABLE trend_rows_1 PARTITION OF trend_rows FOR VALUES IN (1);
CREATE TABLE trend_rows_2 PARTITION OF trend_rows FOR VALUES IN (2);
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
EXPLAIN (COSTS OFF) SELECT trend(at) FROM trend_rows_1;
RESET parallel_setup_cost;
SET max_parallel_workers_per_gather = 0;
SET enable_partitionwise_aggregate = on;
EXPLAIN (COSTS OFF) SELECT county, trend(at) FROM trend_rows GROUP BY county;
EXPLAIN (COSTS OFF) SELECT trend(at) FROM trend_rows;
DROP TABLE trend_rows;
