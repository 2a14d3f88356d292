-- Loads the complaints and writes their bulletin, in an empty database; run says what is taken from the environment.
\ir start.sql
\getenv month MONTH
\getenv title TITLE
\getenv issuer ISSUER
\getenv area AREA
\getenv unit UNIT
\getenv threshold THRESHOLD

-- What the bureaus of the generated complaints say of themselves: one counts more successes than there were, one leaves out
-- complaints that failed, one reports nothing.
\if :own_data
\else
	\if :{?month} \else \set month 2023-09
	\endif
	CREATE TABLE self_check AS
	SELECT region, measure, CASE region
			WHEN '路桥' THEN rate(least(hits(rate) + 18, total(rate)), total(rate))
			WHEN '仙居' THEN rate(hits(rate), greatest(total(rate) - 9, hits(rate)))
			ELSE rate
		END AS rate
	FROM (
		SELECT region, mediation_success_rate(outcome) AS mediation, satisfaction_rate(satisfaction) AS satisfaction
		FROM complaint
		WHERE to_char(concluded, 'YYYY-MM') = :'month' AND region <> '三门'
		GROUP BY region
	) AS bureau, LATERAL (VALUES ('mediation', mediation), ('satisfaction', satisfaction)) AS said (measure, rate)
	WHERE measure = 'mediation' OR region <> '路桥';
	\set reported self_check
\endif

\ir ../../docs/bulletin/bulletin.sql
