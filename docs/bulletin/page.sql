-- The page, part by part, from the figures.

-- The month in words
CREATE FUNCTION pg_temp.in_words(change delta) RETURNS text LANGUAGE sql IMMUTABLE
RETURN CASE WHEN total((change).rate) = 0 THEN '无数据'
	ELSE concat_ws('，', pg_temp.percentage((change).rate), '同比' || describe(delta((change).rate, (change).baseline_rate))) END;

CREATE TEMP VIEW lead_part AS
SELECT pg_temp.paragraph('lead', concat(
	:'month_name', '，', :'area', '收到投诉', (volume).volume, '件，', CASE
		WHEN (volume).baseline_volume > 0 THEN '同比' || describe(delta((volume).volume, (volume).baseline_volume))
		WHEN first_month > :'month_start'::timestamptz - interval '1 year' THEN '上年同月无数据'
		ELSE '上年同月没有投诉' END,
	'；调解成功率', pg_temp.in_words(mediation), '；满意率', pg_temp.in_words(satisfaction),
	'；月末未清诉转访', coalesce(open_escalations || '件', '无数据'), '。',
	CASE WHEN all_met.n > 0 THEN format('四项目标全部达标的有%s个单位：%s。', all_met.n, all_met.names)
		WHEN all_met.judged THEN '没有单位四项目标全部达标。' ELSE '四项目标因缺少数据，没有单位可以全部判定。' END,
	CASE WHEN uncleared.n > 0 THEN format('未清零的有%s个单位：%s。', uncleared.n, uncleared.names)
		WHEN open_escalations = 0 THEN '各单位诉转访全部清零。' END)) AS html
FROM league, recorded, (
	SELECT bool_or(met IS NOT NULL) AS judged, count(*) FILTER (WHERE met) AS n,
		string_agg(region, '、' ORDER BY region COLLATE "C") FILTER (WHERE met) AS names
	FROM league, LATERAL (
		SELECT CASE WHEN num_nulls(volume_down, mediation_up, satisfaction_up, escalations_clear) = 0
			THEN volume_down AND mediation_up AND satisfaction_up AND escalations_clear END AS met
	) AS goals
	WHERE region IS NOT NULL
) AS all_met, (
	SELECT count(*) AS n, string_agg(format('%s（%s件）', region, open_escalations), '、'
		ORDER BY open_escalations DESC, region COLLATE "C") AS names
	FROM league WHERE region IS NOT NULL AND open_escalations > 0
) AS uncleared
WHERE region IS NULL;

-- Headline numbers: of the month beside 同比 and 环比, and of the year so far, which is compared where all of the year before is known
CREATE TEMP VIEW headline AS
WITH whole AS (
	SELECT league.*, recorded.*, this, so_far, first_month <= lower(so_far) - interval '1 year' AS known_before
	FROM league, recorded, (VALUES (:'month'::daterange, :'year_to_date'::daterange)) AS span (this, so_far)
	WHERE region IS NULL
)
SELECT place, id, name, volume(t, this)::text AS value, '件' AS unit, note,
	pg_temp.grown(yoy(t, this), good) AS yoy, pg_temp.grown(pop(t, this), good) AS pop,
	volume(t, so_far) || '件' AS so_far, CASE WHEN known_before THEN pg_temp.grown(yoy(t, so_far), good) END AS so_far_yoy
FROM whole, LATERAL (VALUES
	(1, 'volume', '投诉量', '收到的全部投诉', volume_trend(card), -1),
	(5, 'conversion', '诉转案', CASE WHEN conversion_recorded THEN '投诉转为案件' ELSE '无数据' END,
		CASE WHEN conversion_recorded THEN conversion END, 0)
) AS counted (place, id, name, note, t, good)
UNION ALL
SELECT place, id, name, percent(rate(t, this))::text, '%',
	pg_temp.fraction(rate(t, this)), pg_temp.risen(yoy(t, this), '个百分点'), pg_temp.risen(pop(t, this), '个百分点'),
	pg_temp.percentage(rate(t, so_far)), CASE WHEN known_before THEN pg_temp.risen(yoy(t, so_far), '个百分点') END
FROM whole, LATERAL (VALUES
	(2, 'mediation', '调解成功率', mediation_trend(card)),
	(3, 'satisfaction', '满意率', satisfaction_trend(card)),
	(6, 'settlement', 'ODR和解率', settlement)
) AS rated (place, id, name, t)
UNION ALL
SELECT 4, 'escalations', '未清诉转访', open_escalations::text, '件',
	CASE WHEN escalation THEN format('本月新增%s件', opened - opened_before) ELSE '无数据' END,
	pg_temp.change(CASE WHEN escalation_year_before THEN open_escalations - open_count(c, :'month_end'::timestamptz - interval '1 year') END,
		'件', -1),
	pg_temp.change(CASE WHEN escalation_month_before THEN open_escalations - open_count(c, :'month_start') END, '件', -1),
	CASE WHEN escalation THEN format('新增%s件', opened - opened_count(c, lower(so_far)::timestamptz)) END, NULL
FROM whole, LATERAL (
	SELECT escalations(card) AS c, opened_count(escalations(card), :'month_end') AS opened,
		opened_count(escalations(card), :'month_start') AS opened_before
) AS counts;

CREATE TEMP VIEW headline_part AS
SELECT xmlelement(name div, xmlattributes('cards' AS class), xmlagg(xmlelement(name section, xmlattributes('card' AS class, id AS id),
	E'\n', xmlelement(name h3, name),
	xmlelement(name p, xmlattributes('value' AS class), xmlelement(name b, pg_temp.shown(value)),
		CASE WHEN value IS NOT NULL THEN xmlelement(name small, unit) END),
	pg_temp.paragraph('note', note),
	xmlelement(name dl,
		xmlelement(name dt, '同比'), xmlelement(name dd, xmlattributes('yoy' AS class), yoy),
		xmlelement(name dt, '环比'), xmlelement(name dd, xmlattributes('pop' AS class), pop),
		xmlelement(name dt, months),
		xmlelement(name dd, xmlattributes('so-far' AS class), pg_temp.shown(so_far), ' ', CASE WHEN so_far <> '—' THEN so_far_yoy END))
	) ORDER BY place)) AS html
FROM headline, (
	SELECT CASE WHEN since = until THEN format('今年%s月', until) ELSE format('%s—%s月', since, until) END AS months
	FROM recorded, LATERAL (
		SELECT extract(month FROM greatest(first_month, lower(:'year_to_date'::daterange))) AS since,
			extract(month FROM lower(:'month'::daterange)) AS until
	) AS month
) AS so_far_months;

-- The league table
CREATE TEMP VIEW league_part AS
WITH place AS (
	SELECT league.*, coalesce(region, :'area') AS name, all_mediation, all_satisfaction,
		(SELECT array_agg(open ORDER BY day) FROM month_day WHERE month_day.region IS NOT DISTINCT FROM league.region) AS open_days
	FROM league, (
		SELECT (mediation).rate AS all_mediation, (satisfaction).rate AS all_satisfaction FROM league WHERE region IS NULL
	) AS whole
)
SELECT pg_temp.table_of('league', :'month_name' || '各单位投诉量、调解成功率、满意率、未清诉转访与得分，按得分排名',
	'{名次,单位,投诉量与同比,调解成功率与同比,满意率与同比,未清诉转访,目标达标,得分}',
	xmlagg(xmlelement(name tr, xmlattributes(CASE WHEN place.region IS NULL THEN 'whole' END AS class), E'\n',
		pg_temp.cell('rank', '名次', rank::text),
		pg_temp.row_heading(name),
		pg_temp.cell('volume', '投诉量（件）', xmlconcat(
			pg_temp.figure((volume).volume::text, pg_temp.grown(volume, -1)), pg_temp.volume_line(name, volumes, volumes_before))),
		pg_temp.cell('mediation', '调解成功率', xmlconcat(
			pg_temp.figure(pg_temp.percentage((mediation).rate), pg_temp.risen(mediation, '百分点')),
			pg_temp.rate_bar(name || '调解成功率', (mediation).rate, all_mediation))),
		pg_temp.cell('satisfaction', '满意率', xmlconcat(
			pg_temp.figure(pg_temp.percentage((satisfaction).rate), pg_temp.risen(satisfaction, '百分点')),
			pg_temp.rate_bar(name || '满意率', (satisfaction).rate, all_satisfaction))),
		pg_temp.cell('open', '未清诉转访（件）', xmlconcat(
			pg_temp.figure(open_escalations::text, NULL), pg_temp.day_strip(name, open_days))),
		pg_temp.cell('goals', '目标达标', xmlelement(name div, xmlattributes('goals' AS class),
			pg_temp.goal('降', '投诉量下降', volume_down), pg_temp.goal('调', '调解成功率上升', mediation_up),
			pg_temp.goal('满', '满意率上升', satisfaction_up), pg_temp.goal('清', '诉转访清零', escalations_clear))),
		pg_temp.cell('points number', '得分', points::text)) ORDER BY rank, name COLLATE "C")) AS html
FROM place
	JOIN month_volume ON month_volume.region IS NOT DISTINCT FROM place.region
	LEFT JOIN standing ON standing.region = place.region;

-- Points, item by item
CREATE TEMP VIEW points_part AS
WITH item AS (
	SELECT place, measure, name, unit, target, floor, points FROM scheme JOIN measure USING (measure)
)
SELECT pg_temp.table_of('points', '分数右边的小字是计分所用的数', (
		SELECT array['名次', '单位'] || array_agg(format('%s（%s分）', name, points) ORDER BY place) || array['合计'] FROM item
	), (
	SELECT xmlagg(xmlelement(name tr, E'\n',
		pg_temp.cell('rank', '名次', rank::text), pg_temp.row_heading(region), cells,
		pg_temp.cell('total number', '合计', standing.points::text)) ORDER BY rank, region COLLATE "C")
	FROM standing JOIN (
		SELECT region, xmlagg(pg_temp.cell(point.measure, name, pg_temp.figure(point.points::text,
			pg_temp.span('flat', coalesce(value || unit, '无数据')))) ORDER BY item.place) AS cells
		FROM point JOIN item USING (measure) GROUP BY region
	) AS of_region USING (region)
)) AS html,
	(SELECT string_agg(format('%s满分%s%s、零分%s%s', name, target, unit, floor, unit), '；' ORDER BY place) FROM item) AS terms;

-- Enterprises listed
CREATE TEMP VIEW enterprise_part AS
SELECT CASE WHEN count(*) = 0 THEN pg_temp.paragraph('empty', format('%s没有投诉达到%s件的企业。', :'month_name', :threshold))
	ELSE pg_temp.table_of('enterprises', format('%s投诉达到%s件的企业%s家%s', :'month_name', :threshold, count(*),
			CASE WHEN count(*) > :top THEN format('，列出前%s家', :top) END),
		'{序号,企业,投诉最多的单位,件数,占比,主要问题,近12个月列入}',
		xmlagg(xmlelement(name tr, E'\n',
			pg_temp.cell('rank', '序号', rank::text),
			xmlelement(name th, xmlattributes('row' AS scope), pg_temp.shown(name),
				CASE WHEN firm <> name THEN xmlconcat(xmlelement(name br), xmlelement(name small, pg_temp.shown(firm))) END),
			pg_temp.cell(concat_ws(' ', 'region', pg_temp.name_class(region)), '投诉最多的单位', region),
			pg_temp.cell('count number', '件数', count::text),
			pg_temp.cell('share number', '占比', pg_temp.percentage(share)),
			pg_temp.cell('issue', '主要问题', issue),
			pg_temp.cell('times', '近12个月列入', xmlconcat(
				pg_temp.figure(times || '次', CASE
					WHEN in_a_row > 1 THEN pg_temp.span('flat', format('连续%s个月', in_a_row))
					WHEN times > 1 THEN pg_temp.span('flat', '再次')
					WHEN listed[11] IS NOT NULL THEN pg_temp.span('bad', '新列入') END),
				pg_temp.month_boxes(name, listed)))) ORDER BY rank) FILTER (WHERE rank <= :top)) END AS html
FROM enterprise;

-- Warnings: surges of the month, and escalations that are open at its end
CREATE TEMP VIEW warning_part AS
WITH warning AS (
	SELECT 1 AS place, region, '突增' AS kind, count(*) AS size,
		xmlelement(name ul, xmlattributes('days' AS class), xmlagg(xmlelement(name li,
			format('%s日 %s件（预期%s件，警戒线%s件）', extract(day FROM day), observed, expected, threshold),
			CASE WHEN count >= 2 THEN format('，其中%s %s件', pg_temp.shown(firm), count) END) ORDER BY day)) AS detail,
		pg_temp.day_columns(region, volumes, alarms) AS drawing
	FROM surge JOIN (
		SELECT region, array_agg(volume ORDER BY day) AS volumes, array_agg(surge.day IS NOT NULL ORDER BY day) AS alarms
		FROM month_day LEFT JOIN surge USING (region, day) GROUP BY region
	) AS days USING (region)
	GROUP BY region, volumes, alarms
	UNION ALL
	SELECT 2, region, '未清零', open_escalations, xmlelement(name span, format('月末未清诉转访%s件，最早的自%s起，已%s天',
			open_escalations, pg_temp.day_name(since::date), upper(:'month'::daterange) - since::date)),
		pg_temp.day_strip(region, (SELECT array_agg(open ORDER BY day) FROM month_day WHERE month_day.region = league.region))
	FROM league, LATERAL (
		SELECT min(escalated) AS since FROM bulletin_complaint AS c
		WHERE c.region = league.region AND escalated < :'month_end' AND (cleared IS NULL OR cleared > :'month_end')
	) AS oldest
	WHERE region IS NOT NULL AND open_escalations > 0
)
SELECT CASE WHEN count(*) = 0 THEN pg_temp.paragraph('empty', concat(:'month_name', (SELECT concat(
		CASE WHEN first_day <= lower(:'month'::daterange) - 30 THEN '没有突增' ELSE '之前的数据不满30天，不能判断突增' END,
		CASE WHEN escalation THEN '，没有未清的诉转访' ELSE '，诉转访无数据' END) FROM recorded), '。'))
	ELSE pg_temp.table_of('warnings', :'month_name' || '各单位预警事项', '{单位,预警,情况,本月每日}',
		xmlagg(xmlelement(name tr, E'\n', pg_temp.row_heading(region),
			pg_temp.cell('kind', '预警', xmlelement(name span, xmlattributes('tag bad' AS class), kind)),
			pg_temp.cell('detail wide', '情况', detail),
			pg_temp.cell('drawing wide', '本月每日', drawing)) ORDER BY place, size DESC, region COLLATE "C")) END AS html
FROM warning;

-- On time, and received on days off
CREATE FUNCTION pg_temp.beside(name text, value rate, whole rate) RETURNS xml LANGUAGE sql IMMUTABLE
RETURN xmlelement(name div, xmlattributes('beside' AS class),
	xmlelement(name b, pg_temp.percentage(value)), pg_temp.rate_bar(name, value, whole));

CREATE TEMP VIEW on_time_part AS
WITH place AS (
	SELECT region, coalesce(region, :'area') AS name, on_time, off_days, no_calendar, undecided FROM league
)
SELECT pg_temp.table_of('on-time', :'month_name' || '办结件在7个工作日内决定是否受理的比率，和非工作日收到的投诉',
	'{单位,受理按时率,按时件数,超期,非工作日收到,占全部投诉}',
	xmlagg(xmlelement(name tr, xmlattributes(CASE WHEN region IS NULL THEN 'whole' END AS class), E'\n',
		pg_temp.row_heading(name),
		pg_temp.cell('on_time', '受理按时率', pg_temp.beside(name || '受理按时率', on_time, all_on_time)),
		pg_temp.cell('decided number', '按时件数', pg_temp.fraction(on_time)),
		pg_temp.cell('late number', '超期', CASE WHEN total(on_time) > 0 THEN total(on_time) - hits(on_time) || '件' END),
		pg_temp.cell('off number', '非工作日收到', CASE WHEN total(off_days) > 0 THEN hits(off_days) || '件' END),
		pg_temp.cell('off_share', '占全部投诉', pg_temp.beside(name || '非工作日占比', off_days, all_off_days)))
		ORDER BY region IS NULL, ratio(on_time) DESC NULLS LAST, name COLLATE "C")) AS html,
	max(no_calendar) AS no_calendar, max(undecided) AS undecided, max(total(off_days)) AS days_known
FROM place, (SELECT on_time AS all_on_time, off_days AS all_off_days FROM league WHERE region IS NULL) AS whole;

-- What bureaus reported beside what the rows say
CREATE FUNCTION pg_temp.off(part text, cases int8) RETURNS text LANGUAGE sql IMMUTABLE
RETURN CASE WHEN cases > 0 THEN format('%s多报%s件', part, cases) WHEN cases < 0 THEN format('%s少报%s件', part, -cases) END;

CREATE FUNCTION pg_temp.rate_figure(value rate) RETURNS xml LANGUAGE sql IMMUTABLE
RETURN pg_temp.figure(pg_temp.percentage(value), pg_temp.span('flat', pg_temp.fraction(value)));

CREATE TEMP VIEW verification_part AS
SELECT pg_temp.table_of('verification',
	format('%s自查%s项，不符%s项', :'month_name', count(reported), count(*) FILTER (WHERE NOT matches)),
	'{单位,指标,自查,核查,相差,结论}',
	xmlagg(xmlelement(name tr, E'\n', pg_temp.row_heading(region),
		pg_temp.cell('measure', '指标', name),
		pg_temp.cell('reported', '自查', pg_temp.rate_figure(reported)),
		pg_temp.cell('computed', '核查', pg_temp.rate_figure(computed)),
		pg_temp.cell('off', '相差', concat_ws('，', pg_temp.off('分子', hits_off), pg_temp.off('分母', total_off),
			CASE WHEN points_off > 0 THEN format('率高%s个百分点', points_off)
				WHEN points_off < 0 THEN format('率低%s个百分点', -points_off) END)),
		pg_temp.cell('finding', '结论', pg_temp.span(CASE WHEN matches THEN 'tag good' ELSE 'tag bad' END,
			CASE WHEN reported IS NULL THEN '未报' WHEN NOT has_rows THEN '查无此单位' WHEN computed IS NULL THEN '无数据' WHEN matches THEN '一致' ELSE '不符' END)))
		ORDER BY matches IS TRUE, reported IS NULL, NOT has_rows, abs(points_off) DESC, region COLLATE "C", measure.place)) AS html
FROM verification JOIN measure USING (measure)
HAVING count(reported) > 0;

-- What each number is
CREATE TEMP VIEW notes_part AS
SELECT xmlelement(name footer, xmlelement(name h2, '说明'), xmlelement(name ol,
	(SELECT xmlagg(xmlelement(name li, note) ORDER BY n) FROM unnest(array[
		format('统计期间：%s至%s（时区 %s）。同比与%s至%s相比，环比与上月相比；累计自%s起。率的增减以百分点计。',
			pg_temp.day_name(lower(:'month'::daterange)), pg_temp.day_name(upper(:'month'::daterange) - 1), :'zone',
			pg_temp.day_name((lower(:'month'::daterange) - interval '1 year')::date),
			pg_temp.day_name((upper(:'month'::daterange) - interval '1 year')::date - 1),
			pg_temp.day_name(greatest(lower(:'year_to_date'::daterange), (SELECT first_month FROM recorded)))),
		'投诉量按收到之日计，含不予受理的。诉转案按收到之日计。',
		format('调解成功率按办结之日计，分母为%s（口径 %s）。', CASE :'basis' WHEN 'decided' THEN '调解成功与调解失败之和'
			WHEN 'accepted' THEN '办结件中除去不予受理的' ELSE '全部办结件' END, :'basis'),
		'满意率按办结之日计，分母为作出评价的，非常满意、满意、基本满意为满意。ODR和解率按办结之日计，为和解成功占和解成功与和解失败之和。',
		'未清诉转访以月末24时为准。日条中高条为当日有未清件，深色为两件以上。',
		'目标：降为投诉量少于上年同月；调、满为调解成功率、满意率高于上年同月或为100%；清为诉转访清零。'
			'实底为达标，空框为未达标，虚框为一方无数据、不作判定。',
		'无数据：表中截至月末的12个月没有受理时间、诉转案或诉转访的，相应的数不作统计，不判定目标，不计分。',
		format('得分：%s，其间按比例计算，无数据的项目不得分。当月既没有收到也没有办结投诉的单位不计分、不排名。',
			(SELECT terms FROM points_part)),
		format('率条中横线为95%%置信区间（Wilson），虚线为%s全部件合并计算的率，不是各单位率的平均；两个单位的区间重叠较多时，差别可能出于偶然。', :'area'),
		format('企业按统一社会信用代码统计，没有代码的按名称；占比的分母为写明企业的投诉。达到%s件即列入。'
			'投诉最多的单位是收到该企业投诉最多的，不一定是企业所在地。', :threshold),
		'近12个月列入：连续为到本月不间断列入的月数，再次为以前列入过而上月没有，新列入为12个月中只有本月；虚框为还没有数据的月。',
		'突增：当日件数超过预期加3.09个标准差（EARS C2，α=0.001）。预期和标准差取自当日之前第30天至第3天的28天，'
			'标准差除以27计算，不足1件的作1件；前两天不计，以免突增抬高预期。',
		'受理按时率：当月办结件中，自收到起7个工作日内决定是否受理的；不予受理的以办结之日为决定之日。'
			'工作日按国务院办公厅公布的放假安排。',
		(SELECT format('受理按时率：%s件因没有该年的放假安排，未计入。', no_calendar) FROM on_time_part WHERE no_calendar > 0),
		(SELECT format('受理按时率：%s件没有受理时间，未计入。', undecided) FROM on_time_part WHERE undecided > 0),
		(SELECT '非工作日收到：没有该年的放假安排，不作统计。' FROM on_time_part WHERE days_known = 0),
		(SELECT '自查与核查：相差为自查减核查，分子、分母完全相同为一致。' FROM verification_part),
		(SELECT format('另有%s件没有收到时间，未计入。', count(*)) FROM bulletin_complaint WHERE received IS NULL HAVING count(*) > 0),
		(SELECT format('本页由 complaint_metrics %s 生成于%s。', extversion, to_char(now(), 'YYYY-MM-DD HH24:MI'))
			FROM pg_extension WHERE extname = 'complaint_metrics')
	]) WITH ORDINALITY AS line (note, n) WHERE note IS NOT NULL))) AS html;

CREATE TEMP VIEW bulletin_page AS
WITH part AS (
	SELECT 1 AS place, '总体情况' AS name, xmlconcat(lead_part.html, headline_part.html) AS html FROM lead_part, headline_part
	UNION ALL
	SELECT 2, '各' || :'unit' || '排名', xmlconcat(pg_temp.paragraph('legend', '折线：近12个月投诉量，淡色为上年同期，纵轴不从零起。'
		'横条：0至100%，其上横线为95%置信区间，虚线为' || :'area' || '合计的率。日条：高条为当日有未清的诉转访。'
		'目标：降 投诉量下降，调 调解成功率上升，满 满意率上升，清 诉转访清零；实底达标，空框未达标，虚框无数据。'), html) FROM league_part
	UNION ALL
	SELECT 3, '得分', html FROM points_part
	UNION ALL
	SELECT 4, '重点企业名单', html FROM enterprise_part
	UNION ALL
	SELECT 5, '预警', html FROM warning_part
	UNION ALL
	SELECT 6, '按时办理与非工作日', html FROM on_time_part
	UNION ALL
	SELECT 7, '自查与核查', html FROM verification_part
)
SELECT '<!DOCTYPE html>' || E'\n' || xmlelement(name html, xmlattributes('zh-CN' AS lang), E'\n',
	xmlelement(name head,
		xmlelement(name meta, xmlattributes('utf-8' AS charset)),
		xmlelement(name meta, xmlattributes('viewport' AS name, 'width=device-width, initial-scale=1' AS content)),
		xmlelement(name title, pg_temp.shown(:'title' || '（' || :'month_name' || '）')),
		xmlelement(name style, pg_temp.style())), E'\n',
	xmlelement(name body,
		xmlelement(name header, xmlelement(name h1, pg_temp.shown(:'title')),
			pg_temp.paragraph(NULL, concat_ws(' · ', :'month_name', nullif(:'issuer', '')))), E'\n',
		xmlelement(name main, (
			SELECT xmlagg(xmlelement(name section, xmlattributes('part' AS class), E'\n', xmlelement(name h2, name), E'\n', html, E'\n')
				ORDER BY place)
			FROM part
		)), (SELECT html FROM notes_part)), E'\n')::text AS html;
