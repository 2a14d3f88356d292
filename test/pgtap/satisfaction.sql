-- satisfaction and its rate, against counting by hand
BEGIN;
SELECT plan(47);
\ir ../helper/helper.sql
\ir ../helper/plan.sql

CREATE TABLE meaning (word text PRIMARY KEY, label text, stars int, satisfied boolean);
INSERT INTO meaning VALUES
	('very_satisfied', '非常满意', 5, true),
	('satisfied', '满意', 4, true),
	('fairly_satisfied', '基本满意', 3, true),
	('neutral', '一般', 3, false),
	('dissatisfied', '不满意', 2, false),
	('very_dissatisfied', '非常不满意', 1, false);

-- the functions

SELECT results_eq('SELECT word, satisfied(word::satisfaction), stars(word::satisfaction) FROM meaning', 'SELECT word, satisfied, stars FROM meaning', 'satisfied and stars');
SELECT results_eq('SELECT satisfied(NULL), stars(NULL)', 'VALUES (NULL::boolean, NULL::int)', 'of NULL');
SELECT is(round(avg(stars(word::satisfaction)), 2), 3.00, 'the mean of the stars') FROM meaning;
SELECT results_eq('SELECT label(word::satisfaction) FROM meaning', 'SELECT label FROM meaning', 'Chinese labels');
SELECT results_eq('SELECT label(word::satisfaction, ''en'') FROM meaning', 'SELECT word FROM meaning', 'English labels');
SELECT is((SELECT count(*) FROM meaning WHERE label::satisfaction <> word::satisfaction), 0::bigint, 'labels are read back');
SELECT throws_ok($$ SELECT label('neutral'::satisfaction, 'de') $$, '22023', 'unknown language: "de"');

-- the type

SELECT results_eq('SELECT typlen, typbyval, typalign::text FROM pg_type WHERE typname = ''satisfaction''',
	'VALUES (1::smallint, true, ''c'')', 'one byte by value');
SELECT throws_ok($$ SELECT '很满意'::satisfaction $$, '22P02', 'invalid input syntax for type satisfaction: "很满意"');
SELECT throws_ok($$ SELECT 'mediated'::mediation_outcome::text::satisfaction $$, '22P02', 'invalid input syntax for type satisfaction: "mediated"');
SELECT results_eq('SELECT word::satisfaction::text FROM meaning', 'SELECT word FROM meaning', 'to text and back');

SELECT results_eq('SELECT word FROM meaning ORDER BY word::satisfaction',
	'VALUES (''very_dissatisfied''), (''dissatisfied''), (''neutral''), (''fairly_satisfied''), (''satisfied''), (''very_satisfied'')', 'the better the greater');
SELECT is(count(*), 0::bigint, 'satisfied is fairly_satisfied or better') FROM meaning
WHERE satisfied <> (word::satisfaction >= 'fairly_satisfied');
SELECT is(count(*), 0::bigint, 'operators agree with the order')
FROM (SELECT word::satisfaction, row_number() OVER (ORDER BY word::satisfaction) FROM meaning) AS a (a, n),
	(SELECT word::satisfaction, row_number() OVER (ORDER BY word::satisfaction) FROM meaning) AS b (b, m)
WHERE ((a < b), (a <= b), (a = b), (a <> b), (a >= b), (a > b), satisfaction_cmp(a, b))
	IS DISTINCT FROM ((n < m), (n <= m), (n = m), (n <> m), (n >= m), (n > m), (n - m)::int);

CREATE TABLE of_words (text text, varchar varchar(20));
INSERT INTO of_words VALUES ('满意', ' Neutral'), (NULL, NULL);
CREATE TABLE of_answers (text satisfaction, varchar satisfaction);
INSERT INTO of_answers SELECT * FROM of_words;
SELECT results_eq('TABLE of_answers', 'VALUES (satisfaction ''satisfied'', satisfaction ''neutral''), (NULL, NULL)', 'text columns inserted');

-- binary form

SELECT is(satisfaction_send('neutral'), 'neutral', 'sent as its word');
SELECT is((SELECT count(*) FROM meaning WHERE recv_bytes('satisfaction', satisfaction_send(word::satisfaction)) <> word), 0::bigint, 'read back');
SELECT is(recv_bytes('satisfaction', convert_to('　一般 ', 'UTF8')), 'neutral', 'all words are received');
PREPARE received AS SELECT recv_bytes('satisfaction', $1);
SELECT throws_ok(format('EXECUTE received(%L)', bytes), '22P03', 'invalid binary representation of type satisfaction', 'received: ' || bytes::text)
FROM (VALUES (''::bytea), ('\x05'), ('satisfie'), ('satisfiedd'), ('\xe6bba1')) AS bad (bytes);
SELECT throws_ok(format('EXECUTE received(%L)', bytes), '22021', NULL, 'received: ' || bytes::text)
FROM (VALUES ('\x00'::bytea), ('neutral\000'), ('\xe6bb'), ('\xff')) AS bad (bytes);

CREATE TABLE stored AS SELECT word::satisfaction AS answer FROM meaning CROSS JOIN generate_series(1, 3) UNION ALL SELECT NULL;
CREATE TABLE copied (answer satisfaction);
SELECT current_setting('data_directory') || '/satisfaction' AS file \gset
COPY stored TO :'file' (FORMAT binary);
COPY copied FROM :'file' (FORMAT binary);
SELECT bag_eq('TABLE copied', 'TABLE stored', 'COPY in binary');
\setenv FILE :file
\! rm "$FILE"

-- the aggregate: 1,500 groups of random rows, some empty, some all NULL

SELECT setseed(0.6);
CREATE TABLE complaint AS
SELECT n, (random() * 1500)::int AS region, (random() * 3)::int AS quarter,
	(SELECT word FROM meaning WHERE n > 0 ORDER BY random() LIMIT 1) AS word
FROM generate_series(1, 12000) AS n;
UPDATE complaint SET word = NULL WHERE n % 7 = 0 OR region % 10 = 0;
ALTER TABLE complaint ADD answer satisfaction;
UPDATE complaint SET answer = word::satisfaction;
ANALYZE complaint;
CREATE VIEW meant AS SELECT * FROM complaint LEFT JOIN meaning USING (word);

PREPARE fast AS SELECT satisfaction_rate(answer) FROM complaint GROUP BY region ORDER BY region;
PREPARE slow AS SELECT rate(count(*) FILTER (WHERE satisfied), count(satisfied)) FROM meant GROUP BY region ORDER BY region;
SELECT results_eq('fast', 'slow', 'grouped');
SELECT ok(count(DISTINCT region) >= 1000, 'over a thousand groups') FROM complaint;
SELECT results_eq('SELECT satisfaction_rate(answer) FROM complaint GROUP BY CUBE (quarter, region % 5) ORDER BY quarter, region % 5',
	'SELECT rate(satisfied) FROM meant GROUP BY CUBE (quarter, region % 5) ORDER BY quarter, region % 5', 'grouping sets');
SELECT results_eq('SELECT satisfaction_rate(answer) FILTER (WHERE quarter = 1), satisfaction_rate(DISTINCT answer) FROM complaint GROUP BY region ORDER BY region',
	'SELECT rate(satisfied) FILTER (WHERE quarter = 1), rate(count(DISTINCT word) FILTER (WHERE satisfied), count(DISTINCT word)) FROM meant GROUP BY region ORDER BY region', 'FILTER and DISTINCT');

SELECT results_eq(format('SELECT n, satisfaction_rate(answer) OVER (PARTITION BY region ORDER BY n %s) FROM complaint ORDER BY n', frame),
	format('SELECT n, rate(count(*) FILTER (WHERE satisfied) OVER w, count(satisfied) OVER w) FROM meant WINDOW w AS (PARTITION BY region ORDER BY n %s) ORDER BY n', frame), 'window: ' || frame)
FROM unnest('{ROWS BETWEEN 3 PRECEDING AND 1 FOLLOWING,ROWS BETWEEN 5 PRECEDING AND 2 PRECEDING,RANGE BETWEEN 900 PRECEDING AND CURRENT ROW,
	ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW,ROWS BETWEEN 2 PRECEDING AND 2 FOLLOWING EXCLUDE CURRENT ROW}'::text[]) AS frame;
SELECT is(satisfaction_accum_inv('1/2', 'satisfied'), '0/1', 'a hit taken back');
SELECT throws_ok($$ SELECT satisfaction_accum_inv('0/1', 'satisfied') $$, '22003', 'rate out of range');

SELECT is(satisfaction_rate(answer), '0/0', 'no rows') FROM complaint WHERE false;
SELECT is(satisfaction_rate(answer), '0/0', 'only NULLs') FROM complaint WHERE answer IS NULL;

SELECT results_eq($$ SELECT fresh('satisfaction_rate(satisfaction)', answer)::rate FROM complaint GROUP BY quarter ORDER BY quarter $$,
	'SELECT satisfaction_rate(answer) FROM complaint GROUP BY quarter ORDER BY quarter', 'a fresh FmgrInfo for each row');
SELECT results_eq($$ SELECT fresh_combine('satisfaction_rate(satisfaction)', part::text)::rate FROM (SELECT satisfaction_rate(answer) AS part FROM complaint GROUP BY quarter) AS parts $$,
	'SELECT satisfaction_rate(answer) FROM complaint', 'partial states combined from their text');

SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL parallel_leader_participation = off;
SELECT ok(launched('SELECT satisfaction_rate(answer) FROM complaint'), 'a parallel plan');
SELECT is(answer('SELECT satisfaction_rate(answer) FROM complaint'), answer('SELECT rate(count(*) FILTER (WHERE satisfied), count(satisfied)) FROM meant'), 'in parallel');

CREATE INDEX ON complaint (answer);
SET LOCAL enable_seqscan = off;
SELECT is((SELECT count(*) FROM complaint WHERE answer < 'neutral'), (SELECT count(*) FROM meant WHERE word LIKE '%dissatisfied'), 'by an index');

-- soft errors, where the server has them
SELECT current_setting('server_version_num')::int >= 160000 AS soft \gset
\if :soft
SELECT is((SELECT array_agg(pg_input_is_valid(word, 'satisfaction')) FROM unnest('{neutral,一般,bad,坏}'::text[]) AS word), '{t,t,f,f}', 'soft errors');
\else
SELECT skip('no soft errors before PostgreSQL 16');
\endif

SELECT * FROM finish();
ROLLBACK;
