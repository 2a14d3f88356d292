/*
 * src/live_rollup_catalog.c: which rollups there are, and their triggers
 *
 * The table live_rollup has a row for each.  It is read and written without
 * regard to privileges, which the callers check: it belongs to whoever created
 * the extension.  It holds the relations as regclass, which a dump writes by
 * name; a trigger knows its rollup by the number alone, which a dump keeps.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "commands/sequence.h"
#include "commands/trigger.h"
#include "nodes/makefuncs.h"
#include "parser/parse_func.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/regproc.h"
#include "utils/varlena.h"

#include "live_rollup.h"

/* Columns of live_rollup */
enum
{
	ENTRY_ID = 1,
	ENTRY_VIEW,
	ENTRY_DEFINITION,
	ENTRY_STATE,
	ENTRY_SOURCE,
	ENTRY_AUTO_FOLD,
	ENTRY_STALE,
	ENTRY_COLUMNS = ENTRY_STALE
};

/* The number of triggers of a rollup on its source */
#define ROLLUP_TRIGGERS 5

/* The table in the extension's schema; NULL while the extension is being dropped. */
static Relation
catalog_open(Oid schema, LOCKMODE mode)
{
	Oid			relid = get_relname_relid("live_rollup", schema);

	return OidIsValid(relid) ? table_open(relid, mode) : NULL;
}

static RollupEntry *
entry_from_tuple(HeapTuple tuple, TupleDesc desc)
{
	RollupEntry *entry = palloc0(sizeof(RollupEntry));
	Datum		values[ENTRY_COLUMNS];
	bool		nulls[ENTRY_COLUMNS];

	heap_deform_tuple(tuple, desc, values, nulls);
	entry->id = DatumGetInt32(values[ENTRY_ID - 1]);
	entry->view = DatumGetObjectId(values[ENTRY_VIEW - 1]);
	entry->definition = DatumGetObjectId(values[ENTRY_DEFINITION - 1]);
	entry->state = DatumGetObjectId(values[ENTRY_STATE - 1]);
	entry->source = DatumGetObjectId(values[ENTRY_SOURCE - 1]);
	entry->auto_fold = DatumGetBool(values[ENTRY_AUTO_FOLD - 1]);
	entry->stale = DatumGetBool(values[ENTRY_STALE - 1]);
	entry->tid = tuple->t_self;
	return entry;
}

/* All rollups that the snapshot has; without one, all there are now. */
List *
rollup_entries(Oid schema, Snapshot snapshot)
{
	Relation	catalog = catalog_open(schema, AccessShareLock);
	List	   *entries = NIL;
	SysScanDesc scan;
	HeapTuple	tuple;

	if (catalog == NULL)
		return NIL;
	scan = systable_beginscan(catalog, InvalidOid, false, snapshot, 0, NULL);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
		entries = lappend(entries, entry_from_tuple(tuple, RelationGetDescr(catalog)));
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return entries;
}

/* The rollup of this number, or NULL. */
RollupEntry *
rollup_entry(Oid schema, int32 id)
{
	ListCell   *cell;

	foreach(cell, rollup_entries(schema, NULL))
	{
		RollupEntry *entry = lfirst(cell);

		if (entry->id == id)
			return entry;
	}
	return NULL;
}

/* A name as SQL reads it, or, where it is none, as it stands. */
RangeVar *
rollup_range_var(const text *name)
{
	char	   *string = text_to_cstring(name);
	char	   *copy = pstrdup(string);
	List	   *parts;

	if (SplitIdentifierString(copy, '.', &parts) && parts != NIL)
		return makeRangeVarFromNameList(textToQualifiedNameList(cstring_to_text(string)));
	return makeRangeVar(NULL, string, -1);
}

/* The rollup of this name; 42P01 where there is no relation, 42809 where it is none. */
RollupEntry *
rollup_entry_named(Oid schema, const text *name)
{
	Oid			relid = RangeVarGetRelid(rollup_range_var(name), NoLock, false);
	ListCell   *cell;

	foreach(cell, rollup_entries(schema, NULL))
	{
		RollupEntry *entry = lfirst(cell);

		if (entry->view == relid)
			return entry;
	}
	ereport(ERROR,
			(errcode(ERRCODE_WRONG_OBJECT_TYPE),
			 errmsg("\"%s\" is not a rollup", get_rel_name(relid)),
			 errhint("The view rollups lists them.")));
}

void
rollup_entry_insert(Oid schema, const RollupEntry *entry)
{
	Relation	catalog = catalog_open(schema, RowExclusiveLock);
	bool		nulls[ENTRY_COLUMNS] = {false};
	Datum		values[ENTRY_COLUMNS];
	HeapTuple	tuple;

	values[ENTRY_ID - 1] = Int32GetDatum(entry->id);
	values[ENTRY_VIEW - 1] = ObjectIdGetDatum(entry->view);
	values[ENTRY_DEFINITION - 1] = ObjectIdGetDatum(entry->definition);
	values[ENTRY_STATE - 1] = ObjectIdGetDatum(entry->state);
	values[ENTRY_SOURCE - 1] = ObjectIdGetDatum(entry->source);
	values[ENTRY_AUTO_FOLD - 1] = BoolGetDatum(entry->auto_fold);
	values[ENTRY_STALE - 1] = BoolGetDatum(entry->stale);
	tuple = heap_form_tuple(RelationGetDescr(catalog), values, nulls);
	CatalogTupleInsert(catalog, tuple);
	table_close(catalog, RowExclusiveLock);
	CommandCounterIncrement();
}

void
rollup_entry_set_stale(Oid schema, const RollupEntry *entry, bool stale)
{
	Relation	catalog = catalog_open(schema, RowExclusiveLock);
	bool		nulls[ENTRY_COLUMNS] = {false};
	bool		replaced[ENTRY_COLUMNS] = {false};
	Datum		values[ENTRY_COLUMNS] = {0};
	SysScanDesc scan = systable_beginscan(catalog, InvalidOid, false, NULL, 0, NULL);
	ItemPointerData tid = entry->tid;
	HeapTuple	tuple;

	values[ENTRY_STALE - 1] = BoolGetDatum(stale);
	replaced[ENTRY_STALE - 1] = true;
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		if (!ItemPointerEquals(&tuple->t_self, &tid))
			continue;
		tuple = heap_modify_tuple(tuple, RelationGetDescr(catalog), values, nulls, replaced);
		CatalogTupleUpdate(catalog, &tuple->t_self, tuple);
	}
	systable_endscan(scan);
	table_close(catalog, RowExclusiveLock);
	CommandCounterIncrement();
}

void
rollup_clear_stale(const RollupEntry *entry, Oid schema)
{
	if (entry->stale)
		rollup_entry_set_stale(schema, entry, false);
}

void
rollup_entry_delete(Oid schema, const RollupEntry *entry)
{
	Relation	catalog = catalog_open(schema, RowExclusiveLock);
	ItemPointerData tid = entry->tid;

	CatalogTupleDelete(catalog, &tid);
	table_close(catalog, RowExclusiveLock);
	CommandCounterIncrement();
}

int32
rollup_next_id(Oid schema)
{
	return nextval_internal(get_relname_relid("live_rollup_id_seq", schema), false);
}

static char *
qualified_name(Oid relid)
{
	char	   *name = get_rel_name(relid);

	return name ? quote_qualified_identifier(get_namespace_name(get_rel_namespace(relid)), name) : NULL;
}

/* The names of what is there. */
void
rollup_names(RollupNames *names, const RollupEntry *entry, Oid schema)
{
	names->schema = quote_identifier(get_namespace_name(schema));
	names->view = qualified_name(entry->view);
	names->definition = qualified_name(entry->definition);
	names->state = qualified_name(entry->state);
	names->source = qualified_name(entry->source);
}

/* The trigger function of all rollups. */
Oid
rollup_maintain_function(Oid schema)
{
	return LookupFuncName(list_make2(makeString(get_namespace_name(schema)), makeString("maintain_rollup")),
						  0, NULL, false);
}

static bool
is_trigger_of(const RollupEntry *entry, HeapTuple tuple, TupleDesc desc)
{
	bool		isnull;
	bytea	   *args = DatumGetByteaPP(heap_getattr(tuple, Anum_pg_trigger_tgargs, desc, &isnull));

	return ((Form_pg_trigger) GETSTRUCT(tuple))->tgnargs == 1 &&
		strtol(VARDATA_ANY(args), NULL, 10) == entry->id;
}

/* The rows of pg_trigger for the rollup's triggers on its source, which is not locked for that. */
List *
rollup_triggers(const RollupEntry *entry, Oid schema)
{
	Relation	catalog = table_open(TriggerRelationId, AccessShareLock);
	Oid			function = rollup_maintain_function(schema);
	List	   *triggers = NIL;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&key, Anum_pg_trigger_tgrelid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(entry->source));
	scan = systable_beginscan(catalog, TriggerRelidNameIndexId, true, NULL, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		if (((Form_pg_trigger) GETSTRUCT(tuple))->tgfoid == function &&
			is_trigger_of(entry, tuple, RelationGetDescr(catalog)))
			triggers = lappend(triggers, heap_copytuple(tuple));
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return triggers;
}

/* Whether all changes of the source reach the rollup. */
RollupTriggers
rollup_triggers_state(const RollupEntry *entry, Oid schema)
{
	List	   *triggers = rollup_triggers(entry, schema);
	ListCell   *cell;

	foreach(cell, triggers)
	{
		if (((Form_pg_trigger) GETSTRUCT((HeapTuple) lfirst(cell)))->tgenabled == TRIGGER_DISABLED)
			return ROLLUP_TRIGGERS_DISABLED;
	}
	return list_length(triggers) < ROLLUP_TRIGGERS ? ROLLUP_TRIGGERS_MISSING : ROLLUP_TRIGGERS_LIVE;
}

/* Creates the triggers on the source, or what is missing of them. */
void
rollup_create_triggers(const RollupEntry *entry, const RollupNames *names)
{
	static const char *const triggers[ROLLUP_TRIGGERS][2] = {
		{"insert", "AFTER INSERT ON %s REFERENCING NEW TABLE AS added FOR EACH STATEMENT"},
		{"update", "AFTER UPDATE ON %s REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT"},
		{"delete", "AFTER DELETE ON %s REFERENCING OLD TABLE AS removed FOR EACH STATEMENT"},
		{"truncate", "AFTER TRUNCATE ON %s FOR EACH STATEMENT"},
		{"replicated", "AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW"},
	};
	StringInfoData sql;

	initStringInfo(&sql);
	for (int i = 0; i < ROLLUP_TRIGGERS; i++)
	{
		/* what sorts first fires before any of the user's triggers */
		appendStringInfo(&sql, "CREATE OR REPLACE TRIGGER \"!rollup %d %s\" ", entry->id, triggers[i][0]);
		appendStringInfo(&sql, triggers[i][1], names->source);
		appendStringInfo(&sql, " EXECUTE FUNCTION %s.maintain_rollup('%d');", names->schema, entry->id);
	}
	/* statement triggers do not fire for what is replicated, TRUNCATE apart */
	appendStringInfo(&sql,
					 "ALTER TABLE %s ENABLE ALWAYS TRIGGER \"!rollup %d truncate\", "
					 "ENABLE REPLICA TRIGGER \"!rollup %d replicated\"",
					 names->source, entry->id, entry->id);
	rollup_execute(sql.data, InvalidOid);
}
