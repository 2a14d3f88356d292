/*
 * src/tally.c: how often each key occurred
 *
 * A tally is in one of two flat forms, told apart by its byte `form`:
 *
 * TALLY_TABLE		while rows come in: a TallyTable, its slots, its arena; see
 *					tally_table.c.  Past some kilobytes an aggregate goes on in
 *					tally_large.c.
 * TALLY_PACKED		all that a user ever sees: sorted, small and unique; see
 *					tally_pack.c.
 */
#include "postgres.h"

#include "common/int.h"
#include "mb/pg_wchar.h"
#include "port/pg_bitutils.h"
#include "utils/builtins.h"
#include "utils/expandeddatum.h"
#include "utils/memutils.h"

#include "complaint_metrics.h"

#define FLAT_HEADER (offsetof(Tally, bytes) + sizeof(TallyTable))
#define FLAT_SIZE_MIN 128
#define FLAT_SIZE_MAX 8192

/* So many keys that came to zero do not matter. */
#define ZERO_KEYS_MIN 16

TallyView
tally_flat_view(Tally *flat)
{
	TallyTable *table = (TallyTable *) flat->bytes;
	TallySlot  *slots = (TallySlot *) (table + 1);

	return (TallyView) {table, slots, (uint64 *) (slots + table->nslots)};
}

TallyView
tally_view(Datum state)
{
	if (VARATT_IS_EXTERNAL_EXPANDED(DatumGetPointer(state)))
		return tally_large_view(state);
	return tally_flat_view((Tally *) DatumGetPointer(state));
}

/* The flat tally itself; XX001 where its bytes are none, as of its keys the reader says. */
Tally *
tally_checked(Tally *tally)
{
	const TallyTable *table = (const TallyTable *) tally->bytes;

	if (likely(tally->version == TALLY_VERSION && tally->form == TALLY_PACKED))
		return tally;
	if (tally->version != TALLY_VERSION || tally->form != TALLY_TABLE || VARSIZE(tally) < FLAT_HEADER ||
		(table->nslots & (table->nslots - 1)) != 0 || table->used > table->room ||
		VARSIZE(tally) - FLAT_HEADER < table->nslots * sizeof(TallySlot) + table->room * sizeof(uint64))
		tally_corrupted(tally);
	return tally;
}

/* An empty table of so many bytes, of which the slots leave the rest to the arena. */
static Tally *
flat_make(Size size, Size nslots)
{
	Tally	   *flat = palloc0(size);
	TallyTable *table = (TallyTable *) flat->bytes;

	SET_VARSIZE(flat, size);
	flat->version = TALLY_VERSION;
	flat->form = TALLY_TABLE;
	table->nslots = nslots;
	table->room = (size - FLAT_HEADER - nslots * sizeof(TallySlot)) / sizeof(uint64);
	return flat;
}

/* A state that has counted nothing. */
Datum
tally_begin(void)
{
	return PointerGetDatum(flat_make(FLAT_SIZE_MIN, tally_slots_for(0)));
}

/* A flat state with room for one more key, or a large one. */
static Datum
flat_grown(const TallyView *view, int len, MemoryContext context)
{
	const TallyTable *table = view->table;
	Size		nslots = tally_slots_for(table->sums.nkeys + 1);
	Size		units = table->used + tally_entry_units(len);
	Size		size = FLAT_HEADER + nslots * sizeof(TallySlot) + units * sizeof(uint64);
	Tally	   *flat;
	TallyView	grown;

	if (size > FLAT_SIZE_MAX)
		return tally_large(view, context);
	flat = flat_make(Max(pg_nextpower2_size_t(size), FLAT_SIZE_MIN), nslots);
	grown = tally_flat_view(flat);
	grown.table->sums = table->sums;
	grown.table->nzero = table->nzero;
	grown.table->used = table->used;
	memcpy(grown.arena, view->arena, table->used * sizeof(uint64));
	tally_table_rehash(&grown);
	return PointerGetDatum(flat);
}

/* Drops the keys that came to zero in a moving frame. */
static void
tally_drop_zero(Datum state)
{
	TallyView	view = tally_view(state);

	tally_table_drop(&view, 0);
	if (VARATT_IS_EXTERNAL_EXPANDED(DatumGetPointer(state)))
		tally_large_shrink(state);
}

/* Adds to a key's count, in place or in a larger state, which lies in the context where it is a large one. */
Datum
tally_add(Datum state, const TallyKey *key, int64 count, MemoryContext context)
{
	TallyView	view = tally_view(state);

	while (!tally_table_add(&view, key, count))
	{
		if (VARATT_IS_EXTERNAL_EXPANDED(DatumGetPointer(state)))
			tally_large_grow(state, key->len);
		else
			state = flat_grown(&view, key->len, context);
		view = tally_view(state);
	}
	tally_table_prune(&view);
	return state;
}

static void
tally_add_total(const TallyView *view, int64 count)
{
	if (pg_add_s64_overflow(view->table->sums.total, count, &view->table->sums.total))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("tally out of range"),
				 errdetail("With %lld more its total would pass int8.", (long long) count)));
}

static void
tally_check_capacity(int capacity)
{
	if (capacity < 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("capacity out of range: %d", capacity),
				 errhint("Give the number of keys to keep, such as 1000, or none for an exact tally.")));
}

static void
capacities_differ(int capacity, int other)
{
	const char *none = "without a capacity";

	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("tallies of different capacity cannot be put together"),
			 errdetail("One is %s, the other %s.",
					   capacity > 0 ? psprintf("of capacity %d", capacity) : none,
					   other > 0 ? psprintf("of capacity %d", other) : none),
			 errhint("Count all of them with the same capacity.")));
}

/* The capacity of what is added; only the fresh empty state, which has none, takes any. */
static inline void
tally_agree_capacity(const TallyView *view, int capacity)
{
	TallySums  *sums = &view->table->sums;

	if (sums->capacity == capacity)
		return;
	if (sums->capacity > 0 || sums->total > 0)
		capacities_differ(sums->capacity, capacity);
	sums->capacity = capacity;
}

/* Adds all that a reader gives. */
static Datum
tally_add_all(Datum state, TallyReader *reader, MemoryContext context)
{
	TallyView	view = tally_view(state);

	if (reader->sums.capacity == 0 && reader->sums.total == 0)
		return state;
	tally_agree_capacity(&view, reader->sums.capacity);
	tally_add_total(&view, reader->sums.total);
	view.table->sums.max_error += reader->sums.max_error;
	while (tally_next(reader))
	{
		TallyKey	key = tally_key(reader->key.key, reader->key.len);

		state = tally_add(state, &key, reader->count, context);
	}
	return state;
}

/* The first argument, to be changed: the aggregate's own table in place, of all else a copy. */
static Datum
tally_state(FunctionCallInfo fcinfo, MemoryContext *context)
{
	Pointer		given = PG_GETARG_POINTER(0);
	bool		in_aggregate = AggCheckCallContext(fcinfo, context);
	TallyReader reader;
	Tally	   *tally;

	if (!in_aggregate)
		*context = CurrentMemoryContext;
	if (PG_ARGISNULL(0))
		return tally_begin();
	if (in_aggregate && VARATT_IS_EXTERNAL_EXPANDED_RW(given))
		return PointerGetDatum(given);
	tally = PG_GETARG_TALLY_P(0);
	if (in_aggregate && (Pointer) tally == given && tally->form == TALLY_TABLE)
		return PointerGetDatum(tally);
	tally_read(&reader, tally);
	return tally_add_all(tally_begin(), &reader, *context);
}

/* The packed form of a state, which stays as it is; what is packed already comes back itself. */
Tally *
tally_packed(Datum state)
{
	TallyView	view;

	if (!VARATT_IS_EXTERNAL_EXPANDED(DatumGetPointer(state)) &&
		((Tally *) DatumGetPointer(state))->form == TALLY_PACKED)
		return (Tally *) DatumGetPointer(state);
	view = tally_view(state);
	return tally_pack(&view);
}

/* What a function returns: to an aggregate the state itself, to all others the packed form. */
static inline Datum
tally_result(FunctionCallInfo fcinfo, Datum state)
{
	if (AggCheckCallContext(fcinfo, NULL))
		return state;
	return PointerGetDatum(tally_packed(state));
}

static inline TallyKey
key_argument(text *key)
{
	return tally_key(VARDATA_ANY(key), VARSIZE_ANY_EXHDR(key));
}

/*
 * Transition of tally(key [, capacity]): a row whose key is NULL is left out.
 * 22023 for a key above 1 kB, a capacity below 1 and one that is not that of
 * the rows before, 22004 for one that is NULL.
 */
PG_FUNCTION_INFO_V1(tally_accum);
Datum
tally_accum(PG_FUNCTION_ARGS)
{
	int			capacity = 0;
	MemoryContext context;
	Datum		state;
	TallyView	view;
	TallyKey	key;

	if (PG_NARGS() > 2)
	{
		if (PG_ARGISNULL(2))
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("capacity cannot be null"),
					 errhint("Leave it out for an exact tally.")));
		capacity = PG_GETARG_INT32(2);
		tally_check_capacity(capacity);
	}
	if (PG_ARGISNULL(1))
		return PG_ARGISNULL(0) ? tally_result(fcinfo, tally_begin()) : PG_GETARG_DATUM(0);
	key = key_argument(PG_GETARG_TEXT_PP(1));
	state = tally_state(fcinfo, &context);
	view = tally_view(state);
	tally_agree_capacity(&view, capacity);
	tally_add_total(&view, 1);
	return tally_result(fcinfo, tally_add(state, &key, 1, context));
}

/* Takes a key's rows away; 22003 where there are not as many. */
static void
tally_take(Datum state, const TallyKey *key, int64 count)
{
	TallyView	view = tally_view(state);

	if (!tally_table_take(&view, key, count))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("tally out of range"),
				 errdetail("Cannot take away %lld of \"%.*s\", which is not in the whole as often.",
						   (long long) count, pg_mbcliplen(key->key, key->len, 60), key->key),
				 errhint("Take away only what was merged into the whole before.")));
	view.table->sums.total -= count;
	/* a frame pays for the keys in it, not for all that ever were */
	if (view.table->nzero > ZERO_KEYS_MIN && view.table->nzero > view.table->sums.nkeys / 2)
		tally_drop_zero(state);
}

/* Its inverse, for moving frames: exact counts take back exactly. */
PG_FUNCTION_INFO_V1(tally_accum_inv);
Datum
tally_accum_inv(PG_FUNCTION_ARGS)
{
	MemoryContext context;
	Datum		state;
	TallyKey	key;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (PG_ARGISNULL(1))
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	key = key_argument(PG_GETARG_TEXT_PP(1));
	state = tally_state(fcinfo, &context);
	tally_take(state, &key, 1);
	return tally_result(fcinfo, state);
}

/*
 * merge(whole, part), and how partial states combine: in any order or tree,
 * exact ones to the same bytes, those with a capacity within its bound.  22023
 * for different capacities, 22003 past int8.
 */
PG_FUNCTION_INFO_V1(tally_merge);
Datum
tally_merge(PG_FUNCTION_ARGS)
{
	Tally	   *part = PG_GETARG_TALLY_P(1);
	MemoryContext context;
	Datum		state = tally_state(fcinfo, &context);
	TallyReader reader;

	tally_read(&reader, part);
	return tally_result(fcinfo, tally_add_all(state, &reader, context));
}

/*
 * unmerge(whole, part): the exact whole without the part; 22003 when that cannot
 * have been in it, 0A000 for tallies with a capacity: what was dropped of the
 * part is not known.  In a moving frame NULL, which begins the frame anew.
 */
PG_FUNCTION_INFO_V1(tally_unmerge);
Datum
tally_unmerge(PG_FUNCTION_ARGS)
{
	Tally	   *part = PG_GETARG_TALLY_P(1);
	MemoryContext context;
	Datum		state = tally_state(fcinfo, &context);
	TallyView	view = tally_view(state);
	TallyReader reader;

	tally_read(&reader, part);
	if (reader.sums.capacity == 0 && reader.sums.total == 0)
		return tally_result(fcinfo, state);
	if (view.table->sums.capacity > 0 || reader.sums.capacity > 0)
	{
		if (AggCheckCallContext(fcinfo, NULL) == AGG_CONTEXT_WINDOW)
			PG_RETURN_NULL();
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("cannot take a tally with a capacity away"),
				 errdetail("What such a tally has dropped is not known any more."),
				 errhint("Merge the parts that are to stay.")));
	}
	while (tally_next(&reader))
	{
		TallyKey	key = tally_key(reader.key.key, reader.key.len);

		tally_take(state, &key, reader.count);
	}
	return tally_result(fcinfo, state);
}

/* What a user sees of a state; that stays as it was, as other aggregates and later rows use it. */
PG_FUNCTION_INFO_V1(tally_final);
Datum
tally_final(PG_FUNCTION_ARGS)
{
	if (VARATT_IS_EXTERNAL_EXPANDED(PG_GETARG_POINTER(0)))
		PG_RETURN_POINTER(tally_packed(PG_GETARG_DATUM(0)));
	PG_RETURN_POINTER(tally_packed(PointerGetDatum(PG_GETARG_TALLY_P(0))));
}
