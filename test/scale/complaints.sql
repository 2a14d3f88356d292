-- Fills one_server with :rows complaints of two years: the same under any setting, on any server. 西藏 has none.
-- 0 … sides - 1; the hash is the one of hash partitions, so no version can change it
CREATE FUNCTION pg_temp.dice(n bigint, salt int, sides int) RETURNS int LANGUAGE sql IMMUTABLE
RETURN (hashint8extended(n, salt) & 9223372036854775807) % sides;

INSERT INTO one_server
SELECT n, province, format('%s%s县', province, 1 + place), kind,
	CASE WHEN dice.firm < 60 THEN format('%s%s公司', kind, dice.firm * dice.firm2 / 20) END,
	at AT TIME ZONE 'Asia/Shanghai',
	CASE WHEN outcome <> 'pending' THEN (at + taken) AT TIME ZONE 'Asia/Shanghai' END,
	outcome::mediation_outcome,
	CASE WHEN outcome <> 'pending' THEN answer END,
	(at + late) AT TIME ZONE 'Asia/Shanghai',
	CASE WHEN pg_temp.dice(n, 9, 8) > 0 THEN (at + late + taken) AT TIME ZONE 'Asia/Shanghai' END,
	at::date, at, 'Asia/Shanghai'
FROM generate_series(1, :rows) AS n,
	LATERAL (SELECT pg_temp.dice(n, 1, 64) AS firm, pg_temp.dice(n, 2, 64) AS firm2, pg_temp.dice(n, 3, 7) AS place) AS dice,
	LATERAL (SELECT (ARRAY['浙江', '江苏', '广东', '四川', '山东', '河南', '湖北'])[1 + pg_temp.dice(n, 4, 7)] AS province,
		(ARRAY['餐饮', '家电', '教育', '汽车', '食品', '美容'])[1 + pg_temp.dice(n, 5, 6)] AS kind,
		CASE WHEN n % 1000 > 0 THEN
			timestamp '2022-01-01' + pg_temp.dice(n, 6, 730) * interval '1 day' + pg_temp.dice(n, 7, 86400) * interval '1 second'
		END AS at,
		pg_temp.dice(n, 8, 5000000) * interval '1 second' AS taken,
		CASE WHEN pg_temp.dice(n, 10, 100) = 0 THEN interval '30 days' END AS late,
		(ARRAY['mediated', 'mediated', 'mediated', 'failed', 'settled', 'unsettled', 'withdrawn', 'rejected', 'transferred',
			'pending'])[1 + pg_temp.dice(n, 11, 10)] AS outcome,
		(enum.answers)[1 + pg_temp.dice(n, 12, 7)] AS answer
		FROM (SELECT '{very_satisfied,satisfied,fairly_satisfied,neutral,dissatisfied,very_dissatisfied,NULL}'::satisfaction[] AS answers)
			AS enum) AS word;
