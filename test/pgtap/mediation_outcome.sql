-- mediation_outcome and the two rates made of it, against counting by hand
BEGIN;
SELECT plan(68);
\ir ../helper/helper.sql
\ir ../helper/plan.sql

-- What each outcome is to each denominator: a hit, counted, or left out
CREATE TABLE meaning (word text PRIMARY KEY, label text, decided boolean, accepted boolean, closed boolean, settled boolean);
INSERT INTO meaning VALUES
	('mediated', '调解成功', true, true, true, NULL),
	('failed', '调解失败', false, false, false, NULL),
	('settled', '和解成功', NULL, false, false, true),
	('unsettled', '和解失败', NULL, false, false, false),
	('withdrawn', '撤回投诉', NULL, false, false, NULL),
	('rejected', '不予受理', NULL, NULL, false, NULL),
	('transferred', '移送', NULL, false, false, NULL),
	('pending', '办理中', NULL, NULL, NULL, NULL);

-- the functions

SELECT results_eq(
	'SELECT word, mediated(word::mediation_outcome, ''decided''), mediated(word::mediation_outcome, ''accepted''), mediated(word::mediation_outcome, ''closed'') FROM meaning',
	'SELECT word, decided, accepted, closed FROM meaning', 'mediated by each basis');
SELECT results_eq('SELECT mediated(word::mediation_outcome) FROM meaning', 'SELECT decided FROM meaning', 'decided is the default');
CREATE TABLE named_basis AS SELECT unnest('{decided,accepted,closed}'::text[]) AS basis;
SELECT is((SELECT string_agg(basis || ' ' || mediation, ', ' ORDER BY basis DESC) FROM (SELECT basis, rate(mediated(o, basis)) AS mediation
	FROM named_basis, unnest('{mediated,mediated,failed,settled,rejected,pending}'::mediation_outcome[]) AS o GROUP BY basis) AS r),
	'decided 2/3, closed 2/5, accepted 2/4', 'a basis out of a table');
SELECT throws_ok($$ SELECT mediated('mediated', 'dedided') $$, '22023', 'unknown basis: "dedided"');
SELECT is(mediated(NULL), NULL, 'mediated of NULL');
SELECT is_empty('SELECT mediated(outcome, ''dedided'') FROM (SELECT word::mediation_outcome AS outcome FROM meaning WHERE false) AS none', 'an unknown basis is no error where no row is');
PREPARE by_basis(text) AS SELECT string_agg(coalesce(mediated(word::mediation_outcome, $1)::text, '-'), ' ' ORDER BY word) FROM meaning;
SET plan_cache_mode = force_custom_plan;
CREATE TABLE as_constant AS EXECUTE by_basis('decided');
SET plan_cache_mode = force_generic_plan;
CREATE TABLE as_parameter AS EXECUTE by_basis('decided');
RESET plan_cache_mode;
SELECT results_eq('TABLE as_constant UNION ALL TABLE as_parameter UNION ALL SELECT string_agg(coalesce(mediated_decided(word::mediation_outcome)::text, ''-''), '' '' ORDER BY word) FROM meaning',
	array_fill('false true - - - - - -'::text, '{3}'), 'the same as a constant, as a parameter, and as the planner calls it');
CREATE ROLE mediated_caller;
GRANT SELECT ON meaning TO mediated_caller;
REVOKE EXECUTE ON FUNCTION mediated_decided FROM PUBLIC;
SET LOCAL ROLE mediated_caller;
SELECT is((SELECT count(mediated(word::mediation_outcome, 'decided')) FROM meaning), 2::bigint, 'who may not call what the planner puts there');
RESET ROLE;
GRANT EXECUTE ON FUNCTION mediated_decided TO PUBLIC;
REVOKE EXECUTE ON FUNCTION mediated(mediation_outcome, text) FROM PUBLIC;
SET LOCAL ROLE mediated_caller;
SELECT throws_ok('SELECT mediated(word::mediation_outcome, ''decided'') FROM meaning', '42501', NULL, 'gets no right by it either');
RESET ROLE;
GRANT EXECUTE ON FUNCTION mediated(mediation_outcome, text) TO PUBLIC;
SELECT is(mediated('mediated', NULL), NULL, 'mediated on a NULL basis');
SELECT throws_ok($$ SELECT mediated('mediated', 'all') $$, '22023', 'unknown basis: "all"');

SELECT results_eq('SELECT label(word::mediation_outcome) FROM meaning', 'SELECT label FROM meaning', 'Chinese labels');
SELECT results_eq('SELECT label(word::mediation_outcome, ''en'') FROM meaning', 'SELECT word FROM meaning', 'English labels');
SELECT is((SELECT count(*) FROM meaning WHERE label::mediation_outcome <> word::mediation_outcome), 0::bigint, 'labels are read back');
SELECT throws_ok($$ SELECT label('mediated'::mediation_outcome, 'de') $$, '22023', 'unknown language: "de"');

-- the type

SELECT results_eq('SELECT typlen, typbyval, typalign::text FROM pg_type WHERE typname = ''mediation_outcome''',
	'VALUES (1::smallint, true, ''c'')', 'one byte by value');
SELECT throws_ok($$ SELECT '调好了'::mediation_outcome $$, '22P02', 'invalid input syntax for type mediation_outcome: "调好了"');
SELECT throws_ok($$ SELECT repeat('调', 100000)::mediation_outcome $$, '22P02', NULL, 'a long word');
SELECT results_eq('SELECT word::mediation_outcome::text FROM meaning', 'SELECT word FROM meaning', 'to text and back');

SELECT results_eq('SELECT word FROM meaning ORDER BY word::mediation_outcome',
	'VALUES (''mediated''), (''failed''), (''settled''), (''unsettled''), (''withdrawn''), (''rejected''), (''transferred''), (''pending'')', 'order');
SELECT is(count(*), 0::bigint, 'operators agree with the order')
FROM (SELECT word::mediation_outcome AS o, row_number() OVER (ORDER BY word::mediation_outcome) AS n FROM meaning) AS a (a, n),
	(SELECT word::mediation_outcome AS o, row_number() OVER (ORDER BY word::mediation_outcome) AS n FROM meaning) AS b (b, m)
WHERE ((a < b), (a <= b), (a = b), (a <> b), (a >= b), (a > b), mediation_outcome_cmp(a, b))
	IS DISTINCT FROM ((n < m), (n <= m), (n = m), (n <> m), (n >= m), (n > m), (n - m)::int);

CREATE FUNCTION as_column(type text, INOUT words text[]) LANGUAGE plpgsql AS $$
BEGIN
	CREATE TABLE of_words AS SELECT word FROM unnest(words) AS word;
	EXECUTE format('ALTER TABLE of_words ALTER word TYPE %s', type);
	ALTER TABLE of_words ALTER word TYPE mediation_outcome;
	SELECT array_agg(word::text) INTO words FROM of_words;
	DROP TABLE of_words;
END $$;
SELECT is(as_column('text', '{调解成功,Settled,NULL}'), '{mediated,settled,NULL}', 'a text column turned into one of outcomes');
SELECT is(as_column('varchar(9)', '{调解成功,Settled}'), '{mediated,settled}', 'a varchar column too');

-- binary form

SELECT is(mediation_outcome_send('withdrawn'), 'withdrawn', 'sent as its word');
SELECT is((SELECT count(*) FROM meaning WHERE recv_bytes('mediation_outcome', mediation_outcome_send(word::mediation_outcome)) <> word),
	0::bigint, 'read back');
SELECT is(recv_bytes('mediation_outcome', convert_to('　和解 ', 'UTF8')), 'settled', 'all words are received');
PREPARE received AS SELECT recv_bytes('mediation_outcome', $1);
SELECT throws_ok(format('EXECUTE received(%L)', bytes), '22P03', 'invalid binary representation of type mediation_outcome', 'received: ' || bytes::text)
FROM (VALUES (''::bytea), ('\x07'), ('mediate'), ('mediatedd'), ('\xe8b083')) AS bad (bytes);
SELECT throws_ok(format('EXECUTE received(%L)', bytes), '22021', NULL, 'received: ' || bytes::text)
FROM (VALUES ('\x00'::bytea), ('mediated\000'), ('\xe8b0'), ('\xff')) AS bad (bytes);

CREATE TABLE stored AS SELECT word::mediation_outcome AS outcome FROM meaning CROSS JOIN generate_series(1, 3) UNION ALL SELECT NULL;
CREATE TABLE copied (outcome mediation_outcome);
SELECT current_setting('data_directory') || '/mediation_outcome' AS file \gset
COPY stored TO :'file' (FORMAT binary);
COPY copied FROM :'file' (FORMAT binary);
SELECT bag_eq('TABLE copied', 'TABLE stored', 'COPY in binary');
TRUNCATE copied;
COPY stored TO :'file';
COPY copied FROM :'file';
SELECT bag_eq('TABLE copied', 'TABLE stored', 'COPY in text');
\setenv FILE :file
\! rm "$FILE"

-- the aggregates: 1,500 groups of random rows, some empty, some all NULL

SELECT setseed(0.3);
CREATE TABLE complaint AS
SELECT n, (random() * 1500)::int AS region, (random() * 3)::int AS quarter,
	(SELECT word FROM meaning WHERE n > 0 ORDER BY random() LIMIT 1) AS word
FROM generate_series(1, 12000) AS n;
UPDATE complaint SET word = NULL WHERE n % 7 = 0 OR region % 10 = 0;
ALTER TABLE complaint ADD outcome mediation_outcome;
UPDATE complaint SET outcome = word::mediation_outcome;
ANALYZE complaint;

-- The four rates of all bases as a row, fast; and slow, by counting. The rows come from what stands at %s.
CREATE FUNCTION pg_temp.fast(rest text) RETURNS text LANGUAGE sql AS $$
	SELECT format('SELECT mediation_success_rate(outcome)%1$s, mediation_success_rate(outcome, ''decided'')%1$s,
		mediation_success_rate(outcome, ''accepted'')%1$s, mediation_success_rate(outcome, ''closed'')%1$s, settlement_rate(outcome)%1$s', rest) $$;
CREATE FUNCTION pg_temp.slow(rest text) RETURNS text LANGUAGE sql AS $$
	SELECT 'SELECT ' || string_agg(format('rate(count(*) FILTER (WHERE %1$s)%2$s, count(%1$s)%2$s)', basis, rest), ', ')
	FROM unnest('{decided,decided,accepted,closed,settled}'::text[]) AS basis $$;
CREATE VIEW meant AS SELECT * FROM complaint LEFT JOIN meaning USING (word);

SELECT results_eq(pg_temp.fast('') || ' FROM complaint', pg_temp.slow('') || ' FROM meant', 'all rows');
SELECT results_eq(pg_temp.fast('') || ' FROM complaint GROUP BY region ORDER BY region',
	pg_temp.slow('') || ' FROM meant GROUP BY region ORDER BY region', 'grouped');
SELECT ok(count(DISTINCT region) >= 1000, 'over a thousand groups') FROM complaint;
SELECT results_eq(pg_temp.fast('') || ' FROM complaint GROUP BY CUBE (quarter, region % 5) ORDER BY quarter, region % 5',
	pg_temp.slow('') || ' FROM meant GROUP BY CUBE (quarter, region % 5) ORDER BY quarter, region % 5', 'grouping sets');
SELECT results_eq($$
	SELECT mediation_success_rate(outcome) FILTER (WHERE quarter = 1), mediation_success_rate(DISTINCT outcome, 'closed'),
		settlement_rate(DISTINCT outcome), settlement_rate(outcome) FILTER (WHERE quarter = 2)
	FROM complaint WHERE region > 0 GROUP BY region ORDER BY region $$, $$
	SELECT rate(count(*) FILTER (WHERE quarter = 1 AND decided), count(decided) FILTER (WHERE quarter = 1)),
		rate(count(DISTINCT word) FILTER (WHERE closed), count(DISTINCT word) FILTER (WHERE closed IS NOT NULL)),
		rate(count(DISTINCT word) FILTER (WHERE settled), count(DISTINCT word) FILTER (WHERE settled IS NOT NULL)),
		rate(count(*) FILTER (WHERE quarter = 2 AND settled), count(settled) FILTER (WHERE quarter = 2))
	FROM meant WHERE region > 0 GROUP BY region ORDER BY region $$, 'FILTER and DISTINCT');

SELECT results_eq(format('SELECT n, moving.* FROM (%s, n FROM complaint WINDOW w AS (PARTITION BY region ORDER BY n %s)) AS moving ORDER BY n', pg_temp.fast(' OVER w'), frame),
	format('SELECT n, moving.* FROM (%s, n FROM meant WINDOW w AS (PARTITION BY region ORDER BY n %s)) AS moving ORDER BY n', pg_temp.slow(' OVER w'), frame), 'window: ' || frame)
FROM unnest('{ROWS BETWEEN 3 PRECEDING AND 1 FOLLOWING,ROWS BETWEEN 5 PRECEDING AND 2 PRECEDING,RANGE BETWEEN 900 PRECEDING AND CURRENT ROW,
	ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW,ROWS BETWEEN 2 PRECEDING AND 2 FOLLOWING EXCLUDE CURRENT ROW}'::text[]) AS frame;

SELECT is(mediation_accum_inv('1/2', 'mediated'), '0/1', 'a hit taken back');
SELECT is(mediation_accum_inv('1/2', 'pending', 'closed'), '1/2', 'nothing taken back');
SELECT throws_ok($$ SELECT settlement_accum_inv('0/1', 'settled') $$, '22003', 'rate out of range');
SELECT throws_ok($$ SELECT settlement_accum('9223372036854775807/9223372036854775807', 'unsettled') $$, '22003', 'rate out of range');
SELECT is(mediation_accum(NULL, 'mediated', 'closed'), NULL, 'no state, no rate');

SELECT results_eq(pg_temp.fast('') || ' FROM complaint WHERE false', 'VALUES (rate ''0/0'', rate ''0/0'', rate ''0/0'', rate ''0/0'', rate ''0/0'')', 'no rows');
SELECT results_eq(pg_temp.fast('') || ' FROM complaint WHERE outcome IS NULL', 'VALUES (rate ''0/0'', rate ''0/0'', rate ''0/0'', rate ''0/0'', rate ''0/0'')', 'only NULLs');
SELECT throws_ok('SELECT mediation_success_rate(outcome, NULL) FROM complaint', '22004', 'basis is null', 'a NULL basis counts nothing silently');
SELECT throws_ok('SELECT mediation_success_rate(outcome, ''all'') FROM complaint WHERE outcome IS NULL', '22023', 'unknown basis: "all"');
SELECT results_eq('SELECT basis, mediation_success_rate(outcome, basis) FROM complaint, unnest(''{decided,closed}''::text[]) AS basis GROUP BY basis ORDER BY basis DESC',
	'SELECT ''decided'', mediation_success_rate(outcome) FROM complaint UNION ALL SELECT ''closed'', mediation_success_rate(outcome, ''closed'') FROM complaint', 'a basis for each row');

SELECT results_eq($$ SELECT fresh('mediation_success_rate(mediation_outcome)', outcome)::rate, fresh('mediation_success_rate(mediation_outcome,text)', outcome, 'closed'::text)::rate,
		fresh('settlement_rate(mediation_outcome)', outcome)::rate FROM complaint GROUP BY quarter ORDER BY quarter $$,
	$$ SELECT mediation_success_rate(outcome), mediation_success_rate(outcome, 'closed'), settlement_rate(outcome) FROM complaint GROUP BY quarter ORDER BY quarter $$, 'a fresh FmgrInfo for each row');
SELECT results_eq($$ SELECT fresh_combine('settlement_rate(mediation_outcome)', part::text)::rate FROM (SELECT settlement_rate(outcome) AS part FROM complaint GROUP BY quarter) AS parts $$,
	'SELECT settlement_rate(outcome) FROM complaint', 'partial states combined from their text');

SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL parallel_leader_participation = off;
SELECT ok(launched(pg_temp.fast('') || ' FROM complaint'), 'a parallel plan');
SELECT is(answer(pg_temp.fast('') || ' FROM complaint'), answer(pg_temp.slow('') || ' FROM meant'), 'in parallel');
SELECT is(answer(pg_temp.fast('') || ' FROM complaint GROUP BY quarter'), answer(pg_temp.slow('') || ' FROM meant GROUP BY quarter'), 'in parallel, grouped');

CREATE INDEX ON complaint (outcome);
SET LOCAL enable_seqscan = off;
SELECT is((SELECT count(*) FROM complaint WHERE outcome > 'rejected'), (SELECT count(*) FROM meant WHERE word IN ('transferred', 'pending')), 'by an index');
RESET enable_seqscan;
SELECT is((SELECT count(*) FROM stored JOIN stored AS other USING (outcome)), 72::bigint, 'joined');

-- reports of bureaus: http://scjgj.luan.gov.cn/scjgzt/xfwq/4953238.html (December 2021), 广元 for the first quarter of 2022,
-- and http://www.gaoming.gov.cn/gzjg/zfgzbm/qscjgj/pacj_1106237/content/post_5726802.html (first half of 2023; of the closed ones
-- that were accepted, while 644 were not and 76 are pending)
CREATE FUNCTION pg_temp.report(basis text, counts json) RETURNS numeric LANGUAGE sql AS $$
	SELECT percent(mediation_success_rate(key::mediation_outcome, basis)) FROM json_each_text(counts), generate_series(1, value::int) $$;
SELECT is(pg_temp.report('closed', '{"mediated": 409, "failed": 300, "rejected": 173, "withdrawn": 147, "pending": 58}'), 39.75, '六安');
SELECT is(pg_temp.report('closed', '{"mediated": 92, "failed": 91, "rejected": 58, "pending": 9}'), 38.17, '广元');
SELECT is(pg_temp.report('accepted', '{"mediated": 1206, "failed": 600, "settled": 28, "rejected": 644, "pending": 76}'), 65.76, '高明');

-- soft errors, where the server has them
SELECT current_setting('server_version_num')::int >= 160000 AS soft \gset
\if :soft
SELECT is((SELECT array_agg(pg_input_is_valid(word, 'mediation_outcome')) FROM unnest('{mediated,调解成功,bad,坏}'::text[]) AS word), '{t,t,f,f}', 'soft errors');
\else
SELECT skip('no soft errors before PostgreSQL 16');
\endif

SELECT * FROM finish();
ROLLBACK;
