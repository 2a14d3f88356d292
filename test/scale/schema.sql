-- The table :name of complaints, which lies on one server, on a shard, or distributed.
CREATE TABLE :"name" (
	id bigint NOT NULL,
	province text NOT NULL,
	county text NOT NULL,
	kind text NOT NULL,
	enterprise text,
	received timestamptz,
	concluded timestamptz,
	outcome mediation_outcome NOT NULL,
	answer satisfaction,
	escalated timestamptz,
	cleared timestamptz,
	day date,              -- of receipt, in China
	local timestamp,       -- of receipt, in China
	zone text              -- where the days of this row begin
);
