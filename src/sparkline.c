/* src/sparkline.c: a trend as a line of block characters */
#include "postgres.h"

#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "complaint_metrics.h"

#define LEVELS 8
#define LEVEL_MIDDLE 3

/* U+2581 to U+2588 in UTF-8, all of a width. */
static const char *const blocks[LEVELS] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};

#define BLOCK_BYTES 3

/* How far above the least a count stands at each level. */
typedef struct Scale
{
	int64		least;
	int64		from[LEVELS];
} Scale;

/* 54000 before hours are spent on a value that cannot be: only days can be so many. */
static void
check_length(const Series *series)
{
	const TrendDays *days = &series->days;
	int64		length = (int64) days->sorted[days->ndays - 1].day - days->sorted[0].day + 1;

	if (series->unit == PERIOD_DAY && length > (int64) ((MaxAllocSize - VARHDRSZ) / BLOCK_BYTES))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("sparkline too long"),
				 errdetail("It would have %lld characters.", (long long) length),
				 errhint("Ask for a longer unit, such as month.")));
}

/*
 * The scale of a series that stands before its first unit.  Level i is the
 * nearest from (2i - 1) / 14 of the range on, rounded up to a count; quotient
 * and remainder apart, as the product can pass int64.
 */
static Scale
scale_of(Series series)
{
	Scale		scale = {PG_INT64_MAX, {0}};
	int64		most = 0;
	int64		range;

	while (series_next(&series))
	{
		int64		volume = series_volume(&series);

		scale.least = Min(scale.least, volume);
		most = Max(most, volume);
	}
	range = most - scale.least;
	for (int i = 1; i < LEVELS; i++)
	{
		int			halves = 2 * i - 1;
		int			all = 2 * (LEVELS - 1);

		scale.from[i] = range / all * halves + (range % all * halves + all - 1) / all;
	}
	return scale;
}

/* Where nothing varies there is no least and no most: the middle. */
static int
scale_level(const Scale *scale, int64 volume)
{
	int			level = 0;

	if (scale->from[LEVELS - 1] == 0)
		return LEVEL_MIDDLE;
	while (level < LEVELS - 1 && volume - scale->least >= scale->from[level + 1])
		level++;
	return level;
}

/*
 * sparkline(trend, unit): a block for every unit of series(), from the least
 * count (one eighth) to the most (full), the nearest eighth between; half
 * blocks where all counts are equal, '' for the empty trend.  22023 for a
 * unit that makes no series, 54000 past 1 GB, 22P05 where the server's
 * encoding has no blocks.
 */
PG_FUNCTION_INFO_V1(trend_sparkline);
Datum
trend_sparkline(PG_FUNCTION_ARGS)
{
	Series		series = series_start(PG_GETARG_TREND_P(0), PG_GETARG_TEXT_PP(1));
	const char *converted[LEVELS];
	StringInfoData buf;
	Scale		scale;

	if (series.days.ndays == 0)
		PG_RETURN_TEXT_P(cstring_to_text(""));
	check_length(&series);
	for (int i = 0; i < LEVELS; i++)
		converted[i] = pg_any_to_server(blocks[i], BLOCK_BYTES, PG_UTF8);
	scale = scale_of(series);

	/* a text is laid out as a bytea is, and this makes no second copy of up to 1 GB */
	pq_begintypsend(&buf);
	while (series_next(&series))
		appendStringInfoString(&buf, converted[scale_level(&scale, series_volume(&series))]);
	PG_RETURN_TEXT_P((text *) pq_endtypsend(&buf));
}
