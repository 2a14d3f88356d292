-- What is compared: under each name the same answer from several sides, which test/bench/measure first checks to be equal.
-- Sides: ours; floor, the scan and the grouping alone, over the last column that ours reads; sql, as a good analyst writes it;
-- duckdb, on the same rows; duckdb_shifted, on times without a zone that are in UTC. serial: a side that parallel plans do not help.
-- {complaint} is the table in the order of arrival, a tenth of it, or the same rows in random order.

-- comparison: rate
-- side: ours
SELECT county, hits(rate), total(rate)
FROM (SELECT county, rate(converted) FROM {complaint} GROUP BY county) AS bureau ORDER BY county;
-- side: floor
SELECT county, count(converted) FROM {complaint} GROUP BY county ORDER BY county;
-- side: sql, FILTER counts
SELECT county, count(*) FILTER (WHERE converted), count(converted) FROM {complaint} GROUP BY county ORDER BY county;
-- side: duckdb
SELECT county, count(*) FILTER (WHERE converted), count(converted) FROM complaint GROUP BY county ORDER BY county;

-- comparison: mediation_success_rate
-- side: ours
SELECT county, hits(rate), total(rate)
FROM (SELECT county, mediation_success_rate(outcome) AS rate FROM {complaint} GROUP BY county) AS bureau ORDER BY county;
-- side: floor
SELECT county, count(outcome) FROM {complaint} GROUP BY county ORDER BY county;
-- side: sql, FILTER counts
SELECT county, count(*) FILTER (WHERE outcome = 'mediated'), count(*) FILTER (WHERE outcome IN ('mediated', 'failed'))
FROM {complaint} GROUP BY county ORDER BY county;

-- comparison: trend
-- side: ours
SELECT county, volume(trend), hits(rate(trend)), total(rate(trend))
FROM (
	SELECT county, trend(received, mediated(outcome), 'Asia/Shanghai') FROM {complaint} GROUP BY county
) AS bureau ORDER BY county;
-- side: floor
SELECT county, count(outcome) FROM {complaint} GROUP BY county ORDER BY county;

-- comparison: trend with series
-- side: ours
SELECT county, lower(period), volume, hits(rate), total(rate),
	(pop).baseline_volume, hits((pop).baseline_rate), total((pop).baseline_rate),
	(yoy).baseline_volume, hits((yoy).baseline_rate), total((yoy).baseline_rate)
FROM (
	SELECT county, trend(received, mediated(outcome), 'Asia/Shanghai') FROM {complaint} GROUP BY county
) AS bureau, series(trend, 'month') ORDER BY county, period;
-- side: floor
SELECT county, count(outcome) FROM {complaint} GROUP BY county ORDER BY county;
-- side: sql, GROUP BY and lag
SELECT county, month::date, volume, mediated, decided,
	lag(volume, 1, 0::bigint) OVER county, lag(mediated, 1, 0::bigint) OVER county, lag(decided, 1, 0::bigint) OVER county,
	lag(volume, 12, 0::bigint) OVER county, lag(mediated, 12, 0::bigint) OVER county, lag(decided, 12, 0::bigint) OVER county
FROM (
	SELECT county, date_trunc('month', received AT TIME ZONE 'Asia/Shanghai') AS month, count(*) AS volume,
		count(*) FILTER (WHERE outcome = 'mediated') AS mediated,
		count(*) FILTER (WHERE outcome IN ('mediated', 'failed')) AS decided
	FROM {complaint} GROUP BY county, month
) AS monthly WINDOW county AS (PARTITION BY county ORDER BY month) ORDER BY county, month;
-- side: duckdb, AT TIME ZONE
SELECT county, month::date, volume, mediated, decided,
	lag(volume, 1, 0) OVER county, lag(mediated, 1, 0) OVER county, lag(decided, 1, 0) OVER county,
	lag(volume, 12, 0) OVER county, lag(mediated, 12, 0) OVER county, lag(decided, 12, 0) OVER county
FROM (
	SELECT county, date_trunc('month', received AT TIME ZONE 'Asia/Shanghai') AS month, count(*) AS volume,
		count(*) FILTER (WHERE outcome = 'mediated') AS mediated,
		count(*) FILTER (WHERE outcome IN ('mediated', 'failed')) AS decided
	FROM complaint GROUP BY county, month
) AS monthly WINDOW county AS (PARTITION BY county ORDER BY month) ORDER BY county, month;
-- side: duckdb_shifted, adding eight hours
SELECT county, month::date, volume, mediated, decided,
	lag(volume, 1, 0) OVER county, lag(mediated, 1, 0) OVER county, lag(decided, 1, 0) OVER county,
	lag(volume, 12, 0) OVER county, lag(mediated, 12, 0) OVER county, lag(decided, 12, 0) OVER county
FROM (
	SELECT county, date_trunc('month', received_utc + INTERVAL 8 HOUR) AS month, count(*) AS volume,
		count(*) FILTER (WHERE outcome = 'mediated') AS mediated,
		count(*) FILTER (WHERE outcome IN ('mediated', 'failed')) AS decided
	FROM complaint GROUP BY county, month
) AS monthly WINDOW county AS (PARTITION BY county ORDER BY month) ORDER BY county, month;

-- comparison: trend of volumes with series
-- side: ours
SELECT county, lower(period), volume, (pop).baseline_volume, (yoy).baseline_volume
FROM (
	SELECT county, trend(received, NULL::boolean, 'Asia/Shanghai') FROM {complaint} GROUP BY county
) AS bureau, series(trend, 'month') ORDER BY county, period;
-- side: floor
SELECT county, count(received) FROM {complaint} GROUP BY county ORDER BY county;
-- side: sql, GROUP BY and lag
SELECT county, month::date, volume, lag(volume, 1, 0::bigint) OVER county, lag(volume, 12, 0::bigint) OVER county
FROM (
	SELECT county, date_trunc('month', received AT TIME ZONE 'Asia/Shanghai') AS month, count(*) AS volume
	FROM {complaint} GROUP BY county, month
) AS monthly WINDOW county AS (PARTITION BY county ORDER BY month) ORDER BY county, month;
-- side: duckdb, AT TIME ZONE
SELECT county, month::date, volume, lag(volume, 1, 0) OVER county, lag(volume, 12, 0) OVER county
FROM (
	SELECT county, date_trunc('month', received AT TIME ZONE 'Asia/Shanghai') AS month, count(*) AS volume
	FROM complaint GROUP BY county, month
) AS monthly WINDOW county AS (PARTITION BY county ORDER BY month) ORDER BY county, month;

-- comparison: scorecard with verdict
-- side: ours
SELECT county, (volume).volume, (volume).baseline_volume,
	hits((mediation).rate), total((mediation).rate), hits((mediation).baseline_rate), total((mediation).baseline_rate),
	hits((satisfaction).rate), total((satisfaction).rate), hits((satisfaction).baseline_rate), total((satisfaction).baseline_rate),
	open_escalations
FROM (
	SELECT county, scorecard(received, concluded, mediated(outcome), satisfied(satisfaction), escalated, cleared, 'Asia/Shanghai') AS card
	FROM {complaint} GROUP BY county
) AS bureau, verdict(card, '[2024-01-01,2025-01-01)', zone => 'Asia/Shanghai') ORDER BY county;
-- side: floor
SELECT county, count(cleared) FROM {complaint} GROUP BY county ORDER BY county;
-- side: sql, FILTER counts
SELECT county,
	count(*) FILTER (WHERE received >= '2024-01-01 00:00+08' AND received < '2025-01-01 00:00+08'),
	count(*) FILTER (WHERE received >= '2023-01-01 00:00+08' AND received < '2024-01-01 00:00+08'),
	count(*) FILTER (WHERE concluded >= '2024-01-01 00:00+08' AND concluded < '2025-01-01 00:00+08' AND outcome = 'mediated'),
	count(*) FILTER (WHERE concluded >= '2024-01-01 00:00+08' AND concluded < '2025-01-01 00:00+08' AND outcome IN ('mediated', 'failed')),
	count(*) FILTER (WHERE concluded >= '2023-01-01 00:00+08' AND concluded < '2024-01-01 00:00+08' AND outcome = 'mediated'),
	count(*) FILTER (WHERE concluded >= '2023-01-01 00:00+08' AND concluded < '2024-01-01 00:00+08' AND outcome IN ('mediated', 'failed')),
	count(*) FILTER (WHERE concluded >= '2024-01-01 00:00+08' AND concluded < '2025-01-01 00:00+08' AND satisfaction >= 'fairly_satisfied'),
	count(satisfaction) FILTER (WHERE concluded >= '2024-01-01 00:00+08' AND concluded < '2025-01-01 00:00+08'),
	count(*) FILTER (WHERE concluded >= '2023-01-01 00:00+08' AND concluded < '2024-01-01 00:00+08' AND satisfaction >= 'fairly_satisfied'),
	count(satisfaction) FILTER (WHERE concluded >= '2023-01-01 00:00+08' AND concluded < '2024-01-01 00:00+08'),
	count(*) FILTER (WHERE escalated < '2025-01-01 00:00+08' AND (cleared > '2025-01-01 00:00+08' OR cleared IS NULL))
FROM {complaint} GROUP BY county ORDER BY county;
-- side: duckdb
SELECT county,
	count(*) FILTER (WHERE received >= '2024-01-01 00:00:00+08' AND received < '2025-01-01 00:00:00+08'),
	count(*) FILTER (WHERE received >= '2023-01-01 00:00:00+08' AND received < '2024-01-01 00:00:00+08'),
	count(*) FILTER (WHERE concluded >= '2024-01-01 00:00:00+08' AND concluded < '2025-01-01 00:00:00+08' AND outcome = 'mediated'),
	count(*) FILTER (WHERE concluded >= '2024-01-01 00:00:00+08' AND concluded < '2025-01-01 00:00:00+08' AND outcome IN ('mediated', 'failed')),
	count(*) FILTER (WHERE concluded >= '2023-01-01 00:00:00+08' AND concluded < '2024-01-01 00:00:00+08' AND outcome = 'mediated'),
	count(*) FILTER (WHERE concluded >= '2023-01-01 00:00:00+08' AND concluded < '2024-01-01 00:00:00+08' AND outcome IN ('mediated', 'failed')),
	count(*) FILTER (WHERE concluded >= '2024-01-01 00:00:00+08' AND concluded < '2025-01-01 00:00:00+08'
		AND satisfaction IN ('very_satisfied', 'satisfied', 'fairly_satisfied')),
	count(satisfaction) FILTER (WHERE concluded >= '2024-01-01 00:00:00+08' AND concluded < '2025-01-01 00:00:00+08'),
	count(*) FILTER (WHERE concluded >= '2023-01-01 00:00:00+08' AND concluded < '2024-01-01 00:00:00+08'
		AND satisfaction IN ('very_satisfied', 'satisfied', 'fairly_satisfied')),
	count(satisfaction) FILTER (WHERE concluded >= '2023-01-01 00:00:00+08' AND concluded < '2024-01-01 00:00:00+08'),
	count(*) FILTER (WHERE escalated < '2025-01-01 00:00:00+08' AND (cleared > '2025-01-01 00:00:00+08' OR cleared IS NULL))
FROM complaint GROUP BY county ORDER BY county;

-- comparison: tally, all
-- side: ours
SELECT key, count FROM (SELECT tally(enterprise) FROM {complaint}) AS city, at_least(tally, 1);
-- side: floor
SELECT count(enterprise) FROM {complaint};
-- side: sql, GROUP BY
SELECT enterprise, count(*) FROM {complaint} GROUP BY enterprise ORDER BY count(*) DESC, enterprise;

-- comparison: tally, top 10
-- side: ours
SELECT key, count FROM (SELECT tally(enterprise) FROM {complaint}) AS city, top(tally, 10);
-- side: floor
SELECT count(enterprise) FROM {complaint};
-- side: sql, GROUP BY and LIMIT
SELECT enterprise, count(*) FROM {complaint} GROUP BY enterprise ORDER BY count(*) DESC, enterprise LIMIT 10;
-- side: duckdb
SELECT enterprise, count(*) FROM complaint GROUP BY enterprise ORDER BY count(*) DESC, enterprise LIMIT 10;

-- comparison: open_periods
-- side: ours
SELECT open_periods(clearance(received, concluded)) FROM {complaint};
-- side: floor
SELECT count(concluded) FROM {complaint};
-- side: sql, range_agg (serial)
SELECT range_agg(tstzrange(received, concluded)) FROM {complaint};

-- comparison: peak_open
-- side: ours
SELECT peak_open(clearance(received, concluded)) FROM {complaint};
-- side: floor
SELECT count(concluded) FROM {complaint};
-- side: sql, window sweep (serial)
SELECT max(open)
FROM (
	SELECT sum(step) OVER (ORDER BY at, step ROWS UNBOUNDED PRECEDING) AS open
	FROM (
		SELECT received AS at, 1 AS step FROM {complaint}
		UNION ALL
		SELECT concluded, -1 FROM {complaint} WHERE concluded IS NOT NULL
	) AS event
) AS sweep;

-- comparison: time_to_clear
-- side: ours
SELECT time_to_clear(clearance(received, concluded), at => '2025-01-01 00:00+08') FROM {complaint};
-- side: floor
SELECT count(concluded) FROM {complaint};
-- side: sql, Kaplan–Meier (serial)
SELECT justify_hours(min(lasted))
FROM (
	SELECT lasted, sum(ln(1 - ended / at_risk::float8)) OVER (ORDER BY lasted) AS survival
	FROM (
		SELECT lasted, count(*) FILTER (WHERE concluded IS NOT NULL) AS ended,
			sum(count(*)) OVER (ORDER BY lasted DESC) AS at_risk
		FROM (SELECT concluded, coalesce(concluded, '2025-01-01 00:00+08') - received AS lasted FROM {complaint}) AS duration
		GROUP BY lasted
	) AS risk
	WHERE ended < at_risk
) AS curve
WHERE survival <= ln(0.5::float8);

-- comparison: open_count
-- side: ours
SELECT open_count(clearance(received, concluded), '2024-07-01 00:00+08') FROM {complaint};
-- side: floor
SELECT count(concluded) FROM {complaint};
-- side: sql, FILTER count
SELECT count(*) FILTER (WHERE received <= '2024-07-01 00:00+08' AND (concluded > '2024-07-01 00:00+08' OR concluded IS NULL))
FROM {complaint};

-- comparison: clear_since, by county
-- side: ours
SELECT county, clear_since(clearance(escalated, cleared), '2024-07-01 00:00+08') FROM {complaint} GROUP BY county ORDER BY county;
-- side: floor
SELECT county, count(cleared) FROM {complaint} GROUP BY county ORDER BY county;
-- side: sql, FILTER counts
SELECT county,
	CASE count(*) FILTER (WHERE escalated <= '2024-07-01 00:00+08' AND (cleared > '2024-07-01 00:00+08' OR cleared IS NULL)) WHEN 0
	THEN coalesce(max(cleared) FILTER (WHERE cleared <= '2024-07-01 00:00+08'), '-infinity') END
FROM {complaint} GROUP BY county ORDER BY county;

-- comparison: is_working_day
-- side: ours
SELECT count(*) FILTER (WHERE is_working_day(day)) FROM call;
-- side: floor
SELECT count(*) FILTER (WHERE isfinite(day)) FROM call;
-- side: sql, join with a calendar
SELECT count(*) FILTER (WHERE worked) FROM call JOIN calendar USING (day);

-- comparison: working_days
-- side: ours
SELECT sum(working_days(day, day + later)) FROM call;
-- side: floor
SELECT count(isfinite(day)) FROM call;
-- side: sql, join with a calendar
SELECT sum(after.nth - before.nth)
FROM call JOIN calendar AS before USING (day) JOIN calendar AS after ON after.day = call.day + later;

-- comparison: due_date
-- side: ours
SELECT sum(due_date('acceptance', day) - date '2020-01-01') FROM call;
-- side: floor
SELECT count(isfinite(day)) FROM call;
-- side: sql, join with a calendar
SELECT sum(due.day - date '2020-01-01')
FROM call JOIN calendar AS begun USING (day) JOIN calendar AS due ON due.worked AND due.nth = begun.nth + 7;
