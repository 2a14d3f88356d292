/*
 * src/clearance.c: a multiset of intervals that open and must clear
 *
 * A clearance is in one of three forms, told apart by its byte `form`:
 *
 * CLEARANCE_RAW		while rows come in: from byte 16 on an array of
 *						intervals in no order, with room for more.  An
 *						aggregate over very many goes on in clearance_large.c.
 * CLEARANCE_NARROW		between parallel workers: see clearance_narrow.c.
 * CLEARANCE_PACKED		all that a user ever sees: sorted, small and unique;
 *						see clearance_pack.c.
 *
 * It may lie inside another value (a scorecard), at a multiple of 8 bytes:
 * nothing here looks past its own size, and what needs more room says so.
 */
#include "postgres.h"

#include "port/pg_bitutils.h"
#include "utils/memutils.h"

#include "complaint_metrics.h"

#define RAW_HEADER MAXALIGN(CLEARANCE_EMPTY_SIZE)
#define RAW_SIZE_MIN 64			/* three intervals, and what palloc hands out for two */

/* With more intervals a state becomes a large one. */
#define FLAT_INTERVALS 4095

/* Where the intervals of a raw one lie. */
ClearanceInterval *
clearance_raw(const Clearance *c)
{
	return (ClearanceInterval *) ((char *) c + RAW_HEADER);
}

static inline int64
raw_capacity(const Clearance *c)
{
	return (VARSIZE(c) - RAW_HEADER) / sizeof(ClearanceInterval);
}

/* What text, binary and rows all have to be. */
bool
clearance_interval_valid(const ClearanceInterval *interval)
{
	return IS_VALID_TIMESTAMP(interval->opened) && interval->opened <= interval->cleared &&
		(IS_VALID_TIMESTAMP(interval->cleared) || interval->cleared == DT_NOEND);
}

/* Raises the error for an interval that clearance_check found wrong. */
void
clearance_refuse(TimestampTz opened, TimestampTz cleared)
{
	StringInfoData from;
	StringInfoData until;

	if (TIMESTAMP_NOT_FINITE(opened))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("opened cannot be infinite"),
				 errdetail("Opened is %s.", opened == DT_NOEND ? "infinity" : "-infinity"),
				 errhint("Give NULL to leave the row out.")));

	initStringInfo(&from);
	initStringInfo(&until);
	put_instant(&from, opened);
	put_instant(&until, cleared);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("cleared before opened"),
			 errdetail("Opened at %s, cleared at %s.", from.data, until.data),
			 errhint("Correct the row, or give greatest(opened, cleared).")));
}

/* 54000, before anything is allocated: every plan has the limit of the flat state. */
void
clearance_check_count(int64 n)
{
	if (n > CLEARANCE_INTERVALS_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("number of intervals (%lld) exceeds the maximum allowed (%lld)",
						(long long) n, (long long) CLEARANCE_INTERVALS_MAX),
				 errhint("Group the rows into several clearances.")));
}

/* All intervals in order, in memory of their own. */
ClearanceInterval *
clearance_intervals(const Clearance *c, int64 *n)
{
	SortRun		run = {clearance_raw(c), c->n};
	ClearanceInterval *intervals;
	ClearanceInterval *sorted;

	*n = c->n;
	if (c->form == CLEARANCE_RAW)
		return sort_runs(&run, 1, sizeof(ClearanceInterval));
	intervals = memory_for(Max(c->n, 1) * sizeof(ClearanceInterval));
	clearance_copy(PointerGetDatum(c), intervals);
	if (c->form == CLEARANCE_PACKED)
		return intervals;
	run.values = intervals;
	sorted = sort_runs(&run, 1, sizeof(ClearanceInterval));
	pfree(intervals);
	return sorted;
}

/* The form to store and to read in order; what is packed already comes back itself. */
Clearance *
clearance_packed(Clearance *c)
{
	ClearanceInterval *intervals;
	int64		n;

	if (c->form == CLEARANCE_PACKED)
		return c;
	intervals = clearance_intervals(c, &n);
	c = clearance_pack(intervals, n);
	pfree(intervals);
	return c;
}

/* Adds an interval in place; false where there is no room, or the form is another. */
bool
clearance_append(Clearance *c, TimestampTz opened, TimestampTz cleared)
{
	ClearanceInterval *interval;

	if (c->form != CLEARANCE_RAW || c->n >= raw_capacity(c))
		return false;
	interval = &clearance_raw(c)[c->n++];
	interval->opened = opened;
	interval->cleared = cleared;
	return true;
}

/* Adds all of `part`, or nothing and false where there is no room, or the form is another. */
static bool
clearance_add_all(Clearance *c, Datum part)
{
	if (c->form != CLEARANCE_RAW || clearance_n(part) > raw_capacity(c) - c->n)
		return false;
	c->n += clearance_copy(part, clearance_raw(c) + c->n);
	return true;
}

bool
clearance_merge_into(Clearance *c, const Clearance *part)
{
	return clearance_add_all(c, PointerGetDatum(part));
}

/* The size of a raw one without room for more; 54000 where that is too much. */
Size
clearance_raw_size(int64 n)
{
	clearance_check_count(n);
	return RAW_HEADER + n * sizeof(ClearanceInterval);
}

/*
 * The size to which one grows for so many more intervals: a power of two, so
 * that a row costs no copy on average and palloc rounds nothing up.
 */
Size
clearance_grown_size(const Clearance *c, int64 extra)
{
	Size		size = pg_nextpower2_size_t(clearance_raw_size(c->n + extra));

	return Min(Max(size, RAW_SIZE_MIN), clearance_raw_size(CLEARANCE_INTERVALS_MAX));
}

/* A raw copy of so many bytes, which have to be enough. */
void
clearance_make_raw(Datum from, Clearance *to, Size size)
{
	clearance_set_empty(to);
	SET_VARSIZE(to, size);
	to->form = CLEARANCE_RAW;
	to->unit = 0;
	if (!clearance_add_all(to, from))
		elog(ERROR, "no room for %lld intervals in %zu bytes", (long long) clearance_n(from), size);
}

void
clearance_rebuild(const Clearance *from, Clearance *to, Size size)
{
	clearance_make_raw(PointerGetDatum(from), to, size);
}

/* A raw copy with room for so many more. */
Clearance *
clearance_grown(const Clearance *c, int64 extra)
{
	Size		size = clearance_grown_size(c, extra);
	Clearance  *grown = palloc(size);

	clearance_rebuild(c, grown, size);
	return grown;
}

/* The first argument, plain or large; whether it is an aggregate's own, to be changed in place. */
static inline Datum
clearance_state(FunctionCallInfo fcinfo, bool *ours)
{
	Pointer		given = PG_GETARG_POINTER(0);
	Clearance  *c;

	*ours = false;
	if (PG_ARGISNULL(0))
		return PointerGetDatum(clearance_pack(NULL, 0));
	*ours = AggCheckCallContext(fcinfo, NULL);
	if (*ours && VARATT_IS_EXTERNAL_EXPANDED_RW(given))
		return PointerGetDatum(given);
	c = PG_GETARG_CLEARANCE_P(0);
	*ours &= (Pointer) c == given;
	return PointerGetDatum(c);
}

/*
 * A plain state with room for so many more; large where an aggregate's passes
 * FLAT_INTERVALS.  A plain one that has passed them was flattened by somebody
 * who would flatten it again after each row, and so it stays plain.
 */
static Datum
clearance_state_grown(FunctionCallInfo fcinfo, Datum state, int64 extra)
{
	Clearance  *c = (Clearance *) DatumGetPointer(state);
	MemoryContext context;

	if (AggCheckCallContext(fcinfo, &context) &&
		c->n <= FLAT_INTERVALS && c->n + extra > FLAT_INTERVALS)
		return clearance_large(state, context);
	return PointerGetDatum(clearance_grown(c, extra));
}

static inline bool
clearance_state_append(Datum state, TimestampTz opened, TimestampTz cleared)
{
	if (!clearance_is_large(state))
		return clearance_append((Clearance *) DatumGetPointer(state), opened, cleared);
	clearance_large_append(clearance_large_of(state), opened, cleared);
	return true;
}

static bool
clearance_state_merge(Datum state, Datum part)
{
	if (!clearance_is_large(state))
		return clearance_add_all((Clearance *) DatumGetPointer(state), part);
	clearance_large_merge(clearance_large_of(state), part);
	return true;
}

/* What a function returns: to an aggregate the state itself, to all others the packed form. */
static inline Datum
clearance_state_result(FunctionCallInfo fcinfo, Datum state)
{
	if (AggCheckCallContext(fcinfo, NULL))
		return state;
	return PointerGetDatum(clearance_packed((Clearance *) DatumGetPointer(state)));
}

/*
 * Transition of clearance(opened, cleared): a row whose opened is NULL is left
 * out; a cleared of NULL or infinity is still open.  22008 for an infinite
 * opened, 22023 for one after cleared.
 */
PG_FUNCTION_INFO_V1(clearance_accum);
Datum
clearance_accum(PG_FUNCTION_ARGS)
{
	TimestampTz opened = PG_GETARG_TIMESTAMPTZ(1);
	TimestampTz cleared = PG_ARGISNULL(2) ? DT_NOEND : PG_GETARG_TIMESTAMPTZ(2);
	bool		ours;
	Datum		state;

	/* to be written to is to be changed in place: the short way of nearly all rows of a large one */
	if (!PG_ARGISNULL(0) && !PG_ARGISNULL(1) &&
		VARATT_IS_EXTERNAL_EXPANDED_RW(PG_GETARG_POINTER(0)))
	{
		clearance_check(opened, cleared);
		clearance_large_append(clearance_large_of_state(PG_GETARG_DATUM(0)), opened, cleared);
		return PG_GETARG_DATUM(0);
	}

	state = clearance_state(fcinfo, &ours);
	if (PG_ARGISNULL(1))
		return state;
	clearance_check(opened, cleared);
	if (!ours || !clearance_state_append(state, opened, cleared))
	{
		state = clearance_state_grown(fcinfo, state, 1);
		clearance_state_append(state, opened, cleared);
	}
	return clearance_state_result(fcinfo, state);
}

/*
 * What a user sees of a state; that stays as it was, as other aggregates share
 * it.  A window frame goes on to add to it, and so its result is a copy.
 */
PG_FUNCTION_INFO_V1(clearance_final);
Datum
clearance_final(PG_FUNCTION_ARGS)
{
	Datum		state = clearance_plain(PG_GETARG_DATUM(0));

	if (!clearance_is_large(state))
		PG_RETURN_POINTER(clearance_packed((Clearance *) DatumGetPointer(state)));
	if (AggCheckCallContext(fcinfo, NULL) == AGG_CONTEXT_WINDOW)
		PG_RETURN_POINTER(clearance_large_packed(clearance_large_of(state)));
	return clearance_large_shown(clearance_large_of(state));
}

/* merge(whole, part), and how partial states combine: in any order or tree. */
PG_FUNCTION_INFO_V1(clearance_merge);
Datum
clearance_merge(PG_FUNCTION_ARGS)
{
	Datum		part = PG_GETARG_CLEARANCE(1);
	bool		ours;
	Datum		state = clearance_state(fcinfo, &ours);

	if (!ours || !clearance_state_merge(state, part))
	{
		state = clearance_state_grown(fcinfo, state, clearance_n(part));
		clearance_state_merge(state, part);
	}
	return clearance_state_result(fcinfo, state);
}

static void
clearance_not_in(const ClearanceInterval *interval)
{
	StringInfoData text;

	initStringInfo(&text);
	put_interval(&text, interval);
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("clearance out of range"),
			 errdetail("Cannot take away %s, which is not in the whole as often.", text.data),
			 errhint("Take away only what was merged into the whole before.")));
}

/*
 * The multiset difference, packed, which is the whole itself where there is
 * nothing to do; 22003 for an interval of the part that the whole has not.
 */
Clearance *
clearance_without(Clearance *whole, const Clearance *part)
{
	int64		n;
	int64		nparts;
	int64		kept = 0;
	int64		next = 0;
	ClearanceInterval *intervals;
	ClearanceInterval *parts;

	/* a rollup is read so wherever nothing waits */
	if (part->n == 0 && whole->form == CLEARANCE_PACKED)
		return whole;
	intervals = clearance_intervals(whole, &n);
	parts = clearance_intervals(part, &nparts);
	for (int64 i = 0; i < n; i++)
	{
		if (next < nparts && clearance_interval_compare(&intervals[i], &parts[next]) == 0)
			next++;
		else
			intervals[kept++] = intervals[i];
	}
	if (next < nparts)
		clearance_not_in(&parts[next]);
	return clearance_pack(intervals, kept);
}

/* unmerge(whole, part): what is left of the whole; 22003 when the part cannot have been in it. */
PG_FUNCTION_INFO_V1(clearance_unmerge);
Datum
clearance_unmerge(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(clearance_without(PG_GETARG_CLEARANCE_P(0), PG_GETARG_CLEARANCE_P(1)));
}
