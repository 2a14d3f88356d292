/* src/series.c: the whole units of a trend, one after the other */
#include "postgres.h"

#include "miscadmin.h"

#include "complaint_metrics.h"

TrendDays
trend_days(const Days *trend)
{
	TrendDays	days;

	days.sorted = days_sorted(trend, &days.ndays);
	return days;
}

/* Stands before the unit of the first day; 22023 for a unit that does not follow on itself. */
Series
series_start(const Days *trend, const text *unit)
{
	Series		series = {trend_days(trend), period_unit(unit), {0, 0}};

	if (series.unit == PERIOD_YTD)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the year to date makes no series"),
				 errhint("Known are day, week, month, quarter, half and year.")));
	if (series.days.ndays > 0)
		series.period.end = series.days.sorted[0].day;
	return series;
}

/* Goes on to the next unit, with or without a row in it; false behind that of the last day. */
bool
series_next(Series *series)
{
	const TrendDays *days = &series->days;

	CHECK_FOR_INTERRUPTS();
	if (days->ndays == 0 || series->period.end > days->sorted[days->ndays - 1].day)
		return false;
	series->period = period_around(series->unit, (DateADT) series->period.end);
	return true;
}

/* Rows counted in the unit. */
int64
series_volume(const Series *series)
{
	return days_within(series->days.sorted, series->days.ndays, series->period).counts[TREND_VOLUME];
}
