-- test/helper/calendar_changes.sql: the extension with rows of its tables added, changed and deleted, to be dumped
CREATE EXTENSION complaint_metrics;
INSERT INTO working_day_exception VALUES ('2030-05-01', false, 'mine');
UPDATE working_day_exception SET is_working = false, name = 'mine' WHERE day = '2023-10-07';
DELETE FROM working_day_exception WHERE day = '2023-10-08';
INSERT INTO statutory_deadline VALUES ('回访', '[2030-01-01,)', 3, true, '办结', '本局规定');
UPDATE statutory_deadline SET days = 5 WHERE stage = 'petition';
DELETE FROM statutory_deadline WHERE stage = 'report_notice';
