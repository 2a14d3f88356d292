-- The CFPB extract through the demo's mapping, where it is at hand
\getenv folder CM_DATA
\set found `test -r "$CM_DATA/cfpb_complaints.csv" && echo on || echo off`
BEGIN;
\if :found
SELECT plan(9);

\setenv DATA :folder/cfpb_complaints.csv
\set zone Asia/Shanghai
\set period [2016-01-01,2017-01-01)
SET timezone = :'zone';
\ir ../demo/schema.sql
\ir ../demo/load.sql
\ir ../demo/cards.sql

SELECT is(count(*), 3186::bigint, 'complaints') FROM complaint;
SELECT is(mediation_success_rate(outcome), '600/3183', 'mediation') FROM complaint;
SELECT is(percent(mediation_success_rate(outcome)), 18.85, 'mediation, percent') FROM complaint;
SELECT is(satisfaction_rate(satisfaction), '2534/3129', 'satisfaction') FROM complaint;

SELECT is(rate(mediation_trend(rollup(card))), '600/3183', 'mediation, merged from the states') FROM county_card;
SELECT is(rate(satisfaction_trend(rollup(card))), '2534/3129', 'satisfaction, merged from the states') FROM county_card;

CREATE TEMP VIEW handling AS
SELECT to_date(field->>'Date received', 'MM/DD/YYYY')::timestamptz AS received,
	to_date(field->>'Date sent to company', 'MM/DD/YYYY')::timestamptz AS sent
FROM csv WHERE line > 1;

SELECT is(count(*), 6::bigint, 'sent before they were received') FROM handling WHERE sent < received;
SELECT throws_ok('SELECT clearance(received, sent) FROM handling', '22023', NULL, 'they are no clearance');
SELECT is(cleared_count(clearance(received, greatest(received, sent)), '2017-03-01'), 3186::bigint, 'unless sent at once')
FROM handling;
\else
SELECT plan(1);
SELECT skip('no cfpb_complaints.csv in the folder $CM_DATA');
\endif
SELECT * FROM finish();
ROLLBACK;
