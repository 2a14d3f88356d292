/* src/scorecard_answers.c: the parts of a scorecard, and 一降两升一清零 judged from them */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/typcache.h"

#include "complaint_metrics.h"

/* A trend of three of the counters. */
static Days *
scorecard_trend(const Scorecard *card, int volume, int decided, int hits)
{
	int64		ndays;
	int64		nkept = 0;
	DayCounts  *days = scorecard_sorted_days(card, &ndays);

	for (int64 i = 0; i < ndays; i++)
	{
		DayCounts	day = {.day = days[i].day};

		day.counts[TREND_VOLUME] = days[i].counts[volume];
		day.counts[TREND_DECIDED] = decided < 0 ? 0 : days[i].counts[decided];
		day.counts[TREND_HITS] = hits < 0 ? 0 : days[i].counts[hits];
		if (day.counts[TREND_VOLUME] > 0)
			days[nkept++] = day;
	}
	return days_packed(days, nkept, TREND_COUNTERS);
}

/* Rows by the day received. */
PG_FUNCTION_INFO_V1(scorecard_volume_trend);
Datum
scorecard_volume_trend(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(scorecard_trend(PG_GETARG_SCORECARD_P(0), CARD_RECEIVED, -1, -1));
}

/* Rows by the day concluded, and of them the mediated. */
PG_FUNCTION_INFO_V1(scorecard_mediation_trend);
Datum
scorecard_mediation_trend(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(scorecard_trend(PG_GETARG_SCORECARD_P(0), CARD_CONCLUDED,
									  CARD_MEDIATION_DECIDED, CARD_MEDIATED));
}

/* Rows by the day concluded, and of them the satisfied. */
PG_FUNCTION_INFO_V1(scorecard_satisfaction_trend);
Datum
scorecard_satisfaction_trend(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(scorecard_trend(PG_GETARG_SCORECARD_P(0), CARD_CONCLUDED,
									  CARD_SATISFACTION_ANSWERED, CARD_SATISFIED));
}

/* The escalations, as a clearance of its own. */
PG_FUNCTION_INFO_V1(scorecard_escalations);
Datum
scorecard_escalations(PG_FUNCTION_ARGS)
{
	Clearance  *packed = scorecard_escalated(PG_GETARG_SCORECARD_P(0));
	Clearance  *copy = palloc(VARSIZE(packed));

	memcpy(copy, packed, VARSIZE(packed));
	PG_RETURN_POINTER(copy);
}

/* In the order of the composite type's columns. */
enum
{
	VERDICT_VOLUME,
	VERDICT_MEDIATION,
	VERDICT_SATISFACTION,
	VERDICT_OPEN_ESCALATIONS,
	VERDICT_VOLUME_DOWN,
	VERDICT_MEDIATION_UP,
	VERDICT_SATISFACTION_UP,
	VERDICT_ESCALATIONS_CLEAR,
	VERDICT_GOALS_MET,
	VERDICT_COLUMNS
};

/*
 * Escalations that were open when the period ended, or are now if that is still
 * to come.  One that begins with the midnight after the period is not in it.
 */
static int64
verdict_open_escalations(const Scorecard *card, Period period, pg_tz *zone)
{
	TimestampTz now = GetCurrentTransactionStartTimestamp();
	bool		over = period.end <= zone_day(now, zone);
	TimestampTz end = over ? zone_midnight((DateADT) period.end, zone) : now;
	ClearanceReader reader;
	ClearanceInterval interval;
	int64		nopen = 0;

	clearance_read(&reader, scorecard_escalated(card));
	while (clearance_next(&reader, &interval) &&
		   (interval.opened < end || (interval.opened == end && !over)))
		nopen += interval.cleared > end;
	return nopen;
}

/* Up is strictly more, or standing at 100 %; *unknown where a side has no data. */
static bool
rate_is_up(const Delta *delta, bool *unknown)
{
	*unknown = delta->rate.total == 0 || delta->baseline_rate.total == 0;
	return !*unknown && (delta->rate.hits == delta->rate.total ||
						 rate_compare_ratio(&delta->rate, &delta->baseline_rate) > 0);
}

/* What verdict() finds, in the order of the goals. */
typedef struct Verdict
{
	Delta		deltas[3];		/* volume, mediation, satisfaction */
	int64		open_escalations;
	bool		met[4];
	bool		unknown[4];		/* a side has no data */
} Verdict;

static Verdict
scorecard_judge(const Scorecard *card, Period period, Period baseline, pg_tz *zone)
{
	Verdict		verdict = {0};
	Delta	   *deltas = verdict.deltas;
	int64		ndays;
	DayCounts  *sorted = scorecard_sorted_days(card, &ndays);
	DayCounts	now;
	DayCounts	then;

	now = days_within(sorted, ndays, period);
	then = days_within(sorted, ndays, baseline);
	deltas[0] = delta_of_counts(now.counts, then.counts, CARD_RECEIVED, -1, -1);
	deltas[1] = delta_of_counts(now.counts, then.counts, CARD_CONCLUDED,
								CARD_MEDIATED, CARD_MEDIATION_DECIDED);
	deltas[2] = delta_of_counts(now.counts, then.counts, CARD_CONCLUDED,
								CARD_SATISFIED, CARD_SATISFACTION_ANSWERED);
	verdict.open_escalations = verdict_open_escalations(card, period, zone);

	verdict.unknown[0] = deltas[0].volume == 0 || deltas[0].baseline_volume == 0;
	verdict.met[0] = !verdict.unknown[0] && deltas[0].volume < deltas[0].baseline_volume;
	verdict.met[1] = rate_is_up(&deltas[1], &verdict.unknown[1]);
	verdict.met[2] = rate_is_up(&deltas[2], &verdict.unknown[2]);
	verdict.met[3] = verdict.open_escalations == 0;
	return verdict;
}

static bool
verdict_type_intact(TupleDesc desc)
{
	static const Oid types[] = {INT8OID, BOOLOID, BOOLOID, BOOLOID, BOOLOID, INT4OID};

	if (desc->natts != VERDICT_COLUMNS)
		return false;
	for (int i = VERDICT_VOLUME; i < VERDICT_COLUMNS; i++)
	{
		if (TupleDescAttr(desc, i)->atttypid !=
			(i < VERDICT_OPEN_ESCALATIONS ? TupleDescAttr(desc, VERDICT_VOLUME)->atttypid :
			 types[i - VERDICT_OPEN_ESCALATIONS]))
			return false;
	}
	return true;
}

static Datum
verdict_return(FunctionCallInfo fcinfo, const Verdict *verdict)
{
	TupleDesc	desc = result_row_type(fcinfo);
	TupleDesc	delta_desc;
	HeapTuple	row;
	Datum		values[VERDICT_COLUMNS];
	bool		nulls[VERDICT_COLUMNS] = {false};
	int			goals_met = 0;

	/* its owner may have altered it, and rows are made by place */
	if (!verdict_type_intact(desc))
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("type %s is not as it was installed", "verdict"),
				 errhint("Create the extension anew; even an attribute that was dropped leaves its place.")));
	delta_desc = lookup_rowtype_tupdesc(TupleDescAttr(desc, VERDICT_VOLUME)->atttypid, -1);
	for (int i = 0; i < 3; i++)
		values[VERDICT_VOLUME + i] = delta_get_row(&verdict->deltas[i], delta_desc);
	ReleaseTupleDesc(delta_desc);
	values[VERDICT_OPEN_ESCALATIONS] = Int64GetDatum(verdict->open_escalations);
	for (int i = 0; i < 4; i++)
	{
		values[VERDICT_VOLUME_DOWN + i] = BoolGetDatum(verdict->met[i]);
		nulls[VERDICT_VOLUME_DOWN + i] = verdict->unknown[i];
		goals_met += verdict->met[i];
	}
	values[VERDICT_GOALS_MET] = Int32GetDatum(goals_met);
	row = heap_form_tuple(desc, values, nulls);
	ReleaseTupleDesc(desc);
	return HeapTupleGetDatum(row);
}

/*
 * verdict(s, period [, baseline [, zone]]): the four goals of a period against
 * the baseline, without one the same period one year before.  A goal is NULL,
 * and not met, where a side has no data.  Escalations are judged at the end of
 * the period, which is midnight of the zone, else of the session's, or now if
 * that is still to come; one that begins at that midnight is the next period's.  NULL for a NULL s or period; 22023 for an empty
 * period, and for one without bounds that needs a baseline.
 */
PG_FUNCTION_INFO_V1(scorecard_verdict);
Datum
scorecard_verdict(PG_FUNCTION_ARGS)
{
	Period		period;
	Period		baseline;
	Verdict		verdict;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	if (PG_ARGISNULL(2))
	{
		period = period_from_bounded_range(PG_GETARG_RANGE_P(1));
		baseline = period_year_before(period);
	}
	else
	{
		period = period_from_range(PG_GETARG_RANGE_P(1));
		baseline = period_from_range(PG_GETARG_RANGE_P(2));
	}
	if (period.first >= period.end)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("an empty period has no verdict")));
	verdict = scorecard_judge(PG_GETARG_SCORECARD_P(0), period, baseline,
							  PG_ARGISNULL(3) ? session_timezone : zone_argument(fcinfo, 3));
	return verdict_return(fcinfo, &verdict);
}
