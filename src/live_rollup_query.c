/*
 * src/live_rollup_query.c: which queries a live rollup can keep, and its columns
 *
 * A query is kept by adding what a new row gives and taking away what an old
 * row gave, so each of its values has to depend on one row alone, always in
 * the same way, and each aggregate has to be one that can be taken back
 * exactly.  All else is 0A000 and named.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "catalog/catalog.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/pg_aggregate.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_language.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_operator.h"
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
#include "utils/rls.h"
#include "utils/syscache.h"

#include "live_rollup.h"

static void
refuse(const char *construct, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("a rollup cannot keep %s", construct),
			 hint ? errhint("%s", hint) : 0));
}

static void
refuse_source(const char *construct, Oid source, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("a rollup cannot be kept over %s", construct),
			 errdetail("The source is \"%s\".", get_rel_name(source)),
			 hint ? errhint("%s", hint) : 0));
}

/*
 * 0A000 unless every change of the table comes to its triggers.  Also asked
 * after DDL, when the table need not be locked.
 */
void
rollup_check_source(Oid source)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(source));
	Form_pg_class form;

	/* somebody else may have dropped it meanwhile */
	if (!HeapTupleIsValid(tuple))
		return;
	form = (Form_pg_class) GETSTRUCT(tuple);
	switch (form->relkind)
	{
		case RELKIND_RELATION:
			break;
		case RELKIND_VIEW:
			refuse_source("a view", source, "Name the table that the view reads.");
			break;
		case RELKIND_MATVIEW:
			refuse_source("a materialized view", source, "Name the table that it reads.");
			break;
		case RELKIND_FOREIGN_TABLE:
			refuse_source("a foreign table", source, "Create the rollup on the server that has the rows.");
			break;
		case RELKIND_PARTITIONED_TABLE:
			refuse_source("a partitioned table", source,
						  "Attaching, detaching and truncating a partition would go unnoticed.");
			break;
		default:
			refuse_source("anything but a table", source, NULL);
	}
	if (IsCatalogRelationOid(source))
		refuse_source("a system catalog", source, NULL);
	if (form->relpersistence == RELPERSISTENCE_TEMP)
		refuse_source("a temporary table", source, NULL);
	if (form->relispartition)
		refuse_source("a partition", source,
					  "Rows that come by way of the partitioned table would go unnoticed.");
	if (form->relhassubclass && find_inheritance_children(source, NoLock) != NIL)
		refuse_source("a table with children", source, "Rows that come by way of a child would go unnoticed.");
	if (has_superclass(source))
		refuse_source("a table that inherits", source, "Rows that change by way of its parent would go unnoticed.");
	ReleaseSysCache(tuple);
}

/* 0A000 unless the owner sees all rows of the table, as the triggers do. */
void
rollup_check_row_security(Oid source, Oid owner)
{
	if (check_enable_rls(source, owner, true) == RLS_ENABLED)
		refuse_source("a table whose row security its owner does not bypass", source,
					  "A rollup counts all rows: let the owner bypass row security, by NO FORCE ROW LEVEL SECURITY.");
}

static Oid
get_operator_namespace(Oid operator)
{
	HeapTuple	tuple = SearchSysCache1(OPEROID, ObjectIdGetDatum(operator));
	Oid			namespace;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for operator %u", operator);
	namespace = ((Form_pg_operator) GETSTRUCT(tuple))->oprnamespace;
	ReleaseSysCache(tuple);
	return namespace;
}

/* Finds the first function that is not immutable. */
static bool
is_mutable(Oid function, void *context)
{
	if (func_volatile(function) == PROVOLATILE_IMMUTABLE)
		return false;
	*(Oid *) context = function;
	return true;
}

static bool
find_mutable(Node *node, Oid *function)
{
	if (node == NULL)
		return false;
	if (check_functions_in_node(node, is_mutable, function))
		return true;
	return expression_tree_walker(node, find_mutable, function);
}

static bool
is_not_native(Oid function, void *context)
{
	HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	Oid			language;

	(void) context;
	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for function %u", function);
	language = ((Form_pg_proc) GETSTRUCT(tuple))->prolang;
	ReleaseSysCache(tuple);
	return language != INTERNALlanguageId && language != ClanguageId;
}

static bool
calls_more_than_c(Node *node, void *context)
{
	if (node == NULL)
		return false;
	/* a domain's checks may call anything */
	if (IsA(node, CoerceToDomain) || check_functions_in_node(node, is_not_native, NULL))
		return true;
	return expression_tree_walker(node, calls_more_than_c, context);
}

/* 0A000 for what changes though no column does: ctid, and a row that gets a column. */
static bool
refuse_special_columns(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, Var) && ((Var *) node)->varattno < 0)
		refuse("a system column", NULL);
	if (IsA(node, Var) && ((Var *) node)->varattno == 0)
		refuse("a whole row", "Name its columns.");
	if (IsA(node, SubLink))
		refuse("a subquery", NULL);
	if (IsA(node, Param))
		refuse("a parameter", NULL);
	return expression_tree_walker(node, refuse_special_columns, context);
}

/* The operator of a node that is written down without one; InvalidOid for other nodes. */
static Oid
unwritten_operator(Node *node)
{
	Node	   *when;

	if (IsA(node, DistinctExpr) || IsA(node, NullIfExpr))
		return ((OpExpr *) node)->opno;
	if (IsA(node, RowCompareExpr))
		return linitial_oid(((RowCompareExpr *) node)->opnos);
	if (!IsA(node, CaseExpr) || ((CaseExpr *) node)->arg == NULL)
		return InvalidOid;
	when = (Node *) linitial_node(CaseWhen, ((CaseExpr *) node)->args)->expr;
	return IsA(when, OpExpr) ? ((OpExpr *) when)->opno : InvalidOid;
}

/*
 * 0A000 for what a dump could not bring back: it writes these without the
 * schema of the operator, which it looks for in pg_catalog alone.
 */
static bool
refuse_unwritten_operators(Node *node, void *context)
{
	Oid			operator;

	if (node == NULL)
		return false;
	operator = unwritten_operator(node);
	if (OidIsValid(operator) && get_operator_namespace(operator) != PG_CATALOG_NAMESPACE)
		refuse("IS DISTINCT FROM, NULLIF, CASE x WHEN or a comparison of rows with an operator outside pg_catalog",
			   "Write it by the operator itself, or compare the texts.");
	return expression_tree_walker(node, refuse_unwritten_operators, context);
}

static bool
is_temporary(Oid function, void *context)
{
	(void) context;
	return isAnyTempNamespace(get_func_namespace(function));
}

/* 0A000 for what goes with the session, and would take the rollup along. */
static bool
refuse_temporary_functions(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (check_functions_in_node(node, is_temporary, NULL))
		refuse("a function in pg_temp", "Create it in another schema.");
	return expression_tree_walker(node, refuse_temporary_functions, context);
}

/* The way out, where there is one that is often meant. */
static int
hint_of_mutable(Oid function)
{
	Oid		   *types;
	int			ntypes;

	if (function == F_TEXTANYCAT || function == F_ANYTEXTCAT)
		return errhint("Cast to text what is appended to a text.");
	(void) get_func_signature(function, &types, &ntypes);
	for (int i = 0; i < ntypes; i++)
	{
		if (types[i] == TIMESTAMPTZOID)
			return errhint("A day needs its time zone by name, as in at AT TIME ZONE 'Asia/Shanghai'.");
	}
	return 0;
}

/* An expression over one row; `what` is told where it is not always the same. */
static void
check_expression(const char *what, Node *expr)
{
	Oid			function = InvalidOid;

	refuse_special_columns(expr, NULL);
	refuse_unwritten_operators(expr, NULL);
	refuse_temporary_functions(expr, NULL);
	if (find_mutable(expr, &function) && OidIsValid(function))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("a rollup cannot keep %s that is not immutable", what),
				 errdetail("The function %s depends on settings, on other rows or on the time.",
						   format_procedure(function)),
				 hint_of_mutable(function)));
	if (contain_mutable_functions(expr))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("a rollup cannot keep %s that is not immutable", what)));
}

/* 0A000 for all clauses but FROM, WHERE and GROUP BY with plain keys. */
static void
check_clauses(const Query *query)
{
	if (query->commandType != CMD_SELECT || query->utilityStmt != NULL)
		refuse("anything but a SELECT", NULL);
	if (query->setOperations)
		refuse("UNION, INTERSECT or EXCEPT", "Create a rollup of each table, and merge them with rollup().");
	if (query->cteList)
		refuse("WITH", NULL);
	if (query->distinctClause)
		refuse("DISTINCT", "GROUP BY the columns instead.");
	if (query->hasWindowFuncs)
		refuse("a window function", "Use it over the rollup.");
	if (query->groupingSets || query->groupDistinct)
		refuse("grouping sets", "Merge the groups of the rollup with rollup().");
	if (query->havingQual)
		refuse("HAVING", "Use WHERE over the rollup.");
	if (query->sortClause)
		refuse("ORDER BY", "Use it over the rollup.");
	if (query->limitCount || query->limitOffset)
		refuse("LIMIT or OFFSET", "Use it over the rollup.");
	if (query->rowMarks)
		refuse("FOR UPDATE or FOR SHARE", NULL);
	if (query->hasTargetSRFs)
		refuse("a function that returns a set", NULL);
	if (query->hasSubLinks)
		refuse("a subquery", NULL);
}

/* The place of the one table in the range table; 0A000 for any other FROM. */
static int
check_from(const Query *query)
{
	Node	   *from;
	RangeTblEntry *rte;

	if (list_length(query->jointree->fromlist) == 0)
		refuse("a query without a table", NULL);
	from = linitial(query->jointree->fromlist);
	if (list_length(query->jointree->fromlist) > 1 || !IsA(from, RangeTblRef))
		refuse("a join", "Store what the join adds in the table, as a generated column or by a trigger.");
	rte = rt_fetch(((RangeTblRef *) from)->rtindex, query->rtable);
	if (rte->rtekind == RTE_SUBQUERY)
		refuse("a subquery in FROM", NULL);
	if (rte->rtekind != RTE_RELATION)
		refuse("anything but a table in FROM", NULL);
	if (rte->tablesample)
		refuse("TABLESAMPLE", NULL);
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
		refuse("DISTINCT inside an aggregate", "tally(key) keeps how often each value occurred.");
	if (aggref->aggorder || aggref->aggkind != AGGKIND_NORMAL)
		refuse("ORDER BY inside an aggregate", NULL);
	if (aggref->aggvariadic)
		refuse("VARIADIC inside an aggregate", NULL);
	if (function == F_COUNT_ || function == F_COUNT_ANY)
		return ROLLUP_COUNT;
	if (is_exact_sum(function))
		return ROLLUP_SUM;
	if (getExtensionOfObject(ProcedureRelationId, function) != get_extension_oid("complaint_metrics", false))
		refuse(psprintf("the aggregate %s", name),
			   "It keeps the aggregates of complaint_metrics, count, and sum over integers or numeric, "
			   "which can be taken back exactly.");
	if (aggref->aggtype == tally && (list_length(aggref->args) > 1 || strcmp(get_func_name(function), "tally") != 0))
		refuse(psprintf("the aggregate %s", name),
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

	check_expression("a key", (Node *) target->expr);
	if (!clause->hashable)
		refuse(psprintf("a key of type %s, which cannot be hashed", format_type_be(exprType((Node *) target->expr))),
			   "Cast it to text.");
	column->kind = ROLLUP_KEY;
	column->eqop = clause->eqop;
}

static void
column_from_aggregate(RollupColumn *column, Aggref *aggref, Oid schema)
{
	column->kind = check_aggregate(aggref, schema);
	check_transition(aggref);
	check_expression("an argument", (Node *) aggref->args);
	check_expression("a FILTER", (Node *) aggref->aggfilter);
}

static bool
is_key(const Query *query, const TargetEntry *target)
{
	return target->ressortgroupref > 0 &&
		get_sortgroupref_clause_noerr(target->ressortgroupref, query->groupClause) != NULL;
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
		refuse("an expression over an aggregate", "Select the aggregate alone, and compute over the rollup.");
	else
		refuse(psprintf("column \"%s\", which is neither a key nor an aggregate", target->resname),
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
			refuse("a key that is not selected", "Select every expression of GROUP BY.");
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
		refuse("a query without GROUP BY and aggregates", NULL);
	rollup->where = query->jointree->quals;
	check_expression("a WHERE", rollup->where);
	add_columns(rollup, schema);
	rollup->native = !calls_more_than_c((Node *) query->targetList, NULL) &&
		!calls_more_than_c(rollup->where, NULL);

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
