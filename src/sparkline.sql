-- sparkline: a trend as a line of block characters

CREATE FUNCTION sparkline(trend, unit text DEFAULT 'month') RETURNS text
	AS 'MODULE_PATHNAME', 'trend_sparkline' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION sparkline(trend, text) IS 'a block for every unit, from the least count to the most';
