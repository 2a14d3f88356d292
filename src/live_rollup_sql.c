/*
 * src/live_rollup_sql.c: the statements that make, read, fold and check a rollup
 *
 * A state has a row for each statement that changed a group, and for each
 * group a row, or a few, with what was folded.  It has the columns of the
 * query, the hidden ones, and for each that is not a key a second one: what a
 * row adds stands in the first, what it takes away in the second, NULL where
 * that is nothing.  What a group is now is all that was added without all that
 * was taken: everything below is built on that one expression.  All names are
 * qualified, as search_path is pinned.
 */
#include "postgres.h"

#include "access/heaptoast.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/ruleutils.h"

#include "live_rollup.h"

static const char *
column_name(const RollupQuery *query, int i)
{
	return quote_identifier(query->columns[i].name);
}

static const char *
taken_name(const RollupQuery *query, int i)
{
	return quote_identifier(query->columns[i].taken);
}

/* "n" as added without "n" as taken, as a numeric; 0 where there are none */
static void
put_difference(StringInfo sql, const RollupQuery *query, int i)
{
	appendStringInfo(sql, "(coalesce(pg_catalog.sum(%s), 0) OPERATOR(pg_catalog.-) coalesce(pg_catalog.sum(%s), 0))",
					 column_name(query, i), taken_name(query, i));
}

/* A column of one side, or a key: of a group, out of the state's rows. */
static void
put_side(StringInfo sql, const RollupQuery *query, const RollupNames *names, int i, const char *name)
{
	switch (query->columns[i].kind)
	{
		case ROLLUP_KEY:
			appendStringInfoString(sql, name);
			break;
		case ROLLUP_STATE:
			appendStringInfo(sql, "%s.rollup(%s)", names->schema, name);
			break;
		case ROLLUP_COUNT:
		case ROLLUP_SUM:
			appendStringInfo(sql, "pg_catalog.sum(%s)::%s", name, format_type_be_qualified(query->columns[i].type));
			break;
	}
}

/* A column as it stands: of a group, out of the state's rows. */
static void
put_net(StringInfo sql, const RollupQuery *query, const RollupNames *names, int i)
{
	const RollupColumn *column = &query->columns[i];

	switch (column->kind)
	{
		case ROLLUP_KEY:
			appendStringInfoString(sql, column_name(query, i));
			break;
		case ROLLUP_STATE:
			appendStringInfo(sql, "%s.unmerge(", names->schema);
			put_side(sql, query, names, i, column_name(query, i));
			appendStringInfoString(sql, ", ");
			put_side(sql, query, names, i, taken_name(query, i));
			appendStringInfoChar(sql, ')');
			break;
		case ROLLUP_COUNT:
			put_difference(sql, query, i);
			appendStringInfoString(sql, "::pg_catalog.int8");
			break;
		case ROLLUP_SUM:
			appendStringInfoString(sql, "CASE WHEN ");
			put_difference(sql, query, column->counted);
			appendStringInfoString(sql, " OPERATOR(pg_catalog.>) 0 THEN ");
			put_difference(sql, query, i);
			appendStringInfo(sql, "::%s END", format_type_be_qualified(column->type));
			break;
	}
}

/* The names of all columns but those for what was taken */
static void
put_names(StringInfo sql, const RollupQuery *query)
{
	for (int i = 0; i < query->ncolumns; i++)
		appendStringInfo(sql, "%s%s", i > 0 ? ", " : "", column_name(query, i));
}

/* " GROUP BY keys", or nothing */
static void
put_group_by(StringInfo sql, const RollupQuery *query)
{
	const char *separator = " GROUP BY ";

	for (int i = 0; i < query->nvisible; i++)
	{
		if (query->columns[i].kind != ROLLUP_KEY)
			continue;
		appendStringInfo(sql, "%s%s", separator, column_name(query, i));
		separator = ", ";
	}
}

/* The first n columns of each group, out of state rows; a condition is to follow. */
static void
put_net_groups(StringInfo sql, const RollupQuery *query, const RollupNames *names, int n, const char *from)
{
	appendStringInfoString(sql, "SELECT ");
	for (int i = 0; i < n; i++)
	{
		appendStringInfoString(sql, i > 0 ? ", " : "");
		put_net(sql, query, names, i);
		appendStringInfo(sql, " AS %s", column_name(query, i));
	}
	appendStringInfo(sql, " FROM %s", from);
	put_group_by(sql, query);
}

/* " HAVING" a row, which is what makes a group one; without keys there is one group, come what may. */
static void
put_having_rows(StringInfo sql, const RollupQuery *query)
{
	if (!query->grouped)
		return;
	appendStringInfoString(sql, " HAVING ");
	put_difference(sql, query, query->rows);
	appendStringInfoString(sql, " OPERATOR(pg_catalog.>) 0");
}

/* " HAVING" anything: of a group without rows nothing at all is to be left, neither too much nor too little. */
static void
put_having_anything(StringInfo sql, const RollupQuery *query, const RollupNames *names)
{
	const char *separator = " HAVING ";

	if (!query->grouped)
		return;
	for (int i = 0; i < query->ncolumns; i++)
	{
		if (query->columns[i].kind == ROLLUP_KEY)
			continue;
		appendStringInfoString(sql, separator);
		separator = " OR ";
		if (query->columns[i].kind == ROLLUP_STATE)
		{
			put_side(sql, query, names, i, column_name(query, i));
			appendStringInfo(sql, " OPERATOR(%s.<>) ", names->schema);
			put_side(sql, query, names, i, taken_name(query, i));
		}
		else
		{
			put_difference(sql, query, i);
			appendStringInfoString(sql, " OPERATOR(pg_catalog.<>) 0");
		}
	}
}

/* The table of the state: its columns have the types, and collations, of the query's. */
char *
rollup_sql_state(const RollupQuery *query, const RollupNames *names, bool unlogged)
{
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfo(&sql, "CREATE %sTABLE %s (", unlogged ? "UNLOGGED " : "", names->state);
	put_names(&sql, query);
	for (int i = 0; i < query->ncolumns; i++)
	{
		if (query->columns[i].taken)
			appendStringInfo(&sql, ", %s", taken_name(query, i));
	}
	/* a reader wants all of a row, which costs him less where it lies in one piece */
	appendStringInfo(&sql, ") USING heap WITH (toast_tuple_target = %d) AS SELECT computed.*",
					 (int) TOAST_TUPLE_TARGET_MAIN);
	for (int i = 0; i < query->ncolumns; i++)
	{
		if (query->columns[i].taken)
			appendStringInfo(&sql, ", computed.%s", column_name(query, i));
	}
	appendStringInfo(&sql, " FROM (%s) AS computed WITH NO DATA", pg_get_querydef(query->query, false));
	return sql.data;
}

/*
 * What the statement above cannot say of the table: all of a row identifies it
 * where it is replicated, and states are not compressed, which saves little, as
 * they are dense, and took most of a whole fold.  The price is that one of many
 * equal days, which would have shrunk to fit, is read from its TOAST table.
 */
char *
rollup_sql_alter_state(const RollupQuery *query, const RollupNames *names)
{
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfo(&sql, "ALTER TABLE %s REPLICA IDENTITY FULL", names->state);
	for (int i = 0; i < query->ncolumns; i++)
	{
		if (query->columns[i].kind != ROLLUP_STATE || get_typstorage(query->columns[i].type) == TYPSTORAGE_PLAIN)
			continue;
		appendStringInfo(&sql, ", ALTER %s SET STORAGE EXTERNAL", column_name(query, i));
		appendStringInfo(&sql, ", ALTER %s SET STORAGE EXTERNAL", taken_name(query, i));
	}
	return sql.data;
}

/* The view that users read.  That it names the definition lets PostgreSQL know that it depends on the source. */
char *
rollup_sql_view(const RollupQuery *query, const RollupNames *names)
{
	StringInfoData sql;
	char	   *from = psprintf("%s WHERE %s.rollup_is_live(%s::pg_catalog.regclass)", names->state, names->schema,
								quote_literal_cstr(names->definition));

	initStringInfo(&sql);
	appendStringInfo(&sql, "CREATE VIEW %s AS ", names->view);
	put_net_groups(&sql, query, names, query->nvisible, from);
	put_having_rows(&sql, query);
	return sql.data;
}

/*
 * For each group of more than one row the places of its rows, and behind them
 * the columns of the row that comes in their stead.  A whole fold sets off what
 * was taken away against what was added.  Any other leaves rows alone that
 * count many changes, and keeps both sides, as less may have been added than
 * was taken.
 */
char *
rollup_sql_fold(const RollupQuery *query, const RollupNames *names, bool whole)
{
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfoString(&sql, "SELECT pg_catalog.array_agg(ctid)");
	for (int i = 0; i < query->ncolumns; i++)
	{
		appendStringInfoString(&sql, ", ");
		if (whole)
			put_net(&sql, query, names, i);
		else
			put_side(&sql, query, names, i, column_name(query, i));
	}
	for (int i = 0; !whole && i < query->ncolumns; i++)
	{
		if (query->columns[i].taken == NULL)
			continue;
		appendStringInfoString(&sql, ", ");
		put_side(&sql, query, names, i, taken_name(query, i));
	}
	appendStringInfo(&sql, " FROM %s", names->state);
	if (!whole)
		appendStringInfo(&sql, " WHERE coalesce(%s, 0) OPERATOR(pg_catalog.+) coalesce(%s, 0) "
						 "OPERATOR(pg_catalog.<) " CppAsString2(MANY_CHANGES),
						 column_name(query, query->rows), taken_name(query, query->rows));
	put_group_by(&sql, query);
	appendStringInfoString(&sql, " HAVING pg_catalog.count(*) OPERATOR(pg_catalog.>) 1");
	return sql.data;
}

/*
 * In the shape of a fold, and in one snapshot: the place of each row that there
 * is, with no columns, and what the query gives, with no places.
 */
char *
rollup_sql_rebuild(const RollupQuery *query, const RollupNames *names)
{
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfoString(&sql, "SELECT ARRAY[ctid]");
	for (int i = 0; i < query->ncolumns; i++)
		appendStringInfoString(&sql, ", NULL");
	appendStringInfo(&sql, " FROM %s UNION ALL SELECT NULL, computed.* FROM (%s) AS computed",
					 names->state, pg_get_querydef(query->query, false));
	return sql.data;
}

/* A JSON object of the columns that are keys, or of those that are not; the values as text. */
static void
put_object(StringInfo sql, const RollupQuery *query, bool keys)
{
	const char *separator = "";

	appendStringInfoString(sql, "pg_catalog.jsonb_object(ARRAY[");
	for (int i = 0; i < query->ncolumns; i++)
	{
		if ((query->columns[i].kind == ROLLUP_KEY) != keys)
			continue;
		appendStringInfo(sql, "%s%s", separator, quote_literal_cstr(query->columns[i].name));
		separator = ", ";
	}
	separator = "";
	appendStringInfoString(sql, "]::pg_catalog.text[], ARRAY[");
	for (int i = 0; i < query->ncolumns; i++)
	{
		if ((query->columns[i].kind == ROLLUP_KEY) != keys)
			continue;
		appendStringInfo(sql, "%s%s::pg_catalog.text", separator, column_name(query, i));
		separator = ", ";
	}
	appendStringInfoString(sql, "]::pg_catalog.text[])");
}

/* The names of the hidden columns, as an array. */
static char *
hidden_names(const RollupQuery *query)
{
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfoString(&sql, "ARRAY[");
	for (int i = query->nvisible; i < query->ncolumns; i++)
		appendStringInfo(&sql, "%s%s", i > query->nvisible ? ", " : "", quote_literal_cstr(query->columns[i].name));
	appendStringInfoString(&sql, "]::pg_catalog.text[]");
	return sql.data;
}

/*
 * The groups whose kept and computed columns differ: the rows of both sides
 * that have no equal on the other.  The hidden columns are shown only where
 * nothing else differs.
 */
char *
rollup_sql_verify(const RollupQuery *query, const RollupNames *names)
{
	const char *kept = quote_identifier(query->kept);
	char	   *hidden = hidden_names(query);
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfoString(&sql, "WITH side (");
	put_names(&sql, query);
	appendStringInfo(&sql, ", %s) AS (SELECT net.*, true FROM (", kept);
	put_net_groups(&sql, query, names, query->ncolumns, names->state);
	put_having_anything(&sql, query, names);
	appendStringInfo(&sql, ") AS net UNION ALL SELECT computed.*, false FROM (%s) AS computed), different AS (SELECT ",
					 pg_get_querydef(query->query, false));
	put_names(&sql, query);
	appendStringInfo(&sql, ", pg_catalog.bool_and(%s) AS %s", kept, kept);
	appendStringInfoString(&sql, " FROM side GROUP BY ");
	put_names(&sql, query);
	appendStringInfoString(&sql, " HAVING pg_catalog.count(*) OPERATOR(pg_catalog.=) 1), "
						   "compared (keys, kept, computed) AS (SELECT ");
	put_object(&sql, query, true);
	for (int side = 0; side < 2; side++)
	{
		appendStringInfoString(&sql, ", (pg_catalog.array_agg(");
		put_object(&sql, query, false);
		appendStringInfo(&sql, ") FILTER (WHERE %s%s))[1]", side == 0 ? "" : "NOT ", kept);
	}
	appendStringInfoString(&sql, " FROM different");
	put_group_by(&sql, query);
	appendStringInfo(&sql, " HAVING pg_catalog.count(*) OPERATOR(pg_catalog.>) 0) "
					 "SELECT keys, kept OPERATOR(pg_catalog.-) less, computed OPERATOR(pg_catalog.-) less "
					 "FROM (SELECT *, CASE WHEN kept OPERATOR(pg_catalog.-) %s IS DISTINCT FROM "
					 "computed OPERATOR(pg_catalog.-) %s THEN %s ELSE '{}' END AS less FROM compared) AS shown",
					 hidden, hidden, hidden);
	return sql.data;
}

/* How many rows a fold would save: without regard to anything but the keys. */
char *
rollup_sql_waiting(List *keys, const RollupNames *names)
{
	StringInfoData sql;
	const char *separator = " GROUP BY ";
	ListCell   *cell;

	initStringInfo(&sql);
	appendStringInfo(&sql, "SELECT coalesce(pg_catalog.sum(n OPERATOR(pg_catalog.-) 1), 0)::pg_catalog.int8 "
					 "FROM (SELECT pg_catalog.count(*) AS n FROM %s", names->state);
	foreach(cell, keys)
	{
		appendStringInfo(&sql, "%s%s", separator, quote_identifier(lfirst(cell)));
		separator = ", ";
	}
	appendStringInfoString(&sql, " HAVING pg_catalog.count(*) OPERATOR(pg_catalog.>) 0) AS per_group");
	return sql.data;
}

/* The name of a sum that holds what is no number and so never goes away again, as NaN; NULL where there is no such sum. */
char *
rollup_sql_inexact(const RollupQuery *query, const RollupNames *names)
{
	StringInfoData sql;
	const char *separator = "";

	initStringInfo(&sql);
	for (int i = 0; i < query->nvisible; i++)
	{
		if (query->columns[i].kind != ROLLUP_SUM)
			continue;
		appendStringInfo(&sql, "%sSELECT %s FROM %s WHERE %s::pg_catalog.numeric OPERATOR(pg_catalog.=) "
						 "ANY ('{NaN,Infinity,-Infinity}'::pg_catalog.numeric[])", separator,
						 quote_literal_cstr(query->columns[i].name), names->state, column_name(query, i));
		separator = " UNION ALL ";
	}
	return separator[0] == '\0' ? NULL : sql.data;
}
