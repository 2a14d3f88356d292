-- rate: hits out of total

CREATE TYPE rate;

CREATE FUNCTION rate_in(cstring) RETURNS rate
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION rate_out(rate) RETURNS cstring
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION rate_recv(internal) RETURNS rate
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION rate_send(rate) RETURNS bytea
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE rate (
	INPUT = rate_in, OUTPUT = rate_out, RECEIVE = rate_recv, SEND = rate_send,
	INTERNALLENGTH = 16, ALIGNMENT = double);
COMMENT ON TYPE rate IS 'hits out of total, as in 73/100';
COMMENT ON FUNCTION rate_in(cstring) IS 'I/O';
COMMENT ON FUNCTION rate_out(rate) IS 'I/O';
COMMENT ON FUNCTION rate_recv(internal) IS 'I/O';
COMMENT ON FUNCTION rate_send(rate) IS 'I/O';

-- functions

CREATE FUNCTION rate(hits int8, total int8) RETURNS rate
	AS 'MODULE_PATHNAME', 'rate_make' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate(int8, int8) IS 'the rate of so many hits out of a total';

CREATE FUNCTION hits(rate) RETURNS int8
	AS 'MODULE_PATHNAME', 'rate_hits' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION hits(rate) IS 'the numerator';

CREATE FUNCTION total(rate) RETURNS int8
	AS 'MODULE_PATHNAME', 'rate_total' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION total(rate) IS 'the denominator';

CREATE FUNCTION ratio(rate) RETURNS float8
	AS 'MODULE_PATHNAME', 'rate_ratio' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION ratio(rate) IS 'hits / total, 0 to 1; null for the empty rate';

CREATE FUNCTION rate_numeric(rate) RETURNS numeric
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_numeric(rate) IS 'hits / total, 0 to 1; null for the empty rate';

CREATE FUNCTION rate_jsonb(rate) RETURNS jsonb LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
	RETURN pg_catalog.jsonb_build_object('hits', hits($1), 'total', total($1));
COMMENT ON FUNCTION rate_jsonb(rate) IS 'an object of hits and total';

CREATE FUNCTION percent(rate, digits int DEFAULT 2) RETURNS numeric
	AS 'MODULE_PATHNAME', 'rate_percent' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION percent(rate, int) IS 'percent to so many digits, rounded half away from zero; null for the empty rate';

CREATE FUNCTION merge(whole rate, part rate) RETURNS rate
	AS 'MODULE_PATHNAME', 'rate_merge' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION merge(rate, rate) IS 'both together';

CREATE FUNCTION unmerge(whole rate, part rate) RETURNS rate
	AS 'MODULE_PATHNAME', 'rate_unmerge' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION unmerge(rate, rate) IS 'the whole without the part';

-- casts; explicit, so that no rate turns into a number that can be averaged unseen

CREATE CAST (rate AS float8) WITH FUNCTION ratio(rate);
CREATE CAST (rate AS numeric) WITH FUNCTION rate_numeric(rate);
CREATE CAST (rate AS jsonb) WITH FUNCTION rate_jsonb(rate);

-- aggregates; INITCOND: over no rows it is the empty rate, never null

CREATE FUNCTION rate_accum(rate, hit boolean) RETURNS rate
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_accum(rate, boolean) IS 'aggregate transition';

CREATE FUNCTION rate_accum_inv(rate, hit boolean) RETURNS rate
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_accum_inv(rate, boolean) IS 'inverse aggregate transition';

CREATE AGGREGATE rate(hit boolean) (
	SFUNC = rate_accum, STYPE = rate, INITCOND = '0/0', COMBINEFUNC = merge, PARALLEL = SAFE,
	MSFUNC = rate_accum, MINVFUNC = rate_accum_inv, MSTYPE = rate, MINITCOND = '0/0');
COMMENT ON AGGREGATE rate(boolean) IS 'hits out of the rows in which hit is not null';

CREATE AGGREGATE rollup(rate) (
	SFUNC = merge, STYPE = rate, INITCOND = '0/0', COMBINEFUNC = merge, PARALLEL = SAFE,
	MSFUNC = merge, MINVFUNC = unmerge, MSTYPE = rate, MINITCOND = '0/0');
COMMENT ON AGGREGATE rollup(rate) IS 'all rates together';

-- casts from strings, by functions: without them rate(x) of a varchar column would be read as its cast to rate

CREATE FUNCTION rate_from_text(text) RETURNS rate
	AS 'MODULE_PATHNAME', 'own_type_from_text' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_from_text(text) IS 'cast';

CREATE FUNCTION rate_from_text(bpchar) RETURNS rate
	AS 'MODULE_PATHNAME', 'own_type_from_text' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_from_text(bpchar) IS 'cast';

CREATE FUNCTION rate_from_text(name) RETURNS rate
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN rate_from_text($1::text);
COMMENT ON FUNCTION rate_from_text(name) IS 'cast';

CREATE CAST (text AS rate) WITH FUNCTION rate_from_text(text);
CREATE CAST (varchar AS rate) WITH FUNCTION rate_from_text(text);
CREATE CAST (bpchar AS rate) WITH FUNCTION rate_from_text(bpchar);
CREATE CAST (name AS rate) WITH FUNCTION rate_from_text(name);

-- operators: by ratio, then by total; 0/0 below everything

CREATE FUNCTION rate_lt(rate, rate) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION rate_le(rate, rate) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION rate_eq(rate, rate) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION rate_ne(rate, rate) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION rate_ge(rate, rate) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION rate_gt(rate, rate) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION rate_cmp(rate, rate) RETURNS int
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION rate_hash(rate) RETURNS int
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION rate_hash_extended(rate, int8) RETURNS int8
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;

COMMENT ON FUNCTION rate_lt(rate, rate) IS 'implementation of < operator';
COMMENT ON FUNCTION rate_le(rate, rate) IS 'implementation of <= operator';
COMMENT ON FUNCTION rate_eq(rate, rate) IS 'implementation of = operator';
COMMENT ON FUNCTION rate_ne(rate, rate) IS 'implementation of <> operator';
COMMENT ON FUNCTION rate_ge(rate, rate) IS 'implementation of >= operator';
COMMENT ON FUNCTION rate_gt(rate, rate) IS 'implementation of > operator';
COMMENT ON FUNCTION rate_cmp(rate, rate) IS 'btree comparison';
COMMENT ON FUNCTION rate_hash(rate) IS 'hash';
COMMENT ON FUNCTION rate_hash_extended(rate, int8) IS 'hash';

CREATE OPERATOR < (LEFTARG = rate, RIGHTARG = rate, FUNCTION = rate_lt,
	COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
CREATE OPERATOR <= (LEFTARG = rate, RIGHTARG = rate, FUNCTION = rate_le,
	COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
CREATE OPERATOR = (LEFTARG = rate, RIGHTARG = rate, FUNCTION = rate_eq,
	COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR <> (LEFTARG = rate, RIGHTARG = rate, FUNCTION = rate_ne,
	COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
CREATE OPERATOR >= (LEFTARG = rate, RIGHTARG = rate, FUNCTION = rate_ge,
	COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel);
CREATE OPERATOR > (LEFTARG = rate, RIGHTARG = rate, FUNCTION = rate_gt,
	COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel);

CREATE OPERATOR CLASS rate_ops DEFAULT FOR TYPE rate USING btree AS
	OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
	FUNCTION 1 rate_cmp(rate, rate);

CREATE OPERATOR CLASS rate_ops DEFAULT FOR TYPE rate USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 rate_hash(rate), FUNCTION 2 rate_hash_extended(rate, int8);
