-- inference: what of a rate chance alone can make

CREATE FUNCTION confidence_interval(rate, level float8 DEFAULT 0.95) RETURNS numrange
	AS 'MODULE_PATHNAME', 'rate_confidence_interval' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION confidence_interval(rate, float8) IS 'Wilson score interval of the ratio; null for the empty rate';

CREATE FUNCTION p_value(rate, rate) RETURNS float8
	AS 'MODULE_PATHNAME', 'rate_p_value' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION p_value(rate, rate) IS 'two-proportion z-test, two-sided; null where a rate is empty, both are 0 % or both are 100 %';
