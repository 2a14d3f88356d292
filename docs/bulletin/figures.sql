-- The figures of the bulletin, each in one place: temporary tables that page.sql shows. A figure that is not known is null.

-- Whether escalations are recorded: where none was in the twelve months before an instant, nothing is known of it
CREATE FUNCTION pg_temp.recorded(at timestamptz) RETURNS boolean LANGUAGE sql STABLE
RETURN EXISTS (
	SELECT FROM bulletin_complaint
	WHERE (escalated < at AND (cleared IS NULL OR cleared >= at - interval '1 year')) OR (:'recorded' = 'escalated' AND received < at)
);

CREATE TEMP TABLE recorded AS
SELECT EXISTS (
		SELECT FROM bulletin_complaint WHERE accepted < :'month_end' AND accepted >= :'month_end'::timestamptz - interval '1 year'
	) AS acceptance, EXISTS (
		SELECT FROM bulletin_complaint
		WHERE received < :'month_end' AND received >= :'month_end'::timestamptz - interval '1 year' AND converted IS NOT NULL
	) AS conversion_recorded,
	pg_temp.recorded(:'month_end') AS escalation, pg_temp.recorded(:'month_start') AS escalation_month_before,
	pg_temp.recorded(:'month_end'::timestamptz - interval '1 year') AS escalation_year_before,
	first_day, date_trunc('month', first_day)::date AS first_month
FROM (SELECT min(received_on) AS first_day FROM bulletin_complaint) AS first;

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
		FILTER (WHERE concluded_on <@ :'month'::daterange AND acceptance) AS on_time,
	rate(CASE WHEN known_day THEN NOT is_working_day(received_on) END)
		FILTER (WHERE received_on <@ :'month'::daterange) AS off_days,
	count(*) FILTER (WHERE concluded_on <@ :'month'::daterange AND acceptance AND NOT known_term) AS no_calendar,
	count(*) FILTER (WHERE concluded_on <@ :'month'::daterange AND acceptance AND known_term AND decided_on IS NULL) AS undecided,
	count(*) FILTER (WHERE received_on <@ :'month'::daterange OR concluded_on <@ :'month'::daterange) AS cases
FROM bulletin_complaint, recorded, LATERAL (
	-- a complaint that was rejected was decided upon when it was concluded
	SELECT coalesce(accepted::date, CASE WHEN outcome = 'rejected' THEN concluded_on END) AS decided_on
) AS decision, LATERAL (
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
	SELECT NULL, rollup(card), rollup(settlement), rollup(conversion), rollup(on_time), rollup(off_days), sum(no_calendar), sum(undecided), sum(cases)
	FROM bureau
)
SELECT whole.*, volume, mediation, satisfaction, CASE WHEN escalation THEN open_escalations END AS open_escalations,
	volume_down, mediation_up, satisfaction_up, CASE WHEN escalation THEN escalations_clear END AS escalations_clear
FROM whole, recorded, verdict(card, :'month'::daterange, zone => :'zone');

-- Judged by the figures as printed, so that anybody can do the sum again. What has no figure has no points, and a bureau without a
-- complaint in the month has none at all. The volume is judged where its goal is.
CREATE TEMP TABLE point AS
SELECT region, place, measure, value, CASE WHEN cases > 0 THEN round(assess(value, target, floor, points), 2) END AS points
FROM league, scheme JOIN measure USING (measure), LATERAL (
	SELECT CASE measure
		WHEN 'volume' THEN CASE WHEN volume_down IS NOT NULL THEN growth(volume) END
		WHEN 'mediation' THEN percent((mediation).rate)
		WHEN 'satisfaction' THEN percent((satisfaction).rate)
		WHEN 'escalations' THEN open_escalations
		WHEN 'on_time' THEN percent(on_time)
	END AS value
) AS judged;

CREATE TEMP TABLE standing AS
SELECT region, points, CASE WHEN points IS NOT NULL THEN rank() OVER (ORDER BY points DESC NULLS LAST) END AS rank
FROM (
	SELECT league.region, CASE WHEN cases > 0 THEN coalesce(sum(points), 0) END AS points
	FROM league JOIN point USING (region) GROUP BY league.region, cases
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

-- Each day of the month: how many complaints, and how many escalations were open at once
CREATE TEMP TABLE month_day AS
SELECT region, day::date AS day, volume(volume_trend(card), daterange(day::date, day::date + 1)) AS volume,
	CASE WHEN escalation THEN peak_open(escalations(card), tstzrange(day, day + interval '1 day')) END AS open
FROM league, recorded, generate_series(lower(:'month'::daterange)::timestamptz, (upper(:'month'::daterange) - 1)::timestamptz, '1 day') AS day;

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

-- Of each listed this month: its usual name, place and issue, in which of the months it was listed, null before the first month of
-- all, and since how many without a gap
CREATE TEMP TABLE enterprise AS
SELECT rank, firm, count, share, detail.*, months.*
FROM listing AS this, LATERAL (
	SELECT mode() WITHIN GROUP (ORDER BY enterprise) AS name, mode() WITHIN GROUP (ORDER BY region) AS region,
		mode() WITHIN GROUP (ORDER BY issue) AS issue
	FROM bulletin_complaint
	WHERE bulletin_complaint.firm = this.firm AND received_on <@ :'month'::daterange
) AS detail, LATERAL (
	SELECT array_agg(is_listed ORDER BY back DESC) AS listed, count(*) FILTER (WHERE is_listed) AS times,
		coalesce(min(back) FILTER (WHERE is_listed IS NOT TRUE), 12) AS in_a_row
	FROM generate_series(0, 11) AS back, recorded, LATERAL (
		SELECT (this.month - make_interval(months => back))::date AS month
	) AS each, LATERAL (
		SELECT CASE WHEN each.month >= first_month
			THEN EXISTS (SELECT FROM listing WHERE listing.firm = this.firm AND listing.month = each.month) END AS is_listed
	) AS found
) AS months
WHERE month = lower(:'month'::daterange);

-- What the bureaus reported of themselves beside what the rows say: a bureau that said nothing has no rate reported
CREATE TEMP TABLE verification AS
SELECT region, place, measure, reported.rate AS reported, computed, place IS NOT NULL AS has_rows, verify.*
FROM (
	SELECT region, measure, place, CASE measure
		WHEN 'mediation' THEN (mediation).rate WHEN 'satisfaction' THEN (satisfaction).rate
		WHEN 'on_time' THEN CASE WHEN acceptance THEN on_time END END AS computed
	FROM league, recorded, measure
	WHERE region IS NOT NULL AND measure IN (SELECT measure FROM reported)
) AS computed FULL JOIN reported USING (region, measure), verify(reported.rate, computed);
