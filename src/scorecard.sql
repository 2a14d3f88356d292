-- scorecard: volume, mediation, satisfaction and escalations in one state

CREATE TYPE scorecard;

-- stable as clearance_in is, which reads the escalations
CREATE FUNCTION scorecard_in(cstring) RETURNS scorecard
	AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL SAFE;

CREATE FUNCTION scorecard_out(scorecard) RETURNS cstring
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION scorecard_recv(internal) RETURNS scorecard
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION scorecard_send(scorecard) RETURNS bytea
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE scorecard (
	INPUT = scorecard_in, OUTPUT = scorecard_out, RECEIVE = scorecard_recv, SEND = scorecard_send,
	INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended);
COMMENT ON TYPE scorecard IS 'days with the rows received and concluded, mediated and satisfied, and the escalations';
COMMENT ON FUNCTION scorecard_in(cstring) IS 'I/O';
COMMENT ON FUNCTION scorecard_out(scorecard) IS 'I/O';
COMMENT ON FUNCTION scorecard_recv(internal) IS 'I/O';
COMMENT ON FUNCTION scorecard_send(scorecard) IS 'I/O';

CREATE TYPE verdict AS (
	volume delta, mediation delta, satisfaction delta, open_escalations int8,
	volume_down boolean, mediation_up boolean, satisfaction_up boolean, escalations_clear boolean,
	goals_met int);
COMMENT ON TYPE verdict IS 'the four goals of a period: what changed, which are met, and how many';

-- functions

CREATE FUNCTION volume_trend(s scorecard) RETURNS trend
	AS 'MODULE_PATHNAME', 'scorecard_volume_trend' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION volume_trend(scorecard) IS 'rows by the day received';

CREATE FUNCTION mediation_trend(s scorecard) RETURNS trend
	AS 'MODULE_PATHNAME', 'scorecard_mediation_trend' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION mediation_trend(scorecard) IS 'rows by the day concluded, and of them the mediated';

CREATE FUNCTION satisfaction_trend(s scorecard) RETURNS trend
	AS 'MODULE_PATHNAME', 'scorecard_satisfaction_trend' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION satisfaction_trend(scorecard) IS 'rows by the day concluded, and of them the satisfied';

CREATE FUNCTION escalations(s scorecard) RETURNS clearance
	AS 'MODULE_PATHNAME', 'scorecard_escalations' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION escalations(scorecard) IS 'the escalations and their clearing';

-- stable for its now(), and for midnight, which is the session's where no zone is named
CREATE FUNCTION verdict(s scorecard, period daterange, baseline daterange DEFAULT NULL, zone text DEFAULT NULL)
	RETURNS verdict
	AS 'MODULE_PATHNAME', 'scorecard_verdict' LANGUAGE C STABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION verdict(scorecard, daterange, daterange, text) IS 'the four goals of a period against a baseline, by default the same period one year before';

CREATE FUNCTION merge(whole scorecard, part scorecard) RETURNS scorecard
	AS 'MODULE_PATHNAME', 'scorecard_merge' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION merge(scorecard, scorecard) IS 'both together';

CREATE FUNCTION unmerge(whole scorecard, part scorecard) RETURNS scorecard
	AS 'MODULE_PATHNAME', 'scorecard_unmerge' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION unmerge(scorecard, scorecard) IS 'the whole without the part';

-- aggregates; INITCOND: over no rows it is the empty scorecard, never null

CREATE FUNCTION scorecard_accum(scorecard, received timestamptz, concluded timestamptz, mediated boolean,
	satisfied boolean, escalated timestamptz, cleared timestamptz) RETURNS scorecard
	AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION scorecard_accum(scorecard, timestamptz, timestamptz, boolean, boolean, timestamptz, timestamptz)
	IS 'aggregate transition';

CREATE FUNCTION scorecard_accum(scorecard, received timestamptz, concluded timestamptz, mediated boolean,
	satisfied boolean, escalated timestamptz, cleared timestamptz, zone text) RETURNS scorecard
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION scorecard_accum(scorecard, timestamptz, timestamptz, boolean, boolean, timestamptz, timestamptz, text)
	IS 'aggregate transition';

CREATE FUNCTION scorecard_final(scorecard) RETURNS scorecard
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION scorecard_final(scorecard) IS 'aggregate final';

CREATE AGGREGATE scorecard(received timestamptz, concluded timestamptz, mediated boolean,
	satisfied boolean, escalated timestamptz, cleared timestamptz) (
	SFUNC = scorecard_accum, STYPE = scorecard, SSPACE = 512, INITCOND = '{}{}',
	FINALFUNC = scorecard_final, COMBINEFUNC = merge, PARALLEL = SAFE);
COMMENT ON AGGREGATE scorecard(timestamptz, timestamptz, boolean, boolean, timestamptz, timestamptz)
	IS 'the four goals'' state, by days of the session''s time zone';

CREATE AGGREGATE scorecard(received timestamptz, concluded timestamptz, mediated boolean,
	satisfied boolean, escalated timestamptz, cleared timestamptz, zone text) (
	SFUNC = scorecard_accum, STYPE = scorecard, SSPACE = 512, INITCOND = '{}{}',
	FINALFUNC = scorecard_final, COMBINEFUNC = merge, PARALLEL = SAFE);
COMMENT ON AGGREGATE scorecard(timestamptz, timestamptz, boolean, boolean, timestamptz, timestamptz, text)
	IS 'the four goals'' state, by days of the named time zone';

CREATE AGGREGATE rollup(scorecard) (
	SFUNC = merge, STYPE = scorecard, SSPACE = 512, INITCOND = '{}{}',
	FINALFUNC = scorecard_final, COMBINEFUNC = merge, PARALLEL = SAFE);
COMMENT ON AGGREGATE rollup(scorecard) IS 'all scorecards together';

-- operators: a stable order of the stored bytes, for GROUP BY, DISTINCT and ORDER BY

CREATE FUNCTION scorecard_lt(scorecard, scorecard) RETURNS boolean
	AS 'MODULE_PATHNAME', 'state_lt' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION scorecard_le(scorecard, scorecard) RETURNS boolean
	AS 'MODULE_PATHNAME', 'state_le' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION scorecard_eq(scorecard, scorecard) RETURNS boolean
	AS 'MODULE_PATHNAME', 'state_eq' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION scorecard_ne(scorecard, scorecard) RETURNS boolean
	AS 'MODULE_PATHNAME', 'state_ne' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION scorecard_ge(scorecard, scorecard) RETURNS boolean
	AS 'MODULE_PATHNAME', 'state_ge' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION scorecard_gt(scorecard, scorecard) RETURNS boolean
	AS 'MODULE_PATHNAME', 'state_gt' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION scorecard_cmp(scorecard, scorecard) RETURNS int
	AS 'MODULE_PATHNAME', 'state_cmp' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION scorecard_hash(scorecard) RETURNS int
	AS 'MODULE_PATHNAME', 'state_hash' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
CREATE FUNCTION scorecard_hash_extended(scorecard, int8) RETURNS int8
	AS 'MODULE_PATHNAME', 'state_hash_extended' LANGUAGE C IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;

COMMENT ON FUNCTION scorecard_lt(scorecard, scorecard) IS 'implementation of < operator';
COMMENT ON FUNCTION scorecard_le(scorecard, scorecard) IS 'implementation of <= operator';
COMMENT ON FUNCTION scorecard_eq(scorecard, scorecard) IS 'implementation of = operator';
COMMENT ON FUNCTION scorecard_ne(scorecard, scorecard) IS 'implementation of <> operator';
COMMENT ON FUNCTION scorecard_ge(scorecard, scorecard) IS 'implementation of >= operator';
COMMENT ON FUNCTION scorecard_gt(scorecard, scorecard) IS 'implementation of > operator';
COMMENT ON FUNCTION scorecard_cmp(scorecard, scorecard) IS 'btree comparison';
COMMENT ON FUNCTION scorecard_hash(scorecard) IS 'hash';
COMMENT ON FUNCTION scorecard_hash_extended(scorecard, int8) IS 'hash';

CREATE OPERATOR < (LEFTARG = scorecard, RIGHTARG = scorecard, FUNCTION = scorecard_lt,
	COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
CREATE OPERATOR <= (LEFTARG = scorecard, RIGHTARG = scorecard, FUNCTION = scorecard_le,
	COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
CREATE OPERATOR = (LEFTARG = scorecard, RIGHTARG = scorecard, FUNCTION = scorecard_eq,
	COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR <> (LEFTARG = scorecard, RIGHTARG = scorecard, FUNCTION = scorecard_ne,
	COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
CREATE OPERATOR >= (LEFTARG = scorecard, RIGHTARG = scorecard, FUNCTION = scorecard_ge,
	COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel);
CREATE OPERATOR > (LEFTARG = scorecard, RIGHTARG = scorecard, FUNCTION = scorecard_gt,
	COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel);

CREATE OPERATOR CLASS scorecard_ops DEFAULT FOR TYPE scorecard USING btree AS
	OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
	FUNCTION 1 scorecard_cmp(scorecard, scorecard);

CREATE OPERATOR CLASS scorecard_ops DEFAULT FOR TYPE scorecard USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 scorecard_hash(scorecard), FUNCTION 2 scorecard_hash_extended(scorecard, int8);
