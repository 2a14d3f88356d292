/* src/trend.c: a daily series of volumes, and of them the decided and the hits */
#include "postgres.h"

#include "libpq/pqformat.h"
#include "utils/builtins.h"

#include "complaint_metrics.h"

static Days *
trend_packed(const Days *trend)
{
	int64		ndays;
	DayCounts  *sorted = days_sorted(trend, &ndays);

	return days_packed(sorted, ndays, TREND_COUNTERS);
}

/* ['2023-01-02', 5, 8, 9] as 2023-01-02:9(5/8) */
static void
put_trend_day(StringInfo buf, DateADT day, const int64 *counts)
{
	put_date(buf, day);
	appendStringInfoCharMacro(buf, ':');
	put_count(buf, counts[TREND_VOLUME]);
	if (counts[TREND_DECIDED] > 0)
	{
		appendStringInfoCharMacro(buf, '(');
		put_count(buf, counts[TREND_HITS]);
		appendStringInfoCharMacro(buf, '/');
		put_count(buf, counts[TREND_DECIDED]);
		appendStringInfoCharMacro(buf, ')');
	}
}

static bool
scan_trend_day(char **p, DayCounts *day)
{
	if (!scan_date(p, &day->day) || !scan_char(p, ':') ||
		!scan_count(p, &day->counts[TREND_VOLUME]))
		return false;
	if (scan_char(p, '(') &&
		(!scan_count(p, &day->counts[TREND_HITS]) || !scan_char(p, '/') ||
		 !scan_count(p, &day->counts[TREND_DECIDED]) || !scan_char(p, ')') ||
		 day->counts[TREND_DECIDED] == 0))
		return false;
	return day_counts_valid(day, TREND_COUNTERS);
}

/* '{2023-01-01:7,2023-01-02:9(5/8)}' to trend; all else is 22P02. */
PG_FUNCTION_INFO_V1(trend_in);
Datum
trend_in(PG_FUNCTION_ARGS)
{
	char	   *str = PG_GETARG_CSTRING(0);
	char	   *p = str;
	DayCounts  *sorted;
	int64		ndays;

	if (!scan_days(&p, scan_trend_day, &sorted, &ndays) || *p != '\0')
		ereturn(fcinfo->context, (Datum) 0,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid input syntax for type %s: \"%s\"", "trend", str),
				 errhint("Write ascending days with their volume, and with hits/decided where any were decided, "
						 "as in \"{2023-01-01:7,2023-01-02:9(5/8)}\".")));
	PG_RETURN_POINTER(days_packed(sorted, ndays, TREND_COUNTERS));
}

PG_FUNCTION_INFO_V1(trend_out);
Datum
trend_out(PG_FUNCTION_ARGS)
{
	Days	   *trend = PG_GETARG_TREND_P(0);
	StringInfoData buf;
	int64		ndays;
	DayCounts  *sorted = days_sorted(trend, &ndays);

	initStringInfo(&buf);
	put_days(&buf, put_trend_day, sorted, ndays);
	PG_RETURN_CSTRING(buf.data);
}

/* The packed bytes, which are the same on every machine; 22P03 for any others. */
PG_FUNCTION_INFO_V1(trend_recv);
Datum
trend_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	DayCounts  *sorted;
	int64		ndays;

	if (!days_receive(buf, buf->len - buf->cursor, TREND_COUNTERS, &sorted, &ndays))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid binary representation of type %s", "trend")));
	PG_RETURN_POINTER(days_packed(sorted, ndays, TREND_COUNTERS));
}

PG_FUNCTION_INFO_V1(trend_send);
Datum
trend_send(PG_FUNCTION_ARGS)
{
	Days	   *trend = trend_packed(PG_GETARG_TREND_P(0));
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendbytes(&buf, VARDATA(trend), VARSIZE(trend) - VARHDRSZ);
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

/* 22003 for a day that cannot be added, or taken away. */
static void
trend_refuse(DateADT day, const int64 *counts, int sign)
{
	StringInfoData buf;

	initStringInfo(&buf);
	put_trend_day(&buf, day, counts);
	days_out_of_range("trend", buf.data, sign);
}

/* Adds counts to a day, or takes them away, in place or in a larger copy. */
static Days *
trend_add(Days *trend, DateADT day, const int64 *counts, int sign)
{
	DaysResult	result;

	if (sign > 0 && days_none(trend, TREND_COUNTERS))
		return days_one(day, counts, TREND_COUNTERS);
	while ((result = days_add(trend, day, counts, sign)) == DAYS_FULL)
	{
		DaysShape	shape = days_grown(trend, counts);
		Days	   *grown = palloc(shape.size);

		days_grow(trend, grown, &shape);
		trend = grown;
	}
	if (result == DAYS_OUT_OF_RANGE)
		trend_refuse(day, counts, sign);
	return trend;
}

/* A row on a new day, or what else a table cannot just count; apart, so that the other rows need no array. */
static pg_noinline Days *
trend_add_row(Days *trend, DateADT day, bool decided, bool hit)
{
	int64		counts[TREND_COUNTERS] = {1, decided, hit};

	return trend_add(trend, day, counts, 1);
}

/* The trend to change: the aggregate's own state, which *ours says, else a copy of what SQL passed. */
static inline Days *
trend_to_change(FunctionCallInfo fcinfo, bool *ours)
{
	*ours = state_is_ours(fcinfo);
	if (*ours)
		return PG_GETARG_TREND_P(0);
	return (Days *) PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(0));
}

/* Counts one row; argument 2, where there is one, is the hit, NULL for undecided. */
static inline Datum
trend_count(FunctionCallInfo fcinfo, DateADT day)
{
	bool		ours;
	Days	   *trend = trend_to_change(fcinfo, &ours);
	int			given = Min(PG_NARGS() - 1, 2);
	/* without a branch, which no processor would foresee */
	bool		decided = given == 2 && !PG_ARGISNULL(2);
	bool		hit = decided & PG_GETARG_BOOL(given);
	uint32	   *slot = days_counting(trend, day, TREND_COUNTERS, TREND_VOLUME);

	if (slot != NULL)
	{
		slot[TREND_VOLUME]++;
		slot[TREND_DECIDED] += decided;
		slot[TREND_HITS] += hit;
	}
	else
		trend = trend_add_row(trend, day, decided, hit);
	PG_RETURN_POINTER(ours ? trend : trend_packed(trend));
}

static inline void
trend_check_finite(DateADT day)
{
	if (DATE_NOT_FINITE(day))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("an infinite date is no day of a trend"),
				 errdetail("The date is %s.", DATE_IS_NOEND(day) ? "infinity" : "-infinity"),
				 errhint("Leave such rows out, or give NULL in place of infinity.")));
}

/* The state as it came: a row without a day is left out. */
static Datum
trend_unchanged(FunctionCallInfo fcinfo)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}

/*
 * Transitions of trend(at [, hit [, zone]]): a row whose `at` is NULL is left
 * out, one whose hit is NULL counts to the volume only.  22008 for infinity.
 */
PG_FUNCTION_INFO_V1(trend_accum_date);
Datum
trend_accum_date(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return trend_unchanged(fcinfo);
	trend_check_finite(PG_GETARG_DATEADT(1));
	return trend_count(fcinfo, PG_GETARG_DATEADT(1));
}

PG_FUNCTION_INFO_V1(trend_accum_timestamp);
Datum
trend_accum_timestamp(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return trend_unchanged(fcinfo);
	return trend_count(fcinfo, timestamp_day(PG_GETARG_TIMESTAMP(1)));
}

/* Without a zone a timestamptz falls on its date in the session's, as at::date does. */
PG_FUNCTION_INFO_V1(trend_accum_timestamptz);
Datum
trend_accum_timestamptz(PG_FUNCTION_ARGS)
{
	pg_tz	   *zone = session_timezone;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return trend_unchanged(fcinfo);
	if (PG_NARGS() > 3)
		zone = zone_argument(fcinfo, 3);
	return trend_count(fcinfo, zone_day(PG_GETARG_TIMESTAMPTZ(1), zone));
}

/* Two trends of SQL's as one, or the part taken out of the whole. */
static Days *
trend_combined(Days *whole, const Days *part, int sign)
{
	DayCounts	refused;
	Days	   *combined = days_combined(whole, part, sign, &refused);

	if (combined == NULL)
		trend_refuse(refused.day, refused.counts, sign);
	return combined;
}

/* All days of part to those of whole, or out of them, in place where the whole is an aggregate's. */
static Datum
trend_combine(FunctionCallInfo fcinfo, int sign)
{
	Days	   *whole = PG_GETARG_TREND_P(0);
	Days	   *part = PG_GETARG_TREND_P(1);
	DayReader	reader;

	if (!state_is_ours(fcinfo))
		PG_RETURN_POINTER(trend_combined(whole, part, sign));
	if (sign > 0 && days_swap_pays(whole, part))
	{
		part = whole;
		whole = PG_GETARG_TREND_P(1);
	}
	for (days_read(&reader, part); days_next(&reader);)
		whole = trend_add(whole, reader.current.day, reader.current.counts, sign);
	PG_RETURN_POINTER(whole);
}

/* merge(whole, part), and how partial states combine: in any order or tree. */
PG_FUNCTION_INFO_V1(trend_merge);
Datum
trend_merge(PG_FUNCTION_ARGS)
{
	return trend_combine(fcinfo, 1);
}

/* unmerge(whole, part): what is left of the whole; 22003 when the part cannot have been in it. */
PG_FUNCTION_INFO_V1(trend_unmerge);
Datum
trend_unmerge(PG_FUNCTION_ARGS)
{
	return trend_combine(fcinfo, -1);
}

/* Final function: the state as users see it; the state itself stays, as others may share it. */
PG_FUNCTION_INFO_V1(trend_final);
Datum
trend_final(PG_FUNCTION_ARGS)
{
	Days	   *trend = PG_GETARG_TREND_P(0);

	/* as of one row, or of one trend that was rolled up */
	PG_RETURN_POINTER(trend->form == DAYS_PACKED ? trend : trend_packed(trend));
}
