/*
 * src/live_rollup_register.c: takes up a rollup that the table live_rollup does not know
 *
 * A dump without data, as for a subscriber, brings back views, state and
 * triggers, and no row of live_rollup.  What that row has to say the view tells:
 * it reads the state, and asks rollup_is_live() for its definition.
 */
#include "postgres.h"

#include "access/relation.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "rewrite/rewriteHandler.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "live_rollup.h"

typedef struct ViewParts
{
	Oid			is_live;		/* the function */
	Oid			definition;
	Oid			state;
} ViewParts;

/* Finds the definition: rollup_is_live's argument. */
static bool
find_definition(Node *node, ViewParts *parts)
{
	if (node == NULL)
		return false;
	if (IsA(node, FuncExpr) && ((FuncExpr *) node)->funcid == parts->is_live &&
		IsA(linitial(((FuncExpr *) node)->args), Const))
		parts->definition = DatumGetObjectId(linitial_node(Const, ((FuncExpr *) node)->args)->constvalue);
	return expression_tree_walker(node, find_definition, parts);
}

/* The parts of a rollup's view, InvalidOid where it has none or is gone; it does not stay locked, as the source comes first. */
static ViewParts
view_parts(Oid view, Oid schema)
{
	Oid			type = REGCLASSOID;
	ViewParts	parts = {.is_live = rollup_function(schema, "rollup_is_live", &type, 1)};
	Relation	relation = try_relation_open(view, AccessShareLock);
	Query	   *query;
	ListCell   *cell;

	if (relation == NULL)
		return parts;
	query = get_view_query(relation);
	foreach(cell, query->rtable)
	{
		RangeTblEntry *rte = lfirst(cell);

		if (rte->rtekind == RTE_RELATION && rte->relkind == RELKIND_RELATION)
			parts.state = rte->relid;
	}
	(void) find_definition(query->jointree->quals, &parts);
	relation_close(relation, AccessShareLock);
	return parts;
}

/* Whether any of these relations is of a rollup that is known. */
static bool
is_known(const RollupEntry *entry, Oid schema)
{
	ListCell   *cell;

	foreach(cell, rollup_entries(schema, NULL))
	{
		RollupEntry *known = lfirst(cell);

		if (known->view == entry->view || known->definition == entry->definition || known->state == entry->state)
			return true;
	}
	return false;
}

/* Drops the triggers of rollups that nobody knows: their numbers may be those of others here. */
void
rollup_drop_unknown_triggers(const RollupEntry *entry, Oid schema)
{
	rollup_drop_triggers(rollup_unknown_triggers(entry, schema));
}

/* Whether the view is of a rollup that is not known; its definition and state then. */
static bool
is_unknown_rollup(RollupEntry *entry, Oid schema)
{
	ViewParts	parts;

	/* which hears first of what was dropped */
	if (is_known(entry, schema) || get_rel_relkind(entry->view) != RELKIND_VIEW)
		return false;
	parts = view_parts(entry->view, schema);
	entry->definition = parts.definition;
	entry->state = parts.state;
	return get_rel_relkind(entry->definition) == RELKIND_VIEW && OidIsValid(entry->state) && !is_known(entry, schema);
}

/*
 * Registers the rollup of a view, as stale, where there is one that is not
 * known; its triggers are then missing.  All its parts are to be the source's
 * owner's, as who creates a view like it may not write to the tables of others.
 */
void
rollup_register(Oid view, Oid schema)
{
	RollupEntry entry = {.view = view, .auto_fold = true, .stale = true};
	RollupEntry locked = entry;
	Oid			owner;

	if (!is_unknown_rollup(&entry, schema))
		return;
	if (!object_ownercheck(RelationRelationId, view, GetUserId()))
		aclcheck_error(ACLCHECK_NOT_OWNER, OBJECT_VIEW, get_rel_name(view));
	owner = rollup_owner(view);
	entry.source = rollup_query_of_view(entry.definition, entry.state, schema)->source;
	/* nor does the definition stay locked */
	UnlockRelationOid(entry.definition, AccessShareLock);
	if (rollup_owner(entry.definition) != owner || rollup_owner(entry.state) != owner || rollup_owner(entry.source) != owner)
		return;
	rollup_lock_source(&entry, schema);

	/* somebody else may have had the source before; from here on the view stays, as DROP VIEW does not know of the rollup yet */
	LockRelationOid(view, AccessShareLock);
	if (!is_unknown_rollup(&locked, schema) || locked.definition != entry.definition || locked.state != entry.state)
		return;
	rollup_drop_unknown_triggers(&entry, schema);
	entry.id = rollup_next_id(schema);
	rollup_entry_insert(schema, &entry);
}
