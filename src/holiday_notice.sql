-- holiday_notice: a year's working days from the State Council's notice

CREATE FUNCTION load_holiday_notice(notice text) RETURNS SETOF working_day_exception
	AS 'MODULE_PATHNAME', 'holiday_notice_load' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE COST 10000 ROWS 30;
COMMENT ON FUNCTION load_holiday_notice(text) IS 'replaces the year''s exceptions by those of the State Council''s notice, and returns them';
