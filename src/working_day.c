/*
 * src/working_day.c: the calendar of working days
 *
 * Monday to Friday are worked, but for what the table working_day_exception
 * says.  A year that it has a row of is known, and each run of known years is
 * kept as two arrays, so that both directions are one access: how many working
 * days there are up to a day, and which day the n-th of them is.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/table.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/datetime.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "complaint_metrics.h"

/* A hostile table must not take all memory: this many are 40 MB. */
#define CALENDAR_YEARS_MAX 10000

#define DAYS_OF_DECEMBER 31

/* Whose notices load_holiday_notice() reads. */
#define NOTICE_YEAR_FIRST 2008
#define NOTICE_YEAR_LAST 2099

typedef struct CalendarException
{
	DateADT		day;
	bool		is_working;
} CalendarException;

typedef struct CalendarExceptions
{
	CalendarException *values;
	int			n;
	int			room;
} CalendarExceptions;

/* Known years one after the other. */
typedef struct CalendarRun
{
	DateADT		first;
	DateADT		end;			/* the day after the last */
	int32		ndays;			/* of them worked */
	int32	   *worked;			/* before the day first + i; one more than days, so up to end */
	DateADT    *days;			/* those that are worked, ascending */
} CalendarRun;

static OwnTable exception_table = {.name = "working_day_exception"};

/* As long as the table is fresh; in its context. */
static CalendarRun *runs;
static int	nruns;

static void
calendar_too_large(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("table \"%s\" has rows of more than %d years", exception_table.name, CALENDAR_YEARS_MAX),
			 errhint("Delete the years that nobody asks for.")));
}

static int
calendar_year(DateADT day)
{
	int			year;
	int			month;
	int			mday;

	j2date(day + POSTGRES_EPOCH_JDATE, &year, &month, &mday);
	return year;
}

/* 1 January, or the first day of all. */
static DateADT
calendar_year_first(int year)
{
	return Max(date2j(year, 1, 1), DATETIME_MIN_JULIAN) - POSTGRES_EPOCH_JDATE;
}

static int
calendar_compare(const void *a, const void *b)
{
	DateADT		x = ((const CalendarException *) a)->day;
	DateADT		y = ((const CalendarException *) b)->day;

	return (x > y) - (x < y);
}

static void
calendar_add_exception(CalendarExceptions *exceptions, CalendarException value)
{
	if (exceptions->n == exceptions->room)
	{
		if (exceptions->n >= CALENDAR_YEARS_MAX * 366)
			calendar_too_large();
		exceptions->room *= 2;
		exceptions->values = repalloc(exceptions->values, exceptions->room * sizeof(CalendarException));
	}
	exceptions->values[exceptions->n++] = value;
}

/* All rows, by day; a snapshot of their own shows what is committed now, also to a parallel worker. */
static CalendarExceptions
calendar_read(Relation table)
{
	CalendarExceptions exceptions = {.room = 512};
	AttrNumber	day = own_table_column(table, "day", DATEOID);
	AttrNumber	is_working = own_table_column(table, "is_working", BOOLOID);
	SysScanDesc scan = systable_beginscan(table, InvalidOid, false, NULL, 0, NULL);
	HeapTuple	row;

	exceptions.values = palloc(exceptions.room * sizeof(CalendarException));
	while (HeapTupleIsValid(row = systable_getnext(scan)))
	{
		CalendarException value;

		CHECK_FOR_INTERRUPTS();
		value.day = DatumGetDateADT(own_table_value(table, row, day));
		value.is_working = DatumGetBool(own_table_value(table, row, is_working));
		/* An infinite day, which a constraint forbids, lies in no year. */
		if (!DATE_NOT_FINITE(value.day))
			calendar_add_exception(&exceptions, value);
	}
	systable_endscan(scan);
	qsort(exceptions.values, exceptions.n, sizeof(CalendarException), calendar_compare);
	return exceptions;
}

/*
 * Finds the runs of years that are known; their days come later.  A row of
 * December makes no year known: the next year's notice may bring it, for a New
 * Year that begins before.
 */
static void
calendar_find_runs(const CalendarExceptions *exceptions)
{
	int			nyears = 0;

	for (int i = 0; i < exceptions->n; i++)
	{
		DateADT		day = exceptions->values[i].day;
		int			year = calendar_year(day);

		if ((nruns > 0 && day < runs[nruns - 1].end) || day >= calendar_year_first(year + 1) - DAYS_OF_DECEMBER)
			continue;
		if (++nyears > CALENDAR_YEARS_MAX)
			calendar_too_large();
		if (nruns == 0 || runs[nruns - 1].end != calendar_year_first(year))
			runs[nruns++].first = calendar_year_first(year);
		runs[nruns - 1].end = calendar_year_first(year + 1);
	}
}

/* Counts a run's days, for which the exceptions begin here; gives those that are left. */
static const CalendarException *
calendar_fill_run(CalendarRun *run, const CalendarException *next, const CalendarException *end)
{
	int			weekday = j2day(run->first + POSTGRES_EPOCH_JDATE);

	run->worked = palloc((run->end - run->first + 1) * sizeof(int32));
	run->days = palloc((run->end - run->first) * sizeof(DateADT));
	run->ndays = 0;
	while (next < end && next->day < run->first)
		next++;
	for (DateADT day = run->first; day < run->end; day++)
	{
		/* Sunday is 0, Saturday 6 */
		bool		is_working = weekday % 6 != 0;

		/* Without its primary key the table may say a day twice. */
		for (; next < end && next->day == day; next++)
			is_working = next->is_working;
		run->worked[day - run->first] = run->ndays;
		if (is_working)
			run->days[run->ndays++] = day;
		weekday = (weekday + 1) % 7;
	}
	run->worked[run->end - run->first] = run->ndays;
	return next;
}

static void
calendar_load(Oid function)
{
	Relation	table = own_table_open(&exception_table, function);
	CalendarExceptions exceptions = calendar_read(table);
	const CalendarException *next = exceptions.values;
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "working days", ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);

	nruns = 0;
	runs = palloc(Max(Min(exceptions.n, CALENDAR_YEARS_MAX), 1) * sizeof(CalendarRun));
	calendar_find_runs(&exceptions);
	for (int i = 0; i < nruns; i++)
	{
		CHECK_FOR_INTERRUPTS();
		next = calendar_fill_run(&runs[i], next, exceptions.values + exceptions.n);
	}
	MemoryContextSwitchTo(caller);
	pfree(exceptions.values);
	own_table_keep(&exception_table, table, context);
}

/* 22023 for a day of a year that the table has no row of, 22008 for one that is no date at all. */
static void
calendar_unknown(int64 day)
{
	int			year;

	if (!IS_VALID_DATE(day))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE), errmsg("date out of range")));
	year = calendar_year((DateADT) day);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("working days are not known for the year %d%s", year > 0 ? year : 1 - year, year > 0 ? "" : " BC"),
			 errdetail("Table \"%s\" has no row of that year before December.", exception_table.name),
			 year >= NOTICE_YEAR_FIRST && year <= NOTICE_YEAR_LAST ?
			 errhint("Give the State Council's notice for that year to load_holiday_notice(), or insert all its days.") :
			 errhint("Insert all its days.")));
}

/* The known years around a day; 22008 where it is infinite. */
static inline const CalendarRun *
calendar_run(Oid function, DateADT day)
{
	int			low = 0;
	int			high;

	if (DATE_NOT_FINITE(day))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("an infinite date lies in no year"),
				 errhint("Leave such rows out, or give NULL in place of infinity.")));
	if (!own_table_is_fresh(&exception_table, function))
		calendar_load(function);
	high = nruns;
	while (high - low > 1)
	{
		int			middle = (low + high) / 2;

		if (runs[middle].first <= day)
			low = middle;
		else
			high = middle;
	}
	if (nruns == 0 || day < runs[low].first || day >= runs[low].end)
		calendar_unknown(day);
	return &runs[low];
}

/* What add_working_days() does; the calendar is the one of this function's schema. */
DateADT
working_day_add(Oid function, DateADT day, int32 n)
{
	const CalendarRun *run = calendar_run(function, day);
	int64		nth;

	if (n == 0)
		return day;
	nth = (int64) run->worked[day - run->first + 1] + n;
	if (nth < 1)
		calendar_unknown((int64) run->first - 1);
	if (nth > run->ndays)
		calendar_unknown(run->end);
	return run->days[nth - 1];
}

/* The day itself if it is worked, else the next one that is. */
DateADT
working_day_from(Oid function, DateADT day)
{
	const CalendarRun *run = calendar_run(function, day);
	int32		before = run->worked[day - run->first];

	if (before == run->ndays)
		calendar_unknown(run->end);
	return run->days[before];
}

/*
 * is_working_day(day): whether the table working_day_exception says so, or
 * else whether it is a Monday to Friday.  NULL for NULL; 22023 in a year of
 * which the table has no row, 22008 for infinity.
 */
PG_FUNCTION_INFO_V1(is_working_day);
Datum
is_working_day(PG_FUNCTION_ARGS)
{
	DateADT		day = PG_GETARG_DATEADT(0);
	const CalendarRun *run = calendar_run(fcinfo->flinfo->fn_oid, day);
	const int32 *worked = &run->worked[day - run->first];

	PG_RETURN_BOOL(worked[1] > worked[0]);
}

/*
 * working_days(from, until): how many there are after the day from, up to and
 * with the day until; the other way round the same below zero.  NULL for NULL;
 * 22023 where a year from the one day to the other has no row, 22008 for
 * infinity.
 */
PG_FUNCTION_INFO_V1(working_days);
Datum
working_days(PG_FUNCTION_ARGS)
{
	DateADT		from = PG_GETARG_DATEADT(0);
	DateADT		until = PG_GETARG_DATEADT(1);
	const CalendarRun *run = calendar_run(fcinfo->flinfo->fn_oid, from);

	if (until < run->first || until >= run->end)
	{
		int64		between = until < from ? (int64) run->first - 1 : run->end;

		/* an error if it is not known; else a year between them is not */
		(void) calendar_run(fcinfo->flinfo->fn_oid, until);
		calendar_unknown(between);
	}
	PG_RETURN_INT32(run->worked[until - run->first + 1] - run->worked[from - run->first + 1]);
}

/*
 * add_working_days(day, n): the working day x for which working_days(day, x)
 * is n, back for a negative n; for 0 the day itself, also if it is off.  NULL
 * for NULL; 22023 where it comes into a year that has no row, 22008 for
 * infinity and where the calendar ends.
 */
PG_FUNCTION_INFO_V1(add_working_days);
Datum
add_working_days(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATEADT(working_day_add(fcinfo->flinfo->fn_oid, PG_GETARG_DATEADT(0), PG_GETARG_INT32(1)));
}
