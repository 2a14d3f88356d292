-- test/helper/clearance.sql: random clearances and the rows behind them, for a test to take in by \ir ../helper/clearance.sql
SET LOCAL jit = off;
SELECT setseed(0.3);

-- 1,500 cases of up to 12 rows, in days down to microseconds, with duplicates, empty ones and such as meet
CREATE TABLE rows (id int, part int, opened timestamptz, cleared timestamptz);
INSERT INTO rows
	SELECT id, (random() * 3)::int, opened, CASE WHEN random() < 0.8 THEN opened + floor(random() * 6) * grain END
	FROM generate_series(1, 1500) AS id,
		LATERAL (SELECT (ARRAY[interval '1 day', '1 hour', '1 second', '1 millisecond', '1 microsecond', '100 days 7.000001 s'])[id % 6 + 1]) AS g (grain),
		LATERAL (SELECT '2023-03-01 00:00Z'::timestamptz + floor(random() * 20) * grain * n / n FROM generate_series(1, id % 13) AS n) AS o (opened);
INSERT INTO rows SELECT id, part, opened, cleared FROM rows WHERE random() < 0.1;
CREATE INDEX ON rows (id);
CREATE TABLE cases AS
	SELECT id, coalesce(clearance(opened, cleared), '{}') AS c, coalesce(min(opened), now()) AS first, coalesce(max(opened), now()) AS last
	FROM generate_series(1, 1500) AS id LEFT JOIN rows USING (id) GROUP BY id;
ANALYZE rows;

-- wrong('open_count(c, at)', 'SELECT …'): how many of what is asked get another answer than the rows give
CREATE FUNCTION wrong(answer text, slow text, of text DEFAULT 'probes') RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	result bigint;
BEGIN
	EXECUTE format('SELECT count(*) FROM (SELECT %s AS answer, (%s) AS slow FROM %s AS asked) AS answers WHERE answer IS DISTINCT FROM slow', answer, slow, of)
		INTO result;
	RETURN result;
END $$;
