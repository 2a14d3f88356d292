-- test/helper/helper.sql: the functions of test/helper/*.c, for a test to take in by \ir ../helper/helper.sql
\getenv helper CM_TEST_HELPER

-- recv_bytes('rate', '\x00…') → the text form of what came over the wire
CREATE FUNCTION recv_bytes(type regtype, bytes bytea) RETURNS text
	AS :'helper' LANGUAGE C STRICT;

-- stored_text('tally', '\x01…') → the text form of a value that lies on disk with these bytes behind its length
CREATE FUNCTION stored_text(type regtype, bytes bytea) RETURNS text
	AS :'helper' LANGUAGE C STRICT;

CREATE FUNCTION fresh_accum(internal, aggregate regprocedure, VARIADIC "any") RETURNS internal
	AS :'helper' LANGUAGE C;
CREATE FUNCTION fresh_combine_accum(internal, aggregate regprocedure, partial text) RETURNS internal
	AS :'helper' LANGUAGE C;
CREATE FUNCTION fresh_final(internal) RETURNS text
	AS :'helper' LANGUAGE C;

-- fresh('rate(boolean)', hit)::rate: the aggregate with a new FmgrInfo for each row, as Citus calls it on its workers.
-- Arguments must have the aggregate's own types: nothing casts them, so write 'Asia/Shanghai'::text.
CREATE AGGREGATE fresh(aggregate regprocedure, VARIADIC "any") (
	SFUNC = fresh_accum, STYPE = internal, FINALFUNC = fresh_final);

-- fresh_combine('rate(boolean)', state::text)::rate: partial states in text form put together, as on its coordinator
CREATE AGGREGATE fresh_combine(aggregate regprocedure, partial text) (
	SFUNC = fresh_combine_accum, STYPE = internal, FINALFUNC = fresh_final);
