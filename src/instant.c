/*
 * src/instant.c: instants in text forms, in UTC, the same under every setting
 *
 * As in 2023-01-01T00:00:00Z, 2023-01-01T00:00:00.5Z, 12023-01-01T00:00:00Z and
 * 0044-03-15T00:00:00Z BC.  PostgreSQL reads all of these, but its own way in
 * and out goes through settings and costs several times as much.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/datetime.h"

#include "complaint_metrics.h"

#define INSTANT_MAX_CHARS 40

/* Nothing, or a point and one to six digits; in microseconds. */
static bool
scan_fraction(char **p, int *fraction)
{
	char	   *start;

	*fraction = 0;
	if (!scan_literal(p, '.'))
		return true;
	start = *p;
	if (!scan_digits(p, 1, MAX_TIMESTAMP_PRECISION, fraction))
		return false;
	for (int width = *p - start; width < MAX_TIMESTAMP_PRECISION; width++)
		*fraction *= 10;
	return true;
}

/* A finite instant in the form that put_instant writes; false, and *p where it was, for any other. */
bool
scan_instant(char **p, TimestampTz *instant)
{
	char	   *q = *p;
	CalendarDay calendar;
	int			hour;
	int			minute;
	int			second;
	int			fraction;
	int			julian;

	if (!scan_calendar(&q, &calendar) || !scan_literal(&q, 'T') ||
		!scan_digits(&q, 2, 2, &hour) || !scan_literal(&q, ':') ||
		!scan_digits(&q, 2, 2, &minute) || !scan_literal(&q, ':') ||
		!scan_digits(&q, 2, 2, &second) || !scan_fraction(&q, &fraction) ||
		!scan_literal(&q, 'Z') || !scan_era(&q, &calendar, &julian))
		return false;
	if (hour >= HOURS_PER_DAY || minute >= MINS_PER_HOUR || second >= SECS_PER_MINUTE ||
		julian >= TIMESTAMP_END_JULIAN)
		return false;

	*instant = (julian - POSTGRES_EPOCH_JDATE) * USECS_PER_DAY +
		((hour * MINS_PER_HOUR + minute) * SECS_PER_MINUTE + second) * USECS_PER_SEC + fraction;
	if (!IS_VALID_TIMESTAMP(*instant))
		return false;
	*p = q;
	return true;
}

/* hh:mm:ss.ffffff without trailing zeros, from the microseconds since midnight. */
static char *
put_time(char *text, int64 time)
{
	int			seconds = time / USECS_PER_SEC;
	int			fraction = time % USECS_PER_SEC;

	text = pg_ultostr_zeropad(text, seconds / SECS_PER_HOUR, 2);
	*text++ = ':';
	text = pg_ultostr_zeropad(text, seconds / SECS_PER_MINUTE % MINS_PER_HOUR, 2);
	*text++ = ':';
	text = pg_ultostr_zeropad(text, seconds % SECS_PER_MINUTE, 2);
	if (fraction != 0)
	{
		*text++ = '.';
		text = pg_ultostr_zeropad(text, fraction, MAX_TIMESTAMP_PRECISION);
		while (text[-1] == '0')
			text--;
	}
	return text;
}

/* A finite instant; an infinite one as PostgreSQL writes it, for messages. */
void
put_instant(StringInfo buf, TimestampTz instant)
{
	int64		days = instant / USECS_PER_DAY;
	int64		time = instant % USECS_PER_DAY;
	char	   *text;
	bool		is_bc;

	if (TIMESTAMP_NOT_FINITE(instant))
	{
		appendStringInfoString(buf, TIMESTAMP_IS_NOEND(instant) ? LATE : EARLY);
		return;
	}
	if (time < 0)
	{
		time += USECS_PER_DAY;
		days--;
	}

	enlargeStringInfo(buf, INSTANT_MAX_CHARS);
	text = buf->data + buf->len;
	is_bc = put_calendar(&text, days + POSTGRES_EPOCH_JDATE);
	*text++ = 'T';
	text = put_time(text, time);
	*text++ = 'Z';
	*text = '\0';
	buf->len = text - buf->data;
	if (is_bc)
		appendStringInfoString(buf, " BC");
}
