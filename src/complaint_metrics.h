/* src/complaint_metrics.h: what more than one file needs */
#ifndef COMPLAINT_METRICS_H
#define COMPLAINT_METRICS_H

#include "fmgr.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

/* Soft errors came with PostgreSQL 16; before, every error is raised. */
#if PG_VERSION_NUM < 160000
#define ereturn(context, dummy, ...) \
	do { \
		(void) (context); \
		ereport(ERROR, __VA_ARGS__); \
		return dummy; \
	} while (0)
#endif

/* rate.c */
typedef struct Rate
{
	int64		hits;			/* rows that count as a success */
	int64		total;			/* rows that count at all */
} Rate;

#define DatumGetRateP(X) ((Rate *) DatumGetPointer(X))
#define PG_GETARG_RATE_P(n) DatumGetRateP(PG_GETARG_DATUM(n))

static inline bool
rate_valid(const Rate *rate)
{
	return rate->hits >= 0 && rate->hits <= rate->total;
}

extern int	rate_compare(const Rate *a, const Rate *b);

/* exact.c */
extern Numeric exact_int(int64 value);
extern Numeric exact_product(int64 a, int64 b);
extern Numeric exact_difference(Numeric a, Numeric b);
extern Numeric exact_ratio(Numeric numerator, Numeric denominator, int scale, int digits);

/* text.c */
extern bool scan_count(char **p, int64 *count);
extern bool scan_char(char **p, char c);

#endif
