-- Text forms and errors of sparkline
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS complaint_metrics;
RESET client_min_messages;
\pset format unaligned
\pset tuples_only on

SELECT sparkline('{2023-01-01:1,2023-01-02:2,2023-01-03:3,2023-01-04:4,2023-01-05:5,2023-01-06:6,2023-01-07:7,2023-01-08:8}', 'day');
SELECT sparkline('{2023-01-15:5,2023-02-01:7,2023-02-28:8,2023-05-05:9}');
SELECT sparkline('{2023-01-15:5,2023-02-01:7,2023-02-28:8,2023-05-05:9}', 'Quarter');
-- nothing varies
SELECT sparkline('{2023-01-15:5}'), sparkline('{2023-01-01:5,2023-01-02:5}', 'day');
-- the nearest eighth: a half goes up
SELECT sparkline('{2023-01-01:1,2023-01-02:2,2023-01-03:3}', 'day'), sparkline('{2023-01-01:100,2023-01-02:109,2023-01-03:110,2023-01-04:129,2023-01-05:130,2023-01-06:229,2023-01-07:230,2023-01-08:240}', 'day');
-- all of int8
SELECT sparkline('{2023-01-01:9223372036854775807,2023-01-03:658812288346769700,2023-01-04:658812288346769701,2023-01-05:8564559748508006106,2023-01-06:8564559748508006107}', 'day');
SELECT sparkline('{}') = '', sparkline('{}', 'year') = '', sparkline(NULL) IS NULL, sparkline('{}', NULL) IS NULL;
SELECT sparkline('{}', 'ytd');
SELECT sparkline('{}', 'fortnight');
SELECT sparkline('{4713-06-30 BC:1,5874897-12-31:1}', 'day');
SELECT sparkline('{2023-01-01:9223372036854775807,2023-01-02:1}');
