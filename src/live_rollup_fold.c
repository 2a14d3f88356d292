/*
 * src/live_rollup_fold.c: merges the rows of each group in the state of a rollup, or replaces them all
 *
 * The merged row and the deletion of those that it is made of belong to one
 * transaction, so that every snapshot has either, and they come to the same.
 * A fold depends on no scheduler: now and then a writer does it.
 */
#include "postgres.h"

#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "common/pg_prng.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "storage/freespace.h"
#include "storage/lmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "live_rollup.h"

/*
 * About so many rows come into the state before a writer folds them; more where
 * there are more groups, of which a fold passes by so many rows for each that it
 * merges.  A few thousand rows may have been waiting when VACUUM counted them,
 * and must not make the folds rarer.
 */
#define APPENDED_PER_FOLD 1000
#define ROWS_PER_APPENDED 4

/* Of the folds by statements of few changes one in so many reads and writes the large rows of a group, too. */
#define FOLDS_PER_WHOLE_FOLD 8

/* A rollup that the transaction will fold before its commit */
typedef struct Due
{
	int32		id;
	bool		whole;
} Due;

/* In the transaction's own memory; and what knows the extension's schema */
static List *all_due = NIL;
static Oid	maintain_function = InvalidOid;

/*
 * The plan of a statement, which a writer who folds again need not make again;
 * PostgreSQL makes it anew when an object that it is about has changed.  (Not
 * when its owner has lost BYPASSRLS: the plan he has goes on to read all rows.)
 */
typedef struct FoldPlan
{
	char	   *sql;
	SPIPlanPtr	plan;
} FoldPlan;

/* The last ones that were made */
static FoldPlan fold_plans[16];

/* Planning runs functions of the owner's in his indexes' expressions; one that folds must not free the plan that is being made. */
static bool planning = false;

/* One fold or rebuild of a rollup at a time; on the view as an object, which nobody else locks so. */
bool
rollup_lock(const RollupEntry *entry, bool wait)
{
	if (!wait)
		return ConditionalLockDatabaseObject(RelationRelationId, entry->view, 0, ShareUpdateExclusiveLock);
	LockDatabaseObject(RelationRelationId, entry->view, 0, ShareUpdateExclusiveLock);
	return true;
}

/*
 * Lets the state's next rows go where folded ones lay: PostgreSQL has cleared
 * those pages when the fold read them, but looks for room in its map, which
 * only VACUUM writes.  Autovacuum comes once a minute, and until then each
 * fold and each reading would have to pass by all that was ever appended.
 */
static void
map_free_space(Relation state)
{
	BlockNumber nblocks = RelationGetNumberOfBlocks(state);
	bool		found = false;

	for (BlockNumber block = 0; block < nblocks; block++)
	{
		Buffer		buffer = ReadBuffer(state, block);
		Size		room;

		CHECK_FOR_INTERRUPTS();
		LockBuffer(buffer, BUFFER_LOCK_SHARE);
		room = PageGetHeapFreeSpace(BufferGetPage(buffer));
		UnlockReleaseBuffer(buffer);
		/* one with less is left to VACUUM; an entry that says too much is corrected by who tries that page */
		if (room < BLCKSZ / 4)
			continue;
		RecordPageWithFreeSpace(state, block, room);
		found = true;
	}
	if (found)
		FreeSpaceMapVacuum(state);
}

static void
delete_rows(Relation state, ArrayType *places)
{
	Datum	   *rows;
	int			nrows;

	deconstruct_array(places, TIDOID, sizeof(ItemPointerData), false, TYPALIGN_SHORT, &rows, NULL, &nrows);
	for (int i = 0; i < nrows; i++)
		simple_table_tuple_delete(state, (ItemPointer) DatumGetPointer(rows[i]), GetActiveSnapshot());
}

/* Whether the row, whose columns say all of its group, is of one that the source does not have. */
static bool
is_gone(const RollupQuery *query, const RollupWriter *writer)
{
	if (writer->nulls[query->rows])
		return true;
	return query->grouped && DatumGetInt64(writer->values[query->rows]) <= 0;
}

/*
 * Puts one row in the place of others, which are named before its columns.  Of
 * a group that the source has no more there is none; only a whole fold knows.
 */
static void
replace_rows(const RollupQuery *query, RollupWriter *writer, HeapTuple tuple, TupleDesc desc, bool whole)
{
	bool		none;
	Datum		places = heap_getattr(tuple, 1, desc, &none);

	memset(writer->nulls, true, RelationGetNumberOfAttributes(writer->state) * sizeof(bool));
	for (int i = 0; i < desc->natts - 1; i++)
		writer->values[i] = heap_getattr(tuple, i + 2, desc, &writer->nulls[i]);
	if (!whole || !is_gone(query, writer))
		rollup_writer_put(writer);
	if (!none)
		delete_rows(writer->state, DatumGetArrayTypeP(places));
}

static SPIPlanPtr
prepare_fold(const char *sql)
{
	SPIPlanPtr	plan = SPI_prepare_cursor(sql, 0, NULL, CURSOR_OPT_NO_SCROLL);

	if (plan == NULL)
		elog(ERROR, "SPI_prepare_cursor failed with %d: %s", SPI_result, sql);
	return plan;
}

/* Keeps a plan in the place of the one that was made longest ago. */
static SPIPlanPtr
keep_fold(const char *sql)
{
	static int	last = 0;
	FoldPlan	made = {.plan = prepare_fold(sql)};
	FoldPlan   *kept;

	made.sql = MemoryContextStrdup(TopMemoryContext, sql);
	if (SPI_keepplan(made.plan) != 0)
		elog(ERROR, "SPI_keepplan failed");
	last = (last + 1) % lengthof(fold_plans);
	kept = &fold_plans[last];
	if (kept->plan)
	{
		SPI_freeplan(kept->plan);
		pfree(kept->sql);
	}
	*kept = made;
	return kept->plan;
}

static SPIPlanPtr
kept_fold(const char *sql)
{
	for (int i = 0; i < (int) lengthof(fold_plans); i++)
	{
		if (fold_plans[i].plan && strcmp(fold_plans[i].sql, sql) == 0)
			return fold_plans[i].plan;
	}
	return keep_fold(sql);
}

/*
 * The groups of a fold, by a plan that is kept, unless another one is being
 * made.  A whole fold sorts them, as work_mem bounds how many a hash table has
 * and not how they grow in it: a state of few changes becomes a large one there.
 */
static Portal
open_fold(const char *sql, bool whole)
{
	bool		outer = planning;
	int			nest_level = NewGUCNestLevel();
	Portal		portal;

	rollup_pin_planner(!whole);
	planning = true;
	PG_TRY();
	{
		SPIPlanPtr	plan = outer ? prepare_fold(sql) : kept_fold(sql);

		portal = SPI_cursor_open(NULL, plan, NULL, NULL, false);
	}
	PG_FINALLY();
	{
		planning = outer;
	}
	PG_END_TRY();
	AtEOXact_GUC(false, nest_level);
	return portal;
}

/*
 * Within a transaction that is connected to SPI; not by statements of SQL, in
 * which triggers and rules that the owner put on the state would take part.
 */
static void
replace_groups(const RollupQuery *query, Portal portal, Relation state, bool whole)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "rollup fold", ALLOCSET_DEFAULT_SIZES);
	RollupWriter writer;

	rollup_check_state(query, state);
	rollup_writer_begin(&writer, state);
	for (;;)
	{
		MemoryContext old;

		CHECK_FOR_INTERRUPTS();
		/* one group's states may take much memory */
		SPI_cursor_fetch(portal, true, 1);
		if (SPI_processed == 0)
			break;
		old = MemoryContextSwitchTo(context);
		replace_rows(query, &writer, SPI_tuptable->vals[0], SPI_tuptable->tupdesc, whole);
		MemoryContextSwitchTo(old);
		MemoryContextReset(context);
		SPI_freetuptable(SPI_tuptable);
	}
	rollup_writer_end(&writer);
	SPI_cursor_close(portal);
	MemoryContextDelete(context);
	CommandCounterIncrement();
}

/*
 * Merges the rows of each group in the state, or, unless it is to be whole,
 * those that count few changes.  The caller has locked the rollup, so that the
 * statement that begins here sees what the last fold did.
 */
void
rollup_fold(const RollupEntry *entry, Oid schema, bool whole, bool patient)
{
	RollupIdentity identity;
	RollupNames names;
	RollupQuery *query;
	Relation	state;

	identity = rollup_become(rollup_owner(entry->state), true);
	if (!patient)
		rollup_pin_patience();
	SPI_connect();
	state = table_open(entry->state, RowExclusiveLock);
	rollup_names(&names, entry, schema);
	query = rollup_query_of_view(entry->definition, entry->state, schema);
	replace_groups(query, open_fold(rollup_sql_fold(query, &names, whole), whole), state, whole);
	map_free_space(state);
	table_close(state, NoLock);
	SPI_finish();
	rollup_resign(&identity);
}

/* Everything anew out of the source, as its owner, within a transaction that is connected to SPI. */
void
rollup_rebuild(const RollupEntry *entry, const RollupQuery *query, const RollupNames *names)
{
	Relation	state = table_open(entry->state, RowExclusiveLock);
	SPIPlanPtr	plan = prepare_fold(rollup_sql_rebuild(query, names));

	replace_groups(query, SPI_cursor_open(NULL, plan, NULL, NULL, false), state, true);
	table_close(state, NoLock);
}

/* To the log alone: the error may show what of the rollup the writer may not read, and his statement has no part in it. */
static void
tell_of_failure(const char *rollup, const ErrorData *error)
{
	ereport(LOG_SERVER_ONLY,
			(errcode(error->sqlerrcode),
			 errmsg("could not fold rollup %s: %s", rollup, error->message),
			 error->detail ? errdetail_internal("%s", error->detail) : 0,
			 errhint("The rollup is exact all the same. SELECT fold_rollup(%s) tells whether the cause lasts.",
					 quote_literal_cstr(rollup)),
			 errhidestmt(true)));
}

/* What try_fold() tries */
typedef struct Attempt
{
	const RollupEntry *entry;
	Oid			schema;
	bool		whole;
} Attempt;

static void
attempt_fold(void *context)
{
	Attempt    *attempt = context;

	/* SPI wants one around; its statements take their own */
	PushActiveSnapshot(GetTransactionSnapshot());
	/* unless somebody else is at it */
	if (rollup_lock(attempt->entry, false))
		rollup_fold(attempt->entry, attempt->schema, attempt->whole, false);
	PopActiveSnapshot();
}

/* Folds a rollup; what goes wrong there is told to the server's log, and not to a user whose own changes are sound. */
static void
try_fold(const RollupEntry *entry, Oid schema, bool whole)
{
	Attempt		attempt = {entry, schema, whole};
	ErrorData  *error = rollup_try(attempt_fold, &attempt);
	RollupNames names;

	if (error == NULL)
		return;
	rollup_names(&names, entry, schema);
	/* unless somebody has dropped it */
	if (names.view)
		tell_of_failure(names.view, error);
	FreeErrorData(error);
}

/*
 * Before the commit, as it is then that no statement is under way: one that
 * changed the source and whose triggers have not fired yet would leave the
 * state with rows taken away that were not added.
 */
static void
fold_before_commit(XactEvent event, void *arg)
{
	List	   *due = all_due;
	MemoryContext old;
	Oid			schema;
	ListCell   *cell;

	(void) arg;
	all_due = NIL;
	if (event != XACT_EVENT_PRE_COMMIT || due == NIL || IsolationUsesXactSnapshot() || XactReadOnly)
		return;
	old = MemoryContextSwitchTo(TopTransactionContext);
	schema = get_func_namespace(maintain_function);
	foreach(cell, due)
	{
		Due		   *this = lfirst(cell);
		RollupEntry *entry = rollup_entry(schema, this->id);

		if (entry && entry->auto_fold && !entry->stale)
			try_fold(entry, schema, this->whole);
	}
	MemoryContextSwitchTo(old);
}

static Due *
find_due(int32 id)
{
	ListCell   *cell;
	MemoryContext old;
	Due		   *due;

	foreach(cell, all_due)
	{
		due = lfirst(cell);
		if (due->id == id)
			return due;
	}
	old = MemoryContextSwitchTo(TopTransactionContext);
	due = palloc0(sizeof(Due));
	due->id = id;
	all_due = lappend(all_due, due);
	MemoryContextSwitchTo(old);
	return due;
}

/*
 * After a statement that changed a rollup, whose state had so many rows when
 * VACUUM counted them: sometimes has it folded, which its caller's function
 * tells the extension's schema of.
 */
void
rollup_fold_sometimes(const RollupEntry *entry, Oid function, float4 nrows, const RollupChange *change)
{
	static bool registered = false;
	uint64		pace = Max(APPENDED_PER_FOLD, nrows / ROWS_PER_APPENDED);

	if (!entry->auto_fold || pg_prng_uint64_range(&pg_global_prng_state, 1, pace) > (uint64) change->groups)
		return;
	if (!registered)
		RegisterXactCallback(fold_before_commit, NULL);
	registered = true;
	maintain_function = function;
	/* the rows of such a statement may be ones that only a whole fold merges */
	if (change->changes >= MANY_CHANGES ||
		pg_prng_uint64_range(&pg_global_prng_state, 1, FOLDS_PER_WHOLE_FOLD) == 1)
		find_due(entry->id)->whole = true;
	else
		(void) find_due(entry->id);
}
