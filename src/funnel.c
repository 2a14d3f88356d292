/*
 * src/funnel.c: how far chance alone takes a rate from its target
 *
 * A quantile of the binomial distribution, for any number of cases, from one
 * formula: F(k), the chance of at most k hits among n, is the chance of just k
 * times an integral that neither cancels nor overflows,
 *
 *	F(k) = pmf(k) * (n - k) * p * integral over v from 0 to 1/p of
 *		((1 + q * v) ^ k * (1 - p * v) ^ (n - k - 1)),
 *
 * which is the incomplete beta function, seen from p in steps of p * q.  Its
 * logarithm is linear in v but for two deviations that log1p_lag() gives
 * without loss.  All in the exponent but the linear term, whose factor is
 * exact, is below zero, so that rounding alone counts: with e of 2 ^ -53, the
 * relative error of F stays under (10 + 5 * log(1 / F)) * e, as the exponent
 * of pmf(k) is at most log(1 / F) and its terms are within 5 e of themselves;
 * the quadrature adds less than e.  At a level of 0.998 that is 5e-15, up to
 * 1 - 1e-12 2e-14.
 */
#include "postgres.h"

#include <float.h>
#include <math.h>

#include "utils/fmgrprotos.h"

#include "complaint_metrics.h"

/* Hits among n, where each case is one with the probability p = hits / total. */
typedef struct Binomial
{
	int64		n;
	int64		hits;
	int64		total;
	double		p;
	double		q;				/* 1 - p, without its cancellation */
	double		sd;
} Binomial;

/* P(X <= k) */
typedef struct Tail
{
	double		log;
	double		times;			/* how many times P(X = k) it is */
} Tail;

/*
 * x - log(1 + x), which is near x * x / 2; by the series of 2 atanh(r) where
 * the difference would cancel.
 */
static double
log1p_lag(double x)
{
	double		r = x / (2 + x);
	double		y = r * r;
	double		sum = 0;

	if (fabs(r) > 1.0 / 3)
		return x - log1p(x);
	for (int i = 33; i >= 3; i -= 2)
		sum = y * (sum + 1.0 / i);
	return r * (x - 2 * sum);
}

/* log(n!) less Stirling's formula for it. */
static double
stirling_error(double n)
{
	static const double of_small[] = {
		0, 0.0810614667953272582, 0.0413406959554092941, 0.0276779256849983391,
		0.0207906721037650931, 0.0166446911898211922, 0.013876128823070748, 0.0118967099458917701,
		0.0104112652619720965, 0.00925546218271273292, 0.00833056343336287126, 0.00757367548795184079,
		0.00694284010720952987, 0.00640899418800420707, 0.00595137011275884774, 0.00555473355196280137
	};
	double		nn = n * n;

	if (n < lengthof(of_small))
		return of_small[(int) n];
	return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - (1.0 / 1188 - 691.0 / 360360 / nn)
													/ nn) / nn) / nn) / nn) / n;
}

/* count * log(count / mean) - (count - mean), whose last term is known exactly. */
static double
deviance(double count, double mean, double mean_less_count)
{
	double		relative = mean_less_count / count;

	/* 1 + relative would lose what a small mean is. */
	if (relative < -0.5)
		return mean_less_count - count * log(mean / count);
	return count * log1p_lag(relative);
}

/*
 * log(times * P(X = k)), of k from 1 to n - 1 and n * p - k; Loader, Fast and
 * Accurate Computation of Binomial Probabilities (2000).  The factor is one
 * with the root as both can be large, and their logarithms would cancel.
 */
static double
log_times_pmf(const Binomial *b, int64 k, double below_mean, double times)
{
	double		n = b->n;
	double		hits = k;
	double		misses = b->n - k;

	return log(times * sqrt(n / (2 * M_PI) / hits / misses))
		+ stirling_error(n) - stirling_error(hits) - stirling_error(misses)
		- deviance(hits, n * b->p, below_mean) - deviance(misses, n * b->q, -below_mean);
}

/* The integral of F(k) from v to v + width, by the 16 points of Gauss and Legendre. */
static double
tail_panel(const Binomial *b, int64 k, double slope, double v, double width)
{
	static const double points[][2] = {
		{0.989400934991649933, 0.0271524594117540949}, {0.944575023073232576, 0.0622535239386478929},
		{0.865631202387831744, 0.0951585116824927848}, {0.755404408355003034, 0.124628971255533872},
		{0.617876244402643748, 0.149595988816576732}, {0.458016777657227386, 0.169156519395002538},
		{0.281603550779258913, 0.182603415044923589}, {0.0950125098376374402, 0.189450610455068496}
	};
	double		sum = 0;

	for (int i = 0; i < 2 * (int) lengthof(points); i++)
	{
		const double *point = points[i / 2];
		double		at = v + width * (1 + (i % 2 == 0 ? point[0] : -point[0])) / 2;

		sum += point[1] * exp(-slope * at - k * log1p_lag(b->q * at)
							  - (b->n - k - 1) * log1p_lag(-b->p * at));
	}
	return sum * width / 2;
}

/*
 * P(X <= k), for k from 1 to n - 1, not far above the mean.  The integrand is
 * log-concave and falls from near 1 at the rate of the slope, or as a normal
 * density of this sd in 1/v does; over four times the shorter of these it is so
 * smooth that 16 points leave an error of 1e-16 (their remainder holds the
 * derivative of order 32, here 4 ^ 32 * sqrt(32!) at most).
 */
static Tail
binomial_tail(const Binomial *b, int64 k)
{
	double		below_mean = exact_cross(b->n, b->hits, k, b->total) / b->total;
	double		slope = below_mean - b->p;
	double		end = 1 / b->p;
	double		width = end / ceil(end * (Max(slope, 0) + b->sd) / 4);
	double		sum = 0;
	double		times;
	double		part;
	double		v = 0;

	do
	{
		part = tail_panel(b, k, slope, v, width);
		sum += part;
		v += width;
	} while (part > sum * (DBL_EPSILON / 8) && v < end - width / 2);
	times = (b->n - k) * b->p * sum;
	return (Tail) {log_times_pmf(b, k, below_mean, times), times};
}

/* k + steps, but after low and before high. */
static int64
step_between(int64 k, double steps, int64 low, int64 high)
{
	if (steps >= high - k)
		return high - 1;
	if (steps <= low - k)
		return low + 1;
	return Max(Min(k + (int64) steps, high - 1), low + 1);
}

/*
 * The smallest k with P(X <= k) >= prob, which is at most about a half; z is
 * the normal's quantile for it.
 *
 * Newton's method on log F, from left of the mean and with the fall from k to
 * k - 1 as its slope: log F is concave, so that no step from the left passes
 * the root.  It only proposes the next k; what ends the search, after some four
 * steps, are two neighbours on either side of prob.
 */
static int64
binomial_quantile(int64 n, int64 hits, int64 total, double prob, double z)
{
	Binomial	b = {n, hits, total, (double) hits / total, (double) (total - hits) / total, 0};
	int64		low = 0;		/* F(low) < prob */
	int64		high = n;		/* F(high) >= prob */
	int64		k;

	/* F(0) = q ^ n */
	if (n * (b.p < 0.5 ? log1p(-b.p) : log(b.q)) >= log(prob))
		return 0;
	if (hits == total)
		return n;

	b.sd = sqrt(b.p * b.q) * sqrt(n);
	/* From the nearer end, as doubles of large counts lie farther apart than chance may take them. */
	if (b.p < 0.5)
		k = step_between(0, n * b.p - z * b.sd, low, high);
	else
		k = step_between(n, -(n * b.q + z * b.sd), low, high);
	while (high - low > 1)
	{
		Tail		tail = binomial_tail(&b, k);
		double		lack = log(prob) - tail.log;

		Assert(!isnan(lack));
		if (lack > 0)
			low = k;
		else
			high = k;
		k = step_between(k, ceil(lack / -log1p(-Min(1 / tail.times, 1))), low, high);
	}
	return high;
}

/*
 * How far from a tail's probability a sum of chances still is that probability:
 * of 2 cases at 1/2 and the level 0.5, none has the chance of 0.25 exactly.
 * R's qbinom allows for its rounding alike.  No more cases than these have so
 * few digits in their chances as a level has; there the level's own rounding counts.
 */
static double
tie_width(int64 n, double tail)
{
	return 64 * DBL_EPSILON * tail + (n <= 64 ? DBL_EPSILON / 8 : 0);
}

/* As the rate k/n is in numeric, so that a range holds a rate on its limit. */
static Numeric
proportion(int64 k, int64 n)
{
	return DatumGetNumeric(DirectFunctionCall1(numeric_trim_scale, NumericGetDatum(exact_quotient(k, n))));
}

/*
 * funnel_limits(total, target, level): between which proportions, both
 * included, the hits of so many cases fall with this probability where the
 * true rate is the target.  NULL where the total is 0 or the target is the
 * empty rate; 22023 for a total below 0 and a level not between 0 and 1.
 *
 * Spiegelhalter, Statistics in Medicine 24 (2005), 1185-1202, not interpolated:
 * R's qbinom((1 - level) / 2, total, target) / total, and the same of the
 * upper tail.  That one is the lower tail of the misses.
 */
PG_FUNCTION_INFO_V1(rate_funnel_limits);
Datum
rate_funnel_limits(PG_FUNCTION_ARGS)
{
	int64		total = PG_GETARG_INT64(0);
	Rate	   *target = PG_GETARG_RATE_P(1);
	double		outside = 1 - level_argument(fcinfo, 2);
	double		z = normal_two_sided(outside);
	double		tie = tie_width(total, outside / 2);
	int64		misses = target->total - target->hits;
	int64		lower;
	int64		upper;

	if (total < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("total out of range: %lld", (long long) total),
				 errhint("Give the number of cases, 0 or more.")));
	if (total == 0 || target->total == 0)
		PG_RETURN_NULL();

	/* In a tie F(k) counts as reached, as in R: the hits' tail may equal its probability, the misses' has to pass it. */
	lower = binomial_quantile(total, target->hits, target->total, outside / 2 - tie, z);
	upper = total - binomial_quantile(total, misses, target->total, outside / 2 + tie, z);
	return closed_numrange(proportion(lower, total), proportion(upper, total));
}
