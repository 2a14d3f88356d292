-- Working days: against the published arrangement, against a slow way, and through every change of the table
\getenv folder CM_DATA
\set found `test -r "$CM_DATA/china_working_day_exceptions.tsv" && echo on || echo off`

-- the names in servers that have no Chinese, or no encoding
\set ask '(SELECT string_agg(DISTINCT name, $$; $$ ORDER BY name) || count(*) || is_working_day($$2023-10-07$$) FROM working_day_exception)'
\set encoding LATIN1
\ir ../helper/encoding.sql
\set latin1 :answer
\set encoding EUC_CN
\ir ../helper/encoding.sql
\set euc_cn :answer
\set encoding SQL_ASCII
\ir ../helper/encoding.sql
\set sql_ascii :answer

BEGIN;
SELECT plan(52);
\ir ../helper/plan.sql
SET LOCAL jit = off;

\if :found
CREATE TABLE published (day date, what text);
\set copy '\\copy published FROM ' :folder '/china_working_day_exceptions.tsv'
:copy
SELECT is_empty($$ SELECT day FROM (SELECT '2018-01-01'::date + n AS day FROM generate_series(0, 3286) AS n) AS d LEFT JOIN published USING (day)
	WHERE is_working_day(day) <> CASE what WHEN 'off' THEN false WHEN 'work' THEN true ELSE extract(isodow FROM day) < 6 END $$, 'every day from 2018 to 2026');
SELECT set_eq('SELECT day, is_working FROM working_day_exception', $$ SELECT day, what = 'work' FROM published $$, 'the same rows');
\else
SELECT skip('no china_working_day_exceptions.tsv in the folder $CM_DATA', 2);
\endif

SELECT is(:'latin1'::text, 'Dragon Boat Festival; Labour Day; Mid-Autumn Festival; Mid-Autumn Festival, National Day; National Day; National Day, Mid-Autumn Festival; New Year''s Day; Qingming Festival; Spring Festival223true', 'names in LATIN1');
SELECT matches(:'euc_cn'::text, '^(?=.*元旦)(?=.*春节)(?=.*清明节)(?=.*劳动节)(?=.*端午节)(?=.*中秋节、国庆节)(?=.*国庆节、中秋节).*223true$', 'names in EUC_CN');
SELECT matches(:'sql_ascii'::text, '^(?=.*元旦)(?=.*春节)(?=.*清明节)(?=.*劳动节)(?=.*端午节)(?=.*中秋节、国庆节)(?=.*国庆节、中秋节).*223true$', 'names in SQL_ASCII');
SELECT results_eq($$ SELECT day, is_working, name FROM working_day_exception WHERE day IN ('2019-01-01', '2018-12-29', '2018-12-31', '2020-01-31', '2020-10-08', '2023-09-29', '2023-10-08', '2026-01-04') ORDER BY day $$,
	$$ VALUES ('2018-12-29'::date, true, '元旦'), ('2018-12-31', false, '元旦'), ('2019-01-01', false, '元旦'), ('2020-01-31', false, '春节'), ('2020-10-08', false, '国庆节、中秋节'),
		('2023-09-29', false, '中秋节、国庆节'), ('2023-10-08', true, '中秋节、国庆节'), ('2026-01-04', true, '元旦') $$, 'the holiday of a day');

-- working days of each year: its weekdays, less those off, and with the weekend days worked, as 2018: 261 - 18 + 7
SELECT results_eq($$ SELECT y, working_days(make_date(y, 1, 1), make_date(y, 12, 31)) + is_working_day(make_date(y, 1, 1))::int FROM generate_series(2018, 2026) AS y $$,
	$$ VALUES (2018, 250), (2019, 250), (2020, 249), (2021, 250), (2022, 249), (2023, 249), (2024, 251), (2025, 248), (2026, 248) $$, 'working days of each year');

SELECT setseed(0.7);
CREATE TABLE pairs AS SELECT '2018-01-01'::date + floor(random() * 3287)::int AS a, '2018-01-01'::date + floor(random() * 3287)::int AS b, floor(random() * 2000 - 1000)::int AS n
	FROM generate_series(1, 160000);
CREATE INDEX ON pairs (a);
ANALYZE pairs;

-- the slow way: a running count over every day
CREATE TABLE days AS SELECT day, working, count(*) FILTER (WHERE working) OVER (ORDER BY day) AS upto
	FROM (SELECT day, coalesce(e.is_working, extract(isodow FROM day) < 6) AS working FROM (SELECT '2018-01-01'::date + n AS day FROM generate_series(0, 3286) AS n) AS d
		LEFT JOIN working_day_exception AS e USING (day)) AS w;
CREATE UNIQUE INDEX ON days (day);
CREATE UNIQUE INDEX ON days (upto) WHERE working;
ANALYZE days;

SELECT is_empty('SELECT day FROM days WHERE is_working_day(day) <> working', 'every day, the slow way');
SELECT is_empty('SELECT a, b FROM pairs JOIN days AS d ON d.day = a JOIN days AS e ON e.day = b WHERE working_days(a, b) <> e.upto - d.upto', 'counts, the slow way');
SELECT is_empty('SELECT a, b FROM pairs WHERE working_days(a, b) <> -working_days(b, a)', 'reversed, the count is negative');
SELECT cmp_ok(count(*), '>', 100000::bigint, 'pairs that end on a working day') FROM pairs WHERE is_working_day(b);
SELECT is_empty('SELECT a, b FROM pairs WHERE is_working_day(b) AND working_days(a, b) <> 0 AND add_working_days(a, working_days(a, b)) <> b', 'add_working_days takes working_days back');
SELECT is_empty($$ SELECT a, n FROM pairs WHERE a BETWEEN '2022-01-31' AND '2022-06-30' AND working_days(a, add_working_days(a, n)) <> n $$, 'working_days counts what add_working_days went');
SELECT cmp_ok(count(*), '>', 100000::bigint, 'pairs that stay within the calendar') FROM pairs WHERE working_days('2018-01-01', a) + n BETWEEN 1 AND 2244;
SELECT is_empty($$ SELECT a, n FROM pairs JOIN days AS d ON d.day = a JOIN days AS e ON e.working AND e.upto = d.upto + n WHERE n <> 0 AND d.upto + n BETWEEN 1 AND 2244
	AND (add_working_days(a, n) <> e.day OR working_days(a, add_working_days(a, n)) <> n) $$, 'both, over all of them');
SELECT is_empty('SELECT a FROM pairs WHERE add_working_days(a, 0) <> a', 'no day is the day itself');

-- changes within a transaction: the next statement sees them, a rollback takes them back

SELECT is(is_working_day('2023-09-28'), true, 'before');
SAVEPOINT one;
INSERT INTO working_day_exception VALUES ('2023-09-28', false, 'mine');
SELECT is(is_working_day('2023-09-28'), false, 'inserted');
SAVEPOINT two;
UPDATE working_day_exception SET is_working = true WHERE day = '2023-09-28';
SELECT is(is_working_day('2023-09-28'), true, 'updated');
ROLLBACK TO two;
SELECT is(is_working_day('2023-09-28'), false, 'the update is taken back');
DELETE FROM working_day_exception WHERE day = '2023-09-28';
SELECT is(is_working_day('2023-09-28'), true, 'deleted');
ROLLBACK TO two;
SELECT is(is_working_day('2023-09-28'), false, 'the delete is taken back');
TRUNCATE working_day_exception;
SELECT throws_ok($$ SELECT is_working_day('2023-09-28') $$, '22023', 'working days are not known for the year 2023', 'truncated');
INSERT INTO working_day_exception VALUES ('2023-01-02', false, NULL);
SELECT is(is_working_day('2023-09-29'), true, 'and filled again');
TRUNCATE working_day_exception;
SELECT throws_ok($$ SELECT is_working_day('2023-09-28') $$, '22023', NULL, 'truncated in the transaction that truncated it before');
ROLLBACK TO one;
SELECT is(is_working_day('2023-09-28'), true, 'all is taken back');

-- within one statement of the client: what a function changes, its next statement sees
CREATE FUNCTION change_and_fail() RETURNS boolean[] LANGUAGE plpgsql AS $$
DECLARE
	answers boolean[] := ARRAY[is_working_day('2023-09-28')];
BEGIN
	BEGIN
		INSERT INTO working_day_exception VALUES ('2023-09-28', false, 'mine');
		answers := answers || is_working_day('2023-09-28');
		RAISE 'no';
	EXCEPTION WHEN raise_exception THEN
		RETURN answers || is_working_day('2023-09-28');
	END;
END $$;
SELECT is(change_and_fail(), '{t,f,t}', 'a block that fails');

-- a statement that fails after rows of it were seen: its trigger after rows never ran
CREATE FUNCTION look_and_fail() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	CREATE TEMP TABLE IF NOT EXISTS seen AS SELECT is_working_day('2023-09-28');
	PERFORM is_working_day('2023-09-28');
	IF NEW.day = '2023-09-29' THEN
		RAISE 'no';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER look BEFORE UPDATE ON working_day_exception FOR EACH ROW EXECUTE FUNCTION look_and_fail();
INSERT INTO working_day_exception VALUES ('2023-09-27', false, 'mine');
SELECT throws_ok($$ UPDATE working_day_exception SET is_working = true WHERE day IN ('2023-09-27', '2023-09-29') $$, 'P0001', NULL, 'an update fails half way');
SELECT is(is_working_day('2023-09-27'), false, 'and leaves nothing behind');
DROP TRIGGER look ON working_day_exception;
DELETE FROM working_day_exception WHERE day = '2023-09-27';

-- also where ordinary triggers do not fire: in what replication or a restore brings
SET LOCAL session_replication_role = replica;
INSERT INTO working_day_exception VALUES ('2023-09-28', false, 'mine');
SELECT is(is_working_day('2023-09-28'), false, 'as a replica');
DELETE FROM working_day_exception WHERE day = '2023-09-28';
RESET session_replication_role;
SELECT is(is_working_day('2023-09-28'), true, 'and no longer');

-- a table that cannot be read leaves nothing half built, and needs no new session
SELECT throws_ok($$ INSERT INTO working_day_exception VALUES ('infinity', false, NULL) $$, '23514', NULL, 'an infinite day');
SAVEPOINT broken;
ALTER TABLE working_day_exception ALTER is_working DROP NOT NULL;
INSERT INTO working_day_exception VALUES ('2030-01-01', NULL, NULL);
SELECT throws_ok($$ SELECT is_working_day('2023-09-28') $$, '22004', 'table "working_day_exception" has a row without "is_working"', 'a row without an answer');
SELECT throws_ok($$ SELECT is_working_day('2023-09-28') $$, '22004', NULL, 'asked again');
DELETE FROM working_day_exception WHERE day = '2030-01-01';
SELECT is(is_working_day('2023-09-28'), true, 'mended');
ROLLBACK TO broken;

-- hostile rows: far apart, they cost their years; too many years are refused
SELECT sum(total_bytes) AS before FROM pg_backend_memory_contexts WHERE name = 'working days' \gset
INSERT INTO working_day_exception SELECT make_date(y, 1, 1), false, NULL FROM generate_series(3000, 200000, 1000) AS y;
INSERT INTO working_day_exception VALUES ('5874897-01-01', false, NULL), ('4714-11-24 BC', false, NULL);
SELECT is(is_working_day('5874897-12-30') AND NOT is_working_day('4714-11-24 BC') AND is_working_day('2023-09-28'), true, 'both ends of the calendar');
SELECT cmp_ok(sum(total_bytes)::bigint, '<', (30 * :before)::bigint, 'and nothing between them') FROM pg_backend_memory_contexts WHERE name = 'working days';
INSERT INTO working_day_exception SELECT make_date(y, 1, 1), false, NULL FROM generate_series(200001, 210000) AS y;
SELECT throws_ok($$ SELECT is_working_day('2023-09-28') $$, '54000', 'table "working_day_exception" has rows of more than 10000 years', 'too many years');
DELETE FROM working_day_exception WHERE day > '2026-12-31' OR day < '2018-01-01';

-- any user, any search_path
CREATE ROLE cm_calendar_user;
REVOKE ALL ON working_day_exception FROM PUBLIC;
SET LOCAL ROLE cm_calendar_user;
SELECT is(is_working_day('2023-10-07'), true, 'no right to the table is needed');
CREATE TEMP TABLE working_day_exception (day date, is_working boolean, name text);
INSERT INTO pg_temp.working_day_exception VALUES ('2023-10-07', false, 'not mine');
SELECT is(is_working_day('2023-10-07'), true, 'another table of the name is not looked at');
RESET ROLE;
DROP TABLE pg_temp.working_day_exception;

-- the extension in another schema, and without the rows, as in a restore
SAVEPOINT moved;
CREATE SCHEMA elsewhere;
ALTER EXTENSION complaint_metrics SET SCHEMA elsewhere;
SELECT is(elsewhere.is_working_day('2023-10-07'), true, 'moved');
ROLLBACK TO moved;
SELECT is(is_working_day('2023-10-07'), true, 'and back');
DROP EXTENSION complaint_metrics CASCADE;
SET LOCAL row_security = off;
CREATE EXTENSION complaint_metrics;
SELECT is_empty('SELECT day::text FROM working_day_exception UNION ALL SELECT stage FROM statutory_deadline', 'created without row_security, the tables are empty');
SELECT throws_ok($$ SELECT is_working_day('2023-10-07') $$, '22023', 'working days are not known for the year 2023', 'no year is known');
ROLLBACK TO moved;

-- in workers, which read the table by themselves
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
INSERT INTO working_day_exception VALUES ('2023-09-28', false, 'mine');
SELECT ok(launched($$ SELECT count(*) FROM pairs WHERE is_working_day(a) $$), 'workers are started');
SELECT is(answer($$ SELECT count(*) AS n, min(working_days('2023-09-27', '2023-09-28')) AS two FROM pairs WHERE a = '2023-09-28' AND is_working_day(a) $$), '(0,)', 'they see what the transaction did');

-- days that a New Year's notice brings into the December before make no year known
SAVEPOINT december;
DELETE FROM working_day_exception WHERE day < '2019-01-01';
INSERT INTO working_day_exception VALUES ('2018-12-29', true, '元旦'), ('2018-12-31', false, '元旦');
SELECT throws_ok('SELECT is_working_day(''2018-10-01'')', '22023', NULL, 'the year of a December''s days alone');
SELECT is(is_working_day('2019-01-01'), false, 'beside a year that is known');
SELECT is(working_days('2019-01-01', '2019-12-31'), 250, 'whose days are counted as ever');
ROLLBACK TO december;

-- a table that only has the name
ALTER TABLE working_day_exception RENAME TO elsewhere;
CREATE TABLE working_day_exception (day date, is_working boolean);
SELECT throws_ok('SELECT is_working_day(''2023-10-01'')', '42809', NULL, 'a table of the same name is not the extension''s');
DROP TABLE working_day_exception;
ALTER TABLE elsewhere RENAME TO working_day_exception;
SELECT is(is_working_day('2023-10-07'), true, 'with its name back');
CREATE TABLE other (n int);
CREATE TRIGGER swallow BEFORE INSERT ON other FOR EACH ROW EXECUTE FUNCTION own_table_changed();
SELECT throws_ok('INSERT INTO other VALUES (1)', '39P01', NULL, 'the trigger swallows no row');

SELECT * FROM finish();
ROLLBACK;
