/* src/tally_answers.c: which keys occur most often, and what part of all they are */
#include "postgres.h"

#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/tuplestore.h"

#include "complaint_metrics.h"

/* The most frequent first, ties in the order of the keys' bytes. */
static inline int
item_compare(const TallyItem *a, const TallyItem *b)
{
	if (a->count != b->count)
		return a->count > b->count ? -1 : 1;
	return (a->place > b->place) - (a->place < b->place);
}

#define ST_SORT items_sort
#define ST_ELEMENT_TYPE TallyItem
#define ST_COMPARE(a, b) item_compare(a, b)
#define ST_SCOPE static
#define ST_DECLARE
#define ST_DEFINE
#define ST_CHECK_FOR_INTERRUPTS
#include "lib/sort_template.h"

/* Which counts are among the k largest: all above the last one, and of its ties the first few. */
typedef struct Largest
{
	int64		last;
	int64		ties;
	int64		sum;			/* of the k counts */
} Largest;

/* k is at least 1; the counts are what tally_next() gives, without the error. */
static Largest
largest_counts(const Tally *tally, int64 k)
{
	TallyReader reader;
	Largest		largest = {0};
	int64	   *counts;
	int64		n = 0;

	tally_read(&reader, tally);
	counts = MemoryContextAllocHuge(CurrentMemoryContext, (reader.sums.nkeys + 1) * sizeof(int64));
	while (tally_next(&reader))
		counts[n++] = reader.count;
	largest.ties = Min(k, n);
	if (n > 0)
		largest.last = tally_nth_largest(counts, n, largest.ties);
	for (int64 i = 0; i < n; i++)
	{
		if (counts[i] > largest.last)
		{
			largest.sum += counts[i];
			largest.ties--;
		}
	}
	largest.sum += largest.ties * largest.last;
	pfree(counts);
	return largest;
}

/* At most k keys of at least so many rows, in order, with the error in their counts. */
TallyItems
tally_items(const Tally *tally, int64 k, int64 least)
{
	TallyReader reader;
	TallyItems	items = {.n = 0};
	Largest		largest = {0, k, 0};
	Size		room;

	tally_read(&reader, tally);
	if (k > 0 && k < reader.sums.nkeys)
		largest = largest_counts(tally, k);
	items.sums = reader.sums;
	room = Max(Min(k, reader.sums.nkeys), 1);
	items.items = MemoryContextAllocHuge(CurrentMemoryContext, room * sizeof(TallyItem));
	while (k > 0 && tally_next(&reader))
	{
		int64		count = reader.count + reader.sums.max_error;
		TallyItem  *item;

		if (count < least || reader.count < largest.last ||
			(reader.count == largest.last && largest.ties-- <= 0))
			continue;
		item = &items.items[items.n];
		item->count = count;
		item->place = items.n++;
		item->key = pnstrdup(reader.key.key, reader.key.len);
		item->len = reader.key.len;
	}
	items_sort(items.items, items.n);
	return items;
}

/* The first argument, its keys in order: an aggregate without the final function stores what is not. */
static Tally *
tally_argument(FunctionCallInfo fcinfo)
{
	return tally_packed(PointerGetDatum(PG_GETARG_TALLY_P(0)));
}

/* total(tally): rows counted, those of keys that a capacity left no room for too. */
PG_FUNCTION_INFO_V1(tally_total);
Datum
tally_total(PG_FUNCTION_ARGS)
{
	TallyReader reader;

	tally_read(&reader, tally_argument(fcinfo));
	PG_RETURN_INT64(reader.sums.total);
}

/* distinct_keys(tally): keys that are in it; with a capacity there may have been more. */
PG_FUNCTION_INFO_V1(tally_distinct_keys);
Datum
tally_distinct_keys(PG_FUNCTION_ARGS)
{
	TallyReader reader;

	tally_read(&reader, tally_argument(fcinfo));
	PG_RETURN_INT64(reader.sums.nkeys);
}

/* max_error(tally): how much a count may be too high, and the count of a key that is not in it at most; 0 where exact. */
PG_FUNCTION_INFO_V1(tally_max_error);
Datum
tally_max_error(PG_FUNCTION_ARGS)
{
	TallyReader reader;

	tally_read(&reader, tally_argument(fcinfo));
	PG_RETURN_INT64(reader.sums.max_error);
}

/* is_exact(tally): whether every count is exact and no key is missing; with a capacity, while that sufficed. */
PG_FUNCTION_INFO_V1(tally_is_exact);
Datum
tally_is_exact(PG_FUNCTION_ARGS)
{
	TallyReader reader;

	tally_read(&reader, tally_argument(fcinfo));
	PG_RETURN_BOOL(reader.sums.max_error == 0);
}

/* frequency(tally, key): its count, 0 where it is not in it; reads up to where it would be. */
PG_FUNCTION_INFO_V1(tally_frequency);
Datum
tally_frequency(PG_FUNCTION_ARGS)
{
	text	   *key = PG_GETARG_TEXT_PP(1);
	int			len = VARSIZE_ANY_EXHDR(key);
	TallyReader reader;

	tally_read(&reader, tally_argument(fcinfo));
	while (tally_next(&reader))
	{
		int			order = memcmp(reader.key.key, VARDATA_ANY(key), Min(reader.key.len, len));

		if (order == 0 && reader.key.len == len)
			PG_RETURN_INT64(reader.count + reader.sums.max_error);
		if (order > 0 || (order == 0 && reader.key.len > len))
			break;
	}
	PG_RETURN_INT64(0);
}

/* In the order of the columns of top() and at_least(). */
enum
{
	TOP_RANK,
	TOP_KEY,
	TOP_COUNT,
	TOP_SHARE,
	TOP_COLUMNS
};

static Datum
put_items(FunctionCallInfo fcinfo, const TallyItems *items)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	for (int64 i = 0; i < items->n; i++)
	{
		const TallyItem *item = &items->items[i];
		Rate		share = {item->count, items->sums.total};
		Datum		values[TOP_COLUMNS];
		bool		nulls[TOP_COLUMNS] = {false};
		text	   *key = cstring_to_text_with_len(item->key, item->len);

		CHECK_FOR_INTERRUPTS();
		values[TOP_RANK] = Int32GetDatum((int32) i + 1);
		values[TOP_KEY] = PointerGetDatum(key);
		values[TOP_COUNT] = Int64GetDatum(item->count);
		values[TOP_SHARE] = PointerGetDatum(&share);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
		pfree(key);
	}
	return (Datum) 0;
}

static void
check_keys(int64 k)
{
	if (k < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("number of keys cannot be negative: %lld", (long long) k)));
}

/*
 * top(tally, k): the k most frequent keys, ties in the order of their bytes,
 * with rank, count and share of the total.  22023 for a negative k.
 */
PG_FUNCTION_INFO_V1(tally_top);
Datum
tally_top(PG_FUNCTION_ARGS)
{
	int32		k = PG_GETARG_INT32(1);
	TallyItems	items;

	check_keys(k);
	items = tally_items(tally_argument(fcinfo), k, 1);
	return put_items(fcinfo, &items);
}

/* at_least(tally, n): the keys that occurred n times or more, in the order of top(). */
PG_FUNCTION_INFO_V1(tally_at_least);
Datum
tally_at_least(PG_FUNCTION_ARGS)
{
	TallyItems	items = tally_items(tally_argument(fcinfo), PG_INT64_MAX, PG_GETARG_INT64(1));

	return put_items(fcinfo, &items);
}

/* share(tally, k): of all rows those of the k most frequent keys; 22023 for a negative k. */
PG_FUNCTION_INFO_V1(tally_share);
Datum
tally_share(PG_FUNCTION_ARGS)
{
	Tally	   *tally = tally_argument(fcinfo);
	int32		k = PG_GETARG_INT32(1);
	TallyReader reader;
	Rate	   *share = palloc0(sizeof(Rate));

	check_keys(k);
	tally_read(&reader, tally);
	share->total = reader.sums.total;
	if (k > 0)
		share->hits = largest_counts(tally, k).sum + Min(k, (int64) reader.sums.nkeys) * reader.sums.max_error;
	PG_RETURN_POINTER(share);
}

/*
 * hhi(tally): the Herfindahl-Hirschman index, the sum of the squared shares: 1
 * where there is one key, 1/n where n are equal; NULL for the empty tally.
 *
 * Hirschman, American Economic Review 54 (1964), 761-762.
 */
PG_FUNCTION_INFO_V1(tally_hhi);
Datum
tally_hhi(PG_FUNCTION_ARGS)
{
	TallyReader reader;
	double		sum = 0;

	tally_read(&reader, tally_argument(fcinfo));
	if (reader.sums.total == 0)
		PG_RETURN_NULL();
	while (tally_next(&reader))
	{
		double		share = (double) (reader.count + reader.sums.max_error) / reader.sums.total;

		sum += share * share;
	}
	PG_RETURN_FLOAT8(sum);
}
