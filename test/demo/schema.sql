-- A complaint a row, as the 12315 platform exports them; README.md says what each column means.
CREATE TABLE complaint (
	id text PRIMARY KEY,
	region text NOT NULL,
	office text,
	station text,
	enterprise text,
	credit_code text,
	channel text,
	kind text,
	issue text,
	received timestamptz NOT NULL,
	accepted timestamptz,
	concluded timestamptz,
	outcome mediation_outcome,
	satisfaction satisfaction,
	odr boolean,
	converted boolean,
	escalated timestamptz,
	cleared timestamptz
);
COMMENT ON COLUMN complaint.region IS 'county bureau';
COMMENT ON COLUMN complaint.credit_code IS 'unified social credit code (统一社会信用代码)';
COMMENT ON COLUMN complaint.odr IS 'settled between the parties online (在线消费纠纷解决)';
COMMENT ON COLUMN complaint.converted IS 'turned into an enforcement case (诉转案)';
COMMENT ON COLUMN complaint.escalated IS 'when it became a petition (诉转访)';
