/*
 * src/live_rollup_check.c: which tables and which expressions a live rollup can keep
 *
 * Every change of the table has to come to its triggers, and each value has to
 * depend on one row alone, always in the same way.  All else is 0A000 and named.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/catalog.h"
#include "catalog/namespace.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_language.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/rls.h"
#include "utils/syscache.h"

#include "live_rollup.h"

void
rollup_refuse(const char *construct, const char *hint)
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
		refuse_source("a temporary table", source, "It goes with its session: create the table without TEMPORARY.");
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

typedef struct MutableCall
{
	Oid			function;
	Node	   *node;
} MutableCall;

static bool
find_mutable(Node *node, MutableCall *call)
{
	if (node == NULL)
		return false;
	call->node = node;
	if (check_functions_in_node(node, is_mutable, &call->function))
		return true;
	return expression_tree_walker(node, find_mutable, call);
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

bool
rollup_calls_more_than_c(Node *node, void *context)
{
	if (node == NULL)
		return false;
	/* a domain's checks may call anything */
	if (IsA(node, CoerceToDomain) || check_functions_in_node(node, is_not_native, NULL))
		return true;
	return expression_tree_walker(node, rollup_calls_more_than_c, context);
}

/* 0A000 for what changes though no column does: ctid, and a row that gets a column. */
static bool
refuse_special_columns(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, Var) && ((Var *) node)->varattno < 0)
		rollup_refuse("a system column", NULL);
	if (IsA(node, Var) && ((Var *) node)->varattno == 0)
		rollup_refuse("a whole row", "Name its columns.");
	if (IsA(node, SubLink))
		rollup_refuse("a subquery", "Store what it gives in the table, by a trigger.");
	if (IsA(node, Param))
		rollup_refuse("a parameter", NULL);
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
		rollup_refuse("IS DISTINCT FROM, NULLIF, CASE x WHEN or a comparison of rows with an operator outside pg_catalog",
					  "Write it by the operator itself, as (a <> b) IS NOT FALSE where NULL is to count, or compare the texts.");
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
		rollup_refuse("a function in pg_temp", "Create it in another schema.");
	return expression_tree_walker(node, refuse_temporary_functions, context);
}

/* Whether a cast to text is immutable, as it is not of date, money or an enum. */
bool
rollup_has_immutable_text(Oid type)
{
	Oid			output;
	bool		varlena;

	getTypeOutputInfo(type, &output, &varlena);
	return func_volatile(output) == PROVOLATILE_IMMUTABLE;
}

/* What to do instead of appending any type to a text, or before one. */
static int
hint_of_concatenation(const MutableCall *call)
{
	List	   *args = IsA(call->node, OpExpr) ? ((OpExpr *) call->node)->args : castNode(FuncExpr, call->node)->args;
	Oid			type = exprType(call->function == F_TEXTANYCAT ? lsecond(args) : linitial(args));

	if (rollup_has_immutable_text(type))
		return errhint("Cast to text what is appended to a text.");
	return errhint("The text of type %s depends on settings: keep it in a column of its own.", format_type_be(type));
}

static bool
has_type(const Oid *types, int ntypes, Oid type)
{
	for (int i = 0; i < ntypes; i++)
	{
		if (types[i] == type)
			return true;
	}
	return false;
}

/* The way out. */
static int
hint_of_mutable(const MutableCall *call)
{
	Oid		   *types;
	int			ntypes;
	bool		timezoned;

	switch (call->function)
	{
		case F_TEXTANYCAT:
		case F_ANYTEXTCAT:
			return hint_of_concatenation(call);
		case F_CONCAT:
		case F_CONCAT_WS:
			return errhint("Use ||, with coalesce() where NULL is to be left out.");
		case F_TO_CHAR_TIMESTAMP_TEXT:
		case F_TO_CHAR_TIMESTAMPTZ_TEXT:
			return errhint("Keep the day or month, as in date_trunc('month', at AT TIME ZONE 'Asia/Shanghai')::date, "
						   "and use to_char() over the rollup.");
		case F_TIMESTAMPTZ_DATE:
			return errhint("A day needs its time zone by name, as in day::timestamp AT TIME ZONE 'Asia/Shanghai'.");
		case F_DATE_TRUNC_TEXT_TIMESTAMPTZ_TEXT:
			return errhint("Truncate the local time, as in date_trunc('month', at AT TIME ZONE 'Asia/Shanghai').");
		case F_TIMESTAMPTZ_MI_INTERVAL:
		case F_NOW:
			return errhint("Keep the days, and ask the rollup for the last ones.");
		case F_TIMESTAMPTZ_PL_INTERVAL:
			return errhint("Compare the time between, as in concluded - received <= interval '8 days', or add to the "
						   "local time, at AT TIME ZONE 'Asia/Shanghai'.");
	}
	(void) get_func_signature(call->function, &types, &ntypes);
	timezoned = has_type(types, ntypes, TIMESTAMPTZOID);
	if (has_type(types, ntypes, TIMESTAMPOID) && (timezoned || get_func_rettype(call->function) == TIMESTAMPTZOID))
		return errhint("A time without a zone needs one by name, as in at AT TIME ZONE 'Asia/Shanghai'.");
	if (timezoned)
		return errhint("A day needs its time zone by name, as in at AT TIME ZONE 'Asia/Shanghai'.");
	return errhint("Keep what it gives in a column of the table.");
}

/* An expression over one row; `what` is told where it is not always the same. */
void
rollup_check_expression(const char *what, Node *expr)
{
	MutableCall call = {InvalidOid, NULL};

	refuse_special_columns(expr, NULL);
	refuse_unwritten_operators(expr, NULL);
	refuse_temporary_functions(expr, NULL);
	if (find_mutable(expr, &call))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("a rollup cannot keep %s that is not immutable", what),
				 errdetail("The function %s depends on settings, on other rows or on the time.",
						   format_procedure(call.function)),
				 hint_of_mutable(&call)));
	if (contain_mutable_functions(expr))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("a rollup cannot keep %s that is not immutable", what)));
}
