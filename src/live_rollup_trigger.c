/*
 * src/live_rollup_trigger.c: the triggers that keep a rollup up to date
 *
 * After each statement its transition tables are read, and what they add and
 * take away is appended to the state.  A subscriber's apply fires no trigger
 * for statements: there one for rows takes their place.  What a trigger needs
 * is prepared once for each rollup and backend, and forgotten when anything
 * about the relations or the functions changes.
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/pg_class.h"
#include "commands/tablecmds.h"
#include "commands/trigger.h"
#include "executor/executor.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/tuplestore.h"

#include "live_rollup.h"

/* What a call needs, in a context of its own */
typedef struct Prepared
{
	MemoryContext context;
	bool		in_use;
	bool		native;			/* no function runs that search_path could lead astray */
	bool		domains;		/* a domain's constraints may be compiled into it */
	char	   *name;			/* of the rollup, for errors */
	float4		nrows;			/* of the state, as VACUUM found it */
	RollupEntry *entry;
	Oid			trigger;		/* the last one that was found to be its own */
	RollupDelta *delta;
	TupleTableSlot *removed;
	TupleTableSlot *added;
} Prepared;

typedef struct Maintained
{
	int32		id;				/* hash key */
	bool		fresh;			/* nothing changed since it was prepared */
	Oid			watched[4];		/* the relations; InvalidOid watches all */
	Prepared   *prepared;
} Maintained;

static HTAB *all_maintained = NULL;

/* A relcache invalidation: of a relation, or of all. */
static void
forget_relation(Datum arg, Oid relid)
{
	HASH_SEQ_STATUS status;
	Maintained *maintained;

	(void) arg;
	hash_seq_init(&status, all_maintained);
	while ((maintained = hash_seq_search(&status)) != NULL)
	{
		for (int i = 0; i < (int) lengthof(maintained->watched); i++)
		{
			if (!OidIsValid(relid) || !OidIsValid(maintained->watched[i]) || relid == maintained->watched[i])
				maintained->fresh = false;
		}
	}
}

/* A function or an aggregate was replaced. */
static void
forget_all(Datum arg, int cache, uint32 hash)
{
	(void) cache;
	(void) hash;
	forget_relation(arg, InvalidOid);
}

/* A type changed, maybe a domain's constraints, but far more often a table was created. */
static void
forget_domains(Datum arg, int cache, uint32 hash)
{
	HASH_SEQ_STATUS status;
	Maintained *maintained;

	(void) arg;
	(void) cache;
	(void) hash;
	hash_seq_init(&status, all_maintained);
	while ((maintained = hash_seq_search(&status)) != NULL)
	{
		if (maintained->prepared == NULL || maintained->prepared->domains)
			maintained->fresh = false;
	}
}

/* What was prepared for rollups that may be gone by now; who calls again for one of them prepares it anew. */
static void
free_outdated(void)
{
	HASH_SEQ_STATUS status;
	Maintained *maintained;

	hash_seq_init(&status, all_maintained);
	while ((maintained = hash_seq_search(&status)) != NULL)
	{
		Prepared   *prepared = maintained->prepared;

		if (prepared == NULL || maintained->fresh || prepared->in_use)
			continue;
		maintained->prepared = NULL;
		MemoryContextDelete(prepared->context);
	}
}

static Maintained *
find_maintained(int32 id)
{
	static Maintained *maintained = NULL;
	bool		found;

	/* most often the one of the last call, as none is removed */
	if (maintained && maintained->id == id)
		return maintained;
	if (all_maintained == NULL)
	{
		HASHCTL		control = {.keysize = sizeof(int32), .entrysize = sizeof(Maintained)};

		all_maintained = hash_create("live rollups", 16, &control, HASH_ELEM | HASH_BLOBS);
		CacheRegisterRelcacheCallback(forget_relation, (Datum) 0);
		CacheRegisterSyscacheCallback(PROCOID, forget_all, (Datum) 0);
		CacheRegisterSyscacheCallback(TYPEOID, forget_domains, (Datum) 0);
	}
	maintained = hash_search(all_maintained, &id, HASH_ENTER, &found);
	if (!found)
	{
		memset(maintained, 0, sizeof(Maintained));
		maintained->id = id;
		free_outdated();
	}
	return maintained;
}

/* 55000 for a trigger that does not belong to the rollup that it names. */
static RollupEntry *
entry_of_trigger(int32 id, Relation source, Oid schema)
{
	RollupEntry *entry = rollup_entry(schema, id);

	if (entry == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("table \"%s\" has triggers of rollup %d, which is not known here",
						RelationGetRelationName(source), id),
				 errhint("Where a dump was restored without its data, rebuild_rollup() takes its rollups up again; "
						 "where their views are not here, drop the triggers that are called \"!rollup ...\".")));
	if (entry->source != RelationGetRelid(source))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("table \"%s\" is not the source of rollup %d", RelationGetRelationName(source), id),
				 errhint("Where a part of a dump was restored, rebuild_rollup() takes its rollups up; "
						 "else drop the triggers that are called \"!rollup ...\".")));
	return entry;
}

static Prepared *
prepare(int32 id, Relation source, Oid schema)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "live rollup", ALLOCSET_SMALL_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	Prepared   *prepared = palloc0(sizeof(Prepared));
	TupleDesc	desc = CreateTupleDescCopyConstr(RelationGetDescr(source));
	RollupQuery *query;
	Relation	state;

	prepared->context = context;
	prepared->entry = entry_of_trigger(id, source, schema);
	prepared->name = get_rel_name(prepared->entry->view);
	query = rollup_query_of_view(prepared->entry->definition, prepared->entry->state, schema);
	state = table_open(prepared->entry->state, AccessShareLock);
	rollup_check_state(query, state);
	prepared->native = query->native && rollup_state_is_plain(state);
	table_close(state, AccessShareLock);
	/* an SQL function may be inlined, and bring a domain along */
	prepared->domains = !query->native;
	prepared->delta = rollup_delta_create(rollup_plan(query, source));
	prepared->removed = MakeSingleTupleTableSlot(desc, &TTSOpsMinimalTuple);
	prepared->added = MakeSingleTupleTableSlot(desc, &TTSOpsMinimalTuple);
	/* a virtual column may be computed from it, and no row that is kept has it */
	prepared->removed->tts_tableOid = prepared->added->tts_tableOid = RelationGetRelid(source);
	MemoryContextSwitchTo(old);
	MemoryContextSetParent(context, TopMemoryContext);
	return prepared;
}

/* Prepared anew where something changed, or where a call within a call may not touch what the outer one uses. */
static Prepared *
get_prepared(Maintained *maintained, Relation source, Oid function)
{
	Prepared   *last = maintained->prepared;
	RollupIdentity identity;

	/* another table may have a trigger that claims to be the rollup's */
	if (last && maintained->fresh && !last->in_use && last->entry->source == RelationGetRelid(source))
		return last;
	maintained->prepared = NULL;
	if (last && !last->in_use)
		MemoryContextDelete(last->context);

	/* before anything is read, so that any change from here on is heard of */
	memset(maintained->watched, 0, sizeof(maintained->watched));
	maintained->fresh = true;
	/* never by the writer's search_path: a function that is inlined keeps what it finds */
	identity = rollup_become(GetUserId(), true);
	maintained->prepared = prepare(maintained->id, source, get_func_namespace(function));
	rollup_resign(&identity);
	maintained->watched[0] = maintained->prepared->entry->source;
	maintained->watched[1] = maintained->prepared->entry->state;
	maintained->watched[2] = maintained->prepared->entry->definition;
	maintained->watched[3] = maintained->prepared->entry->view;
	return maintained->prepared;
}

static void
read_from_start(Tuplestorestate *rows)
{
	/* a pointer of our own, as other triggers read the same rows */
	tuplestore_select_read_pointer(rows, tuplestore_alloc_read_pointer(rows, EXEC_FLAG_REWIND));
	tuplestore_rescan(rows);
}

static TupleTableSlot *
next_row(Tuplestorestate *rows, TupleTableSlot *slot)
{
	return rows && tuplestore_gettupleslot(rows, true, false, slot) ? slot : NULL;
}

/* The rows of a statement; those of an UPDATE lie in both in the same order. */
static void
read_statement(Prepared *prepared, TriggerData *trigger)
{
	Tuplestorestate *removed = trigger->tg_oldtable;
	Tuplestorestate *added = trigger->tg_newtable;

	if (removed)
		read_from_start(removed);
	if (added)
		read_from_start(added);
	for (;;)
	{
		TupleTableSlot *old = next_row(removed, prepared->removed);
		TupleTableSlot *new = next_row(added, prepared->added);

		if (old == NULL && new == NULL)
			break;
		rollup_delta_change(prepared->delta, old, new);
	}
}

static void
read_row(RollupDelta *delta, TriggerData *trigger)
{
	if (TRIGGER_FIRED_BY_INSERT(trigger->tg_event))
		rollup_delta_change(delta, NULL, trigger->tg_trigslot);
	else if (TRIGGER_FIRED_BY_UPDATE(trigger->tg_event))
		rollup_delta_change(delta, trigger->tg_trigslot, trigger->tg_newslot);
	else
		rollup_delta_change(delta, trigger->tg_trigslot, NULL);
}

/* Tells of an error in a user's row that it is a rollup that cannot keep it. */
static void
tell_rollup(void *prepared)
{
	errcontext("rollup \"%s\"", ((Prepared *) prepared)->name);
}

/* Appends what the trigger brings. */
static RollupChange
append(Prepared *prepared, Relation state, TriggerData *trigger)
{
	RollupIdentity identity = rollup_become(GetUserId(), !prepared->native);
	ErrorContextCallback context = {error_context_stack, tell_rollup, prepared};
	RollupChange change;

	error_context_stack = &context;
	if (TRIGGER_FIRED_FOR_ROW(trigger->tg_event))
		read_row(prepared->delta, trigger);
	else
		read_statement(prepared, trigger);
	change = rollup_delta_write(prepared->delta, state);
	prepared->nrows = state->rd_rel->reltuples;
	rollup_resign(&identity);
	error_context_stack = context.previous;
	return change;
}

static void
release(Maintained *maintained, Prepared *prepared)
{
	prepared->in_use = false;
	rollup_delta_reset(prepared->delta);
	/* a row that was read from a file lies in memory of the statement, which the slot outlives */
	ExecClearTuple(prepared->removed);
	ExecClearTuple(prepared->added);
	/* a call within this one may have left its own */
	if (maintained->prepared != prepared)
		MemoryContextDelete(prepared->context);
}

/* In use until it is done or fails. */
static void
maintain_with(Maintained *maintained, Prepared *prepared, Relation state, TriggerData *trigger)
{
	RollupChange change;

	prepared->in_use = true;
	PG_TRY();
	{
		change = append(prepared, state, trigger);
		rollup_fold_sometimes(prepared->entry, trigger->tg_trigger->tgfoid, prepared->nrows, &change);
	}
	PG_CATCH();
	{
		release(maintained, prepared);
		PG_RE_THROW();
	}
	PG_END_TRY();
	release(maintained, prepared);
}

/* 55000 for one more trigger, which would count the same rows again. */
static void
check_trigger(int32 id, const TriggerData *trigger, Oid schema)
{
	RollupEntry *entry;

	if (rollup_owns_trigger(id, trigger->tg_trigger->tgname, trigger->tg_trigger->tgtype))
		return;
	entry = rollup_entry(schema, id);
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("trigger \"%s\" of table \"%s\" is not one that create_rollup() created",
					trigger->tg_trigger->tgname, RelationGetRelationName(trigger->tg_relation)),
			 entry && entry->source == RelationGetRelid(trigger->tg_relation) ?
			 errhint("Drop it, or SELECT rebuild_rollup(%s), which does that.", rollup_literal(entry->view)) :
			 errhint("Drop it.")));
}

/* As the owner of the source: the writer need not have a right on anything of the rollup. */
static void
maintain(int32 id, TriggerData *trigger, Oid function)
{
	Maintained *maintained = find_maintained(id);
	RollupIdentity identity;
	Prepared   *prepared;
	Relation	state;

	/* one that is renamed or replaced makes what is prepared outdated */
	if (!maintained->fresh || maintained->prepared == NULL ||
		maintained->prepared->trigger != trigger->tg_trigger->tgoid)
		check_trigger(id, trigger, get_func_namespace(function));
	identity = rollup_become(trigger->tg_relation->rd_rel->relowner, false);
	prepared = get_prepared(maintained, trigger->tg_relation, function);
	state = table_open(prepared->entry->state, RowExclusiveLock);

	/* now that it is locked, what was done to it until then is known */
	prepared = get_prepared(maintained, trigger->tg_relation, function);
	if (prepared->entry->state != RelationGetRelid(state))
		elog(ERROR, "rollup %d changed its state", id);
	prepared->trigger = trigger->tg_trigger->tgoid;
	maintain_with(maintained, prepared, state, trigger);
	table_close(state, NoLock);
	rollup_resign(&identity);
}

/*
 * Truncates the state, as deleted rows of it would stay for those who began
 * before, and those of the source do not.  A subscriber does so by a trigger
 * of its own: it is not logged for it.
 */
static void
truncate_state(int32 id, Relation source, Oid schema)
{
	RollupEntry *entry = entry_of_trigger(id, source, schema);
	Relation	state = table_open(entry->state, AccessExclusiveLock);
	Oid			outer = rollup_written;

	CheckTableNotInUse(state, "TRUNCATE");
	rollup_written = entry->state;
	PG_TRY();
	{
		ExecuteTruncateGuts(list_make1(state), list_make1_oid(entry->state), NIL, DROP_RESTRICT, false, false);
	}
	PG_FINALLY();
	{
		rollup_written = outer;
	}
	PG_END_TRY();
	table_close(state, NoLock);
}

/*
 * maintain_rollup(id): the trigger, after a statement or a replicated row, that
 * appends to the state of this rollup what came and what went.  39P01 where it
 * is called otherwise, 55000 where the table is not the rollup's source, 22003
 * for a sum with NaN or infinity, and what the query's own expressions raise.
 */
PG_FUNCTION_INFO_V1(live_rollup_maintain);
Datum
live_rollup_maintain(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;
	Oid			function = fcinfo->flinfo->fn_oid;
	bool		replicated = SessionReplicationRole == SESSION_REPLICATION_ROLE_REPLICA;
	int32		id;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_AFTER(trigger->tg_event) ||
		trigger->tg_trigger->tgnargs != 1)
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("maintain_rollup() is for the triggers that create_rollup() creates")));
	id = pg_strtoint32(trigger->tg_trigger->tgargs[0]);
	if (TRIGGER_FIRED_BY_TRUNCATE(trigger->tg_event))
	{
		Oid			schema = get_func_namespace(function);

		check_trigger(id, trigger, schema);
		truncate_state(id, trigger->tg_relation, schema);
	}
	/* each row comes by one of the two, however the triggers are enabled */
	else if ((TRIGGER_FIRED_FOR_ROW(trigger->tg_event) != 0) == replicated)
		maintain(id, trigger, function);
	PG_RETURN_POINTER(NULL);
}
