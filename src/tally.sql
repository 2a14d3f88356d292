-- tally: how often each key occurred

CREATE TYPE tally;

CREATE FUNCTION tally_in(cstring) RETURNS tally
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION tally_out(tally) RETURNS cstring
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

-- stable, as the keys are in the client's encoding
CREATE FUNCTION tally_recv(internal) RETURNS tally
	AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL SAFE;

CREATE FUNCTION tally_send(tally) RETURNS bytea
	AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL SAFE;

-- aligned as double, since a state that is being built holds int8
CREATE TYPE tally (
	INPUT = tally_in, OUTPUT = tally_out, RECEIVE = tally_recv, SEND = tally_send,
	INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended);
COMMENT ON TYPE tally IS 'how often each key occurred, as in {"Acme":12,"Ajax":3}; with a capacity /capacity:total:max_error follows';
COMMENT ON FUNCTION tally_in(cstring) IS 'I/O';
COMMENT ON FUNCTION tally_out(tally) IS 'I/O';
COMMENT ON FUNCTION tally_recv(internal) IS 'I/O';
COMMENT ON FUNCTION tally_send(tally) IS 'I/O';

-- functions; those that read every key cost more

CREATE FUNCTION merge(whole tally, part tally) RETURNS tally
	AS 'MODULE_PATHNAME', 'tally_merge' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION merge(tally, tally) IS 'both together';

CREATE FUNCTION unmerge(whole tally, part tally) RETURNS tally
	AS 'MODULE_PATHNAME', 'tally_unmerge' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION unmerge(tally, tally) IS 'the whole without the part; exact ones only';

CREATE FUNCTION total(tally) RETURNS int8
	AS 'MODULE_PATHNAME', 'tally_total' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION total(tally) IS 'rows counted';

CREATE FUNCTION distinct_keys(tally) RETURNS int8
	AS 'MODULE_PATHNAME', 'tally_distinct_keys' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION distinct_keys(tally) IS 'keys that are in it';

CREATE FUNCTION max_error(tally) RETURNS int8
	AS 'MODULE_PATHNAME', 'tally_max_error' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION max_error(tally) IS 'how much a count may be too high; 0 where all are exact';

CREATE FUNCTION is_exact(tally) RETURNS boolean
	AS 'MODULE_PATHNAME', 'tally_is_exact' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION is_exact(tally) IS 'whether every count is exact and no key is missing';

CREATE FUNCTION frequency(t tally, key text) RETURNS int8
	AS 'MODULE_PATHNAME', 'tally_frequency' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION frequency(tally, text) IS 'how often the key occurred; 0 where it is not in it';

CREATE FUNCTION top(t tally, k int) RETURNS TABLE (rank int, key text, count int8, share rate)
	AS 'MODULE_PATHNAME', 'tally_top' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 10;
COMMENT ON FUNCTION top(tally, int) IS 'the k most frequent keys, ties in the order of their bytes';

CREATE FUNCTION at_least(t tally, n int8) RETURNS TABLE (rank int, key text, count int8, share rate)
	AS 'MODULE_PATHNAME', 'tally_at_least' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 10;
COMMENT ON FUNCTION at_least(tally, int8) IS 'the keys that occurred n times or more, the most frequent first';

CREATE FUNCTION share(t tally, k int) RETURNS rate
	AS 'MODULE_PATHNAME', 'tally_share' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION share(tally, int) IS 'of all rows those of the k most frequent keys';

CREATE FUNCTION hhi(tally) RETURNS float8
	AS 'MODULE_PATHNAME', 'tally_hhi' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION hhi(tally) IS 'concentration, the sum of the squared shares: 1 for a single key; null for the empty tally';

-- aggregates; INITCOND: over no rows it is the empty tally, never null.
-- SSPACE: some twenty keys of 18 characters.

CREATE FUNCTION tally_accum(tally, key text) RETURNS tally
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION tally_accum(tally, text) IS 'aggregate transition';

CREATE FUNCTION tally_accum(tally, key text, capacity int) RETURNS tally
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION tally_accum(tally, text, int) IS 'aggregate transition';

CREATE FUNCTION tally_accum_inv(tally, key text) RETURNS tally
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION tally_accum_inv(tally, text) IS 'aggregate inverse transition';

CREATE FUNCTION tally_final(tally) RETURNS tally
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION tally_final(tally) IS 'aggregate final';

CREATE AGGREGATE tally(key text) (
	SFUNC = tally_accum, STYPE = tally, SSPACE = 1024, INITCOND = '{}',
	FINALFUNC = tally_final, FINALFUNC_MODIFY = READ_ONLY, COMBINEFUNC = merge, PARALLEL = SAFE,
	MSFUNC = tally_accum, MINVFUNC = tally_accum_inv, MSTYPE = tally, MSSPACE = 1024, MINITCOND = '{}',
	MFINALFUNC = tally_final, MFINALFUNC_MODIFY = READ_ONLY);
COMMENT ON AGGREGATE tally(text) IS 'rows of each key that is not null, exactly';

CREATE AGGREGATE tally(key text, capacity int) (
	SFUNC = tally_accum, STYPE = tally, SSPACE = 1024, INITCOND = '{}',
	FINALFUNC = tally_final, FINALFUNC_MODIFY = READ_ONLY, COMBINEFUNC = merge, PARALLEL = SAFE);
COMMENT ON AGGREGATE tally(text, int) IS 'rows of the most frequent keys, at most as many as the capacity, with a known error';

CREATE AGGREGATE rollup(tally) (
	SFUNC = merge, STYPE = tally, SSPACE = 1024, INITCOND = '{}',
	FINALFUNC = tally_final, FINALFUNC_MODIFY = READ_ONLY, COMBINEFUNC = merge, PARALLEL = SAFE,
	MSFUNC = merge, MINVFUNC = unmerge, MSTYPE = tally, MSSPACE = 1024, MINITCOND = '{}',
	MFINALFUNC = tally_final, MFINALFUNC_MODIFY = READ_ONLY);
COMMENT ON AGGREGATE rollup(tally) IS 'all tallies together';

-- casts from strings, by functions: without them tally(x) of a varchar column would be read as its cast to tally

CREATE FUNCTION tally_from_text(text) RETURNS tally
	AS 'MODULE_PATHNAME', 'own_type_from_text' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION tally_from_text(text) IS 'cast';

CREATE FUNCTION tally_from_text(bpchar) RETURNS tally
	AS 'MODULE_PATHNAME', 'own_type_from_text' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION tally_from_text(bpchar) IS 'cast';

CREATE FUNCTION tally_from_text(name) RETURNS tally
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN tally_from_text($1::text);
COMMENT ON FUNCTION tally_from_text(name) IS 'cast';

CREATE CAST (text AS tally) WITH FUNCTION tally_from_text(text);
CREATE CAST (varchar AS tally) WITH FUNCTION tally_from_text(text);
CREATE CAST (bpchar AS tally) WITH FUNCTION tally_from_text(bpchar);
CREATE CAST (name AS tally) WITH FUNCTION tally_from_text(name);

-- operators: a stable order that means nothing else

CREATE FUNCTION tally_lt(tally, tally) RETURNS boolean
	AS 'MODULE_PATHNAME', 'state_lt' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION tally_le(tally, tally) RETURNS boolean
	AS 'MODULE_PATHNAME', 'state_le' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION tally_eq(tally, tally) RETURNS boolean
	AS 'MODULE_PATHNAME', 'state_eq' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION tally_ne(tally, tally) RETURNS boolean
	AS 'MODULE_PATHNAME', 'state_ne' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION tally_ge(tally, tally) RETURNS boolean
	AS 'MODULE_PATHNAME', 'state_ge' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION tally_gt(tally, tally) RETURNS boolean
	AS 'MODULE_PATHNAME', 'state_gt' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION tally_cmp(tally, tally) RETURNS int
	AS 'MODULE_PATHNAME', 'state_cmp' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION tally_hash(tally) RETURNS int
	AS 'MODULE_PATHNAME', 'state_hash' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION tally_hash_extended(tally, int8) RETURNS int8
	AS 'MODULE_PATHNAME', 'state_hash_extended' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;

COMMENT ON FUNCTION tally_lt(tally, tally) IS 'implementation of < operator';
COMMENT ON FUNCTION tally_le(tally, tally) IS 'implementation of <= operator';
COMMENT ON FUNCTION tally_eq(tally, tally) IS 'implementation of = operator';
COMMENT ON FUNCTION tally_ne(tally, tally) IS 'implementation of <> operator';
COMMENT ON FUNCTION tally_ge(tally, tally) IS 'implementation of >= operator';
COMMENT ON FUNCTION tally_gt(tally, tally) IS 'implementation of > operator';
COMMENT ON FUNCTION tally_cmp(tally, tally) IS 'btree comparison';
COMMENT ON FUNCTION tally_hash(tally) IS 'hash';
COMMENT ON FUNCTION tally_hash_extended(tally, int8) IS 'hash';

CREATE OPERATOR < (LEFTARG = tally, RIGHTARG = tally, FUNCTION = tally_lt,
	COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
CREATE OPERATOR <= (LEFTARG = tally, RIGHTARG = tally, FUNCTION = tally_le,
	COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
CREATE OPERATOR = (LEFTARG = tally, RIGHTARG = tally, FUNCTION = tally_eq,
	COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR <> (LEFTARG = tally, RIGHTARG = tally, FUNCTION = tally_ne,
	COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
CREATE OPERATOR >= (LEFTARG = tally, RIGHTARG = tally, FUNCTION = tally_ge,
	COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel);
CREATE OPERATOR > (LEFTARG = tally, RIGHTARG = tally, FUNCTION = tally_gt,
	COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel);

CREATE OPERATOR CLASS tally_ops DEFAULT FOR TYPE tally USING btree AS
	OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
	FUNCTION 1 tally_cmp(tally, tally);

CREATE OPERATOR CLASS tally_ops DEFAULT FOR TYPE tally USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 tally_hash(tally), FUNCTION 2 tally_hash_extended(tally, int8);
