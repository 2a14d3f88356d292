-- live_rollup: queries kept up to date as the rows change

CREATE TABLE live_rollup (
	id serial PRIMARY KEY,
	rollup regclass NOT NULL UNIQUE,
	definition regclass NOT NULL UNIQUE,
	state regclass NOT NULL UNIQUE,
	source regclass NOT NULL,
	auto_fold boolean NOT NULL,
	stale boolean NOT NULL
);
COMMENT ON TABLE live_rollup IS 'which rollups there are; only create_rollup and its kin write to it, and the view rollups is for reading';
GRANT SELECT ON live_rollup, live_rollup_id_seq TO PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('live_rollup', '');
SELECT pg_catalog.pg_extension_config_dump('live_rollup_id_seq', '');

CREATE FUNCTION maintain_rollup() RETURNS trigger
	AS 'MODULE_PATHNAME', 'live_rollup_maintain' LANGUAGE C;
COMMENT ON FUNCTION maintain_rollup() IS 'trigger on the source of a rollup: appends to its state what came and what went';

CREATE FUNCTION guard_rollup() RETURNS trigger
	AS 'MODULE_PATHNAME', 'live_rollup_guard' LANGUAGE C;
COMMENT ON FUNCTION guard_rollup() IS 'trigger on the state of a rollup: keeps everybody else from writing to it';

CREATE FUNCTION keep_rollups_local() RETURNS trigger
	AS 'MODULE_PATHNAME', 'live_rollup_local' LANGUAGE C;
COMMENT ON FUNCTION keep_rollups_local() IS 'trigger on live_rollup: keeps the rollups of a publisher out';
CREATE TRIGGER local BEFORE INSERT OR UPDATE OR DELETE ON live_rollup
	FOR EACH ROW EXECUTE FUNCTION keep_rollups_local();
ALTER TABLE live_rollup ENABLE ALWAYS TRIGGER local;

CREATE FUNCTION rollup_is_live(definition regclass) RETURNS boolean
	AS 'MODULE_PATHNAME', 'live_rollup_is_live' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION rollup_is_live(regclass) IS 'true, or an error where a rollup may have missed changes';

-- not parallel, as it begins a subtransaction
CREATE FUNCTION rollup_waiting(id int) RETURNS bigint
	AS 'MODULE_PATHNAME', 'live_rollup_waiting' LANGUAGE C STABLE STRICT COST 1000;
COMMENT ON FUNCTION rollup_waiting(int) IS 'how many rows of a rollup''s state a fold would save; NULL for who may not read the rollup';

CREATE FUNCTION create_rollup(name text, query text, with_data boolean = true, auto_fold boolean = true) RETURNS regclass
	AS 'MODULE_PATHNAME', 'live_rollup_create' LANGUAGE C STRICT COST 10000;
COMMENT ON FUNCTION create_rollup(text, text, boolean, boolean) IS 'keeps a query as a view of this name, up to date in the transaction that changes its table';

CREATE FUNCTION fold_rollup(name text) RETURNS void
	AS 'MODULE_PATHNAME', 'live_rollup_fold' LANGUAGE C STRICT COST 10000;
COMMENT ON FUNCTION fold_rollup(text) IS 'merges what waits in a rollup''s state; blocks nobody';

CREATE FUNCTION fold_rollup(name text, auto_fold boolean) RETURNS void
	AS 'MODULE_PATHNAME', 'live_rollup_fold' LANGUAGE C STRICT COST 10000;
COMMENT ON FUNCTION fold_rollup(text, boolean) IS 'the same, and from then on writers fold the rollup by themselves, or not';

CREATE FUNCTION rebuild_rollup(name text) RETURNS void
	AS 'MODULE_PATHNAME', 'live_rollup_rebuild' LANGUAGE C STRICT COST 10000;
COMMENT ON FUNCTION rebuild_rollup(text) IS 'computes a rollup anew, and mends its triggers';

CREATE FUNCTION verify_rollup(name text, OUT "group" jsonb, OUT kept jsonb, OUT computed jsonb) RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'live_rollup_verify' LANGUAGE C STRICT COST 10000;
COMMENT ON FUNCTION verify_rollup(text) IS 'the groups whose kept values differ from the query''s: none, ever';

CREATE FUNCTION drop_rollup(name text) RETURNS void
	AS 'MODULE_PATHNAME', 'live_rollup_drop' LANGUAGE C STRICT COST 10000;
COMMENT ON FUNCTION drop_rollup(text) IS 'drops a rollup with all that belongs to it';

CREATE VIEW rollups AS
SELECT rollup::text AS name, source::text AS source, pg_catalog.pg_get_viewdef(definition) AS query,
	pg_catalog.pg_get_userbyid(relowner) AS owner, rollup_waiting(id) AS waiting, stale, auto_fold,
	state::text AS state
FROM live_rollup JOIN pg_catalog.pg_class ON pg_class.oid = rollup;
COMMENT ON VIEW rollups IS 'the live rollups; state: the table that each is kept in; waiting: how many rows of it a fold would save';
GRANT SELECT ON rollups TO PUBLIC;

CREATE FUNCTION rollup_altered() RETURNS event_trigger
	AS 'MODULE_PATHNAME', 'live_rollup_altered' LANGUAGE C;
COMMENT ON FUNCTION rollup_altered() IS 'event trigger: marks rollups whose triggers are off, and refuses what they could not follow';

CREATE FUNCTION rollup_dropped() RETURNS event_trigger
	AS 'MODULE_PATHNAME', 'live_rollup_dropped' LANGUAGE C;
COMMENT ON FUNCTION rollup_dropped() IS 'event trigger: drops what is left of a rollup';

CREATE EVENT TRIGGER complaint_metrics_rollup_altered ON ddl_command_end
	WHEN TAG IN ('ALTER TABLE', 'ALTER FOREIGN TABLE', 'ALTER TRIGGER', 'ALTER VIEW', 'CREATE FOREIGN TABLE', 'CREATE RULE',
		'CREATE SCHEMA', 'CREATE TABLE', 'CREATE TRIGGER', 'CREATE VIEW', 'DROP TRIGGER')
	EXECUTE FUNCTION rollup_altered();
CREATE EVENT TRIGGER complaint_metrics_rollup_dropped ON sql_drop
	EXECUTE FUNCTION rollup_dropped();
-- for sessions of session_replication_role = replica, too
ALTER EVENT TRIGGER complaint_metrics_rollup_altered ENABLE ALWAYS;
ALTER EVENT TRIGGER complaint_metrics_rollup_dropped ENABLE ALWAYS;
