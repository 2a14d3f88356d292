-- The catalog against DESIGN's list of names, and the rules that every object follows
BEGIN;
SELECT plan(13);

CREATE TABLE promised (object text PRIMARY KEY);
INSERT INTO promised SELECT trim(line) FROM regexp_split_to_table($$
	rate(hits bigint, total bigint) → rate
	hits(rate) → bigint
	total(rate) → bigint
	ratio(rate) → double precision
	percent(rate, digits integer DEFAULT 2) → numeric
	confidence_interval(rate, level double precision DEFAULT 0.95) → numrange
	merge(whole rate, part rate) → rate
	unmerge(whole rate, part rate) → rate
	p_value(rate, rate) → double precision
	funnel_limits(total bigint, target rate, level double precision DEFAULT 0.95) → numrange
	rate(hit boolean) → rate
	rollup(rate) → rate
	mediated(mediation_outcome, basis text DEFAULT 'decided'::text) → boolean
	satisfied(satisfaction) → boolean
	stars(satisfaction) → integer
	label(mediation_outcome, lang text DEFAULT 'zh'::text) → text
	label(satisfaction, lang text DEFAULT 'zh'::text) → text
	mediation_success_rate(mediation_outcome) → rate
	mediation_success_rate(mediation_outcome, basis text) → rate
	settlement_rate(mediation_outcome) → rate
	satisfaction_rate(satisfaction) → rate
	trend(at date) → trend
	trend(at timestamp without time zone) → trend
	trend(at timestamp with time zone) → trend
	trend(at date, hit boolean) → trend
	trend(at timestamp without time zone, hit boolean) → trend
	trend(at timestamp with time zone, hit boolean) → trend
	trend(at timestamp with time zone, hit boolean, zone text) → trend
	rollup(trend) → trend
	merge(whole trend, part trend) → trend
	unmerge(whole trend, part trend) → trend
	period(unit text, at date) → daterange
	volume(trend) → bigint
	volume(trend, period daterange) → bigint
	rate(trend) → rate
	rate(trend, period daterange) → rate
	first_day(trend) → date
	last_day(trend) → date
	delta(trend, current daterange, baseline daterange) → delta
	yoy(trend, period daterange) → delta
	pop(trend, period daterange) → delta
	series(trend, unit text) → TABLE(period daterange, volume bigint, rate rate, pop delta, yoy delta)
	alerts(trend, method text DEFAULT 'ears_c2'::text, unit text DEFAULT 'day'::text, baseline integer DEFAULT 7, alpha double precision DEFAULT NULL::double precision, min_deviation double precision DEFAULT 0) → TABLE(day date, observed bigint, expected double precision, threshold double precision, alarm boolean)
	sparkline(trend, unit text DEFAULT 'month'::text) → text
	delta(current bigint, baseline bigint) → delta
	delta(current rate, baseline rate) → delta
	change(delta) → bigint
	growth(delta, digits integer DEFAULT 2) → numeric
	times(delta, digits integer DEFAULT 2) → numeric
	doublings(delta) → double precision
	points(delta, digits integer DEFAULT 2) → numeric
	p_value(delta) → double precision
	describe(delta, lang text DEFAULT 'zh'::text) → text
	clearance(opened timestamp with time zone, cleared timestamp with time zone) → clearance
	rollup(clearance) → clearance
	merge(whole clearance, part clearance) → clearance
	unmerge(whole clearance, part clearance) → clearance
	opened_count(c clearance, at timestamp with time zone DEFAULT now()) → bigint
	cleared_count(c clearance, at timestamp with time zone DEFAULT now()) → bigint
	open_count(c clearance, at timestamp with time zone DEFAULT now()) → bigint
	is_clear(c clearance, at timestamp with time zone DEFAULT now()) → boolean
	clear_since(c clearance, at timestamp with time zone DEFAULT now()) → timestamp with time zone
	peak_open(c clearance, within tstzrange DEFAULT '(,)'::tstzrange) → bigint
	open_periods(c clearance) → tstzmultirange
	open_time(c clearance, within tstzrange) → interval
	overdue_count(c clearance, allowed interval, at timestamp with time zone DEFAULT now()) → bigint
	on_time_rate(c clearance, allowed interval, at timestamp with time zone DEFAULT now()) → rate
	time_to_clear(c clearance, fraction double precision DEFAULT 0.5, at timestamp with time zone DEFAULT now()) → interval
	zero_check_rate(c clearance, "from" timestamp with time zone, until timestamp with time zone, step interval) → rate
	tally(key text) → tally
	tally(key text, capacity integer) → tally
	rollup(tally) → tally
	merge(whole tally, part tally) → tally
	unmerge(whole tally, part tally) → tally
	total(tally) → bigint
	distinct_keys(tally) → bigint
	frequency(t tally, key text) → bigint
	max_error(tally) → bigint
	is_exact(tally) → boolean
	top(t tally, k integer) → TABLE(rank integer, key text, count bigint, share rate)
	at_least(t tally, n bigint) → TABLE(rank integer, key text, count bigint, share rate)
	share(t tally, k integer) → rate
	hhi(tally) → double precision
	scorecard(received timestamp with time zone, concluded timestamp with time zone, mediated boolean, satisfied boolean, escalated timestamp with time zone, cleared timestamp with time zone) → scorecard
	scorecard(received timestamp with time zone, concluded timestamp with time zone, mediated boolean, satisfied boolean, escalated timestamp with time zone, cleared timestamp with time zone, zone text) → scorecard
	rollup(scorecard) → scorecard
	merge(whole scorecard, part scorecard) → scorecard
	unmerge(whole scorecard, part scorecard) → scorecard
	volume_trend(s scorecard) → trend
	mediation_trend(s scorecard) → trend
	satisfaction_trend(s scorecard) → trend
	escalations(s scorecard) → clearance
	verdict(s scorecard, period daterange, baseline daterange DEFAULT NULL::daterange, zone text DEFAULT NULL::text) → verdict
	is_working_day(date) → boolean
	working_days("from" date, until date) → integer
	add_working_days(date, integer) → date
	due_date(stage text, since date) → date
	table working_day_exception (day date, is_working boolean, name text)
	table statutory_deadline (stage text, in_force daterange, days integer, working boolean, counted_from text, basis text)
	assess(value numeric, target numeric, floor numeric, points numeric) → numeric
	verify(reported rate, computed rate, OUT matches boolean, OUT hits_off bigint, OUT total_off bigint, OUT points_off numeric) → record
	load_holiday_notice(notice text) → SETOF working_day_exception
	type rate (16 bytes)
	type mediation_outcome (1 byte, by value)
	type satisfaction (1 byte, by value)
	type trend
	type clearance
	type scorecard
	type tally
	type delta (volume bigint, baseline_volume bigint, rate rate, baseline_rate rate)
	type verdict (volume delta, mediation delta, satisfaction delta, open_escalations bigint, volume_down boolean, mediation_up boolean, satisfaction_up boolean, escalations_clear boolean, goals_met integer)
	cast rate → double precision (explicit)
	cast rate → numeric (explicit)
	cast rate → jsonb (explicit)
	cast text → mediation_outcome
	cast text → satisfaction
	create_rollup(name text, query text, with_data boolean DEFAULT true, auto_fold boolean DEFAULT true) → regclass
	fold_rollup(name text) → void
	fold_rollup(name text, auto_fold boolean) → void
	rebuild_rollup(name text) → void
	verify_rollup(name text, OUT "group" jsonb, OUT kept jsonb, OUT computed jsonb) → SETOF record
	drop_rollup(name text) → void
$$, '\n') AS line WHERE trim(line) <> '';
UPDATE promised SET object = trim(E' \t' FROM object);

CREATE VIEW member AS
SELECT classid, objid FROM pg_depend JOIN pg_extension AS e ON refobjid = e.oid
WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e' AND extname = 'complaint_metrics';

CREATE VIEW own_function AS
SELECT p.*, format('%s(%s) → %s', proname, pg_get_function_arguments(p.oid), pg_get_function_result(p.oid)) AS object,
	proname ~ '_(in|out|recv|send|lt|le|eq|ne|ge|gt|cmp|hash|hash_extended|accum|accum_inv|final|jsonb|numeric)$' AS internal
FROM pg_proc AS p JOIN member ON classid = 'pg_proc'::regclass AND objid = p.oid;

-- without the row types of tables, which newer servers make members too
CREATE VIEW own_type AS
SELECT t.* FROM pg_type AS t JOIN member ON classid = 'pg_type'::regclass AND objid = t.oid
WHERE typcategory <> 'A' AND (typrelid = 0 OR EXISTS (SELECT FROM pg_class AS c WHERE c.oid = typrelid AND relkind = 'c'));

CREATE VIEW present AS
SELECT object FROM own_function
UNION ALL
SELECT 'type ' || typname || CASE
	WHEN typrelid <> 0 THEN (SELECT ' (' || string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' ORDER BY attnum) || ')' FROM pg_attribute WHERE attrelid = typrelid)
	WHEN typlen = 16 THEN ' (16 bytes)'
	WHEN typlen = 1 AND typbyval THEN ' (1 byte, by value)'
	ELSE '' END
FROM own_type
UNION ALL
SELECT format('table %s (%s)', relname, (SELECT string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0))
FROM pg_class AS c JOIN member ON classid = 'pg_class'::regclass AND objid = c.oid WHERE relkind = 'r'
UNION ALL
SELECT format('cast %s → %s%s', format_type(castsource, NULL), format_type(casttarget, NULL), CASE WHEN castcontext = 'e' AND castsource = 'rate'::regtype THEN ' (explicit)' END)
FROM pg_cast AS c JOIN member ON classid = 'pg_cast'::regclass AND objid = c.oid;

SELECT is_empty('SELECT object FROM promised EXCEPT SELECT object FROM present', 'nothing that DESIGN lists is missing');

-- what a user sees, in words

SELECT is_empty($$ SELECT object FROM own_function WHERE obj_description(oid, 'pg_proc') IS NULL $$, 'a comment on every function and aggregate');
SELECT is_empty($$ SELECT typname FROM own_type WHERE obj_description(oid, 'pg_type') IS NULL $$, 'a comment on every type');

-- labels

SELECT is_empty($$ SELECT object FROM own_function WHERE proparallel <> 's' AND prorettype <> ALL ('{trigger,event_trigger}'::regtype[]) AND object !~ '^load_|_rollup\(|^rollup_waiting' $$, 'all that does not write, or read a rollup as its owner, is parallel safe');
SELECT is_empty($$ SELECT object FROM own_function WHERE provolatile = 'v' AND prorettype <> ALL ('{trigger,event_trigger}'::regtype[]) AND object !~ '^load_|_rollup\(' $$, 'nor is it volatile');
SELECT is_empty($$ SELECT object FROM own_function
	WHERE prokind = 'f' AND provolatile = 'i' AND object ~ '_accum\(.*timestamp with time zone' AND object !~ 'zone text|clearance' $$,
	'what takes its days from the session''s time zone is not immutable');
SELECT is_empty($$ SELECT object FROM own_function WHERE prolang = (SELECT oid FROM pg_language WHERE lanname = 'sql') AND prosqlbody IS NULL $$,
	'no function in SQL looks names up when it runs');

-- aggregates: one public type is the whole state

SELECT is_empty($$ SELECT a.aggfnoid FROM pg_aggregate AS a JOIN own_function AS f ON a.aggfnoid = f.oid
	WHERE aggtranstype <> prorettype OR aggcombinefn = 0 OR agginitval IS NULL OR aggserialfn <> 0 $$, 'every state is the type returned, combines and begins empty');
SELECT is_empty($$ SELECT a.aggfnoid FROM pg_aggregate AS a JOIN own_function AS f ON a.aggfnoid = f.oid WHERE aggfinalmodify <> 'r' OR aggmfinalmodify <> 'r' $$,
	'no final function changes the state');

-- BI tools group, order and send every column that they see

SELECT is_empty($$ SELECT typname, am.amname FROM own_type AS t, pg_am AS am WHERE am.amname IN ('btree', 'hash') AND typtype = 'b'
	AND NOT EXISTS (SELECT FROM pg_opclass WHERE opcintype = t.oid AND opcmethod = am.oid AND opcdefault) $$, 'a btree and a hash class for every type');
SELECT is_empty($$ SELECT DISTINCT typname FROM own_type WHERE typtype = 'b' AND (typsend = 0 OR typreceive = 0) $$, 'a binary form of every type');
SELECT lives_ok($$ SELECT DISTINCT d FROM (VALUES (delta(1, 2)), (delta('1/2'::rate, '1/3'))) AS v (d) ORDER BY d $$, 'composites group and sort');
SELECT is_empty($$ SELECT oprname FROM pg_operator AS o JOIN member ON classid = 'pg_operator'::regclass AND objid = o.oid
	WHERE oprname NOT IN ('<', '<=', '=', '<>', '>=', '>') $$, 'no arithmetic on rates');

SELECT * FROM finish();
ROLLBACK;
