-- The US CFPB Consumer Complaint Database as published, with the states as the regions. A complaint sent to the company
-- before it was received, as a few are, counts as concluded on the day of its receipt.
CREATE FUNCTION pg_temp.iso(value text) RETURNS text LANGUAGE sql
RETURN regexp_replace(value, '^(\d{1,2})/(\d{1,2})/(\d{4})$', '\3-\1-\2');

CREATE TEMP TABLE source AS
SELECT line, NULL AS id, coalesce(field->>'State', '-') AS region, NULL AS office, NULL AS station,
	field->>'Company' AS enterprise, NULL AS credit_code, field->>'Submitted via' AS channel,
	field->>'Product' AS kind, field->>'Issue' AS issue,
	received, NULL AS accepted,
	CASE WHEN pg_temp.read_time(sent) < pg_temp.read_time(received) THEN received ELSE sent END AS concluded,
	CASE field->>'Company response to consumer'
		WHEN 'Closed with monetary relief' THEN 'mediated'
		WHEN 'Closed with non-monetary relief' THEN 'mediated'
		WHEN 'Closed with explanation' THEN 'failed'
		WHEN 'Closed' THEN 'failed'
		WHEN 'Untimely response' THEN 'failed'
		WHEN 'In progress' THEN 'pending'
		ELSE field->>'Company response to consumer'
	END AS outcome,
	CASE field->>'Consumer disputed?'
		WHEN 'No' THEN 'satisfied'
		WHEN 'Yes' THEN 'dissatisfied'
		ELSE field->>'Consumer disputed?'
	END AS satisfaction,
	NULL AS odr, NULL AS converted, NULL AS escalated, NULL AS cleared
FROM csv, LATERAL (
	SELECT pg_temp.iso(field->>'Date received') AS received, pg_temp.iso(field->>'Date sent to company') AS sent
) AS day
WHERE problem IS NULL AND line > (SELECT line FROM header);

\set note 'CFPB: State 为 region, Company 为 enterprise; 送交企业早于收到的, 以收到之日为办结'
