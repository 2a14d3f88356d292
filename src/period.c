/* src/period.c: calendar periods, the ones before them, and sums over them */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "common/int.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/rangetypes.h"
#include "utils/typcache.h"

#include "complaint_metrics.h"

/* In the order of PeriodUnit. */
static const char *const unit_names[] = {"day", "week", "month", "quarter", "half", "year", "ytd"};

/* Unit by its name; 22023 for any other. */
PeriodUnit
period_unit(const text *name)
{
	char	   *str = text_to_cstring(name);

	for (int i = 0; i < (int) lengthof(unit_names); i++)
	{
		if (pg_strcasecmp(str, unit_names[i]) == 0)
			return (PeriodUnit) i;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown unit of a period: \"%s\"", str),
			 errhint("Known are day, week, month, quarter, half, year and ytd.")));
}

static int64
first_of_month(int year, int month)
{
	return (int64) date2j(year, month, 1) - POSTGRES_EPOCH_JDATE;
}

/* Periods of some months that begin in January. */
static Period
period_of_months(int64 day, int nmonths)
{
	Period		period;
	int			year;
	int			month;
	int			mday;

	j2date(day + POSTGRES_EPOCH_JDATE, &year, &month, &mday);
	month = (month - 1) / nmonths * nmonths + 1;
	period.first = first_of_month(year, month);
	month += nmonths;
	period.end = month > MONTHS_PER_YEAR ? first_of_month(year + 1, 1) : first_of_month(year, month);
	return period;
}

/* The period of this unit that a day lies in. */
Period
period_around(PeriodUnit unit, DateADT day)
{
	Period		period = {day, (int64) day + 1};

	switch (unit)
	{
		case PERIOD_DAY:
			break;
		case PERIOD_WEEK:
			/* ISO 8601: from Monday; j2day() counts from Sunday */
			period.first = (int64) day - (j2day(day + POSTGRES_EPOCH_JDATE) + 6) % 7;
			period.end = period.first + 7;
			break;
		case PERIOD_MONTH:
			return period_of_months(day, 1);
		case PERIOD_QUARTER:
			return period_of_months(day, 3);
		case PERIOD_HALF:
			return period_of_months(day, 6);
		case PERIOD_YEAR:
			return period_of_months(day, 12);
		case PERIOD_YTD:
			period.first = period_of_months(day, 12).first;
			break;
	}
	return period;
}

/*
 * So many months earlier.  A first day that the month has not becomes its
 * last; an end, which stands behind the last day, then is the first of the
 * next month: the period up to 28 February 2024 ended a year before behind
 * the 28th too.
 */
static int64
bound_back(int64 day, int nmonths, bool is_end)
{
	int			year;
	int			month;
	int			mday;
	int			last_mday;

	j2date(day + POSTGRES_EPOCH_JDATE, &year, &month, &mday);
	month += year * MONTHS_PER_YEAR - 1 - nmonths;
	year = month >= 0 ? month / MONTHS_PER_YEAR : (month - MONTHS_PER_YEAR + 1) / MONTHS_PER_YEAR;
	month -= year * MONTHS_PER_YEAR;
	if (year < JULIAN_MINYEAR)
		return PG_INT64_MIN;
	last_mday = day_tab[isleap(year)][month];
	if (mday > last_mday)
		return first_of_month(year, month + 1) + last_mday - !is_end;
	return first_of_month(year, month + 1) + mday - 1;
}

/* Number of the month that begins on this day; -1 if none does. */
static int
month_beginning(int64 day)
{
	int			year;
	int			month;
	int			mday;

	j2date(day + POSTGRES_EPOCH_JDATE, &year, &month, &mday);
	return mday == 1 ? (year - JULIAN_MINYEAR) * MONTHS_PER_YEAR + month : -1;
}

/* Both bounds one year earlier. */
Period
period_year_before(Period period)
{
	period.first = bound_back(period.first, MONTHS_PER_YEAR, false);
	period.end = bound_back(period.end, MONTHS_PER_YEAR, true);
	return period;
}

/* The period just before: whole months by their number, else by the number of days. */
Period
period_just_before(Period period)
{
	int			first = month_beginning(period.first);
	int			end = month_beginning(period.end);
	Period		before;

	before.end = period.first;
	if (first >= 0 && end > first)
		before.first = bound_back(period.first, end - first, false);
	else
		before.first = period.first - (period.end - period.first);
	return before;
}

/* A daterange as [first, end); what is unbounded reaches to the ends of int64. */
Period
period_from_range(RangeType *range)
{
	TypeCacheEntry *typcache = lookup_type_cache(RangeTypeGetOid(range), TYPECACHE_RANGE_INFO);
	RangeBound	lower;
	RangeBound	upper;
	bool		empty;
	Period		period = {0, 0};

	range_deserialize(typcache, range, &lower, &upper, &empty);
	if (empty)
		return period;
	period.first = lower.infinite ? PG_INT64_MIN : DatumGetDateADT(lower.val);
	period.end = upper.infinite ? PG_INT64_MAX : DatumGetDateADT(upper.val);
	if (period.first == DATEVAL_NOBEGIN)
		period.first = PG_INT64_MIN;
	if (period.end == DATEVAL_NOEND)
		period.end = PG_INT64_MAX;
	return period;
}

/* The same, where the period is to be shifted; 22023 if it has an open end. */
Period
period_from_bounded_range(RangeType *range)
{
	Period		period = period_from_range(range);

	if (period.first == PG_INT64_MIN || period.end == PG_INT64_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a period without bounds has no period before it"),
				 errhint("Give both bounds, or a baseline of its own.")));
	return period;
}

/* [first, end) as daterange; 22008 where an end is no date. */
Datum
period_get_range(Period period)
{
	TypeCacheEntry *typcache = lookup_type_cache(DATERANGEOID, TYPECACHE_RANGE_INFO);
	RangeBound	lower = {.inclusive = true, .lower = true};
	RangeBound	upper = {0};

	if (!IS_VALID_DATE(period.first) || !IS_VALID_DATE(period.end))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE), errmsg("date out of range")));
	lower.val = DateADTGetDatum((DateADT) period.first);
	upper.val = DateADTGetDatum((DateADT) period.end);
	return RangeTypePGetDatum(make_range(typcache, &lower, &upper, false, NULL));
}

/* How many of the days lie before this one. */
static int64
days_before(const DayCounts *sorted, int64 ndays, int64 day)
{
	int64		low = 0;
	int64		high = ndays;

	while (low < high)
	{
		int64		middle = low + (high - low) / 2;

		if (sorted[middle].day < day)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Adds a day to a sum; 22003 past int64. */
static void
day_counts_sum(DayCounts *sum, const DayCounts *day)
{
	for (int i = 0; i < DAY_COUNTERS; i++)
	{
		if (pg_add_s64_overflow(sum->counts[i], day->counts[i], &sum->counts[i]))
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("sum of counts out of range"),
					 errdetail("With %lld more it would pass int8.", (long long) day->counts[i]),
					 errhint("Ask for a shorter period.")));
	}
}

/* Counts of a period's days; no day outside it can make them pass int8. */
DayCounts
days_within(const DayCounts *sorted, int64 ndays, Period period)
{
	DayCounts	within = {{0}, 0};

	for (int64 i = days_before(sorted, ndays, period.first);
		 i < ndays && sorted[i].day < period.end; i++)
		day_counts_sum(&within, &sorted[i]);
	return within;
}

/*
 * period(unit, at): day, week (ISO 8601), month, quarter, half, year, or ytd,
 * which is 1 January up to and with the day.  22023 for any other unit.
 */
PG_FUNCTION_INFO_V1(period_make);
Datum
period_make(PG_FUNCTION_ARGS)
{
	PeriodUnit	unit = period_unit(PG_GETARG_TEXT_PP(0));
	DateADT		at = PG_GETARG_DATEADT(1);

	if (DATE_NOT_FINITE(at))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("an infinite date lies in no period")));
	return period_get_range(period_around(unit, at));
}
