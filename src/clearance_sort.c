/*
 * src/clearance_sort.c: sorting very many pairs of int64
 *
 * Two radix passes, which cost the same whatever the data, put the pairs in
 * the order of the leading bits of their first half, as many bits as tell
 * about n values apart.  What is left are short runs with the same leading
 * bits, which an ordinary sort finishes, so that the worst case stays n log n.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "port/pg_bitutils.h"

#include "complaint_metrics.h"

/* Below this many pairs the passes cost more than they save. */
#define RADIX_MIN 1024

/* More buckets than this fall out of the caches and the TLB. */
#define RADIX_MAX_BITS 11

static inline int
pair_compare(const ClearanceInterval *a, const ClearanceInterval *b)
{
	return clearance_interval_compare(a, b);
}

#define ST_SORT pairs_sort
#define ST_ELEMENT_TYPE ClearanceInterval
#define ST_COMPARE(a, b) pair_compare(a, b)
#define ST_SCOPE static
#define ST_DECLARE
#define ST_DEFINE
#define ST_CHECK_FOR_INTERRUPTS
#include "lib/sort_template.h"

typedef struct Radix
{
	int64		least;			/* the keys are taken relative to it */
	int			shift;			/* bits below the two digits */
	int			bits;			/* of each digit */
} Radix;

/* The low digit (0) or the high one (1) of a pair's leading bits. */
static inline uint64
radix_digit(const Radix *radix, const ClearanceInterval *pair, int digit)
{
	uint64		key = ((uint64) pair->opened - (uint64) radix->least) >> radix->shift;

	return (key >> (digit * radix->bits)) & ((UINT64CONST(1) << radix->bits) - 1);
}

/* A stable pass by one digit. */
static void
radix_pass(const Radix *radix, int digit, const ClearanceInterval *from, ClearanceInterval *to,
		   int64 n)
{
	int64		starts[1 << RADIX_MAX_BITS] = {0};
	int64		start = 0;

	CHECK_FOR_INTERRUPTS();
	for (int64 i = 0; i < n; i++)
		starts[radix_digit(radix, &from[i], digit)]++;
	for (int bucket = 0; bucket < 1 << radix->bits; bucket++)
	{
		int64		size = starts[bucket];

		starts[bucket] = start;
		start += size;
	}
	for (int64 i = 0; i < n; i++)
		to[starts[radix_digit(radix, &from[i], digit)]++] = from[i];
}

/* Digits for n keys between least and most; n is at least RADIX_MIN. */
static Radix
radix_plan(int64 least, int64 most, int64 n)
{
	uint64		span = (uint64) most - (uint64) least;
	int			width = span == 0 ? 1 : pg_leftmost_one_pos64(span) + 1;
	Radix		radix;

	radix.least = least;
	radix.bits = Min((pg_leftmost_one_pos64(n) + 2) / 2, RADIX_MAX_BITS);
	radix.bits = Min(radix.bits, (width + 1) / 2);
	radix.shift = Max(width - 2 * radix.bits, 0);
	return radix;
}

static void
radix_sort(Radix radix, const ClearanceInterval *from, ClearanceInterval *to, int64 n)
{
	ClearanceInterval *between = MemoryContextAllocHuge(CurrentMemoryContext,
														n * sizeof(ClearanceInterval));
	int64		start = 0;

	radix_pass(&radix, 0, from, between, n);
	radix_pass(&radix, 1, between, to, n);
	pfree(between);

	for (int64 i = 1; i <= n; i++)
	{
		if (i < n && ((uint64) to[i].opened - (uint64) radix.least) >> radix.shift ==
			((uint64) to[start].opened - (uint64) radix.least) >> radix.shift)
			continue;
		if (i - start > 1)
			pairs_sort(to + start, i - start);
		start = i;
	}
}

/* Copies n pairs in ascending order; `to` may be `from` itself. */
void
clearance_sort(const ClearanceInterval *from, ClearanceInterval *to, int64 n)
{
	bool		sorted = true;
	int64		least = n > 0 ? from[0].opened : 0;
	int64		most = least;

	for (int64 i = 1; i < n; i++)
	{
		sorted &= pair_compare(&from[i - 1], &from[i]) <= 0;
		least = Min(least, from[i].opened);
		most = Max(most, from[i].opened);
	}
	if (!sorted && n >= RADIX_MIN)
	{
		radix_sort(radix_plan(least, most, n), from, to, n);
		return;
	}
	if (to != from)
		memcpy(to, from, n * sizeof(ClearanceInterval));
	if (!sorted)
		pairs_sort(to, n);
}
