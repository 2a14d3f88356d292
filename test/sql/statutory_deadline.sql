-- Due dates: answers, and errors with their hints
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS complaint_metrics;
RESET client_min_messages;
\pset format unaligned
\pset tuples_only on
SET datestyle = ISO;

SELECT * FROM statutory_deadline ORDER BY stage COLLATE "C", in_force;

SELECT due_date('acceptance', '2023-09-28'), due_date('mediation', '2026-04-14'), due_date('mediation', '2026-04-15');
-- the day before the rule, its first and its last
SELECT due_date('petition', '2022-04-30') IS NULL, due_date('petition', '2022-05-01'), due_date('report_notice', '2026-04-14'), due_date('report_notice', '2026-04-15') IS NULL;
SELECT due_date(NULL, '2023-01-01') IS NULL, due_date('mediation', NULL) IS NULL;

SELECT due_date('Acceptance', '2023-01-01');
SELECT due_date('', '2023-01-01');
SELECT due_date('acceptanc', '2023-01-01');
SELECT due_date('mediation', 'infinity');
SELECT due_date('mediation', '-infinity');
-- into a year without a row
SELECT due_date('acceptance', '2026-12-28');
SELECT due_date('petition', '2026-11-02');

-- any stage beside any other, and bounds of all kinds
BEGIN;
INSERT INTO statutory_deadline VALUES ('a', '[2020-01-01,2021-01-01)', 1, true), ('a', '[2021-01-01,2022-01-01)', 2, true), ('a', '(,2020-01-01)', 3, true), ('a', '[2022-01-01,)', 4, true),
	('b', '[2020-06-01,2020-07-01)', 1, true), ('a1', '(,)', 1, true), ('A', '(,)', 1, true), (E'a\x01', '(,)', 1, true), ('办', '[-infinity,infinity]', 5, false), (repeat('z', 200), '(,)', 1, true);
SELECT due_date('a', '2019-12-31'), due_date('a', '2020-12-31'), due_date('a', '2021-01-01'), due_date('办', '2020-12-31'), due_date('b', '2020-07-01') IS NULL;
ROLLBACK;

-- past the last day of all
BEGIN;
INSERT INTO statutory_deadline VALUES ('a', '(,)', 2147483647, true), ('b', '(,)', 2147483647, false);
SAVEPOINT s;
SELECT due_date('a', '2023-01-01');
ROLLBACK TO s;
SELECT due_date('b', '2023-01-01');
ROLLBACK;

-- a table that is not as the extension made it
BEGIN;
SAVEPOINT s;
ALTER TABLE statutory_deadline RENAME TO terms;
SELECT due_date('acceptance', '2023-09-28');
ROLLBACK TO s;
ALTER TABLE statutory_deadline ALTER days TYPE bigint;
SELECT due_date('acceptance', '2023-09-28');
ROLLBACK TO s;
ALTER TABLE statutory_deadline RENAME working TO works;
SELECT due_date('acceptance', '2023-09-28');
ROLLBACK TO s;
ALTER TABLE statutory_deadline ALTER days DROP NOT NULL;
INSERT INTO statutory_deadline VALUES ('a', '(,)', NULL, true);
SELECT due_date('acceptance', '2023-09-28');
ROLLBACK TO s;
TRUNCATE statutory_deadline;
SELECT due_date('acceptance', '2023-09-28');
ROLLBACK TO s;
-- its calendar is gone
TRUNCATE working_day_exception;
SELECT due_date('acceptance', '2023-09-28');
ROLLBACK TO s;
ALTER TABLE working_day_exception RENAME TO holidays;
SELECT due_date('mediation', '2026-04-15');
ROLLBACK TO s;
SELECT due_date('mediation', '2026-04-15');
ROLLBACK;
