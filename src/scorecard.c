/*
 * src/scorecard.c: volume, mediation, satisfaction and escalations in one state
 *
 * A scorecard holds counts per day, of the rows received and of those
 * concluded with their two rates, and behind them a clearance; each part keeps
 * its own form and size, at a multiple of 8 bytes.
 */
#include "postgres.h"

#include "libpq/pqformat.h"
#include "nodes/nodes.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "complaint_metrics.h"

#define SCORECARD_VERSION 1

/* received | concluded, mediated, satisfied | escalated, cleared */
const uint8 scorecard_parts[] = {0, 1, 4, 6};

static inline Days *
scorecard_days(const Scorecard *card)
{
	return (Days *) (card + 1);
}

static inline Clearance *
scorecard_clearance(const Scorecard *card)
{
	Days	   *days = scorecard_days(card);

	return (Clearance *) ((char *) days + MAXALIGN(VARSIZE(days)));
}

/* A scorecard whose parts have these sizes; the caller fills them. */
static Scorecard *
scorecard_make(Size days_size, Size clearance_size)
{
	Size		size = sizeof(Scorecard) + MAXALIGN(days_size) + clearance_size;
	Scorecard  *card;

	if (!AllocSizeIsValid(size))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("scorecard too large: %zu bytes", size),
				 errhint("Group the rows into several scorecards.")));
	card = palloc(size);
	*card = (Scorecard) {.version = SCORECARD_VERSION};
	SET_VARSIZE(card, size);
	/* what lies between the parts is stored and compared, too */
	memset((char *) scorecard_days(card) + days_size, 0, MAXALIGN(days_size) - days_size);
	SET_VARSIZE(scorecard_days(card), days_size);
	return card;
}

/* Two parts as a scorecard, which is what users see where both are packed. */
static Scorecard *
scorecard_join(const Days *days, const Clearance *clearance)
{
	Scorecard  *card = scorecard_make(VARSIZE(days), VARSIZE(clearance));

	memcpy(scorecard_days(card), days, VARSIZE(days));
	memcpy(scorecard_clearance(card), clearance, VARSIZE(clearance));
	return card;
}

static Scorecard *
scorecard_packed(const Scorecard *card)
{
	int64		ndays;
	DayCounts  *sorted = days_sorted(scorecard_days(card), &ndays);

	return scorecard_join(days_packed(sorted, ndays, CARD_COUNTERS),
						  clearance_packed(scorecard_clearance(card)));
}

/* A scorecard that is passed; XX001 where its parts do not fill it, before one is read beyond its end. */
Scorecard *
scorecard_argument(Datum datum)
{
	Scorecard  *card = (Scorecard *) plain_varlena(datum);
	int64		left = (int64) VARSIZE(card) - (int64) sizeof(Scorecard);

	if (left >= (int64) sizeof(int32))
		left -= MAXALIGN(VARSIZE(scorecard_days(card)));
	if (left < (int64) sizeof(int32) || left != (int64) VARSIZE(scorecard_clearance(card)))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("invalid stored scorecard, version %d", card->version)));
	return card;
}

/* The days of a scorecard, ascending. */
DayCounts *
scorecard_sorted_days(const Scorecard *card, int64 *ndays)
{
	if (card->version != SCORECARD_VERSION)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("unknown version %d of a scorecard", card->version)));
	return days_sorted(scorecard_days(card), ndays);
}

/* The escalations of a scorecard, packed. */
Clearance *
scorecard_escalated(const Scorecard *card)
{
	return clearance_packed(scorecard_clearance(card));
}

static void
put_rate(StringInfo buf, int64 hits, int64 total)
{
	appendStringInfoCharMacro(buf, '(');
	put_count(buf, hits);
	appendStringInfoCharMacro(buf, '/');
	put_count(buf, total);
	appendStringInfoCharMacro(buf, ')');
}

/* 2023-01-01:7:9(5/8)(3/4): received, concluded, and of them mediated and satisfied */
static void
put_card_day(StringInfo buf, DateADT day, const int64 *counts)
{
	put_date(buf, day);
	appendStringInfoCharMacro(buf, ':');
	put_count(buf, counts[CARD_RECEIVED]);
	if (counts[CARD_CONCLUDED] == 0)
		return;
	appendStringInfoCharMacro(buf, ':');
	put_count(buf, counts[CARD_CONCLUDED]);
	put_rate(buf, counts[CARD_MEDIATED], counts[CARD_MEDIATION_DECIDED]);
	put_rate(buf, counts[CARD_SATISFIED], counts[CARD_SATISFACTION_ANSWERED]);
}

static bool
scan_rate(char **p, int64 *hits, int64 *total)
{
	return scan_char(p, '(') && scan_count(p, hits) && scan_char(p, '/') &&
		scan_count(p, total) && scan_char(p, ')');
}

static bool
scan_card_day(char **p, DayCounts *day)
{
	int64	   *counts = day->counts;

	if (!scan_date(p, &day->day) || !scan_char(p, ':') || !scan_count(p, &counts[CARD_RECEIVED]))
		return false;
	if (scan_char(p, ':') &&
		(!scan_count(p, &counts[CARD_CONCLUDED]) || counts[CARD_CONCLUDED] == 0 ||
		 !scan_rate(p, &counts[CARD_MEDIATED], &counts[CARD_MEDIATION_DECIDED]) ||
		 !scan_rate(p, &counts[CARD_SATISFIED], &counts[CARD_SATISFACTION_ANSWERED])))
		return false;
	return day_counts_valid(day, CARD_COUNTERS);
}

/* '{2023-01-01:7:9(5/8)(3/4)}{[2023-01-02T00:00:00Z,)}' to scorecard; all else is 22P02. */
PG_FUNCTION_INFO_V1(scorecard_in);
Datum
scorecard_in(PG_FUNCTION_ARGS)
{
	char	   *str = PG_GETARG_CSTRING(0);
	char	   *p = str;
	const char *problem = "Expected the days in braces, ascending.";
	Clearance  *clearance = NULL;
	DayCounts  *sorted;
	int64		ndays;
	bool		has_days = scan_days(&p, scan_card_day, &sorted, &ndays);

	if (has_days && *p == '\0')
		problem = "The escalations are missing behind the days; the empty scorecard is {}{}.";
	else if (has_days)
	{
		problem = NULL;
		clearance = clearance_scan(&p, &problem, fcinfo->context);
		if (SOFT_ERROR_OCCURRED(fcinfo->context))
			PG_RETURN_NULL();
		if (clearance != NULL && *p != '\0')
			problem = "Text follows the escalations.";
	}
	if (problem != NULL)
		ereturn(fcinfo->context, (Datum) 0,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid input syntax for type %s: \"%s\"", "scorecard", str),
				 errdetail("%s", problem),
				 errhint("Write {day:received:concluded(mediated/decided)(satisfied/answered),...} "
						 "and behind it the escalations as a clearance.")));
	PG_RETURN_POINTER(scorecard_join(days_packed(sorted, ndays, CARD_COUNTERS), clearance));
}

PG_FUNCTION_INFO_V1(scorecard_out);
Datum
scorecard_out(PG_FUNCTION_ARGS)
{
	Scorecard  *card = PG_GETARG_SCORECARD_P(0);
	StringInfoData buf;
	int64		ndays;
	DayCounts  *sorted = scorecard_sorted_days(card, &ndays);

	initStringInfo(&buf);
	put_days(&buf, put_card_day, sorted, ndays);
	clearance_put(&buf, scorecard_escalated(card));
	PG_RETURN_CSTRING(buf.data);
}

/* The days' packed bytes behind their number, then a clearance; 22P03 for anything else. */
PG_FUNCTION_INFO_V1(scorecard_recv);
Datum
scorecard_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	uint32		size = pq_getmsgint(buf, sizeof(int32));
	Clearance  *clearance;
	DayCounts  *sorted;
	int64		ndays;

	if (size > (uint32) (buf->len - buf->cursor) ||
		!days_receive(buf, size, CARD_COUNTERS, &sorted, &ndays))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid binary representation of type %s", "scorecard")));
	clearance = clearance_recv_from(buf);
	pq_getmsgend(buf);
	PG_RETURN_POINTER(scorecard_join(days_packed(sorted, ndays, CARD_COUNTERS), clearance));
}

PG_FUNCTION_INFO_V1(scorecard_send);
Datum
scorecard_send(PG_FUNCTION_ARGS)
{
	Scorecard  *card = scorecard_packed(PG_GETARG_SCORECARD_P(0));
	Days	   *days = scorecard_days(card);
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendint32(&buf, VARSIZE(days) - VARHDRSZ);
	pq_sendbytes(&buf, VARDATA(days), VARSIZE(days) - VARHDRSZ);
	clearance_send_to(&buf, scorecard_clearance(card));
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

/* 22003 for a day that cannot be added, or taken away. */
static void
scorecard_refuse(DateADT day, const int64 *counts, int sign)
{
	StringInfoData buf;

	initStringInfo(&buf);
	put_card_day(&buf, day, counts);
	days_out_of_range("scorecard", buf.data, sign);
}

/* Adds counts to a day, or takes them away, in place or in a larger copy. */
static Scorecard *
scorecard_add(Scorecard *card, DateADT day, const int64 *counts, int sign)
{
	DaysResult	result;

	if (sign > 0 && days_none(scorecard_days(card), CARD_COUNTERS))
		return scorecard_join(days_one(day, counts, CARD_COUNTERS), scorecard_clearance(card));
	while ((result = days_add(scorecard_days(card), day, counts, sign)) == DAYS_FULL)
	{
		Clearance  *clearance = scorecard_clearance(card);
		DaysShape	shape = days_grown(scorecard_days(card), counts);
		Scorecard  *grown = scorecard_make(shape.size, VARSIZE(clearance));

		days_grow(scorecard_days(card), scorecard_days(grown), &shape);
		memcpy(scorecard_clearance(grown), clearance, VARSIZE(clearance));
		card = grown;
	}
	if (result == DAYS_OUT_OF_RANGE)
		scorecard_refuse(day, counts, sign);
	return card;
}

/* A row on a new day, or what else a table cannot just count; apart, so that the other rows need no array. */
static pg_noinline Scorecard *
scorecard_add_row(Scorecard *card, DateADT day, int received, int concluded, int decided, int mediated,
				  int answered, int satisfied)
{
	int64		counts[CARD_COUNTERS] = {received, concluded, decided, mediated, answered, satisfied};

	return scorecard_add(card, day, counts, 1);
}

/* Counts a row on the day that it was received. */
static inline Scorecard *
scorecard_receive(Scorecard *card, DateADT day)
{
	uint32	   *slot = days_counting(scorecard_days(card), day, CARD_COUNTERS, CARD_RECEIVED);

	if (slot == NULL)
		return scorecard_add_row(card, day, 1, 0, 0, 0, 0, 0);
	slot[CARD_RECEIVED]++;
	return card;
}

/* Counts a row on the day that it was concluded, with its answers where they are not NULL. */
static inline Scorecard *
scorecard_conclude(Scorecard *card, DateADT day, NullableDatum mediated, NullableDatum satisfied)
{
	/* without a branch, which no processor would foresee */
	bool		decided = !mediated.isnull;
	bool		answered = !satisfied.isnull;
	bool		is_mediated = decided & DatumGetBool(mediated.value);
	bool		is_satisfied = answered & DatumGetBool(satisfied.value);
	uint32	   *slot = days_counting(scorecard_days(card), day, CARD_COUNTERS, CARD_CONCLUDED);

	if (slot == NULL)
		return scorecard_add_row(card, day, 0, 1, decided, is_mediated, answered, is_satisfied);
	slot[CARD_CONCLUDED]++;
	slot[CARD_MEDIATION_DECIDED] += decided;
	slot[CARD_MEDIATED] += is_mediated;
	slot[CARD_SATISFACTION_ANSWERED] += answered;
	slot[CARD_SATISFIED] += is_satisfied;
	return card;
}

/* The same scorecard with room for so many more escalations. */
static Scorecard *
scorecard_with_room(const Scorecard *card, int64 extra)
{
	Days	   *days = scorecard_days(card);
	Size		size = clearance_grown_size(scorecard_clearance(card), extra);
	Scorecard  *grown = scorecard_make(VARSIZE(days), size);

	memcpy(scorecard_days(grown), days, VARSIZE(days));
	clearance_rebuild(scorecard_clearance(card), scorecard_clearance(grown), size);
	return grown;
}

static Scorecard *
scorecard_escalate(Scorecard *card, TimestampTz escalated, TimestampTz cleared)
{
	clearance_check(escalated, cleared);
	if (!clearance_append(scorecard_clearance(card), escalated, cleared))
	{
		card = scorecard_with_room(card, 1);
		clearance_append(scorecard_clearance(card), escalated, cleared);
	}
	return card;
}

/* The scorecard to change: the aggregate's own state, which *ours says, else a copy of what SQL passed. */
static inline Scorecard *
scorecard_to_change(FunctionCallInfo fcinfo, bool *ours)
{
	*ours = state_is_ours(fcinfo);
	/* not looked through for each row: its end lies far from its start */
	if (*ours)
		return (Scorecard *) plain_varlena(PG_GETARG_DATUM(0));
	return scorecard_argument(PointerGetDatum(PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(0))));
}

/*
 * Transition of scorecard(received, concluded, mediated, satisfied, escalated,
 * cleared [, zone]).  Each part counts as trend() and clearance() would: a
 * NULL received adds no volume, a NULL concluded no rates, a NULL mediated or
 * satisfied not to that rate, a NULL escalated no interval; days are those of
 * the zone, else of the session's.  22008 for infinity, 22023 for an
 * escalation that is cleared before it began.
 */
PG_FUNCTION_INFO_V1(scorecard_accum);
Datum
scorecard_accum(PG_FUNCTION_ARGS)
{
	pg_tz	   *zone = PG_NARGS() > 7 ? zone_argument(fcinfo, 7) : session_timezone;
	Scorecard  *card;
	bool		ours;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	card = scorecard_to_change(fcinfo, &ours);
	if (!PG_ARGISNULL(1))
		card = scorecard_receive(card, zone_day(PG_GETARG_TIMESTAMPTZ(1), zone));
	if (!PG_ARGISNULL(2))
		card = scorecard_conclude(card, zone_day(PG_GETARG_TIMESTAMPTZ(2), zone), fcinfo->args[3], fcinfo->args[4]);
	if (!PG_ARGISNULL(5))
		card = scorecard_escalate(card, PG_GETARG_TIMESTAMPTZ(5),
								  PG_ARGISNULL(6) ? DT_NOEND : PG_GETARG_TIMESTAMPTZ(6));
	PG_RETURN_POINTER(ours ? card : scorecard_packed(card));
}

/* The days of two scorecards together, or those of the part taken out of the whole. */
static Days *
scorecard_combined_days(const Scorecard *whole, const Scorecard *part, int sign)
{
	DayCounts	refused;
	Days	   *combined = days_combined(scorecard_days(whole), scorecard_days(part), sign, &refused);

	if (combined == NULL)
		scorecard_refuse(refused.day, refused.counts, sign);
	return combined;
}

static Scorecard *
scorecard_add_days(Scorecard *whole, const Scorecard *part, int sign)
{
	DayReader	reader;

	for (days_read(&reader, scorecard_days(part)); days_next(&reader);)
		whole = scorecard_add(whole, reader.current.day, reader.current.counts, sign);
	return whole;
}

static Scorecard *
scorecard_add_escalations(Scorecard *whole, const Scorecard *part)
{
	Clearance  *escalated = scorecard_clearance(part);

	if (escalated->n > 0 && !clearance_merge_into(scorecard_clearance(whole), escalated))
	{
		whole = scorecard_with_room(whole, escalated->n);
		clearance_merge_into(scorecard_clearance(whole), escalated);
	}
	return whole;
}

/* Whether adding to the second is less work, and does not change it. */
static bool
scorecard_swap_pays(const Scorecard *whole, const Scorecard *part)
{
	return scorecard_clearance(part)->form == CLEARANCE_PACKED &&
		days_swap_pays(scorecard_days(whole), scorecard_days(part));
}

/* merge(whole, part), and how partial states combine: in any order or tree. */
PG_FUNCTION_INFO_V1(scorecard_merge);
Datum
scorecard_merge(PG_FUNCTION_ARGS)
{
	Scorecard  *whole = PG_GETARG_SCORECARD_P(0);
	Scorecard  *part = PG_GETARG_SCORECARD_P(1);

	if (!state_is_ours(fcinfo))
	{
		whole = scorecard_join(scorecard_combined_days(whole, part, 1), scorecard_clearance(whole));
		PG_RETURN_POINTER(scorecard_packed(scorecard_add_escalations(whole, part)));
	}
	if (scorecard_swap_pays(whole, part))
	{
		part = whole;
		whole = PG_GETARG_SCORECARD_P(1);
	}
	PG_RETURN_POINTER(scorecard_add_escalations(scorecard_add_days(whole, part, 1), part));
}

/* unmerge(whole, part): what is left of the whole; 22003 when the part cannot have been in it. */
PG_FUNCTION_INFO_V1(scorecard_unmerge);
Datum
scorecard_unmerge(PG_FUNCTION_ARGS)
{
	Scorecard  *whole = PG_GETARG_SCORECARD_P(0);
	Scorecard  *part = PG_GETARG_SCORECARD_P(1);
	Clearance  *left = clearance_without(scorecard_escalated(whole), scorecard_escalated(part));

	if (!state_is_ours(fcinfo))
		PG_RETURN_POINTER(scorecard_join(scorecard_combined_days(whole, part, -1), left));
	whole = scorecard_add_days(whole, part, -1);
	PG_RETURN_POINTER(scorecard_join(scorecard_days(whole), left));
}

/* Final function: the state as users see it; the state itself stays, as others may share it. */
PG_FUNCTION_INFO_V1(scorecard_final);
Datum
scorecard_final(PG_FUNCTION_ARGS)
{
	Scorecard  *card = PG_GETARG_SCORECARD_P(0);

	/* as of one row, or of one scorecard that was rolled up */
	if (scorecard_days(card)->form == DAYS_PACKED && scorecard_clearance(card)->form == CLEARANCE_PACKED)
		PG_RETURN_POINTER(card);
	PG_RETURN_POINTER(scorecard_packed(card));
}
