-- Text forms and errors of assess and verify
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS complaint_metrics;
RESET client_min_messages;

SELECT assess(85, 90, 80, 10) AS half, assess(-2.5, -10, 10, 30) AS lower_is_better, assess(200.00, 90, 80, 10.50) AS beyond,
	assess(80, 90, 80, 10.00) AS none, assess(1, 3, 0, 1) AS third, assess(2, 3, 0, 100) AS hundreds;
SELECT * FROM verify('95/100', '93/102');
SELECT * FROM verify('0/0', '1/2');
SELECT * FROM verify(NULL, '1/2');

SELECT assess('NaN', 90, 80, 10);
SELECT assess(85, 'Infinity', 80, 10);
SELECT assess(85, 90, '-Infinity', 10);
SELECT assess(85, 90, 80, 'NaN');
SELECT assess(85, 90, 80, -10.5);
SELECT assess(85, 90, 90.00, 10);
