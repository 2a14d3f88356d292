-- What live rollups refuse, with detail and hint; what a rollup is made of; the plan of its view; stale rollups
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS complaint_metrics;
\pset format unaligned
\pset tuples_only on

CREATE TABLE lr_complaint (
	id int PRIMARY KEY,
	county text,
	at timestamptz,
	day date,
	weight float8,
	cost numeric,
	price money,
	tags int[],
	flags bit(3),
	named tally,
	local timestamp
);
CREATE SEQUENCE lr_numbers;
CREATE FUNCTION lr_temp_day() RETURNS void LANGUAGE sql AS
	'CREATE FUNCTION pg_temp.lr_upper(text) RETURNS text LANGUAGE sql IMMUTABLE RETURN upper($1)';
SELECT lr_temp_day();

-- clauses
SELECT create_rollup('lr', 'DELETE FROM lr_complaint');
SELECT create_rollup('lr', 'SELECT 1; SELECT 2');
SELECT create_rollup('lr', '');
SELECT create_rollup('lr', 'SELECT county, count(*) INTO lr_other FROM lr_complaint GROUP BY county');
SELECT create_rollup('lr', 'SELECT county, count(*) FROM lr_complaint GROUP BY county UNION ALL SELECT NULL, 1');
SELECT create_rollup('lr', 'WITH c AS (SELECT 1) SELECT county, count(*) FROM lr_complaint GROUP BY county');
SELECT create_rollup('lr', 'SELECT DISTINCT county, count(*) FROM lr_complaint GROUP BY county');
SELECT create_rollup('lr', 'SELECT county, count(*), rank() OVER (ORDER BY county) FROM lr_complaint GROUP BY county');
SELECT create_rollup('lr', 'SELECT county, count(*) FROM lr_complaint GROUP BY ROLLUP (county)');
SELECT create_rollup('lr', 'SELECT county, count(*) FROM lr_complaint GROUP BY county HAVING count(*) > 1');
SELECT create_rollup('lr', 'SELECT county, count(*) FROM lr_complaint GROUP BY county ORDER BY county');
SELECT create_rollup('lr', 'SELECT county, count(*) FROM lr_complaint GROUP BY county LIMIT 1');
SELECT create_rollup('lr', 'SELECT county, count(*) FROM lr_complaint GROUP BY county OFFSET 1');
SELECT create_rollup('lr', 'SELECT unnest(tags) AS tag, count(*) FROM lr_complaint GROUP BY 1');
SELECT create_rollup('lr', 'SELECT county, count(*) FROM lr_complaint WHERE id IN (SELECT 1) GROUP BY county');
SELECT create_rollup('lr', 'SELECT county FROM lr_complaint');
SELECT create_rollup('lr', 'SELECT id, county, count(*) FROM lr_complaint GROUP BY id');
SELECT create_rollup('lr', 'SELECT count(*) FROM lr_complaint GROUP BY county');
SELECT create_rollup('lr', 'SELECT county, count(*) + 1 AS n FROM lr_complaint GROUP BY county');

SELECT create_rollup('lr', 'SELECT county, count(*), count(*) FROM lr_complaint GROUP BY county');

-- FROM
SELECT create_rollup('lr', 'SELECT count(*)');
SELECT create_rollup('lr', 'SELECT count(*) FROM lr_complaint a, lr_complaint b');
SELECT create_rollup('lr', 'SELECT count(*) FROM lr_complaint a JOIN lr_complaint b USING (id)');
SELECT create_rollup('lr', 'SELECT count(*) FROM (SELECT * FROM lr_complaint) AS c');
SELECT create_rollup('lr', 'SELECT count(*) FROM generate_series(1, 3)');
SELECT create_rollup('lr', 'SELECT count(*) FROM lr_complaint TABLESAMPLE system (10)');

-- aggregates
SELECT create_rollup('lr', 'SELECT count(DISTINCT county) FROM lr_complaint');
SELECT create_rollup('lr', 'SELECT trend(day ORDER BY day) FROM lr_complaint');
SELECT create_rollup('lr', 'SELECT min(id) FROM lr_complaint');
SELECT create_rollup('lr', 'SELECT max(cost) FROM lr_complaint');
SELECT create_rollup('lr', 'SELECT avg(id) FROM lr_complaint');
SELECT create_rollup('lr', 'SELECT sum(weight) FROM lr_complaint');
SELECT create_rollup('lr', 'SELECT tally(county, 10) FROM lr_complaint');
SELECT create_rollup('lr', 'SELECT rollup(named) FROM lr_complaint');
SELECT create_rollup('lr', 'SELECT sum(price) FROM lr_complaint');
SELECT create_rollup('lr', 'SELECT trend(at) FROM lr_complaint');

-- expressions
SELECT create_rollup('lr', 'SELECT ctid, count(*) FROM lr_complaint GROUP BY ctid');
SELECT create_rollup('lr', 'SELECT count(c) FROM lr_complaint AS c');
SELECT create_rollup('lr', 'SELECT at::date AS day, count(*) FROM lr_complaint GROUP BY 1');
SELECT create_rollup('lr', 'SELECT county || id AS k, count(*) FROM lr_complaint GROUP BY 1');
SELECT create_rollup('lr', 'SELECT count(*) FROM lr_complaint WHERE at < now()');
SELECT create_rollup('lr', 'SELECT count(*) FROM lr_complaint WHERE day < current_date');
SELECT create_rollup('lr', 'SELECT count(*) FILTER (WHERE random() < 0.5) FROM lr_complaint');
SELECT create_rollup('lr', 'SELECT sum(id + nextval(''lr_numbers'')::int) FROM lr_complaint');
SELECT create_rollup('lr', 'SELECT county || day AS k, count(*) FROM lr_complaint GROUP BY 1');
SELECT create_rollup('lr', 'SELECT price || county AS k, count(*) FROM lr_complaint GROUP BY 1');
SELECT create_rollup('lr', 'SELECT count(*) FILTER (WHERE at + interval ''8 days'' > local) FROM lr_complaint');
SELECT create_rollup('lr', 'SELECT concat(county, id) AS k, count(*) FROM lr_complaint GROUP BY 1');
SELECT create_rollup('lr', 'SELECT to_char(local, ''YYYY-MM'') AS month, count(*) FROM lr_complaint GROUP BY 1');
SELECT create_rollup('lr', 'SELECT local::text AS k, count(*) FROM lr_complaint GROUP BY 1');
SELECT create_rollup('lr', 'SELECT clearance(local, at) FROM lr_complaint');
SELECT create_rollup('lr', 'SELECT clearance(day, at) FROM lr_complaint');
SELECT create_rollup('lr', 'SELECT price, count(*) FROM lr_complaint GROUP BY price');
SELECT create_rollup('lr', 'SELECT flags, count(*) FROM lr_complaint GROUP BY flags');
SELECT create_rollup('lr', 'SELECT count(*) FROM lr_complaint WHERE named IS DISTINCT FROM named');
SELECT create_rollup('lr', 'SELECT pg_temp.lr_upper(county) AS k, count(*) FROM lr_complaint GROUP BY 1');
SELECT create_rollup('lr', 'SELECT count(*) FROM lr_complaint WHERE pg_temp.lr_upper(county) = ''A''');
-- what the hints say is taken
SELECT create_rollup('lr', 'SELECT (at AT TIME ZONE ''Asia/Shanghai'')::date AS day, county || id::text AS k, flags::text AS flags, count(*),
	clearance(local AT TIME ZONE ''Asia/Shanghai'', at), clearance(day::timestamp AT TIME ZONE ''Asia/Shanghai'', at) AS days FROM lr_complaint GROUP BY 1, 2, 3');
SELECT drop_rollup('lr');

-- errors of PostgreSQL point into the query
SELECT create_rollup('lr', 'SELECT county, count(*)
FROM lr_complaint
GRUP BY county');
SELECT create_rollup('lr', 'SELECT countie, count(*) FROM lr_complaint GROUP BY countie');

-- sources
CREATE VIEW lr_view AS SELECT * FROM lr_complaint;
CREATE MATERIALIZED VIEW lr_matview AS SELECT * FROM lr_complaint;
CREATE TEMPORARY TABLE lr_temporary (id int);
CREATE TABLE lr_parted (id int) PARTITION BY LIST (id);
CREATE TABLE lr_part PARTITION OF lr_parted DEFAULT;
CREATE TABLE lr_parent (id int);
CREATE TABLE lr_child () INHERITS (lr_parent);
CREATE TABLE lr_secured (id int);
ALTER TABLE lr_secured ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE FOREIGN DATA WRAPPER lr_wrapper;
CREATE SERVER lr_server FOREIGN DATA WRAPPER lr_wrapper;
CREATE FOREIGN TABLE lr_foreign (id int) SERVER lr_server;
CREATE ROLE lr_owner;
ALTER TABLE lr_secured OWNER TO lr_owner;
SELECT create_rollup('lr', 'SELECT count(*) FROM lr_view');
SELECT create_rollup('lr', 'SELECT count(*) FROM lr_matview');
SELECT create_rollup('lr', 'SELECT count(*) FROM lr_foreign');
SELECT create_rollup('lr', 'SELECT count(*) FROM lr_temporary');
SELECT create_rollup('lr', 'SELECT count(*) FROM lr_parted');
SELECT create_rollup('lr', 'SELECT count(*) FROM lr_part');
SELECT create_rollup('lr', 'SELECT count(*) FROM lr_parent');
SELECT create_rollup('lr', 'SELECT count(*) FROM lr_child');
SELECT create_rollup('lr', 'SELECT count(*) FROM lr_secured');
SELECT create_rollup('lr', 'SELECT count(*) FROM pg_class');
SELECT create_rollup('pg_temp.lr', 'SELECT count(*) FROM lr_complaint');
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT create_rollup('lr', 'SELECT count(*) FROM lr_complaint');
ROLLBACK;
SELECT create_rollup('lr_view', 'SELECT count(*) FROM lr_complaint');

-- what a rollup is made of
SELECT create_rollup('lr', 'SELECT county, count(*) AS n, sum(cost) AS cost, trend(day) AS days FROM lr_complaint WHERE id > 0 GROUP BY county');
SELECT c.relname, c.relkind, c.relreplident FROM pg_class AS c WHERE c.relname LIKE 'lr\_%' AND c.relname ~ '^lr_(def|state)$' OR c.relname = 'lr' ORDER BY c.relname COLLATE "C";
SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'lr'::regclass AND attnum > 0 ORDER BY attnum;
SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'lr_state'::regclass AND attnum > 0 ORDER BY attnum;
SELECT regexp_replace(tgname, '\d+', 'N'), tgenabled, tgtype, tgfoid::regproc, tgoldtable, tgnewtable FROM pg_trigger
WHERE tgrelid = 'lr_complaint'::regclass ORDER BY tgname COLLATE "C";
SELECT regexp_replace(tgname, '\d+', 'N'), tgenabled, tgtype, tgfoid::regproc FROM pg_trigger
WHERE tgrelid = 'lr_state'::regclass ORDER BY tgname COLLATE "C";
SELECT name, source, stale FROM rollups;

-- a condition on a key reaches the scan of the state; what is above it differs by version
CREATE FUNCTION lr_plan(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
		IF line ~ 'One-Time|Scan on lr_state|: \(county' THEN
			RETURN NEXT trim(line);
		END IF;
	END LOOP;
END $$;
SELECT lr_plan($$SELECT n FROM lr WHERE county = '椒江'$$);

-- writes to the state, other queries in its place
INSERT INTO lr_state DEFAULT VALUES;
CREATE OR REPLACE VIEW lr_def AS SELECT county, 1::bigint AS n, 1::numeric AS cost, NULL::trend AS days FROM lr_complaint;
ALTER TABLE lr_complaint SET UNLOGGED;
ALTER VIEW lr OWNER TO lr_owner;
ALTER TABLE lr_state OWNER TO lr_owner;
SET default_transaction_read_only = on;
SELECT create_rollup('lr2', 'SELECT count(*) FROM lr_complaint');
SELECT fold_rollup('lr');
SELECT rebuild_rollup('lr');
SELECT drop_rollup('lr');
RESET default_transaction_read_only;
INSERT INTO lr_complaint (id, cost) VALUES (1, 'NaN');
SELECT fold_rollup('lr_complaint');
SELECT fold_rollup('nosuch');
SELECT rebuild_rollup('"No such".rollup');

-- stale, with a name that has to be quoted, in sight and out of it
ALTER TABLE lr_complaint DISABLE TRIGGER USER;
SELECT * FROM lr;
ALTER TABLE lr_complaint ENABLE TRIGGER USER;
SELECT * FROM verify_rollup('lr');
SELECT * FROM lr;
CREATE SCHEMA "Lr's";
SELECT create_rollup('"Lr''s"."My ""rollup"', 'SELECT count(*) FROM lr_complaint', with_data => false);
SELECT * FROM "Lr's"."My ""rollup";
SET search_path = "Lr's", public;
SELECT * FROM "My ""rollup";
SELECT rebuild_rollup('"My ""rollup"');
SELECT * FROM "My ""rollup";
RESET search_path;

SELECT drop_rollup('lr');
SET client_min_messages = error;
DROP SCHEMA "Lr's" CASCADE;
DROP SERVER lr_server CASCADE;
DROP FOREIGN DATA WRAPPER lr_wrapper;
DROP TABLE lr_complaint, lr_parted, lr_parent, lr_secured, lr_temporary CASCADE;
DROP SEQUENCE lr_numbers;
DROP FUNCTION lr_plan, lr_temp_day, pg_temp.lr_upper;
DROP ROLE lr_owner;
SELECT count(*) FROM rollups;
