/*
 * src/live_rollup.c: creating, folding, rebuilding, verifying and dropping a live rollup
 *
 * A rollup called r is three relations beside its source: the view r_def, which
 * is the query; the table r_state, to which triggers on the source append what
 * each statement added and took away (live_rollup_trigger.c); and the view r,
 * which sums that up.  Writers only ever append, so that none waits for
 * another, and a reader sees of the state exactly what it sees of the source,
 * as both are written by the same transactions.
 */
#include "postgres.h"

#include "access/table.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_namespace.h"
#include "commands/defrem.h"
#include "commands/tablecmds.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "parser/analyze.h"
#include "storage/lmgr.h"
#include "tcop/tcopprot.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/resowner.h"
#include "utils/ruleutils.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/tuplestore.h"

#include "live_rollup.h"

Oid
rollup_owner(Oid relid)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	Oid			owner;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for relation %u", relid);
	owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	ReleaseSysCache(tuple);
	return owner;
}

static void
set_locally(const char *setting, const char *value)
{
	(void) set_config_option(setting, value, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
}

/* For statements of ours; row security of the state or the source is to fail them rather than hide rows. */
static void
pin_settings(void)
{
	set_locally("search_path", "pg_catalog, pg_temp");
	set_locally("row_security", "off");
}

/* Not to wait long for locks, where settings are pinned. */
void
rollup_pin_patience(void)
{
	set_locally("lock_timeout", "1s");
}

/*
 * For planning a fold, in a level of settings of its own: to group by hash or by
 * sorting, as what VACUUM counted tells the planner little of the rows that
 * wait; nor is it worth compiling.
 */
void
rollup_pin_planner(bool hash)
{
	set_locally("enable_hashagg", hash ? "on" : "off");
	set_locally("enable_sort", hash ? "off" : "on");
	set_locally("jit", "off");
}

/* Goes on as the owner, whose expressions are to be run with no rights but the owner's. */
RollupIdentity
rollup_become(Oid owner, bool pin)
{
	RollupIdentity identity = {.nest_level = 0};

	GetUserIdAndSecContext(&identity.user, &identity.context);
	SetUserIdAndSecContext(owner, identity.context | SECURITY_RESTRICTED_OPERATION);
	if (pin)
	{
		identity.nest_level = NewGUCNestLevel();
		pin_settings();
	}
	return identity;
}

void
rollup_resign(const RollupIdentity *identity)
{
	if (identity->nest_level > 0)
		AtEOXact_GUC(false, identity->nest_level);
	SetUserIdAndSecContext(identity->user, identity->context);
}

/* Runs a command, by SPI, that may write to the state. */
void
rollup_execute(const char *command, Oid state)
{
	Oid			outer = rollup_written;

	rollup_written = state;
	PG_TRY();
	{
		int			result = SPI_execute(command, false, 0);

		if (result < 0)
			elog(ERROR, "SPI_execute failed with %d: %s", result, command);
	}
	PG_FINALLY();
	{
		rollup_written = outer;
	}
	PG_END_TRY();
}

/* Does something in a subtransaction, of which nothing is left where it fails: the error then, else NULL. */
ErrorData *
rollup_try(void (*attempt) (void *), void *context)
{
	MemoryContext memory = CurrentMemoryContext;
	ResourceOwner resources = CurrentResourceOwner;
	ErrorData  *volatile error = NULL;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(memory);
	PG_TRY();
	{
		attempt(context);
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(memory);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
	}
	PG_END_TRY();
	MemoryContextSwitchTo(memory);
	CurrentResourceOwner = resources;
	return error;
}

/* 0A000 for a name in a schema that goes with the session, 42P07 for one in use. */
static void
check_name(const char *name, Oid namespace)
{
	if (isAnyTempNamespace(namespace))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("a rollup cannot be temporary"),
				 errhint("Name another schema.")));
	if (OidIsValid(get_relname_relid(name, namespace)))
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_TABLE),
				 errmsg("relation \"%s\" already exists", name),
				 errhint("Name the rollup otherwise, or drop that relation.")));
}

/* 25006 where nothing may be written, 25001 where a statement would not see what was committed before it began. */
static void
check_transaction(const char *function)
{
	PreventCommandIfReadOnly(function);
	if (IsolationUsesXactSnapshot())
		ereport(ERROR,
				(errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
				 errmsg("%s needs a transaction in READ COMMITTED", function),
				 errdetail("With the snapshot of an earlier statement it would miss what was committed since."),
				 errhint("SET TRANSACTION ISOLATION LEVEL READ COMMITTED, or call it outside the transaction.")));
}

/* The rollup of the first argument, which is to be the caller's. */
static RollupEntry *
entry_argument(FunctionCallInfo fcinfo, Oid schema)
{
	RollupEntry *entry = rollup_entry_named(schema, PG_GETARG_TEXT_PP(0));

	if (!object_ownercheck(RelationRelationId, entry->view, GetUserId()))
		aclcheck_error(ACLCHECK_NOT_OWNER, OBJECT_VIEW, get_rel_name(entry->view));
	return entry;
}

/*
 * 55006 within a statement that is changing the source, which is locked: its
 * rows are there before its deltas are.  42P01 where it was dropped before.
 */
static void
check_idle(Oid source, const char *purpose)
{
	Relation	relation = try_table_open(source, NoLock);

	if (relation == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("the table that is the source was dropped meanwhile")));
	CheckTableNotInUse(relation, purpose);
	table_close(relation, NoLock);
}

/* 55000 for a rollup whose state says nothing. */
static void
check_live(const RollupEntry *entry)
{
	if (!entry->stale)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("rollup \"%s\" is stale", get_rel_name(entry->view)),
			 errdetail("It has no data yet, or triggers of \"%s\" or \"%s\" were disabled, renamed or dropped.",
					   get_rel_name(entry->source), get_rel_name(entry->state)),
			 errhint("SELECT rebuild_rollup(%s), or verify_rollup if nothing was written meanwhile.",
					 rollup_literal(entry->view))));
}

/* Whether its stale mark may go: an old snapshot may not have what was written while the triggers were off. */
static bool
may_clear_stale(const RollupEntry *entry)
{
	return entry->stale && !IsolationUsesXactSnapshot() && !XactReadOnly;
}

/*
 * What it takes to mend the triggers on one of a rollup's two tables, or, where
 * they are as they should be, to keep them so.
 */
static LOCKMODE
mending_lock(const RollupEntry *entry, Oid schema, Oid table)
{
	if (rollup_stray_triggers(entry, schema, table) != NIL)
		return AccessExclusiveLock;
	return rollup_triggers_state(entry, schema, table) == ROLLUP_TRIGGERS_LIVE ? RowExclusiveLock : ShareRowExclusiveLock;
}

/* What it takes to create triggers on the source, and first to drop those there of rollups that nobody knows. */
static LOCKMODE
knowing_lock(const RollupEntry *entry, Oid schema, Oid table)
{
	(void) table;
	return rollup_unknown_triggers(entry, schema) != NIL ? AccessExclusiveLock : ShareRowExclusiveLock;
}

/*
 * Locks one of a rollup's tables in the mode that is needed.  A lock that has
 * become too weak while it was waited for is given back before a stronger one is
 * taken: two who hold the one and want the other would wait for each other.
 */
static LOCKMODE
lock_table(const RollupEntry *entry, Oid schema, Oid table, LOCKMODE (*needed) (const RollupEntry *, Oid, Oid))
{
	for (;;)
	{
		LOCKMODE	mode = needed(entry, schema, table);

		LockRelationOid(table, mode);
		if (needed(entry, schema, table) <= mode)
			return mode;
		UnlockRelationOid(table, mode);
	}
}

/*
 * The rollup of the first argument, with its source locked in the mode, or, for
 * NoLock, to mend its triggers.  The source is always locked first of all, as by
 * its writers and by TRUNCATE, and then nobody drops the rollup.
 */
static RollupEntry *
lock_argument(FunctionCallInfo fcinfo, Oid schema, LOCKMODE mode)
{
	RollupEntry *entry = entry_argument(fcinfo, schema);

	for (;;)
	{
		LOCKMODE	held = mode;
		RollupEntry *named;

		if (mode == NoLock)
			held = lock_table(entry, schema, entry->source, mending_lock);
		else
			LockRelationOid(entry->source, mode);
		named = entry_argument(fcinfo, schema);
		if (named->id == entry->id)
			return named;
		/* another one was given the name meanwhile */
		UnlockRelationOid(entry->source, held);
		entry = named;
	}
}

/* A rollup whose source is locked as it is by now, whatever it is called. */
static RollupEntry *
entry_now(const RollupEntry *entry, Oid schema)
{
	RollupEntry *now = rollup_entry(schema, entry->id);

	if (now == NULL)
		elog(ERROR, "rollup %d is not known any more", entry->id);
	return now;
}

/*
 * The rollup of the first argument, with all that mending its triggers takes:
 * after the source the rollup and the state, as by a fold.  Nobody then disables
 * a trigger, of either, whom a stale mark that is cleared would not tell.
 */
static RollupEntry *
lock_to_mend(FunctionCallInfo fcinfo, Oid schema)
{
	RollupEntry *entry = lock_argument(fcinfo, schema, NoLock);

	rollup_lock(entry, true);
	(void) lock_table(entry, schema, entry->state, mending_lock);
	return entry_now(entry, schema);
}

/* 22003 where the state has a sum that no subtraction brings back. */
static void
check_sums(const RollupQuery *query, const RollupNames *names)
{
	char	   *sql = rollup_sql_inexact(query, names);

	if (sql == NULL)
		return;
	rollup_execute(sql, InvalidOid);
	if (SPI_processed > 0)
		rollup_inexact_sum(SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1));
}

/*
 * Makes sure of the triggers of a rollup that is locked to mend them.  Writers
 * need not be locked out, unless one was missing, off, or called for the rollup
 * by another name.
 */
static void
mend_triggers(const RollupEntry *entry, Oid schema, const char *purpose)
{
	RollupNames names;

	check_idle(entry->source, purpose);
	rollup_check_source(entry->source);
	rollup_check_row_security(entry->source, rollup_owner(entry->source));
	rollup_drop_triggers(rollup_stray_triggers(entry, schema, entry->source));
	rollup_drop_triggers(rollup_stray_triggers(entry, schema, entry->state));
	if (rollup_triggers_state(entry, schema, InvalidOid) == ROLLUP_TRIGGERS_LIVE)
		return;
	rollup_names(&names, entry, schema);
	rollup_create_triggers(entry, &names, schema);
}

/* Within a transaction that is connected to SPI; 22003 as of check_sums(). */
static void
rebuild(const RollupEntry *entry, Oid schema)
{
	RollupQuery *query = rollup_query_of_view(entry->definition, entry->state, schema);
	RollupNames names;

	rollup_names(&names, entry, schema);
	rollup_rebuild(entry, query, &names);
	check_sums(query, &names);
}

/* 22003: NaN and infinity swallow all that comes after them. */
void
rollup_inexact_sum(const char *column)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("sum \"%s\" of a rollup cannot hold NaN or infinity", column),
			 errdetail("Such a value could not be taken away again."),
			 errhint("Leave such rows out of the rollup by WHERE or FILTER, or keep them out of the table.")));
}

/* Has an error point into the query, and not into the statement that calls us. */
static void
point_into_query(void *sql)
{
	int			position = geterrposition();

	if (position <= 0)
		return;
	errposition(0);
	internalerrposition(position);
	internalerrquery(sql);
}

/* The query as PostgreSQL understands it; 0A000 for anything but one SELECT. */
static Query *
analyze(char *sql)
{
	ErrorContextCallback context = {error_context_stack, point_into_query, sql};
	List	   *statements;
	RawStmt    *raw;
	SelectStmt *select;
	Query	   *query;

	error_context_stack = &context;
	statements = pg_parse_query(sql);
	raw = list_length(statements) == 1 ? linitial(statements) : NULL;
	select = raw && IsA(raw->stmt, SelectStmt) ? (SelectStmt *) raw->stmt : NULL;
	if (select == NULL || select->intoClause != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("a rollup cannot keep anything but one SELECT"),
				 errhint("Give SELECT keys, aggregates FROM one table, with WHERE and GROUP BY as needed.")));
	query = parse_analyze_fixedparams(raw, sql, NULL, 0, NULL);
	error_context_stack = context.previous;
	return query;
}

/* Whether Citus distributes the table: it refuses triggers there. */
static void
check_not_distributed(Oid source)
{
	Oid			distributed = get_relname_relid("pg_dist_partition", PG_CATALOG_NAMESPACE);

	if (!OidIsValid(distributed))
		return;
	rollup_execute(psprintf("SELECT 1 FROM pg_catalog.pg_dist_partition WHERE logicalrelid OPERATOR(pg_catalog.=) %u",
							source), InvalidOid);
	if (SPI_processed > 0)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("a rollup cannot be kept over a table that Citus distributes"),
				 errdetail("Citus allows no triggers on it."),
				 errhint("docs/distributed.md shows states that are kept by INSERT ... ON CONFLICT DO UPDATE.")));
}

/* 0A000 for a rollup's own state, whose rows say what changed and not what is. */
static void
check_no_state(Oid source, Oid schema)
{
	ListCell   *cell;

	foreach(cell, rollup_entries(schema, NULL))
	{
		if (((RollupEntry *) lfirst(cell))->state == source)
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("a rollup cannot be kept over the state of another"),
					 errdetail("The source is \"%s\".", get_rel_name(source)),
					 errhint("Create it over the table, or merge the groups of the other with rollup().")));
	}
}

/*
 * Locks the source of a rollup that is to be known; 42501 for a table of others,
 * 0A000 for one whose changes would not all be heard of.
 */
void
rollup_lock_source(const RollupEntry *entry, Oid schema)
{
	Oid			source = entry->source;

	/* others may not lock it */
	if (!object_ownercheck(RelationRelationId, source, GetUserId()))
		aclcheck_error(ACLCHECK_NOT_OWNER, get_relkind_objtype(get_rel_relkind(source)), get_rel_name(source));
	/* all at once: between the one lock and the other would come who has read the table and goes on to write */
	(void) lock_table(entry, schema, source, knowing_lock);
	check_idle(source, "create a rollup of");
	rollup_check_source(source);
	rollup_check_row_security(source, rollup_owner(source));
	check_not_distributed(source);
}

/* Creates a relation and gives it to the owner of the source. */
static Oid
create_relation(const char *command, const char *name, Oid namespace, Oid owner)
{
	Oid			relid;

	rollup_execute(command, InvalidOid);
	relid = get_relname_relid(name, namespace);
	if (!OidIsValid(relid))
		elog(ERROR, "relation \"%s\" was not created", name);
	if (rollup_owner(relid) != owner)
		ATExecChangeOwner(relid, owner, true, AccessExclusiveLock);
	CommandCounterIncrement();
	return relid;
}

/* The three relations of a rollup, and their names. */
static void
create_relations(RollupEntry *entry, RollupNames *names, Query *query, Oid namespace, const char *name, Oid schema)
{
	const char *prefix = get_namespace_name(namespace);
	char	   *definition = ChooseRelationName(name, NULL, "def", namespace, false);
	char	   *state = ChooseRelationName(name, NULL, "state", namespace, false);
	Oid			owner = rollup_owner(entry->source);
	bool		unlogged = get_rel_persistence(entry->source) == RELPERSISTENCE_UNLOGGED;
	RollupQuery *rollup;

	names->schema = quote_identifier(get_namespace_name(schema));
	names->view = quote_qualified_identifier(prefix, name);
	names->definition = quote_qualified_identifier(prefix, definition);
	names->state = quote_qualified_identifier(prefix, state);
	names->source = quote_qualified_identifier(get_namespace_name(get_rel_namespace(entry->source)),
											   get_rel_name(entry->source));
	entry->definition = create_relation(psprintf("CREATE VIEW %s AS %s", names->definition, pg_get_querydef(query, false)),
										definition, namespace, owner);
	rollup = rollup_query_of_view(entry->definition, InvalidOid, schema);
	entry->state = create_relation(rollup_sql_state(rollup, names, unlogged), state, namespace, owner);
	rollup_execute(rollup_sql_alter_state(rollup, names), InvalidOid);
	entry->view = create_relation(rollup_sql_view(rollup, names), name, namespace, owner);
}

/*
 * create_rollup(name, query, with_data, auto_fold): keeps a query as a view of
 * that name, which is up to date in the transaction that changes the table.
 * The query is SELECT keys, aggregates FROM one table [WHERE] [GROUP BY keys],
 * immutable, with the aggregates of this extension, count, and sum over
 * integers or numeric.  Without data it is stale until rebuild_rollup();
 * without auto_fold nothing folds it but fold_rollup().  Returns the view.
 *
 * 0A000 for what it cannot keep, named; 42501 for a table of others; 25001 in
 * a transaction that goes on with an old snapshot; 25006 in a READ ONLY one;
 * 42P07 for a name in use.
 */
PG_FUNCTION_INFO_V1(live_rollup_create);
Datum
live_rollup_create(PG_FUNCTION_ARGS)
{
	Oid			schema = get_func_namespace(fcinfo->flinfo->fn_oid);
	RangeVar   *name = rollup_range_var(PG_GETARG_TEXT_PP(0));
	char	   *sql = text_to_cstring(PG_GETARG_TEXT_PP(1));
	bool		with_data = PG_GETARG_BOOL(2);
	RollupEntry entry = {.auto_fold = PG_GETARG_BOOL(3), .stale = !with_data};
	RollupNames names;
	RollupIdentity identity;
	Query	   *query;
	Oid			namespace;
	int			nest_level;

	check_transaction("create_rollup()");
	SPI_connect();
	namespace = RangeVarGetCreationNamespace(name);
	check_name(name->relname, namespace);
	query = analyze(sql);
	entry.source = rollup_query(copyObject(query), schema)->source;
	check_no_state(entry.source, schema);
	rollup_lock_source(&entry, schema);
	rollup_drop_unknown_triggers(&entry, schema);
	entry.id = rollup_next_id(schema);

	nest_level = NewGUCNestLevel();
	pin_settings();
	create_relations(&entry, &names, query, namespace, name->relname, schema);
	rollup_create_triggers(&entry, &names, schema);
	AtEOXact_GUC(false, nest_level);
	rollup_entry_insert(schema, &entry);
	if (with_data)
	{
		identity = rollup_become(rollup_owner(entry.source), true);
		rebuild(&entry, schema);
		rollup_resign(&identity);
	}
	SPI_finish();
	PG_RETURN_OID(entry.view);
}

/*
 * fold_rollup(name), fold_rollup(name, auto_fold): merges what waits in the
 * state into a row per group, which makes reading faster and changes nothing
 * else; blocks no reader and no writer, and waits for another fold.  The second
 * one also has writers fold it from then on, or not.  25001 outside READ
 * COMMITTED, 25006 in READ ONLY, 55000 for a stale one, 55006 within a statement
 * that uses the source.
 */
PG_FUNCTION_INFO_V1(live_rollup_fold);
Datum
live_rollup_fold(PG_FUNCTION_ARGS)
{
	Oid			schema = get_func_namespace(fcinfo->flinfo->fn_oid);
	bool		sets = PG_NARGS() > 1;
	RollupEntry *entry;

	check_transaction("fold_rollup()");
	/* who marks it stale writes to its entry, too */
	entry = lock_argument(fcinfo, schema, sets ? RowExclusiveLock : AccessShareLock);
	check_idle(entry->source, "fold a rollup of");
	rollup_lock(entry, true);
	entry = entry_now(entry, schema);
	check_live(entry);
	rollup_fold(entry, schema, true, true);
	if (sets)
		rollup_entry_set_auto_fold(schema, entry_now(entry, schema), PG_GETARG_BOOL(1));
	PG_RETURN_VOID();
}

/*
 * rebuild_rollup(name): computes the state anew, and writers wait for that only
 * where triggers are missing or disabled, which it mends.  It also takes up the
 * rollup that a dump without data left unknown.  25001 outside READ COMMITTED,
 * 25006 in READ ONLY, 55006 within a statement that uses the source.
 */
PG_FUNCTION_INFO_V1(live_rollup_rebuild);
Datum
live_rollup_rebuild(PG_FUNCTION_ARGS)
{
	Oid			schema = get_func_namespace(fcinfo->flinfo->fn_oid);
	RollupEntry *entry;
	RollupIdentity identity;

	check_transaction("rebuild_rollup()");
	SPI_connect();
	rollup_register(rollup_relation(PG_GETARG_TEXT_PP(0)), schema);
	entry = lock_to_mend(fcinfo, schema);
	mend_triggers(entry, schema, "rebuild a rollup of");
	identity = rollup_become(rollup_owner(entry->state), true);
	rebuild(entry, schema);
	rollup_resign(&identity);
	rollup_clear_stale(schema, entry->id);
	SPI_finish();
	PG_RETURN_VOID();
}

/* Puts what SPI returned into the result. */
static void
return_rows(ReturnSetInfo *rsinfo)
{
	for (uint64 i = 0; i < SPI_processed; i++)
		tuplestore_puttuple(rsinfo->setResult, SPI_tuptable->vals[i]);
}

/*
 * verify_rollup(name): the groups whose kept values are not those that the
 * query gives in the same snapshot, with both; never any.  Of a stale rollup it
 * mends the triggers first, and one that is exact is not stale any more.
 */
PG_FUNCTION_INFO_V1(live_rollup_verify);
Datum
live_rollup_verify(PG_FUNCTION_ARGS)
{
	Oid			schema = get_func_namespace(fcinfo->flinfo->fn_oid);
	bool		may_clear = may_clear_stale(entry_argument(fcinfo, schema));
	RollupEntry *entry = may_clear ? lock_to_mend(fcinfo, schema) : lock_argument(fcinfo, schema, AccessShareLock);
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	RollupIdentity identity;
	RollupNames names;

	InitMaterializedSRF(fcinfo, 0);
	SPI_connect();
	if (may_clear)
		mend_triggers(entry, schema, "verify a stale rollup of");
	rollup_names(&names, entry, schema);
	identity = rollup_become(rollup_owner(entry->state), true);
	rollup_execute(rollup_sql_verify(rollup_query_of_view(entry->definition, entry->state, schema), &names), InvalidOid);
	return_rows(rsinfo);
	rollup_resign(&identity);
	if (may_clear && SPI_processed == 0)
		rollup_clear_stale(schema, entry->id);
	SPI_finish();
	return (Datum) 0;
}

/* drop_rollup(name): drops the view; all that belongs to it goes with it (live_rollup_watch.c).  25006 in READ ONLY. */
PG_FUNCTION_INFO_V1(live_rollup_drop);
Datum
live_rollup_drop(PG_FUNCTION_ARGS)
{
	Oid			schema = get_func_namespace(fcinfo->flinfo->fn_oid);
	RollupEntry *entry;
	RollupNames names;

	PreventCommandIfReadOnly("drop_rollup()");
	entry = lock_argument(fcinfo, schema, AccessExclusiveLock);
	rollup_names(&names, entry, schema);
	SPI_connect();
	rollup_execute(psprintf("DROP VIEW %s", names.view), InvalidOid);
	SPI_finish();
	PG_RETURN_VOID();
}

/* What is counted for rollup_waiting() */
typedef struct Waiting
{
	const RollupEntry *entry;
	Oid			schema;
	int64		rows;
} Waiting;

/* How many rows of the state a fold would save, as its owner counts them. */
static void
count_waiting(void *context)
{
	Waiting    *waiting = context;
	const RollupEntry *entry = waiting->entry;
	RollupIdentity identity = rollup_become(rollup_owner(entry->state), true);
	RollupNames names;
	bool		isnull;

	SPI_connect();
	rollup_names(&names, entry, waiting->schema);
	rollup_execute(rollup_sql_waiting(rollup_keys(entry->definition, entry->state), &names), InvalidOid);
	waiting->rows = DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
	SPI_finish();
	rollup_resign(&identity);
}

/* Whether it is a cancellation or a timeout of the reader's; an owner's code can raise its SQLSTATE, too. */
static bool
is_interrupt(const ErrorData *error)
{
	return error->funcname && strcmp(error->funcname, "ProcessInterrupts") == 0;
}

/*
 * The same, and whether it can be told: what an owner did to the state, its
 * schema or his own rights is not to fail a view that shows the rollups of all.
 */
static bool
try_count_waiting(Waiting *waiting)
{
	ErrorData  *error = rollup_try(count_waiting, waiting);

	if (error && is_interrupt(error))
		ReThrowError(error);
	return error == NULL;
}

/*
 * rollup_waiting(id): how many rows of its state a fold would save; NULL for
 * who may not read the rollup, and where its owner cannot count them or
 * somebody has the state locked.
 */
PG_FUNCTION_INFO_V1(live_rollup_waiting);
Datum
live_rollup_waiting(PG_FUNCTION_ARGS)
{
	Oid			schema = get_func_namespace(fcinfo->flinfo->fn_oid);
	RollupEntry *entry = rollup_entry(schema, PG_GETARG_INT32(0));
	Waiting		waiting = {entry, schema, 0};
	bool		dropped = false;

	if (entry == NULL || pg_class_aclcheck_ext(entry->view, GetUserId(), ACL_SELECT, &dropped) != ACLCHECK_OK ||
		!ConditionalLockRelationOid(entry->state, AccessShareLock) || !try_count_waiting(&waiting))
		PG_RETURN_NULL();
	PG_RETURN_INT64(waiting.rows);
}

/* The rollup of this definition that the snapshot has; without one, that there is now.  NULL for none. */
static RollupEntry *
entry_defined(Oid schema, Oid definition, Snapshot snapshot)
{
	ListCell   *cell;

	foreach(cell, rollup_entries(schema, snapshot))
	{
		if (((RollupEntry *) lfirst(cell))->definition == definition)
			return lfirst(cell);
	}
	return NULL;
}

/*
 * rollup_is_live(definition): true; 55000 where changes of the source may have
 * gone unnoticed, by the snapshot that the query reads with, 40001 where that is
 * older than the rollup.
 */
PG_FUNCTION_INFO_V1(live_rollup_is_live);
Datum
live_rollup_is_live(PG_FUNCTION_ARGS)
{
	Oid			schema = get_func_namespace(fcinfo->flinfo->fn_oid);
	Oid			definition = PG_GETARG_OID(0);
	RollupEntry *entry = entry_defined(schema, definition, GetActiveSnapshot());

	if (entry)
	{
		check_live(entry);
		PG_RETURN_BOOL(true);
	}
	entry = entry_defined(schema, definition, NULL);
	if (entry)
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errmsg("rollup \"%s\" was created after this transaction took its snapshot", get_rel_name(entry->view)),
				 errhint("Begin the transaction anew.")));
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("\"%s\" defines no rollup that is known here", get_rel_name(definition)),
			 errhint("Where a dump was restored without its data, rebuild_rollup() takes it up again.")));
}
