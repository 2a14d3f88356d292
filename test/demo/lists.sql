-- Enterprises of each quarter, the lists of the last four up to :period's end, and in it the surges of one county.
\set listed 40
CREATE TABLE batch AS
SELECT quarter, tally(concat_ws(' ', credit_code, enterprise)) AS enterprises
FROM complaint, period('quarter', (received AT TIME ZONE :'zone')::date) AS quarter
WHERE enterprise IS NOT NULL
GROUP BY quarter;

CREATE TABLE listing AS
SELECT quarter, listed.*
FROM (SELECT * FROM batch WHERE lower(quarter) < upper(:'period'::daterange) ORDER BY quarter DESC LIMIT 4) AS last, at_least(enterprises, :listed) AS listed;

-- Days above the four weeks before them, in the county that has most of them
CREATE TABLE surge AS
WITH alarm AS (
	SELECT region, alerts.*
	FROM (SELECT region, trend(received, NULL, :'zone') AS t FROM complaint GROUP BY region) AS county, alerts(t, baseline => 28, min_deviation => 1)
	WHERE alarm AND day <@ :'period'::daterange
)
SELECT * FROM alarm WHERE region = (SELECT region FROM alarm GROUP BY region ORDER BY count(*) DESC, region COLLATE "C" LIMIT 1);
