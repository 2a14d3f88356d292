/*
 * src/vocabulary.c: the words of mediation_outcome and satisfaction
 *
 * A value is one byte, the place of its term in the list of its type.  The
 * bytes are on disk and terms compare by them: none may ever move.
 *
 * Words are kept in UTF-8.  What a server in another encoding gets or gives
 * is converted; in SQL_ASCII, which has no encoding, bytes are compared.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"

#include "complaint_metrics.h"

#define WIDE_SPACE "\343\200\200"	/* U+3000 */

/* No word is longer, not even with what space a form may put around it. */
#define MAX_CONVERTED 256

/* In the other encoding, or NULL where that has no such characters. */
static char *
vocabulary_convert(const char *text, int len, int from, int to)
{
	Oid			function = FindDefaultConversionProc(from, to);
	int			size = len * MAX_CONVERSION_GROWTH + 1;
	char	   *converted = palloc(size);

	if (!OidIsValid(function) ||
		pg_do_encoding_conversion_buf(function, from, to, (unsigned char *) unconstify(char *, text), len,
									  (unsigned char *) converted, size, true) != len)
		return NULL;
	return converted;
}

static bool
vocabulary_has_encoding(void)
{
	return GetDatabaseEncoding() != PG_UTF8 && GetDatabaseEncoding() != PG_SQL_ASCII;
}

static bool
word_is_ascii(const char *text, int len)
{
	while (len > 0 && !IS_HIGHBIT_SET(text[len - 1]))
		len--;
	return len == 0;
}

/* The space at either end is no part of a word; full-width in forms filled in by hand. */
static void
word_trim(const char **text, int *len)
{
	const char *start = *text;
	const char *end = start + *len;

	while (start < end)
	{
		if (strchr(" \t\n\v\f\r", *start) && *start)
			start++;
		else if (end - start >= 3 && memcmp(start, WIDE_SPACE, 3) == 0)
			start += 3;
		else if (strchr(" \t\n\v\f\r", end[-1]) && end[-1])
			end--;
		else if (end - start >= 3 && memcmp(end - 3, WIDE_SPACE, 3) == 0)
			end -= 3;
		else
			break;
	}
	*text = start;
	*len = end - start;
}

/* As booleans do, English words come in any case: exports differ in that and mean the same. */
static bool
word_equal(const char *word, const char *text, int len)
{
	for (int i = 0; i < len; i++)
	{
		if (word[i] == '\0' || word[i] != (char) pg_ascii_tolower((unsigned char) text[i]))
			return false;
	}
	return word[len] == '\0';
}

/* The value of a word in the server's encoding, or -1. */
static int
vocabulary_find(const Vocabulary *vocabulary, const char *text, int len)
{
	if (vocabulary_has_encoding() && !word_is_ascii(text, len))
	{
		if (len > MAX_CONVERTED)
			return -1;
		text = vocabulary_convert(text, len, GetDatabaseEncoding(), PG_UTF8);
		if (text == NULL)
			return -1;
		len = strlen(text);
	}
	word_trim(&text, &len);
	for (int value = 0; value < vocabulary->nterms; value++)
	{
		const char *const *word = vocabulary->terms[value].words;

		for (; *word; word++)
		{
			if (word_equal(*word, text, len))
				return value;
		}
	}
	return -1;
}

static char *
vocabulary_list(const Vocabulary *vocabulary, bool chinese)
{
	StringInfoData list;

	initStringInfo(&list);
	for (int value = 0; value < vocabulary->nterms; value++)
	{
		const char *const *words = vocabulary->terms[value].words;

		appendStringInfo(&list, "%s%s", value > 0 ? ", " : "", words[0]);
		for (int i = 1; chinese && words[i]; i++)
			appendStringInfo(&list, "%s%s", i > 1 ? ", " : " (", words[i]);
		if (chinese)
			appendStringInfoChar(&list, ')');
	}
	return list.data;
}

/* Text in UTF-8 as the server writes it, or NULL where that cannot write Chinese. */
char *
chinese_to_server(const char *words)
{
	if (!vocabulary_has_encoding())
		return pstrdup(words);
	return vocabulary_convert(words, strlen(words), PG_UTF8, GetDatabaseEncoding());
}

/* All words, for a hint; where the server cannot write Chinese, the English ones. */
static char *
vocabulary_hint(const Vocabulary *vocabulary)
{
	char	   *list = chinese_to_server(vocabulary_list(vocabulary, true));

	return list ? list : vocabulary_list(vocabulary, false);
}

/* A word to its value; 22P02 for one unknown, softly where the caller asks for that. */
Datum
vocabulary_in(const Vocabulary *vocabulary, const char *text, int len, fmNodePtr context)
{
	int			value = vocabulary_find(vocabulary, text, len);

	if (value < 0)
		ereturn(context, (Datum) 0,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid input syntax for type %s: \"%.*s\"", vocabulary->type, len, text),
				 errhint("Known words are %s.", vocabulary_hint(vocabulary))));
	return UInt8GetDatum(value);
}

static const Term *
vocabulary_term(const Vocabulary *vocabulary, uint8 value)
{
	if (value >= vocabulary->nterms)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("invalid %s in storage: %d", vocabulary->type, value)));
	return &vocabulary->terms[value];
}

/* The English word, palloc'd; XX001 for a byte that no version of this file has written. */
char *
vocabulary_out(const Vocabulary *vocabulary, uint8 value)
{
	return pstrdup(vocabulary_term(vocabulary, value)->words[0]);
}

/* A word as text, as an enum sends it, so that binary clients can read it; 22P03 for one unknown. */
Datum
vocabulary_recv(const Vocabulary *vocabulary, StringInfo buf)
{
	int			len;
	char	   *text = pq_getmsgtext(buf, buf->len - buf->cursor, &len);
	int			value = vocabulary_find(vocabulary, text, len);

	if (value < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid binary representation of type %s", vocabulary->type),
				 errdetail("It has the word \"%s\".", text),
				 errhint("Known words are %s.", vocabulary_hint(vocabulary))));
	return UInt8GetDatum(value);
}

Datum
vocabulary_send(const Vocabulary *vocabulary, uint8 value)
{
	const char *word = vocabulary_term(vocabulary, value)->words[0];
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendtext(&buf, word, strlen(word));
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

/* The place of the first word in 'zh' or 'en'; 22023 for any other language. */
static int
vocabulary_language(const text *lang)
{
	char	   *name = text_to_cstring(lang);

	if (pg_strcasecmp(name, "zh") == 0)
		return 1;
	if (pg_strcasecmp(name, "en") == 0)
		return 0;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown language: \"%s\"", name),
			 errhint("Known are zh and en.")));
}

/* The first word in that language, in the server's encoding; 22P05 where that has no Chinese. */
text *
vocabulary_label(const Vocabulary *vocabulary, uint8 value, const text *lang)
{
	const char *word = vocabulary_term(vocabulary, value)->words[vocabulary_language(lang)];

	return cstring_to_text(pg_any_to_server(word, strlen(word), PG_UTF8));
}
