-- Errors and forms of the comparison of periods
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS complaint_metrics;
RESET client_min_messages;
\pset format unaligned
\pset tuples_only on

-- periods without bounds, empty and infinite ones
SELECT volume(t, '(,)'), volume(t, '[2023-01-02,)'), volume(t, '(,2023-01-02)'), volume(t, 'empty'), volume(t, '[-infinity,infinity]'), volume(t, '[2023-01-02,infinity)')
FROM (VALUES ('{2023-01-01:1,2023-01-02:2,2023-01-03:4}'::trend)) AS v (t);
SELECT delta('{2023-01-01:1,2023-01-02:2(1/2)}'::trend, '[2023-01-02,)', '(,2023-01-02)');
SELECT yoy('{2023-01-01:1}', '[2023-01-01,)');
SELECT pop('{2023-01-01:1}', '(,2023-01-01)');
SELECT pop('{2023-01-01:1}', '[2023-01-01,infinity)');
SELECT yoy('{2023-01-01:1}', 'empty'), pop('{2023-01-01:1}', 'empty');
SELECT volume('{2023-01-01:1}', NULL) IS NULL, yoy(NULL, '[2023-01-01,2023-01-02)') IS NULL;

-- series
SELECT * FROM series('{2022-12-30:4(1/2),2023-02-01:2(1/1)}', 'month');
SELECT * FROM series('{}', 'month');
SELECT * FROM series('{2022-12-30:4}', 'ytd');
SELECT * FROM series('{2022-12-30:4}', 'fortnight');
SELECT period FROM series('{5874897-12-31:1}', 'year');
SELECT count(*), sum(volume), min(lower(period)), max(upper(period)) FROM series('{4713-06-30 BC:1,2023-01-01:1}', 'year');
