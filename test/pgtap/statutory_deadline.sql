-- Due dates: against the published terms, against a slow way, and through changes of the table
\getenv folder CM_DATA
\set found `test -r "$CM_DATA/statutory_deadlines.tsv" && echo on || echo off`

-- the regulations in a server that has no Chinese
\set ask '(SELECT basis || due_date($$mediation$$, $$2026-04-15$$) FROM statutory_deadline WHERE stage = $$petition$$)'
\set encoding LATIN1
\ir ../helper/encoding.sql
\set latin1 :answer
\set encoding EUC_CN
\ir ../helper/encoding.sql
\set euc_cn :answer

BEGIN;
SELECT plan(33);
\ir ../helper/plan.sql
SET LOCAL jit = off;

\if :found
CREATE TABLE published (stage text, in_force_from date, in_force_until text, days int, unit text, counted_from text, what text, basis text);
\set copy '\\copy published FROM ' :folder '/statutory_deadlines.tsv WITH (FORMAT csv, DELIMITER E''\\t'', HEADER)'
:copy
SELECT bag_eq('SELECT stage, in_force, days, working, counted_from FROM statutory_deadline',
	$$ SELECT stage, daterange(in_force_from, in_force_until::date), days, unit = 'working', counted_from FROM published $$, 'the same rows');
\else
SELECT skip('no statutory_deadlines.tsv in the folder $CM_DATA', 1);
\endif
SELECT is(:'latin1'::text, 'Regulations on the Handling of Petitions, Art. 342026-06-15', 'in LATIN1');
SELECT is(:'euc_cn'::text, '信访工作条例, Art. 342026-06-15', 'in EUC_CN');

SELECT is(due_date('acceptance', '2023-09-28'), '2023-10-13', 'seven working days over the make-up weekend of 2023');
SELECT is(due_date('mediation', '2026-04-14'), '2026-06-18', '45 working days by Order 20');
SELECT is(due_date('mediation', '2026-04-15'), '2026-06-15', '60 days by Order 121; the 60th is a Sunday');
SELECT is(due_date('mediation_implementing_rules', '2024-08-02'), '2024-10-08', 'the 60th day is in the holidays of October');
SELECT is(due_date('mediation_implementing_rules', '2025-07-30'), '2025-09-28', 'the 60th day is a Sunday that is worked');

-- the slow way, over all stages and days
CREATE TABLE asked AS SELECT stage, since FROM (SELECT DISTINCT stage FROM statutory_deadline) AS s, (SELECT '2019-12-25'::date + n AS since FROM generate_series(0, 2420) AS n) AS d;
CREATE TABLE working AS SELECT day, row_number() OVER (ORDER BY day) AS nth FROM (SELECT '2018-01-01'::date + n AS day FROM generate_series(0, 3286) AS n) AS d WHERE is_working_day(day);
CREATE UNIQUE INDEX ON working (day);
CREATE UNIQUE INDEX ON working (nth);
ANALYZE working;
CREATE VIEW slow AS SELECT a.*, CASE WHEN r.working
		THEN (SELECT w.day FROM working AS w WHERE nth = r.days + (SELECT max(nth) FROM working AS b WHERE b.day <= since))
		ELSE (SELECT min(w.day) FROM working AS w WHERE w.day >= since + r.days) END AS due
	FROM asked AS a LEFT JOIN statutory_deadline AS r ON r.stage = a.stage AND r.in_force @> since;
SELECT is_empty('SELECT * FROM slow WHERE due IS DISTINCT FROM due_date(stage, since)', 'every stage on every day, the slow way');
SELECT is_empty('SELECT * FROM slow WHERE NOT is_working_day(due_date(stage, since))', 'nothing is due on a day off');

-- rows of a stage do not overlap

CREATE FUNCTION add(stage text, in_force daterange) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO statutory_deadline VALUES (stage, in_force, 1, true);
	RETURN 'added';
EXCEPTION WHEN exclusion_violation OR check_violation OR not_null_violation THEN
	RETURN SQLSTATE;
END $$;
SELECT is(add('a', '[2020-01-01,2021-01-01)'), 'added', 'a stage of one''s own');
SELECT is(add('a', '[2020-12-31,2022-01-01)'), '23P01', 'one day in common');
SELECT is(add('a', '(,)'), '23P01', 'all days');
SELECT is(add('a', '(,2020-01-01]'), '23P01', 'its first day');
SELECT is(add('a', '[2021-01-01,infinity]'), 'added', 'the day after');
SELECT is(add('a', '[2500-01-01,)'), '23P01', 'up to infinity is without end');
SELECT is(add('a', '[-infinity,2020-01-01)'), 'added', 'the days before');
SELECT is(add('a', '(,1000-01-01)'), '23P01', 'from -infinity is without beginning');
SELECT is(add('', '(,)'), '23514', 'no name');
SELECT is(add(repeat('x', 201), '(,)'), '23514', 'a name too long');
SELECT is(add('e', 'empty'), '23514', 'no day');
SELECT is(add(NULL, '(,)'), '23502', 'no stage');
-- names that begin alike, and such whose bytes are digits
SELECT is_empty($$ SELECT name FROM unnest(ARRAY['b', 'bb', 'b1', 'b001', 'B', 'b ', E'b\x01', E'\x01', '1', '10', '110', '0', '办', '办结', repeat('x', 200), repeat('x', 199)]) AS name WHERE add(name, '(,)') <> 'added' $$,
	'no name is taken for another');
-- the range overlaps where stage and days do: 400 pairs of random rows
SELECT setseed(0.8);
CREATE TABLE rules AS SELECT (ARRAY['a', 'aa', 'b'])[1 + i % 3] AS stage, daterange(CASE WHEN i % 7 > 0 THEN '2020-01-01'::date + f END, CASE WHEN i % 5 > 0 THEN '2020-01-01'::date + f + (random() * 20)::int END) AS in_force
	FROM generate_series(1, 60) AS i, LATERAL (SELECT (random() * 60 + 0 * i)::int AS f) AS r;
SELECT is_empty('SELECT * FROM rules AS x, rules AS y WHERE (statutory_deadline_key(x.stage, x.in_force) && statutory_deadline_key(y.stage, y.in_force)) <> (x.stage = y.stage AND x.in_force && y.in_force)',
	'the key overlaps where stage and days do');

-- changes, seen by the next statement and taken back

SAVEPOINT changes;
SELECT is(due_date('a', '2023-09-28'), '2023-10-07', 'as added');
UPDATE statutory_deadline SET days = 2 WHERE stage = 'a';
SELECT is(due_date('a', '2023-09-28'), '2023-10-08', 'changed');
INSERT INTO working_day_exception VALUES ('2023-10-09', false, NULL);
UPDATE working_day_exception SET is_working = false WHERE day = '2023-10-07';
SELECT is(due_date('a', '2023-09-28'), '2023-10-10', 'with its calendar');
DELETE FROM statutory_deadline WHERE stage = 'a';
SELECT throws_ok($$ SELECT due_date('a', '2023-09-28') $$, '22023', 'unknown stage: "a"', 'deleted');
ROLLBACK TO changes;
SELECT is(due_date('a', '2023-09-28'), '2023-10-07', 'taken back');

SELECT throws_ok($$ SELECT due_date('nothing', '2023-09-28') $$, '22023', 'unknown stage: "nothing"', 'an unknown stage');

-- any user, workers

CREATE ROLE cm_deadline_user;
REVOKE ALL ON statutory_deadline, working_day_exception FROM PUBLIC;
SET LOCAL ROLE cm_deadline_user;
SELECT is(due_date('acceptance', '2023-09-28'), '2023-10-13', 'no right to the tables is needed');
RESET ROLE;

SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
ANALYZE asked;
SELECT ok(launched($$ SELECT count(*) FROM asked WHERE due_date(stage, since) > '2020-01-01' $$), 'workers are started');
SELECT is(answer($$ SELECT max(due_date('a', since)) FROM asked WHERE stage = 'petition' AND since <= '2023-09-28' $$), '(2023-10-07)', 'they see what the transaction did');

SELECT * FROM finish();
ROLLBACK;
