/*
 * src/statutory_deadline.c: the day on which a stage of a case is due
 *
 * The rows of the table statutory_deadline are kept sorted by stage and by
 * their first day in force, and found by a binary search.
 */
#include "postgres.h"

#include "access/genam.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/typcache.h"

#include "complaint_metrics.h"

/* More do not fit a hint. */
#define HINT_STAGES 20

typedef struct Deadline
{
	char	   *stage;
	int			len;
	Period		in_force;
	int32		days;
	bool		working;
} Deadline;

/* The columns that are read. */
typedef struct DeadlineColumns
{
	AttrNumber	stage;
	AttrNumber	in_force;
	AttrNumber	days;
	AttrNumber	working;
} DeadlineColumns;

static OwnTable deadline_table = {.name = "statutory_deadline"};

/* As long as the table is fresh; in its context. */
static Deadline *deadlines;
static int	ndeadlines;

static int
stage_compare(const char *a, int len_a, const char *b, int len_b)
{
	int			order = memcmp(a, b, Min(len_a, len_b));

	return order != 0 ? order : len_a - len_b;
}

static int
deadline_compare(const void *a, const void *b)
{
	const Deadline *x = a;
	const Deadline *y = b;
	int			order = stage_compare(x->stage, x->len, y->stage, y->len);

	if (order != 0)
		return order;
	return (x->in_force.first > y->in_force.first) - (x->in_force.first < y->in_force.first);
}

static Deadline
deadline_read(Relation table, HeapTuple row, const DeadlineColumns *columns)
{
	Deadline	deadline;
	text	   *stage = DatumGetTextPP(own_table_value(table, row, columns->stage));

	deadline.stage = text_to_cstring(stage);
	deadline.len = VARSIZE_ANY_EXHDR(stage);
	deadline.in_force = period_from_range(DatumGetRangeTypeP(own_table_value(table, row, columns->in_force)));
	deadline.days = DatumGetInt32(own_table_value(table, row, columns->days));
	deadline.working = DatumGetBool(own_table_value(table, row, columns->working));
	return deadline;
}

static void
deadline_load(Oid function)
{
	Relation	table = own_table_open(&deadline_table, function);
	DeadlineColumns columns = {
		.stage = own_table_column(table, "stage", TEXTOID),
		.in_force = own_table_column(table, "in_force", DATERANGEOID),
		.days = own_table_column(table, "days", INT4OID),
		.working = own_table_column(table, "working", BOOLOID)
	};
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "statutory deadlines", ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	SysScanDesc scan = systable_beginscan(table, InvalidOid, false, NULL, 0, NULL);
	int			room = 32;
	HeapTuple	row;

	ndeadlines = 0;
	deadlines = palloc(room * sizeof(Deadline));
	while (HeapTupleIsValid(row = systable_getnext(scan)))
	{
		CHECK_FOR_INTERRUPTS();
		if (ndeadlines == room)
		{
			room *= 2;
			deadlines = repalloc(deadlines, room * sizeof(Deadline));
		}
		deadlines[ndeadlines++] = deadline_read(table, row, &columns);
	}
	systable_endscan(scan);
	qsort(deadlines, ndeadlines, sizeof(Deadline), deadline_compare);
	MemoryContextSwitchTo(caller);
	own_table_keep(&deadline_table, table, context);
}

static bool
deadline_is_of(int i, const char *stage, int len)
{
	return i >= 0 && i < ndeadlines && stage_compare(deadlines[i].stage, deadlines[i].len, stage, len) == 0;
}

/* The last row of those that sort up to this stage and day; -1 where there is none. */
static int
deadline_search(const char *stage, int len, DateADT day)
{
	int			low = 0;
	int			high = ndeadlines;
	Deadline	key = {.stage = unconstify(char *, stage), .len = len, .in_force.first = day};

	while (low < high)
	{
		int			middle = low + (high - low) / 2;

		if (deadline_compare(&deadlines[middle], &key) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low - 1;
}

/* The first stages, for a hint. */
static char *
deadline_stages(void)
{
	StringInfoData list;
	int			nstages = 0;

	initStringInfo(&list);
	for (int i = 0; i < ndeadlines && nstages <= HINT_STAGES; i++)
	{
		if (deadline_is_of(i - 1, deadlines[i].stage, deadlines[i].len))
			continue;
		appendStringInfo(&list, "%s%s", i > 0 ? ", " : "", nstages < HINT_STAGES ? deadlines[i].stage : "and more");
		nstages++;
	}
	return list.data;
}

/* The row of a stage that is in force on the day, or NULL; 22023 for an unknown stage. */
static const Deadline *
deadline_find(const text *stage, DateADT day)
{
	const char *name = VARDATA_ANY(stage);
	int			len = VARSIZE_ANY_EXHDR(stage);
	int			i = deadline_search(name, len, day);

	if (deadline_is_of(i, name, len))
		return day < deadlines[i].in_force.end ? &deadlines[i] : NULL;
	if (!deadline_is_of(i + 1, name, len))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown stage: \"%s\"", text_to_cstring(stage)),
				 ndeadlines > 0 ? errhint("Table \"%s\" has %s.", deadline_table.name, deadline_stages()) :
				 errhint("Table \"%s\" is empty, as a restore of the schema alone leaves it: insert rows, or create the extension anew.",
						 deadline_table.name)));
	return NULL;
}

/*
 * due_date(stage, since): the last day on which the stage is on time, by the
 * row of statutory_deadline in force on the day since, which itself does not
 * count.  A term of calendar days that would end on a day off ends on the next
 * working day, as in the Civil Code, Art. 203.  NULL for NULL and where no row
 * is in force; 22023 for an unknown stage and where it comes into a year that
 * working_day_exception has no row of, 22008 for infinity and past the last date.
 */
PG_FUNCTION_INFO_V1(due_date);
Datum
due_date(PG_FUNCTION_ARGS)
{
	text	   *stage = PG_GETARG_TEXT_PP(0);
	DateADT		since = PG_GETARG_DATEADT(1);
	Oid			function = fcinfo->flinfo->fn_oid;
	const Deadline *deadline;
	int64		end;

	if (DATE_NOT_FINITE(since))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("nothing is due by an infinite date"),
				 errhint("Leave such rows out, or give NULL in place of infinity.")));
	if (!own_table_is_fresh(&deadline_table, function))
		deadline_load(function);
	deadline = deadline_find(stage, since);
	if (deadline == NULL)
		PG_RETURN_NULL();
	if (deadline->working)
		PG_RETURN_DATEADT(working_day_add(function, since, deadline->days));
	end = (int64) since + deadline->days;
	if (!IS_VALID_DATE(end))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE), errmsg("date out of range")));
	PG_RETURN_DATEADT(working_day_from(function, (DateADT) end));
}

/* Appends the ten digits by which days sort; what is before or behind all days sorts there. */
static void
put_day_key(StringInfo buf, int64 day)
{
	if (day < DATETIME_MIN_JULIAN - POSTGRES_EPOCH_JDATE)
		appendStringInfoString(buf, "0000000000");
	else if (day >= DATE_END_JULIAN - POSTGRES_EPOCH_JDATE)
		appendStringInfoString(buf, "9999999999");
	else
		appendStringInfo(buf, "%010lld", (long long) day + POSTGRES_EPOCH_JDATE + 1);
}

/* A bound of the range of numbers: the bytes of the stage, three digits each behind a 1, then the day. */
static Datum
deadline_key_bound(const text *stage, int64 day)
{
	StringInfoData digits;

	initStringInfo(&digits);
	appendStringInfoChar(&digits, '1');
	for (int i = 0; i < (int) VARSIZE_ANY_EXHDR(stage); i++)
		appendStringInfo(&digits, "%03d", (unsigned char) VARDATA_ANY(stage)[i]);
	put_day_key(&digits, day);
	return DirectFunctionCall3(numeric_in, CStringGetDatum(digits.data), ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
}

/*
 * statutory_deadline_key(stage, in_force): the days of a stage as a range of
 * numbers that no day of another stage lies in, so that && alone says whether
 * two rows overlap, and the exclusion constraint needs no btree_gist.  22003
 * for a stage of more bytes than a number has digits for.
 */
PG_FUNCTION_INFO_V1(statutory_deadline_key);
Datum
statutory_deadline_key(PG_FUNCTION_ARGS)
{
	text	   *stage = PG_GETARG_TEXT_PP(0);
	Period		in_force = period_from_range(PG_GETARG_RANGE_P(1));
	TypeCacheEntry *type = lookup_type_cache(NUMRANGEOID, TYPECACHE_RANGE_INFO);
	RangeBound	lower = {.inclusive = true, .lower = true};
	RangeBound	upper = {0};

	if (in_force.first >= in_force.end)
		PG_RETURN_RANGE_P(make_empty_range(type));
	lower.val = deadline_key_bound(stage, in_force.first);
	upper.val = deadline_key_bound(stage, in_force.end);
	PG_RETURN_RANGE_P(make_range(type, &lower, &upper, false, NULL));
}
