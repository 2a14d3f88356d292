-- comparison: what a trend says of periods, one beside the other

CREATE FUNCTION volume(trend) RETURNS int8
	AS 'MODULE_PATHNAME', 'trend_volume' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION volume(trend) IS 'rows counted';

CREATE FUNCTION volume(trend, period daterange) RETURNS int8
	AS 'MODULE_PATHNAME', 'trend_volume' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION volume(trend, daterange) IS 'rows counted on the days of a period';

CREATE FUNCTION rate(trend) RETURNS rate
	AS 'MODULE_PATHNAME', 'trend_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION rate(trend) IS 'hits out of the decided';

CREATE FUNCTION rate(trend, period daterange) RETURNS rate
	AS 'MODULE_PATHNAME', 'trend_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION rate(trend, daterange) IS 'hits out of the decided on the days of a period';

CREATE FUNCTION first_day(trend) RETURNS date
	AS 'MODULE_PATHNAME', 'trend_first_day' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION first_day(trend) IS 'the first day with a row; null for the empty trend';

CREATE FUNCTION last_day(trend) RETURNS date
	AS 'MODULE_PATHNAME', 'trend_last_day' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION last_day(trend) IS 'the last day with a row; null for the empty trend';

CREATE FUNCTION delta(trend, current daterange, baseline daterange) RETURNS delta
	AS 'MODULE_PATHNAME', 'trend_compare' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION delta(trend, daterange, daterange) IS 'two periods side by side';

CREATE FUNCTION yoy(trend, period daterange) RETURNS delta
	AS 'MODULE_PATHNAME', 'trend_yoy' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION yoy(trend, daterange) IS 'a period beside the same one year before (year on year)';

CREATE FUNCTION pop(trend, period daterange) RETURNS delta
	AS 'MODULE_PATHNAME', 'trend_pop' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION pop(trend, daterange) IS 'a period beside the one just before (period on period)';

CREATE FUNCTION series(trend, unit text)
	RETURNS TABLE (period daterange, volume int8, rate rate, pop delta, yoy delta)
	AS 'MODULE_PATHNAME', 'trend_series' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 24;
COMMENT ON FUNCTION series(trend, text) IS 'every period of a unit from the first day to the last, without gaps';
