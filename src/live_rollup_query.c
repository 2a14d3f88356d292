/*
 * src/live_rollup_query.c: which queries a live rollup can keep, and its columns
 *
 * A query is kept by adding what a new row gives and taking away what an old
 * row gave, so besides what live_rollup_check.c says of its expressions each
 * aggregate has to be one that can be taken back exactly.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "catalog/dependency.h"
#include "catalog/pg_aggregate.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "optimizer/tlist.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteHandler.h"
#include "rewrite/rewriteManip.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "live_rollup.h"

/* 0A000 for all clauses but FROM, WHERE and GROUP BY with plain keys. */
static void
check_clauses(const Query *query)
{
	if (query->commandType != CMD_SELECT || query->utilityStmt != NULL)
		rollup_refuse("anything but a SELECT", NULL);
	if (query->setOperations)
		rollup_refuse("UNION, INTERSECT or EXCEPT", "Create a rollup of each table, and merge them with rollup().");
	if (query->cteList)
		rollup_refuse("WITH", "Name the table in FROM, and what it is to leave out in WHERE.");
	if (query->distinctClause)
		rollup_refuse("DISTINCT", "GROUP BY the columns instead.");
	if (query->hasWindowFuncs)
		rollup_refuse("a window function", "Use it over the rollup.");
	if (query->groupingSets || query->groupDistinct)
		rollup_refuse("grouping sets", "Merge the groups of the rollup with rollup().");
	if (query->havingQual)
		rollup_refuse("HAVING", "Use WHERE over the rollup.");
	if (query->sortClause)
		rollup_refuse("ORDER BY", "Use it over the rollup.");
	if (query->limitCount || query->limitOffset)
		rollup_refuse("LIMIT or OFFSET", "Use it over the rollup.");
	if (query->rowMarks)
		rollup_refuse("FOR UPDATE or FOR SHARE", NULL);
	if (query->hasTargetSRFs)
		rollup_refuse("a function that returns a set", "Use it over the rollup, or keep what it returns in a table.");
	if (query->hasSubLinks)
		rollup_refuse("a subquery", "Store what it gives in the table, by a trigger.");
}

/* The place of the one table in the range table; 0A000 for any other FROM. */
static int
check_from(const Query *query)
{
	Node	   *from;
	RangeTblEntry *rte;

	if (list_length(query->jointree->fromlist) == 0)
		rollup_refuse("a query without a table", "Name a table in FROM.");
	from = linitial(query->jointree->fromlist);
	if (list_length(query->jointree->fromlist) > 1 || !IsA(from, RangeTblRef))
		rollup_refuse("a join", "Store what the join adds in the table, as a generated column or by a trigger.");
	rte = rt_fetch(((RangeTblRef *) from)->rtindex, query->rtable);
	if (rte->rtekind == RTE_SUBQUERY)
		rollup_refuse("a subquery in FROM", "Name the table in FROM, and what it is to leave out in WHERE.");
	if (rte->rtekind != RTE_RELATION)
		rollup_refuse("anything but a table in FROM", NULL);
	if (rte->tablesample)
		rollup_refuse("TABLESAMPLE", NULL);
	return ((RangeTblRef *) from)->rtindex;
}

/* The sums that can be taken back: floats round, and NaN swallows the rest. */
static bool
is_exact_sum(Oid function)
{
	switch (function)
	{
		case F_SUM_INT2:
		case F_SUM_INT4:
		case F_SUM_INT8:
		case F_SUM_NUMERIC:
			return true;
		default:
			return false;
	}
}

/* Which aggregates can be taken back exactly, and how; 0A000 for all others. */
static RollupKind
check_aggregate(const Aggref *aggref, Oid schema)
{
	Oid			function = aggref->aggfnoid;
	char	   *name = format_procedure(function);
	Oid			tally = GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum("tally"), ObjectIdGetDatum(schema));

	if (aggref->aggdistinct)
		rollup_refuse("DISTINCT inside an aggregate", "tally(key) keeps how often each value occurred.");
	if (aggref->aggorder || aggref->aggkind != AGGKIND_NORMAL)
		rollup_refuse("ORDER BY inside an aggregate", "Leave it out: what a rollup keeps does not depend on order.");
	if (aggref->aggvariadic)
		rollup_refuse("VARIADIC inside an aggregate", NULL);
	if (function == F_COUNT_ || function == F_COUNT_ANY)
		return ROLLUP_COUNT;
	if (is_exact_sum(function))
		return ROLLUP_SUM;
	if (strcmp(get_func_name(function), "avg") == 0)
		rollup_refuse(psprintf("the aggregate %s", name), "Select sum and count, and divide over the rollup.");
	if (getExtensionOfObject(ProcedureRelationId, function) != get_extension_oid("complaint_metrics", false))
		rollup_refuse(psprintf("the aggregate %s", name),
					  "It keeps the aggregates of complaint_metrics, count, and sum over integers or numeric, "
					  "which can be taken back exactly.");
	if (aggref->aggtype == tally && (list_length(aggref->args) > 1 || strcmp(get_func_name(function), "tally") != 0))
		rollup_refuse(psprintf("the aggregate %s", name),
					  "What a tally with a capacity has dropped cannot be taken back: use tally(key).");
	return ROLLUP_STATE;
}

/* 0A000 for an aggregate whose transition depends on settings. */
static void
check_transition(const Aggref *aggref)
{
	HeapTuple	tuple = SearchSysCache1(AGGFNOID, ObjectIdGetDatum(aggref->aggfnoid));
	Oid			transition;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for aggregate %u", aggref->aggfnoid);
	transition = ((Form_pg_aggregate) GETSTRUCT(tuple))->aggtransfn;
	ReleaseSysCache(tuple);
	if (func_volatile(transition) != PROVOLATILE_IMMUTABLE)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("a rollup cannot keep the aggregate %s, which depends on the time zone of the session",
						format_procedure(aggref->aggfnoid)),
				 errhint("Use the form with the name of a time zone.")));
}

static void
column_from_key(RollupColumn *column, const Query *query, TargetEntry *target)
{
	SortGroupClause *clause = get_sortgroupref_clause(target->ressortgroupref, query->groupClause);
	Oid			type = exprType((Node *) target->expr);

	rollup_check_expression("a key", (Node *) target->expr);
	if (!clause->hashable)
		rollup_refuse(psprintf("a key of type %s, which cannot be hashed", format_type_be(type)),
					  rollup_has_immutable_text(type) ? "Cast it to text." :
					  "Its text depends on settings: store it as another type, such as numeric for money.");
	column->kind = ROLLUP_KEY;
	column->eqop = clause->eqop;
}

static void
column_from_aggregate(RollupColumn *column, Aggref *aggref, Oid schema)
{
	column->kind = check_aggregate(aggref, schema);
	check_transition(aggref);
	rollup_check_expression("an argument", (Node *) aggref->args);
	rollup_check_expression("a FILTER", (Node *) aggref->aggfilter);
}

static bool
is_key(const Query *query, const TargetEntry *target)
{
	return target->ressortgroupref > 0 &&
		get_sortgroupref_clause_noerr(target->ressortgroupref, query->groupClause) != NULL;
}

/* 42701 for a second column of one name, of which a view has none. */
static void
check_column_name(const RollupQuery *rollup, const char *name)
{
	for (int i = 0; i < rollup->ncolumns; i++)
	{
		if (strcmp(rollup->columns[i].name, name) == 0)
			ereport(ERROR,
					(errcode(ERRCODE_DUPLICATE_COLUMN),
					 errmsg("column \"%s\" specified more than once", name),
					 errhint("Give each column a name of its own by AS.")));
	}
}

static void
column_from_target(RollupColumn *column, const Query *query, TargetEntry *target, Oid schema)
{
	column->name = target->resname;
	column->type = exprType((Node *) target->expr);
	column->expr = target->expr;
	if (is_key(query, target))
		column_from_key(column, query, target);
	else if (IsA(target->expr, Aggref))
		column_from_aggregate(column, (Aggref *) target->expr, schema);
	else if (contain_aggs_of_level((Node *) target->expr, 0))
		rollup_refuse("an expression over an aggregate", "Select the aggregate alone, and compute over the rollup.");
	else
		rollup_refuse(psprintf("column \"%s\", which is neither a key nor an aggregate", target->resname),
					  "GROUP BY it.");
}

/* A name that no column has. */
static char *
free_name(const RollupQuery *rollup, const char *wanted)
{
	char	   *name = pstrdup(wanted);

	for (int i = 0; i < rollup->ncolumns; i++)
	{
		if (strcmp(rollup->columns[i].name, name) == 0)
		{
			name = psprintf("_%s", name);
			i = -1;
		}
	}
	return name;
}

/* count(*), or how many values a sum has. */
static Aggref *
make_count(Aggref *sum)
{
	Aggref	   *count = sum ? copyObject(sum) : makeNode(Aggref);

	count->aggfnoid = sum ? F_COUNT_ANY : F_COUNT_;
	count->aggtype = INT8OID;
	count->aggtranstype = InvalidOid;	/* the planner's */
	count->aggcollid = count->inputcollid = InvalidOid;
	count->aggstar = sum == NULL;
	count->aggkind = AGGKIND_NORMAL;
	count->aggno = count->aggtransno = -1;
	count->location = -1;
	return count;
}

/* A count that the state needs and the user did not ask for. */
static int
add_hidden_count(RollupQuery *rollup, const char *name, Aggref *sum)
{
	RollupColumn *column = &rollup->columns[rollup->ncolumns];
	Aggref	   *count = make_count(sum);

	column->name = free_name(rollup, name);
	column->kind = ROLLUP_COUNT;
	column->type = INT8OID;
	column->expr = (Expr *) count;
	rollup->query->targetList = lappend(rollup->query->targetList,
										makeTargetEntry((Expr *) count, rollup->ncolumns + 1,
														pstrdup(column->name), false));
	rollup->query->hasAggs = true;
	return rollup->ncolumns++;
}

static void
add_columns(RollupQuery *rollup, Oid schema)
{
	Query	   *query = rollup->query;
	int			ntargets = list_length(query->targetList);
	ListCell   *cell;

	/* a hidden count for each at most, and that of the rows */
	rollup->columns = palloc0((2 * ntargets + 1) * sizeof(RollupColumn));
	foreach(cell, query->targetList)
	{
		TargetEntry *target = lfirst(cell);

		if (target->resjunk)
			rollup_refuse("a key that is not selected", "Select every expression of GROUP BY.");
		check_column_name(rollup, target->resname);
		column_from_target(&rollup->columns[rollup->ncolumns++], query, target, schema);
	}
	rollup->nvisible = rollup->ncolumns;
	rollup->rows = add_hidden_count(rollup, "_rows", NULL);
	for (int i = 0; i < rollup->nvisible; i++)
	{
		RollupColumn *column = &rollup->columns[i];

		if (column->kind == ROLLUP_SUM)
			column->counted = add_hidden_count(rollup, psprintf("_count%d", i + 1), (Aggref *) column->expr);
	}
	rollup->kept = free_name(rollup, "_kept");
	for (int i = 0; i < rollup->ncolumns; i++)
	{
		if (rollup->columns[i].kind != ROLLUP_KEY)
			rollup->columns[i].taken = free_name(rollup, psprintf("_taken%d", i + 1));
	}
}

/*
 * What to keep for an analyzed query, which is changed; 0A000 where it cannot
 * be kept.  The source is to be locked by the caller before it is relied on.
 */
RollupQuery *
rollup_query(Query *query, Oid schema)
{
	RollupQuery *rollup = palloc0(sizeof(RollupQuery));
	int			rtindex;

	check_clauses(query);
	rtindex = check_from(query);
	if (query->groupClause)
		flatten_group_keys(query);
	rollup->query = query;
	rollup->source = rt_fetch(rtindex, query->rtable)->relid;
	rollup->grouped = query->groupClause != NIL;
	if (!rollup->grouped && !query->hasAggs)
		rollup_refuse("a query without GROUP BY and aggregates", "Select an aggregate, such as count(*).");
	rollup->where = query->jointree->quals;
	rollup_check_expression("a WHERE", rollup->where);
	add_columns(rollup, schema);
	rollup->native = !rollup_calls_more_than_c((Node *) query->targetList, NULL) &&
		!rollup_calls_more_than_c(rollup->where, NULL);

	/* for those who evaluate the expressions the source is the only relation */
	rollup->where = copyObject(rollup->where);
	ChangeVarNodes(rollup->where, rtindex, 1, 0);
	for (int i = 0; i < rollup->ncolumns; i++)
	{
		rollup->columns[i].expr = copyObject(rollup->columns[i].expr);
		ChangeVarNodes((Node *) rollup->columns[i].expr, rtindex, 1, 0);
	}
	return rollup;
}

/*
 * The state's names of the keys.  They are known without a look at the rest of
 * a query, which may not be one to keep any more.
 */
List *
rollup_keys(Oid view, Oid state)
{
	Relation	relation = relation_open(view, AccessShareLock);
	Query	   *query = get_view_query(relation);
	List	   *keys = NIL;
	ListCell   *cell;

	foreach(cell, query->targetList)
	{
		TargetEntry *target = lfirst(cell);

		if (is_key(query, target))
			keys = lappend(keys, get_attname(state, target->resno, false));
	}
	relation_close(relation, NoLock);
	return keys;
}

/* The columns as the state calls them, whatever its owner renamed. */
static void
name_as_state(RollupQuery *query, Oid state)
{
	AttrNumber	taken = query->ncolumns;

	for (int i = 0; i < query->ncolumns; i++)
	{
		query->columns[i].name = get_attname(state, i + 1, false);
		if (query->columns[i].taken)
			query->columns[i].taken = get_attname(state, ++taken, false);
	}
	query->kept = free_name(query, "_kept");
}

/* The same of the query that the definition's view stores; the state may not be there yet. */
RollupQuery *
rollup_query_of_view(Oid view, Oid state, Oid schema)
{
	Relation	relation = relation_open(view, AccessShareLock);
	Query	   *query = copyObject(get_view_query(relation));
	RollupQuery *rollup;

	relation_close(relation, NoLock);
	rollup = rollup_query(query, schema);
	if (OidIsValid(state))
		name_as_state(rollup, state);
	return rollup;
}
