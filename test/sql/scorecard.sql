-- Text forms, errors and plans of scorecard
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS complaint_metrics;
RESET client_min_messages;
\pset format unaligned
\pset tuples_only on

-- day:received:concluded(mediated/decided)(satisfied/answered), then the escalations
SELECT '{}{}'::scorecard;
SELECT '{2023-01-01:7,2023-01-02:3:9(5/8)(3/4),2023-01-05:0:1(0/0)(0/0)}{[2023-01-02T00:00:00Z,2023-01-03T08:30:00.5Z),[2023-01-04T00:00:00Z,)}'::scorecard;
SELECT ' { 2023-01-01 : 7 : 9 ( 5 / 8 ) ( 3 / 4 ) } { [2023-01-02 00:00+08, 2023-01-03 00:00+08) } '::scorecard;
SELECT '{0044-03-15 BC:1,10000-01-01:1}{}'::scorecard;

-- what is no scorecard
SELECT ''::scorecard;
SELECT '{}'::scorecard;
SELECT '{}{'::scorecard;
SELECT '{}{}x'::scorecard;
SELECT '{2023-01-01}{}'::scorecard;
SELECT '{2023-01-01:0}{}'::scorecard;
SELECT '{2023-01-01:1:0(0/0)(0/0)}{}'::scorecard;
SELECT '{2023-01-01:1:2(1/2)}{}'::scorecard;
SELECT '{2023-01-01:1:2(1/3)(0/0)}{}'::scorecard;
SELECT '{2023-01-01:1:2(2/1)(0/0)}{}'::scorecard;
SELECT '{2023-01-01:-1}{}'::scorecard;
SELECT '{2023-02-29:1}{}'::scorecard;
SELECT '{2023-01-02:1,2023-01-01:1}{}'::scorecard;
SELECT '{2023-01-01:1,2023-01-01:1}{}'::scorecard;
SELECT '{2023-01-01:9223372036854775808}{}'::scorecard;
SELECT '{}{[2023-01-03T00:00:00Z,2023-01-02T00:00:00Z)}'::scorecard;
SELECT '{}{[yesterweek,)}'::scorecard;

-- rows that cannot be counted
SELECT scorecard('infinity', NULL, NULL, NULL, NULL, NULL);
SELECT scorecard(NULL, '-infinity', NULL, NULL, NULL, NULL);
SELECT scorecard(NULL, NULL, NULL, NULL, '2023-01-02 00:00+00', '2023-01-01 00:00+00');
SELECT scorecard(NULL, NULL, NULL, NULL, 'infinity', NULL);
SELECT scorecard('2023-01-01 00:00+00', NULL, NULL, NULL, NULL, NULL, 'Mars/Olympus');
SELECT scorecard('2023-01-01 00:00+00', NULL, NULL, NULL, NULL, NULL, NULL);

-- counts past int64, and parts that were never in the whole
SELECT merge('{2023-01-01:9223372036854775807}{}'::scorecard, '{2023-01-01:1}{}');
SELECT unmerge('{2023-01-01:1}{}'::scorecard, '{2023-01-01:2}{}');
SELECT unmerge('{2023-01-01:1:1(1/1)(0/0)}{}'::scorecard, '{2023-01-01:1:1(0/0)(0/0)}{}');
SELECT unmerge('{2023-01-01:1}{}'::scorecard, '{2023-01-02:1}{}');
SELECT unmerge('{}{[2023-01-02T00:00:00Z,)}'::scorecard, '{}{[2023-01-02T00:00:00Z,2023-01-03T00:00:00Z)}');

-- stored bytes that are no scorecard; the fifth and the next three are the size of the days
CREATE FUNCTION image(card scorecard, first int) RETURNS bytea AS 'bytea_substr_no_len' LANGUAGE internal;
CREATE FUNCTION stored(bytes bytea, first int) RETURNS scorecard AS 'bytea_substr_no_len' LANGUAGE internal;
CREATE TABLE scorecard_image AS SELECT image('{2023-01-01:1}{[2023-01-02T00:00:00Z,)}', 1) AS bytes;
SELECT stored(bytes, 1) FROM scorecard_image;
SELECT stored(set_byte(bytes, 7, 32), 1) FROM scorecard_image;
SELECT scorecard_send(stored(set_byte(bytes, 7, 32), 1)) FROM scorecard_image;
SELECT rollup(stored(set_byte(bytes, 7, 32), 1)) FROM scorecard_image;
SELECT unmerge('{2023-01-01:1}{}', stored(set_byte(bytes, 4, get_byte(bytes, 4) + 128), 1)) FROM scorecard_image;
SELECT merge(stored(substr(bytes, 1, length(bytes) - 1), 1), '{}{}') FROM scorecard_image;
SELECT escalations(stored(substr(bytes, 1, 6), 1)) FROM scorecard_image;
SELECT scorecard_send(stored(set_byte(bytes, 12, 9), 1)) FROM scorecard_image;
DROP TABLE scorecard_image;
DROP FUNCTION stored;
DROP FUNCTION image;

-- verdicts that cannot be given
SELECT verdict('{}{}', 'empty');
SELECT verdict('{}{}', '[2023-01-01,)');
SELECT verdict('{}{}', '[2023-01-01,2023-02-01)', NULL, 'Mars/Olympus');
SELECT verdict('{}{}', '[2023-01-01,)', '[2022-01-01,2022-02-01)', 'Asia/Shanghai');
SELECT verdict('{}{}', NULL) IS NULL, verdict(NULL, '[2023-01-01,2023-02-01)') IS NULL;

-- a parallel plan splits the aggregate
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
CREATE TABLE scorecard_rows (county int, received timestamptz, mediated boolean);
EXPLAIN (COSTS OFF)
SELECT county, scorecard(received, received, mediated, NULL, NULL, NULL, 'Asia/Shanghai') FROM scorecard_rows GROUP BY county;
DROP TABLE scorecard_rows;
