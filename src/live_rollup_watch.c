/*
 * src/live_rollup_watch.c: what DDL does to rollups
 *
 * PostgreSQL itself knows, by the names in the view, that a rollup depends on
 * its source and state.  The rest is looked after here by event triggers: what
 * is left of a rollup goes when a part of it is dropped, a rollup whose
 * triggers are disabled or dropped is marked, and what would let changes go
 * unnoticed altogether is refused.  They look at the catalogs as they then
 * are, so that nothing depends on how a command was written.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_trigger.h"
#include "commands/event_trigger.h"
#include "commands/tablecmds.h"
#include "executor/spi.h"
#include "storage/lmgr.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "live_rollup.h"

static void
check_event(FunctionCallInfo fcinfo, const char *function)
{
	if (!CALLED_AS_EVENT_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_EVENT_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("%s() is an event trigger function", function)));
}

static bool
relation_exists(Oid relid)
{
	return SearchSysCacheExists1(RELOID, ObjectIdGetDatum(relid));
}

static void
add_relation(ObjectAddresses *objects, Oid relid)
{
	ObjectAddress object = {RelationRelationId, relid, 0};

	if (relation_exists(relid))
		add_exact_object_address(&object, objects);
}

/*
 * Drops what is left of a rollup, and forgets it.  The source is locked first,
 * as by its writers, unless somebody else has dropped the rollup meanwhile.
 */
static void
drop_rest(const RollupEntry *entry, Oid schema)
{
	ObjectAddresses *objects;

	LockRelationOid(entry->source, AccessExclusiveLock);
	entry = rollup_entry(schema, entry->id);
	if (entry == NULL)
		return;
	objects = new_object_addresses();
	rollup_add_triggers(objects, rollup_triggers(entry, schema));
	add_relation(objects, entry->view);
	add_relation(objects, entry->definition);
	add_relation(objects, entry->state);
	rollup_entry_delete(schema, entry);
	performMultipleDeletions(objects, DROP_RESTRICT, PERFORM_DELETION_INTERNAL | PERFORM_DELETION_QUIETLY);
	free_object_addresses(objects);
}

/* rollup_dropped(): at sql_drop. */
PG_FUNCTION_INFO_V1(live_rollup_dropped);
Datum
live_rollup_dropped(PG_FUNCTION_ARGS)
{
	Oid			schema = get_func_namespace(fcinfo->flinfo->fn_oid);
	ListCell   *cell;

	check_event(fcinfo, "rollup_dropped");
	foreach(cell, rollup_entries(schema, NULL))
	{
		RollupEntry *entry = lfirst(cell);

		if (!relation_exists(entry->view) || !relation_exists(entry->definition) ||
			!relation_exists(entry->state) || !relation_exists(entry->source))
			drop_rest(entry, schema);
	}
	PG_RETURN_VOID();
}

/* Gives the rollup to the owner of its source, as whom it is written. */
static void
follow_owner(Oid relid, Oid owner)
{
	if (relation_exists(relid) && rollup_owner(relid) != owner)
		ATExecChangeOwner(relid, owner, true, AccessExclusiveLock);
}

/* 0A000 for an owner of what belongs to a rollup who is not that of its source. */
static void
check_owner(const RollupEntry *entry, Oid owner, Oid given)
{
	if ((given == entry->view || given == entry->definition || given == entry->state) && rollup_owner(given) != owner)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("cannot change owner of \"%s\"", get_rel_name(given)),
				 errdetail("It is part of the rollup \"%s\", which belongs to the owner of \"%s\".",
						   get_rel_name(entry->view), get_rel_name(entry->source)),
				 errhint("Change the owner of \"%s\"; the rollup follows.", get_rel_name(entry->source))));
}

static void
check_persistence(const RollupEntry *entry)
{
	if (relation_exists(entry->source) && relation_exists(entry->state) &&
		get_rel_persistence(entry->source) != get_rel_persistence(entry->state))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("cannot make \"%s\" logged or unlogged while it has the rollup \"%s\"",
						get_rel_name(entry->source), get_rel_name(entry->view)),
				 errdetail("After a crash one of the two would be empty."),
				 errhint("Drop the rollup, and create it again afterwards.")));
}

/* What a command was about; InvalidOid for what it was not. */
typedef struct Command
{
	Oid			table;			/* whose triggers it may have weakened */
	Oid			columns;		/* whose columns come, go or get another type */
	Oid			given;			/* which got an owner */
	Oid			redefined;		/* which became another view, or computes a column anew */
	bool		triggers;		/* whether there can be other triggers than before */
	bool		dropped_trigger;	/* or renamed */
} Command;

/* Those of one table; as the owner, since who replaces a trigger need not be that. */
static void
enable_triggers(const RollupEntry *entry, Oid schema, Oid owner, Oid table)
{
	RollupIdentity identity = rollup_become(owner, true);
	RollupNames names;

	rollup_names(&names, entry, schema);
	SPI_connect();
	rollup_enable_triggers(entry, &names, table);
	SPI_finish();
	rollup_resign(&identity);
}

static void
check_triggers(RollupEntry *entry, Oid schema, Oid owner, const Command *command)
{
	RollupTriggers triggers = rollup_triggers_state(entry, schema, InvalidOid);

	/* while a dump is restored they are not there yet */
	if (!entry->stale && (triggers == ROLLUP_TRIGGERS_DISABLED ||
						  (command->dropped_trigger && triggers == ROLLUP_TRIGGERS_MISSING)))
		rollup_entry_set_stale(schema, entry, true);
	/* which takes commands that come here, too; only of the table that this one has locked anyway */
	if ((command->table == entry->source || command->table == entry->state) && !OidIsValid(rollup_written) &&
		rollup_triggers_state(entry, schema, command->table) == ROLLUP_TRIGGERS_LOCAL)
		enable_triggers(entry, schema, owner, command->table);
}

/* Whether the transaction changed what pg_class has of a relation. */
static bool
is_changed(Oid relid)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	bool		changed;

	if (!HeapTupleIsValid(tuple))
		return false;
	changed = TransactionIdIsCurrentTransactionId(HeapTupleHeaderGetXmin(tuple->t_data));
	ReleaseSysCache(tuple);
	return changed;
}

/* 0A000 for row security that the owner does not bypass; others do not answer for an ALTER ROLE, of which nothing is heard. */
static void
check_row_security(Oid relid, Oid owner)
{
	if (is_changed(relid))
		rollup_check_row_security(relid, owner);
}

/* Looks at a rollup after a command of anybody, and so locks none of its relations. */
static void
check_rollup(RollupEntry *entry, Oid schema, const Command *command)
{
	Oid			owner;

	if (!relation_exists(entry->source))
		return;
	owner = rollup_owner(entry->source);
	check_persistence(entry);
	rollup_check_source(entry->source);
	rollup_check_source(entry->state);
	check_row_security(entry->source, owner);
	check_row_security(entry->state, owner);
	check_owner(entry, owner, command->given);
	follow_owner(entry->view, owner);
	follow_owner(entry->definition, owner);
	follow_owner(entry->state, owner);
	if (command->triggers)
		check_triggers(entry, schema, owner, command);
}

/* The relation that a command named: the command was allowed, so nobody is asked whether he may use its schema. */
static Oid
named_relation(const RangeVar *name)
{
	Oid			schema;

	if (name->schemaname == NULL)
		return RelnameGetRelid(name->relname);
	schema = get_namespace_oid(name->schemaname, true);
	return OidIsValid(schema) ? get_relname_relid(name->relname, schema) : InvalidOid;
}

static bool
alters_columns(const AlterTableCmd *command)
{
	return command->subtype == AT_AddColumn || command->subtype == AT_DropColumn ||
		command->subtype == AT_AlterColumnType || command->subtype == AT_AddOf;
}

static bool
changes_owner(const AlterTableCmd *command)
{
	return command->subtype == AT_ChangeOwner;
}

static bool
computes_column(const AlterTableCmd *command)
{
	return is_set_expression(command);
}

/* The relation that ALTER TABLE, or ALTER VIEW, does something of this kind to; InvalidOid for any other command. */
static Oid
altered_relation(const Node *command, bool (*kind) (const AlterTableCmd *))
{
	ListCell   *cell;

	if (!IsA(command, AlterTableStmt))
		return InvalidOid;
	foreach(cell, ((const AlterTableStmt *) command)->cmds)
	{
		if (kind(lfirst(cell)))
			return named_relation(((const AlterTableStmt *) command)->relation);
	}
	return InvalidOid;
}

/* 55000 for columns of a state, which are written by their places. */
static void
check_state_columns(const RollupEntry *entry, Oid altered)
{
	if (altered == entry->state)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("cannot alter the columns of \"%s\", which is the state of a rollup", get_rel_name(entry->state)),
				 errhint("drop_rollup(), and create_rollup() with the new query.")));
}

/* The relation that a command replaces as a view, or computes a column of anew; InvalidOid for any other command. */
static Oid
redefined_relation(const Node *command)
{
	if (IsA(command, ViewStmt))
		return named_relation(((const ViewStmt *) command)->view);
	if (IsA(command, RuleStmt) && ((const RuleStmt *) command)->event == CMD_SELECT)
		return named_relation(((const RuleStmt *) command)->relation);
	return altered_relation(command, computes_column);
}

/* A rollup stays the query that it was created with; what a generated column becomes no trigger tells. */
static void
check_redefined(const RollupEntry *entry, Oid schema, Oid redefined)
{
	if (redefined == entry->view || redefined == entry->definition)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("cannot replace view \"%s\", which belongs to a rollup", get_rel_name(redefined)),
				 errhint("drop_rollup(), and create_rollup() with the new query.")));
	if (redefined == entry->source && !entry->stale)
		rollup_entry_set_stale(schema, entry, true);
}

/*
 * The table whose triggers may have been weakened.  Not by a new trigger: a
 * restore goes on to enable it by itself, in one of several sessions, and one
 * that was dropped has left its rollup stale.
 */
static Oid
commanded_table(const Node *command)
{
	if (IsA(command, AlterTableStmt))
		return named_relation(((const AlterTableStmt *) command)->relation);
	if (IsA(command, CreateTrigStmt) && ((const CreateTrigStmt *) command)->replace)
		return named_relation(((const CreateTrigStmt *) command)->relation);
	return InvalidOid;
}

/* Triggers are not looked at where there are only new tables and views, which many create that know of no rollup. */
static Command
command_of(const EventTriggerData *event)
{
	Command		command = {
		.table = commanded_table(event->parsetree),
		.columns = altered_relation(event->parsetree, alters_columns),
		.given = altered_relation(event->parsetree, changes_owner),
		.redefined = redefined_relation(event->parsetree),
		.dropped_trigger = event->tag == CMDTAG_DROP_TRIGGER || event->tag == CMDTAG_ALTER_TRIGGER,
	};

	command.triggers = command.dropped_trigger || event->tag == CMDTAG_ALTER_TABLE ||
		event->tag == CMDTAG_CREATE_TRIGGER || event->tag == CMDTAG_CREATE_SCHEMA;
	return command;
}

/* rollup_altered(): at ddl_command_end, of what can change a source or a rollup's views. */
PG_FUNCTION_INFO_V1(live_rollup_altered);
Datum
live_rollup_altered(PG_FUNCTION_ARGS)
{
	Oid			schema = get_func_namespace(fcinfo->flinfo->fn_oid);
	List	   *entries;
	Command		command;
	ListCell   *cell;

	check_event(fcinfo, "rollup_altered");
	entries = rollup_entries(schema, NULL);
	if (entries == NIL)
		PG_RETURN_VOID();
	command = command_of((EventTriggerData *) fcinfo->context);
	foreach(cell, entries)
	{
		check_redefined(lfirst(cell), schema, command.redefined);
		check_state_columns(lfirst(cell), command.columns);
		check_rollup(lfirst(cell), schema, &command);
	}
	PG_RETURN_VOID();
}
