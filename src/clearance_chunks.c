/*
 * src/clearance_chunks.c: the intervals of a clearance in whatever form it is
 *
 * They come some at a time, as an array: packed ones as they are read, all
 * others from where they lie.  What asks for no order needs no sort.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "complaint_metrics.h"

/* A large one stays as it is, all else comes flat and not toasted. */
Datum
clearance_plain(Datum c)
{
	if (clearance_is_large(c))
		return c;
	return PointerGetDatum(PG_DETOAST_DATUM(c));
}

/* The number of intervals. */
int64
clearance_n(Datum c)
{
	if (clearance_is_large(c))
		return clearance_large_count(clearance_large_of(c));
	return ((Clearance *) DatumGetPointer(c))->n;
}

/* Those of an array. */
void
clearance_chunks_of(ClearanceChunks *chunks, const ClearanceInterval *intervals, int64 n)
{
	chunks->n = 0;
	chunks->sorted = false;
	chunks->block = NULL;
	chunks->rest = intervals;
	chunks->nrest = n;
}

/*
 * All intervals; of those that come in order only the ones up to a chunk with
 * one that opened after `last`.
 */
void
clearance_chunks(ClearanceChunks *chunks, Datum c, TimestampTz last)
{
	Clearance  *flat = (Clearance *) DatumGetPointer(c);

	if (clearance_is_large(c))
	{
		clearance_chunks_of(chunks, NULL, 0);
		chunks->block = clearance_large_of(c)->block;
	}
	else if (flat->form == CLEARANCE_RAW)
		clearance_chunks_of(chunks, clearance_raw(flat), flat->n);
	else
	{
		chunks->n = 0;
		chunks->sorted = true;
		chunks->last = last;
		clearance_read(&chunks->reader, flat);
	}
}

/* The next ones; false at the end. */
bool
clearance_next_chunk(ClearanceChunks *chunks)
{
	CHECK_FOR_INTERRUPTS();
	if (chunks->sorted)
	{
		if (chunks->n > 0 && chunks->intervals[chunks->n - 1].opened > chunks->last)
			return false;
		chunks->intervals = chunks->buffer;
		chunks->n = clearance_read_some(&chunks->reader, chunks->buffer, lengthof(chunks->buffer));
		return chunks->n > 0;
	}
	if (chunks->block)
	{
		chunks->rest = chunks->block->intervals;
		chunks->nrest = chunks->block->n;
		chunks->block = chunks->block->next;
	}
	chunks->intervals = chunks->rest;
	chunks->n = chunks->nrest;
	chunks->nrest = 0;
	return chunks->n > 0;
}

/* Copies all intervals, sorted or not; returns how many. */
int64
clearance_copy(Datum c, ClearanceInterval *to)
{
	ClearanceChunks chunks;
	int64		n = 0;

	clearance_chunks(&chunks, c, DT_NOEND);
	while (clearance_next_chunk(&chunks))
	{
		memcpy(to + n, chunks.intervals, chunks.n * sizeof(ClearanceInterval));
		n += chunks.n;
	}
	return n;
}
