-- trend: a daily series of volumes, and of them the decided and the hits

CREATE TYPE trend;

CREATE FUNCTION trend_in(cstring) RETURNS trend
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION trend_out(trend) RETURNS cstring
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION trend_recv(internal) RETURNS trend
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION trend_send(trend) RETURNS bytea
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

-- aligned as double, since a state that is being built holds int8
CREATE TYPE trend (
	INPUT = trend_in, OUTPUT = trend_out, RECEIVE = trend_recv, SEND = trend_send,
	INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended);
COMMENT ON TYPE trend IS 'volume per day, and of it the decided and the hits, as in {2023-01-01:7,2023-01-02:9(5/8)}';
COMMENT ON FUNCTION trend_in(cstring) IS 'I/O';
COMMENT ON FUNCTION trend_out(trend) IS 'I/O';
COMMENT ON FUNCTION trend_recv(internal) IS 'I/O';
COMMENT ON FUNCTION trend_send(trend) IS 'I/O';

-- functions

CREATE FUNCTION merge(whole trend, part trend) RETURNS trend
	AS 'MODULE_PATHNAME', 'trend_merge' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION merge(trend, trend) IS 'both together';

CREATE FUNCTION unmerge(whole trend, part trend) RETURNS trend
	AS 'MODULE_PATHNAME', 'trend_unmerge' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION unmerge(trend, trend) IS 'the whole without the part';

-- aggregates; INITCOND: over no rows it is the empty trend, never null

CREATE FUNCTION trend_accum(trend, at date) RETURNS trend
	AS 'MODULE_PATHNAME', 'trend_accum_date' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION trend_accum(trend, date) IS 'aggregate transition';

CREATE FUNCTION trend_accum(trend, at timestamp) RETURNS trend
	AS 'MODULE_PATHNAME', 'trend_accum_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION trend_accum(trend, timestamp) IS 'aggregate transition';

CREATE FUNCTION trend_accum(trend, at timestamptz) RETURNS trend
	AS 'MODULE_PATHNAME', 'trend_accum_timestamptz' LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION trend_accum(trend, timestamptz) IS 'aggregate transition';

CREATE FUNCTION trend_accum(trend, at date, hit boolean) RETURNS trend
	AS 'MODULE_PATHNAME', 'trend_accum_date' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION trend_accum(trend, date, boolean) IS 'aggregate transition';

CREATE FUNCTION trend_accum(trend, at timestamp, hit boolean) RETURNS trend
	AS 'MODULE_PATHNAME', 'trend_accum_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION trend_accum(trend, timestamp, boolean) IS 'aggregate transition';

CREATE FUNCTION trend_accum(trend, at timestamptz, hit boolean) RETURNS trend
	AS 'MODULE_PATHNAME', 'trend_accum_timestamptz' LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION trend_accum(trend, timestamptz, boolean) IS 'aggregate transition';

CREATE FUNCTION trend_accum(trend, at timestamptz, hit boolean, zone text) RETURNS trend
	AS 'MODULE_PATHNAME', 'trend_accum_timestamptz' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION trend_accum(trend, timestamptz, boolean, text) IS 'aggregate transition';

CREATE FUNCTION trend_final(trend) RETURNS trend
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION trend_final(trend) IS 'aggregate final';

CREATE AGGREGATE trend(at date) (
	SFUNC = trend_accum, STYPE = trend, SSPACE = 128, INITCOND = '{}',
	FINALFUNC = trend_final, COMBINEFUNC = merge, PARALLEL = SAFE);
COMMENT ON AGGREGATE trend(date) IS 'rows per day';

CREATE AGGREGATE trend(at timestamp) (
	SFUNC = trend_accum, STYPE = trend, SSPACE = 128, INITCOND = '{}',
	FINALFUNC = trend_final, COMBINEFUNC = merge, PARALLEL = SAFE);
COMMENT ON AGGREGATE trend(timestamp) IS 'rows per day';

CREATE AGGREGATE trend(at timestamptz) (
	SFUNC = trend_accum, STYPE = trend, SSPACE = 128, INITCOND = '{}',
	FINALFUNC = trend_final, COMBINEFUNC = merge, PARALLEL = SAFE);
COMMENT ON AGGREGATE trend(timestamptz) IS 'rows per day of the session''s time zone';

CREATE AGGREGATE trend(at date, hit boolean) (
	SFUNC = trend_accum, STYPE = trend, SSPACE = 128, INITCOND = '{}',
	FINALFUNC = trend_final, COMBINEFUNC = merge, PARALLEL = SAFE);
COMMENT ON AGGREGATE trend(date, boolean) IS 'rows per day, and the rate of hits among those where hit is not null';

CREATE AGGREGATE trend(at timestamp, hit boolean) (
	SFUNC = trend_accum, STYPE = trend, SSPACE = 128, INITCOND = '{}',
	FINALFUNC = trend_final, COMBINEFUNC = merge, PARALLEL = SAFE);
COMMENT ON AGGREGATE trend(timestamp, boolean) IS 'rows per day, and the rate of hits among those where hit is not null';

CREATE AGGREGATE trend(at timestamptz, hit boolean) (
	SFUNC = trend_accum, STYPE = trend, SSPACE = 128, INITCOND = '{}',
	FINALFUNC = trend_final, COMBINEFUNC = merge, PARALLEL = SAFE);
COMMENT ON AGGREGATE trend(timestamptz, boolean) IS 'rows per day of the session''s time zone, and the rate of hits';

CREATE AGGREGATE trend(at timestamptz, hit boolean, zone text) (
	SFUNC = trend_accum, STYPE = trend, SSPACE = 128, INITCOND = '{}',
	FINALFUNC = trend_final, COMBINEFUNC = merge, PARALLEL = SAFE);
COMMENT ON AGGREGATE trend(timestamptz, boolean, text) IS 'rows per day of the named time zone, and the rate of hits';

CREATE AGGREGATE rollup(trend) (
	SFUNC = merge, STYPE = trend, SSPACE = 128, INITCOND = '{}',
	FINALFUNC = trend_final, COMBINEFUNC = merge, PARALLEL = SAFE,
	MSFUNC = merge, MINVFUNC = unmerge, MSTYPE = trend, MINITCOND = '{}', MFINALFUNC = trend_final);
COMMENT ON AGGREGATE rollup(trend) IS 'all trends together';

-- casts from strings, by functions: without them trend(x) of a varchar column would be read as its cast to trend

CREATE FUNCTION trend_from_text(text) RETURNS trend
	AS 'MODULE_PATHNAME', 'own_type_from_text' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION trend_from_text(text) IS 'cast';

CREATE FUNCTION trend_from_text(bpchar) RETURNS trend
	AS 'MODULE_PATHNAME', 'own_type_from_text' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION trend_from_text(bpchar) IS 'cast';

CREATE FUNCTION trend_from_text(name) RETURNS trend
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN trend_from_text($1::text);
COMMENT ON FUNCTION trend_from_text(name) IS 'cast';

CREATE CAST (text AS trend) WITH FUNCTION trend_from_text(text);
CREATE CAST (varchar AS trend) WITH FUNCTION trend_from_text(text);
CREATE CAST (bpchar AS trend) WITH FUNCTION trend_from_text(bpchar);
CREATE CAST (name AS trend) WITH FUNCTION trend_from_text(name);

-- operators: a stable order of the stored bytes, for GROUP BY, DISTINCT and ORDER BY

CREATE FUNCTION trend_lt(trend, trend) RETURNS boolean
	AS 'MODULE_PATHNAME', 'state_lt' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION trend_le(trend, trend) RETURNS boolean
	AS 'MODULE_PATHNAME', 'state_le' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION trend_eq(trend, trend) RETURNS boolean
	AS 'MODULE_PATHNAME', 'state_eq' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION trend_ne(trend, trend) RETURNS boolean
	AS 'MODULE_PATHNAME', 'state_ne' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION trend_ge(trend, trend) RETURNS boolean
	AS 'MODULE_PATHNAME', 'state_ge' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION trend_gt(trend, trend) RETURNS boolean
	AS 'MODULE_PATHNAME', 'state_gt' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION trend_cmp(trend, trend) RETURNS int
	AS 'MODULE_PATHNAME', 'state_cmp' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION trend_hash(trend) RETURNS int
	AS 'MODULE_PATHNAME', 'state_hash' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION trend_hash_extended(trend, int8) RETURNS int8
	AS 'MODULE_PATHNAME', 'state_hash_extended' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;

COMMENT ON FUNCTION trend_lt(trend, trend) IS 'implementation of < operator';
COMMENT ON FUNCTION trend_le(trend, trend) IS 'implementation of <= operator';
COMMENT ON FUNCTION trend_eq(trend, trend) IS 'implementation of = operator';
COMMENT ON FUNCTION trend_ne(trend, trend) IS 'implementation of <> operator';
COMMENT ON FUNCTION trend_ge(trend, trend) IS 'implementation of >= operator';
COMMENT ON FUNCTION trend_gt(trend, trend) IS 'implementation of > operator';
COMMENT ON FUNCTION trend_cmp(trend, trend) IS 'btree comparison';
COMMENT ON FUNCTION trend_hash(trend) IS 'hash';
COMMENT ON FUNCTION trend_hash_extended(trend, int8) IS 'hash';

CREATE OPERATOR < (LEFTARG = trend, RIGHTARG = trend, FUNCTION = trend_lt,
	COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
CREATE OPERATOR <= (LEFTARG = trend, RIGHTARG = trend, FUNCTION = trend_le,
	COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
CREATE OPERATOR = (LEFTARG = trend, RIGHTARG = trend, FUNCTION = trend_eq,
	COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR <> (LEFTARG = trend, RIGHTARG = trend, FUNCTION = trend_ne,
	COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
CREATE OPERATOR >= (LEFTARG = trend, RIGHTARG = trend, FUNCTION = trend_ge,
	COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel);
CREATE OPERATOR > (LEFTARG = trend, RIGHTARG = trend, FUNCTION = trend_gt,
	COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel);

CREATE OPERATOR CLASS trend_ops DEFAULT FOR TYPE trend USING btree AS
	OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
	FUNCTION 1 trend_cmp(trend, trend);

CREATE OPERATOR CLASS trend_ops DEFAULT FOR TYPE trend USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 trend_hash(trend), FUNCTION 2 trend_hash_extended(trend, int8);
