-- A scorecard for each county bureau, and of these, without the rows, its verdict and rank in :period and the city's.
CREATE TABLE county_card AS
SELECT region,
	scorecard(received, concluded, mediated(outcome), satisfied(satisfaction), escalated, cleared, :'zone') AS card
FROM complaint
GROUP BY region;

-- Ranked by the goals met, then by the mediation rate; the city, without a region, has no rank.
CREATE TABLE league AS
WITH bureau AS (
	SELECT region, card FROM county_card
	UNION ALL
	SELECT NULL, rollup(card) FROM county_card
)
SELECT CASE WHEN region IS NOT NULL
		THEN rank() OVER (PARTITION BY region IS NULL ORDER BY goals_met DESC, (mediation).rate DESC) END AS rank,
	region, verdict.*
FROM bureau, verdict(card, :'period');
