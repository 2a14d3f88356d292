/* src/live_rollup_guard.c: keeps everybody but the extension from writing to a rollup's state */
#include "postgres.h"

#include "commands/trigger.h"
#include "replication/logicalworker.h"
#include "utils/rel.h"

#include "live_rollup.h"

Oid			rollup_written = InvalidOid;

/* What lets a row go its way: itself, as the trigger got it; nothing where a statement is asked about. */
static HeapTuple
allow(const TriggerData *trigger)
{
	if (TRIGGER_FIRED_FOR_STATEMENT(trigger->tg_event))
		return NULL;
	return TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) ? trigger->tg_newtuple : trigger->tg_trigtuple;
}

/*
 * guard_rollup(): the trigger before any change of a state.  42501 for a
 * statement of anybody else, as from a dump of data alone, which would count
 * twice.  Rows that a publisher replicates of its own state are skipped: those
 * of the source come, too, and are counted here.
 */
PG_FUNCTION_INFO_V1(live_rollup_guard);
Datum
live_rollup_guard(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_BEFORE(trigger->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("guard_rollup() is for the triggers that create_rollup() creates")));
	if (rollup_written == RelationGetRelid(trigger->tg_relation))
		PG_RETURN_POINTER(allow(trigger));
	if (SessionReplicationRole == SESSION_REPLICATION_ROLE_REPLICA && TRIGGER_FIRED_FOR_ROW(trigger->tg_event))
		PG_RETURN_POINTER(NULL);
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("\"%s\" is the state of a rollup, which nobody else writes to",
					RelationGetRelationName(trigger->tg_relation)),
			 errhint("Change the source, or rebuild_rollup(); to load a dump of data alone, use --disable-triggers.")));
}

/*
 * keep_rollups_local(): the trigger before any change of live_rollup.  Skips
 * what is replicated: a subscriber has rollups of its own, and none that the
 * publisher has.
 */
PG_FUNCTION_INFO_V1(live_rollup_local);
Datum
live_rollup_local(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_BEFORE(trigger->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("keep_rollups_local() is for the trigger on live_rollup")));
	if (IsLogicalWorker())
		PG_RETURN_POINTER(NULL);
	PG_RETURN_POINTER(TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) ? trigger->tg_newtuple : trigger->tg_trigtuple);
}
