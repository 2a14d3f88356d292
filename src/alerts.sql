-- alerts: units of a trend with more rows than the ones before let expect

-- not STRICT: alpha may be null
CREATE FUNCTION alerts(trend, method text DEFAULT 'ears_c2', unit text DEFAULT 'day', baseline int DEFAULT 7,
	alpha float8 DEFAULT NULL, min_deviation float8 DEFAULT 0)
	RETURNS TABLE (day date, observed int8, expected float8, threshold float8, alarm boolean)
	AS 'MODULE_PATHNAME', 'trend_alerts' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000 ROWS 365;
COMMENT ON FUNCTION alerts(trend, text, text, int, float8, float8) IS 'each unit''s count, the one expected and the one above which it is an alarm';
