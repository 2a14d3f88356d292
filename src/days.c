/*
 * src/days.c: counts per day, the state behind trend and scorecard
 *
 * A value is in one of four forms:
 *
 * DAYS_PACKED	all that is stored, dumped and compared: see days_pack.c.  The
 *				first day of a state stays so until there is another.
 * DAYS_FEW		while building, at most 14 days with counts under 256 in 128
 *				bytes, so that many small groups fit into memory.
 * DAYS_TABLE	while building, a hash table of counts under 2^32, as what is
 *				half as large stays in a cache twice as long.  The hash is the
 *				day itself, so that a span of days without gaps lies like an
 *				array; higher bits set apart days that are decades from each
 *				other.
 * DAYS_WIDE	the same with counts of 8 bytes, which only merging can bring.
 */
#include "postgres.h"

#include "common/int.h"
#include "miscadmin.h"
#include "port/pg_bitutils.h"
#include "utils/memutils.h"

#include "complaint_metrics.h"

#define FEW_SIZE_SMALL 64
#define FEW_SIZE_LARGE 128
#define FEW_DAYS_MAX 14			/* in FEW_SIZE_LARGE, of a trend; a scorecard's are larger */
#define TABLE_SLOTS_MIN 16

/* A span with more days than so many for each that occurs is not worth an array. */
#define DAYS_SPARSE 16

/* No count below zero, and no part above its whole: no difference has a sign. */
static inline bool
counts_valid(const int64 *counts, int ncounters)
{
	const uint8 *part_of = days_part_of(ncounters);
	uint64		signs = 0;

	for (int i = 0; i < ncounters; i++)
		signs |= (uint64) counts[i] | ((uint64) counts[part_of[i]] - (uint64) counts[i]);
	return (int64) signs >= 0;
}

/* A number as long in bits as the largest of the counts; its sign is set where one is below zero. */
static inline uint64
counts_bits(const int64 *counts, int ncounters)
{
	uint64		bits = 0;

	for (int i = 0; i < ncounters; i++)
		bits |= (uint64) counts[i];
	return bits;
}

static inline bool
counts_zero(const int64 *counts, int ncounters)
{
	return counts_bits(counts, ncounters) == 0;
}

/* A day of the calendar on which something was counted, no part above its whole. */
bool
day_counts_valid(const DayCounts *day, int ncounters)
{
	return IS_VALID_DATE(day->day) && counts_valid(day->counts, ncounters) &&
		!counts_zero(day->counts, ncounters);
}

/* Adds sign * counts to sum unless a count would leave its range; only taking away can bring one below its parts. */
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
	if (sign < 0 && !counts_valid(changed, ncounters))
		return false;
	memcpy(sum, changed, ncounters * sizeof(int64));
	return true;
}

/*
 * A slot is a day and behind it the counters, as wide as the form has them.
 * Few days lie in the order of their coming, those of a table where
 * table_find() looks for them.
 */

/* Bytes of a counter, and of what stands in front of the first one */
static inline int
slot_width(const Days *days)
{
	return days->form == DAYS_FEW ? 1 : days->form == DAYS_TABLE ? sizeof(uint32) : sizeof(int64);
}

static inline Size
slot_stride(int form, int ncounters)
{
	switch (form)
	{
		case DAYS_FEW:
			return sizeof(int32) + TYPEALIGN(sizeof(int32), ncounters);
		case DAYS_TABLE:
			return table_stride(ncounters);
		default:
			return (1 + ncounters) * sizeof(int64);
	}
}

static inline char *
slot_at(const Days *days, int64 i)
{
	return (char *) (days + 1) + i * slot_stride(days->form, days->ncounters);
}

static inline char *
slot_counters(const Days *days, char *slot)
{
	return slot + Max(sizeof(int32), slot_width(days));
}

static pg_attribute_always_inline void
slot_read(const Days *days, char *slot, int64 *counts, int ncounters)
{
	char	   *counters = slot_counters(days, slot);

	if (days->form == DAYS_FEW)
	{
		for (int i = 0; i < ncounters; i++)
			counts[i] = ((uint8 *) counters)[i];
	}
	else if (days->form == DAYS_TABLE)
	{
		for (int i = 0; i < ncounters; i++)
			counts[i] = ((uint32 *) counters)[i];
	}
	else
		memcpy(counts, counters, ncounters * sizeof(int64));
}

static pg_attribute_always_inline void
slot_write(const Days *days, char *slot, const int64 *counts, int ncounters)
{
	char	   *counters = slot_counters(days, slot);

	if (days->form == DAYS_FEW)
	{
		for (int i = 0; i < ncounters; i++)
			((uint8 *) counters)[i] = (uint8) counts[i];
	}
	else if (days->form == DAYS_TABLE)
	{
		for (int i = 0; i < ncounters; i++)
			((uint32 *) counters)[i] = (uint32) counts[i];
	}
	else
		memcpy(counters, counts, ncounters * sizeof(int64));
}

/* The most that a counter of a form can hold: all bits of so many. */
static inline uint64
form_limit(int form)
{
	return form == DAYS_FEW ? PG_UINT8_MAX : form == DAYS_TABLE ? PG_UINT32_MAX : PG_INT64_MAX;
}

/* The slot of a day, or the free one where it would come; NULL where there is none. */
static inline char *
slot_find(const Days *days, DateADT day)
{
	if (days->form != DAYS_FEW)
		return table_find(days, day, slot_stride(days->form, days->ncounters));
	for (int i = 0; i < days->nslots; i++)
	{
		char	   *slot = slot_at(days, i);

		if (*slot_day(slot) == day || *slot_day(slot) == NO_DAY)
			return slot;
	}
	return NULL;
}

/* Whether one more day would be too many; a table keeps a quarter free, so that there is always a slot to end at. */
static inline bool
slots_full(const Days *days)
{
	return days->ndays >= (days->form == DAYS_FEW ? days->nslots : days->nslots / 4 * 3);
}

/* For days with so many counters, which the compiler knows. */
static pg_attribute_always_inline DaysResult
add_to_day(Days *days, DateADT day, const int64 *counts, int sign, int ncounters)
{
	char	   *slot = days->form == DAYS_PACKED ? NULL : slot_find(days, day);
	int64		sum[DAY_COUNTERS] = {0};
	uint64		bits;
	bool		is_new;

	if (slot == NULL)
		return DAYS_FULL;
	is_new = *slot_day(slot) != day;
	if (is_new && slots_full(days))
		return DAYS_FULL;
	if (!is_new)
		slot_read(days, slot, sum, ncounters);
	if (!counts_add(sum, counts, sign, ncounters))
		return DAYS_OUT_OF_RANGE;
	bits = counts_bits(sum, ncounters);
	/* only damaged bytes can have brought a count below zero */
	if ((int64) bits < 0)
		return DAYS_OUT_OF_RANGE;
	if (bits > form_limit(days->form))
		return DAYS_FULL;
	slot_write(days, slot, sum, ncounters);
	*slot_day(slot) = day;
	days->ndays += is_new;
	return DAYS_DONE;
}

/* Adds to a day, or takes away with sign -1, in place. */
DaysResult
days_add(Days *days, DateADT day, const int64 *counts, int sign)
{
	return days->ncounters == TREND_COUNTERS ? add_to_day(days, day, counts, sign, TREND_COUNTERS) :
		add_to_day(days, day, counts, sign, CARD_COUNTERS);
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

/* Starts to read the days of any form; ascending only when packed. */
void
days_read(DayReader *reader, const Days *days)
{
	reader->days = days;
	reader->p = reader->end = NULL;
	reader->left = 0;
	reader->run = 0;
	reader->broken = false;
	reader->current = (DayCounts) {0};
	if (days->version != DAYS_VERSION || days->form > DAYS_WIDE ||
		(days->ncounters != TREND_COUNTERS && days->ncounters != CARD_COUNTERS))
		reader->broken = true;
	else if (days->form == DAYS_PACKED)
		days_read_packed(reader);
	else
		reader->left = days->form == DAYS_FEW ? days->ndays : days->nslots;
}

/* Steps to the next slot with counts. */
static pg_attribute_always_inline bool
step_slot(DayReader *reader, int ncounters)
{
	const Days *days = reader->days;
	Size		stride = slot_stride(days->form, ncounters);

	while (reader->left-- > 0)
	{
		char	   *slot = (char *) (days + 1) + reader->left * stride;

		if (*slot_day(slot) == NO_DAY)
			continue;
		reader->current.day = *slot_day(slot);
		slot_read(days, slot, reader->current.counts, ncounters);
		/* A day that was taken back in a moving frame keeps its slot. */
		if (!counts_zero(reader->current.counts, ncounters))
			return true;
	}
	return false;
}

/* For days with so many counters, which the compiler knows. */
static pg_attribute_always_inline bool
step_day(DayReader *reader, int ncounters)
{
	if (reader->days->form != DAYS_PACKED)
		return step_slot(reader, ncounters);
	if (reader->left-- <= 0 || reader->broken)
		return false;
	reader->broken = !days_next_packed(reader);
	return !reader->broken;
}

static pg_attribute_always_inline int64
rest_of_days(DayReader *reader, DayCounts *rest, int ncounters)
{
	int64		n = 0;

	while (step_day(reader, ncounters))
		rest[n++] = reader->current;
	return n;
}

/* Reads all days that are left into an array that has room for them; how many until the end, or until it broke. */
int64
days_rest(DayReader *reader, DayCounts *rest)
{
	return reader->days->ncounters == TREND_COUNTERS ? rest_of_days(reader, rest, TREND_COUNTERS) :
		rest_of_days(reader, rest, CARD_COUNTERS);
}

static void
days_corrupted(const Days *days)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("invalid stored counts per day, version %d", days->version)));
}

static pg_attribute_always_inline bool
next_day(DayReader *reader, int ncounters)
{
	CHECK_FOR_INTERRUPTS();
	if (step_day(reader, ncounters))
		return true;
	if (reader->broken)
		days_corrupted(reader->days);
	return false;
}

/* The same of a state that is known to be one. */
bool
days_next(DayReader *reader)
{
	return reader->days->ncounters == TREND_COUNTERS ? next_day(reader, TREND_COUNTERS) :
		next_day(reader, CARD_COUNTERS);
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

static pg_attribute_always_inline int64
survey_days(const Days *days, int64 *largest, int ncounters)
{
	DayReader	reader;
	int64		ndays = 0;

	*largest = 0;
	for (days_read(&reader, days); next_day(&reader, ncounters); ndays++)
	{
		for (int i = 0; i < ncounters; i++)
			*largest = Max(*largest, reader.current.counts[i]);
	}
	return ndays;
}

/* How many days have counts, and the largest of these, or what none is above. */
static int64
days_survey(const Days *days, int64 *largest)
{
	int64		ndays = days_count(days);

	/* too many for DAYS_FEW, and a table holds the counts, whichever they are */
	if (days->form == DAYS_PACKED && ndays > FEW_DAYS_MAX && days_small(days))
	{
		*largest = DAYS_SMALL;
		return ndays;
	}
	return days->ncounters == TREND_COUNTERS ? survey_days(days, largest, TREND_COUNTERS) :
		survey_days(days, largest, CARD_COUNTERS);
}

/*
 * How many days there has to be room for, so that there can be one more than
 * so many.  Those that a moving frame has taken back are left behind; where
 * there are some there will be more, and with room for these growing stays rare.
 */
static int64
days_wanted(const Days *days, int64 ndays)
{
	bool		moving = days->form != DAYS_PACKED && ndays < days->ndays;

	return ndays + 1 + (moving ? ndays / 2 : 0);
}

/* The form, and the room, that hold what is there and counts on one more day. */
DaysShape
days_grown(const Days *days, const int64 *counts)
{
	int64		added = 0;
	int64		largest;
	int64		ndays = days_wanted(days, days_survey(days, &largest));
	int64		nslots = TABLE_SLOTS_MIN;
	DaysShape	shape = {.form = DAYS_FEW};
	Size		stride = slot_stride(DAYS_FEW, days->ncounters);

	for (int i = 0; i < days->ncounters; i++)
		added = Max(added, counts[i]);
	shape.size = sizeof(Days) + ndays * stride;
	if (shape.size <= FEW_SIZE_LARGE && added <= PG_UINT8_MAX && largest <= PG_UINT8_MAX - added)
	{
		shape.size = shape.size <= FEW_SIZE_SMALL ? FEW_SIZE_SMALL : FEW_SIZE_LARGE;
		shape.nslots = (shape.size - sizeof(Days)) / stride;
		return shape;
	}

	shape.form = added <= PG_UINT32_MAX && largest <= PG_UINT32_MAX - added ? DAYS_TABLE : DAYS_WIDE;
	stride = slot_stride(shape.form, days->ncounters);
	while (nslots / 4 * 3 < ndays)
		nslots *= 2;
	if (nslots > (int64) ((MaxAllocSize - sizeof(Days)) / stride))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many days in one state: %lld", (long long) ndays)));
	shape.nslots = nslots;
	shape.size = sizeof(Days) + shape.nslots * stride;
	return shape;
}

/* Writes the days of from into the empty slots of to. */
static pg_attribute_always_inline void
copy_days(const Days *from, Days *to, int ncounters)
{
	DayReader	reader;

	for (days_read(&reader, from); next_day(&reader, ncounters); to->ndays++)
	{
		char	   *slot = slot_find(to, reader.current.day);

		Assert(slot != NULL && *slot_day(slot) == NO_DAY && to->ndays < to->nslots);
		slot_write(to, slot, reader.current.counts, ncounters);
		*slot_day(slot) = reader.current.day;
	}
}

/* Writes what is in from into to, which has the size of the shape that days_grown() gave. */
void
days_grow(const Days *from, Days *to, const DaysShape *shape)
{
	Size		stride = slot_stride(shape->form, from->ncounters);
	char	   *slot = (char *) (to + 1);

	SET_VARSIZE(to, shape->size);
	days_header(to, shape->form, from->ncounters);
	to->ndays = 0;
	to->nslots = shape->nslots;
	memset(to + 1, 0, shape->size - sizeof(Days));
	for (int i = 0; i < to->nslots; i++, slot += stride)
		*slot_day(slot) = NO_DAY;
	if (to->ncounters == TREND_COUNTERS)
		copy_days(from, to, TREND_COUNTERS);
	else
		copy_days(from, to, CARD_COUNTERS);
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

	if (ndays <= 1)
		return days;
	for (int64 i = 0; i < ndays; i++)
	{
		first = Min(first, days[i].day);
		last = Max(last, days[i].day);
	}
	if ((last - first) / DAYS_SPARSE > ndays)
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

/*
 * The days of two states together, or those of the part taken out of the whole,
 * packed; both stay as they are, and the whole itself is what comes back where
 * there is nothing to do.  NULL, and the day, where that cannot be.
 */
Days *
days_combined(Days *whole, const Days *part, int sign, DayCounts *refused)
{
	int			ncounters = whole->ncounters;
	int64		nwhole;
	int64		nparts;
	int64		n = 0;
	DayCounts  *left;
	DayCounts  *right;
	DayCounts  *both;

	/* a rollup is read so wherever nothing waits */
	if (days_none(part, ncounters) && whole->form == DAYS_PACKED)
		return whole;
	left = days_sorted(whole, &nwhole);
	right = days_sorted(part, &nparts);
	both = MemoryContextAllocHuge(CurrentMemoryContext, (nwhole + nparts + 1) * sizeof(DayCounts));
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
