/* src/zone.c: the day of an instant in a time zone, at the cost of a comparison */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/datetime.h"

#include "complaint_metrics.h"

/* Two a year where clocks change. */
#define ZONE_RANGES 128

/* One zone a backend, not in fn_extra, which Citus empties before each row. */
static ZoneRange ranges[ZONE_RANGES];
static int	nranges = 0;

/* The last name of a zone; none yet, as no name has this size. */
ZoneName	zone_last_name = {NULL, 0, 0, 0};

/* The range of the last instant; none yet, as no instant lies in it. */
ZoneRange	zone_last_range = {NULL, 0, 0, 0, 0, 0};

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

/* What zone_argument() does where it is not the last name. */
pg_tz *
zone_find_argument(FunctionCallInfo fcinfo, int n)
{
	text	   *name;
	Size		size;

	if (PG_ARGISNULL(n))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("time zone must not be null"),
				 errhint("Leave the argument out to take the days of the session's time zone.")));
	name = PG_GETARG_TEXT_PP(n);
	size = VARSIZE_ANY_EXHDR(name);
	zone_last_name.zone = zone_named(name);
	zone_last_name.size = 0;
	if (size >= sizeof(uint64) && size <= 2 * sizeof(uint64))
	{
		zone_last_name.size = VARHDRSZ + size;
		zone_last_name.head = zone_word(VARDATA_ANY(name));
		zone_last_name.tail = zone_word(VARDATA_ANY(name) + size - sizeof(uint64));
	}
	return zone_last_name.zone;
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

/*
 * The range of an instant, from its second on: only the end is known at once.
 * No day in it can be out of range, since dates go on for longer than times.
 */
static ZoneRange
zone_load_range(TimestampTz at, pg_tz *zone)
{
	TimestampTz from = floor_divide(at, USECS_PER_SEC) * USECS_PER_SEC;
	pg_time_t	second = from / USECS_PER_SEC + unix_epoch_to_postgres;
	pg_time_t	boundary;
	long int	offset;
	long int	next_offset;
	int			is_dst;
	int			known = 0;
	ZoneRange	range = {.zone = zone, .from = from, .until = DT_NOEND};

	/*
	 * Of the instant at which the last change in its table falls, in the year
	 * 2769, the server knows no change behind it; of all later ones it does.
	 */
	for (int i = 0; i < 2 && known == 0; i++, second++)
		known = pg_next_dst_boundary(&second, &offset, &is_dst, &boundary, &next_offset, &is_dst, zone);
	if (known < 0)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE), errmsg("timestamp out of range")));
	if (known > 0 && boundary - unix_epoch_to_postgres < DT_NOEND / USECS_PER_SEC)
		range.until = (boundary - unix_epoch_to_postgres) * USECS_PER_SEC;
	range.offset = offset * USECS_PER_SEC;
	range.day = valid_day(floor_divide(from + range.offset, USECS_PER_DAY));
	range.midnight = range.day * USECS_PER_DAY - range.offset;
	return range;
}

/* The place of the range that an instant lies in, which is loaded, or widened, where it is not there. */
static int
zone_find_range(TimestampTz at, pg_tz *zone)
{
	ZoneRange	range;
	int			i;

	if (nranges > 0 && ranges[0].zone != zone)
		nranges = 0;
	for (i = 0; i < nranges; i++)
	{
		if (at >= ranges[i].from && at < ranges[i].until)
			return i;
	}
	range = zone_load_range(at, zone);
	/* The beginning of a range moves down as earlier rows come. */
	for (i = 0; i < nranges; i++)
	{
		if (ranges[i].until == range.until && ranges[i].offset == range.offset)
			break;
	}
	if (i == ZONE_RANGES)
		nranges = i = 0;
	if (i == nranges)
		nranges++;
	ranges[i] = range;
	return i;
}

/* What zone_day() does where the last range does not hold the instant. */
DateADT
zone_find_day(TimestampTz at, pg_tz *zone)
{
	check_finite(at);
	zone_last_range = ranges[zone_find_range(at, zone)];
	return zone_day(at, zone);
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
