/* src/complaint_metrics.h: what more than one file needs */
#ifndef COMPLAINT_METRICS_H
#define COMPLAINT_METRICS_H

#include "access/htup.h"
#include "access/tupdesc.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "nodes/nodes.h"
#include "pgtime.h"
#include "utils/date.h"
#include "utils/expandeddatum.h"
#include "utils/numeric.h"
#include "utils/rangetypes.h"
#include "utils/relcache.h"
#include "utils/timestamp.h"

/* Soft errors came with PostgreSQL 16; before, every error is raised. */
#if PG_VERSION_NUM < 160000
#define ereturn(context, dummy, ...) \
	do { \
		(void) (context); \
		ereport(ERROR, __VA_ARGS__); \
		return dummy; \
	} while (0)
#define SOFT_ERROR_OCCURRED(context) ((void) (context), false)
#define make_range(typcache, lower, upper, empty, context) make_range(typcache, lower, upper, empty)

static inline bool
DirectInputFunctionCallSafe(PGFunction function, char *str, Oid typioparam, int32 typmod,
							fmNodePtr context, Datum *result)
{
	(void) context;
	*result = DirectFunctionCall3(function, CStringGetDatum(str), ObjectIdGetDatum(typioparam),
								  Int32GetDatum(typmod));
	return true;
}
#else
#include "nodes/miscnodes.h"
#include "varatt.h"
#endif

/* The lexer's struct may be the caller's since 17, which also stopped counting a length in itself. */
#if PG_VERSION_NUM < 170000
#define makeJsonLexContextCstringLen(lex, json, len, encoding, need_escapes) \
	makeJsonLexContextCstringLen(json, len, encoding, need_escapes)
#define pq_sendcountedtext(buf, str, len) pq_sendcountedtext(buf, str, len, false)
#endif

/* Since 18 a query's keys stand in a range table entry of their own, and columns may be computed when they are read. */
#if PG_VERSION_NUM >= 180000
#define flatten_group_keys(query) \
	((query)->targetList = (List *) flatten_group_exprs(NULL, query, (Node *) (query)->targetList))
#else
#define flatten_group_keys(query) ((void) (query))
#define expand_generated_columns_in_expr(node, relation, rtindex) ((void) (relation), node)
#endif

/* Owners of any object are checked by one function since 16, which also gave a name's list soft errors. */
#if PG_VERSION_NUM < 160000
#define object_ownercheck(catalog, object, role) pg_class_ownercheck(object, role)
#define stringToQualifiedNameList(string, context) stringToQualifiedNameList(string)
#define ExecuteTruncateGuts(rels, relids, logged, behavior, restart, as_owner) \
	ExecuteTruncateGuts(rels, relids, logged, behavior, restart)
#endif

/* What 18 and 19 dropped */
#if PG_VERSION_NUM >= 180000
#define pg_attribute_noreturn() __attribute__((noreturn))
#endif
#if PG_VERSION_NUM >= 190000
typedef struct Node *fmNodePtr;
#endif

/* What PG_DETOAST_DATUM gives, without a call for what is plain, as a state that is being built always is. */
static inline struct varlena *
plain_varlena(Datum datum)
{
	struct varlena *value = (struct varlena *) DatumGetPointer(datum);

	return VARATT_IS_4B_U(value) ? value : pg_detoast_datum(value);
}

/* Whether argument 0 is the state of an aggregate, to be changed in place; without a call where it is no window's. */
static inline bool
state_is_ours(FunctionCallInfo fcinfo)
{
	return (fcinfo->context && IsA(fcinfo->context, AggState)) || AggCheckCallContext(fcinfo, NULL);
}

/* rate.c */
typedef struct Rate
{
	int64		hits;			/* rows that count as a success */
	int64		total;			/* rows that count at all */
} Rate;

#define DatumGetRateP(X) ((Rate *) DatumGetPointer(X))
#define PG_GETARG_RATE_P(n) DatumGetRateP(PG_GETARG_DATUM(n))

static inline bool
rate_valid(const Rate *rate)
{
	return rate->hits >= 0 && rate->hits <= rate->total;
}

extern int	rate_compare_ratio(const Rate *a, const Rate *b);
extern Datum rate_add(FunctionCallInfo fcinfo, int64 hits, int64 total);

/* vocabulary.c */
typedef struct Term
{
	const char *words[8];		/* in UTF-8: English, the Chinese label, what else is read; NULL ends them */
} Term;

typedef struct Vocabulary
{
	const char *type;			/* its name, for errors */
	const Term *terms;			/* a value is the place of its term */
	int			nterms;
} Vocabulary;

#define PG_GETARG_TERM(n) DatumGetUInt8(PG_GETARG_DATUM(n))

extern Datum vocabulary_in(const Vocabulary *vocabulary, const char *text, int len, fmNodePtr context);
extern char *vocabulary_out(const Vocabulary *vocabulary, uint8 value);
extern Datum vocabulary_recv(const Vocabulary *vocabulary, StringInfo buf);
extern Datum vocabulary_send(const Vocabulary *vocabulary, uint8 value);
extern text *vocabulary_label(const Vocabulary *vocabulary, uint8 value, const text *lang);
extern char *chinese_to_server(const char *words);

/* inference.c */
extern double normal_two_sided(double alpha);
extern double level_argument(FunctionCallInfo fcinfo, int n);
extern Datum closed_numrange(Numeric lower, Numeric upper);

/* days.c */

/* The most counters that a day has, in a scorecard. */
#define DAY_COUNTERS 6

#define DAYS_PACKED 0
#define DAYS_FEW 1
#define DAYS_TABLE 2

#define NO_DAY PG_INT32_MIN		/* a free slot; DATEVAL_NOBEGIN is never counted */

typedef struct DayCounts
{
	int64		counts[DAY_COUNTERS];
	DateADT		day;
} DayCounts;

/*
 * Counts per day, the state of trend and a part of scorecard's.  Packed they
 * are sorted, unique and small, and all that a user ever sees; while rows are
 * counted they are a short list of small counters and then a hash table.
 */
typedef struct Days
{
	int32		vl_len_;
	uint8		version;
	uint8		form;
	uint8		ncounters;		/* 3 in a trend, 6 in a scorecard */
	uint8		unused;
	int32		ndays;			/* from here on only while building */
	int32		nslots;
} Days;

typedef enum DaysResult
{
	DAYS_DONE,
	DAYS_FULL,					/* grow, then try again */
	DAYS_OUT_OF_RANGE			/* a count would pass int64, zero or the one it is part of */
} DaysResult;

typedef struct DayReader
{
	const Days *days;
	const uint8 *p;				/* packed: the next byte */
	const uint8 *end;
	int64		left;			/* packed: days to come; else slots to come */
	int64		run;			/* packed: days to come with the same tag */
	int64		gap;			/* packed: days between the last one and this */
	uint8		codes[DAY_COUNTERS];	/* packed: how each counter stands */
	bool		broken;			/* the bytes were no packed days */
	DayCounts	current;
} DayReader;

/* DAYS_TABLE: the counters and their day, found by linear probing.  Here, as each row is counted in a slot. */

static inline int
table_stride(int ncounters)
{
	return (ncounters + 1) * sizeof(int64);
}

static inline int64 *
table_slot(const Days *days, uint32 i, int ncounters)
{
	return (int64 *) ((char *) (days + 1) + (Size) i * table_stride(ncounters));
}

static inline int32 *
table_day(int64 *slot, int ncounters)
{
	return (int32 *) (slot + ncounters);
}

/* The slot of a day, or the free one where it would come. */
static inline int64 *
table_find(const Days *days, DateADT day, int ncounters)
{
	uint32		mask = days->nslots - 1;
	uint32		i = ((uint32) day ^ (uint32) day >> 12) & mask;
	int64	   *slot = table_slot(days, i, ncounters);

	while (*table_day(slot, ncounters) != day && *table_day(slot, ncounters) != NO_DAY)
	{
		i = (i + 1) & mask;
		slot = table_slot(days, i, ncounters);
	}
	return slot;
}

/*
 * The counters of a day where a row can be added to them without a check: in
 * a table, on a day that is there already, none of them at its end.  NULL is
 * for days_add() to look at.
 */
static inline int64 *
days_counting(const Days *days, DateADT day, int ncounters)
{
	int64	   *slot;

	if (days->form != DAYS_TABLE)
		return NULL;
	slot = table_find(days, day, ncounters);

	/* Every counter is part of one of the first two, so that only these can be at the end. */
	if (*table_day(slot, ncounters) != day || slot[0] == PG_INT64_MAX || slot[1] == PG_INT64_MAX)
		return NULL;
	return slot;
}

extern bool day_counts_valid(const DayCounts *day, int ncounters);
extern DaysResult days_add(Days *days, DateADT day, const int64 *counts, int sign);
extern Size days_grown_size(const Days *days, const int64 *counts);
extern void days_grow(const Days *from, Days *to, Size size);
extern void days_read(DayReader *reader, const Days *days);
extern bool days_next(DayReader *reader);
extern int64 days_count(const Days *days);
extern bool days_swap_pays(const Days *whole, const Days *part);
extern Days *days_combined(const Days *whole, const Days *part, int sign, DayCounts *refused);
extern DayCounts *days_sorted(const Days *days, int64 *ndays);
extern Days *days_packed(const DayCounts *sorted, int64 ndays, int ncounters);
extern void days_out_of_range(const char *type, const char *day, int sign) pg_attribute_noreturn();
extern bool days_receive(StringInfo buf, int size, int ncounters, DayCounts **sorted, int64 *ndays);

/* trend.c */

#define PG_GETARG_TREND_P(n) ((Days *) plain_varlena(PG_GETARG_DATUM(n)))

/* The counters of a day in a trend. */
enum
{
	TREND_VOLUME,
	TREND_DECIDED,
	TREND_HITS,
	TREND_COUNTERS
};

/* memory.c */
extern void memory_populate(void *memory, Size size);
extern void *memory_for(Size size);

/* sort.c */
typedef struct SortRun
{
	const void *values;
	int64		n;
} SortRun;

extern void *sort_runs(const SortRun *runs, int nruns, Size size);

/* clearance.c, clearance_large.c, clearance_chunks.c, clearance_pack.c, clearance_narrow.c */
typedef struct ClearanceInterval
{
	TimestampTz opened;			/* finite */
	TimestampTz cleared;		/* not before opened; DT_NOEND while open */
} ClearanceInterval;

/*
 * A multiset of intervals, the state of clearance and a part of scorecard's;
 * made by clearance_set_empty, changed by what returns false when there is no
 * room: then clearance_rebuild it in clearance_grown_size bytes, and again.
 */
typedef struct Clearance
{
	int32		vl_len_;
	uint8		version;
	uint8		form;
	uint8		unit;			/* not raw: 0 microseconds, 1 milliseconds, 2 seconds */
	uint8		zero;
	int32		n;				/* intervals */
	char		bytes[FLEXIBLE_ARRAY_MEMBER];
} Clearance;

#define CLEARANCE_VERSION 1
#define CLEARANCE_PACKED 0
#define CLEARANCE_RAW 1
#define CLEARANCE_NARROW 2
#define CLEARANCE_UNIT_MAX 2
#define CLEARANCE_WRITE_SLACK sizeof(uint64)
#define CLEARANCE_EMPTY_SIZE offsetof(Clearance, bytes)
#define CLEARANCE_INTERVALS_MAX \
	((int64) ((MaxAllocSize - MAXALIGN(CLEARANCE_EMPTY_SIZE)) / sizeof(ClearanceInterval)))

#define DatumGetClearanceP(X) ((Clearance *) PG_DETOAST_DATUM(X))
#define PG_GETARG_CLEARANCE_P(n) DatumGetClearanceP(PG_GETARG_DATUM(n))

/* Flat or large, as it comes. */
#define PG_GETARG_CLEARANCE(n) clearance_plain(PG_GETARG_DATUM(n))

typedef struct ClearanceReader
{
	const uint8 *next;
	const uint8 *end;
	int64		unit;			/* in microseconds */
	int64		left;			/* intervals to come */
	uint64		opened;			/* of the last interval, in units */
	bool		first;
} ClearanceReader;

typedef struct ClearanceWriter
{
	uint8	   *next;
	Size		size;			/* bytes so far */
	int			unit;			/* as in Clearance */
	uint64		opened;			/* of the last interval, in units */
} ClearanceWriter;

/* What the narrow form is relative to. */
typedef struct ClearanceNarrow
{
	TimestampTz base;
	int			unit;			/* as in Clearance */
} ClearanceNarrow;

typedef struct ClearanceBlock
{
	struct ClearanceBlock *next;
	int64		n;
	ClearanceInterval intervals[FLEXIBLE_ARRAY_MEMBER];
} ClearanceBlock;

/* A flat one that was merged into a large one, as it came. */
typedef struct ClearancePart
{
	struct ClearancePart *next;
	Clearance  *c;
} ClearancePart;

/* The state over very many intervals: an expanded object. */
typedef struct LargeClearance
{
	ExpandedObjectHeader state; /* as the aggregate changes it; flattened to travel */
	ExpandedObjectHeader shown; /* as users see it; flattened packed */
	ClearanceInterval *next;	/* to be written to next, in the first block */
	ClearanceInterval *end;		/* of that */
	ClearanceBlock *block;		/* the first one's n is known from `next` */
	ClearancePart *part;
	int64		full;			/* intervals in all but that block */
	int			nblocks;
	int			nparts;
	int64		measured;		/* how many there were when the next two were found */
	ClearanceNarrow narrow;
	bool		is_narrow;		/* whether there is such a form */
	Clearance  *packed;			/* all of it as last packed, or NULL */
} LargeClearance;

/* The intervals of a clearance in any form, some at a time. */
typedef struct ClearanceChunks
{
	const ClearanceInterval *intervals;	/* the current ones */
	int64		n;				/* how many these are */
	bool		sorted;			/* all come in order */
	TimestampTz last;			/* then none is wanted that opened later */
	const ClearanceInterval *rest;	/* to come */
	int64		nrest;
	const Clearance *flat;		/* being read, from `done` on where it is narrow */
	int64		done;
	ClearanceReader reader;		/* of that where it is packed */
	const ClearanceBlock *block;	/* to come, in no order */
	const ClearancePart *part;
	ClearanceInterval buffer[256];
} ClearanceChunks;

static inline int
clearance_interval_compare(const ClearanceInterval *a, const ClearanceInterval *b)
{
	if (a->opened != b->opened)
		return a->opened < b->opened ? -1 : 1;
	return (a->cleared > b->cleared) - (a->cleared < b->cleared);
}

extern Clearance *clearance_grown(const Clearance *c, int64 extra);
extern bool clearance_interval_valid(const ClearanceInterval *interval);
extern void clearance_refuse(TimestampTz opened, TimestampTz cleared) pg_attribute_noreturn();
extern void clearance_set_empty(Clearance *c);
extern bool clearance_append(Clearance *c, TimestampTz opened, TimestampTz cleared);
extern bool clearance_merge_into(Clearance *c, const Clearance *part);
extern Size clearance_grown_size(const Clearance *c, int64 extra);
extern void clearance_rebuild(const Clearance *from, Clearance *to, Size size);
extern Clearance *clearance_without(const Clearance *whole, const Clearance *part);
extern Clearance *clearance_packed(Clearance *c);
extern ClearanceInterval *clearance_intervals(const Clearance *c, int64 *n);
extern void clearance_check_count(int64 n);
extern Clearance *clearance_pack(const ClearanceInterval *sorted, int64 n);
extern void clearance_read(ClearanceReader *reader, const Clearance *packed);
extern bool clearance_next(ClearanceReader *reader, ClearanceInterval *interval);
extern int64 clearance_read_some(ClearanceReader *reader, ClearanceInterval *to, int64 n);
extern const int64 clearance_units[];
extern int	clearance_unit(const ClearanceInterval *interval, int unit);
extern bool clearance_narrow_fits(Datum c, ClearanceNarrow *how);
extern Size clearance_narrow_size(int64 n);
extern void clearance_make_narrow(Datum c, const ClearanceNarrow *how, Clearance *to);
extern void clearance_read_narrow(const Clearance *c, int64 first, int64 n, ClearanceInterval *to);
extern void clearance_write(ClearanceWriter *writer, const ClearanceInterval *interval);
extern ClearanceInterval *clearance_raw(const Clearance *c);
extern Size clearance_raw_size(int64 n);
extern void clearance_make_raw(Datum from, Clearance *to, Size size);
extern Datum clearance_large(Datum c, MemoryContext parent);
extern LargeClearance *clearance_large_of(Datum c);
extern int64 clearance_large_count(const LargeClearance *large);
extern void clearance_large_add_block(LargeClearance *large, int64 extra);
extern void clearance_large_merge(LargeClearance *large, Datum part);
extern Clearance *clearance_large_packed(LargeClearance *large);
extern Datum clearance_large_shown(LargeClearance *large);
extern Datum clearance_plain(Datum c);
extern int64 clearance_n(Datum c);
extern int64 clearance_copy(Datum c, ClearanceInterval *to);
extern void clearance_chunks(ClearanceChunks *chunks, Datum c, TimestampTz last);
extern void clearance_chunks_of(ClearanceChunks *chunks, const ClearanceInterval *intervals, int64 n);
extern bool clearance_next_chunk(ClearanceChunks *chunks);
extern ClearanceInterval *clearance_sample(Datum c, int64 size, int64 *n);

static inline bool
clearance_is_large(Datum c)
{
	return VARATT_IS_EXTERNAL_EXPANDED(DatumGetPointer(c));
}

/* By the pointer that may be written to, which only the transition state has. */
static inline LargeClearance *
clearance_large_of_state(Datum state)
{
	return (LargeClearance *) DatumGetEOHP(state);
}

static inline void
clearance_large_append(LargeClearance *large, TimestampTz opened, TimestampTz cleared)
{
	if (unlikely(large->next == large->end))
		clearance_large_add_block(large, 1);
	large->next->opened = opened;
	large->next->cleared = cleared;
	large->next++;
}

/* An interval from a row; open where cleared is DT_NOEND. */
static inline void
clearance_check(TimestampTz opened, TimestampTz cleared)
{
	if (unlikely(TIMESTAMP_NOT_FINITE(opened) || opened > cleared))
		clearance_refuse(opened, cleared);
}

/* clearance_io.c */
extern void put_interval(StringInfo buf, const ClearanceInterval *interval);
extern void clearance_put(StringInfo buf, const Clearance *packed);
extern Clearance *clearance_scan(char **p, const char **problem, fmNodePtr escontext);
extern void clearance_send_to(StringInfo buf, const Clearance *packed);
extern Clearance *clearance_recv_from(StringInfo buf);

/* The part of an interval in [from, until); false where there is none. */
static inline bool
interval_clip(ClearanceInterval *interval, TimestampTz from, TimestampTz until)
{
	interval->opened = Max(interval->opened, from);
	interval->cleared = Min(interval->cleared, until);
	return interval->opened < interval->cleared;
}

/* clearance_grid.c */
extern int64 clearance_peak(Datum c, TimestampTz from, TimestampTz until);
extern ClearanceInterval *clearance_outline(Datum c, int64 *n);

/* clearance_answers.c */
typedef struct ClearancePeriods
{
	ClearanceChunks chunks;
	int64		i;				/* the place of `next` in its chunk */
	bool		more;			/* whether there is one */
	ClearanceInterval next;		/* the interval after those in the period */
} ClearancePeriods;

extern void clearance_periods(ClearancePeriods *periods, Datum c);
extern bool clearance_next_period(ClearancePeriods *periods, ClearanceInterval *period);
extern Datum clearance_elapsed(int64 elapsed);

/* scorecard.c */

typedef struct Scorecard
{
	int32		vl_len_;
	uint8		version;
	uint8		unused[3];
	/* Days and, at the next multiple of 8 bytes, Clearance follow */
} Scorecard;

#define PG_GETARG_SCORECARD_P(n) ((Scorecard *) plain_varlena(PG_GETARG_DATUM(n)))

/* The counters of a day in a scorecard. */
enum
{
	CARD_RECEIVED,
	CARD_CONCLUDED,
	CARD_MEDIATION_DECIDED,		/* of the concluded */
	CARD_MEDIATED,
	CARD_SATISFACTION_ANSWERED, /* of the concluded */
	CARD_SATISFIED,
	CARD_COUNTERS
};

extern DayCounts *scorecard_sorted_days(const Scorecard *card, int64 *ndays);
extern Clearance *scorecard_escalated(const Scorecard *card);

/* tally.c, tally_table.c, tally_large.c, tally_pack.c */

/*
 * How often each key occurred.  Packed it is small and unique for its counts,
 * and all that a user ever sees; while rows are counted it is a TallyTable with
 * its slots and its arena behind it, or a large one.
 */
typedef struct Tally
{
	int32		vl_len_;
	uint8		version;
	uint8		form;
	uint16		zero;
	char		bytes[FLEXIBLE_ARRAY_MEMBER];
} Tally;

#define TALLY_VERSION 1
#define TALLY_PACKED 0
#define TALLY_TABLE 1
#define TALLY_KEY_MAX 1024

#define PG_GETARG_TALLY_P(n) tally_checked((Tally *) PG_DETOAST_DATUM(PG_GETARG_DATUM(n)))

/* What is counted of a tally as a whole. */
typedef struct TallySums
{
	int64		total;			/* rows, of keys that were dropped too */
	int64		max_error;		/* how much may have been taken from any count */
	int32		capacity;		/* keys to keep; 0 where all are, and exactly */
	uint32		nkeys;
} TallySums;

/* A hash table whose slots point to entries in an arena. */
typedef struct TallyTable
{
	TallySums	sums;			/* nkeys: entries, of which some may have come to zero */
	uint32		nzero;			/* of these, those that did */
	uint32		nslots;			/* a power of two */
	uint32		used;			/* of the arena, in units of 8 bytes */
	uint32		room;			/* of the arena, in such units */
} TallyTable;

typedef struct TallySlot
{
	uint32		hash;
	uint32		place;			/* of the entry in the arena, from 1; 0 for a free slot */
} TallySlot;

typedef struct TallyEntry
{
	int64		count;
	uint16		len;
	char		key[FLEXIBLE_ARRAY_MEMBER];
} TallyEntry;

/* A table and where its parts lie now. */
typedef struct TallyView
{
	TallyTable *table;
	TallySlot  *slots;
	uint64	   *arena;
} TallyView;

typedef struct TallyKey
{
	const char *key;			/* not terminated */
	int			len;
	uint32		hash;
} TallyKey;

typedef struct TallyReader
{
	TallySums	sums;
	int64		left;			/* keys to come */
	const uint8 *p;				/* the next byte, or entry */
	const uint8 *end;
	bool		packed;
	TallyKey	key;			/* without its hash */
	int64		count;			/* what is certain: up to max_error less than the true one */
	char		buffer[TALLY_KEY_MAX];
} TallyReader;

typedef struct TallyItem
{
	int64		count;			/* with the error in it */
	int64		place;			/* in the order of the keys */
	const char *key;			/* terminated */
	int			len;
} TallyItem;

/* Keys of a tally, the most frequent first. */
typedef struct TallyItems
{
	TallySums	sums;			/* of the whole tally */
	int64		n;
	TallyItem  *items;
} TallyItems;

static inline Size
tally_entry_units(int len)
{
	return (offsetof(TallyEntry, key) + len + sizeof(uint64) - 1) / sizeof(uint64);
}

extern Tally *tally_checked(Tally *tally);
extern Datum tally_begin(void);
extern TallyView tally_view(Datum state);
extern Datum tally_add(Datum state, const TallyKey *key, int64 count, MemoryContext context);
extern Tally *tally_packed(Datum state);
extern TallyKey tally_key(const char *key, int len);

extern TallyView tally_flat_view(Tally *flat);
extern bool tally_table_add(const TallyView *view, const TallyKey *key, int64 count);
extern bool tally_table_take(const TallyView *view, const TallyKey *key, int64 count);
extern void tally_table_prune(const TallyView *view);
extern int64 tally_table_cut(const TallyView *view);
extern void tally_table_drop(const TallyView *view, int64 cut);
extern void tally_table_rehash(const TallyView *view);
extern Size tally_slots_for(uint32 nkeys);
extern int64 tally_nth_largest(int64 *values, int64 n, int64 nth);

extern Datum tally_large(const TallyView *from, MemoryContext parent);
extern TallyView tally_large_view(Datum state);
extern void tally_large_grow(Datum state, int len);
extern void tally_large_shrink(Datum state);

extern void tally_corrupted(const Tally *tally) pg_attribute_noreturn();
extern void tally_read(TallyReader *reader, const Tally *tally);
extern bool tally_next(TallyReader *reader);
extern Tally *tally_pack(const TallyView *view);

/* tally_answers.c */
extern TallyItems tally_items(const Tally *tally, int64 k, int64 least);

/* period.c */

typedef enum PeriodUnit
{
	PERIOD_DAY,
	PERIOD_WEEK,
	PERIOD_MONTH,
	PERIOD_QUARTER,
	PERIOD_HALF,
	PERIOD_YEAR,
	PERIOD_YTD
} PeriodUnit;

/* Days from first up to but without end; wide enough for what has no bounds. */
typedef struct Period
{
	int64		first;
	int64		end;
} Period;

extern PeriodUnit period_unit(const text *name);
extern Period period_around(PeriodUnit unit, DateADT day);
extern Period period_year_before(Period period);
extern Period period_just_before(Period period);
extern Period period_from_range(RangeType *range);
extern Period period_from_bounded_range(RangeType *range);
extern Datum period_get_range(Period period);
extern DayCounts days_within(const DayCounts *sorted, int64 ndays, Period period);

/* series.c */

/* The days of a trend, ascending, in which any period is found by a binary search. */
typedef struct TrendDays
{
	DayCounts  *sorted;
	int64		ndays;
} TrendDays;

/* The whole units from that of a trend's first day to that of its last. */
typedef struct Series
{
	TrendDays	days;
	PeriodUnit	unit;
	Period		period;			/* the unit that it stands at */
} Series;

extern TrendDays trend_days(const Days *trend);
extern Series series_start(const Days *trend, const text *unit);
extern bool series_next(Series *series);
extern int64 series_volume(const Series *series);

/* zone.c */

/* Instants in which a zone keeps one offset, so that all days in them have 24 hours. */
typedef struct ZoneRange
{
	pg_tz	   *zone;
	TimestampTz from;
	TimestampTz until;
	int64		offset;			/* microseconds east of Greenwich */
	TimestampTz midnight;		/* when the first of these days would begin at this offset */
	DateADT		day;			/* that day */
} ZoneRange;

/* A zone and its name; only of one of 8 to 16 bytes, as most are: the first and the last 8, else the size is 0. */
typedef struct ZoneName
{
	pg_tz	   *zone;
	Size		size;
	uint64		head;
	uint64		tail;
} ZoneName;

extern ZoneRange zone_last_range;
extern ZoneName zone_last_name;
extern pg_tz *zone_find_argument(FunctionCallInfo fcinfo, int n);
extern DateADT zone_find_day(TimestampTz at, pg_tz *zone);

/* Eight bytes that need not be aligned */
static inline uint64
zone_word(const char *bytes)
{
	uint64		word;

	memcpy(&word, bytes, sizeof(word));
	return word;
}

/* The zone that argument n names; 22004 for NULL, which would leave the day to chance, 22023 for no zone. */
static inline pg_tz *
zone_argument(FunctionCallInfo fcinfo, int n)
{
	const char *name = DatumGetPointer(PG_GETARG_DATUM(n));

	if (!PG_ARGISNULL(n) && VARATT_IS_4B_U(name) && VARSIZE(name) == zone_last_name.size &&
		zone_word(VARDATA(name)) == zone_last_name.head &&
		zone_word(name + zone_last_name.size - sizeof(uint64)) == zone_last_name.tail)
		return zone_last_name.zone;
	return zone_find_argument(fcinfo, n);
}

/* The day on which an instant falls in the zone; 22008 for an infinite one. */
static inline DateADT
zone_day(TimestampTz at, pg_tz *zone)
{
	if (zone != zone_last_range.zone || at < zone_last_range.from || at >= zone_last_range.until)
		return zone_find_day(at, zone);
	return zone_last_range.day + (DateADT) (((uint64) at - (uint64) zone_last_range.midnight) / USECS_PER_DAY);
}

extern DateADT timestamp_day(Timestamp at);
extern TimestampTz zone_midnight(DateADT day, pg_tz *zone);

/* instant.c */
extern bool scan_instant(char **p, TimestampTz *instant);
extern void put_instant(StringInfo buf, TimestampTz instant);

/* delta.c */

typedef struct Delta
{
	int64		volume;
	int64		baseline_volume;
	Rate		rate;
	Rate		baseline_rate;
	bool		has_volume;		/* both volumes */
	bool		has_rate;		/* both rates, if empty ones */
} Delta;

extern Delta delta_of_counts(const int64 *now, const int64 *then, int volume, int hits, int total);
extern Datum delta_get_row(const Delta *delta, TupleDesc desc);
extern TupleDesc result_row_type(FunctionCallInfo fcinfo);
extern Datum delta_return(FunctionCallInfo fcinfo, const Delta *delta);
extern Numeric rate_points(const Rate *now, const Rate *then, int digits);

/* own_table.c */
#define OWN_TABLE_FUNCTIONS 4

/* A table of the extension, and whether what this backend keeps of it is what it says now. */
typedef struct OwnTable
{
	const char *name;
	Oid			relid;			/* when it was read last */
	bool		fresh;			/* not changed since then */
	MemoryContext kept;			/* what was read; NULL until all was */
	Oid			functions[OWN_TABLE_FUNCTIONS]; /* that are known to lie in its schema */
	int			nfunctions;
	bool		watched;		/* in the list of those that invalidations are for */
	struct OwnTable *next;
} OwnTable;

extern bool own_table_is_fresh(OwnTable *table, Oid function);
extern Relation own_table_open(OwnTable *table, Oid function);
extern AttrNumber own_table_column(Relation relation, const char *name, Oid type);
extern Datum own_table_value(Relation relation, HeapTuple row, AttrNumber column);
extern void own_table_keep(OwnTable *table, Relation relation, MemoryContext context);

/* working_day.c */
extern DateADT working_day_add(Oid function, DateADT day, int32 n);
extern DateADT working_day_from(Oid function, DateADT day);

/* exact.c */
extern Numeric exact_int(int64 value);
extern Numeric exact_call(PGFunction function, Numeric a, Numeric b);
extern Numeric exact_product(int64 a, int64 b);
extern Numeric exact_difference(Numeric a, Numeric b);
extern Numeric exact_quotient(int64 a, int64 b);
extern double exact_cross(int64 a, int64 b, int64 c, int64 d);
extern Numeric exact_ratio(Numeric numerator, Numeric denominator, int scale, int digits);

/* varint.c */
extern void varint_write(StringInfo buf, uint64 value);
extern bool varint_read(const uint8 **p, const uint8 *end, uint64 *value);

/* text.c */

/* A day as it is written, not checked yet. */
typedef struct CalendarDay
{
	int			year;
	int			month;
	int			day;
} CalendarDay;

#define CALENDAR_MAX_CHARS 16

extern bool scan_count(char **p, int64 *count);
extern bool scan_char(char **p, char c);
extern bool scan_literal(char **p, char c);
extern bool scan_digits(char **p, int least, int most, int *value);
extern bool scan_calendar(char **p, CalendarDay *calendar);
extern bool scan_era(char **p, const CalendarDay *calendar, int *julian);
extern bool scan_date(char **p, DateADT *date);
extern bool scan_days(char **p, bool (*scan_day) (char **p, DayCounts *day),
					  DayCounts **sorted, int64 *ndays);
extern void put_days(StringInfo buf, void (*put_day) (StringInfo buf, DateADT day, const int64 *counts),
					 const DayCounts *sorted, int64 ndays);
extern bool put_calendar(char **text, int julian);
extern void put_date(StringInfo buf, DateADT date);
extern void put_count(StringInfo buf, int64 count);

#endif
