/*
 * src/tally_table.c: counting keys in a hash table
 *
 * The keys lie one behind the other in an arena, in the order of their coming;
 * the slots hold their hashes and places, so that a look at another key's slot
 * needs no look at the key.
 *
 * A table with a capacity counts exactly until it holds twice as many keys.
 * Then it is pruned: from every count that of the first key beyond the capacity
 * is taken, and what comes to nothing is dropped.  As each such step takes the
 * same from capacity + 1 keys at least,
 *
 *		(capacity + 1) * max_error <= total - sum of the counts
 *
 * holds from there on, whatever is counted, merged and pruned in any order: it
 * is a Misra-Gries summary.  Count + max_error is shown, as Space-Saving counts:
 * never too low, and too high by max_error at most.
 *
 * Misra and Gries, Science of Computer Programming 2 (1982), 143-152;
 * Metwally, Agrawal and El Abbadi, ICDT 2005, 398-412 (Space-Saving); Agarwal
 * et al., Mergeable summaries, ACM TODS 38 (2013), 26 (both are one, and merge).
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "common/pg_prng.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "port/pg_bitutils.h"

#include "complaint_metrics.h"

#define SLOTS_MIN 4

/* Keys beyond the capacity before a prune, which costs as much as these few rows. */
#define PRUNE_MIN 64

/* A key of a row; 22023 for one above 1 kB. */
TallyKey
tally_key(const char *key, int len)
{
	if (len > TALLY_KEY_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("key of %d bytes exceeds the maximum of %d", len, TALLY_KEY_MAX),
				 errdetail("It begins with \"%.*s\".", pg_mbcliplen(key, len, 60), key),
				 errhint("Count a shorter key, such as a number, or left(key, 256).")));
	return (TallyKey) {key, len, hash_bytes((const unsigned char *) key, len)};
}

static inline TallyEntry *
entry_at(const TallyView *view, uint32 place)
{
	return (TallyEntry *) (view->arena + place - 1);
}

/* The slot of a key, or the free one where it would come. */
static inline TallySlot *
find_slot(const TallyView *view, const TallyKey *key)
{
	uint32		mask = view->table->nslots - 1;
	uint32		i = key->hash & mask;

	for (;; i = (i + 1) & mask)
	{
		TallySlot  *slot = &view->slots[i];
		TallyEntry *entry;

		if (slot->place == 0)
			return slot;
		if (slot->hash != key->hash)
			continue;
		entry = entry_at(view, slot->place);
		if (entry->len == key->len && memcmp(entry->key, key->key, key->len) == 0)
			return slot;
	}
}

/* How many slots hold so many keys: three quarters full at most, so that a search ends. */
Size
tally_slots_for(uint32 nkeys)
{
	return pg_nextpower2_size_t(Max(nkeys + (nkeys + 2) / 3, SLOTS_MIN));
}

/* Adds to a key's count; false where there is no room for a new one.  The total is the caller's. */
bool
tally_table_add(const TallyView *view, const TallyKey *key, int64 count)
{
	TallyTable *table = view->table;
	TallySlot  *slot = find_slot(view, key);
	TallyEntry *entry;

	if (slot->place != 0)
	{
		entry = entry_at(view, slot->place);
		table->nzero -= entry->count == 0;
		entry->count += count;
		return true;
	}
	if (table->room - table->used < tally_entry_units(key->len) ||
		table->sums.nkeys >= table->nslots / 4 * 3)
		return false;
	slot->hash = key->hash;
	slot->place = table->used + 1;
	entry = entry_at(view, slot->place);
	entry->count = count;
	entry->len = key->len;
	memcpy(entry->key, key->key, key->len);
	table->used += tally_entry_units(key->len);
	table->sums.nkeys++;
	return true;
}

/* Takes from a key's count; false where that is less. */
bool
tally_table_take(const TallyView *view, const TallyKey *key, int64 count)
{
	TallySlot  *slot = find_slot(view, key);
	TallyEntry *entry;

	if (slot->place == 0)
		return false;
	entry = entry_at(view, slot->place);
	if (entry->count < count)
		return false;
	entry->count -= count;
	view->table->nzero += entry->count == 0;
	return true;
}

/* Fills the slots, which are all free, from the arena. */
void
tally_table_rehash(const TallyView *view)
{
	uint32		mask = view->table->nslots - 1;
	uint32		used = view->table->used;
	TallyEntry *entry;

	for (uint32 place = 1; place <= used; place += tally_entry_units(entry->len))
	{
		uint32		hash;
		uint32		i;

		CHECK_FOR_INTERRUPTS();
		entry = entry_at(view, place);
		hash = hash_bytes((unsigned char *) entry->key, entry->len);
		for (i = hash & mask; view->slots[i].place != 0;)
			i = (i + 1) & mask;
		view->slots[i] = (TallySlot) {hash, place};
	}
}

/* Takes the cut from every count and drops what comes to nothing. */
void
tally_table_drop(const TallyView *view, int64 cut)
{
	TallyTable *table = view->table;
	uint32		used = table->used;
	uint32		next;

	table->used = 0;
	table->sums.nkeys = 0;
	table->nzero = 0;
	table->sums.max_error += cut;
	for (uint32 place = 1; place <= used; place = next)
	{
		TallyEntry *entry = entry_at(view, place);
		Size		units = tally_entry_units(entry->len);

		CHECK_FOR_INTERRUPTS();
		next = place + units;
		if (entry->count <= cut)
			continue;
		entry->count -= cut;
		memmove(view->arena + table->used, entry, units * sizeof(uint64));
		table->used += units;
		table->sums.nkeys++;
	}
	memset(view->slots, 0, table->nslots * sizeof(TallySlot));
	tally_table_rehash(view);
}

/*
 * The nth largest of the values, from 1, which it rearranges.  Hoare's find,
 * with the values equal to the pivot set apart, as counts have many ties; the
 * pivot is picked by chance, as no order of them may make it slow.
 */
int64
tally_nth_largest(int64 *values, int64 n, int64 nth)
{
	pg_prng_state chance;

	pg_prng_seed(&chance, n);
	for (;;)
	{
		int64		pivot = values[pg_prng_uint64_range(&chance, 0, n - 1)];
		int64		above = 0;
		int64		below = n;

		CHECK_FOR_INTERRUPTS();
		for (int64 i = 0; i < below;)
		{
			int64		value = values[i];

			if (value > pivot)
			{
				values[i++] = values[above];
				values[above++] = value;
			}
			else if (value < pivot)
			{
				values[i] = values[--below];
				values[below] = value;
			}
			else
				i++;
		}
		if (nth > above && nth <= below)
			return pivot;
		if (nth <= above)
			n = above;
		else
		{
			values += below;
			n -= below;
			nth -= below;
		}
	}
}

/* What a prune to the capacity takes from each count: 0 where there are not more keys. */
int64
tally_table_cut(const TallyView *view)
{
	const TallySums *sums = &view->table->sums;
	int64	   *counts;
	int64		cut;
	TallyEntry *entry;
	int64		n = 0;

	if (sums->capacity == 0 || sums->nkeys <= (uint32) sums->capacity)
		return 0;
	counts = MemoryContextAllocHuge(CurrentMemoryContext, sums->nkeys * sizeof(int64));
	for (uint32 place = 1; place <= view->table->used; place += tally_entry_units(entry->len))
	{
		entry = entry_at(view, place);
		counts[n++] = entry->count;
	}
	cut = tally_nth_largest(counts, n, (int64) sums->capacity + 1);
	pfree(counts);
	return cut;
}

/* Prunes a table with a capacity that has become too full. */
void
tally_table_prune(const TallyView *view)
{
	const TallySums *sums = &view->table->sums;

	if (sums->capacity > 0 && sums->nkeys > 2 * (int64) sums->capacity + PRUNE_MIN)
		tally_table_drop(view, tally_table_cut(view));
}
