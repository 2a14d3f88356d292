-- sparkline, against series and numeric arithmetic, and in servers of other encodings
SET client_encoding = 'UTF8';

\set ask 'concat_ws($$ $$, sparkline($${}$$) = $$$$, problem($$SELECT sparkline(''{2023-01-01:1}'')$$), convert_to(sparkline($${2023-01-01:1,2023-02-01:9}$$), $$SQL_ASCII$$))'
\set encoding SQL_ASCII
\ir ../helper/encoding.sql
\set sql_ascii :answer
\set ask 'concat_ws($$ $$, sparkline($${}$$) = $$$$, problem($$SELECT sparkline(''{2023-01-01:1}'')$$))'
\set encoding LATIN1
\ir ../helper/encoding.sql
\set latin1 :answer
\set encoding EUC_CN
\ir ../helper/encoding.sql

BEGIN;
SELECT plan(12);
SET datestyle = ISO;

SELECT is(:'sql_ascii'::text, 't \xe29681e29688', 'SQL_ASCII: bytes of UTF-8');
SELECT matches(:'latin1'::text, '^t 22P05 ', 'LATIN1 has no blocks');
SELECT matches(:'answer'::text, '^t 22P05 ', 'nor has EUC_CN');

-- The unit at (2i - 1) / 14 of the range is the first of the next block; rounded by numeric
SELECT setseed(0.6);
CREATE TABLE trends AS
SELECT body, ('{' || string_agg(day || ':' || n, ',' ORDER BY day) || '}')::trend AS t
FROM (SELECT DISTINCT ON (body, day) body, day, n FROM (
	SELECT body, '2019-02-03'::date + floor(random() * 1500)::int AS day, floor((random() * 10 ^ (body % 18)))::int8 + 1 AS n FROM generate_series(1, 100) AS body, generate_series(1, 1 + body % 40)) AS d) AS d
GROUP BY body;
CREATE FUNCTION pg_temp.drawn(t trend, unit text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT string_agg(CASE WHEN most = least THEN '▄' ELSE substr('▁▂▃▄▅▆▇█', 1 + round((volume - least) * 7::numeric / (most - least))::int, 1) END, '' ORDER BY period)
	FROM (SELECT period, volume, max(volume) OVER () AS most, min(volume) OVER () AS least FROM series(t, unit)) AS s $$;
SELECT is_empty(format('SELECT body, sparkline(t, %1$L), pg_temp.drawn(t, %1$L) FROM trends WHERE sparkline(t, %1$L) <> pg_temp.drawn(t, %1$L)', unit), unit)
FROM unnest('{day,week,month,quarter,half,year}'::text[]) AS unit;
SELECT is_empty($$ SELECT body FROM trends WHERE sparkline(t) <> sparkline(t, 'month') $$, 'by months unless told otherwise');
SELECT is_empty($$ SELECT body, unit FROM trends, unnest('{day,week,month,quarter,half,year}'::text[]) AS unit
	WHERE length(sparkline(t, unit)) <> (SELECT count(*) FROM series(t, unit)) $$, 'as long as the series');
SELECT is((SELECT length(sparkline(t, 'year')) || ' ' || md5(sparkline(t, 'year')) FROM CAST('{4713-06-30 BC:1,5000-01-01:1}' AS trend) AS t),
	'9713 ' || md5('█' || repeat('▁', 9711) || '█'), 'from the first year on');

SELECT * FROM finish();
ROLLBACK;
