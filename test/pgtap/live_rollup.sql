-- Live rollups: always what the query gives, whatever changes the table
SET client_min_messages = warning;
SELECT * FROM no_plan();

-- What a rollup has, in one line, and by how much it differs from its query, which is kept here as it was given
CREATE TABLE kept (name text PRIMARY KEY, query text);
CREATE FUNCTION shown(name text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	answer text;
BEGIN
	EXECUTE format('SELECT string_agg(r::text, $1 ORDER BY r::text COLLATE "C") FROM %s AS r', name) INTO answer USING ' ';
	RETURN answer;
END $$;
CREATE FUNCTION keep(name text, query text, with_data boolean = true, auto_fold boolean = true) RETURNS regclass LANGUAGE sql AS $$
	INSERT INTO kept VALUES (name, query);
	SELECT create_rollup(name, query, with_data, auto_fold);
$$;
CREATE FUNCTION wrong(pattern text = '') RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	k kept;
	answer text;
BEGIN
	FOR k IN SELECT * FROM kept WHERE kept.name ~ pattern LOOP
		RETURN QUERY EXECUTE format('SELECT %L || v::text FROM verify_rollup(%L) AS v', k.name || ' ', k.name);
		RETURN QUERY EXECUTE format('SELECT %1$L || d::text FROM ((TABLE %2$s EXCEPT ALL (%3$s)) UNION ALL ((%3$s) EXCEPT ALL TABLE %2$s)) AS d',
			k.name || ' has or lacks ', k.name, k.query);
	END LOOP;
END $$;
-- The SQLSTATE of a statement, and its first line
CREATE FUNCTION error_of(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE statement;
	RETURN 'none';
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || ' ' || SQLERRM;
END $$;

-- One table with rows that change in every way

CREATE TABLE complaint (
	id int PRIMARY KEY, county text, ok boolean, n int, amount numeric, opened timestamptz, cleared timestamptz,
	outcome mediation_outcome, unused text, twice int GENERATED ALWAYS AS (n * 2) STORED);
INSERT INTO complaint VALUES (1, 'a', true, 1, 1.5, '2023-01-01', '2023-01-03'), (2, 'a', false, 2, 2.5, '2023-01-02', NULL), (3, NULL, NULL, 3, NULL, NULL, NULL);
SELECT FROM keep('card', 'SELECT county, rate(ok), count(*), count(n) AS counted, sum(n), clearance(opened, cleared), tally(county) FROM complaint GROUP BY county', auto_fold => false);
SELECT FROM keep('everything', 'SELECT count(*), sum(n), sum(amount) AS amount, rate(ok) FROM complaint');
SELECT FROM keep('part', 'SELECT count(*) FILTER (WHERE ok) AS fine, sum(n) FILTER (WHERE n > 100), rate(ok) FILTER (WHERE n < 3) FROM complaint WHERE county IS NOT NULL');
SELECT FROM keep('computed', 'SELECT upper(county) || (n % 2)::text AS k, twice, count(*) FROM complaint GROUP BY 1, 2');

SELECT is(shown('card'), '(,0/0,1,1,3,{},{}) (a,1/2,2,2,3,"{[2023-01-01T00:00:00Z,2023-01-03T00:00:00Z),[2023-01-02T00:00:00Z,)}","{""a"":2}")', 'with the rows there were; NULL is a key');
SELECT is(shown('everything'), '(3,6,4.0,1/2)', 'without GROUP BY');
SELECT is(shown('part'), '(1,,1/2)', 'FILTER and WHERE; no sum of no values');
SELECT is(shown('computed'), '(,6,1) (A0,4,1) (A1,2,1)', 'keys that are computed');

INSERT INTO complaint VALUES (4, 'b', true, 4, 4), (5, 'b', true, 5, 5);
SELECT is(shown('card'), '(,0/0,1,1,3,{},{}) (a,1/2,2,2,3,"{[2023-01-01T00:00:00Z,2023-01-03T00:00:00Z),[2023-01-02T00:00:00Z,)}","{""a"":2}") (b,2/2,2,2,9,{},"{""b"":2}")', 'INSERT');
UPDATE complaint SET county = 'b', n = 7 WHERE id IN (1, 3);
SELECT is(shown('card'), '(a,0/1,1,1,2,"{[2023-01-02T00:00:00Z,)}","{""a"":1}") (b,3/3,4,4,23,"{[2023-01-01T00:00:00Z,2023-01-03T00:00:00Z)}","{""b"":4}")', 'UPDATE that moves rows to another group');
DELETE FROM complaint WHERE id = 2;
SELECT is(shown('card'), '(b,3/3,4,4,23,"{[2023-01-01T00:00:00Z,2023-01-03T00:00:00Z)}","{""b"":4}")', 'DELETE; a group without rows is gone');
SELECT is_empty('SELECT wrong()', 'and so are all');
UPDATE complaint SET n = NULL WHERE county = 'b';
SELECT is(shown('card'), '(b,3/3,4,0,,"{[2023-01-01T00:00:00Z,2023-01-03T00:00:00Z)}","{""b"":4}")', 'a sum whose values have gone is NULL');
DELETE FROM complaint;
SELECT is(shown('card'), NULL, 'no rows, no groups');
SELECT is(shown('everything'), '(0,,,0/0)', 'but a row without GROUP BY');
SELECT is(shown('part'), '(0,,0/0)', 'and with WHERE');

-- statements of every kind

COPY complaint (id, county, ok, n, amount) FROM stdin;
1	a	t	1	1
2	a	f	2	\N
3	\N	t	3	3.25
\.
SELECT is(shown('everything'), '(3,6,4.25,2/3)', 'COPY');
INSERT INTO complaint (id, county, ok, n) VALUES (1, 'x', true, 10), (4, 'x', false, 40)
ON CONFLICT (id) DO UPDATE SET county = excluded.county, n = complaint.n + excluded.n;
INSERT INTO complaint (id, county) VALUES (4, 'x') ON CONFLICT DO NOTHING;
SELECT is(shown('card'), '(,1/1,1,1,3,{},{}) (a,0/1,1,1,2,{},"{""a"":1}") (x,1/2,2,2,51,{},"{""x"":2}")', 'ON CONFLICT');
MERGE INTO complaint USING (VALUES (1, 'm'), (2, NULL), (9, 'm')) AS v (id, county) ON v.id = complaint.id
	WHEN MATCHED AND v.county IS NULL THEN DELETE
	WHEN MATCHED THEN UPDATE SET county = v.county
	WHEN NOT MATCHED THEN INSERT (id, county, n) VALUES (v.id, v.county, 9);
SELECT is(shown('card'), '(,1/1,1,1,3,{},{}) (m,1/1,2,2,20,{},"{""m"":2}") (x,0/1,1,1,40,{},"{""x"":1}")', 'MERGE');
WITH inserted AS (INSERT INTO complaint (id, county, n) VALUES (20, 'w', 1) RETURNING id),
	deleted AS (DELETE FROM complaint WHERE id = 4 RETURNING id),
	updated AS (UPDATE complaint SET county = 'w' WHERE id = 9 RETURNING id),
	again AS (UPDATE complaint SET county = 'v' WHERE id = 1 RETURNING id)
SELECT FROM inserted, deleted, updated, again;
SELECT is(shown('card'), '(,1/1,1,1,3,{},{}) (v,1/1,1,1,11,{},"{""v"":1}") (w,0/0,2,2,10,{},"{""w"":2}")', 'WITH of four statements');
UPDATE complaint AS c SET county = o.county FROM complaint AS o WHERE o.id = 20 AND c.id < 4;
SELECT is(shown('card'), '(w,2/2,4,4,24,{},"{""w"":4}")', 'UPDATE from itself');
INSERT INTO complaint (id, county, n) SELECT 100 + row_number() OVER (), county, count FROM card;
SELECT is(shown('card'), '(w,2/2,5,5,28,{},"{""w"":5}")', 'INSERT of what the rollup says');
CREATE RULE also AS ON DELETE TO complaint WHERE old.id > 100 DO ALSO UPDATE complaint SET n = 0 WHERE id = 20;
DELETE FROM complaint WHERE id > 100;
DROP RULE also ON complaint;
SELECT is_empty('SELECT wrong()', 'a rule that does more');
PREPARE prepared AS UPDATE complaint SET n = n + $1 WHERE county = $2;
EXECUTE prepared (1, 'w');
ALTER TABLE complaint ADD COLUMN added text DEFAULT 'x';
EXECUTE prepared (2, 'w');
UPDATE complaint SET added = NULL;
ALTER TABLE complaint DROP COLUMN added;
EXECUTE prepared (3, 'w');
SELECT is_empty('SELECT wrong()', 'prepared statements, and columns that come and go');
ALTER TABLE complaint ALTER COLUMN unused TYPE int USING 1;
INSERT INTO complaint (id, unused) VALUES (300, 1);
SELECT is_empty('SELECT wrong()', 'another type of a column that is not used');

-- what is rolled back

BEGIN;
INSERT INTO complaint (id, county) VALUES (30, 's');
SAVEPOINT s;
UPDATE complaint SET county = 't', n = 1;
TRUNCATE complaint;
SELECT is(shown('everything'), '(0,,,0/0)', 'TRUNCATE within a transaction');
INSERT INTO complaint (id, county) VALUES (31, 's');
SELECT is_empty('SELECT wrong()', 'and rows after it');
ROLLBACK TO s;
SELECT is_empty('SELECT wrong()', 'ROLLBACK TO SAVEPOINT');
SELECT fold_rollup('card');
ROLLBACK;
SELECT is_empty('SELECT wrong()', 'ROLLBACK');
DO $$ BEGIN
	UPDATE complaint SET county = 'e' WHERE id = 1;
	BEGIN
		UPDATE complaint SET county = 'f', n = 5;
		PERFORM 1 / 0;
	EXCEPTION WHEN division_by_zero THEN
		UPDATE complaint SET n = n + 1 WHERE id = 1;
	END;
END $$;
SELECT is_empty('SELECT wrong()', 'a block with an exception');
SELECT is(error_of('INSERT INTO complaint (id, county) SELECT i, ''q'' FROM generate_series(400, 401) AS i UNION ALL SELECT 1, ''q'''), '23505 duplicate key value violates unique constraint "complaint_pkey"', 'a statement that fails');
SELECT is_empty('SELECT wrong()', 'leaves nothing');
TRUNCATE complaint;
SELECT is(shown('card'), NULL, 'TRUNCATE');
SELECT is(shown('everything'), '(0,,,0/0)', 'of all rows');

-- statements that change nothing write nothing

INSERT INTO complaint VALUES (1, 'a', true, 1, 1, '2023-01-01', NULL), (2, 'a', false, 2, 2.00, '2023-01-01', NULL);
CREATE TEMP TABLE before AS SELECT count(*) FROM card_state;
UPDATE complaint SET unused = 7;
UPDATE complaint SET n = 3 - n, ok = NOT ok, amount = 1 WHERE false;
DELETE FROM complaint WHERE id > 5;
UPDATE complaint SET n = n;
INSERT INTO complaint (id) SELECT id FROM complaint WHERE false;
SELECT results_eq('SELECT count(*) FROM card_state', 'TABLE before', 'no delta of what adds up to nothing');
UPDATE complaint SET n = 3 - n, ok = NOT ok;
SELECT is_empty('SELECT wrong()', 'rows that change places are the same group');

-- what a change leaves as it was is counted neither as taken away nor as added

CREATE TABLE desk (county text, received timestamptz, concluded timestamptz, outcome mediation_outcome, answer satisfaction, escalated timestamptz, cleared timestamptz, urgent boolean);
SELECT FROM keep('desk_card', $$SELECT county, scorecard(received, concluded, mediated(outcome), satisfied(answer), escalated, cleared, 'Asia/Shanghai') AS card, count(outcome), trend(received, NULL::boolean, 'Asia/Shanghai') FROM desk GROUP BY county$$, auto_fold => false);
SELECT FROM keep('desk_urgent', $$SELECT scorecard(received, concluded, mediated(outcome), satisfied(answer), escalated, cleared, 'Asia/Shanghai') FILTER (WHERE urgent) AS card FROM desk$$, auto_fold => false);
INSERT INTO desk VALUES ('a', '2024-03-01 10:00+08', '2024-03-05 10:00+08', 'mediated', 'dissatisfied', '2024-03-06 10:00+08', NULL, true);
CREATE FUNCTION last_of(state regclass) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	answer text;
BEGIN
	EXECUTE format('SELECT s::text FROM %s AS s WHERE xmin = pg_current_xact_id()::xid', state) INTO STRICT answer;
	RETURN answer;
END $$;
BEGIN;
UPDATE desk SET answer = 'satisfied';
SELECT is(last_of('desk_card_state'), '(a,"{2024-03-05:0:1(1/1)(1/1)}{}",0,{},1,"{2024-03-05:0:1(1/1)(0/1)}{}",0,{},1)', 'an answer changes nothing but the rates of the day of the conclusion');
COMMIT;
BEGIN;
UPDATE desk SET cleared = '2024-03-08 10:00+08';
SELECT is(last_of('desk_card_state'), '(a,"{}{[2024-03-06T02:00:00Z,2024-03-08T02:00:00Z)}",0,{},1,"{}{[2024-03-06T02:00:00Z,)}",0,{},1)', 'a clearing, the escalation');
COMMIT;
BEGIN;
UPDATE desk SET received = '2024-03-02 10:00+08', outcome = NULL;
SELECT is(last_of('desk_card_state'), '(a,"{2024-03-02:1,2024-03-05:0:1(0/0)(1/1)}{}",0,{2024-03-02:1},1,"{2024-03-01:1,2024-03-05:0:1(1/1)(1/1)}{}",1,{2024-03-01:1},1)', 'and what changes at once is changed at once');
COMMIT;
BEGIN;
UPDATE desk SET urgent = false;
SELECT is(last_of('desk_urgent_state'), '({}{},1,"{2024-03-02:1,2024-03-05:0:1(0/0)(1/1)}{[2024-03-06T02:00:00Z,2024-03-08T02:00:00Z)}",1)', 'a filter takes all away');
-- A search for repetitions took most of a fold, and found none in the states of real complaints.
SELECT is((SELECT array_agg(DISTINCT attstorage) FROM pg_attribute WHERE attrelid = 'desk_card_state'::regclass AND atttypid = 'scorecard'::regtype),
	'{e}'::"char"[], 'states are not compressed');
COMMIT;
UPDATE desk SET county = 'b';
SELECT is(shown('desk_card'), '(b,"{2024-03-02:1,2024-03-05:0:1(0/0)(1/1)}{[2024-03-06T02:00:00Z,2024-03-08T02:00:00Z)}",0,{2024-03-02:1})', 'as does another group');
ALTER TABLE desk ADD zone text DEFAULT 'Asia/Shanghai', ADD n int;
SELECT FROM keep('desk_zone', $$SELECT scorecard(received, concluded, mediated(outcome), satisfied(answer), escalated, cleared, zone) AS card, sum(n), sum(n) FILTER (WHERE urgent) AS urgent, rate(urgent) FROM desk$$, auto_fold => false);
UPDATE desk SET zone = 'UTC', received = '2024-03-02 06:00+08';
SELECT is(shown('desk_zone'), '("{2024-03-01:1,2024-03-05:0:1(0/0)(1/1)}{[2024-03-06T02:00:00Z,2024-03-08T02:00:00Z)}",,,0/1)', 'another zone changes all days');
UPDATE desk SET n = 5;
UPDATE desk SET urgent = true;
SELECT is(shown('desk_zone'), '("{2024-03-01:1,2024-03-05:0:1(0/0)(1/1)}{[2024-03-06T02:00:00Z,2024-03-08T02:00:00Z)}",5,5,1/1)', 'the first value of a sum');
UPDATE desk SET n = NULL;
UPDATE desk SET urgent = NULL;
SELECT is(shown('desk_zone'), '("{2024-03-01:1,2024-03-05:0:1(0/0)(1/1)}{[2024-03-06T02:00:00Z,2024-03-08T02:00:00Z)}",,,0/0)', 'and the last one');
INSERT INTO desk SELECT chr(97 + i % 3) FROM generate_series(1, 200) AS i;
SELECT setseed(0.5);
DO $$
BEGIN
	FOR i IN 1 .. 300 LOOP
		UPDATE desk SET
			county = CASE WHEN random() < 0.1 THEN chr(97 + (random() * 3)::int) ELSE county END,
			received = CASE WHEN random() < 0.3 THEN '2024-03-01+08'::timestamptz + random() * interval '5 days' ELSE received END,
			concluded = CASE WHEN random() < 0.2 THEN NULL WHEN random() < 0.3 THEN '2024-03-04+08'::timestamptz + random() * interval '5 days' ELSE concluded END,
			outcome = CASE WHEN random() < 0.3 THEN (ARRAY['mediated', 'failed', NULL])[1 + (random() * 2)::int]::mediation_outcome ELSE outcome END,
			answer = CASE WHEN random() < 0.3 THEN (ARRAY['satisfied', 'dissatisfied', NULL])[1 + (random() * 2)::int]::satisfaction ELSE answer END,
			escalated = CASE WHEN random() < 0.3 THEN nullif('2024-03-06+08'::timestamptz + (random() * 2)::int * interval '1 day', '2024-03-06+08') ELSE escalated END,
			cleared = CASE WHEN random() < 0.3 THEN nullif('2024-03-09+08'::timestamptz + (random() * 2)::int * interval '1 day', '2024-03-09+08') ELSE cleared END,
			urgent = CASE WHEN random() < 0.2 THEN (ARRAY[true, false, NULL])[1 + (random() * 2)::int] ELSE urgent END,
			zone = CASE WHEN random() < 0.2 THEN (ARRAY['UTC', 'Asia/Shanghai'])[1 + (random())::int] ELSE zone END,
			n = CASE WHEN random() < 0.3 THEN nullif((random() * 4)::int, 0) ELSE n END
		WHERE ctid IN (SELECT ctid FROM desk WHERE random() < 0.02);
	END LOOP;
END $$;
SELECT is_empty('SELECT wrong(''^desk'')', 'random changes of every column');
SELECT fold_rollup('desk_card'), fold_rollup('desk_urgent'), fold_rollup('desk_zone');
SELECT is_empty('SELECT wrong(''^desk'')', 'and their fold');
DROP TABLE desk CASCADE;
DELETE FROM kept WHERE name ~ '^desk';

-- triggers of the user's

CREATE FUNCTION other_columns() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN new.county := 'by trigger'; new.n := new.n + 1; RETURN new; END $$;
CREATE TRIGGER other_columns BEFORE INSERT OR UPDATE OF unused ON complaint FOR EACH ROW EXECUTE FUNCTION other_columns();
UPDATE complaint SET unused = 1;
SELECT is(shown('card'), '("by trigger",1/2,2,2,5,"{[2023-01-01T00:00:00Z,),[2023-01-01T00:00:00Z,)}","{""by trigger"":2}")', 'a BEFORE trigger changes columns that the UPDATE does not name');
CREATE FUNCTION keep_out() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF new.n > 50 THEN RETURN NULL; END IF; RETURN new; END $$;
CREATE TRIGGER keep_out BEFORE INSERT OR UPDATE ON complaint FOR EACH ROW EXECUTE FUNCTION keep_out();
INSERT INTO complaint (id, n) VALUES (50, 10), (51, 60);
UPDATE complaint SET n = n + 45;
SELECT is_empty('SELECT wrong()', 'a BEFORE trigger that drops rows');
DROP TRIGGER other_columns ON complaint;
DROP TRIGGER keep_out ON complaint;

CREATE FUNCTION nested() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
	IF new.n > 0 THEN
		UPDATE complaint SET n = n - 1, county = county || 'x' WHERE id = new.id;
	END IF;
	INSERT INTO complaint (id, county, n) SELECT new.id + 1000, 'nested', 0 WHERE new.id < 2000 ON CONFLICT DO NOTHING;
	DELETE FROM complaint WHERE id > 2000;
	RETURN NULL;
END $$;
TRUNCATE complaint;
CREATE TRIGGER nested AFTER INSERT OR UPDATE ON complaint FOR EACH ROW EXECUTE FUNCTION nested();
INSERT INTO complaint (id, county, n, ok, opened) VALUES (1, 'a', 3, true, '2023-01-01'), (2, 'a', 0, false, '2023-01-02');
SELECT is((SELECT string_agg(concat_ws(' ', county, count), ', ' ORDER BY county COLLATE "C") FROM card), 'a 1, axxx 1, nested 2', 'triggers on the same table, in one another');
SELECT is_empty('SELECT wrong()', 'and exact');
DROP TRIGGER nested ON complaint;
CREATE FUNCTION in_between() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
	UPDATE complaint SET county = 'later' WHERE id = new.id;
	EXECUTE tg_argv[0];
	RETURN NULL;
END $$;
CREATE TRIGGER in_between AFTER INSERT ON complaint FOR EACH ROW EXECUTE FUNCTION in_between('SELECT fold_rollup(''card'')');
SELECT is(error_of('INSERT INTO complaint (id, county) VALUES (7000, ''sooner'')'), '55006 cannot fold a rollup of "complaint" because it is being used by active queries in this session', 'no fold while a statement is under way');
CREATE OR REPLACE TRIGGER in_between AFTER INSERT ON complaint FOR EACH ROW EXECUTE FUNCTION in_between('SELECT rebuild_rollup(''card'')');
SELECT is(error_of('INSERT INTO complaint (id, county) VALUES (7000, ''sooner'')'), '55006 cannot rebuild a rollup of "complaint" because it is being used by active queries in this session', 'no rebuild either: it would count the row twice');
CREATE OR REPLACE TRIGGER in_between AFTER INSERT ON complaint FOR EACH ROW EXECUTE FUNCTION in_between('SELECT create_rollup(''early'', ''SELECT count(*) FROM complaint'')');
SELECT is(error_of('INSERT INTO complaint (id, county) VALUES (7000, ''sooner'')'), '55006 cannot create a rollup of "complaint" because it is being used by active queries in this session', 'nor a new rollup');
DROP TRIGGER in_between ON complaint;
SELECT is(error_of('SELECT fold_rollup(''card'') FROM complaint'), '55006 cannot fold a rollup of "complaint" because it is being used by active queries in this session', 'nor while the source is read');

CREATE TABLE seen (at text, rows int8);
CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO seen SELECT tg_level, count FROM everything; RETURN NULL; END $$;
TRUNCATE complaint;
CREATE TRIGGER look AFTER INSERT ON complaint FOR EACH STATEMENT EXECUTE FUNCTION look();
CREATE TRIGGER "!!look" AFTER INSERT ON complaint FOR EACH ROW EXECUTE FUNCTION look();
INSERT INTO complaint (id) VALUES (1), (2);
SELECT results_eq('TABLE seen', $$ VALUES ('ROW', 0::int8), ('ROW', 0), ('STATEMENT', 2) $$, 'a trigger AFTER each statement reads it up to date');
DROP TRIGGER look ON complaint;
DROP TRIGGER "!!look" ON complaint;

-- functions within statements that change the table

CREATE FUNCTION meddle(int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN
	DELETE FROM complaint WHERE id = $1 - 1;
	INSERT INTO complaint (id, county, n) VALUES ($1 + 500, 'meddled', $1);
	RETURN $1;
END $$;
INSERT INTO complaint (id, county, n) SELECT meddle(i), 'outer', i FROM generate_series(10, 14) AS i;
SELECT is_empty('SELECT wrong()', 'functions that change the table within a statement on it');
BEGIN;
DECLARE reader CURSOR FOR SELECT * FROM card ORDER BY county;
FETCH reader;
UPDATE complaint SET county = 'after the cursor';
SELECT fold_rollup('everything') WHERE false;
FETCH ALL FROM reader;
CLOSE reader;
DECLARE place CURSOR FOR SELECT * FROM complaint FOR UPDATE;
FETCH place;
UPDATE complaint SET n = 1000, county = 'here' WHERE CURRENT OF place;
SELECT is_empty('SELECT wrong()', 'a cursor''s row');
COMMIT;

-- foreign keys, each action, deferred or not; two that set columns of the same row

CREATE TABLE bureau (id int PRIMARY KEY, second int UNIQUE);
CREATE TABLE case_of (
	id int PRIMARY KEY,
	cascades int REFERENCES bureau ON DELETE CASCADE ON UPDATE CASCADE,
	nulls int REFERENCES bureau ON DELETE SET NULL ON UPDATE SET NULL,
	defaults int DEFAULT 0 REFERENCES bureau ON DELETE SET DEFAULT ON UPDATE SET DEFAULT,
	nulls2 int REFERENCES bureau ON DELETE SET NULL (nulls2) ON UPDATE CASCADE,
	late int REFERENCES bureau (second) ON DELETE CASCADE ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE child (of int REFERENCES case_of ON DELETE CASCADE ON UPDATE CASCADE);
SELECT FROM keep('by_bureau', 'SELECT cascades, nulls, defaults, nulls2, late, count(*) FROM case_of GROUP BY 1, 2, 3, 4, 5');
SELECT FROM keep('children', 'SELECT of % 2 AS odd, count(*) FROM child GROUP BY 1');
INSERT INTO bureau SELECT i, 100 + i FROM generate_series(0, 9) AS i;
INSERT INTO case_of SELECT i, i % 9, i % 7, i % 5, i % 7, 100 + i % 4 FROM generate_series(1, 60) AS i;
INSERT INTO child SELECT i FROM generate_series(1, 60) AS i;
DELETE FROM bureau WHERE id = 1;
SELECT is_empty('SELECT wrong()', 'ON DELETE CASCADE, SET NULL and SET DEFAULT at once');
UPDATE bureau SET id = 20 WHERE id = 2;
SELECT is_empty('SELECT wrong()', 'ON UPDATE CASCADE, SET NULL and SET DEFAULT at once');
BEGIN;
UPDATE bureau SET second = 300 WHERE id = 3;
DELETE FROM bureau WHERE id = 5;
SELECT is_empty('SELECT wrong()', 'before those that are deferred');
COMMIT;
SELECT is_empty('SELECT wrong()', 'and after');
BEGIN;
UPDATE bureau SET second = second + 1000;
SET CONSTRAINTS ALL IMMEDIATE;
SELECT is_empty('SELECT wrong()', 'SET CONSTRAINTS IMMEDIATE');
COMMIT;
SELECT is((SELECT sum(count) FROM children), (SELECT count(*)::numeric FROM case_of), 'over two tables');
CREATE FUNCTION on_bureau() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
	UPDATE case_of SET nulls = 0 WHERE nulls IS NULL;
	DELETE FROM case_of WHERE id % 10 = 3;
	INSERT INTO case_of (id, defaults) VALUES (old.id + 1000, NULL);
	RETURN NULL;
END $$;
CREATE TRIGGER zz AFTER DELETE ON bureau FOR EACH ROW EXECUTE FUNCTION on_bureau();
DELETE FROM bureau WHERE id = 4;
SELECT is_empty('SELECT wrong()', 'a trigger after the cascades changes their rows again');
TRUNCATE bureau CASCADE;
SELECT is(shown('by_bureau') || shown('children'), NULL, 'TRUNCATE CASCADE');
BEGIN;
INSERT INTO complaint (id, county) VALUES (9001, 'x');
TRUNCATE complaint;
INSERT INTO complaint (id, county) VALUES (9002, 'y');
TRUNCATE complaint;
INSERT INTO complaint (id, county) VALUES (9003, 'z');
SELECT is((SELECT string_agg(county || count, ' ') FROM card), 'z1', 'TRUNCATE twice in a transaction');
COMMIT;

-- keys that are equal and not identical, and of every kind

CREATE TABLE keyed (id serial, n numeric, c text COLLATE "C", f float8, a int[], b bytea, r rate, d text);
SELECT FROM keep('numeric_key', 'SELECT n, count(*) FROM keyed GROUP BY n');
SELECT FROM keep('many_keys', 'SELECT c, f, a, b, r, d::varchar(3) AS short, ROW(n, c) IS NULL AS isnull, count(*) FROM keyed GROUP BY 1, 2, 3, 4, 5, 6, 7');
SELECT FROM keep('long_key', 'SELECT d, tally(left(d, 9)), count(*) FROM keyed GROUP BY d');
SELECT FROM keep('only_keys', 'SELECT n, f FROM keyed GROUP BY n, f');
SELECT FROM keep('rates', 'SELECT rollup(r), count(r) FROM keyed');
INSERT INTO keyed (n, c, f, a, b, r, d) VALUES (1.0, 'é', '0', '{1,NULL}', '\x00', '1/2', 'abcd'), (1.00, 'é', '-0', '{1,NULL}', '\x00', '2/4', 'abce'), ('NaN', '', 'NaN', '{}', '', '0/0', NULL), ('NaN', '', 'NaN', '{}', '', NULL, '');
INSERT INTO keyed (n, d) SELECT 1, repeat(md5(i::text), 10000) FROM generate_series(1, 3) AS i;
INSERT INTO keyed (n, d) SELECT 2, string_agg(md5(i::text), '') FROM generate_series(1, 3000) AS i;
SELECT is((SELECT count FROM numeric_key WHERE n = 1), 5::bigint, '1.0, 1.00 and 1 are one group');
UPDATE keyed SET n = 1.000 WHERE n = 1;
UPDATE keyed SET f = '-0' WHERE f = 0;
SELECT is((SELECT count FROM numeric_key WHERE n = 1), 5::bigint, 'and stay one');
UPDATE keyed SET d = reverse(d), n = n + 1 WHERE length(d) > 100;
SELECT is_empty('SELECT wrong()', 'keys of all types, and long ones');
SELECT fold_rollup(name) FROM kept;
SELECT is_empty('SELECT wrong()', 'folded, too');
DELETE FROM keyed WHERE id % 2 = 0;
SELECT is_empty('SELECT wrong()', 'and taken away');
SELECT EXISTS (SELECT FROM pg_collation WHERE collname = 'und-x-icu') AS icu \gset
\if :icu
	CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level1', deterministic = false);
	CREATE TABLE loosely (k text COLLATE loose, n int);
	SELECT FROM keep('loose_key', 'SELECT k, sum(n) FROM loosely GROUP BY k');
	INSERT INTO loosely VALUES ('Taizhou', 1), ('TAIZHOU', 2), ('taizhou', 4), ('Linhai', 8);
	UPDATE loosely SET k = 'táizhōu' WHERE n = 1;
	SELECT is((SELECT array_agg(sum ORDER BY sum) FROM loose_key), '{7,8}', 'letters that a collation takes for the same');
	DELETE FROM loosely WHERE n = 2;
	SELECT is_empty('SELECT wrong()', 'are one group');
\else
	SELECT skip('this server has no ICU', 2);
\endif

-- sums

CREATE TABLE summed (id serial, i2 smallint, i4 int, i8 bigint, n numeric);
SELECT FROM keep('sums', 'SELECT sum(i2) AS i2, sum(i4) AS i4, sum(i8) AS i8, sum(n) AS n FROM summed');
INSERT INTO summed (i2, i4, i8, n) SELECT 32767, 2147483647, 9223372036854775807, 1e100 FROM generate_series(1, 5);
INSERT INTO summed (i2, i4, i8, n) SELECT -32768, -2147483648, -9223372036854775808, -1e-100 FROM generate_series(1, 3);
SELECT is_empty('SELECT wrong()', 'sums beyond the values'' type');
DELETE FROM summed WHERE i2 > 0;
SELECT is(shown('sums'), '(-98304,-6442450944,-27670116110564327424,-0.0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000003)', 'are exact when values go');
SELECT is(error_of('INSERT INTO summed (n) VALUES (''NaN'')'), '22003 sum "n" of a rollup cannot hold NaN or infinity', 'NaN could not be taken away again');
SELECT is(error_of('UPDATE summed SET n = ''infinity'''), '22003 sum "n" of a rollup cannot hold NaN or infinity', 'nor infinity');
INSERT INTO complaint (id, amount) VALUES (700, 7);
SELECT is_empty('SELECT wrong()', 'nothing of them is left');
CREATE TABLE unsummed (n numeric);
INSERT INTO unsummed VALUES (1), ('-infinity');
SELECT is(error_of('SELECT create_rollup(''u'', ''SELECT sum(n) AS s FROM unsummed'')'), '22003 sum "s" of a rollup cannot hold NaN or infinity', 'nor is a rollup created over them');
SELECT FROM keep('unsummed_some', 'SELECT sum(n) FILTER (WHERE n > -1) AS s FROM unsummed');
INSERT INTO unsummed VALUES (4), ('-infinity');
SELECT is(shown('unsummed_some'), '(5)', 'but for FILTER or WHERE, as the error says');

-- expressions that fail, and that are told of later

CREATE TABLE divided (id int, n int);
SELECT FROM keep('inverse', 'SELECT 12 / n AS k, count(*), sum(12 / n) FILTER (WHERE n <> 0) FROM divided WHERE n IS NOT NULL GROUP BY 1');
SELECT is(error_of('INSERT INTO divided VALUES (1, 1), (2, 0)'), '22012 division by zero', 'a key that fails, as in an index');
INSERT INTO divided VALUES (1, 1), (2, 2), (3, NULL);
SELECT is(error_of('UPDATE divided SET n = n - 1'), '22012 division by zero', 'or by UPDATE');
SELECT is(shown('inverse'), '(12,1,12) (6,1,6)', 'changes nothing');
CREATE FUNCTION keyed_by(int) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'first ' || $1::text $$;
SELECT FROM keep('by_function', 'SELECT keyed_by(n), count(*) FROM divided GROUP BY 1');
INSERT INTO divided VALUES (4, 4);
CREATE OR REPLACE FUNCTION keyed_by(int) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'second ' || $1::text $$;
INSERT INTO divided VALUES (5, 4);
SELECT is((SELECT string_agg(keyed_by, ', ' ORDER BY keyed_by) FROM by_function), 'first 1, first 2, first 4, second 4', 'a function that is replaced is called anew');
SELECT results_eq('SELECT * FROM verify_rollup(''by_function'') ORDER BY "group"', $$ VALUES
	('{"keyed_by": "first 1"}'::jsonb, '{"count": "1"}'::jsonb, NULL::jsonb), ('{"keyed_by": "first 2"}', '{"count": "1"}', NULL),
	('{"keyed_by": "first 4"}', '{"count": "1"}', NULL), ('{"keyed_by": "second 1"}', NULL, '{"count": "1"}'),
	('{"keyed_by": "second 2"}', NULL, '{"count": "1"}'), ('{"keyed_by": "second 4"}', '{"count": "1"}', '{"count": "2"}') $$,
	'verify_rollup finds what it left');
SELECT rebuild_rollup('by_function');
SELECT is_empty('SELECT wrong()', 'and rebuild_rollup puts it right');
-- a function that is not immutable any more
ALTER FUNCTION keyed_by STABLE;
SELECT is((SELECT waiting FROM rollups WHERE name = 'by_function'), 0::bigint, 'what waits is known of a query that can be kept no more');
SELECT is(error_of('INSERT INTO divided VALUES (9, 9)'), '0A000 a rollup cannot keep a key that is not immutable', 'which writers are told');
ALTER FUNCTION keyed_by IMMUTABLE;
-- columns that the user does not see
CREATE FUNCTION maybe(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1';
SELECT create_rollup('some_sum', 'SELECT sum(maybe(n)) FROM divided');
CREATE OR REPLACE FUNCTION maybe(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT coalesce($1, 0)';
SELECT results_eq('SELECT * FROM verify_rollup(''some_sum'')', $$ VALUES
	('{}'::jsonb, '{"sum": "11", "_rows": "5", "_count1": "4"}'::jsonb, '{"sum": "11", "_rows": "5", "_count1": "5"}'::jsonb) $$,
	'hidden columns are shown where nothing else differs');
SELECT drop_rollup('some_sum');
DROP FUNCTION maybe;
-- domains, which have their constraints at the time; a cast in an SQL function that is inlined, too
CREATE DOMAIN small AS int CHECK (VALUE < 100);
CREATE DOMAIN plain AS int;
CREATE DOMAIN plainer AS plain;
CREATE FUNCTION as_plain(int) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ($1::public.plain)::text';
CREATE TABLE valued (a int, b int, c int, d int);
SELECT FROM keep('by_small', 'SELECT a::small AS a, count(*), sum(b::plain) AS b FROM valued GROUP BY 1');
SELECT FROM keep('by_plainer', 'SELECT c::plainer AS c, count(*) FROM valued GROUP BY 1');
SELECT FROM keep('by_inlined', 'SELECT as_plain(d) AS d, count(*) FROM valued GROUP BY 1');
INSERT INTO valued VALUES (1, 1, 1, 1);
SELECT is(error_of('INSERT INTO valued VALUES (100, 1, 1, 1)'), '23514 value for domain public.small violates check constraint "small_check"', 'a domain''s constraint');
ALTER DOMAIN small DROP CONSTRAINT small_check;
SELECT is(error_of('INSERT INTO valued VALUES (100, 1, 1, 1)'), 'none', 'that was dropped');
ALTER DOMAIN plain ADD CONSTRAINT low CHECK (VALUE < 10);
SELECT is(error_of(format('INSERT INTO valued VALUES (%s)', columns)), '23514 value for domain public.' || name || ' violates check constraint "low"', name || ', that was added')
FROM (VALUES ('1, 10, 1, 1', 'plain'), ('1, 1, 10, 1', 'plainer'), ('1, 1, 1, 10', 'plain')) AS v (columns, name);
ALTER DOMAIN plain DROP CONSTRAINT low;
ALTER DOMAIN plain SET NOT NULL;
SELECT is(error_of('INSERT INTO valued VALUES (1, NULL, 1, 1)'), '23502 domain public.plain does not allow null values', 'and NOT NULL');
ALTER DOMAIN plain DROP NOT NULL;
SELECT is(error_of('INSERT INTO valued VALUES (1, NULL, NULL, NULL)'), 'none', 'come and gone');
SELECT is_empty('SELECT wrong(''^by_(small|plainer|inlined)'')', 'and exact');
CREATE FUNCTION writes(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN
	IF $1 = 77 THEN UPDATE divided SET n = 78 WHERE id = 7; END IF;
	RETURN $1;
END $$;
ALTER FUNCTION writes VOLATILE;
SELECT throws_like($$ SELECT create_rollup('w', 'SELECT writes(n), count(*) FROM divided GROUP BY 1') $$, '%not immutable', 'a volatile function');
CREATE OR REPLACE FUNCTION writes(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN
	IF $1 = 77 THEN PERFORM count(*) FROM public.by_function; END IF;
	RETURN $1;
END $$;
SELECT FROM keep('by_writer', 'SELECT writes(n), count(*) FROM divided GROUP BY 1');
INSERT INTO divided VALUES (7, 77), (8, 77);
SELECT is_empty('SELECT wrong()', 'an expression that runs statements of its own');

-- what a dump would write without the operator's schema, and could not read back
CREATE TABLE compared (outcome mediation_outcome, n int);
SELECT is(error_of(format('SELECT create_rollup(%L, %L)', 'refused', query)),
	'0A000 a rollup cannot keep IS DISTINCT FROM, NULLIF, CASE x WHEN or a comparison of rows with an operator outside pg_catalog', query)
FROM (VALUES
	('SELECT outcome IS DISTINCT FROM ''failed'' AS k, count(*) FROM compared GROUP BY 1'),
	('SELECT count(NULLIF(outcome, ''failed'')) FROM compared'),
	('SELECT count(*) FROM compared WHERE CASE outcome WHEN ''failed'' THEN true END'),
	('SELECT count(*) FILTER (WHERE (outcome, n) < (''failed'', 3)) FROM compared')) AS v (query);
SELECT lives_ok($$ SELECT create_rollup('kept_well', 'SELECT CASE n WHEN 1 THEN true ELSE n IS DISTINCT FROM 3 END AS k,
	count(*) FILTER (WHERE outcome IN (''failed'', ''settled'')) FROM compared GROUP BY 1') $$, 'with operators of pg_catalog they are kept, and so is IN');
SELECT is(error_of('SELECT create_rollup(''over_state'', ''SELECT k, count(*) FROM kept_well_state GROUP BY k'')'),
	'0A000 a rollup cannot be kept over the state of another', 'no rollup of a state');
SELECT is(error_of('ALTER TABLE kept_well_state ADD COLUMN more int'),
	'55000 cannot alter the columns of "kept_well_state", which is the state of a rollup', 'a state keeps its columns');
ALTER TABLE kept_well_state RENAME COLUMN count TO how_many;
INSERT INTO compared VALUES ('failed', 1);
SELECT fold_rollup('kept_well');
SELECT is(shown('kept_well'), '(t,1)', 'whatever they are called');
CREATE TABLE hasty (opened timestamptz, cleared timestamptz);
SELECT create_rollup('hasty_open', 'SELECT clearance(opened, cleared) FROM hasty');
CREATE FUNCTION context_of(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	context text;
BEGIN
	EXECUTE statement;
	RETURN NULL;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS context = PG_EXCEPTION_CONTEXT;
	RETURN split_part(context, chr(10), 1);
END $$;
SELECT is(context_of('INSERT INTO hasty VALUES (''2024-01-02'', ''2024-01-01'')'), 'rollup "hasty_open"', 'a row that a rollup cannot keep says so');
DROP TABLE hasty CASCADE;
-- what an owner may do to his state, and a writer with his search_path
SELECT is(error_of('ALTER TABLE kept_well_state ADD CHECK (_rows < 3); INSERT INTO compared SELECT ''failed'', 1 FROM generate_series(1, 9)') ~ '^23514', true, 'a constraint on a state is heeded');
ALTER TABLE kept_well_state DROP CONSTRAINT IF EXISTS kept_well_state__rows_check;
CREATE TABLE parent (k boolean);
SELECT is(error_of('ALTER TABLE kept_well_state INHERIT parent') ~ '^(0A000|42)', true, 'a state has no parent');
DROP TABLE parent;
CREATE TABLE forged (k int);
CREATE TABLE forged_state (k int, n text, _rows bigint, _taken2 bigint, _taken3 bigint);
CREATE VIEW forged_def AS SELECT k, count(*) AS n FROM forged GROUP BY k;
CREATE VIEW forged_view AS SELECT 1 AS one FROM forged_state WHERE rollup_is_live('forged_def');
SELECT is(error_of('SELECT rebuild_rollup(''forged_view'')'), '55000 the columns of "forged_state" are not those of its rollup', 'a forged state is not written to');
SELECT is_empty('SELECT FROM live_rollup WHERE source = ''forged''::regclass', 'nor taken up');
DROP TABLE forged, forged_state CASCADE;
CREATE ROLE lr_hijacker;
CREATE FUNCTION normal(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT btrim(lower($1))';
CREATE TABLE normalized (k text);
SELECT create_rollup('by_normal', 'SELECT normal(k) AS k, count(*) FROM normalized GROUP BY 1');
GRANT INSERT ON normalized TO lr_hijacker;
CREATE SCHEMA evil AUTHORIZATION lr_hijacker;
CREATE FUNCTION evil.btrim(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RAISE NOTICE 'as %', current_user; RETURN 'hijacked'; END $$;
ALTER TABLE normalized ADD COLUMN more int;
SET search_path = evil, pg_catalog, public;
SET ROLE lr_hijacker;
INSERT INTO normalized VALUES (' A ');
RESET ROLE;
RESET search_path;
SELECT is(shown('by_normal'), '(a,1)', 'a writer''s search_path leads no function of the owner''s astray');
DROP TABLE normalized CASCADE;
DROP SCHEMA evil CASCADE;
DROP ROLE lr_hijacker;
DROP TABLE compared CASCADE;

-- folds

INSERT INTO complaint (id, county, n) SELECT 10000 + i, 'c' || i % 3, i FROM generate_series(1, 30) AS i;
DO $$ BEGIN FOR i IN 1 .. 30 LOOP UPDATE complaint SET n = n + 1 WHERE id = 10000 + i; END LOOP; END $$;
SELECT cmp_ok((SELECT waiting FROM rollups WHERE name = 'card'), '>=', 30::bigint, 'rows wait in the state');
BEGIN;
DECLARE old CURSOR FOR SELECT county, count FROM card WHERE county ~ '^c\d' ORDER BY county;
SELECT fold_rollup('card');
SELECT is((SELECT waiting FROM rollups WHERE name = 'card'), 0::bigint, 'a fold leaves a row for each group');
SELECT is((SELECT count(*) FROM card_state), (SELECT count(*) FROM card), 'just that');
CREATE TEMP TABLE fetched (county text, count bigint);
DO $$ DECLARE f record; c refcursor := 'old'; BEGIN LOOP FETCH c INTO f; EXIT WHEN NOT FOUND; INSERT INTO fetched VALUES (f.county, f.count); END LOOP; END $$;
SELECT results_eq('TABLE fetched', $$ VALUES ('c0', 10::bigint), ('c1', 10), ('c2', 10) $$, 'who reads meanwhile goes on with the rows there were');
COMMIT;
SELECT is_empty('SELECT wrong()', 'a fold changes nothing');
DELETE FROM complaint;
SELECT fold_rollup('card'), fold_rollup('everything');
SELECT is((SELECT count(*) FROM card_state), 0::bigint, 'groups without rows leave nothing');
SELECT is(shown('everything'), '(0,,,0/0)', 'without GROUP BY there is one');
SELECT fold_rollup('everything');

-- a writer folds by itself, which 1,000 changes make certain; not within a statement, as a trigger may be under way
CREATE TABLE hot (id int, k int, ok boolean);
CREATE TRIGGER again AFTER INSERT ON hot FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
DROP TRIGGER again ON hot;
SELECT FROM keep('folded', 'SELECT k, rate(ok), count(*) FROM hot GROUP BY k');
SELECT FROM keep('never_folded', 'SELECT k, rate(ok), count(*) FROM hot GROUP BY k', auto_fold => false);
INSERT INTO hot SELECT i, i % 2000, true FROM generate_series(1, 4000) AS i;
UPDATE hot SET ok = false;
UPDATE hot SET ok = true WHERE id = 1;
SELECT results_eq('SELECT name, waiting > 1500 FROM rollups WHERE source = ''hot'' ORDER BY 1', $$ VALUES ('folded', false), ('never_folded', true) $$, 'a writer folds unless told not to');
SELECT fold_rollup('never_folded', auto_fold => true);
SELECT ok(auto_fold, 'a writer is told to fold') FROM rollups WHERE name = 'never_folded';
UPDATE hot SET ok = true;
SELECT is(waiting, 0::bigint, 'and does') FROM rollups WHERE name = 'never_folded';
SELECT fold_rollup('never_folded', auto_fold => false);
UPDATE hot SET ok = false;
BEGIN;
SELECT fold_rollup('never_folded', auto_fold => true);
UPDATE hot SET ok = true;
SELECT fold_rollup('never_folded', auto_fold => false);
UPDATE hot SET ok = false;
COMMIT;
SELECT is((waiting, auto_fold), (2000::bigint, false), 'or told not to') FROM rollups WHERE name = 'never_folded';
SELECT is_empty('SELECT wrong(''folded'')', 'which changes nothing else');
CREATE FUNCTION turns() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
	UPDATE hot SET ok = NOT ok, k = k + 1 WHERE id > 5000;
	RETURN NULL;
END $$;
CREATE TRIGGER turns AFTER INSERT ON hot FOR EACH ROW WHEN (new.id = 7000) EXECUTE FUNCTION turns();
INSERT INTO hot SELECT i, i, true FROM generate_series(5001, 7000) AS i;
SELECT is_empty('SELECT wrong(''folded'')', 'rows that a trigger changes before their statement is done');
BEGIN ISOLATION LEVEL REPEATABLE READ;
UPDATE hot SET ok = NOT ok;
COMMIT;
SELECT cmp_ok((SELECT waiting FROM rollups WHERE name = 'folded'), '>', 2000::bigint, 'only in READ COMMITTED');
BEGIN;
UPDATE hot SET ok = NOT ok;
SET TRANSACTION READ ONLY;
COMMIT;
BEGIN;
UPDATE hot SET ok = NOT ok;
SELECT drop_rollup('folded');
COMMIT;
DELETE FROM kept WHERE name = 'folded';
SELECT is_empty('SELECT wrong(''folded'')', 'nor where it has become read-only, or the rollup is gone');
CREATE PROCEDURE work() LANGUAGE plpgsql AS $$ BEGIN
	PERFORM create_rollup('folded', 'SELECT k, rate(ok), count(*) FROM hot GROUP BY k');
	COMMIT;
	FOR i IN 1 .. 3 LOOP
		UPDATE hot SET k = id;
		COMMIT;
		UPDATE hot SET k = id % 3;
		ROLLBACK;
	END LOOP;
END $$;
CALL work();
INSERT INTO kept SELECT 'folded', query FROM kept WHERE name = 'never_folded';
SELECT is_empty('SELECT wrong(''folded'')', 'a procedure that commits');

-- folds of single changes, about 20 of them, most of which leave the large row alone; 10,000 changes without any are not to be expected
CREATE TABLE cold (k int, ok boolean, n int, amount numeric);
INSERT INTO cold SELECT 1, NULL, 2147483647, 0.5 FROM generate_series(1, 20000);
INSERT INTO cold VALUES (1, true, 1, 1), (2, true, 2, 2), (3, NULL, NULL, NULL);
SELECT FROM keep('cold_rate', 'SELECT k, rate(ok), count(*), count(ok) AS answered, sum(n), sum(amount) AS amount FROM cold GROUP BY k');
SELECT FROM keep('cold_all', 'SELECT rate(ok), sum(n) FROM cold');
CREATE PROCEDURE change(times int) LANGUAGE plpgsql AS $$ BEGIN
	FOR i IN 1 .. times LOOP
		UPDATE cold SET ok = i % 3 > 0, k = i % 2 + 1, n = i, amount = nullif(i % 5, 0) WHERE n IS DISTINCT FROM 2147483647 AND k < 3;
		COMMIT;
	END LOOP;
END $$;
SET synchronous_commit = off;
CALL change(20000);
RESET synchronous_commit;
SELECT is_empty('SELECT wrong(''^cold'')', 'folds of what changed leave everything as it was');
SELECT cmp_ok(max(waiting), '<', 20000::bigint, 'and come by themselves') FROM rollups WHERE source = 'cold';
SELECT is(shown('cold_all'), '(2/2,42949672980000)', 'all that is answered: two complaints');

-- what fails in a writer's fold fails no commit
CREATE TABLE firm (k int);
SELECT FROM keep('firm_count', 'SELECT k, count(*) AS n FROM firm GROUP BY k');
ALTER TABLE firm_count_state ADD CONSTRAINT few CHECK (n < 2);
INSERT INTO firm SELECT generate_series(1, 2000);
INSERT INTO firm SELECT generate_series(1, 2000);
SELECT is((SELECT (count(*), sum(n), max(n)) FROM firm_count), (2000::bigint, 4000::numeric, 2::bigint), 'a fold that fails fails no commit');
SELECT is((SELECT waiting FROM rollups WHERE name = 'firm_count'), 2000::bigint, 'and takes nothing along');
SELECT is(error_of('SELECT fold_rollup(''firm_count'')'), '23514 new row for relation "firm_count_state" violates check constraint "few"', 'fold_rollup tells');
ALTER TABLE firm_count_state DROP CONSTRAINT few;
INSERT INTO firm SELECT generate_series(1, 2000);
SELECT is((SELECT waiting FROM rollups WHERE name = 'firm_count'), 0::bigint, 'the next one has it all');
SELECT is_empty('SELECT wrong(''^firm'')', 'which is right');
DROP TABLE cold, firm CASCADE;
DELETE FROM kept WHERE name ~ '^(cold|firm)_';

-- renames and rewrites

INSERT INTO complaint (id, county, ok, n) VALUES (1, 'a', true, 1), (2, 'b', false, 2);
ALTER TABLE complaint RENAME COLUMN county TO district;
ALTER TABLE complaint RENAME TO "Complaint of 2023";
CREATE SCHEMA "My.Schema";
ALTER TABLE "Complaint of 2023" SET SCHEMA "My.Schema";
ALTER VIEW card RENAME TO "Card";
ALTER TABLE card_state RENAME TO "State ""quoted""";
ALTER TABLE card_def RENAME TO 定义;
ALTER VIEW "Card" SET SCHEMA "My.Schema";
ALTER TABLE "State ""quoted""" SET SCHEMA "My.Schema";
ALTER SCHEMA "My.Schema" RENAME TO "My. Schema";
INSERT INTO "My. Schema"."Complaint of 2023" (id, district, n) VALUES (3, 'b', 3);
UPDATE "My. Schema"."Complaint of 2023" SET n = n + 1;
SELECT is((SELECT string_agg(county || count, ' ' ORDER BY county) FROM "My. Schema"."Card"), 'a1 b2', 'everything renamed');
SELECT fold_rollup('"My. Schema"."Card"');
SELECT is_empty($$ SELECT verify_rollup('"My. Schema"."Card"') $$, 'fold_rollup and verify_rollup follow');
SELECT rebuild_rollup('"My. Schema"."Card"');
SELECT is((SELECT string_agg(county || count, ' ' ORDER BY county) FROM "My. Schema"."Card"), 'a1 b2', 'and rebuild_rollup');
SELECT results_eq($$ SELECT name, source FROM rollups WHERE name ~ 'Card' $$, $$ VALUES ('"My. Schema"."Card"', '"My. Schema"."Complaint of 2023"') $$, 'rollups shows the new names');
ALTER VIEW "My. Schema"."Card" RENAME COLUMN sum TO total;
ALTER TABLE "My. Schema"."State ""quoted""" RENAME COLUMN sum TO total;
ALTER VIEW 定义 RENAME COLUMN county TO kreis;
UPDATE "My. Schema"."Complaint of 2023" SET n = n + 1;
SELECT fold_rollup('"My. Schema"."Card"');
SELECT is_empty($$ SELECT verify_rollup('"My. Schema"."Card"') $$, 'columns of the rollup''s own relations renamed');
SELECT rebuild_rollup('"My. Schema"."Card"');
ALTER SCHEMA "My. Schema" RENAME TO "My.Schema";
ALTER TABLE "My.Schema"."Complaint of 2023" SET SCHEMA public;
ALTER TABLE "Complaint of 2023" RENAME TO complaint;
ALTER TABLE complaint RENAME COLUMN district TO county;
ALTER VIEW "My.Schema"."Card" RENAME COLUMN total TO sum;
ALTER VIEW "My.Schema"."Card" SET SCHEMA public;
ALTER VIEW "Card" RENAME TO card;
CREATE INDEX by_county ON complaint (county);
CLUSTER complaint USING by_county;
INSERT INTO complaint (id, county) VALUES (60, 'clustered');
VACUUM FULL complaint;
VACUUM FULL "My.Schema"."State ""quoted""";
INSERT INTO complaint (id, county) VALUES (61, 'vacuumed');
REINDEX TABLE complaint;
ALTER TABLE complaint ADD COLUMN filled int DEFAULT random() * 10, ADD COLUMN stored int GENERATED ALWAYS AS (n + 1) STORED;
INSERT INTO complaint (id, county) VALUES (62, 'rewritten');
SELECT FROM keep('generated', 'SELECT stored, filled, count(*), sum(stored) FROM complaint GROUP BY 1, 2');
UPDATE complaint SET n = n + 1;
SELECT is_empty('SELECT wrong()', 'CLUSTER, VACUUM FULL, and tables that are rewritten');
SELECT is(error_of('ALTER TABLE complaint ALTER COLUMN county TYPE varchar'), '0A000 cannot alter type of a column used by a view or rule', 'no other type of a column that is used');
SELECT is(error_of('ALTER TABLE complaint DROP COLUMN county'), '2BP01 cannot drop column county of table complaint because other objects depend on it', 'nor is it dropped');

-- names

SELECT is(create_rollup(name, 'SELECT county AS "Key, of ""it""", n AS _added, ok AS _rows, id AS "_count7", outcome AS "_count6", count(*) AS "a.b", sum(n) AS "_count_", sum(id) AS 合计 FROM complaint GROUP BY 1, 2, 3, 4, 5')::text, shown, name)
FROM (VALUES ('a b', '"a b"'), ('A', 'a'), ('"A"', '"A"'), ('"q""q"', '"q""q"'), ('it''s', '"it''s"'), ('县_卡', '"县_卡"'), ('"My.Schema"."x.y"', '"My.Schema"."x.y"'), ('"My.Schema".x', '"My.Schema".x'),
	(repeat('县', 21), '"' || repeat('县', 21) || '"'), (repeat('县', 20) || 'bcd', '"' || repeat('县', 20) || 'bcd"'), (repeat('n', 60) || 'abc', repeat('n', 60) || 'abc'), (repeat('n', 60) || 'abd', repeat('n', 60) || 'abd'), ('rollups_of', 'rollups_of'), ('$$', '"$$"'), ('select', '"select"')) AS v (name, shown);
UPDATE complaint SET n = n + 1, ok = NOT ok, county = county || '"';
DELETE FROM complaint WHERE id = 1;
SELECT is_empty('SELECT name, verify_rollup(name) FROM rollups', 'and all work');
SELECT fold_rollup(name) FROM rollups;
SELECT rebuild_rollup(name) FROM rollups;
SELECT is_empty('SELECT name, verify_rollup(name) FROM rollups', 'folded, rebuilt, verified');
SELECT throws_ok(format('SELECT create_rollup(%L, ''SELECT count(*) FROM complaint'')', repeat('n', 60) || 'abcd'), '42P07', NULL, 'a name is cut as any is in SQL');
SELECT throws_ok($$ SELECT create_rollup('card', 'SELECT count(*) FROM complaint') $$, '42P07', NULL, 'a name in use');
SELECT throws_ok($$ SELECT create_rollup('nowhere.card', 'SELECT count(*) FROM complaint') $$, '3F000', NULL, 'in no schema');
SELECT throws_ok($$ SELECT create_rollup('', 'SELECT count(*) FROM complaint') $$, '42602', 'a rollup needs a name', 'no name');
SELECT is(create_rollup('a b' || repeat('县', 30), 'SELECT count(*) FROM complaint')::text, '"a b' || repeat('县', 20) || '"', 'one with a space is cut, too');
SELECT is(count(drop_rollup(name))::int, 16, 'dropped by name') FROM rollups WHERE name NOT IN (SELECT name FROM kept) AND name <> 'card';
SELECT is_empty('SELECT wrong()', 'the others stay');

-- ten rollups of one table, in one transaction with the table

BEGIN;
CREATE TABLE wide (id int, k1 int, k2 int, k3 int, k4 int, k5 int, k6 int, k7 int, k8 int, k9 int, k10 int, v int);
INSERT INTO wide SELECT i, i % 1, i % 2, i % 3, i % 4, i % 5, i % 6, i % 7, i % 8, i % 9, i % 10, i FROM generate_series(1, 50) AS i;
DO $$ BEGIN FOR i IN 1 .. 10 LOOP PERFORM keep('wide' || i, format('SELECT k%s AS k, count(*), sum(v) FROM wide GROUP BY 1', i)); END LOOP; END $$;
UPDATE wide SET v = v + 1, k3 = k3 + 1;
DELETE FROM wide WHERE id < 10;
SELECT is_empty('SELECT wrong(''wide'')', 'ten rollups, in the transaction of their table');
SAVEPOINT s;
SELECT FROM keep('wide_gone', 'SELECT count(*) FROM wide');
INSERT INTO wide (id) VALUES (1);
ROLLBACK TO s;
INSERT INTO wide (id) VALUES (2);
COMMIT;
INSERT INTO wide (id) VALUES (3);
SELECT is_empty('SELECT wrong(''wide'')', 'and one that was rolled back');

-- what would go unnoticed is refused

CREATE TABLE twin (LIKE hot);
CREATE TABLE parted (LIKE hot) PARTITION BY LIST (k);
CREATE FOREIGN DATA WRAPPER nothing;
CREATE SERVER nobody FOREIGN DATA WRAPPER nothing;
SELECT format('CREATE TYPE like_never_folded AS (%s)', string_agg(format('%I %s', attname, atttypid::regtype), ', ' ORDER BY attnum))
FROM pg_attribute WHERE attrelid = 'never_folded_state'::regclass AND attnum > 0 \gexec
SELECT throws_ok(statement, code, NULL, statement) FROM (VALUES
	('CREATE TABLE heir () INHERITS (complaint)', '0A000'),
	('CREATE SCHEMA s CREATE TABLE heir () INHERITS (public.complaint)', '0A000'),
	('ALTER TABLE hot INHERIT twin', '0A000'),
	('ALTER TABLE twin INHERIT hot', '0A000'),
	('ALTER TABLE parted ATTACH PARTITION hot DEFAULT', '0A000'),
	('CREATE FOREIGN TABLE far (f int) INHERITS (hot) SERVER nobody', '0A000'),
	('ALTER TABLE hot SET UNLOGGED', '55000'),
	('ALTER TABLE never_folded_state SET UNLOGGED', '55000'),
	('ALTER TABLE never_folded_state OF like_never_folded', '55000'),
	('DROP TABLE hot', '2BP01'),
	('DROP TABLE never_folded_state', '2BP01'),
	('DROP VIEW never_folded_def', '2BP01'),
	('INSERT INTO never_folded_state (k) VALUES (1)', '42501'),
	('UPDATE never_folded_state SET k = 1', '42501'),
	('DELETE FROM never_folded_state', '42501'),
	('TRUNCATE never_folded_state', '42501'),
	('INSERT INTO never_folded VALUES (1)', '55000')) AS v (statement, code);

-- 1,000 random statements: after each tenth every rollup is what its query gives

CREATE TABLE desk (
	id serial PRIMARY KEY, county text, shop varchar(10), ok boolean, n int, small smallint, big bigint, amount numeric, day date,
	opened timestamptz, cleared timestamptz, outcome mediation_outcome, answer satisfaction, stored rate, days trend, spells clearance,
	note text, parent int REFERENCES desk ON DELETE CASCADE ON UPDATE CASCADE, odd int GENERATED ALWAYS AS (n % 2) STORED);
SELECT FROM keep('p_card', $$SELECT county, scorecard(opened, cleared, mediated(outcome), satisfied(answer), opened, cleared, 'Asia/Shanghai') AS card, count(*) AS n FROM desk GROUP BY county$$);
SELECT FROM keep('p_all', $$SELECT rate(ok), count(n), sum(n) AS n, sum(small) AS small, sum(big) AS big, sum(amount) AS amount, tally(county), clearance(opened, cleared) FROM desk$$);
SELECT FROM keep('p_two', $$SELECT county, shop, clearance(opened, cleared), tally(shop), rate(ok) FILTER (WHERE n > 2), sum(n) FILTER (WHERE ok) FROM desk GROUP BY 1, 2$$);
SELECT FROM keep('p_lower', $$SELECT lower(shop) AS shop, odd, mediation_success_rate(outcome), mediation_success_rate(outcome, 'accepted') AS accepted, settlement_rate(outcome), satisfaction_rate(answer) FROM desk GROUP BY 1, 2$$, auto_fold => false);
SELECT FROM keep('p_where', $$SELECT amount, trend(day), trend(day, ok) AS with_hits, trend(opened AT TIME ZONE 'Asia/Shanghai', ok) AS local, sum(amount) FILTER (WHERE n <> 3) FROM desk WHERE n > 1 AND county IS NOT NULL GROUP BY amount$$);
SELECT FROM keep('p_day', $$SELECT (opened AT TIME ZONE 'Asia/Shanghai')::date AS day, trend(opened, ok, 'Asia/Shanghai'), count(cleared) FROM desk GROUP BY 1$$);
SELECT FROM keep('p_states', $$SELECT ok, rollup(stored) AS stored, rollup(days) AS days, rollup(spells) AS spells FROM desk GROUP BY ok$$);
SELECT FROM keep('p_keys', $$SELECT odd, county, n FROM desk WHERE note IS DISTINCT FROM 'out' GROUP BY 1, 2, 3$$);
CREATE FUNCTION any_of(VARIADIC choices text[]) RETURNS text LANGUAGE sql VOLATILE AS $$ SELECT choices[1 + floor(random() * cardinality(choices))] $$;
CREATE FUNCTION some_rows(width float8) RETURNS text LANGUAGE sql VOLATILE AS $$
	SELECT format('id BETWEEN %s AND %s', low, low + (random() * width)::int) FROM (SELECT (SELECT coalesce(min(id), 0) FROM desk) + (random() * 150)::int AS low) AS l
$$;
-- values as SQL, and the columns that they are for
CREATE FUNCTION some_value(name text) RETURNS text LANGUAGE sql VOLATILE AS $$ SELECT CASE name
	WHEN 'county' THEN any_of('''椒江''', '''黄岩''', '''路桥''', 'NULL')
	WHEN 'shop' THEN any_of('''A''', '''a''', '''b''', '''''', 'NULL')
	WHEN 'ok' THEN any_of('true', 'false', 'NULL')
	WHEN 'n' THEN any_of('1', '2', '3', '4', 'NULL', 'id % 4')
	WHEN 'small' THEN any_of('32767', '-32768', 'NULL')
	WHEN 'big' THEN any_of('9223372036854775807', '-9223372036854775808', 'NULL', '1')
	WHEN 'amount' THEN any_of('1.0', '1.00', '1', '-2.5', 'NULL', '1e30')
	WHEN 'day' THEN any_of('date ''2023-01-01'' + id % 3', '''2022-12-31''', 'NULL')
	WHEN 'opened' THEN any_of('''2023-01-01 15:59:59Z''', '''2023-01-01 16:00Z''', 'timestamptz ''2023-03-01'' + id % 100 * interval ''1 hour''', 'NULL')
	WHEN 'cleared' THEN any_of('''2023-08-01''', 'timestamptz ''2024-01-01'' + id % 5 * interval ''1 day''', 'NULL')
	WHEN 'outcome' THEN any_of('''mediated''', '''failed''', '''settled''', '''unsettled''', '''pending''', '''rejected''', 'NULL')
	WHEN 'answer' THEN any_of('''satisfied''', '''neutral''', '''dissatisfied''', 'NULL')
	WHEN 'stored' THEN any_of('''1/2''', '''2/4''', '''0/0''', 'NULL')
	WHEN 'days' THEN any_of('''{2023-01-01:7,2023-01-02:9(5/8)}''', '''{2023-01-02:2(0/1)}''', '''{}''', 'NULL')
	WHEN 'spells' THEN any_of('''{[2023-01-01T00:00:00Z,2023-01-05T01:00:00Z),[2023-01-31T16:00:00Z,)}''', '''{[2023-01-01T00:00:00Z,)}''', '''{}''', 'NULL')
	WHEN 'note' THEN any_of('''out''', '''in''', 'NULL')
	WHEN 'parent' THEN any_of('NULL', 'NULL', '(SELECT min(id) FROM desk)')
END $$;
CREATE FUNCTION some_statement() RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	names text[] := '{county,shop,ok,n,small,big,amount,day,opened,cleared,outcome,answer,stored,days,spells,note,parent}';
	name text;
	one text := names[1 + floor(random() * cardinality(names))];
	two text := names[1 + floor(random() * cardinality(names))];
	list text := array_to_string(names, ', ');
	dice float8 := random();
	values_of text;
BEGIN
	SELECT string_agg(some_value(each), ', ' ORDER BY at) INTO values_of FROM unnest(names) WITH ORDINALITY AS u (each, at);
	RETURN CASE
		WHEN dice < 0.3 THEN format('INSERT INTO desk (%s) SELECT %s FROM generate_series(1, %s) AS id', list, values_of, (1 + random() ^ 4 * 30)::int)
		WHEN dice < 0.35 THEN format('WITH gone AS (DELETE FROM desk WHERE %s RETURNING *), here AS (UPDATE desk SET %s = %s WHERE id %% 7 = 0 AND id NOT IN (SELECT id FROM gone)) INSERT INTO desk (%s) SELECT %s FROM gone', some_rows(4), one, some_value(one), list, list)
		WHEN dice < 0.6 THEN format('UPDATE desk SET %s = %s WHERE %s', one, some_value(one), some_rows(30))
		WHEN dice < 0.7 AND one <> two THEN format('UPDATE desk SET %s = %s, %s = %s WHERE id %% 5 = %s', one, some_value(one), two, some_value(two), (random() * 4)::int)
		WHEN dice < 0.73 THEN format('UPDATE desk SET id = id + 100000 WHERE %s AND id < 100000', some_rows(2))
		WHEN dice < 0.83 THEN format('DELETE FROM desk WHERE %s', some_rows(12))
		WHEN dice < 0.87 THEN format('INSERT INTO desk (id, county, n) SELECT id, ''new'', n FROM desk WHERE %s ON CONFLICT (id) DO UPDATE SET county = excluded.county, ok = NOT desk.ok', some_rows(20))
		WHEN dice < 0.9 THEN format('MERGE INTO desk USING generate_series(1, 9) AS s ON s %% 4 = desk.n AND %s WHEN MATCHED AND s > 7 THEN DELETE WHEN NOT MATCHED THEN INSERT (n, shop) VALUES (s, ''m'')', some_rows(10))
		WHEN dice < 0.95 THEN format('SELECT fold_rollup(name) FROM kept WHERE name ~ ''^p_'' AND random() < 0.5')
		WHEN dice < 0.96 THEN format('SELECT rebuild_rollup(name) FROM kept WHERE name ~ ''^p_'' AND random() < 0.3')
		WHEN dice < 0.965 THEN 'TRUNCATE desk'
		ELSE 'UPDATE desk SET note = note'
	END;
END $$;
CREATE TABLE went_wrong (step int, statement text, what text);
CREATE PROCEDURE change_at_random(steps int) LANGUAGE plpgsql AS $$
DECLARE
	statement text;
	undone text;
BEGIN
	FOR step IN 1 .. steps LOOP
		statement := some_statement();
		BEGIN
			EXECUTE statement;
			IF random() < 0.15 THEN
				BEGIN
					undone := some_statement();
					EXECUTE undone;
					EXECUTE some_statement();
					RAISE EXCEPTION 'undo';
				EXCEPTION WHEN raise_exception THEN NULL;
				END;
			END IF;
		EXCEPTION
			WHEN cardinality_violation THEN NULL; -- MERGE that meets a row twice
			WHEN OTHERS THEN INSERT INTO went_wrong VALUES (step, statement, SQLSTATE || ' ' || SQLERRM);
		END;
		IF step % 10 = 0 THEN
			INSERT INTO went_wrong SELECT step, statement, wrong FROM wrong('^p_');
		END IF;
		IF random() < 0.3 THEN
			COMMIT;
		END IF;
	END LOOP;
END $$;
SELECT setseed(0.7);
CALL change_at_random(1000);
SELECT is_empty('SELECT * FROM went_wrong ORDER BY step LIMIT 5', '1,000 random statements');
SELECT cmp_ok((SELECT count(*) FROM desk), '>', 20::bigint, 'that leave rows');
SELECT cmp_ok((SELECT last_value FROM desk_id_seq), '>', 1000::bigint, 'of many that there were');

-- triggers that are off

CREATE TABLE watched (id int, k text, ok boolean, n int);
INSERT INTO watched SELECT i, 'k' || i % 3, i % 2 = 0, i FROM generate_series(1, 9) AS i;
SELECT FROM keep('of_watched', 'SELECT k, rate(ok), sum(n) FROM watched GROUP BY k');
SELECT format('"!rollup %s', id) AS mine FROM live_rollup WHERE rollup = 'of_watched'::regclass \gset
CREATE FUNCTION goes_stale(statement text) RETURNS SETOF text LANGUAGE plpgsql AS $$ BEGIN
	EXECUTE statement;
	RETURN NEXT is(error_of('TABLE of_watched'), '55000 rollup "of_watched" is stale', statement);
	RETURN NEXT is(error_of('SELECT fold_rollup(''of_watched'')'), '55000 rollup "of_watched" is stale', 'nor is it folded');
	RETURN NEXT ok((SELECT stale FROM rollups WHERE name = 'of_watched'), 'and rollups shows it');
	INSERT INTO watched VALUES (100, 'missed', true, 1);
	RETURN NEXT isnt_empty('SELECT verify_rollup(''of_watched'')', 'verify_rollup shows what was missed');
	RETURN NEXT is(error_of('TABLE of_watched'), '55000 rollup "of_watched" is stale', 'and leaves it stale');
	PERFORM rebuild_rollup('of_watched');
	INSERT INTO watched VALUES (101, 'not missed', true, 2);
	RETURN NEXT is_empty('SELECT wrong(''of_watched'')', 'rebuild_rollup puts it right, and its triggers');
END $$;
SELECT goes_stale(format(statement, :'mine')) FROM (VALUES
	('ALTER TABLE watched DISABLE TRIGGER ALL'), ('ALTER TABLE watched DISABLE TRIGGER USER'), ('ALTER TABLE watched DISABLE TRIGGER %s insert"'),
	('ALTER TABLE watched ENABLE REPLICA TRIGGER %s insert"'), ('DROP TRIGGER %s insert" ON watched')) AS v (statement);
-- as someone might who has the right to create triggers on the table
CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
SELECT goes_stale(format(statement, :'mine')) FROM (VALUES
	('CREATE OR REPLACE TRIGGER %s insert" AFTER INSERT ON watched FOR EACH STATEMENT EXECUTE FUNCTION nothing()'),
	('CREATE OR REPLACE TRIGGER %s insert" AFTER INSERT ON watched REFERENCING NEW TABLE AS added FOR EACH STATEMENT WHEN (false) EXECUTE FUNCTION nothing()')) AS v (statement);
SELECT id AS number FROM live_rollup WHERE rollup = 'of_watched'::regclass \gset
CREATE TRIGGER "!!" AFTER INSERT ON watched REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION maintain_rollup(:number);
SELECT matches(error_of('INSERT INTO watched VALUES (102, ''twice'')'), '^55000 trigger "!!" of table "watched" is not one that create_rollup\(\) created$', 'one more trigger counts nothing twice');
DROP TRIGGER "!!" ON watched;
SELECT rebuild_rollup('of_watched');
BEGIN;
ALTER TRIGGER :mine insert" ON watched RENAME TO other;
SELECT is(error_of('TABLE of_watched'), '55000 rollup "of_watched" is stale', 'a trigger renamed');
SELECT matches(error_of('INSERT INTO watched VALUES (102, ''twice'')'), '^55000 trigger "other" of table "watched" is not one that create_rollup\(\) created$', 'says so when it fires');
SELECT rebuild_rollup('of_watched');
INSERT INTO watched VALUES (102, 'once', true, 3);
SELECT is_empty('SELECT wrong(''of_watched'')', 'rebuild_rollup drops it');
ROLLBACK;
BEGIN;
ALTER TRIGGER :mine update" ON watched RENAME TO other;
SELECT is_empty('SELECT verify_rollup(''of_watched'')', 'and so does verify_rollup');
UPDATE watched SET n = n + 1;
SELECT is_empty('SELECT wrong(''of_watched'')', 'of a rollup that then is not stale');
ROLLBACK;
SELECT format('"!rollup 0%s insert"', :number) AS nearly \gset
CREATE TRIGGER :nearly AFTER INSERT ON watched REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION maintain_rollup(:number);
SELECT matches(error_of('INSERT INTO watched VALUES (102, ''twice'')'), '^55000 trigger "!rollup 0.* insert" of table "watched" is not one that create_rollup\(\) created$', 'one whose name is written nearly like ours counts nothing twice');
SELECT rebuild_rollup('of_watched');
SELECT is(error_of('INSERT INTO watched VALUES (102, ''once'')'), 'none', 'rebuild_rollup drops what others attached, too');
SELECT is_empty('SELECT wrong(''of_watched'')', 'and all is right');
BEGIN;
ALTER TRIGGER :mine guard" ON of_watched_state RENAME TO other;
CREATE CONSTRAINT TRIGGER another AFTER INSERT ON of_watched_state FOR EACH ROW EXECUTE FUNCTION maintain_rollup(:number);
CREATE TRIGGER :mine truncate" AFTER TRUNCATE ON of_watched_state EXECUTE FUNCTION maintain_rollup(:number);
CREATE TRIGGER :mine guard" BEFORE INSERT OR UPDATE OR DELETE ON watched EXECUTE FUNCTION guard_rollup();
SELECT rebuild_rollup('of_watched');
SELECT is((SELECT string_agg(substring(tgname FROM '\d (.*)'), ', ' ORDER BY tgname) FROM pg_trigger WHERE tgrelid = 'of_watched_state'::regclass), 'guard, guard replicated, guard truncate', 'nor does one stay on the state, or a guard that was renamed');
SELECT is(error_of('TRUNCATE watched'), 'none', 'or one that is on the wrong table');
ROLLBACK;
ALTER TABLE watched DISABLE TRIGGER ALL;
ALTER TABLE watched ENABLE TRIGGER ALL;
SELECT set_eq('SELECT split_part(tgname, '' '', 3), tgenabled FROM pg_trigger WHERE tgrelid = ''watched''::regclass', $$ VALUES ('insert', 'O'::"char"), ('update', 'O'), ('delete', 'O'), ('truncate', 'A'), ('replicated', 'R') $$, 'ENABLE TRIGGER ALL leaves those for replication as they were');
SELECT is(error_of('TABLE of_watched'), '55000 rollup "of_watched" is stale', 'nothing tells that nothing was written');
-- what an owner puts on a state takes no part in what is written there
CREATE TABLE adorned (k text, ok boolean);
INSERT INTO adorned VALUES ('a', true), ('b', false), ('b', true);
SELECT FROM keep('of_adorned', 'SELECT k, rate(ok), count(*) FROM adorned GROUP BY k');
SELECT FROM keep('all_adorned', 'SELECT rate(ok) FROM adorned');
CREATE TRIGGER none BEFORE INSERT OR DELETE ON of_adorned_state FOR EACH ROW EXECUTE FUNCTION nothing();
CREATE FUNCTION written() RETURNS text LANGUAGE plpgsql AS $$ BEGIN
	PERFORM rebuild_rollup(name) FROM rollups WHERE source = 'adorned';
	INSERT INTO adorned VALUES ('c', true);
	PERFORM fold_rollup(name) FROM rollups WHERE source = 'adorned';
	DELETE FROM adorned WHERE k = 'c';
	RETURN shown('of_adorned') || shown('all_adorned');
END $$;
SELECT is(written(), '(a,1/1,1) (b,1/2,2)(2/3)', 'no trigger');
DROP TRIGGER none ON of_adorned_state;
CREATE RULE instead AS ON DELETE TO of_adorned_state DO INSTEAD UPDATE of_adorned_state SET count = 0;
SELECT is(written(), '(a,1/1,1) (b,1/2,2)(2/3)', 'no rule that does something else');
CREATE OR REPLACE RULE instead AS ON DELETE TO of_adorned_state DO INSTEAD NOTHING;
CREATE RULE also AS ON INSERT TO all_adorned_state DO ALSO SELECT 1;
SELECT is(written(), '(a,1/1,1) (b,1/2,2)(2/3)', 'or nothing, or more');
SELECT is_empty('SELECT wrong(''adorned'')', 'and all is right');
DELETE FROM adorned;
SELECT rebuild_rollup('of_adorned'), rebuild_rollup('all_adorned');
SELECT is(shown('of_adorned') || shown('all_adorned'), NULL, 'a table without rows: no groups');
SELECT is(shown('all_adorned'), '(0/0)', 'but without GROUP BY the one');
DROP TABLE adorned CASCADE;
DELETE FROM kept WHERE name ~ 'adorned';
-- keys of types that a rebuild has to bring back as they are
CREATE DOMAIN label AS text COLLATE "C" NOT NULL CHECK (value <> 'bad');
CREATE DOMAIN amount AS int;
CREATE TYPE place AS (zip int, name text);
CREATE TABLE various (k label, d amount, c place, a int[], z text COLLATE "C", b char(4), u numeric(5, 2), e mediation_outcome);
INSERT INTO various SELECT 'k' || i % 2, i % 2, (i % 2, 'x')::place, ARRAY[i % 2], 'z', 'b', i, 'mediated' FROM generate_series(1, 6) AS i;
INSERT INTO various (k) VALUES ('k0');
SELECT FROM keep('of_various', 'SELECT k, d, c, a, z, b, e, z || k AS zk, count(*), sum(u) FROM various GROUP BY k, d, c, a, z, b, e, 8');
UPDATE various SET u = u + 1;
SELECT rebuild_rollup('of_various');
SELECT is(shown('of_various'), '(k0,,,,,,,,1,) (k0,0,"(0,x)",{0},z,"b   ",mediated,zk0,3,15.00) (k1,1,"(1,x)",{1},z,"b   ",mediated,zk1,3,12.00)', 'keys of all kinds, rebuilt');
SELECT is_empty('SELECT wrong(''various'')', 'and right');
DROP TABLE various CASCADE;
DROP DOMAIN label, amount;
DROP TYPE place;
DELETE FROM kept WHERE name = 'of_various';
-- triggers that came without their rollups, as with a dump of one table
CREATE TABLE alone (k int);
SELECT create_rollup('alone_once', 'SELECT k, count(*) FROM alone GROUP BY k') \gset
DELETE FROM live_rollup WHERE rollup = 'alone_once'::regclass;
SELECT matches(error_of('INSERT INTO alone VALUES (1)'), '^55000 table "alone" has triggers of rollup \d+, which is not known here$', 'the table of a rollup that is not there');
SELECT FROM keep('alone_again', 'SELECT k, count(*) FROM alone GROUP BY k');
INSERT INTO alone VALUES (1), (2), (1);
SELECT is(shown('alone_again'), '(1,2) (2,1)', 'can be written to with another one');
DROP TABLE alone, alone_once_state CASCADE;
DELETE FROM kept WHERE name = 'alone_again';

-- groups of which more is taken away than was seen to come, so that they have no row
CREATE TABLE missed (id int, k text, ok boolean, n int);
INSERT INTO missed VALUES (1, 'a', true, 5), (2, 'b', true, 5);
SELECT FROM keep('missed_count', 'SELECT k, count(*) FROM missed GROUP BY k');
SELECT FROM keep('missed_sum', 'SELECT k, sum(n) FROM missed GROUP BY k');
SELECT FROM keep('missed_rate', 'SELECT k, rate(ok) FROM missed GROUP BY k');
ALTER TABLE missed DISABLE TRIGGER USER;
INSERT INTO missed SELECT 3, 'b', true, 1 FROM generate_series(1, 100);
UPDATE missed SET n = 999, ok = false WHERE id = 1;
ALTER TABLE missed ENABLE TRIGGER USER;
DELETE FROM missed;
SELECT results_eq('SELECT * FROM verify_rollup(''missed_count'')', $$ VALUES ('{"k": "b"}'::jsonb, '{"count": "-100"}'::jsonb, NULL::jsonb) $$, 'groups of less than no rows are none that are exact');
SELECT results_eq('SELECT "group"->>''k'', computed FROM verify_rollup(''missed_sum'') ORDER BY 1', $$ VALUES ('a', NULL::jsonb), ('b', NULL) $$, 'nor groups without rows of which something is left');
SELECT is(error_of('SELECT verify_rollup(''missed_rate'')'), '22003 rate out of range', 'nor what cannot be taken away');
SELECT is((SELECT count(*) FROM rollups WHERE name ~ '^missed_' AND stale), 3::bigint, 'all stay stale');
SELECT rebuild_rollup(name) FROM rollups WHERE name ~ '^missed_';
INSERT INTO missed VALUES (4, 'b', false, 7);
SELECT is_empty('SELECT wrong(''^missed_'')', 'until they are rebuilt');
DROP TABLE missed CASCADE;
DELETE FROM kept WHERE name ~ '^missed_';
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT is_empty('SELECT verify_rollup(''of_watched'')', 'verify_rollup may have an old snapshot');
SELECT is(error_of('TABLE of_watched'), '55000 rollup "of_watched" is stale', 'and then changes nothing');
COMMIT;
BEGIN READ ONLY;
SELECT is_empty('SELECT verify_rollup(''of_watched'')', 'nor where nothing may be written');
COMMIT;
SELECT is_empty('SELECT verify_rollup(''of_watched'')', 'but verify_rollup');
SELECT is_empty('SELECT wrong(''of_watched'')', 'which takes the mark away');
BEGIN;
ALTER TABLE watched DISABLE TRIGGER USER;
INSERT INTO watched VALUES (200, 'rolled back');
ROLLBACK;
SELECT is_empty('SELECT wrong(''of_watched'')', 'rolled back, it was never stale');

-- as a replica, where statements fire no triggers but TRUNCATE's
SET session_replication_role = replica;
INSERT INTO watched VALUES (300, 'replicated', true, 1), (301, 'replicated', true, 1);
UPDATE watched SET k = 'moved' WHERE id = 300;
DELETE FROM watched WHERE id = 301;
COPY watched FROM stdin;
302	copied	f	5
\.
SELECT is_empty('SELECT wrong(''of_watched'')', 'each change counts once where sessions replicate');
SELECT fold_rollup('of_watched');
SELECT rebuild_rollup('of_watched');
INSERT INTO of_watched_state (k) VALUES ('from the publisher');
SELECT is_empty('SELECT wrong(''of_watched'')', 'the state of another does not count');
TRUNCATE watched;
SELECT is(shown('of_watched'), NULL, 'TRUNCATE, too');
RESET session_replication_role;
INSERT INTO watched VALUES (1, 'k1', true, 1);
SELECT is(shown('of_watched'), '(k1,1/1,1)', 'and back');

-- without data

SELECT FROM keep('later', 'SELECT k, rate(ok), clearance(''2023-01-01'', NULL), count(*) FROM watched GROUP BY k', with_data => false);
SELECT is(error_of('TABLE later'), '55000 rollup "later" is stale', 'no data yet');
UPDATE watched SET n = 5, ok = false;
DELETE FROM watched;
INSERT INTO watched SELECT i, 'k', true, i FROM generate_series(1, 1200) AS i;
UPDATE watched SET k = id::text, ok = false;
SELECT is(error_of('TABLE later'), '55000 rollup "later" is stale', 'writers fold nothing meanwhile');
SELECT rebuild_rollup('later');
DELETE FROM watched WHERE id > 10;
SELECT is_empty('SELECT wrong()', 'then rebuild_rollup');

-- snapshots that go on

BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT is(error_of('SELECT create_rollup(''r'', ''SELECT count(*) FROM watched'')'), '25001 create_rollup() needs a transaction in READ COMMITTED', 'create_rollup in REPEATABLE READ');
SELECT is(error_of('SELECT fold_rollup(''later'')'), '25001 fold_rollup() needs a transaction in READ COMMITTED', 'fold_rollup');
SELECT is(error_of('SELECT rebuild_rollup(''later'')'), '25001 rebuild_rollup() needs a transaction in READ COMMITTED', 'rebuild_rollup');
INSERT INTO watched VALUES (500, 'repeatable');
SELECT is_empty('SELECT wrong()', 'writing and reading is all right');
COMMIT;
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT is(error_of('SELECT fold_rollup(''later'')'), '25001 fold_rollup() needs a transaction in READ COMMITTED', 'SERIALIZABLE, too');
UPDATE watched SET n = 0;
SELECT is_empty('SELECT wrong()', 'writing and reading is all right');
COMMIT;

-- an error at a row that did not fit into work_mem; memory of its size goes back to the system, so that nobody may touch it later
CREATE TABLE spilled (n int, note text);
SELECT keep('spilling', 'SELECT 10 / n AS k, count(*) AS c FROM spilled GROUP BY 1');
SET work_mem = '64kB';
SELECT is(error_of($$INSERT INTO spilled VALUES (0, repeat('x', 40000000))$$), '22012 division by zero', 'a key that cannot be computed');
SELECT is(error_of($$INSERT INTO spilled VALUES (1, 'short')$$), 'none', 'and the next statement of the session');
RESET work_mem;
SELECT is(shown('spilling'), '(10,1)', 'what failed is not counted');
SELECT is_empty($$SELECT wrong('spilling')$$, 'exact after an error');

-- rights

CREATE ROLE rollup_owner;
CREATE ROLE rollup_writer;
CREATE ROLE rollup_reader;
CREATE SCHEMA of_owner AUTHORIZATION rollup_owner;
GRANT USAGE ON SCHEMA of_owner TO PUBLIC;
SET ROLE rollup_owner;
CREATE TABLE of_owner.t (id int, k text, n int);
CREATE FUNCTION of_owner.whose(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN
	RETURN concat_ws(' ', $1, current_user, current_setting('search_path'));
END $$;
CREATE DOMAIN of_owner.checked AS text CHECK (of_owner.whose(VALUE) ~ 'rollup_(owner|heir) pg_catalog, pg_temp$');
SELECT create_rollup('of_owner.r', 'SELECT of_owner.whose(k) AS k, sum(n) FROM of_owner.t GROUP BY 1') \gset
SELECT create_rollup('of_owner.c', 'SELECT k::of_owner.checked AS k, count(*) FROM of_owner.t GROUP BY 1') \gset
GRANT INSERT, UPDATE, DELETE, SELECT, TRUNCATE, TRIGGER ON of_owner.t TO rollup_writer;
GRANT SELECT ON of_owner.r TO rollup_reader;
REVOKE EXECUTE ON FUNCTION of_owner.whose FROM PUBLIC;
RESET ROLE;
SELECT results_eq('SELECT DISTINCT relowner::regrole::text FROM pg_class WHERE relnamespace = ''of_owner''::regnamespace AND relkind IN (''r'', ''v'')', ARRAY['rollup_owner'], 'all belongs to the owner of the table');
SET ROLE rollup_writer;
INSERT INTO of_owner.t VALUES (1, 'a', 1), (2, 'b', 2);
UPDATE of_owner.t SET n = n + 1;
SET search_path = of_owner, public;
DELETE FROM of_owner.t WHERE id = 2;
RESET search_path;
SELECT is(error_of('TABLE of_owner.r'), '42501 permission denied for view r', 'a writer needs no right on the rollup');
SELECT is(error_of('TABLE of_owner.r_state'), '42501 permission denied for table r_state', 'nor on its state');
SELECT is(error_of('INSERT INTO of_owner.r_state DEFAULT VALUES'), '42501 permission denied for table r_state', 'and writes nothing there');
SELECT is(error_of('TRUNCATE of_owner.r_state'), '42501 permission denied for table r_state', 'and truncates nothing there');
SELECT is(error_of('DROP VIEW of_owner.r'), '42501 must be owner of view r', 'nor drops it');
SELECT is(error_of(format('SELECT %s(''of_owner.r'')', f)), '42501 must be owner of view r', f) FROM unnest('{fold_rollup,rebuild_rollup,verify_rollup,drop_rollup}'::text[]) AS f;
SELECT is(error_of('SELECT create_rollup(''pg_temp.mine'', ''SELECT count(*) FROM of_owner.t'')'), '0A000 a rollup cannot be temporary', 'a rollup in pg_temp');
RESET ROLE;
GRANT CREATE ON SCHEMA public TO rollup_writer;
SET ROLE rollup_writer;
SELECT is(error_of('SELECT create_rollup(''public.mine'', ''SELECT count(*) FROM of_owner.t'')'), '42501 must be owner of table t', 'over the table of others');
SELECT is(error_of('INSERT INTO live_rollup VALUES (99, ''of_owner.t'', ''of_owner.t'', ''of_owner.t'', ''of_owner.t'', true, true)'), '42501 permission denied for table live_rollup', 'what there is is not for all to write');
CREATE TABLE poison (id int, k text, n int);
SELECT format('CREATE TRIGGER "!rollup %1$s %2$s" AFTER %2$s ON poison %3$s FOR EACH STATEMENT EXECUTE FUNCTION maintain_rollup(%1$s)', id, event, tables) FROM live_rollup, (VALUES ('insert', 'REFERENCING NEW TABLE AS added'), ('truncate', '')) AS v (event, tables) WHERE rollup = 'of_owner.r'::regclass \gexec
SELECT matches(error_of('INSERT INTO poison VALUES (1, ''poison'', 1)'), '^55000 table "poison" is not the source of rollup \d+$', 'the triggers on another table');
SELECT matches(error_of('TRUNCATE poison'), '^55000 table "poison" is not the source of rollup \d+$', 'TRUNCATE''s as well');
CREATE TRIGGER wrong_kind BEFORE INSERT ON poison FOR EACH ROW EXECUTE FUNCTION maintain_rollup('1');
SELECT is(error_of('INSERT INTO poison VALUES (1, ''poison'', 1)'), '39P01 maintain_rollup() is for the triggers that create_rollup() creates', 'of another kind');
CREATE OR REPLACE TRIGGER wrong_kind BEFORE INSERT ON poison FOR EACH ROW EXECUTE FUNCTION guard_rollup();
SELECT is(error_of('INSERT INTO poison VALUES (1, ''poison'', 1)'), '42501 "poison" is the state of a rollup, which nobody else writes to', 'the guard keeps all out');
SELECT matches(error_of(format('CREATE OR REPLACE TRIGGER "!rollup %1$s truncate" AFTER TRUNCATE ON of_owner.t FOR EACH STATEMENT EXECUTE FUNCTION maintain_rollup(%1$s)', id)), '^none$', 'a trigger may be replaced by its like') FROM live_rollup WHERE rollup = 'of_owner.r'::regclass;
SELECT is((SELECT string_agg(DISTINCT tgenabled::text, '') FROM pg_trigger WHERE tgrelid = 'of_owner.t'::regclass AND tgname ~ 'truncate'), 'A', 'and not be weakened by that');
SELECT results_eq('SELECT source, waiting FROM rollups WHERE name = ''of_owner.r''', $$ VALUES ('of_owner.t', NULL::bigint) $$, 'rollups is for all, but for what waits');
SET ROLE rollup_reader;
SELECT is((SELECT waiting FROM rollups WHERE name = 'of_owner.r'), 3::bigint, 'which is for readers');
SELECT is(shown('of_owner.r'), '("a rollup_owner pg_catalog, pg_temp",2)', 'a reader needs SELECT on the view alone; keys are the owner''s, by a search_path of its own');
SELECT is(error_of('TABLE of_owner.c'), '42501 permission denied for view c', 'and without has none');
RESET ROLE;
SELECT is(shown('of_owner.c'), '(a,1)', 'a domain is checked as the owner');
SELECT FROM keep('of_owner.by_super', 'SELECT k, count(*) FROM of_owner.t GROUP BY k');
SELECT is((SELECT owner::text FROM rollups WHERE name = 'of_owner.by_super'), 'rollup_owner', 'a superuser''s belong to the owner, too');
CREATE ROLE rollup_heir;
ALTER TABLE of_owner.t OWNER TO rollup_heir;
SELECT results_eq('SELECT DISTINCT relowner::regrole::text FROM pg_class WHERE relnamespace = ''of_owner''::regnamespace AND relkind IN (''r'', ''v'')', ARRAY['rollup_heir'], 'ALTER TABLE OWNER takes all along');
SELECT is(error_of(format('ALTER %s OWNER TO rollup_writer', part)), '0A000 cannot change owner of "' || name || '"', 'and nothing goes to others')
FROM (VALUES ('VIEW of_owner.r', 'r'), ('TABLE of_owner.r', 'r'), ('VIEW of_owner.r_def', 'r_def'), ('TABLE of_owner.r_state', 'r_state')) AS v (part, name);
SELECT is(error_of('ALTER VIEW of_owner.r OWNER TO rollup_heir'), 'none', 'but to the same');
BEGIN;
REASSIGN OWNED BY rollup_heir TO rollup_writer;
SELECT results_eq('SELECT DISTINCT relowner::regrole::text FROM pg_class WHERE relnamespace = ''of_owner''::regnamespace AND relkind IN (''r'', ''v'')', ARRAY['rollup_writer'], 'REASSIGN OWNED as well');
ROLLBACK;
REVOKE SELECT ON of_owner.r_state FROM rollup_heir;
SELECT is((SELECT waiting FROM rollups WHERE name = 'of_owner.r'), NULL, 'what waits is not known where the owner himself may not count it');
GRANT SELECT ON of_owner.r_state TO rollup_heir;
GRANT USAGE ON SCHEMA of_owner TO rollup_heir;
GRANT EXECUTE ON FUNCTION of_owner.whose TO rollup_heir;
INSERT INTO of_owner.t VALUES (3, 'c', 3);
SELECT is(shown('of_owner.by_super'), '(a,1) (c,1)', 'who writes now');
SELECT is(error_of('ALTER TABLE of_owner.t ENABLE ROW LEVEL SECURITY'), 'none', 'row security that the owner bypasses');
SELECT is(error_of('ALTER TABLE of_owner.t FORCE ROW LEVEL SECURITY'), '0A000 a rollup cannot be kept over a table whose row security its owner does not bypass', 'but no other');
ALTER ROLE rollup_heir BYPASSRLS;
ALTER TABLE of_owner.t FORCE ROW LEVEL SECURITY;
ALTER ROLE rollup_heir NOBYPASSRLS;
SELECT is(error_of('SELECT rebuild_rollup(''of_owner.by_super'')'), '0A000 a rollup cannot be kept over a table whose row security its owner does not bypass', 'nor is it rebuilt with the rows that the owner sees');
SELECT is(error_of('CREATE TABLE of_nobody ()'), 'none', 'others go on creating tables');
ALTER TABLE of_owner.t NO FORCE ROW LEVEL SECURITY;
SELECT is(error_of('ALTER TABLE of_owner.r_state ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY'), '0A000 a rollup cannot be kept over a table whose row security its owner does not bypass', 'nor may the state hide rows');
-- where event triggers did not see that
ALTER EVENT TRIGGER complaint_metrics_rollup_altered DISABLE;
ALTER TABLE of_owner.r_state ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER EVENT TRIGGER complaint_metrics_rollup_altered ENABLE ALWAYS;
SELECT is((SELECT waiting FROM rollups WHERE name = 'of_owner.r'), NULL, 'nothing is counted that may be a part');
SELECT is(error_of('SELECT * FROM verify_rollup(''of_owner.r'')'), '42501 query would be affected by row-level security policy for table "r_state"', 'nor compared');
DROP SCHEMA of_owner CASCADE;
DELETE FROM kept WHERE name ~ '^of_owner';
DROP TABLE poison;
REVOKE CREATE ON SCHEMA public FROM rollup_writer;
DROP ROLE rollup_owner, rollup_writer, rollup_reader, rollup_heir;

-- an index of the owner's on a state whose predicate folds other rollups while the fold is planned
CREATE TABLE crowded (k int, n int);
SELECT create_rollup('crowd_' || i, 'SELECT k, sum(n) AS n FROM crowded GROUP BY k') FROM generate_series(1, 34) AS i;
INSERT INTO crowded SELECT i % 5, i FROM generate_series(1, 50) AS i;
INSERT INTO crowded SELECT i % 5, i FROM generate_series(1, 50) AS i;
CREATE SEQUENCE meddled;
CREATE FUNCTION meddles(int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	IF current_setting('test.meddle', true) = 'yes' THEN
		PERFORM set_config('test.meddle', 'done', false), nextval('public.meddled');
		PERFORM public.fold_rollup('public.crowd_' || i) FROM generate_series(1, 34) AS i;
		FOR i IN 1 .. 200 LOOP
			EXECUTE format('SELECT %s + k FROM public.crowded LIMIT 0', i);
		END LOOP;
	END IF;
	RETURN true;
END $$;
CREATE INDEX ON crowd_1_state (k) WHERE meddles(1);
SET test.meddle = 'yes';
SELECT fold_rollup('crowd_1');
RESET test.meddle;
SELECT ok(is_called, 'folds within the planning of a fold') FROM meddled;
SELECT fold_rollup('crowd_' || i) FROM generate_series(1, 34) AS i;
SELECT is(shown('crowd_1'), '(0,550) (1,470) (2,490) (3,510) (4,530)', 'leave it exact');
SELECT is_empty($$ SELECT verify_rollup('crowd_' || i) FROM generate_series(1, 34) AS i $$, 'and the others, too');
-- the same while it is executed; then one whose planning fails
CREATE FUNCTION indexed(k int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	IF current_setting('test.meddle', true) = 'yes' THEN
		PERFORM set_config('test.meddle', 'done', false), nextval('public.meddled');
		PERFORM public.fold_rollup('public.crowd_' || i) FROM generate_series(3, 34) AS i;
	END IF;
	RETURN k;
END $$;
CREATE INDEX ON crowd_2_state (indexed(k));
SELECT setval('meddled', 1, false);
INSERT INTO crowded SELECT i % 5, i FROM generate_series(1, 50) AS i;
SET test.meddle = 'yes';
SELECT fold_rollup('crowd_2');
RESET test.meddle;
SELECT ok(is_called, 'folds within a fold') FROM meddled;
SELECT is_empty($$ SELECT name FROM rollups WHERE source = 'crowded' AND waiting > 0 AND name <> 'crowd_1' $$, 'are done');
INSERT INTO crowded SELECT i % 5, i FROM generate_series(1, 50) AS i;
CREATE OR REPLACE FUNCTION meddles(int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RAISE 'not now'; END $$;
SELECT is(error_of('SELECT fold_rollup(''crowd_1'')'), 'P0001 not now', 'an error while a fold is planned');
SELECT is(error_of('SELECT fold_rollup(''crowd_3'')'), 'none', 'is none of the next one');
DROP INDEX crowd_1_state_k_idx, crowd_2_state_indexed_idx;
SELECT fold_rollup('crowd_' || i) FROM generate_series(1, 34) AS i;
SELECT is_empty($$ SELECT verify_rollup('crowd_' || i) FROM generate_series(1, 34) AS i $$, 'all are exact');
DROP TABLE crowded CASCADE;
DROP FUNCTION meddles, indexed;
DROP SEQUENCE meddled;

-- an unlogged source

CREATE UNLOGGED TABLE quick (k int);
SELECT FROM keep('quick_card', 'SELECT k, count(*) FROM quick GROUP BY k');
INSERT INTO quick VALUES (1), (1), (2);
SELECT is((SELECT string_agg(DISTINCT relpersistence::text, '') FROM pg_class WHERE relname IN ('quick', 'quick_card_state')), 'u', 'the state of an unlogged table is unlogged');
SELECT is(error_of('ALTER TABLE quick SET LOGGED'), '55000 cannot make "quick" logged or unlogged while it has the rollup "quick_card"', 'and stays so');
SELECT is_empty('SELECT wrong(''quick'')', 'and is as exact');

-- what is dropped, and that nothing is left of it

CREATE FUNCTION left_over(pattern text) RETURNS SETOF text LANGUAGE sql STABLE AS $$
	SELECT relname::text FROM pg_class WHERE relname ~ pattern AND relname ~ '_(def|state)$'
	UNION ALL SELECT tgname::text FROM pg_trigger WHERE tgname ~ '^!rollup' AND NOT EXISTS (SELECT FROM live_rollup WHERE split_part(tgname, ' ', 2)::int = id)
	UNION ALL SELECT rollup::text FROM live_rollup WHERE NOT EXISTS (SELECT FROM pg_class WHERE oid = rollup) OR rollup::text ~ pattern
$$;
CREATE ROLE rollup_leaver;
CREATE SCHEMA leaving AUTHORIZATION rollup_leaver;
CREATE FUNCTION all_gone(statement text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN
	CREATE SCHEMA IF NOT EXISTS leaving AUTHORIZATION rollup_leaver;
	CREATE TABLE leaving.source (id int, k text);
	ALTER TABLE leaving.source OWNER TO rollup_leaver;
	CREATE TABLE IF NOT EXISTS staying (id int);
	PERFORM create_rollup('leaving.gone1', 'SELECT k, tally(k) FROM leaving.source GROUP BY k'), create_rollup('leaving.gone2', 'SELECT count(*) FROM leaving.source');
	INSERT INTO leaving.source VALUES (1, 'a');
	EXECUTE statement;
	IF to_regclass('leaving.source') IS NOT NULL THEN
		INSERT INTO leaving.source (id) VALUES (2);
	END IF;
	PERFORM drop_rollup(name) FROM rollups WHERE name = 'leaving.gone2';
	DROP TABLE IF EXISTS leaving.source;
	RETURN is_empty('SELECT left_over(''gone'')', statement);
END $$;
SET client_min_messages = error;
SELECT all_gone(statement) FROM (VALUES ('SELECT drop_rollup(''leaving.gone1'')'), ('DROP VIEW leaving.gone1'), ('DROP VIEW leaving.gone1, leaving.gone2'), ('DROP TABLE leaving.source CASCADE'),
	('DROP VIEW leaving.gone1_def CASCADE'), ('DROP TABLE leaving.gone1_state CASCADE'), ('ALTER TABLE leaving.source DROP COLUMN k CASCADE'), ('DROP SCHEMA leaving CASCADE'), ('DROP OWNED BY rollup_leaver CASCADE')) AS v (statement);
RESET client_min_messages;
DROP SCHEMA IF EXISTS leaving CASCADE;
DROP ROLE rollup_leaver;
SELECT is(error_of('DROP VIEW wide1'), 'none', 'one of many');
DELETE FROM kept WHERE name = 'wide1';
BEGIN;
SELECT drop_rollup(name) FROM rollups;
SELECT is_empty('SELECT left_over('''')', 'all, at once');
INSERT INTO wide (id) VALUES (77);
ROLLBACK;
INSERT INTO wide (id) VALUES (78);
CREATE VIEW upon AS SELECT sum(count) FROM wide2;
SELECT is(error_of('SELECT drop_rollup(''wide2'')'), '2BP01 cannot drop view wide2 because other objects depend on it', 'not what others stand upon');
CREATE VIEW upon_state AS SELECT count(*) FROM wide3_state;
SELECT is(error_of('DROP VIEW wide3'), '2BP01 cannot drop desired object(s) because other objects depend on them', 'even on its state');
DROP VIEW upon, upon_state;
SELECT is(error_of('CREATE OR REPLACE VIEW wide2_def AS SELECT k10 AS k, count(*), sum(v) FROM wide GROUP BY 1'), '55000 cannot replace view "wide2_def", which belongs to a rollup', 'its definition stays');
SELECT is(error_of('CREATE OR REPLACE RULE "_RETURN" AS ON SELECT TO wide2_def DO INSTEAD SELECT k10 AS k, count(*) AS count, sum(v) AS sum FROM wide GROUP BY 1'), '55000 cannot replace view "wide2_def", which belongs to a rollup', 'by whatever command');
SELECT is_empty('SELECT wrong()', 'everything else is exact to the end');

-- the extension in another schema, moved, and gone

SELECT current_setting('server_version_num')::int >= 170000 AS since_17 \gset
\if :since_17
	CREATE TABLE expressed (n int, g int GENERATED ALWAYS AS (n * 2) STORED);
	SELECT FROM keep('of_expression', 'SELECT g, count(*) FROM expressed GROUP BY g');
	INSERT INTO expressed VALUES (1), (2);
	ALTER TABLE expressed ALTER COLUMN g SET EXPRESSION AS (n * 3);
	SELECT is(error_of('TABLE of_expression'), '55000 rollup "of_expression" is stale', 'a generated column that is computed anew');
	SELECT rebuild_rollup('of_expression');
	SELECT is(shown('of_expression'), '(3,1) (6,1)', 'and the rollup with it');
\endif
SELECT current_setting('server_version_num')::int >= 180000 AS since_18 \gset
\if :since_18
	CREATE TABLE virtually (n int, v int GENERATED ALWAYS AS (n % 2) VIRTUAL, t oid GENERATED ALWAYS AS (tableoid) VIRTUAL);
	SELECT FROM keep('of_virtual', 'SELECT v, count(*), sum(v) FROM virtually WHERE v IS NOT NULL GROUP BY v');
	SELECT FROM keep('of_tableoid', 'SELECT t, count(*) FROM virtually GROUP BY t');
	INSERT INTO virtually VALUES (1), (2), (3), (NULL);
	UPDATE virtually SET n = 7 WHERE n = 2;
	SELECT is(shown('of_virtual'), '(1,3,3)', 'a column that is computed when it is read');
	SELECT is_empty('SELECT wrong(''^of_'')', 'even if the table''s own number is in it');
\endif
SET client_min_messages = error;
DROP EXTENSION complaint_metrics CASCADE;
SELECT is_empty('SELECT tgname FROM pg_trigger WHERE tgname ~ ''^!rollup''', 'without the extension there are no triggers');
INSERT INTO wide (id) VALUES (79);
BEGIN;
CREATE SCHEMA elsewhere;
CREATE SCHEMA "Other. One";
CREATE EXTENSION complaint_metrics SCHEMA "Other. One";
CREATE TABLE elsewhere.t (k text, ok boolean, at timestamptz);
INSERT INTO elsewhere.t VALUES ('a', true, '2023-01-01');
SELECT is("Other. One".create_rollup('elsewhere.r', 'SELECT k, "Other. One".rate(ok), "Other. One".tally(k), "Other. One".trend(at, ok, ''Asia/Shanghai'') FROM elsewhere.t GROUP BY k')::text, 'elsewhere.r', 'in the transaction of CREATE EXTENSION, in another schema');
INSERT INTO elsewhere.t VALUES ('a', false, '2023-01-01');
COMMIT;
CREATE ROLE rollup_nobody;
GRANT CREATE ON SCHEMA elsewhere TO rollup_nobody;
CREATE FUNCTION "Other. One".guard_rollup(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
SET ROLE rollup_nobody;
SELECT is(error_of('CREATE TEMP TABLE mine AS SELECT'), 'none', 'those who may not use the schema go on creating tables');
SELECT is(error_of('CREATE TRIGGER t BEFORE UPDATE ON mine FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()'), 'none', 'and triggers');
SELECT is(error_of('CREATE VIEW elsewhere.unused AS SELECT 1 AS one'), 'none', 'and views where they may only create');
RESET ROLE;
DROP FUNCTION "Other. One".guard_rollup(int);
DROP OWNED BY rollup_nobody;
DROP ROLE rollup_nobody;
INSERT INTO elsewhere.t VALUES ('b', NULL, NULL);
SELECT "Other. One".fold_rollup('elsewhere.r');
SELECT is(shown('elsewhere.r'), '(a,1/2,"{""a"":2}","{2023-01-01:2(1/2)}") (b,0/0,"{""b"":1}",{})', 'exact there');
ALTER EXTENSION complaint_metrics SET SCHEMA elsewhere;
INSERT INTO elsewhere.t VALUES ('b', NULL, '2023-01-02');
SELECT is(shown('elsewhere.r'), '(a,1/2,"{""a"":2}","{2023-01-01:2(1/2)}") (b,0/0,"{""b"":2}",{2023-01-02:1})', 'moved to another');
SELECT elsewhere.fold_rollup('elsewhere.r'), elsewhere.rebuild_rollup('elsewhere.r');
SELECT is_empty('SELECT elsewhere.verify_rollup(''elsewhere.r'')', 'exact there, too');
SELECT lives_ok('TABLE elsewhere.rollups', 'rollups as well');
ALTER TABLE elsewhere.t DISABLE TRIGGER ALL;
SELECT is(error_of('TABLE elsewhere.r'), '55000 rollup "r" is stale', 'and its event triggers');
SELECT elsewhere.drop_rollup('elsewhere.r');
SELECT is_empty('TABLE elsewhere.live_rollup', 'dropped there');
SELECT is(error_of('DROP EXTENSION complaint_metrics'), 'none', 'and nothing depends on the extension any more');
SELECT * FROM finish();
