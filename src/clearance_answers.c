/*
 * src/clearance_answers.c: what was open at an instant, and when anything was
 *
 * An interval is open from opened up to, but not at, cleared; one cleared at
 * the instant it opened never is.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "common/int.h"
#include "utils/builtins.h"
#include "utils/multirangetypes.h"
#include "utils/typcache.h"

#include "complaint_metrics.h"

/* How many had opened, and of them cleared, at an instant. */
static void
clearance_count(Datum c, TimestampTz at, int64 *opened, int64 *cleared)
{
	ClearanceChunks chunks;

	*opened = 0;
	*cleared = 0;
	clearance_chunks(&chunks, c, at);
	while (clearance_next_chunk(&chunks))
	{
		for (int64 i = 0; i < chunks.n; i++)
		{
			const ClearanceInterval *interval = &chunks.intervals[i];

			*opened += interval->opened <= at;
			*cleared += interval->cleared <= at && interval->cleared != DT_NOEND;
		}
	}
}

/* opened_count(c, at): those opened by then. */
PG_FUNCTION_INFO_V1(clearance_opened_count);
Datum
clearance_opened_count(PG_FUNCTION_ARGS)
{
	int64		opened;
	int64		cleared;

	clearance_count(PG_GETARG_CLEARANCE(0), PG_GETARG_TIMESTAMPTZ(1), &opened, &cleared);
	PG_RETURN_INT64(opened);
}

/* cleared_count(c, at): those cleared by then. */
PG_FUNCTION_INFO_V1(clearance_cleared_count);
Datum
clearance_cleared_count(PG_FUNCTION_ARGS)
{
	int64		opened;
	int64		cleared;

	clearance_count(PG_GETARG_CLEARANCE(0), PG_GETARG_TIMESTAMPTZ(1), &opened, &cleared);
	PG_RETURN_INT64(cleared);
}

/* open_count(c, at): those opened and not cleared by then; at infinity, the ones never cleared. */
PG_FUNCTION_INFO_V1(clearance_open_count);
Datum
clearance_open_count(PG_FUNCTION_ARGS)
{
	int64		opened;
	int64		cleared;

	clearance_count(PG_GETARG_CLEARANCE(0), PG_GETARG_TIMESTAMPTZ(1), &opened, &cleared);
	PG_RETURN_INT64(opened - cleared);
}

/* is_clear(c, at): whether none is open then. */
PG_FUNCTION_INFO_V1(clearance_is_clear);
Datum
clearance_is_clear(PG_FUNCTION_ARGS)
{
	int64		opened;
	int64		cleared;

	clearance_count(PG_GETARG_CLEARANCE(0), PG_GETARG_TIMESTAMPTZ(1), &opened, &cleared);
	PG_RETURN_BOOL(opened == cleared);
}

/*
 * clear_since(c, at): when the zero that stands then began; NULL if none does,
 * -infinity if nothing was open before.
 */
PG_FUNCTION_INFO_V1(clearance_clear_since);
Datum
clearance_clear_since(PG_FUNCTION_ARGS)
{
	Datum		c = PG_GETARG_CLEARANCE(0);
	TimestampTz at = PG_GETARG_TIMESTAMPTZ(1);
	TimestampTz since = DT_NOBEGIN;
	ClearanceChunks chunks;

	clearance_chunks(&chunks, c, at);
	while (clearance_next_chunk(&chunks))
	{
		for (int64 i = 0; i < chunks.n; i++)
		{
			const ClearanceInterval *interval = &chunks.intervals[i];

			if (interval->opened > at)
				continue;
			if (interval->cleared > at || interval->cleared == DT_NOEND)
				PG_RETURN_NULL();
			if (interval->cleared > interval->opened)
				since = Max(since, interval->cleared);
		}
	}
	PG_RETURN_TIMESTAMPTZ(since);
}

/* The ends of a tstzrange, infinite ones too; false where it is empty. */
static bool
range_bounds(RangeType *range, RangeBound *lower, RangeBound *upper)
{
	bool		empty;

	range_deserialize(lookup_type_cache(RangeTypeGetOid(range), TYPECACHE_RANGE_INFO), range,
					  lower, upper, &empty);
	if (lower->infinite)
		lower->val = TimestampTzGetDatum(DT_NOBEGIN);
	if (upper->infinite)
		upper->val = TimestampTzGetDatum(DT_NOEND);
	return !empty;
}

/*
 * peak_open(c, within): the greatest number open at once at an instant within
 * the range; 0 where the range is empty.
 */
PG_FUNCTION_INFO_V1(clearance_peak_open);
Datum
clearance_peak_open(PG_FUNCTION_ARGS)
{
	RangeBound	lower;
	RangeBound	upper;
	TimestampTz from;
	TimestampTz until;

	if (!range_bounds(PG_GETARG_RANGE_P(1), &lower, &upper))
		PG_RETURN_INT64(0);
	from = DatumGetTimestampTz(lower.val);
	until = DatumGetTimestampTz(upper.val);
	from += !lower.inclusive && !TIMESTAMP_NOT_FINITE(from);
	until += upper.inclusive && !TIMESTAMP_NOT_FINITE(until);
	/* what is never cleared is open at infinity, too */
	from -= lower.inclusive && from == DT_NOEND;
	PG_RETURN_INT64(clearance_peak(PG_GETARG_CLEARANCE(0), from, until));
}

static void
periods_step(ClearancePeriods *periods)
{
	periods->more = ++periods->i < periods->chunks.n;
	if (!periods->more && clearance_next_chunk(&periods->chunks))
	{
		periods->i = 0;
		periods->more = true;
	}
	if (periods->more)
		periods->next = periods->chunks.intervals[periods->i];
}

/* The periods during which anything is open, the first one first. */
void
clearance_periods(ClearancePeriods *periods, Datum c)
{
	ClearanceInterval *outline;
	int64		n;

	clearance_chunks(&periods->chunks, c, DT_NOEND);
	if (!periods->chunks.sorted)
	{
		outline = clearance_outline(c, &n);
		clearance_chunks_of(&periods->chunks, outline, n);
	}
	periods->i = 0;
	periods_step(periods);
}

/* Intervals that overlap or meet are one period; empty ones are none. */
bool
clearance_next_period(ClearancePeriods *periods, ClearanceInterval *period)
{
	do
	{
		if (!periods->more)
			return false;
		*period = periods->next;
		for (periods_step(periods);
			 periods->more && periods->next.opened <= period->cleared;
			 periods_step(periods))
			period->cleared = Max(period->cleared, periods->next.cleared);
	} while (period->opened == period->cleared);
	return true;
}

/* open_periods(c): as a tstzmultirange, what range_agg makes of the intervals. */
PG_FUNCTION_INFO_V1(clearance_open_periods);
Datum
clearance_open_periods(PG_FUNCTION_ARGS)
{
	TypeCacheEntry *type = lookup_type_cache(TSTZMULTIRANGEOID, TYPECACHE_MULTIRANGE_INFO);
	TypeCacheEntry *range_type = type->rngtype;
	RangeType **ranges = NULL;
	int			n = 0;
	int			capacity = 0;
	ClearancePeriods periods;
	ClearanceInterval period;

	clearance_periods(&periods, PG_GETARG_CLEARANCE(0));
	while (clearance_next_period(&periods, &period))
	{
		RangeBound	lower = {TimestampTzGetDatum(period.opened), false, true, true};
		RangeBound	upper = {TimestampTzGetDatum(period.cleared), period.cleared == DT_NOEND, false, false};

		if (n == capacity)
		{
			capacity = Max(2 * capacity, 16);
			ranges = ranges ? repalloc(ranges, capacity * sizeof(RangeType *)) :
				palloc(capacity * sizeof(RangeType *));
		}
		ranges[n++] = make_range(range_type, &lower, &upper, false, NULL);
	}
	PG_RETURN_MULTIRANGE_P(make_multirange(TSTZMULTIRANGEOID, range_type, n, ranges));
}

/* Microseconds as days and time, as timestamptz subtraction gives them; 22008 past int64. */
Datum
clearance_elapsed(int64 elapsed)
{
	Interval   *interval = palloc0(sizeof(Interval));

	if (elapsed == PG_INT64_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("interval out of range")));
	interval->time = elapsed;
	return DirectFunctionCall1(interval_justify_hours, IntervalPGetDatum(interval));
}

/*
 * open_time(c, within): for how long anything was open, in days and time;
 * 22023 where that never ends.
 */
PG_FUNCTION_INFO_V1(clearance_open_time);
Datum
clearance_open_time(PG_FUNCTION_ARGS)
{
	Datum		c = PG_GETARG_CLEARANCE(0);
	ClearancePeriods periods;
	ClearanceInterval period;
	RangeBound	lower;
	RangeBound	upper;
	int64		total = 0;

	if (!range_bounds(PG_GETARG_RANGE_P(1), &lower, &upper))
		return clearance_elapsed(0);
	clearance_periods(&periods, c);
	while (clearance_next_period(&periods, &period))
	{
		int64		elapsed;

		if (!interval_clip(&period, DatumGetTimestampTz(lower.val), DatumGetTimestampTz(upper.val)))
			continue;
		if (period.cleared == DT_NOEND)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("open time is infinite"),
					 errdetail("An interval that is not cleared lies in a range without an end."),
					 errhint("Give the range an end, as in tstzrange(NULL, now()).")));
		if (pg_sub_s64_overflow(period.cleared, period.opened, &elapsed) ||
			pg_add_s64_overflow(total, elapsed, &total))
			total = PG_INT64_MAX;
	}
	return clearance_elapsed(total);
}
