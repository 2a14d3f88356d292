/*
 * src/exact.c: ratios in numeric, rounded once and half away from zero
 *
 * numeric's own division rounds its quotient, and rounding that again can
 * turn a value just below a half into one just above; here the quotient is
 * truncated as an integer and the half is decided from it.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "complaint_metrics.h"

#define MAX_DIGITS 1000

Numeric
exact_int(int64 value)
{
	return int64_to_numeric(value);
}

Numeric
exact_call(PGFunction function, Numeric a, Numeric b)
{
	return DatumGetNumeric(DirectFunctionCall2(function, NumericGetDatum(a), NumericGetDatum(b)));
}

/* Products of counts pass int8. */
Numeric
exact_product(int64 a, int64 b)
{
	return exact_call(numeric_mul, exact_int(a), exact_int(b));
}

Numeric
exact_difference(Numeric a, Numeric b)
{
	return exact_call(numeric_sub, a, b);
}

/* a / b, to the digits that numeric division keeps. */
Numeric
exact_quotient(int64 a, int64 b)
{
	return exact_call(numeric_div, exact_int(a), exact_int(b));
}

/* a * b - c * d, rounded once. */
double
exact_cross(int64 a, int64 b, int64 c, int64 d)
{
	Numeric		difference = exact_difference(exact_product(a, b), exact_product(c, d));

	return DatumGetFloat8(DirectFunctionCall1(numeric_float8, NumericGetDatum(difference)));
}

static Numeric
exact_power_of_ten(int exponent)
{
	char		text[16];

	snprintf(text, sizeof(text), "1e%d", exponent);
	return DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum(text),
											   ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
}

/*
 * numerator / denominator * 10^scale to so many digits after the point; the
 * denominator is above zero.
 */
Numeric
exact_ratio(Numeric numerator, Numeric denominator, int scale, int digits)
{
	Numeric		two = exact_int(2);
	Numeric		twice;
	Numeric		half;
	Numeric		quotient;

	if (digits < 0 || digits > MAX_DIGITS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("number of digits out of range: %d", digits),
				 errhint("Ask for 0 to %d digits.", MAX_DIGITS)));

	/* (2|n| + d) / 2d truncated is |n| / d rounded half up; the sign comes back last */
	twice = exact_call(numeric_mul, numerator, exact_power_of_ten(scale + digits));
	twice = exact_call(numeric_mul, twice, two);
	half = DatumGetNumeric(DirectFunctionCall1(numeric_abs, NumericGetDatum(twice)));
	half = exact_call(numeric_add, half, denominator);
	quotient = exact_call(numeric_div_trunc, half, exact_call(numeric_mul, denominator, two));
	quotient = exact_call(numeric_mul, quotient,
						  DatumGetNumeric(DirectFunctionCall1(numeric_sign, NumericGetDatum(twice))));
	return exact_call(numeric_mul, quotient, exact_power_of_ten(-digits));
}
