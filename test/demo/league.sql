-- Prints the league table of the county bureaus for :period, and the figures beside it.
\ir cards.sql

\pset tuples_only
\pset format unaligned
\if :{?note}
	\echo :note
\endif
SELECT format('共 %s 件投诉, %s 至 %s; 以下为 %s 至 %s, 与上年同期比。', count(*), min(received)::date, max(received)::date,
	lower(:'period'::daterange), upper(:'period'::daterange) - 1)
FROM complaint;

\pset tuples_only
\pset format aligned
\pset footer off
\pset null -
SELECT coalesce(region, '合计') AS "县(市、区)局",
	(volume).volume AS "投诉量", growth(volume) AS "同比%",
	percent((mediation).rate) AS "调解成功率%", points(mediation) AS "增减百分点",
	percent((satisfaction).rate) AS "满意率%", points(satisfaction) AS "增减百分点",
	open_escalations AS "未清诉转访",
	concat(
		CASE WHEN volume_down THEN '降' WHEN volume_down IS NULL THEN '无' ELSE '－' END,
		CASE WHEN mediation_up THEN '升' WHEN mediation_up IS NULL THEN '无' ELSE '－' END,
		CASE WHEN satisfaction_up THEN '升' WHEN satisfaction_up IS NULL THEN '无' ELSE '－' END,
		CASE WHEN escalations_clear THEN '清' ELSE '－' END) AS "达标",
	goals_met AS "项数", rank AS "名次"
FROM league
ORDER BY rank, region COLLATE "C";

\pset tuples_only
\pset format unaligned
SELECT format('全部数据: 调解成功率 %s = %s%%, 满意率 %s = %s%%', mediation, percent(mediation), satisfaction, percent(satisfaction))
FROM (SELECT rollup(card) AS card FROM county_card) AS city,
	rate(mediation_trend(card)) AS mediation, rate(satisfaction_trend(card)) AS satisfaction;

SELECT format('在线和解率(ODR): %s = %s%%, 件数%s', (change).rate, percent((change).rate), describe(change))
FROM (
	SELECT yoy(trend(concluded, outcome = 'settled', :'zone'), :'period') AS change
	FROM complaint WHERE odr AND outcome IN ('settled', 'unsettled')
) AS online
WHERE total((change).rate) > 0;

SELECT format('诉转案: %s 件, 上年同期 %s 件, %s', (change).volume, (change).baseline_volume, describe(change))
FROM (
	SELECT yoy(trend(received, NULL, :'zone'), :'period') AS change
	FROM complaint WHERE converted
) AS converted
WHERE (change).volume > 0;
