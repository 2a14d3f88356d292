-- load_holiday_notice: the forms that it reads, and its errors
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS complaint_metrics;
RESET client_min_messages;
\pset format unaligned
\pset tuples_only on

-- 2027 as it might be
\set notice '关于2027年部分节假日安排的通知\n各省：\n现将2027年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。\n一、元旦：1月1日放假，与周末连休。\n二、春节：2月5日至12日放假调休，共8天。1月31日（星期日）、2月13日（星期六）上班。鼓励各单位安排职工提前休息。\n三、清明节：4月3日至5日放假，共3天。\n四、劳动节：5月1日放假，5月3日至5日补休。5月8日（星期六）上班。\n五、端午节：6月9日放假1天，不调休。\n六、中秋节：9月15日放假。\n七、国庆节：10月1日至7日放假调休，共7天。9月26日（星期日）、10月9日（星期六）上班。\n节假日期间，各地区要妥善安排好值班。\n国务院办公厅\n2026年11月1日\n'
BEGIN;
SELECT * FROM load_holiday_notice(:'notice');
ROLLBACK;

-- what it gives for the notice with one part written otherwise: how many rows there are, or the error
CREATE FUNCTION changed(notice text, part text, other text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	problem text;
	nrows bigint;
BEGIN
	ASSERT strpos(notice, part) > 0, part;
	SELECT count(*) INTO nrows FROM load_holiday_notice(replace(notice, part, other));
	RETURN nrows;
EXCEPTION WHEN invalid_parameter_value THEN
	GET STACKED DIAGNOSTICS problem = PG_EXCEPTION_DETAIL;
	RETURN concat_ws(E'\n\t', SQLERRM, nullif(problem, ''));
END $$;

-- the same in other forms: 23 rows
SELECT part, other, changed(:'notice', part, other) FROM (VALUES
	('1月1日放假，与周末连休', '2027年 1月 1日(周五、新年)放假 ，与周末连休'),
	('1月1日放假，与周末连休', '１月１日至３日放假公休，共３天'),
	('1月1日放假，与周末连休', '12月31日至1月3日放假调休，共4天。12月26日（周六）上班'),
	('1月1日放假，与周末连休', '2026年12月31日－2027年1月3日调休放假4天；2026年12月26日上班'),
	('2月5日至12日放假调休，共8天', E'2月5日(农历腊月廿九、周五)\u00A0—\u300012日（农历正月初七，周五）\n放假调休，共八天'),
	('2月5日至12日放假调休，共8天', '2月5日、6日、7日和2月8日～2月12日放假'),
	('4月3日至5日放假，共3天', '4月3日到5日放假，共3天。其中，4月5日（清明节）为法定节假日，4月3日、4日照常公休'),
	('5月3日至5日补休。5月8日（星期六）上班', '5月3日至5日放假，将5月8日（星期六）公休日调至5月5日（星期三）'),
	('5月1日放假，5月3日至5日补休。5月8日（星期六）上班', '5月1日至5日放假。其中：5月1日为国际劳动节法定节假日，5月2日（星期日）为公休日，5月1日、8日两个公休日分别调至5月4日、5日，5月8日上班'),
	('四、劳动节：', '四．“五一”国际劳动节'),
	('六、中秋节：9月15日放假。', '六、中秋节：9月15日放假'),
	('如下。', '如下：'),
	('关于2027年部分节假日安排的通知', ''),
	('国务院办公厅', ''),
	('节假日期间，各地区要妥善安排好值班。', '鼓励错峰出行。')) AS v (part, other);

-- damaged, or not of this kind
SELECT part, other, changed(:'notice', part, other) FROM (VALUES
	('关于2027年', '关于2028年'),
	('现将2027年', '现将2007年'),
	('通知如下', '通知'),
	('清明节、劳动节、端午节', '清明节、端午节'),
	('一、元旦', '元旦'),
	('三、清明节', '四、清明节'),
	(E'五、端午节：6月9日放假1天，不调休。\n', ''),
	(E'七、国庆节：10月1日至7日放假调休，共7天。9月26日（星期日）、10月9日（星期六）上班。\n', ''),
	('六、中秋节', '六、建军节'),
	('六、中秋节', '六、端午节'),
	('六、中秋节', '六、端午节、中秋节'),
	('六、中秋节：9月15日放假', '六、中秋节：9月8日放假'),
	('1月1日放假', '1月11日放假'),
	('1月1日放假', '2月30日放假'),
	('1月1日放假', '99月99日放假'),
	('1月1日放假', '2026年1月1日放假'),
	('与周末连休', '与周五连休'),
	('9月15日放假', '9月15日放假，与周末连休'),
	('共8天', '共9天'),
	('2月5日至12日', '2月15日至12日'),
	('2月5日至12日', '2月5日12日'),
	('1月31日（星期日）', '1月30日（星期日）'),
	('1月31日（星期日）', '1月31日（星日）'),
	('1月31日（星期日）', '1月24日（星期日）'),
	('2月13日（星期六）', '2月12日'),
	('2月13日（星期六）', '2月15日'),
	('2月13日（星期六）上班。', ''),
	('休息。', '休息'),
	('鼓励各单位安排职工提前休息。', '鼓励各单位安排职工2月14日放假。'),
	('鼓励各单位安排职工提前休息。', '各单位安排职工提前休息。'),
	('5月3日至5日补休', '5月4日至5日补休'),
	('5月3日至5日补休', '5月2日至5日补休'),
	('5月8日（星期六）上班', '4月25日（星期日）上班'),
	('5月3日至5日补休。', '5月3日至5日放假。5月8日、9日三个公休日调至5月4日、5日，'),
	('5月3日至5日补休。', '5月3日至5日放假。5月8日公休日调至5月6日，'),
	('9月15日放假。', '9月15日放假，照常办公。'),
	('不调休。', '不调休。6月12日（星期六）上班。'),
	('节假日期间', '放假期间'),
	('9月15日放假。', '9月15日放假3。'),
	('节假日期间', '八、国庆节：10月8日放假。节假日期间'),
	('国务院办公厅', '二、春节：')) AS v (part, other);

-- what changes a year already arranged, and what is no notice at all
\set VERBOSITY default
SELECT * FROM load_holiday_notice('关于调整2027年劳动节假期安排的通知。现将调整2027年劳动节放假安排通知如下。一、2027年5月1日至4日放假调休，共4天。');
SELECT * FROM load_holiday_notice('');
SELECT * FROM load_holiday_notice('年 2027年 元旦');
SELECT * FROM load_holiday_notice(NULL);
SELECT * FROM load_holiday_notice(replace(:'notice', '5月3日至5日', '5月3日至五日'));
SELECT * FROM load_holiday_notice(repeat('年', 400000));
SELECT count(*) FROM working_day_exception WHERE day >= '2027-01-01';
DROP FUNCTION changed;
-- as it was, for the tests that follow
DELETE FROM working_day_exception WHERE day >= '2027-01-01';
