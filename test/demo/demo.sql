-- Loads the complaints and prints their league table, in an empty database; run says what is taken from the environment.
\set QUIET on
\set ON_ERROR_STOP on
\set SHOW_CONTEXT never
\pset pager off
\encoding UTF8
\set data ''
\set period ''
\set zone Asia/Shanghai
\getenv data DATA
\getenv period PERIOD
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

-- Without a period: the last year of the data, as far as they go
SELECT coalesce(nullif(:'period', '')::daterange, period('ytd', max(received)::date)) AS period FROM complaint \gset
\ir league.sql
\ir hot.sql
