-- mediation_outcome: how a complaint ended, one byte by value

CREATE TYPE mediation_outcome;

CREATE FUNCTION mediation_outcome_in(cstring) RETURNS mediation_outcome
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION mediation_outcome_out(mediation_outcome) RETURNS cstring
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION mediation_outcome_recv(internal) RETURNS mediation_outcome
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION mediation_outcome_send(mediation_outcome) RETURNS bytea
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE mediation_outcome (
	INPUT = mediation_outcome_in, OUTPUT = mediation_outcome_out, RECEIVE = mediation_outcome_recv, SEND = mediation_outcome_send,
	INTERNALLENGTH = 1, PASSEDBYVALUE, ALIGNMENT = char);
COMMENT ON TYPE mediation_outcome IS 'how a complaint ended: mediated, failed, settled, unsettled, withdrawn, rejected, transferred or pending';
COMMENT ON FUNCTION mediation_outcome_in(cstring) IS 'I/O';
COMMENT ON FUNCTION mediation_outcome_out(mediation_outcome) IS 'I/O';
COMMENT ON FUNCTION mediation_outcome_recv(internal) IS 'I/O';
COMMENT ON FUNCTION mediation_outcome_send(mediation_outcome) IS 'I/O';

-- functions

CREATE FUNCTION mediation_outcome(word text) RETURNS mediation_outcome
	AS 'MODULE_PATHNAME', 'mediation_outcome_from_text' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION mediation_outcome(text) IS 'the outcome of an English or Chinese word';

CREATE FUNCTION label(mediation_outcome, lang text DEFAULT 'zh') RETURNS text
	AS 'MODULE_PATHNAME', 'mediation_outcome_label' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION label(mediation_outcome, text) IS 'its name in zh or en';

CREATE FUNCTION mediated_decided(mediation_outcome) RETURNS boolean
	AS 'MODULE_PATHNAME', 'mediation_outcome_mediated_decided' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION mediated_decided(mediation_outcome) IS 'mediated() on the basis decided, in whose place the planner puts it';

CREATE FUNCTION mediated_support(internal) RETURNS internal
	AS 'MODULE_PATHNAME', 'mediation_outcome_mediated_support' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION mediated_support(internal) IS 'planner support for mediated';

CREATE FUNCTION mediated(mediation_outcome, basis text DEFAULT 'decided') RETURNS boolean
	AS 'MODULE_PATHNAME', 'mediation_outcome_mediated' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT mediated_support;
COMMENT ON FUNCTION mediated(mediation_outcome, text) IS 'whether it was mediated; null for what the basis decided, accepted or closed leaves out';

-- casts; on assignment too, so that a column of words can be inserted and altered into one of this type as it is

CREATE CAST (text AS mediation_outcome) WITH FUNCTION mediation_outcome(text) AS ASSIGNMENT;
CREATE CAST (varchar AS mediation_outcome) WITH FUNCTION mediation_outcome(text) AS ASSIGNMENT;

-- aggregates; over no rows they are the empty rate, never null

CREATE FUNCTION mediation_accum(rate, mediation_outcome) RETURNS rate
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION mediation_accum(rate, mediation_outcome) IS 'aggregate transition';

CREATE FUNCTION mediation_accum_inv(rate, mediation_outcome) RETURNS rate
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION mediation_accum_inv(rate, mediation_outcome) IS 'inverse aggregate transition';

CREATE AGGREGATE mediation_success_rate(mediation_outcome) (
	SFUNC = mediation_accum, STYPE = rate, INITCOND = '0/0', COMBINEFUNC = merge, PARALLEL = SAFE,
	MSFUNC = mediation_accum, MINVFUNC = mediation_accum_inv, MSTYPE = rate, MINITCOND = '0/0');
COMMENT ON AGGREGATE mediation_success_rate(mediation_outcome) IS 'mediated / (mediated + failed)';

-- not strict, so that a null basis is an error instead of a rate of nothing
CREATE FUNCTION mediation_accum(rate, mediation_outcome, basis text) RETURNS rate
	AS 'MODULE_PATHNAME', 'mediation_accum_basis' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mediation_accum(rate, mediation_outcome, text) IS 'aggregate transition';

CREATE FUNCTION mediation_accum_inv(rate, mediation_outcome, basis text) RETURNS rate
	AS 'MODULE_PATHNAME', 'mediation_accum_basis_inv' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mediation_accum_inv(rate, mediation_outcome, text) IS 'inverse aggregate transition';

CREATE AGGREGATE mediation_success_rate(mediation_outcome, basis text) (
	SFUNC = mediation_accum, STYPE = rate, INITCOND = '0/0', COMBINEFUNC = merge, PARALLEL = SAFE,
	MSFUNC = mediation_accum, MINVFUNC = mediation_accum_inv, MSTYPE = rate, MINITCOND = '0/0');
COMMENT ON AGGREGATE mediation_success_rate(mediation_outcome, text) IS 'mediated of what the basis counts: decided, accepted (all closed but rejected) or closed (all but pending)';

CREATE FUNCTION settlement_accum(rate, mediation_outcome) RETURNS rate
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION settlement_accum(rate, mediation_outcome) IS 'aggregate transition';

CREATE FUNCTION settlement_accum_inv(rate, mediation_outcome) RETURNS rate
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION settlement_accum_inv(rate, mediation_outcome) IS 'inverse aggregate transition';

CREATE AGGREGATE settlement_rate(mediation_outcome) (
	SFUNC = settlement_accum, STYPE = rate, INITCOND = '0/0', COMBINEFUNC = merge, PARALLEL = SAFE,
	MSFUNC = settlement_accum, MINVFUNC = settlement_accum_inv, MSTYPE = rate, MINITCOND = '0/0');
COMMENT ON AGGREGATE settlement_rate(mediation_outcome) IS 'settled / (settled + unsettled)';

-- operators: mediated < failed < settled < unsettled < withdrawn < rejected < transferred < pending;
-- the functions of "char" serve, as a value is its place in this row

CREATE FUNCTION mediation_outcome_lt(mediation_outcome, mediation_outcome) RETURNS boolean
	AS 'charlt' LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION mediation_outcome_le(mediation_outcome, mediation_outcome) RETURNS boolean
	AS 'charle' LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION mediation_outcome_eq(mediation_outcome, mediation_outcome) RETURNS boolean
	AS 'chareq' LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION mediation_outcome_ne(mediation_outcome, mediation_outcome) RETURNS boolean
	AS 'charne' LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION mediation_outcome_ge(mediation_outcome, mediation_outcome) RETURNS boolean
	AS 'charge' LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION mediation_outcome_gt(mediation_outcome, mediation_outcome) RETURNS boolean
	AS 'chargt' LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION mediation_outcome_cmp(mediation_outcome, mediation_outcome) RETURNS int
	AS 'btcharcmp' LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION mediation_outcome_hash(mediation_outcome) RETURNS int
	AS 'hashchar' LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION mediation_outcome_hash_extended(mediation_outcome, int8) RETURNS int8
	AS 'hashcharextended' LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;

COMMENT ON FUNCTION mediation_outcome_lt(mediation_outcome, mediation_outcome) IS 'implementation of < operator';
COMMENT ON FUNCTION mediation_outcome_le(mediation_outcome, mediation_outcome) IS 'implementation of <= operator';
COMMENT ON FUNCTION mediation_outcome_eq(mediation_outcome, mediation_outcome) IS 'implementation of = operator';
COMMENT ON FUNCTION mediation_outcome_ne(mediation_outcome, mediation_outcome) IS 'implementation of <> operator';
COMMENT ON FUNCTION mediation_outcome_ge(mediation_outcome, mediation_outcome) IS 'implementation of >= operator';
COMMENT ON FUNCTION mediation_outcome_gt(mediation_outcome, mediation_outcome) IS 'implementation of > operator';
COMMENT ON FUNCTION mediation_outcome_cmp(mediation_outcome, mediation_outcome) IS 'btree comparison';
COMMENT ON FUNCTION mediation_outcome_hash(mediation_outcome) IS 'hash';
COMMENT ON FUNCTION mediation_outcome_hash_extended(mediation_outcome, int8) IS 'hash';

CREATE OPERATOR < (LEFTARG = mediation_outcome, RIGHTARG = mediation_outcome, FUNCTION = mediation_outcome_lt,
	COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
CREATE OPERATOR <= (LEFTARG = mediation_outcome, RIGHTARG = mediation_outcome, FUNCTION = mediation_outcome_le,
	COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
CREATE OPERATOR = (LEFTARG = mediation_outcome, RIGHTARG = mediation_outcome, FUNCTION = mediation_outcome_eq,
	COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR <> (LEFTARG = mediation_outcome, RIGHTARG = mediation_outcome, FUNCTION = mediation_outcome_ne,
	COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
CREATE OPERATOR >= (LEFTARG = mediation_outcome, RIGHTARG = mediation_outcome, FUNCTION = mediation_outcome_ge,
	COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel);
CREATE OPERATOR > (LEFTARG = mediation_outcome, RIGHTARG = mediation_outcome, FUNCTION = mediation_outcome_gt,
	COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel);

-- function 4 lets an index keep rows of the same outcome together
CREATE OPERATOR CLASS mediation_outcome_ops DEFAULT FOR TYPE mediation_outcome USING btree AS
	OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
	FUNCTION 1 mediation_outcome_cmp(mediation_outcome, mediation_outcome), FUNCTION 4 btequalimage(oid);

CREATE OPERATOR CLASS mediation_outcome_ops DEFAULT FOR TYPE mediation_outcome USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 mediation_outcome_hash(mediation_outcome), FUNCTION 2 mediation_outcome_hash_extended(mediation_outcome, int8);
