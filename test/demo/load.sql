-- Fills complaint from the CSV file $DATA, or fails with all the rows that cannot be counted.
\ir read.sql

DO $$
DECLARE
	lines int;
	reasons text;
BEGIN
	SELECT count(*), string_agg(format('第 %s 行: %s', line, why), E'\n' ORDER BY line)
	INTO lines, reasons
	FROM (
		SELECT line, string_agg(reason, '; ' ORDER BY reason COLLATE "C") AS why FROM problem GROUP BY line
	) AS broken;
	IF lines > 0 THEN
		RAISE EXCEPTION '% 行不能统计, 什么也没有装入', lines
			USING DETAIL = reasons, HINT = '列名和写法见 test/demo/README.md';
	END IF;
END
$$;

INSERT INTO complaint
SELECT coalesce(id, format('第 %s 行', line)), region, office, station, enterprise, credit_code, channel, kind, issue,
	received, accepted, concluded, outcome, satisfaction, odr, converted, escalated, cleared
FROM reading
ORDER BY line;
