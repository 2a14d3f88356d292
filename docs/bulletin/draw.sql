-- The pieces of the page. All text goes through xmlelement and xmlattributes, which escape it; what is already a piece is
-- of type xml. HTML has no short form of an empty element but in an SVG: none is left empty elsewhere.

-- Text as a page allows it: a control character shows as the sign for an unknown one, nothing as a dash.
CREATE FUNCTION pg_temp.shown(value text) RETURNS text LANGUAGE sql IMMUTABLE
RETURN coalesce(nullif(regexp_replace(value, '[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f]', '�', 'g'), ''), '—');

CREATE FUNCTION pg_temp.percentage(value rate) RETURNS text LANGUAGE sql IMMUTABLE
RETURN coalesce(percent(value) || '%', '—');

-- '66 / 100'
CREATE FUNCTION pg_temp.fraction(value rate) RETURNS text LANGUAGE sql IMMUTABLE
RETURN CASE WHEN total(value) > 0 THEN hits(value) || ' / ' || total(value) ELSE '无数据' END;

-- A piece of running text in a span of that class
CREATE FUNCTION pg_temp.span(class text, content text) RETURNS xml LANGUAGE sql IMMUTABLE
RETURN xmlelement(name span, xmlattributes(class AS class), pg_temp.shown(content));

-- ↑1.20% or ↓1.20%; good is the sign of the change that is welcome, 0 where none is
CREATE FUNCTION pg_temp.change(value numeric, unit text, good int) RETURNS xml LANGUAGE sql IMMUTABLE
RETURN CASE
	WHEN value IS NULL THEN pg_temp.span('flat', '—')
	WHEN value = 0 THEN pg_temp.span('flat', '持平')
	ELSE pg_temp.span(CASE sign(value) * good WHEN 1 THEN 'good' WHEN -1 THEN 'bad' ELSE 'flat' END,
		CASE WHEN value > 0 THEN '↑' ELSE '↓' END || abs(value) || unit)
END;

-- How a volume has grown, in percent, and how a rate has risen, in points
CREATE FUNCTION pg_temp.grown(change delta, good int) RETURNS xml LANGUAGE sql IMMUTABLE
RETURN pg_temp.change(growth(change), '%', good);

CREATE FUNCTION pg_temp.risen(change delta, unit text) RETURNS xml LANGUAGE sql IMMUTABLE
RETURN pg_temp.change(points(change), unit, 1);

CREATE FUNCTION pg_temp.day_name(day date) RETURNS text LANGUAGE sql IMMUTABLE
RETURN to_char(day, 'FMYYYY"年"FMMM"月"FMDD"日"');

-- A cell; on a narrow screen, where the heading is far away, its label stands before it
CREATE FUNCTION pg_temp.cell(class text, label text, content xml) RETURNS xml LANGUAGE sql IMMUTABLE
RETURN xmlelement(name td, xmlattributes(class AS class, label AS "data-label"), content);

CREATE FUNCTION pg_temp.cell(class text, label text, content text) RETURNS xml LANGUAGE sql IMMUTABLE
RETURN xmlelement(name td, xmlattributes(class AS class, label AS "data-label"), pg_temp.shown(content));

-- The number of a cell, and beside it in small what there is to say of it
CREATE FUNCTION pg_temp.figure(value text, remark xml) RETURNS xml LANGUAGE sql IMMUTABLE
RETURN xmlelement(name div, xmlattributes('figure' AS class), xmlelement(name b, pg_temp.shown(value)), ' ',
	CASE WHEN remark IS NOT NULL AND value IS DISTINCT FROM '—' THEN xmlelement(name small, remark) END);

-- A short name stays in one line
CREATE FUNCTION pg_temp.name_class(name text) RETURNS text LANGUAGE sql IMMUTABLE
RETURN CASE WHEN char_length(name) <= 8 THEN 'short' END;

CREATE FUNCTION pg_temp.row_heading(content text) RETURNS xml LANGUAGE sql IMMUTABLE
RETURN xmlelement(name th, xmlattributes('row' AS scope, pg_temp.name_class(content) AS class), pg_temp.shown(content));

CREATE FUNCTION pg_temp.table_of(class text, caption text, columns text[], table_rows xml) RETURNS xml LANGUAGE sql IMMUTABLE
RETURN xmlelement(name table, xmlattributes(class AS class),
	xmlelement(name caption, caption), E'\n',
	xmlelement(name thead, xmlelement(name tr, (
		SELECT xmlagg(xmlelement(name th, xmlattributes('col' AS scope), name) ORDER BY place)
		FROM unnest(columns) WITH ORDINALITY AS heading (name, place)
	))), E'\n',
	xmlelement(name tbody, table_rows), E'\n');

CREATE FUNCTION pg_temp.paragraph(class text, content text) RETURNS xml LANGUAGE sql IMMUTABLE
RETURN xmlelement(name p, xmlattributes(class AS class), pg_temp.shown(content));

-- Charts. Each has a label that says in words what it shows, and the size in which its lines are neither stretched nor thin.

CREATE FUNCTION pg_temp.chart(class text, width int, height int, label text, content xml) RETURNS xml LANGUAGE sql IMMUTABLE
RETURN xmlelement(name svg, xmlattributes(class AS class, format('-1 0 %s %s', width + 2, height) AS "viewBox",
	width + 2 AS width, height AS height, 'img' AS role, pg_temp.shown(label) AS "aria-label"), xmlelement(name title, pg_temp.shown(label)), content);

-- Where a volume lies in the chart: from 23 for the lowest up to 3 for the highest
CREATE FUNCTION pg_temp.y_of(volume int8, lowest int8, highest int8) RETURNS numeric LANGUAGE sql IMMUTABLE
RETURN round(23 - 20.0 * (volume - lowest) / greatest(highest - lowest, 1), 1);

-- A line through the known volumes of twelve months, the first at 3 and the last at 117
CREATE FUNCTION pg_temp.polyline(class text, volumes int8[], lowest int8, highest int8) RETURNS xml LANGUAGE sql IMMUTABLE
RETURN (
	SELECT xmlelement(name polyline, xmlattributes(class AS class,
		string_agg(round(3 + 114.0 * (n - 1) / 11, 1) || ',' || pg_temp.y_of(volume, lowest, highest), ' ' ORDER BY n) AS points))
	FROM unnest(volumes) WITH ORDINALITY AS month (volume, n)
	WHERE volume IS NOT NULL
	HAVING count(*) > 0
);

-- Volumes of twelve months as a line, last year's as a paler one behind, and a dot at this month
CREATE FUNCTION pg_temp.volume_line(name text, volumes int8[], before int8[]) RETURNS xml LANGUAGE sql IMMUTABLE
RETURN (
	SELECT pg_temp.chart('line', 120, 26,
		format('%s近12个月投诉量：最少%s件，最多%s件，本月%s件；上年同月%s', name, (SELECT min(v) FROM unnest(volumes) AS v),
			(SELECT max(v) FROM unnest(volumes) AS v), volumes[12], coalesce(before[12] || '件', '无数据')),
		xmlconcat(
			pg_temp.polyline('before', before, lowest, highest),
			pg_temp.polyline('now', volumes, lowest, highest),
			xmlelement(name circle, xmlattributes('now' AS class, 117 AS cx, pg_temp.y_of(volumes[12], lowest, highest) AS cy, 2.5 AS r))))
	FROM (SELECT min(v) AS lowest, max(v) AS highest FROM unnest(volumes || before) AS v) AS scale
	WHERE volumes[11] IS NOT NULL -- one month makes no line
);

-- A bar from 0 to 100 %, over it the confidence interval, and a dashed line at the rate of the whole
CREATE FUNCTION pg_temp.rate_bar(name text, value rate, whole rate) RETURNS xml LANGUAGE sql IMMUTABLE
RETURN (
	SELECT pg_temp.chart('bar', 120, 18,
		format('%s%s，95%%置信区间%s%%至%s%%，%s%s', name, pg_temp.percentage(value),
			round(100 * lower(ci), 1), round(100 * upper(ci), 1), :'area', pg_temp.percentage(whole)),
		xmlconcat(
			xmlelement(name rect, xmlattributes('track' AS class, 0 AS x, 5 AS y, 120 AS width, 8 AS height)),
			xmlelement(name rect, xmlattributes('value' AS class, 0 AS x, 5 AS y, round(120 * value::numeric, 1) AS width, 8 AS height)),
			xmlelement(name path, xmlattributes('interval' AS class,
				format('M%s 9H%sM%1$s 6V12M%2$s 6V12', round(120 * lower(ci), 1), round(120 * upper(ci), 1)) AS d)),
			xmlelement(name path, xmlattributes('whole' AS class, format('M%s 0V18', round(120 * whole::numeric, 1)) AS d))))
	FROM confidence_interval(value) AS ci
	WHERE total(value) > 0
);

-- A box for each day: low, or tall where anything was open; none where it is not known
CREATE FUNCTION pg_temp.day_strip(name text, open int8[]) RETURNS xml LANGUAGE sql IMMUTABLE
RETURN (
	SELECT pg_temp.chart('strip', 4 * cardinality(open), 16,
		format('%s本月有未清诉转访的%s天，最多时%s件', name, count(*) FILTER (WHERE n > 0), max(n)),
		xmlagg(xmlelement(name rect, xmlattributes(
			CASE WHEN n = 0 THEN 'clear' WHEN n = 1 THEN 'open' ELSE 'open many' END AS class,
			4 * day - 3.5 AS x, CASE WHEN n > 0 THEN 2 ELSE 9 END AS y,
			3 AS width, CASE WHEN n > 0 THEN 12 ELSE 5 END AS height)) ORDER BY day))
	FROM unnest(open) WITH ORDINALITY AS each (n, day)
	HAVING count(n) > 0
);

-- A column for each day, those above what the weeks before let expect in another colour
CREATE FUNCTION pg_temp.day_columns(name text, volumes int8[], alarms boolean[]) RETURNS xml LANGUAGE sql IMMUTABLE
RETURN (
	SELECT pg_temp.chart('columns', 5 * cardinality(volumes), 36,
		format('%s本月每日投诉量，最多%s件；预警%s天', name, max(volume), count(*) FILTER (WHERE alarm)),
		xmlagg(xmlelement(name rect, xmlattributes(CASE WHEN alarm THEN 'alarm' ELSE 'usual' END AS class,
			5 * n - 4.5 AS x, round(35 - 34.0 * volume / highest, 1) AS y,
			4 AS width, round(34.0 * volume / highest, 1) AS height)) ORDER BY n))
	FROM ROWS FROM (unnest(volumes), unnest(alarms)) WITH ORDINALITY AS day (volume, alarm, n),
		(SELECT greatest(max(m), 1) AS highest FROM unnest(volumes) AS m) AS scale
);

-- A box for each of twelve months, full where the enterprise was listed, dotted where it is not known
CREATE FUNCTION pg_temp.month_boxes(name text, listed boolean[]) RETURNS xml LANGUAGE sql IMMUTABLE
RETURN (
	SELECT pg_temp.chart('boxes', 96, 10, format('%s近12个月中列入%s个月', name, count(*) FILTER (WHERE yes)),
		xmlagg(xmlelement(name rect, xmlattributes(CASE WHEN yes THEN 'listed' WHEN NOT yes THEN 'not' ELSE 'unknown' END AS class,
			8 * n - 7.5 AS x, 1.5 AS y, 7 AS width, 7 AS height)) ORDER BY n))
	FROM unnest(listed) WITH ORDINALITY AS month (yes, n)
);

-- One goal: filled where it is met, hollow where not; the words say it again for whoever cannot see
CREATE FUNCTION pg_temp.goal(sign text, name text, met boolean) RETURNS xml LANGUAGE sql IMMUTABLE
RETURN (
	SELECT xmlelement(name span, xmlattributes('goal ' || class AS class, concat(name, '：', words) AS title),
		sign, xmlelement(name span, xmlattributes('spoken' AS class), words))
	FROM (VALUES (true, 'met', '达标'), (false, 'missed', '未达标'), (NULL, 'unknown', '无数据')) AS state (is_met, class, words)
	WHERE is_met IS NOT DISTINCT FROM met
);
