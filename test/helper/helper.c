/*
 * test/helper/helper.c: calls that SQL cannot make; for the tests, never installed
 *
 * All files of this folder become one library, so the magic block stands here
 * only. helper.sql declares the functions.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_aggregate.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/expandeddatum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

PG_MODULE_MAGIC;

/* What runs an aggregate by hand, in the context of the aggregate around it. */
typedef struct Fresh
{
	Oid			accum;			/* transition function, or combine function */
	Oid			final;			/* or InvalidOid: the state is the result */
	int			final_args;
	Oid			type;			/* of the state */
	int16		len;
	bool		by_value;
	Datum		value;
	bool		is_null;
} Fresh;

static Datum
read_text(Oid type, char *text)
{
	Oid			input;
	Oid			param;

	getTypeInputInfo(type, &input, &param);
	return OidInputFunctionCall(input, text, param, -1);
}

static text *
write_text(Oid type, Datum value)
{
	Oid			output;
	bool		is_varlena;

	getTypeOutputInfo(type, &output, &is_varlena);
	return cstring_to_text(OidOutputFunctionCall(output, value));
}

/*
 * recv_bytes(type, bytes): the text form of what the type's receive function
 * makes of these bytes; 22P03 where it leaves some, as for a client's.
 */
PG_FUNCTION_INFO_V1(recv_bytes);
Datum
recv_bytes(PG_FUNCTION_ARGS)
{
	Oid			type = PG_GETARG_OID(0);
	bytea	   *bytes = PG_GETARG_BYTEA_PP(1);
	StringInfoData buf;
	Oid			receive;
	Oid			param;
	Datum		value;

	initStringInfo(&buf);
	appendBinaryStringInfo(&buf, VARDATA_ANY(bytes), VARSIZE_ANY_EXHDR(bytes));
	getTypeBinaryInputInfo(type, &receive, &param);
	value = OidReceiveFunctionCall(receive, &buf, param, -1);
	if (buf.cursor != buf.len)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("incorrect binary data format"),
				 errdetail("%d bytes are left.", buf.len - buf.cursor)));
	PG_RETURN_TEXT_P(write_text(type, value));
}

/* stored_text(type, bytes): the text form of a varlena with these bytes, which nobody has checked. */
PG_FUNCTION_INFO_V1(stored_text);
Datum
stored_text(PG_FUNCTION_ARGS)
{
	bytea	   *bytes = PG_GETARG_BYTEA_P_COPY(1);

	PG_RETURN_TEXT_P(write_text(PG_GETARG_OID(0), PointerGetDatum(bytes)));
}

/* The aggregate of this oid over no rows yet, in `context`. */
static Fresh *
fresh_begin(Oid aggregate, bool combine, MemoryContext context)
{
	MemoryContext old = MemoryContextSwitchTo(context);
	Fresh	   *fresh = palloc0(sizeof(Fresh));
	HeapTuple	tuple = SearchSysCache1(AGGFNOID, ObjectIdGetDatum(aggregate));
	Form_pg_aggregate form;
	Datum		initial;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "function %u is no aggregate", aggregate);
	form = (Form_pg_aggregate) GETSTRUCT(tuple);
	fresh->accum = combine ? form->aggcombinefn : form->aggtransfn;
	fresh->final = form->aggfinalfn;
	fresh->final_args = form->aggfinalextra ? get_func_nargs(aggregate) + 1 : 1;
	fresh->type = form->aggtranstype;
	get_typlenbyval(fresh->type, &fresh->len, &fresh->by_value);
	if (!OidIsValid(fresh->accum))
		elog(ERROR, "aggregate %u has no combine function", aggregate);

	initial = SysCacheGetAttr(AGGFNOID, tuple, Anum_pg_aggregate_agginitval, &fresh->is_null);
	if (!fresh->is_null)
		fresh->value = read_text(fresh->type, TextDatumGetCString(initial));
	ReleaseSysCache(tuple);
	MemoryContextSwitchTo(old);
	return fresh;
}

/* The new state into `context` and the old one freed, as nodeAgg.c does it. */
static void
fresh_replace(Fresh *fresh, Datum value, bool is_null, MemoryContext context)
{
	if (!fresh->by_value && (is_null || fresh->is_null || value != fresh->value))
	{
		MemoryContext old = MemoryContextSwitchTo(context);

		if (!is_null &&
			!(DatumIsReadWriteExpandedObject(value, false, fresh->len) &&
			  MemoryContextGetParent(DatumGetEOHP(value)->eoh_context) == context))
			value = datumCopy(value, false, fresh->len);
		MemoryContextSwitchTo(old);
		if (!fresh->is_null && DatumIsReadWriteExpandedObject(fresh->value, false, fresh->len))
			DeleteExpandedObject(fresh->value);
		else if (!fresh->is_null)
			pfree(DatumGetPointer(fresh->value));
	}
	fresh->value = value;
	fresh->is_null = is_null;
}

/* One row: an FmgrInfo that knows nothing of the row before, no expression, no collation. */
static void
fresh_row(Fresh *fresh, FunctionCallInfo outer, NullableDatum *args, int nargs,
		  MemoryContext context)
{
	LOCAL_FCINFO(fcinfo, FUNC_MAX_ARGS);
	FmgrInfo	flinfo;
	Datum		value;
	bool		any_null = false;

	fmgr_info(fresh->accum, &flinfo);
	InitFunctionCallInfoData(*fcinfo, &flinfo, nargs + 1, InvalidOid, outer->context, NULL);
	fcinfo->args[0].value = fresh->value;
	fcinfo->args[0].isnull = fresh->is_null;
	for (int i = 0; i < nargs; i++)
	{
		fcinfo->args[i + 1] = args[i];
		any_null |= args[i].isnull;
	}

	if (flinfo.fn_strict && any_null)
		return;
	if (flinfo.fn_strict && fresh->is_null)
	{
		fresh_replace(fresh, args[0].value, false, context);
		return;
	}
	value = FunctionCallInvoke(fcinfo);
	fresh_replace(fresh, value, fcinfo->isnull, context);
}

/* Nothing casts the arguments, so a boolean that comes as int4 would be read as one. */
static void
fresh_check(Fresh *fresh, FunctionCallInfo fcinfo)
{
	Oid		   *types;
	int			nargs;

	get_func_signature(fresh->accum, &types, &nargs);
	if (nargs != PG_NARGS() - 1)
		elog(ERROR, "function %u takes %d arguments, not %d", fresh->accum, nargs, PG_NARGS() - 1);
	for (int i = 1; i < nargs; i++)
	{
		Oid			given = get_fn_expr_argtype(fcinfo->flinfo, i + 1);

		if (types[i] != given && get_typtype(types[i]) != TYPTYPE_PSEUDO)
			elog(ERROR, "argument %d has type %s, not %s", i,
				 format_type_be(given), format_type_be(types[i]));
	}
}

static Fresh *
fresh_state(FunctionCallInfo fcinfo, bool combine, MemoryContext *context)
{
	if (!AggCheckCallContext(fcinfo, context))
		elog(ERROR, "called outside an aggregate");
	if (!PG_ARGISNULL(0))
		return (Fresh *) PG_GETARG_POINTER(0);
	return fresh_begin(PG_GETARG_OID(1), combine, *context);
}

/* Transition of fresh(aggregate, arguments …): as Citus's worker_partial_agg runs one. */
PG_FUNCTION_INFO_V1(fresh_accum);
Datum
fresh_accum(PG_FUNCTION_ARGS)
{
	MemoryContext context;
	Fresh	   *fresh = fresh_state(fcinfo, false, &context);

	if (PG_ARGISNULL(0))
		fresh_check(fresh, fcinfo);
	fresh_row(fresh, fcinfo, fcinfo->args + 2, PG_NARGS() - 2, context);
	PG_RETURN_POINTER(fresh);
}

/* Transition of fresh_combine(aggregate, partial state as text): as coord_combine_agg does. */
PG_FUNCTION_INFO_V1(fresh_combine_accum);
Datum
fresh_combine_accum(PG_FUNCTION_ARGS)
{
	MemoryContext context;
	Fresh	   *fresh = fresh_state(fcinfo, true, &context);
	NullableDatum partial = {0, true};

	if (!PG_ARGISNULL(2))
	{
		partial.value = read_text(fresh->type, text_to_cstring(PG_GETARG_TEXT_PP(2)));
		partial.isnull = false;
	}
	fresh_row(fresh, fcinfo, &partial, 1, context);
	PG_RETURN_POINTER(fresh);
}

/* The inner aggregate's result as text; NULL over no rows, as no aggregate was named. */
PG_FUNCTION_INFO_V1(fresh_final);
Datum
fresh_final(PG_FUNCTION_ARGS)
{
	LOCAL_FCINFO(final, FUNC_MAX_ARGS);
	Fresh	   *fresh;
	FmgrInfo	flinfo;
	Datum		value;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	fresh = (Fresh *) PG_GETARG_POINTER(0);
	if (!OidIsValid(fresh->final))
	{
		if (fresh->is_null)
			PG_RETURN_NULL();
		PG_RETURN_TEXT_P(write_text(fresh->type, fresh->value));
	}

	fmgr_info(fresh->final, &flinfo);
	if (flinfo.fn_strict && (fresh->is_null || fresh->final_args > 1))
		PG_RETURN_NULL();
	InitFunctionCallInfoData(*final, &flinfo, fresh->final_args, InvalidOid, fcinfo->context, NULL);
	for (int i = 1; i < fresh->final_args; i++)
		final->args[i] = (NullableDatum) {0, true};
	final->args[0].value = MakeExpandedObjectReadOnly(fresh->value, fresh->is_null, fresh->len);
	final->args[0].isnull = fresh->is_null;
	value = FunctionCallInvoke(final);
	if (final->isnull)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(write_text(get_func_rettype(fresh->final), value));
}
