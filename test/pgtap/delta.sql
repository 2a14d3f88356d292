-- delta against numeric arithmetic
BEGIN;
SELECT plan(70);

-- figures from DESIGN

SELECT is(growth(delta(608, 152)), 300.00, 'growth');
SELECT is(times(delta(608, 152)), 4.00, 'times');
SELECT is(doublings(delta(608, 152)), 2::float8, 'doublings');
SELECT is(describe(delta(608, 152)), '增长300.00%(翻两番)', 'in words');
SELECT is(change(delta(608, 152)), 456::bigint, 'change');
SELECT is(points(delta('2/3'::rate, '1/2'::rate)), 16.67, 'points');

-- in words

SELECT is(describe(delta(c, b)) || ' = ' || describe(delta(c, b), 'en'), zh || ' = ' || en, zh)
FROM (VALUES (100, 100, '持平', 'unchanged'), (0, 0, '持平', 'unchanged'), (5, 0, '由0增至5', 'up from 0 to 5'), (0, 5, '下降100.00%', 'down 100.00%'),
	(95, 100, '下降5.00%', 'down 5.00%'), (105, 100, '增长5.00%', 'up 5.00%'), (199, 100, '增长99.00%', 'up 99.00%'),
	(200, 100, '增长100.00%(翻一番)', 'up 100.00% (1 doubling)'), (250, 100, '增长150.00%(翻一番多)', 'up 150.00% (over 1 doubling)'),
	(3, 1, '增长200.00%(翻一番多)', 'up 200.00% (over 1 doubling)'), (7, 3, '增长133.33%(翻一番多)', 'up 133.33% (over 1 doubling)'),
	(800, 100, '增长700.00%(翻三番)', 'up 700.00% (3 doublings)'), (1024, 1, '增长102300.00%(翻十番)', 'up 102300.00% (10 doublings)'),
	(4096, 1, '增长409500.00%(翻12番)', 'up 409500.00% (12 doublings)')) AS v (c, b, zh, en);
SELECT is(describe(delta('3/4'::rate, '1/2'::rate)), '上升25.00个百分点', 'points up');
SELECT is(describe(delta('1/2'::rate, '3/4'::rate), 'EN'), 'down 25.00 percentage points', 'points down');
SELECT is(describe(delta('1/2'::rate, '2/4'::rate)), '持平', 'the same ratio');
SELECT is(describe(ROW(90, 100, '3/4', '1/2')::delta), '下降10.00%，比率上升25.00个百分点', 'volume and rate');
SELECT is(describe(ROW(90, 100, '3/4', '0/0')::delta), '下降10.00%', 'no rate to compare with');
SELECT is(describe(delta('1/2'::rate, '0/0'::rate)), NULL, 'nothing to compare');
SELECT throws_ok($$ SELECT describe(delta(1, 2), 'de') $$, '22023', 'unknown language: "de"');
SELECT is(describe(delta(9223372036854775807, 1)), '增长922337203685477580600.00%(翻62番多)', 'the largest');
SELECT is(describe(delta(4611686018427387904, 1)), '增长461168601842738790300.00%(翻62番)', 'a power of two');

-- no answer is NULL, never an error

SELECT ok(growth(d) IS NULL AND times(d) IS NULL AND doublings(d) IS NULL, 'no growth of ' || d::text) FROM (VALUES (delta(5, 0)), (delta(0, 0)), (ROW(5, NULL, NULL, NULL)::delta), (delta('1/2'::rate, '1/3'::rate))) AS v (d);
SELECT is(doublings(delta(0, 5)), NULL, 'no doublings down to nothing');
SELECT is(points(d), NULL, 'points of ' || d::text) FROM (VALUES (delta('0/0'::rate, '1/2'::rate)), (delta('1/2'::rate, '0/0'::rate)), (delta(1, 2)), (ROW(1, 2, '1/2', NULL)::delta)) AS v (d);
SELECT is(change(ROW(NULL, 1, NULL, NULL)::delta), NULL, 'no change without both');
SELECT is(p_value(delta(1, 2)), NULL, 'no p-value without rates');
SELECT is(p_value(delta('45/100'::rate, '60/100'::rate)), p_value('45/100'::rate, '60/100'::rate), 'p-value of the rates');
SELECT is(delta(NULL::int8, 1), NULL, 'NULL in, NULL out');
SELECT throws_ok('SELECT delta(-1, 1)', '22023', 'a volume must not be negative');
SELECT throws_ok('SELECT growth(ROW(-1, 1, NULL, NULL)::delta)', '22023', 'a volume must not be negative', 'by hand too');
SELECT throws_ok(format('SELECT %s', call), '22023', 'a volume must not be negative', call)
FROM unnest(ARRAY['change(''(-1,,,)'')', 'growth(''(,-1,,)'')', 'describe(''(,-1,1/2,1/3)'')', 'points(''(-1,,1/2,1/3)'')', 'delta(1, -9223372036854775808)']) AS call;
SELECT throws_ok('SELECT growth(delta(1, 1), -1)', '22023', 'number of digits out of range: -1');
SELECT throws_ok('SELECT points(delta(''1/2''::rate, ''1/3''::rate), 2000)', '22023', 'number of digits out of range: 2000');

-- 2,000 deltas of every size against numeric arithmetic

SELECT setseed(0.3);
CREATE TABLE deltas AS
SELECT ROW(floor(2 ^ (random() * 63))::numeric::int8, floor(2 ^ (random() * 63))::numeric::int8, rate(floor(t * random())::int8, t), rate(floor(u * random())::int8, u))::delta AS d
FROM (SELECT floor(2 ^ (random() * 62))::int8 AS t, floor(2 ^ (random() * 62))::int8 AS u FROM generate_series(1, 2000)) AS s;
CREATE FUNCTION rounded(numerator numeric, denominator numeric, digits int) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
	SELECT round(sign(numerator) * div(2 * abs(numerator) * 10 ^ digits::numeric + denominator, 2 * denominator) * ('1e-' || digits)::numeric, digits);
$$;
SELECT is_empty('SELECT d FROM deltas, unnest(''{0,2,9}''::int[]) AS n WHERE growth(d, n) <> rounded(100 * ((d).volume::numeric - (d).baseline_volume), (d).baseline_volume, n)
	OR times(d, n) <> rounded((d).volume, (d).baseline_volume, n) OR change(d) <> (d).volume - (d).baseline_volume
	OR points(d, n) <> rounded(100 * (hits((d).rate)::numeric * total((d).baseline_rate) - hits((d).baseline_rate)::numeric * total((d).rate)), total((d).rate)::numeric * total((d).baseline_rate), n)', 'growth, times, points, change');
SELECT is_empty('SELECT d FROM deltas WHERE abs(doublings(d) - (ln((d).volume) - ln((d).baseline_volume)) / ln(2::float8)) > 1e-9', 'doublings');

-- halves: growth and times at and beside them, points of rates that are 10^-36 apart
SELECT is_empty('SELECT b, c, n FROM (SELECT n, 200 * 10 ^ k AS b, floor(random() * 1e5) + 200 * 10 ^ k AS c FROM generate_series(0, 4) AS n, generate_series(0, 5) AS k, generate_series(1, 40)) AS s,
		LATERAL (SELECT delta(b::int8, c::int8) AS down, delta(c::int8, b::int8) AS up) AS d
	WHERE growth(up, n) <> rounded((100 * (c - b))::numeric, b::numeric, n) OR growth(down, n) <> rounded((100 * (b - c))::numeric, c::numeric, n) OR times(up, n) <> rounded(c::numeric, b::numeric, n)', 'halves');
SELECT is(growth(delta(b, c), 0) || ' ' || growth(delta(c, b), 0), want, 'away from zero: ' || want) FROM (VALUES (195, 200, '-3 3'), (201, 200, '1 0'), (199, 200, '-1 1'), (200, 200, '0 0')) AS v (b, c, want);
SELECT is(points(delta('9223372036854775806/9223372036854775807'::rate, '9223372036854775805/9223372036854775806'::rate), 40)::text, '0.' || repeat('0', 35) || '11755', 'points of very close rates');
SELECT is(describe(delta('9223372036854775806/9223372036854775807'::rate, '9223372036854775805/9223372036854775806'::rate)), '上升0.00个百分点', 'the verb comes from the exact rates');
SELECT is_empty('SELECT d, describe(d), words FROM deltas, LATERAL (SELECT max(k) AS n FROM generate_series(0, 62) AS k WHERE (d).volume >= (d).baseline_volume * 2::numeric ^ k) AS k,
	LATERAL (SELECT CASE WHEN change(d) = 0 THEN ''持平'' ELSE CASE WHEN change(d) > 0 THEN ''增长'' ELSE ''下降'' END || abs(growth(d)) || ''%'' END
		|| CASE WHEN n >= 1 THEN format(''(翻%s番%s)'', coalesce((''{一,两,三,四,五,六,七,八,九,十}''::text[])[n], n::text), CASE WHEN (d).volume = (d).baseline_volume * 2::numeric ^ n THEN '''' ELSE ''多'' END) ELSE '''' END
		|| CASE WHEN total((d).rate) > 0 AND total((d).baseline_rate) > 0 THEN ''，比率'' || CASE sign(hits((d).rate)::numeric * total((d).baseline_rate) - hits((d).baseline_rate)::numeric * total((d).rate))
			WHEN 0 THEN ''持平'' WHEN 1 THEN ''上升'' || abs(points(d)) || ''个百分点'' ELSE ''下降'' || abs(points(d)) || ''个百分点'' END ELSE '''' END AS words) AS w
	WHERE describe(d) IS DISTINCT FROM words', 'all of them in words');
SELECT is_empty('SELECT d FROM deltas WHERE p_value(d) IS DISTINCT FROM p_value((d).rate, (d).baseline_rate)', 'p-values');
SELECT results_eq('SELECT (d).volume, (d).rate FROM deltas ORDER BY d', 'SELECT (d).volume, (d).rate FROM deltas ORDER BY (d).volume, (d).baseline_volume, (d).rate, (d).baseline_rate', 'ORDER BY');
SELECT bag_eq('SELECT d::text, count(*) FROM (SELECT d FROM deltas UNION ALL SELECT d FROM deltas WHERE total((d).rate) % 2 = 0) AS s GROUP BY d', 'SELECT d::text, 1 + count(*) FILTER (WHERE total((d).rate) % 2 = 0) FROM deltas GROUP BY d::text', 'GROUP BY');
SELECT is_empty('SELECT d FROM deltas WHERE d::text::delta <> d', 'text is read back');
SELECT is_empty('SELECT r FROM (SELECT (d).rate AS r FROM deltas) AS s WHERE delta(r, r) <> ROW(NULL, NULL, r, r)::delta OR (total(r) > 0 AND points(delta(r, r)) <> 0)', 'delta of rates');
SELECT is((SELECT count(*) FROM (SELECT d FROM deltas UNION SELECT d FROM deltas) AS u), (SELECT count(DISTINCT d::text) FROM deltas), 'deltas group');

-- rows are read and made by place, which ALTER TYPE would change under them

ALTER TYPE delta ADD ATTRIBUTE note text;
SELECT throws_ok('SELECT delta(4, 2)', '42804', 'type delta is not as it was installed', 'one attribute more');
SELECT throws_ok('SELECT growth(ROW(4, 2, NULL, NULL, NULL)::delta)', '42804', 'type delta is not as it was installed', 'one attribute more, read');
ALTER TYPE delta DROP ATTRIBUTE note;
SELECT throws_ok('SELECT delta(4, 2)', '42804', 'type delta is not as it was installed', 'nor one dropped again');

SELECT * FROM finish();
ROLLBACK;
