/*
 * src/clearance_large.c: the state of an aggregate over very many intervals
 *
 * A flat state that grows is copied by us and, as its pointer changes, once
 * more by the executor: with millions of intervals that takes longer than the
 * rest.  So past some thousands the state is an expanded object, a list of
 * blocks that never move.  PostgreSQL flattens it, to the packed form, wherever
 * it leaves the process or meets a function that does not know it.
 */
#include "postgres.h"

#include "utils/expandeddatum.h"
#include "utils/memutils.h"

#include "complaint_metrics.h"

#define BLOCK_MIN 1024			/* intervals */
#define BLOCK_MAX (1024 * 1024)

typedef struct ClearanceBlock
{
	struct ClearanceBlock *next;
	int64		n;
	int64		capacity;
	ClearanceInterval intervals[FLEXIBLE_ARRAY_MEMBER];
} ClearanceBlock;

typedef struct LargeClearance
{
	ExpandedObjectHeader header;
	ClearanceBlock *block;		/* to be filled; the full ones follow it */
	int64		full;			/* intervals in those */
	int			nblocks;
	Clearance  *packed;			/* all of it as last flattened, or NULL */
} LargeClearance;

static inline LargeClearance *
large_of(Datum state)
{
	return (LargeClearance *) DatumGetEOHP(state);
}

static inline int64
large_count(const LargeClearance *large)
{
	return large->full + large->block->n;
}

/* All intervals in order, in memory of their own. */
static ClearanceInterval *
large_intervals(const LargeClearance *large)
{
	SortRun    *runs = palloc(large->nblocks * sizeof(SortRun));
	int			nruns = large->nblocks;
	ClearanceInterval *intervals;

	/* as they came, in case that they came in order */
	for (ClearanceBlock *block = large->block; block; block = block->next)
	{
		runs[--nruns].values = block->intervals;
		runs[nruns].n = block->n;
	}
	intervals = sort_runs(runs, large->nblocks, sizeof(ClearanceInterval));
	pfree(runs);
	return intervals;
}

/* In the current context; the state stays as it is. */
static Clearance *
large_pack(const LargeClearance *large)
{
	ClearanceInterval *intervals = large_intervals(large);
	Clearance  *packed = clearance_pack(intervals, large_count(large));

	pfree(intervals);
	return packed;
}

/* Asked for twice before the bytes are; nothing was added meanwhile where n is the same. */
static Size
large_flat_size(ExpandedObjectHeader *header)
{
	LargeClearance *large = (LargeClearance *) header;

	if (large->packed == NULL || large->packed->n != large_count(large))
	{
		MemoryContext old = MemoryContextSwitchTo(header->eoh_context);

		if (large->packed)
			pfree(large->packed);
		large->packed = large_pack(large);
		MemoryContextSwitchTo(old);
	}
	return VARSIZE(large->packed);
}

static void
large_flatten(ExpandedObjectHeader *header, void *result, Size size)
{
	memcpy(result, ((LargeClearance *) header)->packed, size);
}

static const ExpandedObjectMethods large_methods = {large_flat_size, large_flatten};

/* A block of a good part of what there is already, for `extra` intervals at least. */
static void
large_add_block(LargeClearance *large, int64 extra)
{
	int64		count = large->block ? large_count(large) : extra;
	int64		capacity = Max(Min(Max(count / 2, BLOCK_MIN), BLOCK_MAX), extra);
	MemoryContext old = MemoryContextSwitchTo(large->header.eoh_context);
	ClearanceBlock *block;

	clearance_check_count(large->block ? count + extra : extra);
	block = memory_for(offsetof(ClearanceBlock, intervals) +
					   capacity * sizeof(ClearanceInterval));
	MemoryContextSwitchTo(old);
	block->next = large->block;
	block->n = 0;
	block->capacity = capacity;
	large->full = large->block ? count : 0;
	large->block = block;
	large->nblocks++;
}

/* A large state, within the aggregate's context, with what is in a flat one. */
Datum
clearance_large(const Clearance *c, MemoryContext parent)
{
	MemoryContext context = AllocSetContextCreate(parent, "clearance", ALLOCSET_START_SMALL_SIZES);
	LargeClearance *large = MemoryContextAllocZero(context, sizeof(LargeClearance));

	EOH_init_header(&large->header, &large_methods, context);
	large_add_block(large, c->n + BLOCK_MIN);
	clearance_large_merge(EOHPGetRWDatum(&large->header), c);
	return EOHPGetRWDatum(&large->header);
}

void
clearance_large_append(Datum state, TimestampTz opened, TimestampTz cleared)
{
	LargeClearance *large = large_of(state);
	ClearanceInterval *interval;

	if (large->block->n == large->block->capacity)
		large_add_block(large, 1);
	interval = &large->block->intervals[large->block->n++];
	interval->opened = opened;
	interval->cleared = cleared;
}

void
clearance_large_merge(Datum state, const Clearance *part)
{
	LargeClearance *large = large_of(state);

	if (large->block->capacity - large->block->n < part->n)
		large_add_block(large, part->n);
	large->block->n += clearance_copy(part, large->block->intervals + large->block->n);
}

Clearance *
clearance_large_packed(Datum state)
{
	return large_pack(large_of(state));
}
