/*
 * src/live_rollup_plan.c: prepares what a rollup's expressions need
 *
 * The executor's own aggregation would have to be started for every statement,
 * which takes longer than all the rest of a statement of one row.  So it is
 * prepared once: a projection of a row to its keys, filters and arguments, and
 * the aggregates' functions.  live_rollup_delta.c uses it.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_aggregate.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "rewrite/rewriteHandler.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "live_rollup_plan.h"

/* Puts an expression into the projection; its place there, from 0. */
static int
project(List **targets, Node *expr)
{
	*targets = lappend(*targets, makeTargetEntry((Expr *) expr, list_length(*targets) + 1, NULL, false));
	return list_length(*targets) - 1;
}

static void
plan_key(KeyPlan *key, const RollupColumn *column, int place)
{
	Oid			hash;

	key->column = place;
	key->collation = exprCollation((Node *) column->expr);
	if (!get_op_hash_functions(column->eqop, &hash, NULL))
		elog(ERROR, "could not find hash function for operator %u", column->eqop);
	fmgr_info(hash, &key->hash);
	fmgr_info(get_opcode(column->eqop), &key->equal);
	get_typlenbyval(column->type, &key->typlen, &key->typbyval);
}

/* An argument, not computed where the filter leaves the row out. */
static Node *
filtered(Expr *argument, Expr *filter)
{
	CaseExpr   *expr = makeNode(CaseExpr);
	CaseWhen   *when = makeNode(CaseWhen);

	if (filter == NULL)
		return (Node *) argument;
	when->expr = filter;
	when->result = argument;
	expr->casetype = exprType((Node *) argument);
	expr->casecollid = exprCollation((Node *) argument);
	expr->args = list_make1(when);
	expr->defresult = (Expr *) makeNullConst(expr->casetype, exprTypmod((Node *) argument), expr->casecollid);
	return (Node *) expr;
}

static void
plan_arguments(AggregatePlan *plan, const Aggref *aggref, List **targets)
{
	ListCell   *cell;

	plan->filter = aggref->aggfilter ? project(targets, (Node *) aggref->aggfilter) : NO_FILTER;
	plan->first_arg = list_length(*targets);
	plan->nargs = list_length(aggref->args);
	foreach(cell, aggref->args)
	{
		Expr	   *argument = ((TargetEntry *) lfirst(cell))->expr;

		(void) project(targets, filtered(argument, aggref->aggfilter));
	}
}

/* The state before the first row */
static void
plan_initial(AggregatePlan *plan, Form_pg_aggregate form, HeapTuple tuple)
{
	Datum		initial = SysCacheGetAttr(AGGFNOID, tuple, Anum_pg_aggregate_agginitval, &plan->initial_null);
	Oid			input;
	Oid			param;

	get_typlenbyval(form->aggtranstype, &plan->typlen, &plan->typbyval);
	if (plan->initial_null)
		return;
	getTypeInputInfo(form->aggtranstype, &input, &param);
	plan->initial = OidInputFunctionCall(input, TextDatumGetCString(initial), param, -1);
}

static void
plan_functions(AggregatePlan *plan, const Aggref *aggref, AggState *aggstate)
{
	HeapTuple	tuple = SearchSysCache1(AGGFNOID, ObjectIdGetDatum(aggref->aggfnoid));
	Form_pg_aggregate form;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for aggregate %u", aggref->aggfnoid);
	form = (Form_pg_aggregate) GETSTRUCT(tuple);
	plan_initial(plan, form, tuple);
	fmgr_info(form->aggtransfn, &plan->transition);
	plan->strict = plan->transition.fn_strict;
	if (plan->transition.fn_addr == scorecard_accum)
	{
		plan->parts = scorecard_parts;
		plan->nparts = SCORECARD_PARTS;
	}
	plan->final.fn_oid = InvalidOid;
	plan->nfinal_args = 1 + (form->aggfinalextra ? plan->nargs : 0);
	if (OidIsValid(form->aggfinalfn))
		fmgr_info(form->aggfinalfn, &plan->final);
	ReleaseSysCache(tuple);

	plan->collation = aggref->inputcollid;
	plan->call = palloc0(SizeForFunctionCallInfo(plan->nargs + 1));
	InitFunctionCallInfoData(*plan->call, &plan->transition, plan->nargs + 1, plan->collation,
							 (Node *) aggstate, NULL);
}

static void
plan_aggregate(AggregatePlan *plan, const RollupColumn *column, List **targets, AggState *aggstate)
{
	const Aggref *aggref = (Aggref *) column->expr;

	plan_arguments(plan, aggref, targets);
	plan_functions(plan, aggref, aggstate);
	get_typlenbyval(column->type, &plan->result_typlen, &plan->result_typbyval);
	if (column->kind == ROLLUP_SUM && column->type == NUMERICOID)
		plan->sum = pstrdup(column->name);
}

/* What the functions take for the node that calls them: they ask it for memory that lasts. */
static void
plan_caller(RollupPlan *plan)
{
	plan->aggcontext = makeNode(ExprContext);
	plan->aggstate = makeNode(AggState);
	plan->aggstate->curaggcontext = plan->aggcontext;
}

static void
plan_projection(RollupPlan *plan, List *targets, Relation source)
{
	TupleDesc	desc;

	targets = (List *) expand_generated_columns_in_expr((Node *) targets, source, 1);
	targets = (List *) expression_planner((Expr *) targets);
	desc = ExecTypeFromTL(targets);
	for (int side = TAKEN; side <= ADDED; side++)
	{
		plan->sides[side].context = CreateStandaloneExprContext();
		plan->sides[side].projection =
			ExecBuildProjectionInfo(targets, plan->sides[side].context,
									MakeSingleTupleTableSlot(desc, &TTSOpsVirtual), NULL, NULL);
	}
}

/* All that is needed for each row, in the current context. */
RollupPlan *
rollup_plan(const RollupQuery *query, Relation source)
{
	RollupPlan *plan = palloc0(sizeof(RollupPlan));
	int			width = query->ncolumns;
	List	   *targets = NIL;
	Node	   *where;

	plan->keys = palloc0(query->ncolumns * sizeof(KeyPlan));
	plan->aggregates = palloc0(query->ncolumns * sizeof(AggregatePlan));
	plan_caller(plan);
	for (int i = 0; i < query->ncolumns; i++)
	{
		if (query->columns[i].kind != ROLLUP_KEY)
			continue;
		plan_key(&plan->keys[plan->nkeys++], &query->columns[i], i);
		(void) project(&targets, (Node *) query->columns[i].expr);
	}
	for (int i = 0; i < query->ncolumns; i++)
	{
		AggregatePlan *aggregate = &plan->aggregates[plan->naggregates];

		if (query->columns[i].kind == ROLLUP_KEY)
			continue;
		plan->naggregates++;
		plan_aggregate(aggregate, &query->columns[i], &targets, plan->aggstate);
		aggregate->columns[ADDED] = i;
		aggregate->columns[TAKEN] = width++;
	}
	plan_projection(plan, targets, source);

	where = expand_generated_columns_in_expr(query->where, source, 1);
	where = (Node *) expression_planner((Expr *) where);
	plan->where = ExecInitQual(make_ands_implicit((Expr *) where), NULL);
	return plan;
}
