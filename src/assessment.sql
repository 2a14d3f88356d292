-- assessment: points for a result, and what was reported beside what the rows say

CREATE FUNCTION assess(value numeric, target numeric, floor numeric, points numeric) RETURNS numeric
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION assess(numeric, numeric, numeric, numeric) IS 'all points at the target, none at the floor, in proportion between; the target may lie below the floor';

-- no RETURNS TABLE, from which a row that was not reported would fall out of the query
CREATE FUNCTION verify(reported rate, computed rate,
	OUT matches boolean, OUT hits_off int8, OUT total_off int8, OUT points_off numeric)
	AS 'MODULE_PATHNAME', 'rate_verify' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION verify(rate, rate) IS 'reported less computed: hits, total and percentage points; a row of nulls where either is null';
