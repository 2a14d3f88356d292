/* src/delta.c: what changed against a baseline */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "complaint_metrics.h"

/* In the order of the composite type's columns. */
enum
{
	DELTA_VOLUME,
	DELTA_BASELINE_VOLUME,
	DELTA_RATE,
	DELTA_BASELINE_RATE,
	DELTA_COLUMNS
};

/* Delta between the counts of two periods; hits and total are -1 where nothing is decided. */
Delta
delta_of_counts(const int64 *now, const int64 *then, int volume, int hits, int total)
{
	Delta		delta = {0};

	delta.volume = now[volume];
	delta.baseline_volume = then[volume];
	if (total >= 0)
	{
		delta.rate = (Rate) {now[hits], now[total]};
		delta.baseline_rate = (Rate) {then[hits], then[total]};
	}
	delta.has_volume = delta.has_rate = true;
	return delta;
}

/* 42804 where the type's owner altered it: rows are read and made by place. */
static void
delta_check_type(TupleDesc desc)
{
	if (desc->natts != DELTA_COLUMNS ||
		TupleDescAttr(desc, DELTA_VOLUME)->atttypid != INT8OID ||
		TupleDescAttr(desc, DELTA_BASELINE_VOLUME)->atttypid != INT8OID ||
		TupleDescAttr(desc, DELTA_RATE)->attlen != sizeof(Rate) ||
		TupleDescAttr(desc, DELTA_BASELINE_RATE)->attlen != sizeof(Rate))
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("type %s is not as it was installed", "delta"),
				 errdetail("Its attributes are volume int8, baseline_volume int8, rate rate, baseline_rate rate."),
				 errhint("Create the extension anew; even an attribute that was dropped leaves its place.")));
}

/* Delta as a row of the type that desc describes. */
Datum
delta_get_row(const Delta *delta, TupleDesc desc)
{
	Datum		values[DELTA_COLUMNS];
	bool		nulls[DELTA_COLUMNS];

	delta_check_type(desc);
	values[DELTA_VOLUME] = Int64GetDatum(delta->volume);
	values[DELTA_BASELINE_VOLUME] = Int64GetDatum(delta->baseline_volume);
	values[DELTA_RATE] = PointerGetDatum(&delta->rate);
	values[DELTA_BASELINE_RATE] = PointerGetDatum(&delta->baseline_rate);
	nulls[DELTA_VOLUME] = nulls[DELTA_BASELINE_VOLUME] = !delta->has_volume;
	nulls[DELTA_RATE] = nulls[DELTA_BASELINE_RATE] = !delta->has_rate;
	return HeapTupleGetDatum(heap_form_tuple(desc, values, nulls));
}

/*
 * The row type that this function returns, to be released.  The server keeps
 * it by type, and hears of its changes; get_call_result_type copies it a call.
 */
TupleDesc
result_row_type(FunctionCallInfo fcinfo)
{
	return lookup_rowtype_tupdesc(get_func_rettype(fcinfo->flinfo->fn_oid), -1);
}

/* Delta as the result of a function that returns one. */
Datum
delta_return(FunctionCallInfo fcinfo, const Delta *delta)
{
	TupleDesc	desc = result_row_type(fcinfo);
	Datum		row = delta_get_row(delta, desc);

	ReleaseTupleDesc(desc);
	return row;
}

/* A volume that is no NULL. */
static int64
delta_get_volume(Datum value)
{
	int64		volume = DatumGetInt64(value);

	if (volume < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a volume must not be negative"),
				 errdetail("It is %lld.", (long long) volume)));
	return volume;
}

/* The row that SQL passes; whoever writes ROW(…) by hand is checked here. */
static void
delta_read(HeapTupleHeader row, Delta *delta)
{
	TupleDesc	desc = lookup_rowtype_tupdesc(HeapTupleHeaderGetTypeId(row),
											  HeapTupleHeaderGetTypMod(row));
	HeapTupleData tuple;
	Datum		values[DELTA_COLUMNS];
	bool		nulls[DELTA_COLUMNS];

	delta_check_type(desc);
	tuple.t_len = HeapTupleHeaderGetDatumLength(row);
	ItemPointerSetInvalid(&tuple.t_self);
	tuple.t_tableOid = InvalidOid;
	tuple.t_data = row;
	heap_deform_tuple(&tuple, desc, values, nulls);
	ReleaseTupleDesc(desc);

	memset(delta, 0, sizeof(Delta));
	if (!nulls[DELTA_VOLUME])
		delta->volume = delta_get_volume(values[DELTA_VOLUME]);
	if (!nulls[DELTA_BASELINE_VOLUME])
		delta->baseline_volume = delta_get_volume(values[DELTA_BASELINE_VOLUME]);
	delta->has_volume = !nulls[DELTA_VOLUME] && !nulls[DELTA_BASELINE_VOLUME];
	if (!delta->has_volume)
		delta->volume = delta->baseline_volume = 0;
	delta->has_rate = !nulls[DELTA_RATE] && !nulls[DELTA_BASELINE_RATE];
	if (delta->has_rate)
	{
		delta->rate = *DatumGetRateP(values[DELTA_RATE]);
		delta->baseline_rate = *DatumGetRateP(values[DELTA_BASELINE_RATE]);
	}
}

/* 100 * (volume - baseline) / baseline */
static Numeric
delta_growth_of(const Delta *delta, int digits)
{
	return exact_ratio(exact_int(delta->volume - delta->baseline_volume),
					   exact_int(delta->baseline_volume), 2, digits);
}

static bool
delta_has_points(const Delta *delta)
{
	return delta->has_rate && delta->rate.total > 0 && delta->baseline_rate.total > 0;
}

/* 100 * (h1 / t1 - h2 / t2), as one fraction so that it is rounded once; neither rate is empty. */
Numeric
rate_points(const Rate *now, const Rate *then, int digits)
{
	return exact_ratio(exact_difference(exact_product(now->hits, then->total),
										exact_product(then->hits, now->total)),
					   exact_product(now->total, then->total), 2, digits);
}

/* delta(current, baseline) of volumes; they must not be negative (22023). */
PG_FUNCTION_INFO_V1(delta_of_volumes);
Datum
delta_of_volumes(PG_FUNCTION_ARGS)
{
	Delta		delta = {0};

	delta.volume = delta_get_volume(PG_GETARG_DATUM(0));
	delta.baseline_volume = delta_get_volume(PG_GETARG_DATUM(1));
	delta.has_volume = true;
	return delta_return(fcinfo, &delta);
}

/* delta(current, baseline) of rates; it has no volumes, which a rate does not know. */
PG_FUNCTION_INFO_V1(delta_of_rates);
Datum
delta_of_rates(PG_FUNCTION_ARGS)
{
	Delta		delta = {0};

	delta.rate = *PG_GETARG_RATE_P(0);
	delta.baseline_rate = *PG_GETARG_RATE_P(1);
	delta.has_rate = true;
	return delta_return(fcinfo, &delta);
}

/* volume - baseline_volume; NULL where a volume is. */
PG_FUNCTION_INFO_V1(delta_change);
Datum
delta_change(PG_FUNCTION_ARGS)
{
	Delta		delta;

	delta_read(PG_GETARG_HEAPTUPLEHEADER(0), &delta);
	if (!delta.has_volume)
		PG_RETURN_NULL();
	PG_RETURN_INT64(delta.volume - delta.baseline_volume);
}

/* Growth rate of the volume in percent; NULL over a baseline of zero. */
PG_FUNCTION_INFO_V1(delta_growth);
Datum
delta_growth(PG_FUNCTION_ARGS)
{
	Delta		delta;

	delta_read(PG_GETARG_HEAPTUPLEHEADER(0), &delta);
	if (delta.baseline_volume == 0)
		PG_RETURN_NULL();
	PG_RETURN_NUMERIC(delta_growth_of(&delta, PG_GETARG_INT32(1)));
}

/* volume / baseline_volume; NULL over a baseline of zero. */
PG_FUNCTION_INFO_V1(delta_times);
Datum
delta_times(PG_FUNCTION_ARGS)
{
	Delta		delta;

	delta_read(PG_GETARG_HEAPTUPLEHEADER(0), &delta);
	if (delta.baseline_volume == 0)
		PG_RETURN_NULL();
	PG_RETURN_NUMERIC(exact_ratio(exact_int(delta.volume), exact_int(delta.baseline_volume),
								  0, PG_GETARG_INT32(1)));
}

/* log2(volume / baseline_volume), 翻番: 2 is 翻两番; NULL where a volume is zero. */
PG_FUNCTION_INFO_V1(delta_doublings);
Datum
delta_doublings(PG_FUNCTION_ARGS)
{
	Delta		delta;

	delta_read(PG_GETARG_HEAPTUPLEHEADER(0), &delta);
	if (delta.volume == 0 || delta.baseline_volume == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(log2((double) delta.volume / (double) delta.baseline_volume));
}

/* Percentage points between the rates; NULL where a rate is missing or empty. */
PG_FUNCTION_INFO_V1(delta_points);
Datum
delta_points(PG_FUNCTION_ARGS)
{
	Delta		delta;

	delta_read(PG_GETARG_HEAPTUPLEHEADER(0), &delta);
	if (!delta_has_points(&delta))
		PG_RETURN_NULL();
	PG_RETURN_NUMERIC(rate_points(&delta.rate, &delta.baseline_rate, PG_GETARG_INT32(1)));
}

/* What describe() says in one language; what has a place for a number has a %s. */
typedef struct Wording
{
	const char *lang;
	const char *up;
	const char *down;
	const char *same;
	const char *from_zero;
	const char *points_up;
	const char *points_down;
	const char *points_same;
	const char *between;
} Wording;

static const Wording wordings[] = {
	{"zh", "增长%s%%", "下降%s%%", "持平", "由0增至%s",
	"上升%s个百分点", "下降%s个百分点", "持平", "，比率"},
	{"en", "up %s%%", "down %s%%", "unchanged", "up from 0 to %s",
	"up %s percentage points", "down %s percentage points", "unchanged", ", rate "}
};

static const Wording *
wording_for(const text *lang)
{
	char	   *str = text_to_cstring(lang);

	for (int i = 0; i < (int) lengthof(wordings); i++)
	{
		if (pg_strcasecmp(str, wordings[i].lang) == 0)
			return &wordings[i];
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown language: \"%s\"", str),
			 errhint("Known are zh and en.")));
}

/* |number| in a sentence whose verb tells the sign. */
static void
describe_number(StringInfo buf, const char *sentence, Numeric number)
{
	Datum		magnitude = DirectFunctionCall1(numeric_abs, NumericGetDatum(number));

	appendStringInfo(buf, sentence, DatumGetCString(DirectFunctionCall1(numeric_out, magnitude)));
}

/* '(翻两番)': how often the volume doubled, 多 where it is more than that. */
static void
describe_doublings(StringInfo buf, const Delta *delta, bool chinese)
{
	static const char *const numerals[] = {"一", "两", "三", "四", "五", "六", "七", "八", "九", "十"};
	int			doublings = 0;
	int64		volume = delta->volume;
	bool		exact;

	for (; volume / 2 >= delta->baseline_volume; volume /= 2)
		doublings++;
	if (doublings == 0)
		return;
	exact = volume == delta->baseline_volume &&
		delta->baseline_volume <= PG_INT64_MAX >> doublings &&
		delta->baseline_volume << doublings == delta->volume;
	if (!chinese)
		appendStringInfo(buf, " (%s%d doubling%s)", exact ? "" : "over ", doublings,
						 doublings == 1 ? "" : "s");
	else if (doublings <= (int) lengthof(numerals))
		appendStringInfo(buf, "(翻%s番%s)", numerals[doublings - 1], exact ? "" : "多");
	else
		appendStringInfo(buf, "(翻%d番%s)", doublings, exact ? "" : "多");
}

static void
describe_volume(StringInfo buf, const Delta *delta, const Wording *wording)
{
	char		volume[MAXINT8LEN + 1];

	pg_lltoa(delta->volume, volume);
	if (delta->volume == delta->baseline_volume)
		appendStringInfoString(buf, wording->same);
	else if (delta->baseline_volume == 0)
		appendStringInfo(buf, wording->from_zero, volume);
	else
	{
		describe_number(buf, delta->volume > delta->baseline_volume ? wording->up : wording->down,
						delta_growth_of(delta, 2));
		describe_doublings(buf, delta, wording == &wordings[0]);
	}
}

static void
describe_points(StringInfo buf, const Delta *delta, const Wording *wording)
{
	int			direction = rate_compare_ratio(&delta->rate, &delta->baseline_rate);

	if (direction == 0)
		appendStringInfoString(buf, wording->points_same);
	else
		describe_number(buf, direction > 0 ? wording->points_up : wording->points_down,
						rate_points(&delta->rate, &delta->baseline_rate, 2));
}

/*
 * describe(delta, lang): '增长300.00%(翻两番)', with the rate's percentage
 * points behind it where there are rates; NULL where nothing can be compared,
 * 22023 for a language other than zh and en.
 */
PG_FUNCTION_INFO_V1(delta_describe);
Datum
delta_describe(PG_FUNCTION_ARGS)
{
	const Wording *wording = wording_for(PG_GETARG_TEXT_PP(1));
	StringInfoData buf;
	Delta		delta;

	delta_read(PG_GETARG_HEAPTUPLEHEADER(0), &delta);
	if (!delta.has_volume && !delta_has_points(&delta))
		PG_RETURN_NULL();
	initStringInfo(&buf);
	if (delta.has_volume)
		describe_volume(&buf, &delta, wording);
	if (delta.has_volume && delta_has_points(&delta))
		appendStringInfoString(&buf, wording->between);
	if (delta_has_points(&delta))
		describe_points(&buf, &delta, wording);
	PG_RETURN_TEXT_P(cstring_to_text(pg_any_to_server(buf.data, buf.len, PG_UTF8)));
}
