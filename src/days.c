/*
 * src/days.c: counts per day, the state behind trend and scorecard
 *
 * A value is in one of three forms:
 *
 * DAYS_PACKED	what is stored, dumped and compared.  Behind the first four
 *				bytes after the length: the number of days, then the days,
 *				ascending, all as varints.  A day is a tag, which holds the
 *				days since the day before, how each counter stands, and whether
 *				a number of further days with the same tag follows; then the
 *				counters that the tag does not tell.
 * DAYS_FEW		while building, at most 14 days with counts under 256 in 128
 *				bytes, so that many small groups fit into memory.
 * DAYS_TABLE	while building, a hash table.  The hash is the day itself, so
 *				that a span of days without gaps lies like an array; higher
 *				bits set apart days that are decades from each other.
 */
#include "postgres.h"

#include "common/int.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/datetime.h"
#include "utils/memutils.h"

#include "complaint_metrics.h"

#define DAYS_VERSION 1

#define PACKED_HEADER offsetof(Days, ndays)
#define FEW_SIZE_SMALL 64
#define FEW_SIZE_LARGE 128
#define TABLE_SLOTS_MIN 16

/* A span with more days than so many for each that occurs is not worth an array. */
#define DAYS_SPARSE 16

#define MIN_DATE (DATETIME_MIN_JULIAN - POSTGRES_EPOCH_JDATE)

/* How a counter stands in a packed day. */
#define CODE_VARINT 0
#define CODE_ZERO 1
#define CODE_WHOLE 2			/* as much as the counter that it is part of */

/* volume, decided, hits · received, concluded, mediated: decided, hits, satisfied: decided, hits */
static const int8 trend_part_of[] = {-1, 0, 1};
static const int8 scorecard_part_of[] = {-1, -1, 1, 2, 1, 4};

/*
 * How many of these codes each counter can have.  A trend has no day without
 * a volume, so that a tag takes one byte where a week or less has passed.
 */
static const uint8 trend_ncodes[] = {1, 3, 3};
static const uint8 scorecard_ncodes[] = {2, 2, 3, 3, 3, 3};

/* The counter that each counter is part of and so cannot pass; -1 for none. */
static inline const int8 *
days_part_of(int ncounters)
{
	return ncounters == (int) lengthof(trend_part_of) ? trend_part_of : scorecard_part_of;
}

static inline const uint8 *
days_ncodes(int ncounters)
{
	return ncounters == (int) lengthof(trend_ncodes) ? trend_ncodes : scorecard_ncodes;
}

static inline bool
counts_valid(const int64 *counts, int ncounters)
{
	const int8 *part_of = days_part_of(ncounters);

	for (int i = 0; i < ncounters; i++)
	{
		if (counts[i] < 0 || (part_of[i] >= 0 && counts[i] > counts[part_of[i]]))
			return false;
	}
	return true;
}

static inline bool
counts_zero(const int64 *counts, int ncounters)
{
	for (int i = 0; i < ncounters; i++)
	{
		if (counts[i] != 0)
			return false;
	}
	return true;
}

/* A day of the calendar on which something was counted, no part above its whole. */
bool
day_counts_valid(const DayCounts *day, int ncounters)
{
	return IS_VALID_DATE(day->day) && counts_valid(day->counts, ncounters) &&
		!counts_zero(day->counts, ncounters);
}

/* Adds sign * counts to sum unless a count would leave its range. */
static inline bool
counts_add(int64 *sum, const int64 *counts, int sign, int ncounters)
{
	int64		changed[DAY_COUNTERS];

	for (int i = 0; i < ncounters; i++)
	{
		if (sign > 0 ? pg_add_s64_overflow(sum[i], counts[i], &changed[i]) :
			pg_sub_s64_overflow(sum[i], counts[i], &changed[i]))
			return false;
	}
	if (!counts_valid(changed, ncounters))
		return false;
	memcpy(sum, changed, ncounters * sizeof(int64));
	return true;
}

/* DAYS_FEW: a day and a byte for each counter, in the order of their coming. */

static inline int
few_stride(int ncounters)
{
	return sizeof(int32) + TYPEALIGN(sizeof(int32), ncounters);
}

static inline char *
few_slot(const Days *days, int i)
{
	return (char *) (days + 1) + i * few_stride(days->ncounters);
}

static DaysResult
few_add(Days *days, DateADT day, const int64 *counts, int sign)
{
	int64		sum[DAY_COUNTERS] = {0};
	char	   *slot;
	uint8	   *bytes;
	int			i = 0;

	while (i < days->ndays && *(int32 *) few_slot(days, i) != day)
		i++;
	if (i == days->nslots)
		return DAYS_FULL;
	slot = few_slot(days, i);
	bytes = (uint8 *) slot + sizeof(int32);
	if (i < days->ndays)
	{
		for (int j = 0; j < days->ncounters; j++)
			sum[j] = bytes[j];
	}
	if (!counts_add(sum, counts, sign, days->ncounters))
		return DAYS_OUT_OF_RANGE;
	for (int j = 0; j < days->ncounters; j++)
	{
		if (sum[j] > PG_UINT8_MAX)
			return DAYS_FULL;
	}
	for (int j = 0; j < days->ncounters; j++)
		bytes[j] = (uint8) sum[j];
	if (i == days->ndays)
	{
		*(int32 *) slot = day;
		days->ndays++;
	}
	return DAYS_DONE;
}

static DaysResult
table_add(Days *days, DateADT day, const int64 *counts, int sign)
{
	int64	   *slot = table_find(days, day, days->ncounters);
	int32	   *slot_day = table_day(slot, days->ncounters);

	/*
	 * Three quarters full at most, so that there is always a free slot to end
	 * at.
	 */
	if (*slot_day == NO_DAY && days->ndays >= days->nslots / 4 * 3)
		return DAYS_FULL;
	if (!counts_add(slot, counts, sign, days->ncounters))
		return DAYS_OUT_OF_RANGE;
	if (*slot_day == NO_DAY)
	{
		*slot_day = day;
		days->ndays++;
	}
	return DAYS_DONE;
}

/* Adds to a day, or takes away with sign -1, in place. */
DaysResult
days_add(Days *days, DateADT day, const int64 *counts, int sign)
{
	if (days->form == DAYS_TABLE)
		return table_add(days, day, counts, sign);
	if (days->form == DAYS_FEW)
		return few_add(days, day, counts, sign);
	return DAYS_FULL;
}

/* 22003 for what days_add() would not do. */
void
days_out_of_range(const char *type, const char *day, int sign)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("%s out of range", type),
			 sign > 0 ? errdetail("Cannot add %s, as a count would pass int8.", day) :
			 errdetail("Cannot take away %s, as it is not in the %s.", day, type),
			 sign > 0 ? 0 : errhint("Take away only what was merged into the whole before.")));
}

/* How many days there are. */
int64
days_count(const Days *days)
{
	DayReader	reader;

	if (days->form != DAYS_PACKED)
		return days->ndays;
	days_read(&reader, days);
	return reader.left;
}

/* Whether no count passes a limit when these counts are added to any day. */
static bool
days_below(const Days *days, const int64 *counts, int64 limit)
{
	DayReader	reader;
	int64		added = 0;

	for (int i = 0; i < days->ncounters; i++)
		added = Max(added, counts[i]);
	for (days_read(&reader, days); days_next(&reader);)
	{
		for (int i = 0; i < days->ncounters; i++)
		{
			if (reader.current.counts[i] > limit - added)
				return false;
		}
	}
	return added <= limit;
}

/* The size that holds what is there and counts on one more day. */
Size
days_grown_size(const Days *days, const int64 *counts)
{
	int64		ndays = days_count(days) + 1;
	int64		nslots;
	Size		few_size;

	few_size = sizeof(Days) + ndays * few_stride(days->ncounters);
	if (few_size <= FEW_SIZE_LARGE && days_below(days, counts, PG_UINT8_MAX))
		return few_size <= FEW_SIZE_SMALL ? FEW_SIZE_SMALL : FEW_SIZE_LARGE;

	nslots = TABLE_SLOTS_MIN;
	while (nslots / 4 * 3 < ndays)
		nslots *= 2;
	if (nslots > (int64) ((MaxAllocSize - sizeof(Days)) / table_stride(days->ncounters)))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many days in one state: %lld", (long long) ndays)));
	return sizeof(Days) + nslots * table_stride(days->ncounters);
}

/* Writes what is in from into to, which has the size that days_grown_size() gave. */
void
days_grow(const Days *from, Days *to, Size size)
{
	DayReader	reader;

	SET_VARSIZE(to, size);
	to->version = DAYS_VERSION;
	to->ncounters = from->ncounters;
	to->unused = 0;
	to->ndays = 0;
	memset(to + 1, 0, size - sizeof(Days));
	if (size <= FEW_SIZE_LARGE)
	{
		to->form = DAYS_FEW;
		to->nslots = (size - sizeof(Days)) / few_stride(to->ncounters);
	}
	else
	{
		to->form = DAYS_TABLE;
		to->nslots = (size - sizeof(Days)) / table_stride(to->ncounters);
		for (int i = 0; i < to->nslots; i++)
			*table_day(table_slot(to, i, to->ncounters), to->ncounters) = NO_DAY;
	}
	for (days_read(&reader, from); days_next(&reader);)
	{
		if (days_add(to, reader.current.day, reader.current.counts, 1) != DAYS_DONE)
			elog(ERROR, "grown state is too small");
	}
}

/* Starts to read the days of any form; ascending only when packed. */
void
days_read(DayReader *reader, const Days *days)
{
	uint64		ndays;

	memset(reader, 0, sizeof(DayReader));
	reader->days = days;
	if (days->version != DAYS_VERSION || days->form > DAYS_TABLE)
	{
		reader->broken = true;
		return;
	}
	if (days->form != DAYS_PACKED)
	{
		reader->left = days->form == DAYS_FEW ? days->ndays : days->nslots;
		return;
	}
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
static bool
packed_next_tag(DayReader *reader)
{
	int			ncounters = reader->days->ncounters;
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

static bool
packed_next(DayReader *reader)
{
	int			ncounters = reader->days->ncounters;
	const int8 *part_of = days_part_of(ncounters);
	int64	   *counts = reader->current.counts;
	int64		day;

	if (!packed_next_tag(reader))
		return false;
	day = reader->current.day + reader->gap + 1;
	if (!IS_VALID_DATE(day))
		return false;
	reader->current.day = (DateADT) day;
	for (int i = 0; i < ncounters; i++)
	{
		uint64		value = 0;

		if (reader->codes[i] == CODE_WHOLE)
			value = counts[part_of[i]];
		else if (reader->codes[i] == CODE_VARINT && !varint_read(&reader->p, reader->end, &value))
			return false;
		counts[i] = (int64) value;
	}
	return day_counts_valid(&reader->current, ncounters);
}

/* Steps to the next day with counts, in reader->current; false at the end, or when broken. */
static bool
days_step(DayReader *reader)
{
	const Days *days = reader->days;

	if (days->form == DAYS_PACKED)
	{
		if (reader->left-- <= 0 || reader->broken)
			return false;
		reader->broken = !packed_next(reader);
		return !reader->broken;
	}
	while (reader->left-- > 0)
	{
		if (days->form == DAYS_FEW)
		{
			char	   *slot = few_slot(days, reader->left);

			reader->current.day = *(int32 *) slot;
			for (int i = 0; i < days->ncounters; i++)
				reader->current.counts[i] = ((uint8 *) slot)[sizeof(int32) + i];
		}
		else
		{
			int64	   *slot = table_slot(days, reader->left, days->ncounters);

			reader->current.day = *table_day(slot, days->ncounters);
			memcpy(reader->current.counts, slot, days->ncounters * sizeof(int64));
		}
		/* A day that was taken back in a moving frame keeps its slot. */
		if (reader->current.day != NO_DAY && !counts_zero(reader->current.counts, days->ncounters))
			return true;
	}
	return false;
}

static void
days_corrupted(const Days *days)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("invalid stored counts per day, version %d", days->version)));
}

/* The same of a state that is known to be one. */
bool
days_next(DayReader *reader)
{
	CHECK_FOR_INTERRUPTS();
	if (days_step(reader))
		return true;
	if (reader->broken)
		days_corrupted(reader->days);
	return false;
}

/* Whether adding to the second is less work; it has to be packed, as what is packed is not changed but grown. */
bool
days_swap_pays(const Days *whole, const Days *part)
{
	return part->form == DAYS_PACKED && days_count(part) > days_count(whole);
}

static int
day_counts_cmp(const void *a, const void *b)
{
	DateADT		left = ((const DayCounts *) a)->day;
	DateADT		right = ((const DayCounts *) b)->day;

	return (left > right) - (left < right);
}

/* Most states have nearly each day of a span, and so a place for each: then there is nothing to compare. */
static DayCounts *
days_sort(DayCounts *days, int64 ndays)
{
	int64		first = PG_INT64_MAX;
	int64		last = PG_INT64_MIN;
	int32	   *places;
	DayCounts  *sorted;

	for (int64 i = 0; i < ndays; i++)
	{
		first = Min(first, days[i].day);
		last = Max(last, days[i].day);
	}
	if (ndays == 0 || (last - first) / DAYS_SPARSE > ndays)
	{
		qsort(days, ndays, sizeof(DayCounts), day_counts_cmp);
		return days;
	}
	places = MemoryContextAllocExtended(CurrentMemoryContext, (last - first + 1) * sizeof(int32),
										MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	for (int64 i = 0; i < ndays; i++)
		places[days[i].day - first] = i + 1;
	sorted = MemoryContextAllocHuge(CurrentMemoryContext, ndays * sizeof(DayCounts));
	for (int64 day = 0, n = 0; n < ndays; day++)
	{
		if (places[day] > 0)
			sorted[n++] = days[places[day] - 1];
	}
	pfree(places);
	pfree(days);
	return sorted;
}

/* All days, ascending; false where the bytes are no packed days of this shape. */
static bool
days_unpack(const Days *days, DayCounts **sorted, int64 *ndays)
{
	DayReader	reader;

	days_read(&reader, days);
	*ndays = 0;

	/*
	 * A packed day takes a byte, so this is at most 56 times the state: huge
	 * for the largest.
	 */
	*sorted = MemoryContextAllocHuge(CurrentMemoryContext, (reader.left + 1) * sizeof(DayCounts));
	while (days_step(&reader))
		(*sorted)[(*ndays)++] = reader.current;
	return !reader.broken && reader.p == reader.end && reader.run == 0;
}

/* All days, ascending, of a state that is known to be one. */
DayCounts *
days_sorted(const Days *days, int64 *ndays)
{
	DayCounts  *sorted;

	if (!days_unpack(days, &sorted, ndays))
		days_corrupted(days);
	if (days->form != DAYS_PACKED)
		sorted = days_sort(sorted, *ndays);
	return sorted;
}

static uint8
packed_code(const int64 *counts, int i, int part_of)
{
	if (counts[i] == 0)
		return CODE_ZERO;
	return part_of >= 0 && counts[i] == counts[part_of] ? CODE_WHOLE : CODE_VARINT;
}

/* The tag of a day that no run begins with. */
static uint64
packed_tag(const DayCounts *day, DateADT previous, int ncounters)
{
	const int8 *part_of = days_part_of(ncounters);
	const uint8 *ncodes = days_ncodes(ncounters);
	uint64		tag = (int64) day->day - previous - 1;

	for (int i = ncounters - 1; i >= 0; i--)
		tag = tag * ncodes[i] + packed_code(day->counts, i, part_of[i]);
	return tag << 1;
}

/* Days that follow the first of these with the same tag. */
static int64
packed_run(const DayCounts *sorted, int64 ndays, uint64 tag, int ncounters)
{
	int64		run = 1;

	while (run < ndays && packed_tag(&sorted[run], sorted[run - 1].day, ncounters) == tag)
		run++;
	return run - 1;
}

/* Ascending days in the form that is stored. */
Days *
days_packed(const DayCounts *sorted, int64 ndays, int ncounters)
{
	StringInfoData buf;
	const int8 *part_of = days_part_of(ncounters);
	DateADT		previous = MIN_DATE - 1;
	int64		run = 0;
	Days		header = {0};

	header.version = DAYS_VERSION;
	header.form = DAYS_PACKED;
	header.ncounters = ncounters;
	initStringInfo(&buf);
	appendBinaryStringInfo(&buf, (char *) &header, PACKED_HEADER);
	varint_write(&buf, ndays);
	for (int64 i = 0; i < ndays; i++)
	{
		uint64		tag = packed_tag(&sorted[i], previous, ncounters);

		if (run > 0)
			run--;
		else
		{
			run = packed_run(sorted + i, ndays - i, tag, ncounters);
			varint_write(&buf, tag | (run > 0));
			if (run > 0)
				varint_write(&buf, run - 1);
		}
		for (int j = 0; j < ncounters; j++)
		{
			if (packed_code(sorted[i].counts, j, part_of[j]) == CODE_VARINT)
				varint_write(&buf, sorted[i].counts[j]);
		}
		previous = sorted[i].day;
	}
	SET_VARSIZE(buf.data, buf.len);
	return (Days *) buf.data;
}

/*
 * The days of two states together, or those of the part taken out of the whole,
 * packed; both stay as they are.  NULL, and the day, where that cannot be.
 */
Days *
days_combined(const Days *whole, const Days *part, int sign, DayCounts *refused)
{
	int			ncounters = whole->ncounters;
	int64		nwhole;
	int64		nparts;
	DayCounts  *left = days_sorted(whole, &nwhole);
	DayCounts  *right = days_sorted(part, &nparts);
	DayCounts  *both = MemoryContextAllocHuge(CurrentMemoryContext, (nwhole + nparts + 1) * sizeof(DayCounts));
	int64		n = 0;

	for (int64 i = 0, j = 0; i < nwhole || j < nparts; n++)
	{
		if (j == nparts || (i < nwhole && left[i].day < right[j].day))
		{
			both[n] = left[i++];
			continue;
		}
		if (i < nwhole && left[i].day == right[j].day)
			both[n] = left[i++];
		else
			both[n] = (DayCounts) {.day = right[j].day};
		if (!counts_add(both[n].counts, right[j].counts, sign, ncounters))
		{
			*refused = right[j];
			return NULL;
		}
		j++;
		n -= counts_zero(both[n].counts, ncounters);
	}
	return days_packed(both, n, ncounters);
}

/* Reads so many bytes that days_pack() wrote; false where they are not that. */
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
