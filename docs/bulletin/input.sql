-- What the bulletin is made from, checked: its variables, and one's own tables. Those are read before any table of the script's is
-- made, as a temporary table hides another of its name.

CREATE FUNCTION pg_temp.refuse(message text, hint text) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
	RAISE EXCEPTION '%', message USING HINT = hint;
END
$$;

CREATE FUNCTION pg_temp.positive(variable text, value text) RETURNS int LANGUAGE sql STABLE
RETURN CASE WHEN value ~ '^[1-9]\d{0,8}$' THEN value
	ELSE pg_temp.refuse(format('%s 不是正整数: "%s"', variable, value), format('例如 %s=20', variable)) END::int;

-- A boolean, or text as exports have it
CREATE FUNCTION pg_temp.yes(name text, value text) RETURNS boolean LANGUAGE sql STABLE
RETURN CASE
	WHEN value IN ('true', 't', '是', 'yes', 'y', '1') THEN true
	WHEN value IN ('false', 'f', '否', 'no', 'n', '0') THEN false
	WHEN btrim(value) <> '' THEN pg_temp.refuse(format('列 %s 不是"是"或"否": "%s"', name, value),
		format('例如在视图中写 列 = ''是'' AS %s', name))::boolean
END;

SELECT pg_temp.positive('threshold', :'threshold') AS threshold, pg_temp.positive('top', :'top') AS top,
	CASE WHEN :'recorded' IN ('', 'escalated') THEN :'recorded'
		ELSE pg_temp.refuse(format('recorded 不认识: "%s"', :'recorded'), '可用 recorded=escalated') END AS recorded \gset

CREATE TEMP VIEW bulletin_given AS SELECT * FROM :complaints;

SELECT pg_temp.refuse(format('%s 缺少列: %s', :'complaints', string_agg(name, ', ' ORDER BY place)),
	format('没有的列给 NULL，例如 NULL AS %s', min(name COLLATE "C")))
FROM unnest('{region,enterprise,credit_code,issue,received,accepted,concluded,outcome,satisfaction,odr,converted,escalated,cleared}'::text[])
	WITH ORDINALITY AS needed (name, place)
WHERE NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'pg_temp.bulletin_given'::regclass AND attname = name)
HAVING count(*) > 0;

-- One's own columns as the extension takes them. The session's zone is the bulletin's, so that a date or timestamp is read
-- as local time, and so is the day of an instant.
CREATE TEMP VIEW bulletin_complaint AS
SELECT coalesce(nullif(btrim(region), ''), '未注明') AS region,
	nullif(btrim(enterprise), '') AS enterprise, coalesce(nullif(btrim(credit_code), ''), nullif(btrim(enterprise), '')) AS firm,
	nullif(btrim(issue), '') AS issue,
	received::timestamptz AS received, received::timestamptz::date AS received_on, accepted::timestamptz AS accepted,
	concluded::timestamptz AS concluded, concluded::timestamptz::date AS concluded_on,
	nullif(btrim(outcome::text), '')::mediation_outcome AS outcome, nullif(btrim(satisfaction::text), '')::satisfaction AS answer,
	pg_temp.yes('odr', odr::text) AS odr, pg_temp.yes('converted', converted::text) AS converted,
	escalated::timestamptz AS escalated, cleared::timestamptz AS cleared
FROM bulletin_given;

-- What is worth how many points. One's own scheme has these columns.
\if :{?scheme}
CREATE TEMP TABLE scheme AS SELECT measure::text, target::numeric, floor::numeric, points::numeric FROM :scheme;
\else
CREATE TEMP TABLE scheme AS
SELECT *
FROM (VALUES
	('volume',       -5::numeric, 15::numeric, 20::numeric),
	('mediation',    70,          50,          30),
	('satisfaction', 95,          75,          20),
	('escalations',   0,           5,          20),
	('on_time',     100,          80,          10)
) AS usual (measure, target, floor, points);
\endif

-- What bureaus reported of themselves
\if :{?reported}
CREATE TEMP TABLE reported AS SELECT btrim(region) AS region, measure::text, rate::text::rate FROM :reported;
\else
CREATE TEMP TABLE reported (region text, measure text, rate rate);
\endif

CREATE TEMP TABLE measure (place int, measure text, name text, unit text, can_be_reported boolean);
INSERT INTO measure VALUES
	(1, 'volume',       '投诉量同比', '%',  false),
	(2, 'mediation',    '调解成功率', '%',  true),
	(3, 'satisfaction', '满意率',     '%',  true),
	(4, 'escalations',  '未清诉转访', '件', false),
	(5, 'on_time',      '受理按时率', '%',  true);

DO $$
DECLARE
	wrong text;
BEGIN
	SELECT string_agg(DISTINCT quote_literal(measure), ', ') INTO wrong
	FROM (SELECT measure, false AS was_reported FROM pg_temp.scheme UNION ALL SELECT measure, true FROM pg_temp.reported) AS given
	WHERE NOT EXISTS (SELECT FROM pg_temp.measure WHERE measure.measure = given.measure AND (can_be_reported OR NOT was_reported));
	IF wrong IS NOT NULL THEN
		RAISE EXCEPTION '不认识的指标: %', wrong USING HINT = 'scheme 可用 volume, mediation, satisfaction, '
			'escalations, on_time; reported 可用 mediation, satisfaction, on_time';
	END IF;

	IF NOT EXISTS (SELECT FROM pg_temp.scheme) OR EXISTS (SELECT FROM pg_temp.scheme WHERE num_nulls(measure, target, floor, points) > 0)
		OR (SELECT count(*) > count(DISTINCT measure) FROM pg_temp.scheme) THEN
		RAISE EXCEPTION '计分办法 scheme 是空的、缺数或有重复的指标' USING HINT = '每项指标一行，measure、target、floor、points 都要有';
	END IF;

	SELECT string_agg(format('%s %s', coalesce(region, 'NULL'), coalesce(measure, 'NULL')), ', ' ORDER BY region COLLATE "C", measure) INTO wrong
	FROM (
		SELECT region, measure FROM pg_temp.reported GROUP BY region, measure HAVING count(*) > 1 OR num_nulls(region, measure) > 0
	) AS repeated;
	IF wrong IS NOT NULL THEN
		RAISE EXCEPTION '自查 reported 有重复或不全的: %', wrong USING HINT = '每个单位、每项指标一行';
	END IF;

	SELECT concat_ws(', ', region, enterprise, format('诉转访 %s, 清零 %s', escalated, cleared)) INTO wrong
	FROM pg_temp.bulletin_complaint WHERE cleared < escalated ORDER BY escalated LIMIT 1;
	IF wrong IS NOT NULL THEN
		RAISE EXCEPTION '清零早于诉转访: %', wrong
			USING HINT = format('这样的共%s行，先改正', (SELECT count(*) FROM pg_temp.bulletin_complaint WHERE cleared < escalated));
	END IF;
END
$$;

-- The month asked for, as 2023-09 or any day in it; or the last that is over and has complaints
CREATE FUNCTION pg_temp.month_of(asked text) RETURNS daterange LANGUAGE plpgsql STABLE AS $$
DECLARE
	this_month date := date_trunc('month', now());
	first_over date;
	last_over date;
	month date;
	can_be text;
BEGIN
	IF asked !~ '^([12]\d{3}-(0?[1-9]|1[0-2])(-(0?[1-9]|[12]\d|3[01]))?)?$' THEN
		RAISE EXCEPTION '不认识的月份: "%"', asked USING HINT = '写作 month=2023-09';
	END IF;
	SELECT date_trunc('month', min(received_on)), date_trunc('month', max(received_on)) INTO first_over, last_over
	FROM bulletin_complaint WHERE received_on < this_month;
	IF last_over IS NULL THEN
		RAISE EXCEPTION '没有投诉可供统计' USING HINT = '变量 complaints 所指的表或视图要有已经过完的月份收到的投诉';
	END IF;
	can_be := format('已经过完又有投诉的月份：%s至%s', to_char(first_over, 'YYYY-MM'), to_char(last_over, 'YYYY-MM'));

	month := coalesce(substring(asked FROM '^\d+-\d+') || '-01', last_over::text);
	IF month >= this_month THEN
		RAISE EXCEPTION '%还没有过完', to_char(month, 'FMYYYY"年"FMMM"月"') USING HINT = can_be;
	END IF;
	IF NOT EXISTS (SELECT FROM bulletin_complaint WHERE received_on <@ period('month', month)) THEN
		RAISE EXCEPTION '%没有收到投诉', to_char(month, 'FMYYYY"年"FMMM"月"') USING HINT = can_be;
	END IF;
	RETURN period('month', month);
END
$$;

SELECT pg_temp.month_of(:'month') AS month \gset
SELECT daterange(date_trunc('year', lower(:'month'::daterange))::date, upper(:'month'::daterange)) AS year_to_date,
	lower(:'month'::daterange)::timestamptz AS month_start, upper(:'month'::daterange)::timestamptz AS month_end,
	to_char(lower(:'month'::daterange), 'FMYYYY"年"FMMM"月"') AS month_name \gset
