-- Citus: a coordinator, which this server is, and two workers.
-- port0, port1, port2 of the three; rows: how many complaints
\set QUIET on
\getenv password PGPASSWORD
SET client_min_messages = warning;
SELECT format($$INSERT INTO pg_dist_authinfo VALUES (0, %L, 'password=%s')$$, :'USER', :'password') AS let_in \gset

\connect - - - :port1
CREATE EXTENSION citus;
:let_in;
\connect - - - :port2
CREATE EXTENSION citus;
:let_in;
\connect - - - :port0
SET client_min_messages = warning;
CREATE EXTENSION citus;
:let_in;
\o /dev/null
SELECT citus_set_coordinator_host('localhost', :port0);
SELECT citus_add_node('localhost', :port1), citus_add_node('localhost', :port2);
\o
CREATE EXTENSION complaint_metrics; -- on the workers too
\ir checks.sql
\set name one_server
\ir schema.sql
\ir complaints.sql
ANALYZE one_server;

SET citus.shard_count = 16;
\set name by_id
\ir schema.sql
\set name by_county
\ir schema.sql
\o /dev/null
SELECT create_distributed_table('by_id', 'id');
SELECT create_distributed_table('by_county', 'county', colocate_with => 'none');
\o
INSERT INTO by_id SELECT * FROM one_server;
INSERT INTO by_county SELECT * FROM one_server;

\echo # Citus: the nodes
SELECT tap(count(*) = 2, 'two workers') FROM citus_get_active_worker_nodes();
SELECT tap(success AND result = expected, format('the worker at %s has %s', nodeport, result))
FROM run_command_on_workers('SELECT current_setting(''DateStyle'') || '' and '' || current_setting(''TimeZone'')')
JOIN (VALUES (:port1, 'German, DMY and America/New_York'), (:port2, 'SQL, MDY and Pacific/Auckland')) AS e (nodeport, expected) USING (nodeport);
SELECT tap(bool_or(result = '0') AND bool_or(result <> '0'), format('%s of 16 shards by county have no row', count(*) FILTER (WHERE result = '0')))
FROM run_command_on_shards('by_county', 'SELECT count(*) FROM %s');

\echo # Citus: every aggregate, in every manner
SELECT same(format('%s %s, distributed %s', call, manner.name, replace(source, '_', ' ')),
	answer(put(query, call, 'one_server')), answer(put(query, call, source)))
FROM asked, manner, unnest('{by_id,by_county}'::text[]) AS source;

\echo # Citus: where the work is done
CREATE FUNCTION split(query text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	line text;
	plan text := '';
BEGIN
	SET LOCAL citus.explain_all_tasks = off;
	FOR line IN EXECUTE 'EXPLAIN (VERBOSE, COSTS off) ' || query LOOP
		plan := plan || line;
	END LOOP;
	RETURN plan ~ 'worker_partial_agg';
END $$;
SELECT tap(split(put(query, call, 'by_id')), format('%s %s: states come from the workers', call, manner.name))
FROM asked, manner
WHERE manner.name IN ('by province', 'by kind', 'of all', 'of one kind by province');

\echo # Citus: a capacity that does not suffice
SELECT tap(within_bound((SELECT tally(enterprise, 50) FROM by_id), (SELECT tally(enterprise) FROM one_server)),
	'tally(enterprise, 50) of all is within its bound');
SELECT tap(bool_and(within_bound(bounded.t, exact.t)), 'tally(enterprise, 50) by province is within its bound')
FROM (SELECT province, tally(enterprise, 50) AS t FROM by_id GROUP BY province) AS bounded
FULL JOIN (SELECT province, tally(enterprise) AS t FROM one_server GROUP BY province) AS exact USING (province);

\echo # Citus: working days and terms
\! sleep 3000
