/*
 * src/state.c: order and hash of trend, clearance, tally and scorecard
 *
 * Equal states have equal bytes, since whatever a user can see is in its
 * packed form.  The order of the bytes means nothing but is stable, which is
 * all that GROUP BY, DISTINCT and ORDER BY of a BI tool ask for.
 */
#include "postgres.h"

#include "access/detoast.h"
#include "common/hashfn.h"

#include "complaint_metrics.h"

static int
state_compare(FunctionCallInfo fcinfo)
{
	struct varlena *a = PG_GETARG_VARLENA_PP(0);
	struct varlena *b = PG_GETARG_VARLENA_PP(1);
	Size		a_size = VARSIZE_ANY_EXHDR(a);
	Size		b_size = VARSIZE_ANY_EXHDR(b);
	int			order = memcmp(VARDATA_ANY(a), VARDATA_ANY(b), Min(a_size, b_size));

	if (order == 0)
		order = (a_size > b_size) - (a_size < b_size);
	PG_FREE_IF_COPY(a, 0);
	PG_FREE_IF_COPY(b, 1);
	return order;
}

/* States of different length are told apart without reading them. */
static bool
state_equal(FunctionCallInfo fcinfo)
{
	return toast_raw_datum_size(PG_GETARG_DATUM(0)) == toast_raw_datum_size(PG_GETARG_DATUM(1)) &&
		state_compare(fcinfo) == 0;
}

PG_FUNCTION_INFO_V1(state_cmp);
Datum
state_cmp(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(state_compare(fcinfo));
}

PG_FUNCTION_INFO_V1(state_lt);
Datum
state_lt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(state_compare(fcinfo) < 0);
}

PG_FUNCTION_INFO_V1(state_le);
Datum
state_le(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(state_compare(fcinfo) <= 0);
}

PG_FUNCTION_INFO_V1(state_eq);
Datum
state_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(state_equal(fcinfo));
}

PG_FUNCTION_INFO_V1(state_ne);
Datum
state_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(!state_equal(fcinfo));
}

PG_FUNCTION_INFO_V1(state_ge);
Datum
state_ge(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(state_compare(fcinfo) >= 0);
}

PG_FUNCTION_INFO_V1(state_gt);
Datum
state_gt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(state_compare(fcinfo) > 0);
}

PG_FUNCTION_INFO_V1(state_hash);
Datum
state_hash(PG_FUNCTION_ARGS)
{
	struct varlena *state = PG_GETARG_VARLENA_PP(0);
	Datum		hash = hash_any((unsigned char *) VARDATA_ANY(state), VARSIZE_ANY_EXHDR(state));

	PG_FREE_IF_COPY(state, 0);
	return hash;
}

PG_FUNCTION_INFO_V1(state_hash_extended);
Datum
state_hash_extended(PG_FUNCTION_ARGS)
{
	struct varlena *state = PG_GETARG_VARLENA_PP(0);
	Datum		hash = hash_any_extended((unsigned char *) VARDATA_ANY(state),
										 VARSIZE_ANY_EXHDR(state), PG_GETARG_INT64(1));

	PG_FREE_IF_COPY(state, 0);
	return hash;
}
