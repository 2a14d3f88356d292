-- period against date_trunc
BEGIN;
SELECT plan(28);

SELECT setseed(0.6);
CREATE TABLE asked AS
SELECT '2000-01-01'::date + floor((random() - 0.5) * 40000)::int AS at FROM generate_series(1, 1500)
UNION ALL SELECT '4713-02-01 BC'::date + floor(random() * 1e8)::int FROM generate_series(1, 500)
UNION ALL SELECT unnest('{2024-02-28,2024-02-29,2024-03-01,2023-12-31,2024-01-01,2020-12-31,2021-01-03,2021-01-04,1999-12-31,0001-01-01,0001-12-31 BC}'::date[]);

CREATE FUNCTION truncated(unit text, at date) RETURNS daterange LANGUAGE sql IMMUTABLE AS $$
	SELECT daterange(first::date, (first + length)::date)
	FROM (SELECT CASE unit WHEN 'half' THEN date_trunc('year', at::timestamp) + CASE WHEN extract(month FROM at) > 6 THEN interval '6 months' ELSE '0' END ELSE date_trunc(unit, at::timestamp) END AS first,
		CASE unit WHEN 'quarter' THEN interval '3 months' WHEN 'half' THEN '6 months' ELSE ('1 ' || unit)::interval END AS length) AS p;
$$;
SELECT is_empty(format('SELECT at, period(%1$L, at), truncated(%1$L, at) FROM asked WHERE at < ''290000-01-01'' AND period(%1$L, at) <> truncated(%1$L, at)', unit), unit)
FROM unnest('{day,week,month,quarter,half,year}'::text[]) AS unit;
SELECT is_empty('SELECT at FROM asked WHERE at < ''290000-01-01'' AND period(''ytd'', at) <> daterange(lower(period(''year'', at)), at, ''[]'')', 'ytd');
SELECT is(period('Quarter', '2024-02-29'), '[2024-01-01,2024-04-01)', 'in any case');
SELECT is(period('week', '2021-01-03'), '[2020-12-28,2021-01-04)', 'a Sunday is the last day of its ISO week');
SELECT is(period('half', '2024-07-01'), '[2024-07-01,2025-01-01)', 'the second half');
SELECT is(period(NULL, '2024-07-01'), NULL, 'no unit');
SELECT is(period('day', NULL), NULL, 'no day');
SELECT cmp_ok(count(*), '>', 1000::bigint, 'over many days, ' || count(*) FILTER (WHERE at < '0001-01-01') || ' of them BC') FROM asked WHERE at < '290000-01-01';
SELECT is_empty(format('SELECT at FROM asked, (SELECT period(%1$L, ''2000-01-01'') AS first) AS f WHERE NOT period(%1$L, at) @> at OR period(%1$L, lower(period(%1$L, at))) <> period(%1$L, at)
	OR NOT period(%1$L, upper(period(%1$L, at))) -|- period(%1$L, at)', unit), unit || ': holds its day, is one for all its days, meets the next') FROM unnest('{day,week,month,quarter,half,year}'::text[]) AS unit;
SELECT is_empty('SELECT at, unit FROM asked, unnest(''{day,week,month,quarter,half,year,ytd}''::text[]) AS unit WHERE period(upper(unit), at) <> period(unit, at) OR period(initcap(unit), at) <> period(unit, at)', 'each in any case');
-- the Gregorian calendar repeats after 400 years, which are 146,097 days and whole weeks
SELECT is_empty('SELECT at, unit FROM asked, unnest(''{day,week,month,quarter,half,year,ytd}''::text[]) AS unit
	WHERE upper(period(unit, at + 146097)) - 146097 <> upper(period(unit, at)) OR lower(period(unit, at + 146097)) - 146097 <> lower(period(unit, at))', '400 years later');
SELECT throws_ok($$ SELECT period('decade', '2024-01-01') $$, '22023', 'unknown unit of a period: "decade"');
SELECT throws_ok($$ SELECT period('', '2024-01-01') $$, '22023', 'unknown unit of a period: ""');
SELECT throws_ok($$ SELECT period('day', 'infinity') $$, '22008', 'an infinite date lies in no period');
SELECT throws_ok($$ SELECT period('day', '-infinity') $$, '22008', 'an infinite date lies in no period');
SELECT throws_ok($$ SELECT period('year', '5874897-06-01') $$, '22008', 'date out of range');
SELECT is(period('year', '5874896-06-01'), '[5874896-01-01,5874897-01-01)', 'the last whole year');
SELECT throws_ok($$ SELECT period('year', '4714-12-01 BC') $$, '22008', 'date out of range');

SELECT * FROM finish();
ROLLBACK;
