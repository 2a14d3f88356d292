-- test/helper/stored.sql: values that leave the server and come back; for a test to take in behind ../helper/helper.sql

-- through(query, type, format): how many values differ after COPY; the query gives an id and the value
CREATE FUNCTION through(query text, type regtype, format text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	file text := format('/tmp/cm_%s_%s_%s', type, pg_backend_pid(), format);
	differing bigint;
BEGIN
	EXECUTE format('COPY (%s) TO PROGRAM %L (FORMAT %s)', query, 'cat >' || file, format);
	EXECUTE format('CREATE TABLE back (id int, value %s)', type);
	EXECUTE format('COPY back FROM PROGRAM %L (FORMAT %s)', 'cat ' || file || ' && rm ' || file, format);
	EXECUTE format('SELECT count(*) FROM (%s) AS gone (id, value) FULL JOIN back USING (id) WHERE gone.value IS DISTINCT FROM back.value', query) INTO differing;
	DROP TABLE back;
	RETURN differing;
END $$;

-- received(type, bytes): 'refused' with an error of the right class, or 'valid': a value whose text reads back
CREATE FUNCTION received(type regtype, bytes bytea) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
	again text;
BEGIN
	result := recv_bytes(type, bytes);
	EXECUTE format('SELECT %L::%s::text', result, type) INTO again;
	RETURN CASE WHEN again = result THEN 'valid' ELSE 'no round trip: ' || result END;
EXCEPTION WHEN invalid_binary_representation OR protocol_violation OR character_not_in_repertoire THEN
	RETURN 'refused';
END $$;
