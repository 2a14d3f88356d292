-- assess and verify: figures by hand, and numeric arithmetic in plain SQL
BEGIN;
SELECT plan(35);

-- by hand

SELECT is(assess(value, target, floor, points)::text, want, what)
FROM (VALUES (90, 90, 80, 10, '10', 'at the target'), (80, 90, 80, 10, '0', 'at the floor'), (85, 90, 80, 10, '5', 'half way'), (99.9, 90, 80, 10, '10', 'beyond the target'),
	(-5, 90, 80, 10, '0', 'below the floor'), (73.79, 75, 60, 20, '18.3866666666666667', '20 * 13.79 / 15'), (81, 90, 80, 12.50, '1.25', 'no zeros at the end'), (99, 90, 80, 12.50, '12.5', 'nor where nothing is divided'),
	(-10, -10, 10, 30, '30', 'lower is better: at the target'), (10, -10, 10, 30, '0', 'at the floor'), (-2.5, -10, 10, 30, '18.75', 'between: 30 * 12.5 / 20'), (-33.96, -10, 10, 30, '30', 'beyond'), (300, -10, 10, 30, '0', 'above the floor'),
	(0, 0, 5, 5, '5', 'nothing open'), (2, 0, 5, 5, '3', 'two of five open'), (85, 90, 80, 0, '0', 'no points to be had'),
	(0.0001, 0.0002, 0, 1, '0.5', 'small'), (1e-20, 3e-20, 0, 1, '0.33333333333333333333', 'tiny'), (5e99, 1e100, 0, 1e50, '5' || repeat('0', 49), 'huge')) AS v (value, target, floor, points, want, what);

-- one division, last: a third of 3 is 1, and 16 digits of the smallest part are kept

SELECT is(assess(1, 3, 0, 3), 1::numeric, 'a third of three');
SELECT is(assess(1, 1e30, 0, 3)::text, '0.' || repeat('0', 29) || '3', 'a part of 10^-30');
SELECT ok(abs(assess(1, 7e30, 0, 1) * 7e30 - 1) < 1e-15, 'to 16 digits, however small');

-- against plain SQL, over numbers of every size

SELECT setseed(0.5);
CREATE TABLE result AS
SELECT round((random() * s - s / 2)::numeric, n) AS value, round((random() * s - s / 2)::numeric, n) AS target, round((random() * s - s / 2)::numeric, n) AS floor, round((random() * 100)::numeric, n) AS points
FROM (SELECT 10 ^ (i % 15) AS s, i % 7 AS n FROM generate_series(1, 20000) AS i) AS size;
DELETE FROM result WHERE target = floor;
CREATE FUNCTION part(value numeric, target numeric, floor numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$ SELECT greatest(0, least(1, (value - floor) / (target - floor))) $$;
SELECT cmp_ok(count(*), '>', 10000::bigint, 'enough of them') FROM result;
SELECT is_empty('SELECT * FROM result WHERE abs(assess(value, target, floor, points) - points * part(value, target, floor)) > 1e-12', 'in proportion between target and floor');
SELECT is_empty('SELECT * FROM result WHERE assess(value, target, floor, points) <> CASE WHEN part(value, target, floor) IN (0, 1) THEN points * part(value, target, floor) ELSE points * (value - floor) / (target - floor) END', 'and not a digit less than numeric has');
SELECT is_empty('SELECT * FROM result WHERE assess(value, target, floor, points) NOT BETWEEN 0 AND points', 'never below none or above all');
SELECT is_empty('SELECT * FROM result WHERE assess(value, target, floor, points) <> assess(-value, -target, -floor, points)', 'the same upside down');
SELECT is_empty('SELECT * FROM result WHERE abs(assess(value, target, floor, points) + assess(value, floor, target, points) - points) > 1e-12', 'what one way earns the other loses');
SELECT is_empty('SELECT r FROM (SELECT r, assess(value, target, floor, points) AS earned, lag(assess(value, target, floor, points)) OVER w AS before
	FROM (SELECT row_number() OVER () AS r, target, floor, points, s.value FROM (SELECT * FROM result LIMIT 200) AS r, generate_series(least(target, floor) - 1, greatest(target, floor) + 1, greatest(abs(target - floor) / 40, 0.01)) AS s (value)) AS s
	WINDOW w AS (PARTITION BY target, floor, points ORDER BY CASE WHEN target > floor THEN value ELSE -value END)) AS s WHERE earned < before', 'a better value never earns less');

-- no answer

SELECT is(assess(NULL, 90, 80, 10), NULL, 'NULL in, NULL out');
SELECT throws_ok('SELECT assess(1e100000, 2e100000, 0, 1e100000)', '22003', NULL, 'more digits than numeric has');

-- verify, by hand

CREATE TABLE checked (reported rate, computed rate, matches boolean, hits_off int8, total_off int8, points_off numeric);
INSERT INTO checked VALUES
	('93/102', '93/102', true, 0, 0, 0.00), ('95/100', '93/102', false, 2, -2, 3.82), ('1/2', '2/4', false, -1, -2, 0.00), ('1/800', '0/1', false, 1, 799, 0.13), ('0/1', '1/800', false, -1, -799, -0.13),
	('0/0', '0/0', true, 0, 0, NULL), ('0/0', '1/2', false, -1, -2, NULL), ('1/2', '0/0', false, 1, 2, NULL), (NULL, '1/2', NULL, NULL, NULL, NULL), ('1/2', NULL, NULL, NULL, NULL, NULL),
	('9223372036854775807/9223372036854775807', '0/0', false, 9223372036854775807, 9223372036854775807, NULL), ('0/0', '9223372036854775807/9223372036854775807', false, -9223372036854775807, -9223372036854775807, NULL),
	('0/9223372036854775807', '9223372036854775807/9223372036854775807', false, -9223372036854775807, 0, -100.00);
SELECT results_eq('SELECT c.reported, c.computed, v.* FROM checked AS c, verify(reported, computed) AS v', 'TABLE checked', 'one row each, also for what was not reported');
SELECT results_eq('SELECT points_off::text FROM verify(''3/4'', ''1/2'')', $$ VALUES ('25.00') $$, 'two digits');
SELECT is((verify('1/2', '1/3')).hits_off, 0::bigint, 'in the list of columns too');
SELECT is_empty('SELECT r.*, v.* FROM (SELECT rate(floor(a * random())::int8, a) AS reported, rate(floor(b * random())::int8, b) AS computed FROM (SELECT floor(2 ^ (random() * 62))::int8 AS a, floor(2 ^ (random() * 62))::int8 AS b FROM generate_series(1, 2000)) AS s) AS r, verify(reported, computed) AS v
	WHERE hits_off <> hits(reported) - hits(computed) OR total_off <> total(reported) - total(computed) OR matches <> (reported = computed) OR points_off <> points(delta(reported, computed))', 'against hits, total, = and points');

SELECT * FROM finish();
ROLLBACK;
