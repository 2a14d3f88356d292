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
#include "catalog/pg_proc.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "commands/sequence.h"
#include "commands/trigger.h"
#include "nodes/makefuncs.h"
#include "parser/scansup.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/regproc.h"
#include "utils/syscache.h"
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

/* The triggers of a rollup; one is called "!rollup ID NAME", which sorts before any of the user's. */
typedef struct TriggerShape
{
	const char *name;
	const char *sql;
	int16		type;
	bool		removed;		/* reads the rows that went */
	bool		added;			/* reads the rows that came */
	char		enabled;		/* besides ALWAYS */
	bool		guard;			/* of the state; the others are the source's */
} TriggerShape;

#define ANY_CHANGE (TRIGGER_TYPE_INSERT | TRIGGER_TYPE_UPDATE | TRIGGER_TYPE_DELETE)

/*
 * Statement triggers do not fire for what is replicated, TRUNCATE's apart: so
 * there are others for its rows, which in turn cost nothing in other sessions.
 */
static const TriggerShape trigger_shapes[] = {
	{"insert", "AFTER INSERT ON %s REFERENCING NEW TABLE AS added FOR EACH STATEMENT",
	TRIGGER_TYPE_INSERT, false, true, TRIGGER_FIRES_ON_ORIGIN, false},
	{"update", "AFTER UPDATE ON %s REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT",
	TRIGGER_TYPE_UPDATE, true, true, TRIGGER_FIRES_ON_ORIGIN, false},
	{"delete", "AFTER DELETE ON %s REFERENCING OLD TABLE AS removed FOR EACH STATEMENT",
	TRIGGER_TYPE_DELETE, true, false, TRIGGER_FIRES_ON_ORIGIN, false},
	{"truncate", "AFTER TRUNCATE ON %s FOR EACH STATEMENT",
	TRIGGER_TYPE_TRUNCATE, false, false, TRIGGER_FIRES_ALWAYS, false},
	{"replicated", "AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW",
	TRIGGER_TYPE_ROW | ANY_CHANGE, false, false, TRIGGER_FIRES_ON_REPLICA, false},
	{"guard", "BEFORE INSERT OR UPDATE OR DELETE ON %s FOR EACH STATEMENT",
	TRIGGER_TYPE_BEFORE | ANY_CHANGE, false, false, TRIGGER_FIRES_ON_ORIGIN, true},
	{"guard truncate", "BEFORE TRUNCATE ON %s FOR EACH STATEMENT",
	TRIGGER_TYPE_BEFORE | TRIGGER_TYPE_TRUNCATE, false, false, TRIGGER_FIRES_ALWAYS, true},
	{"guard replicated", "BEFORE INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW",
	TRIGGER_TYPE_BEFORE | TRIGGER_TYPE_ROW | ANY_CHANGE, false, false, TRIGGER_FIRES_ON_REPLICA, true},
};

/* The table in the extension's schema; NULL while the extension is being dropped.  55000 where it is not as it was created. */
static Relation
catalog_open(Oid schema, LOCKMODE mode)
{
	Oid			relid = get_relname_relid("live_rollup", schema);
	Relation	catalog = OidIsValid(relid) ? table_open(relid, mode) : NULL;

	if (catalog && RelationGetNumberOfAttributes(catalog) != ENTRY_COLUMNS)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("the columns of \"%s\" are not those that complaint_metrics gave it",
						RelationGetRelationName(catalog)),
				 errhint("Create the extension anew.")));
	return catalog;
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

/* A name as SQL reads it, or, where it is none, as it stands; 42602 for the empty one. */
RangeVar *
rollup_range_var(const text *name)
{
	char	   *string = text_to_cstring(name);
	char	   *copy = pstrdup(string);
	List	   *parts;

	if (SplitIdentifierString(copy, '.', &parts) && parts != NIL)
		return makeRangeVarFromNameList(textToQualifiedNameList(cstring_to_text(string)));
	if (string[0] == '\0')
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_NAME),
				 errmsg("a rollup needs a name")));
	truncate_identifier(string, strlen(string), true);
	return makeRangeVar(NULL, string, -1);
}

/* The name of a rollup as the argument of a function: quoted, and with its schema where the session needs that. */
const char *
rollup_literal(Oid view)
{
	return quote_literal_cstr(DatumGetCString(DirectFunctionCall1(regclassout, ObjectIdGetDatum(view))));
}

/* The relation of this name; 42P01 where there is none. */
Oid
rollup_relation(const text *name)
{
	RangeVar   *wanted = rollup_range_var(name);
	Oid			relid = RangeVarGetRelid(wanted, NoLock, true);

	if (!OidIsValid(relid))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation \"%s%s%s\" does not exist", wanted->schemaname ? wanted->schemaname : "",
						wanted->schemaname ? "." : "", wanted->relname),
				 errhint("The view rollups lists the rollups there are.")));
	return relid;
}

/* The rollup of this name; 42P01 where there is no relation, 42809 where it is none. */
RollupEntry *
rollup_entry_named(Oid schema, const text *name)
{
	/* first, as who reads a table hears of what was dropped */
	List	   *entries = rollup_entries(schema, NULL);
	Oid			relid = rollup_relation(name);
	ListCell   *cell;

	foreach(cell, entries)
	{
		RollupEntry *entry = lfirst(cell);

		if (entry->view == relid)
			return entry;
	}
	ereport(ERROR,
			(errcode(ERRCODE_WRONG_OBJECT_TYPE),
			 errmsg("\"%s\" is not a rollup", get_rel_name(relid)),
			 errhint("The view rollups lists them; where a dump was restored without its data, "
					 "rebuild_rollup() takes its rollups up.")));
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

static void
entry_set(Oid schema, const RollupEntry *entry, int column, bool value)
{
	Relation	catalog = catalog_open(schema, RowExclusiveLock);
	bool		nulls[ENTRY_COLUMNS] = {false};
	bool		replaced[ENTRY_COLUMNS] = {false};
	Datum		values[ENTRY_COLUMNS] = {0};
	SysScanDesc scan = systable_beginscan(catalog, InvalidOid, false, NULL, 0, NULL);
	ItemPointerData tid = entry->tid;
	HeapTuple	tuple;

	values[column - 1] = BoolGetDatum(value);
	replaced[column - 1] = true;
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
rollup_entry_set_stale(Oid schema, const RollupEntry *entry, bool stale)
{
	entry_set(schema, entry, ENTRY_STALE, stale);
}

void
rollup_entry_set_auto_fold(Oid schema, const RollupEntry *entry, bool auto_fold)
{
	/* writers have it with what they prepared */
	CacheInvalidateRelcacheByRelid(entry->state);
	entry_set(schema, entry, ENTRY_AUTO_FOLD, auto_fold);
}

/* Of the rollup as it is now: commands may have marked it since it was looked up. */
void
rollup_clear_stale(Oid schema, int32 id)
{
	RollupEntry *entry = rollup_entry(schema, id);

	if (entry && entry->stale)
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

/* A number that is free, also where a dump brought back rows and not the sequence. */
int32
rollup_next_id(Oid schema)
{
	Oid			sequence = get_relname_relid("live_rollup_id_seq", schema);
	int32		id;

	do
		id = nextval_internal(sequence, false);
	while (rollup_entry(schema, id) != NULL);
	return id;
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

/*
 * A function of the extension; InvalidOid while it is being dropped.  Found
 * for those, too, who may not use its schema, as anybody's DDL asks.
 */
Oid
rollup_function(Oid schema, const char *name, const Oid *types, int ntypes)
{
	return GetSysCacheOid3(PROCNAMEARGSNSP, Anum_pg_proc_oid, CStringGetDatum(name),
						   PointerGetDatum(buildoidvector(types, ntypes)), ObjectIdGetDatum(schema));
}

static char *
trigger_name(const TriggerShape *shape, int32 id)
{
	return psprintf("!rollup %d %s", id, shape->name);
}

/* Which trigger of the rollup has this very name, of which a table has but one; NULL for none. */
static const TriggerShape *
trigger_shape(const char *name, int32 id)
{
	for (int i = 0; i < (int) lengthof(trigger_shapes); i++)
	{
		if (strcmp(name, trigger_name(&trigger_shapes[i], id)) == 0)
			return &trigger_shapes[i];
	}
	return NULL;
}

/* The same, if it is of this type. */
static const TriggerShape *
own_trigger_shape(const char *name, int16 type, int32 id)
{
	const TriggerShape *shape = trigger_shape(name, id);

	return shape && shape->type == type ? shape : NULL;
}

/* Whether a trigger of this name and type is one of the rollup's own. */
bool
rollup_owns_trigger(int32 id, const char *name, int16 type)
{
	return own_trigger_shape(name, type, id) != NULL;
}

/* The number in the argument of a trigger; 0 where it has none. */
static int32
trigger_id(HeapTuple tuple, TupleDesc desc)
{
	bool		isnull;
	bytea	   *args = DatumGetByteaPP(heap_getattr(tuple, Anum_pg_trigger_tgargs, desc, &isnull));

	return ((Form_pg_trigger) GETSTRUCT(tuple))->tgnargs == 1 ? strtol(VARDATA_ANY(args), NULL, 10) : 0;
}

/* How far a trigger is as it was created, and on. */
static RollupTriggers
trigger_state(HeapTuple tuple, TupleDesc desc, const TriggerShape *shape)
{
	Form_pg_trigger form = (Form_pg_trigger) GETSTRUCT(tuple);

	if (form->tgtype != shape->type || form->tgattr.dim1 > 0 ||
		!heap_attisnull(tuple, Anum_pg_trigger_tgqual, desc) ||
		heap_attisnull(tuple, Anum_pg_trigger_tgoldtable, desc) == shape->removed ||
		heap_attisnull(tuple, Anum_pg_trigger_tgnewtable, desc) == shape->added)
		return ROLLUP_TRIGGERS_DISABLED;
	if (form->tgenabled == shape->enabled || form->tgenabled == TRIGGER_FIRES_ALWAYS)
		return ROLLUP_TRIGGERS_LIVE;
	return form->tgenabled == TRIGGER_FIRES_ON_ORIGIN ? ROLLUP_TRIGGERS_LOCAL : ROLLUP_TRIGGERS_DISABLED;
}

/* The rows of pg_trigger of a relation, which is not locked for that. */
static List *
triggers_of(Oid relid)
{
	Relation	catalog = table_open(TriggerRelationId, AccessShareLock);
	List	   *triggers = NIL;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&key, Anum_pg_trigger_tgrelid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relid));
	scan = systable_beginscan(catalog, TriggerRelidNameIndexId, true, NULL, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
		triggers = lappend(triggers, heap_copytuple(tuple));
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return triggers;
}

/* The triggers on its source and state that have the rollup's names, or call for it; a guard is the state's own. */
List *
rollup_triggers(const RollupEntry *entry, Oid schema)
{
	Relation	catalog = table_open(TriggerRelationId, AccessShareLock);
	Oid			maintain = rollup_function(schema, "maintain_rollup", NULL, 0);
	Oid			guard = rollup_function(schema, "guard_rollup", NULL, 0);
	List	   *triggers = NIL;
	ListCell   *cell;

	foreach(cell, list_concat(triggers_of(entry->source), triggers_of(entry->state)))
	{
		HeapTuple	tuple = lfirst(cell);
		Form_pg_trigger form = (Form_pg_trigger) GETSTRUCT(tuple);

		if (trigger_shape(NameStr(form->tgname), entry->id) ||
			(form->tgfoid == maintain && trigger_id(tuple, RelationGetDescr(catalog)) == entry->id) ||
			(form->tgfoid == guard && form->tgrelid == entry->state))
			triggers = lappend(triggers, tuple);
	}
	table_close(catalog, AccessShareLock);
	return triggers;
}

/* The table that a trigger is on */
static Oid
trigger_table(const TriggerShape *shape, const RollupEntry *entry)
{
	return shape->guard ? entry->state : entry->source;
}

/* Those on one of the two that are not as create_rollup() names them there, as a rename leaves one. */
List *
rollup_stray_triggers(const RollupEntry *entry, Oid schema, Oid table)
{
	List	   *strays = NIL;
	ListCell   *cell;

	foreach(cell, rollup_triggers(entry, schema))
	{
		Form_pg_trigger form = (Form_pg_trigger) GETSTRUCT((HeapTuple) lfirst(cell));

		const TriggerShape *shape = own_trigger_shape(NameStr(form->tgname), form->tgtype, entry->id);

		if (form->tgrelid == table && (shape == NULL || trigger_table(shape, entry) != table))
			strays = lappend(strays, lfirst(cell));
	}
	return strays;
}

/* The triggers on a source and a state that are of no rollup that is known, as a dump without data leaves them. */
List *
rollup_unknown_triggers(const RollupEntry *entry, Oid schema)
{
	Relation	catalog = table_open(TriggerRelationId, AccessShareLock);
	Oid			maintain = rollup_function(schema, "maintain_rollup", NULL, 0);
	Oid			guard = rollup_function(schema, "guard_rollup", NULL, 0);
	List	   *triggers = NIL;
	ListCell   *cell;

	foreach(cell, list_concat(triggers_of(entry->source), triggers_of(entry->state)))
	{
		HeapTuple	tuple = lfirst(cell);
		Form_pg_trigger form = (Form_pg_trigger) GETSTRUCT(tuple);
		RollupEntry *known = form->tgfoid == maintain ?
			rollup_entry(schema, trigger_id(tuple, RelationGetDescr(catalog))) : NULL;

		if ((form->tgfoid == maintain && (known == NULL || known->source != entry->source)) || form->tgfoid == guard)
			triggers = lappend(triggers, tuple);
	}
	table_close(catalog, AccessShareLock);
	return triggers;
}

/* Adds triggers, given as rows of pg_trigger, to what is to be dropped. */
void
rollup_add_triggers(ObjectAddresses *objects, List *triggers)
{
	ListCell   *cell;

	foreach(cell, triggers)
	{
		ObjectAddress object = {TriggerRelationId, ((Form_pg_trigger) GETSTRUCT((HeapTuple) lfirst(cell)))->oid, 0};

		add_exact_object_address(&object, objects);
	}
}

/* Drops triggers, given as rows of pg_trigger. */
void
rollup_drop_triggers(List *triggers)
{
	ObjectAddresses *objects = new_object_addresses();

	rollup_add_triggers(objects, triggers);
	performMultipleDeletions(objects, DROP_RESTRICT, PERFORM_DELETION_INTERNAL | PERFORM_DELETION_QUIETLY);
	free_object_addresses(objects);
}

/* How far one of the rollup's own triggers is as it was created, and on. */
static RollupTriggers
own_trigger_state(Relation catalog, const RollupEntry *entry, const TriggerShape *shape, Oid schema)
{
	char	   *name = trigger_name(shape, entry->id);
	Oid			function = rollup_function(schema, shape->guard ? "guard_rollup" : "maintain_rollup", NULL, 0);
	RollupTriggers state = ROLLUP_TRIGGERS_MISSING;
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&keys[0], Anum_pg_trigger_tgrelid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(trigger_table(shape, entry)));
	ScanKeyInit(&keys[1], Anum_pg_trigger_tgname, BTEqualStrategyNumber, F_NAMEEQ, CStringGetDatum(name));
	scan = systable_beginscan(catalog, TriggerRelidNameIndexId, true, NULL, 2, keys);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
	{
		TupleDesc	desc = RelationGetDescr(catalog);
		bool		calls = ((Form_pg_trigger) GETSTRUCT(tuple))->tgfoid == function &&
			(shape->guard || trigger_id(tuple, desc) == entry->id);

		state = calls ? trigger_state(tuple, desc, shape) : ROLLUP_TRIGGERS_DISABLED;
	}
	systable_endscan(scan);
	return state;
}

/* How far the least of a rollup's triggers, on a table or InvalidOid for both, is as it was created, and on. */
RollupTriggers
rollup_triggers_state(const RollupEntry *entry, Oid schema, Oid table)
{
	Relation	catalog = table_open(TriggerRelationId, AccessShareLock);
	RollupTriggers worst = ROLLUP_TRIGGERS_LIVE;

	for (int i = 0; i < (int) lengthof(trigger_shapes) && worst != ROLLUP_TRIGGERS_DISABLED; i++)
	{
		const TriggerShape *shape = &trigger_shapes[i];
		RollupTriggers state;

		if (OidIsValid(table) && trigger_table(shape, entry) != table)
			continue;
		state = own_trigger_state(catalog, entry, shape, schema);
		worst = Max(worst, state);
	}
	table_close(catalog, AccessShareLock);
	return worst;
}

/* Its name in SQL */
static const char *
trigger_table_name(const TriggerShape *shape, const RollupNames *names)
{
	return shape->guard ? names->state : names->source;
}

/* Appends what lets a trigger fire for the changes that it is for. */
static void
append_enable(StringInfo sql, const TriggerShape *shape, const RollupEntry *entry, const RollupNames *names)
{
	if (shape->enabled != TRIGGER_FIRES_ON_ORIGIN)
		appendStringInfo(sql, "ALTER TABLE %s ENABLE %s TRIGGER \"%s\";", trigger_table_name(shape, names),
						 shape->enabled == TRIGGER_FIRES_ALWAYS ? "ALWAYS" : "REPLICA",
						 trigger_name(shape, entry->id));
}

/* Lets the triggers on one of the two fire that replicated changes need. */
void
rollup_enable_triggers(const RollupEntry *entry, const RollupNames *names, Oid table)
{
	StringInfoData sql;

	initStringInfo(&sql);
	for (int i = 0; i < (int) lengthof(trigger_shapes); i++)
	{
		if (trigger_table(&trigger_shapes[i], entry) == table)
			append_enable(&sql, &trigger_shapes[i], entry, names);
	}
	rollup_execute(sql.data, entry->state);
}

/* Creates the triggers on the source and the state that are not there as they are to be. */
void
rollup_create_triggers(const RollupEntry *entry, const RollupNames *names, Oid schema)
{
	Relation	catalog = table_open(TriggerRelationId, AccessShareLock);
	StringInfoData sql;

	initStringInfo(&sql);
	for (int i = 0; i < (int) lengthof(trigger_shapes); i++)
	{
		const TriggerShape *shape = &trigger_shapes[i];

		/* nor is a table locked whose triggers are right */
		if (own_trigger_state(catalog, entry, shape, schema) == ROLLUP_TRIGGERS_LIVE)
			continue;
		appendStringInfo(&sql, "CREATE OR REPLACE TRIGGER \"%s\" ", trigger_name(shape, entry->id));
		appendStringInfo(&sql, shape->sql, trigger_table_name(shape, names));
		if (shape->guard)
			appendStringInfo(&sql, " EXECUTE FUNCTION %s.guard_rollup();", names->schema);
		else
			appendStringInfo(&sql, " EXECUTE FUNCTION %s.maintain_rollup('%d');", names->schema, entry->id);
		append_enable(&sql, shape, entry, names);
	}
	table_close(catalog, AccessShareLock);
	rollup_execute(sql.data, entry->state);
}
