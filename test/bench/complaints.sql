-- Makes :size complaints of three years in nine counties, in the order in which they reach the platform, up to three days
-- late. Integer arithmetic and the hash of hash partitions: the same rows under any setting, on any server.

SET timezone = 'Asia/Shanghai';

-- 0 … sides - 1
CREATE FUNCTION pg_temp.dice(n bigint, salt int, sides int) RETURNS int LANGUAGE sql IMMUTABLE
RETURN (hashint8extended(n, salt) & 9223372036854775807) % sides;

CREATE FUNCTION pg_temp.pick(n bigint, salt int, words text[]) RETURNS text LANGUAGE sql IMMUTABLE
RETURN words[1 + pg_temp.dice(n, salt, cardinality(words))];

-- Of the 3,000 enterprises the first has a fifteenth of all complaints, half of them have a fifth together.
CREATE TABLE complaint AS
SELECT id,
	pg_temp.pick(id, 1, '{椒江,椒江,椒江,椒江,黄岩,黄岩,黄岩,路桥,路桥,路桥,临海,临海,临海,温岭,温岭,温岭,温岭,玉环,玉环,天台,仙居,三门}') AS county,
	'浙江' || 3000::bigint * pg_temp.dice(id, 2, 1000) * pg_temp.dice(id, 3, 1000) * pg_temp.dice(id, 4, 1000) / 1000000000
		|| '号商贸有限公司' AS enterprise,
	received, concluded,
	CASE WHEN concluded IS NULL THEN 'pending'
		ELSE pg_temp.pick(id, 8, '{mediated,mediated,mediated,mediated,mediated,mediated,failed,failed,failed,settled,withdrawn,rejected}')
	END::mediation_outcome AS outcome,
	CASE WHEN concluded IS NOT NULL AND pg_temp.dice(id, 9, 10) < 6
		THEN pg_temp.pick(id, 10, '{very_satisfied,satisfied,satisfied,satisfied,fairly_satisfied,neutral,dissatisfied,very_dissatisfied}')
	END::satisfaction AS satisfaction,
	CASE WHEN pg_temp.dice(id, 11, 20) > 0 THEN pg_temp.dice(id, 12, 40) = 0 END AS converted,
	escalated,
	CASE WHEN escalated < '2024-12-22' THEN escalated + make_interval(mins => 30 + pg_temp.dice(id, 13, 1000)) END AS cleared
FROM generate_series(1, :size::bigint) AS id,
	LATERAL (SELECT timestamptz '2022-01-01'
		+ make_interval(secs => id * 1093 * 86400 / :size + pg_temp.dice(id, 5, 3 * 86400)) AS received) AS arrival,
	LATERAL (SELECT received + make_interval(secs => 3600 + pg_temp.dice(id, 6, 60) * pg_temp.dice(id, 7, 86400)) AS ended) AS closing,
	LATERAL (SELECT CASE WHEN ended < '2025-01-01' THEN ended END AS concluded,
		CASE WHEN pg_temp.dice(id, 14, 500) = 0
			THEN received + make_interval(secs => 1000 + pg_temp.dice(id, 15, 500000)) END AS escalated) AS later;

CREATE TABLE complaint_tenth AS SELECT * FROM complaint WHERE id % 10 = 0;
CREATE TABLE complaint_shuffled AS SELECT * FROM complaint ORDER BY hashint8extended(id, 0), id;

-- For working days: the dates of six years, and a calendar as one keeps it in SQL, with a running number of the working days
CREATE TABLE call AS
SELECT n, date '2020-01-01' + pg_temp.dice(n, 1, 2100) AS day, pg_temp.dice(n, 2, 60) AS later
FROM generate_series(1, 1000000) AS n;

CREATE TABLE calendar AS
SELECT day, worked, count(*) FILTER (WHERE worked) OVER (ORDER BY day) AS nth
FROM generate_series(timestamp '2020-01-01', '2026-12-31', '1 day') AS morning,
	LATERAL (SELECT morning::date AS day) AS date LEFT JOIN working_day_exception USING (day),
	LATERAL (SELECT coalesce(is_working, extract(isodow FROM day) < 6) AS worked) AS rule;

-- For memory: small trends in many groups, and keys that are all different
CREATE TABLE small_trend AS
SELECT n % 100000 AS station, 1 AS one, date '2024-01-01' + (n / 100000)::int AS day FROM generate_series(0, 299999) AS n;
CREATE TABLE many_keys AS SELECT '91331' || substr(md5(n::text), 1, 13) AS key FROM generate_series(1, 1000000) AS n;

ALTER TABLE complaint SET (parallel_workers = 2);
ALTER TABLE complaint_tenth SET (parallel_workers = 2);
ALTER TABLE complaint_shuffled SET (parallel_workers = 2);
VACUUM ANALYZE;
