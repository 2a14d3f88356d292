-- The words of mediation_outcome, and what it says to others
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS complaint_metrics;
RESET client_min_messages;
\pset format unaligned
\pset tuples_only on

-- all words, each read as its outcome
SELECT word::mediation_outcome AS outcome, string_agg(word, ' ' ORDER BY n)
FROM unnest(string_to_array('mediated 调解成功 达成调解协议 failed 调解失败 调解不成 未达成调解协议 终止调解 settled 和解成功 和解 协商和解 自行和解 '
	'unsettled 和解失败 和解不成 withdrawn 撤回投诉 撤回 撤诉 rejected 不予受理 不受理 transferred 移送 转办 '
	'pending 办理中 处理中 调解中 待处理 待办理 已受理', ' ')) WITH ORDINALITY AS words(word, n)
GROUP BY outcome ORDER BY outcome;

-- in any case, with space of any width around
SELECT mediation_outcome 'Mediated', mediation_outcome 'PENDING', mediation_outcome E' \t\n\x0b\f\rfailed\r\f\x0b\n\t ',
	mediation_outcome '　和解　', mediation_outcome ' 　 撤诉　 　';

-- no others
SELECT mediation_outcome '调好了';
\set VERBOSITY terse
SELECT mediation_outcome '';
SELECT mediation_outcome ' 　';
SELECT mediation_outcome 'mediate';
SELECT mediation_outcome 'mediated.';
SELECT mediation_outcome '调解';
SELECT mediation_outcome '调 解成功';
SELECT mediation_outcome '非常满意';
SELECT '调好了'::text::mediation_outcome;
SELECT mediation_outcome(NULL);

\set VERBOSITY default

-- names of things
SELECT label('mediated'::mediation_outcome, 'fr');
SELECT label('mediated'::mediation_outcome, 'ZH'), label('mediated'::mediation_outcome, 'En');
SELECT label('mediated'::mediation_outcome, '');
SELECT mediated('pending', 'DECIDED');
SELECT mediated('pending', '');
SELECT mediated('pending', '结案');
SELECT mediation_success_rate('pending', 'all');
SELECT mediation_success_rate('pending', NULL);
SELECT mediation_success_rate(NULL, 'close');

-- the planner looks the default basis up once for all rows, in an index too
CREATE TABLE complaint (outcome mediation_outcome);
CREATE INDEX ON complaint (mediated(outcome));
SET enable_seqscan = off;
SET enable_bitmapscan = off;
EXPLAIN (COSTS off) SELECT mediated(outcome, 'accepted') FROM complaint WHERE mediated(outcome);
RESET enable_seqscan;
EXPLAIN (COSTS off, VERBOSE) SELECT mediated(outcome) FROM complaint WHERE mediated(outcome, 'Decided');
DROP TABLE complaint;
