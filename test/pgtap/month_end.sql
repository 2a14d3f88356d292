-- The procedure of docs/month_end.md, as it stands there: the blocks that begin with CREATE TABLE or CREATE PROCEDURE
BEGIN;

-- It has to be loaded before any function in plpgsql runs, such as pgTAP's.
SELECT count(*) = 1 AS has_check FROM pg_available_extensions WHERE name = 'plpgsql_check' \gset
\if :has_check
CREATE EXTENSION plpgsql_check;
\endif

SELECT plan(22);
\set page `sed -n '/^CREATE [TP]/,/^\x60/{/^\x60/!p}' docs/month_end.md`
:page

-- August against plain SQL

SELECT lives_ok($$ CALL month_end('2023-08-31') $$, 'any day names the month');
SELECT is(count(*), 3::bigint, 'a row for each county') FROM month_result;
SELECT is_empty('SELECT FROM month_result WHERE month <> ''2023-08-01''', 'under its first day');
CREATE TABLE local AS
SELECT county, received AT TIME ZONE 'Asia/Shanghai' AS received, concluded AT TIME ZONE 'Asia/Shanghai' AS concluded, outcome, answer, escalated, cleared FROM complaint;
CREATE FUNCTION share(county text, month date, OUT volume int8, OUT mediated numeric, OUT satisfied numeric) LANGUAGE sql AS $$
	SELECT count(*) FILTER (WHERE date_trunc('month', received) = month),
		round(100.0 * count(*) FILTER (WHERE date_trunc('month', concluded) = month AND outcome = 'mediated') / count(*) FILTER (WHERE date_trunc('month', concluded) = month AND outcome IN ('mediated', 'failed')), 2),
		round(100.0 * count(*) FILTER (WHERE date_trunc('month', concluded) = month AND answer >= 'fairly_satisfied' AND answer <> 'neutral') / count(*) FILTER (WHERE date_trunc('month', concluded) = month AND answer IS NOT NULL), 2)
	FROM local WHERE local.county = share.county $$;
SELECT results_eq('SELECT county, volume, growth, percent(mediation), percent(satisfaction) FROM month_result ORDER BY county',
	'SELECT county, n.volume, round(100.0 * (n.volume - b.volume) / b.volume, 2), n.mediated, n.satisfied FROM bureau, share(county, ''2023-08-01'') AS n, share(county, ''2022-08-01'') AS b ORDER BY county', 'volumes and rates');
SELECT results_eq('SELECT county, volume_down, mediation_up, satisfaction_up, escalations_clear, goals_met FROM month_result ORDER BY county',
	'SELECT county, n.volume < b.volume, n.mediated > b.mediated, n.satisfied > b.satisfied, true, 1 + (n.volume < b.volume)::int + (n.mediated > b.mediated)::int + (n.satisfied > b.satisfied)::int FROM bureau, share(county, ''2023-08-01'') AS n, share(county, ''2022-08-01'') AS b ORDER BY county', 'goals');
SELECT results_eq('SELECT county, points FROM month_result ORDER BY county',
	'SELECT county, round(25 * greatest(0, least(1, (0 - growth) / 50)) + 35 * greatest(0, least(1, (percent(mediation) - 60) / 25)) + 30 * greatest(0, least(1, (percent(satisfaction) - 70) / 20)) + 10, 2) FROM month_result ORDER BY county', 'points');

-- again

CREATE TABLE before AS TABLE month_result;
SELECT lives_ok($$ CALL month_end('2023-08-01') $$, 'a second time');
SELECT set_eq('TABLE month_result', 'TABLE before', 'gives the same');
INSERT INTO complaint VALUES ('椒江', '2023-08-31 23:59+08'), ('椒江', '2023-08-31 16:00Z');
CALL month_end('2023-08-01');
SELECT results_eq('SELECT county, volume FROM month_result ORDER BY county', 'SELECT county, volume + (county = ''椒江'')::int FROM before ORDER BY county', 'and what was entered late counts where it belongs');

-- September, with an open escalation

SELECT results_eq('SELECT county, count(*) FROM complaint WHERE escalated < ''2023-09-30 16:00Z'' AND cleared IS NULL GROUP BY county', $$ VALUES ('路桥', 1::bigint) $$, 'one is not cleared');
SELECT throws_ok($$ CALL month_end('2023-09-01') $$, '55000', 'escalations of 2023-09 are not cleared', 'is an error');
SELECT is_empty('SELECT FROM month_result WHERE month = ''2023-09-01''', 'that leaves nothing behind');
SET LOCAL client_min_messages = error;
SELECT lives_ok($$ CALL month_end('2023-09-01', raise_if_open => false) $$, 'or a warning');
SELECT results_eq('SELECT county, open_escalations, escalations_clear FROM month_result WHERE month = ''2023-09-01'' ORDER BY county', $$ VALUES ('椒江', 0::bigint, true), ('路桥', 1, false), ('黄岩', 0, true) $$, 'and the month is written');
DROP TABLE before;
CREATE TABLE before AS TABLE month_result;
DELETE FROM complaint WHERE county = '椒江';
SELECT throws_ok($$ CALL month_end('2023-09-01') $$, '55000', 'escalations of 2023-09 are not cleared', 'an error later');
SELECT set_eq('TABLE month_result', 'TABLE before', 'leaves both months as they were');
UPDATE complaint SET cleared = '2023-09-30 23:00+08' WHERE escalated < '2023-09-30 16:00Z' AND cleared IS NULL;
SELECT lives_ok($$ CALL month_end('2023-09-01') $$, 'cleared, it passes');
SELECT results_eq('SELECT volume, growth, mediation, mediation_up, points FROM month_result WHERE month = ''2023-09-01'' AND county = ''椒江''', $$ VALUES (0::bigint, NULL::numeric, '0/0'::rate, NULL::boolean, 10.00) $$, 'a county without complaints has a row');

-- no such month

SELECT throws_ok(format('CALL month_end(%L)', day), '22023', 'no month that is over: ' || coalesce(day::text, '<NULL>'), 'no month: ' || coalesce(day::text, 'NULL'))
FROM (VALUES ((now() AT TIME ZONE 'Asia/Shanghai')::date), ('4000-01-01'), (NULL)) AS v (day);

-- Nothing to warn of

\if :has_check
SELECT is_empty($$ SELECT * FROM plpgsql_check_function('month_end(date, boolean)', performance_warnings => true, extra_warnings => true, security_warnings => true) $$, 'plpgsql_check');
\else
SELECT skip('plpgsql_check is not installed', 1);
\endif

SELECT * FROM finish();
ROLLBACK;
