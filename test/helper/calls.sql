-- test/helper/calls.sql: a call of every aggregate, over rows in three partitions; for a test to take in by \ir ../helper/calls.sql

-- NULL among all that is counted; region crosses the partitions, and fewer keys than the capacity that a call below gives
CREATE TABLE complaint (part int, region int, hit boolean, outcome mediation_outcome, answer satisfaction, day date, at timestamp,
	moment timestamptz, done timestamptz, key text, r rate, t trend, c clearance, k tally, s scorecard) PARTITION BY LIST (part);
CREATE TABLE complaint_0 PARTITION OF complaint FOR VALUES IN (0);
CREATE TABLE complaint_1 PARTITION OF complaint FOR VALUES IN (1);
CREATE TABLE complaint_2 PARTITION OF complaint FOR VALUES IN (2);
INSERT INTO complaint
SELECT n % 3, n % 7, hit, (enumerate.outcomes)[1 + n % 9]::mediation_outcome, (enumerate.answers)[1 + n % 7]::satisfaction, moment::date, moment::timestamp,
	moment, done, key, rate(n % 4, 4), (SELECT trend(v.moment, v.hit, 'UTC') FROM (VALUES (moment, hit)) AS v(moment, hit)),
	(SELECT clearance(v.moment, v.done) FROM (VALUES (moment, done)) AS v(moment, done)), (SELECT tally(v.key) FROM (VALUES (key)) AS v(key)),
	(SELECT scorecard(v.moment, v.done, v.hit, v.hit, v.moment, v.done, 'UTC') FROM (VALUES (moment, done, hit)) AS v(moment, done, hit))
FROM generate_series(1, 1500) AS n,
	(SELECT '{mediated,failed,settled,unsettled,withdrawn,rejected,transferred,pending,NULL}'::text[],
		'{very_satisfied,satisfied,fairly_satisfied,dissatisfied,very_dissatisfied,NULL,neutral}'::text[]) AS enumerate(outcomes, answers),
	LATERAL (SELECT CASE WHEN n % 6 > 0 THEN n % 5 > 1 END AS hit) AS h,
	LATERAL (SELECT CASE WHEN n % 11 > 0 THEN timestamptz '2024-01-01 05:00+00' + n % 400 * interval '7 hours' END AS moment, CASE WHEN n % 13 > 0 THEN 'key ' || n % 40 END AS key) AS m,
	LATERAL (SELECT CASE WHEN n % 4 > 0 THEN moment + n % 50 * interval '1 hour' END AS done) AS d;
ANALYZE complaint;

CREATE TABLE call (place int GENERATED ALWAYS AS IDENTITY, call text);
INSERT INTO call (call) VALUES
	('rate(hit)'), ('rollup(r)'),
	('mediation_success_rate(outcome)'), ('mediation_success_rate(outcome, ''decided'')'), ('mediation_success_rate(outcome, ''accepted'')'), ('mediation_success_rate(outcome, ''closed'')'),
	('settlement_rate(outcome)'), ('satisfaction_rate(answer)'),
	('trend(day)'), ('trend(at)'), ('trend(moment)'), ('trend(day, hit)'), ('trend(at, hit)'), ('trend(moment, hit)'), ('trend(moment, hit, ''Asia/Shanghai'')'), ('rollup(t)'),
	('clearance(moment, done)'), ('rollup(c)'),
	('tally(key)'), ('tally(key, 100)'), ('rollup(k)'),
	('scorecard(moment, done, hit, hit, moment, done)'), ('scorecard(moment, done, hit, hit, moment, done, ''Asia/Shanghai'')'), ('rollup(s)');

-- Ways to plan: what is selected beside the call, how it is grouped, settings, the plan, and the plain query's groups one by one
CREATE TABLE way (way text PRIMARY KEY, keys text, grouping text, settings text[], plan text, groups text[]);
INSERT INTO way VALUES
	('workers', '', '', '{max_parallel_workers_per_gather=2}', 'Finalize Aggregate.*Gather.*Partial Aggregate', '{""}'),
	('workers, groups', 'region, ', 'GROUP BY region', '{max_parallel_workers_per_gather=2}', 'Finalize .*Gather.*Partial ', '{region}'),
	('partitions, no group', '', '', '{enable_partitionwise_aggregate=on}', 'Finalize Aggregate.*Append(.*Partial Aggregate){3}', '{""}'),
	('partitions, other groups', 'region, ', 'GROUP BY region', '{enable_partitionwise_aggregate=on}', 'Finalize .*Append(.*Partial HashAggregate){3}', '{region}'),
	('partitions, groups of their own', 'part, ', 'GROUP BY part', '{enable_partitionwise_aggregate=on}', '^Append(\s+->  \w*Aggregate\s+Group Key: \S+\s+->  Seq Scan[^>]*){3}$', '{part}'),
	('sets, hashed', 'part, region, ', 'GROUP BY GROUPING SETS (part, region)', '{enable_sort=off}', '^HashAggregate\s+Hash Key: .*Hash Key: ', '{part,region}'),
	('sets, sorted', 'part, region, ', 'GROUP BY ROLLUP (part, region)', '{enable_hashagg=off}', '^GroupAggregate.*Group Key: \(\).*Sort', '{"part, region",part,""}'),
	('sets, mixed', 'part, region, ', 'GROUP BY CUBE (part, region)', '{}', '^MixedAggregate\s+Hash Key: ', '{"part, region",part,region,""}');

-- query_of(way, call): the query that is to be planned so
CREATE FUNCTION query_of(way, call text) RETURNS text LANGUAGE sql AS $$
	SELECT format('SELECT %s%s FROM complaint %s', $1.keys, call, $1.grouping);
$$;

-- plain_of(way, call): the same rows by one GROUP BY for each set of groups
CREATE FUNCTION plain_of(way, call text) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(format('SELECT %s%s FROM complaint %s',
		array_to_string(ARRAY(SELECT CASE WHEN key = ANY (string_to_array(keys, ', ')) THEN key ELSE 'NULL::int' END || ', '
			FROM string_to_table($1.keys, ', ') AS key WHERE key <> ''), ''),
		call, 'GROUP BY ' || nullif(keys, '')), ' UNION ALL ')
	FROM unnest($1.groups) AS keys;
$$;

-- plan_so(settings): these, and all else as for a plain serial plan but that workers cost nothing
CREATE FUNCTION plan_so(settings text[]) RETURNS void LANGUAGE sql AS $$
	SELECT set_config(split_part(setting, '=', 1), split_part(setting, '=', 2), false)
	FROM unnest('{parallel_setup_cost=0,parallel_tuple_cost=0,min_parallel_table_scan_size=0,max_parallel_workers_per_gather=0,parallel_leader_participation=off,
		enable_partitionwise_aggregate=off,enable_sort=on,enable_hashagg=on}' || settings) AS setting;
$$;
