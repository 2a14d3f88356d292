-- Text forms and errors of period
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS complaint_metrics;
RESET client_min_messages;
\pset format unaligned
\pset tuples_only on
SET datestyle = ISO;

SELECT unit, period(unit, '2024-02-29') FROM unnest('{day,week,month,quarter,half,year,ytd}'::text[]) AS unit;
SELECT period('MONTH', '2023-12-31'), period('Ytd', '2024-01-01'), period(at => '2023-08-01', unit => 'half');
-- weeks are ISO weeks and cross the year
SELECT period('week', '2021-01-03'), period('week', '2021-01-04'), period('week', '2024-12-30');
-- before Christ there is no year 0
SELECT period('year', '0001-06-01 BC'), period('month', '0001-12-31 BC'), period('quarter', '0044-03-15 BC');
SELECT period(NULL, '2024-01-01') IS NULL, period('day', NULL) IS NULL;

-- what is no unit
SELECT period('', '2024-01-01');
SELECT period('months', '2024-01-01');
SELECT period(' month', '2024-01-01');
SELECT period('decade', '2024-01-01');
SELECT period('月', '2024-01-01');

-- what lies in no period, or in one that passes the calendar
SELECT period('month', 'infinity');
SELECT period('ytd', '-infinity');
SELECT period('day', '5874897-12-31');
SELECT period('year', '5874897-01-01');
SELECT period('day', '4714-11-24 BC'), period('week', '4714-11-24 BC');
SELECT period('month', '4714-11-24 BC');
SELECT period('ytd', '4714-11-24 BC');
