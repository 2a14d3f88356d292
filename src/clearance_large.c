/*
 * src/clearance_large.c: the state of an aggregate over very many intervals
 *
 * A flat state that grows is copied by us and, as its pointer changes, once
 * more by the executor: with millions of intervals that takes longer than the
 * rest.  So past some thousands the state is an expanded object, a list of
 * blocks that never move.  It has two faces.  The transition state is flattened
 * when it travels between workers, and goes unsorted, as sorting is for whoever
 * has all of it.  What the final function gives is flattened wherever it is
 * stored or meets a function that does not know it, to the packed form.
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "complaint_metrics.h"

#define BLOCK_MIN 1024			/* intervals */
#define BLOCK_MAX (128 * 1024)

/* Fewer intervals are copied into blocks. */
#define PART_MIN 4096

/* With more the raw form and a row around it would come near 1 GB. */
#define RAW_MAX (CLEARANCE_INTERVALS_MAX / 2)

static Size state_flat_size(ExpandedObjectHeader *header);
static void state_flatten(ExpandedObjectHeader *header, void *result, Size size);
static Size shown_flat_size(ExpandedObjectHeader *header);
static void shown_flatten(ExpandedObjectHeader *header, void *result, Size size);

static const ExpandedObjectMethods state_methods = {state_flat_size, state_flatten};
static const ExpandedObjectMethods shown_methods = {shown_flat_size, shown_flatten};

static inline LargeClearance *
large_of_shown(ExpandedObjectHeader *header)
{
	return (LargeClearance *) ((char *) header - offsetof(LargeClearance, shown));
}

/* By either face, with the first block's n. */
LargeClearance *
clearance_large_of(Datum c)
{
	ExpandedObjectHeader *header = DatumGetEOHP(c);
	LargeClearance *large = header->eoh_methods == &shown_methods ?
		large_of_shown(header) : (LargeClearance *) header;

	large->block->n = large->next - large->block->intervals;
	return large;
}

int64
clearance_large_count(const LargeClearance *large)
{
	return large->full + (large->next - large->block->intervals);
}

/* All intervals in order, in memory of their own. */
static ClearanceInterval *
large_intervals(const LargeClearance *large)
{
	SortRun    *runs = palloc((large->nblocks + large->nparts) * sizeof(SortRun));
	int			nruns = large->nblocks;
	ClearanceInterval *intervals;

	/* as they came, in case that they came in order */
	for (ClearanceBlock *block = large->block; block; block = block->next)
		runs[--nruns] = (SortRun) {block->intervals, block->n};
	nruns = large->nblocks;
	for (ClearancePart *part = large->part; part; part = part->next)
	{
		intervals = memory_for(part->c->n * sizeof(ClearanceInterval));
		runs[nruns++] = (SortRun) {intervals, clearance_copy(PointerGetDatum(part->c), intervals)};
	}
	intervals = sort_runs(runs, nruns, sizeof(ClearanceInterval));
	for (int i = large->nblocks; i < nruns; i++)
		pfree((void *) runs[i].values);
	pfree(runs);
	return intervals;
}

/* In the current context; the state stays as it is. */
Clearance *
clearance_large_packed(LargeClearance *large)
{
	ClearanceInterval *intervals;
	Clearance  *packed;

	large->block->n = large->next - large->block->intervals;
	intervals = large_intervals(large);
	packed = clearance_pack(intervals, clearance_large_count(large));
	pfree(intervals);
	return packed;
}

/* The packed form, kept with the object; nothing was added meanwhile where n is the same. */
static const Clearance *
large_packed(LargeClearance *large)
{
	if (large->packed == NULL || large->packed->n != clearance_large_count(large))
	{
		MemoryContext old = MemoryContextSwitchTo(large->state.eoh_context);

		if (large->packed)
			pfree(large->packed);
		large->packed = clearance_large_packed(large);
		MemoryContextSwitchTo(old);
	}
	return large->packed;
}

/* Asked for twice before the bytes are. */
static Size
shown_flat_size(ExpandedObjectHeader *header)
{
	return VARSIZE(large_packed(large_of_shown(header)));
}

static void
shown_flatten(ExpandedObjectHeader *header, void *result, Size size)
{
	memcpy(result, large_packed(large_of_shown(header)), size);
}

/* Narrow where that can be; asked for twice before the bytes are. */
static Size
state_flat_size(ExpandedObjectHeader *header)
{
	LargeClearance *large = (LargeClearance *) header;
	int64		n = clearance_large_count(large);

	if (large->measured != n)
	{
		large->is_narrow = clearance_narrow_fits(EOHPGetRODatum(header), &large->narrow);
		large->measured = n;
	}
	if (large->is_narrow)
		return clearance_narrow_size(n);
	return n > RAW_MAX ? VARSIZE(large_packed(large)) : clearance_raw_size(n);
}

static void
state_flatten(ExpandedObjectHeader *header, void *result, Size size)
{
	LargeClearance *large = (LargeClearance *) header;
	Datum		c = EOHPGetRODatum(header);

	memory_populate(result, size);
	if (large->is_narrow)
		clearance_make_narrow(c, &large->narrow, result);
	else if (clearance_large_count(large) > RAW_MAX)
		memcpy(result, large_packed(large), size);
	else
		clearance_make_raw(c, result, size);
}

/* A block of a good part of what there is already, for `extra` intervals at least. */
void
clearance_large_add_block(LargeClearance *large, int64 extra)
{
	int64		count = large->block ? clearance_large_count(large) : 0;
	int64		capacity = Max(Min(Max(count / 2, BLOCK_MIN), BLOCK_MAX), extra);
	MemoryContext old = MemoryContextSwitchTo(large->state.eoh_context);
	ClearanceBlock *block;

	clearance_check_count(count + extra);
	capacity = Min(capacity, CLEARANCE_INTERVALS_MAX - count);
	block = memory_for(offsetof(ClearanceBlock, intervals) +
					   capacity * sizeof(ClearanceInterval));
	MemoryContextSwitchTo(old);
	if (large->block)
		large->block->n = large->next - large->block->intervals;
	block->next = large->block;
	block->n = 0;
	large->full = count;
	large->block = block;
	large->next = block->intervals;
	large->end = block->intervals + capacity;
	large->nblocks++;
}

/* A large state, within the aggregate's context, with what is in another one. */
Datum
clearance_large(Datum c, MemoryContext parent)
{
	MemoryContext context = AllocSetContextCreate(parent, "clearance", ALLOCSET_START_SMALL_SIZES);
	LargeClearance *large = MemoryContextAllocZero(context, sizeof(LargeClearance));

	EOH_init_header(&large->state, &state_methods, context);
	EOH_init_header(&large->shown, &shown_methods, context);
	clearance_large_add_block(large, BLOCK_MIN);
	clearance_large_merge(large, c);
	return EOHPGetRWDatum(&large->state);
}

/* A flat one of many intervals, kept in its form, which is small. */
static void
large_add_part(LargeClearance *large, const Clearance *c)
{
	MemoryContext old = MemoryContextSwitchTo(large->state.eoh_context);
	ClearancePart *part = palloc(sizeof(ClearancePart));

	clearance_check_count(clearance_large_count(large) + c->n);
	part->c = memory_for(VARSIZE(c));
	memcpy(part->c, c, VARSIZE(c));
	part->next = large->part;
	large->part = part;
	large->nparts++;
	large->full += c->n;
	MemoryContextSwitchTo(old);
}

void
clearance_large_merge(LargeClearance *large, Datum part)
{
	int64		extra = clearance_n(part);

	if (!clearance_is_large(part) && extra >= PART_MIN)
	{
		large_add_part(large, (Clearance *) DatumGetPointer(part));
		return;
	}
	if (large->end - large->next < extra)
		clearance_large_add_block(large, extra);
	large->next += clearance_copy(part, large->next);
}

/*
 * The state as users see it, not to be changed.  The pointer is the caller's
 * own: PostgreSQL 15 copies, and so flattens, a result that does not lie in
 * the current context.
 */
Datum
clearance_large_shown(LargeClearance *large)
{
	char	   *pointer = palloc(EXPANDED_POINTER_SIZE);

	memcpy(pointer, DatumGetPointer(EOHPGetRODatum(&large->shown)), EXPANDED_POINTER_SIZE);
	return PointerGetDatum(pointer);
}
