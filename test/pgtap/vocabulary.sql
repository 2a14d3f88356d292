-- Chinese words in servers whose encoding is another than UTF-8, or none
SET client_encoding = 'UTF8';

\set encoding EUC_CN
\set ask '(SELECT array_agg(label(word::mediation_outcome)) FROM unnest(ARRAY[$$调解成功$$, $$　移送 　$$, $$Failed$$]) AS word)'
\ir ../helper/encoding.sql
\set euc_cn :answer
\set ask 'problem($$SELECT ''很满意''::satisfaction$$)'
\ir ../helper/encoding.sql
\set euc_cn_unknown :answer

\set encoding SQL_ASCII
\set ask '(SELECT array_agg(label(word::mediation_outcome)) FROM unnest(ARRAY[$$调解成功$$, $$　移送 　$$, $$Failed$$]) AS word)'
\ir ../helper/encoding.sql
\set sql_ascii :answer
\set ask 'problem(format($$SELECT %L::satisfaction$$, convert_from($$\\xb2bb$$, $$SQL_ASCII$$))) LIKE $$22P02 % Known words are %一般%$$'
\ir ../helper/encoding.sql
\set sql_ascii_unknown :answer

\set encoding LATIN1
\set ask 'concat_ws($$ $$, satisfaction $$ Neutral $$, problem($$SELECT ''bad''::satisfaction$$), problem($$SELECT U&''\\00FC''::satisfaction$$), problem($$SELECT label(''neutral''::satisfaction)$$))'
\ir ../helper/encoding.sql

BEGIN;
SELECT plan(5);
\set hint 'Known words are very_dissatisfied (非常不满意), dissatisfied (不满意), neutral (一般), fairly_satisfied (基本满意), satisfied (满意), very_satisfied (非常满意).'
\set english 'Known words are very_dissatisfied, dissatisfied, neutral, fairly_satisfied, satisfied, very_satisfied.'
SELECT is(:'euc_cn'::text, '{调解成功,移送,调解失败}', 'EUC_CN');
SELECT is(:'euc_cn_unknown'::text, '22P02 invalid input syntax for type satisfaction: "很满意" ' || :'hint', 'EUC_CN: an unknown word');
SELECT is(:'sql_ascii'::text, '{调解成功,移送,调解失败}', 'SQL_ASCII');
SELECT is(:'answer'::text, concat_ws(' ', 'neutral', '22P02 invalid input syntax for type satisfaction: "bad"', :'english',
	'22P02 invalid input syntax for type satisfaction: "ü"', :'english',
	'22P05 character with byte sequence 0xe4 0xb8 0x80 in encoding "UTF8" has no equivalent in encoding "LATIN1" '), 'LATIN1: English only');
SELECT ok(:'sql_ascii_unknown', 'SQL_ASCII: bytes that are no UTF-8');
SELECT * FROM finish();
ROLLBACK;
