/* src/live_rollup.h: what the files of live rollups share */
#ifndef LIVE_ROLLUP_H
#define LIVE_ROLLUP_H

#include "access/attnum.h"
#include "catalog/dependency.h"
#include "executor/tuptable.h"
#include "nodes/execnodes.h"
#include "nodes/parsenodes.h"
#include "storage/itemptr.h"
#include "storage/lockdefs.h"
#include "utils/relcache.h"
#include "utils/snapshot.h"

#include "complaint_metrics.h"

/* live_rollup_query.c */

typedef enum RollupKind
{
	ROLLUP_KEY,
	ROLLUP_STATE,				/* of an aggregate of this extension, which merges and unmerges */
	ROLLUP_COUNT,
	ROLLUP_SUM
} RollupKind;

typedef struct RollupColumn
{
	char	   *name;
	char	   *taken;			/* the state's column for what was taken away; NULL for a key */
	RollupKind	kind;
	Expr	   *expr;			/* over the source's columns; of all but a key an Aggref */
	Oid			type;
	int			counted;		/* of a sum: the column with the number of values, as none have no sum */
	Oid			eqop;			/* of a key */
} RollupColumn;

/* What a rollup computes: the columns of its view and behind them those that only its state has. */
typedef struct RollupQuery
{
	Oid			source;
	Query	   *query;			/* with the hidden columns */
	Node	   *where;			/* or NULL */
	bool		grouped;
	bool		native;			/* calls nothing but functions in C */
	int			nvisible;
	int			ncolumns;
	int			rows;			/* the column that counts the group's rows */
	RollupColumn *columns;
	char	   *kept;			/* a name that no column has */
} RollupQuery;

extern RollupQuery *rollup_query(Query *query, Oid schema);
extern RollupQuery *rollup_query_of_view(Oid view, Oid state, Oid schema);
extern List *rollup_keys(Oid view, Oid state);

/* live_rollup_check.c */
extern void rollup_refuse(const char *construct, const char *hint);
extern void rollup_check_source(Oid source);
extern void rollup_check_row_security(Oid source, Oid owner);
extern bool rollup_has_immutable_text(Oid type);
extern bool rollup_calls_more_than_c(Node *node, void *context);
extern void rollup_check_expression(const char *what, Node *expr);

/* live_rollup_sql.c */

/* Names in SQL, qualified and quoted */
typedef struct RollupNames
{
	const char *schema;			/* the extension's */
	const char *view;
	const char *definition;
	const char *state;
	const char *source;
} RollupNames;

extern char *rollup_sql_state(const RollupQuery *query, const RollupNames *names, bool unlogged);
extern char *rollup_sql_alter_state(const RollupQuery *query, const RollupNames *names);
extern char *rollup_sql_view(const RollupQuery *query, const RollupNames *names);
extern char *rollup_sql_fold(const RollupQuery *query, const RollupNames *names, bool whole);
extern char *rollup_sql_rebuild(const RollupQuery *query, const RollupNames *names);
extern char *rollup_sql_verify(const RollupQuery *query, const RollupNames *names);
extern char *rollup_sql_waiting(List *keys, const RollupNames *names);
extern char *rollup_sql_inexact(const RollupQuery *query, const RollupNames *names);

/* live_rollup_catalog.c */

/* A row of the table live_rollup */
typedef struct RollupEntry
{
	int32		id;
	Oid			view;
	Oid			definition;
	Oid			state;
	Oid			source;
	bool		auto_fold;
	bool		stale;
	ItemPointerData tid;
} RollupEntry;

/* From the best to the worst */
typedef enum RollupTriggers
{
	ROLLUP_TRIGGERS_LIVE,
	ROLLUP_TRIGGERS_LOCAL,		/* but for what is replicated, as ENABLE TRIGGER ALL leaves them */
	ROLLUP_TRIGGERS_MISSING,
	ROLLUP_TRIGGERS_DISABLED	/* or replaced */
} RollupTriggers;

extern List *rollup_entries(Oid schema, Snapshot snapshot);
extern RollupEntry *rollup_entry(Oid schema, int32 id);
extern RangeVar *rollup_range_var(const text *name);
extern const char *rollup_literal(Oid view);
extern Oid	rollup_relation(const text *name);
extern RollupEntry *rollup_entry_named(Oid schema, const text *name);
extern void rollup_entry_insert(Oid schema, const RollupEntry *entry);
extern void rollup_entry_set_stale(Oid schema, const RollupEntry *entry, bool stale);
extern void rollup_entry_set_auto_fold(Oid schema, const RollupEntry *entry, bool auto_fold);
extern void rollup_clear_stale(Oid schema, int32 id);
extern void rollup_entry_delete(Oid schema, const RollupEntry *entry);
extern int32 rollup_next_id(Oid schema);
extern void rollup_names(RollupNames *names, const RollupEntry *entry, Oid schema);
extern bool rollup_owns_trigger(int32 id, const char *name, int16 type);
extern List *rollup_triggers(const RollupEntry *entry, Oid schema);
extern List *rollup_stray_triggers(const RollupEntry *entry, Oid schema, Oid table);
extern RollupTriggers rollup_triggers_state(const RollupEntry *entry, Oid schema, Oid table);
extern void rollup_enable_triggers(const RollupEntry *entry, const RollupNames *names, Oid table);
extern void rollup_create_triggers(const RollupEntry *entry, const RollupNames *names, Oid schema);
extern Oid	rollup_function(Oid schema, const char *name, const Oid *types, int ntypes);
extern List *rollup_unknown_triggers(const RollupEntry *entry, Oid schema);
extern void rollup_add_triggers(ObjectAddresses *objects, List *triggers);
extern void rollup_drop_triggers(List *triggers);

/* live_rollup.c */

/* As whom and with which search_path the caller was, to go back to. */
typedef struct RollupIdentity
{
	Oid			user;
	int			context;
	int			nest_level;		/* of settings; 0 where they stayed */
} RollupIdentity;

extern RollupIdentity rollup_become(Oid owner, bool pin_settings);
extern void rollup_pin_patience(void);
extern void rollup_pin_planner(bool hash);
extern void rollup_resign(const RollupIdentity *identity);
extern void rollup_execute(const char *command, Oid state);
extern ErrorData *rollup_try(void (*attempt) (void *), void *context);
extern void rollup_inexact_sum(const char *column) pg_attribute_noreturn();

extern Oid	rollup_owner(Oid relid);
extern void rollup_lock_source(const RollupEntry *entry, Oid schema);

/* live_rollup_register.c */
extern void rollup_drop_unknown_triggers(const RollupEntry *entry, Oid schema);
extern void rollup_register(Oid view, Oid schema);

/* live_rollup_guard.c */
extern Oid	rollup_written;		/* the state that a statement of ours is about, or InvalidOid */

/* live_rollup_writer.c */

/* `target` is NULL, and what follows it not set, where the state is plain, which is to say nearly always. */
typedef struct RollupWriter
{
	Relation	state;
	Datum	   *values;			/* of the next row */
	bool	   *nulls;
	ResultRelInfo *target;
	TupleTableSlot *slot;
	EState	   *estate;
} RollupWriter;

extern void rollup_check_state(const RollupQuery *query, Relation state);
extern bool rollup_state_is_plain(Relation state);
extern void rollup_writer_begin(RollupWriter *writer, Relation state);
extern void rollup_writer_put(RollupWriter *writer);
extern void rollup_writer_end(RollupWriter *writer);

/* live_rollup_fold.c */

/* A row of a state that counts so many changes stays as it is until a whole fold, so that none is merged again and again. */
#define MANY_CHANGES 100

/* What a statement did to a rollup */
typedef struct RollupChange
{
	int64		changes;		/* rows of the source that were added or taken away, one in the place of another twice */
	int			groups;			/* that have a row of the state for them */
} RollupChange;

extern bool rollup_lock(const RollupEntry *entry, bool wait);
extern void rollup_fold(const RollupEntry *entry, Oid schema, bool whole, bool patient);
extern void rollup_rebuild(const RollupEntry *entry, const RollupQuery *query, const RollupNames *names);
extern void rollup_fold_sometimes(const RollupEntry *entry, Oid function, float4 nrows, const RollupChange *change);

/* live_rollup_plan.c */
typedef struct RollupPlan RollupPlan;

extern RollupPlan *rollup_plan(const RollupQuery *query, Relation source);

/* live_rollup_delta.c */
typedef struct RollupDelta RollupDelta;

extern RollupDelta *rollup_delta_create(RollupPlan *plan);
extern void rollup_delta_change(RollupDelta *delta, TupleTableSlot *removed, TupleTableSlot *added);
extern RollupChange rollup_delta_write(RollupDelta *delta, Relation state);
extern void rollup_delta_reset(RollupDelta *delta);

#endif							/* LIVE_ROLLUP_H */
