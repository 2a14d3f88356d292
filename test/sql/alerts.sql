-- Rows, NULL and errors of alerts
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS complaint_metrics;
RESET client_min_messages;
SET datestyle = ISO;
SET extra_float_digits = -3;
\pset format unaligned
\pset tuples_only on
SELECT format('{%s}', string_agg(day::date || ':' || 4 + n % 3 + CASE WHEN n > 9 THEN 9 ELSE 0 END, ',' ORDER BY day))::trend AS surge
FROM generate_series('2023-09-01'::date, '2023-09-12', '1 day') WITH ORDINALITY AS d (day, n) \gset

SELECT * FROM alerts(:'surge');
SELECT * FROM alerts(:'surge', 'EARS_C1', 'day', 9, 0.01, 2.5);
SELECT * FROM alerts(:'surge', 'ears_c3', baseline => 5);
SELECT day, alarm FROM alerts(:'surge', 'cusum', baseline => 5, alpha => 0.05);
SELECT * FROM alerts(:'surge', unit => 'week', baseline => 3);

-- no rows
SELECT * FROM alerts(NULL);
SELECT * FROM alerts(NULL, NULL);
SELECT * FROM alerts('{}');
SELECT * FROM alerts('{2023-09-01:1}');

SELECT * FROM alerts('{}', NULL);
SELECT * FROM alerts('{}', unit => NULL);
SELECT * FROM alerts('{}', baseline => NULL);
SELECT * FROM alerts('{}', min_deviation => NULL);
SELECT * FROM alerts('{}', 'ears_c4');
SELECT * FROM alerts('{}', unit => 'fortnight');
SELECT * FROM alerts('{}', unit => 'ytd');
SELECT * FROM alerts('{}', baseline => 2);
SELECT * FROM alerts('{}', baseline => 1001);
SELECT * FROM alerts('{}', alpha => 0);
SELECT * FROM alerts('{}', alpha => 1);
SELECT * FROM alerts('{}', alpha => -0.1);
SELECT * FROM alerts('{}', alpha => 'NaN');
SELECT * FROM alerts('{}', alpha => 1e-320);
SELECT * FROM alerts('{}', 'cusum', alpha => 0.48);
SELECT * FROM alerts('{}', 'cusum', alpha => 0.47);
SELECT * FROM alerts('{}', min_deviation => -1);
SELECT * FROM alerts('{}', min_deviation => 'NaN');
SELECT * FROM alerts('{}', min_deviation => 'Infinity');

-- a sum that passes int8
SELECT * FROM alerts('{2023-09-01:9223372036854775807,2023-09-02:1}', unit => 'month');
