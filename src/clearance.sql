-- clearance: intervals that open and must clear

CREATE TYPE clearance;

-- stable: bounds in other forms than the canonical one follow DateStyle and TimeZone
CREATE FUNCTION clearance_in(cstring) RETURNS clearance
	AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL SAFE;

CREATE FUNCTION clearance_out(clearance) RETURNS cstring
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION clearance_recv(internal) RETURNS clearance
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION clearance_send(clearance) RETURNS bytea
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE clearance (
	INPUT = clearance_in, OUTPUT = clearance_out, RECEIVE = clearance_recv, SEND = clearance_send,
	ALIGNMENT = double, STORAGE = extended);
COMMENT ON TYPE clearance IS 'a multiset of intervals from opened to cleared, as in {[2023-01-01T00:00:00Z,2023-01-05T01:00:00Z),[2023-01-31T16:00:00Z,)}';
COMMENT ON FUNCTION clearance_in(cstring) IS 'I/O';
COMMENT ON FUNCTION clearance_out(clearance) IS 'I/O';
COMMENT ON FUNCTION clearance_recv(internal) IS 'I/O';
COMMENT ON FUNCTION clearance_send(clearance) IS 'I/O';

-- functions; all read every interval, hence their cost

CREATE FUNCTION merge(whole clearance, part clearance) RETURNS clearance
	AS 'MODULE_PATHNAME', 'clearance_merge' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION merge(clearance, clearance) IS 'both together';

CREATE FUNCTION unmerge(whole clearance, part clearance) RETURNS clearance
	AS 'MODULE_PATHNAME', 'clearance_unmerge' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION unmerge(clearance, clearance) IS 'the whole without the part';

CREATE FUNCTION opened_count(c clearance, at timestamptz DEFAULT now()) RETURNS int8
	AS 'MODULE_PATHNAME', 'clearance_opened_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION opened_count(clearance, timestamptz) IS 'how many had opened by then';

CREATE FUNCTION cleared_count(c clearance, at timestamptz DEFAULT now()) RETURNS int8
	AS 'MODULE_PATHNAME', 'clearance_cleared_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION cleared_count(clearance, timestamptz) IS 'how many had been cleared by then';

CREATE FUNCTION open_count(c clearance, at timestamptz DEFAULT now()) RETURNS int8
	AS 'MODULE_PATHNAME', 'clearance_open_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION open_count(clearance, timestamptz) IS 'how many had opened and not been cleared by then';

CREATE FUNCTION is_clear(c clearance, at timestamptz DEFAULT now()) RETURNS boolean
	AS 'MODULE_PATHNAME', 'clearance_is_clear' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION is_clear(clearance, timestamptz) IS 'whether none was open then';

CREATE FUNCTION clear_since(c clearance, at timestamptz DEFAULT now()) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'clearance_clear_since' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION clear_since(clearance, timestamptz) IS 'when the zero that stood then began; null if it was none, -infinity if nothing had been open before';

CREATE FUNCTION peak_open(c clearance, within tstzrange DEFAULT '(,)') RETURNS int8
	AS 'MODULE_PATHNAME', 'clearance_peak_open' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION peak_open(clearance, tstzrange) IS 'the greatest number open at once, at an instant within the range';

CREATE FUNCTION open_periods(c clearance) RETURNS tstzmultirange
	AS 'MODULE_PATHNAME', 'clearance_open_periods' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION open_periods(clearance) IS 'the periods during which anything was open, as range_agg joins them';

CREATE FUNCTION open_time(c clearance, within tstzrange) RETURNS interval
	AS 'MODULE_PATHNAME', 'clearance_open_time' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION open_time(clearance, tstzrange) IS 'for how long within the range anything was open';

-- stable where days and months of an interval follow the session's time zone

CREATE FUNCTION overdue_count(c clearance, allowed interval, at timestamptz DEFAULT now()) RETURNS int8
	AS 'MODULE_PATHNAME', 'clearance_overdue_count' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION overdue_count(clearance, interval, timestamptz) IS 'how many were open then and had opened before at - allowed';

CREATE FUNCTION on_time_rate(c clearance, allowed interval, at timestamptz DEFAULT now()) RETURNS rate
	AS 'MODULE_PATHNAME', 'clearance_on_time_rate' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION on_time_rate(clearance, interval, timestamptz) IS 'of those due by then, at opened + allowed: those cleared when due';

CREATE FUNCTION time_to_clear(c clearance, fraction float8 DEFAULT 0.5, at timestamptz DEFAULT now()) RETURNS interval
	AS 'MODULE_PATHNAME', 'clearance_time_to_clear' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION time_to_clear(clearance, float8, timestamptz) IS 'how long it takes until that part is cleared (Kaplan-Meier); null if it is not reached';

CREATE FUNCTION zero_check_rate(c clearance, "from" timestamptz, until timestamptz, step interval) RETURNS rate
	AS 'MODULE_PATHNAME', 'clearance_zero_check_rate' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION zero_check_rate(clearance, timestamptz, timestamptz, interval) IS 'of the checkpoints that generate_series gives: those at which nothing was open';

-- aggregates; INITCOND: over no rows it is the empty clearance, never null.
-- SSPACE: some dozens of intervals, 32 bytes each at most.

CREATE FUNCTION clearance_accum(clearance, opened timestamptz, cleared timestamptz) RETURNS clearance
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION clearance_accum(clearance, timestamptz, timestamptz) IS 'aggregate transition';

CREATE FUNCTION clearance_final(clearance) RETURNS clearance
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION clearance_final(clearance) IS 'aggregate final';

CREATE AGGREGATE clearance(opened timestamptz, cleared timestamptz) (
	SFUNC = clearance_accum, STYPE = clearance, SSPACE = 512, INITCOND = '{}',
	FINALFUNC = clearance_final, FINALFUNC_MODIFY = READ_ONLY,
	COMBINEFUNC = merge, PARALLEL = SAFE);
COMMENT ON AGGREGATE clearance(timestamptz, timestamptz) IS 'the intervals of all rows in which opened is not null; open while cleared is null';

CREATE AGGREGATE rollup(clearance) (
	SFUNC = merge, STYPE = clearance, SSPACE = 512, INITCOND = '{}',
	FINALFUNC = clearance_final, FINALFUNC_MODIFY = READ_ONLY,
	COMBINEFUNC = merge, PARALLEL = SAFE);
COMMENT ON AGGREGATE rollup(clearance) IS 'all clearances together';

-- operators: a stable order that means nothing else

CREATE FUNCTION clearance_lt(clearance, clearance) RETURNS boolean
	AS 'MODULE_PATHNAME', 'state_lt' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION clearance_le(clearance, clearance) RETURNS boolean
	AS 'MODULE_PATHNAME', 'state_le' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION clearance_eq(clearance, clearance) RETURNS boolean
	AS 'MODULE_PATHNAME', 'state_eq' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION clearance_ne(clearance, clearance) RETURNS boolean
	AS 'MODULE_PATHNAME', 'state_ne' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION clearance_ge(clearance, clearance) RETURNS boolean
	AS 'MODULE_PATHNAME', 'state_ge' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION clearance_gt(clearance, clearance) RETURNS boolean
	AS 'MODULE_PATHNAME', 'state_gt' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION clearance_cmp(clearance, clearance) RETURNS int
	AS 'MODULE_PATHNAME', 'state_cmp' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION clearance_hash(clearance) RETURNS int
	AS 'MODULE_PATHNAME', 'state_hash' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION clearance_hash_extended(clearance, int8) RETURNS int8
	AS 'MODULE_PATHNAME', 'state_hash_extended' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;

COMMENT ON FUNCTION clearance_lt(clearance, clearance) IS 'implementation of < operator';
COMMENT ON FUNCTION clearance_le(clearance, clearance) IS 'implementation of <= operator';
COMMENT ON FUNCTION clearance_eq(clearance, clearance) IS 'implementation of = operator';
COMMENT ON FUNCTION clearance_ne(clearance, clearance) IS 'implementation of <> operator';
COMMENT ON FUNCTION clearance_ge(clearance, clearance) IS 'implementation of >= operator';
COMMENT ON FUNCTION clearance_gt(clearance, clearance) IS 'implementation of > operator';
COMMENT ON FUNCTION clearance_cmp(clearance, clearance) IS 'btree comparison';
COMMENT ON FUNCTION clearance_hash(clearance) IS 'hash';
COMMENT ON FUNCTION clearance_hash_extended(clearance, int8) IS 'hash';

CREATE OPERATOR < (LEFTARG = clearance, RIGHTARG = clearance, FUNCTION = clearance_lt,
	COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
CREATE OPERATOR <= (LEFTARG = clearance, RIGHTARG = clearance, FUNCTION = clearance_le,
	COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
CREATE OPERATOR = (LEFTARG = clearance, RIGHTARG = clearance, FUNCTION = clearance_eq,
	COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR <> (LEFTARG = clearance, RIGHTARG = clearance, FUNCTION = clearance_ne,
	COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
CREATE OPERATOR >= (LEFTARG = clearance, RIGHTARG = clearance, FUNCTION = clearance_ge,
	COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel);
CREATE OPERATOR > (LEFTARG = clearance, RIGHTARG = clearance, FUNCTION = clearance_gt,
	COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel);

CREATE OPERATOR CLASS clearance_ops DEFAULT FOR TYPE clearance USING btree AS
	OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
	FUNCTION 1 clearance_cmp(clearance, clearance);

CREATE OPERATOR CLASS clearance_ops DEFAULT FOR TYPE clearance USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 clearance_hash(clearance), FUNCTION 2 clearance_hash_extended(clearance, int8);
