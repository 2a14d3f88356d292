/*
 * src/clearance_io.c: clearances as text and as binary
 *
 * Text is {[opened,cleared),...}, sorted, with instants in UTC; it travels
 * between Citus nodes.  Input takes the intervals in any order, and each bound
 * in any form that timestamptz reads, quoted as in ranges.  Binary is the
 * packed form behind its version, unit and count.
 */
#include "postgres.h"

#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "complaint_metrics.h"

/* An interval's tag and both its numbers */
#define PACKED_INTERVAL_MAX 17

static const char syntax_hint[] =
"Write {[opened,cleared),...}, an interval not yet cleared as [opened,).";

void
put_interval(StringInfo buf, const ClearanceInterval *interval)
{
	appendStringInfoCharMacro(buf, '[');
	put_instant(buf, interval->opened);
	appendStringInfoCharMacro(buf, ',');
	if (interval->cleared != DT_NOEND)
		put_instant(buf, interval->cleared);
	appendStringInfoCharMacro(buf, ')');
}

void
clearance_put(StringInfo buf, const Clearance *packed)
{
	ClearanceReader reader;
	ClearanceInterval interval;

	appendStringInfoCharMacro(buf, '{');
	clearance_read(&reader, packed);
	for (int64 i = 0; clearance_next(&reader, &interval); i++)
	{
		if (i > 0)
			appendStringInfoCharMacro(buf, ',');
		put_interval(buf, &interval);
	}
	appendStringInfoCharMacro(buf, '}');
}

/*
 * The characters of a bound up to its delimiter, quotes and escapes resolved
 * as in the bounds of a range; false where the text ends before.
 */
static bool
scan_quoted(char **p, StringInfo bound)
{
	bool		quoted = false;

	while (quoted || strchr(",()[]", **p) == NULL)
	{
		char		c = *(*p)++;

		if (c == '"' && !quoted)
			quoted = true;
		else if (c == '"' && **p != '"')
			quoted = false;
		else
		{
			if (c == '\\' || c == '"')
				c = *(*p)++;
			if (c == '\0')
				return false;
			appendStringInfoCharMacro(bound, c);
		}
	}
	return **p != '\0';
}

/*
 * A bound up to its delimiter, with space around it; the end of time where it
 * is empty.  What is not canonical goes to timestamptz, which has an error of
 * its own.
 */
static bool
scan_bound(char **p, char delimiter, TimestampTz *instant, fmNodePtr escontext)
{
	char	   *start;
	StringInfoData bound;
	Datum		value;

	*instant = DT_NOEND;
	if (scan_char(p, delimiter))
		return true;
	start = *p;
	if (scan_instant(p, instant) && scan_char(p, delimiter))
		return true;

	*p = start;
	initStringInfo(&bound);
	if (!scan_quoted(p, &bound) || !scan_char(p, delimiter) ||
		!DirectInputFunctionCallSafe(timestamptz_in, bound.data, InvalidOid, -1, escontext, &value))
		return false;
	pfree(bound.data);
	*instant = DatumGetTimestampTz(value);
	return true;
}

/* What is wrong with an interval that cannot be one, for the detail of an error. */
static const char *
interval_problem(const ClearanceInterval *interval)
{
	StringInfoData problem;

	if (TIMESTAMP_NOT_FINITE(interval->opened))
		return "An interval needs a finite instant at which it opened.";
	initStringInfo(&problem);
	appendStringInfoString(&problem, "The interval ");
	put_interval(&problem, interval);
	appendStringInfoString(&problem, " is cleared before it opened.");
	return problem.data;
}

static bool
scan_interval(char **p, ClearanceInterval *interval, const char **problem, fmNodePtr escontext)
{
	if (!scan_char(p, '['))
		*problem = "Expected \"[\" before an interval.";
	else if (!scan_bound(p, ',', &interval->opened, escontext))
		*problem = "Expected an instant and \",\" after \"[\".";
	else if (!scan_bound(p, ')', &interval->cleared, escontext))
		*problem = "Expected an instant or nothing, and \")\", after \",\".";
	else if (!clearance_interval_valid(interval))
		*problem = interval_problem(interval);
	else
		return true;
	return false;
}

/*
 * A clearance from its text, packed, with space around it.  NULL for none:
 * *problem says why, unless a soft error has been saved already.
 */
Clearance *
clearance_scan(char **p, const char **problem, fmNodePtr escontext)
{
	Clearance  *c = clearance_pack(NULL, 0);
	ClearanceInterval interval;

	if (!scan_char(p, '{'))
	{
		*problem = "Expected \"{\" at the beginning.";
		return NULL;
	}
	if (scan_char(p, '}'))
		return c;
	do
	{
		CHECK_FOR_INTERRUPTS();
		if (!scan_interval(p, &interval, problem, escontext))
			return NULL;
		if (!clearance_append(c, interval.opened, interval.cleared))
		{
			c = clearance_grown(c, 1);
			clearance_append(c, interval.opened, interval.cleared);
		}
	} while (scan_char(p, ','));
	if (!scan_char(p, '}'))
	{
		*problem = "Expected \",\" or \"}\" after an interval.";
		return NULL;
	}
	return clearance_packed(c);
}

/*
 * 22P02 for what is no clearance, 22007 or 22008 from timestamptz for a bound;
 * softly where the caller asks for that.
 */
PG_FUNCTION_INFO_V1(clearance_in);
Datum
clearance_in(PG_FUNCTION_ARGS)
{
	char	   *str = PG_GETARG_CSTRING(0);
	char	   *p = str;
	const char *problem = NULL;
	Clearance  *c = clearance_scan(&p, &problem, fcinfo->context);

	if (SOFT_ERROR_OCCURRED(fcinfo->context))
		PG_RETURN_NULL();
	if (c != NULL && *p != '\0')
		problem = "Text follows the closing \"}\".";
	if (problem != NULL)
		ereturn(fcinfo->context, (Datum) 0,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid input syntax for type %s: \"%s\"", "clearance", str),
				 errdetail("%s", problem),
				 errhint("%s", syntax_hint)));
	PG_RETURN_POINTER(c);
}

PG_FUNCTION_INFO_V1(clearance_out);
Datum
clearance_out(PG_FUNCTION_ARGS)
{
	StringInfoData buf;

	initStringInfo(&buf);
	clearance_put(&buf, clearance_packed(PG_GETARG_CLEARANCE_P(0)));
	PG_RETURN_CSTRING(buf.data);
}

void
clearance_send_to(StringInfo buf, const Clearance *packed)
{
	pq_sendbyte(buf, packed->version);
	pq_sendbyte(buf, packed->unit);
	pq_sendint32(buf, packed->n);
	pq_sendint32(buf, VARSIZE(packed) - CLEARANCE_EMPTY_SIZE);
	pq_sendbytes(buf, packed->bytes, VARSIZE(packed) - CLEARANCE_EMPTY_SIZE);
}

PG_FUNCTION_INFO_V1(clearance_send);
Datum
clearance_send(PG_FUNCTION_ARGS)
{
	StringInfoData buf;

	pq_begintypsend(&buf);
	clearance_send_to(&buf, clearance_packed(PG_GETARG_CLEARANCE_P(0)));
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

/*
 * Whether the bytes are n packed intervals of which every value has just one
 * form: in order, with no number longer than it has to be and no smaller unit.
 */
static bool
packed_valid(const Clearance *c)
{
	ClearanceReader reader;
	ClearanceWriter writer = {.unit = c->unit};
	ClearanceInterval last;
	ClearanceInterval interval = {PG_INT64_MIN, PG_INT64_MIN};
	int			unit = CLEARANCE_UNIT_MAX;

	clearance_read(&reader, c);
	for (;;)
	{
		const uint8 *start = reader.next;
		uint8		again[PACKED_INTERVAL_MAX + CLEARANCE_WRITE_SLACK];

		last = interval;
		writer.next = again;
		if (!clearance_next(&reader, &interval))
			break;
		if (!clearance_interval_valid(&interval) ||
			clearance_interval_compare(&last, &interval) > 0)
			return false;
		clearance_write(&writer, &interval);
		if (writer.next - again != reader.next - start ||
			memcmp(again, start, reader.next - start) != 0)
			return false;
		unit = clearance_unit(&interval, unit);
	}
	return reader.left == 0 && reader.next == reader.end && unit == c->unit;
}

/* A clearance that may stand before other parts of a message; 22P03 for what is none. */
Clearance *
clearance_recv_from(StringInfo buf)
{
	int			version = pq_getmsgbyte(buf);
	int			unit = pq_getmsgbyte(buf);
	int			n = pq_getmsgint(buf, sizeof(int32));
	int			size = pq_getmsgint(buf, sizeof(int32));
	Clearance  *c;

	if (version != CLEARANCE_VERSION)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid binary representation of type %s", "clearance"),
				 errdetail("Its version is %d, not %d.", version, CLEARANCE_VERSION)));
	if (unit <= CLEARANCE_UNIT_MAX && size >= 0 && size <= buf->len - buf->cursor && n >= 0 &&
		n <= CLEARANCE_INTERVALS_MAX)
	{
		c = palloc(CLEARANCE_EMPTY_SIZE + size);
		clearance_set_empty(c);
		SET_VARSIZE(c, CLEARANCE_EMPTY_SIZE + size);
		c->unit = unit;
		c->n = n;
		memcpy(c->bytes, pq_getmsgbytes(buf, size), size);
		if (packed_valid(c))
			return c;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
			 errmsg("invalid binary representation of type %s", "clearance"),
			 errdetail("It has no %d intervals in %d bytes, each in order and in its shortest form.",
					   n, size)));
}

PG_FUNCTION_INFO_V1(clearance_recv);
Datum
clearance_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	Clearance  *c = clearance_recv_from(buf);

	pq_getmsgend(buf);
	PG_RETURN_POINTER(c);
}
