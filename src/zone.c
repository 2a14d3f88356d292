/* src/zone.c: the day of an instant in a time zone, at the cost of a comparison */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/datetime.h"

#include "complaint_metrics.h"

/* Two a year where clocks change. */
#define ZONE_RANGES 128

/* Instants in which a zone keeps one offset. */
typedef struct ZoneRange
{
	TimestampTz from;
	TimestampTz until;
	int64		offset;			/* microseconds east of Greenwich */
} ZoneRange;

/* One zone a backend, not in fn_extra, which Citus empties before each row. */
static pg_tz *current_zone = NULL;
static ZoneRange ranges[ZONE_RANGES];
static int	nranges = 0;
static int	last_range = 0;

static const int64 unix_epoch_to_postgres =
	(int64) (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * SECS_PER_DAY;

static inline int64
floor_divide(int64 dividend, int64 divisor)
{
	return dividend / divisor - (dividend % divisor < 0);
}

/*
 * Whether a name is an offset, as UTC+8 or +08, which POSIX counts to the west
 * and most people to the east.  Only the names of Etc have digits otherwise.
 */
static bool
zone_is_offset(const char *name)
{
	return strpbrk(name, "0123456789") != NULL && pg_strncasecmp(name, "Etc/", 4) != 0;
}

/* Zone by its full name; 22023 where there is none, and for offsets and abbreviations. */
static pg_tz *
zone_named(const text *name)
{
	static char last_name[TZ_STRLEN_MAX + 1];
	static Size last_size = 0;
	static pg_tz *last_zone = NULL;
	Size		size = VARSIZE_ANY_EXHDR(name);
	char	   *str;

	if (last_zone != NULL && size == last_size &&
		memcmp(VARDATA_ANY(name), last_name, size) == 0)
		return last_zone;

	str = text_to_cstring(name);
	/* Abbreviations are left out too: CST is not China's to PostgreSQL. */
	last_zone = size <= TZ_STRLEN_MAX && !zone_is_offset(str) ? pg_tzset(str) : NULL;
	if (last_zone == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("time zone \"%s\" not recognized", str),
				 errhint("Give the name of a region in pg_timezone_names, such as \"Asia/Shanghai\".")));
	memcpy(last_name, VARDATA_ANY(name), size);
	last_size = size;
	return last_zone;
}

/* The zone that argument n names; NULL would leave the day to chance. */
pg_tz *
zone_argument(FunctionCallInfo fcinfo, int n)
{
	if (PG_ARGISNULL(n))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("time zone must not be null"),
				 errhint("Leave the argument out to take the days of the session's time zone.")));
	return zone_named(PG_GETARG_TEXT_PP(n));
}

/* Finds, widens or loads the range that an instant lies in. */
static void
zone_find_range(TimestampTz at, pg_tz *zone)
{
	pg_time_t	second = floor_divide(at, USECS_PER_SEC) + unix_epoch_to_postgres;
	pg_time_t	boundary;
	long int	offset;
	long int	next_offset;
	int			is_dst;
	int			known = 0;
	ZoneRange	range;

	if (zone != current_zone)
	{
		current_zone = zone;
		nranges = 0;
	}
	for (last_range = 0; last_range < nranges; last_range++)
	{
		if (at >= ranges[last_range].from && at < ranges[last_range].until)
			return;
	}

	/*
	 * Of the instant at which the last change in its table falls, in the year
	 * 2769, the server knows no change behind it; of all later ones it does.
	 */
	for (int i = 0; i < 2 && known == 0; i++, second++)
		known = pg_next_dst_boundary(&second, &offset, &is_dst, &boundary, &next_offset, &is_dst, zone);
	if (known < 0)
	{
		last_range = 0;
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE), errmsg("timestamp out of range")));
	}
	range.from = floor_divide(at, USECS_PER_SEC) * USECS_PER_SEC;
	range.until = DT_NOEND;
	if (known > 0 && boundary - unix_epoch_to_postgres < DT_NOEND / USECS_PER_SEC)
		range.until = (boundary - unix_epoch_to_postgres) * USECS_PER_SEC;
	range.offset = offset * USECS_PER_SEC;

	/*
	 * Only the end of a range is known at once; its beginning moves down as
	 * earlier rows come.
	 */
	for (last_range = 0; last_range < nranges; last_range++)
	{
		if (ranges[last_range].until == range.until && ranges[last_range].offset == range.offset)
			break;
	}
	if (last_range == nranges)
	{
		if (nranges == ZONE_RANGES)
			nranges = last_range = 0;
		nranges++;
	}
	ranges[last_range] = range;
}

static inline void
check_finite(Timestamp at)
{
	if (TIMESTAMP_NOT_FINITE(at))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("an infinite time has no day"),
				 errdetail("The time is %s.", TIMESTAMP_IS_NOEND(at) ? "infinity" : "-infinity"),
				 errhint("Leave such rows out, or give NULL in place of infinity.")));
}

static inline DateADT
valid_day(int64 day)
{
	if (!IS_VALID_DATE(day))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE), errmsg("date out of range")));
	return (DateADT) day;
}

/* The day on which an instant falls in the zone; 22008 for an infinite one. */
DateADT
zone_day(TimestampTz at, pg_tz *zone)
{
	if (zone != current_zone || nranges == 0 ||
		at < ranges[last_range].from || at >= ranges[last_range].until)
	{
		check_finite(at);
		zone_find_range(at, zone);
	}
	return valid_day(floor_divide(at + ranges[last_range].offset, USECS_PER_DAY));
}

/* The day of a timestamp without time zone; 22008 for an infinite one. */
DateADT
timestamp_day(Timestamp at)
{
	check_finite(at);
	return valid_day(floor_divide(at, USECS_PER_DAY));
}

/* The instant at which a day of the zone begins. */
TimestampTz
zone_midnight(DateADT day, pg_tz *zone)
{
	struct pg_tm tm = {0};
	TimestampTz midnight;

	j2date(day + POSTGRES_EPOCH_JDATE, &tm.tm_year, &tm.tm_mon, &tm.tm_mday);
	midnight = (TimestampTz) day * USECS_PER_DAY +
		DetermineTimeZoneOffset(&tm, zone) * USECS_PER_SEC;
	if (!IS_VALID_TIMESTAMP(midnight))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE), errmsg("timestamp out of range")));
	return midnight;
}
