-- The demo with a file of one's own: every bad row is named, a good file is counted
\setenv DATA test/demo/examples/bad.csv
BEGIN;
SELECT plan(4);

SET timezone = 'Asia/Shanghai';
\ir ../demo/schema.sql
\ir ../demo/read.sql

SELECT results_eq('SELECT line, reason FROM problem ORDER BY line, reason COLLATE "C"', $$ VALUES
	(3, '没有 received'), (3, '没有 region'),
	(4, 'received 不是时间: "2023-02-30"'),
	(5, 'accepted 不是时间: "today"'), (5, 'concluded 不是时间: "infinity"'), (5, 'received 不是时间: "31/12/2023"'),
	(6, 'odr 不是是或否: "也许"'), (6, 'outcome 不是已知的结果: "调好了"'), (6, 'satisfaction 不是已知的满意度: "还行"'),
	(7, 'accepted 早于 received'), (7, 'escalated 早于 received'),
	(8, 'concluded 早于 accepted'),
	(9, 'concluded 早于 received'),
	(10, 'cleared 早于 escalated'),
	(11, '有 cleared 而没有 escalated'),
	(12, '有 outcome 而没有 concluded'), (12, '有 satisfaction 而没有 concluded'),
	(13, 'id 与第 2 行重复'),
	(14, '有 11 个字段, 应有 10 个'),
	(16, '有 3 个字段, 应有 10 个'),
	(17, '引号的位置不对'),
	(18, '引号的位置不对'),
	(19, '不是 UTF-8 文字'),
	(20, '引号没有配对'),
	(21, 'received 不是时间: "2023-13-01"')
	$$, 'all reasons, by the line on which the row begins');

\set refused `createdb demo && { psql -X -d demo -f test/demo/demo.sql 2>/dev/null; echo "exit $?"; }; dropdb demo`
SELECT is(:'refused'::text, 'exit 3', 'a file with bad rows prints nothing and fails');

\set foreign `test/demo/csv_rows test/demo/examples/gbk.csv | grep -c UTF-8`
SELECT is(:'foreign'::text, '1', 'a file that Excel saved in GBK: once, not for each line');

-- A BOM, CRLF, Chinese words, instants in two zones, a line break in a field, a column that is not used
\setenv DATA test/demo/examples/good.csv
\set printed `createdb demo && psql -X -d demo -f test/demo/demo.sql 2>&1; dropdb demo`
SELECT is(regexp_replace(:'printed', ' +$', '', 'gn'), $$未用到的列: remark
共 8 件投诉, 2022-01-31 至 2023-02-28; 以下为 2023-01-01 至 2023-02-28, 与上年同期比。
 县(市、区)局 | 投诉量 | 同比%  | 调解成功率% | 增减百分点 | 满意率% | 增减百分点 | 未清诉转访 |   达标   | 项数 | 名次
--------------+--------+--------+-------------+------------+---------+------------+------------+----------+------+------
 椒江         |      2 | 100.00 |      100.00 |       0.00 |  100.00 |       0.00 |          0 | －升升清 |    3 |    1
 黄岩         |      2 | 100.00 |        0.00 |    -100.00 |    0.00 |    -100.00 |          1 | －－－－ |    0 |    2
 合计         |      4 | 100.00 |       50.00 |     -50.00 |   50.00 |     -50.00 |          1 | －－－－ |    0 |    -

全部数据: 调解成功率 3/5 = 60.00%, 满意率 3/5 = 60.00%
在线和解率(ODR): 0/1 = 0.00%, 件数由0增至1
诉转案: 2 件, 上年同期 0 件, 由0增至2$$, 'a good file is counted');

SELECT * FROM finish();
ROLLBACK;
