-- period: the calendar periods that bureaus report on

CREATE FUNCTION period(unit text, at date) RETURNS daterange
	AS 'MODULE_PATHNAME', 'period_make' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION period(text, date) IS 'the day, week, month, quarter, half or year around a date, or the year to date (ytd)';
