-- Every aggregate, and some accessors, text forms and operators: compiled by JIT, with the answers of the interpreter
BEGIN;
SELECT plan(2);
\ir ../helper/plan.sql
\ir ../helper/calls.sql

SELECT pg_jit_available() AS jit \gset
\if :jit
SET LOCAL jit_above_cost = 0;
SET LOCAL jit_inline_above_cost = 0;
SET LOCAL jit_optimize_above_cost = 0;

-- pairs of zones in turn, as each is kept until the next comes
CREATE TABLE asked AS
SELECT format('SELECT region, %s FROM complaint GROUP BY region', call) AS query FROM call
UNION ALL SELECT format('SELECT %s FROM complaint WHERE part = 0', answers) FROM unnest(ARRAY[
	'percent(r), ratio(r), hits(r), r::text::rate, r < rate(1, 2), r = rate(1, 2)',
	'volume(t), volume(t, period(''month'', day)), rate(t), first_day(t), t::text::trend',
	'open_count(c, moment), is_clear(c, moment), c::text::clearance',
	'total(k), frequency(k, key), hhi(k), k::text::tally',
	'volume_trend(s), escalations(s), s::text::scorecard',
	'mediated(outcome), label(outcome), outcome::text::mediation_outcome, satisfied(answer), stars(answer)']) AS answers
UNION ALL SELECT format('SELECT trend(moment, hit, %L), trend(moment, hit, %L) FROM complaint', one, other)
FROM (VALUES ('Asia/Shanghai', 'America/New_York'), ('UTC', 'Asia/Shanghai')) AS zones(one, other);

SET LOCAL jit = off;
CREATE TABLE interpreted AS SELECT query, answer(query) FROM asked;
SET LOCAL jit = on;
CREATE TABLE compiled AS SELECT query, answer(query) FROM asked;
-- Without optimizing, PostgreSQL inlines our functions where it finds bitcode of them.
SET LOCAL jit_optimize_above_cost = -1;
INSERT INTO compiled SELECT query, answer(query) FROM asked;
SELECT is(array_agg(query), NULL, 'answers of the compiled queries')
FROM interpreted JOIN compiled USING (query) WHERE interpreted.answer IS DISTINCT FROM compiled.answer;
SELECT matches(plan_of('SELECT rate(hit) FROM complaint', 'ANALYZE, TIMING OFF'), 'Inlining true', 'which JIT compiled');
\else
SELECT skip('no JIT provider is installed', 2);
\endif

SELECT * FROM finish();
ROLLBACK;
