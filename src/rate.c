/* src/rate.c: hits out of total; a fixed 16 bytes, so a plain pointer */
#include "postgres.h"

#include "common/hashfn.h"
#include "common/int.h"
#include "common/int128.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"

#include "complaint_metrics.h"

/* Adds to argument 0, or takes away when negative; checked, as SQL may pass any state. */
Datum
rate_add(FunctionCallInfo fcinfo, int64 hits, int64 total)
{
	Rate	   *rate = PG_GETARG_RATE_P(0);
	Rate		sum;

	if (pg_add_s64_overflow(rate->hits, hits, &sum.hits) ||
		pg_add_s64_overflow(rate->total, total, &sum.total) || !rate_valid(&sum))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("rate out of range"),
				 errdetail(total > 0 ? "Cannot add %lld/%lld to %lld/%lld." :
						   "Cannot take away %lld/%lld from %lld/%lld.",
						   (long long) (total > 0 ? hits : -hits),
						   (long long) (total > 0 ? total : -total),
						   (long long) rate->hits, (long long) rate->total),
				 total > 0 ? 0 : errhint("Take away only what was merged into the whole before.")));

	/* In place saves two thirds of a row, but only a state is ours to change. */
	if (!AggCheckCallContext(fcinfo, NULL))
		rate = palloc(sizeof(Rate));
	*rate = sum;
	PG_RETURN_POINTER(rate);
}

/* Ratios by cross-multiplication in 128 bits; both totals are above zero. */
int
rate_compare_ratio(const Rate *a, const Rate *b)
{
	INT128		left = int64_to_int128(0);
	INT128		right = int64_to_int128(0);

	int128_add_int64_mul_int64(&left, a->hits, b->total);
	int128_add_int64_mul_int64(&right, b->hits, a->total);
	return int128_compare(left, right);
}

/* By ratio, then by total; 0/0 below everything. Equal only when identical. */
static int
rate_compare(const Rate *a, const Rate *b)
{
	int			order = 0;

	if (a->total > 0 && b->total > 0)
		order = rate_compare_ratio(a, b);
	return order != 0 ? order : (a->total > b->total) - (a->total < b->total);
}

/* rate(hits, total): NULL for NULL; 22023 unless 0 <= hits <= total. */
PG_FUNCTION_INFO_V1(rate_make);
Datum
rate_make(PG_FUNCTION_ARGS)
{
	Rate	   *rate = palloc(sizeof(Rate));

	rate->hits = PG_GETARG_INT64(0);
	rate->total = PG_GETARG_INT64(1);
	if (!rate_valid(rate))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%lld hits out of %lld are not a rate",
						(long long) rate->hits, (long long) rate->total),
				 errhint("Give hits from 0 up to the total.")));
	PG_RETURN_POINTER(rate);
}

/* '73/100' to rate; all else is 22P02, softly where the caller asks for that. */
PG_FUNCTION_INFO_V1(rate_in);
Datum
rate_in(PG_FUNCTION_ARGS)
{
	char	   *str = PG_GETARG_CSTRING(0);
	char	   *p = str;
	Rate	   *rate = palloc(sizeof(Rate));

	if (!scan_count(&p, &rate->hits) || *p++ != '/' ||
		!scan_count(&p, &rate->total) || *p != '\0' || !rate_valid(rate))
		ereturn(fcinfo->context, (Datum) 0,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid input syntax for type %s: \"%s\"", "rate", str),
				 errhint("Write hits/total, as in \"73/100\", with hits up to the total.")));
	PG_RETURN_POINTER(rate);
}

PG_FUNCTION_INFO_V1(rate_out);
Datum
rate_out(PG_FUNCTION_ARGS)
{
	Rate	   *rate = PG_GETARG_RATE_P(0);

	PG_RETURN_CSTRING(psprintf(INT64_FORMAT "/" INT64_FORMAT, rate->hits, rate->total));
}

/* Two int8, hits first; 22P03 for what is no rate. */
PG_FUNCTION_INFO_V1(rate_recv);
Datum
rate_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	Rate	   *rate = palloc(sizeof(Rate));

	rate->hits = pq_getmsgint64(buf);
	rate->total = pq_getmsgint64(buf);
	if (!rate_valid(rate))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid binary representation of type %s", "rate"),
				 errdetail("It has %lld hits out of %lld.",
						   (long long) rate->hits, (long long) rate->total)));
	PG_RETURN_POINTER(rate);
}

PG_FUNCTION_INFO_V1(rate_send);
Datum
rate_send(PG_FUNCTION_ARGS)
{
	Rate	   *rate = PG_GETARG_RATE_P(0);
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendint64(&buf, rate->hits);
	pq_sendint64(&buf, rate->total);
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

PG_FUNCTION_INFO_V1(rate_hits);
Datum
rate_hits(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(PG_GETARG_RATE_P(0)->hits);
}

PG_FUNCTION_INFO_V1(rate_total);
Datum
rate_total(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(PG_GETARG_RATE_P(0)->total);
}

/* hits / total as float8, 0 to 1; NULL for the empty rate. */
PG_FUNCTION_INFO_V1(rate_ratio);
Datum
rate_ratio(PG_FUNCTION_ARGS)
{
	Rate	   *rate = PG_GETARG_RATE_P(0);

	if (rate->total == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8((double) rate->hits / (double) rate->total);
}

/* The same as numeric, to the digits that numeric division keeps. */
PG_FUNCTION_INFO_V1(rate_numeric);
Datum
rate_numeric(PG_FUNCTION_ARGS)
{
	Rate	   *rate = PG_GETARG_RATE_P(0);

	if (rate->total == 0)
		PG_RETURN_NULL();
	PG_RETURN_NUMERIC(exact_quotient(rate->hits, rate->total));
}

/* Percent to so many digits, half away from zero (GB/T 8170 rounds halves to even; bureaus do not). */
PG_FUNCTION_INFO_V1(rate_percent);
Datum
rate_percent(PG_FUNCTION_ARGS)
{
	Rate	   *rate = PG_GETARG_RATE_P(0);
	int			digits = PG_GETARG_INT32(1);

	if (rate->total == 0)
		PG_RETURN_NULL();
	PG_RETURN_NUMERIC(exact_ratio(exact_int(rate->hits), exact_int(rate->total), 2, digits));
}

PG_FUNCTION_INFO_V1(rate_cmp);
Datum
rate_cmp(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(rate_compare(PG_GETARG_RATE_P(0), PG_GETARG_RATE_P(1)));
}

PG_FUNCTION_INFO_V1(rate_lt);
Datum
rate_lt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(rate_compare(PG_GETARG_RATE_P(0), PG_GETARG_RATE_P(1)) < 0);
}

PG_FUNCTION_INFO_V1(rate_le);
Datum
rate_le(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(rate_compare(PG_GETARG_RATE_P(0), PG_GETARG_RATE_P(1)) <= 0);
}

PG_FUNCTION_INFO_V1(rate_eq);
Datum
rate_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(rate_compare(PG_GETARG_RATE_P(0), PG_GETARG_RATE_P(1)) == 0);
}

PG_FUNCTION_INFO_V1(rate_ne);
Datum
rate_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(rate_compare(PG_GETARG_RATE_P(0), PG_GETARG_RATE_P(1)) != 0);
}

PG_FUNCTION_INFO_V1(rate_ge);
Datum
rate_ge(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(rate_compare(PG_GETARG_RATE_P(0), PG_GETARG_RATE_P(1)) >= 0);
}

PG_FUNCTION_INFO_V1(rate_gt);
Datum
rate_gt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(rate_compare(PG_GETARG_RATE_P(0), PG_GETARG_RATE_P(1)) > 0);
}

PG_FUNCTION_INFO_V1(rate_hash);
Datum
rate_hash(PG_FUNCTION_ARGS)
{
	return hash_any((unsigned char *) PG_GETARG_RATE_P(0), sizeof(Rate));
}

PG_FUNCTION_INFO_V1(rate_hash_extended);
Datum
rate_hash_extended(PG_FUNCTION_ARGS)
{
	return hash_any_extended((unsigned char *) PG_GETARG_RATE_P(0), sizeof(Rate),
							 PG_GETARG_INT64(1));
}

/* Transition of rate(hit boolean); strict, so a NULL row is left out. */
PG_FUNCTION_INFO_V1(rate_accum);
Datum
rate_accum(PG_FUNCTION_ARGS)
{
	return rate_add(fcinfo, PG_GETARG_BOOL(1), 1);
}

/* Its inverse, for moving frames: counts take back exactly. */
PG_FUNCTION_INFO_V1(rate_accum_inv);
Datum
rate_accum_inv(PG_FUNCTION_ARGS)
{
	return rate_add(fcinfo, -PG_GETARG_BOOL(1), -1);
}

/* merge(whole, part), and how partial states combine: in any order or tree. */
PG_FUNCTION_INFO_V1(rate_merge);
Datum
rate_merge(PG_FUNCTION_ARGS)
{
	Rate	   *part = PG_GETARG_RATE_P(1);

	return rate_add(fcinfo, part->hits, part->total);
}

/* unmerge(whole, part): what is left of the whole; 22003 when the part cannot have been in it. */
PG_FUNCTION_INFO_V1(rate_unmerge);
Datum
rate_unmerge(PG_FUNCTION_ARGS)
{
	Rate	   *part = PG_GETARG_RATE_P(1);

	return rate_add(fcinfo, -part->hits, -part->total);
}
