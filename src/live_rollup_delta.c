/*
 * src/live_rollup_delta.c: what the rows of a statement add to a rollup and take away
 *
 * A hash table of the statement's groups, each with one state for what is added
 * and one for what is taken away, computed as live_rollup_plan.c has prepared
 * it; table and memory stay from one statement to the next.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "port/pg_bitutils.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/expandeddatum.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "live_rollup_plan.h"

typedef struct Transition
{
	Datum		value;
	bool		isnull;
	bool		unset;			/* a strict function takes its first argument for it */
} Transition;

typedef struct DeltaGroup
{
	Datum	   *keys;
	bool	   *nulls;
	Transition *sides[2];		/* NULL where the group has no row on that side */
} DeltaGroup;

typedef struct DeltaEntry
{
	DeltaGroup *group;
	uint32		hash;
	char		status;
} DeltaEntry;

static uint32
group_hash(const RollupPlan *plan, const DeltaGroup *group)
{
	uint32		hash = 0;

	for (int i = 0; i < plan->nkeys; i++)
	{
		KeyPlan    *key = &plan->keys[i];

		hash = pg_rotate_left32(hash, 1);
		if (!group->nulls[i])
			hash ^= DatumGetUInt32(FunctionCall1Coll(&key->hash, key->collation, group->keys[i]));
	}
	return murmurhash32(hash);
}

/* NULL is a key like any other. */
static bool
group_equal(const RollupPlan *plan, const DeltaGroup *a, const DeltaGroup *b)
{
	for (int i = 0; i < plan->nkeys; i++)
	{
		KeyPlan    *key = &plan->keys[i];

		if (a->nulls[i] != b->nulls[i])
			return false;
		if (!a->nulls[i] &&
			!DatumGetBool(FunctionCall2Coll(&key->equal, key->collation, a->keys[i], b->keys[i])))
			return false;
	}
	return true;
}

#define SH_PREFIX delta
#define SH_ELEMENT_TYPE DeltaEntry
#define SH_KEY_TYPE DeltaGroup *
#define SH_KEY group
#define SH_HASH_KEY(tb, key) group_hash((tb)->private_data, key)
#define SH_EQUAL(tb, a, b) group_equal((tb)->private_data, a, b)
#define SH_STORE_HASH
#define SH_GET_HASH(tb, a) (a)->hash
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

/* So large is the table that stays; a statement of one row has two groups at most. */
#define GROUPS_EXPECTED 4

struct RollupDelta
{
	RollupPlan *plan;
	MemoryContext context;		/* of what a statement's groups have */
	delta_hash *groups;
	int64		changes;		/* rows added and rows taken away */
};

/* For the rows of one statement after the other, in the current context. */
RollupDelta *
rollup_delta_create(RollupPlan *plan)
{
	RollupDelta *delta = palloc0(sizeof(RollupDelta));

	delta->plan = plan;
	delta->context = AllocSetContextCreate(CurrentMemoryContext, "rollup delta", ALLOCSET_DEFAULT_SIZES);
	delta->groups = delta_create(CurrentMemoryContext, GROUPS_EXPECTED, plan);
	return delta;
}

/* Forgets a statement's rows, also where it failed among them, and gives back what many groups took. */
void
rollup_delta_reset(RollupDelta *delta)
{
	delta_hash *grown = delta->groups;

	MemoryContextReset(delta->context);
	delta->changes = 0;
	if (grown->size <= GROUPS_EXPECTED)
	{
		delta_reset(grown);
		return;
	}
	delta->groups = delta_create(grown->ctx, GROUPS_EXPECTED, delta->plan);
	delta_destroy(grown);
}

/* A row as keys, filters and arguments; NULL where WHERE leaves it out.  It stays until the side's next row. */
static TupleTableSlot *
side_project(RollupPlan *plan, int side, TupleTableSlot *row)
{
	ExprContext *context = plan->sides[side].context;

	ResetExprContext(context);
	context->ecxt_scantuple = row;
	if (!ExecQual(plan->where, context))
		return NULL;
	return ExecProject(plan->sides[side].projection);
}

/* Whether two rows are the same from one column of the projection to before another, as far as bytes can tell. */
static bool
same_columns(const TupleTableSlot *a, const TupleTableSlot *b, int first, int end)
{
	for (int i = first; i < end; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(a->tts_tupleDescriptor, i);

		if (a->tts_isnull[i] != b->tts_isnull[i])
			return false;
		if (!a->tts_isnull[i] && a->tts_values[i] != b->tts_values[i] &&
			(attribute->attbyval ||
			 !datum_image_eq(a->tts_values[i], b->tts_values[i], false, attribute->attlen)))
			return false;
	}
	return true;
}

/* NULL for the first argument of each part that an aggregate counts alike for two rows, so that it counts it for neither. */
static void
leave_out_parts(const AggregatePlan *aggregate, TupleTableSlot *taken, TupleTableSlot *given)
{
	int			first = aggregate->first_arg;

	/* what follows the parts belongs to all of them */
	if (!same_columns(taken, given, first + aggregate->parts[aggregate->nparts], first + aggregate->nargs))
		return;
	for (int i = 0; i < aggregate->nparts; i++)
	{
		int			part = first + aggregate->parts[i];

		if (same_columns(taken, given, part, first + aggregate->parts[i + 1]))
			taken->tts_isnull[part] = given->tts_isnull[part] = true;
	}
}

/*
 * Of two rows that are paired, as one takes the place of the other in its
 * group, only that is counted in which they differ; false where that is
 * nothing.  But the number of rows stays: it tells a fold how much was changed.
 */
static bool
leave_out_alike(RollupPlan *plan, bool paired, TupleTableSlot *taken, TupleTableSlot *given)
{
	bool		differ = !paired;

	for (int i = 0; i < plan->naggregates; i++)
	{
		AggregatePlan *aggregate = &plan->aggregates[i];
		int			first = aggregate->filter == NO_FILTER ? aggregate->first_arg : aggregate->filter;
		int			end = aggregate->first_arg + aggregate->nargs;

		aggregate->alike = paired && first < end && same_columns(taken, given, first, end);
		if (aggregate->alike || first == end)
			continue;
		differ = true;
		if (paired && aggregate->nparts > 0)
			leave_out_parts(aggregate, taken, given);
	}
	return differ;
}

static Transition *
transitions_begin(RollupDelta *delta)
{
	RollupPlan *plan = delta->plan;
	Transition *transitions = MemoryContextAlloc(delta->context, Max(plan->naggregates, 1) * sizeof(Transition));
	MemoryContext old = MemoryContextSwitchTo(delta->context);

	for (int i = 0; i < plan->naggregates; i++)
	{
		AggregatePlan *aggregate = &plan->aggregates[i];

		transitions[i].isnull = transitions[i].unset = aggregate->initial_null;
		transitions[i].value = aggregate->initial_null ? (Datum) 0 :
			datumCopy(aggregate->initial, aggregate->typbyval, aggregate->typlen);
	}
	MemoryContextSwitchTo(old);
	return transitions;
}

static DeltaGroup *
group_copy(RollupDelta *delta, const DeltaGroup *probe)
{
	MemoryContext old = MemoryContextSwitchTo(delta->context);
	int			nkeys = delta->plan->nkeys;
	DeltaGroup *group = palloc0(sizeof(DeltaGroup));

	group->keys = palloc(Max(nkeys, 1) * sizeof(Datum));
	group->nulls = palloc(Max(nkeys, 1) * sizeof(bool));
	for (int i = 0; i < nkeys; i++)
	{
		KeyPlan    *key = &delta->plan->keys[i];

		group->nulls[i] = probe->nulls[i];
		group->keys[i] = probe->nulls[i] ? (Datum) 0 : datumCopy(probe->keys[i], key->typbyval, key->typlen);
	}
	MemoryContextSwitchTo(old);
	return group;
}

/* A row's group; the keys lead the projection. */
static DeltaGroup *
delta_group(RollupDelta *delta, TupleTableSlot *row)
{
	DeltaGroup	probe = {row->tts_values, row->tts_isnull, {NULL, NULL}};
	bool		found;
	DeltaEntry *entry = delta_insert(delta->groups, &probe, &found);

	if (!found)
		entry->group = group_copy(delta, &probe);
	return entry->group;
}

/* A new state replaces the old one: it lasts, unless it is an object that already does. */
static void
transition_replace(Transition *transition, const AggregatePlan *aggregate, Datum value, bool isnull,
				   MemoryContext context)
{
	if (!aggregate->typbyval && DatumGetPointer(value) != DatumGetPointer(transition->value))
	{
		MemoryContext old = MemoryContextSwitchTo(context);

		if (!isnull &&
			!(DatumIsReadWriteExpandedObject(value, false, aggregate->typlen) &&
			  MemoryContextGetParent(DatumGetEOHP(value)->eoh_context) == context))
			value = datumCopy(value, aggregate->typbyval, aggregate->typlen);
		MemoryContextSwitchTo(old);
		if (!transition->isnull)
		{
			if (DatumIsReadWriteExpandedObject(transition->value, false, aggregate->typlen))
				DeleteExpandedObject(transition->value);
			else
				pfree(DatumGetPointer(transition->value));
		}
	}
	transition->value = value;
	transition->isnull = isnull;
}

/* As the executor does for each row. */
static void
transition_advance(Transition *transition, AggregatePlan *aggregate, TupleTableSlot *row, MemoryContext context)
{
	FunctionCallInfo call = aggregate->call;
	Datum		value;

	if (aggregate->filter != NO_FILTER &&
		(row->tts_isnull[aggregate->filter] || !DatumGetBool(row->tts_values[aggregate->filter])))
		return;
	for (int i = 0; i < aggregate->nargs; i++)
	{
		call->args[i + 1].value = row->tts_values[aggregate->first_arg + i];
		call->args[i + 1].isnull = row->tts_isnull[aggregate->first_arg + i];
		if (aggregate->strict && call->args[i + 1].isnull)
			return;
	}
	if (aggregate->strict && transition->unset)
	{
		MemoryContext old = MemoryContextSwitchTo(context);

		transition->value = datumCopy(call->args[1].value, aggregate->typbyval, aggregate->typlen);
		transition->isnull = transition->unset = false;
		MemoryContextSwitchTo(old);
		return;
	}
	if (aggregate->strict && transition->isnull)
		return;
	call->args[0].value = transition->value;
	call->args[0].isnull = transition->isnull;
	call->isnull = false;
	value = FunctionCallInvoke(call);
	transition_replace(transition, aggregate, value, call->isnull, context);
}

static void
delta_advance(RollupDelta *delta, DeltaGroup *group, int side, TupleTableSlot *row)
{
	RollupPlan *plan = delta->plan;
	MemoryContext old = MemoryContextSwitchTo(plan->sides[side].context->ecxt_per_tuple_memory);

	if (group->sides[side] == NULL)
		group->sides[side] = transitions_begin(delta);

	/* set for each row, as an expression may run a statement that sets it, too */
	plan->aggcontext->ecxt_per_tuple_memory = delta->context;
	for (int i = 0; i < plan->naggregates; i++)
	{
		if (!plan->aggregates[i].alike)
			transition_advance(&group->sides[side][i], &plan->aggregates[i], row, delta->context);
	}
	MemoryContextSwitchTo(old);
}

/* A row that was removed, or added, or one in the place of the other. */
void
rollup_delta_change(RollupDelta *delta, TupleTableSlot *removed, TupleTableSlot *added)
{
	TupleTableSlot *taken = removed ? side_project(delta->plan, TAKEN, removed) : NULL;
	TupleTableSlot *given = added ? side_project(delta->plan, ADDED, added) : NULL;
	bool		paired = taken && given && same_columns(taken, given, 0, delta->plan->nkeys);
	DeltaGroup *group = NULL;

	CHECK_FOR_INTERRUPTS();
	if (!leave_out_alike(delta->plan, paired, taken, given))
		return;
	delta->changes += (taken != NULL) + (given != NULL);
	if (taken)
	{
		group = delta_group(delta, taken);
		delta_advance(delta, group, TAKEN, taken);
	}
	if (given)
		delta_advance(delta, paired ? group : delta_group(delta, given), ADDED, given);
}

/* The state that an aggregate's rows come to. */
static Datum
transition_result(RollupDelta *delta, Transition *transition, AggregatePlan *aggregate, bool *isnull)
{
	LOCAL_FCINFO(call, FUNC_MAX_ARGS);
	Datum		result;

	*isnull = transition->isnull;
	if (!OidIsValid(aggregate->final.fn_oid))
		return transition->value;
	*isnull = true;
	if (aggregate->final.fn_strict && (transition->isnull || aggregate->nfinal_args > 1))
		return (Datum) 0;
	delta->plan->aggcontext->ecxt_per_tuple_memory = delta->context;
	InitFunctionCallInfoData(*call, &aggregate->final, aggregate->nfinal_args, aggregate->collation,
							 (Node *) delta->plan->aggstate, NULL);
	call->args[0].value = transition->value;
	call->args[0].isnull = transition->isnull;
	for (int i = 1; i < aggregate->nfinal_args; i++)
		call->args[i] = (NullableDatum) {.isnull = true};
	result = FunctionCallInvoke(call);
	*isnull = call->isnull;
	if (!*isnull && aggregate->sum)
	{
		Numeric		sum = DatumGetNumeric(result);

		if (numeric_is_nan(sum) || numeric_is_inf(sum))
			rollup_inexact_sum(aggregate->sum);
	}
	return result;
}

/* Whether what is added is what is taken away. */
static bool
sides_cancel(const RollupPlan *plan, const Datum *values, const bool *nulls)
{
	for (int i = 0; i < plan->naggregates; i++)
	{
		const AggregatePlan *aggregate = &plan->aggregates[i];
		int			taken = aggregate->columns[TAKEN];
		int			added = aggregate->columns[ADDED];

		if (nulls[taken] != nulls[added])
			return false;
		if (!nulls[taken] &&
			!datum_image_eq(values[taken], values[added], aggregate->result_typbyval, aggregate->result_typlen))
			return false;
	}
	return true;
}

/* The row of the state for a group; false where it would change nothing. */
static bool
group_row(RollupDelta *delta, DeltaGroup *group, Datum *values, bool *nulls)
{
	RollupPlan *plan = delta->plan;

	for (int i = 0; i < plan->nkeys; i++)
	{
		values[plan->keys[i].column] = group->keys[i];
		nulls[plan->keys[i].column] = group->nulls[i];
	}
	for (int side = TAKEN; side <= ADDED; side++)
	{
		for (int i = 0; i < plan->naggregates; i++)
		{
			int			column = plan->aggregates[i].columns[side];

			nulls[column] = true;
			if (group->sides[side])
				values[column] = transition_result(delta, &group->sides[side][i], &plan->aggregates[i], &nulls[column]);
		}
	}
	return !group->sides[TAKEN] || !group->sides[ADDED] || !sides_cancel(plan, values, nulls);
}

/* Appends all groups to the state that changed. */
RollupChange
rollup_delta_write(RollupDelta *delta, Relation state)
{
	MemoryContext old;
	RollupWriter writer;
	delta_iterator iterator;
	DeltaEntry *entry;
	RollupChange change = {.changes = delta->changes};

	if (delta->groups->members == 0)
		return change;
	old = MemoryContextSwitchTo(delta->context);
	rollup_writer_begin(&writer, state);
	delta_start_iterate(delta->groups, &iterator);
	while ((entry = delta_iterate(delta->groups, &iterator)) != NULL)
	{
		CHECK_FOR_INTERRUPTS();
		if (!group_row(delta, entry->group, writer.values, writer.nulls))
			continue;
		rollup_writer_put(&writer);
		change.groups++;
	}
	rollup_writer_end(&writer);
	MemoryContextSwitchTo(old);
	return change;
}
