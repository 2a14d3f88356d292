/*
 * src/text.c: reading and writing the parts of which text forms are made
 *
 * The scan_ functions only look: they move *p past what they took and say
 * whether it was there, so that the one caller in each type raises the error.
 */
#include "postgres.h"

#include "common/int.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datetime.h"

#include "complaint_metrics.h"

static inline bool
scan_is_space(char c)
{
	/* isspace() would follow the locale */
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline void
scan_space(char **p)
{
	while (scan_is_space(**p))
		(*p)++;
}

/* One character, with space around it. */
bool
scan_char(char **p, char c)
{
	scan_space(p);
	if (**p != c)
		return false;
	(*p)++;
	scan_space(p);
	return true;
}

/* Digits, with space around them; false where they pass int8. */
bool
scan_count(char **p, int64 *count)
{
	char	   *start;

	scan_space(p);
	start = *p;
	*count = 0;
	for (; **p >= '0' && **p <= '9'; (*p)++)
	{
		if (pg_mul_s64_overflow(*count, 10, count) ||
			pg_add_s64_overflow(*count, **p - '0', count))
			return false;
	}
	if (*p == start)
		return false;
	scan_space(p);
	return true;
}

/* From least up to most digits, without space. */
static bool
scan_digits(char **p, int least, int most, int *value)
{
	int			ndigits = 0;

	*value = 0;
	for (; ndigits < most && **p >= '0' && **p <= '9'; ndigits++)
		*value = *value * 10 + (*(*p)++ - '0');
	return ndigits >= least;
}

/* Year-month-day with at least four digits of the year, and BC behind it where need be. */
bool
scan_date(char **p, DateADT *date)
{
	int			year;
	int			month;
	int			day;

	scan_space(p);
	if (!scan_digits(p, 4, 7, &year) || *(*p)++ != '-' ||
		!scan_digits(p, 2, 2, &month) || *(*p)++ != '-' || !scan_digits(p, 2, 2, &day))
		return false;
	if (year == 0)
		return false;
	if (strncmp(*p, " BC", 3) == 0)
	{
		*p += 3;
		year = 1 - year;
	}
	if (month < 1 || month > MONTHS_PER_YEAR ||
		day < 1 || day > day_tab[isleap(year)][month - 1] || !IS_VALID_JULIAN(year, month, day))
		return false;
	*date = date2j(year, month, day) - POSTGRES_EPOCH_JDATE;
	return IS_VALID_DATE(*date);
}

/* A date as scan_date() reads it, whatever DateStyle is. */
void
put_date(StringInfo buf, DateADT date)
{
	struct pg_tm tm;
	char		text[MAXDATELEN + 1];

	j2date(date + POSTGRES_EPOCH_JDATE, &tm.tm_year, &tm.tm_mon, &tm.tm_mday);
	EncodeDateOnly(&tm, USE_ISO_DATES, text);
	appendStringInfoString(buf, text);
}

void
put_count(StringInfo buf, int64 count)
{
	char		text[MAXINT8LEN + 1];

	appendBinaryStringInfo(buf, text, pg_lltoa(count, text));
}

/* Days between braces, ascending, each as scan_day reads it into zeroed counts. */
bool
scan_days(char **p, bool (*scan_day) (char **p, DayCounts *day), DayCounts **sorted, int64 *ndays)
{
	int64		room = 8;

	*ndays = 0;
	*sorted = palloc(room * sizeof(DayCounts));
	if (!scan_char(p, '{'))
		return false;
	if (scan_char(p, '}'))
		return true;
	do
	{
		DayCounts  *day;

		CHECK_FOR_INTERRUPTS();
		if (*ndays == room)
		{
			room *= 2;
			*sorted = repalloc_huge(*sorted, room * sizeof(DayCounts));
		}
		day = &(*sorted)[(*ndays)++];
		memset(day, 0, sizeof(DayCounts));
		if (!scan_day(p, day) || (*ndays > 1 && day->day <= day[-1].day))
			return false;
	} while (scan_char(p, ','));
	return scan_char(p, '}');
}

/* The same days as text. */
void
put_days(StringInfo buf, void (*put_day) (StringInfo buf, DateADT day, const int64 *counts),
		 const DayCounts *sorted, int64 ndays)
{
	appendStringInfoCharMacro(buf, '{');
	for (int64 i = 0; i < ndays; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (i > 0)
			appendStringInfoCharMacro(buf, ',');
		put_day(buf, sorted[i].day, sorted[i].counts);
	}
	appendStringInfoCharMacro(buf, '}');
}
