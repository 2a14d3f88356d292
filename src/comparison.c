/* src/comparison.c: what a trend says of periods, one beside the other */
#include "postgres.h"

#include "access/htup_details.h"
#include "funcapi.h"
#include "utils/tuplestore.h"
#include "utils/typcache.h"

#include "complaint_metrics.h"

/* Counts of a period, of all days where the call names none. */
static DayCounts
trend_counts(FunctionCallInfo fcinfo)
{
	TrendDays	days = trend_days(PG_GETARG_TREND_P(0));
	Period		period = {PG_INT64_MIN, PG_INT64_MAX};

	if (PG_NARGS() > 1)
		period = period_from_range(PG_GETARG_RANGE_P(1));
	return days_within(days.sorted, days.ndays, period);
}

static Delta
trend_delta(const TrendDays *days, Period current, Period baseline)
{
	DayCounts	now = days_within(days->sorted, days->ndays, current);
	DayCounts	then = days_within(days->sorted, days->ndays, baseline);

	return delta_of_counts(now.counts, then.counts, TREND_VOLUME, TREND_HITS, TREND_DECIDED);
}

/* volume(trend [, period]): rows counted on the period's days. */
PG_FUNCTION_INFO_V1(trend_volume);
Datum
trend_volume(PG_FUNCTION_ARGS)
{
	DayCounts	within = trend_counts(fcinfo);

	PG_RETURN_INT64(within.counts[TREND_VOLUME]);
}

/* rate(trend [, period]): hits out of the decided on the period's days. */
PG_FUNCTION_INFO_V1(trend_rate);
Datum
trend_rate(PG_FUNCTION_ARGS)
{
	DayCounts	within = trend_counts(fcinfo);
	Rate	   *rate = palloc(sizeof(Rate));

	rate->hits = within.counts[TREND_HITS];
	rate->total = within.counts[TREND_DECIDED];
	PG_RETURN_POINTER(rate);
}

/* The first day with a volume; NULL for the empty trend. */
PG_FUNCTION_INFO_V1(trend_first_day);
Datum
trend_first_day(PG_FUNCTION_ARGS)
{
	int64		ndays;
	DayCounts  *sorted = days_sorted(PG_GETARG_TREND_P(0), &ndays);

	if (ndays == 0)
		PG_RETURN_NULL();
	PG_RETURN_DATEADT(sorted[0].day);
}

/* The last day with a volume; NULL for the empty trend. */
PG_FUNCTION_INFO_V1(trend_last_day);
Datum
trend_last_day(PG_FUNCTION_ARGS)
{
	int64		ndays;
	DayCounts  *sorted = days_sorted(PG_GETARG_TREND_P(0), &ndays);

	if (ndays == 0)
		PG_RETURN_NULL();
	PG_RETURN_DATEADT(sorted[ndays - 1].day);
}

/* delta(trend, current, baseline): two periods side by side; they may have no bounds. */
PG_FUNCTION_INFO_V1(trend_compare);
Datum
trend_compare(PG_FUNCTION_ARGS)
{
	TrendDays	days = trend_days(PG_GETARG_TREND_P(0));
	Delta		delta = trend_delta(&days, period_from_range(PG_GETARG_RANGE_P(1)),
									period_from_range(PG_GETARG_RANGE_P(2)));

	return delta_return(fcinfo, &delta);
}

/* yoy(trend, period), 同比: beside the same period one year before; 22023 without bounds. */
PG_FUNCTION_INFO_V1(trend_yoy);
Datum
trend_yoy(PG_FUNCTION_ARGS)
{
	TrendDays	days = trend_days(PG_GETARG_TREND_P(0));
	Period		period = period_from_bounded_range(PG_GETARG_RANGE_P(1));
	Delta		delta = trend_delta(&days, period, period_year_before(period));

	return delta_return(fcinfo, &delta);
}

/* pop(trend, period), 环比: beside the period just before; 22023 without bounds. */
PG_FUNCTION_INFO_V1(trend_pop);
Datum
trend_pop(PG_FUNCTION_ARGS)
{
	TrendDays	days = trend_days(PG_GETARG_TREND_P(0));
	Period		period = period_from_bounded_range(PG_GETARG_RANGE_P(1));
	Delta		delta = trend_delta(&days, period, period_just_before(period));

	return delta_return(fcinfo, &delta);
}

/* In the order of the columns of series(). */
enum
{
	SERIES_PERIOD,
	SERIES_VOLUME,
	SERIES_RATE,
	SERIES_POP,
	SERIES_YOY,
	SERIES_COLUMNS
};

static void
series_put_row(ReturnSetInfo *rsinfo, TupleDesc delta_desc, const TrendDays *days, Period period)
{
	Datum		values[SERIES_COLUMNS];
	bool		nulls[SERIES_COLUMNS] = {false};
	Delta		pop = trend_delta(days, period, period_just_before(period));
	Delta		yoy = trend_delta(days, period, period_year_before(period));

	values[SERIES_PERIOD] = period_get_range(period);
	values[SERIES_VOLUME] = Int64GetDatum(pop.volume);
	values[SERIES_RATE] = PointerGetDatum(&pop.rate);
	values[SERIES_POP] = delta_get_row(&pop, delta_desc);
	values[SERIES_YOY] = delta_get_row(&yoy, delta_desc);
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
}

/*
 * series(trend, unit): every period of the unit from the first day to the
 * last, those without a row too, with its pop and yoy.  22023 for a unit that
 * does not follow on itself.
 */
PG_FUNCTION_INFO_V1(trend_series);
Datum
trend_series(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	Series		series = series_start(PG_GETARG_TREND_P(0), PG_GETARG_TEXT_PP(1));
	MemoryContext per_row;
	TupleDesc	delta_desc;

	InitMaterializedSRF(fcinfo, 0);
	delta_desc = lookup_rowtype_tupdesc(TupleDescAttr(rsinfo->setDesc, SERIES_POP)->atttypid, -1);
	per_row = AllocSetContextCreate(CurrentMemoryContext, "series row", ALLOCSET_DEFAULT_SIZES);
	while (series_next(&series))
	{
		MemoryContext outer = MemoryContextSwitchTo(per_row);

		series_put_row(rsinfo, delta_desc, &series.days, series.period);
		MemoryContextSwitchTo(outer);
		MemoryContextReset(per_row);
	}
	MemoryContextDelete(per_row);
	ReleaseTupleDesc(delta_desc);
	return (Datum) 0;
}
