-- The bulletin of the demo's complaints against plain SQL over their rows, and pages of few and of hostile rows. The script
-- runs as a user's would, in a psql of its own, so that nothing here is in a transaction.
\set zone Asia/Shanghai
SET client_min_messages = warning;
SELECT plan(40);

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
	SELECT region, concat('降', word[1 + (more < 0)::int], '升', word[1 + (mediation_up > 0)::int],
		'升', word[1 + (satisfaction_up > 0)::int], '清', word[1 + (open = 0)::int])
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
	$$ VALUES ('不符', 1::bigint), ('查无此局', 1), ('未报', 14), ('一致', 3) $$, 'self-check: findings');

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
SELECT bureau AS region, NULL AS enterprise, NULL AS credit_code, NULL AS issue, came AS received, NULL::date AS accepted, finished AS concluded,
	result AS outcome, content AS satisfaction, NULL::boolean AS odr, NULL::boolean AS converted, NULL::date AS escalated, NULL::date AS cleared
FROM paper;
\set html `psql -X -v complaints=own -v month=2023-02 -f docs/bulletin/bulletin.sql 2>&1`
INSERT INTO page VALUES ('few', :'html');
SELECT is(texts('few', '//section[@class="card"]/p[@class="value"]/b'), '{1,100.00,0.00,0,0,—}', 'few rows: headline');
SELECT is(texts('few', '//td[@class="volume" and svg]//b'), '{0,1,1}', 'few rows: volumes by local days');
SELECT is(texts('few', '//p[@class="empty"]'), '{2023年2月没有投诉达到20件的企业。,2023年2月没有突增，也没有未清的诉转访。}', 'few rows: nothing listed, no warning');
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
\set html `psql -X -v complaints=own -v month=2016-03-15 -f docs/bulletin/bulletin.sql 2>&1`
INSERT INTO page VALUES ('old', :'html');
SELECT is(texts('old', '//table[@class="on-time"]/tbody/tr[1]/*'), '{仙居,—,无数据,0件,0件,—}', 'no calendar: nothing is said of working days');
SELECT ok('受理按时率：1件因没有该年的放假安排，未计入。' = ANY (texts('old', '//footer//li')), 'but how many are not judged');

\set html `psql -X -v complaints="(SELECT * FROM own WHERE false) AS none" -f docs/bulletin/bulletin.sql 2>&1; echo "exit $?"`
SELECT matches(:'html'::text, '没有投诉可供统计.*exit 3', 'no rows at all are an error');

SELECT * FROM finish();
