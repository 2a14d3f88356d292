-- working_day: which days are worked, by the weekdays and the exceptions that a table lists

-- What the C functions keep of a table is read again after any change; row triggers too, for logical replication.
CREATE FUNCTION own_table_changed() RETURNS trigger
	AS 'MODULE_PATHNAME' LANGUAGE C;
REVOKE EXECUTE ON FUNCTION own_table_changed() FROM PUBLIC;
COMMENT ON FUNCTION own_table_changed() IS 'trigger: lets every session read a table of complaint_metrics again';

CREATE TABLE working_day_exception (
	day date PRIMARY KEY CHECK (isfinite(day)),
	is_working boolean NOT NULL,
	name text
);
COMMENT ON TABLE working_day_exception IS 'weekdays that are off and weekend days that are worked; a year without a row is not known';
COMMENT ON COLUMN working_day_exception.name IS 'the holiday for which it is off, or for which it is worked';
SELECT pg_catalog.pg_extension_config_dump('working_day_exception', '');
GRANT SELECT ON working_day_exception TO PUBLIC;

CREATE TRIGGER changing BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON working_day_exception
	EXECUTE FUNCTION own_table_changed();
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE ON working_day_exception
	FOR EACH ROW EXECUTE FUNCTION own_table_changed();
ALTER TABLE working_day_exception ENABLE ALWAYS TRIGGER changing, ENABLE ALWAYS TRIGGER changed;

-- Not while a dump is restored: its own rows come after this, those that were deleted must not come back, and a dump begins
-- with SET row_security = off, unless it was made with --enable-row-security.  Names are in Chinese where the database's encoding has that.
WITH holiday (code, english, chinese) AS (VALUES
	('new_year', 'New Year''s Day', '\xe58583e697a6'),
	('spring', 'Spring Festival', '\xe698a5e88a82'),
	('qingming', 'Qingming Festival', '\xe6b885e6988ee88a82'),
	('labour', 'Labour Day', '\xe58ab3e58aa8e88a82'),
	('dragon_boat', 'Dragon Boat Festival', '\xe7abafe58d88e88a82'),
	('mid_autumn', 'Mid-Autumn Festival', '\xe4b8ade7a78be88a82'),
	('national', 'National Day', '\xe59bbde5ba86e88a82'),
	('national_mid_autumn', 'National Day, Mid-Autumn Festival', '\xe59bbde5ba86e88a82e38081e4b8ade7a78be88a82'),
	('mid_autumn_national', 'Mid-Autumn Festival, National Day', '\xe4b8ade7a78be88a82e38081e59bbde5ba86e88a82')
), arranged (code, first_off, last_off, worked) AS (VALUES
	('new_year', '2018-01-01', '2018-01-01', '{}'),
	('spring', '2018-02-15', '2018-02-21', '{2018-02-11,2018-02-24}'),
	('qingming', '2018-04-05', '2018-04-07', '{2018-04-08}'),
	('labour', '2018-04-29', '2018-05-01', '{2018-04-28}'),
	('dragon_boat', '2018-06-16', '2018-06-18', '{}'),
	('mid_autumn', '2018-09-22', '2018-09-24', '{}'),
	('national', '2018-10-01', '2018-10-07', '{2018-09-29,2018-09-30}'),
	('new_year', '2018-12-30', '2019-01-01', '{2018-12-29}'),
	('spring', '2019-02-04', '2019-02-10', '{2019-02-02,2019-02-03}'),
	('qingming', '2019-04-05', '2019-04-07', '{}'),
	('labour', '2019-05-01', '2019-05-04', '{2019-04-28,2019-05-05}'),
	('dragon_boat', '2019-06-07', '2019-06-09', '{}'),
	('mid_autumn', '2019-09-13', '2019-09-15', '{}'),
	('national', '2019-10-01', '2019-10-07', '{2019-09-29,2019-10-12}'),
	('new_year', '2020-01-01', '2020-01-01', '{}'),
	('spring', '2020-01-24', '2020-02-02', '{2020-01-19}'),
	('qingming', '2020-04-04', '2020-04-06', '{}'),
	('labour', '2020-05-01', '2020-05-05', '{2020-04-26,2020-05-09}'),
	('dragon_boat', '2020-06-25', '2020-06-27', '{2020-06-28}'),
	('national_mid_autumn', '2020-10-01', '2020-10-08', '{2020-09-27,2020-10-10}'),
	('new_year', '2021-01-01', '2021-01-03', '{}'),
	('spring', '2021-02-11', '2021-02-17', '{2021-02-07,2021-02-20}'),
	('qingming', '2021-04-03', '2021-04-05', '{}'),
	('labour', '2021-05-01', '2021-05-05', '{2021-04-25,2021-05-08}'),
	('dragon_boat', '2021-06-12', '2021-06-14', '{}'),
	('mid_autumn', '2021-09-19', '2021-09-21', '{2021-09-18}'),
	('national', '2021-10-01', '2021-10-07', '{2021-09-26,2021-10-09}'),
	('new_year', '2022-01-01', '2022-01-03', '{}'),
	('spring', '2022-01-31', '2022-02-06', '{2022-01-29,2022-01-30}'),
	('qingming', '2022-04-03', '2022-04-05', '{2022-04-02}'),
	('labour', '2022-04-30', '2022-05-04', '{2022-04-24,2022-05-07}'),
	('dragon_boat', '2022-06-03', '2022-06-05', '{}'),
	('mid_autumn', '2022-09-10', '2022-09-12', '{}'),
	('national', '2022-10-01', '2022-10-07', '{2022-10-08,2022-10-09}'),
	('new_year', '2022-12-31', '2023-01-02', '{}'),
	('spring', '2023-01-21', '2023-01-27', '{2023-01-28,2023-01-29}'),
	('qingming', '2023-04-05', '2023-04-05', '{}'),
	('labour', '2023-04-29', '2023-05-03', '{2023-04-23,2023-05-06}'),
	('dragon_boat', '2023-06-22', '2023-06-24', '{2023-06-25}'),
	('mid_autumn_national', '2023-09-29', '2023-10-06', '{2023-10-07,2023-10-08}'),
	('new_year', '2024-01-01', '2024-01-01', '{}'),
	('spring', '2024-02-10', '2024-02-17', '{2024-02-04,2024-02-18}'),
	('qingming', '2024-04-04', '2024-04-06', '{2024-04-07}'),
	('labour', '2024-05-01', '2024-05-05', '{2024-04-28,2024-05-11}'),
	('dragon_boat', '2024-06-10', '2024-06-10', '{}'),
	('mid_autumn', '2024-09-15', '2024-09-17', '{2024-09-14}'),
	('national', '2024-10-01', '2024-10-07', '{2024-09-29,2024-10-12}'),
	('new_year', '2025-01-01', '2025-01-01', '{}'),
	('spring', '2025-01-28', '2025-02-04', '{2025-01-26,2025-02-08}'),
	('qingming', '2025-04-04', '2025-04-06', '{}'),
	('labour', '2025-05-01', '2025-05-05', '{2025-04-27}'),
	('dragon_boat', '2025-05-31', '2025-06-02', '{}'),
	('national_mid_autumn', '2025-10-01', '2025-10-08', '{2025-09-28,2025-10-11}'),
	('new_year', '2026-01-01', '2026-01-03', '{2026-01-04}'),
	('spring', '2026-02-15', '2026-02-23', '{2026-02-14,2026-02-28}'),
	('qingming', '2026-04-04', '2026-04-06', '{}'),
	('labour', '2026-05-01', '2026-05-05', '{2026-05-09}'),
	('dragon_boat', '2026-06-19', '2026-06-21', '{}'),
	('mid_autumn', '2026-09-25', '2026-09-27', '{}'),
	('national', '2026-10-01', '2026-10-07', '{2026-09-20,2026-10-10}')
), exception (day, is_working, code) AS (
	SELECT first_off::date + n, false, code
	FROM arranged, generate_series(0, last_off::date - first_off::date) AS n
	WHERE extract(isodow FROM first_off::date + n)::int < 6
	UNION ALL
	SELECT day, true, code FROM arranged, unnest(worked::date[]) AS day
)
INSERT INTO working_day_exception
SELECT day, is_working,
	CASE WHEN getdatabaseencoding() IN ('UTF8', 'EUC_CN', 'SQL_ASCII') THEN convert_from(chinese::bytea, 'UTF8') ELSE english END
FROM exception JOIN holiday USING (code)
WHERE current_setting('row_security') = 'on';

CREATE FUNCTION is_working_day(date) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION is_working_day(date) IS 'whether the day is worked: Monday to Friday, but for working_day_exception';

CREATE FUNCTION working_days("from" date, until date) RETURNS int
	AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION working_days(date, date) IS 'how many working days there are after the one day, up to and with the other';

CREATE FUNCTION add_working_days(date, int) RETURNS date
	AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION add_working_days(date, int) IS 'the working day that is so many after the day, or before it when negative';
