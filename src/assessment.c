/* src/assessment.c: points for a result, and a reported rate beside the computed one */
#include "postgres.h"

#include "access/htup_details.h"
#include "funcapi.h"
#include "utils/fmgrprotos.h"

#include "complaint_metrics.h"

static char *
numeric_text(Numeric number)
{
	return DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(number)));
}

static int
numeric_compare(Numeric a, Numeric b)
{
	return DatumGetInt32(DirectFunctionCall2(numeric_cmp, NumericGetDatum(a), NumericGetDatum(b)));
}

static void
assess_check_finite(const char *name, Numeric number)
{
	if (numeric_is_nan(number) || numeric_is_inf(number))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be a finite number", name),
				 errdetail("It is %s.", numeric_text(number))));
}

/*
 * assess(value, target, floor, points): all points at the target and beyond,
 * none at the floor and beyond, points * (value - floor) / (target - floor)
 * between.  The target may lie below the floor: then lower is better.
 *
 * The one division comes last and rounds as numeric's does, to at least 16
 * significant digits; zeros at the end are dropped.  22023 where an argument
 * is not finite, points are negative, or target and floor are the same.
 */
PG_FUNCTION_INFO_V1(assess);
Datum
assess(PG_FUNCTION_ARGS)
{
	Numeric		value = PG_GETARG_NUMERIC(0);
	Numeric		target = PG_GETARG_NUMERIC(1);
	Numeric		floor = PG_GETARG_NUMERIC(2);
	Numeric		points = PG_GETARG_NUMERIC(3);
	Numeric		zero = exact_int(0);
	Numeric		earned;
	int			upward;

	assess_check_finite("value", value);
	assess_check_finite("target", target);
	assess_check_finite("floor", floor);
	assess_check_finite("points", points);
	if (numeric_compare(points, zero) < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("points must not be negative"),
				 errdetail("They are %s.", numeric_text(points)),
				 errhint("Points to be taken off are given as positive and subtracted afterwards.")));
	upward = numeric_compare(target, floor);
	if (upward == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("target and floor must not be the same"),
				 errdetail("Both are %s.", numeric_text(target)),
				 errhint("For all points or none write CASE WHEN value >= target THEN points ELSE 0 END.")));

	if (numeric_compare(value, target) * upward >= 0)
		earned = points;
	else if (numeric_compare(value, floor) * upward <= 0)
		earned = zero;
	else
		earned = exact_call(numeric_div,
							exact_call(numeric_mul, points, exact_difference(value, floor)),
							exact_difference(target, floor));
	return DirectFunctionCall1(numeric_trim_scale, NumericGetDatum(earned));
}

/* In the order of verify()'s columns. */
enum
{
	VERIFY_MATCHES,
	VERIFY_HITS_OFF,
	VERIFY_TOTAL_OFF,
	VERIFY_POINTS_OFF,
	VERIFY_COLUMNS
};

/*
 * verify(reported, computed): whether hits and total are the same, and what was
 * reported less what was computed; points_off in percentage points, rounded
 * once, NULL where either rate is empty.  Counts are not negative, so that no
 * difference passes int8.
 */
PG_FUNCTION_INFO_V1(rate_verify);
Datum
rate_verify(PG_FUNCTION_ARGS)
{
	Rate	   *reported = PG_GETARG_RATE_P(0);
	Rate	   *computed = PG_GETARG_RATE_P(1);
	int64		hits_off = reported->hits - computed->hits;
	int64		total_off = reported->total - computed->total;
	Datum		values[VERIFY_COLUMNS] = {0};
	bool		nulls[VERIFY_COLUMNS] = {false};
	TupleDesc	desc;

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	values[VERIFY_MATCHES] = BoolGetDatum(hits_off == 0 && total_off == 0);
	values[VERIFY_HITS_OFF] = Int64GetDatum(hits_off);
	values[VERIFY_TOTAL_OFF] = Int64GetDatum(total_off);
	nulls[VERIFY_POINTS_OFF] = reported->total == 0 || computed->total == 0;
	if (!nulls[VERIFY_POINTS_OFF])
		values[VERIFY_POINTS_OFF] = NumericGetDatum(rate_points(reported, computed, 2));
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls)));
}
