-- Plain PostgreSQL: this server is the hub, and the partitions of its table are tables of two others, by postgres_fdw.
-- port1, port2 of the shards; rows: how many complaints
\set QUIET on
\getenv password PGPASSWORD
SET client_min_messages = warning;
CREATE EXTENSION complaint_metrics;
CREATE EXTENSION postgres_fdw;
\ir checks.sql
\set name one_server
\ir schema.sql
\ir complaints.sql
\set name complaint
\set hub :PORT

\connect - - - :port1
CREATE EXTENSION complaint_metrics;
\ir schema.sql
\ir state.sql
\connect - - - :port2
CREATE EXTENSION complaint_metrics;
\ir schema.sql
\ir state.sql
CREATE TABLE complaint_rest (LIKE complaint);
\connect - - - :hub

CREATE SERVER shard1 FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'localhost', port :'port1', dbname :'DBNAME',
	extensions 'complaint_metrics', async_capable 'true', fetch_size '10000', batch_size '1000');
CREATE SERVER shard2 FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'localhost', port :'port2', dbname :'DBNAME',
	extensions 'complaint_metrics', async_capable 'true', fetch_size '10000', batch_size '1000');
CREATE USER MAPPING FOR CURRENT_USER SERVER shard1 OPTIONS (user :'USER', password :'password');
CREATE USER MAPPING FOR CURRENT_USER SERVER shard2 OPTIONS (user :'USER', password :'password');

CREATE TABLE complaint (LIKE one_server) PARTITION BY LIST (province);
CREATE FOREIGN TABLE complaint1 PARTITION OF complaint FOR VALUES IN ('浙江', '江苏', '广东', '四川')
	SERVER shard1 OPTIONS (table_name 'complaint');
CREATE FOREIGN TABLE complaint2 PARTITION OF complaint FOR VALUES IN ('山东', '河南', '湖北')
	SERVER shard2 OPTIONS (table_name 'complaint');
CREATE FOREIGN TABLE complaint3 PARTITION OF complaint DEFAULT SERVER shard2 OPTIONS (table_name 'complaint_rest');
INSERT INTO complaint SELECT * FROM one_server;
ANALYZE one_server;
ANALYZE complaint1;
ANALYZE complaint2;
ANALYZE complaint3;

SET enable_partitionwise_aggregate = on;

-- Whether every foreign scan of the plan is an aggregation by the other server. Of a partition without rows the planner takes it
-- that fetching them costs as little, and does.
CREATE FUNCTION shipped(query text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	line text;
	scans int := 0;
	aggregations int := 0;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (VERBOSE, COSTS off) ' || query LOOP
		scans := scans + (line ~ 'Foreign Scan' AND line !~ 'complaint3')::int;
		aggregations := aggregations + (line ~ 'Relations: Aggregate on')::int;
	END LOOP;
	RETURN scans > 0 AND scans = aggregations;
END $$;

\echo # postgres_fdw: every aggregate, in every manner
SELECT same(format('%s %s', call, manner.name), answer(put(query, call, 'one_server')), answer(put(query, call, 'complaint')))
FROM asked, manner;

\echo # postgres_fdw: where the work is done
SELECT tap(shipped(put(query, call, 'complaint')) = (asked.ships AND manner.ships),
	format('%s %s: %s', call, manner.name, CASE WHEN asked.ships AND manner.ships THEN 'by the shards' ELSE 'here, rows are fetched' END))
FROM asked, manner
WHERE manner.ships IS NOT NULL;

\echo # postgres_fdw: views of states on the shards, rolled up here, where the grouping is not by province
CREATE TABLE state (province text, county text, kind text, mediated rate, received trend, escalated clearance, enterprises tally,
	card scorecard) PARTITION BY LIST (province);
CREATE FOREIGN TABLE state1 PARTITION OF state FOR VALUES IN ('浙江', '江苏', '广东', '四川') SERVER shard1 OPTIONS (table_name 'state');
CREATE FOREIGN TABLE state2 PARTITION OF state FOR VALUES IN ('山东', '河南', '湖北') SERVER shard2 OPTIONS (table_name 'state');
SELECT same(format('rollup(%s) %s of the shards'' states', part, manner.name),
	answer(put(query, call, 'one_server')), answer(put(query, format('rollup(%I)', part), 'state')))
FROM (VALUES
	('mediated', 'mediation_success_rate(outcome, ''accepted'')'),
	('received', 'trend(received, mediated(outcome), ''Asia/Shanghai'')'),
	('escalated', 'clearance(escalated, cleared)'),
	('enterprises', 'tally(enterprise)'),
	('card', 'scorecard(received, concluded, mediated(outcome), satisfied(answer), escalated, cleared, ''Asia/Shanghai'')'))
	AS stored (part, call), manner
WHERE manner.name IN ('by province', 'by kind', 'of all');
SELECT tap(shipped('SELECT province, rollup(card) FROM state GROUP BY province'), 'rollup(card) by province: by the shards');

\echo # postgres_fdw: a capacity that does not suffice
SELECT tap(bool_and(within_bound(bounded.t, exact.t)), 'tally(enterprise, 50) by province is within its bound')
FROM (SELECT province, tally(enterprise, 50) AS t FROM complaint GROUP BY province) AS bounded
FULL JOIN (SELECT province, tally(enterprise) AS t FROM one_server GROUP BY province) AS exact USING (province);
SELECT tap(within_bound((SELECT tally(enterprise, 50) FROM complaint), (SELECT tally(enterprise) FROM one_server)),
	'tally(enterprise, 50) of all is within its bound');

\echo # postgres_fdw: without a zone, days are those of the session here, but those of GMT where the call is shipped
SET timezone = 'GMT';
SELECT same(format('%s %s, in GMT', call, name), answer(put(query, call, 'one_server')), answer(put(query, call, 'complaint')))
FROM manner, unnest(ARRAY['trend(received)', 'trend(received, mediated(outcome))',
	'scorecard(received, concluded, mediated(outcome), satisfied(answer), escalated, cleared)']) AS call
WHERE name IN ('by province', 'by kind');
SET timezone = 'Asia/Shanghai';
SELECT tap(answer(put(query, 'trend(received)', 'one_server')) <> answer(put(query, 'trend(received)', 'complaint')),
	'trend(received) by province of a session in Shanghai is another one: name the zone')
FROM manner WHERE name = 'by province';

\echo # postgres_fdw: working days and terms, of tables on each server
CREATE SCHEMA shard1;
CREATE SCHEMA shard2;
IMPORT FOREIGN SCHEMA public LIMIT TO (working_day_exception, statutory_deadline) FROM SERVER shard1 INTO shard1;
IMPORT FOREIGN SCHEMA public LIMIT TO (working_day_exception, statutory_deadline) FROM SERVER shard2 INTO shard2;
SELECT same(table_name || ' is the same on ' || server, answer('TABLE ' || table_name), answer(format('TABLE %s.%s', server, table_name)))
FROM unnest('{working_day_exception,statutory_deadline}'::text[]) AS table_name, unnest('{shard1,shard2}'::text[]) AS server;
SELECT same('rate(concluded on time) by province', answer(put(query, call, 'one_server')), answer(put(query, call, 'complaint')))
FROM manner, (VALUES ('rate((concluded AT TIME ZONE zone)::date <= due_date(''acceptance'', day))')) AS c (call) WHERE name = 'by province';
SELECT tap(NOT shipped('SELECT province, rate(concluded::date <= due_date(''acceptance'', day)) FROM complaint GROUP BY province'),
	'rate(concluded on time) by province: here, rows are fetched, as it reads a table');
CREATE TABLE on_time (province text, on_time rate) PARTITION BY LIST (province);
CREATE FOREIGN TABLE on_time1 PARTITION OF on_time FOR VALUES IN ('浙江', '江苏', '广东', '四川') SERVER shard1 OPTIONS (table_name 'on_time');
CREATE FOREIGN TABLE on_time2 PARTITION OF on_time FOR VALUES IN ('山东', '河南', '湖北') SERVER shard2 OPTIONS (table_name 'on_time');
SELECT same('rate(concluded on time) by province from a view on the shards',
	answer('SELECT province, rate((concluded AT TIME ZONE zone)::date <= due_date(''acceptance'', day)) FROM one_server GROUP BY province'),
	answer('SELECT province, on_time FROM on_time'));
