-- What both set-ups are asked, and how answers are compared: byte for byte, as text, which is the whole of a state.

-- ships: whether postgres_fdw sends the call to the other server. A text constant has a collation that comes from no column
-- of the foreign table, so a zone or a basis that is written into the call keeps it here; one in a column does not.
CREATE TABLE asked (call text, ships boolean);
INSERT INTO asked VALUES
	('rate(escalated IS NULL)', true),
	('rate(mediated(outcome))', true),
	('rate(satisfied(answer))', true),
	('mediation_success_rate(outcome)', true),
	('mediation_success_rate(outcome, ''accepted'')', false),
	('settlement_rate(outcome)', true),
	('satisfaction_rate(answer)', true),
	('trend(day)', true),
	('trend(day, mediated(outcome))', true),
	('trend(local)', true),
	('trend(local, satisfied(answer))', true),
	('trend(received, mediated(outcome), ''Asia/Shanghai'')', false),
	('trend(received, mediated(outcome), zone)', true),
	('clearance(escalated, cleared)', true),
	('tally(enterprise)', true),
	('tally(enterprise, 5000)', true), -- more than there are
	('scorecard(received, concluded, mediated(outcome), satisfied(answer), escalated, cleared, ''Asia/Shanghai'')', false),
	('scorecard(received, concluded, mediated(outcome), satisfied(answer), escalated, cleared, zone)', true);

-- ships: whether it could send such a query; {call} and {table} are put in
CREATE TABLE manner (name text, query text, ships boolean);
INSERT INTO manner VALUES
	('by province', 'SELECT province, {call} FROM {table} GROUP BY province', true),
	('by province and county', 'SELECT province, county, {call} FROM {table} GROUP BY province, county', true),
	('by kind', 'SELECT kind, {call} FROM {table} GROUP BY kind', false),
	('of all', 'SELECT {call} FROM {table}', false),
	('of one kind by province', 'SELECT province, {call} FILTER (WHERE kind = ''餐饮'') FROM {table} GROUP BY province', true),
	('of one county by kind', 'SELECT kind, {call} FILTER (WHERE county = ''浙江1县'') FROM {table} GROUP BY kind', false),
	('of no row by province', 'SELECT province, {call} FILTER (WHERE kind = ''矿业'') FROM {table} GROUP BY province', true),
	('of a province without rows', 'SELECT {call} FROM {table} WHERE province = ''西藏''', NULL),
	('rolled up by kind',
		'SELECT kind, rollup(part) FROM (SELECT province, county, kind, {call} AS part FROM {table} GROUP BY 1, 2, 3) AS s GROUP BY kind', true),
	('rolled up of all', 'SELECT rollup(part) FROM (SELECT province, county, {call} AS part FROM {table} GROUP BY 1, 2) AS s', true);

CREATE FUNCTION answer(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	line record;
	lines text[];
BEGIN
	FOR line IN EXECUTE query LOOP
		lines := lines || line::text;
	END LOOP;
	RETURN (SELECT string_agg(l, E'\n' ORDER BY l COLLATE "C") FROM unnest(lines) AS l);
END $$;

CREATE FUNCTION tap(passed boolean, name text, detail text = NULL) RETURNS text LANGUAGE sql
RETURN CASE WHEN passed THEN 'ok - ' || name ELSE format('not ok - %s%s', name, E'\n# ' || detail) END;

-- Both answers are there and the same.
CREATE FUNCTION same(name text, here text, there text) RETURNS text LANGUAGE sql
RETURN tap(coalesce(here = there, false), name, format('%s … against %s …', left(here, 300), left(there, 300)));

CREATE FUNCTION put(query text, call text, source text) RETURNS text LANGUAGE sql
RETURN replace(replace(query, '{call}', call), '{table}', source);

-- A count of a bounded tally is at most max_error too high; of a key that is not in it the true count is at most that.
CREATE FUNCTION within_bound(bounded tally, exact tally) RETURNS boolean LANGUAGE sql
RETURN total(bounded) = total(exact) AND distinct_keys(bounded) <= 50 AND NOT is_exact(bounded)
	AND max_error(bounded) <= total(exact) / 50
	AND NOT EXISTS (SELECT FROM at_least(exact, 1) AS true_one LEFT JOIN at_least(bounded, 1) AS kept USING (key)
		WHERE true_one.count NOT BETWEEN coalesce(kept.count, 0) - max_error(bounded) AND coalesce(kept.count, max_error(bounded)));
