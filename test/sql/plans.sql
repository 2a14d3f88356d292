-- Plans of the aggregates: parallel, by partitions and in grouping sets, with no further code
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS complaint_metrics;
RESET client_min_messages;
\pset format unaligned
\pset tuples_only on
BEGIN;
\getenv tests PG_ABS_SRCDIR
\set plan :tests '/helper/plan.sql'
\set calls :tests '/helper/calls.sql'
\set ECHO none
\i :plan
\i :calls
\set ECHO all

\o /dev/null
SELECT plan_so('{max_parallel_workers_per_gather=2}');
\o
EXPLAIN (COSTS OFF) SELECT scorecard(moment, done, hit, hit, moment, done, 'UTC') FROM complaint_0;
\o /dev/null
SELECT plan_so('{enable_partitionwise_aggregate=on}');
\o
EXPLAIN (COSTS OFF) SELECT trend(moment, hit, 'UTC') FROM complaint;
EXPLAIN (COSTS OFF) SELECT region, rollup(c) FROM complaint GROUP BY region;
EXPLAIN (COSTS OFF) SELECT part, tally(key) FROM complaint GROUP BY part;
\o /dev/null
SELECT plan_so('{}');
\o
EXPLAIN (COSTS OFF) SELECT part, region, rate(hit) FROM complaint GROUP BY CUBE (part, region);

-- all of them: whether each is planned in every way
CREATE FUNCTION planned(way, call text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	PERFORM plan_so($1.settings);
	RETURN plan_of(query_of($1, call)) ~ $1.plan;
END $$;
SELECT call, bool_and(planned(w, call)) FROM call, way AS w GROUP BY place, call ORDER BY place;
ROLLBACK;
