-- Reads the CSV file $DATA into the table reading, whose rows fit complaint, and names in the table problem every row that
-- cannot be read or counted.
CREATE TEMP TABLE csv (line int, problem text, field jsonb);
\copy csv FROM PROGRAM 'test/demo/csv_rows "$DATA"'

CREATE TEMP VIEW header AS SELECT * FROM csv ORDER BY line LIMIT 1;

-- NULL where the text does not read
CREATE FUNCTION pg_temp.read(value text, INOUT result anyelement) LANGUAGE plpgsql AS $$
BEGIN
	result := value;
EXCEPTION WHEN data_exception THEN
	result := NULL;
END
$$;

-- ISO only: 'today', or a date that begins with the day, would be read as well, but hardly as it was meant
CREATE FUNCTION pg_temp.read_time(value text) RETURNS timestamptz LANGUAGE sql
RETURN pg_temp.read(substring(value FROM '^\d{4}[-/]\d{1,2}[-/]\d{1,2}(?!\d).*'), NULL::timestamptz);

CREATE FUNCTION pg_temp.read_boolean(value text) RETURNS boolean LANGUAGE sql
RETURN CASE value WHEN '是' THEN true WHEN '否' THEN false ELSE pg_temp.read(value, NULL::boolean) END;

-- Each makes the table source: a line and the columns of complaint, as text.
SELECT count(*) > 0 AS cfpb
FROM header
WHERE field ?& '{Date received,Date sent to company,State,Company response to consumer,Consumer disputed?}' \gset
\if :cfpb
	\ir cfpb.sql
\else
	\ir own.sql
\endif

CREATE TEMP TABLE reading AS
SELECT line, id, region, office, station, enterprise, credit_code, channel, kind, issue,
	pg_temp.read_time(received) AS received,
	pg_temp.read_time(accepted) AS accepted,
	pg_temp.read_time(concluded) AS concluded,
	pg_temp.read(outcome, NULL::mediation_outcome) AS outcome,
	pg_temp.read(satisfaction, NULL::satisfaction) AS satisfaction,
	pg_temp.read_boolean(odr) AS odr,
	pg_temp.read_boolean(converted) AS converted,
	pg_temp.read_time(escalated) AS escalated,
	pg_temp.read_time(cleared) AS cleared
FROM source;

CREATE TEMP TABLE problem AS
SELECT line, problem AS reason FROM csv WHERE problem IS NOT NULL
UNION ALL
SELECT line, '没有数据' FROM header WHERE problem IS NULL AND (SELECT count(*) FROM csv) = 1
UNION ALL
SELECT 1, '文件是空的' WHERE NOT EXISTS (SELECT FROM csv);

INSERT INTO problem
SELECT line, format('%s 不是%s: "%s"', name, wanted, value)
FROM source AS s JOIN reading AS r USING (line), LATERAL (VALUES
	('received', '时间', s.received, r.received IS NULL),
	('accepted', '时间', s.accepted, r.accepted IS NULL),
	('concluded', '时间', s.concluded, r.concluded IS NULL),
	('outcome', '已知的结果', s.outcome, r.outcome IS NULL),
	('satisfaction', '已知的满意度', s.satisfaction, r.satisfaction IS NULL),
	('odr', '是或否', s.odr, r.odr IS NULL),
	('converted', '是或否', s.converted, r.converted IS NULL),
	('escalated', '时间', s.escalated, r.escalated IS NULL),
	('cleared', '时间', s.cleared, r.cleared IS NULL)
) AS cell (name, wanted, value, failed)
WHERE failed AND value IS NOT NULL;

-- Dates beside times of day are common, so days judge the order of the stages; only a clearance needs the instants.
INSERT INTO problem
SELECT line, reason
FROM source AS s JOIN reading AS r USING (line), LATERAL (VALUES
	(s.region IS NULL, '没有 region'),
	(s.received IS NULL, '没有 received'),
	(r.accepted::date < r.received::date, 'accepted 早于 received'),
	(r.concluded::date < r.received::date, 'concluded 早于 received'),
	(r.concluded::date < r.accepted::date, 'concluded 早于 accepted'),
	(r.escalated::date < r.received::date, 'escalated 早于 received'),
	(r.cleared < r.escalated, 'cleared 早于 escalated'),
	(s.cleared IS NOT NULL AND s.escalated IS NULL, '有 cleared 而没有 escalated'),
	(r.outcome <> 'pending' AND s.concluded IS NULL, '有 outcome 而没有 concluded'),
	(r.satisfaction IS NOT NULL AND s.concluded IS NULL, '有 satisfaction 而没有 concluded')
) AS rule (failed, reason)
WHERE failed;

INSERT INTO problem
SELECT line, format('id 与第 %s 行重复', first)
FROM (SELECT line, id, min(line) OVER (PARTITION BY id) AS first FROM source) AS numbered
WHERE id IS NOT NULL AND line > first;
