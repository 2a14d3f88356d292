-- Working days: answers, and errors with their hints
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS complaint_metrics;
RESET client_min_messages;
\pset format unaligned
\pset tuples_only on
SET datestyle = ISO;

SELECT day, to_char(day, 'Dy'), is_working_day(day) FROM generate_series(0, 13) AS n, LATERAL (SELECT date '2023-09-28' + n) AS d (day);
SELECT working_days('2023-09-28', '2023-10-09'), working_days('2023-10-09', '2023-09-28'), working_days("from" => '2023-09-28', until => '2023-09-28');
SELECT working_days('2018-01-01', '2026-12-31'), working_days('2026-12-31', '2018-01-01');
SELECT add_working_days('2023-09-28', 7), add_working_days('2023-10-13', -7), add_working_days('2018-01-01', 2241);
-- from a Sunday: the day itself, the working days after it; back, the one that leaves one day between
SELECT n, day, working_days('2024-03-10', day) FROM generate_series(-2, 2) AS n, add_working_days('2024-03-10', n) AS day;
SELECT is_working_day(NULL) IS NULL, working_days(NULL, '2023-01-01') IS NULL, working_days('2023-01-01', NULL) IS NULL, add_working_days('2023-01-01', NULL) IS NULL;

-- names, on days that are off and on days that are worked for it
SELECT is_working, name, count(*) FROM working_day_exception GROUP BY is_working, name ORDER BY is_working, name COLLATE "C";

-- years without a row
SELECT is_working_day('2017-12-31');
SELECT is_working_day('2027-01-01');
SELECT is_working_day('0044-03-15 BC');
SELECT is_working_day('5874897-12-31');
SELECT working_days('2026-12-31', '2027-01-01');
SELECT working_days('2017-12-31', '2018-01-01');
SELECT working_days('2030-01-01', '2020-01-01');
SELECT add_working_days('2027-01-01', 0);
SELECT add_working_days('2026-12-31', 1);
SELECT add_working_days('2018-01-02', -1);
SELECT add_working_days('2023-01-01', 2147483647);
SELECT add_working_days('2023-01-01', -2147483648);

-- what is no day
SELECT is_working_day('infinity');
SELECT working_days('2023-01-01', '-infinity');
SELECT add_working_days('-infinity', 1);

-- the first and the last day of all, and years with a gap between them
BEGIN;
INSERT INTO working_day_exception VALUES ('4714-11-24 BC', false, 'first'), ('5874897-12-31', true, 'last'), ('5874897-01-01', true, NULL), ('0001-01-01 BC', false, NULL), ('2030-01-01', false, NULL), ('0001-12-31 BC', true, NULL), ('0001-01-01', false, NULL);
SELECT is_working_day('4714-11-24 BC'), is_working_day('4714-11-25 BC'), is_working_day('5874897-12-30'), is_working_day('5874897-12-31');
SELECT working_days('0001-01-01 BC', '0001-12-31'), add_working_days('5874897-12-30', 1), add_working_days('4714-11-26 BC', -1);
SAVEPOINT s;
SELECT add_working_days('5874897-12-31', 1);
ROLLBACK TO s;
SELECT add_working_days('4714-11-24 BC', -1);
ROLLBACK TO s;
SELECT working_days('2026-12-31', '2030-01-01');
ROLLBACK TO s;
SELECT working_days('2030-01-01', '2026-12-31');
ROLLBACK TO s;
SELECT is_working_day('2030-01-01'), is_working_day('2030-01-02');
ROLLBACK;
SELECT is_working_day('2030-01-01');

-- a table that is not as the extension made it
BEGIN;
SAVEPOINT s;
ALTER TABLE working_day_exception RENAME TO holidays;
SELECT is_working_day('2023-01-01');
ROLLBACK TO s;
SELECT is_working_day('2023-01-02');
ALTER TABLE working_day_exception RENAME TO holidays;
CREATE VIEW working_day_exception AS SELECT * FROM holidays;
SELECT is_working_day('2023-01-01');
ROLLBACK TO s;
ALTER TABLE working_day_exception RENAME day TO date;
SELECT working_days('2023-01-01', '2023-01-02');
ROLLBACK TO s;
ALTER TABLE working_day_exception ALTER is_working TYPE text;
SELECT is_working_day('2023-01-01');
ROLLBACK TO s;
ALTER TABLE working_day_exception DROP is_working CASCADE;
SELECT is_working_day('2023-01-01');
ROLLBACK TO s;
ALTER TABLE working_day_exception ALTER is_working DROP NOT NULL;
UPDATE working_day_exception SET is_working = NULL WHERE day = '2023-01-02';
SELECT add_working_days('2023-01-01', 1);
ROLLBACK TO s;
CREATE SCHEMA elsewhere;
ALTER TABLE working_day_exception SET SCHEMA elsewhere;
SELECT is_working_day('2023-01-01');
ROLLBACK TO s;
ALTER EXTENSION complaint_metrics DROP FUNCTION load_holiday_notice(text);
DROP FUNCTION load_holiday_notice(text);
ALTER EXTENSION complaint_metrics DROP TABLE working_day_exception;
DROP TABLE working_day_exception;
SELECT add_working_days('2023-01-01', 1);
ROLLBACK TO s;
TRUNCATE working_day_exception;
SELECT add_working_days('2023-01-01', 1);
ROLLBACK TO s;
-- more columns, in another order, change nothing
ALTER TABLE working_day_exception DROP name, ADD remark text DEFAULT 'x';
INSERT INTO working_day_exception VALUES ('2027-01-01', false);
SELECT is_working_day('2027-01-01'), is_working_day('2027-01-04'), is_working_day('2023-01-02');
ROLLBACK;
SELECT own_table_changed();
