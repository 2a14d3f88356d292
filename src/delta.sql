-- delta: what changed against a baseline

CREATE TYPE delta AS (volume int8, baseline_volume int8, rate rate, baseline_rate rate);
COMMENT ON TYPE delta IS 'a volume and a rate beside those of a baseline';

CREATE FUNCTION delta(current int8, baseline int8) RETURNS delta
	AS 'MODULE_PATHNAME', 'delta_of_volumes' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION delta(int8, int8) IS 'two volumes side by side';

CREATE FUNCTION delta(current rate, baseline rate) RETURNS delta
	AS 'MODULE_PATHNAME', 'delta_of_rates' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION delta(rate, rate) IS 'two rates side by side';

CREATE FUNCTION change(delta) RETURNS int8
	AS 'MODULE_PATHNAME', 'delta_change' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION change(delta) IS 'volume less baseline volume';

CREATE FUNCTION growth(delta, digits int DEFAULT 2) RETURNS numeric
	AS 'MODULE_PATHNAME', 'delta_growth' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION growth(delta, int) IS 'growth of the volume in percent; null over a baseline of zero';

CREATE FUNCTION times(delta, digits int DEFAULT 2) RETURNS numeric
	AS 'MODULE_PATHNAME', 'delta_times' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION times(delta, int) IS 'the volume as a multiple of its baseline; null over a baseline of zero';

CREATE FUNCTION doublings(delta) RETURNS float8
	AS 'MODULE_PATHNAME', 'delta_doublings' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION doublings(delta) IS 'how often the volume doubled (log2); null where a volume is zero';

CREATE FUNCTION points(delta, digits int DEFAULT 2) RETURNS numeric
	AS 'MODULE_PATHNAME', 'delta_points' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION points(delta, int) IS 'change of the rate in percentage points; null where a rate is empty';

CREATE FUNCTION p_value(delta) RETURNS float8 LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
	RETURN p_value(($1).rate, ($1).baseline_rate);
COMMENT ON FUNCTION p_value(delta) IS 'how likely so large a change of the rate is by chance: two-proportion z-test, two-sided';

CREATE FUNCTION describe(delta, lang text DEFAULT 'zh') RETURNS text
	AS 'MODULE_PATHNAME', 'delta_describe' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION describe(delta, text) IS 'the change in words, zh or en';
