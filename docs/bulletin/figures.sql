-- The figures of the bulletin, each in one place: temporary tables that page.sql shows. What is one's own is read first, as a
-- temporary table hides another of its name.

-- One's own columns as the extension takes them. The session's zone is the bulletin's, so that a date or timestamp is read
-- as local time, and so is the day of an instant.
CREATE TEMP VIEW bulletin_complaint AS
SELECT coalesce(nullif(btrim(region), ''), '未注明') AS region,
	nullif(btrim(enterprise), '') AS enterprise, coalesce(nullif(btrim(credit_code), ''), nullif(btrim(enterprise), '')) AS firm,
	nullif(btrim(issue), '') AS issue,
	received::timestamptz AS received, received::timestamptz::date AS received_on,
	concluded::timestamptz AS concluded, concluded::timestamptz::date AS concluded_on,
	-- a complaint that was rejected, or settled at once, was decided upon when it was concluded
	coalesce(accepted::timestamptz, concluded::timestamptz)::date AS decided_on,
	outcome::mediation_outcome AS outcome, satisfaction::satisfaction AS answer, odr::boolean AS odr, converted::boolean AS converted,
	escalated::timestamptz AS escalated, cleared::timestamptz AS cleared
FROM :complaints;

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
ALTER TABLE pg_temp.scheme ADD PRIMARY KEY (measure), ALTER target SET NOT NULL, ALTER floor SET NOT NULL, ALTER points SET NOT NULL;

-- What bureaus reported of themselves
\if :{?reported}
CREATE TEMP TABLE reported AS SELECT btrim(region) AS region, measure::text, rate::text::rate FROM :reported;
\else
CREATE TEMP TABLE reported (region text, measure text, rate rate);
\endif
ALTER TABLE pg_temp.reported ADD PRIMARY KEY (region, measure);

CREATE TEMP TABLE measure (place int, measure text, name text, unit text, can_be_reported boolean);
INSERT INTO measure VALUES
	(1, 'volume',       '投诉量同比', '%',  false),
	(2, 'mediation',    '调解成功率', '%',  true),
	(3, 'satisfaction', '满意率',     '%',  true),
	(4, 'escalations',  '未清诉转访', '件', false),
	(5, 'on_time',      '受理按时率', '%',  true);

DO $$
DECLARE
	unknown text := (
		SELECT string_agg(DISTINCT quote_literal(measure), ', ')
		FROM (SELECT measure, false AS was_reported FROM scheme UNION ALL SELECT measure, true FROM reported) AS given
		WHERE NOT EXISTS (SELECT FROM measure WHERE measure.measure = given.measure AND (can_be_reported OR NOT was_reported))
	);
BEGIN
	IF unknown IS NOT NULL THEN
		RAISE EXCEPTION '不认识的指标: %', unknown USING HINT = 'scheme 可用 volume, mediation, satisfaction, '
			'escalations, on_time; reported 可用 mediation, satisfaction, on_time';
	END IF;
	IF NOT EXISTS (SELECT FROM bulletin_complaint WHERE received IS NOT NULL) THEN
		RAISE EXCEPTION '没有投诉可供统计' USING HINT = '检查变量 complaints 所指的表或视图';
	END IF;
END
$$;

-- The month asked for, or the last that is over and has complaints
SELECT period('month', CASE
		WHEN :'month' = '' THEN least(max(received_on), date_trunc('month', now())::date - 1)
		WHEN :'month' ~ '^\d{4}-\d{1,2}$' THEN (:'month' || '-01')::date
		ELSE nullif(:'month', '')::date
	END) AS month
FROM bulletin_complaint \gset
SELECT daterange(date_trunc('year', lower(:'month'::daterange))::date, upper(:'month'::daterange)) AS year_to_date,
	to_char(lower(:'month'::daterange), 'FMYYYY"年"FMMM"月"') AS month_name,
	to_char(lower(:'month'::daterange), 'FMMM') AS month_number \gset

-- Years of which the days off are known: of others nothing about working days is said
CREATE TEMP TABLE calendar_year AS
SELECT DISTINCT extract(year FROM day)::int AS year FROM working_day_exception;

-- One pass over the rows up to the month's end: a row of states for each county bureau. Only rows of the month need the calendar,
-- for the day received and, as seven working days can take so many, the twenty behind it.
CREATE TEMP TABLE bureau AS
SELECT region,
	scorecard(received, concluded, mediated(outcome, :'basis'), satisfied(answer), escalated, cleared, :'zone') AS card,
	trend(concluded, outcome = 'settled', :'zone') FILTER (WHERE odr AND outcome IN ('settled', 'unsettled')) AS settlement,
	trend(received, NULL, :'zone') FILTER (WHERE converted) AS conversion,
	rate(CASE WHEN known_term THEN decided_on <= due_date('acceptance', received_on) END)
		FILTER (WHERE concluded_on <@ :'month'::daterange) AS on_time,
	rate(CASE WHEN known_day THEN NOT is_working_day(received_on) END)
		FILTER (WHERE received_on <@ :'month'::daterange) AS off_days,
	count(*) FILTER (WHERE concluded_on <@ :'month'::daterange AND NOT known_term) AS not_judged
FROM bulletin_complaint, LATERAL (
	SELECT known_day, known_day AND extract(year FROM received_on + 20) IN (SELECT year FROM calendar_year) AS known_term
	FROM (SELECT extract(year FROM received_on) IN (SELECT year FROM calendar_year) AS known_day) AS day
) AS calendar
WHERE received_on < upper(:'month'::daterange)
GROUP BY region;

-- Bureaus and, without a region, all of them together
CREATE TEMP TABLE league AS
WITH whole AS (
	SELECT * FROM bureau
	UNION ALL
	SELECT NULL, rollup(card), rollup(settlement), rollup(conversion), rollup(on_time), rollup(off_days), coalesce(sum(not_judged), 0)
	FROM bureau
)
SELECT whole.*, verdict.*
FROM whole, verdict(card, :'month'::daterange, zone => :'zone');

-- Judged by the figures as printed, so that anybody can do the sum again. What has no figure has no points.
CREATE TEMP TABLE point AS
SELECT region, place, measure, value, round(assess(value, target, floor, points), 2) AS points
FROM league, scheme JOIN measure USING (measure), LATERAL (
	SELECT CASE measure
		WHEN 'volume' THEN growth(volume)
		WHEN 'mediation' THEN percent((mediation).rate)
		WHEN 'satisfaction' THEN percent((satisfaction).rate)
		WHEN 'escalations' THEN open_escalations
		WHEN 'on_time' THEN percent(on_time)
	END AS value
) AS judged;

CREATE TEMP TABLE standing AS
SELECT region, points, rank() OVER (ORDER BY points DESC) AS rank
FROM (
	SELECT region, coalesce(sum(points), 0) AS points FROM point WHERE region IS NOT NULL GROUP BY region
) AS total;

-- Twelve months up to this one, and the same a year before; no volume is known before the first day of all
CREATE TEMP TABLE month_volume AS
WITH first AS (
	SELECT first_day(volume_trend(card)) AS day FROM league WHERE region IS NULL
)
SELECT region,
	array_agg(CASE WHEN upper(this) > first.day THEN volume(volume_trend(card), this) END ORDER BY back DESC) AS volumes,
	array_agg(CASE WHEN upper(last) > first.day THEN volume(volume_trend(card), last) END ORDER BY back DESC) AS volumes_before
FROM league, first, generate_series(0, 11) AS back,
	period('month', (lower(:'month'::daterange) - make_interval(months => back))::date) AS this,
	period('month', (lower(:'month'::daterange) - make_interval(months => back + 12))::date) AS last
GROUP BY region;

-- Each day of the month: how many complaints, and how many escalations were open at once; not of days that are still to come
CREATE TEMP TABLE month_day AS
SELECT region, day::date AS day, volume(volume_trend(card), daterange(day::date, day::date + 1)) AS volume,
	CASE WHEN day <= now() THEN peak_open(escalations(card), tstzrange(day, day + interval '1 day')) END AS open
FROM league, generate_series(lower(:'month'::daterange)::timestamptz, (upper(:'month'::daterange) - 1)::timestamptz, '1 day') AS day;

-- Days above the four weeks before them, with the enterprise that most complained about
CREATE TEMP TABLE surge AS
SELECT region, day, observed, round(expected::numeric, 1) AS expected, round(threshold::numeric, 1) AS threshold, key AS firm, count
FROM bureau, alerts(volume_trend(card), baseline => 28, min_deviation => 1) LEFT JOIN LATERAL (
	SELECT top.key, top.count
	FROM (
		SELECT tally(enterprise) AS firms FROM bulletin_complaint AS c
		WHERE c.region = bureau.region AND received_on = day AND enterprise IS NOT NULL
	) AS that_day, top(firms, 1)
) AS most ON true
WHERE alarm AND day <@ :'month'::daterange;

-- Enterprises with so many complaints in a month, of twelve months
CREATE TEMP TABLE listing AS
SELECT month, listed.*
FROM (
	SELECT date_trunc('month', received_on)::date AS month, tally(firm) AS firms
	FROM bulletin_complaint
	WHERE firm IS NOT NULL AND received_on >= upper(:'month'::daterange) - interval '1 year' AND received_on < upper(:'month'::daterange)
	GROUP BY 1
) AS batch, at_least(firms, :threshold) AS listed (rank, firm, count, share);

-- Of each listed this month: its usual name, place and issue, and in which of the months it was listed
CREATE TEMP TABLE enterprise AS
SELECT rank, firm, count, share, detail.*, listed, cardinality(array_positions(listed, true)) AS times
FROM listing AS this, LATERAL (
	SELECT mode() WITHIN GROUP (ORDER BY enterprise) AS name, mode() WITHIN GROUP (ORDER BY region) AS region,
		mode() WITHIN GROUP (ORDER BY issue) AS issue
	FROM bulletin_complaint
	WHERE bulletin_complaint.firm = this.firm AND received_on <@ :'month'::daterange
) AS detail, LATERAL (
	SELECT array_agg(EXISTS (
			SELECT FROM listing WHERE listing.firm = this.firm AND listing.month = this.month - make_interval(months => back)
		) ORDER BY back DESC) AS listed
	FROM generate_series(0, 11) AS back
) AS months
WHERE month = lower(:'month'::daterange);

-- What the bureaus reported of themselves beside what the rows say: a bureau that said nothing has no rate reported
CREATE TEMP TABLE verification AS
SELECT region, place, measure, reported.rate AS reported, computed, verify.*
FROM (
	SELECT region, measure, place, CASE measure
		WHEN 'mediation' THEN (mediation).rate WHEN 'satisfaction' THEN (satisfaction).rate ELSE on_time END AS computed
	FROM league, measure
	WHERE region IS NOT NULL AND measure IN (SELECT measure FROM reported)
) AS computed FULL JOIN reported USING (region, measure), verify(reported.rate, computed);
