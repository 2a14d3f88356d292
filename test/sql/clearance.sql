-- Text forms, errors and plans of clearance
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS complaint_metrics;
RESET client_min_messages;
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';
SET intervalstyle = 'postgres';
\pset format unaligned
\pset tuples_only on

-- sorted, in UTC, to the microsecond; an open one behind those of the same opened
SELECT '{}'::clearance;
SELECT '{[2023-01-01T00:00:00Z,2023-01-05T01:00:00Z),[2023-01-31T16:00:00Z,)}'::clearance;
SELECT '{[2023-01-31T16:00:00Z,),[2023-01-01T00:00:00Z,),[2023-01-01T00:00:00Z,2023-01-05T01:00:00.5Z),[2023-01-01T00:00:00Z,2023-01-05T01:00:00.5Z)}'::clearance;
SELECT '{[0044-03-15T00:00:00Z BC,0001-01-01T00:00:00Z),[12023-01-01T00:00:00Z,12023-01-01T00:00:00.000001Z)}'::clearance;

-- bounds as timestamptz reads them, quoted where they hold a comma or a bracket
SELECT ' { [ 2023-01-01 08:00+08 , 2023-01-02 ) , [ "Jan 31, 2023 16:00" , infinity ) } '::clearance;
SELECT '{[2023-01-01 00:00 America/New_York,2023-01-0\2)}'::clearance;

-- what is no clearance
SELECT ''::clearance;
SELECT '[2023-01-01,)'::clearance;
SELECT '{'::clearance;
SELECT '{}x'::clearance;
SELECT '{2023-01-01}'::clearance;
SELECT '{[2023-01-01)}'::clearance;
SELECT '{[2023-01-01,]}'::clearance;
SELECT '{(2023-01-01,)}'::clearance;
SELECT '{[2023-01-01,),}'::clearance;
SELECT '{[2023-01-01,) [2023-01-02,)}'::clearance;
SELECT '{[,2023-01-01)}'::clearance;
SELECT '{[2023-01-05,2023-01-01)}'::clearance;
SELECT '{["Jan 31, 2023,)}'::clearance;
SELECT '{[yesterweek,)}'::clearance;
SELECT '{[2023-02-29T00:00:00Z,)}'::clearance;

-- rows that cannot be counted
SELECT clearance('2023-01-05 00:00Z', '2023-01-01 00:00Z');
SELECT clearance('2023-01-05 00:00Z', '-infinity');
SELECT clearance('infinity', NULL);
SELECT clearance('-infinity', '2023-01-01 00:00Z');

-- parts that were never in the whole, as often
SELECT unmerge('{[2023-01-01T00:00:00Z,)}'::clearance, '{[2023-01-01T00:00:00Z,),[2023-01-01T00:00:00Z,)}');
SELECT unmerge('{[2023-01-01T00:00:00Z,)}'::clearance, '{[2023-01-01T00:00:00Z,2023-01-02T00:00:00Z)}');

-- questions without an answer
SELECT open_time('{[2023-01-01T00:00:00Z,)}', '(,)');
SELECT time_to_clear('{}', 1.5);
SELECT zero_check_rate('{}', '2023-01-01', 'infinity', '1 day');
SELECT zero_check_rate('{}', '2023-01-01', '2023-01-02', '-1 day');
SELECT zero_check_rate('{}', '2023-01-31', '2023-03-02', '1 month -29 days');

-- plans
CREATE TABLE petitions (county int, opened timestamptz, cleared timestamptz) PARTITION BY LIST (county);
CREATE TABLE petitions_1 PARTITION OF petitions FOR VALUES IN (1);
CREATE TABLE petitions_2 PARTITION OF petitions FOR VALUES IN (2);
INSERT INTO petitions SELECT n % 2 + 1, '2023-01-01'::timestamptz + n * interval '1 hour', '2023-01-02'::timestamptz + n * interval '1 hour' FROM generate_series(1, 1000) AS n;
ALTER TABLE petitions_1 SET (parallel_workers = 2);
ANALYZE petitions;
SET jit = off;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET max_parallel_workers_per_gather = 2;
EXPLAIN (COSTS OFF) SELECT clearance(opened, cleared) FROM petitions_1;
SET max_parallel_workers_per_gather = 0;
SET enable_partitionwise_aggregate = on;
EXPLAIN (COSTS OFF) SELECT clearance(opened, cleared) FROM petitions;
EXPLAIN (COSTS OFF) SELECT county, clearance(opened, cleared) FROM petitions GROUP BY county;
DROP TABLE petitions;
