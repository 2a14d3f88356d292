/*
 * src/clearance_narrow.c: how very many intervals travel between workers
 *
 * In no order, at half the size of the raw form, as bytes are what travelling
 * costs: the distance of opened from that of the first interval, and the
 * duration, in the largest unit that divides every one.  That needs a resolution
 * of seconds, or little time; all else travels raw.
 */
#include "postgres.h"

#include "complaint_metrics.h"

#define OPEN_END PG_UINT32_MAX	/* where the duration is told */

typedef struct NarrowInterval
{
	int32		opened;
	uint32		lasted;
} NarrowInterval;

typedef struct Narrow
{
	int32		vl_len_;
	uint8		version;
	uint8		form;
	uint8		unit;
	uint8		zero;
	int32		n;				/* up to here as in Clearance */
	TimestampTz base;
	NarrowInterval intervals[FLEXIBLE_ARRAY_MEMBER];
} Narrow;

Size
clearance_narrow_size(int64 n)
{
	return offsetof(Narrow, intervals) + n * sizeof(NarrowInterval);
}

/* False where the interval cannot be told so; the unit is a constant where it is inlined. */
static pg_attribute_always_inline bool
narrow_interval(const ClearanceInterval *interval, TimestampTz base, const int64 unit, NarrowInterval *to)
{
	uint64		distance = (uint64) interval->opened - (uint64) base;
	uint64		duration = (uint64) interval->cleared - (uint64) interval->opened;
	bool		open = interval->cleared == DT_NOEND;

	to->opened = (int32) ((int64) distance / unit);
	to->lasted = open ? OPEN_END : (uint32) (duration / unit);
	return (uint64) (to->opened * unit) == distance &&
		(open || (to->lasted < OPEN_END && to->lasted * (uint64) unit == duration));
}

/* Those of an array, or no more than up to one that cannot be told so. */
static pg_attribute_always_inline bool
narrow_some(const ClearanceInterval *intervals, int64 n, TimestampTz base, const int64 unit,
			NarrowInterval *to, bool check_only)
{
	NarrowInterval ignored;

	for (int64 i = 0; i < n; i++)
	{
		if (!narrow_interval(&intervals[i], base, unit, check_only ? &ignored : &to[i]))
			return false;
	}
	return true;
}

/* Whether all intervals can be told in a unit; written where there is something to write to. */
static bool
narrow_all(Datum c, const ClearanceNarrow *how, NarrowInterval *to)
{
	ClearanceChunks chunks;
	bool		fits = true;

	clearance_chunks(&chunks, c, DT_NOEND);
	while (fits && clearance_next_chunk(&chunks))
	{
		if (how->unit == CLEARANCE_UNIT_MAX && to == NULL)
			fits = narrow_some(chunks.intervals, chunks.n, how->base, USECS_PER_SEC, NULL, true);
		else if (how->unit == CLEARANCE_UNIT_MAX)
			fits = narrow_some(chunks.intervals, chunks.n, how->base, USECS_PER_SEC, to, false);
		else
			fits = narrow_some(chunks.intervals, chunks.n, how->base, clearance_units[how->unit],
							   to, to == NULL);
		if (to)
			to += chunks.n;
	}
	return fits;
}

/* Whether there is a narrow form, and how. */
bool
clearance_narrow_fits(Datum c, ClearanceNarrow *how)
{
	ClearanceChunks chunks;

	clearance_chunks(&chunks, c, DT_NOEND);
	how->base = clearance_next_chunk(&chunks) ? chunks.intervals[0].opened : 0;
	for (how->unit = CLEARANCE_UNIT_MAX; how->unit >= 0; how->unit--)
	{
		if (narrow_all(c, how, NULL))
			return true;
	}
	return false;
}

/* Writes it, of clearance_narrow_size bytes, as clearance_narrow_fits has found. */
void
clearance_make_narrow(Datum c, const ClearanceNarrow *how, Clearance *to)
{
	Narrow	   *narrow = (Narrow *) to;
	int64		n = clearance_n(c);

	clearance_set_empty(to);
	SET_VARSIZE(to, clearance_narrow_size(n));
	narrow->form = CLEARANCE_NARROW;
	narrow->unit = how->unit;
	narrow->n = n;
	narrow->base = how->base;
	(void) narrow_all(c, how, narrow->intervals);
}

/* The intervals from the first on; they have to be there. */
void
clearance_read_narrow(const Clearance *c, int64 first, int64 n, ClearanceInterval *to)
{
	const Narrow *narrow = (const Narrow *) c;
	const NarrowInterval *from = narrow->intervals + first;
	int64		unit = clearance_units[c->unit];

	for (int64 i = 0; i < n; i++)
	{
		to[i].opened = narrow->base + from[i].opened * unit;
		to[i].cleared = from[i].lasted == OPEN_END ? DT_NOEND :
			to[i].opened + from[i].lasted * unit;
	}
}
