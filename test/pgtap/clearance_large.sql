-- clearances of very many intervals: every answer against plain SQL, and one value however it was planned, kept and stored
BEGIN;
SELECT plan(62);
\ir ../helper/helper.sql
\ir ../helper/plan.sql
SET LOCAL timezone = 'Asia/Shanghai';
SELECT setseed(0.5);

-- Intervals of every kind that cells of time, bounds and units could get wrong

CREATE TABLE big (kind text, n int, opened timestamptz, cleared timestamptz);
\set start '''2022-01-01 00:00Z''::timestamptz'
INSERT INTO big
	SELECT 'busy', n, opened, CASE WHEN random() < 0.95 THEN opened + trunc(random() * random() * 5184000) * interval '1 second' END
	FROM generate_series(1, 101000) AS n, LATERAL (SELECT :start + trunc(n * 700 + random() * 200000) * interval '1 second' AS opened) AS o;
INSERT INTO big
	SELECT 'sparse', n, opened, opened + random() * random() * interval '1000 seconds'
	FROM generate_series(1, 30000) AS n, LATERAL (SELECT :start + random() * interval '1000 days' AS opened) AS o;
INSERT INTO big SELECT 'milliseconds', n, opened, opened + trunc(random() * 900000) * interval '1 millisecond'
	FROM generate_series(1, 20000) AS n, LATERAL (SELECT :start + trunc(random() * 80000000) * interval '1 millisecond' AS opened) AS o;
INSERT INTO big SELECT 'equal', n, :start, :start + interval '1 day' FROM generate_series(1, 5000) AS n;
INSERT INTO big SELECT 'instant', n, :start + n % 2 * interval '1 microsecond', :start + (n % 2 + n % 3) * interval '1 microsecond' FROM generate_series(1, 6000) AS n;
INSERT INTO big SELECT 'outlier', n, :start + random() * interval '1 hour', :start + interval '1 hour' + random() * interval '1 hour' FROM generate_series(1, 20000) AS n;
INSERT INTO big VALUES ('outlier', 0, '4714-11-25 00:00Z BC', '4714-11-25 00:00Z BC'), ('outlier', 0, '0044-03-15 00:00Z BC', '0043-03-15 00:00Z BC'), ('outlier', 0, '294276-12-31 00:00Z', NULL);
INSERT INTO big SELECT 'empty', n, :start + n * interval '1 second', :start + (n + (n % 50 = 0)::int) * interval '1 second' FROM generate_series(1, 5000) AS n;
INSERT INTO big SELECT 'nested', n, :start + n * interval '1 second', :start + (20000 - n) * interval '1 second' FROM generate_series(1, 6000) AS n;
INSERT INTO big SELECT 'disjoint', n, :start + n * interval '10 seconds', :start + (n * 10 + 5 + n % 2 * 5) * interval '1 second' FROM generate_series(1, 8000) AS n;
INSERT INTO big SELECT 'endless', n, :start + n * n * interval '1 second', CASE n % 3 WHEN 0 THEN 'infinity' WHEN 1 THEN :start + (n * n + 100) * interval '1 second' END FROM generate_series(1, 6000) AS n;
ALTER TABLE big SET (parallel_workers = 2);
ANALYZE big;

-- What is asked of a source (kind, c), and the same of big

CREATE TABLE kinds AS
	SELECT kind, ARRAY(SELECT at FROM (
		(SELECT opened FROM big WHERE big.kind = k.kind ORDER BY random() LIMIT 4) UNION
		(SELECT cleared - interval '1 microsecond' FROM big WHERE big.kind = k.kind AND isfinite(cleared) ORDER BY random() LIMIT 3) UNION
		(SELECT cleared FROM big WHERE big.kind = k.kind AND isfinite(cleared) ORDER BY cleared DESC LIMIT 1) UNION
		VALUES ('infinity'::timestamptz), ('-infinity')) AS i (at) ORDER BY at) AS instants
	FROM (SELECT DISTINCT kind FROM big) AS k;
CREATE TABLE spans AS SELECT kind, tstzrange(a, b) AS within FROM kinds, unnest(instants) AS a, unnest(instants) AS b WHERE a < b AND random() < 0.15
	UNION ALL SELECT kind, '(,)' FROM kinds;
CREATE VIEW ended AS SELECT *, cleared IS NOT NULL AND isfinite(cleared) AS ended, tstzrange(opened, nullif(cleared, 'infinity')) AS span FROM big;
CREATE TABLE covered AS SELECT kind, range_agg(span) AS periods FROM ended GROUP BY kind;
CREATE TABLE curve AS
	SELECT kind, lasted, sum(CASE WHEN events < at_risk THEN ln(1 - events / at_risk::float8) ELSE '-infinity' END) OVER (PARTITION BY kind ORDER BY lasted) AS survival
	FROM (SELECT kind, lasted, count(*) FILTER (WHERE event) AS events, sum(count(*)) OVER (PARTITION BY kind ORDER BY lasted DESC) AS at_risk
		FROM (SELECT kind, least(cleared, '2022-06-01') - opened AS lasted, ended AND cleared <= '2022-06-01' AS event FROM ended WHERE opened <= '2022-06-01') AS spell
		GROUP BY kind, lasted) AS risk;

CREATE TABLE asked (name text, ours text, theirs text);
INSERT INTO asked VALUES
	('counts', 'SELECT kind, (SELECT array_agg(format($$%s %s %s %s$$, opened_count(c, at), cleared_count(c, at), open_count(c, at), is_clear(c, at)) ORDER BY at)
			FROM kinds, unnest(instants) AS at WHERE kinds.kind = source.kind) FROM source',
		'SELECT kind, array_agg(format($$%s %s %s %s$$, opened, cleared, opened - cleared, opened = cleared) ORDER BY at) FROM (
			SELECT kind, at, count(*) FILTER (WHERE opened <= at) AS opened, count(*) FILTER (WHERE ended AND cleared <= at) AS cleared
			FROM kinds CROSS JOIN unnest(instants) AS at JOIN ended USING (kind) GROUP BY kind, at) AS counts GROUP BY kind'),
	('clear_since', 'SELECT kind, (SELECT array_agg(clear_since(c, at) ORDER BY at) FROM kinds, unnest(instants) AS at WHERE kinds.kind = source.kind) FROM source',
		'SELECT kind, array_agg(CASE WHEN is_clear THEN coalesce(since, $$-infinity$$) END ORDER BY at) FROM (
			SELECT kind, at, coalesce(bool_and(ended AND cleared <= at) FILTER (WHERE opened <= at), true) AS is_clear, max(cleared) FILTER (WHERE cleared <= at AND opened < cleared) AS since
			FROM kinds CROSS JOIN unnest(instants) AS at JOIN ended USING (kind) GROUP BY kind, at) AS states GROUP BY kind'),
	('peak_open', 'SELECT kind, (SELECT array_agg(peak_open(c, within) ORDER BY within) FROM spans WHERE spans.kind = source.kind) FROM source',
		'SELECT kind, array_agg(peak ORDER BY within) FROM (
			SELECT kind, within, max(open) AS peak FROM (
				SELECT kind, within, sum(step) OVER (PARTITION BY kind, within ORDER BY at, step ROWS UNBOUNDED PRECEDING) AS open FROM (
					SELECT kind, within, lower(span * within) AS at, 1 AS step FROM spans JOIN ended USING (kind) WHERE NOT isempty(span * within)
					UNION ALL SELECT kind, within, upper(span * within), -1 FROM spans JOIN ended USING (kind) WHERE NOT isempty(span * within) AND upper(span * within) IS NOT NULL
					UNION ALL SELECT kind, within, $$-infinity$$, 0 FROM spans) AS event) AS sweep GROUP BY kind, within) AS peaks GROUP BY kind'),
	('open_periods', 'SELECT kind, open_periods(c) FROM source', 'TABLE covered'),
	('open_time', 'SELECT kind, open_time(c, $$[2022-01-01,2022-06-01)$$) FROM source',
		'SELECT kind, coalesce((SELECT justify_hours(sum(upper(p) - lower(p))) FROM unnest(periods * $${[2022-01-01,2022-06-01)}$$) AS p), $$0$$) FROM covered'),
	('terms', 'SELECT kind, (SELECT array_agg(format($$%s %s$$, overdue_count(c, $$2 hours$$, at), on_time_rate(c, $$1 day$$, at)) ORDER BY at)
			FROM kinds, unnest(instants) AS at WHERE kinds.kind = source.kind AND isfinite(at)) FROM source WHERE kind <> $$outlier$$',
		'SELECT kind, array_agg(format($$%s %s$$, overdue, on_time) ORDER BY at) FROM (
			SELECT kind, at, count(*) FILTER (WHERE opened < at - interval $$2 hours$$ AND (ended AND cleared <= at) IS NOT TRUE) AS overdue,
				rate(ended AND cleared <= opened + interval $$1 day$$) FILTER (WHERE opened + interval $$1 day$$ <= at) AS on_time
			FROM kinds CROSS JOIN unnest(instants) AS at JOIN ended USING (kind) WHERE isfinite(at) AND kind <> $$outlier$$ GROUP BY kind, at) AS terms GROUP BY kind'),
	('time_to_clear', 'SELECT kind, fraction, time_to_clear(c, fraction, $$2022-06-01$$) FROM source, unnest($${0.03,0.3,0.5,0.77,0.96}$$::float8[]) AS fraction',
		'SELECT kind, fraction, (SELECT justify_hours(min(lasted)) FROM curve WHERE curve.kind = kinds.kind AND survival <= ln(1 - fraction) + 1e-9)
			FROM kinds, unnest($${0.03,0.3,0.5,0.77,0.96}$$::float8[]) AS fraction'),
	('zero_check_rate', 'SELECT kind, zero_check_rate(c, $$2022-01-01 00:00Z$$, $$2022-02-01 00:00Z$$, $$7777.5 seconds$$) FROM source',
		'SELECT kind, rate(NOT periods @> t) FROM covered, generate_series($$2022-01-01 00:00Z$$::timestamptz, $$2022-02-01 00:00Z$$, $$7777.5 seconds$$) AS t GROUP BY kind');

CREATE TABLE expected AS SELECT name, answer(theirs) AS answer FROM asked;

-- Every answer, of the aggregate itself and of what is made of it

\set group 'SELECT kind, clearance(opened, cleared) AS c FROM big GROUP BY kind'
CREATE FUNCTION asked_of(source text) RETURNS TABLE (name text, answer text) LANGUAGE plpgsql AS $$
BEGIN
	FOR name, answer IN SELECT asked.name, ours FROM asked ORDER BY asked.name LOOP
		answer := answer(format('WITH source AS NOT MATERIALIZED (%s) %s', source, answer));
		RETURN NEXT;
	END LOOP;
END $$;

SET LOCAL max_parallel_workers_per_gather = 0;
CREATE TABLE stored (kind text, c clearance);
ALTER TABLE stored ALTER c SET STORAGE external;
INSERT INTO stored :group;
SELECT is(o.answer, e.answer, name || ' of the aggregate') FROM asked_of(:'group') AS o JOIN expected AS e USING (name);
SELECT is(o.answer, e.answer, name || ' of the stored') FROM asked_of('TABLE stored') AS o JOIN expected AS e USING (name);
SELECT is(o.answer, e.answer, name || ' of a rollup of small ones') FROM asked_of('SELECT kind, rollup(c) AS c FROM (SELECT kind, clearance(opened, cleared) AS c FROM big GROUP BY kind, n % 40) AS parts GROUP BY kind') AS o JOIN expected AS e USING (name);
SELECT is(o.answer, e.answer, name || ' of a rollup of large ones') FROM asked_of('SELECT kind, rollup(c) AS c FROM (SELECT kind, clearance(opened, cleared) AS c FROM big GROUP BY kind, n % 2 OFFSET 0) AS parts GROUP BY kind') AS o JOIN expected AS e USING (name);

SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 2;
SELECT matches(plan_of(:'group'), 'Finalize .*Gather.*Partial ', 'a parallel plan');
SELECT ok(launched(:'group'), 'and workers');
SELECT is(o.answer, e.answer, name || ' in parallel') FROM asked_of(:'group') AS o JOIN expected AS e USING (name);
CREATE TABLE of_workers AS :group;
CREATE TABLE rolled AS SELECT kind, rollup(c) AS c FROM (SELECT kind, clearance(opened, cleared) AS c FROM big GROUP BY kind, n % 3) AS parts GROUP BY kind;
SET LOCAL max_parallel_workers_per_gather = 0;
CREATE TABLE alone AS :group;

-- One value, byte for byte, wherever it went

CREATE TABLE copies (how text, kind text, c clearance);
ALTER TABLE copies ALTER c SET STORAGE external;
SELECT is((SELECT array_agg(pg_column_size(c) ORDER BY kind) FROM of_workers WHERE c IN (SELECT c FROM stored)), array_agg(pg_column_size(c) ORDER BY kind), 'in parallel: the same bytes') FROM alone;
SELECT is((SELECT array_agg(pg_column_size(c) ORDER BY kind) FROM rolled WHERE c IN (SELECT c FROM stored)), array_agg(pg_column_size(c) ORDER BY kind), 'rolled up in parallel: the same bytes') FROM alone;
INSERT INTO copies SELECT 'aggregate into a table', s.* FROM (:group) AS s;
INSERT INTO copies SELECT 'merge', kind, merge(a, b) FROM (SELECT kind, clearance(opened, cleared) FILTER (WHERE n % 2 = 0) AS a, clearance(opened, cleared) FILTER (WHERE n % 2 = 1) AS b FROM big GROUP BY kind) AS halves;
INSERT INTO copies SELECT 'unmerge', kind, unmerge(clearance(opened, cleared), clearance(opened, cleared) FILTER (WHERE n % 2 = 0)) FROM big GROUP BY kind;
INSERT INTO copies SELECT 'odd', kind, clearance(opened, cleared) FILTER (WHERE n % 2 = 1) FROM big GROUP BY kind;
INSERT INTO copies SELECT 'text', kind, clearance(opened, cleared)::text::clearance FROM big GROUP BY kind;
INSERT INTO copies SELECT 'text in parallel', kind, c::text::clearance FROM of_workers;
INSERT INTO copies SELECT 'array', kind, (array_agg(c))[1] FROM (:group) AS s GROUP BY kind;
INSERT INTO copies SELECT 'sort', * FROM (:group ORDER BY 2) AS s;
INSERT INTO copies SELECT 'by hand', kind, clearance_final(clearance(opened, cleared)) FROM big GROUP BY kind;
INSERT INTO copies SELECT 'with two finals', kind, coalesce(c, '{}') FROM (SELECT kind, clearance(opened, cleared) AS c, peak_open(clearance(opened, cleared)) FROM big GROUP BY kind) AS s WHERE peak_open > 0;
DO $$
DECLARE
	one record;
	value clearance;
	again clearance;
BEGIN
	FOR one IN SELECT kind FROM kinds LOOP
		SELECT clearance(opened, cleared) INTO value FROM big WHERE kind = one.kind;
		again := (SELECT clearance(opened, cleared) FROM big WHERE kind = one.kind);
		IF peak_open(value) <> peak_open(again) OR open_periods(again) <> open_periods(value) THEN
			RAISE 'variables of % differ', one.kind;
		END IF;
		INSERT INTO copies VALUES ('variable', one.kind, value), ('another variable', one.kind, again);
	END LOOP;
END $$;
SELECT is(count(*) FILTER (WHERE copies.c = stored.c AND md5(clearance_send(copies.c)) = md5(clearance_send(stored.c)) AND pg_column_size(copies.c) = pg_column_size(stored.c)),
	(SELECT count(*) FROM kinds), how || ': the same bytes')
FROM copies JOIN stored USING (kind) WHERE how NOT IN ('odd', 'unmerge') GROUP BY how ORDER BY how;
SELECT is(count(*), (SELECT count(*) FROM kinds), 'as packed as what was read') FROM stored WHERE pg_column_size(c) = (SELECT pg_column_size(c) FROM copies WHERE kind = stored.kind AND how = 'text');
SELECT is(count(*), (SELECT count(*) FROM kinds), 'unmerge leaves the rest') FROM copies AS a JOIN copies AS b USING (kind) WHERE a.how = 'odd' AND b.how = 'unmerge' AND a.c = b.c;
SELECT is((SELECT count(*) FROM (:group) AS s JOIN stored USING (c)), (SELECT count(*) FROM kinds), 'hashed and compared');
SELECT is((SELECT count(*) FROM (:group UNION TABLE stored) AS s), (SELECT count(*) FROM kinds), 'a set');
SELECT is(fresh('clearance(timestamptz,timestamptz)', opened, cleared)::clearance, (SELECT c FROM stored WHERE kind = 'disjoint'), 'fresh transitions') FROM big WHERE kind = 'disjoint';

-- An answer leaves the state as it was, for other aggregates and later rows

SELECT is(count(*), 0::bigint, 'growing window frames')
FROM (SELECT DISTINCT n / 1000 AS part, clearance(opened, cleared) OVER w AS c, peak_open(clearance(opened, cleared) OVER w) AS peak, open_count(clearance(opened, cleared) OVER w, '2022-01-01 01:00Z') AS open
	FROM big WHERE kind = 'nested' WINDOW w AS (ORDER BY n / 1000)) AS w,
	LATERAL (SELECT clearance(opened, cleared) AS d FROM big WHERE kind = 'nested' AND n / 1000 <= part) AS d
WHERE c <> d OR peak <> peak_open(d) OR open <> open_count(d, '2022-01-01 01:00Z');
SELECT is(count(*), 0::bigint, 'moving window frames')
FROM (SELECT DISTINCT n / 1000 AS part, clearance(opened, cleared) OVER (ORDER BY n / 1000 GROUPS BETWEEN 4 PRECEDING AND CURRENT ROW) AS c FROM big WHERE kind = 'disjoint') AS w
WHERE c <> (SELECT clearance(opened, cleared) FROM big WHERE kind = 'disjoint' AND n / 1000 BETWEEN part - 4 AND part);
SELECT set_eq('SELECT kind, clearance(opened, cleared) FROM big GROUP BY GROUPING SETS ((kind), (n % 2, kind)) HAVING grouping(n % 2) = 1', 'TABLE stored', 'grouping sets');

SELECT * FROM finish();
ROLLBACK;
