-- test/live/change.sql: for pgbench. A transaction of three changes at any isolation level, in which a rollup then has all rows.
\set level random(1, 3)
\if :level = 1
BEGIN;
\elif :level = 2
BEGIN ISOLATION LEVEL REPEATABLE READ;
\else
BEGIN ISOLATION LEVEL SERIALIZABLE;
\endif
SELECT change();
SELECT change();
SELECT change();
SELECT 1 / (SELECT (SELECT count(*) FROM complaint) = (SELECT coalesce(sum(n), 0) FROM county_card))::int;
COMMIT;
