-- Fills complaint with what Taizhou could have seen from January 2022 to September 2023, as it stood on 1 October.
-- All names are invented. Local time and integer arithmetic throughout: the same rows under any setting, on any server.

-- 0 … sides - 1; the hash is the one of hash partitions, so no version can change it
CREATE FUNCTION pg_temp.dice(n bigint, salt int, sides int) RETURNS int LANGUAGE sql IMMUTABLE
RETURN (hashint8extended(n, salt) & 9223372036854775807) % sides;

CREATE FUNCTION pg_temp.pick(n bigint, salt int, words text[]) RETURNS text LANGUAGE sql IMMUTABLE
RETURN words[1 + pg_temp.dice(n, salt, cardinality(words))];

-- rates in ‰, of 2022 and of 2023; arrivals a day × 1000; clear_days: a petition is cleared within
CREATE TEMP TABLE county (region text, area bigint, offices int, stations int, arrivals int, growth int,
	mediated int[], satisfied int[], clear_days int);
INSERT INTO county VALUES
	('椒江', 331002,  9, 26, 33000,  950, '{648,673}', '{880,898}',  4),
	('黄岩', 331003, 10, 24, 23000,  965, '{655,676}', '{905,921}', 40),
	('路桥', 331004,  8, 21, 22000, 1030, '{672,655}', '{900,911}', 45),
	('临海', 331082, 12, 31, 29000,  925, '{634,662}', '{870,893}',  5),
	('温岭', 331081, 13, 35, 36000, 1035, '{652,668}', '{893,880}', 30),
	('玉环', 331083,  9, 22, 17000,  980, '{684,666}', '{915,931}',  6),
	('天台', 331023,  8, 18, 11500,  905, '{610,645}', '{895,909}',  4),
	('仙居', 331024,  7, 16,  9500, 1085, '{662,641}', '{882,861}', 20),
	('三门', 331022,  5, 12,  9000, 1015, '{641,670}', '{908,893}',  8);

-- the report's figures: 2,587 of 3,506 settled online, 608 converted cases against 152 the year before
CREATE TEMP TABLE quota (span tsrange, odr int, settled int, converted int);
INSERT INTO quota VALUES
	('[2022-01-01,2022-10-01)', 2418, 1669, 152),
	('[2022-10-01,2023-01-01)', 1043,  738,  79),
	('[2023-01-01,2023-10-01)', 3506, 2587, 608);

CREATE TEMP TABLE word AS
SELECT '{0,2,6,7,8,8,9,9,9,9,10,10,10,10,11,11,12,13,14,14,14,15,15,15,16,16,17,18,19,19,20,20,21,22,23}'::text[] AS hours,
	'{12315平台,12315平台,12315平台,12315平台,12315平台,12345热线,12345热线,12345热线,浙里办,来访}'::text[] AS channels,
	'{质量,质量,质量,退款,退款,售后服务,售后服务,合同,合同,虚假宣传,价格,安全}'::text[] AS issues,
	'{预付式消费,餐饮服务,家用电器,教育培训,装修建材,汽车及零部件,食品,美容美发,网络购物}'::text[] AS kinds,
	'{健身,餐饮,电器,教育,装饰,汽车,食品,美容,商贸}'::text[] AS trades,
	'{恒,瑞,嘉,盛,华,安,泰,永,金,同}'::text[] AS first,
	'{达,丰,和,源,信,顺,美,诚,兴,利,康,宏,茂,德,祥,润,隆,益,辉,通,博,佳,悦,晟,鑫,远,汇,优,创,航,
		腾,旺,福,乐,明,海,新,荣,昌,亿,万,合,天,启,正,启元,一品,百川,万象,锦程,四方,东升,中和,长青,
		大有,九州,金桥,玉成,三和,五洲}'::text[] AS second;

INSERT INTO complaint
WITH workload AS (
	-- more in March (3·15), summer and November (double eleven), fewer at weekends
	SELECT county.*, day, area * 100000 + (day - date '2000-01-01') AS seed,
		region = '路桥' AND day BETWEEN '2023-06-12' AND '2023-06-25' AS surge,
		1 + (extract(year FROM day)::int - 2022) AS year,
		('{1010,760,1120,950,970,1060,1100,1070,1000,930,1110,1000}'::int[])[extract(month FROM day)]
			* CASE WHEN extract(isodow FROM day) < 6 THEN 1120 ELSE 680 END::bigint AS season
	FROM county, generate_series(timestamp '2022-01-01', '2023-09-30', '1 day') AS morning,
		LATERAL (SELECT morning::date AS day) AS today
), arrival AS (
	SELECT row_number() OVER (ORDER BY day, area, nth) AS n, workload.*
	FROM workload, LATERAL (
		SELECT arrivals * season / 1000000 * (CASE year WHEN 2 THEN growth ELSE 1000 END) / 1000
			* (850 + pg_temp.dice(seed, 1, 301)) / 1000 * (CASE WHEN surge THEN 2 ELSE 1 END) AS expected
	) AS estimate, generate_series(1, (expected + pg_temp.dice(seed, 2, 1000)) / 1000) AS nth
), journey AS (
	SELECT *,
		day + make_interval(hours => pg_temp.pick(n, 3, hours)::int, secs => pg_temp.dice(n, 4, 3600)) AS received,
		day + make_interval(days => 1 + pg_temp.dice(n, 5, 10) * pg_temp.dice(n, 6, 100) / 100
			+ CASE pg_temp.dice(n, 7, 50) WHEN 0 THEN 9 ELSE 0 END, secs => 32400 + pg_temp.dice(n, 8, 30000)) AS examined,
		pg_temp.dice(n, 9, 10) = 0 AS rejected
	FROM arrival, word
), milestone AS (
	SELECT *,
		CASE WHEN rejected THEN examined
			WHEN pg_temp.dice(n, 10, 400) > 0 THEN examined::date + make_interval(
				days => 1 + pg_temp.dice(n, 11, 50) * pg_temp.dice(n, 12, 100) / 100
					+ CASE pg_temp.dice(n, 13, 30) WHEN 0 THEN 40 ELSE 0 END, secs => 32400 + pg_temp.dice(n, 14, 30000))
		END AS decided,
		CASE pg_temp.dice(n, 15, 400) WHEN 0 THEN
			examined + make_interval(days => 5 + pg_temp.dice(n, 16, 40), secs => pg_temp.dice(n, 17, 7200))
		END AS petitioned
	FROM journey
), snapshot AS (
	-- what lies after the last day is not known yet
	SELECT *,
		CASE WHEN NOT rejected AND examined < '2023-10-01' THEN examined END AS accepted,
		CASE WHEN decided < '2023-10-01' THEN decided END AS concluded,
		CASE WHEN petitioned < '2023-10-01' THEN petitioned END AS escalated,
		petitioned + make_interval(days => pg_temp.dice(n, 18, clear_days), secs => 3600 + pg_temp.dice(n, 19, 40000))
			AS closed
	FROM milestone
), ranked AS (
	SELECT snapshot.*, concluded_in.odr AS odr_quota, concluded_in.settled AS settled_quota,
		received_in.converted AS converted_quota,
		row_number() OVER (PARTITION BY concluded_in.span, rejected ORDER BY pg_temp.dice(n, 20, 1000000), n) AS odr_rank,
		row_number() OVER (PARTITION BY received_in.span ORDER BY pg_temp.dice(n, 21, 1000000), n) AS converted_rank
	FROM snapshot
	JOIN quota AS received_in ON received_in.span @> received
	LEFT JOIN quota AS concluded_in ON concluded_in.span @> concluded
), result AS (
	SELECT *, NOT rejected AND odr_rank <= odr_quota AS odr, converted_rank <= converted_quota AS converted,
		1 + pg_temp.dice(n, 24, stations) AS place,
		CASE WHEN surge AND pg_temp.dice(n, 25, 2) = 0 THEN 7
			-- three dice multiplied: few are hit often, most seldom
			ELSE 1 + arrivals / 60::bigint * pg_temp.dice(n, 26, 1000) * pg_temp.dice(n, 27, 1000)
				* pg_temp.dice(n, 28, 1000) / 1000000000
		END AS firm,
		CASE WHEN concluded IS NULL THEN 'pending'
			WHEN rejected THEN 'rejected'
			WHEN odr_rank <= settled_quota THEN 'settled'
			WHEN odr_rank <= odr_quota THEN 'unsettled'
			WHEN pg_temp.dice(n, 22, 100) < 15 THEN 'withdrawn'
			WHEN pg_temp.dice(n, 22, 100) < 18 THEN 'transferred'
			WHEN pg_temp.dice(n, 23, 1000) < mediated[year] THEN 'mediated'
			ELSE 'failed'
		END AS outcome
	FROM ranked
), named AS (
	SELECT *, (firm * 37 + area * 11)::int % 600 AS brand, 1 + (firm + area)::int % 9 AS trade FROM result
)
SELECT 'C' || lpad(n::text, 7, '0'),
	region,
	format('%s第%s所', region, 1 + (place - 1) % offices),
	format('%s第%s所第%s站', region, 1 + (place - 1) % offices, 1 + (place - 1) / offices),
	format('%s%s%s%s有限公司', region, first[1 + brand % 10], second[1 + brand / 10], trades[trade]),
	format('91%sMADEM%s', area, lpad(firm::text, 5, '0')),
	pg_temp.pick(n, 30, channels),
	kinds[trade],
	pg_temp.pick(n, 32, issues),
	received AT TIME ZONE 'Asia/Shanghai',
	accepted AT TIME ZONE 'Asia/Shanghai',
	concluded AT TIME ZONE 'Asia/Shanghai',
	outcome::mediation_outcome,
	CASE WHEN outcome IN ('mediated', 'failed', 'settled', 'unsettled') AND pg_temp.dice(n, 33, 100) < 60 THEN
		CASE WHEN pg_temp.dice(n, 34, 1000) < satisfied[year]
			THEN pg_temp.pick(n, 35, '{very_satisfied,very_satisfied,satisfied,satisfied,fairly_satisfied}')
			ELSE pg_temp.pick(n, 36, '{neutral,dissatisfied,dissatisfied,very_dissatisfied}')
		END::satisfaction
	END,
	odr,
	converted,
	escalated AT TIME ZONE 'Asia/Shanghai',
	CASE WHEN closed < '2023-10-01' THEN closed END AT TIME ZONE 'Asia/Shanghai'
FROM named;

DROP TABLE county, quota, word;
