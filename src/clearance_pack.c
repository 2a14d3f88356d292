/*
 * src/clearance_pack.c: the packed form of a clearance, written and read
 *
 * It is unique for its multiset, so that equal values have equal bytes.  The
 * intervals ascend by opened, then by cleared, an open one last.  Each is a
 * tag, whose high half is the number of bytes of the gap from the last opened
 * (of the first one's distance from 2000, zigzag) and whose low half is that of
 * the duration or OPEN_END; then those bytes, the lowest first.  All is in the
 * largest unit that divides every bound, as most sources know only seconds.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "port/pg_bitutils.h"
#include "port/pg_bswap.h"
#include "utils/memutils.h"

#include "complaint_metrics.h"

#define OPEN_END 15				/* in a tag, where the duration's bytes are told */

const int64 clearance_units[CLEARANCE_UNIT_MAX + 1] = {1, USECS_PER_SEC / 1000, USECS_PER_SEC};

/* To be read from the start, in order; the clearance is packed. */
void
clearance_read(ClearanceReader *reader, const Clearance *packed)
{
	Assert(packed->form == CLEARANCE_PACKED);
	if (packed->version != CLEARANCE_VERSION || packed->unit > CLEARANCE_UNIT_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("invalid stored clearance, version %d", packed->version)));
	reader->next = (const uint8 *) packed->bytes;
	reader->end = (const uint8 *) packed + VARSIZE(packed);
	reader->unit = clearance_units[packed->unit];
	reader->left = packed->n;
	reader->opened = 0;
	reader->first = true;
}

/* A number of so many bytes, the lowest first. */
static inline uint64
read_bytes(const ClearanceReader *reader, int bytes)
{
	uint64		value = 0;

	if (likely(reader->end - reader->next >= (ptrdiff_t) sizeof(uint64)))
	{
		memcpy(&value, reader->next, sizeof(uint64));
#ifdef WORDS_BIGENDIAN
		value = pg_bswap64(value);
#endif
		return bytes == 0 ? 0 : value & (PG_UINT64_MAX >> (64 - 8 * bytes));
	}
	for (int i = bytes - 1; i >= 0; i--)
		value = value << 8 | reader->next[i];
	return value;
}

/*
 * The next interval; false at the end, or where the bytes make no sense, when
 * `left` stays above zero.  Sums wrap around, as recv reads what it has not
 * checked yet.
 */
static inline bool
read_interval(ClearanceReader *reader, ClearanceInterval *interval)
{
	int			gap_bytes;
	int			duration_bytes;
	bool		open;
	uint64		gap;

	if (reader->left == 0 || reader->next == reader->end)
		return false;
	gap_bytes = *reader->next >> 4;
	duration_bytes = *reader->next & 15;
	open = duration_bytes == OPEN_END;
	if (open)
		duration_bytes = 0;
	if (gap_bytes > 8 || duration_bytes > 8 ||
		reader->end - reader->next <= gap_bytes + duration_bytes)
		return false;

	reader->next++;
	gap = read_bytes(reader, gap_bytes);
	reader->next += gap_bytes;
	if (reader->first)
		gap = gap >> 1 ^ -(gap & 1);
	reader->first = false;
	reader->opened += gap;
	interval->opened = (int64) (reader->opened * reader->unit);
	interval->cleared = open ? DT_NOEND :
		(int64) ((reader->opened + read_bytes(reader, duration_bytes)) * reader->unit);
	reader->next += duration_bytes;
	reader->left--;
	return true;
}

bool
clearance_next(ClearanceReader *reader, ClearanceInterval *interval)
{
	CHECK_FOR_INTERRUPTS();
	return read_interval(reader, interval);
}

/* Up to n of the next intervals; returns how many, none at the end. */
int64
clearance_read_some(ClearanceReader *reader, ClearanceInterval *to, int64 n)
{
	int64		done = 0;

	while (done < n && read_interval(reader, &to[done]))
		done++;
	return done;
}

/* Divisions by a constant are cheap, and there are two an interval. */
static inline int64
in_units(int64 bound, int unit)
{
	switch (unit)
	{
		case 0:
			return bound;
		case 1:
			return bound / (USECS_PER_SEC / 1000);
		default:
			return bound / USECS_PER_SEC;
	}
}

/* The largest unit, but not above `unit`, that divides the interval's bounds. */
int
clearance_unit(const ClearanceInterval *interval, int unit)
{
	while (in_units(interval->opened, unit) * clearance_units[unit] != interval->opened ||
		   (interval->cleared != DT_NOEND &&
			in_units(interval->cleared, unit) * clearance_units[unit] != interval->cleared))
		unit--;
	return unit;
}

static inline int
bytes_of(uint64 value)
{
	return value == 0 ? 0 : pg_leftmost_one_pos64(value) / 8 + 1;
}

/* So many bytes, the lowest first; all eight are stored, which is faster than to choose. */
static inline uint8 *
write_bytes(uint8 *p, uint64 value, int bytes)
{
#ifdef WORDS_BIGENDIAN
	value = pg_bswap64(value);
#endif
	memcpy(p, &value, sizeof(uint64));
	return p + bytes;
}

/* Writes an interval, or only counts its bytes; what is exported is not inlined. */
static inline void
write_interval(ClearanceWriter *writer, const ClearanceInterval *interval, bool count_only)
{
	uint64		opened = in_units(interval->opened, writer->unit);
	bool		open = interval->cleared == DT_NOEND;
	uint64		duration = open ? 0 : in_units(interval->cleared, writer->unit) - opened;
	uint64		gap = opened - writer->opened;
	int			gap_bytes;
	int			duration_bytes = bytes_of(duration);

	if (writer->size == 0)
		gap = opened << 1 ^ -(opened >> 63);
	gap_bytes = bytes_of(gap);
	writer->opened = opened;
	writer->size += 1 + gap_bytes + duration_bytes;
	if (count_only)
		return;
	*writer->next++ = gap_bytes << 4 | (open ? OPEN_END : duration_bytes);
	writer->next = write_bytes(writer->next, gap, gap_bytes);
	writer->next = write_bytes(writer->next, duration, duration_bytes);
}

/*
 * The next interval in order, from a zeroed writer on; there have to be
 * CLEARANCE_WRITE_SLACK bytes behind the last one's.
 */
void
clearance_write(ClearanceWriter *writer, const ClearanceInterval *interval)
{
	write_interval(writer, interval, false);
}

/* Makes an empty one, packed, of CLEARANCE_EMPTY_SIZE bytes. */
void
clearance_set_empty(Clearance *c)
{
	SET_VARSIZE(c, CLEARANCE_EMPTY_SIZE);
	c->version = CLEARANCE_VERSION;
	c->form = CLEARANCE_PACKED;
	c->unit = CLEARANCE_UNIT_MAX;
	c->zero = 0;
	c->n = 0;
}

/* The clearance of n sorted intervals. */
Clearance *
clearance_pack(const ClearanceInterval *intervals, int64 n)
{
	ClearanceWriter counter = {.unit = CLEARANCE_UNIT_MAX};
	ClearanceWriter writer = {0};
	Clearance  *c;

	clearance_check_count(n);
	for (int64 i = 0; i < n && counter.unit > 0; i++)
		counter.unit = clearance_unit(&intervals[i], counter.unit);
	for (int64 i = 0; i < n; i++)
		write_interval(&counter, &intervals[i], true);
	if (counter.size > MaxAllocSize - CLEARANCE_EMPTY_SIZE - CLEARANCE_WRITE_SLACK)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("clearance of %lld intervals too large", (long long) n),
				 errhint("Group the rows into several clearances.")));

	c = memory_for(CLEARANCE_EMPTY_SIZE + counter.size + CLEARANCE_WRITE_SLACK);
	clearance_set_empty(c);
	SET_VARSIZE(c, CLEARANCE_EMPTY_SIZE + counter.size);
	c->n = n;
	c->unit = writer.unit = counter.unit;
	writer.next = (uint8 *) c->bytes;
	for (int64 i = 0; i < n; i++)
		write_interval(&writer, &intervals[i], false);
	return c;
}
