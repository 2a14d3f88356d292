-- A file with the columns of complaint, in any order; all but region and received may be missing.
UPDATE csv SET problem = '缺少列: ' || names
FROM (
	SELECT line, string_agg(name, ', ') AS names
	FROM header, unnest('{region,received}'::text[]) AS name
	WHERE NOT field ? name
	GROUP BY line
) AS missing
WHERE csv.line = missing.line AND problem IS NULL;

CREATE TEMP TABLE source AS
SELECT line, record.*
FROM csv, jsonb_to_record(field) AS record (id text, region text, office text, station text, enterprise text,
	credit_code text, channel text, kind text, issue text, received text, accepted text, concluded text, outcome text,
	satisfaction text, odr text, converted text, escalated text, cleared text)
WHERE problem IS NULL AND line > (SELECT line FROM header WHERE problem IS NULL);

SELECT '未用到的列: ' || string_agg(name, ', ') AS note
FROM header, jsonb_object_keys(field) AS name
WHERE name NOT IN (SELECT attname FROM pg_attribute WHERE attrelid = 'complaint'::regclass AND attnum > 0) \gset
