-- What a shard offers to a hub: states of its rows. The zone is named, as the hub's session has GMT.
CREATE VIEW state AS
SELECT province, county, kind,
	mediation_success_rate(outcome, 'accepted') AS mediated,
	trend(received, mediated(outcome), 'Asia/Shanghai') AS received,
	clearance(escalated, cleared) AS escalated,
	tally(enterprise) AS enterprises,
	scorecard(received, concluded, mediated(outcome), satisfied(answer), escalated, cleared, 'Asia/Shanghai') AS card
FROM complaint
GROUP BY province, county, kind;

CREATE VIEW on_time AS
SELECT province, rate((concluded AT TIME ZONE zone)::date <= due_date('acceptance', day)) AS on_time
FROM complaint
GROUP BY province;
