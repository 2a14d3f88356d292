-- test/live/schema.sql: a table that changes, and a rollup of each kind over it

CREATE EXTENSION complaint_metrics;
CREATE TABLE complaint (
	id bigserial PRIMARY KEY,
	county text,
	enterprise text,
	received timestamptz NOT NULL,
	concluded timestamptz,
	mediated boolean,
	satisfied boolean,
	escalated timestamptz,
	cleared timestamptz,
	refund numeric(12, 2),
	days int
);
SELECT create_rollup('county_card', $$SELECT county, scorecard(received, concluded, mediated, satisfied, escalated, cleared,
	'Asia/Shanghai') AS card, count(*) AS n FROM complaint GROUP BY county$$);
SELECT create_rollup('satisfaction_trend', $$SELECT county, trend(received, satisfied, 'Asia/Shanghai') AS satisfaction
	FROM complaint WHERE satisfied IS NOT NULL GROUP BY county$$);
SELECT create_rollup('all open', 'SELECT clearance(received, concluded), count(*), sum(days) FROM complaint');
SELECT create_rollup('enterprises', 'SELECT county, tally(enterprise) FROM complaint GROUP BY county');
SELECT create_rollup('mediation', $$SELECT (received AT TIME ZONE 'Asia/Shanghai')::date AS day, rate(mediated)
	FROM complaint GROUP BY 1$$, with_data => false);
SELECT create_rollup('refunds', 'SELECT enterprise, sum(refund) AS refunded, sum(days) AS days, count(refund) AS n
	FROM complaint GROUP BY enterprise', auto_fold => false);
SELECT rebuild_rollup('mediation');

CREATE UNLOGGED TABLE visit (county text, satisfied boolean);
SELECT create_rollup('visits', 'SELECT county, rate(satisfied), count(*) AS n FROM visit GROUP BY county');

-- a complaint made up
CREATE FUNCTION new_complaint(OUT county text, OUT enterprise text, OUT received timestamptz, OUT concluded timestamptz,
	OUT mediated boolean, OUT satisfied boolean, OUT escalated timestamptz, OUT cleared timestamptz, OUT refund numeric, OUT days int)
LANGUAGE plpgsql AS $$
BEGIN
	county := (ARRAY['椒江', '黄岩', '路桥', '临海', NULL])[1 + floor(random() * 5)];
	enterprise := 'shop ' || floor(random() * random() * 40);
	received := timestamptz '2024-01-01Z' + random() * interval '60 days';
	concluded := CASE WHEN random() < 0.7 THEN received + random() * interval '9 days' END;
	mediated := CASE WHEN concluded IS NOT NULL THEN random() < 0.6 END;
	satisfied := CASE WHEN concluded IS NOT NULL AND random() < 0.5 THEN random() < 0.8 END;
	escalated := CASE WHEN random() < 0.1 THEN received + random() * interval '5 days' END;
	cleared := CASE WHEN random() < 0.5 THEN escalated + random() * interval '5 days' END;
	refund := CASE WHEN random() < 0.6 THEN random() * 1000 END;
	days := CASE WHEN random() < 0.9 THEN random() * 60 END;
END $$;

-- the next complaint after an arbitrary one
CREATE FUNCTION any_complaint() RETURNS bigint LANGUAGE sql VOLATILE AS $$
	SELECT id FROM complaint WHERE id >= (SELECT floor(random() * last_value) FROM complaint_id_seq) ORDER BY id LIMIT 1
$$;

-- one random change
CREATE FUNCTION change() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	dice int := random() * 1000;
	one bigint := any_complaint();
	new record := new_complaint();
BEGIN
	IF dice < 200 THEN
		INSERT INTO complaint SELECT nextval('complaint_id_seq'), made.* FROM generate_series(1, dice % 4 + 1), new_complaint() AS made;
	ELSIF dice < 400 THEN
		UPDATE complaint SET concluded = new.concluded + (received - new.received), mediated = new.mediated, satisfied = new.satisfied,
			refund = new.refund WHERE id = one;
	ELSIF dice < 500 THEN
		UPDATE complaint SET county = new.county, enterprise = new.enterprise WHERE id BETWEEN one AND one + 2;
	ELSIF dice < 620 THEN
		DELETE FROM complaint WHERE id BETWEEN one AND one + 1;
	ELSIF dice < 720 THEN
		INSERT INTO complaint (id, county, received, days) VALUES (coalesce(one, nextval('complaint_id_seq')), new.county, new.received, 1), (nextval('complaint_id_seq'), NULL, new.received, 2)
			ON CONFLICT (id) DO UPDATE SET days = complaint.days + 1, county = excluded.county;
	ELSIF dice < 820 THEN
		BEGIN
			DELETE FROM complaint WHERE id = one;
			PERFORM change();
			INSERT INTO complaint SELECT nextval('complaint_id_seq'), made.* FROM new_complaint() AS made;
			RAISE check_violation;
		EXCEPTION WHEN check_violation THEN
			UPDATE complaint SET days = new.days WHERE id = one;
		END;
	ELSIF dice < 880 THEN
		WITH gone AS (DELETE FROM complaint WHERE id = one RETURNING county, enterprise, received)
		INSERT INTO complaint (county, enterprise, received) SELECT county, new.enterprise, received FROM gone;
	ELSIF dice < 940 THEN
		MERGE INTO complaint USING (VALUES (one), (one + 1), (-1)) AS wanted (id) ON complaint.id = wanted.id
			WHEN MATCHED AND complaint.days > 30 THEN DELETE
			WHEN MATCHED THEN UPDATE SET days = 40
			WHEN NOT MATCHED THEN INSERT (county, received) VALUES (new.county, new.received);
	ELSIF dice < 997 THEN
		EXECUTE format('COPY complaint (county, enterprise, received, days) FROM %L', current_setting('data_directory') || '/complaints');
	ELSIF random() < 0.2 THEN
		TRUNCATE complaint;
	END IF;
END $$;

INSERT INTO complaint SELECT nextval('complaint_id_seq'), made.* FROM generate_series(1, 2000), new_complaint() AS made;
INSERT INTO visit SELECT 'county ' || n % 3, n % 2 = 0 FROM generate_series(1, 100) AS n;
DO $$ BEGIN
	EXECUTE format('COPY (SELECT county, enterprise, received, days FROM complaint LIMIT 8) TO %L', current_setting('data_directory') || '/complaints');
END $$;
