-- The bulletin of the demo's complaints against plain SQL over their rows, and pages of few and of hostile rows. The script
-- runs as a user's would, in a psql of its own, so that nothing here is in a transaction.
\set zone Asia/Shanghai
SET client_min_messages = warning;
SELECT plan(66);

SET jit = off;
SET timezone = :'zone';
\ir ../demo/schema.sql
\ir ../demo/complaints.sql
ANALYZE complaint;

-- Its name is one that the script uses too.
CREATE TABLE reported (region text, measure text, rate text);
INSERT INTO reported VALUES ('椒江', 'mediation', '419/628'), ('椒江', 'satisfaction', '374/420'), ('黄岩', 'mediation', '267/415'),
	('路桥', 'mediation', '399/597'), ('丽水', 'mediation', '1/2');

-- June 2023, in which a county has a surge; from a session of another zone
CREATE TABLE page (name text PRIMARY KEY, html text);
\setenv PGTZ America/New_York
\set html `psql -X -v month=2023-06 -v reported=reported -f docs/bulletin/bulletin.sql 2>&1`
INSERT INTO page VALUES ('june', :'html');

-- The texts of a page to which a path leads, in their order; an element's text is that of all in it. xpath() gives text as XML
-- has it.
CREATE FUNCTION plain(value xml) RETURNS text LANGUAGE sql IMMUTABLE
RETURN replace(replace(replace(value::text, '&lt;', '<'), '&gt;', '>'), '&amp;', '&');
CREATE FUNCTION texts(of_page text, path text) RETURNS text[] LANGUAGE sql STABLE
RETURN (
	SELECT array_agg(plain((xpath('string(/*)', node))[1]) ORDER BY n)
	FROM page, unnest(xpath(path, html::xml)) WITH ORDINALITY AS found (node, n)
	WHERE name = of_page
);
CREATE FUNCTION attributes(of_page text, path text) RETURNS text[] LANGUAGE sql STABLE
RETURN (SELECT array_agg(plain(value) ORDER BY n) FROM page, unnest(xpath(path, html::xml)) WITH ORDINALITY AS found (value, n) WHERE name = of_page);

-- The page
SELECT ok(xml_is_well_formed_document(html), 'well-formed') FROM page;
SELECT matches(html, '^<!DOCTYPE html>\n<html lang="zh-CN">', 'HTML, in Chinese') FROM page;
SELECT doesnt_match(html, '(?i)https?:|<script|<link|@import|url\(|\s(src|href|on\w+)=', 'no script, and nothing from elsewhere') FROM page;
SELECT is(array_agg(DISTINCT tag[1] ORDER BY tag[1]), '{br,circle,meta,path,polyline,rect}', 'no element that HTML would leave open')
FROM page, regexp_matches(html, '<(\w+)[^>]*/>', 'g') AS tag;
SELECT is(cardinality(texts('june', '//table')) - cardinality(texts('june', '//table[caption and thead//th/@scope and tbody//th/@scope]')), 0, 'tables have captions and headings');
SELECT is(attributes('june', '//svg[not(@role="img" and @aria-label and title)]'), NULL, 'charts say what they show');

-- Counts of each county, and of all, of a span of local days
CREATE TABLE slow AS
SELECT region, span, count(*) FILTER (WHERE came) AS received,
	count(*) FILTER (WHERE done AND outcome = 'mediated') AS mediated, count(*) FILTER (WHERE done AND outcome IN ('mediated', 'failed')) AS decided,
	count(*) FILTER (WHERE done AND satisfaction IN ('very_satisfied', 'satisfied', 'fairly_satisfied')) AS satisfied,
	count(satisfaction) FILTER (WHERE done) AS answered, count(*) FILTER (WHERE came AND converted) AS converted,
	count(*) FILTER (WHERE done AND odr AND outcome = 'settled') AS settled,
	count(*) FILTER (WHERE done AND odr AND outcome IN ('settled', 'unsettled')) AS negotiated,
	count(*) FILTER (WHERE escalated < until + 1 AND (cleared IS NULL OR cleared > until + 1)) AS open
FROM complaint, (VALUES
		('month', date '2023-06-01', date '2023-06-30'), ('month before', '2023-05-01', '2023-05-31'), ('month last year', '2022-06-01', '2022-06-30'),
		('year', '2023-01-01', '2023-06-30'), ('last year', '2022-01-01', '2022-06-30')
	) AS span (span, since, until), LATERAL (
		SELECT received::date BETWEEN since AND until AS came, concluded::date BETWEEN since AND until AS done
	) AS day
GROUP BY span, ROLLUP (region);

CREATE FUNCTION pct(hits int8, total int8) RETURNS numeric LANGUAGE sql RETURN 100.0 * hits / nullif(total, 0);
CREATE FUNCTION arrow(change numeric, unit text) RETURNS text LANGUAGE sql
RETURN CASE WHEN change > 0 THEN '↑' || change || unit WHEN change < 0 THEN '↓' || -change || unit WHEN change = 0 THEN '持平' ELSE '—' END;
CREATE VIEW beside AS
SELECT n.span, o.span AS base, coalesce(n.region, '全市') AS region, n.received, n.open, n.converted, round(pct(n.mediated, n.decided), 2) AS mediation,
	round(pct(n.satisfied, n.answered), 2) AS satisfaction, round(pct(n.settled, n.negotiated), 2) AS settlement,
	round(pct(n.received - o.received, o.received), 2) AS more, round(pct(n.converted - o.converted, o.converted), 2) AS more_converted, n.open - o.open AS more_open,
	round(pct(n.mediated, n.decided) - pct(o.mediated, o.decided), 2) AS mediation_up,
	round(pct(n.satisfied, n.answered) - pct(o.satisfied, o.answered), 2) AS satisfaction_up,
	round(pct(n.settled, n.negotiated) - pct(o.settled, o.negotiated), 2) AS settlement_up
FROM slow AS n JOIN slow AS o ON n.region IS NOT DISTINCT FROM o.region;

-- Headline numbers
SELECT is(texts('june', '//section[@class="card"]/p[@class="value"]/b'), array[received, mediation, satisfaction, open, converted, settlement]::text[], 'headline')
FROM beside WHERE region = '全市' AND span = 'month' AND base = 'month last year';
SELECT is(texts('june', format('//section[@class="card"]//dd[@class="%s"]', class)), array[arrow(more, '%'), arrow(mediation_up, '个百分点'),
	arrow(satisfaction_up, '个百分点'), arrow(more_open, '件'), arrow(more_converted, '%'), arrow(settlement_up, '个百分点')], 'headline beside the ' || base)
FROM beside JOIN (VALUES ('month last year', 'yoy'), ('month before', 'pop')) AS shown (base, class) USING (base)
WHERE region = '全市' AND span = 'month' ORDER BY base;
SELECT is(texts('june', '//section[@class="card" and @id != "escalations"]//dd[@class="so-far"]'), array[concat(received, '件 ', arrow(more, '%')),
	concat(mediation, '% ', arrow(mediation_up, '个百分点')), concat(satisfaction, '% ', arrow(satisfaction_up, '个百分点')),
	concat(converted, '件 ', arrow(more_converted, '%')), concat(settlement, '% ', arrow(settlement_up, '个百分点'))], 'headline of the year so far')
FROM beside WHERE region = '全市' AND span = 'year' AND base = 'last year';

-- The league table
CREATE VIEW league AS
SELECT * FROM ROWS FROM (
	unnest(texts('june', '//table[@class="league"]/tbody//th')), unnest(texts('june', '//td[@class="volume" and svg]/div')),
	unnest(texts('june', '//td[@class="mediation" and svg]/div')), unnest(texts('june', '//td[@class="satisfaction" and svg]/div')),
	unnest(texts('june', '//td[@class="open"]//b')), unnest(attributes('june', '//td[@class="open"]/svg/@aria-label')),
	unnest(attributes('june', '//td[@class="volume"]/svg/@aria-label')), unnest(texts('june', '//td[@class="goals"]')),
	unnest(texts('june', '//table[@class="league"]//td[@class="points number"]'))
) AS shown (region, volume, mediation, satisfaction, open, strip, line, goals, points);
SELECT results_eq('SELECT region, volume, mediation, satisfaction, open FROM league ORDER BY region COLLATE "C"', $$
	SELECT region, concat(received, ' ', arrow(more, '%')), concat(mediation, '% ', arrow(mediation_up, '百分点')),
		concat(satisfaction, '% ', arrow(satisfaction_up, '百分点')), open::text
	FROM beside WHERE span = 'month' AND base = 'month last year' ORDER BY region COLLATE "C" $$, 'league: volumes, rates, open escalations');
SELECT results_eq('SELECT region, goals FROM league ORDER BY region COLLATE "C"', $$
	SELECT region, concat('降', word[1 + (more < 0)::int], '调', word[1 + (mediation_up > 0)::int],
		'满', word[1 + (satisfaction_up > 0)::int], '清', word[1 + (open = 0)::int])
	FROM beside, (VALUES ('{未达标,达标}'::text[])) AS words (word)
	WHERE span = 'month' AND base = 'month last year' ORDER BY region COLLATE "C" $$, 'league: goals');
SELECT results_eq($$ SELECT region, substring(strip FROM '未清诉转访的(\d+)天')::bigint FROM league WHERE region <> '全市' ORDER BY region COLLATE "C" $$, $$
	SELECT region, count(DISTINCT day) FROM (SELECT DISTINCT region FROM complaint) AS bureau LEFT JOIN LATERAL (
		SELECT day FROM complaint AS c, generate_series(timestamptz '2023-06-01', '2023-06-30', '1 day') AS day
		WHERE c.region = bureau.region AND escalated < day + interval '1 day' AND (cleared IS NULL OR cleared > day)
	) AS open ON true GROUP BY region ORDER BY region COLLATE "C" $$, 'league: days with open escalations');
SELECT results_eq($$ SELECT region, substring(line FROM '本月.*') FROM league ORDER BY region COLLATE "C" $$, $$
	SELECT coalesce(n.region, '全市'), format('本月%s件；上年同月%s件', n.received, o.received)
	FROM slow AS n JOIN slow AS o ON n.region IS NOT DISTINCT FROM o.region
	WHERE n.span = 'month' AND o.span = 'month last year' ORDER BY coalesce(n.region, '全市') COLLATE "C" $$, 'league: the line''s last points');
SELECT results_eq($$ SELECT class, array_agg(DISTINCT array_length(string_to_array(points, ' '), 1)) FROM unnest('{now,before}'::text[]) AS class,
		unnest(attributes('june', format('//polyline[@class="%s"]/@points', class))) AS points GROUP BY class ORDER BY class $$,
	$$ VALUES ('before', '{6}'::int[]), ('now', '{12}') $$, 'league: twelve months, and of the year before those that are known');

-- Points of 天台 by hand: 7.18 % fewer; 30 (66.37 - 50) / (70 - 50) = 24.555; 95.86 % satisfied; none open; 10 (99.70 - 80) / 20 = 9.85
SELECT is(texts('june', '//table[@class="points"]/tbody/tr[1]/*'),
	'{1,天台,20.00 -7.18%,24.56 66.37%,20.00 95.86%,20.00 0件,9.85 99.70%,94.41}', 'points, item by item');
SELECT is(array_agg(points::numeric), array_agg(points::numeric ORDER BY points::numeric DESC), 'league: by points') FROM league WHERE region <> '全市';

-- Enterprises
SELECT is(texts('june', '//table[@class="enterprises"]//td[@class="count number"]'), array_agg(n::text ORDER BY n DESC), 'enterprises: counts')
FROM (SELECT count(*) AS n FROM complaint WHERE received::date BETWEEN '2023-06-01' AND '2023-06-30' GROUP BY credit_code ORDER BY n DESC LIMIT 20) AS firm;
SELECT is((texts('june', '//table[@class="enterprises"]/caption'))[1], '2023年6月投诉达到20件的企业40家，列出前20家', 'enterprises: how many');
SELECT is(texts('june', '//table[@class="enterprises"]/tbody/tr[1]/*'), array['1', '路桥盛四方健身有限公司91331004MADEM00007', '路桥', firm.count::text,
	round(pct(firm.count, received), 2) || '%', '质量', '3次 再次路桥盛四方健身有限公司近12个月中列入3个月'], 'enterprises: the first, listed again')
FROM slow, (SELECT count(*) FROM complaint WHERE credit_code = '91331004MADEM00007' AND received::date BETWEEN '2023-06-01' AND '2023-06-30') AS firm
WHERE region IS NULL AND span = 'month';
SELECT is((SELECT array_agg(to_char(month, 'MM') ORDER BY month) FROM (
		SELECT date_trunc('month', received)::date AS month FROM complaint WHERE credit_code = '91331004MADEM00007' AND received BETWEEN '2022-07-01' AND '2023-07-01'
		GROUP BY 1 HAVING count(*) >= 20) AS listed),
	(SELECT array_agg(to_char(date '2022-07-01' + make_interval(months => n::int - 1), 'MM') ORDER BY n)
		FROM unnest(attributes('june', '(//svg[@class="boxes"])[1]/rect/@class')) WITH ORDINALITY AS box (class, n) WHERE class = 'listed'), 'enterprises: the months in which it was listed');

-- Warnings
SELECT is(texts('june', '//table[@class="warnings"]//li'), array_agg(format('%s日 %s件（预期%s件，警戒线%s件），其中路桥盛四方健身有限公司 %s件', day, n, expected, threshold, firm)), 'warnings: the surge')
FROM (VALUES (12, 22.7, 39.6), (13, 22.8, 39.2), (14, 22.8, 39.2), (15, 23.8, 48.1), (16, 24.5, 52.6)) AS alarm (day, expected, threshold), LATERAL (
	SELECT count(*) AS n, count(*) FILTER (WHERE credit_code = '91331004MADEM00007') AS firm
	FROM complaint WHERE region = '路桥' AND received::date = date '2023-05-31' + day
) AS that_day;
SELECT is(texts('june', '//table[@class="warnings"]//td[@class="detail wide" and not(ul)]'),
	array_agg(format('月末未清诉转访%s件，最早的自%s起，已%s天', n, to_char(since, 'FMYYYY"年"FMMM"月"FMDD"日"'), date '2023-07-01' - since::date) ORDER BY n DESC, region COLLATE "C"), 'warnings: open escalations')
FROM (SELECT region, count(*) AS n, min(escalated) AS since FROM complaint WHERE escalated < '2023-07-01' AND (cleared IS NULL OR cleared > '2023-07-01') GROUP BY region) AS bureau;

-- On time: at most six working days lie between receipt and the day before the decision. Counted from the table, not by due_date.
CREATE TABLE work AS
SELECT series.day::date AS day, working, sum(working::int) OVER (ORDER BY series.day) AS n
FROM generate_series(timestamp '2022-01-01', '2023-12-31', '1 day') AS series (day)
	LEFT JOIN working_day_exception AS x ON x.day = series.day::date, coalesce(is_working, extract(isodow FROM series.day) < 6) AS working;
SELECT results_eq($$ SELECT * FROM ROWS FROM (unnest(texts('june', '//table[@class="on-time"]/tbody//th')),
		unnest(texts('june', '//td[@class="decided number"]'))) AS shown (region, decided) WHERE region <> '全市' ORDER BY region COLLATE "C" $$, $$
	SELECT region, format('%s / %s', count(*) FILTER (WHERE eve.n - came.n <= 6), count(*))
	FROM complaint JOIN work AS came ON came.day = received::date JOIN work AS eve ON eve.day = coalesce(accepted, concluded)::date - 1
	WHERE concluded::date BETWEEN '2023-06-01' AND '2023-06-30' GROUP BY region ORDER BY region COLLATE "C" $$, 'on time, of those concluded');
SELECT is(texts('june', '//table[@class="on-time"]/tbody/tr[@class="whole"]/td[@class="off number"]'), array[count(*) || '件'], 'received on days off')
FROM complaint JOIN work ON day = received::date WHERE day BETWEEN '2023-06-01' AND '2023-06-30' AND NOT working;

-- Self-check
SELECT is((texts('june', '//table[@class="verification"]/tbody/tr[1]/*')), '{路桥,调解成功率,66.83% 399 / 597,65.16% 389 / 597,分子多报10件，率高1.68个百分点,不符}', 'self-check: what is off');
SELECT results_eq($$ SELECT finding, count(*) FROM unnest(texts('june', '//td[@class="finding"]')) WITH ORDINALITY AS f (finding, n) GROUP BY finding ORDER BY min(n) $$,
	$$ VALUES ('不符', 1::bigint), ('查无此单位', 1), ('未报', 14), ('一致', 3) $$, 'self-check: findings');

-- Hostile names stay text, in elements and in attributes
CREATE TABLE hostile AS
SELECT n::text AS id, name AS region, name AS enterprise, NULL AS credit_code, name AS issue, timestamptz '2023-06-05 09:00+08' AS received, NULL::timestamptz AS accepted,
	timestamptz '2023-06-06 09:00+08' AS concluded, '调解成功' AS outcome, '满意' AS satisfaction, true AS odr, true AS converted,
	timestamptz '2023-06-06 09:00+08' AS escalated, NULL::timestamptz AS cleared
FROM unnest(array['<script>alert(1)</script>', 'A & B "C" ''D''', '&lt;b&gt;', '"/><img src=x onerror=alert(1)>', E'bell\u0007', '100%s :title']) AS name, generate_series(1, 20) AS n;
\set html `psql -X -v complaints=hostile -v title="<i>&amp;\"'</i>" -f docs/bulletin/bulletin.sql 2>&1`
INSERT INTO page VALUES ('hostile', :'html');
SELECT bag_eq($$ SELECT unnest(texts('hostile', '//table[@class="enterprises"]/tbody//th')) $$, $$ SELECT DISTINCT translate(region, E'\u0007', '�') FROM hostile $$, 'names are text');
SELECT bag_eq($$ SELECT unnest(attributes('hostile', '//td[@class="open"]/svg/@aria-label')) $$, $$
	SELECT format('%s本月有未清诉转访的25天，最多时%s件', coalesce(translate(region, E'\u0007', '�'), '全市'), count(*))
	FROM hostile GROUP BY ROLLUP (region) $$, 'and in attributes');
SELECT is(texts('hostile', '//h1'), array[$$<i>&amp;"'</i>$$], 'the title is text');
SELECT doesnt_match(html, '<script|<img|<i>', 'no element of theirs') FROM page WHERE name = 'hostile';

-- Few rows: a first month, a county without a row in it, nothing escalated, no enterprise, no outcome, one row without a time
CREATE TABLE paper (bureau text, came timestamp, finished date, result text, content text);
INSERT INTO paper VALUES ('椒江', '2023-01-31 23:30', '2023-02-03', '调解成功', NULL), ('黄岩', '2023-02-01 00:30', '2023-02-03', NULL, '一般'), ('黄岩', NULL, NULL, NULL, NULL);
CREATE VIEW own AS
SELECT bureau AS region, NULL AS enterprise, NULL AS credit_code, NULL AS issue, came AS received, CASE WHEN bureau = '仙居' THEN finished END AS accepted, finished AS concluded,
	result AS outcome, content AS satisfaction, NULL::boolean AS odr, NULL::boolean AS converted, NULL::date AS escalated, NULL::date AS cleared
FROM paper;
\set html `psql -X -v complaints=own -v month=2023-02 -f docs/bulletin/bulletin.sql 2>&1`
INSERT INTO page VALUES ('few', :'html');
SELECT is(texts('few', '//section[@class="card"]/p[@class="value"]/b'), '{1,100.00,0.00,—,—,—}', 'few rows: headline');
SELECT is(texts('few', '//td[@class="volume" and svg]//b'), '{0,1,1}', 'few rows: volumes by local days');
SELECT is(texts('few', '//p[@class="empty"]'), '{2023年2月没有投诉达到20件的企业。,2023年2月之前的数据不满30天，不能判断突增，诉转访无数据。}', 'few rows: nothing listed, no warning');
SELECT is(texts('few', '//h2'), '{总体情况,各县(市、区)局排名,得分,重点企业名单,预警,按时办理与非工作日,说明}', 'no self-check where nothing was reported');

-- Points by a scheme of one's own
CREATE TABLE scheme (measure text, target int, floor int, points int);
INSERT INTO scheme VALUES ('satisfaction', 100, 50, 40), ('mediation', 100, 0, 60);
\set html `psql -X -v complaints=own -v month=2023-02 -v scheme=scheme -f docs/bulletin/bulletin.sql 2>&1`
INSERT INTO page VALUES ('scheme', :'html');
SELECT is(texts('scheme', '//table[@class="points"]//tr/*'), '{名次,单位,调解成功率（60分）,满意率（40分）,合计,1,椒江,60.00 100.00%,— 无数据,60.00,2,黄岩,— 无数据,0.00 0.00%,0.00}', 'points by a scheme of one''s own');
INSERT INTO scheme VALUES ('mood', 1, 0, 1);
\set html `psql -X -v complaints=own -v month=2023-02 -v scheme=scheme -f docs/bulletin/bulletin.sql 2>&1; echo "exit $?"`
SELECT matches(:'html'::text, '不认识的指标: ''mood''.*exit 3', 'a measure that is not known is an error');

-- A year of which the days off are not known
INSERT INTO paper VALUES ('仙居', '2016-03-01', '2016-03-02', '调解成功', '满意');
\set html `psql -X -v complaints=own -v month=2016-03-15 -v recorded=escalated -f docs/bulletin/bulletin.sql 2>&1`
INSERT INTO page VALUES ('old', :'html');
SELECT is(texts('old', '//table[@class="on-time"]/tbody/tr[1]/*'), '{仙居,—,无数据,—,—,—}', 'no calendar: nothing is said of working days');
SELECT ok('受理按时率：1件因没有该年的放假安排，未计入。' = ANY (texts('old', '//footer//li')), 'but how many are not judged');
SELECT ok('非工作日收到：没有该年的放假安排，不作统计。' = ANY (texts('old', '//footer//li')), 'and that days off are not');

-- The first month of all has nothing to be compared with
SELECT is(texts('old', '//section[@class="card"]/dl'), '{"同比—环比—今年3月1件 ","同比—环比—今年3月100.00% ","同比—环比—今年3月100.00% ","同比—环比—今年3月新增0件 ","同比—环比—今年3月— ","同比—环比—今年3月— "}', 'first month: nothing beside it');
SELECT matches((texts('old', '//p[@class="lead"]'))[1], '上年同月无数据；.*没有单位可以全部判定。各单位诉转访全部清零。$', 'first month: no goal is said to be missed');
SELECT is(texts('old', '//td[@class="volume"]/svg'), NULL, 'first month: no line of one dot');

-- Columns that one does not have, as NULL: no figure, no goal, no points, no praise
CREATE VIEW lacking AS
SELECT region, enterprise, credit_code, issue, received, NULL AS accepted, concluded, outcome, satisfaction, NULL AS odr, NULL AS converted,
	NULL AS escalated, NULL AS cleared
FROM complaint;
\set html `psql -X -v complaints=lacking -v month=2023-06 -f docs/bulletin/bulletin.sql 2>&1`
INSERT INTO page VALUES ('lacking', :'html');
SELECT is(texts('lacking', '//section[@class="card"]/p[@class="value"]/b'), array[received, mediation, satisfaction]::text[] || '{—,—,—}', 'not recorded: headline')
FROM beside WHERE region = '全市' AND span = 'month' AND base = 'month last year';
SELECT is(texts('lacking', '//section[@class="card"][@id="escalations" or @id="conversion"]//*[self::dd or @class="note"]'),
	'{无数据,—,—,"— ",无数据,—,—,"— "}', 'not recorded: nothing beside it');
SELECT doesnt_match((texts('lacking', '//p[@class="lead"]'))[1], '清零|0件|全部达标', 'not recorded: no praise');
SELECT is((SELECT array_agg(DISTINCT goal) FROM unnest(texts('lacking', '//td[@class="goals"]/div/span[4]')) AS goal), '{清无数据}', 'not recorded: no goal');
SELECT is(attributes('lacking', '//td[@class="open"]/svg/@class'), NULL, 'not recorded: no strip');
SELECT is((SELECT array_agg(DISTINCT cell) FROM unnest(texts('lacking', '//table[@class="points"]//td[@class="escalations" or @class="on_time"]')) AS cell), '{— 无数据}', 'not recorded: no points');
SELECT is((SELECT array_agg(DISTINCT cell) FROM unnest(texts('lacking', '//table[@class="on-time"]//td[@class="on_time" or @class="decided number" or @class="late number"]')) AS cell),
	'{—,无数据}', 'not recorded: neither on time nor late');
SELECT bag_eq($$ SELECT unnest(texts('lacking', '//td[@class="off number"]')) $$, $$ SELECT unnest(texts('june', '//td[@class="off number"]')) $$, 'not recorded: days off need no acceptance');
SELECT is(texts('lacking', '//table[@class="warnings"]//td[@class="detail wide" and not(ul)]'), NULL, 'not recorded: no warning');

-- Recorded until 2022 only: of the year shown nothing is known, of the one before no difference
CREATE VIEW given_up AS
SELECT region, enterprise, credit_code, issue, received, CASE WHEN received < '2022-06-01' THEN accepted END AS accepted, concluded, outcome, satisfaction, odr,
	CASE WHEN received < '2022-06-01' THEN converted END AS converted, CASE WHEN received < '2022-01-10' THEN escalated END AS escalated,
	CASE WHEN received < '2022-01-10' THEN coalesce(cleared, '2022-05-01') END AS cleared
FROM complaint;
\set html `psql -X -v complaints=given_up -v month=2023-06 -f docs/bulletin/bulletin.sql 2>&1`
INSERT INTO page VALUES ('given up', :'html');
SELECT is(texts('given up', '//section[@class="card"][@id="escalations" or @id="conversion"]//*[self::dd or @class="note" or self::b]'),
	'{—,无数据,—,—,"— ",—,无数据,—,—,"— "}', 'no longer recorded: headline');
SELECT is((SELECT array_agg(DISTINCT cell) FROM unnest(texts('given up', '//table[@class="points"]//td[@class="escalations" or @class="on_time"]')) AS cell), '{— 无数据}', 'no longer recorded: no points');

-- Without a time of acceptance only what was rejected is decided upon by its conclusion; a bureau without a complaint has no rank
CREATE TABLE small (region text, enterprise text, credit_code text, issue text, received date, accepted date, concluded date, outcome text, satisfaction text,
	odr text, converted text, escalated date, cleared date);
INSERT INTO small (region, received, accepted, concluded, outcome, satisfaction, converted, escalated, cleared) VALUES
	('甲', '2022-09-05', NULL, NULL, NULL, NULL, NULL, NULL, NULL), ('乙', '2022-09-05', NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('甲', '2023-09-04', '2023-09-05', '2023-09-06', '调解失败', '', '否', NULL, NULL), ('甲', '2023-09-04', NULL, '2023-09-28', '不予受理', NULL, '是', '2023-09-05', '2023-09-20'),
	('甲', '2023-09-04', NULL, '2023-09-28', '调解失败', ' ', '', NULL, NULL), ('甲', '2023-09-04', NULL, NULL, NULL, NULL, NULL, '2023-09-05', NULL);
\set html `psql -X -v complaints=small -v month=2023-09 -v area=某县 -v unit=所 -f docs/bulletin/bulletin.sql 2>&1`
INSERT INTO page VALUES ('small', :'html');
SELECT is(texts('small', '//table[@class="on-time"]/tbody/tr[@class="whole"]/td[contains(@class, "number")]'), '{1 / 2,1件,0件}', 'no acceptance: judged where rejected, and no other');
SELECT ok('受理按时率：1件没有受理时间，未计入。' = ANY (texts('small', '//footer//li')), 'and the others are counted apart');
SELECT is(texts('small', '//table[@class="points"]/tbody/tr/*'),
	'{1,甲,0.00 300.00%,0.00 0.00%,— 无数据,16.00 1件,0.00 50.00%,16.00,—,乙,— 无数据,— 无数据,— 无数据,— 0件,— 无数据,—}', 'no complaints: neither points nor a rank');
SELECT is(texts('small', '//table[@class="league"]/tbody/tr/td[@class="rank"]'), '{1,—,—}', 'no complaints: no rank in the league table');
SELECT is(texts('small', '//section[@id="conversion"]/p'), '{1件,投诉转为案件}', 'yes and no in Chinese');
SELECT is((texts('small', '//h2'))[2], '各所排名', 'a unit of one''s own');
SELECT doesnt_match(regexp_replace(html, '<style>.*</style>', ''), '县\(市|[全本各]市|[各在此]局', 'and no other word for it') FROM page WHERE name = 'small';
UPDATE small SET escalated = NULL, cleared = NULL;
\set html `psql -X -v complaints=small -v month=2023-09 -v recorded=escalated -f docs/bulletin/bulletin.sql 2>&1`
INSERT INTO page VALUES ('recorded', :'html');
SELECT is(texts('recorded', '//section[@id="escalations"]/*[self::p or self::dl]'), '{0件,本月新增0件,"同比持平环比持平1—9月新增0件 "}', 'recorded, but none in a year');

-- A month that cannot be shown, and other slips, say how to write it
\set pages `for given in "month=$(TZ=Asia/Shanghai date +%Y-%m)" month=2999-06 month=2021-01 month=2023-10 month=九月 month=2023年9月 month=2023-13 threshold=多 top=0 recorded=all; do psql -X -v complaints=small -v "$given" -f docs/bulletin/bulletin.sql 2>&1; echo "exit $?"; done`
SELECT set_config('test.pages', :'pages', false) AS set \gset
SELECT results_eq($$ SELECT regexp_replace(m[1], '^20\d\d年\d+月还', '本月还'), m[2], m[3] FROM regexp_matches(current_setting('test.pages'), 'ERROR:  ([^\n]*)\nHINT:  ([^\n]*)\nexit (\d)', 'g') AS m $$, $$
	VALUES ('本月还没有过完', '已经过完又有投诉的月份：2022-09至2023-09', '3'), ('2999年6月还没有过完', '已经过完又有投诉的月份：2022-09至2023-09', '3'),
		('2021年1月没有收到投诉', '已经过完又有投诉的月份：2022-09至2023-09', '3'), ('2023年10月没有收到投诉', '已经过完又有投诉的月份：2022-09至2023-09', '3'),
		('不认识的月份: "九月"', '写作 month=2023-09', '3'), ('不认识的月份: "2023年9月"', '写作 month=2023-09', '3'), ('不认识的月份: "2023-13"', '写作 month=2023-09', '3'),
		('threshold 不是正整数: "多"', '例如 threshold=20', '3'), ('top 不是正整数: "0"', '例如 top=20', '3'), ('recorded 不认识: "all"', '可用 recorded=escalated', '3') $$, 'months and numbers that cannot be');
INSERT INTO small (region, received) VALUES ('甲', now());
\set html `psql -X -v complaints=small -f docs/bulletin/bulletin.sql 2>&1`
INSERT INTO page VALUES ('default', :'html');
SELECT is(texts('default', '//header/p'), '{2023年9月}', 'by default the last month that is over and has complaints');

-- Tables that cannot be read
CREATE TABLE twice AS SELECT '甲' AS region, 'mediation' AS measure, '1/2' AS rate FROM generate_series(1, 2);
CREATE VIEW odd AS SELECT region, enterprise, issue, received, accepted, concluded, outcome, satisfaction, converted, escalated, cleared FROM small;
CREATE TABLE early AS TABLE small;
UPDATE early SET escalated = '2022-09-09', cleared = '2022-09-08' WHERE region = '乙';
CREATE TABLE nothing (LIKE scheme);
CREATE TABLE maybe AS TABLE small;
UPDATE maybe SET converted = '也许' WHERE region = '乙';
\set pages `for given in reported=twice scheme=nothing complaints=odd complaints=early complaints=maybe; do psql -X -v complaints=small -v "$given" -f docs/bulletin/bulletin.sql 2>&1; echo "exit $?"; done`
SELECT set_config('test.pages', :'pages', false) AS set \gset
SELECT results_eq($$ SELECT m[1], m[2], m[3] FROM regexp_matches(current_setting('test.pages'), 'ERROR:  ([^\n]*)\nHINT:  ([^\n]*)\nexit (\d)', 'g') AS m $$, $$
	VALUES ('自查 reported 有重复或不全的: 甲 mediation', '每个单位、每项指标一行', '3'),
		('计分办法 scheme 是空的、缺数或有重复的指标', '每项指标一行，measure、target、floor、points 都要有', '3'),
		('odd 缺少列: credit_code, odr', '没有的列给 NULL，例如 NULL AS credit_code', '3'),
		('清零早于诉转访: 乙, 诉转访 2022-09-09 00:00:00+08, 清零 2022-09-08 00:00:00+08', '这样的共1行，先改正', '3'),
		('列 converted 不是"是"或"否": "也许"', '例如在视图中写 列 = ''是'' AS converted', '3') $$, 'tables that cannot be read');

\set html `psql -X -v complaints="(SELECT * FROM own WHERE false) AS none" -f docs/bulletin/bulletin.sql 2>&1; echo "exit $?"`
SELECT matches(:'html'::text, '没有投诉可供统计.*exit 3', 'no rows at all are an error');

SELECT * FROM finish();
