-- Citus: a coordinator, which this server is, and two workers.
-- port0, port1, port2 of the three; rows: how many complaints
\set QUIET on
\getenv password PGPASSWORD
SELECT format($$INSERT INTO pg_dist_authinfo VALUES (0, %L, 'password=%s')$$, :'USER', :'password') AS let_in \gset

\connect - - - :port1
CREATE EXTENSION citus;
:let_in;
\connect - - - :port2
CREATE EXTENSION citus;
:let_in;
\connect - - - :port0
SET client_min_messages = error; -- not that a temporary function stays here
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

\echo # Citus: states stored by shard, and rolled up
SELECT 'scorecard(received, concluded, mediated(outcome), satisfied(answer), escalated, cleared, ''Asia/Shanghai'')' AS card \gset
CREATE TABLE bureau (county text PRIMARY KEY, card scorecard NOT NULL);
CREATE TABLE bureau_month (county text, month date, card scorecard NOT NULL, PRIMARY KEY (county, month));
\o /dev/null
SELECT create_distributed_table('bureau', 'county', colocate_with => 'by_county'),
	create_distributed_table('bureau_month', 'county', colocate_with => 'by_county');
\o
INSERT INTO bureau_month SELECT county, date_trunc('month', local), :card FROM by_county WHERE local < '2023-01-01' GROUP BY 1, 2;
INSERT INTO bureau_month SELECT county, date_trunc('month', local), :card FROM by_id WHERE local >= '2023-01-01' GROUP BY 1, 2;
SELECT same('states of months, of rows in the same shards and in others, rolled up ' || name,
	answer(format('SELECT %s %s FROM one_server WHERE local IS NOT NULL %s', keys, :'card', grouping)),
	answer(format('SELECT %s rollup(card) FROM bureau_month %s', keys, grouping)))
FROM (VALUES ('by county', 'county,', 'GROUP BY county'), ('by province', 'left(county, 2),', 'GROUP BY left(county, 2)'), ('of all', '', ''))
	AS m (name, keys, grouping);

-- What is new is merged in: first nothing is there, then come rows of the same shards, then of others.
INSERT INTO bureau AS old SELECT county, :card FROM by_county WHERE id <= 50000 GROUP BY county
ON CONFLICT (county) DO UPDATE SET card = merge(old.card, excluded.card);
INSERT INTO bureau AS old SELECT county, :card FROM by_county WHERE id > 50000 AND id <= 100000 GROUP BY county
ON CONFLICT (county) DO UPDATE SET card = merge(old.card, excluded.card);
INSERT INTO bureau AS old SELECT county, :card FROM by_id WHERE id > 100000 GROUP BY county
ON CONFLICT (county) DO UPDATE SET card = merge(old.card, excluded.card);
SELECT same('INSERT … SELECT … ON CONFLICT DO UPDATE SET card = merge(old.card, excluded.card)',
	answer(format('SELECT county, %s FROM one_server GROUP BY county', :'card')), answer('SELECT county, card FROM bureau'));
SELECT same('verdict by county, on the workers',
	answer(format('SELECT county, verdict(%s, %s) FROM one_server GROUP BY county', :'card', arguments)),
	answer(format('SELECT county, verdict(card, %s) FROM bureau', arguments)))
FROM (VALUES ('period(''month'', ''2023-09-01''), zone => ''Asia/Shanghai''')) AS v (arguments);

\echo # Citus: working days and terms, of tables on each node
SELECT same(format('%s is the same on the worker at %s', name, nodeport), answer(content), format('(%s)', result))
FROM (VALUES ('working_day_exception', 'SELECT md5(string_agg(to_jsonb(t)::text, '','' ORDER BY day)) FROM working_day_exception AS t'),
	('statutory_deadline', 'SELECT md5(string_agg(concat_ws('','', stage, lower(in_force) - date ''2020-01-01'', days, working, basis), '';'''
		|| ' ORDER BY stage, in_force)) FROM statutory_deadline'))
	AS own (name, content), run_command_on_workers(content);
SELECT 'SELECT rate((concluded AT TIME ZONE zone)::date <= due_date(''acceptance'', day)), '
	|| 'sum(working_days(day, (concluded AT TIME ZONE zone)::date)) FROM ' AS on_time \gset
SELECT same('on time by due_date, and working days', answer(:'on_time' || 'one_server'), answer(:'on_time' || 'by_id'));
INSERT INTO working_day_exception VALUES ('2023-07-03', false, 'not heard of elsewhere');
SELECT tap(answer(:'on_time' || 'one_server') <> answer(:'on_time' || 'by_id'), 'a day off on the coordinator alone is none on the workers');
DELETE FROM working_day_exception WHERE day = '2023-07-03';
\o /dev/null
SELECT run_command_on_all_nodes($$INSERT INTO working_day_exception VALUES ('2023-07-03', false, 'everywhere')$$);
\o
SELECT same('a day off by run_command_on_all_nodes is one everywhere', answer(:'on_time' || 'one_server'), answer(:'on_time' || 'by_id'));

\echo # Citus: without a zone, days are those of the setting of the workers
SELECT tap(answer('SELECT trend(received) FROM one_server') <> answer('SELECT trend(received) FROM by_id'),
	'where that is another one, trend(received) is too: name the zone');
SELECT format('ALTER DATABASE %I SET timezone = ''Asia/Shanghai''', :'DBNAME') \gexec
\connect
SELECT same(format('%s %s, after ALTER DATABASE SET timezone', call, name), answer(put(query, call, 'one_server')), answer(put(query, call, 'by_id')))
FROM manner, unnest(ARRAY['trend(received)', 'trend(received, mediated(outcome))',
	'scorecard(received, concluded, mediated(outcome), satisfied(answer), escalated, cleared)']) AS call
WHERE name IN ('by province', 'of all', 'rolled up by kind');
