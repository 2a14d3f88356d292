/* src/inference.c: what of a rate, or of the gap between two, chance alone can make */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "utils/fmgrprotos.h"
#include "utils/typcache.h"

#include "complaint_metrics.h"

/*
 * The z beyond which, on either side, a standard normal falls with
 * probability alpha, from 1e-300 to 1.
 *
 * Newton's method on log erfc(z/sqrt 2) = log alpha.  That function is concave
 * and falls, so that from the right of the root no step passes it; we start
 * there since erfc(z/sqrt 2) <= exp(-z*z/2).  Rounding ends it after some six
 * steps, within 1e-15 times the greater of z and 1.
 */
double
normal_two_sided(double alpha)
{
	double		z = sqrt(-2 * log(alpha));
	double		last;

	do
	{
		double		tail = erfc(z * M_SQRT1_2);

		last = z;
		z += log(tail / alpha) * tail * sqrt(M_PI_2) * exp(z * z / 2);
	} while (z < last);
	return last;
}

/* The probability that argument n asks for; 22023 unless it is between 0 and 1. */
double
level_argument(FunctionCallInfo fcinfo, int n)
{
	double		level = PG_GETARG_FLOAT8(n);

	if (!(level > 0 && level < 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("confidence level out of range: %g", level),
				 errhint("Ask for a level between 0 and 1, such as 0.95.")));
	return level;
}

/* Both bounds are part of the range, which is never empty. */
Datum
closed_numrange(Numeric lower, Numeric upper)
{
	TypeCacheEntry *type = lookup_type_cache(NUMRANGEOID, TYPECACHE_RANGE_INFO);
	RangeBound	from = {.inclusive = true, .lower = true};
	RangeBound	to = {.inclusive = true};

	from.val = NumericGetDatum(lower);
	to.val = NumericGetDatum(upper);
	PG_RETURN_RANGE_P(make_range(type, &from, &to, false, NULL));
}

/* To the 15 digits that a double always keeps. */
static Numeric
double_to_numeric(double value)
{
	return DatumGetNumeric(DirectFunctionCall1(float8_numeric, Float8GetDatum(value)));
}

/*
 * confidence_interval(rate, level): Wilson's score interval, as proportions;
 * NULL for the empty rate, 22023 for a level not between 0 and 1.
 *
 * Wilson, Journal of the American Statistical Association 22 (1927), 209-212;
 * R's prop.test(hits, total, correct = FALSE).
 */
PG_FUNCTION_INFO_V1(rate_confidence_interval);
Datum
rate_confidence_interval(PG_FUNCTION_ARGS)
{
	Rate	   *rate = PG_GETARG_RATE_P(0);
	double		level = level_argument(fcinfo, 1);
	double		hits = rate->hits;
	double		misses = rate->total - rate->hits;
	double		total = rate->total;
	double		z;
	double		larger;
	double		lower;
	double		upper;

	if (rate->total == 0)
		PG_RETURN_NULL();

	/* The bounds are the roots of a quadratic; the smaller comes from their product, as a difference would cancel. */
	z = normal_two_sided(1 - level);
	larger = hits + z * (z + sqrt(z * z + 4 * hits * (misses / total))) / 2;
	upper = misses == 0 ? 1 : Min(larger / (total + z * z), 1);
	lower = hits == 0 ? 0 : Min(hits * (hits / total) / larger, upper);
	return closed_numrange(double_to_numeric(lower), double_to_numeric(upper));
}

/*
 * p_value(rate, rate): how likely rates at least so far apart are where both
 * have the same true one; two-sided z-test with the pooled rate, as R's
 * prop.test(c(hits1, hits2), c(total1, total2), correct = FALSE).  NULL where
 * either is empty, and where both are 0 % or both 100 %: nothing varies there.
 */
PG_FUNCTION_INFO_V1(rate_p_value);
Datum
rate_p_value(PG_FUNCTION_ARGS)
{
	Rate	   *a = PG_GETARG_RATE_P(0);
	Rate	   *b = PG_GETARG_RATE_P(1);
	double		hits = (double) a->hits + (double) b->hits;
	double		misses = (double) (a->total - a->hits) + (double) (b->total - b->hits);
	double		gap;
	double		z;

	if (a->total == 0 || b->total == 0 || hits == 0 || misses == 0)
		PG_RETURN_NULL();

	/* Two large rates can be equal to the last digit of a double and yet far apart. */
	gap = exact_cross(a->hits, b->total, b->hits, a->total);
	z = fabs(gap) * sqrt((hits + misses) / ((double) a->total * (double) b->total)) / sqrt(hits * misses);
	PG_RETURN_FLOAT8(erfc(z * M_SQRT1_2));
}
