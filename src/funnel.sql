-- funnel: how far chance alone takes a rate from its target

CREATE FUNCTION funnel_limits(total int8, target rate, level float8 DEFAULT 0.95) RETURNS numrange
	AS 'MODULE_PATHNAME', 'rate_funnel_limits' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION funnel_limits(int8, rate, float8) IS 'exact binomial limits of a ratio whose true rate is the target; null where the total is 0 or the target empty';
