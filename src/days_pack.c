/*
 * src/days_pack.c: counts per day as they are stored
 *
 * Behind the first four bytes after the length: the number of days, then the
 * days, ascending, all as varints.  A day is a tag, which holds the days since
 * the day before, how each counter stands, and whether a number of further days
 * with the same tag follows; then the counters that the tag does not tell.
 */
#include "postgres.h"

#include "libpq/pqformat.h"
#include "utils/datetime.h"
#include "utils/memutils.h"

#include "complaint_metrics.h"

#define PACKED_HEADER offsetof(Days, ndays)

#define MIN_DATE (DATETIME_MIN_JULIAN - POSTGRES_EPOCH_JDATE)

/* How a counter stands in a packed day. */
#define CODE_VARINT 0
#define CODE_ZERO 1
#define CODE_WHOLE 2			/* as much as the counter that it is part of */

/* volume, decided, hits · received, concluded, mediated: decided, hits, satisfied: decided, hits */
const uint8 trend_part_of[] = {0, 0, 1};
const uint8 scorecard_part_of[] = {0, 1, 1, 2, 1, 4};

/*
 * How many of these codes each counter can have.  A trend has no day without
 * a volume, so that a tag takes one byte where a week or less has passed.
 */
static const uint8 trend_ncodes[] = {1, 3, 3};
static const uint8 scorecard_ncodes[] = {2, 2, 3, 3, 3, 3};

static inline const uint8 *
days_ncodes(int ncounters)
{
	return ncounters == (int) lengthof(trend_ncodes) ? trend_ncodes : scorecard_ncodes;
}

/* Starts to read. */
void
days_read_packed(DayReader *reader)
{
	const Days *days = reader->days;
	uint64		ndays;

	reader->p = (const uint8 *) days + PACKED_HEADER;
	reader->end = (const uint8 *) days + VARSIZE(days);
	reader->current.day = MIN_DATE - 1;
	/* A day takes a byte at least, so that the number needs no other bound. */
	if (varint_read(&reader->p, reader->end, &ndays) && ndays <= (uint64) (reader->end - reader->p))
		reader->left = ndays;
	else
		reader->broken = true;
}

/* What the next day's tag says: as the last one where it is in its run, or read. */
static pg_attribute_always_inline bool
packed_next_tag(DayReader *reader, int ncounters)
{
	const uint8 *ncodes = days_ncodes(ncounters);
	uint64		tag;
	uint64		run;

	if (reader->run > 0)
	{
		reader->run--;
		return true;
	}
	if (!varint_read(&reader->p, reader->end, &tag))
		return false;
	if (tag & 1)
	{
		if (!varint_read(&reader->p, reader->end, &run) || run >= (uint64) reader->left)
			return false;
		reader->run = run + 1;
	}
	tag >>= 1;
	for (int i = 0; i < ncounters; i++)
	{
		reader->codes[i] = tag % ncodes[i];
		tag /= ncodes[i];
	}
	if (tag >= PG_INT32_MAX)
		return false;
	reader->gap = tag;
	return true;
}

/* For days with so many counters, which the compiler knows. */
static pg_attribute_always_inline bool
packed_next_day(DayReader *reader, int ncounters)
{
	const uint8 *part_of = days_part_of(ncounters);
	int64	   *counts = reader->current.counts;
	const uint8 *p;
	uint64		bits = 0;
	int64		day;

	if (!packed_next_tag(reader, ncounters))
		return false;
	p = reader->p;
	day = reader->current.day + reader->gap + 1;
	if (!IS_VALID_DATE(day))
		return false;
	reader->current.day = (DateADT) day;
	for (int i = 0; i < ncounters; i++)
	{
		uint64		value = 0;

		if (reader->codes[i] == CODE_WHOLE)
			value = counts[part_of[i]];
		else if (reader->codes[i] == CODE_VARINT &&
				 ((p = varint_next(p, reader->end, &value)) == NULL ||
				  value > (uint64) (part_of[i] == i ? PG_INT64_MAX : counts[part_of[i]])))
			return false;
		counts[i] = (int64) value;
		bits |= value;
	}
	reader->p = p;
	return bits != 0;
}

/* Reads a day; false where the bytes are none, or are one that day_counts_valid() would not have. */
bool
days_next_packed(DayReader *reader)
{
	return reader->days->ncounters == TREND_COUNTERS ? packed_next_day(reader, TREND_COUNTERS) :
		packed_next_day(reader, CARD_COUNTERS);
}

/*
 * Whether no count can have more than 28 bits, told without reading the days:
 * where no number behind the first tag, which says when the first day is, takes
 * more than four bytes.
 */
bool
days_small(const Days *days)
{
	const uint8 *p = (const uint8 *) days + PACKED_HEADER;
	const uint8 *end = (const uint8 *) days + VARSIZE(days);
	uint64		skipped;
	int			length = 0;

	if (!varint_read(&p, end, &skipped) || !varint_read(&p, end, &skipped))
		return false;
	for (; p < end && length < 4; p++)
		length = *p < 128 ? 0 : length + 1;
	return length < 4;
}

/* All days, ascending; false where the bytes are no packed days of this shape. */
bool
days_unpack(const Days *days, DayCounts **sorted, int64 *ndays)
{
	DayReader	reader;

	days_read(&reader, days);

	/*
	 * A packed day takes a byte, so this is at most 56 times the state: huge
	 * for the largest.
	 */
	*sorted = MemoryContextAllocHuge(CurrentMemoryContext, (reader.left + 1) * sizeof(DayCounts));
	*ndays = days_rest(&reader, *sorted);
	return !reader.broken && reader.p == reader.end && reader.run == 0;
}

static inline uint8
packed_code(const int64 *counts, int i, int part_of)
{
	if (counts[i] == 0)
		return CODE_ZERO;
	return part_of != i && counts[i] == counts[part_of] ? CODE_WHOLE : CODE_VARINT;
}

/* The tag of a day that no run begins with. */
static pg_attribute_always_inline uint64
packed_tag(const int64 *counts, DateADT day, DateADT previous, int ncounters)
{
	const uint8 *part_of = days_part_of(ncounters);
	const uint8 *ncodes = days_ncodes(ncounters);
	uint64		tag = (int64) day - previous - 1;

	for (int i = ncounters - 1; i >= 0; i--)
		tag = tag * ncodes[i] + packed_code(counts, i, part_of[i]);
	return tag << 1;
}

/* How many of these days follow the first with its tag, which is *tag; gives the one of the day behind them. */
static pg_attribute_always_inline int64
packed_run(const DayCounts *sorted, int64 ndays, uint64 *tag, int ncounters)
{
	uint64		first = *tag;
	int64		run = 0;

	while (run + 1 < ndays)
	{
		*tag = packed_tag(sorted[run + 1].counts, sorted[run + 1].day, sorted[run].day, ncounters);
		if (*tag != first)
			break;
		run++;
	}
	return run;
}

/* A bit for each counter that a day's tag does not tell, and that of others with the same tag. */
static pg_attribute_always_inline uint32
packed_counters(const int64 *counts, int ncounters)
{
	const uint8 *part_of = days_part_of(ncounters);
	uint32		written = 0;

	for (int i = 0; i < ncounters; i++)
		written |= (uint32) (packed_code(counts, i, part_of[i]) == CODE_VARINT) << i;
	return written;
}

static pg_attribute_always_inline uint8 *
put_counters(uint8 *p, const int64 *counts, uint32 written, int ncounters)
{
	for (int i = 0; i < ncounters; i++)
	{
		if (written & (1U << i))
			p = varint_put(p, counts[i]);
	}
	return p;
}

/* For days with so many counters, which the compiler knows. */
static pg_attribute_always_inline void
pack_days(StringInfo buf, const DayCounts *sorted, int64 ndays, int ncounters)
{
	uint64		next = ndays > 0 ? packed_tag(sorted[0].counts, sorted[0].day, MIN_DATE - 1, ncounters) : 0;
	uint32		written = 0;
	int64		run = 0;

	for (int64 i = 0; i < ndays; i++)
	{
		uint8	   *p;

		if (buf->maxlen - buf->len <= (2 + ncounters) * VARINT_SIZE)
			enlargeStringInfo(buf, (2 + ncounters) * VARINT_SIZE);
		p = (uint8 *) buf->data + buf->len;
		if (run > 0)
			run--;
		else
		{
			uint64		tag = next;

			run = packed_run(sorted + i, ndays - i, &next, ncounters);
			written = packed_counters(sorted[i].counts, ncounters);
			p = varint_put(p, tag | (run > 0));
			if (run > 0)
				p = varint_put(p, run - 1);
		}
		p = put_counters(p, sorted[i].counts, written, ncounters);
		buf->len = (char *) p - buf->data;
	}
}

/* Ascending days in the form that is stored. */
Days *
days_packed(const DayCounts *sorted, int64 ndays, int ncounters)
{
	StringInfoData buf;

	initStringInfo(&buf);
	days_header((Days *) buf.data, DAYS_PACKED, ncounters);
	buf.len = PACKED_HEADER;
	varint_write(&buf, ndays);
	if (ncounters == TREND_COUNTERS)
		pack_days(&buf, sorted, ndays, TREND_COUNTERS);
	else
		pack_days(&buf, sorted, ndays, CARD_COUNTERS);
	SET_VARSIZE(buf.data, buf.len);
	return (Days *) buf.data;
}

/* Whether these are no days, as they are in the state before the first row. */
bool
days_none(const Days *days, int ncounters)
{
	return days->form == DAYS_PACKED && VARSIZE(days) == PACKED_HEADER + 1 && days->version == DAYS_VERSION &&
		days->ncounters == ncounters && ((const uint8 *) days)[PACKED_HEADER] == 0;
}

/* A first day, packed: with many states of one row it is also the last. */
Days *
days_one(DateADT day, const int64 *counts, int ncounters)
{
	Days	   *one = palloc(PACKED_HEADER + (2 + ncounters) * VARINT_SIZE);
	uint8	   *p = (uint8 *) one + PACKED_HEADER;

	days_header(one, DAYS_PACKED, ncounters);
	p = varint_put(p, 1);
	p = varint_put(p, packed_tag(counts, day, MIN_DATE - 1, ncounters));
	p = put_counters(p, counts, packed_counters(counts, ncounters), ncounters);
	SET_VARSIZE(one, p - (uint8 *) one);
	return one;
}

/* Reads so many bytes that days_packed() wrote; false where they are not that. */
bool
days_receive(StringInfo buf, int size, int ncounters, DayCounts **sorted, int64 *ndays)
{
	Days	   *days;

	if (size < (int) (PACKED_HEADER - VARHDRSZ))
		return false;
	days = palloc(VARHDRSZ + size);
	SET_VARSIZE(days, VARHDRSZ + size);
	pq_copymsgbytes(buf, VARDATA(days), size);
	return days->version == DAYS_VERSION && days->form == DAYS_PACKED &&
		days->ncounters == ncounters && days->unused == 0 && days_unpack(days, sorted, ndays);
}
