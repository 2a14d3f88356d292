/*
 * src/live_rollup_writer.c: rows into the state of a rollup
 *
 * They are inserted below SQL, where one costs a microsecond.  The state's
 * indexes and constraints are heeded, of which it has none unless its owner
 * made them; its triggers are not, which only keep others out.
 */
#include "postgres.h"

#include "access/table.h"
#include "access/tableam.h"
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

/* Whether the owner gave the state an index or constraint, which may call anything. */
bool
rollup_state_is_plain(Relation state)
{
	return !state->rd_rel->relhasindex && state->rd_att->constr == NULL;
}

/* For a state whose columns were checked after it was locked. */
void
rollup_writer_begin(RollupWriter *writer, Relation state)
{
	writer->state = state;
	writer->slot = MakeSingleTupleTableSlot(RelationGetDescr(state), &TTSOpsVirtual);
	writer->target = NULL;
	if (rollup_state_is_plain(state))
		return;
	writer->estate = CreateExecutorState();
	writer->target = makeNode(ResultRelInfo);
	/* in no range table, which the report of a failed constraint would look into */
	InitResultRelInfo(writer->target, state, 0, NULL, 0);
	writer->target->ri_TrigDesc = NULL;
	ExecOpenIndices(writer->target, false);
}

/* Inserts what stands in the slot, which the caller has cleared and filled. */
void
rollup_writer_put(RollupWriter *writer)
{
	ExecStoreVirtualTuple(writer->slot);
	if (writer->target == NULL)
	{
		simple_table_tuple_insert(writer->state, writer->slot);
		return;
	}
	ExecSimpleRelationInsert(writer->target, writer->estate, writer->slot);
	ResetPerTupleExprContext(writer->estate);
}

void
rollup_writer_end(RollupWriter *writer)
{
	ExecDropSingleTupleTableSlot(writer->slot);
	if (writer->target == NULL)
		return;
	ExecCloseIndices(writer->target);
	FreeExecutorState(writer->estate);
}
