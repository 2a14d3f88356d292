-- working_day: which days are worked, by the weekdays and the exceptions that a table lists

CREATE TABLE working_day_exception (
	day date PRIMARY KEY,
	is_working boolean NOT NULL,
	name text
);
COMMENT ON TABLE working_day_exception IS 'weekdays that are off and weekend days that are worked; a year without a row is not known';
COMMENT ON COLUMN working_day_exception.name IS 'the holiday for which it is off, or for which it is worked';
SELECT pg_catalog.pg_extension_config_dump('working_day_exception', '');
GRANT SELECT ON working_day_exception TO PUBLIC;
