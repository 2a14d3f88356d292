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
	chunks->rest = intervals;
	chunks->nrest = n;
	chunks->flat = NULL;
	chunks->block = NULL;
	chunks->part = NULL;
}

/* What is not packed was never stored, unless something is wrong. */
static void
check_flat(const Clearance *flat)
{
	Size		size = VARSIZE(flat);

	if (flat->version == CLEARANCE_VERSION && flat->unit <= CLEARANCE_UNIT_MAX && flat->n >= 0 &&
		(flat->form == CLEARANCE_PACKED ||
		 (flat->form == CLEARANCE_RAW && size >= clearance_raw_size(flat->n)) ||
		 (flat->form == CLEARANCE_NARROW && size == clearance_narrow_size(flat->n))))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("invalid stored clearance, version %d", flat->version)));
}

/* Goes on with a flat one. */
static void
chunks_begin(ClearanceChunks *chunks, const Clearance *flat)
{
	check_flat(flat);
	chunks->flat = flat;
	chunks->done = 0;
	if (flat->form == CLEARANCE_PACKED)
		clearance_read(&chunks->reader, flat);
	else if (flat->form == CLEARANCE_RAW)
	{
		chunks->rest = clearance_raw(flat);
		chunks->nrest = flat->n;
		chunks->flat = NULL;
	}
}

/*
 * All intervals; of those that come in order only the ones up to a chunk with
 * one that opened after `last`.
 */
void
clearance_chunks(ClearanceChunks *chunks, Datum c, TimestampTz last)
{
	const Clearance *flat = (Clearance *) DatumGetPointer(c);

	clearance_chunks_of(chunks, NULL, 0);
	chunks->last = last;
	if (clearance_is_large(c))
	{
		chunks->block = clearance_large_of(c)->block;
		chunks->part = clearance_large_of(c)->part;
		return;
	}
	chunks->sorted = flat->form == CLEARANCE_PACKED;
	chunks_begin(chunks, flat);
}

/* Some of a flat one, decoded; false at its end. */
static bool
chunks_decode(ClearanceChunks *chunks)
{
	chunks->intervals = chunks->buffer;
	if (chunks->flat->form == CLEARANCE_PACKED)
	{
		chunks->n = clearance_read_some(&chunks->reader, chunks->buffer, lengthof(chunks->buffer));
		if (chunks->n == 0 && chunks->reader.left > 0)
			ereport(ERROR,
					(errcode(ERRCODE_DATA_CORRUPTED),
					 errmsg("invalid stored clearance of %d intervals", chunks->flat->n)));
	}
	else
	{
		chunks->n = Min(chunks->flat->n - chunks->done, (int64) lengthof(chunks->buffer));
		clearance_read_narrow(chunks->flat, chunks->done, chunks->n, chunks->buffer);
		chunks->done += chunks->n;
	}
	return chunks->n > 0;
}

/* The next ones; false at the end. */
bool
clearance_next_chunk(ClearanceChunks *chunks)
{
	CHECK_FOR_INTERRUPTS();
	if (chunks->sorted && chunks->n > 0 && chunks->intervals[chunks->n - 1].opened > chunks->last)
		return false;
	for (;;)
	{
		if (chunks->nrest > 0)
		{
			chunks->intervals = chunks->rest;
			chunks->n = chunks->nrest;
			chunks->nrest = 0;
			return true;
		}
		if (chunks->flat && chunks_decode(chunks))
			return true;
		chunks->flat = NULL;
		if (chunks->block)
		{
			chunks->rest = chunks->block->intervals;
			chunks->nrest = chunks->block->n;
			chunks->block = chunks->block->next;
		}
		else if (chunks->part)
		{
			chunks_begin(chunks, chunks->part->c);
			chunks->part = chunks->part->next;
		}
		else
			return false;
	}
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

/* About so many intervals, evenly from all of them. */
ClearanceInterval *
clearance_sample(Datum c, int64 size, int64 *n)
{
	int64		stride = clearance_n(c) / size + 1;
	ClearanceInterval *sample = palloc((clearance_n(c) / stride + 1) * sizeof(ClearanceInterval));
	int64		next = 0;
	ClearanceChunks chunks;

	*n = 0;
	clearance_chunks(&chunks, c, DT_NOEND);
	while (clearance_next_chunk(&chunks))
	{
		for (; next < chunks.n; next += stride)
			sample[(*n)++] = chunks.intervals[next];
		next -= chunks.n;
	}
	return sample;
}
