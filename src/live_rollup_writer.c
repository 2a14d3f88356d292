/*
 * src/live_rollup_writer.c: rows into the state of a rollup
 *
 * They are inserted below SQL, where one costs a microsecond.  The state's
 * indexes and constraints are heeded, of which it has none unless its owner
 * made them; its triggers are not, which only keep others out.
 */
#include "postgres.h"

#include "access/heapam.h"
#include "catalog/pg_am.h"
#include "executor/executor.h"
#include "utils/rel.h"

#include "live_rollup.h"

/*
 * 55000 unless the state has the columns, by type, that are going to be written:
 * its owner can have made or changed it.
 */
void
rollup_check_state(const RollupQuery *query, Relation state)
{
	TupleDesc	desc = RelationGetDescr(state);
	int			width = query->ncolumns;
	bool		fits = true;

	for (int i = 0; fits && i < query->ncolumns; i++)
	{
		const RollupColumn *column = &query->columns[i];

		fits = i < desc->natts && TupleDescAttr(desc, i)->atttypid == column->type;
		if (fits && column->taken)
		{
			fits = width < desc->natts && TupleDescAttr(desc, width)->atttypid == column->type;
			width++;
		}
	}
	if (!fits || desc->natts != width)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("the columns of \"%s\" are not those of its rollup", RelationGetRelationName(state)),
				 errhint("Drop the rollup, and create it anew.")));
}

/* Whether the state is the heap that create_rollup() made, without an index or a constraint, which may call anything. */
bool
rollup_state_is_plain(Relation state)
{
	return state->rd_rel->relam == HEAP_TABLE_AM_OID && !state->rd_rel->relhasindex && state->rd_att->constr == NULL;
}

/* For a state whose columns were checked after it was locked. */
void
rollup_writer_begin(RollupWriter *writer, Relation state)
{
	int			natts = RelationGetNumberOfAttributes(state);

	writer->state = state;
	writer->values = palloc(natts * sizeof(Datum));
	writer->nulls = palloc(natts * sizeof(bool));
	writer->target = NULL;
	if (rollup_state_is_plain(state))
		return;
	writer->slot = MakeSingleTupleTableSlot(RelationGetDescr(state), &TTSOpsHeapTuple);
	writer->estate = CreateExecutorState();
	writer->target = makeNode(ResultRelInfo);
	/* in no range table, which the report of a failed constraint would look into */
	InitResultRelInfo(writer->target, state, 0, NULL, 0);
	writer->target->ri_TrigDesc = NULL;
	ExecOpenIndices(writer->target, false);
}

/* Inserts a row of the values and nulls. */
void
rollup_writer_put(RollupWriter *writer)
{
	HeapTuple	tuple = heap_form_tuple(RelationGetDescr(writer->state), writer->values, writer->nulls);

	if (writer->target == NULL)
		simple_heap_insert(writer->state, tuple);
	else
	{
		ExecStoreHeapTuple(tuple, writer->slot, false);
		ExecSimpleRelationInsert(writer->target, writer->estate, writer->slot);
		ResetPerTupleExprContext(writer->estate);
	}
	heap_freetuple(tuple);
}

void
rollup_writer_end(RollupWriter *writer)
{
	pfree(writer->values);
	pfree(writer->nulls);
	if (writer->target == NULL)
		return;
	ExecDropSingleTupleTableSlot(writer->slot);
	ExecCloseIndices(writer->target);
	FreeExecutorState(writer->estate);
}
