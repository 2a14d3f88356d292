-- Text forms and errors of confidence_interval and p_value
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS complaint_metrics;
RESET client_min_messages;
\pset format unaligned
\pset tuples_only on

SELECT confidence_interval('73/100');
SELECT confidence_interval('73/100', 0.99);
SELECT confidence_interval('0/10'), confidence_interval('10/10');
SELECT confidence_interval('0/10', 1e-300), confidence_interval('10/10', 1e-300);

SELECT confidence_interval('73/100', 0);
SELECT confidence_interval('73/100', 1);
SELECT confidence_interval('73/100', 95);
SELECT confidence_interval('73/100', -0.5);
SELECT confidence_interval('73/100', 'NaN');
SELECT confidence_interval('73/100', 'Infinity');
SELECT confidence_interval('0/0', 2);
