-- statutory_deadline: how long a stage of a case may take, by the rule in force when it began

-- A stage and its days as one range of numbers: gist has no = for text without btree_gist.
CREATE FUNCTION statutory_deadline_key(stage text, in_force daterange) RETURNS numrange
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION statutory_deadline_key(text, daterange) IS 'a range that overlaps another one where both are of one stage and have a day in common';

CREATE TABLE statutory_deadline (
	stage text NOT NULL CHECK (octet_length(stage) BETWEEN 1 AND 200),
	in_force daterange NOT NULL CHECK (NOT isempty(in_force)),
	days int NOT NULL CHECK (days > 0),
	working boolean NOT NULL,
	counted_from text,
	basis text,
	CONSTRAINT statutory_deadline_one_rule_a_day EXCLUDE USING gist (statutory_deadline_key(stage, in_force) WITH &&)
);
COMMENT ON TABLE statutory_deadline IS 'terms of the stages of a case; no two rows of a stage are in force on one day';
COMMENT ON COLUMN statutory_deadline.in_force IS 'the days on which a stage has to begin for this row to be its rule';
COMMENT ON COLUMN statutory_deadline.working IS 'whether days are working days; else calendar days, and on a day off the next working day';
COMMENT ON COLUMN statutory_deadline.counted_from IS 'what happens on the day before the first one that counts';
SELECT pg_catalog.pg_extension_config_dump('statutory_deadline', '');
GRANT SELECT ON statutory_deadline TO PUBLIC;

CREATE TRIGGER changing BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON statutory_deadline
	EXECUTE FUNCTION own_table_changed();
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE ON statutory_deadline
	FOR EACH ROW EXECUTE FUNCTION own_table_changed();
ALTER TABLE statutory_deadline ENABLE ALWAYS TRIGGER changing, ENABLE ALWAYS TRIGGER changed;

-- not while a dump is restored: see working_day_exception
WITH law (code, english, chinese) AS (VALUES
	('order_20', 'Interim Measures for Handling Complaints and Reports in Market Regulation', '\xe5b882e59cbae79b91e79da3e7aea1e79086e68a95e8af89e4b8bee68aa5e5a484e79086e69a82e8a18ce58a9ee6b395'),
	('order_121', 'Measures for Handling Complaints and Reports in Market Regulation', '\xe5b882e59cbae79b91e79da3e7aea1e79086e68a95e8af89e4b8bee68aa5e5a484e79086e58a9ee6b395'),
	('consumer', 'Regulations for Implementing the Law on the Protection of Consumer Rights and Interests', '\xe6b688e8b4b9e88085e69d83e79b8ae4bf9de68aa4e6b395e5ae9ee696bde69da1e4be8b'),
	('penalty', 'Provisions on the Procedures of Administrative Penalties in Market Regulation', '\xe5b882e59cbae79b91e79da3e7aea1e79086e8a18ce694bfe5a484e7bd9ae7a88be5ba8fe8a784e5ae9a'),
	('petition', 'Regulations on the Handling of Petitions', '\xe4bfa1e8aebfe5b7a5e4bd9ce69da1e4be8b')
), rule (stage, in_force, days, working, counted_from, code, article) AS (VALUES
	('acceptance', '[2020-01-01,2026-04-15)', 7, true, 'receipt of the complaint', 'order_20', ' (SAMR Order 20), Art. 14'),
	('acceptance', '[2026-04-15,)', 7, true, 'receipt of the complaint', 'order_121', ' (SAMR Order 121), Art. 15'),
	('mediation', '[2020-01-01,2026-04-15)', 45, true, 'acceptance', 'order_20', ' (SAMR Order 20), Art. 21(1)(5)'),
	('mediation', '[2026-04-15,)', 60, false, 'acceptance', 'order_121', ' (SAMR Order 121), Art. 23(1)(5)'),
	('mediation_implementing_rules', '[2024-07-01,)', 60, false, 'acceptance', 'consumer', ', Art. 46'),
	('termination_notice', '[2020-01-01,2026-04-15)', 7, true, 'decision to end mediation', 'order_20', ' (SAMR Order 20), Art. 21(2)'),
	('termination_notice', '[2026-04-15,)', 7, true, 'decision to end mediation', 'order_121', ' (SAMR Order 121), Art. 23(2)'),
	('clue_verification', '[2020-01-01,2026-04-15)', 15, true, 'discovery', 'order_20', ' (SAMR Order 20), Art. 23'),
	('clue_verification', '[2026-04-15,)', 15, true, 'discovery', 'order_121', ' (SAMR Order 121), Art. 27'),
	('report_verification', '[2020-01-01,)', 15, true, 'receipt of the report', 'penalty', ', Art. 18 (Art. 17 before Order 42 of 2021)'),
	('report_verification_extended', '[2020-01-01,)', 30, true, 'receipt of the report', 'penalty', ', Art. 18'),
	('report_notice', '[2020-01-01,2026-04-15)', 5, true, 'decision on filing', 'order_20', ' (SAMR Order 20), Art. 31'),
	('case_decision', '[2020-01-01,)', 90, false, 'filing of the case', 'penalty', ', Art. 64'),
	('petition', '[2022-05-01,)', 60, false, 'acceptance of the petition', 'petition', ', Art. 34')
)
INSERT INTO statutory_deadline
SELECT stage, in_force::daterange, days, working, counted_from,
	CASE WHEN getdatabaseencoding() IN ('UTF8', 'EUC_CN', 'SQL_ASCII') THEN convert_from(chinese::bytea, 'UTF8') ELSE english END || article
FROM rule JOIN law USING (code)
WHERE current_setting('row_security') = 'on';

CREATE FUNCTION due_date(stage text, since date) RETURNS date
	AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION due_date(text, date) IS 'the last day on which a stage that began on a day is on time, by statutory_deadline';
