-- Loads the complaints into an empty database; run says what is taken from the environment.
\set QUIET on
\set ON_ERROR_STOP on
\set SHOW_CONTEXT never
\pset pager off
\encoding UTF8
\set data ''
\set zone Asia/Shanghai
\getenv data DATA
\getenv zone ZONE

SET timezone = :'zone';
SET jit = off; -- compiling would take longer than running
CREATE EXTENSION complaint_metrics;
\ir schema.sql
SELECT :'data' <> '' AS own_data \gset
\if :own_data
	\ir load.sql
\else
	\ir complaints.sql
\endif
