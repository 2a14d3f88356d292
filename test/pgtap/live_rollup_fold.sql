-- What a fold takes of memory: a group at a time and not all of them, each of which begins with the small state of a change
SET client_min_messages = warning;
CREATE TABLE vast (k int, enterprise text);
SELECT create_rollup('vast_tally', 'SELECT k, tally(enterprise) FROM vast GROUP BY k', auto_fold => false);
INSERT INTO vast SELECT k, 'enterprise ' || i FROM generate_series(1, 400) AS k, generate_series(1, 2500) AS i;
INSERT INTO vast SELECT k, 'x' FROM generate_series(1, 400) AS k;
SELECT fold_rollup('vast_tally');
-- before the folded ones
VACUUM vast_tally_state;
INSERT INTO vast SELECT k, 'x' FROM generate_series(1, 400) AS k;
CREATE FUNCTION peak() RETURNS int LANGUAGE sql RETURN substring(pg_read_file('/proc/self/status') FROM 'VmPeak:\s+(\d+) kB')::int;

-- in a session that has not taken any yet
\connect
SELECT * FROM no_plan();
SELECT peak() AS before \gset
SELECT fold_rollup('vast_tally');
SELECT cmp_ok(peak() - :before, '<', 30000, 'kB for a fold of groups that take 70,000 together');
SELECT is(waiting, 0::bigint, 'which folds') FROM rollups WHERE name = 'vast_tally';
SELECT is_empty('SELECT verify_rollup(''vast_tally'')', 'and is exact');
SELECT * FROM finish();
