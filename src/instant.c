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

/* Exactly so many digits. */
static bool
scan_digits(char **p, int width, int *value)
{
	*value = 0;
	for (int i = 0; i < width; i++, (*p)++)
	{
		if (**p < '0' || **p > '9')
			return false;
		*value = *value * 10 + (**p - '0');
	}
	return true;
}

static bool
scan_literal(char **p, char c)
{
	if (**p != c)
		return false;
	(*p)++;
	return true;
}

/* Four to six digits. */
static bool
scan_year(char **p, int *year)
{
	int			width = strspn(*p, "0123456789");

	return width >= 4 && width <= 6 && scan_digits(p, width, year);
}

/* Nothing, or a point and one to six digits; in microseconds. */
static bool
scan_fraction(char **p, int *fraction)
{
	int			width;

	*fraction = 0;
	if (**p != '.')
		return true;
	(*p)++;
	width = strspn(*p, "0123456789");
	if (width < 1 || width > MAX_TIMESTAMP_PRECISION || !scan_digits(p, width, fraction))
		return false;
	for (; width < MAX_TIMESTAMP_PRECISION; width++)
		*fraction *= 10;
	return true;
}

/* A finite instant in the form that put_instant writes; false, and *p where it was, for any other. */
bool
scan_instant(char **p, TimestampTz *instant)
{
	char	   *q = *p;
	int			year;
	int			month;
	int			day;
	int			hour;
	int			minute;
	int			second;
	int			fraction;

	if (!scan_year(&q, &year) || !scan_literal(&q, '-') ||
		!scan_digits(&q, 2, &month) || !scan_literal(&q, '-') ||
		!scan_digits(&q, 2, &day) || !scan_literal(&q, 'T') ||
		!scan_digits(&q, 2, &hour) || !scan_literal(&q, ':') ||
		!scan_digits(&q, 2, &minute) || !scan_literal(&q, ':') ||
		!scan_digits(&q, 2, &second) || !scan_fraction(&q, &fraction) || !scan_literal(&q, 'Z'))
		return false;
	if (year < 1 || month < 1 || month > MONTHS_PER_YEAR ||
		hour >= HOURS_PER_DAY || minute >= MINS_PER_HOUR || second >= SECS_PER_MINUTE)
		return false;
	if (strncmp(q, " BC", 3) == 0)
	{
		q += 3;
		year = 1 - year;
	}
	if (day < 1 || day > day_tab[isleap(year)][month - 1] || !IS_VALID_JULIAN(year, month, day))
		return false;
	day = date2j(year, month, day);
	if (day >= TIMESTAMP_END_JULIAN)
		return false;

	*instant = (day - POSTGRES_EPOCH_JDATE) * USECS_PER_DAY +
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
	int			year;
	int			month;
	int			day;

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
	j2date(days + POSTGRES_EPOCH_JDATE, &year, &month, &day);

	enlargeStringInfo(buf, INSTANT_MAX_CHARS);
	text = pg_ultostr_zeropad(buf->data + buf->len, year > 0 ? year : 1 - year, 4);
	*text++ = '-';
	text = pg_ultostr_zeropad(text, month, 2);
	*text++ = '-';
	text = pg_ultostr_zeropad(text, day, 2);
	*text++ = 'T';
	text = put_time(text, time);
	*text++ = 'Z';
	*text = '\0';
	buf->len = text - buf->data;
	if (year <= 0)
		appendStringInfoString(buf, " BC");
}
