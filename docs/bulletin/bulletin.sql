-- The monthly bulletin (通报) as one HTML page on standard output, from a table of complaints; ../bulletin.md says how.
--   psql -X -d DATABASE -v month=2023-09 -v complaints=my_view -f bulletin.sql >bulletin.html
-- All figures are of one snapshot, and nothing stays in the database.
\set QUIET on
\set ON_ERROR_STOP on
\set SHOW_CONTEXT never
\pset pager off
\pset tuples_only on
\pset format unaligned
\pset null ''
\encoding UTF8

\if :{?complaints} \else \set complaints complaint
\endif
\if :{?month} \else \set month ''
\endif
\if :{?zone} \else \set zone Asia/Shanghai
\endif
\if :{?title} \else \set title '消费维权工作月度通报'
\endif
\if :{?issuer} \else \set issuer ''
\endif
\if :{?area} \else \set area '全市'
\endif
\if :{?unit} \else \set unit '县(市、区)局'
\endif
\if :{?recorded} \else \set recorded ''
\endif
\if :{?basis} \else \set basis decided
\endif
\if :{?threshold} \else \set threshold 20
\endif
\if :{?top} \else \set top 20
\endif

BEGIN ISOLATION LEVEL REPEATABLE READ;
SET LOCAL timezone = :'zone';
SET LOCAL datestyle = 'ISO, YMD';
SET LOCAL client_min_messages = warning;
SET LOCAL jit = off; -- compiling would take longer than running

\ir input.sql
\ir figures.sql
\ir draw.sql
\ir style.sql
\ir page.sql

SELECT html FROM bulletin_page;
ROLLBACK;
