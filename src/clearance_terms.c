/*
 * src/clearance_terms.c: how long clearing takes, against a term or as it is
 */
#include "postgres.h"

#include "common/int.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "complaint_metrics.h"

/* 1 - 0.9 is a little less than a tenth, and a tenth has to reach it. */
#define SURVIVAL_TOLERANCE 1e-10

/* The answer for so many intervals hardly ever misses that for all by so much. */
#define SAMPLE 4096
#define SAMPLE_MARGIN 0.04

/* As PostgreSQL does it: days and months follow the session's time zone. */
static TimestampTz
instant_plus(TimestampTz instant, Interval *interval)
{
	return DatumGetTimestampTz(DirectFunctionCall2(timestamptz_pl_interval,
												   TimestampTzGetDatum(instant),
												   IntervalPGetDatum(interval)));
}

static TimestampTz
instant_minus(TimestampTz instant, Interval *interval)
{
	return DatumGetTimestampTz(DirectFunctionCall2(timestamptz_mi_interval,
												   TimestampTzGetDatum(instant),
												   IntervalPGetDatum(interval)));
}

/* overdue_count(c, allowed, at): those open at an instant that opened before at - allowed. */
PG_FUNCTION_INFO_V1(clearance_overdue_count);
Datum
clearance_overdue_count(PG_FUNCTION_ARGS)
{
	Datum		c = PG_GETARG_CLEARANCE(0);
	Interval   *allowed = PG_GETARG_INTERVAL_P(1);
	TimestampTz at = PG_GETARG_TIMESTAMPTZ(2);
	TimestampTz before = instant_minus(at, allowed);
	ClearanceChunks chunks;
	int64		overdue = 0;

	clearance_chunks(&chunks, c, Min(before, at));
	while (clearance_next_chunk(&chunks))
	{
		for (int64 i = 0; i < chunks.n; i++)
		{
			const ClearanceInterval *interval = &chunks.intervals[i];

			overdue += interval->opened < before && interval->opened <= at &&
				(interval->cleared > at || interval->cleared == DT_NOEND);
		}
	}
	PG_RETURN_INT64(overdue);
}

/*
 * When an interval is due.  What is so behind the end of the calendar is not
 * due yet, rather than an error; mere time needs no time zone, which costs more
 * than all else here.
 */
static inline TimestampTz
due_at(TimestampTz opened, Interval *allowed)
{
	double		due = opened + (allowed->month * (DAYS_PER_YEAR / MONTHS_PER_YEAR) + allowed->day) *
		USECS_PER_DAY + allowed->time;

	if (due >= (double) END_TIMESTAMP)
		return DT_NOEND;
	if (allowed->month == 0 && allowed->day == 0 && due >= (double) MIN_TIMESTAMP)
		return opened + allowed->time;
	return instant_plus(opened, allowed);
}

/*
 * on_time_rate(c, allowed, at): of those due by then, which is at
 * opened + allowed, the ones cleared by the time they were due.
 */
PG_FUNCTION_INFO_V1(clearance_on_time_rate);
Datum
clearance_on_time_rate(PG_FUNCTION_ARGS)
{
	Datum		c = PG_GETARG_CLEARANCE(0);
	Interval   *allowed = PG_GETARG_INTERVAL_P(1);
	TimestampTz at = PG_GETARG_TIMESTAMPTZ(2);
	Rate	   *rate = palloc0(sizeof(Rate));
	ClearanceChunks chunks;

	clearance_chunks(&chunks, c, DT_NOEND);
	while (clearance_next_chunk(&chunks))
	{
		for (int64 i = 0; i < chunks.n; i++)
		{
			const ClearanceInterval *interval = &chunks.intervals[i];
			TimestampTz due = due_at(interval->opened, allowed);

			rate->total += due <= at;
			rate->hits += due <= at && interval->cleared <= due && interval->cleared != DT_NOEND;
		}
	}
	PG_RETURN_POINTER(rate);
}

/* Elapsed microseconds; PG_INT64_MAX for all that is more, and forever. */
static int64
elapsed_between(TimestampTz from, TimestampTz until)
{
	int64		elapsed;

	if (until == DT_NOEND || pg_sub_s64_overflow(until, from, &elapsed))
		return PG_INT64_MAX;
	return elapsed;
}

/*
 * A spell: how long an interval took or had taken, and whether it was still
 * open then; in one int64 of the same order, what cleared before what did not.
 */
static inline int64
spell_make(int64 elapsed, bool open)
{
	return (int64) (((uint64) elapsed << 1 | open) ^ PG_INT64_MIN);
}

static inline int64
spell_elapsed(int64 spell)
{
	return (int64) (((uint64) spell ^ PG_INT64_MIN) >> 1);
}

static inline bool
spell_open(int64 spell)
{
	return spell & 1;
}

/* Spells in order, of which there may be more above the limit. */
typedef struct Spells
{
	int64	   *values;
	int64		n;
	int64		all;			/* with those above */
} Spells;

/* Of those opened by an instant, the spells up to then, as far as they are not above the limit. */
static Spells
spells_up_to(ClearanceChunks *chunks, int64 room, TimestampTz at, int64 limit)
{
	int64	   *values = memory_for(Max(room, 1) * sizeof(int64));
	SortRun		run = {values, 0};
	Spells		spells = {.all = 0};

	while (clearance_next_chunk(chunks))
	{
		for (int64 i = 0; i < chunks->n; i++)
		{
			const ClearanceInterval *interval = &chunks->intervals[i];
			bool		open = interval->cleared > at || interval->cleared == DT_NOEND;
			int64		elapsed = elapsed_between(interval->opened, open ? at : interval->cleared);
			int64		spell = spell_make(elapsed, open);

			if (interval->opened > at)
				continue;
			spells.all++;
			values[run.n] = spell;
			run.n += spell <= limit;
		}
	}
	spells.n = run.n;
	spells.values = sort_runs(&run, 1, sizeof(int64));
	pfree(values);
	return spells;
}

/*
 * The Kaplan-Meier estimate: the smallest time at which the survival function
 * is at most `reach`; -1 where it stays above.  Between two censorings it
 * is the quotient of those at risk, kept as such to lose no digits; what was
 * cleared at the time of a censoring was so before it.
 */
static int64
survival_time(const Spells *spells, double reach)
{
	const int64 *values = spells->values;
	int64		n = spells->n;
	double		base = 1.0;		/* at the last censoring */
	int64		base_risk = spells->all;	/* and how many remained after it */
	int64		i = 0;

	if (n > 0 && 1.0 <= reach + SURVIVAL_TOLERANCE)
		return 0;
	while (i < n)
	{
		int64		spell = values[i];

		if (!spell_open(spell))
		{
			while (i < n && values[i] == spell)
				i++;
			if (base * (spells->all - i) / base_risk <= reach + SURVIVAL_TOLERANCE)
				return spell_elapsed(spell);
		}
		else
		{
			base = base * (spells->all - i) / base_risk;
			while (i < n && spell_open(values[i]))
				i++;
			base_risk = spells->all - i;
		}
	}
	return -1;
}

/* What the answer for some of very many intervals makes a likely limit for all. */
static int64
likely_limit(Datum c, TimestampTz at, double reach)
{
	ClearanceChunks chunks;
	ClearanceInterval *sample;
	Spells		spells;
	int64		n;
	int64		elapsed;

	if (clearance_n(c) < 16 * SAMPLE)
		return PG_INT64_MAX;
	sample = clearance_sample(c, SAMPLE, &n);
	clearance_chunks_of(&chunks, sample, n);
	spells = spells_up_to(&chunks, n, at, PG_INT64_MAX);
	elapsed = survival_time(&spells, reach - SAMPLE_MARGIN);
	pfree(spells.values);
	pfree(sample);
	return elapsed < 0 ? PG_INT64_MAX : spell_make(elapsed, true);
}

/* How long it takes until no more than `reach` are open; -1 where that is never. */
static int64
clearing_time(Datum c, TimestampTz at, double reach)
{
	int64		limit = likely_limit(c, at, reach);

	for (;;)
	{
		ClearanceChunks chunks;
		Spells		spells;
		int64		elapsed;

		clearance_chunks(&chunks, c, at);
		spells = spells_up_to(&chunks, clearance_n(c), at, limit);
		elapsed = survival_time(&spells, reach);
		pfree(spells.values);
		if (elapsed >= 0 || spells.n == spells.all)
			return elapsed;
		limit = PG_INT64_MAX;
	}
}

/*
 * time_to_clear(c, fraction, at): how long it takes until that part is cleared,
 * those still open counted for as long as they have been (Kaplan and Meier,
 * 1958).  NULL where it is not reached; 22023 for a fraction outside 0 to 1.
 */
PG_FUNCTION_INFO_V1(clearance_time_to_clear);
Datum
clearance_time_to_clear(PG_FUNCTION_ARGS)
{
	Datum		c = PG_GETARG_CLEARANCE(0);
	float8		fraction = PG_GETARG_FLOAT8(1);
	TimestampTz at = PG_GETARG_TIMESTAMPTZ(2);
	int64		elapsed;

	if (!(fraction >= 0 && fraction <= 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("fraction out of range: %g", fraction),
				 errhint("Give a fraction from 0 to 1; 0.5 asks for the median.")));
	elapsed = clearing_time(c, at, 1 - fraction);
	if (elapsed < 0)
		PG_RETURN_NULL();
	return clearance_elapsed(elapsed);
}

static char *
instant_text(TimestampTz instant)
{
	StringInfoData buf;

	initStringInfo(&buf);
	put_instant(&buf, instant);
	return buf.data;
}

static void
zero_check_valid(TimestampTz from, TimestampTz until, Interval *step)
{
	Interval	zero = {0};

	if (TIMESTAMP_NOT_FINITE(from) || TIMESTAMP_NOT_FINITE(until))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("checkpoints need a finite beginning and end"),
				 errdetail("They are to go from %s until %s.",
						   instant_text(from), instant_text(until))));
	if (DatumGetInt32(DirectFunctionCall2(interval_cmp, IntervalPGetDatum(step),
										  IntervalPGetDatum(&zero))) <= 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("step between checkpoints must be positive: %s",
						DatumGetCString(DirectFunctionCall1(interval_out,
															IntervalPGetDatum(step))))));
}

/* As by 1 month - 29 days in February, where generate_series never ends. */
static void
zero_check_stuck(TimestampTz last, TimestampTz next)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("step between checkpoints does not lead forward"),
			 errdetail("It leads from %s to %s.", instant_text(last), instant_text(next))));
}

/*
 * zero_check_rate(c, from, until, step): of the checkpoints that
 * generate_series(from, until, step) gives, those at which nothing was open.
 * 22023 for an infinite bound or a step that does not go on.
 */
PG_FUNCTION_INFO_V1(clearance_zero_check_rate);
Datum
clearance_zero_check_rate(PG_FUNCTION_ARGS)
{
	Datum		c = PG_GETARG_CLEARANCE(0);
	TimestampTz checkpoint = PG_GETARG_TIMESTAMPTZ(1);
	TimestampTz until = PG_GETARG_TIMESTAMPTZ(2);
	Interval   *step = PG_GETARG_INTERVAL_P(3);
	Rate	   *rate = palloc0(sizeof(Rate));
	ClearancePeriods periods;
	ClearanceInterval period;
	bool		more;

	zero_check_valid(checkpoint, until, step);
	clearance_periods(&periods, c);
	more = clearance_next_period(&periods, &period);
	while (checkpoint <= until)
	{
		TimestampTz last = checkpoint;

		CHECK_FOR_INTERRUPTS();
		while (more && period.cleared <= checkpoint)
			more = clearance_next_period(&periods, &period);
		rate->total++;
		rate->hits += !more || period.opened > checkpoint;
		checkpoint = instant_plus(checkpoint, step);
		if (checkpoint <= last)
			zero_check_stuck(last, checkpoint);
	}
	PG_RETURN_POINTER(rate);
}
