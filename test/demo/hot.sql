-- Prints where the complaints of :period gather, who is listed again, and when they surged.
\ir lists.sql

SELECT EXISTS (SELECT FROM complaint WHERE enterprise IS NOT NULL) AS enterprises, EXISTS (SELECT FROM listing) AS listings,
	EXISTS (SELECT FROM surge) AS surges \gset

\if :enterprises
\echo
\echo 投诉集中的企业(前十)
\pset tuples_only off
\pset format aligned
SELECT rank AS "名次", key AS "企业", count AS "件数", share AS "件数/总数", percent(share) AS "占比%"
FROM (
	SELECT tally(concat_ws(' ', credit_code, enterprise)) AS enterprises FROM complaint
	WHERE enterprise IS NOT NULL AND (received AT TIME ZONE :'zone')::date <@ :'period'::daterange
) AS city, top(enterprises, 10);
\endif

\if :listings
\pset tuples_only on
\pset format unaligned
SELECT format('重点企业名单: 一季投诉 %s 件以上; %s 批共 %s 家次, %s 家企业', :listed, count(DISTINCT quarter), count(*), count(DISTINCT key))
FROM listing;
\pset tuples_only off
\pset format aligned
SELECT times AS "列入批数", count(*) AS "企业数", min(key) AS "例"
FROM (SELECT tally(key) AS listings FROM listing) AS year, at_least(listings, 1) AS listed (rank, key, times)
GROUP BY times
ORDER BY times DESC;
\endif

\if :surges
\pset tuples_only on
\pset format unaligned
SELECT format('突增预警: %s, 对照前四周', region) FROM surge LIMIT 1;
\pset tuples_only off
\pset format aligned
SELECT day AS "日期", observed AS "件数", round(expected::numeric, 1) AS "预期", round(threshold::numeric, 1) AS "警戒线",
	key AS "最多的企业", count AS "其中"
FROM surge, LATERAL (
	SELECT tally(enterprise) AS enterprises FROM complaint
	WHERE complaint.region = surge.region AND (received AT TIME ZONE :'zone')::date = day
) AS that_day LEFT JOIN LATERAL top(enterprises, 1) ON true
ORDER BY day;
\endif
