-- Holiday notices into working_day_exception, and damaged ones, which never give other days
SET client_encoding = 'UTF8';
\getenv folder CM_DATA
\set found `test -r "$CM_DATA/holiday_notices/2024.txt" && echo on || echo off`

-- 2028 as it might be: the New Year begins in the year before
\set notice '现将2028年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。\n一、元旦：2027年12月31日至2028年1月2日放假调休，共3天。\n二、春节：1月25日至2月1日放假调休，共8天。1月23日（周日）、2月5日（周六）上班。\n三、清明节：4月4日放假1天，不调休。\n四、劳动节：5月1日至5日放假调休，共5天。4月29日（周六）、4月30日（周日）、5月6日（周六）上班。\n五、端午节：5月27日至29日放假，共3天。\n六、国庆节、中秋节：10月1日至8日放假调休，共8天。9月30日（周六）上班。\n'
\set encoding EUC_CN
\set ask '(SELECT string_agg(to_char(day, $$MMDD$$) || name, $$ $$ ORDER BY day) FROM load_holiday_notice(' :'notice' ') WHERE is_working)'
\ir ../helper/encoding.sql
\set euc_cn :answer
\set encoding SQL_ASCII
\ir ../helper/encoding.sql
\set sql_ascii :answer
\set ask 'problem($$SELECT load_holiday_notice(convert_from(''\\xb2bb'', ''SQL_ASCII''))$$)'
\ir ../helper/encoding.sql
\set sql_ascii_broken :answer
\set encoding LATIN1
\set ask 'problem($$SELECT load_holiday_notice(''2024'')$$)'
\ir ../helper/encoding.sql
\set latin1 :answer

BEGIN;
\if :found
SELECT plan(21);
\else
SELECT plan(16);
\endif

SELECT is(:'euc_cn'::text, '0123春节 0205春节 0429劳动节 0430劳动节 0506劳动节 0930国庆节、中秋节', 'EUC_CN');
SELECT is(:'sql_ascii'::text, :'euc_cn', 'SQL_ASCII');
SELECT alike(:'sql_ascii_broken'::text, '22021 %', 'SQL_ASCII: bytes that are no UTF-8');
SELECT alike(:'latin1'::text, '22023 cannot read the holiday notice: %', 'LATIN1, which has no Chinese: an error in English');

-- the rows, written and returned

DELETE FROM working_day_exception;
INSERT INTO working_day_exception VALUES
	('2027-06-09', false, '端午节'), ('2027-12-06', false, NULL), ('2027-12-27', false, '元旦'), ('2027-12-31', true, 'own'),
	('2028-03-03', false, 'own'), ('2028-12-01', false, NULL), ('2028-12-23', true, '元旦'), ('2029-01-01', false, '元旦');
SELECT results_eq(format('SELECT day, is_working, name FROM load_holiday_notice(%L) WHERE day < ''2028-02-10''', :'notice'),
	$$ VALUES ('2027-12-31'::date, false, '元旦'), ('2028-01-23', true, '春节'), ('2028-01-25', false, '春节'), ('2028-01-26', false, '春节'),
	('2028-01-27', false, '春节'), ('2028-01-28', false, '春节'), ('2028-01-31', false, '春节'), ('2028-02-01', false, '春节'), ('2028-02-05', true, '春节') $$,
	'weekdays off and weekend days worked, in order; the New Year''s of the year before replaces what was there');
SELECT results_eq($$ SELECT day FROM working_day_exception WHERE day < '2028-01-01' ORDER BY day $$,
	$$ VALUES ('2027-06-09'::date), ('2027-12-06'), ('2027-12-31') $$, 'of the year before, only this New Year''s days are replaced');
SELECT results_eq($$ SELECT day FROM working_day_exception WHERE day >= '2028-10-09' ORDER BY day $$,
	$$ VALUES ('2028-12-23'::date), ('2029-01-01') $$, 'the next New Year''s stay, in December too');
SELECT is(count(*), 0::bigint, 'what else the year had is gone') FROM working_day_exception WHERE day IN ('2028-03-03', '2028-12-01');

CREATE TEMP TABLE before AS TABLE working_day_exception;
SELECT is(count(*), 25::bigint, 'loaded again') FROM load_holiday_notice(:'notice');
SELECT set_eq('TABLE working_day_exception', 'TABLE before', 'twice is as once');
SELECT throws_ok(format('SELECT load_holiday_notice(%L)', replace(:'notice', '共3天', '共4天')), '22023', NULL, 'an error');
SELECT set_eq('TABLE working_day_exception', 'TABLE before', 'writes nothing');

CREATE ROLE cm_notice_reader;
SET LOCAL ROLE cm_notice_reader;
SELECT throws_ok(format('SELECT load_holiday_notice(%L)', :'notice'), '42501', NULL, 'who cannot write the table cannot load');
RESET ROLE;

-- a table that is not as it was made
SAVEPOINT made;
ALTER TABLE working_day_exception ADD COLUMN source text DEFAULT 'notice', DROP COLUMN name, ADD COLUMN name text;
SELECT is(count(*), 25::bigint, 'more columns are no harm') FROM load_holiday_notice(:'notice') WHERE source = 'notice' AND name IS NOT NULL;
ALTER TABLE working_day_exception DROP COLUMN is_working;
SELECT throws_ok(format('SELECT load_holiday_notice(%L)', :'notice'), '42703', NULL, 'one less is an error');
ROLLBACK TO made;

-- another = first in the search_path is not called
CREATE FUNCTION wrong(date, date) RETURNS boolean LANGUAGE sql AS 'SELECT 1 / 0 = 1';
CREATE OPERATOR < (LEFTARG = date, RIGHTARG = date, FUNCTION = wrong);
CREATE OPERATOR >= (LEFTARG = date, RIGHTARG = date, FUNCTION = wrong);
SET LOCAL search_path = public, pg_catalog;
SELECT is(count(*), 25::bigint, 'operators are the server''s own') FROM load_holiday_notice(:'notice');
RESET search_path;

\if :found
CREATE TEMP TABLE fact (day date, kind text);
\set file :folder /china_working_day_exceptions.tsv
COPY fact FROM :'file';
\set n2024 `cat "$CM_DATA/holiday_notices/2024.txt"`
\set n2017 `cat "$CM_DATA/holiday_notices/2017.txt"`
SELECT set_eq(format('SELECT day, is_working FROM load_holiday_notice(%L)', :'n2024'),
	$$ SELECT day, kind = 'work' FROM fact WHERE day BETWEEN '2024-01-01' AND '2024-12-31' $$, '2024 is as the data has it');
SELECT is(string_agg(to_char(day, 'MMDD') || CASE WHEN is_working THEN 'w' ELSE '' END, ' '),
	'0102 0122w 0127 0130 0131 0201 0202 0204w 0401w 0403 0404 0501 0527w 0529 0530 0930w 1002 1003 1004 1005 1006', '2017 is as its text says')
FROM load_holiday_notice(:'n2017');

-- one character or digit of what is read left out, doubled, swapped with the next or changed; a clause left out
CREATE FUNCTION rows_of(notice text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT string_agg(row::text, ' ') FROM load_holiday_notice(notice) AS row);
EXCEPTION WHEN invalid_parameter_value THEN
	RETURN NULL;
END $$;
CREATE FUNCTION damages(notice text) RETURNS TABLE (damage text, damaged text) LANGUAGE sql AS $$
	SELECT v.damage || ' ' || i, left(notice, i - 1) || v.other || substr(notice, i + 2)
	FROM generate_series(strpos(notice, '现将'), strpos(notice, '节假日期间')) AS i, substr(notice, i, 1) AS this, substr(notice, i + 1, 1) AS next,
		LATERAL (SELECT 'without', next UNION ALL SELECT 'doubled', this || this || next UNION ALL SELECT 'swapped', next || this
			UNION ALL SELECT 'changed to ' || digit, digit || next FROM generate_series(0, 9) AS digit WHERE this ~ '[0-9]') AS v (damage, other)
$$;
CREATE FUNCTION other_days(notice text) RETURNS SETOF text LANGUAGE sql AS $$
	WITH undamaged AS MATERIALIZED (SELECT rows_of(notice) AS rows)
	SELECT damage FROM damages(notice), undamaged WHERE rows_of(damaged) <> rows
$$;
SELECT is_empty(format('SELECT other_days(%L)', :'n2017'), '2017: no damaged character gives other days');
SELECT is_empty(format('SELECT other_days(%L)', :'n2024'), '2024: nor does one');
SELECT is_empty(format($$ SELECT line FROM unnest(ARRAY[%L, %L]) AS notice, regexp_split_to_table(notice, '\n+') AS line
	WHERE line ~ '^[一二三四五六七]、|现将' AND rows_of(replace(notice, line, '')) IS NOT NULL $$, :'n2017', :'n2024'), 'every line lost is an error');
\endif

SELECT * FROM finish();
ROLLBACK;
