/* src/alerts.c: units of a trend whose count is larger than those before let expect */
#include "postgres.h"

#include <math.h>

#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"

#include "complaint_metrics.h"

typedef enum AlertMethod
{
	ALERT_C1,
	ALERT_C2,
	ALERT_C3,
	ALERT_CUSUM
} AlertMethod;

/* In the order of AlertMethod. */
static const char *const method_names[] = {"ears_c1", "ears_c2", "ears_c3", "cusum"};

/* Two values are the least that vary, and R's earsC asks for one more; the most bounds the work for a unit. */
#define BASELINE_MIN 3
#define BASELINE_MAX 1000

/* Units between the baseline and the one judged, lest a surge raise its own threshold; C1 has none. */
#define GAP 2

/* What each step of the CUSUM gives back, in standard deviations; half of the shift that it is best at. */
#define CUSUM_REFERENCE 0.5

/* Siegmund's correction for a sum that passes its limit by steps. */
#define CUSUM_OVERSHOOT 1.166

/* What is asked for, and what has to be remembered of the units so far. */
typedef struct Alert
{
	AlertMethod method;
	int			gap;
	int			baseline;
	double		limit;			/* in standard deviations: z, of cusum h */
	double		min_deviation;
	int64		seen;			/* units so far */
	int64		waiting[GAP];	/* counts of the last ones, oldest first, not in the baseline yet */
	int64	   *counts;			/* of the baseline, in any order */
	double		mean;			/* of the baseline */
	double		deviation;		/* its sample standard deviation, at least min_deviation */
	double		threshold;		/* what a count has to pass for an alarm */
	double		excess[GAP];	/* C3: of the units in the gap, oldest first */
	double		sum;			/* cusum */
} Alert;

/* In the order of the columns of alerts(). */
enum
{
	ALERT_DAY,
	ALERT_OBSERVED,
	ALERT_EXPECTED,
	ALERT_THRESHOLD,
	ALERT_ALARM,
	ALERT_COLUMNS
};

/* In the order of the arguments of alerts(). */
enum
{
	ARG_TREND,
	ARG_METHOD,
	ARG_UNIT,
	ARG_BASELINE,
	ARG_ALPHA,
	ARG_MIN_DEVIATION
};

static void
check_not_null(FunctionCallInfo fcinfo, int n, const char *name)
{
	if (PG_ARGISNULL(n))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s must not be null", name),
				 errhint("Leave the argument out to take its default.")));
}

static AlertMethod
alert_method(const text *name)
{
	char	   *str = text_to_cstring(name);

	for (int i = 0; i < (int) lengthof(method_names); i++)
	{
		if (pg_strcasecmp(str, method_names[i]) == 0)
			return (AlertMethod) i;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown method of alerts: \"%s\"", str),
			 errhint("Known are ears_c1, ears_c2, ears_c3 and cusum.")));
}

/* The z above which a standard normal falls with probability alpha. */
static double
normal_upper(double alpha)
{
	return alpha <= 0.5 ? normal_two_sided(2 * alpha) : -normal_two_sided(2 * (1 - alpha));
}

/*
 * The h at which a CUSUM of standard normals alarms once in 1 / alpha units
 * on average: of b = h + 1.166, exp(b) - b - 1 = 1 / (2 alpha), as twice the
 * reference is 1.
 *
 * Newton's method from the right of the root of a convex function that rises,
 * so that no step passes it; rounding ends it.
 */
static double
cusum_limit(double alpha)
{
	double		target = 0.5 / alpha;
	double		b = 1 + log1p(target);
	double		last;

	do
	{
		last = b;
		b -= (expm1(b) - b - target) / expm1(b);
	} while (b < last);
	return last - CUSUM_OVERSHOOT;
}

static double
alert_limit(AlertMethod method, double alpha)
{
	double		limit;

	/* Below, numbers of the normal distribution leave the range of a double. */
	if (!(alpha >= 1e-300 && alpha < 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("alpha out of range: %g", alpha),
				 errhint("Ask for a probability from 1e-300 to below 1, such as 0.001.")));
	limit = method == ALERT_CUSUM ? cusum_limit(alpha) : normal_upper(alpha);
	if (method == ALERT_CUSUM && limit <= 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("alpha out of range: %g", alpha),
				 errdetail("The limit of its sum would be %g standard deviations.", limit),
				 errhint("Ask for at most 0.47, or for another method.")));
	return limit;
}

/* The alert that the arguments describe, before its first unit. */
static Alert
alert_from_arguments(FunctionCallInfo fcinfo)
{
	Alert		alert = {0};
	double		alpha;

	check_not_null(fcinfo, ARG_METHOD, "method");
	check_not_null(fcinfo, ARG_UNIT, "unit");
	check_not_null(fcinfo, ARG_BASELINE, "baseline");
	check_not_null(fcinfo, ARG_MIN_DEVIATION, "min_deviation");
	alert.method = alert_method(PG_GETARG_TEXT_PP(ARG_METHOD));
	alert.gap = alert.method == ALERT_C1 ? 0 : GAP;
	alert.baseline = PG_GETARG_INT32(ARG_BASELINE);
	if (alert.baseline < BASELINE_MIN || alert.baseline > BASELINE_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("baseline out of range: %d", alert.baseline),
				 errhint("Ask for %d to %d units.", BASELINE_MIN, BASELINE_MAX)));
	alpha = alert.method == ALERT_C3 ? 0.025 : 0.001;
	if (!PG_ARGISNULL(ARG_ALPHA))
		alpha = PG_GETARG_FLOAT8(ARG_ALPHA);
	alert.limit = alert_limit(alert.method, alpha);
	alert.min_deviation = PG_GETARG_FLOAT8(ARG_MIN_DEVIATION);
	if (!(alert.min_deviation >= 0 && isfinite(alert.min_deviation)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("min_deviation out of range: %g", alert.min_deviation),
				 errhint("Give a number of rows, 0 or more.")));
	alert.counts = palloc(alert.baseline * sizeof(int64));
	return alert;
}

/* Mean and sample standard deviation of the baseline, from distances to its least: counts may be large and vary little. */
static void
alert_measure(Alert *alert)
{
	int64		least = alert->counts[0];
	double		sum = 0;
	double		squares = 0;
	double		mean;

	for (int i = 1; i < alert->baseline; i++)
		least = Min(least, alert->counts[i]);
	for (int i = 0; i < alert->baseline; i++)
		sum += (double) (alert->counts[i] - least);
	mean = sum / alert->baseline;
	for (int i = 0; i < alert->baseline; i++)
	{
		double		distance = (double) (alert->counts[i] - least) - mean;

		squares += distance * distance;
	}
	alert->mean = (double) least + mean;
	alert->deviation = Max(sqrt(squares / (alert->baseline - 1)), alert->min_deviation);
}

static void
alert_set_threshold(Alert *alert)
{
	double		limit = alert->limit;

	if (alert->method == ALERT_C3)
		limit -= alert->excess[0] + alert->excess[1];
	else if (alert->method == ALERT_CUSUM)
		limit += CUSUM_REFERENCE - alert->sum;
	alert->threshold = alert->mean + alert->deviation * limit;
	if (alert->method == ALERT_C3)
		alert->threshold = Max(0, alert->threshold);
}

static bool
alert_alarms(const Alert *alert, int64 observed)
{
	return (double) observed > alert->threshold;
}

/* What C3 and cusum remember of a unit; above a baseline that does not vary an excess has no measure and is none. */
static void
alert_remember(Alert *alert, int64 observed)
{
	double		distance = 0;

	if (alert->deviation > 0)
		distance = ((double) observed - alert->mean) / alert->deviation;
	alert->excess[0] = alert->excess[1];
	alert->excess[1] = Max(0, distance - 1);
	alert->sum = Max(0, alert->sum + distance - CUSUM_REFERENCE);
	if (alert_alarms(alert, observed))
		alert->sum = 0;
}

/* A count comes into the baseline, in the place of its oldest, when `gap` others have followed. */
static void
alert_push(Alert *alert, int64 observed)
{
	int64		entering = observed;

	if (alert->gap > 0)
	{
		entering = alert->waiting[0];
		alert->waiting[0] = alert->waiting[1];
		alert->waiting[1] = observed;
	}
	if (alert->seen >= alert->gap)
		alert->counts[(alert->seen - alert->gap) % alert->baseline] = entering;
	alert->seen++;
}

static void
alert_put_row(ReturnSetInfo *rsinfo, const Alert *alert, int64 day, int64 observed)
{
	Datum		values[ALERT_COLUMNS];
	bool		nulls[ALERT_COLUMNS] = {false};

	values[ALERT_DAY] = DateADTGetDatum((DateADT) day);
	values[ALERT_OBSERVED] = Int64GetDatum(observed);
	values[ALERT_EXPECTED] = Float8GetDatum(alert->mean);
	values[ALERT_THRESHOLD] = Float8GetDatum(alert->threshold);
	values[ALERT_ALARM] = BoolGetDatum(alert_alarms(alert, observed));
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
}

/*
 * alerts(trend, method, unit, baseline, alpha, min_deviation): the units of
 * the trend, from the first that has its whole baseline before it, with the
 * count that was expected and the one above which it is an alarm.
 *
 * No rows for a NULL trend.  alpha NULL is 0.001, of ears_c3 0.025; any other
 * NULL is 22004.  22023 for an unknown method or unit, a baseline not from 3
 * to 1000 units, an alpha not between 0 and 1 (of cusum, below 0.48), and a
 * min_deviation below 0 or not finite.
 *
 * C1 to C3: Hutwagner et al., Journal of Urban Health 80, Suppl. 1 (2003),
 * i89-i96, and Fricker et al., Statistics in Medicine 27 (2008), 3407-3429.
 * C1 and C2 are R's surveillance::earsC; C3 is as its help page says, where
 * its code has the count itself in place of the mean.  cusum: Page,
 * Biometrika 41 (1954), 100-115, its limit by Siegmund, Sequential Analysis
 * (1985), begun anew after an alarm as in Montgomery, Statistical Quality
 * Control.
 */
PG_FUNCTION_INFO_V1(trend_alerts);
Datum
trend_alerts(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	Alert		alert;
	Series		series;
	int64		first;

	InitMaterializedSRF(fcinfo, 0);
	if (PG_ARGISNULL(ARG_TREND))
		return (Datum) 0;
	alert = alert_from_arguments(fcinfo);
	series = series_start(PG_GETARG_TREND_P(ARG_TREND), PG_GETARG_TEXT_PP(ARG_UNIT));

	/* C3 needs the excess of two units, each above a baseline of its own. */
	first = alert.baseline + alert.gap + (alert.method == ALERT_C3 ? GAP : 0);
	while (series_next(&series))
	{
		int64		observed = series_volume(&series);

		if (alert.seen >= alert.baseline + alert.gap)
		{
			alert_measure(&alert);
			alert_set_threshold(&alert);
			if (alert.seen >= first)
				alert_put_row(rsinfo, &alert, series.period.first, observed);
			alert_remember(&alert, observed);
		}
		alert_push(&alert, observed);
	}
	return (Datum) 0;
}
