/*
 * src/sort.c: sorting very many values
 *
 * The values are int64, or pairs of int64 that are ordered by the first, then
 * by the second.  By the leading bits they go into some thousand buckets, each
 * of which is sorted in the same way where the caches hold it.  What such a
 * pass cannot tell apart, or is little, takes an ordinary sort, so that the
 * worst case stays n log n.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "port/pg_bitutils.h"

#include "complaint_metrics.h"

/* Below this many values a pass costs more than it saves. */
#define RADIX_MIN 64

/* More buckets than these fall out of the TLB. */
#define RADIX_BITS 11

typedef struct Pair
{
	int64		first;
	int64		second;
} Pair;

static inline int
value_compare(const int64 *a, const int64 *b)
{
	return (*a > *b) - (*a < *b);
}

static inline int
pair_compare(const Pair *a, const Pair *b)
{
	int			order = value_compare(&a->first, &b->first);

	return order != 0 ? order : value_compare(&a->second, &b->second);
}

#define ST_SORT values_sort
#define ST_ELEMENT_TYPE int64
#define ST_COMPARE(a, b) value_compare(a, b)
#define ST_SCOPE static
#define ST_DECLARE
#define ST_DEFINE
#define ST_CHECK_FOR_INTERRUPTS
#include "lib/sort_template.h"

#define ST_SORT pairs_sort
#define ST_ELEMENT_TYPE Pair
#define ST_COMPARE(a, b) pair_compare(a, b)
#define ST_SCOPE static
#define ST_DECLARE
#define ST_DEFINE
#define ST_CHECK_FOR_INTERRUPTS
#include "lib/sort_template.h"

typedef struct Radix
{
	uint64		least;			/* keys are relative to it */
	int			shift;			/* bits below the digit */
	int			bits;			/* of the digit */
	int64		starts[(1 << RADIX_BITS) + 1];	/* of the buckets, once they are filled */
} Radix;

/* What is known of values before they are sorted. */
typedef struct Span
{
	int64		n;
	int64		least;
	int64		most;
	bool		sorted;
} Span;

static inline int64
key_of(const void *values, int64 i, Size size)
{
	return *(const int64 *) ((const char *) values + i * size);
}

static inline uint64
digit_of(const Radix *radix, const void *values, int64 i, Size size)
{
	uint64		key = (uint64) key_of(values, i, size) - radix->least;

	return (key >> radix->shift) & ((UINT64CONST(1) << radix->bits) - 1);
}

/* Puts the values into buckets by the digit; the sizes are constants where it is inlined. */
static pg_attribute_always_inline void
radix_fill(Radix *radix, const SortRun *runs, int nruns, void *to, const Size size)
{
	int64		next[1 << RADIX_BITS];

	memset(next, 0, sizeof(int64) << radix->bits);
	for (int run = 0; run < nruns; run++)
		for (int64 i = 0; i < runs[run].n; i++)
			next[digit_of(radix, runs[run].values, i, size)]++;

	radix->starts[0] = 0;
	for (int bucket = 0; bucket < 1 << radix->bits; bucket++)
	{
		radix->starts[bucket + 1] = radix->starts[bucket] + next[bucket];
		next[bucket] = radix->starts[bucket];
	}
	for (int run = 0; run < nruns; run++)
		for (int64 i = 0; i < runs[run].n; i++)
			memcpy((char *) to + next[digit_of(radix, runs[run].values, i, size)]++ * size,
				   (const char *) runs[run].values + i * size, size);
}

/* By a digit of the highest of so many bits, in which n values differ at most. */
static void
radix_pass(Radix *radix, const SortRun *runs, int nruns, int64 n, int bits, void *to, Size size)
{
	CHECK_FOR_INTERRUPTS();
	radix->bits = Min(Min(bits, RADIX_BITS), pg_leftmost_one_pos64(n));
	radix->shift = bits - radix->bits;
	if (size == sizeof(Pair))
		radix_fill(radix, runs, nruns, to, sizeof(Pair));
	else
		radix_fill(radix, runs, nruns, to, sizeof(int64));
}

static inline void
plain_sort(void *values, int64 n, Size size)
{
	if (size == sizeof(Pair))
		pairs_sort(values, n);
	else
		values_sort(values, n);
}

static inline bool
is_above(const char *value, const Pair *pair, Size size)
{
	if (size == sizeof(Pair))
		return pair_compare((const Pair *) value, pair) > 0;
	return *(const int64 *) value > pair->first;
}

/* An insertion sort, as no value is far from its place: buckets below RADIX_MIN are left to it. */
static pg_attribute_always_inline void
finish(char *values, int64 n, const Size size)
{
	for (int64 i = 1; i < n; i++)
	{
		Pair		pair = {0, 0};
		int64		place = i;

		memcpy(&pair, values + i * size, size);
		while (place > 0 && is_above(values + (place - 1) * size, &pair, size))
		{
			memcpy(values + place * size, values + (place - 1) * size, size);
			place--;
		}
		memcpy(values + place * size, &pair, size);
	}
}

/*
 * Values whose keys differ in the lowest `bits` at most, so that it ends after
 * six levels; `spare` has room for them.
 */
static void
radix_sort(char *values, int64 n, uint64 least, int bits, char *spare, Size size)
{
	SortRun		run = {values, n};
	Radix		radix;

	if (bits == 0)
	{
		plain_sort(values, n, size);
		return;
	}
	check_stack_depth();
	radix.least = least;
	radix_pass(&radix, &run, 1, n, bits, spare, size);
	memcpy(values, spare, n * size);
	for (int bucket = 0; bucket < 1 << radix.bits; bucket++)
	{
		int64		count = radix.starts[bucket + 1] - radix.starts[bucket];

		/* the spare memory is free again */
		if (count >= RADIX_MIN)
			radix_sort(values + radix.starts[bucket] * size, count,
					   least, radix.shift, spare, size);
	}
	if (size == sizeof(Pair))
		finish(values, n, sizeof(Pair));
	else
		finish(values, n, sizeof(int64));
}

/* The first pass, from the runs into one array, and the others within that. */
static void
runs_sort(const SortRun *runs, int nruns, const Span *span, char *to, Size size)
{
	uint64		width = (uint64) span->most - (uint64) span->least;
	Radix		radix;
	int64		largest = 0;
	char	   *spare;

	radix.least = span->least;
	radix_pass(&radix, runs, nruns, span->n, pg_leftmost_one_pos64(Max(width, 1)) + 1, to, size);
	for (int bucket = 0; bucket < 1 << radix.bits; bucket++)
		largest = Max(largest, radix.starts[bucket + 1] - radix.starts[bucket]);
	spare = memory_for(largest * size);
	for (int bucket = 0; bucket < 1 << radix.bits; bucket++)
	{
		char	   *start = to + radix.starts[bucket] * size;
		int64		count = radix.starts[bucket + 1] - radix.starts[bucket];

		if (count < RADIX_MIN)
			plain_sort(start, count, size);
		else
			radix_sort(start, count, span->least, radix.shift, spare, size);
	}
	pfree(spare);
}

static pg_attribute_always_inline Span
runs_span(const SortRun *runs, int nruns, const Size size)
{
	Span		span = {0, PG_INT64_MAX, PG_INT64_MIN, true};
	Pair		last = {PG_INT64_MIN, PG_INT64_MIN};

	for (int run = 0; run < nruns; run++)
	{
		for (int64 i = 0; i < runs[run].n; i++)
		{
			Pair		pair = {0, 0};

			memcpy(&pair, (const char *) runs[run].values + i * size, size);
			span.sorted &= pair_compare(&last, &pair) <= 0;
			span.least = Min(span.least, pair.first);
			span.most = Max(span.most, pair.first);
			last = pair;
		}
		span.n += runs[run].n;
	}
	return span;
}

/* All values in ascending order, in memory of their own; they take 8 bytes, or 16 as pairs. */
void *
sort_runs(const SortRun *runs, int nruns, Size size)
{
	Span		span = size == sizeof(Pair) ? runs_span(runs, nruns, sizeof(Pair)) :
		runs_span(runs, nruns, sizeof(int64));
	char	   *to = memory_for(Max(span.n, 1) * size);
	char	   *end = to;

	if (!span.sorted && span.n >= RADIX_MIN)
	{
		runs_sort(runs, nruns, &span, to, size);
		return to;
	}
	for (int run = 0; run < nruns; run++)
	{
		memcpy(end, runs[run].values, runs[run].n * size);
		end += runs[run].n * size;
	}
	if (!span.sorted)
		plain_sort(to, span.n, size);
	return to;
}
