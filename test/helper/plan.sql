-- test/helper/plan.sql: how a query is run, and what it gives when run that way; for a test to take in by \ir ../helper/plan.sql

-- plan_of(query [, options of EXPLAIN]), all lines
CREATE FUNCTION plan_of(query text, options text DEFAULT 'COSTS OFF') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	line text;
	lines text := '';
BEGIN
	FOR line IN EXECUTE format('EXPLAIN (%s) %s', options, query) LOOP
		lines := lines || line || E'\n';
	END LOOP;
	RETURN lines;
END $$;

-- answer(query): its rows as text, in order of that.
-- A cursor or a query with a pgTAP function in it never runs in parallel; CREATE TABLE AS does.
CREATE FUNCTION answer(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	EXECUTE format('CREATE TEMP TABLE answered AS SELECT r::text AS line FROM (%s) AS r', query);
	SELECT string_agg(line, ' ' ORDER BY line) INTO result FROM answered;
	DROP TABLE answered;
	RETURN result;
END $$;

-- launched(query): whether workers were really started for it
CREATE FUNCTION launched(query text) RETURNS boolean LANGUAGE sql AS $$
	SELECT plan_of(query, 'ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF') ~ 'Finalize .*Workers Launched: [1-9].*Partial ';
$$;
