-- What test/bench/measure asks about memory and sizes: each query in a session of its own. :size is the number of complaints.
-- It prints one number of bytes; peak: what counts is the most memory that the session ever held, by the kernel; explain: what
-- EXPLAIN says of the hash aggregate.

-- memory: clearance_building
-- The last row asks what the session holds by then: the sum for count() is less by the state alone.
SELECT held FROM (
	SELECT opened_count(clearance(received, concluded)),
		max(CASE WHEN id = :size THEN (SELECT sum(total_bytes) FROM pg_backend_memory_contexts) END) AS held
	FROM complaint
) AS counted WHERE opened_count > 0;
-- memory: clearance_building_base
SELECT held FROM (
	SELECT count(concluded),
		max(CASE WHEN id = :size THEN (SELECT sum(total_bytes) FROM pg_backend_memory_contexts) END) AS held
	FROM complaint
) AS counted WHERE count > 0;
-- memory: clearance_peak, peak
SELECT open_count(clearance(received, concluded), '2024-07-01') FROM complaint;
-- memory: clearance_peak_base, peak
SELECT count(received), count(concluded) FROM complaint;
-- memory: range_agg_peak, peak
SELECT isempty(range_agg(tstzrange(received, concluded))) FROM complaint;
-- memory: clearance_stored
SELECT pg_column_size(clearance(received, concluded)) FROM complaint;
-- memory: trend_stored
-- Some 45 rows a day; a day with 128 would spoil the figure, so it gives none then.
SELECT CASE WHEN max(series.volume) < 128 THEN min(pg_column_size(trend))::float8 / count(*) FILTER (WHERE series.volume > 0) END
FROM (
	SELECT trend(received, mediated(outcome), 'Asia/Shanghai') FROM complaint WHERE id % greatest(1, :size / 50000) = 0
) AS city, series(trend, 'day');
-- memory: scorecard_stored
SELECT avg(pg_column_size(card)) FROM (
	SELECT scorecard(received, concluded, mediated(outcome), satisfied(satisfaction), escalated, cleared, 'Asia/Shanghai') AS card
	FROM complaint GROUP BY county
) AS bureau;
-- memory: tally_stored
SELECT pg_column_size(tally(key))::float8 / count(*) FROM many_keys;
-- memory: tally_peak, peak
SELECT distinct_keys(tally(key)) FROM many_keys;
-- memory: tally_peak_base, peak
SELECT count(key) FROM many_keys;
-- memory: jsonb_peak, peak
SELECT pg_column_size(jsonb_object_agg(key, n)) FROM (SELECT key, count(*) AS n FROM many_keys GROUP BY key) AS counted;
-- memory: groups_trend, explain
SELECT station, trend(day) FROM small_trend GROUP BY station;
-- memory: groups_sum, explain
SELECT station, sum(one) FROM small_trend GROUP BY station;
