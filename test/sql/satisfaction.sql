-- The words of satisfaction, and what it says to others
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS complaint_metrics;
RESET client_min_messages;
\pset format unaligned
\pset tuples_only on

-- all words, each read as its answer
SELECT word::satisfaction AS answer, string_agg(word, ' ' ORDER BY n)
FROM unnest(string_to_array('very_satisfied 非常满意 satisfied 满意 fairly_satisfied 基本满意 neutral 一般 '
	'dissatisfied 不满意 very_dissatisfied 非常不满意', ' ')) WITH ORDINALITY AS words(word, n)
GROUP BY answer ORDER BY answer DESC;

-- in any case, with space of any width around
SELECT satisfaction 'Very_Satisfied', satisfaction E'\tNEUTRAL\n', satisfaction ' 　不满意　';

-- no others
SELECT satisfaction '很满意';
\set VERBOSITY terse
SELECT satisfaction '';
SELECT satisfaction 'very satisfied';
SELECT satisfaction 'mediated';
SELECT '5'::text::satisfaction;
SELECT satisfaction(NULL);

\set VERBOSITY default

-- names of things
SELECT label('neutral'::satisfaction, 'cn');
