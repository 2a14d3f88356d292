/* src/tally_io.c: text and binary form of a tally */
#include "postgres.h"

#include "common/int.h"
#include "common/jsonapi.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/json.h"

#include "complaint_metrics.h"

/* A tally while it is read. */
typedef struct TallyBuilder
{
	Datum		state;			/* the counts as they came, the maximal error in each */
	int64		sum;			/* of these */
	const char *problem;		/* what is wrong, or NULL */
} TallyBuilder;

/* Adds a key that must be new. */
static bool
builder_add(TallyBuilder *builder, const char *bytes, int len, int64 count)
{
	uint32		nkeys = tally_view(builder->state).table->sums.nkeys;
	TallyKey	key;

	CHECK_FOR_INTERRUPTS();
	if (len > TALLY_KEY_MAX)
		builder->problem = "A key is longer than 1024 bytes.";
	else if (count < 1)
		builder->problem = "A count is below 1.";
	else if (pg_add_s64_overflow(builder->sum, count, &builder->sum))
		builder->problem = "The counts together pass int8.";
	else
	{
		key = tally_key(bytes, len);
		builder->state = tally_add(builder->state, &key, count, CurrentMemoryContext);
		if (tally_view(builder->state).table->sums.nkeys == nkeys)
			builder->problem = "A key occurs twice.";
	}
	return builder->problem == NULL;
}

/*
 * The tally of the counts that were read, or NULL with the problem.  What holds
 * between the sums is told in tally_table.c; without a capacity the total is
 * that of the counts.
 */
static Tally *
builder_finish(TallyBuilder *builder, int64 capacity, int64 total, int64 max_error)
{
	TallyView	view = tally_view(builder->state);
	TallySums  *sums = &view.table->sums;
	uint32		nkeys = sums->nkeys;
	int64		certain;

	if (capacity < 0 || capacity > PG_INT32_MAX || max_error < 0 ||
		(capacity == 0 ? max_error > 0 : nkeys > capacity))
	{
		builder->problem = "Capacity, number of keys and maximal error do not go together.";
		return NULL;
	}
	if (max_error > 0)
		tally_table_drop(&view, max_error);
	if (sums->nkeys < nkeys)
	{
		builder->problem = "A count is not above the maximal error.";
		return NULL;
	}
	certain = builder->sum - max_error * nkeys;
	if (max_error == 0 ? certain != total :
		certain > total || max_error > (total - certain) / (capacity + 1))
	{
		builder->problem = "Total, counts and maximal error do not go together.";
		return NULL;
	}
	sums->capacity = capacity;
	sums->total = total;
	return tally_packed(builder->state);
}

/* The next token, if it is of this type. */
static bool
scan_token(JsonLexContext *lex, JsonTokenType type, TallyBuilder *builder, const char *expected)
{
	JsonParseErrorType error = json_lex(lex);

	if (error != JSON_SUCCESS)
		builder->problem = json_errdetail(error, lex);
	else if (lex->token_type != type)
		builder->problem = expected;
	return builder->problem == NULL;
}

/* A key, of which the lexer stands on the token, and its count. */
static bool
scan_entry(JsonLexContext *lex, TallyBuilder *builder)
{
	const char *expected = "Expected a key, \":\" and a count.";
	char	   *key;
	int			len;
	char	   *digits;
	int64		count;
	bool		added;

	if (lex->token_type != JSON_TOKEN_STRING)
	{
		builder->problem = expected;
		return false;
	}
	len = lex->strval->len;
	key = pnstrdup(lex->strval->data, len);
	if (!scan_token(lex, JSON_TOKEN_COLON, builder, expected) ||
		!scan_token(lex, JSON_TOKEN_NUMBER, builder, expected))
		return false;
	digits = (char *) lex->token_start;
	if (!scan_count(&digits, &count) || digits < lex->token_terminator)
	{
		builder->problem = "A count is no whole number within int8.";
		return false;
	}
	added = builder_add(builder, key, len, count);
	pfree(key);
	return added;
}

/* The JSON object; what follows it is not read. */
static bool
scan_entries(JsonLexContext *lex, TallyBuilder *builder)
{
	if (!scan_token(lex, JSON_TOKEN_OBJECT_START, builder, "Expected \"{\" at the beginning."))
		return false;
	for (;;)
	{
		JsonParseErrorType error = json_lex(lex);

		if (error != JSON_SUCCESS)
		{
			builder->problem = json_errdetail(error, lex);
			return false;
		}
		if (lex->token_type == JSON_TOKEN_OBJECT_END && tally_view(builder->state).table->sums.nkeys == 0)
			return true;
		if (!scan_entry(lex, builder))
			return false;
		error = json_lex(lex);
		if (error == JSON_SUCCESS && lex->token_type == JSON_TOKEN_OBJECT_END)
			return true;
		if (error != JSON_SUCCESS || lex->token_type != JSON_TOKEN_COMMA)
		{
			builder->problem = "Expected \",\" or \"}\" after a count.";
			return false;
		}
	}
}

/* What follows the object: /capacity:total:max_error, or nothing. */
static Tally *
scan_sums(char *p, TallyBuilder *builder)
{
	int64		capacity;
	int64		total;
	int64		max_error;

	bool		bounded = scan_char(&p, '/');

	if (!bounded && *p == '\0')
		return builder_finish(builder, 0, builder->sum, 0);
	if (bounded && scan_count(&p, &capacity) && scan_char(&p, ':') && scan_count(&p, &total) &&
		scan_char(&p, ':') && scan_count(&p, &max_error) && *p == '\0' && capacity > 0)
		return builder_finish(builder, capacity, total, max_error);
	builder->problem = "Expected nothing more, or the capacity, the total and the maximal error.";
	return NULL;
}

/* '{"Acme":12,"Ajax":3}' to tally, its keys in any order; all else is 22P02, softly where the caller asks for that. */
PG_FUNCTION_INFO_V1(tally_in);
Datum
tally_in(PG_FUNCTION_ARGS)
{
	char	   *str = PG_GETARG_CSTRING(0);
	JsonLexContext *lex = makeJsonLexContextCstringLen(NULL, str, strlen(str), GetDatabaseEncoding(), true);
	TallyBuilder builder = {.state = tally_begin()};
	Tally	   *tally = NULL;

	if (scan_entries(lex, &builder))
		tally = scan_sums((char *) lex->token_terminator, &builder);
	if (tally == NULL)
		ereturn(fcinfo->context, (Datum) 0,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid input syntax for type %s: \"%s\"", "tally", str),
				 errdetail("%s", builder.problem),
				 errhint("Write a JSON object of keys and their counts, as in \"{\"Acme\":12,\"Ajax\":3}\"; "
						 "with a capacity, \"/capacity:total:max_error\" after it.")));
	PG_RETURN_POINTER(tally);
}

/* The most frequent key first, ties by their bytes. */
PG_FUNCTION_INFO_V1(tally_out);
Datum
tally_out(PG_FUNCTION_ARGS)
{
	TallyItems	items = tally_items(tally_packed(PointerGetDatum(PG_GETARG_TALLY_P(0))), PG_INT64_MAX, 1);
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfoCharMacro(&buf, '{');
	for (int64 i = 0; i < items.n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (i > 0)
			appendStringInfoCharMacro(&buf, ',');
		escape_json(&buf, items.items[i].key);
		appendStringInfoCharMacro(&buf, ':');
		put_count(&buf, items.items[i].count);
	}
	appendStringInfoCharMacro(&buf, '}');
	if (items.sums.capacity > 0)
	{
		appendStringInfo(&buf, "/%d:", items.sums.capacity);
		put_count(&buf, items.sums.total);
		appendStringInfoCharMacro(&buf, ':');
		put_count(&buf, items.sums.max_error);
	}
	PG_RETURN_CSTRING(buf.data);
}

/* The keys go in the client's encoding, as text does. */
PG_FUNCTION_INFO_V1(tally_send);
Datum
tally_send(PG_FUNCTION_ARGS)
{
	Tally	   *tally = tally_packed(PointerGetDatum(PG_GETARG_TALLY_P(0)));
	TallyReader reader;
	StringInfoData buf;

	tally_read(&reader, tally);
	pq_begintypsend(&buf);
	pq_sendbyte(&buf, TALLY_VERSION);
	pq_sendint32(&buf, reader.sums.capacity);
	pq_sendint64(&buf, reader.sums.total);
	pq_sendint64(&buf, reader.sums.max_error);
	pq_sendint32(&buf, reader.sums.nkeys);
	while (tally_next(&reader))
	{
		pq_sendcountedtext(&buf, reader.key.key, reader.key.len);
		pq_sendint64(&buf, reader.count + reader.sums.max_error);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

static bool
receive_entry(StringInfo buf, TallyBuilder *builder)
{
	int			len = pq_getmsgint(buf, sizeof(int32));
	char	   *key = pq_getmsgtext(buf, len, &len);
	bool		added = builder_add(builder, key, len, pq_getmsgint64(buf));

	pfree(key);
	return added;
}

/* The keys may come in any order; 22P03 for what is no tally. */
PG_FUNCTION_INFO_V1(tally_recv);
Datum
tally_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	TallyBuilder builder = {.state = tally_begin()};
	int			version = pq_getmsgbyte(buf);
	int			capacity = pq_getmsgint(buf, sizeof(int32));
	int64		total = pq_getmsgint64(buf);
	int64		max_error = pq_getmsgint64(buf);
	int			nkeys = pq_getmsgint(buf, sizeof(int32));
	Tally	   *tally = NULL;

	if (version != TALLY_VERSION)
		builder.problem = "Its version is not known.";
	else if (nkeys < 0)
		builder.problem = "Its number of keys is negative.";
	while (nkeys-- > 0 && builder.problem == NULL)
		(void) receive_entry(buf, &builder);
	if (builder.problem == NULL)
		tally = builder_finish(&builder, capacity, total, max_error);
	if (tally == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid binary representation of type %s", "tally"),
				 errdetail("%s", builder.problem)));
	pq_getmsgend(buf);
	PG_RETURN_POINTER(tally);
}
