/*
 * src/tally_large.c: the state of an aggregate over very many keys
 *
 * A flat state that grows is copied by us and, as its pointer changes, once
 * more by the executor.  So past some kilobytes the state is an expanded
 * object, whose slots and arena grow where they are.  PostgreSQL flattens it, to
 * the packed form, wherever it leaves the process or meets a function that does
 * not know it.
 */
#include "postgres.h"

#include "utils/expandeddatum.h"
#include "utils/memutils.h"

#include "complaint_metrics.h"

typedef struct LargeTally
{
	ExpandedObjectHeader header;
	TallyTable	table;
	TallySlot  *slots;
	uint64	   *arena;
	Tally	   *packed;			/* all of it as last flattened, or NULL */
} LargeTally;

static inline LargeTally *
large_of(Datum state)
{
	return (LargeTally *) DatumGetEOHP(state);
}

static inline TallyView
large_view(LargeTally *large)
{
	return (TallyView) {&large->table, large->slots, large->arena};
}

/* To be changed, perhaps: what was flattened is forgotten. */
TallyView
tally_large_view(Datum state)
{
	LargeTally *large = large_of(state);

	if (unlikely(large->packed))
	{
		pfree(large->packed);
		large->packed = NULL;
	}
	return large_view(large);
}

/* Asked for once or twice before the bytes are. */
static Size
large_flat_size(ExpandedObjectHeader *header)
{
	LargeTally *large = (LargeTally *) header;

	if (large->packed == NULL)
	{
		MemoryContext old = MemoryContextSwitchTo(header->eoh_context);
		TallyView	view = large_view(large);

		large->packed = tally_pack(&view);
		MemoryContextSwitchTo(old);
	}
	return VARSIZE(large->packed);
}

static void
large_flatten(ExpandedObjectHeader *header, void *result, Size size)
{
	memcpy(result, ((LargeTally *) header)->packed, size);
}

static const ExpandedObjectMethods large_methods = {large_flat_size, large_flatten};

/* 54000 where a tally cannot be stored, before anything is allocated. */
static void
large_check_room(uint64 units)
{
	if (units > MaxAllocSize / sizeof(uint64))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the keys of a tally exceed the maximum of 1 GB"),
				 errhint("Give tally(key, capacity) to keep only the most frequent keys, "
						 "or group the rows into several tallies.")));
}

static void
large_set_slots(LargeTally *large, Size nslots)
{
	TallyView	view;

	if (large->slots)
		pfree(large->slots);
	large->slots = MemoryContextAllocExtended(large->header.eoh_context, nslots * sizeof(TallySlot),
											  MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	large->table.nslots = nslots;
	view = large_view(large);
	tally_table_rehash(&view);
}

/* A large state, within the context, with what is in another one. */
Datum
tally_large(const TallyView *from, MemoryContext parent)
{
	MemoryContext context = AllocSetContextCreate(parent, "tally", ALLOCSET_SMALL_SIZES);
	LargeTally *large = MemoryContextAllocZero(context, sizeof(LargeTally));
	Size		room = from->table->used + from->table->used / 2;

	EOH_init_header(&large->header, &large_methods, context);
	large->table = *from->table;
	large->table.room = room;
	large->arena = MemoryContextAlloc(context, room * sizeof(uint64));
	memcpy(large->arena, from->arena, from->table->used * sizeof(uint64));
	large_set_slots(large, tally_slots_for(from->table->sums.nkeys * 2));
	return EOHPGetRWDatum(&large->header);
}

/* Makes room for one more key. */
void
tally_large_grow(Datum state, int len)
{
	LargeTally *large = large_of(state);
	TallyTable *table = &large->table;
	uint64		needed = table->used + (uint64) tally_entry_units(len);

	large_check_room(needed);
	if (needed > table->room)
	{
		uint64		room = Min(Max(needed, table->room * UINT64CONST(2)), MaxAllocSize / sizeof(uint64));

		large->arena = repalloc_huge(large->arena, room * sizeof(uint64));
		table->room = room;
	}
	if (table->sums.nkeys >= table->nslots / 4 * 3)
		large_set_slots(large, table->nslots * (Size) 2);
}

/* Gives slots back when most keys were dropped, as a prune or a rehash looks at each. */
void
tally_large_shrink(Datum state)
{
	LargeTally *large = large_of(state);
	Size		nslots = tally_slots_for(large->table.sums.nkeys * 2);

	if (nslots < large->table.nslots / 2)
		large_set_slots(large, nslots);
}
