-- volume, rate, delta, yoy, pop and series of a trend, against counting rows
BEGIN;
SELECT * FROM no_plan();
SET datestyle = ISO;

-- 300 bodies over four years, two of them leap years, most days without a row
SELECT setseed(0.7);
CREATE TABLE row_of AS
SELECT body, '2020-01-01'::date + floor(random() * 1500)::int AS day, CASE WHEN random() < 0.6 THEN random() < 0.5 END AS hit
FROM generate_series(1, 300) AS body, generate_series(1, 1 + body % 90);
CREATE TABLE trends AS SELECT body, trend(day, hit) AS t FROM row_of GROUP BY body;

-- 1,500 periods: days, odd ranges, whole months, quarters, halves, years, some around leap days
CREATE TABLE asked AS
SELECT 1 + i % 300 AS body, CASE i % 5
	WHEN 0 THEN daterange(day, day + 1)
	WHEN 1 THEN daterange(day, day + 1 + (random() * 200)::int)
	WHEN 2 THEN period((ARRAY['month', 'quarter', 'half', 'year', 'ytd', 'week'])[1 + (random() * 5)::int], day)
	WHEN 3 THEN daterange(date_trunc('month', day)::date, (date_trunc('month', day) + (1 + i % 14) * interval '1 month')::date)
	ELSE daterange('2024-02-20'::date + (random() * 20)::int, '2024-03-11'::date + (random() * 20)::int) END AS period
FROM (SELECT i, '2020-01-01'::date + (random() * 1600)::int AS day FROM generate_series(1, 1500) AS i) AS d;

CREATE FUNCTION counted(of int, within daterange) RETURNS TABLE (volume int8, rate rate) LANGUAGE sql STABLE AS $$
	SELECT count(*), rate(hit) FROM row_of WHERE body = of AND day <@ within;
$$;

-- The rules in plain SQL: a year back, where an end on 29 February becomes 1 March; whole months back by months
CREATE FUNCTION year_before(p daterange) RETURNS daterange LANGUAGE sql IMMUTABLE AS $$
	SELECT daterange((lower(p) - interval '1 year')::date,
		CASE WHEN to_char(upper(p), 'MMDD') = '0229' THEN make_date(extract(year FROM upper(p))::int - 1, 3, 1) ELSE (upper(p) - interval '1 year')::date END);
$$;
CREATE FUNCTION just_before(p daterange) RETURNS daterange LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN extract(day FROM lower(p)) = 1 AND extract(day FROM upper(p)) = 1
		THEN daterange((lower(p) - age(upper(p), lower(p)))::date, lower(p))
		ELSE daterange(lower(p) - (upper(p) - lower(p)), lower(p)) END;
$$;

SELECT is_empty('SELECT period FROM asked AS a JOIN trends USING (body), counted(body, period) AS c WHERE volume(t, period) <> c.volume OR rate(t, period) <> c.rate', 'volume and rate');
SELECT is_empty('SELECT body FROM trends, counted(body, ''(,)'') AS c WHERE volume(t) <> c.volume OR rate(t) <> c.rate', 'of all days');
SELECT is_empty('SELECT body FROM trends JOIN (SELECT body, min(day), max(day) FROM row_of GROUP BY body) AS r USING (body) WHERE first_day(t) <> min OR last_day(t) <> max', 'first and last day');
SELECT is(first_day('{}'), NULL, 'none of no days');
SELECT is(last_day('{}'), NULL, 'neither');
SELECT is(volume('{}') || ' ' || rate('{}'::trend), '0 0/0', 'nothing counted');
SELECT is_empty('SELECT period, yoy(t, period), n, b FROM asked JOIN trends USING (body), counted(body, period) AS n, counted(body, year_before(period)) AS b
	WHERE yoy(t, period) IS DISTINCT FROM ROW(n.volume, b.volume, n.rate, b.rate)::delta', 'yoy');
SELECT is_empty('SELECT period, pop(t, period), n, b FROM asked JOIN trends USING (body), counted(body, period) AS n, counted(body, just_before(period)) AS b
	WHERE pop(t, period) IS DISTINCT FROM ROW(n.volume, b.volume, n.rate, b.rate)::delta', 'pop');
SELECT is_empty('SELECT a.period FROM asked AS a JOIN asked AS b USING (body) JOIN trends USING (body), counted(body, a.period) AS n, counted(body, b.period) AS o
	WHERE body < 60 AND delta(t, a.period, b.period) IS DISTINCT FROM ROW(n.volume, o.volume, n.rate, o.rate)::delta', 'delta of any two periods');

-- leap days, by hand

CREATE TABLE leap AS SELECT trend(d) AS t FROM generate_series('2022-01-01'::date, '2025-12-31', '1 day') AS d;
SELECT is((yoy(t, p)).volume || ' ' || (yoy(t, p)).baseline_volume, want, p::text)
FROM leap, (VALUES (daterange('2024-02-01', '2024-03-01'), '29 28'), ('[2023-02-01,2023-03-01)', '28 28'), ('[2025-02-01,2025-03-01)', '28 29'),
	('[2024-02-28,2024-02-29)', '1 1'), ('[2024-02-29,2024-03-01)', '1 1'), ('[2024-03-01,2024-03-02)', '1 1'), ('[2025-03-01,2025-03-02)', '1 1'),
	('[2024-01-01,2024-02-29)', '59 59'), ('[2024-01-01,2024-03-01)', '60 59'), ('[2025-01-01,2025-03-01)', '59 60'), ('[2024-01-01,2025-01-01)', '366 365'), ('[2025-01-01,2026-01-01)', '365 366')) AS v (p, want);
SELECT is((pop(t, p)).baseline_volume, want::bigint, p || ' against the one before')
FROM leap, (VALUES (daterange('2024-03-01', '2024-04-01'), 29), ('[2023-03-01,2023-04-01)', 28), ('[2024-01-01,2024-04-01)', 92), ('[2024-07-01,2025-01-01)', 182), ('[2024-01-01,2025-01-01)', 365),
	('[2024-03-02,2024-03-12)', 10), ('[2024-03-04,2024-03-11)', 7), ('[2024-01-01,2024-02-15)', 45)) AS v (p, want);
SELECT is(growth(pop('{2023-02-01:5}', '[2023-02-01,2023-03-01)')), NULL, 'no growth over nothing');
SELECT is(points(yoy('{2023-02-01:5(1/2)}', '[2023-02-01,2023-03-01)')), NULL, 'nor points');

-- series: without gaps, and each row as by hand

SELECT is_empty(format($$ SELECT body, s.* FROM trends, series(t, %1$L) AS s WHERE body < 40
	AND (s.period <> period(%1$L, lower(s.period)) OR s.volume <> volume(t, s.period) OR s.rate <> rate(t, s.period) OR s.pop <> pop(t, s.period) OR s.yoy <> yoy(t, s.period)) $$, unit), unit || ': each row')
FROM unnest('{day,week,month,quarter,half,year}'::text[]) AS unit;
SELECT is_empty(format($$ SELECT body FROM trends, LATERAL (SELECT range_agg(period ORDER BY period) AS covered, sum(volume) AS n, count(*) AS rows, count(DISTINCT period) AS periods FROM series(t, %1$L)) AS s
	WHERE body < 40 AND (covered <> datemultirange(daterange(lower(period(%1$L, first_day(t))), upper(period(%1$L, last_day(t))))) OR n <> volume(t) OR rows <> periods) $$, unit), unit || ': no gaps')
FROM unnest('{day,week,month,quarter,half,year}'::text[]) AS unit;
SELECT results_eq($$ SELECT lower(period), volume, change(pop), change(yoy) FROM series('{2023-12-31:2,2024-01-31:5}', 'month') $$,
	$$ VALUES ('2023-12-01'::date, 2::int8, 2::int8, 2::int8), ('2024-01-01', 5, 3, 5) $$, 'the 31st is in its month');
SELECT is((SELECT count(*) FROM series('{1970-01-01:1,2026-01-01:1}', 'day')), 20455::bigint, '1970 to 2026 by days');
SELECT is((SELECT count(*) FROM trends AS a, series(a.t, 'month') AS s JOIN trends AS b ON b.body = 1), (SELECT sum((SELECT count(*) FROM series(t, 'month'))) FROM trends)::bigint, 'series in a join');

SELECT * FROM finish();
ROLLBACK;
