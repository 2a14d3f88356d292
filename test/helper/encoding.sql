-- test/helper/encoding.sql: :answer becomes what the SQL expression :ask is in a new database of the encoding :encoding.
-- problem(query) is the error that a query raises there, with its hint.
SELECT current_database() AS tests \gset
SET client_min_messages = warning;
DROP DATABASE IF EXISTS cm_encoding;
CREATE DATABASE cm_encoding TEMPLATE template0 ENCODING :'encoding' LOCALE 'C';
\connect cm_encoding
SET client_encoding = 'UTF8';
CREATE EXTENSION complaint_metrics;
CREATE FUNCTION problem(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	hint text;
BEGIN
	EXECUTE query;
	RETURN NULL;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN format('%s %s %s', SQLSTATE, SQLERRM, hint);
END $$;
SELECT :ask AS answer \gset
\connect :tests
SET client_encoding = 'UTF8';
DROP DATABASE cm_encoding;
