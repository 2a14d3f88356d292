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
#include "utils/lsyscache.h"

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

/*
 * The text form of one of our types as a value of it: own input function, and
 * so its errors.  What it does an I/O conversion would do; but where there is
 * one PostgreSQL takes type(x) for it and never comes to an aggregate of the
 * type's name.
 */
PG_FUNCTION_INFO_V1(own_type_from_text);
Datum
own_type_from_text(PG_FUNCTION_ARGS)
{
	char	   *str = text_to_cstring(PG_GETARG_TEXT_PP(0));
	Oid			input;
	Oid			param;

	getTypeInputInfo(get_func_rettype(fcinfo->flinfo->fn_oid), &input, &param);
	PG_RETURN_DATUM(OidInputFunctionCall(input, str, param, -1));
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
bool
scan_digits(char **p, int least, int most, int *value)
{
	int			ndigits = 0;

	*value = 0;
	for (; ndigits < most && **p >= '0' && **p <= '9'; ndigits++)
		*value = *value * 10 + (*(*p)++ - '0');
	return ndigits >= least;
}

/* One character, without space around it. */
bool
scan_literal(char **p, char c)
{
	if (**p != c)
		return false;
	(*p)++;
	return true;
}

/* Year-month-day, the year with at least four digits. */
bool
scan_calendar(char **p, CalendarDay *calendar)
{
	return scan_digits(p, 4, 7, &calendar->year) && scan_literal(p, '-') &&
		scan_digits(p, 2, 2, &calendar->month) && scan_literal(p, '-') &&
		scan_digits(p, 2, 2, &calendar->day);
}

/* BC or nothing, which decides what day it was; false where there was none. */
bool
scan_era(char **p, const CalendarDay *calendar, int *julian)
{
	int			year = calendar->year;

	if (year == 0)
		return false;
	if (strncmp(*p, " BC", 3) == 0)
	{
		*p += 3;
		year = 1 - year;
	}
	if (calendar->month < 1 || calendar->month > MONTHS_PER_YEAR || calendar->day < 1 ||
		calendar->day > day_tab[isleap(year)][calendar->month - 1] ||
		!IS_VALID_JULIAN(year, calendar->month, calendar->day))
		return false;
	*julian = date2j(year, calendar->month, calendar->day);
	return true;
}

/* 2023-01-01, or 0044-03-15 BC, with space before it. */
bool
scan_date(char **p, DateADT *date)
{
	CalendarDay calendar;
	int			julian;

	scan_space(p);
	if (!scan_calendar(p, &calendar) || !scan_era(p, &calendar, &julian))
		return false;
	*date = julian - POSTGRES_EPOCH_JDATE;
	return IS_VALID_DATE(*date);
}

/* Year-month-day of a Julian day, in at most CALENDAR_MAX_CHARS; true for a year BC. */
bool
put_calendar(char **text, int julian)
{
	int			year;
	int			month;
	int			day;

	j2date(julian, &year, &month, &day);
	*text = pg_ultostr_zeropad(*text, year > 0 ? year : 1 - year, 4);
	*(*text)++ = '-';
	*text = pg_ultostr_zeropad(*text, month, 2);
	*(*text)++ = '-';
	*text = pg_ultostr_zeropad(*text, day, 2);
	return year <= 0;
}

/* A date as scan_date() reads it, whatever DateStyle is. */
void
put_date(StringInfo buf, DateADT date)
{
	char	   *text;
	bool		is_bc;

	enlargeStringInfo(buf, CALENDAR_MAX_CHARS);
	text = buf->data + buf->len;
	is_bc = put_calendar(&text, date + POSTGRES_EPOCH_JDATE);
	*text = '\0';
	buf->len = text - buf->data;
	if (is_bc)
		appendStringInfoString(buf, " BC");
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
