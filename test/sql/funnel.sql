-- Text forms and errors of funnel_limits
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS complaint_metrics;
RESET client_min_messages;
\pset format unaligned
\pset tuples_only on

SELECT funnel_limits(100, '2587/3506');
SELECT funnel_limits(100, '2587/3506', 0.998);
SELECT funnel_limits(3, '1/2'), funnel_limits(3, '1/2', 0.5), funnel_limits(7, '1/2', 0.5);
SELECT funnel_limits(10, '0/3'), funnel_limits(10, '3/3');
SELECT funnel_limits(9223372036854775807, '2/3');

SELECT funnel_limits(100, '2587/3506', 0);
SELECT funnel_limits(100, '2587/3506', 1);
SELECT funnel_limits(100, '2587/3506', 95);
SELECT funnel_limits(100, '2587/3506', 'NaN');
SELECT funnel_limits(0, '0/0', 2);
SELECT funnel_limits(-1, '2587/3506');
SELECT funnel_limits(-9223372036854775808, '0/0');
