/*
 * src/text.c: reading and writing the parts of which text forms are made
 *
 * The scan_ functions only look: they move *p past what they took and say
 * whether it was there, so that the one caller in each type raises the error.
 */
#include "postgres.h"

#include "common/int.h"
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
