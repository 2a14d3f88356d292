-- Text forms and errors of delta
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS complaint_metrics;
RESET client_min_messages;
\pset format unaligned
\pset tuples_only on

SELECT delta(608, 152), delta('73/100'::rate, '60/100'::rate), '(608,152,73/100,60/100)'::delta, ROW(5, 3, NULL, NULL)::delta;
SELECT (d).volume, (d).baseline_volume, (d).rate, (d).baseline_rate FROM (SELECT '(608,152,73/100,60/100)'::delta AS d) AS s;
SELECT change(d), growth(d), times(d), doublings(d), points(d), describe(d), describe(d, 'en') FROM (SELECT '(608,152,73/100,60/100)'::delta AS d) AS s;
SELECT growth(d, 0), growth(d, 4), times(d, 0), times(d, 1), points(d, 0), points(d, 3) FROM (SELECT '(1234,1000,73/101,60/100)'::delta AS d) AS s;
-- what cannot be compared is NULL
\pset null NULL
SELECT change(d), growth(d), times(d), doublings(d), points(d), p_value(d), describe(d)
FROM (VALUES (delta(5, 0)), (delta(0, 5)), (delta(0, 0)), (delta('0/0'::rate, '1/2'::rate)), (delta('0/0'::rate, '0/0'::rate)),
	('(,,,)'), ('(5,,1/2,)'), ('(,5,,1/2)'), (NULL::delta)) AS v (d);

-- negative volumes, also where a row was written by hand
SELECT delta(-1, 1);
SELECT delta(1, -1);
SELECT delta(-9223372036854775808, 9223372036854775807);
SELECT change('(-1,1,,)');
SELECT times(ROW(1, -1, NULL, NULL)::delta);
SELECT doublings('(-4,-1,,)');
SELECT points('(-1,1,1/2,1/3)');
SELECT describe('(1,-1,,)');
-- rates that are none
SELECT '(1,1,2/1,1/2)'::delta;
SELECT '(1,1,1/2)'::delta;

-- digits
SELECT growth(delta(2, 1), -1);
SELECT times(delta(2, 1), 1001);
SELECT points(delta('1/2'::rate, '1/3'::rate), -2147483648);
SELECT length(growth(delta(2, 3), 1000)::text);

-- languages
SELECT describe(delta(2, 1), 'ZH'), describe(delta(2, 1), 'EN');
SELECT describe(delta(2, 1), '');
SELECT describe(delta(2, 1), 'zh_CN');
SELECT describe(NULL, 'zh') IS NULL, describe(delta(2, 1), NULL) IS NULL;
