-- satisfaction: what a complainant answered, one byte by value

CREATE TYPE satisfaction;

CREATE FUNCTION satisfaction_in(cstring) RETURNS satisfaction
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION satisfaction_out(satisfaction) RETURNS cstring
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION satisfaction_recv(internal) RETURNS satisfaction
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION satisfaction_send(satisfaction) RETURNS bytea
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE satisfaction (
	INPUT = satisfaction_in, OUTPUT = satisfaction_out, RECEIVE = satisfaction_recv, SEND = satisfaction_send,
	INTERNALLENGTH = 1, PASSEDBYVALUE, ALIGNMENT = char);
COMMENT ON TYPE satisfaction IS 'how satisfied a complainant is, from very_dissatisfied up to very_satisfied';
COMMENT ON FUNCTION satisfaction_in(cstring) IS 'I/O';
COMMENT ON FUNCTION satisfaction_out(satisfaction) IS 'I/O';
COMMENT ON FUNCTION satisfaction_recv(internal) IS 'I/O';
COMMENT ON FUNCTION satisfaction_send(satisfaction) IS 'I/O';

-- functions

CREATE FUNCTION satisfaction(word text) RETURNS satisfaction
	AS 'MODULE_PATHNAME', 'satisfaction_from_text' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION satisfaction(text) IS 'the answer of an English or Chinese word';

CREATE FUNCTION label(satisfaction, lang text DEFAULT 'zh') RETURNS text
	AS 'MODULE_PATHNAME', 'satisfaction_label' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION label(satisfaction, text) IS 'its name in zh or en';

CREATE FUNCTION satisfied(satisfaction) RETURNS boolean
	AS 'MODULE_PATHNAME', 'satisfaction_satisfied' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION satisfied(satisfaction) IS 'whether it is fairly_satisfied or better';

CREATE FUNCTION stars(satisfaction) RETURNS int
	AS 'MODULE_PATHNAME', 'satisfaction_stars' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION stars(satisfaction) IS 'one to five; three for fairly_satisfied and for neutral';

-- casts; on assignment too, so that a column of words can be inserted and altered into one of this type as it is

CREATE CAST (text AS satisfaction) WITH FUNCTION satisfaction(text) AS ASSIGNMENT;
CREATE CAST (varchar AS satisfaction) WITH FUNCTION satisfaction(text) AS ASSIGNMENT;

-- aggregate; over no rows it is the empty rate, never null

CREATE FUNCTION satisfaction_accum(rate, satisfaction) RETURNS rate
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION satisfaction_accum(rate, satisfaction) IS 'aggregate transition';

CREATE FUNCTION satisfaction_accum_inv(rate, satisfaction) RETURNS rate
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION satisfaction_accum_inv(rate, satisfaction) IS 'inverse aggregate transition';

CREATE AGGREGATE satisfaction_rate(satisfaction) (
	SFUNC = satisfaction_accum, STYPE = rate, INITCOND = '0/0', COMBINEFUNC = merge, PARALLEL = SAFE,
	MSFUNC = satisfaction_accum, MINVFUNC = satisfaction_accum_inv, MSTYPE = rate, MINITCOND = '0/0');
COMMENT ON AGGREGATE satisfaction_rate(satisfaction) IS 'fairly_satisfied or better, of all that answered';

-- operators: the more satisfied the greater, so that x >= 'fairly_satisfied' says what it means;
-- the functions of "char" serve, as a value is its place from very_dissatisfied up

CREATE FUNCTION satisfaction_lt(satisfaction, satisfaction) RETURNS boolean
	AS 'charlt' LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION satisfaction_le(satisfaction, satisfaction) RETURNS boolean
	AS 'charle' LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION satisfaction_eq(satisfaction, satisfaction) RETURNS boolean
	AS 'chareq' LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION satisfaction_ne(satisfaction, satisfaction) RETURNS boolean
	AS 'charne' LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION satisfaction_ge(satisfaction, satisfaction) RETURNS boolean
	AS 'charge' LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION satisfaction_gt(satisfaction, satisfaction) RETURNS boolean
	AS 'chargt' LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION satisfaction_cmp(satisfaction, satisfaction) RETURNS int
	AS 'btcharcmp' LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION satisfaction_hash(satisfaction) RETURNS int
	AS 'hashchar' LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION satisfaction_hash_extended(satisfaction, int8) RETURNS int8
	AS 'hashcharextended' LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;

COMMENT ON FUNCTION satisfaction_lt(satisfaction, satisfaction) IS 'implementation of < operator';
COMMENT ON FUNCTION satisfaction_le(satisfaction, satisfaction) IS 'implementation of <= operator';
COMMENT ON FUNCTION satisfaction_eq(satisfaction, satisfaction) IS 'implementation of = operator';
COMMENT ON FUNCTION satisfaction_ne(satisfaction, satisfaction) IS 'implementation of <> operator';
COMMENT ON FUNCTION satisfaction_ge(satisfaction, satisfaction) IS 'implementation of >= operator';
COMMENT ON FUNCTION satisfaction_gt(satisfaction, satisfaction) IS 'implementation of > operator';
COMMENT ON FUNCTION satisfaction_cmp(satisfaction, satisfaction) IS 'btree comparison';
COMMENT ON FUNCTION satisfaction_hash(satisfaction) IS 'hash';
COMMENT ON FUNCTION satisfaction_hash_extended(satisfaction, int8) IS 'hash';

CREATE OPERATOR < (LEFTARG = satisfaction, RIGHTARG = satisfaction, FUNCTION = satisfaction_lt,
	COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
CREATE OPERATOR <= (LEFTARG = satisfaction, RIGHTARG = satisfaction, FUNCTION = satisfaction_le,
	COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
CREATE OPERATOR = (LEFTARG = satisfaction, RIGHTARG = satisfaction, FUNCTION = satisfaction_eq,
	COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR <> (LEFTARG = satisfaction, RIGHTARG = satisfaction, FUNCTION = satisfaction_ne,
	COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
CREATE OPERATOR >= (LEFTARG = satisfaction, RIGHTARG = satisfaction, FUNCTION = satisfaction_ge,
	COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel);
CREATE OPERATOR > (LEFTARG = satisfaction, RIGHTARG = satisfaction, FUNCTION = satisfaction_gt,
	COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel);

-- function 4 lets an index keep rows of the same answer together
CREATE OPERATOR CLASS satisfaction_ops DEFAULT FOR TYPE satisfaction USING btree AS
	OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
	FUNCTION 1 satisfaction_cmp(satisfaction, satisfaction), FUNCTION 4 btequalimage(oid);

CREATE OPERATOR CLASS satisfaction_ops DEFAULT FOR TYPE satisfaction USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 satisfaction_hash(satisfaction), FUNCTION 2 satisfaction_hash_extended(satisfaction, int8);
