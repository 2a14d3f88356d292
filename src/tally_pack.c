/*
 * src/tally_pack.c: the packed form of a tally, written and read
 *
 * It is unique for its counts, so that equal values have equal bytes.  All
 * numbers are varints: the capacity, 0 for none; the number of keys; the total;
 * with a capacity the maximal error.  Then the keys, ascending by their bytes:
 * how many bytes each shares with the key before, how many follow, these, and
 * its count.  Of a count with a capacity the error is left out, as it is the
 * same in all.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "port/pg_bswap.h"

#include "complaint_metrics.h"

/* An entry and eight of its key's bytes, as a number that is in their order. */
typedef struct SortKey
{
	uint64		bytes;
	const TallyEntry *entry;
} SortKey;

static inline int
sort_key_compare(const SortKey *a, const SortKey *b)
{
	return (a->bytes > b->bytes) - (a->bytes < b->bytes);
}

#define ST_SORT sort_keys_by_bytes
#define ST_ELEMENT_TYPE SortKey
#define ST_COMPARE(a, b) sort_key_compare(a, b)
#define ST_SCOPE static
#define ST_DECLARE
#define ST_DEFINE
#define ST_CHECK_FOR_INTERRUPTS
#include "lib/sort_template.h"

/* Where a key ends zeros follow, which no text has: the shorter one comes first. */
static inline uint64
bytes_at(const TallyEntry *entry, int offset)
{
	uint64		bytes = 0;

	memcpy(&bytes, entry->key + offset, Min(entry->len - offset, (int) sizeof(bytes)));
	return pg_ntoh64(bytes);
}

/* Sorts keys that are the same up to an offset: by eight bytes, then those with the same eight further on. */
static void
sort_keys(SortKey *keys, int64 n, int offset)
{
	check_stack_depth();
	for (int64 i = 0; i < n; i++)
		keys[i].bytes = bytes_at(keys[i].entry, offset);
	sort_keys_by_bytes(keys, n);
	for (int64 i = 0, end; i < n; i = end)
	{
		for (end = i + 1; end < n && keys[end].bytes == keys[i].bytes;)
			end++;
		if (end > i + 1)
			sort_keys(keys + i, end - i, offset + (int) sizeof(uint64));
	}
}

/* The entries that are left when the cut is taken from each, ascending. */
static SortKey *
sorted_entries(const TallyView *view, int64 cut, int64 *n)
{
	SortKey    *keys = MemoryContextAllocHuge(CurrentMemoryContext,
											  Max(view->table->sums.nkeys, 1) * sizeof(SortKey));
	const TallyEntry *entry;

	*n = 0;
	for (Size at = 0; at < view->table->used; at += tally_entry_units(entry->len))
	{
		entry = (const TallyEntry *) (view->arena + at);
		if (entry->count > cut)
			keys[(*n)++].entry = entry;
	}
	sort_keys(keys, *n, 0);
	return keys;
}

static int
shared_bytes(const TallyEntry *a, const TallyEntry *b)
{
	int			most = Min(a->len, b->len);
	int			shared = 0;

	while (shared < most && a->key[shared] == b->key[shared])
		shared++;
	return shared;
}

static void
put_sums(StringInfo buf, const TallySums *sums)
{
	varint_write(buf, sums->capacity);
	varint_write(buf, sums->nkeys);
	varint_write(buf, sums->total);
	if (sums->capacity > 0)
		varint_write(buf, sums->max_error);
}

static void
put_entry(StringInfo buf, const TallyEntry *last, const TallyEntry *entry, int64 count)
{
	int			shared = last ? shared_bytes(last, entry) : 0;

	varint_write(buf, shared);
	varint_write(buf, entry->len - shared);
	appendBinaryStringInfo(buf, entry->key + shared, entry->len - shared);
	varint_write(buf, count);
}

/* The packed form of a table, which stays as it is; pruned to its capacity. */
Tally *
tally_pack(const TallyView *view)
{
	int64		cut = tally_table_cut(view);
	TallySums	sums = view->table->sums;
	int64		n;
	SortKey    *keys = sorted_entries(view, cut, &n);
	Tally		header = {.version = TALLY_VERSION,.form = TALLY_PACKED};
	StringInfoData buf;

	sums.nkeys = n;
	sums.max_error += cut;
	initStringInfo(&buf);
	appendBinaryStringInfo(&buf, (char *) &header, offsetof(Tally, bytes));
	put_sums(&buf, &sums);
	for (int64 i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		put_entry(&buf, i > 0 ? keys[i - 1].entry : NULL, keys[i].entry, keys[i].entry->count - cut);
	}
	pfree(keys);
	SET_VARSIZE(buf.data, buf.len);
	return (Tally *) buf.data;
}

void
tally_corrupted(const Tally *tally)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("invalid stored tally, version %d", tally->version)));
}

static bool
get_sums(TallyReader *reader)
{
	uint64		capacity;
	uint64		nkeys;
	uint64		total;
	uint64		max_error = 0;

	/* a key takes three bytes at least */
	if (!varint_read(&reader->p, reader->end, &capacity) || capacity > PG_INT32_MAX ||
		!varint_read(&reader->p, reader->end, &nkeys) || nkeys > (uint64) (reader->end - reader->p) / 3 ||
		!varint_read(&reader->p, reader->end, &total) || total > PG_INT64_MAX ||
		(capacity > 0 && (!varint_read(&reader->p, reader->end, &max_error) || max_error > total)))
		return false;
	reader->sums = (TallySums) {total, max_error, capacity, nkeys};
	reader->left = nkeys;
	return true;
}

/* To be read from the start; in the order of the keys only when packed. */
void
tally_read(TallyReader *reader, const Tally *tally)
{
	reader->key.key = reader->buffer;
	reader->key.len = 0;
	reader->packed = tally->form == TALLY_PACKED;
	if (reader->packed)
	{
		reader->p = (const uint8 *) tally->bytes;
		reader->end = (const uint8 *) tally + VARSIZE(tally);
		if (!get_sums(reader))
			tally_corrupted(tally);
	}
	else
	{
		TallyView	view = tally_flat_view((Tally *) tally);

		reader->p = (const uint8 *) view.arena;
		reader->end = (const uint8 *) (view.arena + view.table->used);
		reader->sums = view.table->sums;
		reader->left = view.table->sums.nkeys;
	}
}

/* Reads the next key into the buffer, behind what it shares with the last one. */
static bool
packed_next(TallyReader *reader)
{
	uint64		shared;
	uint64		rest;
	uint64		count;

	if (!varint_read(&reader->p, reader->end, &shared) || shared > (uint64) reader->key.len ||
		!varint_read(&reader->p, reader->end, &rest) || rest > TALLY_KEY_MAX - shared ||
		rest > (uint64) (reader->end - reader->p) || memchr(reader->p, '\0', rest) != NULL)
		return false;
	memcpy(reader->buffer + shared, reader->p, rest);
	reader->p += rest;
	reader->key.len = shared + rest;
	if (!varint_read(&reader->p, reader->end, &count) || count > (uint64) reader->sums.total)
		return false;
	reader->count = count;
	return true;
}

/* The next key with its count; false at the end. */
bool
tally_next(TallyReader *reader)
{
	CHECK_FOR_INTERRUPTS();
	while (reader->left-- > 0)
	{
		const TallyEntry *entry = (const TallyEntry *) reader->p;

		if (reader->packed)
		{
			if (!packed_next(reader))
				ereport(ERROR,
						(errcode(ERRCODE_DATA_CORRUPTED), errmsg("invalid stored tally")));
			return true;
		}
		reader->p += tally_entry_units(entry->len) * sizeof(uint64);
		reader->key.key = entry->key;
		reader->key.len = entry->len;
		reader->count = entry->count;
		/* A key that was taken back in a moving frame keeps its entry. */
		if (entry->count > 0)
			return true;
	}
	return false;
}
