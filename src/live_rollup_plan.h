/* src/live_rollup_plan.h: what a rollup's expressions need, prepared; for live_rollup_plan.c and live_rollup_delta.c */
#ifndef LIVE_ROLLUP_PLAN_H
#define LIVE_ROLLUP_PLAN_H

#include "fmgr.h"
#include "nodes/execnodes.h"

#include "live_rollup.h"

#define NO_FILTER (-1)

/* The sides of a change */
enum
{
	TAKEN,
	ADDED
};

typedef struct KeyPlan
{
	int			column;			/* of the state, from 0 */
	Oid			collation;
	FmgrInfo	hash;
	FmgrInfo	equal;
	int16		typlen;
	bool		typbyval;
} KeyPlan;

typedef struct AggregatePlan
{
	int			columns[2];		/* of the state, from 0, for what is taken and for what is added */
	int			filter;			/* its place in the projection, or NO_FILTER */
	int			first_arg;		/* the others follow */
	int			nargs;
	int			nparts;			/* that a row is counted in, each on its own; 0 where it is one */
	const uint8 *parts;			/* the first argument of each, from 0, and the end of the last one */
	bool		alike;			/* counts alike for the row and the one that it replaces; set for each row */
	bool		strict;
	int16		typlen;			/* of the transition state */
	bool		typbyval;
	Datum		initial;
	bool		initial_null;
	FmgrInfo	transition;
	FunctionCallInfo call;
	FmgrInfo	final;			/* fn_oid is invalid where there is none */
	int			nfinal_args;
	Oid			collation;
	int16		result_typlen;
	bool		result_typbyval;
	char	   *sum;			/* its name where it is a sum of numerics */
} AggregatePlan;

/* A row, projected; all for the rows of one side */
typedef struct SidePlan
{
	ExprContext *context;
	ProjectionInfo *projection;
} SidePlan;

struct RollupPlan
{
	int			nkeys;
	int			naggregates;
	KeyPlan    *keys;
	AggregatePlan *aggregates;
	ExprState  *where;
	SidePlan	sides[2];
	AggState   *aggstate;		/* what the transition functions take for their caller */
	ExprContext *aggcontext;
};

#endif							/* LIVE_ROLLUP_PLAN_H */
