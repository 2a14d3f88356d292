/*
 * src/own_table.c: reading the extension's own tables, and noticing that they change
 *
 * What is read is kept by the backend until a relcache invalidation of the
 * table.  DDL sends one by itself, the triggers of the table do for all else;
 * as they are transactional, a change is seen from the next command on, by
 * other sessions from its commit on, and a rollback takes it back here too.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/pg_class.h"
#include "catalog/pg_proc.h"
#include "commands/trigger.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "complaint_metrics.h"

static OwnTable *own_tables = NULL;

/* Relcache callback.  Only marks: someone may be reading what is kept. */
static void
own_table_invalidate(Datum arg, Oid relid)
{
	(void) arg;
	for (OwnTable *table = own_tables; table; table = table->next)
	{
		if (relid == table->relid || !OidIsValid(relid))
			table->fresh = false;
	}
}

/*
 * Hears of other sessions' changes, once a statement, also of one inside a
 * function; else only a new lock would.  The snapshots of two statements
 * differ in these where a transaction has ended between them.
 */
static inline void
own_table_accept_invalidations(void)
{
	static TimestampTz last_statement = 0;
	static TransactionId last_xmax = 0;
	static int64 last_running = 0;
	TimestampTz statement = GetCurrentStatementStartTimestamp();
	Snapshot	snapshot = ActiveSnapshotSet() ? GetActiveSnapshot() : NULL;
	int64		running = snapshot ? (int64) snapshot->xcnt + snapshot->subxcnt : 0;

	/* all that run are in subxcnt on a standby */
	if (snapshot && statement == last_statement && snapshot->xmax == last_xmax && running == last_running)
		return;
	last_statement = statement;
	last_xmax = snapshot ? snapshot->xmax : 0;
	last_running = running;
	AcceptInvalidationMessages();
}

/* Whether what was kept of the table in the schema of this function is what the table says. */
bool
own_table_is_fresh(OwnTable *table, Oid function)
{
	own_table_accept_invalidations();
	if (!table->fresh || table->kept == NULL)
		return false;
	for (int i = 0; i < table->nfunctions; i++)
	{
		if (table->functions[i] == function)
			return true;
	}
	if (get_relname_relid(table->name, get_func_namespace(function)) != table->relid)
		return false;
	if (table->nfunctions == OWN_TABLE_FUNCTIONS)
		table->nfunctions = 0;
	table->functions[table->nfunctions++] = function;
	/* a look into the catalog may hear of a change */
	return table->fresh;
}

static void
own_table_forget(OwnTable *table)
{
	MemoryContext kept = table->kept;

	if (own_tables == NULL)
		CacheRegisterRelcacheCallback(own_table_invalidate, (Datum) 0);
	if (!table->watched)
	{
		table->next = own_tables;
		own_tables = table;
		table->watched = true;
	}
	table->kept = NULL;
	table->fresh = false;
	if (kept)
		MemoryContextDelete(kept);
}

/*
 * The table in the function's own schema, whatever search_path says, locked
 * for reading; 42P01 where there is none, 42809 where that is no table.  What
 * was kept of it is gone.
 */
Relation
own_table_open(OwnTable *table, Oid function)
{
	Oid			schema = get_func_namespace(function);
	Oid			relid = get_relname_relid(table->name, schema);
	Relation	relation;

	own_table_forget(table);
	relation = OidIsValid(relid) ? try_relation_open(relid, AccessShareLock) : NULL;

	/* Until the lock came it could be renamed. */
	if (relation == NULL || RelationGetNamespace(relation) != schema ||
		strcmp(RelationGetRelationName(relation), table->name) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("table \"%s\" of complaint_metrics is missing", table->name),
				 errdetail("The schema \"%s\" does not have it.", get_namespace_name(schema)),
				 errhint("Give the table its name and schema back, or create the extension anew.")));
	if (relation->rd_rel->relkind != RELKIND_RELATION)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("\"%s\" of complaint_metrics is not an ordinary table", table->name),
				 errhint("Give the extension's own table its name back.")));

	if (getExtensionOfObject(RelationRelationId, relid) != getExtensionOfObject(ProcedureRelationId, function))
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("table \"%s\" is not the one of complaint_metrics", table->name),
				 errdetail("Without the extension's own triggers its changes would go unnoticed."),
				 errhint("Give the extension's table its name and schema back, or create the extension anew.")));

	/* Set before it is read: what changes from here on makes it stale again. */
	table->relid = relid;
	table->functions[0] = function;
	table->nfunctions = 1;
	table->fresh = true;
	return relation;
}

/* Number of a column; 42703 where there is none, 42804 where it has another type. */
AttrNumber
own_table_column(Relation relation, const char *name, Oid type)
{
	TupleDesc	desc = RelationGetDescr(relation);

	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(desc, i);

		if (column->attisdropped || strcmp(NameStr(column->attname), name) != 0)
			continue;
		if (column->atttypid != type)
			ereport(ERROR,
					(errcode(ERRCODE_DATATYPE_MISMATCH),
					 errmsg("column \"%s\" of table \"%s\" has another type than complaint_metrics gave it", name,
							RelationGetRelationName(relation)),
					 errhint("Alter it back to the type %s.", format_type_be(type))));
		return column->attnum;
	}
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_COLUMN),
			 errmsg("column \"%s\" of table \"%s\" is missing", name, RelationGetRelationName(relation)),
			 errhint("Give the column its name back, or create the extension anew.")));
}

/* A column's value; 22004 where it is NULL, which the table's constraints forbid. */
Datum
own_table_value(Relation relation, HeapTuple row, AttrNumber column)
{
	bool		isnull;
	Datum		value = heap_getattr(row, column, RelationGetDescr(relation), &isnull);

	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("table \"%s\" has a row without \"%s\"", RelationGetRelationName(relation),
						NameStr(TupleDescAttr(RelationGetDescr(relation), column - 1)->attname)),
				 errhint("Give it a value, or delete the row.")));
	return value;
}

/* Closes the table, and keeps what was read of it, which lies in this context. */
void
own_table_keep(OwnTable *table, Relation relation, MemoryContext context)
{
	relation_close(relation, AccessShareLock);
	MemoryContextSetParent(context, CacheMemoryContext);
	table->kept = context;
}

/*
 * own_table_changed(): trigger of the extension's tables, before a statement
 * and after each row.  Before, so that a statement that fails half way has
 * announced what it takes back; after, for what was read while it ran; by row,
 * as logical replication fires no trigger by statement.
 */
PG_FUNCTION_INFO_V1(own_table_changed);
Datum
own_table_changed(PG_FUNCTION_ARGS)
{
	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("own_table_changed() is a trigger function")));
	if (TRIGGER_FIRED_BEFORE(((TriggerData *) fcinfo->context)->tg_event) &&
		TRIGGER_FIRED_FOR_ROW(((TriggerData *) fcinfo->context)->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("own_table_changed() cannot be fired before a row")));
	CacheInvalidateRelcache(((TriggerData *) fcinfo->context)->tg_relation);
	PG_RETURN_POINTER(NULL);
}
